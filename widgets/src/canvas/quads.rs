//! Which part of which tile is drawn where: the geometry of painting an image, free of any graphics interface.

use concord_geometry::{BBox, Point, Size, View};

use super::image::{CanvasImage, Source, Tiled};
use super::pyramid::{Pyramid, TileId};
use super::tile_cache::Seen;
use super::tiles::{LEVELS, Tile};
use super::versioned::Versioned;

/// Texels around the pixels of a pyramid's tile in its texture, taken from its neighbours.
pub(crate) const BORDER: u32 = 1;

/// From this many screen pixels an image pixel on, image pixels are drawn as sharp squares.
pub(crate) const SQUARE_PIXELS_FROM: f64 = 4.0;
/// Sharpens the smaller copies a little: a box average looks soft at its own level.
const DETAIL_BIAS: f64 = 0.25;

/// Which pixels a quad shows.
#[derive(Debug, Clone)]
pub(crate) enum Piece {
    /// The tile of this index of a whole image.
    Tile(usize),
    /// A tile of a pyramid.
    Raster(TileId, Versioned),
    /// The thumbnail of a pyramid.
    Thumbnail(Versioned),
}

/// A visible part of one tile.
#[derive(Debug, Clone)]
pub(crate) struct Quad {
    /// Which pixels.
    pub(crate) piece: Piece,
    /// Corners on the screen in physical pixels: x1, y1, x2, y2.
    pub(crate) screen_px: [f64; 4],
    /// The same corners in texels of the texture.
    pub(crate) texels: [f64; 4],
    /// The same corners as shares of the whole image.
    pub(crate) share: [f64; 4],
}

/// What to draw in a frame, and what is missing for it.
#[derive(Debug)]
pub(crate) struct Plan {
    /// How finely a whole image is sampled.
    pub(crate) detail: Detail,
    /// Screen pixels an image pixel.
    pub(crate) scale_px: f64,
    /// Physical pixels a screen point.
    pub(crate) pixels_per_point: f64,
    /// The visible parts, in the order in which their pixels should come: coarse ones first, for they stand in for
    /// finer ones, then those near the middle of the view.
    pub(crate) quads: Vec<Quad>,
    /// Tiles that are not there, most urgent first.
    pub(crate) wanted: Vec<TileId>,
}

impl Plan {
    /// Plans a frame; `view` and `viewport` in screen points.
    pub(crate) fn new(image: &CanvasImage, view: View, viewport: &BBox, pixels_per_point: f64) -> Self {
        let scale_px = view.scale * pixels_per_point;
        let frame = Frame { image: image.size(), view, viewport: *viewport, pixels_per_point };
        let (mut quads, wanted) = match image.source() {
            Source::Whole(tiles) => (visible(tiles, &frame), Vec::new()),
            Source::Tiled(tiled) => {
                let looked = tiled.cache.look(image.key(), &tiled.pyramid.sight(view, viewport, pixels_per_point));
                (standing_in(tiled, looked.seen, &frame), looked.wanted)
            }
        };
        let middle = viewport.center();
        let from_middle = |quad: &Quad| {
            let [x1, y1, x2, y2] = quad.screen_px.map(|px| px / pixels_per_point);
            Point::new(f64::midpoint(x1, x2), f64::midpoint(y1, y2)).distance(middle)
        };
        quads.sort_by(|a, b| b.coarseness().cmp(&a.coarseness()).then(from_middle(a).total_cmp(&from_middle(b))));
        Self { detail: Detail::at(scale_px), scale_px, pixels_per_point, quads, wanted }
    }
}

impl Quad {
    /// How coarse the pixels are: a thumbnail is coarser than any tile.
    fn coarseness(&self) -> u32 {
        match self.piece {
            Piece::Tile(_) => 0,
            Piece::Raster(id, _) => id.level,
            Piece::Thumbnail(_) => u32::MAX,
        }
    }

    /// The corners in texels of another texture that shows the same part of an image of this size.
    pub(crate) fn texels_in(&self, image: Size, texels: impl Fn(f64, f64) -> [f64; 2]) -> [f64; 4] {
        let (width, height) = (f64::from(image.width), f64::from(image.height));
        let [x1, y1, x2, y2] = self.share;
        let ([u1, v1], [u2, v2]) = (texels(x1 * width, y1 * height), texels(x2 * width, y2 * height));
        [u1, v1, u2, v2]
    }
}

/// Where places of the image lie in the texture of a tile of a pyramid.
pub(crate) fn in_tile(pyramid: &Pyramid, id: TileId) -> impl Fn(f64, f64) -> [f64; 2] {
    let (texel_px, side) = (2_f64.powi(id.level as i32), f64::from(pyramid.tile_side()));
    let (left, top, border) = (f64::from(id.column) * side, f64::from(id.row) * side, f64::from(BORDER));
    move |x, y| [x / texel_px - left + border, y / texel_px - top + border]
}

/// Where places of the image lie in the texture of a thumbnail with these sides.
pub(crate) fn in_thumbnail(sides: [u32; 2], image: Size) -> impl Fn(f64, f64) -> [f64; 2] {
    let (across, down) = (f64::from(sides[0]) / f64::from(image.width), f64::from(sides[1]) / f64::from(image.height));
    move |x, y| [x * across, y * down]
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
    /// The detail for `scale_px` screen pixels an image pixel. No level that is finer than the base is ever sampled.
    pub(crate) fn at(scale_px: f64) -> Self {
        let level = (-scale_px.log2() - DETAIL_BIAS).clamp(0.0, f64::from(LEVELS - 1));
        let base = level.floor() as u32;
        Self { level, base, square: scale_px >= SQUARE_PIXELS_FROM }
    }
}

/// Where an image is shown.
struct Frame {
    image: Size,
    view: View,
    viewport: BBox,
    pixels_per_point: f64,
}

impl Frame {
    /// The part of `covered` (x1, y1, x2, y2 in image pixels) in sight; `texels` turns a place in the image into one in
    /// the texture.
    fn quad(&self, piece: Piece, covered: [f64; 4], texels: impl Fn(f64, f64) -> [f64; 2]) -> Option<Quad> {
        let top_left = self.view.image_from_screen(Point::new(self.viewport.x1(), self.viewport.y1()));
        let bottom_right = self.view.image_from_screen(Point::new(self.viewport.x2(), self.viewport.y2()));
        let [x1, y1, x2, y2] = covered;
        let (x1, y1) = (x1.max(top_left.x), y1.max(top_left.y));
        let (x2, y2) = (x2.min(bottom_right.x), y2.min(bottom_right.y));
        if x2 <= x1 || y2 <= y1 {
            return None;
        }
        let from = self.view.screen_from_image(Point::new(x1, y1));
        let to = self.view.screen_from_image(Point::new(x2, y2));
        let (width, height) = (f64::from(self.image.width), f64::from(self.image.height));
        let ([u1, v1], [u2, v2]) = (texels(x1, y1), texels(x2, y2));
        Some(Quad {
            piece,
            screen_px: [from.x, from.y, to.x, to.y].map(|v| v * self.pixels_per_point),
            texels: [u1, v1, u2, v2],
            share: [x1 / width, y1 / height, x2 / width, y2 / height],
        })
    }
}

/// The visible parts of all tiles of a whole image.
fn visible(tiles: &[Tile], frame: &Frame) -> Vec<Quad> {
    let part = |(index, tile): (usize, &Tile)| {
        let [left, top] = tile.origin.map(f64::from);
        frame.quad(Piece::Tile(index), tile.shown.map(f64::from), |x, y| [x - left, y - top])
    };
    tiles.iter().enumerate().filter_map(part).collect()
}

/// The visible part of each tile in sight, taken from the best that is there. Neighbours share their corners to the
/// last bit whatever they are taken from, so that no gap opens between them.
fn standing_in(tiled: &Tiled, seen: Vec<Seen>, frame: &Frame) -> Vec<Quad> {
    let pyramid = &tiled.pyramid;
    let part = |Seen { cell, best }: Seen| match (best, &tiled.thumbnail) {
        (Some((id, pixels)), _) => frame.quad(Piece::Raster(id, pixels), pyramid.covered(cell), in_tile(pyramid, id)),
        (None, Some(thumbnail)) => {
            let size = thumbnail.raster.size();
            let texels = in_thumbnail([size.width, size.height], frame.image);
            frame.quad(Piece::Thumbnail(thumbnail.clone()), pyramid.covered(cell), texels)
        }
        (None, None) => None,
    };
    seen.into_iter().filter_map(part).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::canvas::raster::{PixelKind, Raster};
    use crate::canvas::tile_cache::TileCache;
    use crate::canvas::tiles::cut;

    fn plan(tiles: &[Tile], size: Size, origin: Point, per_point: f64) -> Vec<Quad> {
        let viewport = BBox::new(0.0, 0.0, 100.0, 40.0).expect("a valid viewport");
        visible(tiles, &Frame { image: size, view: View { scale: 1.0, origin }, viewport, pixels_per_point: per_point })
    }

    #[test]
    fn only_tiles_in_the_viewport_are_drawn() {
        let size = Size::new(6000, 40);
        let tiles = cut(size, vec![7; size.area_px() as usize * 3].into(), 3);
        assert_eq!(tiles.len(), 3);
        let quads = plan(&tiles, size, Point::new(-1990.0, 0.0), 2.0);
        assert!(matches!(quads[..], [Quad { piece: Piece::Tile(0), .. }, Quad { piece: Piece::Tile(1), .. }]));
        // The border of the two tiles is at image x 2016, 26 points from the left.
        assert_eq!(quads[0].screen_px, [0.0, 0.0, 52.0, 80.0]);
        assert_eq!(quads[1].screen_px, [52.0, 0.0, 200.0, 80.0]);
        assert_eq!(quads[1].texels, [16.0, 0.0, 90.0, 40.0]);
        assert_eq!(quads[0].share[0], 1990.0 / 6000.0);
    }

    #[test]
    fn an_image_out_of_sight_draws_nothing() {
        let size = Size::new(16, 16);
        let tiles = cut(size, vec![0; 768].into(), 3);
        assert!(plan(&tiles, size, Point::new(200.0, 0.0), 1.0).is_empty());
    }

    #[test]
    fn detail_follows_the_zoom() {
        assert_eq!(Detail::at(1.0), Detail { level: 0.0, base: 0, square: false });
        assert_eq!(Detail::at(4.0), Detail { level: 0.0, base: 0, square: true });
        assert!(!Detail::at(3.99).square);
        assert_eq!(Detail::at(0.125), Detail { level: 2.75, base: 2, square: false });
        // A picture of 12 megapixels fitted into a window: the half is enough.
        assert_eq!(Detail::at(0.4).base, 1);
        assert_eq!(Detail::at(1e-3).base, 4);
    }

    #[test]
    fn stand_ins_meet_the_finer_tiles_without_a_gap() {
        let cache = TileCache::new(1 << 30);
        let size = Size::new(2000, 1500);
        let image = CanvasImage::pyramid(1, size, PixelKind::Rgba8, &cache).expect("a valid size");
        let viewport = BBox::new(3.0, 5.0, 1203.0, 905.0).expect("a valid viewport");
        let view = View { scale: 0.937, origin: Point::new(-321.7, -200.3) };
        let look = || Plan::new(&image, view, &viewport, 1.25);
        assert!(look().quads.is_empty());
        let put = |level, column, row, width, height| {
            let pixels = Raster::gray8(Size::new(width, height), &vec![3; (width * height) as usize]);
            let id = TileId { level, column, row };
            cache.put(image.key(), id, pixels.expect("the bytes fit")).expect("the tile fits");
        };
        put(2, 0, 0, 500, 375);
        put(0, 1, 1, 512, 512);
        let quads = look().quads;
        let fine = quads.iter().find(|quad| matches!(&quad.piece, Piece::Raster(id, _) if id.level == 0));
        let fine = fine.expect("the tile is in sight");
        let corner = view.screen_from_image(Point::new(512.0, 512.0));
        assert_eq!(fine.screen_px[..2], [corner.x * 1.25, corner.y * 1.25]);
        assert_eq!(fine.texels[..2], [1.0, 1.0]);
        let edges = |side: usize| quads.iter().filter(|q| q.screen_px[side] == fine.screen_px[2 - side]).count();
        assert!(edges(2) >= 2 && edges(0) >= 1, "neighbours have the very same edges");
        let area = |q: &Quad| (q.screen_px[2] - q.screen_px[0]) * (q.screen_px[3] - q.screen_px[1]);
        let covered: f64 = quads.iter().map(area).sum();
        assert!((covered - 1200.0 * 900.0 * 1.25 * 1.25).abs() < 1e-3, "{covered}");
        // Level 2 has a pixel for four: 512 / 4 and the border.
        let coarse = quads.iter().find(|quad| quad.screen_px[0] == fine.screen_px[2]).expect("there is a neighbour");
        assert_eq!(coarse.texels[0], 257.0);
    }

    #[test]
    fn a_thumbnail_stands_in_where_nothing_else_does() {
        let cache = TileCache::new(1 << 20);
        let image = CanvasImage::pyramid(1, Size::new(4000, 3000), PixelKind::Gray16, &cache).expect("a valid size");
        let small = Raster::gray8(Size::new(40, 30), &[3; 1200]).expect("1200 pixels");
        let image = image.with_thumbnail(small);
        let viewport = BBox::new(0.0, 0.0, 400.0, 300.0).expect("a valid viewport");
        let plan = Plan::new(&image, View { scale: 0.1, origin: Point::default() }, &viewport, 1.0);
        assert_eq!(plan.wanted, [TileId { level: 3, column: 0, row: 0 }]);
        let [Quad { piece: Piece::Thumbnail(_), texels, .. }] = &plan.quads[..] else { panic!("{plan:?}") };
        assert_eq!(*texels, [0.0, 0.0, 40.0, 30.0]);
    }
}
