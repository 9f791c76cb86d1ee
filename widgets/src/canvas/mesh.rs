//! Writing level and upright lines on whole pixels straight into one mesh, for what is drawn by hand over the shapes.

use egui::epaint::{Mesh, Vertex};
use egui::{Color32, Pos2, Rect, pos2, vec2};

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

    /// A square around a point with a dark edge: a handle, or a box too small to outline.
    pub(crate) fn knob(&mut self, at: Pos2, side: f32, color: Color32, edge: Color32) {
        let rect = self.snapped(Rect::from_center_size(at, vec2(side, side)));
        self.fill(rect.expand(self.pixel()), edge);
        self.fill(rect, color);
    }
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
    fn lines_are_whole_pixels() {
        let lines = LineMesh::new(clip(), 1.5, 0);
        assert_eq!(lines.whole(1.5) * 1.5, 2.0);
        assert_eq!(lines.whole(0.1) * 1.5, 1.0);
    }
}
