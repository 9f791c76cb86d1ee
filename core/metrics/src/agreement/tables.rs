//! Matched and unmatched boxes of all images, stored so that a weighted re-sum is one pass over contiguous lists.

use super::pair::ObjectPair;
use super::pooled::Pooled;
use super::{ImagePair, RatedBox};
use crate::bootstrap::LANES;
use crate::matching::{Matching, two_stage};
use crate::sum::Neumaier;

/// Class index that stands for "nothing there" before the number of classes is known.
const BACKGROUND: u32 = u32::MAX;
/// Members that are added before the sums are taken over: their weights cannot overflow 32 bits below four million images.
const RUN: usize = 1024;

/// Every image after matching, in the order of the image ids.
///
/// Each sum that a metric needs (a cell of the table, a kind of presence of a class) has the list of images that add to
/// it; an image stands there once for every box it adds.
pub(super) struct MatchedImages {
    classes: usize,
    /// Images of sum `s` are `members[starts[s]..starts[s + 1]]`.
    starts: Vec<usize>,
    members: Vec<u32>,
    /// Sum of the IoU of the matched pairs, per image.
    iou_sums: Vec<f64>,
}

/// What one image adds.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct ImageTable {
    /// (class by A, class by B), once for every matched pair and every unmatched box.
    cells: Vec<(u32, u32)>,
    /// (class, seen by A, seen by B) for classes that at least one of them saw.
    presence: Vec<(u32, bool, bool)>,
    pub(super) ious: Vec<f64>,
}

impl MatchedImages {
    /// The tables of all images; no class may be `classes` or above.
    pub(super) fn new<'a>(tables: impl Iterator<Item = &'a ImageTable>, classes: usize) -> Self {
        let mut members = vec![Vec::new(); sums(classes)];
        let mut iou_sums = Vec::new();
        for (image, table) in tables.enumerate() {
            table.each_sum(classes, |sum| members[sum].push(image as u32));
            iou_sums.push(table.iou_sum());
        }
        let mut starts = vec![0];
        starts.extend(members.iter().scan(0, |end, list| {
            *end += list.len();
            Some(*end)
        }));
        Self { classes, starts, members: members.concat(), iou_sums }
    }

    /// Number of images.
    pub(super) fn len(&self) -> usize {
        self.iou_sums.len()
    }

    /// The sums over all images, each counted once.
    pub(super) fn pooled(&self) -> Pooled {
        let mut iou_sum = Neumaier::default();
        self.iou_sums.iter().for_each(|&sum| iou_sum.add(sum));
        Pooled {
            classes: self.classes,
            sums: self.starts.windows(2).map(|range| (range[1] - range[0]) as u64).collect(),
            images: self.len() as u64,
            iou_sum: iou_sum.total(),
        }
    }

    /// The sums with each image counted as often as its weights say, for each of several weightings.
    pub(super) fn weighted(&self, weights: &[[u32; LANES]]) -> [Pooled; LANES] {
        let sums: Vec<[u64; LANES]> = self
            .starts
            .windows(2)
            .map(|range| {
                let mut sum = [0; LANES];
                for run in self.members[range[0]..range[1]].chunks(RUN) {
                    let mut part = [0_u32; LANES];
                    for &at in run {
                        let unit = &weights[at as usize];
                        // They cannot overflow, and a check for it in each lane would keep them apart.
                        for lane in 0..LANES {
                            part[lane] = part[lane].wrapping_add(unit[lane]);
                        }
                    }
                    sum.iter_mut().zip(part).for_each(|(sum, part)| *sum += u64::from(part));
                }
                sum
            })
            .collect();
        let mut images = [0_u64; LANES];
        for unit in weights {
            images.iter_mut().zip(unit).for_each(|(images, weight)| *images += u64::from(*weight));
        }
        let iou_sums = self.weighted_ious(weights);
        std::array::from_fn(|lane| Pooled {
            classes: self.classes,
            sums: sums.iter().map(|sum| sum[lane]).collect(),
            images: images[lane],
            iou_sum: iou_sums[lane],
        })
    }

    /// The compensated weighted sums of the IoU, in the order of the images.
    ///
    /// The rounding error of each addition is Knuth's, which needs no comparison; it is the exact error, as Neumaier's.
    fn weighted_ious(&self, weights: &[[u32; LANES]]) -> [f64; LANES] {
        let (mut sums, mut errors) = ([0.0; LANES], [0.0; LANES]);
        for (unit, iou_sum) in weights.iter().zip(&self.iou_sums) {
            for lane in 0..LANES {
                let value = f64::from(unit[lane]) * iou_sum;
                let total = sums[lane] + value;
                let shadow = total - sums[lane];
                errors[lane] += (sums[lane] - (total - shadow)) + (value - shadow);
                sums[lane] = total;
            }
        }
        std::array::from_fn(|lane| sums[lane] + errors[lane])
    }
}

/// Sums that are kept: the table with its background row and column, then three kinds of presence a class.
pub(super) fn sums(classes: usize) -> usize {
    (classes + 1) * (classes + 1) + 3 * classes
}

fn cell_sum(classes: usize, row: u32, column: u32) -> usize {
    let index = |class: u32| if class == BACKGROUND { classes } else { class as usize };
    index(row) * (classes + 1) + index(column)
}

/// Presence seen by both, by A only, by B only.
pub(super) fn presence_sum(classes: usize, class: usize, by_a: bool, by_b: bool) -> usize {
    let kind = match (by_a, by_b) {
        (true, true) => 0,
        (true, false) => 1,
        _ => 2,
    };
    (classes + 1) * (classes + 1) + 3 * class + kind
}

impl ImageTable {
    /// The boxes of an image, matched in two stages.
    pub(super) fn of_boxes(pair: &ImagePair, tau: f64) -> Self {
        let classes = |rated: &[RatedBox]| rated.iter().map(|r| r.class as u32).collect::<Vec<_>>();
        Self::new(&two_stage(&pair.a, &pair.b, tau), &classes(&pair.a), &classes(&pair.b))
    }

    /// The objects of an image, from how they are matched.
    pub(super) fn of_objects(pair: &ObjectPair, matching: &Matching) -> Self {
        let classes = |classes: &[usize]| classes.iter().map(|&class| class as u32).collect::<Vec<_>>();
        Self::new(matching, &classes(&pair.classes_a), &classes(&pair.classes_b))
    }

    fn new(matching: &Matching, a: &[u32], b: &[u32]) -> Self {
        let mut cells = Vec::with_capacity(matching.pairs.len() + matching.only_a.len() + matching.only_b.len());
        cells.extend(matching.pairs.iter().map(|&(i, j, _)| (a[i], b[j])));
        cells.extend(matching.only_a.iter().map(|&i| (a[i], BACKGROUND)));
        cells.extend(matching.only_b.iter().map(|&j| (BACKGROUND, b[j])));
        Self { cells, presence: presence(a, b), ious: matching.pairs.iter().map(|pair| pair.2).collect() }
    }

    /// Every sum that this image adds one to, once for each time.
    pub(super) fn each_sum(&self, classes: usize, mut visit: impl FnMut(usize)) {
        for &(row, column) in &self.cells {
            visit(cell_sum(classes, row, column));
        }
        for &(class, by_a, by_b) in &self.presence {
            visit(presence_sum(classes, class as usize, by_a, by_b));
        }
    }

    /// The number of classes that this image needs.
    pub(super) fn classes(&self) -> usize {
        self.presence.iter().map(|entry| entry.0 as usize + 1).max().unwrap_or(0)
    }

    pub(super) fn iou_sum(&self) -> f64 {
        crate::sum::neumaier(&self.ious)
    }
}

fn presence(a: &[u32], b: &[u32]) -> Vec<(u32, bool, bool)> {
    let mut classes = [a, b].concat();
    classes.sort_unstable();
    classes.dedup();
    classes.into_iter().map(|class| (class, a.contains(&class), b.contains(&class))).collect()
}
