//! Stress: how a model holds up when its images get worse.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use concord_domain::sample::{Sample, SampleId};
use concord_domain::suggestion::Prediction;
use concord_imaging::perturb::{Perturbation, try_apply};
use concord_imaging::{Limits, decode_file};
use concord_metrics::{Metric, ranking, robustness};
use concord_report::{PicturePair, StressReport, StressType, write_stress};
use concord_store::ImportProblem;
use rayon::prelude::*;

use crate::model::{NamedModel, open};
use crate::run::{detect_options, predictions, template};
use crate::validate::{Ground, named};
use crate::{Progress, Project, ProjectError, evaluation, pictures};

/// What is tried.
#[derive(Debug, Clone)]
pub struct StressOptions {
    /// Perturbations by name; all when empty.
    pub types: Vec<String>,
    /// Severities, 1 to 5.
    pub severities: Vec<u8>,
    /// Seed of the perturbations.
    pub seed: u64,
    /// Most samples that are used, drawn by the seed; `None` for all.
    pub limit: Option<usize>,
}

impl Default for StressOptions {
    fn default() -> Self {
        Self { types: vec![], severities: vec![1, 3, 5], seed: 7, limit: None }
    }
}

/// A stress test with the files it was written to.
#[derive(Debug)]
pub struct Stress {
    /// Everything the report says.
    pub report: StressReport,
    /// The files: HTML, JSON, JUnit XML.
    pub files: Vec<PathBuf>,
    /// Images that could not be used, with the reason.
    pub problems: Vec<ImportProblem>,
}

/// Predictions of one sample: on the clean image, then on every cell.
type Cells = Vec<Vec<Prediction>>;

/// Runs a model on clean and perturbed images, compares each with the reference, and writes the report into `out`.
///
/// The same project, model and options give the same report; only [`StressOptions::limit`] makes it see fewer samples,
/// and then the report says so.
pub fn stress(
    project: &Project,
    model: &str,
    out: &Path,
    options: &StressOptions,
    progress: &Progress,
) -> Result<Stress, ProjectError> {
    let types = perturbations(options)?;
    let named_model = open(project, model)?;
    let mut ground = Ground::of(project)?;
    limit(&mut ground, options);
    let plan: Vec<(Perturbation, u8)> =
        types.iter().flat_map(|t| options.severities.iter().map(|s| (*t, *s))).collect();
    progress.start("perturbing and predicting", (ground.samples.len() * (plan.len() + 1)) as u64);
    let (cells, problems) = predict_all(project, &named_model, &ground.samples, &plan, options.seed, progress)?;
    ground.samples.retain(|s| cells.contains_key(&s.id));
    let ap = |cell: usize| -> Result<Metric, ProjectError> {
        let predictions = cells.iter().map(|(id, c)| (id.clone(), c[cell].clone())).collect();
        let evaluated =
            evaluation::evaluate(ground.samples.clone(), ground.classes.clone(), &ground.reference, &predictions)?;
        Ok(named(&evaluated.coco.stats(), "AP"))
    };
    let clean = ap(0)?;
    let severities = options.severities.len();
    let matrix: Vec<Vec<Metric>> = (0..types.len())
        .map(|t| (0..severities).map(|s| ap(1 + t * severities + s)).collect())
        .collect::<Result<_, _>>()?;
    let mut rows = Vec::new();
    for (t, perturbation) in types.iter().enumerate() {
        let worst = 1 + t * severities + severities - 1;
        let severity = options.severities[severities - 1];
        rows.push(StressType {
            name: perturbation.name().replace('_', " "),
            cells: matrix[t].clone(),
            pictures: example(project, &ground, &cells, worst, *perturbation, severity, options.seed)?,
        });
    }
    let run = template(project, &named_model);
    let mut head = ground.head(project, &format!("Stress test of {}", named_model.name), &run)?;
    head.predictions = cells.values().map(|c| c[0].len() as u64).sum();
    head.settings.replicates = 0;
    head.settings.seed = options.seed;
    let report = StressReport {
        head,
        metric: "AP".to_owned(),
        severities: options.severities.clone(),
        types: rows,
        robustness: robustness::summarise(clean, &matrix),
        gates: vec![],
    };
    let files = write_stress(out, &report)?;
    Ok(Stress { report, files, problems })
}

fn perturbations(options: &StressOptions) -> Result<Vec<Perturbation>, ProjectError> {
    if options.severities.is_empty() || options.severities.iter().any(|s| !(1..=5).contains(s)) {
        return Err(ProjectError::usage("severities are numbers from 1 to 5"));
    }
    if !options.severities.is_sorted_by(|a, b| a < b) {
        return Err(ProjectError::usage("name each severity once, in rising order"));
    }
    if options.types.is_empty() {
        return Ok(Perturbation::ALL.to_vec());
    }
    let find = |name: &String| {
        Perturbation::from_name(name).ok_or_else(|| {
            let known: Vec<&str> = Perturbation::ALL.iter().map(|p| p.name()).collect();
            ProjectError::usage(format!("there is no perturbation {name}; there are {}", known.join(", ")))
        })
    };
    options.types.iter().map(find).collect()
}

/// Keeps as many samples as asked for, drawn by the seed, and says so in the note.
fn limit(ground: &mut Ground, options: &StressOptions) {
    let Some(limit) = options.limit.filter(|l| *l < ground.samples.len()) else { return };
    let ids: Vec<&str> = ground.samples.iter().map(|s| s.id.0.as_str()).collect();
    let all = ids.len();
    let kept = ranking::order(&vec![0.0; all], &ids, options.seed);
    let kept: std::collections::BTreeSet<usize> = kept.into_iter().take(limit).collect();
    let mut at = 0;
    ground.samples.retain(|_| {
        at += 1;
        kept.contains(&(at - 1))
    });
    let drawn = format!("{limit} of {all} images, drawn with seed {}.", options.seed);
    ground.note = Some(ground.note.take().map_or(drawn.clone(), |note| format!("{drawn} {note}")));
}

/// Every sample is decoded once, then perturbed and predicted cell by cell; samples run side by side.
fn predict_all(
    project: &Project,
    named: &NamedModel,
    samples: &[Sample],
    plan: &[(Perturbation, u8)],
    seed: u64,
    progress: &Progress,
) -> Result<(BTreeMap<SampleId, Cells>, Vec<ImportProblem>), ProjectError> {
    let options = detect_options(project);
    let one = |sample: &Sample| -> Result<Result<Cells, ImportProblem>, ProjectError> {
        let refused = |error: concord_imaging::ImagingError| ImportProblem {
            place: sample.path.clone(),
            cause: error.to_string(),
        };
        let image = match decode_file(&project.image_path(sample), &Limits::default()) {
            Ok(image) => image,
            Err(error) => return Ok(Err(refused(error))),
        };
        let mut cells = vec![predictions(named, named.model.detect(&image, &options)?)];
        progress.step(1)?;
        for (perturbation, severity) in plan {
            match try_apply(&image, *perturbation, *severity, seed, &sample.id.0) {
                Ok(worse) => cells.push(predictions(named, named.model.detect(&worse, &options)?)),
                Err(error) => return Ok(Err(refused(error))),
            }
            progress.step(1)?;
        }
        Ok(Ok(cells))
    };
    let outcomes: Vec<_> =
        samples.par_iter().map(|s| one(s).map(|o| (s.id.clone(), o))).collect::<Result<_, ProjectError>>()?;
    let (mut cells, mut problems) = (BTreeMap::new(), Vec::new());
    for (id, outcome) in outcomes {
        match outcome {
            Ok(c) => {
                cells.insert(id, c);
            }
            Err(problem) => problems.push(problem),
        }
    }
    Ok((cells, problems))
}

/// The sample that loses most hits in a cell, clean and perturbed.
fn example(
    project: &Project,
    ground: &Ground,
    cells: &BTreeMap<SampleId, Cells>,
    cell: usize,
    perturbation: Perturbation,
    severity: u8,
    seed: u64,
) -> Result<Option<PicturePair>, ProjectError> {
    let score = project.config.validation.score;
    let judged = |sample: &Sample, cell: usize| {
        pictures::verdicts(&ground.reference[&sample.id], &cells[&sample.id][cell], score)
    };
    let loss = |s: &&Sample| judged(s, 0).hits as i64 - judged(s, cell).hits as i64;
    let Some(sample) = ground.samples.iter().max_by_key(|s| (loss(s), std::cmp::Reverse(s.id.clone()))) else {
        return Ok(None);
    };
    let image = decode_file(&project.image_path(sample), &Limits::default())?;
    let worse = try_apply(&image, perturbation, severity, seed, &sample.id.0)?;
    let picture = |image: &concord_imaging::Rgb8, title: String, cell: usize| {
        let verdicts = judged(sample, cell);
        let caption =
            format!("{} found, {} missed, {} false", verdicts.hits, verdicts.misses, verdicts.false_positives);
        pictures::picture(image, &title, caption, verdicts.boxes)
    };
    let title = format!("severity {severity}: {}", perturbation.strength(severity));
    Ok(Some(PicturePair {
        clean: picture(&image, format!("{}, clean", sample.file_name()), 0),
        perturbed: picture(&worse, title, cell),
    }))
}
