//! Snapping: to the borders of neighbours and to the image's edge.

use concord_geometry::{BBox, Geometry, Handle, Point, snapped};

use super::scene::Scene;
use crate::object::ObjectId;

/// The nearest vertex or border of a neighbour or of the image within reach of a point; `None` when all are farther.
pub(super) fn nearest(scene: &Scene<'_>, at: Point, except: &[&ObjectId]) -> Option<Point> {
    let neighbours = neighbours(scene, at, scene.reach_px, except);
    let place = snapped(at, neighbours, scene.image, scene.reach_px);
    (place != at).then_some(place)
}

/// How far bounds are moved so that edges of theirs lie on those of neighbours or of the image.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Snap {
    pub(super) dx: f64,
    pub(super) dy: f64,
    /// A place on the lines that were snapped to; `None` when none was in reach.
    pub(super) at: Option<Point>,
}

/// Snaps moving bounds: each direction to the line that is nearest to one of the two edges.
pub(super) fn edges(scene: &Scene<'_>, bounds: &BBox, except: &[&ObjectId]) -> Snap {
    let lines = Lines::around(scene, bounds, except);
    let dx = step(&[bounds.x1(), bounds.x2()], &lines.x, scene.reach_px);
    let dy = step(&[bounds.y1(), bounds.y2()], &lines.y, scene.reach_px);
    let center = bounds.center();
    let at = (dx.is_some() || dy.is_some()).then(|| {
        let x = dx.map_or(center.x, |(_, line)| line);
        let y = dy.map_or(center.y, |(_, line)| line);
        Point::new(x, y)
    });
    Snap { dx: dx.map_or(0.0, |(step, _)| step), dy: dy.map_or(0.0, |(step, _)| step), at }
}

/// Snaps a handle that is dragged to a point: the edges it pulls go to the nearest lines. `None` when none is in reach.
pub(super) fn handle(scene: &Scene<'_>, from: &BBox, handle: Handle, to: Point, except: &[&ObjectId]) -> Option<Point> {
    let lines = Lines::around(scene, &handle.dragged(from, to), except);
    let pulls_x = !matches!(handle, Handle::North | Handle::South);
    let pulls_y = !matches!(handle, Handle::East | Handle::West);
    let x = step(&[to.x], &lines.x, scene.reach_px).filter(|_| pulls_x).map(|(_, line)| line);
    let y = step(&[to.y], &lines.y, scene.reach_px).filter(|_| pulls_y).map(|(_, line)| line);
    (x.is_some() || y.is_some()).then(|| Point::new(x.unwrap_or(to.x), y.unwrap_or(to.y)))
}

/// The least step within reach that takes one of the edges to one of the lines, and that line.
fn step(edges: &[f64], lines: &[f64], reach_px: f64) -> Option<(f64, f64)> {
    let steps = edges.iter().flat_map(|edge| lines.iter().map(move |line| (line - edge, *line)));
    steps.filter(|(step, _)| step.abs() <= reach_px).min_by(|a, b| a.0.abs().total_cmp(&b.0.abs()))
}

/// The upright lines along which edges snap.
struct Lines {
    x: Vec<f64>,
    y: Vec<f64>,
}

impl Lines {
    /// The edges of the bounds of what is near to a box, and those of the image.
    fn around(scene: &Scene<'_>, bounds: &BBox, except: &[&ObjectId]) -> Self {
        let radius = bounds.width().hypot(bounds.height()) / 2.0 + scene.reach_px;
        let near = neighbours(scene, bounds.center(), radius, except).into_iter().map(Geometry::bounds);
        let boxes: Vec<BBox> = near.chain([BBox::of_image(scene.image)]).collect();
        Self {
            x: boxes.iter().flat_map(|b| [b.x1(), b.x2()]).collect(),
            y: boxes.iter().flat_map(|b| [b.y1(), b.y2()]).collect(),
        }
    }
}

fn neighbours<'a>(scene: &Scene<'a>, at: Point, radius_px: f64, except: &[&ObjectId]) -> Vec<&'a Geometry> {
    let ids = (scene.neighbours)(at, radius_px).into_iter().filter(|id| !except.contains(&id));
    ids.filter_map(|id| scene.object(&id)).map(|object| &object.geometry).collect()
}
