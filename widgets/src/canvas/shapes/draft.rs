//! Shapes while they are being drawn: what the next click will make of them, with their size in words.

use concord_geometry::{BBox, Ellipse, Point, Polygon, RotatedBox, View};
use concord_language::tr;
use egui::{Align2, Color32, Mesh, Painter, Pos2, Rect, Shape, Stroke, vec2};

use super::handles::{KeypointLook, paint_keypoints};
use super::marks::{on_screen, paint_broken_path, paint_path};
use super::{HANDLE_SIDE, LINE_WIDTH, STAND_OUT_FILL, fill, labels, screen_rect};
use crate::canvas::mesh::LineMesh;
use crate::theme::{HALO, ink_on};

/// Points of the outline of an ellipse.
const ELLIPSE_POINTS: usize = 96;

/// A shape that is being drawn, in image pixels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Draft<'a> {
    /// A box from corner to corner.
    Box(BBox),
    /// The first side of a turned box.
    Side {
        /// Where it begins.
        from: Point,
        /// The pointer.
        to: Point,
    },
    /// A turned box.
    RotatedBox(RotatedBox),
    /// An ellipse.
    Ellipse(Ellipse),
    /// A ring of points that is not closed yet.
    Polygon {
        /// The points so far.
        points: &'a [Point],
        /// The pointer, when it is over the canvas.
        pointer: Option<Point>,
        /// A click closes the ring: the pointer is near the first point, and there are enough.
        closes: bool,
    },
    /// A line of points that is not finished.
    Polyline {
        /// The points so far.
        points: &'a [Point],
        /// The pointer, when it is over the canvas.
        pointer: Option<Point>,
    },
    /// Keypoints so far, and the name of the one that the next click places at the pointer.
    Keypoints {
        /// Those placed; `None` before the first.
        placed: Option<&'a concord_geometry::Keypoints>,
        /// Which are joined.
        links: &'a [[u16; 2]],
        /// The name of the next, and where the pointer is.
        next: Option<(&'a str, Point)>,
    },
}

/// Draws a shape that is being drawn; `view` is in screen points.
pub fn paint_draft(painter: &Painter, view: &View, draft: &Draft<'_>, color: Color32) {
    match draft {
        Draft::Box(bbox) => paint_preview(painter, view, bbox, color),
        Draft::Side { from, to } => {
            paint_path(painter, &[on_screen(view, *from), on_screen(view, *to)], false, color);
            let below = on_screen(view, *to) + vec2(10.0, 8.0);
            labels::paint_note(painter, below, format!("{:.0} px", from.distance(*to)), color);
        }
        Draft::RotatedBox(b) => {
            let words = format!("{:.0} × {:.0} px  {:.0}°", b.width(), b.height(), b.degrees());
            paint_region(painter, view, &b.corners(), color, words);
        }
        Draft::Ellipse(e) => {
            let words = format!("{:.0} × {:.0} px", 2.0 * e.radius_x(), 2.0 * e.radius_y());
            paint_region(painter, view, &e.outline(ELLIPSE_POINTS), color, words);
        }
        Draft::Polygon { points, pointer, closes } => paint_open_ring(painter, view, points, *pointer, *closes, color),
        Draft::Polyline { points, pointer } => paint_open_line(painter, view, points, *pointer, color),
        Draft::Keypoints { placed, links, next } => {
            if let Some(placed) = placed {
                let look = KeypointLook { color, links, ..KeypointLook::default() };
                paint_keypoints(painter, view, placed, &look);
            }
            if let Some((name, at)) = next {
                labels::paint_note(painter, on_screen(view, *at) + vec2(12.0, 10.0), (*name).to_owned(), color);
            }
        }
    }
}

/// Draws a box that is being made: an outline and its size in pixels.
pub fn paint_preview(painter: &Painter, view: &View, bbox: &BBox, color: Color32) {
    let clip = painter.clip_rect();
    let mut lines = LineMesh::new(clip, painter.pixels_per_point(), 1);
    let rect = lines.snapped(screen_rect(view, bbox, clip));
    let width = lines.whole(LINE_WIDTH);
    lines.fill(rect, color.gamma_multiply(STAND_OUT_FILL));
    lines.outline(rect, width + 2.0 * lines.pixel(), HALO.gamma_multiply(0.75));
    lines.outline(rect, width, color);
    painter.add(lines.into_mesh());
    paint_size(painter, rect, format!("{:.0} × {:.0} px", bbox.width(), bbox.height()), color);
}

fn paint_size(painter: &Painter, rect: Rect, words: String, color: Color32) {
    let galley = painter.layout_no_wrap(words, labels::font(), ink_on(color));
    let size = galley.size() + vec2(8.0, 2.0);
    let below = Align2::RIGHT_TOP.anchor_size(rect.right_bottom() + vec2(0.0, 4.0), size);
    let shift = (painter.clip_rect().bottom() - below.bottom()).min(0.0);
    labels::paint_chip(painter, below.translate(vec2(0.0, shift)), galley, color);
}

fn paint_region(painter: &Painter, view: &View, ring: &[Point], color: Color32, words: String) {
    paint_area(painter, view, ring, color);
    let points: Vec<Pos2> = ring.iter().map(|p| on_screen(view, *p)).collect();
    paint_path(painter, &points, true, color);
    let bounds = Rect::from_points(&points).intersect(painter.clip_rect().expand(32.0));
    paint_size(painter, bounds, words, color);
}

/// A faint fill by the even-odd rule, so that a ring that crosses itself shows what it will hold.
fn paint_area(painter: &Painter, view: &View, ring: &[Point], color: Color32) {
    let mut mesh = Mesh::default();
    let color = color.gamma_multiply(STAND_OUT_FILL);
    fill::cut([ring], |[left, right, y], [lower_left, lower_right, lower_y]| {
        let first = mesh.vertices.len() as u32;
        for (x, y) in [(left, y), (right, y), (lower_right, lower_y), (lower_left, lower_y)] {
            mesh.colored_vertex(on_screen(view, Point::new(x, y)), color);
        }
        mesh.add_triangle(first, first + 1, first + 2);
        mesh.add_triangle(first, first + 2, first + 3);
    });
    painter.add(mesh);
}

fn paint_open_line(painter: &Painter, view: &View, points: &[Point], pointer: Option<Point>, color: Color32) {
    let places: Vec<Pos2> = points.iter().map(|p| on_screen(view, *p)).collect();
    if places.len() > 1 {
        paint_path(painter, &places, false, color);
    }
    if let (Some(last), Some(pointer)) = (places.last(), pointer) {
        paint_broken_path(painter, &[*last, on_screen(view, pointer)], color);
    }
    let mut lines = LineMesh::new(painter.clip_rect(), painter.pixels_per_point(), places.len());
    for at in &places {
        lines.knob(*at, HANDLE_SIDE - 4.0, color, HALO);
    }
    painter.add(lines.into_mesh());
}

fn paint_open_ring(
    painter: &Painter,
    view: &View,
    points: &[Point],
    pointer: Option<Point>,
    closes: bool,
    color: Color32,
) {
    let end = if closes { points.first().copied() } else { pointer };
    let ring: Vec<Point> = points.iter().copied().chain(end.filter(|_| !closes)).collect();
    if let Ok(polygon) = Polygon::from_ring(ring) {
        for ring in polygon.rings() {
            paint_area(painter, view, ring, color);
        }
    }
    paint_open_line(painter, view, points, end, color);
    let Some(first) = points.first().map(|p| on_screen(view, *p)) else { return };
    if closes {
        painter.circle(first, 7.0, color, Stroke::new(2.0, HALO));
        painter.circle_stroke(first, 5.0, Stroke::new(1.5, ink_on(color)));
        labels::paint_note(painter, first + vec2(12.0, 10.0), tr!("canvas-click-to-close").to_owned(), color);
    } else if points.len() >= 3 {
        painter.add(Shape::circle_stroke(first, 6.0, Stroke::new(3.5, HALO)));
        painter.add(Shape::circle_stroke(first, 6.0, Stroke::new(1.5, color)));
    }
}
