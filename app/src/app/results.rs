//! Taking in results: stale ones are dropped here, before anything looks at them.

use concord_language::tr;

use super::opening;
use crate::context::Update;
use crate::error_text::{AppError, explain};
use crate::jobs::explain::Explained;
use crate::jobs::{Delivered, JobEvent, Request};
use crate::screens::{activity, agreement, label, models, policy, review};

/// Takes in one result, or drops it when nobody waits for it any more.
pub(super) fn take_in(update: &mut Update<'_>, delivered: Delivered) {
    let Delivered { ticket, event } = delivered;
    if let JobEvent::SaliencyLook(map, growth) = event {
        // On the way to a result: its request stays open.
        if update.context.outstanding.is_open(&ticket) {
            label::take_saliency_look(update, map, growth);
        }
        return;
    }
    update.context.running.retain(|r| r.ticket != ticket);
    match &ticket.request {
        Request::Image(_) | Request::Thumbnail(_) | Request::Session(_) | Request::Tile(..) => {
            update.context.decoding = update.context.decoding.saturating_sub(1);
        }
        Request::Saliency(_) | Request::Prompt(_) => update.context.inferring = false,
        _ => {}
    }
    if !update.context.outstanding.settle(&ticket) {
        return;
    }
    match (ticket.request, event) {
        (Request::Image(sample), JobEvent::Image(result)) => label::take_image(update, sample, result),
        (Request::Thumbnail(sample), JobEvent::Thumbnail(result)) => label::take_thumbnail(update, sample, result),
        (Request::Session(sample), JobEvent::Session(result)) => label::take_session(update, sample, result),
        (Request::Saliency(sample), JobEvent::Saliency(result)) => label::take_saliency(update, &sample, *result),
        (Request::Maps, JobEvent::Maps(result)) => label::take_maps(update, result),
        (Request::Prompt(sample), JobEvent::Prompted(result)) => label::take_prompted(update, sample, result),
        (Request::Queue, JobEvent::Queue(result)) => label::take_queue(update, result),
        (Request::Lease(sample), JobEvent::Leased(result)) => label::take_lease(update, sample, result),
        (Request::Copies, JobEvent::Copied(result)) => label::take_copies(update, result),
        (Request::Tile(sample, tile), JobEvent::Tile(result)) => label::take_tile(update, &sample, tile, result),
        (Request::Refine(sample), JobEvent::Refined(result)) => label::take_refined(update, &sample, result),
        (Request::Waiting, JobEvent::Waiting(result)) => review::take_waiting(update, result),
        (Request::Dispute(sample), JobEvent::Dispute(result)) => review::take_dispute(update, sample, result),
        (Request::Judge(sample, _), JobEvent::Saved(committed)) => review::take_decided(update, &sample, *committed),
        (Request::Ruling(sample), JobEvent::Ruled(on, ruling)) => {
            review::take_ruling(update, &sample, &on, ruling.map(|ruling| *ruling));
        }
        (Request::Example, JobEvent::Example(result)) => review::take_example(update, result),
        (Request::Agreement, JobEvent::Agreement(result)) => agreement::take(update, result),
        (Request::Activity, JobEvent::Activity(result)) => activity::take(update, result),
        (Request::History, JobEvent::History(result)) => activity::take_history(update, result),
        (Request::Policy(what), JobEvent::Policy(done)) => policy::take(update, what, *done),
        (Request::Model(what), JobEvent::Model(result)) => models::take(update, what, result),
        (Request::Open, JobEvent::Opened(result)) => opening::take_opened(update, result),
        (Request::Pick(what), JobEvent::Picked(path)) => opening::take_picked(update, what, path),
        (Request::Look, JobEvent::Looked(path, found)) => opening::take_looked(update, &path, found),
        (Request::Save(sample, _), JobEvent::Saved(committed)) => label::take_saved(update, &sample, *committed),
        (Request::Note(..), JobEvent::Saved(committed)) => label::take_noted(update, *committed),
        (request, JobEvent::Panicked(why)) => panicked(update, request, why),
        (request, event) => tracing::error!("{request:?} was answered by {event:?}"),
    }
}

/// A job panicked: what waited for it is told, and the app goes on.
fn panicked(update: &mut Update<'_>, request: Request, why: String) {
    let error = AppError::Panic(why);
    match request {
        Request::Image(sample) => label::take_image(update, sample, Err(error)),
        Request::Thumbnail(sample) => label::take_thumbnail(update, sample, Err(error)),
        Request::Session(sample) => label::take_session(update, sample, Err(error)),
        Request::Saliency(sample) => {
            let explained = Explained { choices: None, has_imported: false, outcome: Err(error) };
            label::take_saliency(update, &sample, explained);
        }
        Request::Maps => label::take_maps(update, Err(error)),
        Request::Prompt(sample) => label::take_prompted(update, sample, Err(error)),
        Request::Queue => label::take_queue(update, Err(error)),
        Request::Lease(sample) => label::take_lease(update, sample, Err(error)),
        Request::Copies => label::take_copies(update, Err(error)),
        Request::Tile(sample, tile) => label::take_tile(update, &sample, tile, Err(error)),
        Request::Refine(sample) => label::take_refined(update, &sample, Err(error)),
        Request::Waiting => review::take_waiting(update, Err(error)),
        Request::Dispute(sample) => review::take_dispute(update, sample, Err(error)),
        Request::Ruling(_) => update.context.messages.error(explain(tr!("review-doing-decide"), &error)),
        Request::Example => review::take_example(update, Err(error)),
        Request::Agreement => agreement::take(update, Err(error)),
        Request::Activity => activity::take(update, Err(error)),
        Request::History => activity::take_history(update, Err(error)),
        Request::Policy(what) => policy::take(update, what, error.into()),
        Request::Model(what) => models::take(update, what, Err(error)),
        Request::Open => opening::take_opened(update, Err(error)),
        Request::Look => update.context.messages.error(explain(tr!("doing-look"), &error)),
        Request::Pick(_) => update.context.messages.error(explain(tr!("doing-dialog"), &error)),
        Request::Save(..) | Request::Note(..) | Request::Judge(..) => {
            update.context.messages.error(explain(tr!("doing-save-step"), &error));
        }
    }
}

#[cfg(test)]
mod tests {
    use concord_domain::sample::SampleId;
    use concord_geometry::Size;
    use concord_imaging::{Rgb8, encode_png};
    use concord_project::new::{NewProject, create};
    use concord_project::{Desk, Progress};
    use concord_widgets::canvas::CanvasImage;

    use super::*;
    use crate::context::{Context, Views};
    use crate::jobs::images::LoadedImage;
    use crate::jobs::work;
    use crate::jobs::{Jobs, Opened, Ticket};
    use crate::window::Options;

    /// A project of two images on a context whose jobs never run by themselves.
    struct Bench {
        context: Context,
        views: Views,
        jobs: Jobs,
        egui: egui::Context,
        _dir: tempfile::TempDir,
    }

    impl Bench {
        fn new() -> Self {
            let dir = tempfile::tempdir().expect("a temporary folder");
            for number in 0..2 {
                let image = Rgb8::filled(Size::new(8, 8), [number * 100; 3]);
                std::fs::write(dir.path().join(format!("{number}.png")), encode_png(&image)).expect("it is writable");
            }
            let mut new = NewProject { classes: vec!["bolt".to_owned()], ..NewProject::default() };
            new.sources.images.push(dir.path().to_owned());
            let place = dir.path().join("p");
            let (desk, _) = create(&place, &new, "ada", "test", || 0, &Progress::default()).expect("it can be made");
            let egui = egui::Context::default();
            let options = Options { settings_file: None, annotator: Some("ada".to_owned()), ..Options::default() };
            let context = super::super::fresh_context(options);
            let mut bench = Self { context, views: Views::default(), jobs: Jobs::start(&egui), egui, _dir: dir };
            bench.open(desk);
            bench
        }

        fn open(&mut self, desk: Desk) {
            let reader = desk.project.reader().expect("it can be read");
            let versions = desk.project.versions(&reader).expect("it is published").into();
            let queue = work::queue(&desk, true);
            let opened = Opened { desk: desk.into(), versions, report: None, imported: None };
            let ticket = self.context.outstanding.issue(Request::Open);
            self.take_in(ticket, JobEvent::Opened(Ok(Box::new(opened))));
            let ticket = self.context.outstanding.issue(Request::Queue);
            self.take_in(ticket, queue);
        }

        fn take_in(&mut self, ticket: Ticket, event: JobEvent) {
            let mut update =
                Update { context: &mut self.context, views: &mut self.views, jobs: &self.jobs, egui: &self.egui };
            take_in(&mut update, Delivered { ticket, event });
        }

        fn sample(&self, place: usize) -> SampleId {
            let project = self.context.project.as_ref().expect("a project is open");
            project.label.queue.items()[place].sample.clone()
        }

        fn shown(&self) -> Option<String> {
            let project = self.context.project.as_ref().expect("a project is open");
            project.label.image().map(|i| i.key().to_string())
        }
    }

    fn image(key: &str) -> JobEvent {
        let image = CanvasImage::from_rgb8(key, Size::new(1, 1), &[0; 3]).map_err(AppError::from);
        JobEvent::Image(image.map(|image| LoadedImage { image, tiles: None }))
    }

    #[test]
    fn a_stale_image_is_never_shown() {
        let mut bench = Bench::new();
        let (first, second) = (bench.sample(0), bench.sample(1));
        let stale = bench.context.outstanding.issue(Request::Image(first.clone()));
        let fresh = bench.context.outstanding.issue(Request::Image(first.clone()));
        let other = bench.context.outstanding.issue(Request::Image(second));
        bench.take_in(stale, image("stale"));
        assert_eq!(bench.shown(), None, "an answer to an older request is dropped");
        bench.take_in(other, image("other"));
        assert_eq!(bench.shown(), None, "the image of another sample is kept aside");
        bench.take_in(fresh, image("fresh"));
        assert_eq!(bench.shown().as_deref(), Some("fresh"));
        let late = bench.context.outstanding.issue(Request::Image(first));
        bench.context.outstanding.forget(|_| false);
        bench.take_in(late, image("of another project"));
        assert_eq!(bench.shown().as_deref(), Some("fresh"), "what was asked of a project that is closed is dropped");
    }

    #[test]
    fn a_panic_in_a_job_is_told_and_the_app_goes_on() {
        let mut bench = Bench::new();
        let ticket = bench.context.outstanding.issue(Request::Image(bench.sample(0)));
        bench.take_in(ticket, JobEvent::Panicked("out of cheese".to_owned()));
        let project = bench.context.project.as_ref().expect("a project is open");
        let failure = project.label.failure().expect("the screen says what failed");
        assert!(failure.why.contains("out of cheese"));
        let ticket = bench.context.outstanding.issue(Request::Agreement);
        bench.take_in(ticket, JobEvent::Agreement(Err(AppError::Busy)));
        assert!(bench.context.project.as_ref().is_some_and(|p| p.agreement.failure.is_some()));
    }
}
