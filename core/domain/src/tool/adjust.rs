//! Dragging what was taken hold of: handles, vertices, edges.

use concord_geometry::{Geometry, GeometryKind, Keypoint, Keypoints, Point, RotatedHandle, VertexRef, Visibility};

use super::event::Pointer;
use super::handles::{Frame, Grab, frame};
use super::outcome::{Outcome, Preview, Refusal};
use super::picker::Picker;
use super::scene::Scene;
use super::select::reshape;
use super::transform::fitted;
use super::{Gesture, Input, Step, snapping};
use crate::object::ObjectId;

/// Steps to which Shift snaps the angle of a rotated box, in degrees.
const STEP_DEGREES: f64 = 15.0;

/// Something of the selection that is held.
///
/// Control snaps it; Shift turns in steps and slides a vertex along its edges; a click with Alt deletes a vertex and
/// turns a keypoint from visible to occluded and back. A click without Alt picks as the select tool does.
#[derive(Debug, Clone)]
pub(super) struct Adjust {
    grab: Grab,
    frame: Option<Frame>,
    press: Point,
    /// Where the thing that is held was at the press.
    origin: Point,
    start: Vec<(ObjectId, Geometry)>,
    is_dragging: bool,
}

/// The shapes of a moment, and what they were snapped to; no shapes when there are none at that place.
type Shapes = (Option<Vec<(ObjectId, Geometry)>>, Option<Point>);

impl Adjust {
    pub(super) fn begin(grab: Grab, press: Point, scene: &Scene<'_>) -> Self {
        let start: Vec<_> = scene.editable().into_iter().map(|o| (o.id.clone(), o.geometry.clone())).collect();
        let frame = frame(scene);
        let origin = match (grab, frame) {
            (Grab::Resize(handle), Some(Frame::Upright(bbox))) => handle.position(&bbox),
            (Grab::Turned(handle), Some(Frame::Turned { frame, rotation_px })) => {
                frame.handle_position(handle, rotation_px)
            }
            (Grab::Vertex(vertex), _) => start.first().and_then(|(_, g)| g.vertex(vertex)).unwrap_or(press),
            (Grab::Edge(_, at), _) => at,
            _ => press,
        };
        Self { grab, frame, press, origin, start, is_dragging: false }
    }

    pub(super) fn on(mut self, input: &Input<'_>, picker: &mut Picker) -> Step {
        match input.event {
            Pointer::Drag(at) | Pointer::Move(at) => {
                self.is_dragging |= !input.scene.is_click(self.press, at);
                let (shapes, snapped) = self.shapes(at, input);
                let shapes = shapes.filter(|_| self.is_dragging);
                let preview = shapes.map(|shapes| Outcome::Preview(Preview::Reshaped { shapes, snapped }));
                (Gesture::Adjust(self), preview.unwrap_or(Outcome::Nothing))
            }
            Pointer::Release(at) => {
                self.is_dragging |= !input.scene.is_click(self.press, at);
                (Gesture::Idle, self.finish(at, input, picker))
            }
            _ => (Gesture::Adjust(self), Outcome::Nothing),
        }
    }

    fn finish(self, at: Point, input: &Input<'_>, picker: &mut Picker) -> Outcome {
        if !self.is_dragging {
            return match (self.grab, input.modifiers.alternate) {
                (Grab::Vertex(vertex), true) => self.altered(vertex),
                _ => picker.click(at, input),
            };
        }
        let Some(shapes) = self.shapes(at, input).0 else { return Outcome::Refused(Refusal::LeavesImage) };
        let lost_area = |(before, after): (&(ObjectId, Geometry), &(ObjectId, Geometry))| {
            before.1.area_px() > 0.0 && after.1.area_px() <= 0.0
        };
        if self.start.iter().zip(&shapes).any(lost_area) {
            return Outcome::Refused(Refusal::NoArea);
        }
        reshape(&self.start, shapes)
    }

    /// What a click with Alt on a vertex does.
    fn altered(&self, vertex: VertexRef) -> Outcome {
        let Some((id, geometry)) = self.start.first() else { return Outcome::Nothing };
        let altered = match geometry {
            Geometry::Keypoints(keypoints) => occlusion_turned(keypoints, vertex.index),
            other => other.with_vertex_removed(vertex),
        };
        match altered {
            Some(shape) => reshape(&self.start, vec![(id.clone(), shape)]),
            None => Outcome::Refused(Refusal::LastVertices),
        }
    }

    fn shapes(&self, at: Point, input: &Input<'_>) -> Shapes {
        let to = self.origin.moved(at.x - self.press.x, at.y - self.press.y);
        let held: Vec<&ObjectId> = self.start.iter().map(|(id, _)| id).collect();
        let snap = |wanted: bool, to: Point| {
            let place = if wanted { snapping::nearest(input.scene, to, &held) } else { None };
            (place.unwrap_or(to), place)
        };
        match (self.grab, self.frame) {
            (Grab::Resize(handle), Some(Frame::Upright(from))) => {
                let snapped = || snapping::handle(input.scene, &from, handle, to, &held);
                let place = if input.modifiers.snap { snapped() } else { None };
                let bounds = handle.dragged(&from, place.unwrap_or(to));
                let fit = |(id, geometry): &(ObjectId, Geometry)| Some((id.clone(), fitted(geometry, &from, &bounds)?));
                (self.start.iter().map(fit).collect(), place)
            }
            (Grab::Turned(handle), _) => {
                let (to, place) = snap(input.modifiers.snap && handle != RotatedHandle::Rotate, to);
                let step = input.modifiers.add.then_some(STEP_DEGREES);
                let dragged = |geometry: &Geometry| match geometry {
                    Geometry::RotatedBox(b) => Some(Geometry::RotatedBox(b.dragged(handle, to, step))),
                    Geometry::Ellipse(e) => Some(Geometry::Ellipse(e.dragged(handle, to, step))),
                    _ => None,
                };
                (self.only(dragged), place)
            }
            (Grab::Vertex(vertex), _) => {
                let (to, place) = snap(input.modifiers.snap, to);
                let moved = |geometry: &Geometry| {
                    let slides = input.modifiers.add && geometry.kind() != GeometryKind::Keypoints;
                    let to = if slides { geometry.slid_along_edge(vertex, to).unwrap_or(to) } else { to };
                    geometry.with_vertex_moved(vertex, to)
                };
                (self.only(moved), place)
            }
            (Grab::Edge(edge, _), _) => {
                let (to, place) = snap(input.modifiers.snap, to);
                (self.only(|geometry| geometry.with_vertex_inserted(edge, to)), place)
            }
            (Grab::Resize(_), _) => (None, None),
        }
    }

    /// The only object held, reshaped.
    fn only(&self, reshape: impl Fn(&Geometry) -> Option<Geometry>) -> Option<Vec<(ObjectId, Geometry)>> {
        let (id, geometry) = self.start.first()?;
        Some(vec![(id.clone(), reshape(geometry)?)])
    }
}

/// Keypoints with one of them occluded that was visible, or visible that was occluded.
fn occlusion_turned(keypoints: &Keypoints, index: usize) -> Option<Geometry> {
    let mut points = keypoints.points().to_vec();
    let point = points.get_mut(index)?;
    let visibility = match point.visibility {
        Visibility::Visible => Visibility::Occluded,
        _ => Visibility::Visible,
    };
    *point = Keypoint { visibility, ..*point };
    Keypoints::new(points).ok().map(Geometry::Keypoints)
}
