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
    // How far the model is comes first where there is not room for both; the switch keeps its place all the same.
    let (status, words) = state(context, project);
    let widest = [tr!("label-prompt-reading"), tr!("label-prompt-asking"), tr!("label-prompt-nothing")];
    let of_state = widest.iter().map(|words| buttons_width(ui, &[*words])).fold(0.0, f32::max);
    if ui.available_width() > of_state + buttons_width(ui, &[tr!("label-prompt-replaces")]) {
        replaces(ui, project, asks);
    }
    if ui.available_width() > of_state {
        status_label(ui, status, &words).on_hover_text(tr!("label-prompt-hint"));
    }
}

/// What is waited for, in words; `None` when nothing is.
pub(super) fn waits_for(context: &Context, project: &OpenProject) -> Option<&'static str> {
    let model = &project.label;
    let sample = model.sample()?;
    let works = context.outstanding.awaits(&Request::Prompt(sample.clone()));
    if !works && !model.prompting.is_waiting() {
        return None;
    }
    let has_read = model.prompting.read.contains(sample);
    Some(if has_read { tr!("label-prompt-asking") } else { tr!("label-prompt-reading") })
}

/// Whether the selected object gets the mask. It keeps its place where nothing is selected that could get one.
fn replaces(ui: &mut Ui, project: &OpenProject, asks: &mut Asks) {
    let model = &project.label;
    let is_region = model.selected().is_some_and(|object| object.geometry.kind().is_region());
    let can = model.selection.ids().len() == 1 && is_region;
    let on = can && !model.selection.is_drawn();
    let toggle = ui.add_enabled(can && !model.tool.is_busy(), Button::new(tr!("label-prompt-replaces")).selected(on));
    let toggle = toggle.on_hover_text(tr!("label-prompt-replaces-hint"));
    if toggle.on_disabled_hover_text(tr!("label-prompt-replaces-hint")).clicked() {
        asks.send(Ask::SetPromptReplaces(!on));
    }
}

/// How far the model is, in words.
fn state(context: &Context, project: &OpenProject) -> (Status, String) {
    let model = &project.label;
    let sample = model.sample();
    let is_stuck = model.prompting.problem.as_ref().is_some_and(|(of, _)| Some(of) == sample);
    if is_stuck {
        return (Status::Error, tr!("label-prompt-failed").to_owned());
    }
    if let Some(words) = waits_for(context, project) {
        return (Status::Muted, words.to_owned());
    }
    match &model.preview {
        Some(Preview::Prompt(preview)) if preview.is_answered => match &preview.answer {
            Some(found) if found.mask.is_some() => (Status::Ok, tr!("label-prompt-take").to_owned()),
            _ => (Status::Warning, tr!("label-prompt-nothing").to_owned()),
        },
        _ => (Status::Muted, tr!("label-prompt-point").to_owned()),
    }
}
