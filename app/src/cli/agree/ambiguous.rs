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
    let (has_time, has_money) = (found.hours_each.is_some(), !found.currency.is_empty());
    let cost = format!("cost, {}", found.currency);
    let mut columns = vec![("confused", Side::Left)];
    columns.extend(has_time.then_some(("time", Side::Right)));
    columns.extend((has_time && has_money).then_some((cost.as_str(), Side::Right)));
    columns.extend(["times", "open", "share", "of", "samples", "annotators"].map(|name| (name, Side::Right)));
    let mut table = Table::new(&columns);
    for pair in &found.pairs {
        let mut cells = vec![name(&pair.what)];
        cells.extend(pair.hours.map(time));
        cells.extend(pair.money.map(|money| format!("{money:.2}")));
        cells.extend([pair.count, pair.open].map(number));
        cells.push(metric(&pair.share));
        cells.extend([pair.share.n(), pair.samples, pair.annotators].map(number));
        table.row(cells);
    }
    format!("{method}\n{}\n\n{table}", rests_on(found))
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
            "What people confuse, the most frequent of {} first: no time of judging is noted on a settled\n\
             sample yet, so that the cost is not known.",
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
