//! The whole image in a corner, with a frame around the part that is shown; drag it to move about.

use concord_geometry::{BBox, Point, View};
use concord_language::tr;
use egui::{Align2, Color32, Rect, Response, Role, Sense, StrokeKind, Ui, Vec2, WidgetInfo, pos2, vec2};

use super::gpu::ImagePaint;
use super::image::CanvasImage;
use super::look::Adjust;
use super::quads::Plan;
use super::shapes::screen_rect;
use super::state::CanvasState;
use crate::theme::{GRID, HALO, Theme};

const LONGEST_SIDE: f32 = 160.0;

/// Where the minimap goes, or `None` when the whole image is in sight or the canvas is too small for one.
pub(crate) fn place(canvas: Rect, image: &CanvasImage, view: &View) -> Option<Rect> {
    let (width, height) = (image.size().width as f32, image.size().height as f32);
    let side = LONGEST_SIDE.min(canvas.width() / 3.0).min(canvas.height() / 3.0);
    let shown = view.screen_box(&BBox::of_image(image.size()));
    let slack = 1.0;
    let all_in_sight = shown.x1() >= f64::from(canvas.left()) - slack
        && shown.y1() >= f64::from(canvas.top()) - slack
        && shown.x2() <= f64::from(canvas.right()) + slack
        && shown.y2() <= f64::from(canvas.bottom()) + slack;
    if all_in_sight || side < 48.0 {
        return None;
    }
    let size = (vec2(width, height) * (side / width.max(height))).max(Vec2::splat(8.0));
    Some(Align2::RIGHT_BOTTOM.anchor_size(canvas.right_bottom() - Vec2::splat(2.0 * GRID), size.round()))
}

/// Shows the minimap and lets it move the view; `view` is in absolute screen points.
pub(crate) fn show(
    ui: &Ui,
    canvas: &Response,
    rect: Rect,
    image: &CanvasImage,
    adjust: Adjust,
    view: &View,
    state: &mut CanvasState,
) {
    let response = ui.interact(rect, canvas.id.with("minimap"), Sense::CLICK | Sense::DRAG);
    response.widget_info(|| WidgetInfo::labeled(Role::Image, ui.is_enabled(), tr!("action-minimap")));
    let Ok(viewport) =
        BBox::new(f64::from(rect.left()), f64::from(rect.top()), f64::from(rect.right()), f64::from(rect.bottom()))
    else {
        return;
    };
    let own = View::fit(image.size(), viewport, 0.0);
    if let Some(pos) = response.interact_pointer_pos() {
        state.center_on(own.image_from_screen(Point::new(f64::from(pos.x), f64::from(pos.y))));
        ui.ctx().request_repaint();
    }
    let theme = Theme::of_ui(ui);
    let painter = ui.painter().with_clip_rect(canvas.rect.intersect(ui.clip_rect()));
    painter.rect_filled(rect.expand(2.0), 2.0, theme.canvas);
    let plan = Plan::new(image, own, &viewport, f64::from(ui.ctx().pixels_per_point()));
    painter.add(ImagePaint::new(ui.ctx(), image.clone(), adjust, plan).into_shape(rect));
    painter.rect_stroke(rect, 0.0, egui::Stroke::new(1.0, theme.outline), StrokeKind::Outside);
    if let Some(seen) = seen_part(canvas.rect, view) {
        let frame = screen_rect(&own, &seen, rect).intersect(rect);
        let frame = Rect::from_min_max(
            pos2(frame.min.x.round(), frame.min.y.round()),
            pos2(
                frame.max.x.round().max(frame.min.x.round() + 3.0),
                frame.max.y.round().max(frame.min.y.round() + 3.0),
            ),
        );
        painter.rect_stroke(frame, 0.0, egui::Stroke::new(3.0, HALO), StrokeKind::Middle);
        painter.rect_stroke(frame, 0.0, egui::Stroke::new(1.0, Color32::WHITE), StrokeKind::Middle);
    }
}

fn seen_part(canvas: Rect, view: &View) -> Option<BBox> {
    let at = |pos: egui::Pos2| view.image_from_screen(Point::new(f64::from(pos.x), f64::from(pos.y)));
    BBox::from_points(at(canvas.min), at(canvas.max)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use concord_geometry::Size;

    #[test]
    fn it_appears_only_when_part_of_the_image_is_out_of_sight() {
        let size = Size::new(200, 100);
        let image = CanvasImage::from_rgb8(1, size, &vec![0; 60_000]).expect("a valid image");
        let canvas = Rect::from_min_size(pos2(10.0, 10.0), vec2(800.0, 600.0));
        let check = |scale: f64, x: f64, shown: bool| {
            let view = View { scale, origin: Point::new(x, 20.0) };
            assert_eq!(place(canvas, &image, &view).is_some(), shown, "{scale} {x}");
        };
        check(2.0, 20.0, false);
        check(2.0, -40.0, true);
        check(8.0, 20.0, true);
        let small = Rect::from_min_size(pos2(0.0, 0.0), vec2(120.0, 100.0));
        assert_eq!(place(small, &image, &View { scale: 8.0, origin: Point::default() }), None);
    }

    #[test]
    fn it_keeps_the_shape_of_the_image() {
        let image = CanvasImage::from_rgb8(1, Size::new(200, 100), &vec![0; 60_000]).expect("a valid image");
        let canvas = Rect::from_min_size(pos2(0.0, 0.0), vec2(800.0, 600.0));
        let rect = place(canvas, &image, &View { scale: 8.0, origin: Point::default() }).expect("zoomed in");
        assert_eq!(rect.size(), vec2(160.0, 80.0));
        assert!(canvas.contains_rect(rect));
    }
}
