//! Masks: mixed from prototypes, or pasted from small grids.

use concord_geometry::{BBox, Geometry, Mask, Placement, Point, Rle};

use super::found::{Found, Place};
use super::outputs::Outputs;
use super::scores::sigmoid;

/// A grid of probabilities over a rectangle of the input.
pub(crate) struct Grid<'a> {
    /// Row-major values.
    pub(crate) values: &'a [f32],
    pub(crate) width: usize,
    pub(crate) height: usize,
    /// The rectangle it covers, in input pixels.
    pub(crate) over: BBox,
}

/// Prototypes `[M, h, w]` over the whole input.
pub(crate) struct Prototypes<'a> {
    data: &'a [f32],
    channels: usize,
    height: usize,
    width: usize,
}

impl<'a> Prototypes<'a> {
    /// The prototypes of that name, when the head has some.
    pub(crate) fn of(name: Option<&str>, outputs: &Outputs<'a>) -> Result<Option<Self>, String> {
        let Some(name) = name else { return Ok(None) };
        let view = outputs.get(name)?;
        match view.shape {
            &[channels, height, width] if height > 0 && width > 0 => {
                Ok(Some(Self { data: view.data, channels, height, width }))
            }
            shape => Err(format!("{name} has the shape {shape:?} a picture, not [M, h, w]")),
        }
    }

    pub(crate) fn channels(&self) -> usize {
        self.channels
    }

    /// The mask of a candidate: the sigmoid of its coefficients times the prototypes, above one half, within its box.
    pub(crate) fn mask(&self, coefficients: &[f32], found: &Found, placement: &Placement) -> Option<Geometry> {
        let Place::Box(bbox) = found.place else { return None };
        let plane = self.width * self.height;
        let mut mixed = vec![0.0_f32; plane];
        for (coefficient, prototype) in coefficients.iter().zip(self.data.chunks_exact(plane)) {
            for (sum, value) in mixed.iter_mut().zip(prototype) {
                *sum += coefficient * value;
            }
        }
        for value in &mut mixed {
            *value = sigmoid(*value);
        }
        let over = BBox::of_image(placement.input);
        let grid = Grid { values: &mixed, width: self.width, height: self.height, over };
        in_image(&grid, &bbox, placement, 0.5)
    }
}

/// The pixels of the image whose centres lie in `within` (input pixels) and where the grid, sampled bilinearly at
/// half-pixel centres with its edges repeated, exceeds `threshold`. `None` when there are none.
pub(crate) fn in_image(grid: &Grid<'_>, within: &BBox, placement: &Placement, threshold: f64) -> Option<Geometry> {
    let size = placement.image;
    let first = placement.image_from_input(Point::new(within.x1(), within.y1()));
    let last = placement.image_from_input(Point::new(within.x2(), within.y2()));
    let columns = covered(first.x, last.x, size.width);
    let rows = covered(first.y, last.y, size.height);
    // Where in the grid each column and row of the image lies.
    let (sx, sy) = (grid.width as f64 / grid.over.width(), grid.height as f64 / grid.over.height());
    let across: Vec<Tap> = columns
        .clone()
        .map(|x| {
            let at = placement.input_from_image(Point::new(f64::from(x) + 0.5, 0.0)).x;
            Tap::at((at - grid.over.x1()) * sx, grid.width)
        })
        .collect();
    let down: Vec<Tap> = rows
        .clone()
        .map(|y| {
            let at = placement.input_from_image(Point::new(0.0, f64::from(y) + 0.5)).y;
            Tap::at((at - grid.over.y1()) * sy, grid.height)
        })
        .collect();
    let mut runs = Vec::new();
    for (x, tap) in columns.zip(&across) {
        let mut start = None;
        for (y, row) in rows.clone().zip(&down) {
            let value = |line: usize| {
                let line = &grid.values[line * grid.width..][..grid.width];
                f64::from(line[tap.low]) * (1.0 - tap.fraction) + f64::from(line[tap.high]) * tap.fraction
            };
            let is_set = value(row.low) * (1.0 - row.fraction) + value(row.high) * row.fraction > threshold;
            match (is_set, start) {
                (true, None) => start = Some(y),
                (false, Some(from)) => {
                    runs.push((x, from, y));
                    start = None;
                }
                _ => {}
            }
        }
        runs.extend(start.map(|from| (x, from, rows.end)));
    }
    Mask::new(Rle::from_column_runs(size.width, size.height, runs)).ok().map(Geometry::Mask)
}

/// The pixels whose centres lie between two places.
fn covered(from: f64, to: f64, side: u32) -> std::ops::Range<u32> {
    let limit = f64::from(side);
    let first = (from - 0.5).ceil().clamp(0.0, limit) as u32;
    let end = ((to - 0.5).floor() + 1.0).clamp(0.0, limit) as u32;
    first..end.max(first)
}

/// Two cells and how far towards the second.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Tap {
    pub(crate) low: usize,
    pub(crate) high: usize,
    pub(crate) fraction: f64,
}

impl Tap {
    /// For a place in cells, 0 at the outer edge of the first one.
    pub(crate) fn at(place: f64, cells: usize) -> Self {
        let last = (cells - 1) as f64;
        let at = (place - 0.5).clamp(0.0, last);
        let low = at.floor();
        Self { low: low as usize, high: (low as usize + 1).min(cells - 1), fraction: at - low }
    }
}
