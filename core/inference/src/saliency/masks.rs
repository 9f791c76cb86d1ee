//! The random masks of RISE: a small grid of on and off, enlarged and shifted.
//!
//! Petsiuk et al. 2018, arXiv 1806.07421, section 3.2.

use concord_geometry::Size;
use concord_metrics::rng::Stream;
use serde::{Deserialize, Serialize};

use super::error::SaliencyError;

/// Name of the random streams, one for each mask.
const OPERATION: &str = "saliency/rise-mask";

/// Cells along a side at most.
const MAX_GRID: u32 = 256;

/// How a grid becomes a mask.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Upsampling {
    /// Between the centres of the cells, at half-pixel centres; beyond the outer centres the outer cell's value.
    #[default]
    Bilinear,
    /// The value of the cell that a pixel's centre lies in.
    Nearest,
}

/// The masks for pictures of one size, each of them a function of its number alone.
///
/// A grid of s × s cells, each on with probability p, is enlarged to s + 1 cells of ⌈side/s⌉ pixels, and the picture's
/// size is cut out of that at a random offset of less than a cell.
#[derive(Debug, Clone, PartialEq)]
pub struct RiseMasks {
    size: Size,
    grid: u32,
    p: f64,
    upsampling: Upsampling,
    seed: u64,
    sample: String,
}

impl RiseMasks {
    /// Masks of `size`, which must have pixels, from `grid` cells a side (1 to 256) that are on with probability `p`
    /// (above 0, below 1). The random stream is named by the seed, the id of the sample and the number of the mask.
    pub fn new(
        size: Size,
        grid: u32,
        p: f64,
        upsampling: Upsampling,
        (seed, sample): (u64, &str),
    ) -> Result<Self, SaliencyError> {
        if !(1..=MAX_GRID).contains(&grid) {
            let value = f64::from(grid);
            return Err(SaliencyError::Option { name: "grid", value, expected: "lie between 1 and 256" });
        }
        if !(p > 0.0 && p < 1.0) {
            return Err(SaliencyError::Option { name: "p", value: p, expected: "lie between 0 and 1, both left out" });
        }
        if size.area_px() == 0 {
            return Err(SaliencyError::Option { name: "the number of pixels", value: 0.0, expected: "be above 0" });
        }
        Ok(Self { size, grid, p, upsampling, seed, sample: sample.to_owned() })
    }

    /// Mask number `index`: `width · height` values in 0..=1, row-major.
    pub fn mask(&self, index: u64) -> Vec<f32> {
        let mut mask = Vec::new();
        self.fill(index, &mut mask);
        mask
    }

    /// As [`RiseMasks::mask`], into a buffer that is used again.
    pub(super) fn fill(&self, index: u64, mask: &mut Vec<f32>) {
        let mut stream = Stream::new(self.seed, &self.sample, OPERATION, index);
        let cells =
            (0..self.grid * self.grid).map(|_| f32::from(u8::from(stream.next_f64() < self.p))).collect::<Vec<_>>();
        let mut axis = |side: u32| {
            let cell = side.div_ceil(self.grid);
            let offset = stream.below(u64::from(cell)) as u32;
            places(self.grid, cell, offset, side, self.upsampling)
        };
        let down = axis(self.size.height);
        let across = axis(self.size.width);
        enlarge(&cells, &down, &across, mask);
    }
}

/// Where a pixel lies in the grid: between two cells, and how far towards the second.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Place {
    first: usize,
    second: usize,
    towards: f32,
}

/// The places of `side` pixels from `offset` in `grid` cells that are enlarged to `grid` + 1 cells of `cell` pixels.
fn places(grid: u32, cell: u32, offset: u32, side: u32, upsampling: Upsampling) -> Vec<Place> {
    let scale = f64::from(grid) / (f64::from(grid + 1) * f64::from(cell));
    let last = grid as usize - 1;
    let place = |pixel: u32| {
        let at = (f64::from(pixel) + 0.5) * scale;
        if upsampling == Upsampling::Nearest {
            let cell = (at as usize).min(last);
            return Place { first: cell, second: cell, towards: 0.0 };
        }
        let at = (at - 0.5).clamp(0.0, last as f64);
        let first = at as usize;
        Place { first, second: (first + 1).min(last), towards: (at - first as f64) as f32 }
    };
    (offset..offset + side).map(place).collect()
}

/// Replaces what is in `mask` by the grid seen from every place.
fn enlarge(cells: &[f32], down: &[Place], across: &[Place], mask: &mut Vec<f32>) {
    mask.clear();
    mask.reserve(down.len() * across.len());
    let grid = cells.len().isqrt();
    let mut line = vec![0.0; grid];
    for place in down {
        let (upper, lower) = (&cells[place.first * grid..][..grid], &cells[place.second * grid..][..grid]);
        for ((value, upper), lower) in line.iter_mut().zip(upper).zip(lower) {
            *value = upper + (lower - upper) * place.towards;
        }
        mask.extend(across.iter().map(|p| line[p.first] + (line[p.second] - line[p.first]) * p.towards));
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn by_hand(offset: (u32, u32), upsampling: Upsampling) -> Vec<f32> {
        let mut mask = Vec::new();
        let axis = |offset| places(2, 2, offset, 4, upsampling);
        enlarge(&[1.0, 0.0, 0.0, 1.0], &axis(offset.0), &axis(offset.1), &mut mask);
        mask
    }

    #[test]
    fn a_small_grid_is_enlarged_as_by_hand() {
        // 4 × 4 pixels, 2 × 2 cells: cells of 2 pixels, a canvas of 6, whose pixel i lies at (i + ½)/3 − ½ of the grid:
        // −⅓, 0, ⅓, ⅔, 1, 1⅓, and at 0, 0, ⅓, ⅔, 1, 1 when held to its centres. With the diagonal on, the value at
        // (y, x) is (1 − y)(1 − x) + y·x.
        let at = [0.0, 0.0, 1.0 / 3.0, 2.0 / 3.0, 1.0, 1.0];
        for offset in [(0, 0), (1, 0), (0, 1), (1, 1)] {
            let found = by_hand(offset, Upsampling::Bilinear);
            for (index, value) in found.iter().enumerate() {
                let (y, x): (f32, f32) = (at[index / 4 + offset.0 as usize], at[index % 4 + offset.1 as usize]);
                assert!((value - ((1.0 - y) * (1.0 - x) + y * x)).abs() < 1e-6, "{index} of {offset:?}: {found:?}");
            }
        }
        assert!((by_hand((0, 0), Upsampling::Bilinear)[2 * 4 + 3] - 4.0 / 9.0).abs() < 1e-6);
        // The nearest of two cells over a canvas of 6: three pixels each.
        assert_eq!(by_hand((0, 0), Upsampling::Nearest)[..4], [1.0, 1.0, 1.0, 0.0]);
        assert_eq!(by_hand((1, 1), Upsampling::Nearest)[..4], [1.0, 1.0, 0.0, 0.0]);
        assert_eq!(by_hand((1, 1), Upsampling::Nearest)[12..], [0.0, 0.0, 1.0, 1.0]);
    }

    #[test]
    fn a_mask_depends_on_seed_sample_and_number_alone() {
        let masks = |seed, sample| {
            RiseMasks::new(Size::new(20, 12), 4, 0.5, Upsampling::Bilinear, (seed, sample)).expect("a grid")
        };
        let first = masks(7, "img_1").mask(3);
        assert_eq!(first.len(), 240);
        assert_eq!(masks(7, "img_1").mask(3), first);
        for other in [masks(8, "img_1").mask(3), masks(7, "img_2").mask(3), masks(7, "img_1").mask(4)] {
            assert_ne!(other, first);
        }
    }

    #[test]
    fn what_is_no_grid_is_refused() {
        let error = |size, grid, p| {
            RiseMasks::new(size, grid, p, Upsampling::Bilinear, (0, "")).expect_err("no grid").to_string()
        };
        let size = Size::new(8, 8);
        for (grid, p, part) in [(0, 0.5, "grid = 0"), (257, 0.5, "grid = 257"), (4, 0.0, "p = 0"), (4, 1.0, "p = 1")] {
            assert!(error(size, grid, p).contains(part), "{}", error(size, grid, p));
        }
        assert!(error(size, 4, f64::NAN).contains("p = NaN"));
        assert!(error(Size::new(0, 8), 4, 0.5).contains("pixels"));
    }

    #[test]
    fn the_mean_of_many_masks_is_p() {
        for (p, upsampling) in [(0.5, Upsampling::Bilinear), (0.2, Upsampling::Nearest)] {
            let masks = RiseMasks::new(Size::new(24, 18), 6, p, upsampling, (1, "mean")).expect("a grid");
            let sum: f64 = (0..2_000).map(|n| masks.mask(n).iter().map(|v| f64::from(*v)).sum::<f64>()).sum();
            let mean = sum / (2_000.0 * 24.0 * 18.0);
            // 2 000 · 36 draws: a standard error of 0.002 at most.
            assert!((mean - p).abs() < 0.008, "{mean} is not {p}");
        }
    }

    proptest! {
        #[test]
        fn any_size_and_grid_give_values_between_0_and_1(
            width in 1..70_u32, height in 1..70_u32, grid in 1..20_u32, index in any::<u64>(), nearest in any::<bool>()
        ) {
            let upsampling = if nearest { Upsampling::Nearest } else { Upsampling::Bilinear };
            let masks = RiseMasks::new(Size::new(width, height), grid, 0.5, upsampling, (0, "any")).expect("a grid");
            let mask = masks.mask(index);
            prop_assert_eq!(mask.len() as u32, width * height);
            prop_assert!(mask.iter().all(|v| (0.0..=1.0).contains(v)));
            prop_assert!(!nearest || mask.iter().all(|v| *v == 0.0 || *v == 1.0));
        }
    }
}
