//! Selecting: moving what is selected, and the rubber band.

use concord_geometry::{BBox, Geometry, Point};

use super::event::Pointer;
use super::outcome::{Outcome, Preview, Refusal, SelectionChange};
use super::picker::Picker;
use super::scene::Scene;
use super::transform::{common_bounds, moved_together};
use super::{Gesture, Input, Step, snapping};
use crate::edit::Edit;
use crate::object::ObjectId;

/// A press of the select tool that was not on a handle.
#[derive(Debug, Clone)]
pub(super) enum Drag {
    /// A rubber band. Drawn to the right it selects what it encloses, to the left what it touches, as in programs for
    /// technical drawing; with Shift it adds to the selection.
    Band { from: Point },
    /// What is selected moves along.
    Move(Moving),
}

/// Objects that move with the pointer.
#[derive(Debug, Clone)]
pub(super) struct Moving {
    from: Point,
    /// The objects that may be altered, as they were.
    start: Vec<(ObjectId, Geometry)>,
    /// True once the pointer left the reach of a click.
    is_dragging: bool,
    /// True when the press made the selection, so that a click has done its work already.
    is_fresh: bool,
}

impl Drag {
    pub(super) fn begin(at: Point, input: &Input<'_>, picker: &mut Picker) -> Step {
        let scene = input.scene;
        let hits = scene.hits_at(at);
        if input.modifiers.add || hits.is_empty() {
            return (Gesture::Drag(Self::Band { from: at }), Outcome::Nothing);
        }
        let moving =
            |start, is_fresh| Gesture::Drag(Self::Move(Moving { from: at, start, is_dragging: false, is_fresh }));
        if hits.iter().any(|id| scene.selection.contains(id)) {
            let start = scene.editable().into_iter().map(|o| (o.id.clone(), o.geometry.clone())).collect();
            return (moving(start, false), Outcome::Nothing);
        }
        picker.note(at);
        let start = hits.first().filter(|id| scene.may_edit(id)).and_then(|id| scene.object(id));
        let start = start.map(|o| (o.id.clone(), o.geometry.clone())).into_iter().collect();
        let chosen = hits.into_iter().take(1).collect();
        (moving(start, true), Outcome::Select(SelectionChange::Set(chosen)))
    }

    pub(super) fn on(self, input: &Input<'_>, picker: &mut Picker) -> Step {
        match self {
            Self::Band { from } => match input.event {
                Pointer::Drag(to) | Pointer::Move(to) => (Gesture::Drag(self), band_preview(from, to)),
                Pointer::Release(to) if input.scene.is_click(from, to) => (Gesture::Idle, picker.click(to, input)),
                Pointer::Release(to) => {
                    picker.forget();
                    (Gesture::Idle, band_selection(from, to, input))
                }
                _ => (Gesture::Drag(self), Outcome::Nothing),
            },
            Self::Move(moving) => moving.on(input, picker),
        }
    }
}

impl Moving {
    fn on(mut self, input: &Input<'_>, picker: &mut Picker) -> Step {
        match input.event {
            Pointer::Drag(at) | Pointer::Move(at) => {
                self.is_dragging |= !input.scene.is_click(self.from, at);
                let (shapes, snapped) = self.shapes(at, input);
                let is_shown = self.is_dragging && !shapes.is_empty();
                let preview = is_shown.then_some(Outcome::Preview(Preview::Reshaped { shapes, snapped }));
                (Gesture::Drag(Drag::Move(self)), preview.unwrap_or(Outcome::Nothing))
            }
            Pointer::Release(at) => {
                self.is_dragging |= !input.scene.is_click(self.from, at);
                (Gesture::Idle, self.finish(at, input, picker))
            }
            _ => (Gesture::Drag(Drag::Move(self)), Outcome::Nothing),
        }
    }

    fn finish(self, at: Point, input: &Input<'_>, picker: &mut Picker) -> Outcome {
        match (self.is_dragging, self.is_fresh) {
            (false, true) => Outcome::Nothing,
            (false, false) => picker.click(at, input),
            (true, _) if self.start.is_empty() => Outcome::Refused(Refusal::Locked),
            (true, _) => reshape(&self.start, self.shapes(at, input).0),
        }
    }

    /// The objects where the pointer takes them, and what they were snapped to.
    fn shapes(&self, at: Point, input: &Input<'_>) -> (Vec<(ObjectId, Geometry)>, Option<Point>) {
        let (mut dx, mut dy) = (at.x - self.from.x, at.y - self.from.y);
        let bounds = common_bounds(self.start.iter().map(|(_, geometry)| geometry));
        let snap = bounds.filter(|_| input.modifiers.snap).map(|bounds| {
            let moving: Vec<&ObjectId> = self.start.iter().map(|(id, _)| id).collect();
            snapping::edges(input.scene, &bounds.moved(dx, dy), &moving)
        });
        if let Some(snap) = snap {
            (dx, dy) = (dx + snap.dx, dy + snap.dy);
        }
        (moved_together(&self.start, dx, dy), snap.and_then(|snap| snap.at))
    }
}

/// The edit that gives objects their new shapes, which come in the order of the old ones; nothing when none changes.
pub(super) fn reshape(start: &[(ObjectId, Geometry)], shapes: Vec<(ObjectId, Geometry)>) -> Outcome {
    let changed = shapes.into_iter().zip(start).filter(|((_, after), (_, before))| after != before);
    let changed: Vec<(ObjectId, Geometry)> = changed.map(|(shape, _)| shape).collect();
    if changed.is_empty() { Outcome::Nothing } else { Outcome::Edit(Edit::Reshape(changed)) }
}

fn band_preview(from: Point, to: Point) -> Outcome {
    let preview = |bbox| Outcome::Preview(Preview::Band { bbox, encloses: to.x >= from.x });
    BBox::from_points(from, to).map_or(Outcome::Nothing, preview)
}

fn band_selection(from: Point, to: Point, input: &Input<'_>) -> Outcome {
    let Ok(band) = BBox::from_points(from, to) else { return Outcome::Nothing };
    let ids = in_band(input.scene, &band, to.x >= from.x);
    Outcome::Select(match (input.modifiers.add, ids.is_empty()) {
        (true, true) => return Outcome::Nothing,
        (true, false) => SelectionChange::Add(ids),
        (false, true) => SelectionChange::Clear,
        (false, false) => SelectionChange::Set(ids),
    })
}

/// The objects that are shown and that the band encloses or touches, in drawing order.
fn in_band(scene: &Scene<'_>, band: &BBox, encloses: bool) -> Vec<ObjectId> {
    let is_in = |geometry: &Geometry| {
        let bounds = geometry.bounds();
        let [low, _, high, _] = bounds.corners();
        let is_enclosed = band.contains(low) && band.contains(high);
        is_enclosed || !encloses && touches(geometry, band)
    };
    let shown = scene.objects.iter().filter(|o| is_in(&o.geometry) && !(scene.is_hidden)(&o.id));
    shown.map(|o| o.id.clone()).collect()
}

/// True when some of a geometry lies in a box.
fn touches(geometry: &Geometry, band: &BBox) -> bool {
    let bounds = geometry.bounds();
    if bounds.x1() > band.x2() || bounds.x2() < band.x1() || bounds.y1() > band.y2() || bounds.y2() < band.y1() {
        return false;
    }
    match geometry {
        Geometry::Keypoints(keypoints) => keypoints.present().any(|point| band.contains(point.at)),
        Geometry::Polyline(line) => line.points().windows(2).any(|edge| crosses(band, edge[0], edge[1])),
        region => region.intersection_px(&(*band).into()) > 0.0,
    }
}

/// True when a segment has a point in a box: the part of it between the box's vertical lines must meet the rows.
fn crosses(band: &BBox, a: Point, b: Point) -> bool {
    let (a, b) = if a.x <= b.x { (a, b) } else { (b, a) };
    if b.x < band.x1() || a.x > band.x2() {
        return false;
    }
    let at = |x: f64| if b.x > a.x { a.y + (b.y - a.y) * (x - a.x) / (b.x - a.x) } else { a.y };
    let (left, right) = (at(a.x.max(band.x1())), if b.x > a.x { at(b.x.min(band.x2())) } else { b.y });
    left.min(right) <= band.y2() && left.max(right) >= band.y1()
}
