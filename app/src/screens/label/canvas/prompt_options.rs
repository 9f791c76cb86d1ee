//! What can be set about pointing at things, and how far the model is.

use concord_domain::tool::Preview;
use concord_language::tr;
use concord_widgets::parts::status_label;
use concord_widgets::theme::Status;
use egui::{Button, ComboBox, Ui};

use crate::actions::Action;
use crate::context::{Ask, Asks, Context, OpenProject};
use crate::jobs::Request;
use crate::shell::buttons::{Look, action_button};
use crate::shell::buttons_width;

/// Width of the choice of a model, in points.
const CHOICE: f32 = 120.0;

pub(super) fn show(ui: &mut Ui, context: &Context, project: &OpenProject, asks: &mut Asks) {
    let prompting = &project.label.prompting;
    if prompting.has_none {
        let words = tr!("label-prompt-none");
        if ui.available_width() > buttons_width(ui, &[words, tr!("label-prompt-models")]) {
            status_label(ui, Status::Warning, words).on_hover_text(tr!("label-prompt-none-next"));
        }
        action_button(ui, context, asks, Action::ShowModels, Look::Plain, Some(tr!("label-prompt-models")));
        return;
    }
    if prompting.names.len() > 1 && ui.available_width() > CHOICE {
        let combo = ComboBox::from_id_salt("prompter").selected_text(prompting.model.as_str()).width(CHOICE - 20.0);
        let combo = combo.truncate().show_ui(ui, |ui| {
            for name in &prompting.names {
                if ui.selectable_label(*name == prompting.model, name).clicked() {
                    asks.send(Ask::SetPrompter(name.clone()));
                }
            }
        });
        combo.response.accessible_name(tr!("label-prompt-model"));
    }
    replaces(ui, project, asks);
    let (status, words) = state(context, project);
    if ui.available_width() > buttons_width(ui, &[words.as_str()]) {
        status_label(ui, status, &words).on_hover_text(tr!("label-prompt-hint"));
    }
}

/// Whether the selected object gets the mask. It keeps its place where nothing is selected that could get one.
fn replaces(ui: &mut Ui, project: &OpenProject, asks: &mut Asks) {
    let words = tr!("label-prompt-replaces");
    if ui.available_width() < buttons_width(ui, &[words]) {
        return;
    }
    let model = &project.label;
    let is_region = model.selected().is_some_and(|object| object.geometry.kind().is_region());
    let can = model.selection.ids().len() == 1 && is_region;
    let on = can && !model.selection.is_drawn();
    let toggle = ui.add_enabled(can && !model.tool.is_busy(), Button::new(words).selected(on));
    let toggle = toggle.on_hover_text(tr!("label-prompt-replaces-hint"));
    if toggle.on_disabled_hover_text(tr!("label-prompt-replaces-hint")).clicked() {
        asks.send(Ask::SetPromptReplaces(!on));
    }
}

/// How far the model is, in words.
fn state(context: &Context, project: &OpenProject) -> (Status, String) {
    let model = &project.label;
    let sample = model.sample();
    let has_read = sample.is_some_and(|sample| model.prompting.read.contains(sample));
    let is_stuck = model.prompting.problem.as_ref().is_some_and(|(of, _)| Some(of) == sample);
    let works = sample.is_some_and(|sample| context.outstanding.awaits(&Request::Prompt(sample.clone())));
    if is_stuck {
        return (Status::Error, tr!("label-prompt-failed").to_owned());
    }
    if !has_read {
        return (Status::Muted, tr!("label-prompt-reading").to_owned());
    }
    match &model.preview {
        _ if works || model.prompting.is_waiting() => (Status::Muted, tr!("label-prompt-asking").to_owned()),
        Some(Preview::Prompt(preview)) if preview.is_answered => match &preview.answer {
            Some(found) if found.mask.is_some() => (Status::Ok, tr!("label-prompt-take").to_owned()),
            _ => (Status::Warning, tr!("label-prompt-nothing").to_owned()),
        },
        _ => (Status::Muted, tr!("label-prompt-point").to_owned()),
    }
}
