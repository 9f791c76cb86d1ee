//! Verification of a project or of a release: sound, or exactly what differs.

use std::path::Path;

use concord_exchange::release::verify_release;
use concord_store::Difference;
use serde::Serialize;

use crate::{CONFIG_FILE, Project, ProjectError};

/// The outcome of a verification.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct VerifyReport {
    /// "project" or "release".
    pub kind: String,
    /// What was looked at, in a sentence.
    pub checked: String,
    /// Everything that differs; empty when all is sound.
    pub differences: Vec<Difference>,
}

impl VerifyReport {
    /// True when nothing differs.
    pub fn is_ok(&self) -> bool {
        self.differences.is_empty()
    }
}

/// Verifies the folder: a project when it holds a `concord.toml`, else a release.
///
/// A project's hash chain is checked, its facts are held against their digests, its log is replayed against the state
/// tables, and its image files are looked for. A release's files are held against its manifest.
pub fn verify(dir: &Path) -> Result<VerifyReport, ProjectError> {
    if dir.join(CONFIG_FILE).is_file() { verify_project(dir) } else { verify_shards(dir) }
}

fn verify_project(dir: &Path) -> Result<VerifyReport, ProjectError> {
    let project = Project::open(dir)?;
    let found = concord_store::verify(dir)?;
    let mut differences = found.differences;
    for sample in project.reader()?.samples()? {
        let path = project.image_path(&sample);
        match std::fs::metadata(&path) {
            Ok(meta) if meta.len() == sample.bytes => {}
            Ok(meta) => differences.push(Difference {
                place: format!("image {}", path.display()),
                what: format!(
                    "it has {} bytes, but {} were catalogued: the file was changed",
                    meta.len(),
                    sample.bytes
                ),
            }),
            Err(error) => differences.push(Difference {
                place: format!("image {}", path.display()),
                what: format!("it cannot be found: {error}"),
            }),
        }
    }
    let checked =
        format!("{} log rows replayed, {} samples, {} label sets", found.log_rows, found.samples, found.label_sets);
    Ok(VerifyReport { kind: "project".to_owned(), checked, differences })
}

fn verify_shards(dir: &Path) -> Result<VerifyReport, ProjectError> {
    let found = verify_release(dir)?;
    let differences = found.differences.into_iter().map(|d| Difference { place: d.path, what: d.what }).collect();
    let checked = format!("{} files held against the manifest", found.files);
    Ok(VerifyReport { kind: "release".to_owned(), checked, differences })
}
