//! What a shape is taken hold of by: handles of boxes, vertices, keypoints.

use concord_geometry::{BBox, Ellipse, Geometry, Handle, Keypoints, Point, RotatedBox, View, Visibility};
use egui::{Color32, Painter, Pos2, Rect, Shape, Stroke, Vec2, vec2};

use super::HANDLE_SIDE;
use super::labels;
use super::marks::{on_screen, paint_path};
use crate::canvas::mesh::LineMesh;
use crate::theme::HALO;

/// How far the handle that turns a box is from its upper side, in screen points.
pub const ROTATION_STEM: f32 = 24.0;

/// Sides on the screen shorter than this show no handle at their middle, in points.
const MIDDLE_FROM: f32 = 3.0 * HANDLE_SIDE;
/// Radius of a keypoint, in screen points.
const KEYPOINT_RADIUS: f32 = 4.5;

/// Draws the handles of a selected geometry: those of a box, of a turned box with the one that turns it, or vertices.
/// Masks and keypoints have none.
pub fn paint_handles(painter: &Painter, view: &View, geometry: &Geometry) {
    match geometry {
        Geometry::Box(b) => paint_box_handles(painter, view, b),
        Geometry::RotatedBox(b) => paint_rotated_handles(painter, view, b),
        Geometry::Ellipse(e) => paint_ellipse_handles(painter, view, e),
        Geometry::Polygon(p) => {
            p.rings().iter().for_each(|ring| paint_vertices(painter, view, ring, true, None));
        }
        Geometry::Polyline(l) => paint_vertices(painter, view, l.points(), false, None),
        Geometry::Mask(_) | Geometry::Keypoints(_) => {}
    }
}

/// Draws the eight handles of a box; the middle ones only where their side is long enough on the screen.
pub fn paint_box_handles(painter: &Painter, view: &View, bbox: &BBox) {
    let shown = view.screen_box(bbox);
    let places = Handle::ALL.into_iter().filter(|handle| is_wanted(*handle, shown.width(), shown.height()));
    paint_knobs(painter, places.map(|handle| on_screen(view, handle.position(bbox))));
}

fn is_wanted(handle: Handle, width: f64, height: f64) -> bool {
    match handle {
        Handle::North | Handle::South => width >= f64::from(MIDDLE_FROM),
        Handle::East | Handle::West => height >= f64::from(MIDDLE_FROM),
        _ => true,
    }
}

/// Draws the handles of a turned box, and the one that turns it on a stem (see [`rotation_handle`]).
pub fn paint_rotated_handles(painter: &Painter, view: &View, frame: &RotatedBox) {
    let stem = [on_screen(view, rotation_foot(frame)), on_screen(view, rotation_handle(frame, view))];
    paint_path(painter, &stem, false, Color32::WHITE);
    painter.circle(stem[1], HANDLE_SIDE / 2.0, Color32::WHITE, Stroke::new(1.0, HALO));
    let upright = frame.as_upright();
    let (width, height) = (frame.width() * view.scale, frame.height() * view.scale);
    let places = Handle::ALL.into_iter().filter(|handle| is_wanted(*handle, width, height));
    paint_knobs(painter, places.map(|handle| on_screen(view, frame.from_upright(handle.position(&upright)))));
}

/// As [`paint_rotated_handles`], with the box around the ellipse drawn faintly.
fn paint_ellipse_handles(painter: &Painter, view: &View, ellipse: &Ellipse) {
    let frame = ellipse.frame();
    let corners = frame.corners().map(|corner| on_screen(view, corner));
    painter.add(Shape::closed_line(corners.to_vec(), Stroke::new(1.0, Color32::WHITE.gamma_multiply(0.5))));
    paint_rotated_handles(painter, view, &frame);
}

/// Where the handle is that turns a box, in image pixels: above the middle of its upper side as the box is turned, at
/// the same distance on the screen at any zoom.
pub fn rotation_handle(frame: &RotatedBox, view: &View) -> Point {
    let foot = frame.to_upright(rotation_foot(frame));
    frame.from_upright(foot.moved(0.0, -f64::from(ROTATION_STEM) / view.scale))
}

fn rotation_foot(frame: &RotatedBox) -> Point {
    frame.from_upright(frame.center().moved(0.0, -frame.height() / 2.0))
}

/// Draws squares at the vertices of a ring or line, the `active` one filled dark, and small diamonds at the middles of
/// edges that are long enough on the screen: where a vertex can be put in.
pub fn paint_vertices(painter: &Painter, view: &View, points: &[Point], closed: bool, active: Option<usize>) {
    let places: Vec<Pos2> = points.iter().map(|p| on_screen(view, *p)).collect();
    let clip = painter.clip_rect().expand(HANDLE_SIDE);
    let closing = closed.then(|| places.last().zip(places.first())).flatten();
    let edges = places.windows(2).map(|pair| (&pair[0], &pair[1])).chain(closing);
    for (a, b) in edges.filter(|(a, b)| a.distance(**b) >= MIDDLE_FROM) {
        let middle = a.lerp(*b, 0.5);
        if clip.contains(middle) {
            paint_diamond(painter, middle);
        }
    }
    paint_knobs(painter, places.iter().copied());
    if let Some(at) = active.and_then(|i| places.get(i)) {
        painter.rect_filled(Rect::from_center_size(*at, Vec2::splat(HANDLE_SIDE - 4.0)), 0.0, HALO);
    }
}

fn paint_diamond(painter: &Painter, at: Pos2) {
    const REACH: f32 = 4.0;
    let corners = [vec2(0.0, -REACH), vec2(REACH, 0.0), vec2(0.0, REACH), vec2(-REACH, 0.0)].map(|by| at + by);
    painter.add(Shape::convex_polygon(corners.to_vec(), Color32::from_white_alpha(190), Stroke::new(1.0, HALO)));
}

fn paint_knobs(painter: &Painter, places: impl Iterator<Item = Pos2>) {
    let clip = painter.clip_rect();
    let mut lines = LineMesh::new(clip, painter.pixels_per_point(), 8);
    for at in places.filter(|at| clip.expand(HANDLE_SIDE).contains(*at)) {
        lines.knob(at, HANDLE_SIDE - 2.0, Color32::WHITE, HALO);
    }
    painter.add(lines.into_mesh());
}

/// How keypoints are drawn while they are edited.
#[derive(Debug, Clone, Copy, Default)]
pub struct KeypointLook<'a> {
    /// The colour of points and links.
    pub color: Color32,
    /// The names of the points, in the order of the template; those that are missing are not written.
    pub names: &'a [String],
    /// Which points are joined.
    pub links: &'a [[u16; 2]],
    /// The point that is being moved, drawn larger.
    pub active: Option<usize>,
}

/// Draws keypoints with their names and links: a filled disc is visible, a hollow one occluded, absent ones are left
/// out, and so are links to them.
pub fn paint_keypoints(painter: &Painter, view: &View, keypoints: &Keypoints, look: &KeypointLook<'_>) {
    let points = keypoints.points();
    let place = |i: usize| {
        let point = points.get(i).filter(|p| p.visibility != Visibility::Absent)?;
        Some((on_screen(view, point.at), point.visibility))
    };
    for [a, b] in look.links {
        if let (Some((a, _)), Some((b, _))) = (place(usize::from(*a)), place(usize::from(*b))) {
            paint_path(painter, &[a, b], false, look.color);
        }
    }
    for i in 0..points.len() {
        let Some((at, visibility)) = place(i) else { continue };
        let radius = KEYPOINT_RADIUS + if look.active == Some(i) { 2.0 } else { 0.0 };
        painter.circle_filled(at, radius + 1.0, HALO.gamma_multiply(0.75));
        if visibility == Visibility::Visible {
            painter.circle_filled(at, radius, look.color);
        } else {
            painter.circle(at, radius - 1.0, HALO, Stroke::new(2.0, look.color));
        }
        if let Some(name) = look.names.get(i) {
            labels::paint_note(painter, at + vec2(radius + 2.0, -8.0), name.clone(), look.color);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_turning_handle_keeps_its_distance_on_the_screen() {
        let frame = RotatedBox::new(Point::new(50.0, 60.0), 40.0, 20.0, 90.0).expect("a box");
        for scale in [0.25, 1.0, 16.0] {
            let view = View { scale, origin: Point::new(3.0, 4.0) };
            // Turned by a quarter, its upper side is at the right: x 60, and the handle further right.
            let at = rotation_handle(&frame, &view);
            assert!((at.x - 60.0 - 24.0 / scale).abs() < 1e-9 && (at.y - 60.0).abs() < 1e-9, "{at:?}");
        }
    }

    #[test]
    fn short_sides_have_no_middle_handles() {
        let wanted = |width, height| Handle::ALL.into_iter().filter(|h| is_wanted(*h, width, height)).count();
        assert_eq!([wanted(100.0, 100.0), wanted(100.0, 5.0), wanted(5.0, 5.0)], [8, 6, 4]);
    }
}
