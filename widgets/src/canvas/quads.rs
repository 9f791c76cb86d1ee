//! Which part of which tile is drawn where: the geometry of painting an image, free of any graphics interface.

use concord_geometry::{BBox, Point, Size, View};

use super::tiles::{LEVELS, Tile};

/// From this many screen pixels an image pixel on, image pixels are drawn as sharp squares.
pub(crate) const SQUARE_PIXELS_FROM: f64 = 4.0;
/// Sharpens the smaller copies a little: a box average looks soft at its own level.
const DETAIL_BIAS: f64 = 0.25;

/// A visible part of one tile.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Quad {
    /// Index of the tile.
    pub(crate) tile: usize,
    /// Corners on the screen in physical pixels: x1, y1, x2, y2.
    pub(crate) screen_px: [f64; 4],
    /// The same corners in texels of the tile.
    pub(crate) texels: [f64; 4],
    /// The same corners as shares of the whole image.
    pub(crate) share: [f64; 4],
}

/// How finely an image is sampled at a zoom.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Detail {
    /// Level of detail: 0 full size, 1 half, and so on.
    pub(crate) level: f64,
    /// The coarsest stored level that is fine enough to be the texture's first.
    pub(crate) base: u32,
    /// Sharp squares instead of smoothing.
    pub(crate) square: bool,
}

impl Detail {
    /// The detail for `scale_px` screen pixels an image pixel; an image of one tile is always uploaded whole.
    pub(crate) fn at(scale_px: f64, tile_count: usize) -> Self {
        let level = (-scale_px.log2() - DETAIL_BIAS).clamp(0.0, f64::from(LEVELS - 1));
        let base = if tile_count <= 1 { 0 } else { (level / 2.0).floor() as u32 * 2 };
        Self { level, base, square: scale_px >= SQUARE_PIXELS_FROM }
    }
}

/// The visible parts of all tiles; `view` and `viewport` in screen points, `pixels_per_point` turns them into pixels.
pub(crate) fn visible(tiles: &[Tile], image: Size, view: View, viewport: &BBox, pixels_per_point: f64) -> Vec<Quad> {
    let top_left = view.image_from_screen(Point::new(viewport.x1(), viewport.y1()));
    let bottom_right = view.image_from_screen(Point::new(viewport.x2(), viewport.y2()));
    let (width, height) = (f64::from(image.width), f64::from(image.height));
    let part = |(index, tile): (usize, &Tile)| {
        let [x1, y1, x2, y2] = tile.shown.map(f64::from);
        let (x1, y1) = (x1.max(top_left.x), y1.max(top_left.y));
        let (x2, y2) = (x2.min(bottom_right.x), y2.min(bottom_right.y));
        if x2 <= x1 || y2 <= y1 {
            return None;
        }
        let from = view.screen_from_image(Point::new(x1, y1));
        let to = view.screen_from_image(Point::new(x2, y2));
        let [left, top] = tile.origin.map(f64::from);
        Some(Quad {
            tile: index,
            screen_px: [from.x, from.y, to.x, to.y].map(|v| v * pixels_per_point),
            texels: [x1 - left, y1 - top, x2 - left, y2 - top],
            share: [x1 / width, y1 / height, x2 / width, y2 / height],
        })
    };
    tiles.iter().enumerate().filter_map(part).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::canvas::tiles::cut;

    #[test]
    fn only_tiles_in_the_viewport_are_drawn() {
        let size = Size::new(6000, 40);
        let tiles = cut(size, &vec![7; size.area_px() as usize * 3], 3);
        assert_eq!(tiles.len(), 3);
        let viewport = BBox::new(0.0, 0.0, 100.0, 40.0).expect("a valid viewport");
        let view = View { scale: 1.0, origin: Point::new(-1990.0, 0.0) };
        let quads = visible(&tiles, size, view, &viewport, 2.0);
        assert_eq!(quads.iter().map(|quad| quad.tile).collect::<Vec<_>>(), [0, 1]);
        // The border of the two tiles is at image x 2016, 26 points from the left.
        assert_eq!(quads[0].screen_px, [0.0, 0.0, 52.0, 80.0]);
        assert_eq!(quads[1].screen_px, [52.0, 0.0, 200.0, 80.0]);
        assert_eq!(quads[1].texels, [16.0, 0.0, 90.0, 40.0]);
        assert_eq!(quads[0].share[0], 1990.0 / 6000.0);
    }

    #[test]
    fn an_image_out_of_sight_draws_nothing() {
        let size = Size::new(16, 16);
        let tiles = cut(size, &[0; 768], 3);
        let viewport = BBox::new(0.0, 0.0, 100.0, 100.0).expect("a valid viewport");
        let view = View { scale: 1.0, origin: Point::new(200.0, 0.0) };
        assert!(visible(&tiles, size, view, &viewport, 1.0).is_empty());
    }

    #[test]
    fn detail_follows_the_zoom() {
        assert_eq!(Detail::at(1.0, 9), Detail { level: 0.0, base: 0, square: false });
        assert_eq!(Detail::at(4.0, 9), Detail { level: 0.0, base: 0, square: true });
        assert!(!Detail::at(3.99, 9).square);
        assert_eq!(Detail::at(0.125, 9), Detail { level: 2.75, base: 2, square: false });
        assert_eq!(Detail::at(0.125, 1).base, 0);
        assert_eq!(Detail::at(1e-3, 9).base, 4);
    }
}
