//! What was held against what, and how: the words above all figures.

use concord_language::tr;
use concord_project::agree::{AgreementReport, Method};
use egui::Ui;

pub(super) fn show(ui: &mut Ui, report: &AgreementReport) {
    let method = &report.method;
    ui.weak(tr!("agreement-method-matching", iou = format!("{:.2}", method.match_iou)));
    ui.weak(sentences(method).join(" "));
}

/// How many samples under which versions, who was left out, and what the intervals are.
fn sentences(method: &Method) -> Vec<String> {
    let versions: Vec<String> = method
        .policy_versions
        .iter()
        .map(|(version, count)| tr!("agreement-method-version", count = *count, version = version.to_string()))
        .collect();
    let samples = if versions.is_empty() {
        tr!("agreement-method-samples", count = method.samples)
    } else {
        tr!("agreement-method-samples-under", count = method.samples, versions = versions.join(", "))
    };
    let reference = method.reference.as_ref().map(|name| tr!("agreement-method-reference", name = name));
    let known = (method.known_answers > 0).then(|| tr!("agreement-method-known", count = method.known_answers));
    let intervals = if method.replicates > 0 {
        tr!(
            "agreement-method-intervals",
            level = format!("{:.0}", method.confidence * 100.0),
            draws = method.replicates.to_string(),
            seed = method.seed.to_string()
        )
    } else {
        tr!("agreement-method-no-intervals").to_owned()
    };
    [Some(samples), reference, known, Some(intervals)].into_iter().flatten().collect()
}
