//! Import: COCO JSON as the label sets of a named annotator, or as the suggestions of a named model.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use concord_domain::check;
use concord_domain::decision::{Decision, Quarantined};
use concord_domain::label_set::{LabelSetKey, Labels};
use concord_domain::object::{Object, ObjectId, Origin};
use concord_domain::ontology::Ontology;
use concord_domain::policy::Policy;
use concord_domain::sample::{Sample, SampleId};
use concord_domain::suggestion::{Prediction, Run};
use concord_exchange::coco::{CocoDataset, CocoObject, read_dataset};
use concord_store::ImportProblem;
use serde::Serialize;

use crate::run::{RunRows, write_run};
use crate::{Desk, Progress, ProjectError, Versions};

/// What an import did.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct ImportReport {
    /// Number of label sets (or of samples with suggestions) that were written.
    pub samples: u64,
    /// Number of objects in them.
    pub objects: u64,
    /// Objects that break the ontology or the policy and were put into quarantine, with the reason.
    pub quarantined: Vec<ImportProblem>,
    /// Rows of the file that could not be used, with place and cause.
    pub problems: Vec<ImportProblem>,
    /// Number of polygon outlines that were reduced to their boxes.
    pub outlines_dropped: u64,
    /// True when the project had no classes and took them from the file.
    pub ontology_from_file: bool,
}

/// Reads a COCO dataset as the label sets of `annotator`, in one transaction.
///
/// Images are found by content hash, path or file name. An image without annotations gives an empty label set: it was
/// seen. Objects that break a rule go into quarantine; the others are submitted under the versions in force.
pub fn labels(desk: &Desk, source: &Path, annotator: &str, progress: &Progress) -> Result<ImportReport, ProjectError> {
    let annotator = annotator.trim();
    if annotator.is_empty() {
        return Err(ProjectError::usage("whose labels are these? give the annotator's name"));
    }
    let (dataset, mut report) = read(source)?;
    let reader = desk.project.reader()?;
    let (versions, first) = versions_for(desk, &dataset)?;
    report.ontology_from_file = first.is_some();
    let matched = match_images(desk, &dataset, &mut report)?;
    let source_name = source.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    let mut decisions = Vec::new();
    progress.start("importing label sets", matched.len() as u64);
    for (sample, objects) in matched.values() {
        progress.step(1)?;
        let key = LabelSetKey { sample: sample.id.clone(), annotator: annotator.to_owned() };
        let revision = reader.label_set(&key)?.map_or(0, |s| s.status.revision()) + 1;
        let read = objects.iter().map(|o| object(o, annotator, &sample.id, &source_name)).collect();
        let (labels, quarantined) = sift(read, sample, &versions);
        report.samples += 1;
        report.objects += labels.objects.len() as u64;
        report.quarantined.extend(quarantined.iter().map(|q| ImportProblem {
            place: format!("{} {}", sample.file_name(), q.object.id),
            cause: q.reason.clone(),
        }));
        if !quarantined.is_empty() {
            let (key, source) = (key.clone(), source_name.clone());
            decisions.push(Decision::LabelsQuarantined { key, source, objects: quarantined });
        }
        let (stamp, source) = (versions.stamp.clone(), source_name.clone());
        decisions.push(Decision::LabelsImported { key, revision, stamp, labels, source });
    }
    let entries: Vec<_> = first.into_iter().flatten().chain(decisions).map(|d| desk.entry(d)).collect();
    desk.bulk(move |bulk| entries.into_iter().try_for_each(|e| bulk.commit(e).map(|_| ())))?;
    if report.ontology_from_file {
        // Only now is it in force; the file is where the next version is edited.
        let path = desk.project.dir.join(crate::publish::ONTOLOGY_FILE);
        std::fs::write(&path, versions.ontology.to_toml()?).map_err(|e| ProjectError::io("writing", &path, e))?;
    }
    Ok(report)
}

/// Reads a COCO dataset whose annotations bear scores as the suggestions of a model, as a run of their own.
pub fn suggestions(desk: &Desk, source: &Path, model: &str, progress: &Progress) -> Result<ImportReport, ProjectError> {
    if model.trim().is_empty() {
        return Err(ProjectError::usage("which model do these suggestions come from? give its name"));
    }
    let (dataset, mut report) = read(source)?;
    let matched = match_images(desk, &dataset, &mut report)?;
    progress.start("importing suggestions", matched.len() as u64);
    let mut rows: RunRows = BTreeMap::new();
    for (sample, objects) in matched.values() {
        progress.step(1)?;
        let mut predictions: Vec<Prediction> = objects
            .iter()
            .map(|o| Prediction {
                bbox: o.bbox,
                class: o.class.clone(),
                score: o.score.unwrap_or(1.0),
                class_scores: vec![],
            })
            .collect();
        predictions.sort_by(|a, b| b.score.total_cmp(&a.score));
        report.samples += 1;
        report.objects += predictions.len() as u64;
        rows.insert(sample.id.clone(), predictions);
    }
    let run = Run {
        id: String::new(),
        model: model.trim().to_owned(),
        model_sha256: String::new(),
        engine: "import".to_owned(),
        perturbation: None,
        score_threshold: 0.0,
        nms_iou: 1.0,
        samples: 0,
        predictions: 0,
        digest: String::new(),
    };
    write_run(desk, run, rows, None)?;
    Ok(report)
}

fn read(source: &Path) -> Result<(CocoDataset, ImportReport), ProjectError> {
    let bytes = std::fs::read(source).map_err(|e| ProjectError::io("reading", source, e))?;
    let dataset = read_dataset(&source.display().to_string(), &bytes)?;
    let problems =
        dataset.problems.iter().map(|p| ImportProblem { place: p.place.clone(), cause: p.cause.clone() }).collect();
    let report = ImportReport { problems, outlines_dropped: dataset.outlines, ..ImportReport::default() };
    Ok((dataset, report))
}

/// The versions in force; or, for a project without classes, first versions with those of the file, and the decisions
/// that publish them.
fn versions_for(desk: &Desk, dataset: &CocoDataset) -> Result<(Versions, Option<Vec<Decision>>), ProjectError> {
    let reader = desk.project.reader()?;
    let current = reader.ontology()?;
    let policy = reader.policy()?.unwrap_or_else(|| Policy::first(&desk.project.config.name));
    match current {
        Some(ontology) if !ontology.classes.is_empty() || dataset.classes.is_empty() => {
            Ok((Versions::new(ontology, policy), None))
        }
        current => {
            let names = dataset.classes.iter().map(String::as_str);
            let mut ontology = Ontology::from_class_names(&desk.project.config.name, names);
            ontology.version = current.map_or(1, |o| o.version + 1);
            let digest = ontology.digest();
            let mut decisions = vec![Decision::OntologyPublished { ontology: Box::new(ontology.clone()), digest }];
            if reader.policy()?.is_none() {
                let digest = policy.digest();
                decisions.push(Decision::PolicyPublished { policy: Box::new(policy.clone()), digest });
            }
            Ok((Versions::new(ontology, policy), Some(decisions)))
        }
    }
}

type Matched<'a> = BTreeMap<SampleId, (Sample, Vec<&'a CocoObject>)>;

/// The samples that the file's images are, with their objects.
fn match_images<'a>(
    desk: &Desk,
    dataset: &'a CocoDataset,
    report: &mut ImportReport,
) -> Result<Matched<'a>, ProjectError> {
    let reader = desk.project.reader()?;
    let mut by_path: BTreeMap<String, BTreeSet<SampleId>> = BTreeMap::new();
    for (path, sample) in reader.paths()? {
        // Every tail of the path finds the sample, as long as it is the only one with that tail.
        let mut tail = path.as_str();
        by_path.entry(tail.to_owned()).or_default().insert(sample.clone());
        while let Some((_, rest)) = tail.split_once('/') {
            by_path.entry(rest.to_owned()).or_default().insert(sample.clone());
            tail = rest;
        }
    }
    let samples: BTreeMap<SampleId, Sample> = reader.samples()?.into_iter().map(|s| (s.id.clone(), s)).collect();
    let mut matched: Matched<'a> = BTreeMap::new();
    let mut sample_of: Vec<Option<SampleId>> = Vec::with_capacity(dataset.images.len());
    for image in &dataset.images {
        let mut problem = |cause: String| {
            let place = format!("image {} ({})", image.id, image.file_name);
            report.problems.push(ImportProblem { place, cause });
            None
        };
        let by_hash = image.sample.as_ref().map(|s| SampleId(s.clone())).filter(|s| samples.contains_key(s));
        let id = match (by_hash, by_path.get(image.file_name.trim_start_matches("./"))) {
            (Some(id), _) => Some(id),
            (None, Some(ids)) if ids.len() == 1 => ids.first().cloned(),
            (None, Some(ids)) => problem(format!("{} samples bear this name: name the folder too", ids.len())),
            (None, None) => problem("the catalogue has no image of this name; its objects were left out".to_owned()),
        };
        let id = id.and_then(|id| {
            let size = samples[&id].size;
            let tells = image.width > 0 && image.height > 0;
            if tells && (image.width, image.height) != (size.width, size.height) {
                return problem(format!(
                    "the file says {} × {} px, but the image has {} × {} px; its objects were left out",
                    image.width, image.height, size.width, size.height
                ));
            }
            Some(id)
        });
        if let Some(id) = &id {
            matched.entry(id.clone()).or_insert_with(|| (samples[id].clone(), vec![]));
        }
        sample_of.push(id);
    }
    for object in &dataset.objects {
        if let Some(id) = &sample_of[object.image]
            && let Some((_, objects)) = matched.get_mut(id)
        {
            objects.push(object);
        }
    }
    Ok(matched)
}

fn object(read: &CocoObject, annotator: &str, sample: &SampleId, source: &str) -> Object {
    Object {
        id: ObjectId(format!("{}-{annotator}-{}", sample.short(), read.place.replace(' ', ""))),
        bbox: read.bbox,
        class: read.class.clone(),
        subclass: read.subclass.clone(),
        attributes: read.attributes.clone(),
        tier: read.tier,
        origin: Origin::Imported { source: source.to_owned() },
    }
}

/// Parts objects that break no rule from those that do, each with all its reasons.
fn sift(objects: Vec<Object>, sample: &Sample, versions: &Versions) -> (Labels, Vec<Quarantined>) {
    let mut labels = Labels { objects, ..Labels::default() };
    for object in &mut labels.objects {
        versions.ontology.fill_defaults(object);
    }
    let mut quarantined = Vec::new();
    loop {
        let findings = check::findings(&labels, sample.size, &versions.ontology, &versions.policy);
        if findings.is_empty() {
            return (labels, quarantined);
        }
        let mut reasons: BTreeMap<ObjectId, Vec<String>> = BTreeMap::new();
        for finding in findings {
            reasons.entry(finding.object).or_default().push(finding.message);
        }
        let before = std::mem::take(&mut labels.objects);
        for object in before {
            match reasons.remove(&object.id) {
                Some(why) => quarantined.push(Quarantined { object, reason: why.join("; ") }),
                None => labels.objects.push(object),
            }
        }
    }
}
