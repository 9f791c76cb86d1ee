//! What the page shows: metrics as text, gates as words, tables as cells. The templates only place it.

use base64::Engine as _;
use concord_domain::digest::short;
use concord_domain::gate::{Bound, Comparator, Severity, Verdict};
use concord_metrics::value::{Metric, Reason};
use serde::Serialize;

use crate::model::{BoxKind, GateResult, Head, HeatMap, Picture, PictureBox, verdict_words};

/// Reasons for missing values, in order of their first use; each becomes a footnote.
#[derive(Default)]
pub(crate) struct Notes(Vec<Reason>);

impl Notes {
    fn number(&mut self, reason: Reason) -> usize {
        let at = self.0.iter().position(|r| *r == reason).unwrap_or_else(|| {
            self.0.push(reason);
            self.0.len() - 1
        });
        at + 1
    }

    pub(crate) fn into_lines(self) -> Vec<String> {
        self.0.into_iter().map(|r| format!("{} ({})", reason_words(r), r.name())).collect()
    }
}

fn reason_words(reason: Reason) -> &'static str {
    match reason {
        Reason::Empty => "no value: there was nothing to measure",
        Reason::NoVariation => "no value: all of it lies in one category",
        Reason::ZeroDenominator => "no value: the number to divide by is zero",
        Reason::InsufficientSupport => "no value: too few units",
        Reason::NotApplicable => "no value: it has no meaning here",
        Reason::NonFiniteInput => "no value: the input holds a number that is not finite",
    }
}

/// A metric as text.
#[derive(Serialize)]
pub(crate) struct Cell {
    pub(crate) text: String,
    interval: Option<String>,
    note: Option<usize>,
    why: String,
}

impl Cell {
    pub(crate) fn new(metric: &Metric, notes: &mut Notes) -> Self {
        match metric {
            Metric::Defined { value, n, ci } => Self {
                text: number(*value),
                interval: ci.map(|c| format!("{}–{}", number(c.low), number(c.high))),
                note: None,
                why: format!("{value}, n = {n}"),
            },
            Metric::Undefined { reason } => Self {
                text: "—".to_owned(),
                interval: None,
                note: Some(notes.number(*reason)),
                why: reason_words(*reason).to_owned(),
            },
        }
    }
}

/// A number with three decimals; a tiny negative one is no "-0.000".
pub(crate) fn number(value: f64) -> String {
    let text = format!("{value:.3}");
    if text == "-0.000" { "0.000".to_owned() } else { text }
}

/// Head and settings as lines.
#[derive(Serialize)]
pub(crate) struct HeadView {
    title: String,
    project: String,
    note: Option<String>,
    facts: Vec<Fact>,
}

#[derive(Serialize)]
struct Fact {
    name: &'static str,
    text: String,
    title: String,
}

impl HeadView {
    pub(crate) fn new(head: &Head) -> Self {
        let fact = |name, text: String, title: &str| Fact { name, text, title: title.to_owned() };
        let settings = &head.settings;
        let sha256 = &head.model.sha256;
        let hash = if sha256.is_empty() { String::new() } else { format!(" · {}", short(sha256)) };
        let intervals = format!(
            "{} %, {} bootstrap replicates over images, seed {}",
            settings.confidence * 100.0,
            grouped(u64::from(settings.replicates)),
            settings.seed
        );
        let facts = vec![
            fact("Model", format!("{}{hash}", head.model.name), &format!("SHA-256 {sha256}")),
            fact("Engine", head.model.engine.clone(), ""),
            fact("Reference", head.reference.clone(), ""),
            fact(
                "Data",
                format!(
                    "{} images, {} objects, {} predictions",
                    grouped(head.images),
                    grouped(head.objects),
                    grouped(head.predictions)
                ),
                "",
            ),
            fact(
                "Operating point",
                format!("score ≥ {}, IoU ≥ {}", settings.score_threshold, settings.iou),
                "precision, recall, F1 and false positives are measured here",
            ),
            fact("Intervals", intervals, ""),
            fact(
                "Ontology",
                format!("version {} · {}", head.ontology.version, short(&head.ontology.digest)),
                &head.ontology.digest,
            ),
            fact(
                "Policy",
                format!("version {} · {}", head.policy.version, short(&head.policy.digest)),
                &head.policy.digest,
            ),
            fact("Log", format!("row {} · {}", head.log.seq, short(&head.log.hash)), &head.log.hash),
        ];
        Self { title: head.title.clone(), project: head.project.clone(), note: head.note.clone(), facts }
    }
}

/// A count with thin spaces between thousands.
pub(crate) fn grouped(count: u64) -> String {
    let digits = count.to_string();
    let mut out = String::with_capacity(digits.len() * 2);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push('\u{202f}');
        }
        out.push(digit);
    }
    out
}

/// All gates in one sentence.
#[derive(Serialize)]
pub(crate) struct Summary {
    style: &'static str,
    sign: &'static str,
    text: String,
}

impl Summary {
    /// The worst verdict rules: a failed gate, then too little evidence, then a warning.
    pub(crate) fn of(gates: &[GateResult]) -> Self {
        let count = |verdict: Verdict| gates.iter().filter(|g| g.judgement.verdict == verdict).count();
        let order = [Verdict::Fail, Verdict::Insufficient, Verdict::Warn, Verdict::Pass];
        let worst = order.into_iter().find(|v| count(*v) > 0);
        let opening = match worst {
            Some(Verdict::Fail) => "Held back",
            Some(Verdict::Insufficient) => "Undecided",
            Some(Verdict::Warn) => "Accepted with warnings",
            Some(Verdict::Pass) => "Accepted",
            _ => "No gate was judged",
        };
        let (style, sign, _) = verdict_words(worst.unwrap_or(Verdict::Skipped));
        let parts: Vec<String> = [
            (Verdict::Fail, "failed"),
            (Verdict::Insufficient, "with too little evidence"),
            (Verdict::Warn, "with a warning"),
            (Verdict::Pass, "passed"),
            (Verdict::Skipped, "left out"),
        ]
        .into_iter()
        .filter(|(verdict, _)| count(*verdict) > 0)
        .map(|(verdict, word)| format!("{} {word}", count(verdict)))
        .collect();
        let text = match parts.len() {
            0 => opening.to_owned(),
            _ => format!("{opening} – gates: {}", parts.join(", ")),
        };
        Self { style, sign, text }
    }
}

/// A gate as words.
#[derive(Serialize)]
pub(crate) struct GateView {
    id: String,
    style: &'static str,
    sign: &'static str,
    verdict: &'static str,
    rule: String,
    slice: String,
    owner: String,
    only_warns: bool,
    cell: Cell,
    images: u64,
    objects: u64,
    reason: String,
}

pub(crate) fn gate_views(gates: &[GateResult], notes: &mut Notes) -> Vec<GateView> {
    gates.iter().map(|g| gate_view(g, notes)).collect()
}

fn gate_view(result: &GateResult, notes: &mut Notes) -> GateView {
    let gate = &result.gate;
    let (style, sign, verdict) = verdict_words(result.judgement.verdict);
    let bound = match gate.bound {
        Bound::Point => "",
        Bound::Lcb => "lower end of ",
        Bound::Ucb => "upper end of ",
    };
    GateView {
        id: gate.id.clone(),
        style,
        sign,
        verdict,
        rule: format!("{bound}{} {} {}", gate.metric.name(), comparator_sign(gate.comparator), gate.threshold),
        slice: if gate.is_about_all() { "all".to_owned() } else { gate.slice.clone() },
        owner: gate.owner.clone(),
        only_warns: gate.severity == Severity::Warn,
        cell: Cell::new(&result.value, notes),
        images: result.images,
        objects: result.objects,
        reason: result.judgement.reason.clone(),
    }
}

pub(crate) fn comparator_sign(comparator: Comparator) -> &'static str {
    match comparator {
        Comparator::AtLeast => "≥",
        Comparator::AtMost => "≤",
    }
}

/// A heat map as cells with a depth of colour.
#[derive(Serialize)]
pub(crate) struct HeatView {
    columns: Vec<String>,
    rows: Vec<HeatRow>,
    top: String,
}

#[derive(Serialize)]
struct HeatRow {
    name: String,
    cells: Vec<HeatCell>,
}

#[derive(Serialize)]
struct HeatCell {
    /// Depth of the colour in per cent; `None` where there is no value.
    depth: Option<u32>,
    cell: Cell,
}

impl HeatView {
    pub(crate) fn new(map: &HeatMap, notes: &mut Notes) -> Self {
        let top = map.cells.iter().flatten().filter_map(Metric::value).fold(0.0, f64::max);
        let mut cell = |metric: &Metric| {
            let depth = metric.value().map(|v| if top > 0.0 { (v.max(0.0) / top * 100.0).round() as u32 } else { 0 });
            HeatCell { depth, cell: Cell::new(metric, notes) }
        };
        let mut rows = Vec::with_capacity(map.rows.len());
        for (name, cells) in map.rows.iter().zip(&map.cells) {
            rows.push(HeatRow { name: name.clone(), cells: cells.iter().map(&mut cell).collect() });
        }
        Self { columns: map.columns.clone(), rows, top: number(top) }
    }
}

/// A picture with its image inlined.
#[derive(Serialize)]
pub(crate) struct PictureView {
    title: String,
    caption: String,
    width: u32,
    height: u32,
    image: String,
    font_size: f64,
    boxes: Vec<BoxView>,
}

#[derive(Serialize)]
struct BoxView {
    x: f64,
    y: f64,
    width: f64,
    height: f64,
    label_x: f64,
    label_y: f64,
    label: String,
    style: &'static str,
    word: &'static str,
}

impl PictureView {
    pub(crate) fn new(picture: &Picture) -> Self {
        // About 11 px on a picture that is shown 340 px wide.
        let font_size = (f64::from(picture.width.max(1)) * 0.034 * 10.0).round() / 10.0;
        let boxes = picture.boxes.iter().map(|b| {
            let [x, y, width, height] = b.bbox.to_xywh();
            let label_y = label_y(picture, b, font_size);
            let (label_x, style, word) = (x.max(font_size * 0.2), b.kind.style(), b.kind.word());
            BoxView { x, y, width, height, label_x, label_y, label: b.label.clone(), style, word }
        });
        Self {
            title: picture.title.clone(),
            caption: picture.caption.clone(),
            width: picture.width,
            height: picture.height,
            image: base64::engine::general_purpose::STANDARD.encode(&picture.jpeg),
            font_size,
            boxes: boxes.collect(),
        }
    }
}

/// The base line of a box's label: references above their box, predictions below, so that a pair does not collide;
/// inside the box where the picture ends.
fn label_y(picture: &Picture, drawn: &PictureBox, font_size: f64) -> f64 {
    let (top, bottom) = (drawn.bbox.y1(), drawn.bbox.y2());
    match drawn.kind {
        BoxKind::Reference | BoxKind::Miss if top > font_size * 1.4 => top - font_size * 0.35,
        BoxKind::Reference | BoxKind::Miss => top.max(0.0) + font_size * 1.1,
        BoxKind::Prediction | BoxKind::FalsePositive => {
            let below = bottom + font_size * 1.1;
            if below < f64::from(picture.height) { below } else { bottom - font_size * 0.35 }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_for_people() {
        assert_eq!(number(0.4567), "0.457");
        assert_eq!(number(-0.000_01), "0.000");
        assert_eq!(grouped(0), "0");
        assert_eq!(grouped(1_234_567), "1\u{202f}234\u{202f}567");
    }

    #[test]
    fn a_missing_value_is_a_dash_with_a_numbered_reason() {
        let mut notes = Notes::default();
        let first = Cell::new(&Metric::undefined(Reason::Empty), &mut notes);
        let second = Cell::new(&Metric::undefined(Reason::NoVariation), &mut notes);
        let third = Cell::new(&Metric::undefined(Reason::Empty), &mut notes);
        assert_eq!((first.text.as_str(), first.note, second.note, third.note), ("—", Some(1), Some(2), Some(1)));
        assert_eq!(notes.into_lines().len(), 2);
    }
}
