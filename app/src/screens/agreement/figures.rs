//! Figures in words: the value, its interval and what it rests on, or the reason why there is none.

use concord_language::tr;
use concord_metrics::{Metric, Reason};
use concord_widgets::charts::IntervalRow;
use concord_widgets::theme::Status;
use egui::{Align, Layout, Response, RichText, TextWrapMode, Ui};

/// Why a figure has no value.
pub(super) fn why(reason: Reason) -> &'static str {
    match reason {
        Reason::Empty => tr!("agreement-reason-empty"),
        Reason::NoVariation => tr!("agreement-reason-no-variation"),
        Reason::ZeroDenominator => tr!("agreement-reason-zero-denominator"),
        Reason::InsufficientSupport => tr!("agreement-reason-insufficient-support"),
        Reason::NotApplicable => tr!("agreement-reason-not-applicable"),
        Reason::NonFiniteInput => tr!("agreement-reason-non-finite-input"),
    }
}

/// The number, and what stands beside it: the interval and the support, or the reason.
pub(super) fn number_and_rest(metric: &Metric) -> (String, String) {
    match metric {
        Metric::Undefined { reason } => (tr!("agreement-undefined").to_owned(), why(*reason).to_owned()),
        Metric::Defined { value, n, ci } => {
            let interval = ci
                .map(|ci| format!("[{:.2}, {:.2}] ", unsigned_zero(ci.low), unsigned_zero(ci.high)))
                .unwrap_or_default();
            (format!("{:.3}", unsigned_zero(*value)), format!("{interval}n {n}"))
        }
    }
}

/// A hair below zero is zero, and bears no sign.
fn unsigned_zero(value: f64) -> f64 {
    if value.abs() < 5e-4 { 0.0 } else { value }
}

/// A cell of a table: the number, and below it in small what stands beside it.
pub(super) fn cell(ui: &mut Ui, metric: &Metric, meaning: &str) {
    let (number, rest) = number_and_rest(metric);
    lines(ui, &number, &[&rest], metric.is_defined()).on_hover_text(meaning);
}

/// As [`cell`], for a table of many columns: what the figure rests on stands on a line of its own.
pub(crate) fn narrow_cell(ui: &mut Ui, metric: &Metric, meaning: &str) {
    let (number, rest) = number_and_rest(metric);
    let parts: Vec<&str> = match rest.split_once("] ") {
        Some((_, support)) => vec![&rest[..rest.len() - support.len() - 1], support],
        None => vec![&rest],
    };
    lines(ui, &number, &parts, metric.is_defined()).on_hover_text(meaning);
}

/// A line that is strong where it is a number, and small ones below it.
pub(crate) fn lines(ui: &mut Ui, upper: &str, below: &[&str], is_strong: bool) -> Response {
    let column = |ui: &mut Ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        ui.style_mut().wrap_mode = Some(TextWrapMode::Extend);
        let upper = if is_strong { RichText::new(upper).strong() } else { RichText::new(upper).weak() };
        ui.label(upper);
        for line in below {
            ui.label(RichText::new(*line).small().weak());
        }
    };
    ui.with_layout(Layout::top_down(Align::Min), column).response
}

/// A heading of a table with what it means.
pub(crate) fn heading(ui: &mut Ui, name: &str, meaning: &str) {
    let label = ui.label(RichText::new(name).strong());
    if !meaning.is_empty() {
        label.on_hover_text(meaning);
    }
}

/// A row of an interval plot.
pub(super) fn interval_row(label: String, metric: &Metric, status: Status) -> IntervalRow {
    IntervalRow {
        label,
        value: metric.value(),
        interval: metric.ci().map(|ci| (ci.low, ci.high)),
        support: format!("n {}", metric.n()),
        status,
        note: metric.reason().map(why).unwrap_or_default().to_owned(),
    }
}

/// A name with the mark of what rests on few.
pub(super) fn name_marked(name: &str, is_thin: bool) -> String {
    if is_thin { tr!("agreement-few-name", name = name) } else { name.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use concord_metrics::Interval;

    #[test]
    fn a_figure_is_never_alone() {
        let metric = Metric::new(0.8125, 40).with_ci(Some(Interval { low: 0.7, high: 0.9 }));
        assert_eq!(number_and_rest(&metric), ("0.812".to_owned(), "[0.70, 0.90] n 40".to_owned()));
        assert_eq!(number_and_rest(&Metric::new(f64::NAN, 3)).1, "a value is no finite number");
        let none = Metric::undefined(Reason::NoVariation);
        assert_eq!(number_and_rest(&none), ("not defined".to_owned(), "only one value occurs".to_owned()));
    }
}
