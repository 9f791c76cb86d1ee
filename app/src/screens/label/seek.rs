//! Going to a sample that another screen names, even where the queue does not list it yet.

use concord_domain::sample::SampleId;
use concord_language::tr;

use super::lists::turn_to;
use super::walk::{go_to, reload_queue};
use crate::context::{Screen, Update};

/// Shows a sample on the Label screen. Where the queue lists only what is to do and the sample is not among it, all
/// samples are listed first.
pub fn show_sample(update: &mut Update<'_>, sample: &SampleId) {
    // The list of the Review screen may be in hand.
    turn_to(update, false);
    let Some(project) = &mut update.context.project else { return };
    update.context.screen = Screen::Label;
    if let Some(place) = project.label.queue.place_of(sample) {
        project.label.queue.sought = None;
        go_to(update, place);
    } else {
        project.label.queue.sought = Some(sample.clone());
        reload_queue(update, true);
    }
}

/// Goes to the sample that is sought, now that a queue has come. A queue of what is to do may have been on its way before
/// the one that lists all.
pub(super) fn arrive(update: &mut Update<'_>) {
    let in_hand = update.context.project.as_mut().filter(|project| !project.label.is_reviewing());
    let Some(project) = in_hand else { return };
    let queue = &mut project.label.queue;
    let Some(sample) = queue.sought.take() else { return };
    match queue.place_of(&sample) {
        Some(place) => go_to(update, place),
        None if !queue.all => queue.sought = Some(sample),
        None => update.context.messages.info(tr!("label-say-not-listed")),
    }
}
