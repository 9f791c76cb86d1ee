//! What the graphics adapter is given for a shape: lines, points and filled pieces, in whole units of place.

use concord_geometry::{BBox, Point};
use egui::Color32;

use super::LineStyle;

/// Units of place an image pixel: fine enough for a sixtieth of a screen pixel at the largest zoom.
pub(crate) const UNITS_PER_PX: f64 = 2048.0;
/// Places beyond are brought here, so that the difference of two is still a whole number of 32 bits.
const FARTHEST: f64 = ((1 << 30) - 1) as f64;

/// Shapes with a longer side of fewer screen points, at the next smaller zoom, are not drawn with their outline.
const SMALL: f64 = 6.0;

/// A line or point: `a` and `b` (x, y), colour, flags, length up to `a` and shorter side of the shape.
pub(crate) type LineInstance = [u32; 8];
/// A piece with level rows: x on the left and on the right (upper, lower), y (upper, lower), colour.
pub(crate) type FillInstance = [u32; 7];

/// What is drawn for some shapes, in order.
#[derive(Debug, Default, Clone, PartialEq)]
pub(crate) struct Drawing {
    pub(crate) lines: Vec<LineInstance>,
    pub(crate) fills: Vec<FillInstance>,
}

/// A coordinate in units of place.
pub(crate) fn units(px: f64) -> i32 {
    (px * UNITS_PER_PX).round().clamp(-FARTHEST, FARTHEST) as i32
}

/// What the flags of a line say; the numbers are those of the shader.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Flags(u32);

impl Flags {
    /// Set on whole screen pixels, with its outer side on the left.
    pub(crate) const SNAPPED: Self = Self(4);
    /// Where it is upright it ends at the inner edge of the lines that it meets.
    pub(crate) const BUTT: Self = Self(8);
    /// Thicker than ordinary lines.
    pub(crate) const STANDS_OUT: Self = Self(16);
    /// With a fainter dark edge.
    pub(crate) const FAINT: Self = Self(32);
    /// The bounds from `a` to `b` of a shape too small for an outline: a thin frame, or a filled square.
    pub(crate) const DOT: Self = Self(64);
    /// A filled disc.
    pub(crate) const DISC: Self = Self(128);
    /// A hollow disc.
    pub(crate) const RING: Self = Self(192);

    pub(crate) fn of_style(style: LineStyle) -> Self {
        Self(match style {
            LineStyle::Solid => 0,
            LineStyle::Dashed => 1,
            LineStyle::Dotted => 2,
            LineStyle::DashDot => 3,
        })
    }

    pub(crate) fn with(self, other: Self, on: bool) -> Self {
        if on { Self(self.0 | other.0) } else { self }
    }
}

/// How finely shapes are drawn: a power of two below the zoom, in screen points an image pixel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Detail {
    exponent: i32,
}

impl Detail {
    /// The coarsest: every shape is a point.
    pub(crate) const COARSEST: Self = Self { exponent: -64 };

    /// The detail for a zoom; above 100 % everything is exact.
    pub(crate) fn at(points_per_px: f64) -> Self {
        Self { exponent: points_per_px.max(f64::MIN_POSITIVE).log2().floor().clamp(-20.0, 3.0) as i32 }
    }

    /// True when this is so much finer than `wanted` that drawing anew pays.
    pub(crate) fn is_wasteful_for(self, wanted: Self) -> bool {
        self.exponent > wanted.exponent + 1
    }

    /// Screen points an image pixel at least.
    fn nominal(self) -> f64 {
        2f64.powi(self.exponent)
    }

    /// How far an outline may be off, in image pixels: a third of a screen point.
    pub(crate) fn tolerance_px(self) -> f64 {
        if self.exponent >= 3 { 0.0 } else { 0.35 / self.nominal() }
    }

    /// Shapes whose longer side is shorter are drawn as their bounds or as a dot, in image pixels.
    pub(crate) fn dot_below_px(self) -> f64 {
        if self.exponent >= 3 { 0.0 } else { SMALL / self.nominal() }
    }
}

/// Writes the lines and pieces of one shape.
pub(crate) struct Pen<'a> {
    out: &'a mut Drawing,
    color: u32,
    fill: Option<u32>,
    flags: Flags,
    side: u32,
}

impl<'a> Pen<'a> {
    /// `side` is the shorter side of the shape in image pixels.
    pub(crate) fn new(out: &'a mut Drawing, color: Color32, fill: Option<Color32>, flags: Flags, side: f64) -> Self {
        let bits = |color: Color32| u32::from_ne_bytes(color.to_array());
        Self { out, color: bits(color), fill: fill.map(bits), flags, side: (side as f32).to_bits() }
    }

    /// True when the shape is filled.
    pub(crate) fn fills(&self) -> bool {
        self.fill.is_some()
    }

    fn line(&mut self, [a, b]: [Point; 2], flags: Flags, along: f64) {
        let [ax, ay, bx, by] = [a.x, a.y, b.x, b.y].map(|v| units(v).cast_unsigned());
        self.out.lines.push([ax, ay, bx, by, self.color, flags.0, (along as f32).to_bits(), self.side]);
    }

    /// A line from point to point; `closed` joins the last to the first.
    pub(crate) fn path(&mut self, points: &[Point], closed: bool) {
        let mut along = 0.0;
        let closing = closed.then(|| points.last().zip(points.first())).flatten().map(|(a, b)| [*a, *b]);
        for pair in points.windows(2).map(|pair| [pair[0], pair[1]]).chain(closing) {
            self.line(pair, self.flags, along);
            along += pair[0].distance(pair[1]);
        }
    }

    /// A level or upright line on whole screen pixels, the outside on its left; dashes keep their place in the image.
    pub(crate) fn border(&mut self, pair: [Point; 2]) {
        let [a, b] = pair;
        let along = if a.y == b.y { a.x * (b.x - a.x).signum() } else { a.y * (b.y - a.y).signum() };
        self.line(pair, self.flags.with(Flags::SNAPPED, true), along);
    }

    /// The outline of an upright box on whole screen pixels; `corners` run clockwise.
    pub(crate) fn frame(&mut self, corners: [Point; 4]) {
        let flags = self.flags.with(Flags::SNAPPED, true).with(Flags::BUTT, true);
        let mut along = 0.0;
        for i in 0..4 {
            let pair = [corners[i], corners[(i + 1) % 4]];
            self.line(pair, flags, along);
            along += pair[0].distance(pair[1]);
        }
    }

    /// The bounds of a small shape.
    pub(crate) fn dot(&mut self, bounds: &BBox) {
        let [from, _, to, _] = bounds.corners();
        self.line([from, to], self.flags.with(Flags::DOT, true), 0.0);
    }

    /// A point: a disc or ring.
    pub(crate) fn point(&mut self, at: Point, kind: Flags) {
        self.line([at, at], self.flags.with(kind, true), 0.0);
    }

    /// A filled piece between two level rows: `[x on the left, x on the right, y]` above and below.
    pub(crate) fn piece(&mut self, upper: [f64; 3], lower: [f64; 3]) {
        let Some(fill) = self.fill else { return };
        let [left, right, top] = upper.map(|v| units(v).cast_unsigned());
        let [lower_left, lower_right, bottom] = lower.map(|v| units(v).cast_unsigned());
        self.out.fills.push([left, lower_left, right, lower_right, top, bottom, fill]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_fine_at_the_largest_zoom_and_far_from_the_corner() {
        for px in [0.1, 29_999.97, -3.3, 123_456.789] {
            let off = (f64::from(units(px)) / UNITS_PER_PX - px).abs() * 64.0;
            assert!(off < 1.0 / 60.0, "{px}: {off}");
        }
        assert!(units(1e12).checked_sub(units(-1e12)).is_some());
        assert_eq!(units(f64::NAN), 0);
    }

    #[test]
    fn detail_follows_the_zoom_by_powers_of_two() {
        assert_eq!(Detail::at(1.0), Detail::at(1.99));
        assert!(Detail::at(0.99) < Detail::at(1.0));
        assert_eq!(Detail::at(8.0).tolerance_px(), 0.0);
        assert_eq!(Detail::at(64.0), Detail::at(8.0));
        assert!(Detail::at(0.25).tolerance_px() * 0.5 < 1.0, "less than a screen point off");
        assert_eq!((Detail::at(0.25).dot_below_px(), Detail::at(64.0).dot_below_px()), (24.0, 0.0));
        assert!(Detail::at(1.0).is_wasteful_for(Detail::at(0.25)));
        assert!(!Detail::at(0.5).is_wasteful_for(Detail::at(0.25)));
        assert!(Detail::COARSEST < Detail::at(0.0) && Detail::COARSEST.dot_below_px() > 1e12);
    }
}
