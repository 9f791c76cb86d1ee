//! Which actions can be invoked now, and why the others cannot.

use super::{Action, Place};
use crate::context::{Context, OpenProject, Screen};
use crate::jobs::Request;
use crate::screens::label::queue::Way;
use crate::screens::label::shown_suggestions;

/// Why the action cannot be invoked now; `None` when it can.
pub fn disabled_reason(action: Action, context: &Context) -> Option<&'static str> {
    let info = action.info();
    match info.place {
        Place::Anywhere => anywhere(action, context),
        Place::Label if context.screen != Screen::Label => Some("go to the Label screen first"),
        Place::Label => {
            let Some(project) = &context.project else { return Some("open a project first") };
            on_label(action, context, project)
        }
        Place::Agreement if context.screen != Screen::Agreement => Some("go to the Agreement screen first"),
        Place::Agreement => unless(!context.outstanding.awaits(&Request::Agreement), "the agreement is being computed"),
    }
}

fn unless(holds: bool, reason: &'static str) -> Option<&'static str> {
    (!holds).then_some(reason)
}

fn anywhere(action: Action, context: &Context) -> Option<&'static str> {
    match action {
        Action::ShowLabel | Action::ShowAgreement | Action::CloseProject => {
            unless(context.project.is_some(), "open a project first")
        }
        Action::DismissMessages => unless(!context.messages.shown().is_empty(), "there is no message"),
        _ => None,
    }
}

fn on_label(action: Action, context: &Context, project: &OpenProject) -> Option<&'static str> {
    let model = &project.label;
    let Some(session) = model.session() else {
        let needs_no_sample = matches!(
            action,
            Action::RefreshQueue
                | Action::ToggleQueueScope
                | Action::NextSample
                | Action::PreviousSample
                | Action::NextUnlabelled
                | Action::PreviousUnlabelled
                | Action::ToggleGuideline
                | Action::ToggleCrosshair
                | Action::ToggleSuggestions
                | Action::ToggleSaliency
        );
        return unless(needs_no_sample, "no sample is loaded");
    };
    let has_objects = !session.labels.objects.is_empty();
    let selects = unless(model.selected.is_some(), "select an object first");
    let shown = || unless(!shown_suggestions(context, model).is_empty(), "no suggestion is shown");
    match action {
        Action::NextSample => unless(model.queue.neighbour(Way::Forward).is_some(), "this is the last sample"),
        Action::PreviousSample => unless(model.queue.neighbour(Way::Back).is_some(), "this is the first sample"),
        Action::BoxTool | Action::SearchClass => {
            unless(!project.versions.ontology.classes.is_empty(), "the ontology has no classes yet")
        }
        Action::Class(digit) => {
            let class = project.versions.ontology.class_for_key(char::from(b'0' + digit));
            unless(class.is_some(), "no class has this key")
        }
        Action::Tier(_)
        | Action::DeleteObject
        | Action::CopyObject
        | Action::DuplicateObject
        | Action::ZoomToObject => selects,
        Action::ToggleOcclusion => selects.or_else(|| {
            let known = model.selection().is_some_and(|o| project.occlusion(&o.class).is_some());
            unless(known, "its class has no occlusion attribute")
        }),
        Action::NextObject | Action::PreviousObject => unless(has_objects, "there is no object"),
        Action::PasteObjects => unless(!model.clipboard.is_empty(), "nothing was copied"),
        Action::Undo => unless(session.undo_summary().is_some(), "there is nothing to undo"),
        Action::Redo => unless(session.redo_summary().is_some(), "there is nothing to redo"),
        Action::AcceptSuggestion
        | Action::AcceptAllSuggestions
        | Action::RejectSuggestion
        | Action::NextSuggestion
        | Action::PreviousSuggestion => shown(),
        _ => None,
    }
}
