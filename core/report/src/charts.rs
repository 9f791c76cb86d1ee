//! Where the marks of the charts stand; the templates draw them as inline SVG. Units are CSS pixels.

use concord_domain::gate::Gate;
use concord_metrics::value::{Interval, Metric};
use serde::Serialize;

use crate::model::{GateResult, verdict_words};
use crate::view::{comparator_sign, number};

const PLOT_WIDTH: f64 = 560.0;
const LABEL_WIDTH: f64 = 180.0;
const VALUE_WIDTH: f64 = 84.0;
const ROW_HEIGHT: f64 = 24.0;
const TOP: f64 = 8.0;
const AXIS_HEIGHT: f64 = 22.0;
/// Longest label that fits its column.
const LABEL_CHARS: usize = 27;

/// Values with intervals and gate lines, one row a slice; the scale runs from 0 to 1.
#[derive(Serialize)]
pub(crate) struct DotPlot {
    title: String,
    width: f64,
    height: f64,
    axis_y: f64,
    ticks: Vec<Tick>,
    label_x: f64,
    value_x: f64,
    rows: Vec<DotMarks>,
}

/// A row that is to be drawn.
pub(crate) struct DotRow<'a> {
    pub(crate) label: String,
    pub(crate) metric: Metric,
    pub(crate) gates: Vec<&'a GateResult>,
}

#[derive(Serialize)]
struct Tick {
    at: f64,
    text: String,
}

#[derive(Serialize)]
struct DotMarks {
    y: f64,
    label: String,
    full_label: String,
    dot_x: Option<f64>,
    line: Option<[f64; 2]>,
    gates: Vec<GateMark>,
    text: String,
    tooltip: String,
    style: &'static str,
}

#[derive(Serialize)]
struct GateMark {
    x: f64,
    tooltip: String,
    style: &'static str,
}

fn tenths(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}

fn shortened(label: &str) -> String {
    if label.chars().count() <= LABEL_CHARS {
        return label.to_owned();
    }
    label.chars().take(LABEL_CHARS - 1).chain(['…']).collect()
}

fn gate_sentence(gate: &Gate) -> String {
    format!("gate {}: {} {} {}", gate.id, gate.metric.name(), comparator_sign(gate.comparator), gate.threshold)
}

impl DotPlot {
    pub(crate) fn new<'a>(title: &str, rows: impl Iterator<Item = DotRow<'a>>) -> Self {
        let rows: Vec<DotMarks> = rows.enumerate().map(|(i, row)| dot_marks(i, &row)).collect();
        let axis_y = TOP + rows.len() as f64 * ROW_HEIGHT;
        let ticks = (0..=5).map(|i| {
            let value = f64::from(i) / 5.0;
            Tick { at: dot_x(value), text: format!("{value:.1}") }
        });
        Self {
            title: title.to_owned(),
            width: PLOT_WIDTH,
            height: axis_y + AXIS_HEIGHT,
            axis_y,
            ticks: ticks.collect(),
            label_x: LABEL_WIDTH - 12.0,
            value_x: PLOT_WIDTH - VALUE_WIDTH + 14.0,
            rows,
        }
    }
}

fn dot_x(value: f64) -> f64 {
    tenths(LABEL_WIDTH + value.clamp(0.0, 1.0) * (PLOT_WIDTH - LABEL_WIDTH - VALUE_WIDTH))
}

fn dot_marks(index: usize, row: &DotRow<'_>) -> DotMarks {
    let value = row.metric.value();
    let worst = row.gates.iter().map(|g| g.judgement.verdict).max_by_key(|v| severity(*v));
    let (style, sign, _) = worst.map_or(("", "", ""), verdict_words);
    let mut text = value.map_or("—".to_owned(), number);
    if !sign.is_empty() {
        text = format!("{text} {sign}");
    }
    let tooltip = match (value, row.metric.ci()) {
        (Some(v), Some(ci)) => format!("{}: {} ({}–{})", row.label, number(v), number(ci.low), number(ci.high)),
        (Some(v), None) => format!("{}: {}", row.label, number(v)),
        (None, _) => format!("{}: no value ({})", row.label, row.metric.reason().map_or("", |r| r.name())),
    };
    DotMarks {
        y: TOP + (index as f64 + 0.5) * ROW_HEIGHT,
        label: shortened(&row.label),
        full_label: row.label.clone(),
        dot_x: value.map(dot_x),
        line: row.metric.ci().map(|ci| [dot_x(ci.low), dot_x(ci.high)]),
        gates: row.gates.iter().map(|g| gate_mark(g)).collect(),
        text,
        tooltip,
        style,
    }
}

fn gate_mark(result: &GateResult) -> GateMark {
    let (style, _, word) = verdict_words(result.judgement.verdict);
    GateMark { x: dot_x(result.gate.threshold), tooltip: format!("{} — {word}", gate_sentence(&result.gate)), style }
}

fn severity(verdict: concord_domain::gate::Verdict) -> u8 {
    use concord_domain::gate::Verdict;
    match verdict {
        Verdict::Skipped => 0,
        Verdict::Pass => 1,
        Verdict::Warn => 2,
        Verdict::Insufficient => 3,
        Verdict::Fail => 4,
    }
}

const CURVE_WIDTH: f64 = 210.0;
const CURVE_HEIGHT: f64 = 150.0;
const CURVE_LEFT: f64 = 30.0;
const CURVE_RIGHT: f64 = 10.0;
const CURVE_TOP: f64 = 8.0;
const CURVE_BOTTOM: f64 = 24.0;

/// A metric over rising severity, from the clean images on.
#[derive(Serialize)]
pub(crate) struct Curve {
    title: String,
    width: f64,
    height: f64,
    left: f64,
    right: f64,
    axis_y: f64,
    x_ticks: Vec<Tick>,
    y_ticks: Vec<Tick>,
    clean_y: Option<f64>,
    /// Runs of neighbouring points that have a value.
    lines: Vec<String>,
    band: Option<String>,
    points: Vec<PointMark>,
}

#[derive(Serialize)]
struct PointMark {
    x: f64,
    y: f64,
    tooltip: String,
}

impl Curve {
    /// `cells` has one metric a severity; the vertical scale runs from 0 to `top`.
    pub(crate) fn new(title: &str, clean: &Metric, severities: &[u8], cells: &[Metric], top: f64) -> Self {
        let last = f64::from(severities.last().copied().unwrap_or(1).max(1));
        let right = CURVE_WIDTH - CURVE_RIGHT;
        let axis_y = CURVE_HEIGHT - CURVE_BOTTOM;
        let x = |severity: f64| tenths(CURVE_LEFT + severity / last * (right - CURVE_LEFT));
        let y = |value: f64| tenths(axis_y - (value / top).clamp(0.0, 1.0) * (axis_y - CURVE_TOP));
        let steps = || std::iter::once((0_u8, clean)).chain(severities.iter().copied().zip(cells));
        let mut lines = vec![Vec::new()];
        let mut points = Vec::new();
        for (severity, metric) in steps() {
            let Some(value) = metric.value() else {
                lines.push(Vec::new());
                continue;
            };
            let (px, py) = (x(f64::from(severity)), y(value));
            if let Some(line) = lines.last_mut() {
                line.push(format!("{px},{py}"));
            }
            let place = if severity == 0 { "clean".to_owned() } else { format!("severity {severity}") };
            points.push(PointMark { x: px, y: py, tooltip: format!("{title}, {place}: {}", number(value)) });
        }
        let intervals: Option<Vec<(f64, Interval)>> =
            steps().map(|(severity, metric)| Some((x(f64::from(severity)), metric.ci()?))).collect();
        let band = intervals.map(|band| {
            let upper = band.iter().map(|(px, ci)| format!("{px},{}", y(ci.high)));
            let lower = band.iter().rev().map(|(px, ci)| format!("{px},{}", y(ci.low)));
            upper.chain(lower).collect::<Vec<_>>().join(" ")
        });
        let x_tick =
            |s: u8| Tick { at: x(f64::from(s)), text: if s == 0 { "clean".to_owned() } else { s.to_string() } };
        let y_ticks = [0.0, top / 2.0, top].map(|v| Tick { at: y(v), text: format!("{v:.2}") });
        Self {
            title: title.to_owned(),
            width: CURVE_WIDTH,
            height: CURVE_HEIGHT,
            left: CURVE_LEFT,
            right,
            axis_y,
            x_ticks: std::iter::once(0).chain(severities.iter().copied()).map(x_tick).collect(),
            y_ticks: y_ticks.into(),
            clean_y: clean.value().map(y),
            lines: lines.into_iter().filter(|l| l.len() > 1).map(|l| l.join(" ")).collect(),
            band,
            points,
        }
    }
}
