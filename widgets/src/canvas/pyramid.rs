//! The geometry of an image pyramid: which tiles there are, and which of them a view needs.

use concord_geometry::{BBox, Point, Size, View};

use crate::WidgetsError;

/// One tile of a pyramid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TileId {
    /// Level: 0 is full resolution, each next one half of it.
    pub level: u32,
    /// Column, 0 at the left.
    pub column: u32,
    /// Row, 0 at the top.
    pub row: u32,
}

impl TileId {
    /// The tile that covers the same place on a coarser `level`; on a finer one, or the same, the tile itself.
    #[must_use]
    pub fn ancestor(self, level: u32) -> Self {
        let by = level.saturating_sub(self.level).min(31);
        Self { level: self.level + by, column: self.column >> by, row: self.row >> by }
    }
}

/// An image cut into square tiles, again and again at half the size until it is one tile.
///
/// Level `l` is `ceil(width / 2^l)` by `ceil(height / 2^l)` pixels; its pixel `(x, y)` stands for the image pixels from
/// `x · 2^l` up to `(x + 1) · 2^l`, those beyond the image left out. Tiles at the right and bottom edge are smaller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pyramid {
    size: Size,
    tile_side: u32,
    levels: u32,
}

/// The tiles that a view needs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sight {
    /// The level whose pixels are closest to those of the screen.
    pub level: u32,
    /// The tiles in sight, nearest the middle of the viewport first.
    pub in_sight: Vec<TileId>,
    /// A ring of one tile around those, nearest the middle first.
    pub around: Vec<TileId>,
}

impl Pyramid {
    /// The side of a tile unless there is a reason for another one.
    pub const TILE_SIDE: u32 = 512;
    /// The longest side of a tile: with a border of one pixel every graphics adapter takes it as a texture.
    pub const MAX_TILE_SIDE: u32 = 2046;

    /// The pyramid of an image of `size` in tiles of `tile_side` pixels.
    ///
    /// An error when the image is empty or the side is not in 16 to [`Pyramid::MAX_TILE_SIDE`].
    pub fn new(size: Size, tile_side: u32) -> Result<Self, WidgetsError> {
        let (width, height) = (size.width, size.height);
        if size.area_px() == 0 || !(16..=Self::MAX_TILE_SIDE).contains(&tile_side) {
            return Err(WidgetsError::Pyramid { width, height, tile_side, longest: Self::MAX_TILE_SIDE });
        }
        let mut levels = 1;
        while u64::from(width.max(height)).div_ceil(1 << (levels - 1)) > u64::from(tile_side) {
            levels += 1;
        }
        Ok(Self { size, tile_side, levels })
    }

    /// The size of the image in pixels.
    pub fn size(&self) -> Size {
        self.size
    }

    /// The side of a tile in pixels of its level.
    pub fn tile_side(&self) -> u32 {
        self.tile_side
    }

    /// The number of levels, at least 1; the last one is a single tile.
    pub fn levels(&self) -> u32 {
        self.levels
    }

    /// The size of a level in its own pixels; beyond the last level that of the last one.
    pub fn level_size(&self, level: u32) -> Size {
        let by = 1_u64 << level.min(self.levels - 1);
        let side = |length: u32| u64::from(length).div_ceil(by) as u32;
        Size::new(side(self.size.width), side(self.size.height))
    }

    /// Columns and rows of tiles on a level.
    pub fn grid(&self, level: u32) -> (u32, u32) {
        let size = self.level_size(level);
        (size.width.div_ceil(self.tile_side), size.height.div_ceil(self.tile_side))
    }

    /// The size of a tile in pixels of its level, or `None` when the pyramid has no such tile.
    pub fn tile_size(&self, id: TileId) -> Option<Size> {
        let (columns, rows) = self.grid(id.level);
        if id.level >= self.levels || id.column >= columns || id.row >= rows {
            return None;
        }
        let size = self.level_size(id.level);
        let side = |length: u32, index: u32| (length - index * self.tile_side).min(self.tile_side);
        Some(Size::new(side(size.width, id.column), side(size.height, id.row)))
    }

    /// The one tile of the last level.
    pub fn overview(&self) -> TileId {
        TileId { level: self.levels - 1, column: 0, row: 0 }
    }

    /// The full-resolution tile that holds an image pixel; meaningful inside the image.
    pub fn tile_of(&self, x: u32, y: u32) -> TileId {
        TileId { level: 0, column: x / self.tile_side, row: y / self.tile_side }
    }

    /// The part of the image that a tile covers, cut off at the image: x1, y1, x2, y2 in image pixels.
    pub fn covered(&self, id: TileId) -> [f64; 4] {
        let side = self.span_px(id.level);
        let (width, height) = (f64::from(self.size.width), f64::from(self.size.height));
        let (x, y) = (f64::from(id.column) * side, f64::from(id.row) * side);
        [x, y, (x + side).min(width), (y + side).min(height)]
    }

    /// The level for `scale_px` screen pixels an image pixel: the one whose pixels come closest to the screen's, so
    /// that none is drawn smaller than 0.7 or, but on level 0, larger than 1.42 screen pixels.
    pub fn level_for(&self, scale_px: f64) -> u32 {
        let wished = (-scale_px.log2()).round();
        wished.clamp(0.0, f64::from(self.levels - 1)) as u32
    }

    /// The tiles that a view needs; `view` and `viewport` in screen points, `pixels_per_point` turns them into pixels.
    ///
    /// At most `ceil(1.42 · side / tile_side) + 1` columns or rows for a viewport `side` screen pixels long. Nothing is
    /// in sight when the image lies beside the viewport.
    pub fn sight(&self, view: View, viewport: &BBox, pixels_per_point: f64) -> Sight {
        let level = self.level_for(view.scale * pixels_per_point);
        let from = view.image_from_screen(Point::new(viewport.x1(), viewport.y1()));
        let to = view.image_from_screen(Point::new(viewport.x2(), viewport.y2()));
        let (width, height) = (f64::from(self.size.width), f64::from(self.size.height));
        if !(from.x < width && from.y < height && to.x > 0.0 && to.y > 0.0 && from.x < to.x && from.y < to.y) {
            return Sight { level, ..Sight::default() };
        }
        let side = self.span_px(level);
        let (columns, rows) = self.grid(level);
        let across = span(from.x, to.x, side, columns);
        let down = span(from.y, to.y, side, rows);
        let middle = [f64::midpoint(from.x, to.x) / side, f64::midpoint(from.y, to.y) / side];
        let wide = |(first, last): (u32, u32), count: u32| first.saturating_sub(1)..=(last + 1).min(count - 1);
        let (mut in_sight, mut around) = (Vec::new(), Vec::new());
        for row in wide(down, rows) {
            for column in wide(across, columns) {
                let inside = (across.0..=across.1).contains(&column) && (down.0..=down.1).contains(&row);
                let dx = f64::from(column) + 0.5 - middle[0];
                let dy = f64::from(row) + 0.5 - middle[1];
                let to = if inside { &mut in_sight } else { &mut around };
                to.push((dx * dx + dy * dy, TileId { level, column, row }));
            }
        }
        Sight { level, in_sight: nearest_first(in_sight), around: nearest_first(around) }
    }

    /// Image pixels across a tile of a level.
    fn span_px(&self, level: u32) -> f64 {
        f64::from(self.tile_side) * 2_f64.powi(level as i32)
    }
}

/// The first and last tile that the open interval between two image coordinates touches.
fn span(from: f64, to: f64, side: f64, count: u32) -> (u32, u32) {
    let first = ((from / side).floor().max(0.0) as u32).min(count - 1);
    let last = ((to / side).ceil().max(1.0) as u32 - 1).clamp(first, count - 1);
    (first, last)
}

fn nearest_first(mut tiles: Vec<(f64, TileId)>) -> Vec<TileId> {
    tiles.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    tiles.into_iter().map(|(_, id)| id).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn pyramid(width: u32, height: u32, side: u32) -> Pyramid {
        Pyramid::new(Size::new(width, height), side).expect("a valid pyramid")
    }

    fn tile(level: u32, column: u32, row: u32) -> TileId {
        TileId { level, column, row }
    }

    #[test]
    fn levels_halve_rounding_up_until_one_tile_is_left() {
        let found = pyramid(1025, 300, 512);
        assert_eq!(found.levels(), 3);
        assert_eq!(found.level_size(1), Size::new(513, 150));
        assert_eq!(found.level_size(2), Size::new(257, 75));
        assert_eq!(found.grid(0), (3, 1));
        assert_eq!(found.tile_size(tile(0, 2, 0)), Some(Size::new(1, 300)));
        assert_eq!(found.tile_size(tile(1, 1, 0)), Some(Size::new(1, 150)));
        assert_eq!(found.tile_size(tile(2, 1, 0)), None);
        assert_eq!(found.tile_size(tile(3, 0, 0)), None);
        assert_eq!(found.covered(tile(1, 1, 0)), [1024.0, 0.0, 1025.0, 300.0]);
        assert_eq!(pyramid(512, 1, 512).levels(), 1);
        // 30,000 / 64 = 468.75, the first half that fits into 512.
        assert_eq!(pyramid(30_000, 30_000, 512).levels(), 7);
    }

    #[test]
    fn impossible_pyramids_are_refused_with_words() {
        let error = Pyramid::new(Size::new(0, 4), 512).expect_err("there are no pixels");
        assert!(error.to_string().contains("0 × 4 px"), "{error}");
        assert!(Pyramid::new(Size::new(4, 4), 8).is_err() && Pyramid::new(Size::new(4, 4), 4096).is_err());
    }

    #[test]
    fn the_level_follows_the_zoom() {
        let found = pyramid(30_000, 30_000, 512);
        let levels = [64.0, 1.0, 0.72, 0.70, 0.5, 0.25, 1.0 / 64.0, 1e-3].map(|scale| found.level_for(scale));
        assert_eq!(levels, [0, 0, 0, 1, 1, 2, 6, 6]);
    }

    #[test]
    fn what_is_nearest_the_middle_comes_first_and_then_the_ring() {
        let found = pyramid(2560, 2560, 512);
        let viewport = BBox::new(0.0, 0.0, 1000.0, 500.0).expect("a valid viewport");
        // Image x 520 to 1520 and y 520 to 1020: tiles 1 and 2 across, the second row.
        let sight = found.sight(View { scale: 1.0, origin: Point::new(-520.0, -520.0) }, &viewport, 1.0);
        assert_eq!(sight.in_sight, [tile(0, 1, 1), tile(0, 2, 1)]);
        assert_eq!(sight.around.len(), 4 * 3 - 2);
        assert!(sight.around[..4].contains(&tile(0, 1, 0)) && sight.around[..4].contains(&tile(0, 2, 2)));
    }

    #[test]
    fn an_image_beside_the_viewport_needs_nothing() {
        let viewport = BBox::new(0.0, 0.0, 100.0, 100.0).expect("a valid viewport");
        let view = View { scale: 1.0, origin: Point::new(100.0, 0.0) };
        let sight = pyramid(2000, 2000, 512).sight(view, &viewport, 1.0);
        assert!(sight.in_sight.is_empty() && sight.around.is_empty());
    }

    proptest! {
        #[test]
        fn the_tiles_in_sight_cover_the_viewport_and_are_few(
            (width, height, side) in (1_u32..60_000, 1_u32..60_000, 16_u32..1024),
            (log_scale, x, y) in (-7.0_f64..6.0, -0.5_f64..1.5, -0.5_f64..1.5),
            (wide, high, per_point) in (1.0_f64..3000.0, 1.0_f64..2000.0, 0.75_f64..2.5),
        ) {
            let pyramid = pyramid(width, height, side);
            let fit = 0.5 * (wide / f64::from(width)).min(high / f64::from(height));
            let scale = log_scale.exp2().max(fit);
            let viewport = BBox::new(0.0, 0.0, wide, high).expect("a valid viewport");
            let middle = Point::new(x * f64::from(width), y * f64::from(height));
            let view = View { scale, origin: Point::default() }.centred_on(middle, viewport.center());
            let sight = pyramid.sight(view, &viewport, per_point);
            // Covered: any place of the image in the viewport lies in a tile in sight.
            for i in 0..=16 {
                for j in 0..=16 {
                    let at = view.image_from_screen(Point::new(wide * (f64::from(i) + 0.01) / 16.03, high * (f64::from(j) + 0.01) / 16.03));
                    if at.x <= 0.0 || at.y <= 0.0 || at.x >= f64::from(width) || at.y >= f64::from(height) {
                        continue;
                    }
                    let held = sight.in_sight.iter().any(|id| {
                        let [x1, y1, x2, y2] = pyramid.covered(*id);
                        (x1..=x2).contains(&at.x) && (y1..=y2).contains(&at.y)
                    });
                    prop_assert!(held, "{at:?} in {sight:?}");
                }
            }
            // Few: bounded by the screen, however large the image is.
            let most = |length: f64| (std::f64::consts::SQRT_2 * length * per_point / f64::from(side)).ceil() as usize + 1;
            let few = sight.level + 1 == pyramid.levels() || sight.in_sight.len() <= most(wide) * most(high);
            prop_assert!(few, "{} tiles", sight.in_sight.len());
            prop_assert!(sight.in_sight.iter().chain(&sight.around).all(|id| pyramid.tile_size(*id).is_some()));
            let ring = (most(wide) + 2) * (most(high) + 2);
            prop_assert!(sight.level + 1 == pyramid.levels() || sight.around.len() + sight.in_sight.len() <= ring);
        }

        #[test]
        fn an_ancestor_covers_its_tile(
            (width, height, side) in (1_u32..100_000, 1_u32..100_000, 16_u32..1024),
            (x, y, level) in (0.0_f64..1.0, 0.0_f64..1.0, 0_u32..8),
        ) {
            let pyramid = pyramid(width, height, side);
            let id = pyramid.tile_of((x * f64::from(width)) as u32, (y * f64::from(height)) as u32);
            let above = id.ancestor(level.min(pyramid.levels() - 1));
            prop_assert!(pyramid.tile_size(above).is_some());
            let ([x1, y1, x2, y2], [u1, v1, u2, v2]) = (pyramid.covered(id), pyramid.covered(above));
            prop_assert!(u1 <= x1 && v1 <= y1 && u2 >= x2 && v2 >= y2);
        }
    }
}
