//! What was done, by whom, how fast, and what an effective label costs.

use concord_language::tr;
use concord_metrics::Metric;
use concord_project::activity::{ActivityReport, Work};
use concord_widgets::parts::{big_number, empty_state};
use concord_widgets::theme::GRID;
use egui::{Grid, ScrollArea, Ui};

use crate::screens::agreement::{heading, lines, narrow_cell, people_hidden};

const DAY_H: f64 = 24.0;

pub(super) fn show(ui: &mut Ui, report: Option<&ActivityReport>) {
    let Some(report) = report else {
        ui.weak(tr!("activity-busy"));
        return;
    };
    if report.total.label_sets == 0 && report.people.is_empty() {
        empty_state(ui, tr!("activity-nobody"), tr!("activity-nobody-next"));
        return;
    }
    ScrollArea::vertical().id_salt("work").auto_shrink([false, false]).show(ui, |ui| {
        ui.add_space(GRID);
        headline(ui, report);
        ui.weak(tr!("activity-meaning"));
        ui.add_space(3.0 * GRID);
        ScrollArea::horizontal().id_salt("people").show(ui, |ui| table(ui, report));
        ui.add_space(GRID);
        people_hidden(ui, report.hidden);
    });
}

fn headline(ui: &mut Ui, report: &ActivityReport) {
    let effective = &report.effective;
    let space = |ui: &mut Ui| ui.add_space(6.0 * GRID);
    ui.horizontal_wrapped(|ui| {
        let mut rest = tr!("activity-effective-rest", samples = effective.samples);
        if effective.from_files > 0 {
            rest = format!("{rest}; {}", tr!("activity-from-files", count = effective.from_files));
        }
        big_number(ui, tr!("activity-effective"), &effective.labels.to_string(), &rest);
        space(ui);
        if let Some(hours) = effective.hours_each.value() {
            let seconds = tr!("activity-each-seconds", seconds = format!("{:.1}", hours * 3_600.0));
            big_number(ui, tr!("activity-each"), &seconds, tr!("activity-each-rest"));
            space(ui);
        }
        cost(ui, report);
        space(ui);
        again(ui, report);
        if let (Some(median), Some(p95)) = (report.age_median_h.value(), report.age_p95_h.value()) {
            space(ui);
            let rest = tr!("activity-age-rest", hours = long(p95));
            big_number(ui, tr!("activity-age"), &long(median), &rest).on_hover_text(tr!("activity-age-hint"));
        }
    });
}

fn cost(ui: &mut Ui, report: &ActivityReport) {
    let Some(cost) = &report.effective.cost else {
        big_number(ui, tr!("activity-cost-each"), "–", tr!("activity-no-rate-hint"));
        return;
    };
    let money = |value: f64| format!("{} {}", sum(value), cost.currency);
    let each = |metric: &Metric| metric.value().map_or_else(|| "–".to_owned(), money);
    let accepted = tr!("activity-cost-accepted", each = each(&cost.per_accepted_object));
    let rest = format!("{}; {accepted}", tr!("activity-cost-rest", total = money(cost.total)));
    big_number(ui, tr!("activity-cost-each"), &each(&cost.per_effective_label), &rest);
}

/// A sum with as many decimals as it takes to say anything.
fn sum(value: f64) -> String {
    if value != 0.0 && value.abs() < 0.1 { format!("{value:.4}") } else { format!("{value:.2}") }
}

fn again(ui: &mut Ui, report: &ActivityReport) {
    let rework = &report.rework;
    let share = rework.share.value().map_or_else(|| "–".to_owned(), |share| format!("{:.1} %", 100.0 * share));
    let hint = tr!(
        "activity-again-hint",
        back = rework.sent_back,
        rejected = rework.rejected,
        broke = rework.invalidated,
        opened = rework.reopened
    );
    let rest = tr!("activity-again-rest", count = rework.submitted);
    big_number(ui, tr!("activity-again"), &share, &rest).on_hover_text(hint);
}

/// Hours, or days from two on.
fn long(hours: f64) -> String {
    if hours < 2.0 * DAY_H {
        tr!("activity-hours", hours = format!("{hours:.1}"))
    } else {
        tr!("activity-days", days = format!("{:.1}", hours / DAY_H))
    }
}

fn table(ui: &mut Ui, report: &ActivityReport) {
    let has_rate = report.total.cost.is_some();
    Grid::new("work").striped(true).spacing([16.0, 6.0]).show(ui, |ui| {
        for (name, meaning) in [
            (tr!("activity-column-person"), ""),
            (tr!("activity-column-sets"), ""),
            (tr!("activity-column-labelling"), tr!("activity-column-labelling-hint")),
            (tr!("activity-column-judging"), tr!("activity-column-judging-hint")),
            (tr!("activity-column-pace"), tr!("activity-column-pace-hint")),
            (tr!("activity-column-object"), tr!("activity-column-object-hint")),
            (tr!("activity-column-rate"), tr!("activity-column-rate-hint")),
            (tr!("activity-column-unchanged"), tr!("activity-column-unchanged-hint")),
        ] {
            heading(ui, name, meaning);
        }
        if has_rate {
            heading(ui, tr!("activity-column-cost"), "");
        }
        ui.end_row();
        for person in &report.people {
            row(ui, &person.annotator, &person.work);
        }
        row(ui, tr!("activity-all"), &report.total);
    });
}

fn row(ui: &mut Ui, name: &str, work: &Work) {
    ui.label(name);
    let objects = tr!("people-objects", count = work.objects);
    let imported = (work.imported > 0).then(|| tr!("activity-imported", count = work.imported));
    let below: Vec<&str> = std::iter::once(objects.as_str()).chain(imported.as_deref()).collect();
    lines(ui, &work.label_sets.to_string(), &below, true);
    let hours = |hours: f64| tr!("activity-hours", hours = format!("{hours:.2}"));
    let waited = tr!("activity-waited", hours = hours(work.waited_h));
    lines(ui, &hours(work.labelling_h), &[&waited], work.labelling_h > 0.0);
    let judged = tr!("activity-settled", count = work.judged);
    lines(ui, &hours(work.judging_h), &[&judged], work.judging_h > 0.0);
    pace(ui, &work.pace.median_s, &work.pace.p90_s);
    pace(ui, &work.pace.median_object_s, &work.pace.p90_object_s);
    rate(ui, &work.pace.accepted_per_hour);
    unchanged(ui, work);
    if let Some(cost) = work.cost {
        ui.label(format!("{cost:.2}"));
    }
    ui.end_row();
}

fn pace(ui: &mut Ui, median: &Metric, p90: &Metric) {
    match (median.value(), p90.value()) {
        (Some(median), Some(p90)) => {
            let rest = tr!("activity-p90", seconds = format!("{p90:.1}"));
            lines(ui, &tr!("activity-each-seconds", seconds = format!("{median:.1}")), &[&rest], true);
        }
        _ => no_time(ui),
    }
}

fn rate(ui: &mut Ui, metric: &Metric) {
    match (metric.value(), metric.ci()) {
        (Some(value), Some(ci)) => {
            let interval = format!("[{:.0}, {:.0}]", ci.low, ci.high);
            let count = format!("n {}", metric.n());
            lines(ui, &format!("{value:.0}"), &[&interval, &count], true);
        }
        _ => no_time(ui),
    }
}

fn no_time(ui: &mut Ui) {
    lines(ui, tr!("agreement-undefined"), &[tr!("people-time-none")], false);
}

fn unchanged(ui: &mut Ui, work: &Work) {
    let acceptance = &work.acceptance;
    let (removed, added) = (acceptance.removed, acceptance.added);
    let hint = tr!("activity-changes", class = acceptance.class_changed, removed = removed, added = added);
    narrow_cell(ui, &acceptance.unchanged_share, &hint);
}
