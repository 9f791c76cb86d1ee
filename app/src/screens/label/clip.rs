//! Copies: the clipboard, the objects of the last sample again, and copies through a sequence.

use concord_domain::edit::Edit;
use concord_domain::object::Object;
use concord_language::tr;
use concord_project::label::{Copies, interpolate_copies, propagate};

use super::gestures::edit_and_select;
use crate::context::Update;
use crate::error_text::explain;
use crate::jobs::{JobEvent, Lane, Request};

/// How far a pasted object lies from the one it was copied from, in image pixels.
const PASTE_OFFSET_PX: f64 = 12.0;

/// Keeps the selection for pasting. The clipboard gets its classes, so that the window sees something to paste.
pub fn copy(update: &mut Update<'_>) {
    let Some(project) = &mut update.context.project else { return };
    let objects: Vec<Object> = project.label.selected_objects().into_iter().cloned().collect();
    if !objects.is_empty() {
        let words: Vec<&str> = objects.iter().map(|o| o.class.as_str()).collect();
        update.egui.copy_text(words.join("\n"));
        project.label.clipboard = objects;
    }
}

/// Pastes what was copied; with `duplicate`, copies the selection first.
pub fn paste_or_duplicate(update: &mut Update<'_>, duplicate: bool) {
    if duplicate {
        copy(update);
    }
    let Some(project) = &update.context.project else { return };
    let copied = project.label.clipboard.clone();
    if !copied.is_empty() {
        edit_and_select(update, &Edit::Paste(copied, PASTE_OFFSET_PX));
    }
}

/// Puts the objects of the sample that was left last into the same places here.
pub fn repeat_last(update: &mut Update<'_>) {
    let Some(project) = &update.context.project else { return };
    let objects = project.label.last_objects.clone();
    if !objects.is_empty() {
        edit_and_select(update, &Edit::Paste(objects, 0.0));
    }
}

/// Copies the selection to the samples that follow in the sequence.
pub fn propagate_selection(update: &mut Update<'_>, count: usize) {
    let Some(project) = &update.context.project else { return };
    let objects: Vec<Object> = project.label.selected_objects().into_iter().cloned().collect();
    let Some(sample) = project.label.sample().cloned() else { return };
    let (desk, versions) = (project.desk.clone(), project.versions.clone());
    run(update, move || Ok(propagate(&desk, &versions, &sample, &objects, count)?));
}

/// Moves the copies of the main selected object so that they lie between it and the last one that was moved.
pub fn interpolate(update: &mut Update<'_>) {
    let Some(project) = &update.context.project else { return };
    let (Some(sample), Some(id)) = (project.label.sample().cloned(), project.label.selection.main().cloned()) else {
        return;
    };
    let (desk, versions) = (project.desk.clone(), project.versions.clone());
    run(update, move || Ok(interpolate_copies(&desk, &versions, &sample, &id)?));
}

fn run(update: &mut Update<'_>, work: impl FnOnce() -> Result<Copies, crate::error_text::AppError> + Send + 'static) {
    let ticket = update.context.outstanding.issue(Request::Copies);
    if !update.jobs.run(Lane::Batch, ticket.clone(), move || JobEvent::Copied(work())) {
        update.context.outstanding.settle(&ticket);
        update.context.messages.error(explain(tr!("label-doing-copies"), &crate::error_text::AppError::Busy));
    }
}

/// Takes note of copies that were made: their samples are loaded again.
pub fn take_copies(update: &mut Update<'_>, result: Result<Copies, crate::error_text::AppError>) {
    let Some(project) = &mut update.context.project else { return };
    match result {
        Ok(copies) => {
            for sample in &copies.samples {
                project.label.shelf.sessions.remove(sample);
                project.label.labelling_mut().mark(sample, false);
            }
            let (objects, samples) = (copies.objects, copies.samples.len());
            let words = match copies.left_alone {
                0 => tr!("label-say-copied", objects = objects, samples = samples),
                left => tr!("label-say-copied-left", objects = objects, samples = samples, left = left),
            };
            update.context.messages.info(words);
        }
        Err(error) => update.context.messages.error(explain(tr!("label-doing-copies"), &error)),
    }
}
