//! Taking in results for the Label screen. Whatever comes is kept under the identity of its request.

use concord_domain::sample::SampleId;
use concord_language::tr;
use concord_project::label::Session;
use concord_store::Committed;
use concord_widgets::canvas::TileId;

use super::queue::QueueLoaded;
use crate::context::Update;
use crate::error_text::{AppError, explain};
use crate::jobs::images::LoadedImage;

/// Most memory that thumbnails on the graphics card take, counted in thumbnails.
pub(super) const MOST_THUMBNAILS: usize = 512;

/// Takes in an image.
pub fn take_image(update: &mut Update<'_>, sample: SampleId, result: Result<LoadedImage, AppError>) {
    let Some(project) = &mut update.context.project else { return };
    let shelf = &mut project.label.shelf;
    match result {
        Ok(image) => {
            let bytes = image.byte_len();
            shelf.failed_tiles.retain(|(other, _)| *other != sample);
            shelf.images.put(&sample, image, bytes);
        }
        Err(error) => {
            shelf.failed.insert(sample, explain(tr!("label-doing-image"), &error));
        }
    }
}

/// Takes note that a tile is in the cache, or why it is not.
pub fn take_tile(update: &mut Update<'_>, sample: &SampleId, tile: TileId, result: Result<(), AppError>) {
    let Some(project) = &mut update.context.project else { return };
    if let Err(error) = result {
        let failed = &mut project.label.shelf.failed_tiles;
        let is_first = !failed.iter().any(|(other, _)| other == sample);
        failed.insert((sample.clone(), tile));
        if is_first {
            update.context.messages.error(explain(tr!("label-doing-tile"), &error));
        }
    }
}

/// Takes in a thumbnail and hands it to the graphics card.
pub fn take_thumbnail(update: &mut Update<'_>, sample: SampleId, result: Result<egui::ColorImage, AppError>) {
    let Some(project) = &mut update.context.project else { return };
    match result {
        Ok(image) => {
            let texture = update.egui.load_texture(format!("thumbnail {sample}"), image, egui::TextureOptions::LINEAR);
            update.views.label.thumbnails.put(&sample, texture, 1);
        }
        Err(error) => {
            tracing::debug!("no thumbnail of {sample}: {error}");
            project.label.shelf.no_thumbnail.insert(sample);
        }
    }
}

/// Takes in a session.
pub fn take_session(update: &mut Update<'_>, sample: SampleId, result: Result<Box<Session>, AppError>) {
    let Some(project) = &mut update.context.project else { return };
    let is_current = project.label.sample() == Some(&sample);
    match result {
        Ok(session) => {
            project.label.shelf.sessions.put(&sample, *session, 1);
            if is_current {
                project.label.sample_changed(&project.versions);
            }
        }
        Err(error) => {
            project.label.shelf.failed.insert(sample, explain(tr!("label-doing-labels"), &error));
        }
    }
}

/// Takes in a queue.
pub fn take_queue(update: &mut Update<'_>, result: Result<QueueLoaded, AppError>) {
    if let (Ok(loaded), Some(project)) = (&result, update.context.project.as_ref().filter(|p| !p.label.is_reviewing()))
    {
        let stays = project.label.sample().is_none_or(|s| loaded.queue.items.iter().any(|r| r.sample == *s));
        if !stays {
            super::remarks::leave_sample(update);
        }
    }
    let Some(project) = &mut update.context.project else { return };
    match result {
        Ok(loaded) => {
            let before = project.label.sample().cloned();
            project.label.labelling_mut().load(loaded);
            if project.label.sample() != before.as_ref() {
                project.label.sample_changed(&project.versions);
            }
            update.views.label.queue_list.select(project.label.labelling().at());
            super::seek::arrive(update);
        }
        Err(error) => {
            let labelling = project.label.labelling_mut();
            labelling.is_loaded = true;
            labelling.sought = None;
            update.context.messages.error(explain(tr!("label-doing-queue"), &error));
        }
    }
}

/// Takes note that a comment or a working time is durable; the labels have no part in it.
pub fn take_noted(update: &mut Update<'_>, committed: Committed) {
    if let Err(error) = committed.outcome {
        update.context.messages.error(explain(tr!("label-doing-note"), &error.into()));
    }
}

/// Takes note that a row is durable. A refused one is shown, and the session is loaded again as it is saved.
pub fn take_saved(update: &mut Update<'_>, sample: &SampleId, committed: Committed) {
    let Err(error) = committed.outcome else { return };
    update.context.messages.error(explain(tr!("doing-save-step"), &error.into()));
    let Some(project) = &mut update.context.project else { return };
    project.label.shelf.sessions.remove(sample);
    project.label.labelling_mut().mark(sample, false);
    if project.label.sample() == Some(sample) {
        project.label.sample_changed(&project.versions);
    }
}
