//! The canvas of the Label screen: the image with objects, suggestions and saliency, and what the pointer does to them.

use concord_domain::sample::SampleId;
use concord_domain::tool::{Modifiers, Pointer, Preview, ToolKind};
use concord_geometry::{BBox, Handle, Point, RotatedHandle};
use concord_language::tr;
use concord_widgets::canvas::{
    Canvas, CanvasResponse, HANDLE_REACH, KeypointLook, OverlayStyle, PointerEvent, PointerKind, paint_box_handles,
    paint_brush, paint_keypoints,
};
use concord_widgets::parts::empty_state;
use concord_widgets::theme::Theme;
use egui::{CollapsingHeader, CursorIcon, Margin, Panel, PointerButton, Ui};

use super::view::{Hand, LabelViews};
use super::{LabelModel, shown_suggestions};
use crate::actions::Action;
use crate::context::{Ask, Asks, Context, OpenProject};
use crate::screens::review;
use crate::shell::buttons::{Look, action_button};
use crate::shell::explanation;

mod drafts;
mod layers_menu;
mod mode_bar;
mod pair;
mod prompt_options;
mod prompts;
mod saliency_menu;
mod scene;
mod signs;
mod soft_borders;
mod standing;
mod tool_strip;
mod toolbar;

pub(super) use pair::Second;
pub(super) use scene::{Shapes, Shown};
pub(crate) use scene::{class_color, object_shape};

/// How far outside a shape it is still pointed at, in screen points.
const POINT_REACH: f32 = 3.0;
/// Steps of the brush's size a notch of the wheel.
const BRUSH_STEPS: f32 = 1.0;

/// Shows the canvas with its tools, in all the room there is.
pub(crate) fn show(ui: &mut Ui, context: &Context, project: &OpenProject, views: &mut LabelViews, asks: &mut Asks) {
    let theme = Theme::of_ui(ui);
    let frame = egui::Frame::NONE.fill(theme.panel).inner_margin(Margin::symmetric(8, 4));
    Panel::top("canvas tools").resizable(false).frame(frame).show(ui, |ui| {
        toolbar::show(ui, context, project, &mut views.tensor_filter, asks);
    });
    mode_bar::show(ui, context, project, asks);
    if project.label.is_reviewing() {
        review::show_header(ui, context, project, asks);
    } else {
        standing::show(ui, context, project, asks);
    }
    tool_strip::show(ui, context, project, views, asks);
    let model = &project.label;
    let Some(ranked) = model.queue.current() else {
        no_sample(ui, project, context, asks);
        return;
    };
    if let Some(failure) = model.failure() {
        failed(ui, failure, asks);
        return;
    }
    if model.image().is_none() {
        placeholder(ui, &ranked.sample, views);
        return;
    }
    views.shapes.refresh(context, project);
    let out = pair::draw_all(ui, context, project, views);
    tell(project, views, &out, asks);
    saliency_menu::note(ui, out.response.rect, context, project);
}

fn draw(ui: &mut Ui, context: &Context, project: &OpenProject, views: &mut LabelViews) -> CanvasResponse {
    let model = &project.label;
    let theme = Theme::of_ui(ui);
    let color = class_color(project, &model.next_class);
    let overlay = OverlayStyle {
        map: context.settings.color_map(),
        opacity: context.settings.saliency_opacity,
        threshold: context.settings.saliency_threshold,
    };
    let hover = views.canvas.hover();
    let (ruler, cursor) = (views.ruler_line(), cursor(project, views));
    let live_color = painted_color(project, color);
    let draws = model.tool.kind() != ToolKind::Select && views.hand == Hand::Tool;
    let waits_for = prompt_options::waits_for(context, project);
    let over = |painter: &egui::Painter, view: &concord_geometry::View| {
        soft_borders::paint(painter, view, project, &shown_suggestions(context, model));
        if model.preview.is_none() {
            paint_selection(painter, view, project);
        }
        if let Some(preview) = &model.preview {
            let skeleton = project.versions.ontology.skeleton_of(&model.next_class);
            drafts::paint(painter, view, preview, color, skeleton);
            if let Preview::Prompt(prompt) = preview {
                prompts::paint(painter, view, prompt, color, waits_for);
            }
        }
        if let Some((from, to)) = ruler {
            drafts::paint_measure(painter, view, from, to);
        }
        for (n, comment) in model.session().into_iter().flat_map(|s| s.comments.iter().enumerate()) {
            if let Some(at) = comment.at {
                drafts::paint_pin(painter, view, at, n + 1, comment.is_settled, &theme);
            }
        }
        if let (ToolKind::Brush | ToolKind::Eraser, Some(at)) = (model.tool.kind(), hover) {
            let erases = model.tool.kind() == ToolKind::Eraser;
            paint_brush(painter, view, at, model.options.brush_radius_px, erases);
        }
    };
    Canvas::new(tr!("label-canvas"))
        .image(model.image())
        .overlay(model.saliency().map(|map| (map, overlay)))
        .adjust(views.tone.adjust(model.image()))
        .scene(views.shapes.scene())
        .live_mask(views.live.as_ref().map(|live| (live, live_color)))
        .paint_over(&over)
        .cursor(cursor)
        .crosshair(
            context.settings.crosshair && draws && !matches!(model.tool.kind(), ToolKind::Brush | ToolKind::Eraser),
        )
        .keep_view(context.settings.keep_view)
        .minimap(context.settings.minimap)
        .show(ui, &mut views.canvas)
}

/// The colour of the mask that is being painted: that of the object, or of the class in hand.
fn painted_color(project: &OpenProject, next: egui::Color32) -> egui::Color32 {
    let model = &project.label;
    let painted = match &model.preview {
        Some(Preview::Stroke(stroke)) => stroke.object.as_ref(),
        Some(Preview::Prompt(prompt)) => prompt.object.as_ref(),
        _ => return next,
    };
    let object = painted.and_then(|id| model.session()?.labels.object(id));
    object.map_or(next, |o| class_color(project, &o.class))
}

/// The names of the points of a selected skeleton, and the handles around several selected objects.
fn paint_selection(painter: &egui::Painter, view: &concord_geometry::View, project: &OpenProject) {
    let model = &project.label;
    if model.tool.kind() != ToolKind::Select {
        return;
    }
    let selected = model.selected_objects();
    match selected.as_slice() {
        [only] => {
            let concord_geometry::Geometry::Keypoints(points) = &only.geometry else { return };
            let skeleton = project.versions.ontology.skeleton_of(&only.class);
            let names = skeleton.map(|s| s.points.as_slice()).unwrap_or_default();
            let look = KeypointLook { color: class_color(project, &only.class), names, links: &[], active: None };
            paint_keypoints(painter, view, points, &look);
        }
        [_, _, ..] => {
            let bounds = concord_domain::tool::transform::common_bounds(selected.iter().map(|o| &o.geometry));
            if let Some(bounds) = bounds {
                paint_box_handles(painter, view, &bounds);
            }
        }
        [] => {}
    }
}

fn cursor(project: &OpenProject, views: &LabelViews) -> CursorIcon {
    let model = &project.label;
    if views.hand != Hand::Tool {
        return CursorIcon::Crosshair;
    }
    let rest = if model.tool.kind() == ToolKind::Select { CursorIcon::Default } else { CursorIcon::Crosshair };
    let (Some(at), Some(object)) = (views.canvas.hover(), model.selected()) else { return rest };
    if !model.tool.kind().grabs(object.geometry.kind()) || model.locked.contains(&object.id) {
        return rest;
    }
    let scale = views.canvas.view().scale;
    match handle_at(model, at, f64::from(HANDLE_REACH) / scale) {
        Some(RotatedHandle::Rotate) => CursorIcon::Grab,
        Some(RotatedHandle::Resize(handle)) => match handle {
            Handle::NorthWest | Handle::SouthEast => CursorIcon::ResizeNwSe,
            Handle::NorthEast | Handle::SouthWest => CursorIcon::ResizeNeSw,
            Handle::North | Handle::South => CursorIcon::ResizeVertical,
            Handle::East | Handle::West => CursorIcon::ResizeHorizontal,
        },
        None if model.tool.kind() == ToolKind::Select && object.geometry.contains(at) => CursorIcon::Move,
        None => rest,
    }
}

/// The handle of the only selected object under a point.
fn handle_at(model: &LabelModel, at: Point, reach_px: f64) -> Option<RotatedHandle> {
    use concord_geometry::{Geometry, hit_handle};
    let stem = f64::from(concord_widgets::canvas::ROTATION_STEM) / f64::from(HANDLE_REACH) * reach_px;
    match &model.selected().filter(|_| model.selection.ids().len() == 1)?.geometry {
        Geometry::Box(bbox) => hit_handle(bbox, at, reach_px).map(RotatedHandle::Resize),
        Geometry::RotatedBox(rotated) => rotated.hit_handle(at, reach_px, stem),
        Geometry::Ellipse(ellipse) => ellipse.hit_handle(at, reach_px, stem),
        _ => None,
    }
}

/// Tells what the pointer did.
fn tell(project: &OpenProject, views: &mut LabelViews, out: &CanvasResponse, asks: &mut Asks) {
    let pointed = out.hover.and_then(|at| views.shapes.at(at, out.image_px(POINT_REACH)));
    let hovered = pointed.filter(|_| !project.label.tool.is_busy());
    if hovered != views.hovered {
        views.hovered = hovered;
        views.shapes.scene().set_hovered(hovered);
        out.response.ctx.request_repaint();
    }
    let (shown, view) = (out.response.rect, out.view);
    let corner = |at: egui::Pos2| view.image_from_screen(Point::new(f64::from(at.x), f64::from(at.y)));
    let seen = BBox::from_points(corner(shown.min), corner(shown.max)).ok();
    views.seen = project.label.image().and_then(|image| seen?.clipped(image.size()));
    if out.ctrl_wheel != 0.0 {
        asks.send(Ask::ResizeBrush(f64::from(out.ctrl_wheel * BRUSH_STEPS)));
    }
    if let Some(missing) = project.label.sample().filter(|_| !out.wanted.is_empty()) {
        views.wanted_tiles = Some((missing.clone(), out.wanted.clone()));
    } else {
        views.wanted_tiles = None;
    }
    for event in &out.events {
        match views.hand {
            Hand::Tool => tell_one(project, views, pointed, event, out.view.scale, asks),
            Hand::Ruler | Hand::Pin => measure_or_pin(views, event, asks),
        }
    }
    // The press of a double click makes any tool busy; it means something to those that draw point by point.
    let by_points = matches!(project.label.tool.kind(), ToolKind::Polygon | ToolKind::Polyline | ToolKind::Slice);
    if let Some(at) = out.double_click.filter(|_| by_points && project.label.tool.is_busy()) {
        views.canvas.consume_double_click();
        asks.send(Ask::Pointer(Pointer::DoubleClick(at), Modifiers::default(), out.view.scale));
    }
}

/// With the ruler in hand, a drag measures; with a pin, a click opens the comment.
fn measure_or_pin(views: &mut LabelViews, event: &PointerEvent, asks: &mut Asks) {
    match event.kind {
        PointerKind::Press(PointerButton::Primary) if views.hand == Hand::Pin => {
            views.hand = Hand::Tool;
            asks.send(Ask::OpenComment(Some(event.at)));
        }
        PointerKind::Press(PointerButton::Primary) => views.measured = Some((event.at, event.at)),
        PointerKind::Drag { button: PointerButton::Primary, from }
        | PointerKind::Release { button: PointerButton::Primary, from, .. }
            if views.hand == Hand::Ruler =>
        {
            views.measured = Some((from, event.at));
        }
        _ => {}
    }
}

fn tell_one(
    project: &OpenProject,
    views: &LabelViews,
    pointed: Option<u64>,
    event: &PointerEvent,
    scale: f64,
    asks: &mut Asks,
) {
    let pointer = match event.kind {
        PointerKind::Press(PointerButton::Primary) => {
            if let Some(Shown::Suggestion(place)) = pointed.and_then(|id| views.shapes.shown(id)) {
                let found = project.label.session().and_then(|s| s.suggestions.get(place));
                if let Some(found) = found.filter(|_| project.label.tool.kind() == ToolKind::Select) {
                    asks.send(Ask::Focus(found.id.clone()));
                }
            }
            if let Some(Shown::Reviewed(id)) = pointed.and_then(|id| views.shapes.shown(id)) {
                asks.send_some(review::overlay::focus_at(project, id));
            }
            Pointer::Press(event.at)
        }
        PointerKind::Drag { button: PointerButton::Primary, .. } => Pointer::Drag(event.at),
        PointerKind::Release { button: PointerButton::Primary, .. } => Pointer::Release(event.at),
        PointerKind::Hover if wants_moves(project, event) => Pointer::Move(event.at),
        PointerKind::Cancel => Pointer::Cancel,
        _ => return,
    };
    let held = event.modifiers;
    let modifiers = Modifiers { add: held.shift, snap: held.ctrl || held.command, alternate: held.alt };
    asks.send(Ask::Pointer(pointer, modifiers, scale));
}

/// True while a gesture goes on between clicks, and while something is or may be snapped.
fn wants_moves(project: &OpenProject, event: &PointerEvent) -> bool {
    let snaps = event.modifiers.ctrl || event.modifiers.command;
    project.label.tool.is_busy() || project.label.preview.is_some() || snaps
}

fn no_sample(ui: &mut Ui, project: &OpenProject, context: &Context, asks: &mut Asks) {
    let queue = &project.label.queue;
    if project.label.is_reviewing() {
        review::show_nothing(ui, context, project, asks);
        return;
    }
    if !queue.is_loaded {
        empty_state(ui, tr!("label-ranking"), tr!("label-ranking-hint"));
        return;
    }
    if queue.all {
        empty_state(ui, tr!("label-no-samples"), tr!("label-no-samples-hint"));
        return;
    }
    ui.vertical_centered(|ui| {
        ui.add_space(ui.available_height() / 3.0);
        ui.heading(tr!("label-all-done"));
        ui.weak(tr!("label-all-done-hint"));
        ui.add_space(8.0);
        action_button(ui, context, asks, Action::ToggleQueueScope, Look::Plain, Some(tr!("label-show-all-samples")));
    });
}

fn failed(ui: &mut Ui, failure: &crate::error_text::ErrorText, asks: &mut Asks) {
    let theme = Theme::of_ui(ui);
    egui::Frame::NONE.inner_margin(32).show(ui, |ui| {
        ui.label(egui::RichText::new(&failure.what).heading().color(theme.error));
        explanation(ui, failure);
        ui.add_space(8.0);
        if ui.button(tr!("label-try-again")).clicked() {
            asks.send(Ask::Retry);
        }
        CollapsingHeader::new(tr!("label-details")).id_salt("Details").show(ui, |ui| ui.monospace(&failure.details));
    });
}

/// The thumbnail of the same sample stands in until the image is there.
fn placeholder(ui: &mut Ui, sample: &SampleId, views: &LabelViews) {
    let rect = ui.max_rect();
    if let Some(texture) = views.thumbnails.get(sample) {
        let size = texture.size_vec2();
        let scale = (rect.width() / size.x).min(rect.height() / size.y) * 0.96;
        let place = egui::Rect::from_center_size(rect.center(), size * scale);
        egui::Image::new(texture).paint_at(ui, place);
    }
    ui.vertical_centered(|ui| {
        ui.add_space(8.0);
        ui.weak(tr!("label-reading-image"));
    });
}
