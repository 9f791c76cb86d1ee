//! Feeding the screen: what is wanted next is data, and each frame starts as much of it as there are free hands.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use concord_domain::sample::SampleId;

use super::queue::wanted;
use super::shelf::Refining;
use crate::context::{OpenProject, Update};
use crate::error_text::AppError;
use crate::jobs::images::Refined;
use crate::jobs::{Lane, Request, images, work};

/// Starts the most urgent reads that are missing: the current sample first, then ahead, behind, thumbnails in sight.
pub fn feed(update: &mut Update<'_>) {
    let Some(project) = &mut update.context.project else { return };
    let Some(at) = project.label.queue.at() else { return };
    let places = affordable(project, wanted(at, project.label.queue.items().len()));
    // Used in reverse, so that the most urgent is the most recently used.
    for place in places.iter().rev() {
        let sample = project.label.queue.items()[*place].sample.clone();
        project.label.shelf.images.touch(&sample);
        project.label.shelf.sessions.touch(&sample);
    }
    let width = update.jobs.width(Lane::Decode);
    let mut reads = Vec::new();
    for place in places {
        let ranked = &project.label.queue.items()[place];
        missing(project, &ranked.sample, &ranked.path, &mut reads);
    }
    let rows = update.views.label.rows_in_sight.clone();
    for place in rows {
        let Some(ranked) = project.label.queue.items().get(place) else { break };
        let known = update.views.label.thumbnails.get(&ranked.sample).is_some();
        if !known && !project.label.shelf.no_thumbnail.contains(&ranked.sample) {
            reads.push((Request::Thumbnail(ranked.sample.clone()), ranked.path.clone()));
        }
    }
    for (request, path) in reads {
        if update.context.decoding >= width {
            break;
        }
        start(update, request, path);
    }
    feed_tiles(update, width);
    feed_refinement(update);
    super::prompting::feed(update);
}

/// Those of the wanted places, the most urgent first, whose images fit the budget together; the current one in any
/// case. Without that, neighbours of large images would push one another out for ever. What an image that is not there
/// will cost is guessed from the one before it.
fn affordable(project: &OpenProject, places: Vec<usize>) -> Vec<usize> {
    let images = &project.label.shelf.images;
    let (mut sum, mut guess) = (0, 0);
    let fits = |(n, place): (usize, usize)| {
        guess = images.cost_of(&project.label.queue.items()[place].sample).unwrap_or(guess);
        sum += guess;
        (n == 0 || sum <= images.budget()).then_some(place)
    };
    places.into_iter().enumerate().map_while(fits).collect()
}

/// Starts reading the tiles that the canvas misses, as far as there are free hands.
fn feed_tiles(update: &mut Update<'_>, width: usize) {
    let Some((sample, wanted)) = update.views.label.wanted_tiles.clone() else { return };
    for id in wanted {
        if update.context.decoding >= width {
            return;
        }
        let Some(project) = &update.context.project else { return };
        let shelf = &project.label.shelf;
        let Some(source) = shelf.images.get(&sample).and_then(|loaded| loaded.tiles.clone()) else { return };
        let request = Request::Tile(sample.clone(), id);
        if shelf.failed_tiles.contains(&(sample.clone(), id)) || update.context.outstanding.awaits(&request) {
            continue;
        }
        let (cache, of) = (shelf.tiles.clone(), sample.clone());
        let ticket = update.context.outstanding.issue(request);
        if update.jobs.run(Lane::Decode, ticket.clone(), move || images::tile(&source, &of, id, &cache)) {
            update.context.decoding += 1;
        } else {
            update.context.outstanding.settle(&ticket);
        }
    }
}

/// Makes the coarse levels of the image on the screen exact, a while at a time, as long as nothing else is read.
fn feed_refinement(update: &mut Update<'_>) {
    let is_spare_time = update.context.decoding == 0 && update.context.screen.has_canvas();
    let Some(project) = update.context.project.as_mut() else { return };
    let Some(sample) = project.label.sample().cloned() else { return };
    let shelf = &mut project.label.shelf;
    if shelf.refining.as_ref().is_some_and(|refining| !is_spare_time || refining.sample != sample) {
        shelf.refining = None;
    }
    let source = shelf.images.get(&sample).and_then(|loaded| loaded.tiles.clone()).filter(|tiles| !tiles.is_exact);
    let request = Request::Refine(sample.clone());
    let Some(source) = source.filter(|_| is_spare_time && !update.context.outstanding.awaits(&request)) else { return };
    let (interrupt, cache) = (Arc::new(AtomicBool::new(false)), shelf.tiles.clone());
    let refining = Refining { sample: sample.clone(), interrupt: Arc::clone(&interrupt) };
    let ticket = update.context.outstanding.issue(request);
    let work = move || images::refine(&source, &sample, &cache, &interrupt);
    if update.jobs.run(Lane::Spare, ticket.clone(), work) {
        shelf.refining = Some(refining);
    } else {
        update.context.outstanding.settle(&ticket);
    }
}

/// Takes in better coarse levels. An image of which they cannot be had stays as it is.
pub fn take_refined(update: &mut Update<'_>, sample: &SampleId, result: Result<Refined, AppError>) {
    let Some(project) = &mut update.context.project else { return };
    let shelf = &mut project.label.shelf;
    shelf.refining.take_if(|refining| refining.sample == *sample);
    let Some(loaded) = shelf.images.get_mut(sample) else { return };
    match (result, &mut loaded.tiles) {
        (Ok(refined), _) => loaded.improve(refined),
        (Err(error), Some(tiles)) => {
            tracing::warn!("the overview of {sample} stays sampled: {error}");
            tiles.is_exact = true;
        }
        (Err(_), None) => {}
    }
}

fn missing(project: &OpenProject, sample: &SampleId, path: &str, reads: &mut Vec<(Request, String)>) {
    let shelf = &project.label.shelf;
    if shelf.failed.contains_key(sample) {
        return;
    }
    if shelf.sessions.get(sample).is_none() {
        reads.push((Request::Session(sample.clone()), path.to_owned()));
    }
    if shelf.images.get(sample).is_none() {
        reads.push((Request::Image(sample.clone()), path.to_owned()));
    }
}

fn start(update: &mut Update<'_>, request: Request, path: String) {
    let Some(project) = &update.context.project else { return };
    if update.context.outstanding.awaits(&request) {
        return;
    }
    let (desk, versions) = (project.desk.clone(), project.versions.clone());
    let ticket = update.context.outstanding.issue(request.clone());
    let tiles = project.label.shelf.tiles.clone();
    let read = move || match request {
        Request::Image(sample) => images::image(&desk.project, &sample, &path, &tiles),
        Request::Thumbnail(sample) => work::thumbnail_of(&desk.project, &sample, &path),
        Request::Session(sample) => work::session(&desk, &versions, &sample),
        other => unreachable!("{other:?} is no read of the decode pool"),
    };
    if update.jobs.run(Lane::Decode, ticket.clone(), read) {
        update.context.decoding += 1;
    } else {
        update.context.outstanding.settle(&ticket);
    }
}
