//! Doing what was asked for: one arm a request.

use super::invoke::invoke;
use super::{guard, keys, look, opening};
use crate::context::{Ask, Update};
use crate::screens::{activity, label, models, policy, review};

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
        Ask::ShowSample(sample) => label::show_sample(update, &sample),
        Ask::Select(id) => label::select(update, id),
        Ask::Reveal(id) => reveal(update, id),
        Ask::ToggleSelected(id) => label::toggle_selected(update, id),
        Ask::ToggleHidden(id) => label::toggle_hidden(update, id),
        Ask::ShowAll => look::show_all(update),
        Ask::ToggleLocked(id) => label::toggle_locked(update, id),
        Ask::LookAt(at) => update.views.label.canvas.center_on(at),
        Ask::Pointer(event, modifiers, scale) => label::pointer(update, event, modifiers, scale),
        Ask::ResizeBrush(steps) => label::resize_brush(update, steps),
        Ask::SetBrush(radius_px) => label::set_brush(update, radius_px),
        Ask::FitSelection(to) => label::fit(update, &to),
        Ask::Convert(kind) => label::convert(update, kind),
        Ask::OpenComment(at) => label::open_comment(update, at),
        Ask::AddComment(at, text) => label::add_comment(update, at, &text),
        Ask::SettleComment(id, settled) => label::settle_comment(update, &id, settled),
        Ask::RevertTo(step) => label::revert_to(update, step),
        Ask::Propagate(count) => label::propagate_selection(update, count),
        Ask::Edit(edit) => label::edit(update, &edit),
        Ask::Apply(change) => label::apply_change(update, *change),
        Ask::SetClass(class) => label::set_class(update, class),
        Ask::SetSubclass(class, subclass) => label::set_subclass(update, class, subclass),
        Ask::Accept(id) => label::accept(update, Some(id)),
        Ask::Reject(id, reason) => label::reject(update, Some(id), reason),
        Ask::ShowLayer(run, on) => label::show_layer(update, run, on),
        Ask::SetHideMatched(on) => {
            update.context.settings.hide_matched = on;
            look::redraw_labels(update);
        }
        Ask::Focus(id) => label::focus(update, Some(id)),
        Ask::Skip(reason) => label::skip(update, &reason),
        Ask::SetThreshold(threshold) => {
            update.context.settings.threshold = threshold;
            look::redraw_labels(update);
        }
        Ask::SetOpacity(opacity) => update.context.settings.saliency_opacity = opacity,
        Ask::SetColorMap(map) => update.context.settings.set_color_map(map),
        Ask::Saliency(ask) => label::perform_saliency(update, ask),
        Ask::SetPrompter(name) => label::set_prompter(update, name),
        Ask::SetPromptReplaces(replaces) => label::set_prompt_replaces(update, replaces),
        Ask::SetImageMemory(mib) => update.context.settings.set_image_memory_mib(mib),
        Ask::SetIdle(seconds) => update.context.settings.set_idle_s(seconds),
        Ask::SetLabelPanels(layout) => update.context.settings.set_label_panels(layout),
        Ask::SetReviewPanels(layout) => update.context.settings.set_review_panels(layout),
        Ask::SetLanguage(language) => update.context.settings.set_language(language),
        Ask::SetTheme(kind) => update.context.settings.set_theme(kind),
        Ask::SetScale(scale) => update.context.settings.set_scale(scale),
        Ask::SetReducedMotion(on) => update.context.settings.set_reduced_motion(on),
        Ask::SetCrosshair(on) => update.context.settings.crosshair = on,
        Ask::Models(ask) => models::perform(update, ask),
        Ask::Activity(ask) => activity::perform(update, ask),
        Ask::Policy(ask) => policy::perform(update, ask),
        Ask::Review(ask) => review::perform(update, ask),
        Ask::Keys(ask) => keys::perform(update.context, ask),
        Ask::Dismiss(id) => update.context.messages.dismiss(id),
        Ask::Cancel(ticket) => {
            if let Some(job) = update.context.running.iter().find(|r| r.ticket == ticket) {
                job.progress.cancel();
            }
        }
        Ask::Retry => retry(update),
    }
}

fn reveal(update: &mut Update<'_>, id: concord_domain::object::ObjectId) {
    let found = update.context.project.as_ref().and_then(|p| p.label.session()).and_then(|s| s.labels.object(&id));
    if let Some(object) = found {
        update.views.label.canvas.center_on(object.bounds().center());
        label::select(update, Some(id));
    }
}

fn retry(update: &mut Update<'_>) {
    if let Some(project) = &mut update.context.project {
        project.label.shelf.failed.clear();
        project.label.shelf.failed_tiles.clear();
        project.label.shelf.no_thumbnail.clear();
        project.label.explain.retry();
        project.label.prompting.retry();
        project.review.retry();
    }
}
