//! Drawing by bounds: a box or an ellipse is dragged open, a box is clicked at its extreme points.

use concord_geometry::{BBox, Ellipse, Geometry, Point};

use super::event::{Modifiers, Pointer};
use super::outcome::{Outcome, Preview, Refusal};
use super::picker::Picker;
use super::{Gesture, Input, Step, draw};

/// What is dragged open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    Box,
    Ellipse,
}

/// A box or an ellipse while it is dragged open. Shift makes its sides equal, Alt draws it from its centre, Control
/// snaps its corners.
#[derive(Debug, Clone)]
pub(super) struct Bounds {
    shape: Shape,
    press: Point,
    from: Point,
}

impl Bounds {
    pub(super) fn begin(shape: Shape, press: Point, input: &Input<'_>) -> Self {
        Self { shape, press, from: input.scene.aim(press, input.modifiers).at }
    }

    pub(super) fn on(self, input: &Input<'_>, picker: &mut Picker) -> Step {
        match input.event {
            Pointer::Drag(at) | Pointer::Move(at) => {
                let aim = input.scene.aim(at, input.modifiers);
                let geometry = self.span(aim.at, input.modifiers).map(|bbox| self.geometry(&bbox));
                let preview = |geometry| Preview::New { geometry, snapped: aim.is_snapped.then_some(aim.at) };
                let outcome = geometry.map_or(Outcome::Nothing, |g| Outcome::Preview(preview(g)));
                (Gesture::Bounds(self), outcome)
            }
            Pointer::Release(at) if input.scene.is_click(self.press, at) => {
                // A click, not a drag: it picks what lies under the pointer.
                (Gesture::Idle, picker.click(at, input))
            }
            Pointer::Release(at) => {
                let to = input.scene.aim(at, input.modifiers).at;
                let bbox = self.span(to, input.modifiers).filter(|bbox| !bbox.is_degenerate());
                let drawn = bbox.map(|bbox| draw(input, self.geometry(&bbox)));
                (Gesture::Idle, drawn.unwrap_or(Outcome::Refused(Refusal::NoArea)))
            }
            _ => (Gesture::Bounds(self), Outcome::Nothing),
        }
    }

    fn geometry(&self, bbox: &BBox) -> Geometry {
        match self.shape {
            Shape::Box => (*bbox).into(),
            Shape::Ellipse => Geometry::Ellipse(Ellipse::inscribed(bbox)),
        }
    }

    fn span(&self, to: Point, modifiers: Modifiers) -> Option<BBox> {
        let (mut dx, mut dy) = (to.x - self.from.x, to.y - self.from.y);
        if modifiers.add {
            let side = dx.abs().max(dy.abs());
            (dx, dy) = (side.copysign(dx), side.copysign(dy));
        }
        let opposite = if modifiers.alternate { self.from.moved(-dx, -dy) } else { self.from };
        BBox::from_points(opposite, self.from.moved(dx, dy)).ok()
    }
}

/// Number of clicks that make a box.
const EXTREMES: usize = 4;

/// A box while its extreme points are clicked.
#[derive(Debug, Clone, Default)]
pub(super) struct Extremes {
    points: Vec<Point>,
}

impl Extremes {
    pub(super) fn on(mut self, input: &Input<'_>) -> Step {
        match input.event {
            Pointer::Press(at) | Pointer::Drag(at) | Pointer::Move(at) => self.keep(input, Some(at)),
            Pointer::Release(at) => {
                self.points.push(input.scene.aim(at, input.modifiers).at);
                if self.points.len() < EXTREMES {
                    return self.keep(input, Some(at));
                }
                let bbox = spanned(&self.points).filter(|bbox| !bbox.is_degenerate());
                let drawn = bbox.map(|bbox| draw(input, bbox.into()));
                (Gesture::Idle, drawn.unwrap_or(Outcome::Refused(Refusal::NoArea)))
            }
            Pointer::StepBack => {
                self.points.pop();
                if self.points.is_empty() { (Gesture::Idle, Outcome::Nothing) } else { self.keep(input, None) }
            }
            Pointer::Finish => (Gesture::Extremes(self), Outcome::Refused(Refusal::TooFewExtremes)),
            _ => (Gesture::Extremes(self), Outcome::Nothing),
        }
    }

    fn keep(self, input: &Input<'_>, pointer: Option<Point>) -> Step {
        let next = pointer.map(|at| input.scene.aim(at, input.modifiers).at);
        let all: Vec<Point> = self.points.iter().copied().chain(next).collect();
        let preview = spanned(&all).map(|bbox| Preview::Extremes { points: self.points.clone(), bbox });
        (Gesture::Extremes(self), preview.map_or(Outcome::Nothing, Outcome::Preview))
    }
}

/// The smallest box that holds all points.
fn spanned(points: &[Point]) -> Option<BBox> {
    let boxes = points.iter().map(|p| BBox::from_points(*p, *p).ok());
    boxes.reduce(|a, b| Some(a?.union(&b?))).flatten()
}
