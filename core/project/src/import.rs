//! Import: COCO JSON as the label sets of a named annotator, or as the suggestions of a named model.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use concord_domain::decision::Decision;
use concord_domain::label_set::{LabelSetKey, Labels, Relation};
use concord_domain::object::{Object, ObjectId, Origin};
use concord_domain::ontology::{Ontology, Skeleton};
use concord_domain::opinions::Opinions;
use concord_domain::policy::Policy;
use concord_domain::sample::{Sample, SampleId};
use concord_domain::suggestion::{Prediction, Run};
use concord_exchange::coco::{CocoDataset, CocoObject, CocoRelation, read_dataset};
use concord_geometry::GeometryKind;
use concord_store::ImportProblem;
use serde::Serialize;

use self::sift::Sifted;

mod sift;

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
    /// True when the project had no classes and took them from the file.
    pub ontology_from_file: bool,
}

/// Reads a COCO dataset as the label sets of `annotator`, in one transaction.
///
/// Images are found by content hash, path or file name. An image without annotations gives an empty label set: it was
/// seen. Objects that break a rule go into quarantine with their relations; the others are submitted under the versions
/// in force. Samples that somebody settled are left out and reported.
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
    let settled: BTreeSet<SampleId> = reader.settled()?.into_iter().collect();
    let mut decisions = Vec::new();
    progress.start("importing label sets", matched.len() as u64);
    for found in matched.values() {
        progress.step(1)?;
        let sample = &found.sample;
        if settled.contains(&sample.id) {
            let cause =
                "it is settled and read-only: reopen it first, with a reason; its labels were left out".to_owned();
            report.problems.push(ImportProblem { place: sample.path.clone(), cause });
            continue;
        }
        let key = LabelSetKey { sample: sample.id.clone(), annotator: annotator.to_owned() };
        let revision = reader.label_set(&key)?.map_or(0, |s| s.status.revision()) + 1;
        let sifted = sift::sift(found.labels(&dataset, annotator, &source_name), sample, &versions);
        let Sifted { labels, quarantined, causes } = sifted;
        report.problems.extend(causes.into_iter().map(|cause| ImportProblem { place: sample.path.clone(), cause }));
        report.quarantined.extend(quarantined.iter().map(|q| ImportProblem {
            place: format!("{} {}", sample.file_name(), q.object.id),
            cause: q.reason.clone(),
        }));
        if !quarantined.is_empty() {
            let (key, source) = (key.clone(), source_name.clone());
            decisions.push(Decision::LabelsQuarantined { key, source, objects: quarantined });
        }
        let Some(labels) = labels else { continue };
        report.samples += 1;
        report.objects += labels.objects.len() as u64;
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
    for Found { sample, objects, .. } in matched.values() {
        progress.step(1)?;
        let mut predictions: Vec<Prediction> = objects
            .iter()
            .map(|o| Prediction {
                shape: (o.geometry.kind() != GeometryKind::Box).then(|| o.geometry.clone()),
                ..Prediction::new(o.bbox(), o.class.as_str(), o.score.unwrap_or(1.0))
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
        opinions: Opinions::default(),
        crops_of: None,
        score_threshold: 0.0,
        nms_iou: 1.0,
        samples: 0,
        predictions: 0,
        digest: String::new(),
    };
    write_run(desk, run, rows)?;
    Ok(report)
}

fn read(source: &Path) -> Result<(CocoDataset, ImportReport), ProjectError> {
    let bytes = std::fs::read(source).map_err(|e| ProjectError::io("reading", source, e))?;
    let dataset = read_dataset(&source.display().to_string(), &bytes)?;
    let problems =
        dataset.problems.iter().map(|p| ImportProblem { place: p.place.clone(), cause: p.cause.clone() }).collect();
    let report = ImportReport { problems, ..ImportReport::default() };
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
            let named = Ontology::from_class_names(&desk.project.config.name, names);
            let mut ontology = named.with_standard_attributes();
            ontology.version = current.map_or(1, |o| o.version + 1);
            take_templates(&mut ontology, dataset);
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

/// Takes the file's templates of points over, named after their classes.
fn take_templates(ontology: &mut Ontology, dataset: &CocoDataset) {
    for class in &mut ontology.classes {
        let Some(template) = dataset.skeletons.get(&class.name) else { continue };
        let (points, links) = (template.points.clone(), template.links.clone());
        ontology.skeletons.push(Skeleton { name: class.name.clone(), points, links, ..Skeleton::default() });
        class.skeleton = Some(class.name.clone());
    }
}

/// A sample and what the file says of it.
struct Found<'a> {
    sample: Sample,
    objects: Vec<&'a CocoObject>,
    relations: Vec<&'a CocoRelation>,
    tags: BTreeSet<String>,
    confirmed_empty: bool,
}

impl<'a> Found<'a> {
    fn new(sample: Sample) -> Self {
        let (objects, relations) = (vec![], vec![]);
        Self { sample, objects, relations, tags: BTreeSet::new(), confirmed_empty: false }
    }

    fn labels(&self, dataset: &'a CocoDataset, annotator: &str, source: &str) -> Labels {
        let id = |read: &CocoObject| {
            ObjectId(format!("{}-{annotator}-{}", self.sample.id.short(), read.place.replace(' ', "")))
        };
        let relation = |r: &&CocoRelation| {
            let [from, to] = [r.from, r.to].map(|at| id(&dataset.objects[at]));
            Relation { from, kind: r.kind.clone(), to }
        };
        Labels {
            objects: self.objects.iter().map(|read| object(read, id(read), source)).collect(),
            tags: self.tags.clone(),
            relations: self.relations.iter().map(relation).collect(),
            confirmed_empty: self.confirmed_empty && self.objects.is_empty(),
            ..Labels::default()
        }
    }
}

type Matched<'a> = BTreeMap<SampleId, Found<'a>>;

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
            let found = matched.entry(id.clone()).or_insert_with(|| Found::new(samples[id].clone()));
            found.tags.extend(image.tags.iter().cloned());
            found.confirmed_empty |= image.confirmed_empty;
        }
        sample_of.push(id);
    }
    for object in &dataset.objects {
        if let Some(found) = sample_of[object.image].as_ref().and_then(|id| matched.get_mut(id)) {
            found.objects.push(object);
        }
    }
    for relation in &dataset.relations {
        let image = dataset.objects[relation.from].image;
        if let Some(found) = sample_of[image].as_ref().and_then(|id| matched.get_mut(id)) {
            found.relations.push(relation);
        }
    }
    Ok(matched)
}

fn object(read: &CocoObject, id: ObjectId, source: &str) -> Object {
    Object {
        id,
        geometry: read.geometry.clone(),
        class: read.class.clone(),
        subclass: read.subclass.clone(),
        attributes: read.attributes.clone(),
        tier: read.tier,
        group: read.group.clone(),
        origin: Origin::Imported { source: source.to_owned() },
    }
}

#[cfg(test)]
mod tests {
    use concord_domain::sample::Provenance;
    use concord_geometry::Size;

    use super::*;

    /// A mask in a group, an ellipse and a box, tied to one another.
    const FILE: &str = r#"{"images": [{"id": 1, "file_name": "a.jpg", "width": 5, "height": 4, "tags": ["wet"],
            "relations": [{"from": 2, "kind": "on", "to": 1}, {"from": 1, "kind": "by", "to": 3}]}],
        "categories": [{"id": 1, "name": "bolt"}, {"id": 2, "name": "cog"}],
        "annotations": [
            {"id": 1, "image_id": 1, "category_id": 1, "bbox": [1, 1, 3, 2], "group": "g",
             "segmentation": {"size": [4, 5], "counts": "5220003"}},
            {"id": 2, "image_id": 1, "category_id": 1, "bbox": [0, 0, 2, 4], "geometry": {"ellipse": [1, 2, 1, 2, 0]}},
            {"id": 3, "image_id": 1, "category_id": 2, "bbox": [0, 0, 2, 2]}]}"#;

    fn sample() -> Sample {
        Sample {
            id: SampleId("a".repeat(64)),
            path: "a.jpg".to_owned(),
            size: Size::new(5, 4),
            bytes: 1,
            format: "jpeg".to_owned(),
            orientation: 1,
            captured_at_ms: None,
            metadata: BTreeMap::new(),
            provenance: Provenance::Captured,
        }
    }

    #[test]
    fn labels_keep_geometries_groups_tags_and_relations() {
        let dataset = read_dataset("x", FILE.as_bytes()).expect("a dataset");
        assert_eq!(dataset.problems, []);
        let mut found = Found::new(sample());
        found.objects.extend(&dataset.objects);
        found.relations.extend(&dataset.relations);
        found.tags.clone_from(&dataset.images[0].tags);
        found.confirmed_empty = true;
        let labels = found.labels(&dataset, "ann", "x.json");
        let kinds: Vec<GeometryKind> = labels.objects.iter().map(|o| o.geometry.kind()).collect();
        assert_eq!(kinds, [GeometryKind::Mask, GeometryKind::Ellipse, GeometryKind::Box]);
        assert_eq!(labels.objects[0].group.as_deref(), Some("g"));
        assert_eq!(labels.tags, ["wet".to_owned()].into());
        let [mask, ellipse, bbox] = [0, 1, 2].map(|i: usize| labels.objects[i].id.clone());
        let on = Relation { from: ellipse, kind: "on".to_owned(), to: mask.clone() };
        let by = Relation { from: mask, kind: "by".to_owned(), to: bbox };
        assert_eq!(labels.relations, [on, by].into());
        assert!(!labels.confirmed_empty, "an image with objects is not empty");
    }
}
