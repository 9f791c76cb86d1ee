//! How often each value occurs in an image: for automatic levels and histogram equalisation.

use concord_geometry::Size;

use super::look::{Channel, Window};
use super::raster::{PixelKind, Raster};
use super::readout::PixelValue;

/// Pixels that are looked at, at most about; a larger image is sampled on a fixed pattern.
const MOST_SAMPLES: f64 = (1 << 20) as f64;
/// Most bins of deep data; 8-bit data has one for each value, and so has 16-bit data of few values.
const DEEP_BINS: usize = 4096;

/// Weights of red, green and blue in luminance (Rec. ITU-R BT.601, as OpenCV and Pillow convert to grey).
pub(crate) const LUMA: [f64; 3] = [0.299, 0.587, 0.114];

/// How often values occur, for each channel; values that are not finite are left out.
#[derive(Debug, Clone, PartialEq)]
pub struct Histogram {
    low: f64,
    high: f64,
    /// Grey alone; or red, green, blue and luminance.
    counts: Vec<Vec<u64>>,
}

impl Histogram {
    /// The histogram of a raster, for example the overview of a pyramid; rasters of more than a million pixels are
    /// sampled on a fixed pattern, so that the same pixels always give the same counts.
    pub fn of(raster: &Raster) -> Self {
        Self::sampled(raster.size(), raster.kind(), |x, y| raster.value(x, y))
    }

    pub(crate) fn sampled(size: Size, kind: PixelKind, at: impl Fn(u32, u32) -> Option<PixelValue>) -> Self {
        let pixels = || places(size).filter_map(|(x, y)| at(x, y)).map(PixelValue::samples);
        let (low, high, bins) = if kind == PixelKind::Rgba8 {
            (0.0, 255.0, 256)
        } else {
            let mut range = (f64::INFINITY, f64::NEG_INFINITY);
            for (samples, channels) in pixels() {
                for value in samples[..channels].iter().filter(|v| v.is_finite()) {
                    range = (range.0.min(*value), range.1.max(*value));
                }
            }
            let (low, high) = if range.0 > range.1 { (0.0, 1.0) } else { range };
            let bins = if kind == PixelKind::GrayF32 { DEEP_BINS } else { DEEP_BINS.min((high - low) as usize + 1) };
            (low, high, bins)
        };
        let mut found = Self { low, high, counts: vec![vec![0; bins]; if kind.is_gray() { 1 } else { 4 }] };
        for (samples, channels) in pixels() {
            if channels == 3 {
                let luminance = samples.iter().zip(LUMA).map(|(v, weight)| v * weight).sum();
                found.count(3, luminance);
            }
            for (channel, value) in samples[..channels].iter().enumerate() {
                found.count(channel, *value);
            }
        }
        found
    }

    fn count(&mut self, channel: usize, value: f64) {
        if value.is_finite() {
            let bin = self.bin(value).round() as usize;
            let last = self.counts[channel].len() - 1;
            self.counts[channel][bin.min(last)] += 1;
        }
    }

    /// Where a value lies, in bins; the middle of the first is 0.
    fn bin(&self, value: f64) -> f64 {
        let last = (self.counts[0].len() - 1) as f64;
        if self.high > self.low { ((value - self.low) / (self.high - self.low) * last).clamp(0.0, last) } else { 0.0 }
    }

    /// The values of the first and the last bin: 0 and 255 for 8-bit data, else the smallest and largest value seen.
    /// Without a finite value it is 0 and 1.
    pub fn range(&self) -> (f64, f64) {
        (self.low, self.high)
    }

    /// The counts of a channel, from the first bin to the last; [`Channel::All`] means luminance, and a grey image has
    /// the same counts for each channel.
    pub fn counts(&self, channel: Channel) -> &[u64] {
        let index = match channel {
            Channel::Red => 0,
            Channel::Green => 1,
            Channel::Blue => 2,
            Channel::All | Channel::Luminance => 3,
        };
        &self.counts[index.min(self.counts.len() - 1)]
    }

    /// The window that stretches the histogram: the values below which, and above which, a share `cut` of all channel
    /// values lies. `cut` is clamped to `[0, 0.49]`. `None` when all values are the same: there is nothing to stretch.
    pub fn window(&self, cut: f64) -> Option<Window> {
        let colors = &self.counts[..self.counts.len().min(3)];
        let pooled: Vec<u64> = (0..colors[0].len()).map(|bin| colors.iter().map(|c| c[bin]).sum()).collect();
        let allowed = (pooled.iter().sum::<u64>() as f64 * cut.clamp(0.0, 0.49)) as u64;
        let low = first_above(&pooled, 0..pooled.len(), allowed)?;
        let high = first_above(&pooled, (0..pooled.len()).rev(), allowed)?;
        let value = |bin: usize| (self.low + (self.high - self.low) * bin as f64 / (pooled.len() - 1) as f64) as f32;
        (low < high && self.low < self.high).then(|| Window { low: value(low), high: value(high) })
    }

    /// The table that equalises a channel within a window: `entries` (at least 2) values in `[0, 1]` for values that
    /// lie evenly from the window's low end to its high end.
    ///
    /// The table is `(C(v) − C₀) / (C₁ − C₀)`, where `C` counts the values up to `v`, `C₀` those up to the smallest
    /// value in the window and `C₁` those up to its high end (as OpenCV's `equalizeHist` does for the whole range).
    /// Where there is nothing to equalise the table changes nothing.
    pub fn equalisation(&self, channel: Channel, window: Window, entries: usize) -> Vec<f32> {
        let counts = self.counts(channel);
        let total: Vec<f64> = counts
            .iter()
            .scan(0_u64, |sum, count| {
                *sum += count;
                Some(*sum as f64)
            })
            .collect();
        let up_to = |value: f64| {
            let at = self.bin(value);
            let (below, share) = (at.floor() as usize, at.fract());
            let above = (below + 1).min(total.len() - 1);
            total[below] + (total[above] - total[below]) * share
        };
        let (low, high) = (f64::from(window.low), f64::from(window.high));
        let first = counts.iter().enumerate().skip(self.bin(low).ceil() as usize).find(|(_, count)| **count > 0);
        let (from, to) = (first.map_or(0.0, |(bin, _)| total[bin]), up_to(high));
        let steps = (entries.max(2) - 1) as f64;
        (0..entries.max(2))
            .map(|entry| {
                let share = entry as f64 / steps;
                let value = low + (high - low) * share;
                if to > from { ((up_to(value) - from) / (to - from)).clamp(0.0, 1.0) as f32 } else { share as f32 }
            })
            .collect()
    }
}

/// The pixels that are looked at: all of a small image, else every n-th of every n-th row, shifted from row to row so
/// that a pattern of the same period does not hide.
fn places(size: Size) -> impl Iterator<Item = (u32, u32)> {
    let step = (size.area_px() as f64 / MOST_SAMPLES).sqrt().ceil().max(1.0) as u32;
    (0..size.height).step_by(step as usize).enumerate().flat_map(move |(row, y)| {
        let shift = (row as u32).wrapping_mul(7) % step;
        (shift..size.width).step_by(step as usize).map(move |x| (x, y))
    })
}

/// The first bin at which more than `allowed` values have been seen.
fn first_above(counts: &[u64], mut bins: impl Iterator<Item = usize>, allowed: u64) -> Option<usize> {
    let mut seen = 0;
    bins.find(|bin| {
        seen += counts[*bin];
        seen > allowed
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHOLE: Window = Window { low: 0.0, high: 255.0 };

    #[test]
    fn colours_are_counted_apart_and_as_luminance() {
        let raster = Raster::rgb8(Size::new(2, 1), &[255, 0, 0, 0, 255, 0]).expect("two pixels");
        let found = Histogram::of(&raster);
        assert_eq!((found.counts(Channel::Red)[0], found.counts(Channel::Red)[255]), (1, 1));
        assert_eq!(found.counts(Channel::Blue)[0], 2);
        // 0.299 · 255 = 76.2 and 0.587 · 255 = 149.7.
        assert_eq!((found.counts(Channel::All)[76], found.counts(Channel::Luminance)[150]), (1, 1));
    }

    #[test]
    fn equalising_is_as_worked_out_by_hand() {
        // Values 10, 10, 20, 30 of four pixels: C = 2, 3, 4; (C − 2) / (4 − 2) = 0, ½, 1.
        let raster = Raster::gray8(Size::new(4, 1), &[10, 20, 10, 30]).expect("four pixels");
        let table = Histogram::of(&raster).equalisation(Channel::All, WHOLE, 256);
        assert_eq!([0, 9, 10, 20, 29, 30, 255].map(|v: usize| table[v]), [0.0, 0.0, 0.0, 0.5, 0.5, 1.0, 1.0]);
        // Between 15 and 25 there is one value only.
        let table = Histogram::of(&raster).equalisation(Channel::All, Window { low: 15.0, high: 25.0 }, 11);
        assert_eq!((table[0], table[10]), (0.0, 1.0));
    }

    #[test]
    fn an_even_histogram_and_a_constant_image_are_left_alone() {
        let even: Vec<u8> = (0..=255).collect();
        let even = Histogram::of(&Raster::gray8(Size::new(256, 1), &even).expect("256 pixels"));
        let table = even.equalisation(Channel::All, WHOLE, 256);
        assert!(table.iter().enumerate().all(|(v, found)| (found - v as f32 / 255.0).abs() < 1e-6));
        let flat = Histogram::of(&Raster::gray8(Size::new(3, 1), &[9; 3]).expect("three pixels"));
        assert_eq!(flat.equalisation(Channel::All, WHOLE, 3), [0.0, 0.5, 1.0]);
        assert_eq!(flat.window(0.0), None);
    }

    #[test]
    fn deep_data_is_counted_between_its_extremes() {
        let values = vec![1000_u16, 2000, 3000, 5000];
        let found = Histogram::of(&Raster::gray16(Size::new(2, 2), values).expect("four pixels"));
        assert_eq!(found.range(), (1000.0, 5000.0));
        assert_eq!(found.window(0.0), Some(Window { low: 1000.0, high: 5000.0 }));
        assert_eq!(found.counts(Channel::Green).iter().sum::<u64>(), 4);
        let table = found.equalisation(Channel::All, Window { low: 1000.0, high: 5000.0 }, 1024);
        // 2000 is a quarter of the way: one of the three values above the smallest.
        assert!((table[257] - 1.0 / 3.0).abs() < 1e-3 && table[0] == 0.0 && table[1023] == 1.0);
    }

    #[test]
    fn what_is_not_finite_does_not_count() {
        let values = vec![f32::NAN, f32::INFINITY, 2.0, 4.0];
        let found = Histogram::of(&Raster::gray_f32(Size::new(4, 1), values).expect("four pixels"));
        assert_eq!((found.range(), found.counts(Channel::All).iter().sum()), ((2.0, 4.0), 2));
        let none = Histogram::of(&Raster::gray_f32(Size::new(1, 1), vec![f32::NAN]).expect("one pixel"));
        assert_eq!((none.range(), none.window(0.1)), ((0.0, 1.0), None));
    }

    #[test]
    fn a_big_image_is_sampled_evenly_and_always_alike() {
        let size = Size::new(3000, 2000);
        let at = |x: u32, _: u32| Some(PixelValue::Rgb8([(x % 4) as u8 * 80; 3]));
        let found = Histogram::sampled(size, PixelKind::Rgba8, at);
        assert_eq!(found, Histogram::sampled(size, PixelKind::Rgba8, at));
        let total: u64 = found.counts(Channel::All).iter().sum();
        assert!((500_000..=1_100_000).contains(&total), "{total}");
        for value in [0, 80, 160, 240] {
            let share = found.counts(Channel::Red)[value] as f64 / total as f64;
            assert!((share - 0.25).abs() < 0.01, "{value}: {share}");
        }
    }
}
