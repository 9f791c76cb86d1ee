//! YOLOv5 to YOLO11, with masks and oriented boxes, and YOLOv10's finished lists.

use concord_geometry::{Geometry, Placement};

use super::found::{Details, Found, Place, detections};
use super::masks::Prototypes;
use super::outputs::{Outputs, View};
use super::scores::probability;
use super::{DetectOptions, Detection};
use crate::contract::{EndToEnd, Yolo, YoloLayout};

/// Where the numbers of a candidate stand.
struct Table<'a> {
    data: &'a [f32],
    candidates: usize,
    fields: usize,
    is_columns: bool,
    objectness: bool,
    classes: usize,
    prototypes: Option<Prototypes<'a>>,
}

impl Table<'_> {
    fn at(&self, field: usize, candidate: usize) -> f32 {
        if self.is_columns {
            self.data[field * self.candidates + candidate]
        } else {
            self.data[candidate * self.fields + field]
        }
    }

    fn place(&self, candidate: usize) -> [f32; 4] {
        [0, 1, 2, 3].map(|field| self.at(field, candidate))
    }

    fn first_class(&self) -> usize {
        4 + usize::from(self.objectness)
    }

    fn factor(&self, candidate: usize) -> f32 {
        if self.objectness { self.at(4, candidate) } else { 1.0 }
    }

    /// The best class of every candidate and its score; the first of equal ones.
    fn best(&self) -> Result<Vec<(usize, f32)>, String> {
        let mut best = vec![(0, f32::NEG_INFINITY); self.candidates];
        let mut see = |class: usize, candidate: usize, score: f32| {
            let score = probability(score, class, candidate)?;
            if score > best[candidate].1 {
                best[candidate] = (class, score);
            }
            Ok::<(), String>(())
        };
        // In the order of memory, whichever the layout.
        if self.is_columns {
            for class in 0..self.classes {
                let row = &self.data[(self.first_class() + class) * self.candidates..][..self.candidates];
                for (candidate, score) in row.iter().enumerate() {
                    see(class, candidate, *score)?;
                }
            }
        } else {
            for candidate in 0..self.candidates {
                let factor = self.factor(candidate);
                let scores = &self.data[candidate * self.fields + self.first_class()..][..self.classes];
                for (class, score) in scores.iter().enumerate() {
                    see(class, candidate, score * factor)?;
                }
            }
        }
        Ok(best)
    }
}

impl Details for Table<'_> {
    fn class_scores(&self, found: &Found) -> Result<Vec<f32>, String> {
        let factor = self.factor(found.source);
        let score = |class| self.at(self.first_class() + class, found.source) * factor;
        Ok((0..self.classes).map(|class| score(class).clamp(0.0, 1.0)).collect())
    }

    fn mask(&self, found: &Found, placement: &Placement) -> Option<Geometry> {
        let prototypes = self.prototypes.as_ref()?;
        let first = self.first_class() + self.classes;
        let coefficients: Vec<f32> = (0..prototypes.channels()).map(|c| self.at(first + c, found.source)).collect();
        prototypes.mask(&coefficients, found, placement)
    }
}

/// Reads candidates as cx, cy, w, h, class scores, and what the head says comes after.
pub(crate) fn read(
    head: &Yolo,
    classes: usize,
    outputs: &Outputs<'_>,
    placement: &Placement,
    options: &DetectOptions,
) -> Result<Vec<Detection>, String> {
    let view = outputs.get(&head.boxes)?;
    let prototypes = Prototypes::of(head.prototypes.as_deref(), outputs)?;
    let is_columns = head.layout == YoloLayout::Columns;
    let objectness = head.layout == YoloLayout::RowsWithObjectness;
    let fixed = 4 + usize::from(objectness) + usize::from(head.angle);
    let wanted = fixed + classes + prototypes.as_ref().map_or(0, Prototypes::channels);
    let (fields, candidates) = fields_of(view, is_columns, wanted, &head.boxes)?;
    let table = Table { data: view.data, candidates, fields, is_columns, objectness, classes, prototypes };
    let mut found = Vec::new();
    for (source, (class, score)) in table.best()?.into_iter().enumerate() {
        if score < options.score_threshold {
            continue;
        }
        let place = if head.angle {
            Place::rotated(table.place(source), table.at(fields - 1, source), source)?
        } else {
            Place::centred(table.place(source), source)?
        };
        found.extend(place.map(|place| Found { place, class, score, source }));
    }
    detections(found, true, &table, placement, options)
}

/// Fields of a candidate and number of candidates.
fn fields_of(view: View<'_>, is_columns: bool, wanted: usize, name: &str) -> Result<(usize, usize), String> {
    let &[a, b] = view.shape else {
        return Err(format!("{name} has the shape {:?} a picture", view.shape));
    };
    let (fields, candidates) = if is_columns { (a, b) } else { (b, a) };
    if fields == wanted {
        Ok((fields, candidates))
    } else {
        Err(format!("{name} has {fields} fields a box, not {wanted}"))
    }
}

struct Finished<'a> {
    data: &'a [f32],
    fields: usize,
    prototypes: Option<Prototypes<'a>>,
}

impl Details for Finished<'_> {
    fn class_scores(&self, _found: &Found) -> Result<Vec<f32>, String> {
        Ok(Vec::new())
    }

    fn mask(&self, found: &Found, placement: &Placement) -> Option<Geometry> {
        let row = &self.data[found.source * self.fields..][..self.fields];
        self.prototypes.as_ref()?.mask(&row[6..], found, placement)
    }
}

/// Reads candidates as x1, y1, x2, y2, score, class.
pub(crate) fn read_end_to_end(
    head: &EndToEnd,
    classes: usize,
    outputs: &Outputs<'_>,
    placement: &Placement,
    options: &DetectOptions,
) -> Result<Vec<Detection>, String> {
    let view = outputs.get(&head.boxes)?;
    let prototypes = Prototypes::of(head.prototypes.as_deref(), outputs)?;
    let fields = 6 + prototypes.as_ref().map_or(0, Prototypes::channels);
    let mut found = Vec::new();
    for (source, row) in view.rows(fields, &head.boxes)?.enumerate() {
        let score = probability(row[4], row[5] as usize, source)?;
        if score < options.score_threshold {
            continue;
        }
        let class = class_number(row[5], 0, classes, source)?;
        let place = Place::cornered([row[0], row[1], row[2], row[3]], source)?;
        found.extend(place.map(|place| Found { place, class, score, source }));
    }
    detections(found, false, &Finished { data: view.data, fields, prototypes }, placement, options)
}

/// A class number that a model wrote as a float.
pub(crate) fn class_number(value: f32, first: i32, classes: usize, candidate: usize) -> Result<usize, String> {
    let class = f64::from(value) - f64::from(first);
    if class.fract() == 0.0 && class >= 0.0 && class < classes as f64 {
        return Ok(class as usize);
    }
    let last = i64::from(first) + classes as i64 - 1;
    Err(format!("box {candidate} has the class {value}, which is none of the classes {first} to {last}"))
}
