//! Models in text, and as JSON.

use concord_domain::model::{ModelCalibration, ModelSignature, ModelSpeed, RegisteredModel};
use concord_metrics::calibration::Calibrator;
use concord_project::model::{ListedModel, Proposal};
use serde::Serialize;

use super::super::output::{entries, metric, number};
use super::super::table::{Side, Table};

/// A model as programs are told of it.
#[derive(Serialize)]
pub(super) struct Shown<'a> {
    #[serde(flatten)]
    model: &'a RegisteredModel,
    added_by: &'a str,
    added_at_ms: i64,
    calibration: Option<&'a ModelCalibration>,
    speeds: Vec<OnDevice<'a>>,
    retired: bool,
    path: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    decoder_path: Option<String>,
    present: bool,
    unmapped: &'a [String],
}

#[derive(Serialize)]
struct OnDevice<'a> {
    device: &'a str,
    #[serde(flatten)]
    speed: &'a ModelSpeed,
}

impl<'a> Shown<'a> {
    pub(super) fn of(listed: &'a ListedModel) -> Self {
        let row = &listed.row;
        Self {
            model: &row.model,
            added_by: &row.added_by,
            added_at_ms: row.added_at_ms,
            calibration: row.calibration.as_ref(),
            speeds: row.speeds.iter().map(|(device, speed)| OnDevice { device, speed }).collect(),
            retired: row.is_retired,
            path: listed.path.as_ref().map(|path| path.display().to_string()),
            decoder_path: listed.decoder.as_ref().map(|path| path.display().to_string()),
            present: listed.is_present,
            unmapped: &listed.unmapped,
        }
    }
}

/// One line a model.
pub(super) fn list_text(listed: &[ListedModel]) -> String {
    if listed.is_empty() {
        return "No model is registered; `concord model add PROJECT FILE` registers one.".to_owned();
    }
    let mut table = Table::new(&[
        ("model", Side::Left),
        ("family", Side::Left),
        ("classes", Side::Right),
        ("signature", Side::Left),
        ("calibrated", Side::Left),
        ("images/s", Side::Right),
        ("state", Side::Left),
        ("SHA-256", Side::Left),
    ]);
    for item in listed {
        let (row, entry) = (&item.row, &item.row.model);
        let speed = row.speeds.last().map_or_else(|| "—".to_owned(), |(_, s)| format!("{:.1}", s.images_per_second));
        table.row([
            entry.name.clone(),
            entry.family.clone(),
            if entry.is_prompted() { "—".to_owned() } else { entry.classes.len().to_string() },
            if entry.signature == ModelSignature::Unsigned { "unsigned" } else { "valid" }.to_owned(),
            match &row.calibration {
                Some(calibration) => calibrator(&calibration.fitted.calibrator),
                None => if entry.is_prompted() { "—" } else { "no" }.to_owned(),
            },
            speed,
            state(item).to_owned(),
            entry.sha256[..12].to_owned(),
        ]);
    }
    table.to_string()
}

fn state(item: &ListedModel) -> &'static str {
    match (item.row.is_retired, item.is_present) {
        (true, _) => "out of use",
        (false, true) => "ready",
        (false, false) => "file missing",
    }
}

/// A calibrator in a few words.
pub(super) fn calibrator(calibrator: &Calibrator) -> String {
    match calibrator {
        Calibrator::Identity => "nothing".to_owned(),
        Calibrator::Temperature { t } => format!("temperature {t:.3}"),
        Calibrator::Isotonic { knots } => format!("isotonic, {} knots", knots.knots().len()),
    }
}

/// A model in full.
pub(super) fn text(listed: &ListedModel) -> String {
    let row = &listed.row;
    let mut facts = facts(&row.model);
    facts.fact("state", state(listed));
    if let Some(path) = &listed.path {
        facts.fact("file", path.display());
    }
    if let Some(path) = &listed.decoder {
        facts.fact("decoder's file", path.display());
    }
    facts.fact("added by", &row.added_by);
    if let Some(c) = &row.calibration {
        let (before, after) = (metric(&c.fitted.ece_before), metric(&c.held_out_ece));
        let by = format!("{}, on {} boxes", calibrator(&c.fitted.calibrator), number(c.fitted.n));
        facts.fact("calibrated by", by);
        facts.fact("calibration error", format!("{before}; {after} calibrated, on samples left out of the fit"));
    }
    for (device, s) in &row.speeds {
        let engine = engine(s);
        let line = format!("{:.1} images/s, {:.1} ms alone, {engine}", s.images_per_second, s.latency_ms);
        facts.fact(&format!("speed on {device}"), line);
    }
    let map = row.model.class_map.iter().map(|(from, to)| format!("{from} → {to}")).collect::<Vec<_>>();
    [
        facts.to_string(),
        entries("Classes that stand for others of the ontology", map.into_iter()),
        entries(
            "Classes that the ontology does not have; their objects cannot become labels",
            listed.unmapped.iter().cloned(),
        ),
        format!("\nContract:\n\n{}", indented(&row.model.contract)),
    ]
    .concat()
}

/// A model that is not registered yet.
pub(super) fn proposal_text(proposal: &Proposal) -> String {
    let mut facts = facts(&proposal.entry);
    facts.fact("engine", format!("{} on {}", proposal.model.engine(), proposal.model.provider()));
    [
        facts.to_string(),
        entries("Not computed with", proposal.notes.iter().cloned()),
        entries(
            "Classes that the ontology does not have; their objects cannot become labels",
            proposal.unmapped.iter().cloned(),
        ),
        format!("\nContract:\n\n{}", indented(&proposal.entry.contract)),
    ]
    .concat()
}

fn facts(entry: &RegisteredModel) -> Table {
    let mut facts = Table::facts();
    facts.fact("model", &entry.name);
    facts.fact("SHA-256", &entry.sha256);
    facts.fact("size", format!("{} bytes", number(entry.bytes)));
    if let Some(decoder) = &entry.decoder {
        facts.fact("decoder's SHA-256", &decoder.sha256);
        facts.fact("decoder's size", format!("{} bytes", number(decoder.bytes)));
    }
    facts.fact("family", &entry.family);
    if entry.is_prompted() {
        facts.fact("use", "segments what a person points at on the canvas (Q); it is not run over samples");
    } else {
        facts.fact("classes", entry.classes.len());
    }
    let said = &entry.provenance;
    for (name, value) in [
        ("trained on", &said.trained_on),
        ("code revision", &said.revision),
        ("licence", &said.licence),
        ("source", &said.source),
    ] {
        facts.fact(name, value.as_deref().unwrap_or("not said"));
    }
    facts.fact(
        "signature",
        match &entry.signature {
            ModelSignature::Unsigned => "unsigned".to_owned(),
            ModelSignature::Valid { key_id, key_name, trusted_comment } => {
                format!("valid, by {key_name} ({key_id}): {trusted_comment}")
            }
        },
    );
    facts
}

fn indented(text: &str) -> String {
    text.lines().map(|line| if line.is_empty() { "\n".to_owned() } else { format!("  {line}\n") }).collect()
}

/// A measured speed.
pub(super) fn speed_text(name: &str, speed: &ModelSpeed) -> String {
    let mut facts = Table::facts();
    facts.fact("engine", engine(speed));
    facts.fact("one image alone", format!("{:.1} ms", speed.latency_ms));
    facts.fact(
        "forward pass",
        format!("{:.1} images/s with {} sessions, batches of {}", speed.images_per_second, speed.sessions, speed.batch),
    );
    format!("Speed of {name} on this machine\n\n{facts}")
}

fn engine(speed: &ModelSpeed) -> String {
    format!("{} on {}", speed.engine, speed.provider)
}
