//! Saliency on the Label screen: what is wished for, what is being worked out, and what is shown.

use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use concord_domain::sample::SampleId;
use concord_language::tr;
use concord_project::Progress;
use concord_project::saliency::{Choices, Focus, ImportedMaps, Subject, import_maps};
use concord_widgets::canvas::OverlayMap;

use super::model::LabelModel;
use crate::context::{Context, OpenProject, SaliencyAsk, Update};
use crate::error_text::{AppError, ErrorText, explain};
use crate::jobs::explain::{Explained, Growth, Kind, Wish, saliency};
use crate::jobs::{JobEvent, Lane, Request, Running, Ticket};

/// Finished maps that are at hand without a job.
const MOST_KEPT: usize = 12;

/// The saliency of the screen.
#[derive(Debug, Default)]
pub struct Explain {
    /// Whether one object is explained, and not the image.
    pub of_object: bool,
    /// The tensor that EigenCAM looks at; `None` for the model's own.
    pub tensor: Option<String>,
    /// How the model can be explained, once it was opened.
    pub choices: Option<Arc<Choices>>,
    /// Whether the project has maps of another tool.
    pub has_imported: bool,
    /// The map that was worked out last, and how far it is while it grows.
    shown: Option<(Wish, OverlayMap, Option<Growth>)>,
    kept: VecDeque<(Wish, OverlayMap)>,
    failed: Option<(Wish, ErrorText)>,
    going: Option<Going>,
}

/// A map that is being worked out; dropping it ends that.
#[derive(Debug)]
struct Going {
    wish: Wish,
    ticket: Ticket,
    stop: Arc<AtomicBool>,
}

impl Drop for Going {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
    }
}

impl Explain {
    /// The map that was worked out last.
    pub fn map(&self) -> Option<&OverlayMap> {
        self.shown.as_ref().map(|(_, map, _)| map)
    }

    /// How far the map is; `None` while nothing is known of it and once it is finished.
    pub fn growth(&self) -> Option<Growth> {
        self.shown.as_ref().and_then(|(_, _, growth)| *growth)
    }

    /// True while a map is being worked out.
    pub fn is_working(&self) -> bool {
        self.going.is_some()
    }

    /// Why there is no map.
    pub fn problem(&self) -> Option<&ErrorText> {
        self.failed.as_ref().map(|(_, problem)| problem)
    }

    /// Tries again what failed.
    pub fn retry(&mut self) {
        self.failed = None;
    }

    /// Forgets what was worked out, for another model may have the word now.
    pub fn forget_maps(&mut self) {
        let (of_object, has_imported) = (self.of_object, self.has_imported);
        *self = Self { of_object, has_imported, ..Self::default() };
    }

    /// Shows what is there for a wish, and nothing that was worked out for another.
    fn turn_to(&mut self, wish: Option<&Wish>) {
        if self.shown.as_ref().is_some_and(|(of, ..)| Some(of) != wish) {
            self.shown = None;
        }
        if self.failed.as_ref().is_some_and(|(of, _)| Some(of) != wish) {
            self.failed = None;
        }
        if let (None, Some(wish)) = (&self.shown, wish) {
            let kept = self.kept.iter().find(|(of, _)| of == wish);
            self.shown = kept.map(|(wish, map)| (wish.clone(), map.clone(), None));
        }
    }

    /// True when there is nothing left to do for a wish.
    fn has(&self, wish: &Wish) -> bool {
        let is_finished = self.shown.as_ref().is_some_and(|(of, _, growth)| of == wish && growth.is_none());
        is_finished || self.failed.as_ref().is_some_and(|(of, _)| of == wish)
    }

    fn keep(&mut self, wish: Wish, map: OverlayMap) {
        self.kept.retain(|(of, _)| *of != wish);
        self.kept.push_front((wish.clone(), map.clone()));
        self.kept.truncate(MOST_KEPT);
        self.shown = Some((wish, map, None));
    }
}

/// What is wished for now; `None` when nothing is, or the object that is meant is missing.
fn wish(context: &Context, project: &OpenProject) -> Option<Wish> {
    let model = &project.label;
    if !model.saliency_on || !context.screen.has_canvas() {
        return None;
    }
    let session = model.session()?;
    let subject = if model.explain.of_object { Subject::Object(focus(model)?) } else { Subject::Image };
    let kind = context.settings.saliency_method;
    Some(Wish {
        sample: session.sample.clone(),
        subject,
        kind,
        fine: context.settings.saliency_fine && kind.takes_steps(),
        tensor: model.explain.tensor.clone().filter(|_| kind == Kind::EigenCam),
    })
}

/// The object that is explained: the focused suggestion, or else the selected object.
pub(super) fn focus(model: &LabelModel) -> Option<Focus> {
    let suggestion = model.suggestion.as_ref().and_then(|id| model.session()?.suggestions.iter().find(|s| s.id == *id));
    if let Some(suggestion) = suggestion {
        let prediction = &suggestion.prediction;
        return Some(Focus {
            bbox: prediction.bbox,
            class: prediction.class.clone(),
            class_scores: prediction.class_scores.clone(),
        });
    }
    let object = model.selected()?;
    Some(Focus { bbox: object.bounds(), class: object.class.clone(), class_scores: Vec::new() })
}

/// Starts what is wished for and not there, and ends what is not wished for any more. One at a time.
pub fn feed_saliency(update: &mut Update<'_>) {
    let context = &mut *update.context;
    let Some(wish) = context.project.as_ref().map(|project| wish(context, project)) else { return };
    let Some(project) = &mut context.project else { return };
    let explain = &mut project.label.explain;
    if let Some(going) = explain.going.take_if(|going| Some(&going.wish) != wish.as_ref()) {
        context.outstanding.settle(&going.ticket);
    }
    explain.turn_to(wish.as_ref());
    let Some(wish) = wish.filter(|wish| !context.inferring && !explain.has(wish)) else { return };
    let (desk, slot, stop) = (project.desk.clone(), project.model.clone(), Arc::new(AtomicBool::new(false)));
    let ticket = context.outstanding.issue(Request::Saliency(wish.sample.id.clone()));
    let in_hand = context.courtesy.ask();
    let tell = update.jobs.teller(ticket.clone());
    let (asked, heard, number) = (wish.clone(), Arc::clone(&stop), ticket.generation);
    let job = move || {
        let event = saliency(&desk.project, &asked, &slot, number, &heard, &tell);
        drop(in_hand);
        event
    };
    if update.jobs.run(Lane::Explain, ticket.clone(), job) {
        context.inferring = true;
        explain.going = Some(Going { wish, ticket, stop });
    } else {
        context.outstanding.settle(&ticket);
    }
}

/// Takes in a look at a map that still grows.
pub fn take_saliency_look(update: &mut Update<'_>, map: OverlayMap, growth: Growth) {
    let Some(project) = &mut update.context.project else { return };
    let explain = &mut project.label.explain;
    if let Some(going) = &explain.going {
        explain.shown = Some((going.wish.clone(), map, Some(growth)));
    }
}

/// Takes in a finished map, or the reason why there is none.
pub fn take_saliency(update: &mut Update<'_>, sample: &SampleId, explained: Explained) {
    let Some(project) = &mut update.context.project else { return };
    let state = &mut project.label.explain;
    state.has_imported = explained.has_imported;
    state.choices = explained.choices.or(state.choices.take());
    let Some(going) = state.going.take_if(|going| going.wish.sample.id == *sample) else { return };
    match explained.outcome {
        Ok(map) => state.keep(going.wish.clone(), map),
        Err(error) => {
            state.shown = None;
            state.failed = Some((going.wish.clone(), explain(tr!("label-doing-saliency"), &error)));
        }
    }
}

/// Does what was set about the saliency.
pub fn perform_saliency(update: &mut Update<'_>, ask: SaliencyAsk) {
    let settings = &mut update.context.settings;
    match ask {
        SaliencyAsk::Method(kind) => settings.saliency_method = kind,
        SaliencyAsk::Fine(fine) => settings.saliency_fine = fine,
        SaliencyAsk::Threshold(threshold) => settings.saliency_threshold = threshold.clamp(0.0, 1.0),
        SaliencyAsk::OfObject(of_object) => {
            if let Some(project) = &mut update.context.project {
                project.label.explain.of_object = of_object;
            }
        }
        SaliencyAsk::Tensor(tensor) => {
            if let Some(project) = &mut update.context.project {
                project.label.explain.tensor = tensor;
            }
        }
    }
}

/// Brings in the maps of a folder.
pub fn bring_maps_in(update: &mut Update<'_>, folder: PathBuf) {
    let Some(project) = &update.context.project else { return };
    let (desk, progress) = (project.desk.clone(), Arc::new(Progress::default()));
    let watched = Arc::clone(&progress);
    let ticket = update.context.outstanding.issue(Request::Maps);
    let job = move || JobEvent::Maps(import_maps(&desk.project, &folder, &watched).map_err(AppError::from));
    if update.jobs.run(Lane::Batch, ticket.clone(), job) {
        let name = tr!("label-doing-maps").to_owned();
        update.context.running.push(Running { ticket, name, progress, started: Instant::now() });
    } else {
        update.context.outstanding.settle(&ticket);
        update.context.messages.error(explain(tr!("label-doing-maps"), &AppError::Busy));
    }
}

/// Takes in what bringing maps in came to.
pub fn take_maps(update: &mut Update<'_>, result: Result<ImportedMaps, AppError>) {
    let Some(project) = &mut update.context.project else { return };
    match result {
        Ok(report) => {
            // Another map may stand for a sample now.
            let state = &mut project.label.explain;
            state.kept.retain(|(wish, _)| wish.kind != Kind::Imported);
            state.shown.take_if(|(wish, ..)| wish.kind == Kind::Imported);
            state.failed = None;
            state.has_imported |= report.taken > 0;
            let told = tr!("label-saliency-taken", count = report.taken);
            let messages = &mut update.context.messages;
            messages.info(told);
            if let Some(first) = report.problems.first() {
                let (count, place) = (report.problems.len(), first.place.clone());
                messages.info(tr!("label-saliency-left-out", count = count, place = place, cause = &first.cause));
            }
        }
        Err(error) => update.context.messages.error(explain(tr!("label-doing-maps"), &error)),
    }
}
