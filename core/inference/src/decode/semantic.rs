//! Semantic segmentation: a region a class.

use concord_geometry::{Geometry, Mask, Placement, Point, Rle};

use super::masks::Tap;
use super::outputs::Outputs;
use super::scores::{sigmoid, softmax};
use super::{DetectOptions, Detection};
use crate::contract::{Activation, Background, Semantic};

/// Scores of the classes on a grid over the input, or the classes themselves.
struct Map<'a> {
    data: &'a [f32],
    height: usize,
    width: usize,
    /// Numbers a cell; 0 where a cell holds the number of its class.
    classes: usize,
    is_channels_first: bool,
    activation: Activation,
}

impl Map<'_> {
    /// Probabilities of all classes, cell by cell.
    fn probabilities(&self) -> Vec<f32> {
        let cells = self.height * self.width;
        let mut out = Vec::with_capacity(cells * self.classes);
        let mut raw = vec![0.0; self.classes];
        for cell in 0..cells {
            for (class, value) in raw.iter_mut().enumerate() {
                *value =
                    self.data[if self.is_channels_first { class * cells + cell } else { cell * self.classes + class }];
            }
            match self.activation {
                Activation::None => out.extend_from_slice(&raw),
                Activation::Sigmoid => out.extend(raw.iter().map(|logit| sigmoid(*logit))),
                Activation::Softmax => out.extend(softmax(&raw)),
            }
        }
        out
    }
}

/// Probabilities between four cells.
fn sampled(probabilities: &[f32], width: usize, across: &Tap, down: &Tap, out: &mut [f32]) {
    let (fx, fy) = (across.fraction as f32, down.fraction as f32);
    let corners = [
        (down.low * width + across.low, (1.0 - fx) * (1.0 - fy)),
        (down.low * width + across.high, fx * (1.0 - fy)),
        (down.high * width + across.low, (1.0 - fx) * fy),
        (down.high * width + across.high, fx * fy),
    ];
    out.fill(0.0);
    let classes = out.len();
    for (cell, weight) in corners {
        for (sum, p) in out.iter_mut().zip(&probabilities[cell * classes..]) {
            *sum += p * weight;
        }
    }
}

/// The pixels of a class, column by column, and what they say together.
#[derive(Default, Clone)]
struct Region {
    runs: Vec<(u32, u32, u32)>,
    pixels: u64,
    sums: Vec<f64>,
}

impl Region {
    fn add(&mut self, x: u32, y: u32, probabilities: &[f32]) {
        match self.runs.last_mut() {
            Some((column, _, end)) if (*column, *end) == (x, y) => *end += 1,
            _ => self.runs.push((x, y, y + 1)),
        }
        self.pixels += 1;
        self.sums.resize(probabilities.len(), 0.0);
        for (sum, p) in self.sums.iter_mut().zip(probabilities) {
            *sum += f64::from(*p);
        }
    }
}

/// Reads a class a pixel of the image: the best class of the probabilities sampled bilinearly at its centre.
pub(crate) fn read(
    head: &Semantic,
    classes: usize,
    outputs: &Outputs<'_>,
    placement: &Placement,
    options: &DetectOptions,
) -> Result<Vec<Detection>, String> {
    let view = outputs.get(&head.classes)?;
    let (height, width, is_channels_first, depth) = match *view.shape {
        [h, w] => (h, w, true, 0),
        [c, h, w] if c == classes => (h, w, true, classes),
        [h, w, c] if c == classes => (h, w, false, classes),
        ref shape => return Err(format!("{} has the shape {shape:?} a picture for {classes} classes", head.classes)),
    };
    if let Some(at) = view.data.iter().position(|value| !value.is_finite()) {
        return Err(format!("number {at} of {} is {}", head.classes, view.data[at]));
    }
    let map = Map { data: view.data, height, width, classes: depth, is_channels_first, activation: head.activation };
    let regions = regions(&map, head, classes, placement)?;
    let background = match head.background {
        Background::Class(class) => Some(class),
        Background::First => Some(0),
        Background::Last => classes.checked_sub(1),
        Background::None => None,
    };
    let mut found = Vec::new();
    for (class, region) in regions.into_iter().enumerate() {
        if Some(class) == background || region.pixels == 0 || region.pixels < head.min_area {
            continue;
        }
        let means: Vec<f32> = region.sums.iter().map(|sum| (sum / region.pixels as f64) as f32).collect();
        let score = means.get(class).copied().unwrap_or(1.0).clamp(0.0, 1.0);
        let size = placement.image;
        let Ok(mask) = Mask::new(Rle::from_column_runs(size.width, size.height, region.runs)) else { continue };
        if score >= options.score_threshold {
            let bbox = mask.bounds();
            let shape = Some(Geometry::Mask(mask));
            found.push(Detection { bbox, shape, class, score, class_scores: means, localisation: None, spread: None });
        }
    }
    found.truncate(options.max_detections);
    Ok(found)
}

fn regions(map: &Map<'_>, head: &Semantic, classes: usize, placement: &Placement) -> Result<Vec<Region>, String> {
    let size = placement.image;
    let place = |x: u32, y: u32| placement.input_from_image(Point::new(f64::from(x) + 0.5, f64::from(y) + 0.5));
    let (sx, sy) =
        (map.width as f64 / f64::from(placement.input.width), map.height as f64 / f64::from(placement.input.height));
    let across: Vec<Tap> = (0..size.width).map(|x| Tap::at(place(x, 0).x * sx, map.width)).collect();
    let down: Vec<Tap> = (0..size.height).map(|y| Tap::at(place(0, y).y * sy, map.height)).collect();
    let nearest = |tap: &Tap| if tap.fraction < 0.5 { tap.low } else { tap.high };
    let mut regions = vec![Region::default(); classes];
    let probabilities = map.probabilities();
    if let Some(odd) = probabilities.iter().find(|p| !(-1e-3..=1.0 + 1e-3).contains(*p)) {
        return Err(format!("a pixel has the probability {odd}; is `activation` right?"));
    }
    let mut here = vec![0.0; classes];
    for (x, tap) in (0..size.width).zip(&across) {
        for (y, row) in (0..size.height).zip(&down) {
            if map.classes == 0 {
                let value = map.data[nearest(row) * map.width + nearest(tap)];
                let class = super::yolo::class_number(value, 0, classes, 0)
                    .map_err(|_| format!("a pixel has the class {value}, of {classes} classes"))?;
                regions[class].add(x, y, &[]);
                continue;
            }
            sampled(&probabilities, map.width, tap, row, &mut here);
            let class = if classes == 1 {
                (f64::from(here[0]) > head.threshold).then_some(0)
            } else {
                super::scores::best(&here).map(|(class, _)| class)
            };
            if let Some(class) = class {
                regions[class].add(x, y, &here);
            }
        }
    }
    Ok(regions)
}
