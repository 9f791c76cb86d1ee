//! Which family a model belongs to, as far as the shapes of its outputs tell.

use concord_geometry::Size;

use super::{ContractError, Family};

/// Most candidates of a model that suppresses them itself; heads that do not have thousands.
const MOST_QUERIES: usize = 1000;

/// Names and shapes of outputs.
#[derive(Debug, Clone)]
pub(crate) struct Outputs<'a> {
    pub(crate) all: Vec<(&'a str, &'a [usize])>,
}

impl<'a> Outputs<'a> {
    /// Names and shapes for people.
    pub(crate) fn listed(&self) -> String {
        let shown: Vec<String> = self.all.iter().map(|(name, shape)| format!("{name} {shape:?}")).collect();
        if shown.is_empty() { "no outputs".to_owned() } else { shown.join(", ") }
    }

    /// The shape of an output.
    pub(crate) fn shape_of(&self, name: &str) -> Result<&'a [usize], ContractError> {
        let found = self.all.iter().find(|(known, _)| *known == name);
        found
            .map(|(_, shape)| *shape)
            .ok_or_else(|| ContractError::new(format!("an output named {name:?}"), self.listed()))
    }

    /// The outputs with that many sides.
    pub(crate) fn of_rank(&self, rank: usize) -> Vec<(&'a str, &'a [usize])> {
        self.all.iter().filter(|(_, shape)| shape.len() == rank).copied().collect()
    }

    /// The first output whose name contains one of `parts`, whatever the case.
    pub(crate) fn named_like(&self, parts: &[&str]) -> Option<(&'a str, &'a [usize])> {
        let is_like = |name: &str| parts.iter().any(|part| name.to_ascii_lowercase().contains(part));
        self.all.iter().find(|(name, _)| is_like(name)).copied()
    }
}

/// Cells of grids over the input, one grid for each stride.
pub(crate) fn cells(input: Size, strides: &[u32]) -> usize {
    strides.iter().map(|s| (input.width.div_ceil(*s) as usize) * (input.height.div_ceil(*s) as usize)).sum()
}

/// The family that the outputs fit; an error that lists what was seen when none or several do.
pub(crate) fn family(
    outputs: &Outputs<'_>,
    classes: Option<usize>,
    task: Option<&str>,
    input: Size,
) -> Result<Family, ContractError> {
    let unclear = |why: &str| {
        let expected: Vec<String> = Family::ALL.iter().map(|f| format!("{}: {}", f.name(), f.outputs())).collect();
        ContractError::new(
            format!("outputs of one family, or `family` in model.toml ({})", expected.join("; ")),
            format!("{}{why}", outputs.listed()),
        )
    };
    let (flat, rows, maps) = (outputs.of_rank(2), outputs.of_rank(3), outputs.of_rank(4));
    if is_listed(outputs) {
        return Ok(Family::Listed);
    }
    if flat.len() == outputs.all.len() && !flat.is_empty() {
        return of_vectors(outputs, &flat, classes, task)
            .ok_or_else(|| unclear(", which may be classes or an embedding"));
    }
    match (rows.as_slice(), maps.as_slice()) {
        ([], [_]) => Ok(Family::Semantic),
        // Class numbers of pixels: a map without channels is as large as the input or a fraction of it.
        ([(_, [_, h, w])], []) if is_fraction(*h, input.height) && is_fraction(*w, input.width) => Ok(Family::Semantic),
        ([(_, shape)], [] | [_]) => of_rows(shape, classes, input).ok_or_else(|| unclear("")),
        ([a, b], []) if is_detr(a.1, b.1) => Ok(Family::Detr),
        (levels, []) if levels.len() >= 4 && is_gfl(levels, input) => Ok(Family::Gfl),
        _ => Err(unclear("")),
    }
}

/// Boxes `[.., N, 4]` with scores of the same N and one side less.
fn is_listed(outputs: &Outputs<'_>) -> bool {
    let boxes = outputs.all.iter().find(|(_, shape)| shape.len() >= 2 && shape.last() == Some(&4));
    boxes.is_some_and(|(_, boxes)| {
        let fitting = outputs.all.iter().filter(|(_, shape)| **shape == boxes[..boxes.len() - 1]).count();
        fitting >= 2
    })
}

fn of_vectors(
    outputs: &Outputs<'_>,
    flat: &[(&str, &[usize])],
    classes: Option<usize>,
    task: Option<&str>,
) -> Option<Family> {
    let has_classes = flat.iter().any(|(_, shape)| Some(shape[1]) == classes);
    let looks_classified = outputs.named_like(&["logit", "prob", "class", "score"]).is_some();
    if task == Some("classify") || has_classes || looks_classified {
        return Some(Family::Classification);
    }
    outputs.named_like(&["embed", "feat", "descriptor"]).map(|_| Family::Embedding)
}

/// One tensor of rank 3, perhaps beside a map.
fn of_rows(shape: &[usize], classes: Option<usize>, input: Size) -> Option<Family> {
    let &[_, a, b] = shape else { return None };
    let (one_a_cell, p6) = (cells(input, &[8, 16, 32]), cells(input, &[8, 16, 32, 64]));
    if let Some(classes) = classes {
        // The names count the classes, which leaves little doubt.
        return match () {
            () if b == 6 && classes != 1 && a <= MOST_QUERIES => Some(Family::Yolov10),
            () if b == classes + 5 && (a == one_a_cell || a == p6) => Some(Family::Yolox),
            () if b == classes + 5 => Some(Family::Yolov5),
            () if a == classes + 4 || b == classes + 4 => Some(Family::Yolov8),
            () if b > classes && (b - classes).is_multiple_of(4) && (a == p6 || a == one_a_cell) => Some(Family::Gfl),
            // The number of names does not fit; the nearest family says so best.
            () => Some(if a < b { Family::Yolov8 } else { Family::Yolov5 }),
        };
    }
    match () {
        () if b == 6 && a <= MOST_QUERIES && a > b => Some(Family::Yolov10),
        () if a >= 5 && a < b => Some(Family::Yolov8),
        // A candidate a row: three anchors a cell are YOLOv5's habit; one a cell has several owners.
        () if b >= 6 && a == 3 * one_a_cell => Some(Family::Yolov5),
        () => None,
    }
}

fn is_fraction(side: usize, of: u32) -> bool {
    side >= 8 && (of as usize).is_multiple_of(side)
}

fn is_detr(a: &[usize], b: &[usize]) -> bool {
    a[..2] == b[..2] && a[1] <= MOST_QUERIES && (a[2] == 4) != (b[2] == 4)
}

/// Half of the tensors with one number of columns, half with another that is four times a number of bins.
fn is_gfl(levels: &[(&str, &[usize])], input: Size) -> bool {
    let mut rows: Vec<usize> = levels.iter().map(|(_, shape)| shape[1]).collect();
    rows.sort_unstable();
    rows.dedup();
    let grids: usize = rows.iter().sum();
    let pairs = rows.iter().all(|row| levels.iter().filter(|(_, shape)| shape[1] == *row).count() == 2);
    let has_bins = levels.iter().any(|(_, shape)| shape[2] > 4 && shape[2].is_multiple_of(4));
    pairs && has_bins && [&[8, 16, 32][..], &[8, 16, 32, 64]].iter().any(|strides| cells(input, strides) == grids)
}
