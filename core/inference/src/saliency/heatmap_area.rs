//! A map cut to the box of one object, and a map at another resolution.

use concord_geometry::{BBox, Size};

use super::heatmap::{Heatmap, unit_range};

impl Heatmap {
    /// The map at another resolution, bilinear at half-pixel centres; an empty map gives zeros.
    #[must_use]
    pub fn resized(&self, size: Size) -> Self {
        if size == self.size() {
            return self.clone();
        }
        let (columns, rows) = (taps(self.width, size.width), taps(self.height, size.height));
        let mut values = Vec::with_capacity(size.area_px() as usize);
        let at = |row: usize, column: usize| {
            self.values.get(row * self.width as usize + column).copied().map_or(0.0, f64::from)
        };
        for (y0, y1, fy) in &rows {
            values.extend(columns.iter().map(|(x0, x1, fx)| {
                let upper = at(*y0, *x0) * (1.0 - fx) + at(*y0, *x1) * fx;
                let lower = at(*y1, *x0) * (1.0 - fx) + at(*y1, *x1) * fx;
                (upper * (1.0 - fy) + lower * fy) as f32
            }));
        }
        Self { width: size.width, height: size.height, values, ..self.clone() }
    }
}

/// For each of `count` places the two of `from` it lies between, and how far towards the second.
fn taps(from: u32, count: u32) -> Vec<(usize, usize, f64)> {
    let last = f64::from(from.saturating_sub(1));
    let place = |at: u32| {
        let x = ((f64::from(at) + 0.5) * f64::from(from) / f64::from(count) - 0.5).clamp(0.0, last);
        (x.floor() as usize, x.ceil() as usize, x - x.floor())
    };
    (0..count).map(place).collect()
}

/// A map of an image of `size` cut to the box of one object: inside, the values are brought to 0..=1 anew; outside they
/// are 0. A pixel of the map lies where its centre lies.
///
/// This shows where in an object the map is high. It does not make a map of the image one of the object: a method that
/// knows no object keeps what it says about the image.
pub fn within(map: &Heatmap, size: Size, bbox: &BBox) -> Heatmap {
    let across = f64::from(size.width) / f64::from(map.width.max(1));
    let down = f64::from(size.height) / f64::from(map.height.max(1));
    let is_inside = |at: usize| {
        let (column, row) = (at as u64 % u64::from(map.width.max(1)), at as u64 / u64::from(map.width.max(1)));
        let (x, y) = ((column as f64 + 0.5) * across, (row as f64 + 0.5) * down);
        (bbox.x1()..bbox.x2()).contains(&x) && (bbox.y1()..bbox.y2()).contains(&y)
    };
    let inside: Vec<usize> = (0..map.values.len()).filter(|at| is_inside(*at)).collect();
    let [low, high] = map.range;
    let raw = inside.iter().map(|at| low + f64::from(map.values[*at]) * (high - low)).collect();
    // The values went through 32 bits, which is the noise they carry.
    let scaled = unit_range(raw, (high - low).abs() * f64::from(f32::EPSILON));
    let mut values = vec![0.0; map.values.len()];
    for (at, value) in inside.into_iter().zip(scaled.values) {
        values[at] = value;
    }
    Heatmap { values, range: scaled.range, constant: scaled.constant, ..map.clone() }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn map(width: u32, height: u32, raw: Vec<f64>) -> Heatmap {
        Heatmap::from_raw(Size::new(width, height), raw, 0.0, "test")
    }

    #[test]
    fn within_a_box_the_map_is_scaled_anew() {
        // An image of 8 × 4 under a map of 4 × 2: the box holds the centres of the two middle columns.
        let map = map(4, 2, vec![0.0, 1.0, 2.0, 9.0, 10.0, 3.0, 5.0, 4.0]);
        let bbox = BBox::new(2.0, 0.0, 6.0, 4.0).expect("a box");
        let cut = within(&map, Size::new(8, 4), &bbox);
        let expect = [0.0, 0.0, 0.25, 0.0, 0.0, 0.5, 1.0, 0.0];
        assert!(cut.values.iter().zip(expect).all(|(a, b)| (a - b).abs() < 1e-6), "{:?}", cut.values);
        assert!((cut.range[0] - 1.0).abs() < 1e-6 && (cut.range[1] - 5.0).abs() < 1e-6);
        let beside = BBox::new(20.0, 0.0, 26.0, 4.0).expect("a box");
        let nothing = within(&map, Size::new(8, 4), &beside);
        assert!(nothing.constant && nothing.values == [0.0; 8]);
    }

    #[test]
    fn a_map_of_another_size_is_bilinear_at_half_pixel_centres() {
        // Doubling a row (0, 1): centres at −.25, .25, .75, 1.25 of the old one, held to its ends.
        let wide = map(2, 1, vec![0.0, 1.0]).resized(Size::new(4, 2));
        assert_eq!(wide.values, [0.0, 0.25, 0.75, 1.0, 0.0, 0.25, 0.75, 1.0]);
        let half = map(4, 1, vec![0.0, 1.0, 1.0, 0.0]).resized(Size::new(2, 1));
        assert_eq!(half.values, [0.5, 0.5]);
    }

    proptest! {
        #[test]
        fn resizing_makes_no_new_extremes(
            (w, h) in (1..9_u32, 1..9_u32), (to_w, to_h) in (1..20_u32, 1..20_u32), seed in 0..1000_u32,
        ) {
            let raw = (0..w * h).map(|at| f64::from((at * 7 + seed) % 11)).collect();
            let map = map(w, h, raw).resized(Size::new(to_w, to_h));
            prop_assert_eq!(map.values.len(), (to_w * to_h) as usize);
            prop_assert!(map.values.iter().all(|v| (0.0..=1.0).contains(v)));
        }
    }
}
