//! Names beside shapes: on those large enough on the screen, hovered or selected, and never over one another.

use std::sync::Arc;

use concord_geometry::View;
use egui::{Color32, FontId, Galley, Painter, Pos2, Rect, Stroke, StrokeKind, pos2, vec2};

use super::place::Member;
use super::scene::ShapeScene;
use super::{CanvasShape, screen_rect};
use crate::theme::{HALO, ink_on};

/// Smallest region on the screen that shows its label unasked, in points; of a line or skeleton the longer side counts.
const LABEL_FROM: egui::Vec2 = vec2(44.0, 20.0);
/// Labels drawn in a frame; more would cover the picture.
const MOST_LABELS: usize = 200;
/// Labels for which a free place is sought in a frame.
const MOST_TRIED: usize = 600;
/// Room for the padlock of a locked shape, in points.
const LOCK_ROOM: f32 = 12.0;

/// The longer side from which on a shape may show its label unasked, in image pixels.
pub(crate) fn from_px(view: &View) -> f64 {
    f64::from(LABEL_FROM.x) / view.scale
}

/// Draws the labels of shapes in sight.
pub(crate) fn paint(painter: &Painter, view: &View, scene: &ShapeScene, mut members: Vec<Member>) {
    let clip = painter.clip_rect();
    members.sort_by(|a, b| b.rank().cmp(&a.rank()).then(a.order.cmp(&b.order)));
    let mut placed: Vec<Rect> = Vec::new();
    let mut tried = 0;
    for member in members {
        if placed.len() >= MOST_LABELS || tried >= MOST_TRIED {
            return;
        }
        let Some(shape) = scene.get(member.id()) else { continue };
        let stands_out = member.rank() > 0;
        // One that stands out is in the list twice: as itself and on top.
        if !stands_out && (shape.rank() > 0 || !is_large(view, shape)) {
            continue;
        }
        tried += 1;
        let rect = screen_rect(view, &member.bounds, clip);
        let ground = if shape.dimmed { shape.color.lerp_to_gamma(HALO, 0.5) } else { shape.color };
        let text = shape.label.as_deref().unwrap_or_default();
        let galley = painter.layout_no_wrap(text.to_owned(), font(), ink_on(ground));
        let lock_room = if shape.locked { LOCK_ROOM } else { 0.0 };
        let size = galley.size() + vec2(8.0 + lock_room, 2.0);
        if let Some(chip) = free_place(rect, size, clip, &placed, stands_out) {
            paint_chip(painter, chip, galley, ground);
            if shape.locked {
                paint_lock(painter, pos2(chip.right() - LOCK_ROOM, chip.center().y), ink_on(ground));
            }
            placed.push(chip);
        }
    }
}

fn is_large(view: &View, shape: &CanvasShape) -> bool {
    let bounds = shape.geometry.bounds();
    let (width, height) = (bounds.width() * view.scale, bounds.height() * view.scale);
    let (from_width, from_height) = (f64::from(LABEL_FROM.x), f64::from(LABEL_FROM.y));
    if shape.geometry.kind().is_region() {
        width >= from_width && height >= from_height
    } else {
        width.max(height) >= from_width
    }
}

/// The type of labels.
pub(crate) fn font() -> FontId {
    FontId::proportional(11.0)
}

/// Above the shape's left end, else inside it, else below, else (only when it `must` be shown) on top of others.
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

/// Draws text on a coloured ground with a dark edge; the room around the text is part of `chip`.
pub(crate) fn paint_chip(painter: &Painter, chip: Rect, galley: Arc<Galley>, ground: Color32) {
    painter.rect_filled(chip.expand(1.0), 3.0, HALO.gamma_multiply(0.75));
    painter.rect_filled(chip, 2.0, ground);
    painter.galley(chip.min + vec2(4.0, 1.0), galley, ink_on(ground));
}

/// Draws text on a coloured ground at a point of the screen, kept inside what is visible.
pub(crate) fn paint_note(painter: &Painter, at: Pos2, text: String, ground: Color32) {
    let galley = painter.layout_no_wrap(text, font(), ink_on(ground));
    let size = galley.size() + vec2(8.0, 2.0);
    if let Some(chip) = free_place(
        Rect::from_min_size(at + vec2(1.0, size.y + 2.0), vec2(0.0, 0.0)),
        size,
        painter.clip_rect(),
        &[],
        true,
    ) {
        paint_chip(painter, chip, galley, ground);
    }
}

/// A small closed padlock; `at` is the middle of its left side.
fn paint_lock(painter: &Painter, at: Pos2, ink: Color32) {
    let body = Rect::from_min_size(at + vec2(1.0, -1.0), vec2(8.0, 5.5));
    painter.rect_filled(body, 1.0, ink);
    let shackle = Rect::from_min_size(at + vec2(2.5, -5.0), vec2(5.0, 6.0));
    painter.rect_stroke(shackle, 2.5, Stroke::new(1.2, ink), StrokeKind::Middle);
}

#[cfg(test)]
mod tests {
    use super::*;

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
}
