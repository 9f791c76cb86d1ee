//! Cutting the selection along a drawn line.

use concord_geometry::{Geometry, Mask, Point, Polygon, Rle};

use super::event::Pointer;
use super::outcome::{Outcome, PathPreview, PathRole, Preview, Refusal};
use super::{Gesture, Input, Step};
use crate::edit::Edit;
use crate::object::Object;

/// A line that will cut. A drag cuts when the button goes up; clicked points cut as soon as they lead all the way
/// across, and Enter says when they do not.
#[derive(Debug, Clone)]
pub(super) struct Cut {
    points: Vec<Point>,
    press: Option<Point>,
}

impl Cut {
    pub(super) fn begin(at: Point, input: &Input<'_>) -> Step {
        let selected = input.scene.selected();
        if !selected.iter().any(|object| object.geometry.kind().is_region()) {
            return (Gesture::Idle, Outcome::Refused(Refusal::NothingSelected));
        }
        if !selected.iter().any(|object| input.scene.may_edit(&object.id)) {
            return (Gesture::Idle, Outcome::Refused(Refusal::Locked));
        }
        let from = input.scene.aim(at, input.modifiers).at;
        Self { points: vec![from], press: Some(at) }.keep(None, input)
    }

    pub(super) fn on(mut self, input: &Input<'_>) -> Step {
        match input.event {
            Pointer::Press(at) => {
                self.press = Some(at);
                self.keep(Some(at), input)
            }
            Pointer::Drag(at) | Pointer::Move(at) => self.keep(Some(at), input),
            Pointer::Release(at) => self.release(at, input),
            Pointer::DoubleClick(_) if self.points.len() < 2 => (Gesture::Idle, Outcome::Nothing),
            Pointer::DoubleClick(_) | Pointer::Finish => (Gesture::Idle, cut(&self.points, input).into()),
            Pointer::StepBack => {
                self.points.pop();
                if self.points.is_empty() { (Gesture::Idle, Outcome::Nothing) } else { self.keep(None, input) }
            }
            _ => (Gesture::Cut(self), Outcome::Nothing),
        }
    }

    fn release(mut self, at: Point, input: &Input<'_>) -> Step {
        let to = input.scene.aim(at, input.modifiers).at;
        let is_drag = self.press.take().is_some_and(|press| !input.scene.is_click(press, at));
        if !self.points.last().is_some_and(|last| input.scene.is_click(*last, to)) {
            self.points.push(to);
        }
        match cut(&self.points, input) {
            Ok(edit) => (Gesture::Idle, Outcome::Edit(edit)),
            Err(refusal) if is_drag && self.points.len() <= 2 => (Gesture::Idle, Outcome::Refused(refusal)),
            Err(_) => self.keep(None, input),
        }
    }

    fn keep(self, pointer: Option<Point>, input: &Input<'_>) -> Step {
        let aim = pointer.map(|at| input.scene.aim(at, input.modifiers));
        let preview = PathPreview {
            role: PathRole::Cut,
            points: self.points.clone(),
            next: aim.map(|aim| aim.at),
            closes: false,
            is_snapped: aim.is_some_and(|aim| aim.is_snapped),
        };
        (Gesture::Cut(self), Outcome::Preview(Preview::Path(preview)))
    }
}

/// Cuts the one selected region that the line crosses.
fn cut(line: &[Point], input: &Input<'_>) -> Result<Edit, Refusal> {
    let mut edits = input.scene.editable().into_iter().filter_map(|object| {
        let pieces = pieces(object, line);
        (pieces.len() > 1).then(|| Edit::Split(object.id.clone(), pieces))
    });
    let edit = edits.next().ok_or(Refusal::DoesNotCross)?;
    if edits.next().is_some() { Err(Refusal::CrossesSeveral) } else { Ok(edit) }
}

/// The pieces of an object along a line; a mask's pieces are masks, those of other regions polygons. A mask is cut
/// along its outline, and each pixel goes to the piece that holds its centre.
fn pieces(object: &Object, line: &[Point]) -> Vec<Geometry> {
    if let Geometry::Mask(mask) = &object.geometry {
        let rasterised = |piece: Polygon| Mask::new(Rle::of_polygon(&piece, mask.rle().size())).ok();
        let pieces = Polygon::outline_of(mask).sliced(line).into_iter();
        return pieces.filter_map(rasterised).map(Geometry::Mask).collect();
    }
    let polygon = super::combine::outline(&object.geometry);
    polygon.map_or(vec![], |p| p.sliced(line).into_iter().map(Geometry::Polygon).collect())
}
