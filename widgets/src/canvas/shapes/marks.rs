//! Marks that belong to the pointer and to tools: crosshair, brush, rubber band, ruler, snapping.

use concord_geometry::{BBox, Point, View};
use egui::{Color32, Painter, Pos2, Rect, Shape, Stroke, pos2, vec2};

use super::{LINE_WIDTH, labels, screen_rect};
use crate::canvas::mesh::LineMesh;
use crate::theme::HALO;

/// Where a point of the image is on the screen.
pub(super) fn on_screen(view: &View, at: Point) -> Pos2 {
    let p = view.screen_from_image(at);
    pos2(p.x as f32, p.y as f32)
}

/// A line through points of the screen with a dark edge under it.
pub(super) fn paint_path(painter: &Painter, points: &[Pos2], closed: bool, color: Color32) {
    let pixel = 1.0 / painter.pixels_per_point();
    for stroke in [Stroke::new(LINE_WIDTH + 2.0 * pixel, HALO.gamma_multiply(0.75)), Stroke::new(LINE_WIDTH, color)] {
        if closed {
            painter.add(Shape::closed_line(points.to_vec(), stroke));
        } else {
            painter.add(Shape::line(points.to_vec(), stroke));
        }
    }
}

/// A broken line through points of the screen with an unbroken dark edge under it.
pub(super) fn paint_broken_path(painter: &Painter, points: &[Pos2], color: Color32) {
    let pixel = 1.0 / painter.pixels_per_point();
    painter.add(Shape::line(points.to_vec(), Stroke::new(LINE_WIDTH + 2.0 * pixel, HALO.gamma_multiply(0.75))));
    painter.extend(Shape::dashed_line(points, Stroke::new(LINE_WIDTH, color), 4.0, 4.0));
}

/// Draws two hairlines through a point of the screen, with a gap around it, legible on any picture.
pub fn paint_crosshair(painter: &Painter, at: Pos2) {
    const GAP: f32 = 10.0;
    let clip = painter.clip_rect();
    let mut lines = LineMesh::new(clip, painter.pixels_per_point(), 0);
    let pixel = lines.pixel();
    let center = lines.snapped(Rect::from_min_max(at, at)).min;
    let across = |y: f32| [(clip.left(), center.x - GAP), (center.x + GAP, clip.right())].map(|(a, b)| (a, b, y));
    for (y, color) in [(center.y - pixel, HALO), (center.y + pixel, HALO), (center.y, Color32::WHITE)] {
        for (from, to, y) in across(y) {
            let color = color.gamma_multiply(0.6);
            lines.fill(Rect::from_min_max(pos2(from, y), pos2(to, y + pixel)), color);
        }
    }
    for (x, color) in [(center.x - pixel, HALO), (center.x + pixel, HALO), (center.x, Color32::WHITE)] {
        for (from, to) in [(clip.top(), center.y - GAP), (center.y + GAP, clip.bottom())] {
            lines.fill(Rect::from_min_max(pos2(x, from), pos2(x + pixel, to)), color.gamma_multiply(0.6));
        }
    }
    painter.add(lines.into_mesh());
}

/// Draws the edge of a round brush whose radius is in image pixels, and a dot at its middle; broken while it erases.
pub fn paint_brush(painter: &Painter, view: &View, at: Point, radius_px: f64, erases: bool) {
    const SIDES: u16 = 96;
    let center = on_screen(view, at);
    let radius = (radius_px * view.scale) as f32;
    let point = |i: u16| center + radius * egui::Vec2::angled(f32::from(i) * std::f32::consts::TAU / f32::from(SIDES));
    let points: Vec<Pos2> = (0..=SIDES).map(point).collect();
    if erases {
        paint_broken_path(painter, &points, Color32::WHITE);
    } else {
        paint_path(painter, &points, false, Color32::WHITE);
    }
    painter.circle(center, 1.5, Color32::WHITE, Stroke::new(1.0, HALO));
}

/// Draws the rectangle that selects what it holds.
pub fn paint_rubber_band(painter: &Painter, view: &View, area: &BBox) {
    let rect = screen_rect(view, area, painter.clip_rect());
    painter.rect_filled(rect, 0.0, Color32::WHITE.gamma_multiply(0.10));
    let corners = [rect.left_top(), rect.right_top(), rect.right_bottom(), rect.left_bottom(), rect.left_top()];
    paint_broken_path(painter, &corners, Color32::WHITE);
}

/// Draws a ruler between two points of the image, with its length in pixels and its angle against the x axis, positive
/// when it rises to the right.
pub fn paint_ruler(painter: &Painter, view: &View, from: Point, to: Point) {
    let (a, b) = (on_screen(view, from), on_screen(view, to));
    paint_path(painter, &[a, b], false, Color32::WHITE);
    let across = (b - a).normalized().rot90() * 5.0;
    for end in [a, b] {
        paint_path(painter, &[end - across, end + across], false, Color32::WHITE);
    }
    labels::paint_note(painter, b + vec2(10.0, 6.0), ruler_words(from, to), Color32::WHITE);
}

/// `36.1 px  56.3°`.
fn ruler_words(from: Point, to: Point) -> String {
    let degrees = (from.y - to.y).atan2(to.x - from.x).to_degrees();
    // A negative zero would read as -0.0.
    format!("{:.1} px  {:.1}°", from.distance(to), degrees + 0.0)
}

/// Draws the mark of a point of the image that the pointer snaps to.
pub fn paint_snap_marker(painter: &Painter, view: &View, at: Point) {
    let center = on_screen(view, at);
    for (radius, color, width) in [(6.0, HALO, 3.5), (6.0, Color32::WHITE, 1.5)] {
        painter.circle_stroke(center, radius, Stroke::new(width, color));
    }
    painter.circle_filled(center, 1.5, Color32::WHITE);
}

/// Bluish green and vermilion of Okabe and Ito's palette, which people tell apart whatever colours they see.
const BELONGS: Color32 = Color32::from_rgb(0, 158, 115);
const BELONGS_NOT: Color32 = Color32::from_rgb(213, 94, 0);

/// Draws a point that says what belongs to a thing, a disc with a plus, or what does not, a square with a minus.
pub fn paint_prompt_point(painter: &Painter, view: &View, at: Point, belongs: bool) {
    let center = on_screen(view, at);
    let edge = Stroke::new(1.5, Color32::WHITE);
    if belongs {
        painter.circle(center, 8.5, HALO, Stroke::NONE);
        painter.circle(center, 7.0, BELONGS, edge);
    } else {
        painter.rect_filled(Rect::from_center_size(center, vec2(15.0, 15.0)), 2.0, HALO);
        let square = Rect::from_center_size(center, vec2(12.0, 12.0));
        painter.rect(square, 1.0, BELONGS_NOT, edge, egui::StrokeKind::Outside);
    }
    let sign = Stroke::new(2.0, Color32::WHITE);
    painter.line_segment([center - vec2(3.5, 0.0), center + vec2(3.5, 0.0)], sign);
    if belongs {
        painter.line_segment([center - vec2(0.0, 3.5), center + vec2(0.0, 3.5)], sign);
    }
}

/// Draws a few words above the upper left corner of a part of the image.
pub fn paint_words(painter: &Painter, view: &View, area: &BBox, words: String) {
    let corner = on_screen(view, Point::new(area.x1(), area.y1()));
    labels::paint_note(painter, corner - vec2(0.0, 18.0), words, Color32::WHITE);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ruler_tells_length_and_angle() {
        let from = Point::new(10.0, 40.0);
        assert_eq!(ruler_words(from, Point::new(40.0, 0.0)), "50.0 px  53.1°");
        assert_eq!(ruler_words(from, Point::new(40.0, 40.0)), "30.0 px  0.0°");
        assert_eq!(ruler_words(from, Point::new(10.0, 50.0)), "10.0 px  -90.0°");
    }
}
