//! Validation: is a model good enough, on every slice? Metrics per slice and class, gates, and a report.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use concord_domain::gate::{Evidence, Gate, GateFile, GateMetric, Verdict};
use concord_domain::object::Object;
use concord_domain::sample::{Sample, SampleId};
use concord_domain::slice::Slice;
use concord_domain::suggestion::{Prediction, Run};
use concord_metrics::bootstrap::Options as Bootstrap;
use concord_metrics::coco::{CocoStats, evaluate_json};
use concord_metrics::detection::OperatingPoint;
use concord_metrics::{Metric, Reason};
use concord_report::{
    ClassRow, GateResult, Head, HeatMap, LogMark, ModelFacts, Overall, Settings, SliceRow, ValidationReport,
    VersionMark, write_validation,
};

use crate::evaluation::{self, Evaluated, OPERATING_IOU, Reference};
use crate::{Progress, Project, ProjectError, pictures};

/// Bootstrap replicates for the average precision of slices; the operating point uses as many as the gates ask for.
const MAX_AP_REPLICATES: u32 = 1_000;

/// Worst images shown in the report.
const PICTURES: usize = 6;

/// A validation with the files it was written to.
#[derive(Debug)]
pub struct Validation {
    /// Everything the report says.
    pub report: ValidationReport,
    /// The files: HTML, JSON, JUnit XML.
    pub files: Vec<PathBuf>,
}

impl Validation {
    /// The exit code of the command line: 3 when a blocking gate failed, 4 when one only lacks evidence, else 0.
    pub fn exit_code(&self) -> u8 {
        gates_exit_code(&self.report.gates)
    }
}

/// The exit code that gates ask for.
pub(crate) fn gates_exit_code(gates: &[GateResult]) -> u8 {
    let any = |verdict| gates.iter().any(|g| g.judgement.verdict == verdict);
    if any(Verdict::Fail) {
        3
    } else if any(Verdict::Insufficient) {
        4
    } else {
        0
    }
}

/// What a validation or a stress test is made on: samples that may validate, their reference and the classes.
pub(crate) struct Ground {
    pub(crate) samples: Vec<Sample>,
    pub(crate) classes: Vec<String>,
    pub(crate) reference: BTreeMap<SampleId, Vec<Object>>,
    pub(crate) gates: GateFile,
    pub(crate) note: Option<String>,
}

impl Ground {
    /// The samples with a reference; synthetic ones only where the project declares them as its production.
    pub(crate) fn of(project: &Project) -> Result<Self, ProjectError> {
        let reader = project.reader()?;
        let reference = evaluation::reference_objects(project, &reader, Reference::for_project(project))?;
        let all: Vec<Sample> = reader.samples()?.into_iter().filter(|s| reference.contains_key(&s.id)).collect();
        let with_reference = all.len();
        let samples: Vec<Sample> = all.into_iter().filter(|s| project.config.may_validate(s.provenance)).collect();
        if samples.is_empty() {
            return Err(ProjectError::usage(match with_reference {
                0 => format!(
                    "there is nothing to validate against: no sample has {}",
                    Reference::for_project(project).describe()
                ),
                n => format!(
                    "none of the {n} samples with a reference may validate: they are synthetic, and concord.toml \
                     declares no such production"
                ),
            }));
        }
        let classes = project.versions(&reader)?.ontology.classes.into_iter().map(|c| c.name).collect();
        let gates = project.gates()?.unwrap_or_else(|| GateFile {
            version: 1,
            seed: 7,
            defaults: concord_domain::gate::Defaults::default(),
            gates: vec![],
        });
        let note = note(project, &samples, with_reference);
        Ok(Self { samples, classes, reference, gates, note })
    }

    pub(crate) fn head(&self, project: &Project, title: &str, run: &Run) -> Result<Head, ProjectError> {
        let reader = project.reader()?;
        let stamp = project.versions(&reader)?.stamp;
        let (seq, hash) = reader.log_head()?;
        let objects = self.samples.iter().map(|s| self.reference[&s.id].len() as u64).sum();
        Ok(Head {
            title: title.to_owned(),
            project: project.config.name.clone(),
            model: ModelFacts { name: run.model.clone(), sha256: run.model_sha256.clone(), engine: run.engine.clone() },
            reference: Reference::for_project(project).describe(),
            note: self.note.clone(),
            ontology: VersionMark { version: stamp.ontology_version, digest: stamp.ontology_digest },
            policy: VersionMark { version: stamp.policy_version, digest: stamp.policy_digest },
            log: LogMark { seq: seq as u64, hash },
            settings: Settings {
                score_threshold: project.config.validation.score,
                iou: OPERATING_IOU,
                confidence: self.gates.defaults.confidence,
                replicates: self.gates.defaults.bootstrap,
                seed: self.gates.seed,
            },
            images: self.samples.len() as u64,
            objects,
            predictions: 0,
        })
    }
}

fn note(project: &Project, samples: &[Sample], with_reference: usize) -> Option<String> {
    let synthetic = samples.iter().filter(|s| s.provenance != concord_domain::sample::Provenance::Captured).count();
    let left_out = with_reference - samples.len();
    let mut parts = Vec::new();
    if synthetic > 0 {
        parts.push(format!("{synthetic} of {} images are synthetic.", samples.len()));
        parts.extend(project.production_note());
    }
    if left_out > 0 {
        parts.push(format!("{left_out} synthetic images were left out: they may not validate."));
    }
    (!parts.is_empty()).then(|| parts.join(" "))
}

/// The numbers of one slice.
struct Numbers {
    images: u64,
    coco: CocoStats,
    operating: OperatingPoint,
}

struct Context<'a> {
    project: &'a Project,
    ground: &'a Ground,
    predictions: &'a BTreeMap<SampleId, Vec<Prediction>>,
    bootstrap: Bootstrap,
}

impl Context<'_> {
    fn numbers(&self, slice: &Slice) -> Result<Numbers, ProjectError> {
        let samples = self.ground.samples.iter().filter(|s| slice.contains(s)).cloned().collect();
        let evaluated = self.evaluate(samples)?;
        let ap = Bootstrap { replicates: self.bootstrap.replicates.min(MAX_AP_REPLICATES), ..self.bootstrap };
        Ok(Numbers {
            images: evaluated.samples.len() as u64,
            coco: evaluated.coco.stats_with_intervals(&ap),
            operating: evaluated.operating.operating_point(self.project.config.validation.score, &self.bootstrap),
        })
    }

    fn evaluate(&self, samples: Vec<Sample>) -> Result<Evaluated, ProjectError> {
        evaluation::evaluate(samples, self.ground.classes.clone(), &self.ground.reference, self.predictions)
    }
}

/// Validates the latest run of a model against the reference and writes the report into `out`.
pub fn validate(project: &Project, model: &str, out: &Path, progress: &Progress) -> Result<Validation, ProjectError> {
    let reader = project.reader()?;
    let run = reader.latest_run_of(model)?.ok_or_else(|| {
        ProjectError::usage(format!(
            "the project has no run of a model named {model}: run `concord run {} --model FILE` first",
            project.dir.display()
        ))
    })?;
    let mut ground = Ground::of(project)?;
    let predictions = evaluation::predictions_of(&reader, &run.id)?;
    ground.samples.retain(|s| predictions.contains_key(&s.id));
    let bootstrap = Bootstrap {
        seed: ground.gates.seed,
        replicates: ground.gates.defaults.bootstrap,
        confidence: ground.gates.defaults.confidence,
    };
    let context = Context { project, ground: &ground, predictions: &predictions, bootstrap };
    let slices: Vec<Slice> = std::iter::once(Slice::all()).chain(project.slices.iter().cloned()).collect();
    progress.start("computing intervals", slices.len() as u64);
    let mut table: BTreeMap<String, Numbers> = BTreeMap::new();
    for slice in &slices {
        table.insert(slice.name.clone(), context.numbers(slice)?);
        progress.step(1)?;
    }
    let gates = judge(&context, &mut table)?;
    let mut head = ground.head(project, &format!("Validation of {}", run.model), &run)?;
    head.predictions = ground.samples.iter().map(|s| predictions[&s.id].len() as u64).sum();
    let report = ValidationReport {
        head,
        overall: overall(&table["all"]),
        slices: slices.iter().map(|s| slice_row(s, &table[&s.name])).collect(),
        classes: class_rows(&context, &table["all"])?,
        slice_class_ap: heat_map(&slices, &table, &ground.classes),
        gates,
        pictures: pictures::worst(project, &ground, &predictions, PICTURES)?,
    };
    let files = write_validation(out, &report)?;
    Ok(Validation { report, files })
}

/// The twelve COCO numbers of two COCO files, without a project.
pub fn validate_files(gt: &Path, dt: &Path) -> Result<CocoStats, ProjectError> {
    let read = |path: &Path| std::fs::read_to_string(path).map_err(|e| ProjectError::io("reading", path, e));
    Ok(evaluate_json(&read(gt)?, &read(dt)?)?)
}

fn overall(numbers: &Numbers) -> Overall {
    Overall {
        coco: numbers.coco.overall,
        precision: numbers.operating.precision,
        recall: numbers.operating.recall,
        f1: numbers.operating.f1,
        false_positives_per_image: numbers.operating.fppi,
    }
}

fn slice_row(slice: &Slice, numbers: &Numbers) -> SliceRow {
    SliceRow {
        name: slice.name.clone(),
        owner: slice.owner.clone(),
        importance: slice.importance,
        images: numbers.images,
        objects: numbers.coco.objects,
        ap: named(&numbers.coco, "AP"),
        ap50: named(&numbers.coco, "AP50"),
        precision: numbers.operating.precision,
        recall: numbers.operating.recall,
        f1: numbers.operating.f1,
    }
}

pub(crate) fn named(stats: &CocoStats, name: &str) -> Metric {
    stats.get(name).unwrap_or_else(|| Metric::undefined(Reason::NotApplicable))
}

fn class_rows(context: &Context<'_>, all: &Numbers) -> Result<Vec<ClassRow>, ProjectError> {
    let evaluated = context.evaluate(context.ground.samples.clone())?;
    let score = context.project.config.validation.score;
    let operating = evaluated.operating.per_category(score, &context.bootstrap);
    let undefined = || Metric::undefined(Reason::Empty);
    let rows = (1u64..).zip(&context.ground.classes).map(|(category, name)| {
        let coco = all.coco.per_category.iter().find(|c| c.category == category);
        let point = operating.get(&category);
        ClassRow {
            name: name.clone(),
            objects: coco.map_or(0, |c| c.objects),
            ap: coco.and_then(|c| c.numbers.get("AP")).unwrap_or_else(undefined),
            ap50: coco.and_then(|c| c.numbers.get("AP50")).unwrap_or_else(undefined),
            precision: point.map_or_else(undefined, |p| p.precision),
            recall: point.map_or_else(undefined, |p| p.recall),
        }
    });
    Ok(rows.collect())
}

fn heat_map(slices: &[Slice], table: &BTreeMap<String, Numbers>, classes: &[String]) -> HeatMap {
    let cell = |slice: &Slice, category: u64| {
        let found = table[&slice.name].coco.per_category.iter().find(|c| c.category == category);
        found.and_then(|c| c.numbers.get("AP")).unwrap_or_else(|| Metric::undefined(Reason::Empty))
    };
    let row = |slice: &Slice| (1..=classes.len() as u64).map(|category| cell(slice, category)).collect();
    HeatMap {
        rows: slices.iter().map(|s| s.name.clone()).collect(),
        columns: classes.to_vec(),
        cells: slices.iter().map(row).collect(),
    }
}

/// Judges every gate on the slice it names; a slice text that is no name is read as a predicate.
fn judge(context: &Context<'_>, table: &mut BTreeMap<String, Numbers>) -> Result<Vec<GateResult>, ProjectError> {
    let mut results = Vec::new();
    for gate in &context.ground.gates.gates {
        let name = if gate.is_about_all() { "all" } else { gate.slice.as_str() };
        if !table.contains_key(name) {
            let predicate = gate.predicate().map_err(|_| {
                ProjectError::usage(format!(
                    "gate \"{}\": there is no slice named {name}, and it is no predicate either",
                    gate.id
                ))
            })?;
            let slice = Slice { name: name.to_owned(), predicate, ..Slice::all() };
            let numbers = context.numbers(&slice)?;
            table.insert(name.to_owned(), numbers);
        }
        let numbers = &table[name];
        let value = gate_value(gate, numbers);
        let evidence = Evidence {
            value: value.value(),
            interval: value.ci().map(|ci| (ci.low, ci.high)),
            images: numbers.images,
            objects: numbers.coco.objects,
        };
        results.push(GateResult {
            gate: gate.clone(),
            value,
            images: numbers.images,
            objects: numbers.coco.objects,
            judgement: gate.judge(&evidence, &context.ground.gates.defaults),
        });
    }
    Ok(results)
}

fn gate_value(gate: &Gate, numbers: &Numbers) -> Metric {
    match gate.metric {
        GateMetric::Ap => named(&numbers.coco, "AP"),
        GateMetric::Ap50 => named(&numbers.coco, "AP50"),
        GateMetric::Ap75 => named(&numbers.coco, "AP75"),
        GateMetric::Precision => numbers.operating.precision,
        GateMetric::Recall => numbers.operating.recall,
        GateMetric::F1 => numbers.operating.f1,
    }
}
