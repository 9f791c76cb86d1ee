//! Matching of every (category, image) cell at all thresholds and size ranges, stored as bits.

use hotcoco::primitives::greedy::{GtMasks, coco_match_floor, greedy_match_masked};
use hotcoco::primitives::sim::bbox_iou_flat;
use rayon::prelude::*;

use super::MAX_DETECTIONS;
use super::input::{Cell, Found, Input, Truth, cells, descending};

/// Number of IoU thresholds, 0.5 to 0.95.
pub(super) const THRESHOLDS: usize = 10;
/// Number of size ranges: all, small, medium, large.
pub(super) const AREAS: usize = 4;
/// Size ranges in square pixels, both ends included.
const AREA_RANGES: [[f64; 2]; AREAS] = [[0.0, 1e10], [0.0, 1024.0], [1024.0, 9216.0], [9216.0, 1e10]];

/// What became of one detection, one bit per IoU threshold.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Outcome {
    /// It found an object that counts.
    pub(super) hit: u16,
    /// It counts neither way: it fell on an ignored object, or on none and has another size.
    pub(super) ignored: u16,
}

/// The detections of one category over all images, by score descending, and how many objects each image holds.
#[derive(Debug, Default)]
pub(super) struct Records {
    /// Image slot of each detection.
    pub(super) image: Vec<u32>,
    /// Place among the detections of its image, from 0.
    pub(super) rank: Vec<u8>,
    /// Outcomes of each detection in each size range.
    pub(super) outcomes: [Vec<Outcome>; AREAS],
    /// (image slot, objects that count in each size range).
    pub(super) objects: Vec<(u32, [u32; AREAS])>,
}

/// One matched cell.
struct Matched {
    category: u32,
    image: u32,
    objects: [u32; AREAS],
    scores: Vec<f64>,
    outcomes: Vec<[Outcome; AREAS]>,
}

impl Records {
    /// One entry a category, in the order of the categories.
    pub(super) fn of_every_category(input: &Input) -> Vec<Self> {
        let (truths, found) = input.sorted();
        let thresholds = thresholds();
        let cells = cells(&truths, &found);
        let matched: Vec<Matched> =
            cells.par_iter().with_min_len(64).map(|cell| match_cell(cell, &thresholds)).collect();
        let mut runs: Vec<&[Matched]> = vec![&[]; input.categories.len()];
        for run in matched.chunk_by(|a, b| a.category == b.category) {
            runs[run[0].category as usize] = run;
        }
        runs.into_par_iter().map(Self::of_cells).collect()
    }

    /// Joins the cells of one category, which are in the order of their images.
    fn of_cells(cells: &[Matched]) -> Self {
        let mut order: Vec<(f64, u32, u8)> = Vec::new();
        let mut records = Self::default();
        for (at, cell) in cells.iter().enumerate() {
            records.objects.push((cell.image, cell.objects));
            order.extend(cell.scores.iter().enumerate().map(|(rank, &score)| (score, at as u32, rank as u8)));
        }
        order.sort_by(|a, b| descending(a.0, b.0));
        for (_, at, rank) in order {
            let cell = &cells[at as usize];
            records.image.push(cell.image);
            records.rank.push(rank);
            for (area, outcomes) in records.outcomes.iter_mut().enumerate() {
                outcomes.push(cell.outcomes[usize::from(rank)][area]);
            }
        }
        records
    }
}

/// The thresholds as the doubles `numpy.linspace(0.5, 0.95, 10)` gives, with the reference's cap just below 1.
fn thresholds() -> [f64; THRESHOLDS] {
    let step = (0.95 - 0.5) / 9.0;
    std::array::from_fn(|i| coco_match_floor(if i == 9 { 0.95 } else { i as f64 * step + 0.5 }))
}

fn match_cell(cell: &Cell<'_>, thresholds: &[f64]) -> Matched {
    let found = &cell.found[..cell.found.len().min(MAX_DETECTIONS)];
    let ious = overlaps(found, cell.truths);
    let mut outcomes = vec![[Outcome::default(); AREAS]; found.len()];
    let mut objects = [0; AREAS];
    for (area, range) in AREA_RANGES.iter().enumerate() {
        let ignored: Vec<bool> = cell.truths.iter().map(|truth| truth.crowd || !in_range(truth.area, *range)).collect();
        objects[area] = ignored.iter().filter(|ignored| !**ignored).count() as u32;
        let in_size = |at: usize| in_range(found[at].xywh[2] * found[at].xywh[3], *range);
        let matches = match_truths(&ious, found.len(), cell.truths, &ignored, thresholds);
        for (at, outcome) in outcomes.iter_mut().enumerate() {
            outcome[area] = outcome_of(&matches, at, &ignored, in_size(at), thresholds.len());
        }
    }
    let scores = found.iter().map(|found| found.score).collect();
    Matched { category: cell.category, image: cell.image, objects, scores, outcomes }
}

/// Overlaps of detections (rows) and truths (columns); crowd columns are relative to the detection's area.
pub(crate) fn overlaps(found: &[Found], truths: &[Truth]) -> Vec<f64> {
    let found: Vec<[f64; 4]> = found.iter().map(|found| found.xywh).collect();
    let crowd: Vec<bool> = truths.iter().map(|truth| truth.crowd).collect();
    let truths: Vec<[f64; 4]> = truths.iter().map(|truth| truth.xywh).collect();
    bbox_iou_flat(&found, &truths, &crowd)
}

/// The matched truth of each detection, row-major by threshold. Empty when there is nothing to match.
///
/// Detections come by score descending; `ious` is as [`overlaps`] gives it.
pub(crate) fn match_truths(
    ious: &[f64],
    found: usize,
    truths: &[Truth],
    ignored: &[bool],
    thresholds: &[f64],
) -> Vec<Option<usize>> {
    if found == 0 || truths.is_empty() {
        return Vec::new();
    }
    // The reference puts ignored truths last, in stable order.
    let mut order: Vec<usize> = (0..truths.len()).collect();
    order.sort_by_key(|&at| ignored[at]);
    let counted = ignored.iter().filter(|ignored| !**ignored).count();
    let columns = truths.len();
    let reordered: Vec<f64> =
        (0..found).flat_map(|row| order.iter().map(move |&at| ious[row * columns + at])).collect();
    let crowd: Vec<bool> = order.iter().map(|&at| truths[at].crowd).collect();
    let masks = GtMasks { rematchable: Some(&crowd), phase2_eligible: None };
    let matches = greedy_match_masked(&reordered, found, columns, counted, masks, thresholds);
    let rows = (0..thresholds.len()).flat_map(|t| matches.dt_gt.row(t).iter().copied());
    rows.map(|matched| matched.map(|at| order[at])).collect()
}

fn outcome_of(matches: &[Option<usize>], at: usize, ignored: &[bool], in_size: bool, thresholds: usize) -> Outcome {
    let found = matches.len() / thresholds;
    let mut outcome = Outcome::default();
    for t in 0..thresholds {
        let matched = if found == 0 { None } else { matches[t * found + at] };
        match matched {
            Some(truth) if ignored[truth] => outcome.ignored |= 1 << t,
            Some(_) => outcome.hit |= 1 << t,
            None if !in_size => outcome.ignored |= 1 << t,
            None => {}
        }
    }
    outcome
}

fn in_range(area: f64, [low, high]: [f64; 2]) -> bool {
    (low..=high).contains(&area)
}
