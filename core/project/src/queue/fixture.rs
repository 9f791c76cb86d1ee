//! Small projects for the tests of the queue, written straight into a store: no images are needed to rank them.

use std::collections::BTreeMap;
use std::sync::mpsc;

use concord_domain::decision::Decision;
use concord_domain::label_set::{LabelSetKey, Labels};
use concord_domain::object::{Object, ObjectId};
use concord_domain::ontology::Ontology;
use concord_domain::opinions::Opinions;
use concord_domain::policy::Policy;
use concord_domain::sample::{Metadata, Provenance, Sample, SampleId};
use concord_domain::suggestion::{Prediction, Run, SampleReading};
use concord_geometry::{BBox, Size};
use concord_store::{CatalogueEntry, Committed, RunDigest, Store, import_digest};

use super::{Queue, QueueOptions, rank};
use crate::{Desk, Project, ProjectError, Versions};

/// The time at every desk, in milliseconds since 1970 UTC.
pub(crate) const NOW: i64 = 1_000_000;

/// A thing in a picture: left edge, class, score (of a prediction).
pub(crate) type Thing = (f64, &'static str, f64);

pub(crate) struct Fixture {
    pub(crate) desk: Desk,
    pub(crate) versions: Versions,
    _dir: tempfile::TempDir,
}

pub(crate) fn id(n: usize) -> SampleId {
    SampleId(format!("{:02x}", (n * 37) % 256).repeat(32))
}

fn bbox(x: f64) -> BBox {
    BBox::new(x, 0.0, x + 10.0, 10.0).expect("a valid box")
}

impl Fixture {
    /// A project with a sample for each word, which says its lighting.
    pub(crate) fn new(lighting: &[&str], policy: &str, slices: &str) -> Self {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let config = "format = 1\nname = 'p'\n[validation]\nreference = 'truth'\nscore = 0.5\n";
        std::fs::write(dir.path().join("concord.toml"), config).expect("written");
        std::fs::write(dir.path().join("slices.toml"), slices).expect("written");
        let project = Project::open(dir.path()).expect("a project");
        let store = Store::create(dir.path(), "desk").expect("a new store");
        let desk = Desk::with_store(project, store, "ana", || NOW).expect("a desk");
        let entries: Vec<CatalogueEntry> = lighting.iter().enumerate().map(|(n, word)| entry(n, word)).collect();
        let ontology = Ontology::from_class_names("o", ["bolt", "nut", "screw"]);
        let policy = Policy::from_toml(&format!("name = 'p'\nversion = 1\n{policy}"), "").expect("a valid policy");
        let versions = Versions::new(ontology.clone(), policy.clone());
        let mut sorted = entries.clone();
        sorted.sort_by(|a, b| a.sample.id.cmp(&b.sample.id));
        let decisions = [
            Decision::SamplesImported {
                source: "folder".to_owned(),
                samples: entries.len() as u64,
                digest: import_digest(&sorted),
                problems: 0,
                duplicates: 0,
            },
            Decision::OntologyPublished { digest: ontology.digest(), ontology: Box::new(ontology) },
            Decision::PolicyPublished { digest: policy.digest(), policy: Box::new(policy) },
        ]
        .map(|decision| desk.entry(decision));
        desk.bulk(move |bulk| {
            let import = bulk.next_row_id()?;
            for entry in &entries {
                bulk.add_sample(&import, entry)?;
            }
            decisions.into_iter().try_for_each(|entry| bulk.commit(entry).map(|_| ()))
        })
        .expect("the fixture fits");
        Self { desk, versions, _dir: dir }
    }

    pub(crate) fn label(&self, n: usize, annotator: &str, things: &[Thing]) {
        let object = |(i, (x, class, _)): (usize, &Thing)| Object::new(ObjectId(format!("{n}-{i}")), bbox(*x), *class);
        let labels = Labels { objects: things.iter().enumerate().map(object).collect(), ..Labels::default() };
        let key = LabelSetKey { sample: id(n), annotator: annotator.to_owned() };
        let (stamp, source) = (self.versions.stamp.clone(), "file".to_owned());
        let decision = Decision::LabelsImported { key, revision: 1, stamp, labels, source };
        self.desk.commit(decision).expect("the labels fit");
    }

    /// A run with predictions on the first samples.
    pub(crate) fn run(&self, model: &str, rows: &[&[Thing]]) {
        let prediction = |(x, class, score): &Thing| Prediction::new(bbox(*x), *class, *score);
        let rows: BTreeMap<SampleId, Vec<Prediction>> =
            rows.iter().enumerate().map(|(n, things)| (id(n), things.iter().map(prediction).collect())).collect();
        let mut digest = RunDigest::default();
        for (sample, predictions) in &rows {
            for (position, prediction) in (0..).zip(predictions) {
                digest.prediction(sample, position, prediction);
            }
        }
        let run = Run {
            id: format!("run-{model}"),
            model: model.to_owned(),
            model_sha256: sha256(model),
            engine: "import".to_owned(),
            perturbation: None,
            opinions: Opinions::default(),
            crops_of: None,
            score_threshold: 0.05,
            nms_iou: 0.5,
            samples: rows.len() as u64,
            predictions: rows.values().map(|p| p.len() as u64).sum(),
            digest: digest.finish(),
        };
        let entry = self.desk.entry(Decision::RunRecorded { run: Box::new(run.clone()) });
        self.desk
            .bulk(move |bulk| {
                bulk.add_run(&run)?;
                for (sample, predictions) in rows {
                    let reading = SampleReading { predictions, ..SampleReading::default() };
                    bulk.add_reading(&run.id, &sample, crate::run::uncertainty_of(&reading), &reading)?;
                }
                bulk.commit(entry).map(|_| ())
            })
            .expect("the run fits");
    }

    pub(crate) fn rank(&self, options: &QueueOptions) -> Queue {
        rank(&self.desk.project, options).expect("a queue")
    }

    pub(crate) fn queue_of(&self, annotator: &str, now_ms: i64) -> Queue {
        self.rank(&QueueOptions { for_annotator: Some(annotator.to_owned()), now_ms, ..QueueOptions::default() })
    }

    /// What somebody else did, beside the person at the desk.
    pub(crate) fn commit(&self, decision: Decision) {
        self.desk.commit(decision).expect("it fits");
    }
}

/// The identity of a model of this name.
pub(crate) fn sha256(model: &str) -> String {
    blake3::hash(model.as_bytes()).to_hex().to_string()
}

fn entry(n: usize, lighting: &str) -> CatalogueEntry {
    let sample = Sample {
        id: id(n),
        path: format!("{n:03}.png"),
        size: Size::new(500, 200),
        bytes: 1,
        format: "png".to_owned(),
        orientation: 1,
        captured_at_ms: None,
        metadata: Metadata::from([("lighting".to_owned(), lighting.to_owned())]),
        provenance: Provenance::Captured,
    };
    CatalogueEntry { sample, features: BTreeMap::new() }
}

/// The paths of a queue without their ending.
pub(crate) fn names(queue: &Queue) -> Vec<&str> {
    queue.items.iter().map(|item| item.path.trim_end_matches(".png")).collect()
}

/// Waits for what a write is acknowledged with.
pub(crate) fn acknowledged(send: impl FnOnce(Box<dyn FnOnce(Committed) + Send>)) -> Result<(), ProjectError> {
    let (sender, receiver) = mpsc::channel();
    send(Box::new(move |committed: Committed| {
        let _ = sender.send(committed.outcome.map(|_| ()));
    }));
    Ok(receiver.recv().expect("it is acknowledged")?)
}
