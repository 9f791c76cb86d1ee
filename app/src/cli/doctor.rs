//! `concord doctor`: what this machine offers.

use clap::Args;
use concord_project::doctor::{DoctorReport, doctor as look};
use serde::Serialize;

use super::context::{Context, device, onnxruntime_library};
use super::error::Failure;
use super::exit::Exit;
use super::table::{Side, Table};

/// Look at what this machine offers
///
/// Shows the version, the engines that can run models and what they compute
/// with (with the reason where one is missing), the number of processor
/// cores that work is spread over, and under which names decisions made here are logged.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  concord doctor
  ORT_DYLIB_PATH=/opt/onnxruntime/lib concord doctor --json")]
pub(crate) struct DoctorArgs {}

#[derive(Serialize)]
struct Found<'a> {
    #[serde(flatten)]
    report: &'a DoctorReport,
    annotator: &'a str,
    device: &'a str,
}

/// Looks, and tells what was found.
pub(crate) fn doctor(_args: &DoctorArgs, context: &Context) -> Result<Exit, Failure> {
    let report = look(onnxruntime_library().as_deref());
    let device = device();
    let found = Found { report: &report, annotator: &context.annotator, device: &device };
    context.output.answer(&found, || text_of(&found))?;
    Ok(Exit::Done)
}

fn text_of(found: &Found<'_>) -> String {
    let mut facts = Table::facts();
    facts.fact("version", &found.report.version);
    facts.fact("processor cores", found.report.cores);
    facts.fact("at the desk", format!("{} on {}", found.annotator, found.device));
    let mut engines =
        Table::new(&[("engine", Side::Left), ("state", Side::Left), ("version", Side::Left), ("why", Side::Left)]);
    for status in &found.report.engines {
        engines.row([
            status.engine.to_string(),
            if status.available { "available" } else { "missing" }.to_owned(),
            status.version.clone().unwrap_or_else(|| "—".to_owned()),
            status.reason.clone(),
        ]);
    }
    let mut providers = Table::new(&[
        ("engine", Side::Left),
        ("computes with", Side::Left),
        ("state", Side::Left),
        ("why", Side::Left),
    ]);
    for status in &found.report.engines {
        for provider in &status.providers {
            providers.row([
                status.engine.to_string(),
                provider.provider.to_string(),
                if provider.available { "available" } else { "missing" }.to_owned(),
                provider.reason.clone(),
            ]);
        }
    }
    format!("{facts}\n{engines}\n{providers}")
}
