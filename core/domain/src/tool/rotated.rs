//! Drawing a rotated box: its first side by two clicks or one drag, then its height by a click.

use concord_geometry::{Geometry, Point, RotatedBox};

use super::event::Pointer;
use super::outcome::{Outcome, PathPreview, PathRole, Preview};
use super::{Gesture, Input, Step, constrained, draw};

/// Steps to which Shift constrains the direction of the first side, in degrees.
const STEP_DEGREES: f64 = 15.0;

/// A rotated box while it is drawn.
#[derive(Debug, Clone)]
pub(super) enum Rotated {
    /// The first corner is there; the side may be a drag from the press.
    Side { from: Point, press: Option<Point> },
    /// The first side is there.
    Height { from: Point, to: Point },
}

impl Rotated {
    pub(super) fn begin(press: Point, input: &Input<'_>) -> Self {
        Self::Side { from: input.scene.aim(press, input.modifiers).at, press: Some(press) }
    }

    pub(super) fn on(self, input: &Input<'_>) -> Step {
        match self {
            Self::Side { from, press } => Self::on_side(from, press, input),
            Self::Height { from, to } => Self::on_height(from, to, input),
        }
    }

    fn on_side(from: Point, press: Option<Point>, input: &Input<'_>) -> Step {
        let side = |press| Gesture::Rotated(Self::Side { from, press });
        match input.event {
            Pointer::Press(at) => (side(Some(at)), side_preview(from, at, input)),
            Pointer::Drag(at) | Pointer::Move(at) => (side(press), side_preview(from, at, input)),
            Pointer::Release(at) => {
                let to = end_of_side(from, at, input);
                // Too near to the first corner to be a direction: the release of the first click, or a double click.
                if input.scene.is_click(from, to) {
                    return (side(None), side_preview(from, at, input));
                }
                (Gesture::Rotated(Self::Height { from, to }), height_preview(from, to, at))
            }
            Pointer::StepBack => (Gesture::Idle, Outcome::Nothing),
            _ => (side(press), Outcome::Nothing),
        }
    }

    fn on_height(from: Point, to: Point, input: &Input<'_>) -> Step {
        let keep = Gesture::Rotated(Self::Height { from, to });
        let place = input.event.at().map(|at| input.scene.aim(at, input.modifiers).at);
        match (input.event, place) {
            (Pointer::Press(_) | Pointer::Drag(_) | Pointer::Move(_), Some(at)) => (keep, height_preview(from, to, at)),
            (Pointer::Release(_), Some(at)) => {
                let drawn = RotatedBox::from_side_and_point(from, to, at).ok();
                // A height that cannot be told from none: the second click of a double click on the side's end.
                let drawn = drawn.filter(|b| b.width() > 0.0 && b.height() > input.scene.reach_px / 2.0);
                match drawn {
                    Some(drawn) => (Gesture::Idle, draw(input, Geometry::RotatedBox(drawn))),
                    None => (keep, height_preview(from, to, at)),
                }
            }
            (Pointer::StepBack, _) => (Gesture::Rotated(Self::Side { from, press: None }), Outcome::Nothing),
            _ => (keep, Outcome::Nothing),
        }
    }
}

fn end_of_side(from: Point, at: Point, input: &Input<'_>) -> Point {
    let aim = input.scene.aim(at, input.modifiers);
    if input.modifiers.add && !aim.is_snapped { constrained(from, aim.at, STEP_DEGREES) } else { aim.at }
}

fn side_preview(from: Point, at: Point, input: &Input<'_>) -> Outcome {
    let is_snapped = input.scene.aim(at, input.modifiers).is_snapped;
    let next = Some(end_of_side(from, at, input));
    let path = PathPreview { role: PathRole::Side, points: vec![from], next, closes: false, is_snapped };
    Outcome::Preview(Preview::Path(path))
}

fn height_preview(from: Point, to: Point, at: Point) -> Outcome {
    RotatedBox::from_side_and_point(from, to, at).map_or(Outcome::Nothing, |shape| {
        Outcome::Preview(Preview::New { geometry: Geometry::RotatedBox(shape), snapped: None })
    })
}
