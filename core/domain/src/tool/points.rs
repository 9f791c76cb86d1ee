//! Placing points: a single one, or those of a template in their order.

use concord_geometry::{Geometry, Keypoint, Keypoints, Point, Visibility};

use super::event::Pointer;
use super::outcome::{Outcome, Preview, Refusal};
use super::{Gesture, Input, Step, draw};

/// The points of a template while they are placed. Alt places an occluded one, Control snaps.
#[derive(Debug, Clone, Default)]
pub(super) struct Points {
    placed: Vec<Keypoint>,
}

/// A point without a place.
const ABSENT: Keypoint = Keypoint { at: Point::new(0.0, 0.0), visibility: Visibility::Absent };

impl Points {
    pub(super) fn on(mut self, input: &Input<'_>) -> Step {
        match input.event {
            Pointer::Press(at) | Pointer::Drag(at) | Pointer::Move(at) => self.keep(Some(point(at, input))),
            Pointer::Release(at) => {
                self.placed.push(point(at, input));
                self.go_on(input)
            }
            Pointer::Absent => {
                self.placed.push(ABSENT);
                self.go_on(input)
            }
            Pointer::Finish => self.finish(input),
            Pointer::StepBack => {
                self.placed.pop();
                if self.placed.is_empty() { (Gesture::Idle, Outcome::Nothing) } else { self.keep(None) }
            }
            _ => (Gesture::Points(self), Outcome::Nothing),
        }
    }

    fn keep(self, next: Option<Keypoint>) -> Step {
        let preview = Preview::Points { placed: self.placed.clone(), next, index: self.placed.len() };
        (Gesture::Points(self), Outcome::Preview(preview))
    }

    fn go_on(self, input: &Input<'_>) -> Step {
        if self.placed.len() < count(input) { self.keep(None) } else { self.finish(input) }
    }

    /// Draws what was placed, the rest of the template absent.
    fn finish(mut self, input: &Input<'_>) -> Step {
        self.placed.resize(count(input), ABSENT);
        match Keypoints::new(self.placed.clone()) {
            Ok(keypoints) => (Gesture::Idle, draw(input, Geometry::Keypoints(keypoints))),
            Err(_) => (Gesture::Idle, Outcome::Refused(Refusal::NoPoint)),
        }
    }
}

/// Number of points to place, at least one.
fn count(input: &Input<'_>) -> usize {
    input.scene.options.skeleton.unwrap_or(1).max(1)
}

fn point(at: Point, input: &Input<'_>) -> Keypoint {
    let visibility = if input.modifiers.alternate { Visibility::Occluded } else { Visibility::Visible };
    Keypoint { at: input.scene.aim(at, input.modifiers).at, visibility }
}
