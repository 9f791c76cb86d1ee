//! What a press would take hold of: handles, vertices and edges of the selection.

use concord_geometry::{BBox, Geometry, Handle, Point, RotatedBox, RotatedHandle, VertexRef, hit_handle};

use super::scene::Scene;
use super::transform::common_bounds;

/// How far beyond the top edge the handle lies that turns a box, in reaches of the pointer.
const ROTATION_REACHES: f64 = 3.0;

/// The frame of the selection that bears handles.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Frame {
    /// Eight handles: the selected box, or the common bounds of several objects.
    Upright(BBox),
    /// Eight handles in the frame of a rotated box or an ellipse, and one that turns it.
    Turned {
        /// The rotated box, or the one around the ellipse.
        frame: RotatedBox,
        /// How far beyond the top edge the handle lies that turns it, in image pixels.
        rotation_px: f64,
    },
}

/// What a press would take hold of.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Grab {
    /// A handle of an upright frame.
    Resize(Handle),
    /// A handle of a turned frame.
    Turned(RotatedHandle),
    /// A vertex of the selected polygon or line, or a keypoint.
    Vertex(VertexRef),
    /// A place on an edge of the selected polygon or line, where a drag inserts a vertex; the edge is named by the
    /// vertex at which it begins.
    Edge(VertexRef, Point),
}

/// The frame of the selected objects that may be altered; `None` without any, and for a single object that is shaped
/// by its vertices or its pixels.
pub fn frame(scene: &Scene<'_>) -> Option<Frame> {
    let rotation_px = ROTATION_REACHES * scene.reach_px;
    match &scene.editable()[..] {
        [] => None,
        [only] => match &only.geometry {
            Geometry::Box(bbox) => Some(Frame::Upright(*bbox)),
            Geometry::RotatedBox(frame) => Some(Frame::Turned { frame: *frame, rotation_px }),
            Geometry::Ellipse(ellipse) => Some(Frame::Turned { frame: ellipse.frame(), rotation_px }),
            _ => None,
        },
        several => common_bounds(several.iter().map(|o| &o.geometry)).map(Frame::Upright),
    }
}

/// What a press at a point would take hold of, for the cursor and for the press itself; a vertex goes before an edge.
///
/// An edge of a line is taken hold of at its middle only, so that the line can be moved by the rest of it.
pub fn grab_at(scene: &Scene<'_>, at: Point) -> Option<Grab> {
    match frame(scene) {
        Some(Frame::Upright(bbox)) => hit_handle(&bbox, at, scene.reach_px).map(Grab::Resize),
        Some(Frame::Turned { frame, rotation_px }) => {
            frame.hit_handle(at, scene.reach_px, rotation_px).map(Grab::Turned)
        }
        None => {
            let editable = scene.editable();
            let [only] = editable[..] else { return None };
            vertex_or_edge(&only.geometry, at, scene.reach_px)
        }
    }
}

fn vertex_or_edge(geometry: &Geometry, at: Point, reach_px: f64) -> Option<Grab> {
    if let Some(vertex) = geometry.hit_vertex(at, reach_px) {
        return Some(Grab::Vertex(vertex));
    }
    let (edge, nearest) = geometry.hit_edge(at, reach_px)?;
    if let Geometry::Polyline(line) = geometry {
        let (a, b) = (line.points().get(edge.index)?, line.points().get(edge.index + 1)?);
        let middle = Point::new(f64::midpoint(a.x, b.x), f64::midpoint(a.y, b.y));
        if middle.distance(at) > reach_px {
            return None;
        }
    }
    Some(Grab::Edge(edge, nearest))
}
