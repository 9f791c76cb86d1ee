//! The head of a family: its tensors found, its options filled in, its shapes checked.

mod dense;
mod lists;
mod whole;

use concord_geometry::Size;

use super::card::{OneOrMany, OutputKeys};
use super::guess::{Outputs, cells};
use super::head::{Background, EndToEnd, Head, Yolo, YoloLayout, Yolox};
use super::{ContractError, Family};

/// More classes than any model has; more would be a damaged file.
const MAX_CLASSES: usize = 100_000;

/// What a head is built from.
pub(crate) struct Context<'a> {
    /// All outputs.
    pub(crate) outputs: &'a Outputs<'a>,
    /// Those that nothing else has claimed.
    pub(crate) free: &'a Outputs<'a>,
    /// `[output]` of the card.
    pub(crate) keys: &'a OutputKeys,
    /// Number of class names, when there are names.
    pub(crate) classes: Option<usize>,
    /// Size of the input.
    pub(crate) input: Size,
}

/// A head, and what its outputs say besides.
pub(crate) struct Built {
    pub(crate) head: Head,
    pub(crate) classes: usize,
    pub(crate) embedding: Option<String>,
    pub(crate) features: Option<String>,
    pub(crate) assumed: Vec<String>,
}

impl Built {
    fn new(head: Head, classes: usize) -> Self {
        Self { head, classes, embedding: None, features: None, assumed: Vec::new() }
    }
}

/// Builds the head of a family.
pub(crate) fn head(family: Family, context: &Context<'_>) -> Result<Built, ContractError> {
    let built = match family {
        Family::Yolov5 | Family::Yolov8 => yolo(family, context),
        Family::Yolov10 => end_to_end(context),
        Family::Yolox => yolox(context),
        Family::Gfl => dense::gfl(context),
        Family::Listed => lists::listed(context),
        Family::Detr => lists::detr(context),
        Family::Anchors => dense::anchors(context),
        Family::Semantic => whole::semantic(context),
        Family::Classification => whole::classification(context),
        Family::Embedding => whole::embedding(context),
    }?;
    if built.classes > MAX_CLASSES {
        return Err(ContractError::new(format!("at most {MAX_CLASSES} classes"), context.outputs.listed()));
    }
    Ok(built)
}

impl<'a> Context<'a> {
    /// The tensor that the card names, else the only free one of that rank, with its shape.
    fn one(&self, key: Option<&OneOrMany>, rank: usize, what: &str) -> Result<(String, &'a [usize]), ContractError> {
        let (name, shape) = match key.map(OneOrMany::list) {
            Some(names) if names.len() == 1 => (names[0].clone(), self.outputs.shape_of(&names[0])?),
            Some(names) => return Err(ContractError::new(format!("one tensor for {what}"), format!("{names:?}"))),
            None => match self.free.of_rank(rank).as_slice() {
                [(name, shape)] => ((*name).to_owned(), *shape),
                _ => {
                    return Err(ContractError::new(
                        format!("one output for {what} ({rank} sides)"),
                        self.outputs.listed(),
                    ));
                }
            },
        };
        if shape.len() != rank || shape[0] != 1 {
            return Err(ContractError::new(
                format!("{what} of {rank} sides for one image"),
                format!("{name} {shape:?}"),
            ));
        }
        Ok((name, shape))
    }

    /// The number of classes that the shapes give, held against the number of names.
    fn classes(&self, found: usize, expected: impl Fn(usize) -> String, seen: String) -> Result<usize, ContractError> {
        match self.classes {
            Some(names) if names != found => Err(ContractError::new(expected(names), seen)),
            _ => Ok(found),
        }
    }

    fn named(&self, key: Option<&String>, what: &str) -> Result<Option<(String, &'a [usize])>, ContractError> {
        let Some(name) = key else { return Ok(None) };
        let shape = self.outputs.shape_of(name)?;
        if shape.is_empty() {
            return Err(ContractError::new(format!("{what} with sides"), format!("{name} {shape:?}")));
        }
        Ok(Some((name.clone(), shape)))
    }

    /// A map `[1, channels, h, w]` beside the boxes: prototypes of masks, or features.
    fn map_beside(&self, prototypes: Option<&String>) -> Result<Option<(String, usize)>, ContractError> {
        let found = match self.named(prototypes, "prototypes")? {
            Some(found) => Some(found),
            None => match self.free.of_rank(4).as_slice() {
                [(name, shape)] => Some(((*name).to_owned(), *shape)),
                _ => None,
            },
        };
        match found {
            Some((name, [1, channels, _, _])) => Ok(Some((name, *channels))),
            Some((name, shape)) => Err(ContractError::new("a map [1, channels, h, w]", format!("{name} {shape:?}"))),
            None => Ok(None),
        }
    }
}

fn yolo(family: Family, context: &Context<'_>) -> Result<Built, ContractError> {
    let (name, shape) = context.one(context.keys.boxes.as_ref(), 3, "boxes")?;
    let has_objectness = family == Family::Yolov5;
    let names_fit_rows = context.classes.is_some_and(|c| shape[2] == c + 4 && shape[1] != c + 4);
    let layout = match context.keys.transposed {
        _ if has_objectness => YoloLayout::RowsWithObjectness,
        Some(true) => YoloLayout::Rows,
        None if names_fit_rows => YoloLayout::Rows,
        Some(false) | None => YoloLayout::Columns,
    };
    let fields = if layout == YoloLayout::Columns { shape[1] } else { shape[2] };
    let angle = context.keys.angle.unwrap_or(false);
    let fixed = 4 + usize::from(has_objectness) + usize::from(angle);
    let word = if layout == YoloLayout::Columns { "rows" } else { "columns" };
    let map = context.map_beside(context.keys.prototypes.as_ref())?;
    // A map is of prototypes when the card says so, or when its channels are the surplus beside the names.
    let prototypes = map.as_ref().filter(|(_, channels)| {
        context.keys.prototypes.is_some() || context.classes.is_some_and(|c| fields == fixed + c + channels)
    });
    let coefficients = prototypes.map_or(0, |(_, channels)| *channels);
    let Some(found) = fields.checked_sub(fixed + coefficients).filter(|count| *count > 0) else {
        let expected = format!("more than {} {word} in {name}", fixed + coefficients);
        return Err(ContractError::new(expected, format!("{fields} {word} ({name} {shape:?})")));
    };
    let classes = context.classes(
        found,
        |names| {
            format!("{} {word} in {name} ({fixed} and one for each of the {names} names)", names + fixed + coefficients)
        },
        format!("{fields} {word} ({name} {shape:?})"),
    )?;
    let prototypes = prototypes.map(|(name, _)| name.clone());
    let features = map.map(|(name, _)| name).filter(|name| prototypes.as_ref() != Some(name));
    let head = Head::Yolo(Yolo { boxes: name, layout, angle, prototypes });
    Ok(Built { features, ..Built::new(head, classes) })
}

fn end_to_end(context: &Context<'_>) -> Result<Built, ContractError> {
    let (name, shape) = context.one(context.keys.boxes.as_ref(), 3, "boxes")?;
    let map = context.map_beside(context.keys.prototypes.as_ref())?;
    let prototypes = map.as_ref().filter(|(_, channels)| shape[2] == 6 + channels);
    if shape[2] != 6 + prototypes.map_or(0, |(_, channels)| *channels) {
        return Err(ContractError::new("6 columns (x1, y1, x2, y2, score, class)", format!("{name} {shape:?}")));
    }
    let prototypes = prototypes.map(|(name, _)| name.clone());
    let features = map.map(|(name, _)| name).filter(|name| prototypes.as_ref() != Some(name));
    let Some(classes) = context.classes else {
        return Err(ContractError::new(
            "names of the classes (the outputs do not tell how many there are): [classes] in model.toml",
            format!("none, with {name} {shape:?}"),
        ));
    };
    Ok(Built { features, ..Built::new(Head::EndToEnd(EndToEnd { boxes: name, prototypes }), classes) })
}

fn yolox(context: &Context<'_>) -> Result<Built, ContractError> {
    let (name, shape) = context.one(context.keys.boxes.as_ref(), 3, "boxes")?;
    let strides = strides(context, shape[1], &name)?;
    let seen = format!("{} columns ({name} {shape:?})", shape[2]);
    let Some(found) = shape[2].checked_sub(5).filter(|count| *count > 0) else {
        return Err(ContractError::new(format!("more than 5 columns in {name}"), seen));
    };
    let classes = context.classes(
        found,
        |names| format!("{} columns (5 and one for each of the {names} names)", names + 5),
        seen,
    )?;
    Ok(Built::new(Head::Yolox(Yolox { boxes: name, strides }), classes))
}

/// The strides whose cells are `rows`: the card's, else 8, 16, 32 and perhaps 64.
fn strides(context: &Context<'_>, rows: usize, name: &str) -> Result<Vec<u32>, ContractError> {
    let declared = context.keys.strides.clone();
    if declared.as_ref().is_some_and(|strides| strides.is_empty() || strides.contains(&0)) {
        return Err(ContractError::new("strides of at least 1 pixel", format!("{declared:?}")));
    }
    let tried = declared.map_or_else(|| vec![vec![8, 16, 32], vec![8, 16, 32, 64]], |strides| vec![strides]);
    let fitting = tried.iter().find(|strides| cells(context.input, strides) == rows);
    fitting.cloned().ok_or_else(|| {
        let counts: Vec<String> =
            tried.iter().map(|strides| format!("{} for strides {strides:?}", cells(context.input, strides))).collect();
        let Size { width, height } = context.input;
        ContractError::new(
            format!("as many rows as cells of {width} × {height} pixels ({})", counts.join(", ")),
            format!("{rows} rows in {name}"),
        )
    })
}

/// Columns of classes without the background, held against the names.
pub(crate) fn class_columns(
    context: &Context<'_>,
    columns: usize,
    background: Background,
    name: &str,
) -> Result<usize, ContractError> {
    let extra = match background {
        Background::None => 0,
        Background::First | Background::Last => 1,
        Background::Class(_) => {
            return Err(ContractError::new("background \"none\", \"first\" or \"last\"", "the number of a class"));
        }
    };
    let Some(found) = columns.checked_sub(extra).filter(|count| *count > 0) else {
        return Err(ContractError::new(format!("more than {extra} columns in {name}"), columns.to_string()));
    };
    context.classes(found, |n| format!("{} columns in {name} for {n} names", n + extra), format!("{columns}"))
}
