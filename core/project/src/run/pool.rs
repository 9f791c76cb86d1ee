//! The workers of a batch run: images are decoded, brought into the model's input, run and read on every core.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use concord_domain::opinions::Opinions;
use concord_domain::sample::Sample;
use concord_geometry::Size;
use concord_imaging::{Limits, Rgb8, decode_file};
use concord_inference::{DetectOptions, EngineOptions, InferenceError, Model, Prepared, Provider, Reading};
use crossbeam_channel::{Receiver, Sender, bounded};

use super::asking::ask;
use crate::{Progress, Project, ProjectError};

/// Most bytes of weights that sessions side by side may hold together.
const MAX_WEIGHTS: u64 = 2 << 30;

/// Images an accelerator takes at once; a processor is no faster with more than one.
const ACCELERATOR_BATCH: usize = 8;

/// Results that may wait for the writer, so that memory stays flat.
const QUEUE: usize = 64;

/// What was said of one sample.
pub(crate) struct Said {
    /// A reading an opinion.
    pub(crate) readings: Vec<Reading>,
    /// Width and height of the image.
    pub(crate) size: Size,
}

/// What became of one sample; an image that cannot be read has a cause.
pub(crate) type Outcome = Result<Said, String>;

/// Models opened as often as it pays: on a processor a session a core with one thread each, which spares the cores from
/// waiting for one another; on an accelerator one session that takes batches.
pub(crate) struct Pool<'a> {
    models: Vec<&'a Model>,
    opinions: &'a Opinions,
    /// Every worker's own models; none where the workers share those above.
    sessions: Vec<Vec<Model>>,
    batch: usize,
}

impl<'a> Pool<'a> {
    /// Opens the sessions of models that are asked for these opinions.
    pub(crate) fn new(
        models: Vec<&'a Model>,
        opinions: &'a Opinions,
        options: &EngineOptions,
    ) -> Result<Self, ProjectError> {
        if models.iter().any(|model| model.provider() != Provider::Cpu) {
            let is_batched = opinions.is_one() && models.iter().all(|model| model.contract().input.any_batch);
            let batch = if is_batched { ACCELERATOR_BATCH } else { 1 };
            return Ok(Self { models, opinions, sessions: Vec::new(), batch });
        }
        let cores = rayon::current_num_threads().max(1);
        let bytes: u64 = models.iter().map(|model| model.byte_count()).sum();
        let affordable = (MAX_WEIGHTS / bytes.max(1)).max(1);
        let count = cores.min(usize::try_from(affordable).unwrap_or(cores));
        let options = EngineOptions { threads: (cores / count).max(1), ..options.clone() };
        let open = |_| models.iter().map(|model| model.another(&options)).collect::<Result<_, _>>();
        let sessions = (0..count).map(open).collect::<Result<_, _>>()?;
        Ok(Self { models, opinions, sessions, batch: 1 })
    }

    /// Images in one forward pass.
    pub(crate) fn batch(&self) -> usize {
        self.batch
    }

    /// Sessions side by side.
    pub(crate) fn sessions(&self) -> usize {
        self.sessions.len().max(1)
    }

    /// Runs the samples and hands each outcome to `sink`, in no order, on the calling thread. A model that fails ends it,
    /// as does a stop; an image that cannot be read does not.
    pub(crate) fn run(
        &self,
        project: &Project,
        samples: &[&Sample],
        detect: &DetectOptions,
        progress: &Progress,
        mut sink: impl FnMut(usize, Outcome) -> Result<(), ProjectError>,
    ) -> Result<(), ProjectError> {
        let next = AtomicUsize::new(0);
        let stop = AtomicBool::new(false);
        let (sender, results) = bounded::<(usize, Result<Outcome, InferenceError>)>(QUEUE);
        std::thread::scope(|scope| {
            let work = Work { project, samples, detect, progress, opinions: self.opinions, next: &next, stop: &stop };
            if self.sessions.is_empty() && self.opinions.is_one() {
                self.spawn_accelerated(scope, work, sender);
            } else {
                for session in self.workers() {
                    let sender = sender.clone();
                    scope.spawn(move || work.alone(&session, &sender));
                }
                drop(sender);
            }
            let outcome = collect(&results, progress, &mut sink);
            stop.store(true, Ordering::Relaxed);
            drop(results);
            outcome
        })
    }

    /// The models of each worker that does everything itself: its own, or, two of them, the shared ones, so that one
    /// decodes while the other's images are on the accelerator.
    fn workers(&self) -> Vec<Vec<&Model>> {
        if self.sessions.is_empty() {
            return vec![self.models.clone(); 2];
        }
        self.sessions.iter().map(|session| session.iter().collect()).collect()
    }

    /// The model of a run that asks one.
    fn first(&self) -> &'a Model {
        self.models[0]
    }

    /// Every core decodes; one thread feeds the accelerator with batches of what is ready.
    fn spawn_accelerated<'scope, 'env: 'scope>(
        &'env self,
        scope: &'scope std::thread::Scope<'scope, 'env>,
        work: Work<'env>,
        sender: Sender<(usize, Result<Outcome, InferenceError>)>,
    ) {
        let first = self.first();
        let (ready, waiting) = bounded::<(usize, Size, Prepared)>(2 * self.batch);
        for _ in 0..rayon::current_num_threads().max(1) {
            let (ready, sender) = (ready.clone(), sender.clone());
            scope.spawn(move || {
                while let Some(index) = work.take() {
                    let sent = match work.decode(index) {
                        Ok(image) => ready.send((index, image.size, first.prepare(&[&image]))).is_ok(),
                        Err(cause) => sender.send((index, Ok(Err(cause)))).is_ok(),
                    };
                    if !sent {
                        break;
                    }
                }
            });
        }
        scope.spawn(move || self.feed(&waiting, work.detect, &sender));
    }

    fn feed(
        &self,
        waiting: &Receiver<(usize, Size, Prepared)>,
        detect: &DetectOptions,
        sender: &Sender<(usize, Result<Outcome, InferenceError>)>,
    ) {
        while let Ok(first) = waiting.recv() {
            let mut items = vec![first];
            items.extend(waiting.try_iter().take(self.batch - 1));
            let (places, parts): (Vec<(usize, Size)>, Vec<Prepared>) =
                items.into_iter().map(|(index, size, part)| ((index, size), part)).unzip();
            let Some(batch) = Prepared::joined(parts) else { return };
            let model = self.first();
            let read = model.forward(&batch).and_then(|tensors| model.decode(&batch, &tensors, detect));
            let sent = match read {
                Ok(readings) => places.into_iter().zip(readings).all(|((index, size), reading)| {
                    sender.send((index, Ok(Ok(Said { readings: vec![reading], size })))).is_ok()
                }),
                Err(error) => sender.send((places[0].0, Err(error))).is_ok(),
            };
            if !sent {
                return;
            }
        }
    }
}

/// What the workers share.
#[derive(Clone, Copy)]
struct Work<'a> {
    project: &'a Project,
    samples: &'a [&'a Sample],
    detect: &'a DetectOptions,
    progress: &'a Progress,
    opinions: &'a Opinions,
    next: &'a AtomicUsize,
    stop: &'a AtomicBool,
}

impl Work<'_> {
    /// The next sample, unless there is none or the work is to stop; gives way to what a person waits for.
    fn take(&self) -> Option<usize> {
        self.progress.give_way();
        let index = self.next.fetch_add(1, Ordering::Relaxed);
        (index < self.samples.len() && !self.stop.load(Ordering::Relaxed) && !self.progress.is_cancelled())
            .then_some(index)
    }

    fn decode(&self, index: usize) -> Result<Rgb8, String> {
        decode_file(&self.project.image_path(self.samples[index]), &Limits::default()).map_err(|e| e.to_string())
    }

    /// A worker that does everything itself.
    fn alone(&self, models: &[&Model], sender: &Sender<(usize, Result<Outcome, InferenceError>)>) {
        while let Some(index) = self.take() {
            let outcome = match self.decode(index) {
                Ok(image) => ask(models, self.opinions, &image, self.detect)
                    .map(|readings| Ok(Said { readings, size: image.size })),
                Err(cause) => Ok(Err(cause)),
            };
            let failed = outcome.is_err();
            if sender.send((index, outcome)).is_err() || failed {
                return;
            }
        }
    }
}

fn collect(
    results: &Receiver<(usize, Result<Outcome, InferenceError>)>,
    progress: &Progress,
    sink: &mut impl FnMut(usize, Outcome) -> Result<(), ProjectError>,
) -> Result<(), ProjectError> {
    for (index, outcome) in results {
        sink(index, outcome?)?;
        progress.step(1)?;
    }
    // Workers that saw the stop first leave nothing behind to count.
    progress.step(0)
}

/// Images a second through the forward pass of a single model alone, with every session at work for about `span`.
pub(crate) fn bare_rate(pool: &Pool<'_>, span: Duration) -> Result<f64, ProjectError> {
    let first = pool.first();
    let image = Rgb8::filled(first.contract().input.size, [114; 3]);
    let images: Vec<&Rgb8> = std::iter::repeat_n(&image, pool.batch).collect();
    let batch = first.prepare(&images);
    let done = AtomicUsize::new(0);
    let started = Instant::now();
    let pass = |model: &Model| -> Result<(), InferenceError> {
        model.forward(&batch)?;
        while started.elapsed() < span {
            model.forward(&batch)?;
            done.fetch_add(batch.len(), Ordering::Relaxed);
        }
        Ok(())
    };
    let pass = &pass;
    if pool.sessions.is_empty() {
        pass(first)?;
    } else {
        std::thread::scope(|scope| {
            let sessions = pool.sessions.iter().flatten();
            let runs: Vec<_> = sessions.map(|session| scope.spawn(move || pass(session))).collect();
            runs.into_iter().try_for_each(|run| run.join().unwrap_or(Ok(())))
        })?;
    }
    Ok(done.load(Ordering::Relaxed) as f64 / started.elapsed().as_secs_f64())
}
