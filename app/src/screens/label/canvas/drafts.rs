//! What a gesture shows over the shapes: what is being drawn, the rubber band, the ruler, the pins of comments.

use concord_domain::ontology::Skeleton;
use concord_domain::tool::{PathPreview, PathRole, Preview};
use concord_geometry::{Geometry, Keypoint, Keypoints, Point, View, Visibility};
use concord_language::tr;
use concord_widgets::canvas::{
    Draft, paint_box_handles, paint_draft, paint_rubber_band, paint_ruler, paint_snap_marker,
};
use concord_widgets::theme::{HALO, Theme, ink_on};
use egui::{Align2, Color32, FontId, Painter, Stroke, pos2, vec2};

/// Draws what a gesture shows, in the colour of the class in hand.
pub(super) fn paint(painter: &Painter, view: &View, preview: &Preview, color: Color32, skeleton: Option<&Skeleton>) {
    match preview {
        Preview::New { geometry, snapped } => {
            paint_new(painter, view, geometry, color);
            snap(painter, view, *snapped);
        }
        Preview::Reshaped { snapped, .. } => snap(painter, view, *snapped),
        Preview::Path(path) => paint_open(painter, view, path, color),
        Preview::Extremes { points, bbox } => {
            paint_draft(painter, view, &Draft::Box(*bbox), color);
            for at in points {
                paint_snap_marker(painter, view, *at);
            }
        }
        Preview::Band { bbox, .. } => paint_rubber_band(painter, view, bbox),
        Preview::Stroke(stroke) if stroke.fills.len() > 2 => {
            let draft = Draft::Polygon { points: &stroke.fills, pointer: None, closes: true };
            paint_draft(painter, view, &draft, color);
        }
        // A stroke is a live mask, and a prompt is drawn with what is waited for.
        Preview::Stroke(_) | Preview::Prompt(_) => {}
        Preview::Points { placed, next, index } => {
            paint_points(painter, view, placed, *next, *index, color, skeleton);
        }
        Preview::Snap(at) => paint_snap_marker(painter, view, *at),
    }
}

fn snap(painter: &Painter, view: &View, at: Option<Point>) {
    if let Some(at) = at {
        paint_snap_marker(painter, view, at);
    }
}

fn paint_new(painter: &Painter, view: &View, geometry: &Geometry, color: Color32) {
    match geometry {
        Geometry::Box(bbox) => paint_draft(painter, view, &Draft::Box(*bbox), color),
        Geometry::RotatedBox(rotated) => paint_draft(painter, view, &Draft::RotatedBox(*rotated), color),
        Geometry::Ellipse(ellipse) => paint_draft(painter, view, &Draft::Ellipse(*ellipse), color),
        Geometry::Polygon(polygon) => {
            for ring in polygon.rings() {
                paint_draft(painter, view, &Draft::Polygon { points: ring, pointer: None, closes: true }, color);
            }
        }
        Geometry::Polyline(line) => {
            paint_draft(painter, view, &Draft::Polyline { points: line.points(), pointer: None }, color);
        }
        Geometry::Keypoints(points) => {
            paint_draft(painter, view, &Draft::Keypoints { placed: Some(points), links: &[], next: None }, color);
        }
        Geometry::Mask(mask) => paint_box_handles(painter, view, &mask.bounds()),
    }
}

fn paint_open(painter: &Painter, view: &View, path: &PathPreview, color: Color32) {
    let (points, pointer) = (path.points.as_slice(), path.next);
    match (path.role, points, pointer) {
        (PathRole::Ring, _, _) => {
            paint_draft(painter, view, &Draft::Polygon { points, pointer, closes: path.closes }, color);
        }
        (PathRole::Side, [from, ..], Some(to)) => paint_draft(painter, view, &Draft::Side { from: *from, to }, color),
        _ => paint_draft(painter, view, &Draft::Polyline { points, pointer }, color),
    }
    if path.is_snapped {
        snap(painter, view, pointer);
    }
}

fn paint_points(
    painter: &Painter,
    view: &View,
    placed: &[Keypoint],
    next: Option<Keypoint>,
    index: usize,
    color: Color32,
    skeleton: Option<&Skeleton>,
) {
    let links: Vec<[u16; 2]> = skeleton
        .map(Skeleton::link_places)
        .unwrap_or_default()
        .into_iter()
        .filter(|link| link.iter().all(|place| *place < placed.len()))
        .map(|link| link.map(|place| place as u16))
        .collect();
    let name = skeleton.and_then(|s| s.points.get(index)).map_or(tr!("label-point"), String::as_str);
    let words = match next.map(|n| n.visibility) {
        Some(Visibility::Occluded) => tr!("label-point-occluded", name = name),
        _ => name.to_owned(),
    };
    let placed = Keypoints::new(placed.to_vec()).ok();
    let next = next.map(|n| (words.as_str(), n.at));
    paint_draft(painter, view, &Draft::Keypoints { placed: placed.as_ref(), links: &links, next }, color);
}

/// Draws the ruler from where it was set down to the pointer.
pub(super) fn paint_measure(painter: &Painter, view: &View, from: Point, to: Point) {
    paint_ruler(painter, view, from, to);
}

/// Draws the pin of a comment with its number; settled ones are hollow.
pub(super) fn paint_pin(painter: &Painter, view: &View, at: Point, number: usize, is_settled: bool, theme: &Theme) {
    let on_screen = view.screen_from_image(at);
    let tip = pos2(on_screen.x as f32, on_screen.y as f32);
    let head = tip - vec2(0.0, 14.0);
    let (fill, ink) = if is_settled { (theme.panel, theme.muted) } else { (theme.accent, ink_on(theme.accent)) };
    painter.line_segment([head, tip], Stroke::new(3.0, HALO));
    painter.line_segment([head, tip], Stroke::new(1.5, fill));
    painter.circle(head, 9.0, fill, Stroke::new(1.0, HALO));
    painter.text(head, Align2::CENTER_CENTER, number.to_string(), FontId::proportional(11.0), ink);
}
