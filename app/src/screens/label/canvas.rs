//! The canvas of the Label screen: the image with objects, suggestions and saliency, and what the pointer does to them.

use concord_domain::object::ObjectId;
use concord_domain::sample::SampleId;
use concord_domain::tool::{Pointer, ToolKind};
use concord_geometry::{BBox, Handle, hit_handle};
use concord_widgets::canvas::{
    Canvas, CanvasResponse, CanvasShape, HANDLE_REACH, LineStyle, OverlayStyle, PointerEvent, PointerKind, shapes_at,
};
use concord_widgets::parts::empty_state;
use concord_widgets::theme::{Theme, categorical};
use egui::{Color32, CursorIcon, Frame, Margin, Panel, PointerButton, Ui};

use super::view::LabelViews;
use super::{LabelModel, shown_suggestions};
use crate::actions::Action;
use crate::context::{Ask, Asks, Context, OpenProject};
use crate::shell::buttons::{Look, action_button};
use crate::shell::explanation;

mod toolbar;

/// Ids of suggestions on the canvas begin here; those of objects are their places.
const SUGGESTIONS: u64 = 1 << 32;
/// How far outside a box it is still pointed at, in screen points.
const POINT_REACH: f32 = 3.0;

/// The shapes of the last frame, and what they were made from.
#[derive(Debug, Default)]
pub(super) struct Shapes {
    made_from: Option<Source>,
    shapes: Vec<CanvasShape>,
}

type Preview = Option<(Option<ObjectId>, BBox)>;

#[derive(Debug, Clone, PartialEq)]
struct Source {
    sample: SampleId,
    revision: u64,
    preview: Preview,
    hovered: Option<u64>,
}

pub(super) fn show(ui: &mut Ui, context: &Context, project: &OpenProject, views: &mut LabelViews, asks: &mut Asks) {
    let theme = Theme::of_ui(ui);
    let frame = Frame::NONE.fill(theme.panel).inner_margin(Margin::symmetric(8, 4));
    Panel::top("canvas tools").resizable(false).frame(frame).show(ui, |ui| {
        toolbar::show(ui, context, project, asks);
    });
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
    refresh_shapes(context, project, views);
    let style =
        OverlayStyle { map: context.settings.color_map(), opacity: context.settings.saliency_opacity, threshold: 0.0 };
    let preview = new_box(project);
    let out = Canvas::new("Image canvas")
        .image(model.image())
        .overlay(model.saliency().map(|map| (map, style)))
        .shapes(&views.shapes.shapes)
        .preview(preview)
        .cursor(cursor(project, views))
        .crosshair(context.settings.crosshair && model.tool.kind() == ToolKind::Box)
        .show(ui, &mut views.canvas);
    tell(project, views, &out, asks);
}

/// The box being drawn, with the colour of its class.
fn new_box(project: &OpenProject) -> Option<(BBox, Color32)> {
    let (None, bbox) = project.label.preview.as_ref()? else { return None };
    Some((*bbox, class_color(project, &project.label.next_class)))
}

/// The colour of a class.
pub(super) fn class_color(project: &OpenProject, class: &str) -> Color32 {
    let ontology = &project.versions.ontology;
    categorical(ontology.class_index(class).unwrap_or(ontology.classes.len()))
}

fn refresh_shapes(context: &Context, project: &OpenProject, views: &mut LabelViews) {
    let model = &project.label;
    let (Some(sample), Some(session)) = (model.sample(), model.session()) else {
        views.shapes = Shapes::default();
        return;
    };
    let moved = model.preview.clone().filter(|(id, _)| id.is_some());
    let source = Source { sample: sample.clone(), revision: model.revision, preview: moved, hovered: views.hovered };
    if views.shapes.made_from.as_ref() == Some(&source) {
        return;
    }
    let mut shapes: Vec<CanvasShape> = shown_suggestions(context, model)
        .into_iter()
        .map(|s| {
            let id = SUGGESTIONS + u64::from(s.id.index);
            let focused = model.suggestion.as_ref() == Some(&s.id);
            CanvasShape {
                style: LineStyle::Dashed,
                label: Some(format!("{} {:.2}", s.prediction.class, s.prediction.score)),
                hovered: focused || source.hovered == Some(id),
                ..CanvasShape::new(id, s.prediction.bbox, class_color(project, &s.prediction.class))
            }
        })
        .collect();
    shapes.extend(session.labels.objects.iter().enumerate().map(|(place, object)| {
        let id = place as u64;
        let preview = source.preview.as_ref().filter(|(id, _)| id.as_ref() == Some(&object.id));
        CanvasShape {
            label: Some(
                object
                    .subclass
                    .as_ref()
                    .map_or_else(|| object.class.clone(), |subclass| format!("{} · {subclass}", object.class)),
            ),
            selected: model.selected.as_ref() == Some(&object.id),
            hovered: source.hovered == Some(id),
            ..CanvasShape::new(id, preview.map_or(object.bbox, |(_, bbox)| *bbox), class_color(project, &object.class))
        }
    }));
    views.shapes = Shapes { made_from: Some(source), shapes };
}

fn cursor(project: &OpenProject, views: &LabelViews) -> CursorIcon {
    let model = &project.label;
    let rest = if model.tool.kind() == ToolKind::Box { CursorIcon::Crosshair } else { CursorIcon::Default };
    let (Some(at), Some(object)) = (views.canvas.hover(), model.selection()) else { return rest };
    let reach = f64::from(HANDLE_REACH) / views.canvas.view().scale;
    match hit_handle(&object.bbox, at, reach) {
        Some(Handle::NorthWest | Handle::SouthEast) => CursorIcon::ResizeNwSe,
        Some(Handle::NorthEast | Handle::SouthWest) => CursorIcon::ResizeNeSw,
        Some(Handle::North | Handle::South) => CursorIcon::ResizeVertical,
        Some(Handle::East | Handle::West) => CursorIcon::ResizeHorizontal,
        None if model.tool.kind() == ToolKind::Select && object.bbox.contains(at) => CursorIcon::Move,
        None => rest,
    }
}

/// Tells what the pointer did.
fn tell(project: &OpenProject, views: &mut LabelViews, out: &CanvasResponse, asks: &mut Asks) {
    let reach = out.image_px(POINT_REACH);
    let pointed = out.hover.and_then(|at| shapes_at(&views.shapes.shapes, at, reach).first().copied());
    let is_busy = project.label.tool.is_busy();
    let hovered = pointed.filter(|_| !is_busy);
    if hovered != views.hovered {
        views.hovered = hovered;
        out.response.ctx.request_repaint();
    }
    for event in &out.events {
        tell_one(project, pointed, event, out.image_px(HANDLE_REACH), asks);
    }
}

fn tell_one(project: &OpenProject, pointed: Option<u64>, event: &PointerEvent, reach_px: f64, asks: &mut Asks) {
    let pointer = match event.kind {
        PointerKind::Press(PointerButton::Primary) => {
            let suggestion = pointed.and_then(|id| id.checked_sub(SUGGESTIONS));
            let found = suggestion.and_then(|index| {
                let session = project.label.session()?;
                session.suggestions.iter().find(|s| u64::from(s.id.index) == index)
            });
            if let Some(found) = found.filter(|_| project.label.tool.kind() == ToolKind::Select) {
                asks.send(Ask::Focus(found.id.clone()));
            }
            Pointer::Press(event.at)
        }
        PointerKind::Drag { button: PointerButton::Primary, .. } => Pointer::Drag(event.at),
        PointerKind::Release { button: PointerButton::Primary, .. } => Pointer::Release(event.at),
        PointerKind::Cancel => Pointer::Cancel,
        _ => return,
    };
    asks.send(Ask::Pointer(pointer, reach_px));
}

fn no_sample(ui: &mut Ui, project: &OpenProject, context: &Context, asks: &mut Asks) {
    let queue = &project.label.queue;
    if !queue.is_loaded {
        empty_state(ui, "Ranking the queue…", "The first sample comes up by itself");
        return;
    }
    if queue.all {
        empty_state(ui, "No samples", "Add images to the project: concord import, or make a project from a folder");
        return;
    }
    ui.vertical_centered(|ui| {
        ui.add_space(ui.available_height() / 3.0);
        ui.heading("All done");
        ui.weak("There is no sample in your queue that you have not submitted or skipped");
        ui.add_space(8.0);
        action_button(ui, context, asks, Action::ToggleQueueScope, Look::Plain, Some("Show all samples"));
    });
}

fn failed(ui: &mut Ui, failure: &crate::error_text::ErrorText, asks: &mut Asks) {
    let theme = Theme::of_ui(ui);
    Frame::NONE.inner_margin(32).show(ui, |ui| {
        ui.label(egui::RichText::new(&failure.what).heading().color(theme.error));
        explanation(ui, failure);
        ui.add_space(8.0);
        if ui.button("Try again").clicked() {
            asks.send(Ask::Retry);
        }
        ui.collapsing("Details", |ui| ui.monospace(&failure.details));
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
        ui.weak("Reading the image…");
    });
}

/// The name of the current sample's saliency problem, for the toolbar.
pub(super) fn saliency_problem(model: &LabelModel) -> Option<&crate::error_text::ErrorText> {
    if model.saliency_on { model.shelf.saliency_failed.get(model.sample()?) } else { None }
}
