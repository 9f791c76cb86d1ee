//! Cutting along a drawn line: the selection, or what lies below the line.

use std::collections::BTreeSet;

use concord_geometry::{BBox, Geometry, GeometryKind, Mask, Point, Polygon, Polyline, Rle};

use super::event::Pointer;
use super::outcome::{Outcome, PathPreview, PathRole, Preview, Refusal};
use super::{Gesture, Input, Scene, Step};
use crate::edit::Edit;
use crate::object::{Object, ObjectId};

/// A line that will cut everything selected that it crosses or, with nothing selected, the one thing that it crosses.
///
/// A drag cuts when the button goes up; clicked points cut as soon as they lead all the way across everything selected,
/// and Enter cuts what they crossed so far, or says that it is nothing.
#[derive(Debug, Clone)]
pub(super) struct Cut {
    points: Vec<Point>,
    press: Option<Point>,
}

impl Cut {
    pub(super) fn begin(at: Point, input: &Input<'_>) -> Step {
        let mut selected = input.scene.selected();
        if !selected.is_empty() {
            selected.retain(|object| can_be_cut(object));
            if selected.is_empty() {
                return (Gesture::Idle, Outcome::Refused(Refusal::NothingSelected));
            }
            if !selected.iter().any(|object| input.scene.may_edit(&object.id)) {
                return (Gesture::Idle, Outcome::Refused(Refusal::Locked));
            }
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
            Pointer::DoubleClick(_) | Pointer::Finish => {
                let cuts = cuts(&self.points, input.scene).map(Edit::Split);
                (Gesture::Idle, cuts.into())
            }
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
        let is_whole_line = is_drag && self.points.len() <= 2;
        match cuts(&self.points, input.scene) {
            Ok(cuts) if is_whole_line || cuts.len() >= wanted(input.scene) => {
                (Gesture::Idle, Outcome::Edit(Edit::Split(cuts)))
            }
            Err(refusal) if is_whole_line => (Gesture::Idle, Outcome::Refused(refusal)),
            _ => self.keep(None, input),
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

/// An object with the pieces that it is cut into.
type Pieces = (ObjectId, Vec<Geometry>);

/// The objects that a line cuts, in drawing order.
fn cuts(line: &[Point], scene: &Scene<'_>) -> Result<Vec<Pieces>, Refusal> {
    if scene.selected().is_empty() {
        return cut_below(line, scene).map(|cut| vec![cut]);
    }
    let cuts: Vec<Pieces> = scene.editable().into_iter().filter_map(|object| cut(object, line)).collect();
    if cuts.is_empty() { Err(Refusal::DoesNotCross) } else { Ok(cuts) }
}

/// How many objects clicked points have to cross before they cut without Enter.
fn wanted(scene: &Scene<'_>) -> usize {
    scene.editable().into_iter().filter(|object| can_be_cut(object)).count().max(1)
}

/// The one object, selected or not, that a line crosses; of several it is not clear which is meant.
fn cut_below(line: &[Point], scene: &Scene<'_>) -> Result<Pieces, Refusal> {
    let bounds = Polyline::new(line.to_vec()).map_err(|_| Refusal::DoesNotCross)?.bounds();
    let reach = bounds.width().hypot(bounds.height()) / 2.0;
    let near: BTreeSet<ObjectId> = (scene.neighbours)(bounds.center(), reach).into_iter().collect();
    let shown = || scene.objects.iter().filter(|o| near.contains(&o.id) && !(scene.is_hidden)(&o.id));
    let mut cuts = shown().filter(|o| scene.may_edit(&o.id)).filter_map(|object| cut(object, line));
    match (cuts.next(), cuts.next()) {
        (Some(cut), None) => Ok(cut),
        (Some(_), Some(_)) => Err(Refusal::CrossesSeveral),
        (None, _) if shown().any(|object| cut(object, line).is_some()) => Err(Refusal::Locked),
        (None, _) => Err(Refusal::DoesNotCross),
    }
}

/// True for what has pieces: everything but points.
fn can_be_cut(object: &Object) -> bool {
    object.geometry.kind() != GeometryKind::Keypoints
}

/// What becomes of an object along a line; `None` when the line does not lead all the way across.
fn cut(object: &Object, line: &[Point]) -> Option<Pieces> {
    let bounds = object.bounds();
    let is_near = |leg: &[Point]| BBox::from_points(leg[0], leg[1]).is_ok_and(|leg| leg.touches(&bounds));
    if !line.windows(2).any(is_near) {
        return None;
    }
    let pieces = pieces(&object.geometry, line);
    (pieces.len() > 1).then(|| (object.id.clone(), pieces))
}

/// The pieces of a geometry along a line: those of a line are lines, those of a mask masks, those of other regions
/// polygons. A mask is cut along its outline, and each pixel goes to the piece that holds its centre.
fn pieces(geometry: &Geometry, line: &[Point]) -> Vec<Geometry> {
    match geometry {
        Geometry::Polyline(whole) => whole.sliced(line).into_iter().map(Geometry::Polyline).collect(),
        Geometry::Mask(mask) => {
            let rasterised = |piece: Polygon| Mask::new(Rle::of_polygon(&piece, mask.rle().size())).ok();
            let pieces = Polygon::outline_of(mask).sliced(line).into_iter();
            pieces.filter_map(rasterised).map(Geometry::Mask).collect()
        }
        region => {
            let outline = super::combine::outline(region);
            outline.map_or(vec![], |p| p.sliced(line).into_iter().map(Geometry::Polygon).collect())
        }
    }
}
