//! Doing what was asked for: one arm a request, one function an action.

use concord_domain::tool::ToolKind;
use concord_widgets::theme::ThemeKind;

use super::{guard, opening};
use crate::actions::Action;
use crate::context::{Ask, Screen, Update};
use crate::screens::agreement;
use crate::screens::label::queue::Way;
use crate::screens::label::{self};

/// How much one step zooms the canvas.
const ZOOM_STEP: f64 = 1.25;
/// How much one step changes the scale of the interface.
const SCALE_STEP: f32 = 0.1;

/// Does one thing that was asked for.
pub(super) fn perform(update: &mut Update<'_>, ask: Ask) {
    match ask {
        Ask::Invoke(action) => {
            if guard(update, action) {
                invoke(update, action);
            }
        }
        Ask::Open(dir) => opening::open(update, &dir),
        Ask::OpenSample => opening::open_sample(update),
        Ask::Create(form) => opening::create(update, *form),
        Ask::Pick(what) => opening::pick(update, what),
        Ask::Forget(dir) => update.context.settings.recent.retain(|p| *p != dir),
        Ask::Offer(path) => opening::offer(update, path),
        Ask::CloseReport => opening::close_report(update),
        Ask::SetAnnotator(name) => opening::set_annotator(update, &name),
        Ask::GoTo(place) => label::go_to(update, place),
        Ask::Select(id) => label::select(update, id),
        Ask::Reveal(id) => reveal(update, id),
        Ask::Pointer(event, reach_px) => label::pointer(update, event, reach_px),
        Ask::Edit(edit) => label::edit(update, &edit),
        Ask::Apply(change) => label::apply_change(update, *change),
        Ask::SetClass(class) => label::set_class(update, class),
        Ask::Accept(id) => label::accept(update, Some(id)),
        Ask::Reject(id) => label::reject(update, Some(id)),
        Ask::Focus(id) => label::focus(update, Some(id)),
        Ask::Skip(reason) => label::skip(update, &reason),
        Ask::SetThreshold(threshold) => {
            update.context.settings.threshold = threshold;
            redraw_labels(update);
        }
        Ask::SetOpacity(opacity) => update.context.settings.saliency_opacity = opacity,
        Ask::SetColorMap(map) => update.context.settings.set_color_map(map),
        Ask::SetTheme(kind) => update.context.settings.set_theme(kind),
        Ask::Dismiss(id) => update.context.messages.dismiss(id),
        Ask::Cancel(ticket) => {
            if let Some(job) = update.context.running.iter().find(|r| r.ticket == ticket) {
                job.progress.cancel();
            }
        }
        Ask::Retry => retry(update),
    }
}

fn invoke(update: &mut Update<'_>, action: Action) {
    match action {
        Action::OpenPalette => update.views.palette.open(),
        Action::ShowKeys => update.views.keys_open = !update.views.keys_open,
        Action::ShowStart => update.context.screen = Screen::Start,
        Action::ShowLabel => update.context.screen = Screen::Label,
        Action::ShowAgreement => show_agreement(update),
        Action::CloseProject => opening::close(update),
        Action::NextTheme => next_theme(update),
        Action::LargerInterface => scale(update, SCALE_STEP),
        Action::SmallerInterface => scale(update, -SCALE_STEP),
        Action::DismissMessages => update.context.messages.clear(),
        Action::NextSample => label::step(update, Way::Forward),
        Action::PreviousSample => label::step(update, Way::Back),
        Action::NextUnlabelled => label::step_open(update, Way::Forward),
        Action::PreviousUnlabelled => label::step_open(update, Way::Back),
        Action::SubmitAndNext => label::submit(update),
        Action::Skip => update.views.label.skip = Some(String::new()),
        Action::RefreshQueue => label::reload_queue(update, shows_all(update)),
        Action::ToggleQueueScope => label::reload_queue(update, !shows_all(update)),
        Action::ComputeAgreement => agreement::compute(update),
        _ => invoke_on_sample(update, action),
    }
}

fn invoke_on_sample(update: &mut Update<'_>, action: Action) {
    match action {
        Action::BoxTool => label::take_tool(update, ToolKind::Box),
        Action::SelectTool => label::take_tool(update, ToolKind::Select),
        Action::Class(digit) => label::invoke_class(update, digit),
        Action::SearchClass => update.views.label.search_class(),
        Action::Tier(number) => label::change_tier(update, number),
        Action::ToggleOcclusion => label::toggle_occlusion(update),
        Action::NextObject => label::step_object(update, 1),
        Action::PreviousObject => label::step_object(update, -1),
        Action::DeleteObject => label::delete(update),
        Action::CopyObject => label::copy(update),
        Action::PasteObjects => label::paste_or_duplicate(update, false),
        Action::DuplicateObject => label::paste_or_duplicate(update, true),
        Action::Undo => label::undo(update),
        Action::Redo => label::redo(update),
        Action::AcceptSuggestion => label::accept(update, None),
        Action::AcceptAllSuggestions => label::accept_all(update),
        Action::RejectSuggestion => label::reject(update, None),
        Action::NextSuggestion => label::focus_step(update, 1),
        Action::PreviousSuggestion => label::focus_step(update, -1),
        _ => invoke_view(update, action),
    }
}

fn invoke_view(update: &mut Update<'_>, action: Action) {
    let settings = &mut update.context.settings;
    let canvas = &mut update.views.label.canvas;
    match action {
        Action::ToggleSuggestions => {
            settings.suggestions = !settings.suggestions;
            redraw_labels(update);
        }
        Action::ToggleSaliency => toggle_saliency(update),
        Action::ToggleGuideline => settings.guideline = !settings.guideline,
        Action::ToggleCrosshair => settings.crosshair = !settings.crosshair,
        Action::Fit => canvas.fit(),
        Action::ZoomToObject => {
            if let Some(object) = update.context.project.as_ref().and_then(|p| p.label.selection()) {
                canvas.show_box(object.bbox);
            }
        }
        Action::ActualSize => canvas.zoom_to(100.0),
        Action::ZoomIn => canvas.zoom_by(ZOOM_STEP),
        Action::ZoomOut => canvas.zoom_by(1.0 / ZOOM_STEP),
        other => tracing::error!("no function is bound to {other:?}"),
    }
}

fn shows_all(update: &Update<'_>) -> bool {
    update.context.project.as_ref().is_some_and(|p| p.label.queue.all)
}

fn show_agreement(update: &mut Update<'_>) {
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

fn toggle_saliency(update: &mut Update<'_>) {
    if let Some(project) = &mut update.context.project {
        project.label.saliency_on = !project.label.saliency_on;
        project.label.shelf.saliency_failed.clear();
    }
}

fn redraw_labels(update: &mut Update<'_>) {
    if let Some(project) = &mut update.context.project {
        project.label.revision += 1;
    }
}

fn reveal(update: &mut Update<'_>, id: concord_domain::object::ObjectId) {
    let found = update.context.project.as_ref().and_then(|p| p.label.session()).and_then(|s| s.labels.object(&id));
    if let Some(object) = found {
        update.views.label.canvas.center_on(object.bbox.center());
        label::select(update, Some(id));
    }
}

fn retry(update: &mut Update<'_>) {
    if let Some(project) = &mut update.context.project {
        project.label.shelf.failed.clear();
        project.label.shelf.saliency_failed.clear();
    }
}
