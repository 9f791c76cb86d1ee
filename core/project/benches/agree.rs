//! Time of the whole agreement of two annotators, from their label sets in the store to the report.

use std::collections::BTreeMap;

use concord_domain::decision::Decision;
use concord_domain::label_set::{LabelSetKey, Labels, Stamp};
use concord_domain::object::{Object, ObjectId};
use concord_domain::ontology::Ontology;
use concord_domain::policy::Policy;
use concord_domain::sample::{Metadata, Provenance, Sample, SampleId};
use concord_geometry::{BBox, Size};
use concord_metrics::rng::Stream;
use concord_project::Project;
use concord_project::agree::{AgreeOptions, agree};
use concord_store::{CatalogueEntry, Entry, Store, import_digest};
use divan::Bencher;

/// Samples that both labelled; `CONCORD_BENCH_SAMPLES` asks for another number.
const SAMPLES: usize = 10_000;
/// Objects of each.
const OBJECTS: usize = 6;
const CLASSES: [&str; 5] = ["bolt", "nut", "washer", "gear", "screw"];

fn main() {
    divan::main();
}

fn samples() -> usize {
    std::env::var("CONCORD_BENCH_SAMPLES").ok().and_then(|n| n.parse().ok()).unwrap_or(SAMPLES)
}

fn sample(n: usize) -> Sample {
    Sample {
        id: SampleId(blake3::hash(&n.to_le_bytes()).to_hex().to_string()),
        path: format!("{n}.png"),
        size: Size::new(640, 480),
        bytes: 1,
        format: "png".to_owned(),
        orientation: 1,
        captured_at_ms: None,
        metadata: Metadata::from([(
            "lighting".to_owned(),
            if n.is_multiple_of(4) { "dim" } else { "bright" }.to_owned(),
        )]),
        provenance: Provenance::Captured,
    }
}

/// Objects in a row, each moved a little, one in ten called something else and one in twenty left out.
fn labels(stream: &mut Stream) -> Labels {
    let mut labels = Labels::default();
    for n in 0..OBJECTS {
        let (left, class) = (100.0 * n as f64, if stream.next_f64() < 0.1 { n + 1 } else { n });
        let (dx, dy) = (6.0 * stream.next_f64(), 6.0 * stream.next_f64());
        if stream.next_f64() < 0.95 {
            let bbox = BBox::new(left + dx, 100.0 + dy, left + dx + 60.0, 160.0 + dy).expect("a valid box");
            labels.objects.push(Object::new(ObjectId(format!("o{n}")), bbox, CLASSES[class % CLASSES.len()]));
        }
    }
    labels
}

/// A project in which two annotators have labelled every sample, with a slice.
fn project() -> (tempfile::TempDir, Project) {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let slices = "[[slice]]\nname = 'dim'\nwhere = 'lighting = \"dim\"'\n";
    std::fs::write(dir.path().join("concord.toml"), "format = 1\nname = 'p'\n").expect("written");
    std::fs::write(dir.path().join("slices.toml"), slices).expect("written");
    let mut store = Store::create(dir.path(), "bench").expect("a store");
    let (ontology, policy) = (Ontology::from_class_names("o", CLASSES), Policy::first("p"));
    let stamp = Stamp {
        ontology_version: ontology.version,
        ontology_digest: ontology.digest(),
        policy_version: policy.version,
        policy_digest: policy.digest(),
    };
    let mut entries: Vec<CatalogueEntry> =
        (0..samples()).map(|n| CatalogueEntry { sample: sample(n), features: BTreeMap::new() }).collect();
    entries.sort_by(|a, b| a.sample.id.cmp(&b.sample.id));
    let mut decisions = vec![
        Decision::SamplesImported {
            source: "folder".to_owned(),
            samples: entries.len() as u64,
            digest: import_digest(&entries),
            problems: 0,
            duplicates: 0,
        },
        Decision::OntologyPublished { digest: ontology.digest(), ontology: Box::new(ontology) },
        Decision::PolicyPublished { digest: policy.digest(), policy: Box::new(policy) },
    ];
    let mut stream = Stream::new(1, "bench", "agree", 0);
    for entry in &entries {
        for annotator in ["ana", "ben"] {
            let key = LabelSetKey { sample: entry.sample.id.clone(), annotator: annotator.to_owned() };
            let (stamp, source) = (stamp.clone(), "file".to_owned());
            decisions.push(Decision::LabelsImported { key, revision: 1, stamp, labels: labels(&mut stream), source });
        }
    }
    let write = |bulk: &mut concord_store::Bulk<'_>| {
        let import = bulk.next_row_id()?;
        for entry in &entries {
            bulk.add_sample(&import, entry)?;
        }
        let at = |decision| Entry { actor: "bench".to_owned(), at_utc_ms: 1, decision, undoes: None };
        decisions.into_iter().try_for_each(|decision| bulk.commit(at(decision)).map(|_| ()))
    };
    store.bulk(write).expect("it is kept");
    let project = Project::open(dir.path()).expect("a project");
    (dir, project)
}

/// All figures, with so many bootstrap replicates of each interval.
#[divan::bench(args = [0, 1_000], sample_count = 5)]
fn two_annotators(bencher: Bencher<'_, '_>, replicates: u32) {
    let (_dir, project) = project();
    let mut options = AgreeOptions::default();
    options.metrics.replicates = replicates;
    bencher.bench(|| agree(&project, &options).expect("it can be computed"));
}
