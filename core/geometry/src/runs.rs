//! Set algebra of run-length masks, worked out on the runs themselves: no bitmap is made.

use crate::{Rle, RleError, Size};

impl Rle {
    /// A mask without foreground.
    pub fn empty(size: Size) -> Self {
        Self::from_column_runs(size.width, size.height, [])
    }

    /// The size of the mask in pixels.
    pub fn size(&self) -> Size {
        Size::new(self.width, self.height)
    }

    /// True when no pixel is foreground.
    pub fn is_empty(&self) -> bool {
        self.area_px() == 0
    }

    /// The pixels of either mask; an error when the masks are not of one size.
    pub fn union(&self, other: &Self) -> Result<Self, RleError> {
        self.combined(other, |a, b| a || b)
    }

    /// The pixels of both masks; an error when the masks are not of one size.
    pub fn intersection(&self, other: &Self) -> Result<Self, RleError> {
        self.combined(other, |a, b| a && b)
    }

    /// The pixels of this mask that the other does not have; an error when the masks are not of one size.
    pub fn difference(&self, other: &Self) -> Result<Self, RleError> {
        self.combined(other, |a, b| a && !b)
    }

    /// The background as foreground.
    #[must_use]
    pub fn inverted(&self) -> Self {
        let mut inverted = Joined::default();
        Overlaid::of(self, self).for_each(|(length, value, _)| inverted.push(length, !value));
        inverted.into_rle(self.size())
    }

    /// Number of pixels that both masks have; 0 when the masks are not of one size, for then they show two images.
    pub fn intersection_area_px(&self, other: &Self) -> u64 {
        if self.size() != other.size() {
            return 0;
        }
        Overlaid::of(self, other).filter(|(_, a, b)| *a && *b).map(|(length, ..)| length).sum()
    }

    /// Intersection over union, in `[0, 1]`; 0 when both masks are empty or the masks are not of one size.
    pub fn iou(&self, other: &Self) -> f64 {
        let shared = self.intersection_area_px(other);
        if shared == 0 {
            return 0.0;
        }
        shared as f64 / (self.area_px() + other.area_px() - shared) as f64
    }

    /// The mask on an image of another size, held at the top-left corner: what lies outside is cut off.
    #[must_use]
    pub fn placed_in(&self, size: Size) -> Self {
        if self.size() == size {
            return self.clone();
        }
        let inside = |(column, first, last): (u32, u32, u32)| {
            let last = last.min(size.height);
            (column < size.width && first < last).then_some((column, first, last))
        };
        Self::from_column_runs(size.width, size.height, self.column_runs().filter_map(inside))
    }

    /// The foreground runs as [`Self::column_runs`] gives them, but never two that touch, even where the mask was written
    /// with runs without length.
    pub(crate) fn separate_column_runs(&self) -> Vec<(u32, u32, u32)> {
        let mut runs: Vec<(u32, u32, u32)> = self.column_runs().collect();
        runs.dedup_by(|run, kept| {
            let touches = run.0 == kept.0 && run.1 == kept.2;
            if touches {
                kept.2 = run.2;
            }
            touches
        });
        runs
    }

    fn combined(&self, other: &Self, keeps: impl Fn(bool, bool) -> bool) -> Result<Self, RleError> {
        if self.size() != other.size() {
            return Err(RleError::SizesDiffer(self.size(), other.size()));
        }
        let mut joined = Joined::default();
        Overlaid::of(self, other).for_each(|(length, a, b)| joined.push(length, keeps(a, b)));
        Ok(joined.into_rle(self.size()))
    }
}

/// The pieces `(length, value in a, value in b)` into which the ends of both masks' runs cut the image.
struct Overlaid<'a> {
    a: Cursor<'a>,
    b: Cursor<'a>,
    left: u64,
}

impl<'a> Overlaid<'a> {
    fn of(a: &'a Rle, b: &'a Rle) -> Self {
        Self { a: Cursor::at_start(&a.counts), b: Cursor::at_start(&b.counts), left: a.size().area_px() }
    }
}

impl Iterator for Overlaid<'_> {
    type Item = (u64, bool, bool);

    fn next(&mut self) -> Option<Self::Item> {
        if self.left == 0 {
            return None;
        }
        // Runs that do not reach the end of the mask leave background.
        let (in_a, in_b) = (self.a.load().unwrap_or(self.left), self.b.load().unwrap_or(self.left));
        let length = in_a.min(in_b).min(self.left);
        let piece = (length, self.a.value(), self.b.value());
        self.a.advance(length);
        self.b.advance(length);
        self.left -= length;
        Some(piece)
    }
}

/// A place in the runs of one mask.
struct Cursor<'a> {
    counts: &'a [u32],
    run: usize,
    left_in_run: Option<u64>,
}

impl<'a> Cursor<'a> {
    fn at_start(counts: &'a [u32]) -> Self {
        Self { counts, run: 0, left_in_run: counts.first().map(|&count| u64::from(count)) }
    }

    /// What is left of the run here, after stepping over runs without length; `None` behind the last run.
    fn load(&mut self) -> Option<u64> {
        while self.left_in_run == Some(0) {
            self.run += 1;
            self.left_in_run = self.counts.get(self.run).map(|&count| u64::from(count));
        }
        self.left_in_run
    }

    fn value(&self) -> bool {
        self.left_in_run.is_some() && self.run % 2 == 1
    }

    fn advance(&mut self, length: u64) {
        self.left_in_run = self.left_in_run.map(|left| left - length);
    }
}

/// Pieces put end to end as runs in their one canonical form.
#[derive(Default)]
struct Joined {
    counts: Vec<u32>,
}

impl Joined {
    fn push(&mut self, length: u64, value: bool) {
        if self.counts.is_empty() {
            self.counts.push(0);
        }
        let end = self.counts.len() - 1;
        if (end % 2 == 1) == value {
            self.counts[end] += length as u32;
        } else {
            self.counts.push(length as u32);
        }
    }

    fn into_rle(self, size: Size) -> Rle {
        let counts = if self.counts.is_empty() { vec![0] } else { self.counts };
        Rle { height: size.height, width: size.width, counts }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Width, height, two masks, their union and intersection, its area, the IoU: random masks through `encode`,
    /// `merge`, `area` and `iou` of pycocotools 2.0.11.
    type Case<'a> = (u32, u32, &'a str, &'a str, &'a str, &'a str, u64, f64);

    const BY_PYCOCOTOOLS: [Case; 6] = [
        (5, 4, r"21211ON0200", r"0121O011ON0010", r"01151MON0010", r"6130N0200", 4, 0.307_692_307_692_307_7),
        (
            6,
            7,
            r"036NK12O30K0000021O10",
            r"2120O150K11N40N0M10O0",
            r"032NO20O10O11NO0000111O10",
            r"21=0I071F",
            5,
            0.192_307_692_307_692_32,
        ),
        (
            11,
            9,
            r"945g0L]O8JN0009",
            r"c018001O000M0M030M030M030M05",
            r"945g0L]O0J3300000MM05",
            r"c018001O09OH0008",
            9,
            0.15,
        ),
        (
            13,
            20,
            r"0d34lL00000O1000000",
            r"X34`000000000000FN88",
            r"0d34lL00000O1001O4",
            r"X34`000000000000FM94F",
            34,
            0.147_826_086_956_521_75,
        ),
        (
            16,
            16,
            r"0d2:bM0000000N4N000000000",
            r"02866J0007I000000000000[15`N0",
            r"0i25bM000000002Y15`N0",
            r"02866J0007IK500000000N20000000000",
            55,
            0.275,
        ),
        (
            9,
            6,
            r"5124OL42M0ON1030N002NN000",
            r"446NKO132MM10O24ON0OOO0",
            r"491I0O13O52MN10J0",
            r"5180M2:NH0L0N00",
            9,
            0.230_769_230_769_230_78,
        ),
    ];

    #[test]
    fn union_intersection_and_iou_equal_pycocotools() {
        for (width, height, a, b, union, intersection, area, iou) in BY_PYCOCOTOOLS {
            let read = |text| Rle::from_coco_string(width, height, text).expect("a string of pycocotools");
            let (a, b) = (read(a), read(b));
            assert_eq!(a.union(&b).map(|m| m.to_coco_string()).as_deref(), Ok(union));
            assert_eq!(a.intersection(&b).map(|m| m.to_coco_string()).as_deref(), Ok(intersection));
            assert_eq!(a.intersection_area_px(&b), area);
            assert_eq!(a.iou(&b), iou);
        }
    }

    #[test]
    fn masks_of_two_sizes_do_not_mix() {
        let (a, b) = (Rle::empty(Size::new(3, 2)).inverted(), Rle::empty(Size::new(2, 3)).inverted());
        assert_eq!(a.union(&b), Err(RleError::SizesDiffer(a.size(), b.size())));
        assert_eq!((a.intersection_area_px(&b), a.iou(&b)), (0, 0.0));
        assert_eq!(a.placed_in(b.size()).to_row_major(), [true, true, true, true, false, false]);
    }

    #[test]
    fn empty_masks_and_runs_without_length_are_fine() {
        let nothing = Rle::empty(Size::new(0, 0));
        assert_eq!(nothing.union(&nothing), Ok(nothing.clone()));
        let empty = Rle::empty(Size::new(2, 2));
        assert_eq!((empty.iou(&empty), empty.is_empty(), empty.inverted().area_px()), (0.0, true, 4));
        let broken_up = Rle { height: 2, width: 2, counts: vec![1, 0, 1, 1, 0, 1] };
        assert_eq!(broken_up.union(&empty).map(|m| m.counts), Ok(vec![2, 2]));
        let column = Rle { height: 6, width: 1, counts: vec![1, 2, 0, 1, 2] };
        assert_eq!(column.separate_column_runs(), [(0, 1, 4)]);
    }

    fn two_masks() -> impl Strategy<Value = (u32, u32, Vec<bool>, Vec<bool>)> {
        (1u32..9, 1u32..9).prop_flat_map(|(width, height)| {
            let mask = || prop::collection::vec(any::<bool>(), (width * height) as usize);
            (Just(width), Just(height), mask(), mask())
        })
    }

    proptest! {
        #[test]
        fn set_algebra_equals_that_of_bitmaps((width, height, a, b) in two_masks()) {
            let encode = |mask: &[bool]| Rle::from_row_major(width, height, mask);
            let by_pixel = |keeps: fn(bool, bool) -> bool| {
                encode(&a.iter().zip(&b).map(|(&a, &b)| keeps(a, b)).collect::<Vec<_>>())
            };
            let (x, y) = (encode(&a), encode(&b));
            prop_assert_eq!(x.union(&y), Ok(by_pixel(|a, b| a || b)));
            prop_assert_eq!(x.intersection(&y), Ok(by_pixel(|a, b| a && b)));
            prop_assert_eq!(x.difference(&y), Ok(by_pixel(|a, b| a && !b)));
            prop_assert_eq!(x.inverted(), by_pixel(|a, _| !a));
            prop_assert_eq!(x.intersection_area_px(&y), by_pixel(|a, b| a && b).area_px());
        }
    }
}
