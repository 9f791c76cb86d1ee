//! The agreement of annotators in words and tables.

use std::fmt::Write as _;

use concord_metrics::agreement::{ClassAgreement, CurvePoint};
use concord_metrics::attributes::AttributeCoefficient;
use concord_metrics::ratings::Estimate;
use concord_project::agree::{
    AgreementReport, AttributeRow, Group, GroupKind, Method, PairAgreement, TagRow, Together, is_thin,
};

use super::super::output::{counted, metric, number};
use super::super::table::{Side, Table};

/// Widest confusion table that is shown to people, in classes.
const WIDEST_TABLE: usize = 12;
/// Most classes that have a line each.
const MOST_CLASSES: usize = 40;
/// Shaky intervals that are named.
const NAMED: usize = 6;

/// The whole report for people; with the curve of thresholds where it is asked for.
pub(super) fn report(report: &AgreementReport, with_curve: bool) -> String {
    let names = if report.annotators.is_empty() { "nobody".to_owned() } else { report.annotators.join(", ") };
    let mut text =
        format!("{} with submitted label sets: {names}\n", counted(report.annotators.len() as u64, "annotator"));
    text.push_str(&method_text(&report.method));
    for pair in &report.pairs {
        text.push_str(&pair_text(pair, report.required_f1_cls));
    }
    if report.pairs_without_samples > 0 {
        let pairs = counted(report.pairs_without_samples, "pair");
        let _ = writeln!(text, "\n{pairs} without a sample that both have submitted: there is nothing to compare.");
    }
    if report.pairs.is_empty() && report.pairs_without_samples == 0 {
        text.push_str("\nIt takes two annotators to compare.\n");
    }
    text.extend(report.together.iter().map(together_text));
    text.push_str(&groups_text(&report.groups));
    if with_curve {
        text.push_str(&curve_text(&report.curve));
    }
    text
}

/// What was held against what, and how.
pub(super) fn method_text(method: &Method) -> String {
    let versions: Vec<String> =
        method.policy_versions.iter().map(|(version, n)| format!("{} under version {version}", number(*n))).collect();
    let under = if versions.is_empty() { String::new() } else { format!(" ({} of the policy)", versions.join(", ")) };
    let mut text = format!(
        "{} with two or more label sets{under}; objects are matched one to one with the largest total overlap, those of one\n\
         class first, from an overlap of {} on",
        counted(method.samples, "sample"),
        method.match_iou
    );
    if method.replicates > 0 {
        let level = method.confidence * 100.0;
        let _ = write!(
            text,
            "; intervals: {level:.0} %, {} draws of samples, seed {}",
            number(u64::from(method.replicates)),
            method.seed
        );
    }
    text.push('\n');
    if let Some(reference) = &method.reference {
        let _ = writeln!(text, "left out: {reference}, the reference of validations");
    }
    if method.known_answers > 0 {
        let _ = writeln!(text, "left out: {} to tasks whose answer was known", counted(method.known_answers, "answer"));
    }
    text
}

fn estimate_row(table: &mut Table, name: &str, estimate: &Estimate, of: &str) {
    table.row([name.to_owned(), metric(&estimate.shown()), number(estimate.used), of.to_owned()]);
}

fn together_text(together: &Together) -> String {
    let mut table =
        Table::new(&[("measure", Side::Left), ("value", Side::Right), ("n", Side::Right), ("of", Side::Left)]);
    estimate_row(&mut table, "alpha_det", &together.alpha_det, "things: Krippendorff's alpha of class or nothing");
    estimate_row(&mut table, "alpha_cls", &together.alpha_cls, "things that two or more found: alpha of the class");
    estimate_row(&mut table, "ac1", &together.ac1, "things: Gwet's AC1 of class or nothing");
    estimate_row(&mut table, "fleiss", &together.fleiss, "things on samples that all saw: Fleiss' kappa");
    format!(
        "\nAll {} together: {} that somebody drew, put together by overlap\n\n{table}",
        counted(together.annotators, "annotator"),
        counted(together.units, "thing")
    )
}

fn groups_text(groups: &[Group]) -> String {
    let mut text = String::new();
    for (kind, title) in [
        (GroupKind::Slice, "slice"),
        (GroupKind::Policy, "version of the policy"),
        (GroupKind::Month, "month of submission"),
    ] {
        let mut table = Table::new(&[
            (title, Side::Left),
            ("f1_cls", Side::Right),
            ("f1_loc", Side::Right),
            ("kappa_cls", Side::Right),
            ("mean_iou", Side::Right),
            ("pairs of label sets", Side::Right),
            ("", Side::Left),
        ]);
        for group in groups.iter().filter(|group| group.kind == kind) {
            table.row([
                group.name.clone(),
                metric(&group.f1_cls),
                metric(&group.f1_loc),
                metric(&group.kappa_cls),
                metric(&group.mean_iou),
                number(group.pairs),
                if group.is_thin { "rests on few".to_owned() } else { String::new() },
            ]);
        }
        let table = table.to_string();
        if !table.is_empty() {
            let _ = write!(text, "\nAll pairs pooled, by {title}:\n\n{table}");
        }
    }
    text
}

fn curve_text(curve: &[CurvePoint]) -> String {
    let mut table = Table::new(&[
        ("overlap from", Side::Right),
        ("f1_loc", Side::Right),
        ("f1_cls", Side::Right),
        ("kappa_cls", Side::Right),
        ("mean_iou", Side::Right),
    ]);
    for point in curve {
        table.row([
            format!("{:.2}", point.tau),
            metric(&point.f1_loc),
            metric(&point.f1_cls),
            metric(&point.kappa_cls),
            metric(&point.mean_iou),
        ]);
    }
    format!("\nWhat other thresholds of overlap would give, all pairs pooled:\n\n{table}")
}

fn pair_text(pair: &PairAgreement, required: Option<f64>) -> String {
    let figures = &pair.figures;
    let counts = &figures.counts;
    let mut table =
        Table::new(&[("measure", Side::Left), ("value", Side::Right), ("n", Side::Right), ("of", Side::Left)]);
    for (name, value, unit) in [
        ("f1_loc", figures.f1_loc, "objects: the same ones found"),
        ("f1_cls", figures.f1_cls, "objects: and the same class"),
        ("kappa_cls", figures.kappa_cls, "matched pairs: their classes"),
        ("mean_iou", figures.mean_iou, "matched pairs"),
        ("median_iou", figures.median_iou, "matched pairs"),
        ("p10_iou", figures.p10_iou, "matched pairs: 10 % quantile"),
        ("kappa_det", figures.kappa_det, "objects and gaps: background as a category"),
        ("kappa_presence", figures.kappa_presence, "classes: mean over them"),
    ] {
        table.row([name.to_owned(), metric(&value), number(value.n()), unit.to_owned()]);
    }
    let matched = &pair.matched_classes;
    let pabak = matched.prevalence.pabak;
    table.row(["kappa_cls, large-sample".to_owned(), metric(&matched.cohen.kappa), number(matched.cohen.n), {
        "matched pairs: its interval by formula".to_owned()
    }]);
    estimate_row(&mut table, "ac1", &matched.ac1, "matched pairs: Gwet's AC1 of their classes");
    table.row([
        "pabak".to_owned(),
        metric(&pabak),
        number(pabak.n()),
        "matched pairs: kappa if all classes were as frequent".to_owned(),
    ]);
    let mut classes = Table::new(&[
        ("class", Side::Left),
        ("f1_cls", Side::Right),
        ("kappa_presence", Side::Right),
        (&format!("objects of {}", pair.a), Side::Right),
        (&format!("objects of {}", pair.b), Side::Right),
    ]);
    // The most frequent classes, in the order of the ontology.
    let mut shown: Vec<&ClassAgreement> = figures.per_class.iter().collect();
    shown.sort_by_key(|class| std::cmp::Reverse(class.boxes_a + class.boxes_b));
    let more = shown.len().saturating_sub(MOST_CLASSES);
    shown.truncate(MOST_CLASSES);
    shown.sort_by_key(|class| class.class);
    for class in shown {
        let (f1, kappa) = (metric(&class.f1_cls), metric(&class.kappa_presence));
        classes.row([class_name(pair, class.class), f1, kappa, number(class.boxes_a), number(class.boxes_b)]);
    }
    let more = if more > 0 { format!("  and {more} rarer classes, in the output of --json\n") } else { String::new() };
    let unstable = unstable_text(pair);
    let policy = match (required, pair.reaches_policy) {
        (Some(least), Some(true)) => format!("\nThe policy asks for F1 of at least {least}: reached.\n"),
        (Some(least), Some(false)) => {
            format!("\nThe policy asks for F1 of at least {least} at the lower end of the interval: not reached.\n")
        }
        (Some(least), None) => {
            format!("\nThe policy asks for F1 of at least {least}: there is no interval to judge by.\n")
        }
        (None, _) => String::new(),
    };
    let paradox = if matched.prevalence.paradox {
        "\nOne class is so frequent that kappa is low although they mostly agree: look at pabak and ac1 too.\n"
    } else {
        ""
    };
    format!(
        "\n{} and {}: {}, {} and {} objects, {} matched{}\n\n{table}{paradox}{policy}{unstable}\n{classes}{more}{}{}{}",
        pair.a,
        pair.b,
        counted(counts.images, "image"),
        number(counts.boxes_a),
        number(counts.boxes_b),
        number(counts.matched),
        if is_thin(counts.images, counts.boxes_a + counts.boxes_b) { "; this rests on few" } else { "" },
        attributes_text(&pair.attributes),
        tags_text(&pair.tags),
        confusion_text(pair)
    )
}

/// The table of classes, rows the first annotator, columns the second, with the background last.
fn confusion_text(pair: &PairAgreement) -> String {
    let counts = &pair.figures.table;
    if counts.len() > WIDEST_TABLE + 1 {
        return format!("\nThe table of {} classes is in the output of --json.\n", counts.len() - 1);
    }
    let name = |at: usize| pair.class_names.get(at).map_or("nothing", String::as_str);
    let heading = format!("{} ↓  {} →", pair.a, pair.b);
    let mut columns = vec![(heading.as_str(), Side::Left)];
    columns.extend((0..counts.len()).map(|at| (name(at), Side::Right)));
    let mut table = Table::new(&columns);
    for (at, row) in counts.iter().enumerate() {
        table.row(std::iter::once(name(at).to_owned()).chain(row.iter().map(|n| number(*n))));
    }
    format!("\n{table}")
}

fn attributes_text(attributes: &[AttributeRow]) -> String {
    let mut table =
        Table::new(&[("attribute", Side::Left), ("value", Side::Right), ("n", Side::Right), ("measure", Side::Left)]);
    for row in attributes {
        let measure = match row.figures.coefficient {
            AttributeCoefficient::Kappa => "kappa, \"not set\" as a category",
            AttributeCoefficient::QuadraticKappa => "quadratic kappa on the scale",
            AttributeCoefficient::AlphaInterval => "Krippendorff's alpha, interval",
            AttributeCoefficient::ExactMatch => "share of equal texts",
        };
        let n = number(row.figures.compared);
        table.row([row.name.clone(), metric(&row.figures.value), n.clone(), measure.to_owned()]);
        if let Some(linear) = &row.figures.linear {
            table.row([String::new(), metric(linear), n, "linear kappa on the scale".to_owned()]);
        }
    }
    let table = table.to_string();
    if table.is_empty() { table } else { format!("\n{table}") }
}

fn tags_text(tags: &[TagRow]) -> String {
    let mut table = Table::new(&[
        ("tag", Side::Left),
        ("kappa", Side::Right),
        ("pabak", Side::Right),
        ("both", Side::Right),
        ("only one", Side::Right),
        ("neither", Side::Right),
    ]);
    for row in tags {
        let [both, first, second, neither] = row.counts;
        table.row([
            row.tag.clone(),
            metric(&row.cohen.kappa),
            metric(&row.prevalence.pabak),
            number(both),
            number(first + second),
            number(neither),
        ]);
    }
    let table = table.to_string();
    if table.is_empty() { table } else { format!("\n{table}") }
}

fn class_name(pair: &PairAgreement, class: usize) -> String {
    pair.class_names.get(class).cloned().unwrap_or_else(|| format!("class {class}"))
}

/// Which intervals are shaky, a few of them by name.
fn unstable_text(pair: &PairAgreement) -> String {
    let names: Vec<String> = pair.unstable().map(|(figure, class)| named(figure, class)).collect();
    let (first, rest) = names.split_at(names.len().min(NAMED));
    if first.is_empty() {
        return String::new();
    }
    let more = if rest.is_empty() { String::new() } else { format!(" and {} more", rest.len()) };
    format!("\nShaky intervals (over 5 % of the draws are undefined): {}{more}\n", first.join(", "))
}

/// A figure with the name of its class.
fn named(figure: &str, class: Option<&str>) -> String {
    class.map_or_else(|| figure.to_owned(), |class| format!("{figure} of {class}"))
}
