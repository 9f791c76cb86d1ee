//! Finding a sample by what a person types.

use concord_domain::sample::Sample;

use crate::{Project, ProjectError};

/// Fewest digits of an identity that stand for it.
const LEAST_DIGITS: usize = 6;

/// The sample that a person means: by its identity or the beginning of it, by its path, or by the end of the path, such
/// as the name of the file. An error where none or several fit.
pub fn sample_named(project: &Project, name: &str) -> Result<Sample, ProjectError> {
    let samples = project.reader()?.samples()?;
    let is_exact = |s: &Sample| s.id.0 == name || s.path == name;
    if let Some(sample) = samples.iter().find(|s| is_exact(s)) {
        return Ok(sample.clone());
    }
    let ending = format!("/{name}");
    let fits = |s: &&Sample| (name.len() >= LEAST_DIGITS && s.id.0.starts_with(name)) || s.path.ends_with(&ending);
    let found: Vec<&Sample> = samples.iter().filter(fits).collect();
    match found.as_slice() {
        [only] => Ok((*only).clone()),
        [] => Err(ProjectError::usage(format!(
            "there is no sample {name}: name it by its file, or by {LEAST_DIGITS} or more digits of its identity"
        ))),
        [first, second, ..] => Err(ProjectError::usage(format!(
            "{name} is not one sample but {}, {} and {} among them: name it by its whole path or identity",
            found.len(),
            first.path,
            second.path
        ))),
    }
}
