//! Drawing polygons and lines: clicks add vertices, a drag draws freehand.

use concord_geometry::{Geometry, Point, Polygon, Polyline, simplified_line};

use super::event::Pointer;
use super::outcome::{Outcome, PathPreview, PathRole, Preview, Refusal};
use super::scene::Aim;
use super::{Gesture, Input, Step, constrained, draw};
use crate::edit::Edit;
use crate::object::ObjectId;

/// Steps to which Shift constrains the direction of an edge, in degrees.
const STEP_DEGREES: f64 = 45.0;

/// A polygon or a line while it is drawn. Control snaps, Shift constrains the direction.
#[derive(Debug, Clone)]
pub(super) struct Path {
    role: PathRole,
    /// The polygon that gets the ring as a hole or a part.
    target: Option<(ObjectId, Polygon)>,
    points: Vec<Point>,
    press: Option<Press>,
}

#[derive(Debug, Clone, Copy)]
struct Press {
    at: Point,
    closes: bool,
    /// Place of the vertex at which a freehand stretch began.
    freehand: Option<usize>,
}

impl Path {
    /// Begins a path with its first press. With Alt and one polygon selected the ring becomes a hole or part of it.
    pub(super) fn begin(role: PathRole, at: Point, input: &Input<'_>) -> Step {
        let alternate = input.modifiers.alternate && role == PathRole::Ring;
        let target = input.scene.only_editable().filter(|_| alternate).and_then(|object| match &object.geometry {
            Geometry::Polygon(polygon) => Some((object.id.clone(), polygon.clone())),
            _ => None,
        });
        Self { role, target, points: vec![], press: None }.press(at, input)
    }

    pub(super) fn on(mut self, input: &Input<'_>) -> Step {
        match input.event {
            Pointer::Press(at) => self.press(at, input),
            Pointer::Drag(at) => self.drag(at, input),
            Pointer::Move(at) => self.keep(Some(at), input),
            Pointer::Release(at) => self.release(at, input),
            Pointer::DoubleClick(_) if self.points.len() < 2 => (Gesture::Idle, Outcome::Nothing),
            Pointer::DoubleClick(_) | Pointer::Finish => self.finish(input),
            Pointer::StepBack if self.press.is_none() => {
                self.points.pop();
                if self.points.is_empty() { (Gesture::Idle, Outcome::Nothing) } else { self.keep(None, input) }
            }
            _ => (Gesture::Path(self), Outcome::Nothing),
        }
    }

    fn press(mut self, at: Point, input: &Input<'_>) -> Step {
        let closes = self.closes_at(at, input);
        self.press = Some(Press { at, closes, freehand: None });
        let aim = self.aim(at, input);
        // The second press of a double click is no vertex of its own.
        if !closes && !self.points.last().is_some_and(|last| input.scene.is_click(*last, aim.at)) {
            self.points.push(aim.at);
        }
        self.keep(None, input)
    }

    fn drag(mut self, at: Point, input: &Input<'_>) -> Step {
        let Some(press) = self.press.as_mut().filter(|press| !press.closes) else { return self.keep(Some(at), input) };
        if press.freehand.is_none() && !input.scene.is_click(press.at, at) {
            press.freehand = Some(self.points.len().saturating_sub(1));
        }
        let spacing = input.scene.options.freehand_spacing_px;
        let is_apart = self.points.last().is_none_or(|last| last.distance(at) >= spacing && *last != at);
        if press.freehand.is_some() && is_apart {
            self.points.push(at);
        }
        self.keep(Some(at), input)
    }

    fn release(mut self, at: Point, input: &Input<'_>) -> Step {
        let Some(press) = self.press.take() else { return self.keep(Some(at), input) };
        if press.closes {
            return self.finish(input);
        }
        let Some(begin) = press.freehand else { return self.keep(Some(at), input) };
        let closes = self.closes_at(at, input);
        if !closes && self.points.last() != Some(&at) {
            self.points.push(at);
        }
        let stretch = self.points.split_off(begin.min(self.points.len()));
        self.points.extend(simplified_line(&stretch, input.scene.options.simplify_px));
        if !closes {
            return self.keep(Some(at), input);
        }
        // The end of a contour that came back to its beginning is the first vertex once more.
        let meets = |end: &Point, first: &Point| end.distance(*first) <= input.scene.reach_px;
        if self.points.len() > 3 && self.points.last().zip(self.points.first()).is_some_and(|(e, f)| meets(e, f)) {
            self.points.pop();
        }
        self.finish(input)
    }

    fn aim(&self, at: Point, input: &Input<'_>) -> Aim {
        let aim = input.scene.aim(at, input.modifiers);
        match self.points.last() {
            Some(last) if input.modifiers.add && !aim.is_snapped => {
                Aim { at: constrained(*last, at, STEP_DEGREES), ..aim }
            }
            _ => aim,
        }
    }

    fn closes_at(&self, at: Point, input: &Input<'_>) -> bool {
        let near = |first: &Point| first.distance(at) <= input.scene.reach_px;
        self.role == PathRole::Ring && self.points.len() >= 3 && self.points.first().is_some_and(near)
    }

    fn keep(self, pointer: Option<Point>, input: &Input<'_>) -> Step {
        let is_freehand = self.press.is_some_and(|press| press.freehand.is_some());
        let aim = pointer.map(|at| if is_freehand { Aim { at, is_snapped: false } } else { self.aim(at, input) });
        let preview = PathPreview {
            role: self.role,
            points: self.points.clone(),
            next: aim.map(|aim| aim.at),
            closes: pointer.is_some_and(|at| self.closes_at(at, input)),
            is_snapped: aim.is_some_and(|aim| aim.is_snapped),
        };
        (Gesture::Path(self), Outcome::Preview(Preview::Path(preview)))
    }

    /// Draws what there is; what is too short stays as it is, so that it can be gone on with.
    fn finish(mut self, input: &Input<'_>) -> Step {
        self.press = None;
        match self.finished(input) {
            Ok(outcome) => (Gesture::Idle, outcome),
            Err(refusal) => (Gesture::Path(self), Outcome::Refused(refusal)),
        }
    }

    fn finished(&self, input: &Input<'_>) -> Result<Outcome, Refusal> {
        if self.role == PathRole::Line {
            let line = Polyline::new(self.points.clone()).map_err(|_| Refusal::LineTooShort)?;
            return Ok(draw(input, Geometry::Polyline(line)));
        }
        let ring = Polygon::from_ring(self.points.clone()).map_err(|_| Refusal::RingTooShort)?;
        if ring.area_px() <= 0.0 {
            return Err(Refusal::NoArea);
        }
        let Some((id, whole)) = &self.target else { return Ok(draw(input, Geometry::Polygon(ring))) };
        let shape = with_ring(whole, &ring).ok_or(Refusal::NoArea)?;
        Ok(Outcome::Edit(Edit::Reshape(vec![(id.clone(), Geometry::Polygon(shape))])))
    }
}

/// Share of a ring's area by which it may miss lying wholly inside or outside.
const ROUNDING: f64 = 1e-9;

/// A polygon with a ring as a hole, when the ring begins inside, or else as a part; `None` when nothing is left.
///
/// A ring that crosses the border takes away or adds what it covers; one that does not is kept point for point.
fn with_ring(whole: &Polygon, ring: &Polygon) -> Option<Polygon> {
    let shared = whole.intersection(ring).map_or(0.0, |shared| shared.area_px()) / ring.area_px();
    if shared <= ROUNDING || (shared - 1.0).abs() <= ROUNDING && ring.area_px() < whole.area_px() {
        return Polygon::new([whole.rings(), ring.rings()].concat()).ok();
    }
    let begins_inside = ring.rings().iter().flatten().next().is_some_and(|first| whole.contains(*first));
    if begins_inside { whole.difference(ring) } else { Some(whole.union(ring)) }
}
