//! What is shown of the saliency: a button beside the toggle that says how it is made, and the choices behind it.

use concord_language::tr;
use concord_widgets::colormap::ColorMap;
use concord_widgets::parts::status_label;
use concord_widgets::theme::{Status, Theme};
use egui::{
    Align, Frame, Grid, Layout, Popup, PopupCloseBehavior, RadioButton, Rect, ScrollArea, Slider, TextEdit, Ui,
    UiBuilder,
};

use crate::actions::Action;
use crate::context::{Ask, Asks, Context, OpenProject, SaliencyAsk};
use crate::jobs::Pick;
use crate::jobs::explain::Kind;
use crate::screens::label::explain;
use crate::shell::buttons::{Look, action_button};
use crate::shell::buttons_width;

/// Width of the choices.
const WIDTH: f32 = 330.0;
/// Width of a slider.
const SLIDER: f32 = 130.0;
/// Room above a heading, so that it stands beside the first choice.
const HEADING: f32 = 3.0;
/// Distance of the note from the corner of the canvas.
const CORNER: f32 = 8.0;
/// Height of the list of tensors.
const LIST: f32 = 110.0;

pub(super) fn show(ui: &mut Ui, context: &Context, project: &OpenProject, filter: &mut String, asks: &mut Asks) {
    let model = &project.label;
    action_button(ui, context, asks, Action::ToggleSaliency, Look::Toggle(model.saliency_on), None);
    if !model.saliency_on {
        return;
    }
    let kind = context.settings.saliency_method;
    let words = if model.explain.of_object {
        tr!("label-saliency-of-object", method = title(kind))
    } else {
        tr!("label-saliency-of-image", method = title(kind))
    };
    // Where the row is full, a sign stands for the words, so that they do not begin another row.
    let fits = buttons_width(ui, &[&words]) <= ui.available_size_before_wrap().x;
    let button = ui.button(if fits { &words } else { "…" }).accessible_name(&words);
    let button = button.on_hover_text(format!("{words}\n{}", tr!("label-saliency-menu")));
    Popup::menu(&button)
        .close_behavior(PopupCloseBehavior::CloseOnClickOutside)
        .width(WIDTH)
        .frame(Frame::popup(ui.style()).inner_margin(12))
        .show(|ui| choices(ui, context, project, filter, asks));
}

/// Over a corner of the canvas: how far the map is, or why there is none. So nothing beside it moves when it changes.
pub(super) fn note(ui: &mut Ui, canvas: Rect, context: &Context, project: &OpenProject) {
    let (model, kind) = (&project.label, context.settings.saliency_method);
    let (explain, theme) = (&model.explain, Theme::of_ui(ui));
    let misses_object = explain.of_object && explain::focus(model).is_none();
    let is_growing = explain.growth().is_some() || explain.is_working();
    if !model.saliency_on || !(explain.problem().is_some() || misses_object || is_growing) {
        return;
    }
    let corner = canvas.shrink(CORNER);
    let mut over = ui.new_child(UiBuilder::new().max_rect(corner).layout(Layout::left_to_right(Align::Min)));
    Frame::popup(over.style()).fill(theme.raised).inner_margin(6).show(&mut over, |ui| {
        if let Some(problem) = explain.problem() {
            let label = status_label(ui, Status::Warning, &tr!("label-saliency-unavailable", why = &problem.why));
            label.on_hover_text(&problem.next);
        } else if misses_object {
            ui.label(tr!("label-saliency-select"));
        } else if let Some(growth) = explain.growth() {
            ui.label(tr!("label-saliency-steps", method = title(kind), done = growth.done, total = growth.total));
        } else {
            ui.label(tr!("label-saliency-computing", method = title(kind)));
        }
    });
}

/// The name of a method, as the literature has it.
fn title(kind: Kind) -> &'static str {
    match kind {
        Kind::EigenCam => "EigenCAM",
        Kind::GradCam => "Grad-CAM",
        Kind::Occlusion => tr!("label-saliency-occlusion"),
        Kind::DRise => "D-RISE",
        Kind::Imported => tr!("label-saliency-imported"),
    }
}

/// What a method does, in one sentence.
fn hint(kind: Kind) -> &'static str {
    match kind {
        Kind::EigenCam => tr!("label-saliency-eigencam-hint"),
        Kind::GradCam => tr!("label-saliency-gradcam-hint"),
        Kind::Occlusion => tr!("label-saliency-occlusion-hint"),
        Kind::DRise => tr!("label-saliency-drise-hint"),
        Kind::Imported => tr!("label-saliency-imported-hint"),
    }
}

/// Why a method cannot be chosen; `None` when it can, or when nothing is known of the model yet.
fn missing(project: &OpenProject, kind: Kind) -> Option<&'static str> {
    let explain = &project.label.explain;
    let offers = |name: &str| explain.choices.as_ref().is_none_or(|c| c.methods.iter().any(|m| m.name() == name));
    match kind {
        Kind::GradCam if !offers("gradcam") => Some(tr!("label-saliency-no-gradcam")),
        Kind::Occlusion if !offers("occlusion") => Some(tr!("label-saliency-not-of-model")),
        Kind::DRise if !offers("drise") => Some(tr!("label-saliency-not-of-model")),
        Kind::Imported if !explain.has_imported => Some(tr!("label-saliency-no-imports")),
        _ => None,
    }
}

fn choices(ui: &mut Ui, context: &Context, project: &OpenProject, filter: &mut String, asks: &mut Asks) {
    let send = |asks: &mut Asks, ask| asks.send(Ask::Saliency(ask));
    let (settings, explain) = (&context.settings, &project.label.explain);
    let kind = settings.saliency_method;
    ui.spacing_mut().slider_width = SLIDER;
    Grid::new("saliency choices").num_columns(2).spacing([12.0, 8.0]).show(ui, |ui| {
        heading(ui, tr!("label-saliency-method"));
        ui.vertical(|ui| {
            for choice in Kind::ALL {
                let why_not = missing(project, choice);
                let radio = RadioButton::new(choice == kind, title(choice));
                let radio = ui.add_enabled(why_not.is_none() || choice == kind, radio).on_hover_text(hint(choice));
                if radio.on_disabled_hover_text(why_not.unwrap_or_default()).clicked() {
                    send(asks, SaliencyAsk::Method(choice));
                }
            }
            let bring = ui.small_button(tr!("label-saliency-bring"));
            if bring.on_hover_text(tr!("label-saliency-bring-hint")).clicked() {
                asks.send(Ask::Pick(Pick::Maps));
            }
        });
        ui.end_row();
        heading(ui, tr!("label-saliency-subject"));
        ui.vertical(|ui| {
            if ui.radio(!explain.of_object, tr!("label-saliency-whole")).clicked() {
                send(asks, SaliencyAsk::OfObject(false));
            }
            let object = ui.radio(explain.of_object, tr!("label-saliency-object"));
            let hover =
                if kind.takes_steps() { tr!("label-saliency-object-hint") } else { tr!("label-saliency-cut-hint") };
            if object.on_hover_text(hover).clicked() {
                send(asks, SaliencyAsk::OfObject(true));
            }
        });
        ui.end_row();
        if kind.takes_steps() {
            ui.label(tr!("label-saliency-detail"));
            ui.horizontal(|ui| {
                for (fine, words) in [(false, tr!("label-saliency-quick")), (true, tr!("label-saliency-fine"))] {
                    let radio = ui.radio(settings.saliency_fine == fine, words);
                    if radio.on_hover_text(tr!("label-saliency-detail-hint")).clicked() {
                        send(asks, SaliencyAsk::Fine(fine));
                    }
                }
            });
            ui.end_row();
        }
        look(ui, context, asks);
    });
    if kind == Kind::EigenCam {
        ui.separator();
        tensors(ui, project, filter, asks);
    }
}

/// A heading beside several lines, at the height of the first.
fn heading(ui: &mut Ui, words: &str) {
    ui.with_layout(Layout::top_down(Align::Min), |ui| {
        ui.add_space(HEADING);
        ui.label(words);
    });
}

/// How the map is laid over the image.
fn look(ui: &mut Ui, context: &Context, asks: &mut Asks) {
    let settings = &context.settings;
    let mut opacity = settings.saliency_opacity;
    ui.label(tr!("label-opacity"));
    let slider = ui.add(Slider::new(&mut opacity, 0.0..=1.0).fixed_decimals(2));
    if slider.accessible_name(tr!("label-saliency-opacity")).changed() {
        asks.send(Ask::SetOpacity(opacity));
    }
    ui.end_row();
    let mut threshold = settings.saliency_threshold;
    ui.label(tr!("label-saliency-threshold-short"));
    let slider = ui.add(Slider::new(&mut threshold, 0.0..=1.0).fixed_decimals(2));
    let slider = slider.accessible_name(tr!("label-saliency-threshold"));
    if slider.on_hover_text(tr!("label-saliency-threshold-hint")).changed() {
        asks.send(Ask::Saliency(SaliencyAsk::Threshold(threshold)));
    }
    ui.end_row();
    let map = settings.color_map();
    ui.label(tr!("label-saliency-colours"));
    ui.horizontal(|ui| {
        for choice in ColorMap::ALL {
            if ui.selectable_label(choice == map, choice.name()).clicked() {
                asks.send(Ask::SetColorMap(choice));
            }
        }
    });
    ui.end_row();
}

/// The activation that EigenCAM looks at: the model's own, or any tensor of the graph, the deepest first.
fn tensors(ui: &mut Ui, project: &OpenProject, filter: &mut String, asks: &mut Asks) {
    let explain = &project.label.explain;
    let Some(choices) = &explain.choices else {
        ui.weak(tr!("label-saliency-no-tensors"));
        return;
    };
    let chosen = explain.tensor.as_deref();
    let own = choices.feature_map.as_deref();
    let line = match (chosen, own) {
        (Some(name), _) => tr!("label-saliency-tensor", name = name),
        (None, Some(name)) => tr!("label-saliency-tensor-own", name = name),
        (None, None) => tr!("label-saliency-tensor-none").to_owned(),
    };
    ui.label(line);
    let field = TextEdit::singleline(filter).hint_text(tr!("label-saliency-filter")).desired_width(f32::INFINITY);
    ui.add(field).accessible_name(tr!("label-saliency-filter"));
    let found: Vec<&str> =
        choices.tensors.iter().rev().map(String::as_str).filter(|t| t.contains(filter.trim())).collect();
    let height = ui.text_style_height(&egui::TextStyle::Button) + 2.0 * ui.spacing().button_padding.y;
    ScrollArea::vertical().max_height(LIST).auto_shrink([false, false]).show_rows(
        ui,
        height,
        found.len(),
        |ui, rows| {
            for name in &found[rows] {
                let is_chosen = chosen.or(own) == Some(*name);
                if ui.selectable_label(is_chosen, *name).clicked() {
                    let tensor = (own != Some(*name)).then(|| (*name).to_owned());
                    asks.send(Ask::Saliency(SaliencyAsk::Tensor(tensor)));
                }
            }
        },
    );
}
