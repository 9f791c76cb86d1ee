//! Time to score and rank the samples of a store, and to put them into another order when a weight changes.

use std::collections::BTreeMap;

use concord_domain::decision::Decision;
use concord_domain::opinions::Opinions;
use concord_domain::policy::{BoxAggregation, QueueRules};
use concord_domain::sample::{Metadata, Provenance, Sample, SampleId};
use concord_domain::suggestion::{Prediction, Run, SampleReading};
use concord_geometry::{BBox, Size};
use concord_metrics::rng::Stream;
use concord_project::Project;
use concord_project::queue::Ranking;
use concord_store::{CatalogueEntry, Entry, Store};
use divan::Bencher;

/// Samples of the store; `CONCORD_BENCH_SAMPLES` asks for another number.
const SAMPLES: usize = 100_000;
/// Boxes of each.
const BOXES: usize = 3;

fn main() {
    divan::main();
}

fn samples() -> usize {
    std::env::var("CONCORD_BENCH_SAMPLES").ok().and_then(|n| n.parse().ok()).unwrap_or(SAMPLES)
}

fn sample(n: usize) -> Sample {
    let lighting = if n.is_multiple_of(4) { "dim" } else { "bright" };
    Sample {
        id: SampleId(blake3::hash(&n.to_le_bytes()).to_hex().to_string()),
        path: format!("{n}.png"),
        size: Size::new(100, 100),
        bytes: 1,
        format: "png".to_owned(),
        orientation: 1,
        captured_at_ms: None,
        metadata: Metadata::from([("lighting".to_owned(), lighting.to_owned())]),
        provenance: Provenance::Captured,
    }
}

/// A project with as many samples, a slice and a run.
fn project() -> (tempfile::TempDir, Project) {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let slices = "[[slice]]\nname = 'dim'\nwhere = 'lighting = \"dim\"'\nimportance = 2.0\n";
    std::fs::write(dir.path().join("concord.toml"), "format = 1\nname = 'p'\n").expect("written");
    std::fs::write(dir.path().join("slices.toml"), slices).expect("written");
    let mut store = Store::create(dir.path(), "bench").expect("a store");
    let run = Run {
        id: "run".to_owned(),
        model: "m".to_owned(),
        model_sha256: String::new(),
        engine: "bench".to_owned(),
        perturbation: None,
        opinions: Opinions::default(),
        crops_of: None,
        score_threshold: 0.05,
        nms_iou: 0.5,
        samples: samples() as u64,
        predictions: (samples() * BOXES) as u64,
        digest: String::new(),
    };
    let mut stream = Stream::new(1, "bench", "queue", 0);
    let write = |bulk: &mut concord_store::Bulk<'_>| {
        let import = bulk.next_row_id()?;
        bulk.add_run(&run)?;
        for n in 0..samples() {
            let entry = CatalogueEntry { sample: sample(n), features: BTreeMap::new() };
            bulk.add_sample(&import, &entry)?;
            let found: Vec<Prediction> = (0..BOXES)
                .map(|_| {
                    let bbox = BBox::new(0.0, 0.0, 10.0, 10.0).expect("a valid box");
                    Prediction::new(bbox, "bolt", stream.next_f64())
                })
                .collect();
            let reading = SampleReading { predictions: found, ..SampleReading::default() };
            let bits = concord_project::run::uncertainty_of(&reading);
            bulk.add_reading("run", &entry.sample.id, bits, &reading)?;
        }
        let decision = Decision::ProjectCreated { name: "p".to_owned() };
        bulk.commit(Entry { actor: "bench".to_owned(), at_utc_ms: 1, decision, undoes: None })
    };
    store.bulk(write).expect("written");
    drop(store);
    let project = Project::open(dir.path()).expect("a project");
    (dir, project)
}

fn load(project: &Project, rules: &QueueRules) -> Ranking {
    Ranking::load(project, rules, 1, |_| true).expect("a ranking")
}

/// From the database to the columns, with the uncertainty that is stored.
#[divan::bench(max_time = 10, sample_count = 5)]
fn load_stored(bencher: Bencher) {
    let (_dir, project) = project();
    bencher.bench_local(|| load(&project, &QueueRules::default()).len());
}

/// From the database to the columns, with uncertainty computed anew from all boxes.
#[divan::bench(max_time = 10, sample_count = 5)]
fn load_from_boxes(bencher: Bencher) {
    let (_dir, project) = project();
    let rules = QueueRules { aggregation: BoxAggregation::Sum, ..QueueRules::default() };
    bencher.bench_local(|| load(&project, &rules).len());
}

/// From the columns to the order, after a weight changed.
#[divan::bench(max_time = 5)]
fn order_again(bencher: Bencher) {
    let (_dir, project) = project();
    let ranking = load(&project, &QueueRules::default());
    let rules = QueueRules { importance_exponent: 0.5, ..QueueRules::default() };
    bencher.bench_local(|| ranking.order(&rules).len());
}

/// From the columns to the scores, after a weight changed.
#[divan::bench(max_time = 5)]
fn score_again(bencher: Bencher) {
    let (_dir, project) = project();
    let ranking = load(&project, &QueueRules::default());
    let rules = QueueRules { importance_exponent: 0.5, ..QueueRules::default() };
    bencher.bench_local(|| ranking.scores(&rules).len());
}
