//! `concord drift`: did the images change between two spans of time?

mod labels;

use std::fmt::Write as _;
use std::path::PathBuf;

use clap::Args;
use concord_project::drift::{DriftReport, SliceDrift, Span, drift as compare, drift_and_queue, label_drift};

use super::context::{Context, open_project};
use super::error::Failure;
use super::exit::Exit;
use super::output::{counted, metric, number};
use super::table::{Side, Table};

/// Features of a drifted slice that are shown to people.
const FEATURES: usize = 5;

/// Look for drift between two spans of time
///
/// Compares the features of images captured in two spans, slice by slice: brightness, contrast, sharpness, colours, noise.
/// A feature is flagged when its population stability index passes the threshold and what chance alone reaches, and a
/// Kolmogorov–Smirnov test bears it out. With --queue the window's images of drifted slices move up the queue.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  concord drift belt --reference 2026-03-01..2026-03-20 --window 2026-03-21..2026-04-09
  concord drift belt --reference 2026-03-01..2026-03-20 --window 2026-03-21..2026-04-09 --queue
  concord drift belt --reference 2026-03-01T06:00:00Z..2026-03-01T14:00:00Z --window 2026-03-02..2026-03-02 --json
  concord drift belt --labels

A span of dates holds both days; a span of times ends before its second time.")]
pub(crate) struct DriftArgs {
    /// Folder of the project
    project: PathBuf,
    /// The span that is normal
    #[arg(long, value_name = "FROM..TO", required_unless_present = "labels")]
    reference: Option<String>,
    /// The span that is judged
    #[arg(long, value_name = "FROM..TO", required_unless_present = "labels")]
    window: Option<String>,
    /// Tell instead, month by month, whether people began to label otherwise or the images changed
    #[arg(long, conflicts_with_all = ["reference", "window", "queue"])]
    labels: bool,
    /// Move the window's images of drifted slices up the queue
    #[arg(long)]
    queue: bool,
}

/// Compares the spans. Drift is an answer and no failure: the exit code is 0 with and without.
pub(crate) fn drift(args: &DriftArgs, context: &Context) -> Result<Exit, Failure> {
    let (Some(reference), Some(window)) = (&args.reference, &args.window) else {
        let report = label_drift(&open_project(&args.project)?)?;
        context.output.answer(&report, || labels::report(&report))?;
        return Ok(Exit::Done);
    };
    let spans = format!("{window} against {reference}");
    let (reference, window) = (Span::parse(reference)?, Span::parse(window)?);
    let report = if args.queue {
        drift_and_queue(&context.desk(&args.project)?, reference, window)?
    } else {
        compare(&open_project(&args.project)?, reference, window)?
    };
    context.output.answer(&report, || text_of(&report, &spans, args.queue))?;
    Ok(Exit::Done)
}

fn text_of(report: &DriftReport, spans: &str, queued: bool) -> String {
    let drifted: Vec<&str> = report.slices.iter().filter(|s| s.drifted).map(|s| s.slice.as_str()).collect();
    let unsupported = report.slices.iter().filter(|s| !s.supported).count() as u64;
    let answer = match (drifted.is_empty(), unsupported) {
        (false, _) => format!("Drift in {}: {}.", counted(drifted.len() as u64, "slice"), drifted.join(", ")),
        (true, 0) => "No drift was found.".to_owned(),
        (true, n) => format!("No drift was found, but {} too few images for a verdict.", has(n)),
    };
    let mut table = Table::new(&[
        ("slice", Side::Left),
        ("reference images", Side::Right),
        ("window images", Side::Right),
        ("verdict", Side::Left),
        ("most drifted", Side::Left),
    ]);
    for slice in &report.slices {
        table.row([
            slice.slice.clone(),
            number(slice.reference_n),
            number(slice.window_n),
            verdict(slice, report.min_support),
            flagged(slice),
        ]);
    }
    let details: String = report.slices.iter().filter(|s| s.drifted).map(details).collect();
    let mut text = format!(
        "{spans}\n{answer} A feature is flagged above PSI {} and above chance.\n\n{table}{details}",
        report.psi_threshold
    );
    if report.without_time > 0 {
        let images = counted(report.without_time, "image");
        let _ = writeln!(text, "\n{images} without a time of capture belong to neither span.");
    }
    if queued {
        let _ = writeln!(text, "\n{} moved up the queue.", counted(report.queued, "image"));
    }
    text
}

fn has(slices: u64) -> String {
    if slices == 1 { "1 slice has".to_owned() } else { format!("{} slices have", number(slices)) }
}

fn verdict(slice: &SliceDrift, min_support: u64) -> String {
    match (slice.supported, slice.drifted) {
        (false, _) => format!("— (fewer than {} images in a span)", number(min_support)),
        (true, true) => "DRIFT".to_owned(),
        (true, false) => "no drift".to_owned(),
    }
}

fn flagged(slice: &SliceDrift) -> String {
    let names: Vec<&str> =
        slice.features.iter().filter(|f| f.flagged).map(|f| f.feature.as_str()).take(FEATURES).collect();
    names.join(", ")
}

/// The features of a drifted slice that were flagged, with their numbers.
fn details(slice: &SliceDrift) -> String {
    let mut table = Table::new(&[
        ("feature", Side::Left),
        ("PSI", Side::Right),
        ("by chance up to", Side::Right),
        ("KS", Side::Right),
        ("p, adjusted", Side::Right),
        ("median before", Side::Right),
        ("median now", Side::Right),
    ]);
    for f in slice.features.iter().filter(|f| f.flagged).take(FEATURES) {
        let p = f.ks_p_adjusted.value().map_or_else(|| metric(&f.ks_p_adjusted), |p| format!("{p:.2e}"));
        table.row([
            f.feature.clone(),
            metric(&f.psi),
            metric(&f.psi_null),
            metric(&f.ks),
            p,
            metric(&f.reference_median),
            metric(&f.window_median),
        ]);
    }
    format!("\nSlice {}:\n{table}", slice.slice)
}
