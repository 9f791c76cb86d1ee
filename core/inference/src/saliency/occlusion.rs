//! Occlusion: how much a score falls when a window of the picture is covered.
//!
//! Zeiler and Fergus 2014, arXiv 1311.2901, with the drop of the matched detection's score as the measure.

use std::collections::VecDeque;
use std::ops::Range;

use concord_imaging::Rgb8;
use serde::{Deserialize, Serialize};

use super::error::SaliencyError;
use super::heatmap::Heatmap;
use super::probe::{Probe, Progress, Scored, Target};

/// The method's name.
pub(super) const NAME: &str = "occlusion";

/// Windows at most: beyond that the map takes days.
const MAX_WINDOWS: usize = 1 << 16;

/// Differences of a mean of drops up to which they are rounding.
const NOISE: f64 = 1e-9;

/// How a picture is covered.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct OcclusionOptions {
    /// Side of the square window as a part of the picture's longer side, above 0 and up to 1.
    pub window: f64,
    /// Distance of neighbouring windows as a part of their side, above 0 and up to 1.
    pub stride: f64,
}

impl Default for OcclusionOptions {
    /// Windows of an eighth of the side, half a window apart.
    fn default() -> Self {
        Self { window: 0.125, stride: 0.5 }
    }
}

/// Occlusion in progress.
///
/// The first picture is the image itself; then come windows filled with the image's mean colour, in an order that soon
/// has some everywhere. The value of a window is how far the score of the target's best match (same class, IoU ≥ ½)
/// falls from what it was in the image itself; a pixel's is the mean over the windows that cover it, and while there are
/// none, that of the nearest place that has one. Without a target, the drops of all that was found in the image are
/// added.
#[derive(Debug, Clone)]
pub struct Occlusion {
    image: Rgb8,
    fill: [u8; 3],
    target: Option<Target>,
    /// What is explained and its score in the image itself; known after the first step.
    base: Option<Vec<(Target, f64)>>,
    columns: Axis,
    rows: Axis,
    /// Windows as (column, row), in the order in which they are looked at.
    order: Vec<(usize, usize)>,
    done: usize,
    /// Sum of drops and number of windows for each cell, row-major.
    cells: Vec<(f64, u32)>,
}

impl Occlusion {
    /// Starts with an image and what is to be explained in it; `None` is all that the detector finds.
    pub fn new(image: Rgb8, target: Option<Target>, options: OcclusionOptions) -> Result<Self, SaliencyError> {
        for (name, value) in [("window", options.window), ("stride", options.stride)] {
            if !(value > 0.0 && value <= 1.0) {
                return Err(SaliencyError::Option { name, value, expected: "lie above 0 and not above 1" });
            }
        }
        let side = (f64::from(image.width().max(image.height())) * options.window).round().max(1.0);
        let stride = (side * options.stride).round().max(1.0) as u32;
        let columns = Axis::new(image.width(), side as u32, stride);
        let rows = Axis::new(image.height(), side as u32, stride);
        let windows = columns.windows.len().saturating_mul(rows.windows.len());
        if windows > MAX_WINDOWS {
            let expected = "give at most 65536 windows, so window or stride must be larger";
            return Err(SaliencyError::Option { name: "the number of windows", value: windows as f64, expected });
        }
        let order = coarse_first(columns.windows.len(), rows.windows.len());
        let cells = vec![(0.0, 0); columns.cells() * rows.cells()];
        Ok(Self { fill: mean_colour(&image), image, target, base: None, columns, rows, order, done: 0, cells })
    }

    /// The image with one window covered.
    fn covered(&self, (column, row): (usize, usize)) -> Rgb8 {
        let mut picture = self.image.clone();
        let across = &self.columns.windows[column];
        let bytes = picture.row_bytes();
        for y in self.rows.windows[row].clone() {
            let row = &mut picture.data[y as usize * bytes..][across.start as usize * 3..across.end as usize * 3];
            row.as_chunks_mut::<3>().0.fill(self.fill);
        }
        picture
    }

    /// Adds a window's drop to the cells it covers.
    fn add(&mut self, (column, row): (usize, usize), drop: f64) {
        for y in self.rows.cells_of(row) {
            for x in self.columns.cells_of(column) {
                let (sum, count) = &mut self.cells[y * self.columns.cells() + x];
                *sum += drop;
                *count += 1;
            }
        }
    }

    /// The mean of each cell, and where no window was yet, that of the nearest cell, counted in steps to neighbours.
    fn means(&self) -> Vec<f64> {
        let width = self.columns.cells();
        let mean = |&(sum, count): &(f64, u32)| (count > 0).then(|| sum / f64::from(count));
        let mut means: Vec<Option<f64>> = self.cells.iter().map(mean).collect();
        let mut reached: VecDeque<usize> = (0..means.len()).filter(|at| means[*at].is_some()).collect();
        while let Some(at) = reached.pop_front() {
            let left = (at % width > 0).then(|| at - 1);
            let right = (at % width + 1 < width).then_some(at + 1);
            let neighbours = [at.checked_sub(width), left, right, Some(at + width)];
            for next in neighbours.into_iter().flatten().filter(|next| *next < self.cells.len()) {
                if means[next].is_none() {
                    means[next] = means[at];
                    reached.push_back(next);
                }
            }
        }
        means.into_iter().map(|mean| mean.unwrap_or(0.0)).collect()
    }
}

impl Probe for Occlusion {
    fn next_input(&mut self) -> Option<Rgb8> {
        if self.base.is_none() {
            return Some(self.image.clone());
        }
        self.order.get(self.done).map(|window| self.covered(*window))
    }

    fn take(&mut self, found: &[Scored<'_>]) {
        let Some(base) = &self.base else {
            let targets = match self.target.take() {
                Some(target) => vec![target],
                None => found.iter().map(Target::from).collect(),
            };
            let scores: Vec<f64> = targets.iter().map(|target| target.matched_score(found)).collect();
            self.base = Some(targets.into_iter().zip(scores).collect());
            return;
        };
        let Some(window) = self.order.get(self.done).copied() else { return };
        let drop = base.iter().map(|(target, score)| score - target.matched_score(found)).sum();
        self.add(window, drop);
        self.done += 1;
    }

    fn map(&self) -> Heatmap {
        let means = self.means();
        let size = self.image.size;
        let mut raw = Vec::with_capacity(size.area_px() as usize);
        for (row, height) in means.chunks_exact(self.columns.cells()).zip(self.rows.lengths()) {
            let line: Vec<f64> = row
                .iter()
                .zip(self.columns.lengths())
                .flat_map(|(mean, width)| std::iter::repeat_n(*mean, width))
                .collect();
            for _ in 0..height {
                raw.extend_from_slice(&line);
            }
        }
        Heatmap::from_raw(size, raw, NOISE, NAME)
    }

    fn progress(&self) -> Progress {
        Progress { done: self.done + usize::from(self.base.is_some()), total: self.order.len() + 1 }
    }
}

/// The windows along one side, and the cells between their edges: within a cell all pixels have the same windows.
#[derive(Debug, Clone)]
struct Axis {
    windows: Vec<Range<u32>>,
    /// Edges of the cells, ascending, from 0 to the side.
    edges: Vec<u32>,
}

impl Axis {
    /// Windows from 0 in steps of `stride`; the last one ends at the side.
    fn new(side: u32, window: u32, stride: u32) -> Self {
        let window = window.min(side);
        let last = side - window;
        let starts = (0..last).step_by(stride as usize).chain([last]);
        let windows: Vec<Range<u32>> = starts.map(|start| start..start + window).collect();
        let mut edges: Vec<u32> = windows.iter().flat_map(|window| [window.start, window.end]).collect();
        edges.sort_unstable();
        edges.dedup();
        Self { windows, edges }
    }

    fn cells(&self) -> usize {
        self.edges.len() - 1
    }

    /// The cells that a window consists of.
    fn cells_of(&self, window: usize) -> Range<usize> {
        let Range { start, end } = self.windows[window];
        let at = |edge: u32| self.edges.partition_point(|other| *other < edge);
        at(start)..at(end)
    }

    /// Pixels of each cell.
    fn lengths(&self) -> impl Iterator<Item = usize> {
        self.edges.windows(2).map(|edges| (edges[1] - edges[0]) as usize)
    }
}

/// All windows: first those whose column and row are multiples of a high power of two, then of each lower one.
fn coarse_first(columns: usize, rows: usize) -> Vec<(usize, usize)> {
    let mut order: Vec<(usize, usize)> = (0..rows).flat_map(|row| (0..columns).map(move |c| (c, row))).collect();
    // A stable sort keeps the order of reading within a level.
    order.sort_by_key(|(column, row)| std::cmp::Reverse(column.trailing_zeros().min(row.trailing_zeros())));
    order
}

/// The mean of each channel, rounded.
pub(super) fn mean_colour(image: &Rgb8) -> [u8; 3] {
    let mut sums = [0_u64; 3];
    for pixel in image.data.as_chunks::<3>().0 {
        for (sum, value) in sums.iter_mut().zip(pixel) {
            *sum += u64::from(*value);
        }
    }
    let pixels = image.size.area_px();
    sums.map(|sum| ((sum + pixels / 2) / pixels) as u8)
}
