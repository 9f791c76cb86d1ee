//! Writing reports: three files in one folder, each there whole or not at all.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::error::ReportError;
use crate::html::render;
use crate::junit::junit_xml;
use crate::stress::StressReport;
use crate::validation::ValidationReport;

/// The report as JSON: the value itself, with the version of its shape and its kind in front.
#[derive(Serialize)]
struct Json<'a, T> {
    format: u32,
    report: &'static str,
    #[serde(flatten)]
    content: &'a T,
}

/// The text of `report.json`: pretty, ended by LF, the same for the same report.
fn json(report: &'static str, content: &impl Serialize) -> Result<String, ReportError> {
    let mut text = serde_json::to_string_pretty(&Json { format: 1, report, content })?;
    text.push('\n');
    Ok(text)
}

/// Writes `report.html`, `report.json` and `junit.xml` into `dir`, which is made when missing; returns their paths.
///
/// Older files of these names are replaced, nothing else is touched. All three are rendered before the first is
/// written.
///
/// # Errors
/// [`ReportError::Shape`] when the heat map does not fit its names; [`ReportError::Io`] with path and cause.
pub fn write_validation(dir: &Path, report: &ValidationReport) -> Result<Vec<PathBuf>, ReportError> {
    report.check()?;
    let html = render("validation.html", &report.view())?;
    write_all(dir, &html, &json("validation", report)?, &junit_xml("validation", &report.gates)?)
}

/// Writes `report.html`, `report.json` and `junit.xml` into `dir`, as [`write_validation`] does.
///
/// # Errors
/// [`ReportError::Shape`] when a perturbation has more or fewer cells than severities, or the summary is of others;
/// [`ReportError::Io`] with path and cause.
pub fn write_stress(dir: &Path, report: &StressReport) -> Result<Vec<PathBuf>, ReportError> {
    report.check()?;
    let html = render("stress.html", &report.view())?;
    write_all(dir, &html, &json("stress", report)?, &junit_xml("stress", &report.gates)?)
}

fn write_all(dir: &Path, html: &str, json: &str, xml: &str) -> Result<Vec<PathBuf>, ReportError> {
    fs::create_dir_all(dir).map_err(ReportError::io("create the folder", dir))?;
    [("report.html", html), ("report.json", json), ("junit.xml", xml)]
        .into_iter()
        .map(|(name, text)| {
            let path = dir.join(name);
            replace(&path, text.as_bytes()).map_err(ReportError::io("write", &path))?;
            Ok(path)
        })
        .collect()
}

/// Writes beside the path, flushes, renames; on an error the old file stays and nothing else is left.
fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let partial = path.with_extension("partial");
    let written = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .open(&partial)
        .and_then(|mut file| file.write_all(bytes).and_then(|()| file.sync_all()))
        .and_then(|()| fs::rename(&partial, path));
    written.inspect_err(|_| {
        // The first error is the one to tell; a leftover that cannot be removed changes nothing about it.
        let _ = fs::remove_file(&partial);
    })
}
