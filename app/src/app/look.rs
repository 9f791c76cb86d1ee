//! What is shown and how: themes, scale, what is drawn of the labels.

use concord_widgets::theme::ThemeKind;

use crate::actions::Action;
use crate::context::{Screen, Update};
use crate::screens::{agreement, label, models};

/// How much one step changes the scale of the interface.
const SCALE_STEP: f32 = 0.1;

/// Does what an action about the look of things says.
pub(super) fn invoke(update: &mut Update<'_>, action: Action) {
    match action {
        Action::ShowKeys => update.views.keys.open(),
        Action::ShowSettings => update.views.settings_open = true,
        Action::ReloadKeymap => update.context.rereads_keymap = true,
        Action::NextTheme => next_theme(update),
        Action::LargerInterface => scale(update, SCALE_STEP),
        Action::SmallerInterface => scale(update, -SCALE_STEP),
        other => tracing::error!("no function is bound to {other:?}"),
    }
}

/// Shows every object that is hidden.
pub(super) fn show_all(update: &mut Update<'_>) {
    if let Some(project) = &mut update.context.project {
        project.label.hidden.clear();
    }
    redraw_labels(update);
}

pub(super) fn shows_all(update: &Update<'_>) -> bool {
    update.context.project.as_ref().is_some_and(|p| p.label.labelling().all)
}

pub(super) fn show_label(update: &mut Update<'_>) {
    label::turn_to(update, false);
    update.context.screen = Screen::Label;
}

/// Shows the suggestions or hides them; on the Review screen this is a choice of its own.
pub(super) fn toggle_suggestions(update: &mut Update<'_>) {
    match &mut update.context.project {
        Some(project) if project.label.is_reviewing() => project.review.suggestions = !project.review.suggestions,
        _ => update.context.settings.suggestions = !update.context.settings.suggestions,
    }
    redraw_labels(update);
}

pub(super) fn show_models(update: &mut Update<'_>) {
    update.context.screen = Screen::Models;
    models::reload(update);
}

pub(super) fn show_agreement(update: &mut Update<'_>) {
    update.context.screen = Screen::Agreement;
    let fresh = update.context.project.as_ref().is_some_and(|p| p.agreement.report.is_none());
    if fresh {
        agreement::compute(update);
    }
}

fn next_theme(update: &mut Update<'_>) {
    let now = update.context.settings.theme();
    let at = ThemeKind::ALL.iter().position(|k| *k == now).unwrap_or(0);
    update.context.settings.set_theme(ThemeKind::ALL[(at + 1) % ThemeKind::ALL.len()]);
}

fn scale(update: &mut Update<'_>, by: f32) {
    let scale = update.context.settings.scale() + by;
    update.context.settings.set_scale((scale * 10.0).round() / 10.0);
}

pub(super) fn toggle_saliency(update: &mut Update<'_>) {
    if let Some(project) = &mut update.context.project {
        project.label.saliency_on = !project.label.saliency_on;
        project.label.explain.retry();
    }
}

pub(super) fn redraw_labels(update: &mut Update<'_>) {
    if let Some(project) = &mut update.context.project {
        project.label.revision += 1;
    }
}
