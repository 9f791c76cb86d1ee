//! The sample project through the whole chain: dim is worse than bright, camera B drifts and A does not, perturbations
//! hurt, and its gold is released and verified.

use std::path::Path;

use concord_conveyor::{ExportOptions, MODEL, create};
use concord_metrics::Metric;
use concord_project::drift::{Span, drift_and_queue};
use concord_project::queue::{QueueOptions, rank};
use concord_project::release::{ReleaseOptions, release};
use concord_project::stress::{StressOptions, stress};
use concord_project::validate::validate;
use concord_project::{Desk, Progress, agree, run, verify};

fn sample_project(dir: &Path) -> Desk {
    let options = ExportOptions::default();
    let made = create(&dir.join("belt"), &options, "engineer", "desk1", concord_tests::clock, &Progress::default());
    let made = made.expect("the sample project can be made");
    assert_eq!((made.catalogue.added, made.catalogue.problems.len()), (400, 0), "{:?}", made.catalogue.problems);
    for (annotator, report) in &made.labels {
        assert!(report.problems.is_empty(), "{annotator}: {:?}", report.problems);
        assert!(report.quarantined.is_empty(), "{annotator}: {:?}", report.quarantined);
    }
    made.desk
}

fn value(metric: Metric) -> f64 {
    metric.value().expect("a defined metric")
}

#[test]
fn the_sample_project_goes_all_the_way() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let desk = sample_project(dir.path());
    let progress = Progress::default();
    let report = run::run(&desk, MODEL, &progress).expect("the model runs");
    assert_eq!((report.run.samples, report.problems.len(), report.unmapped_classes.len()), (400, 0, 0));

    let validation = validate(&desk.project, MODEL, &dir.path().join("validation"), &progress).expect("validated");
    let slice = |name: &str| {
        let row = validation.report.slices.iter().find(|s| s.name == name);
        row.unwrap_or_else(|| panic!("a slice named {name}"))
    };
    let (bright, dim) = (value(slice("camera A bright").ap50), value(slice("dim").ap50));
    assert!(bright >= 0.80, "AP50 on camera A bright is {bright}");
    assert!(dim < bright - 0.1, "AP50 on dim is {dim}, on camera A bright {bright}");
    assert_eq!(validation.exit_code(), 3, "the dim gate fails");
    let note = validation.report.head.note.as_deref().unwrap_or_default();
    assert!(note.contains("rendered images as its production"), "{note}");

    let span = |text: &str| Span::parse(text).expect("a span");
    let drift = drift_and_queue(&desk, span("2026-03-01..2026-03-20"), span("2026-03-21..2026-04-09"));
    let drift = drift.expect("drift is computed");
    let found = |name: &str| drift.slices.iter().find(|s| s.slice == name).expect("a slice");
    assert!(found("camera B").drifted && found("camera B").supported);
    assert!(!found("camera A").drifted && found("camera A").supported, "{:?}", found("camera A").features.first());
    let queue = rank(&desk.project, &QueueOptions { now_ms: desk.now(), top: Some(20), ..QueueOptions::default() });
    let queue = queue.expect("a queue");
    let reasons: Vec<String> = queue.items.iter().flat_map(|i| &i.reasons).map(ToString::to_string).collect();
    assert!(reasons.iter().any(|r| r.contains("drift in slice camera B")), "{reasons:?}");

    let pairs = agree::agree(&desk.project, &agree::AgreeOptions::default()).expect("agreement").pairs;
    assert_eq!(pairs.len(), 3);
    for pair in &pairs {
        let f1 = value(pair.figures.f1_cls);
        assert!((0.6..1.0).contains(&f1), "{} and {}: {f1}", pair.a, pair.b);
    }
    let out = dir.path().join("release");
    let released = release(&desk, &out, &ReleaseOptions::default()).expect("released");
    assert!(released.samples.iter().sum::<u64>() > 0 && released.objects > 0);
    assert!(verify::verify(&out).expect("verified").is_ok());
    let project = verify::verify(&desk.project.dir).expect("verified");
    assert!(project.is_ok(), "{:?}", project.differences);
    average_precision_falls_with_severity(&desk, &dir.path().join("stress"));
}

/// Six perturbations on some of the scenes: worse images never help, and on average each severity hurts more.
fn average_precision_falls_with_severity(desk: &Desk, out: &Path) {
    let options = StressOptions { limit: Some(40), ..StressOptions::default() };
    let report = stress(&desk.project, MODEL, out, &options, &Progress::default()).expect("stressed").report;
    assert_eq!((report.types.len(), report.severities.as_slice()), (6, [1, 3, 5].as_slice()));
    let clean = value(report.robustness.clean);
    let by_severity: Vec<f64> = report.robustness.per_severity.iter().map(|m| value(*m)).collect();
    assert!(clean > by_severity[0], "{clean} {by_severity:?}");
    assert!(by_severity.is_sorted_by(|a, b| a > b), "{by_severity:?}");
    assert!(value(report.robustness.rpc) < 0.9);
}
