//! What annotators confuse, in words and a table.

use concord_project::agree::{AgreementReport, Ambiguities, Confused};

use super::super::output::{counted, metric, number};
use super::super::table::{Side, Table};
use super::text::method_text;

/// From so many minutes on time is said in hours.
const MINUTES_TO_HOURS: f64 = 120.0;

/// What is confused, the costliest first.
pub(super) fn text(report: &AgreementReport) -> String {
    let found = &report.ambiguous;
    let method = method_text(&report.method);
    if found.pairs.is_empty() {
        return format!("{method}\nNobody confuses anything.\n");
    }
    let mut table = Table::new(&[
        ("confused", Side::Left),
        ("time", Side::Right),
        (cost_heading(found).as_str(), Side::Right),
        ("times", Side::Right),
        ("open", Side::Right),
        ("share", Side::Right),
        ("of", Side::Right),
        ("samples", Side::Right),
        ("annotators", Side::Right),
    ]);
    for pair in &found.pairs {
        table.row([
            name(&pair.what),
            pair.hours.map(time).unwrap_or_default(),
            pair.money.map(|money| format!("{money:.2}")).unwrap_or_default(),
            number(pair.count),
            number(pair.open),
            metric(&pair.share),
            number(pair.share.n()),
            number(pair.samples),
            number(pair.annotators),
        ]);
    }
    format!("{method}\n{}\n\n{table}", rests_on(found))
}

fn cost_heading(found: &Ambiguities) -> String {
    if found.currency.is_empty() { "cost".to_owned() } else { format!("cost, {}", found.currency) }
}

fn rests_on(found: &Ambiguities) -> String {
    match found.hours_each {
        Some(hours) => format!(
            "What people confuse, what costs most working time first. One disagreement took {}, the median of {} on settled\n\
             samples; those that are open count with it.",
            time(hours),
            number(found.judged)
        ),
        None => format!(
            "What people confuse, the most frequent of {} first: nobody has settled a disagreement in the window yet, so\n\
             that the working time is not known.",
            counted(found.pairs.len() as u64, "pair")
        ),
    }
}

fn name(what: &Confused) -> String {
    match what {
        Confused::Classes { a, b } => format!("{a} / {b}"),
        Confused::Values { class, attribute, a, b } => {
            format!("{class}, {attribute}: {a} / {}", b.as_deref().unwrap_or("not set"))
        }
        Confused::Nothing { class } => format!("{class} / nothing"),
    }
}

fn time(hours: f64) -> String {
    let minutes = hours * 60.0;
    if minutes < MINUTES_TO_HOURS { format!("{minutes:.1} min") } else { format!("{hours:.1} h") }
}
