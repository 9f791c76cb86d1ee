//! Words that the parts of the screen share: headings, times, roles and figures.

use concord_domain::role::Role;
use concord_language::tr;
use concord_metrics::{Metric, Reason};
use egui::{RichText, Ui};

/// A heading within a part.
pub(super) fn strong(ui: &mut Ui, words: &str) {
    ui.label(RichText::new(words).size(15.0).strong());
}

/// A heading of a table with what it means.
pub(super) fn column(ui: &mut Ui, name: &str, meaning: &str) {
    let label = ui.label(RichText::new(name).strong());
    if !meaning.is_empty() {
        label.on_hover_text(meaning);
    }
}

/// A time as date and minute, in UTC.
pub(super) fn moment(at_utc_ms: i64) -> String {
    let time = jiff::Timestamp::from_millisecond(at_utc_ms).unwrap_or_default();
    time.strftime("%Y-%m-%d %H:%M").to_string()
}

/// A role, and what it is for.
pub(super) fn role(role: Role) -> (&'static str, &'static str) {
    match role {
        Role::Annotator => (tr!("policy-annotator"), tr!("policy-annotator-hint")),
        Role::Reviewer => (tr!("policy-reviewer"), tr!("policy-reviewer-hint")),
        Role::Arbiter => (tr!("policy-arbiter"), tr!("policy-arbiter-hint")),
        Role::Owner => (tr!("policy-owner"), tr!("policy-owner-hint")),
    }
}

/// Why a figure has no value.
fn why(reason: Reason) -> &'static str {
    match reason {
        Reason::Empty => tr!("agreement-reason-empty"),
        Reason::NoVariation => tr!("agreement-reason-no-variation"),
        Reason::ZeroDenominator => tr!("agreement-reason-zero-denominator"),
        Reason::InsufficientSupport => tr!("agreement-reason-insufficient-support"),
        Reason::NotApplicable => tr!("agreement-reason-not-applicable"),
        Reason::NonFiniteInput => tr!("agreement-reason-non-finite-input"),
    }
}

/// A figure and what stands below it: the interval, or the reason why there is none.
pub(super) fn figure(metric: &Metric) -> (String, String) {
    worded(metric, |value| format!("{value:.3}"))
}

/// By how much a figure rose, with its sign.
pub(super) fn rise(metric: &Metric) -> (String, String) {
    worded(metric, |value| format!("{value:+.3}"))
}

fn worded(metric: &Metric, number: fn(f64) -> String) -> (String, String) {
    match metric {
        Metric::Defined { value, ci, .. } => {
            let interval = ci.map(|ci| format!("[{:.2}, {:.2}]", ci.low, ci.high)).unwrap_or_default();
            (number(*value), interval)
        }
        Metric::Undefined { reason } => (tr!("agreement-undefined").to_owned(), why(*reason).to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use concord_metrics::Interval;

    use super::*;

    #[test]
    fn a_figure_has_its_interval_or_its_reason() {
        let metric = Metric::new(-0.25, 3).with_ci(Some(Interval { low: -0.5, high: 0.125 }));
        assert_eq!(rise(&metric), ("-0.250".to_owned(), "[-0.50, 0.12]".to_owned()));
        assert_eq!(rise(&Metric::new(0.5, 3)).0, "+0.500");
        let none = Metric::undefined(Reason::NoVariation);
        assert_eq!(figure(&none), ("not defined".to_owned(), "only one value occurs".to_owned()));
        assert_eq!(figure(&Metric::new(f64::NAN, 3)).0, "not defined");
    }

    #[test]
    fn a_time_is_said_to_the_minute() {
        assert_eq!(moment(1_767_225_600_000), "2026-01-01 00:00");
    }
}
