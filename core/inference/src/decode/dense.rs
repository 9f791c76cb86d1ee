//! Heads with a candidate a cell of grids: YOLOX, and NanoDet with its distributions.

use concord_geometry::{Placement, Size};

use super::found::{Details, Found, Place, Sides, detections};
use super::outputs::{Outputs, View};
use super::scores::{ClassScores, best, probability};
use super::{DetectOptions, Detection};
use crate::contract::{Background, Distances, Yolox};

/// A cell of a grid.
#[derive(Debug, Clone, Copy)]
struct Cell {
    column: f32,
    row: f32,
    stride: f32,
}

/// The cells of the grids, grid by grid and row by row.
fn cells(input: Size, strides: &[u32]) -> Vec<Cell> {
    let mut cells = Vec::new();
    for stride in strides {
        let (columns, rows) = (input.width.div_ceil(*stride), input.height.div_ceil(*stride));
        for row in 0..rows {
            cells.extend((0..columns).map(|column| Cell {
                column: column as f32,
                row: row as f32,
                stride: *stride as f32,
            }));
        }
    }
    cells
}

struct Rows<'a> {
    data: &'a [f32],
    columns: usize,
}

impl Details for Rows<'_> {
    fn class_scores(&self, found: &Found) -> Result<Vec<f32>, String> {
        let row = &self.data[found.source * self.columns..][..self.columns];
        Ok(row[5..].iter().map(|score| (score * row[4]).clamp(0.0, 1.0)).collect())
    }
}

/// Reads rows of x, y, w, h relative to their cell, objectness, class scores.
pub(crate) fn read_yolox(
    head: &Yolox,
    classes: usize,
    outputs: &Outputs<'_>,
    placement: &Placement,
    options: &DetectOptions,
) -> Result<Vec<Detection>, String> {
    let view = outputs.get(&head.boxes)?;
    let rows = view.rows(5 + classes, &head.boxes)?;
    let cells = cells(placement.input, &head.strides);
    if rows.len() != cells.len() {
        return Err(format!("{} has {} rows for {} cells", head.boxes, rows.len(), cells.len()));
    }
    let mut found = Vec::new();
    for (source, (row, cell)) in rows.zip(&cells).enumerate() {
        let mut top: Option<(usize, f32)> = None;
        for (class, score) in row[5..].iter().enumerate() {
            let score = probability(score * row[4], class, source)?;
            if top.is_none_or(|(_, highest)| score > highest) {
                top = Some((class, score));
            }
        }
        let Some((class, score)) = top.filter(|(_, score)| *score >= options.score_threshold) else { continue };
        let s = cell.stride;
        let place = [(row[0] + cell.column) * s, (row[1] + cell.row) * s, row[2].exp() * s, row[3].exp() * s];
        found.extend(Place::centred(place, source)?.map(|place| Found { place, class, score, source }));
    }
    detections(found, true, &Rows { data: view.data, columns: 5 + classes }, placement, options)
}

/// One level of a head with distributions: scores and bins of each cell, each with a step from row to row.
struct Level<'a> {
    scores: &'a [f32],
    score_step: usize,
    bins: &'a [f32],
    bin_step: usize,
    cells: Vec<Cell>,
}

struct Levels<'a> {
    all: Vec<Level<'a>>,
    classes: usize,
    bins: usize,
    scores: ClassScores,
}

impl<'a> Levels<'a> {
    fn level(&self, source: usize) -> (&Level<'a>, usize) {
        let mut left = source;
        for level in &self.all {
            if left < level.cells.len() {
                return (level, left);
            }
            left -= level.cells.len();
        }
        unreachable!("a candidate comes from one of the levels")
    }

    fn raw(&self, source: usize) -> &'a [f32] {
        let (level, row) = self.level(source);
        &level.scores[row * level.score_step..][..self.classes]
    }

    fn distributions(&self, source: usize) -> Vec<Vec<f64>> {
        let (level, row) = self.level(source);
        let bins = &level.bins[row * level.bin_step..][..4 * self.bins];
        bins.chunks_exact(self.bins).map(distribution).collect()
    }
}

fn distribution(logits: &[f32]) -> Vec<f64> {
    let largest = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let powers: Vec<f64> = logits.iter().map(|logit| f64::from(logit - largest).exp()).collect();
    let sum: f64 = powers.iter().sum();
    powers.into_iter().map(|power| power / sum).collect()
}

fn mean(distribution: &[f64]) -> f64 {
    distribution.iter().enumerate().map(|(bin, p)| bin as f64 * p).sum()
}

impl Details for Levels<'_> {
    fn class_scores(&self, found: &Found) -> Result<Vec<f32>, String> {
        self.scores.all(self.raw(found.source), found.source)
    }

    fn sides(&self, found: &Found) -> Option<Sides> {
        let (level, row) = self.level(found.source);
        let stride = f64::from(level.cells[row].stride);
        let sides = self.distributions(found.source);
        let entropy = |side: &Vec<f64>| -> f64 {
            let sum: f64 = side.iter().filter(|p| **p > 0.0).map(|p| -p * p.ln()).sum();
            sum / (side.len() as f64).ln()
        };
        let deviation = |side: &Vec<f64>| {
            let mean = mean(side);
            let variance: f64 = side.iter().enumerate().map(|(bin, p)| p * (bin as f64 - mean).powi(2)).sum();
            variance.max(0.0).sqrt() * stride
        };
        let deviations: [f64; 4] = sides.iter().map(deviation).collect::<Vec<_>>().try_into().ok()?;
        Some(Sides { entropy: (sides.iter().map(entropy).sum::<f64>() / 4.0) as f32, deviations })
    }
}

/// Reads scores and distributions of the distances to the four sides.
pub(crate) fn read_distances(
    head: &Distances,
    classes: usize,
    outputs: &Outputs<'_>,
    placement: &Placement,
    options: &DetectOptions,
) -> Result<Vec<Detection>, String> {
    let levels = if head.distributions.is_empty() {
        joined_levels(head, classes, outputs, placement.input)?
    } else {
        separate_levels(head, classes, outputs, placement.input)?
    };
    let bins = levels.1;
    let scores = ClassScores { activation: head.activation, background: Background::None };
    let table = Levels { all: levels.0, classes, bins, scores };
    let bound = scores.raw_bound(options.score_threshold);
    let mut found = Vec::new();
    let count: usize = table.all.iter().map(|level| level.cells.len()).sum();
    for source in 0..count {
        let raw = table.raw(source);
        // A comparison with NaN is false, so that a bad number goes on to be refused.
        if bound.is_some_and(|bound| raw.iter().all(|logit| *logit < bound)) {
            continue;
        }
        let probabilities = scores.all(raw, source)?;
        let Some((class, score)) = best(&probabilities).filter(|(_, score)| *score >= options.score_threshold) else {
            continue;
        };
        let (level, row) = table.level(source);
        let cell = level.cells[row];
        let distances: Vec<f32> =
            table.distributions(source).iter().map(|side| (mean(side) * f64::from(cell.stride)) as f32).collect();
        let centre = head.centre as f32;
        let (x, y) = ((cell.column + centre) * cell.stride, (cell.row + centre) * cell.stride);
        let corners = [x - distances[0], y - distances[1], x + distances[2], y + distances[3]];
        found.extend(Place::cornered(corners, source)?.map(|place| Found { place, class, score, source }));
    }
    detections(found, true, &table, placement, options)
}

fn joined_levels<'a>(
    head: &Distances,
    classes: usize,
    outputs: &Outputs<'a>,
    input: Size,
) -> Result<(Vec<Level<'a>>, usize), String> {
    let name = head.scores.first().map_or("", String::as_str);
    let view = outputs.get(name)?;
    let cells = cells(input, &head.strides);
    match view.shape {
        &[rows, columns] if rows == cells.len() && columns > classes && (columns - classes).is_multiple_of(4) => {
            let bins = view.data.get(classes..).unwrap_or(&[]);
            let level = Level { scores: view.data, score_step: columns, bins, bin_step: columns, cells };
            Ok((vec![level], (columns - classes) / 4))
        }
        shape => Err(format!("{name} has the shape {shape:?} a picture for {} cells", cells.len())),
    }
}

fn separate_levels<'a>(
    head: &Distances,
    classes: usize,
    outputs: &Outputs<'a>,
    input: Size,
) -> Result<(Vec<Level<'a>>, usize), String> {
    let views = |names: &[String]| names.iter().map(|name| outputs.get(name)).collect::<Result<Vec<_>, _>>();
    let (scores, bins) = (views(&head.scores)?, views(&head.distributions)?);
    let with_rows =
        |views: &[View<'a>], rows: usize| views.iter().find(|v| v.shape.len() == 2 && v.shape[0] == rows).copied();
    let mut levels = Vec::new();
    let mut width = 0;
    for stride in &head.strides {
        let cells = cells(input, &[*stride]);
        let level = with_rows(&scores, cells.len()).zip(with_rows(&bins, cells.len()));
        let Some((scores, bins)) =
            level.filter(|(s, b)| s.shape[1] == classes && b.shape[1].is_multiple_of(4) && b.shape[1] >= 8)
        else {
            return Err(format!("no scores and distributions of {} rows for stride {stride}", cells.len()));
        };
        width = bins.shape[1] / 4;
        levels.push(Level {
            scores: scores.data,
            score_step: classes,
            bins: bins.data,
            bin_step: bins.shape[1],
            cells,
        });
    }
    Ok((levels, width))
}
