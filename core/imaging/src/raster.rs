//! The few operations on rows of samples that every kind of picture needs: halving, copying, cropping.

use concord_geometry::Size;
use rayon::prelude::*;

/// A number that a picture stores per channel.
pub(crate) trait Sample: Copy + Default + PartialEq + Send + Sync + 'static {
    /// What a mean is collected in.
    type Sum: Copy + Default + Send;

    /// Adds the sample to a sum.
    fn add(self, sum: &mut Self::Sum);

    /// The mean of what was added, `count` samples in all, at least 1.
    fn mean(sum: Self::Sum, count: u64) -> Self;

    /// The value `share` (0 to 1) of the way from `self` to `other`.
    fn between(self, other: Self, share: f64) -> Self;
}

macro_rules! whole_number_sample {
    ($kind:ty) => {
        impl Sample for $kind {
            type Sum = u64;

            fn add(self, sum: &mut Self::Sum) {
                *sum += u64::from(self);
            }

            fn mean(sum: Self::Sum, count: u64) -> Self {
                ((sum + count / 2) / count) as Self
            }

            fn between(self, other: Self, share: f64) -> Self {
                (f64::from(self) + (f64::from(other) - f64::from(self)) * share).round() as Self
            }
        }
    };
}

whole_number_sample!(u8);
whole_number_sample!(u16);

impl Sample for f32 {
    /// Sum and count of what is a number.
    type Sum = (f64, u32);

    fn add(self, sum: &mut Self::Sum) {
        if !self.is_nan() {
            sum.0 += f64::from(self);
            sum.1 += 1;
        }
    }

    fn mean((sum, count): Self::Sum, _: u64) -> Self {
        if count == 0 { Self::NAN } else { (sum / f64::from(count)) as Self }
    }

    fn between(self, other: Self, share: f64) -> Self {
        match (self.is_nan(), other.is_nan()) {
            (true, _) => other,
            (_, true) => self,
            _ => (f64::from(self) + (f64::from(other) - f64::from(self)) * share) as Self,
        }
    }
}

/// A rectangle of whole pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Area {
    pub(crate) x: u32,
    pub(crate) y: u32,
    pub(crate) size: Size,
}

impl Area {
    pub(crate) fn new(x: u32, y: u32, width: u32, height: u32) -> Self {
        Self { x, y, size: Size::new(width, height) }
    }

    pub(crate) fn right(self) -> u32 {
        self.x + self.size.width
    }

    pub(crate) fn bottom(self) -> u32 {
        self.y + self.size.height
    }

    /// What both cover; `None` where that is nothing.
    pub(crate) fn overlap(self, other: Self) -> Option<Self> {
        let (x, y) = (self.x.max(other.x), self.y.max(other.y));
        let (right, bottom) = (self.right().min(other.right()), self.bottom().min(other.bottom()));
        (x < right && y < bottom).then(|| Self::new(x, y, right - x, bottom - y))
    }
}

/// `value / 2^shift`, rounded up: a side of the level `shift` halvings below.
pub(crate) fn shifted_up(value: u32, shift: u32) -> u32 {
    (u64::from(value).div_ceil(1_u64 << shift.min(32))) as u32
}

/// The size `shift` halvings below, each side rounded up and so at least 1.
pub(crate) fn level_size(size: Size, shift: u32) -> Size {
    Size::new(shifted_up(size.width, shift), shifted_up(size.height, shift))
}

/// Samples of `N` channels with each square of 2^shift pixels a side replaced by its mean; squares that the right or
/// bottom edge cuts average what is there.
pub(crate) fn reduce<T: Sample, const N: usize>(data: &[T], size: Size, shift: u32) -> Vec<T> {
    let small = level_size(size, shift);
    let (row, small_row, side) = (size.width as usize * N, small.width as usize * N, 1_usize << shift);
    let mut out = vec![T::default(); small_row * small.height as usize];
    out.par_chunks_mut(small_row).zip(data.par_chunks(row * side)).for_each(|(target, rows)| {
        let mut sums = vec![T::Sum::default(); small_row];
        for source in rows.chunks_exact(row) {
            for (cell, pixels) in sums.as_chunks_mut::<N>().0.iter_mut().zip(source.chunks(side * N)) {
                for pixel in pixels.as_chunks::<N>().0 {
                    for (sum, &sample) in cell.iter_mut().zip(pixel) {
                        sample.add(sum);
                    }
                }
            }
        }
        let height = (rows.len() / row) as u64;
        for (i, (value, sum)) in target.iter_mut().zip(sums).enumerate() {
            let width = side.min(size.width as usize - i / N * side) as u64;
            *value = T::mean(sum, width * height);
        }
    });
    out
}

/// Copies the rectangle `from` of one picture to (`x`, `y`) of another; the part that does not fit is left out.
pub(crate) fn copy<T: Copy, const N: usize>(
    (source, source_size): (&[T], Size),
    from: Area,
    (target, target_size): (&mut [T], Size),
    (x, y): (u32, u32),
) {
    let width = from.size.width.min(target_size.width.saturating_sub(x)) as usize * N;
    for row in 0..from.size.height.min(target_size.height.saturating_sub(y)) {
        let at = |size: Size, x: u32, y: u32| ((y + row) as usize * size.width as usize + x as usize) * N;
        let (from, to) = (at(source_size, from.x, from.y), at(target_size, x, y));
        target[to..to + width].copy_from_slice(&source[from..from + width]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_halving_averages_squares_and_what_the_edge_leaves_of_them() {
        let grey = [10_u16, 20, 7, 30, 40, 9, 100, 200, 3];
        assert_eq!(reduce::<u16, 1>(&grey, Size::new(3, 3), 1), [25, 8, 150, 3]);
        assert_eq!(reduce::<u16, 1>(&grey, Size::new(3, 3), 2), [47]);
    }

    #[test]
    fn a_mean_of_floats_leaves_out_what_is_no_number() {
        let found = reduce::<f32, 1>(&[f32::NAN, 1.0, 2.0, f32::NAN, f32::NAN, f32::NAN], Size::new(3, 2), 1);
        assert_eq!(found[0], 1.0);
        assert_eq!(found[1], 2.0);
        assert!(reduce::<f32, 1>(&[f32::NAN], Size::new(1, 1), 1)[0].is_nan());
    }

    #[test]
    fn areas_overlap_where_both_cover() {
        let a = Area::new(2, 3, 10, 10);
        assert_eq!(a.overlap(Area::new(8, 1, 10, 4)), Some(Area::new(8, 3, 4, 2)));
        assert_eq!(a.overlap(Area::new(12, 3, 5, 5)), None);
    }
}
