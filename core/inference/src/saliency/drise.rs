//! D-RISE: how alike a detection stays when random parts of the picture are darkened.
//!
//! Petsiuk et al. 2021, "Black-box explanation of object detectors via saliency maps", arXiv 2006.03204.

use concord_imaging::Rgb8;
use serde::{Deserialize, Serialize};

use super::error::SaliencyError;
use super::heatmap::Heatmap;
use super::masks::{RiseMasks, Upsampling};
use super::probe::{Probe, Progress, Scored, Target};
use super::rank_correlation::spearman;

/// The method's name.
pub(super) const NAME: &str = "drise";

/// Masks for a first look.
pub const INTERACTIVE_MASKS: u32 = 300;

/// Masks for a map in a report.
pub const REPORT_MASKS: u32 = 2_000;

/// Masks of a full run.
pub const FULL_MASKS: u32 = 5_000;

/// [`DRise::stability`] above which more masks change little.
pub const STABLE: f64 = 0.9;

/// Keeps a pixel that no mask showed yet from being divided by nothing.
const EPSILON: f64 = 1e-12;

/// Differences of a map up to which they are rounding, relative to the mean weight.
const NOISE: f64 = 1e-9;

/// Places along a side at which two maps are compared.
const LATTICE: u32 = 64;

/// How many masks of which kind, and what is made of them.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct DRiseOptions {
    /// Cells of a mask's grid along each side, 1..=256.
    pub grid: u32,
    /// Probability that a cell shows the picture, above 0 and below 1.
    pub p: f64,
    /// Masks in all, at least 1. A run of more masks begins with the same ones.
    pub masks: u32,
    /// Names the random stream, together with the id of the sample.
    pub seed: u64,
    /// How a grid becomes a mask.
    pub upsampling: Upsampling,
    /// Whether the mean weight is taken off every weight first, which removes what all masks have in common.
    pub mean_corrected: bool,
}

impl Default for DRiseOptions {
    /// 5 000 bilinear masks of 16 × 16 cells, half of them on, mean-corrected.
    fn default() -> Self {
        let upsampling = Upsampling::Bilinear;
        Self { grid: 16, p: 0.5, masks: FULL_MASKS, seed: 0, upsampling, mean_corrected: true }
    }
}

/// D-RISE in progress.
///
/// Every picture is the image times a mask M, and its weight w the largest product of IoU, cosine of the class scores and
/// objectness between the target and a box found in it (0 without any). The map is Σ(w − w̄)·M / ΣM, or Σw·M / ΣM without
/// mean correction. Without a target, the first picture is the image itself, and the weights of all that was found in it
/// are added.
///
/// A detector that gives no objectness keeps the weight of a box that is found with a low score; a caller who wants the
/// score to count gives it as [`Scored::objectness`].
#[derive(Debug, Clone)]
pub struct DRise {
    image: Rgb8,
    /// What is explained; without a target known after the first step.
    targets: Option<Vec<Target>>,
    /// Pictures before those with masks: 1 for the image itself, where that is needed.
    first: usize,
    options: DRiseOptions,
    masks: RiseMasks,
    /// The mask of the picture handed out last, and its number.
    current: (Option<u32>, Vec<f32>),
    done: u32,
    /// Masks of even and of odd number apart, to see how far they agree.
    halves: [Sums; 2],
}

impl DRise {
    /// Starts with an image, what is to be explained in it (`None` is all that the detector finds) and the id of the
    /// sample, which together with the seed names the random stream.
    pub fn new(
        image: Rgb8,
        target: Option<Target>,
        options: DRiseOptions,
        sample: &str,
    ) -> Result<Self, SaliencyError> {
        if options.masks == 0 {
            return Err(SaliencyError::Option { name: "masks", value: 0.0, expected: "be at least 1" });
        }
        let DRiseOptions { grid, p, upsampling, seed, .. } = options;
        let masks = RiseMasks::new(image.size, grid, p, upsampling, (seed, sample))?;
        let halves = [(); 2].map(|()| Sums::new(image.size.area_px() as usize));
        let first = usize::from(target.is_none());
        let targets = target.map(|target| vec![target]);
        Ok(Self { image, targets, first, options, masks, current: (None, vec![]), done: 0, halves })
    }

    /// How far the maps of both halves of the masks put the image's places in the same order: Spearman's ρ, -1..=1;
    /// above [`STABLE`] more masks change little. `None` while one of them is constant.
    pub fn stability(&self) -> Option<f64> {
        let [a, b] = &self.halves;
        let size = self.image.size;
        let along = |side: u32| {
            let count = side.min(LATTICE);
            (0..count).map(move |i| (u64::from(2 * i + 1) * u64::from(side) / u64::from(2 * count)) as usize)
        };
        let places: Vec<usize> =
            along(size.height).flat_map(|y| along(size.width).map(move |x| y * size.width as usize + x)).collect();
        let at = |sums: &Sums| places.iter().map(|at| sums.value(*at, sums.offset(self.options))).collect::<Vec<_>>();
        spearman(&at(a), &at(b))
    }

    /// The standard error of the map, estimated as half the difference between the maps of both halves of the masks.
    pub fn error_map(&self) -> Heatmap {
        let [a, b] = &self.halves;
        let offsets = (a.offset(self.options), b.offset(self.options));
        let difference = |at| (a.value(at, offsets.0) - b.value(at, offsets.1)).abs() / 2.0;
        self.heatmap((0..a.shown.len()).map(difference).collect())
    }

    fn heatmap(&self, raw: Vec<f64>) -> Heatmap {
        let [a, b] = &self.halves;
        let noise = NOISE * (a.weights + b.weights) / f64::from(self.done.max(1));
        Heatmap::from_raw(self.image.size, raw, noise, NAME)
    }

    /// Makes mask number `index` the current one.
    fn turn_to(&mut self, index: u32) {
        if self.current.0 != Some(index) {
            self.masks.fill(u64::from(index), &mut self.current.1);
            self.current.0 = Some(index);
        }
    }
}

impl Probe for DRise {
    fn next_input(&mut self) -> Option<Rgb8> {
        if self.targets.is_none() {
            return Some(self.image.clone());
        }
        if self.done == self.options.masks {
            return None;
        }
        self.turn_to(self.done);
        let mut picture = self.image.clone();
        for (pixel, mask) in picture.data.as_chunks_mut::<3>().0.iter_mut().zip(&self.current.1) {
            *pixel = pixel.map(|value| (f32::from(value) * mask + 0.5) as u8);
        }
        Some(picture)
    }

    fn take(&mut self, found: &[Scored<'_>]) {
        let Some(targets) = &self.targets else {
            self.targets = Some(found.iter().map(Target::from).collect());
            return;
        };
        if self.done == self.options.masks {
            return;
        }
        let weight = targets.iter().map(|target| target.similarity(found)).sum();
        self.turn_to(self.done);
        self.halves[(self.done % 2) as usize].add(&self.current.1, weight);
        self.done += 1;
    }

    fn map(&self) -> Heatmap {
        let [a, b] = &self.halves;
        let mean =
            if self.options.mean_corrected { (a.weights + b.weights) / f64::from(self.done.max(1)) } else { 0.0 };
        let sums = a.weighted.iter().zip(&b.weighted).zip(a.shown.iter().zip(&b.shown));
        let raw = sums.map(|((wa, wb), (ma, mb))| (wa + wb - mean * (ma + mb)) / (ma + mb + EPSILON)).collect();
        self.heatmap(raw)
    }

    fn progress(&self) -> Progress {
        let started = usize::from(self.first == 1 && self.targets.is_some());
        Progress { done: started + self.done as usize, total: self.first + self.options.masks as usize }
    }
}

/// What a number of masks add up to.
#[derive(Debug, Clone)]
struct Sums {
    /// Σw·M of every pixel.
    weighted: Vec<f64>,
    /// ΣM of every pixel.
    shown: Vec<f64>,
    /// Σw.
    weights: f64,
    count: u32,
}

impl Sums {
    fn new(pixels: usize) -> Self {
        Self { weighted: vec![0.0; pixels], shown: vec![0.0; pixels], weights: 0.0, count: 0 }
    }

    fn add(&mut self, mask: &[f32], weight: f64) {
        self.weights += weight;
        self.count += 1;
        for ((weighted, shown), mask) in self.weighted.iter_mut().zip(&mut self.shown).zip(mask) {
            let mask = f64::from(*mask);
            *weighted += weight * mask;
            *shown += mask;
        }
    }

    /// What is taken off every weight.
    fn offset(&self, options: DRiseOptions) -> f64 {
        if options.mean_corrected { self.weights / f64::from(self.count.max(1)) } else { 0.0 }
    }

    fn value(&self, at: usize, offset: f64) -> f64 {
        (self.weighted[at] - offset * self.shown[at]) / (self.shown[at] + EPSILON)
    }
}
