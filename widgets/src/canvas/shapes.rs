//! Boxes over an image: lines of constant width on the screen, legible on any picture, batched into one mesh.

use std::sync::Arc;

use concord_geometry::{BBox, Handle, Point, View};
use egui::{Align2, Color32, FontId, Galley, Painter, Pos2, Rect, pos2, vec2};

use super::mesh::LineMesh;
use crate::theme::{HALO, ink_on};

/// Width of an ordinary line, in screen points.
pub const LINE_WIDTH: f32 = 1.5;
/// Side of a handle, in screen points; a reach of [`HANDLE_REACH`] around its middle feels right.
pub const HANDLE_SIDE: f32 = 8.0;
/// How far from a handle a press still takes it, in screen points.
pub const HANDLE_REACH: f32 = 7.0;

/// A box smaller than this on the screen is a dot, in points.
const DOT_BELOW: f32 = 4.0;
/// A box smaller than this on the screen has no dark outline, in points.
const HALO_FROM: f32 = 8.0;
/// Smallest box on the screen that shows its label unasked, in points.
const LABEL_FROM: egui::Vec2 = vec2(44.0, 20.0);
/// Labels drawn in a frame; more would cover the picture.
const MOST_LABELS: usize = 200;

/// How the line of a shape is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum LineStyle {
    /// Unbroken.
    #[default]
    Solid,
    /// Broken: not yet certain.
    Dashed,
}

/// A box to draw over the image.
#[derive(Debug, Clone, PartialEq)]
pub struct CanvasShape {
    /// What the caller knows it by.
    pub id: u64,
    /// Where it is, in image pixels.
    pub bbox: BBox,
    /// Its colour.
    pub color: Color32,
    /// Its line.
    pub style: LineStyle,
    /// Text beside it, shown when the box is large enough on the screen, hovered or selected.
    pub label: Option<String>,
    /// Drawn on top, thicker, with handles.
    pub selected: bool,
    /// Drawn on top, thicker.
    pub hovered: bool,
    /// Drawn faintly.
    pub dimmed: bool,
}

impl CanvasShape {
    /// An unbroken box without label, neither selected nor hovered.
    pub fn new(id: u64, bbox: BBox, color: Color32) -> Self {
        Self { id, bbox, color, style: LineStyle::Solid, label: None, selected: false, hovered: false, dimmed: false }
    }

    fn rank(&self) -> u8 {
        u8::from(self.hovered) + 2 * u8::from(self.selected)
    }
}

/// The shapes of a point, topmost first: selected, then hovered, then the smallest box, then the one drawn last.
///
/// `reach` is how far outside its edge a box is still hit, in image pixels ([`super::CanvasResponse::image_px`] gives
/// it for screen points).
pub fn shapes_at(shapes: &[CanvasShape], point_in_image: Point, reach: f64) -> Vec<u64> {
    let mut hits: Vec<(u8, f64, usize)> = shapes
        .iter()
        .enumerate()
        .filter(|(_, shape)| {
            let b = &shape.bbox;
            (b.x1() - reach..=b.x2() + reach).contains(&point_in_image.x)
                && (b.y1() - reach..=b.y2() + reach).contains(&point_in_image.y)
        })
        .map(|(index, shape)| (shape.rank(), shape.bbox.area_px(), index))
        .collect();
    hits.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.total_cmp(&b.1)).then(b.2.cmp(&a.2)));
    hits.into_iter().map(|(_, _, index)| shapes[index].id).collect()
}

/// A box of the image on the screen, cut off a little outside `clip` so that large zooms stay exact.
pub(crate) fn screen_rect(view: &View, bbox: &BBox, clip: Rect) -> Rect {
    let around = clip.expand(32.0);
    let on_screen = view.screen_box(bbox);
    let x = |value: f64| value.clamp(f64::from(around.min.x), f64::from(around.max.x)) as f32;
    let y = |value: f64| value.clamp(f64::from(around.min.y), f64::from(around.max.y)) as f32;
    Rect::from_min_max(pos2(x(on_screen.x1()), y(on_screen.y1())), pos2(x(on_screen.x2()), y(on_screen.y2())))
}

fn exact_rect(view: &View, bbox: &BBox) -> Rect {
    let b = view.screen_box(bbox);
    Rect::from_min_max(pos2(b.x1() as f32, b.y1() as f32), pos2(b.x2() as f32, b.y2() as f32))
}

/// Draws shapes; `view` is in screen points and the painter's clip rectangle is what is visible. Returns how many of
/// them are visible.
pub fn paint_shapes(painter: &Painter, view: &View, shapes: &[CanvasShape]) -> usize {
    let clip = painter.clip_rect();
    let visible: Vec<&CanvasShape> = shapes.iter().filter(|shape| is_visible(view, &shape.bbox, clip)).collect();
    let mut lines = LineMesh::new(clip, painter.pixels_per_point(), visible.len());
    for rank in 0..=3 {
        for shape in visible.iter().filter(|shape| shape.rank() == rank) {
            draw_box(&mut lines, view, shape, clip);
        }
    }
    for shape in visible.iter().filter(|shape| shape.selected) {
        draw_handles(&mut lines, view, shape, clip);
    }
    painter.add(lines.into_mesh());
    paint_labels(painter, view, &visible, clip);
    visible.len()
}

fn is_visible(view: &View, bbox: &BBox, clip: Rect) -> bool {
    let b = view.screen_box(bbox);
    let margin = f64::from(HANDLE_SIDE);
    b.x2() + margin >= f64::from(clip.min.x)
        && b.x1() - margin <= f64::from(clip.max.x)
        && b.y2() + margin >= f64::from(clip.min.y)
        && b.y1() - margin <= f64::from(clip.max.y)
}

fn draw_box(lines: &mut LineMesh, view: &View, shape: &CanvasShape, clip: Rect) {
    let strength = if shape.dimmed { 0.35 } else { 1.0 };
    let (color, halo) = (shape.color.gamma_multiply(strength), HALO.gamma_multiply(0.75 * strength));
    let rect = lines.snapped(screen_rect(view, &shape.bbox, clip));
    let stands_out = shape.selected || shape.hovered;
    if rect.width().max(rect.height()) < DOT_BELOW && !stands_out {
        lines.fill(Rect::from_center_size(rect.center(), vec2(3.0, 3.0)), color);
        return;
    }
    let width = lines.whole(if stands_out { LINE_WIDTH + 1.0 } else { LINE_WIDTH });
    if stands_out {
        lines.fill(rect, shape.color.gamma_multiply(0.12));
    }
    if rect.width().min(rect.height()) >= HALO_FROM || stands_out {
        lines.outline(rect, width + 2.0 * lines.pixel(), halo);
    }
    match shape.style {
        LineStyle::Solid => lines.outline(rect, width, color),
        LineStyle::Dashed => {
            let exact = lines.snapped(exact_rect(view, &shape.bbox));
            lines.dashes(exact, width, color);
        }
    }
}

fn draw_handles(lines: &mut LineMesh, view: &View, shape: &CanvasShape, clip: Rect) {
    let rect = exact_rect(view, &shape.bbox);
    let room = 3.0 * HANDLE_SIDE;
    for handle in Handle::ALL {
        let wanted = match handle {
            Handle::North | Handle::South => rect.width() >= room,
            Handle::East | Handle::West => rect.height() >= room,
            _ => true,
        };
        let at = view.screen_from_image(handle.position(&shape.bbox));
        let at = pos2(at.x as f32, at.y as f32);
        if wanted && clip.expand(HANDLE_SIDE).contains(at) {
            lines.knob(at, HANDLE_SIDE - 2.0, Color32::WHITE, HALO);
        }
    }
}

fn paint_labels(painter: &Painter, view: &View, visible: &[&CanvasShape], clip: Rect) {
    let mut placed: Vec<Rect> = Vec::new();
    for rank in (0..=3).rev() {
        for shape in visible.iter().filter(|shape| shape.rank() == rank) {
            if placed.len() >= MOST_LABELS {
                return;
            }
            let Some(text) = shape.label.as_deref() else { continue };
            let rect = screen_rect(view, &shape.bbox, clip);
            if rank == 0 && (rect.width() < LABEL_FROM.x || rect.height() < LABEL_FROM.y) {
                continue;
            }
            let ground = if shape.dimmed { shape.color.lerp_to_gamma(HALO, 0.5) } else { shape.color };
            let galley = painter.layout_no_wrap(text.to_owned(), label_font(), ink_on(ground));
            if let Some(chip) = free_place(rect, galley.size() + vec2(8.0, 2.0), clip, &placed, rank > 0) {
                paint_chip(painter, chip, galley, ground);
                placed.push(chip);
            }
        }
    }
}

fn label_font() -> FontId {
    FontId::proportional(11.0)
}

/// Above the box's left end, else inside it, else (only when it `must` be shown) on top of others.
fn free_place(shape: Rect, size: egui::Vec2, clip: Rect, placed: &[Rect], must: bool) -> Option<Rect> {
    let inside_clip = |min: Pos2| {
        let x = min.x.min(clip.right() - size.x).max(clip.left());
        let y = min.y.min(clip.bottom() - size.y).max(clip.top());
        Rect::from_min_size(pos2(x, y), size)
    };
    let left = shape.left() - 1.0;
    let places = [
        inside_clip(pos2(left, shape.top() - size.y - 2.0)),
        inside_clip(pos2(left + 3.0, shape.top() + 3.0)),
        inside_clip(pos2(left, shape.bottom() + 3.0)),
    ];
    let free = |place: &Rect| !placed.iter().any(|other| other.intersects(*place));
    places.into_iter().find(free).or(must.then_some(places[0]))
}

fn paint_chip(painter: &Painter, chip: Rect, galley: Arc<Galley>, ground: Color32) {
    painter.rect_filled(chip.expand(1.0), 3.0, HALO.gamma_multiply(0.75));
    painter.rect_filled(chip, 2.0, ground);
    painter.galley(chip.min + vec2(4.0, 1.0), galley, ink_on(ground));
}

/// Draws a box that is being made: an outline and its size in pixels.
pub fn paint_preview(painter: &Painter, view: &View, bbox: &BBox, color: Color32) {
    let clip = painter.clip_rect();
    let mut lines = LineMesh::new(clip, painter.pixels_per_point(), 1);
    let rect = lines.snapped(screen_rect(view, bbox, clip));
    let width = lines.whole(LINE_WIDTH);
    lines.fill(rect, color.gamma_multiply(0.12));
    lines.outline(rect, width + 2.0 * lines.pixel(), HALO.gamma_multiply(0.75));
    lines.outline(rect, width, color);
    painter.add(lines.into_mesh());
    let text = format!("{:.0} × {:.0} px", bbox.width(), bbox.height());
    let galley = painter.layout_no_wrap(text, label_font(), ink_on(color));
    let size = galley.size() + vec2(8.0, 2.0);
    let below = Align2::RIGHT_TOP.anchor_size(rect.right_bottom() + vec2(0.0, 4.0), size);
    let shift = (clip.bottom() - below.bottom()).min(0.0);
    paint_chip(painter, below.translate(vec2(0.0, shift)), galley, color);
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

/// The pixel under the pointer in words: `x 120  y 43   R 12  G 34  B 56`; the colour is left out where there is none.
pub fn read_out(point_in_image: Point, rgb: Option<[u8; 3]>) -> String {
    let place = format!("x {:.0}  y {:.0}", point_in_image.x.floor(), point_in_image.y.floor());
    match rgb {
        Some([red, green, blue]) => format!("{place}   R {red}  G {green}  B {blue}"),
        None => place,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bbox(x1: f64, y1: f64, x2: f64, y2: f64) -> BBox {
        BBox::new(x1, y1, x2, y2).expect("a valid test box")
    }

    #[test]
    fn the_smallest_box_under_the_pointer_comes_first() {
        let shape = |id, b| CanvasShape::new(id, b, Color32::RED);
        let mut shapes = vec![
            shape(1, bbox(0.0, 0.0, 100.0, 100.0)),
            shape(2, bbox(10.0, 10.0, 20.0, 20.0)),
            shape(3, bbox(10.0, 10.0, 20.0, 20.0)),
            shape(4, bbox(50.0, 50.0, 60.0, 60.0)),
        ];
        assert_eq!(shapes_at(&shapes, Point::new(15.0, 15.0), 0.0), [3, 2, 1]);
        assert_eq!(shapes_at(&shapes, Point::new(21.0, 15.0), 2.0), [3, 2, 1]);
        shapes[0].selected = true;
        assert_eq!(shapes_at(&shapes, Point::new(15.0, 15.0), 0.0), [1, 3, 2]);
        assert!(shapes_at(&shapes, Point::new(-15.0, 15.0), 0.0).is_empty());
    }

    #[test]
    fn labels_do_not_cover_each_other_unless_they_must() {
        let clip = Rect::from_min_size(Pos2::ZERO, vec2(500.0, 500.0));
        let shape = Rect::from_min_size(pos2(100.0, 100.0), vec2(60.0, 60.0));
        let size = vec2(40.0, 14.0);
        let mut placed = Vec::new();
        for _ in 0..3 {
            placed.push(free_place(shape, size, clip, &placed, false).expect("three places are free"));
        }
        assert_eq!(free_place(shape, size, clip, &placed, false), None);
        assert_eq!(free_place(shape, size, clip, &placed, true), Some(placed[0]));
        let corner = Rect::from_min_size(pos2(-20.0, -20.0), vec2(60.0, 60.0));
        let place = free_place(corner, size, clip, &[], false).expect("an empty canvas has room");
        assert!(clip.contains_rect(place));
    }

    #[test]
    fn the_read_out_names_place_and_colour() {
        assert_eq!(read_out(Point::new(120.9, 43.2), Some([12, 34, 56])), "x 120  y 43   R 12  G 34  B 56");
        assert_eq!(read_out(Point::new(-0.5, 3.0), None), "x -1  y 3");
    }
}
