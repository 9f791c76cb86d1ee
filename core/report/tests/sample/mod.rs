//! Sample reports with made-up numbers, for the tests and the example.

use concord_domain::gate::{Bound, Comparator, Defaults, Evidence, Gate, GateMetric, OnInsufficient, Severity};
use concord_geometry::BBox;
use concord_metrics::coco::CocoNumbers;
use concord_metrics::robustness::summarise;
use concord_metrics::value::{Interval, Metric, Reason};
use concord_report::{
    BoxKind, ClassRow, GateResult, Head, HeatMap, LogMark, ModelFacts, Overall, Picture, PictureBox, PicturePair,
    Settings, SliceRow, StressReport, StressType, ValidationReport, VersionMark,
};

/// The note of the sample reports.
pub(crate) const NOTE: &str = "All samples are rendered; this project declares its renderer as its production.";

fn metric(value: f64, n: u64) -> Metric {
    let interval = Interval { low: (value - 0.06).max(0.0), high: (value + 0.05).min(1.0) };
    Metric::new(value, n).with_ci(Some(interval))
}

/// A metric without a value.
pub(crate) fn none(reason: Reason) -> Metric {
    Metric::undefined(reason)
}

/// A head with texts that need escaping.
pub(crate) fn head(title: &str) -> Head {
    let mark = |version, digit: &str| VersionMark { version, digest: format!("b3:{}", digit.repeat(64)) };
    Head {
        title: title.to_owned(),
        project: "Conveyor <belt> & \"parts\"".to_owned(),
        model: ModelFacts { name: "baseline.onnx".to_owned(), sha256: "5e".repeat(32), engine: "rten 0.27".to_owned() },
        reference: "gold".to_owned(),
        note: Some(NOTE.to_owned()),
        ontology: mark(2, "a"),
        policy: mark(3, "c"),
        log: LogMark { seq: 1042, hash: format!("b3:{}", "d".repeat(64)) },
        settings: Settings { score_threshold: 0.35, iou: 0.5, confidence: 0.95, replicates: 10_000, seed: 7 },
        images: 1250,
        objects: 8731,
        predictions: 20_417,
    }
}

fn gate(
    id: &str,
    metric_name: GateMetric,
    slice: &str,
    threshold: f64,
    value: Metric,
    severity: Severity,
) -> GateResult {
    let gate = Gate {
        id: id.to_owned(),
        metric: metric_name,
        slice: slice.to_owned(),
        comparator: Comparator::AtLeast,
        threshold,
        bound: Bound::Lcb,
        severity,
        owner: "Dana".to_owned(),
    };
    let (images, objects) = if value.n() > 20 { (300, value.n()) } else { (4, value.n()) };
    let interval = value.ci().map(|c| (c.low, c.high));
    let evidence = Evidence { value: value.value(), interval, images, objects };
    let judgement = gate.judge(&evidence, &Defaults::default());
    GateResult { gate, value, images, objects, judgement }
}

fn coco() -> CocoNumbers {
    let m = |v: f64| Metric::new(v, 8731);
    CocoNumbers {
        ap: metric(0.5123, 8731),
        ap50: metric(0.7541, 8731),
        ap75: m(0.5512),
        ap_small: none(Reason::Empty),
        ap_medium: m(0.4419),
        ap_large: m(0.6108),
        ar1: m(0.2817),
        ar10: m(0.5634),
        ar100: m(0.5911),
        ar_small: none(Reason::Empty),
        ar_medium: m(0.5272),
        ar_large: m(0.6883),
    }
}

fn slices() -> Vec<SliceRow> {
    let row = |name: &str, owner: &str, importance, images, base: f64| SliceRow {
        name: name.to_owned(),
        owner: owner.to_owned(),
        importance,
        images,
        objects: images * 7,
        ap: metric(base, images * 7),
        ap50: metric(base + 0.2, images * 7),
        precision: metric(base + 0.31, images * 7),
        recall: metric(base + 0.27, images * 7),
        f1: metric(base + 0.29, images * 7),
    };
    let mut empty = row("camera C, night shift, wet belt", "", 2.5, 0, 0.1);
    empty.ap = none(Reason::Empty);
    empty.ap50 = none(Reason::Empty);
    empty.precision = none(Reason::ZeroDenominator);
    empty.recall = none(Reason::Empty);
    empty.f1 = none(Reason::ZeroDenominator);
    vec![
        row("all", "Dana", 1.0, 1250, 0.5123),
        row("camera A", "Dana", 1.0, 640, 0.5831),
        row("camera B", "Eli", 1.0, 610, 0.4377),
        row("dim", "Eli", 3.0, 212, 0.2914),
        row("fast belt", "Eli", 2.0, 55, 0.3762),
        empty,
    ]
}

/// An 8 × 6 grey JPEG, made by ImageMagick (`convert -size 8x6 xc:gray -quality 50`).
fn jpeg() -> Vec<u8> {
    include_bytes!("grey.jpg").to_vec()
}

fn picture(title: &str) -> Picture {
    let boxed = |corners: [f64; 4], label: &str, kind| PictureBox {
        bbox: BBox::try_from(corners).expect("a valid box"),
        label: label.to_owned(),
        kind,
    };
    Picture {
        title: title.to_owned(),
        caption: "2 missed, 1 false positive".to_owned(),
        jpeg: jpeg(),
        width: 640,
        height: 480,
        boxes: vec![
            boxed([40.0, 60.0, 160.0, 170.0], "bolt", BoxKind::Reference),
            boxed([46.0, 66.0, 166.0, 175.0], "bolt 0.91", BoxKind::Prediction),
            boxed([300.0, 2.0, 420.0, 90.0], "nut", BoxKind::Miss),
            boxed([-10.0, 300.0, 120.0, 440.0], "gear & <axle>", BoxKind::Miss),
            boxed([430.0, 280.0, 560.0, 420.0], "washer 0.48", BoxKind::FalsePositive),
        ],
    }
}

/// Gates with every verdict.
pub(crate) fn gates() -> Vec<GateResult> {
    let slices = slices();
    let mut skipped =
        gate("f1-night", GateMetric::F1, "camera C, night shift, wet belt", 0.5, slices[5].f1, Severity::Block);
    let defaults = Defaults { on_insufficient: OnInsufficient::Skip, ..Defaults::default() };
    skipped.judgement = skipped.gate.judge(&Evidence::default(), &defaults);
    vec![
        gate("recall-all", GateMetric::Recall, "*", 0.7, slices[0].recall, Severity::Block),
        gate("recall-dim", GateMetric::Recall, "dim", 0.6, slices[3].recall, Severity::Block),
        gate("ap-all", GateMetric::Ap, "*", 0.5, slices[0].ap, Severity::Warn),
        gate("ap-b", GateMetric::Ap, "camera B", 0.35, slices[2].ap, Severity::Block),
        gate(
            "recall-night",
            GateMetric::Recall,
            "camera C, night shift, wet belt",
            0.5,
            slices[5].recall,
            Severity::Block,
        ),
        skipped,
    ]
}

/// A validation report with every kind of row.
pub(crate) fn validation() -> ValidationReport {
    let slices = slices();
    let classes = ["bolt", "nut", "washer", "gear", "spring & <clip>"];
    let heat = HeatMap {
        rows: slices.iter().map(|s| s.name.clone()).collect(),
        columns: classes.map(str::to_owned).into(),
        cells: slices
            .iter()
            .map(|s| {
                let cell = |c: usize| s.ap.value().map(|v| Metric::new(v * (0.4 + 0.15 * c as f64), 40));
                (0..5).map(|c| cell(c).unwrap_or(none(Reason::Empty))).collect()
            })
            .collect(),
    };
    let class = |(i, name): (usize, &str)| ClassRow {
        name: name.to_owned(),
        objects: 500 + 37 * i as u64,
        ap: metric(0.41 + 0.05 * i as f64, 500),
        ap50: metric(0.63 + 0.05 * i as f64, 500),
        precision: if i == 4 { none(Reason::ZeroDenominator) } else { metric(0.7013 + 0.05 * i as f64, 500) },
        recall: metric(0.6021 + 0.05 * i as f64, 500),
    };
    ValidationReport {
        head: head("Validation of baseline.onnx"),
        overall: Overall {
            coco: coco(),
            precision: metric(0.8213, 9000),
            recall: slices[0].recall,
            f1: metric(0.8017, 8731),
            false_positives_per_image: metric(0.4312, 1250),
        },
        classes: classes.into_iter().enumerate().map(class).collect(),
        slices,
        slice_class_ap: heat,
        gates: gates(),
        pictures: vec![picture("scene-00017.jpg"), picture("scene-00312.jpg"), picture("scene-00999.jpg")],
    }
}

/// A stress report with a gap.
pub(crate) fn stress() -> StressReport {
    let names = ["gaussian noise", "motion blur", "brightness", "jpeg compression", "fog"];
    let types: Vec<StressType> = names
        .iter()
        .enumerate()
        .map(|(t, name)| {
            let cell = |s: usize| metric(0.5 - 0.07 * s as f64 - 0.02 * t as f64, 8731);
            let mut cells: Vec<Metric> = (1..=5).map(cell).collect();
            if t == 4 {
                cells[2] = none(Reason::InsufficientSupport);
            }
            let pair = || PicturePair { clean: picture("clean"), perturbed: picture("severity 5") };
            StressType { name: (*name).to_owned(), cells, pictures: (t < 2).then(pair) }
        })
        .collect();
    let cells: Vec<Vec<Metric>> = types.iter().map(|t| t.cells.clone()).collect();
    StressReport {
        head: head("Stress test of baseline.onnx"),
        metric: "AP".to_owned(),
        severities: vec![1, 2, 3, 4, 5],
        robustness: summarise(metric(0.5123, 8731), &cells),
        types,
        gates: vec![],
    }
}
