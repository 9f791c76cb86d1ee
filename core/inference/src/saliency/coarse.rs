//! A map as coarse as the features it came from, and its way onto the image.

use concord_geometry::{Placement, Size};

use super::heatmap::{Heatmap, unit_range};

/// A map as coarse as the features it came from; it covers the model's whole input, padding included.
#[derive(Debug, Clone, PartialEq)]
pub struct CoarseMap {
    /// `height · width` values in 0..=1, row-major.
    pub values: Vec<f32>,
    /// What 0 and 1 stand for in the method's own units.
    pub range: [f64; 2],
    /// How it was computed: [`Method::name`](super::Method::name).
    pub method: &'static str,
    /// True when no cell differs from another; all values are 0 then.
    pub constant: bool,
    /// True when numbers that are not finite went in; they counted as 0.
    pub not_finite: bool,
}

impl CoarseMap {
    /// The map of raw values.
    pub(super) fn from_raw(raw: Vec<f64>, not_finite: bool, method: &'static str) -> Self {
        let scaled = unit_range(raw, 0.0);
        Self {
            values: scaled.values,
            range: scaled.range,
            method,
            constant: scaled.constant,
            not_finite: not_finite || scaled.not_finite,
        }
    }
}

/// The coarse map of `rows` × `columns` cells, which covers the whole input, enlarged bilinearly at half-pixel centres
/// to the input's resolution and cut to the part the image fills. What of the image lies outside the input is 0.
///
/// `None` when the map has no cells or another number of values.
pub fn over_image(map: &CoarseMap, rows: usize, columns: usize, placement: &Placement) -> Option<Heatmap> {
    if rows == 0 || columns == 0 || map.values.len() != rows.checked_mul(columns)? {
        return None;
    }
    let (left, top, width, height) = placement.covered();
    let across = between(columns, placement.input.width, left, width);
    let down = between(rows, placement.input.height, top, height);
    // Where the scaled image stands out of the input, the model saw nothing of it, and the map has its least value there.
    let Size { width: whole, height: lines } = placement.scaled;
    let outside = |start: i32| usize::try_from(-i64::from(start)).unwrap_or(0);
    let (skip_x, skip_y) = (outside(placement.left), outside(placement.top));
    let (full_width, full_height) = (whole.max(width) as usize, lines.max(height) as usize);
    let mut values = vec![0.0; full_width * full_height];
    for (line, (y0, y1, fy)) in down.iter().enumerate() {
        let blend = |column: usize| {
            let at = |row: usize| f64::from(map.values[row * columns + column]);
            at(*y0) * (1.0 - fy) + at(*y1) * fy
        };
        let row: Vec<f64> = (0..columns).map(blend).collect();
        let out = &mut values[(line + skip_y) * full_width + skip_x..][..across.len()];
        for (out, (x0, x1, fx)) in out.iter_mut().zip(&across) {
            *out = (row[*x0] * (1.0 - fx) + row[*x1] * fx) as f32;
        }
    }
    Some(Heatmap {
        width: full_width as u32,
        height: full_height as u32,
        values,
        range: map.range,
        method: map.method,
        constant: map.constant,
        not_finite: map.not_finite,
    })
}

/// For each of `count` input pixels from `start`, the two cells it lies between and how far towards the second.
fn between(cells: usize, input: u32, start: u32, count: u32) -> Vec<(usize, usize, f64)> {
    let last = (cells - 1) as f64;
    (start..start + count)
        .map(|pixel| {
            let at = ((f64::from(pixel) + 0.5) * cells as f64 / f64::from(input) - 0.5).clamp(0.0, last);
            let low = at.floor();
            (low as usize, (low as usize + 1).min(cells - 1), at - low)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use concord_geometry::Fit;

    use super::*;

    #[test]
    fn padding_is_cut_off() {
        // 100×50 in 64×64 fills rows 16..48: of four map rows exactly the middle two.
        let placement = Placement::new(Size::new(100, 50), Size::new(64, 64), Fit::Letterbox);
        let coarse = CoarseMap { values: vec![9.0, 0.25, 0.75, 9.0], ..CoarseMap::from_raw(vec![], false, "test") };
        let map = over_image(&coarse, 4, 1, &placement).expect("four cells");
        assert_eq!((map.width, map.height, map.values.len()), (64, 32, 64 * 32));
        // Half-way between two cells' centres lies their mean: input row 32, between map rows 15 and 16.
        let middle = f32::midpoint(map.values[15 * 64], map.values[16 * 64]);
        assert!((middle - 0.5).abs() < 1e-6);
        assert!(over_image(&coarse, 3, 1, &placement).is_none());
    }
    #[test]
    fn what_the_model_does_not_see_is_dark() {
        // 96 × 32 covers 32 × 32: the left and the right third are cut off, a cell of the map is 16 pixels wide.
        let placement = Placement::new(Size::new(96, 32), Size::new(32, 32), Fit::Cover);
        let coarse = CoarseMap { values: vec![0.5, 1.0], ..CoarseMap::from_raw(vec![], false, "test") };
        let map = over_image(&coarse, 1, 2, &placement).expect("two cells");
        assert_eq!(map.size(), Size::new(96, 32));
        let row: Vec<f32> = map.values[31 * 96..].to_vec();
        assert_eq!((row[0], row[31], row[32], row[63], row[64]), (0.0, 0.0, 0.5, 1.0, 0.0));
    }
}
