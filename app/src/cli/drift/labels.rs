//! Drift of labels, month by month, in words and a table.

use std::fmt::Write as _;

use concord_project::drift::{LabelDriftReport, LabelMonth, LabelVerdict};

use super::super::output::{metric, number};
use super::super::table::{Side, Table};

/// Most classes of a month that are named.
const CLASSES: usize = 4;

/// The report for people.
pub(super) fn report(report: &LabelDriftReport) -> String {
    let Some(baseline) = &report.baseline else {
        return "Nobody has submitted a label set.".to_owned();
    };
    let mut text = format!(
        "Labels, images and a model's words of each month against {baseline}; more than PSI {} and than chance counts as \
         moved\n",
        report.psi_threshold
    );
    match &report.run {
        Some((run, model)) => {
            let _ = writeln!(text, "the model is {model} (run {run}), from a score of {} on", report.score);
        }
        None => text.push_str("no model has looked at the images, so that their features alone speak for them\n"),
    }
    let mut table = Table::new(&[
        ("month", Side::Left),
        ("label sets", Side::Right),
        ("images", Side::Right),
        ("f1_cls", Side::Right),
        ("kappa_cls", Side::Right),
        ("PSI of classes", Side::Right),
        ("of the model's", Side::Right),
        ("features that moved", Side::Left),
        ("verdict", Side::Left),
    ]);
    for month in &report.months {
        let flagged: Vec<&str> = month.features.iter().filter(|f| f.flagged).map(|f| f.feature.as_str()).collect();
        table.row([
            month.month.clone(),
            number(month.label_sets),
            number(month.images),
            metric(&month.f1_cls),
            metric(&month.kappa_cls),
            metric(&month.labels.psi),
            metric(&month.model.psi),
            if flagged.is_empty() { "—".to_owned() } else { flagged.join(", ") },
            words(month.verdict, report.min_support),
        ]);
    }
    let _ = write!(text, "\n{table}");
    for month in &report.months {
        let _ = writeln!(text, "{}: {}", month.month, classes(month));
    }
    text
}

fn words(verdict: LabelVerdict, min_support: u64) -> String {
    match verdict {
        LabelVerdict::Baseline => "what the others are held against".to_owned(),
        LabelVerdict::TooFew => format!("— (fewer than {} images)", number(min_support)),
        LabelVerdict::Stable => "stable".to_owned(),
        LabelVerdict::Labels => "LABELS DRIFTED: the images did not".to_owned(),
        LabelVerdict::Inputs => "the images moved, the labels did not".to_owned(),
        LabelVerdict::Both => "labels moved with the images".to_owned(),
    }
}

/// The most frequent classes of a month.
fn classes(month: &LabelMonth) -> String {
    let total: u64 = month.classes.values().sum();
    if total == 0 {
        return "no object".to_owned();
    }
    let mut sorted: Vec<(&String, u64)> = month.classes.iter().map(|(class, n)| (class, *n)).collect();
    sorted.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(b.0)));
    let share = |(class, n): &(&String, u64)| format!("{class} {:.0} %", *n as f64 * 100.0 / total as f64);
    let mut named: Vec<String> = sorted.iter().take(CLASSES).map(share).collect();
    if sorted.len() > CLASSES {
        named.push(format!("and {} more", number((sorted.len() - CLASSES) as u64)));
    }
    named.join(", ")
}
