//! Window and level: which span of sample values is shown between black and white.

use concord_geometry::Size;

use crate::picture::map_pixels;
use crate::raster::Sample;
use crate::{Picture, Pixels, Rgb8};

/// Most pixels that a default window is taken from.
const WINDOW_SAMPLES: u64 = 1 << 16;

/// The values that are shown black and white; what lies between is spread evenly over the levels of grey.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Window {
    /// Shown black, as is everything below.
    pub low: f64,
    /// Shown white, as is everything above.
    pub high: f64,
}

impl Window {
    /// The window that leaves 8-bit values as they are.
    pub const EIGHT_BITS: Self = Self { low: 0.0, high: 255.0 };

    /// The 8-bit level at which `value` is shown: 0 at `low`, 255 at `high`, rounded between; 0 for what is no number.
    /// A window whose ends coincide or change places shows what is above `low` white.
    pub fn level(self, value: f64) -> u8 {
        if value.is_nan() || value <= self.low {
            return 0;
        }
        let span = self.high - self.low;
        if span <= 0.0 || value >= self.high {
            return 255;
        }
        ((value - self.low) / span * 255.0).round() as u8
    }
}

impl Picture {
    /// The window from the 0.5th to the 99.5th percentile of the samples of all channels (linear between order
    /// statistics), taken from at most 65,536 pixels spread over the picture; what is not finite is left out. 8-bit
    /// pictures are shown as they are, 0 to 255; a picture without a finite sample gets 0 to 1, and one of a single
    /// value a window of width 1 that begins there.
    pub fn default_window(&self) -> Window {
        let mut values: Vec<f64> = match &self.pixels {
            Pixels::Rgb8(_) => return Window::EIGHT_BITS,
            Pixels::Gray16(data) => spread(self.size, |i| [data[i]]).map(f64::from).collect(),
            Pixels::Rgb16(data) => {
                spread(self.size, |i| [data[3 * i], data[3 * i + 1], data[3 * i + 2]]).map(f64::from).collect()
            }
            Pixels::GrayF32(data) => spread(self.size, |i| [data[i]]).map(f64::from).collect(),
            Pixels::RgbF32(data) => {
                spread(self.size, |i| [data[3 * i], data[3 * i + 1], data[3 * i + 2]]).map(f64::from).collect()
            }
        };
        values.retain(|value| value.is_finite());
        values.sort_by(f64::total_cmp);
        let Some(low) = quantile(&values, 0.005) else { return Window { low: 0.0, high: 1.0 } };
        let high = quantile(&values, 0.995).unwrap_or(low);
        Window { low, high: if high > low { high } else { low + 1.0 } }
    }

    /// The picture as 8-bit colour seen through `window`, which applies to every channel alike.
    pub fn to_rgb8(&self, window: Window) -> Rgb8 {
        let data = match &self.pixels {
            Pixels::Rgb8(data) if window == Window::EIGHT_BITS => data.clone(),
            Pixels::Rgb8(data) => {
                let table: [u8; 256] = std::array::from_fn(|value| window.level(value as f64));
                data.iter().map(|&value| table[usize::from(value)]).collect()
            }
            Pixels::Gray16(data) => {
                let table = table16(window);
                data.iter().flat_map(|&value| [table[usize::from(value)]; 3]).collect()
            }
            Pixels::Rgb16(data) => {
                let table = table16(window);
                data.iter().map(|&value| table[usize::from(value)]).collect()
            }
            Pixels::GrayF32(data) => data.iter().flat_map(|&value| [window.level(f64::from(value)); 3]).collect(),
            Pixels::RgbF32(data) => data.iter().map(|&value| window.level(f64::from(value))).collect(),
        };
        Rgb8::new(self.size, data)
    }

    /// The picture brought to `size` by linear interpolation between pixels whose places in the target are given: row
    /// `i` lies at `ys[i]`, column `j` at `xs[j]`, both rising. Beyond the outermost place the edge is repeated.
    pub(crate) fn spread_over(&self, xs: &[f64], ys: &[f64], size: Size) -> Self {
        let (columns, rows) = (neighbours(xs, size.width), neighbours(ys, size.height));
        let width = self.size.width as usize;
        let pixels = map_pixels!(&self.pixels, |data, N| {
            let at = |x: usize, y: usize, channel: usize| data[(y * width + x) * N + channel];
            let mut out = Vec::with_capacity(size.area_px() as usize * N);
            for &(top, bottom, down) in &rows {
                for &(left, right, across) in &columns {
                    for channel in 0..N {
                        let row = |y| between(at(left, y, channel), at(right, y, channel), across);
                        out.push(between(row(top), row(bottom), down));
                    }
                }
            }
            out
        });
        Self { size, pixels }
    }
}

fn between<T: Sample>(a: T, b: T, share: f64) -> T {
    if share == 0.0 { a } else { a.between(b, share) }
}

/// For every place of a side: the two known places around it, and how far it lies from the first to the second.
fn neighbours(places: &[f64], side: u32) -> Vec<(usize, usize, f64)> {
    (0..side)
        .map(|i| {
            let place = f64::from(i) + 0.5;
            let after = places.partition_point(|&known| known <= place);
            let (before, after) = (after.saturating_sub(1), after.min(places.len() - 1));
            let gap = places[after] - places[before];
            let share = if gap > 0.0 { ((place - places[before]) / gap).clamp(0.0, 1.0) } else { 0.0 };
            (before, after, share)
        })
        .collect()
}

fn table16(window: Window) -> Vec<u8> {
    (0..=u16::MAX).map(|value| window.level(f64::from(value))).collect()
}

/// The samples of at most [`WINDOW_SAMPLES`] pixels: all of a small picture; of a larger one the pixels at the
/// fractional parts of the multiples of the golden ratio, which fall on no regular grid of columns.
fn spread<T, const N: usize>(size: Size, pixel: impl Fn(usize) -> [T; N]) -> impl Iterator<Item = T> {
    let area = size.area_px();
    (0..area.min(WINDOW_SAMPLES)).flat_map(move |i| {
        let at = if area <= WINDOW_SAMPLES {
            i
        } else {
            ((u128::from(i.wrapping_mul(0x9E37_79B9_7F4A_7C15)) * u128::from(area)) >> 64) as u64
        };
        pixel(at as usize)
    })
}

/// Quantile of type 7 of sorted values; `None` when there are none.
fn quantile(sorted: &[f64], q: f64) -> Option<f64> {
    let position = sorted.len().checked_sub(1)? as f64 * q;
    let (low, high) = (sorted[position.floor() as usize], sorted[position.ceil() as usize]);
    Some(low + (high - low) * position.fract())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grey(width: u32, height: u32, data: Vec<f32>) -> Picture {
        Picture::try_new(Size::new(width, height), Pixels::GrayF32(data)).expect("one sample a pixel")
    }

    #[test]
    fn a_window_spreads_its_span_over_the_levels() {
        let window = Window { low: 100.0, high: 300.0 };
        let levels = [50.0, 100.0, 200.0, 299.9, 300.0, 1e9, f64::NAN].map(|value| window.level(value));
        assert_eq!(levels, [0, 0, 128, 255, 255, 255, 0]);
        assert_eq!(Window { low: 5.0, high: 5.0 }.level(6.0), 255);
    }

    /// NumPy 2.4: `np.percentile(np.arange(1001), [0.5, 99.5])` = [5, 995].
    #[test]
    fn the_default_window_is_between_percentiles() {
        let data = (0..1001).rev().map(|i| i as f32).collect();
        assert_eq!(grey(1001, 1, data).default_window(), Window { low: 5.0, high: 995.0 });
    }

    #[test]
    fn what_is_no_number_has_no_say_in_the_window() {
        let mut data: Vec<f32> = (0..1001).map(|i| i as f32).collect();
        data.extend([f32::NAN, f32::INFINITY, f32::NEG_INFINITY]);
        assert_eq!(grey(1004, 1, data).default_window(), Window { low: 5.0, high: 995.0 });
        assert_eq!(grey(2, 1, vec![f32::NAN; 2]).default_window(), Window { low: 0.0, high: 1.0 });
        assert_eq!(grey(2, 1, vec![7.0; 2]).default_window(), Window { low: 7.0, high: 8.0 });
    }

    #[test]
    fn a_large_picture_is_sampled_evenly() {
        let side = 1024_u32;
        let data = (0..side * side).map(|i| (i / side) as u16).collect();
        let picture = Picture::try_new(Size::new(side, side), Pixels::Gray16(data)).expect("one sample a pixel");
        let window = picture.default_window();
        assert!((window.low - 0.005 * 1023.0).abs() < 1.5 && (window.high - 0.995 * 1023.0).abs() < 1.5, "{window:?}");
    }

    #[test]
    fn deep_pixels_become_eight_bit_through_the_window() {
        let deep = Picture::try_new(Size::new(3, 1), Pixels::Gray16(vec![1000, 1500, 2000])).expect("three");
        assert_eq!(deep.to_rgb8(Window { low: 1000.0, high: 2000.0 }).data, [0, 0, 0, 128, 128, 128, 255, 255, 255]);
    }

    #[test]
    fn spreading_interpolates_between_known_places() {
        let known = grey(2, 2, vec![0.0, 10.0, 20.0, 30.0]);
        let wide = known.spread_over(&[0.5, 2.5], &[0.5, 1.5], Size::new(4, 2));
        assert_eq!(wide.pixels, Pixels::GrayF32(vec![0.0, 5.0, 10.0, 10.0, 20.0, 25.0, 30.0, 30.0]));
    }
}
