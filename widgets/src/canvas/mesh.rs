//! Writing box outlines straight into one mesh: ten thousand boxes are one shape for egui to handle.

use egui::epaint::{Mesh, Vertex};
use egui::{Color32, Pos2, Rect, pos2, vec2};

/// Lengths of a dash and of the gap after it, in screen points.
const DASH: f64 = 5.0;
const PERIOD: f64 = 9.0;

/// A growing mesh of axis-aligned lines, snapped to physical pixels so that they are sharp without smoothing.
pub(crate) struct LineMesh {
    mesh: Mesh,
    clip: Rect,
    pixels_per_point: f32,
}

impl LineMesh {
    /// `clip` is what is visible, in screen points; `boxes` is how many outlines to make room for.
    pub(crate) fn new(clip: Rect, pixels_per_point: f32, boxes: usize) -> Self {
        let mut mesh = Mesh::default();
        mesh.reserve_vertices(boxes * 16);
        mesh.reserve_triangles(boxes * 16);
        Self { mesh, clip, pixels_per_point }
    }

    pub(crate) fn into_mesh(self) -> Mesh {
        self.mesh
    }

    /// One physical pixel, in points.
    pub(crate) fn pixel(&self) -> f32 {
        1.0 / self.pixels_per_point
    }

    /// The nearest whole number of physical pixels, at least one, in points.
    pub(crate) fn whole(&self, points: f32) -> f32 {
        (points * self.pixels_per_point).round().max(1.0) / self.pixels_per_point
    }

    fn snap(&self, value: f32) -> f32 {
        (value * self.pixels_per_point).round() / self.pixels_per_point
    }

    pub(crate) fn snapped(&self, rect: Rect) -> Rect {
        Rect::from_min_max(
            pos2(self.snap(rect.min.x), self.snap(rect.min.y)),
            pos2(self.snap(rect.max.x), self.snap(rect.max.y)),
        )
    }

    /// A filled rectangle.
    pub(crate) fn fill(&mut self, rect: Rect, color: Color32) {
        let rect = rect.intersect(self.clip.expand(1.0));
        if rect.is_positive() {
            self.mesh.add_colored_rect(rect, color);
        }
    }

    /// What lies between two nested rectangles; an `inner` turned inside out leaves `outer` filled.
    pub(crate) fn ring(&mut self, outer: Rect, inner: Rect, color: Color32) {
        if !inner.is_positive() {
            self.fill(outer, color);
            return;
        }
        let first = self.mesh.vertices.len() as u32;
        for rect in [outer, inner] {
            for pos in [rect.left_top(), rect.right_top(), rect.right_bottom(), rect.left_bottom()] {
                self.mesh.vertices.push(Vertex::untextured(pos, color));
            }
        }
        for side in 0..4 {
            let next = (side + 1) % 4;
            let [a, b, c, d] = [side, next, side + 4, next + 4].map(|corner| first + corner);
            self.mesh.indices.extend_from_slice(&[a, b, c, c, b, d]);
        }
    }

    /// A solid outline of a snapped rectangle, `width` points wide, centred on its edge.
    pub(crate) fn outline(&mut self, rect: Rect, width: f32, color: Color32) {
        let out = self.snap(width / 2.0);
        self.ring(rect.expand(out), rect.expand(out - width), color);
    }

    /// A dashed outline; dashes keep their place on the box while it moves, and only visible ones are written.
    pub(crate) fn dashes(&mut self, rect: Rect, width: f32, color: Color32) {
        let out = self.snap(width / 2.0);
        let outer = rect.expand(out);
        for top in [outer.top(), outer.bottom() - width] {
            if self.clip.y_range().expand(width).contains(top) {
                self.dash_line(pos2(outer.left(), top), outer.width(), width, color, Axis::Across);
            }
        }
        for left in [outer.left(), outer.right() - width] {
            if self.clip.x_range().expand(width).contains(left) {
                self.dash_line(pos2(left, outer.top()), outer.height(), width, color, Axis::Down);
            }
        }
    }

    fn dash_line(&mut self, start: Pos2, length: f32, width: f32, color: Color32, axis: Axis) {
        let (from, visible) = match axis {
            Axis::Across => (start.x, self.clip.x_range()),
            Axis::Down => (start.y, self.clip.y_range()),
        };
        let (from, length) = (f64::from(from), f64::from(length));
        let low = (f64::from(visible.min) - from).max(0.0);
        let high = (f64::from(visible.max) - from).min(length);
        let mut at = (low / PERIOD).floor() * PERIOD;
        while at < high {
            let (begin, end) = ((from + at) as f32, (from + (at + DASH).min(length)) as f32);
            let rect = match axis {
                Axis::Across => Rect::from_min_max(pos2(begin, start.y), pos2(end, start.y + width)),
                Axis::Down => Rect::from_min_max(pos2(start.x, begin), pos2(start.x + width, end)),
            };
            self.mesh.add_colored_rect(rect, color);
            at += PERIOD;
        }
    }

    /// A square around a point with a dark edge: a handle, or a box too small to outline.
    pub(crate) fn knob(&mut self, at: Pos2, side: f32, color: Color32, edge: Color32) {
        let rect = self.snapped(Rect::from_center_size(at, vec2(side, side)));
        self.fill(rect.expand(self.pixel()), edge);
        self.fill(rect, color);
    }
}

#[derive(Clone, Copy)]
enum Axis {
    Across,
    Down,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clip() -> Rect {
        Rect::from_min_size(Pos2::ZERO, vec2(1000.0, 1000.0))
    }

    #[test]
    fn an_outline_is_eight_vertices() {
        let mut lines = LineMesh::new(clip(), 1.0, 1);
        lines.outline(Rect::from_min_size(pos2(10.0, 10.0), vec2(50.0, 40.0)), 2.0, Color32::RED);
        let mesh = lines.into_mesh();
        assert_eq!((mesh.vertices.len(), mesh.indices.len()), (8, 24));
        assert!(mesh.is_valid());
        assert_eq!(mesh.calc_bounds(), Rect::from_min_size(pos2(9.0, 9.0), vec2(52.0, 42.0)));
    }

    #[test]
    fn dashes_out_of_sight_are_not_written() {
        let mut lines = LineMesh::new(clip(), 1.0, 1);
        lines.dashes(Rect::from_min_max(pos2(-1e6, 500.0), pos2(1e6, 2e6)), 1.0, Color32::RED);
        let mesh = lines.into_mesh();
        // One visible side of 1000 points with a dash every 9.
        assert!((111..=113).contains(&(mesh.vertices.len() / 4)), "{}", mesh.vertices.len() / 4);
        assert!(mesh.vertices.iter().all(|vertex| clip().expand(10.0).contains(vertex.pos)));
    }

    #[test]
    fn lines_are_whole_pixels() {
        let lines = LineMesh::new(clip(), 1.5, 0);
        assert_eq!(lines.whole(1.5) * 1.5, 2.0);
        assert_eq!(lines.whole(0.1) * 1.5, 1.0);
    }
}
