//! What a tool wants: a preview, another selection, an edit, or to say why it does nothing.

use std::collections::BTreeSet;

use concord_geometry::{BBox, Geometry, Keypoint, PixelRect, Point};
use concord_language::{Message, say};

use super::prompt::PromptPreview;
use crate::edit::Edit;
use crate::object::ObjectId;

/// What a tool wants.
///
/// A preview is shown until the next one, or until anything else comes while the tool is not busy.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// Nothing.
    Nothing,
    /// Show this.
    Preview(Preview),
    /// Change the selection.
    Select(SelectionChange),
    /// Show this, and ask a model what the prompt points at; what it says goes to
    /// [`Tool::answer`](super::Tool::answer) whenever it is there.
    Ask(PromptPreview),
    /// The gesture is over; carry this out.
    Edit(Edit),
    /// What was asked for cannot be done; say why.
    Refused(Refusal),
}

impl From<Result<Edit, Refusal>> for Outcome {
    fn from(result: Result<Edit, Refusal>) -> Self {
        result.map_or_else(Self::Refused, Self::Edit)
    }
}

/// What to show while a gesture goes on.
#[derive(Debug, Clone, PartialEq)]
pub enum Preview {
    /// An object that is about to be drawn.
    New {
        /// Where it would be.
        geometry: Geometry,
        /// The place the pointer was snapped to.
        snapped: Option<Point>,
    },
    /// Objects that are shown with other geometries until the gesture ends.
    Reshaped {
        /// The geometries that stand in for those of the objects.
        shapes: Vec<(ObjectId, Geometry)>,
        /// The place something was snapped to.
        snapped: Option<Point>,
    },
    /// A path that is not finished.
    Path(PathPreview),
    /// Extreme points so far, at most three, and the box that they and the pointer span.
    Extremes {
        /// The points clicked.
        points: Vec<Point>,
        /// The box so far.
        bbox: BBox,
    },
    /// A rubber band.
    Band {
        /// Where it is.
        bbox: BBox,
        /// True when it selects what it encloses, false when it selects what it touches.
        encloses: bool,
    },
    /// A stroke of the brush; the pixels are those of [`Tool::painter`](super::Tool::painter).
    Stroke(StrokePreview),
    /// Points of a template so far.
    Points {
        /// The points placed, absent ones included, in the order of the template.
        placed: Vec<Keypoint>,
        /// Where the next one would be, with its visibility.
        next: Option<Keypoint>,
        /// Place of the next one in the template.
        index: usize,
    },
    /// What is pointed at, and what a model made of it.
    Prompt(PromptPreview),
    /// The place a press would be snapped to, before anything is drawn.
    Snap(Point),
}

/// A path that is not finished.
#[derive(Debug, Clone, PartialEq)]
pub struct PathPreview {
    /// What it will be.
    pub role: PathRole,
    /// The points so far.
    pub points: Vec<Point>,
    /// The point a click would add.
    pub next: Option<Point>,
    /// True when a click would close the ring.
    pub closes: bool,
    /// True when the next point was snapped.
    pub is_snapped: bool,
}

/// What an unfinished path will be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PathRole {
    /// A ring of a polygon: of a new one, or a hole or part of the selected one.
    Ring,
    /// An open line.
    Line,
    /// The first side of a rotated box.
    Side,
    /// The line that cuts the selection.
    Cut,
}

/// A stroke of the brush that is going on.
#[derive(Debug, Clone, PartialEq)]
pub struct StrokePreview {
    /// The object that is painted on: show the painter's pixels in its place. `None` for a new object.
    pub object: Option<ObjectId>,
    /// The pixels that changed since the last event; at the press, all that are foreground. `None` when none did.
    pub changed: Option<PixelRect>,
    /// The outline that would be filled if the button went up now; empty without Shift.
    pub fills: Vec<Point>,
}

/// How the selection changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SelectionChange {
    /// These are selected from now on, and nothing else.
    Set(Vec<ObjectId>),
    /// These are selected as well.
    Add(Vec<ObjectId>),
    /// These are selected unless they were; then they no longer are.
    Toggle(Vec<ObjectId>),
    /// Nothing is selected from now on.
    Clear,
}

impl SelectionChange {
    /// Carries the change out.
    pub fn apply(&self, selection: &mut BTreeSet<ObjectId>) {
        match self {
            Self::Set(ids) => *selection = ids.iter().cloned().collect(),
            Self::Add(ids) => selection.extend(ids.iter().cloned()),
            Self::Toggle(ids) => {
                for id in ids {
                    if !selection.remove(id) {
                        selection.insert(id.clone());
                    }
                }
            }
            Self::Clear => selection.clear(),
        }
    }
}

/// Why something that was asked for is not done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Refusal {
    /// The object may not be altered.
    Locked,
    /// There is nothing selected that this could act on.
    NothingSelected,
    /// The result would cover no area.
    NoArea,
    /// Nothing would be left in the image.
    LeavesImage,
    /// A ring takes three points.
    RingTooShort,
    /// A line takes two points.
    LineTooShort,
    /// Extreme clicking takes four points.
    TooFewExtremes,
    /// No point of the template has a place.
    NoPoint,
    /// The vertex cannot be deleted without its ring or line.
    LastVertices,
    /// The eraser needs one object to work on.
    NothingToErase,
    /// The object covers no area, so that the brush cannot work on it.
    NotARegion,
    /// The line does not go all the way across an object.
    DoesNotCross,
    /// Nothing is selected, and the line crosses more than one object.
    CrossesSeveral,
    /// Joining takes two objects.
    TooFewToJoin,
    /// An object cannot become another kind.
    CannotConvert,
    /// Neither a mask nor a polygon may have this class.
    NoRegionOfClass,
    /// Nothing is pointed at: there is neither a point that belongs to a thing nor a box.
    NothingPointedAt,
    /// The model has not answered yet.
    NotAnsweredYet,
    /// The model found nothing where it was pointed at.
    NothingFound,
}

impl Refusal {
    /// The sentence for the person.
    pub fn message(self) -> Message {
        match self {
            Self::Locked => say!("refusal-locked"),
            Self::NothingSelected => say!("refusal-nothing-selected"),
            Self::NoArea => say!("refusal-no-area"),
            Self::LeavesImage => say!("refusal-leaves-image"),
            Self::RingTooShort => say!("refusal-ring-too-short"),
            Self::LineTooShort => say!("refusal-line-too-short"),
            Self::TooFewExtremes => say!("refusal-too-few-extremes"),
            Self::NoPoint => say!("refusal-no-point"),
            Self::LastVertices => say!("refusal-last-vertices"),
            Self::NothingToErase => say!("refusal-nothing-to-erase"),
            Self::NotARegion => say!("refusal-not-a-region"),
            Self::DoesNotCross => say!("refusal-does-not-cross"),
            Self::CrossesSeveral => say!("refusal-crosses-several"),
            Self::TooFewToJoin => say!("refusal-too-few-to-join"),
            Self::CannotConvert => say!("refusal-cannot-convert"),
            Self::NoRegionOfClass => say!("refusal-no-region-of-class"),
            Self::NothingPointedAt => say!("refusal-nothing-pointed-at"),
            Self::NotAnsweredYet => say!("refusal-not-answered-yet"),
            Self::NothingFound => say!("refusal-nothing-found"),
        }
    }
}
