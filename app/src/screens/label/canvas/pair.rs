//! One canvas, or two side by side that show the same part of the image.

use concord_domain::sample::SampleId;
use concord_geometry::View;
use concord_language::tr;
use concord_widgets::canvas::{Canvas, CanvasResponse, CanvasState, ShapeScene};
use egui::{Rect, Ui, UiBuilder, pos2, vec2};

use super::super::view::LabelViews;
use super::draw;
use crate::context::{Context, OpenProject};
use crate::screens::review;

/// Room between two canvases side by side, in screen points.
const GAP: f32 = 2.0;

/// The second canvas: where it looks, and the shapes on it with what they were made from.
#[derive(Debug, Default)]
pub(in crate::screens::label) struct Second {
    canvas: CanvasState,
    scene: ShapeScene,
    made_from: Option<(SampleId, [u64; 3])>,
}

impl Second {
    /// Brings the shapes up to date.
    fn refresh(&mut self, project: &OpenProject) {
        let label = &project.label;
        let Some(sample) = label.sample() else { return };
        let (_, touched) = label.touched_since(u64::MAX);
        let source = (sample.clone(), [project.review.revision(), label.revision, touched]);
        if self.made_from.as_ref() != Some(&source) {
            self.scene.hand_over(review::overlay::shapes(project, review::overlay::Place::Second));
            self.made_from = Some(source);
        }
    }
}

/// Draws the canvas, or the two that stand side by side.
pub(super) fn draw_all(
    ui: &mut Ui,
    context: &Context,
    project: &OpenProject,
    views: &mut LabelViews,
) -> CanvasResponse {
    let is_pair = project.label.is_reviewing() && project.review.is_side_by_side(project);
    if project.label.is_reviewing() {
        review::show_names(ui, project);
    }
    if !is_pair {
        return draw(ui, context, project, views);
    }
    let whole = ui.available_rect_before_wrap();
    let half = ((whole.width() - GAP) / 2.0).floor();
    let [left, right] = [whole.left(), whole.left() + half + GAP]
        .map(|x| Rect::from_min_size(pos2(x, whole.top()), vec2(half, whole.height())));
    let mut ui_left = ui.new_child(UiBuilder::new().max_rect(left).id_salt("first canvas"));
    let out = draw(&mut ui_left, context, project, views);
    let mut ui_right = ui.new_child(UiBuilder::new().max_rect(right).id_salt("second canvas"));
    draw_second(&mut ui_right, context, project, views);
    out
}

/// The canvas at the right: the same part of the image with the labels of the other person. It moves the first one.
fn draw_second(ui: &mut Ui, context: &Context, project: &OpenProject, views: &mut LabelViews) {
    let view = views.canvas.view();
    let second = &mut views.second;
    second.refresh(project);
    second.canvas.set_view(view);
    let out = Canvas::new(tr!("review-second-canvas"))
        .image(project.label.image())
        .adjust(views.tone.adjust(project.label.image()))
        .scene(&mut second.scene)
        .handles(false)
        .minimap(false)
        .crosshair(context.settings.crosshair)
        .show(ui, &mut second.canvas);
    if out.double_click.is_some() {
        second.canvas.consume_double_click();
        views.canvas.fit();
    } else if !is_near(second.canvas.view(), view) {
        views.canvas.set_view(second.canvas.view());
        ui.ctx().request_repaint();
    }
}

/// True when two views show the same, as far as can be seen.
fn is_near(a: View, b: View) -> bool {
    (a.scale / b.scale - 1.0).abs() < 1e-6 && a.origin.distance(b.origin) < 0.5
}
