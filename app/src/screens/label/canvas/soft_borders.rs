//! Soft borders: how unsure a model is of where the sides of its suggestions lie.

use concord_domain::suggestion::Suggestion;
use concord_geometry::{BBox, Point, View};
use egui::epaint::{Mesh, Vertex, WHITE_UV};
use egui::{Color32, Painter, Pos2, pos2};

use super::scene::class_color;
use crate::context::OpenProject;

/// Opacity at the side itself; it falls to nothing a standard deviation away.
const OPACITY: f32 = 0.45;
/// Deviations of fewer points on the screen are not to be seen beside the line.
const LEAST: f32 = 1.5;

/// Draws a band along each side of the suggestions whose models tell how sure they are of it.
pub(super) fn paint(painter: &Painter, view: &View, project: &OpenProject, suggestions: &[&Suggestion]) {
    let mut mesh = Mesh::default();
    for suggestion in suggestions {
        // Of another shape than a box the sides of the bounds say little.
        let prediction = &suggestion.prediction;
        if let Some(spread) = prediction.spread.filter(|_| prediction.shape.is_none()) {
            let color = class_color(project, &prediction.class);
            bands(&mut mesh, view, &prediction.bbox, spread.map(f64::from), color);
        }
    }
    if !mesh.is_empty() {
        painter.add(mesh);
    }
}

/// Two trapeziums a side: from nothing a deviation outside to the side, and on to nothing a deviation inside.
fn bands(mesh: &mut Mesh, view: &View, bbox: &BBox, spread: [f64; 4], color: Color32) {
    if spread.iter().all(|deviation| deviation * view.scale < f64::from(LEAST)) {
        return;
    }
    let screen = |x: f64, y: f64| {
        let at = view.screen_from_image(Point::new(x, y));
        pos2(at.x as f32, at.y as f32)
    };
    let corners = |by: f64| {
        let [left, top, right, bottom] = spread.map(|deviation| deviation * by);
        // Deviations inwards end in the middle.
        let (middle, centre) = (
            bbox.center(),
            |edge: f64, limit: f64, is_low: bool| {
                if is_low { edge.min(limit) } else { edge.max(limit) }
            },
        );
        let (x1, x2) = (centre(bbox.x1() - left, middle.x, true), centre(bbox.x2() + right, middle.x, false));
        let (y1, y2) = (centre(bbox.y1() - top, middle.y, true), centre(bbox.y2() + bottom, middle.y, false));
        [screen(x1, y1), screen(x2, y1), screen(x2, y2), screen(x1, y2)]
    };
    let (outer, edge, inner) = (corners(1.0), corners(0.0), corners(-1.0));
    let full = color.gamma_multiply(OPACITY);
    ring(mesh, outer, Color32::TRANSPARENT, edge, full);
    ring(mesh, edge, full, inner, Color32::TRANSPARENT);
}

/// The area between two rectangles, each with a colour of its own.
fn ring(mesh: &mut Mesh, outer: [Pos2; 4], outer_color: Color32, inner: [Pos2; 4], inner_color: Color32) {
    let first = mesh.vertices.len() as u32;
    let vertex = |pos: Pos2, color: Color32| Vertex { pos, uv: WHITE_UV, color };
    mesh.vertices.extend(outer.map(|pos| vertex(pos, outer_color)));
    mesh.vertices.extend(inner.map(|pos| vertex(pos, inner_color)));
    for side in 0..4 {
        let next = (side + 1) % 4;
        let [a, b, c, d] = [side, next, 4 + next, 4 + side].map(|at| first + at);
        mesh.add_triangle(a, b, c);
        mesh.add_triangle(a, c, d);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_band_reaches_a_deviation_out_and_in_but_not_past_the_middle() {
        let bbox = BBox::new(10.0, 20.0, 30.0, 60.0).expect("a box");
        let view = View { scale: 2.0, origin: Point::new(0.0, 0.0) };
        let mut mesh = Mesh::default();
        bands(&mut mesh, &view, &bbox, [2.0, 0.0, 50.0, 4.0], Color32::RED);
        assert_eq!((mesh.vertices.len(), mesh.indices.len()), (16, 48));
        let places: Vec<(f32, f32)> = mesh.vertices.iter().map(|v| (v.pos.x, v.pos.y)).collect();
        assert_eq!(places[..4], [(16.0, 40.0), (160.0, 40.0), (160.0, 128.0), (16.0, 128.0)]);
        assert_eq!(places[12..], [(24.0, 40.0), (40.0, 40.0), (40.0, 112.0), (24.0, 112.0)]);
        assert_eq!(mesh.vertices[0].color, Color32::TRANSPARENT);
        let mut none = Mesh::default();
        bands(&mut none, &view, &bbox, [0.5; 4], Color32::RED);
        assert!(none.is_empty(), "not to be seen");
    }
}
