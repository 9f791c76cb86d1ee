//! Time to check a label set: the whole of it, and after one change.

use std::sync::Arc;

use concord_domain::change::Change;
use concord_domain::check::{Checker, Rulebook, findings};
use concord_domain::label_set::Labels;
use concord_domain::object::{Object, ObjectId};
use concord_domain::ontology::Ontology;
use concord_domain::policy::Policy;
use concord_geometry::{BBox, Geometry, Point, Polygon, Size};
use concord_metrics::rng::Stream;
use divan::Bencher;

const IMAGE: Size = Size::new(8_000, 8_000);
const CLASSES: usize = 20;

fn main() {
    divan::main();
}

fn standards() -> (Ontology, Policy) {
    let names: Vec<String> = (0..CLASSES).map(|n| format!("class {n}")).collect();
    let ontology = Ontology::from_class_names("bench", names.iter().map(String::as_str)).with_standard_attributes();
    let mut policy = Policy::first("bench");
    policy.rules.edge_truncated = true;
    policy.rules.max_count.insert("*".to_owned(), 100_000);
    (ontology, policy)
}

/// Objects of 20 to 80 pixels at seeded places, some of them over others.
fn labels(count: usize, ontology: &Ontology, shape: impl Fn(BBox) -> Geometry) -> Labels {
    let mut stream = Stream::new(1, "bench", "check", 0);
    let mut object = |n: usize| {
        let side = |stream: &mut Stream| 20.0 + 60.0 * stream.next_f64();
        let (width, height) = (side(&mut stream), side(&mut stream));
        let (x, y) = (stream.next_f64() * (8_000.0 - width), stream.next_f64() * (8_000.0 - height));
        let bbox = BBox::from_xywh(x, y, width, height).expect("a finite box");
        let class = format!("class {}", stream.below(CLASSES as u64));
        let mut object = Object::new(ObjectId(format!("annotator-object-{n:08}")), shape(bbox), class);
        ontology.fill_defaults(&mut object);
        object
    };
    Labels { objects: (0..count).map(&mut object).collect(), ..Labels::default() }
}

/// A star of twenty points in a box.
fn star(bbox: BBox) -> Geometry {
    let center = bbox.center();
    let point = |i: usize| {
        let (sin, cos) = (std::f64::consts::TAU * i as f64 / 20.0).sin_cos();
        let reach = if i.is_multiple_of(2) { 0.5 } else { 0.3 };
        Point::new(center.x + reach * bbox.width() * cos, center.y + reach * bbox.height() * sin)
    };
    Geometry::Polygon(Polygon::from_ring((0..20).map(point).collect()).expect("a polygon"))
}

#[divan::bench(args = [1_000, 10_000])]
fn all_boxes(bencher: Bencher, count: usize) {
    let (ontology, policy) = standards();
    let labels = labels(count, &ontology, Geometry::Box);
    bencher.bench(|| findings(&labels, IMAGE, &ontology, &policy));
}

#[divan::bench(args = [50_000], sample_count = 10)]
fn all_polygons(bencher: Bencher, count: usize) {
    let (ontology, policy) = standards();
    let labels = labels(count, &ontology, star);
    bencher.bench(|| findings(&labels, IMAGE, &ontology, &policy));
}

/// One object is moved and moved back; each sample is two updates with their findings.
#[divan::bench(args = [10_000, 50_000])]
fn two_updates_after_one_changed_box(bencher: Bencher, count: usize) {
    let (ontology, policy) = standards();
    let mut labels = labels(count, &ontology, Geometry::Box);
    let mut checker = Checker::new(&labels, IMAGE, Arc::new(Rulebook::new(&ontology, &policy)));
    let before = labels.objects[count / 2].clone();
    let geometry = before.geometry.moved(3.0, -2.0).expect("boxes can be moved");
    let after = Object { geometry, ..before.clone() };
    let there = Change::Replace { before: Box::new(before), after: Box::new(after) };
    let back = there.inverse();
    bencher.bench_local(move || {
        for change in [&there, &back] {
            change.apply(&mut labels).expect("it fits");
            checker.apply(change, &labels);
            divan::black_box(checker.findings(&labels));
        }
    });
}
