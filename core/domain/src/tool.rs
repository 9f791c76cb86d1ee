//! Tools: pure state machines over pointer events in image space. A gesture ends in at most one edit.
//!
//! A tool knows no screen: it is told what the pointer and the keys did ([`Pointer`], [`Modifiers`]) and what there is
//! ([`Scene`]), and says what it wants ([`Outcome`]). What acts on a selection without a gesture stands in
//! [`transform`] and [`combine`].

pub mod combine;
pub mod transform;

mod adjust;
mod bounds;
mod brush;
mod event;
mod handles;
mod outcome;
mod path;
mod picker;
mod points;
mod prompt;
mod rotated;
mod scene;
mod select;
mod slice;
mod snapping;

#[cfg(test)]
mod properties;
#[cfg(test)]
mod script;
#[cfg(test)]
mod tables;
#[cfg(test)]
mod tables_edit;
#[cfg(test)]
mod tables_prompt;

use concord_geometry::{BrushMode, Geometry, GeometryKind, Painter, Point};

pub use event::{Modifiers, Pointer};
pub use handles::{Frame, Grab, frame, grab_at};
pub use outcome::{Outcome, PathPreview, PathRole, Preview, Refusal, SelectionChange, StrokePreview};
pub use prompt::{Prompt, PromptPreview, Segmented};
pub use scene::{BoxBy, Options, Scene};

use adjust::Adjust;
use bounds::{Bounds, Extremes, Shape};
use brush::Stroke;
use path::Path;
use picker::Picker;
use points::Points;
use prompt::Prompting;
use rotated::Rotated;
use select::Drag;
use slice::Cut;

use crate::edit::Edit;

/// Which tool is in hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ToolKind {
    /// Select, move and reshape.
    Select,
    /// Draw a box, by dragging or by extreme points.
    Box,
    /// Draw a rotated box: a side, then the height.
    RotatedBox,
    /// Draw a polygon by clicks or freehand; with Alt, a hole or part of the selected one.
    Polygon,
    /// Draw a line by clicks or freehand.
    Polyline,
    /// Paint a mask.
    Brush,
    /// Erase from the selected mask.
    Eraser,
    /// Draw an ellipse by its bounds.
    Ellipse,
    /// Place a point, or the points of a template.
    Points,
    /// Cut the selection, or the one thing below, along a line.
    Slice,
    /// Point at a thing, and take over the mask that a model makes of it.
    Prompt,
}

impl ToolKind {
    /// All tools in the order of the tool bar.
    pub const ALL: [Self; 11] = [
        Self::Select,
        Self::Box,
        Self::RotatedBox,
        Self::Polygon,
        Self::Polyline,
        Self::Brush,
        Self::Eraser,
        Self::Ellipse,
        Self::Points,
        Self::Slice,
        Self::Prompt,
    ];

    /// The word used on screen.
    pub fn name(self) -> &'static str {
        match self {
            Self::Select => "select",
            Self::Box => "box",
            Self::RotatedBox => "rotated box",
            Self::Polygon => "polygon",
            Self::Polyline => "polyline",
            Self::Brush => "brush",
            Self::Eraser => "eraser",
            Self::Ellipse => "ellipse",
            Self::Points => "points",
            Self::Slice => "slice",
            Self::Prompt => "prompt",
        }
    }

    /// True for tools with which the handles of the one selected object of these kinds can be dragged without putting
    /// the tool down.
    pub fn grabs(self, kind: GeometryKind) -> bool {
        match self {
            Self::Select => true,
            Self::Box | Self::RotatedBox | Self::Ellipse => {
                matches!(kind, GeometryKind::Box | GeometryKind::RotatedBox | GeometryKind::Ellipse)
            }
            _ => false,
        }
    }
}

/// What a tool is in the middle of.
#[derive(Debug, Clone, Default)]
enum Gesture {
    #[default]
    Idle,
    Drag(Drag),
    Adjust(Adjust),
    Bounds(Bounds),
    Extremes(Extremes),
    Rotated(Rotated),
    Path(Path),
    Stroke(Box<Stroke>),
    Points(Points),
    Cut(Cut),
    Prompt(Box<Prompting>),
}

/// The gesture after an event, and what the tool wants.
type Step = (Gesture, Outcome);

/// An event with everything that goes with it.
struct Input<'a> {
    event: Pointer,
    modifiers: Modifiers,
    scene: &'a Scene<'a>,
}

/// A tool with the gesture it is in.
#[derive(Debug, Clone)]
pub struct Tool {
    kind: ToolKind,
    gesture: Gesture,
    picker: Picker,
}

impl Tool {
    /// A tool at rest.
    pub fn new(kind: ToolKind) -> Self {
        Self { kind, gesture: Gesture::Idle, picker: Picker::default() }
    }

    /// Which tool it is.
    pub fn kind(&self) -> ToolKind {
        self.kind
    }

    /// True while a gesture is going on, between the clicks of a path too.
    pub fn is_busy(&self) -> bool {
        !matches!(self.gesture, Gesture::Idle)
    }

    /// The working copy of the mask while a stroke of brush or eraser goes on.
    pub fn painter(&self) -> Option<&Painter> {
        match &self.gesture {
            Gesture::Stroke(stroke) => Some(stroke.painter()),
            _ => None,
        }
    }

    /// Takes in what was found for a prompt that [`Outcome::Ask`] asked about, and says what to show. `None` when
    /// something else is pointed at by now, or nothing is: then the answer is dropped.
    pub fn answer(&mut self, prompt: &Prompt, found: Segmented) -> Option<Preview> {
        match &mut self.gesture {
            Gesture::Prompt(prompting) => prompting.answer(prompt, found),
            _ => None,
        }
    }

    /// Handles one event. An edit ends the gesture; an event at a place that is not finite is passed over.
    pub fn handle(&mut self, event: Pointer, modifiers: Modifiers, scene: &Scene<'_>) -> Outcome {
        if event.at().is_some_and(|at| !(at.x.is_finite() && at.y.is_finite())) {
            return Outcome::Nothing;
        }
        let gesture = std::mem::take(&mut self.gesture);
        if event == Pointer::Cancel {
            return Outcome::Nothing;
        }
        let input = Input { event, modifiers, scene };
        let (gesture, outcome) = match gesture {
            Gesture::Idle => self.begin(&input),
            Gesture::Drag(drag) => drag.on(&input, &mut self.picker),
            Gesture::Adjust(adjust) => adjust.on(&input, &mut self.picker),
            Gesture::Bounds(bounds) => bounds.on(&input, &mut self.picker),
            Gesture::Extremes(extremes) => extremes.on(&input),
            Gesture::Rotated(rotated) => rotated.on(&input),
            Gesture::Path(path) => path.on(&input),
            Gesture::Stroke(stroke) => stroke.on(&input),
            Gesture::Points(points) => points.on(&input),
            Gesture::Cut(cut) => cut.on(&input),
            Gesture::Prompt(prompting) => prompting.on(&input),
        };
        self.gesture = gesture;
        outcome
    }

    /// What an event does while no gesture is going on.
    fn begin(&mut self, input: &Input<'_>) -> Step {
        match input.event {
            Pointer::Press(at) => self.press(at, input),
            Pointer::Move(at) if self.snaps() => {
                let aim = input.scene.aim(at, input.modifiers);
                let snap = aim.is_snapped.then_some(Outcome::Preview(Preview::Snap(aim.at)));
                (Gesture::Idle, snap.unwrap_or(Outcome::Nothing))
            }
            Pointer::Absent if self.kind == ToolKind::Points && input.scene.options.skeleton.is_some() => {
                Points::default().on(input)
            }
            _ => (Gesture::Idle, Outcome::Nothing),
        }
    }

    fn snaps(&self) -> bool {
        !matches!(self.kind, ToolKind::Select | ToolKind::Brush | ToolKind::Eraser | ToolKind::Prompt)
    }

    fn press(&mut self, at: Point, input: &Input<'_>) -> Step {
        if let Some(adjust) = self.grab(at, input) {
            return (Gesture::Adjust(adjust), Outcome::Nothing);
        }
        let by_extremes = input.scene.options.box_by == BoxBy::ExtremePoints;
        match self.kind {
            ToolKind::Select => Drag::begin(at, input, &mut self.picker),
            ToolKind::Box if by_extremes => Extremes::default().on(input),
            ToolKind::Box => (Gesture::Bounds(Bounds::begin(Shape::Box, at, input)), Outcome::Nothing),
            ToolKind::Ellipse => (Gesture::Bounds(Bounds::begin(Shape::Ellipse, at, input)), Outcome::Nothing),
            ToolKind::RotatedBox => (Gesture::Rotated(Rotated::begin(at, input)), Outcome::Nothing),
            ToolKind::Polygon => Path::begin(PathRole::Ring, at, input),
            ToolKind::Polyline => Path::begin(PathRole::Line, at, input),
            ToolKind::Brush => Stroke::begin(BrushMode::Paint, at, input),
            ToolKind::Eraser => Stroke::begin(BrushMode::Erase, at, input),
            ToolKind::Points => Points::default().on(input),
            ToolKind::Slice => Cut::begin(at, input),
            ToolKind::Prompt => Prompting::begin(at, input),
        }
    }

    /// The handle under the pointer, where this tool grabs handles.
    fn grab(&self, at: Point, input: &Input<'_>) -> Option<Adjust> {
        let may_grab = match self.kind {
            ToolKind::Select => true,
            kind => input.scene.only_editable().is_some_and(|o| kind.grabs(o.geometry.kind())),
        };
        let grab = grab_at(input.scene, at).filter(|_| may_grab)?;
        Some(Adjust::begin(grab, at, input.scene))
    }
}

/// The edit that draws a new object of the class in hand.
fn draw(input: &Input<'_>, geometry: Geometry) -> Outcome {
    Outcome::Edit(Edit::Draw { geometry, class: input.scene.class.to_owned() })
}

/// The point nearest to `to` in one of the directions from `from` that are whole multiples of `step_degrees`; exact
/// along the axes and the diagonals.
fn constrained(from: Point, to: Point, step_degrees: f64) -> Point {
    let (dx, dy) = (to.x - from.x, to.y - from.y);
    let degrees = (dy.atan2(dx).to_degrees() / step_degrees).round() * step_degrees;
    let (dx, dy) = match degrees.rem_euclid(180.0) {
        0.0 => (dx, 0.0),
        90.0 => (0.0, dy),
        45.0 => (f64::midpoint(dx, dy), f64::midpoint(dx, dy)),
        135.0 => (f64::midpoint(dx, -dy), f64::midpoint(-dx, dy)),
        other => {
            let (sin, cos) = other.to_radians().sin_cos();
            let along = dx * cos + dy * sin;
            (along * cos, along * sin)
        }
    };
    from.moved(dx, dy)
}
