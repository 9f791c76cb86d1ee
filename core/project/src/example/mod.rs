//! Examples: one thing that people labelled becomes a picture in the next version of the policy, with a word on whether it
//! is right.
//!
//! The picture is a crop with the outline on it, a file in [`FOLDER`]; the policy names it in `policy.toml`, whose comments
//! and layout stay. It takes force when that version is published.

use std::fmt::Write as _;
use std::path::Path;

use concord_domain::disagreement::Kind;
use concord_domain::label_set::LabelSetKey;
use concord_domain::object::{Object, ObjectId};
use concord_domain::policy::{Example, ExampleVerdict, Examples};
use concord_domain::sample::{Sample, SampleId};
use concord_exchange::atomic::write_file;
use concord_geometry::Geometry;
use concord_imaging::encode_png;
use concord_store::Reader;
use serde::Serialize;

use self::draft::Draft;
use crate::review::dispute;
use crate::{Project, ProjectError};

mod draft;
mod picture;
mod words;

pub use picture::LONGEST_SIDE;
pub use words::said;

/// The folder of the project that pictures of examples are put into.
pub const FOLDER: &str = "examples";
/// Digits of the digest in a picture's name.
const DIGITS: usize = 10;
/// The most of a class's name that stands in a picture's name, in letters.
const CLASS_LETTERS: usize = 40;

/// An example that is to be added.
#[derive(Debug, Clone, PartialEq)]
pub struct NewExample {
    /// The sample whose image shows it.
    pub sample: SampleId,
    /// What is outlined.
    pub what: Shown,
    /// The class that it is an example of; that of the object when it is left out.
    pub class: Option<String>,
    /// Whether it is to be imitated.
    pub verdict: ExampleVerdict,
    /// What it shows, in a sentence; may be empty. Left out, it is a disagreement in words and nothing of anything else.
    pub caption: Option<String>,
}

/// What an example shows.
#[derive(Debug, Clone, PartialEq)]
pub enum Shown {
    /// This outline, in pixels of the upright image.
    Outline(Geometry),
    /// An object of somebody's labels.
    Object {
        /// Whose labels.
        annotator: String,
        /// Which object.
        object: ObjectId,
    },
    /// What is disputed.
    Disagreement {
        /// Its number in the list of the sample's disagreements, counted from 1.
        number: usize,
        /// Whose object; the first who has one when it is left out.
        of: Option<String>,
    },
}

/// An example that was added.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Added {
    /// The class.
    pub class: String,
    /// The example as it stands in the policy.
    pub example: Example,
    /// The version of the policy in which it takes force once that is published.
    pub version: u32,
    /// True when this began the draft of that version; false when there was one already.
    pub begins_version: bool,
}

/// Adds an example to the policy's next version: its picture to the folder of examples, and its entry to `policy.toml`.
///
/// The picture is written first, so that a stop in between leaves at most one that nothing names. An error, and nothing
/// altered, where the file cannot be read, is no policy, would be none afterwards, does not fit `ontology.toml`, or holds
/// this very example already.
pub fn add(project: &Project, new: &NewExample) -> Result<Added, ProjectError> {
    let reader = project.reader()?;
    let known = reader.sample(&new.sample)?;
    let sample = known.ok_or_else(|| ProjectError::usage(format!("the catalogue has no sample {}", new.sample)))?;
    let found = found(project, &reader, &sample, &new.what)?;
    let class = new.class.clone().or(found.class).filter(|class| !class.trim().is_empty());
    let class = class.ok_or_else(|| ProjectError::usage("an outline has no class of its own: name the class"))?;
    let draft = Draft::read(project, &reader)?;
    draft.require_class(&class)?;
    let png = encode_png(&picture::of(project, &sample, &found.outline, new.verdict)?);
    let picture = free_name(&project.dir, draft.examples(), &class, new.verdict, &png)?;
    let caption = new.caption.as_ref().unwrap_or(&found.words).trim().to_owned();
    let example = Example { picture, caption, verdict: new.verdict };
    let text = draft.with(&class, &example)?;
    let is_ours = put_picture(&project.dir, &example.picture, &png)?;
    if let Err(error) = draft.replace(&text) {
        if is_ours {
            // What could not be removed is a picture that nothing names; why it was to go is what matters.
            let _ = std::fs::remove_file(project.dir.join(&example.picture));
        }
        return Err(error);
    }
    Ok(Added { class, example, version: draft.next_version(), begins_version: draft.begins_version() })
}

/// What is to be shown.
struct Found {
    outline: Geometry,
    /// The class of the object whose outline it is.
    class: Option<String>,
    /// A disagreement in words.
    words: String,
}

impl Found {
    fn of(object: &Object) -> Self {
        Self { outline: object.geometry.clone(), class: Some(object.class.clone()), words: String::new() }
    }
}

fn found(project: &Project, reader: &Reader, sample: &Sample, what: &Shown) -> Result<Found, ProjectError> {
    match what {
        Shown::Outline(geometry) => Ok(Found { outline: geometry.clone(), class: None, words: String::new() }),
        Shown::Object { annotator, object } => {
            let key = LabelSetKey { sample: sample.id.clone(), annotator: annotator.clone() };
            let set = reader.label_set(&key)?;
            let found = set.as_ref().and_then(|set| set.labels.object(object)).map(Found::of);
            found.ok_or_else(|| ProjectError::usage(format!("{annotator} has no object {object} on {}", sample.path)))
        }
        Shown::Disagreement { number, of } => disputed(project, sample, *number, of.as_deref()),
    }
}

/// Somebody's object in a disagreement.
fn disputed(project: &Project, sample: &Sample, number: usize, whose: Option<&str>) -> Result<Found, ProjectError> {
    let dispute = dispute(project, &sample.id)?;
    let found = number.checked_sub(1).and_then(|place| dispute.disagreement(place)).ok_or_else(|| {
        let all = dispute.comparison.disagreements.len();
        ProjectError::usage(format!("{} has {all} disagreements, and none with number {number}", sample.path))
    })?;
    if let Kind::Tag { tag } = &found.kind {
        return Err(ProjectError::usage(format!(
            "disagreement {number} is about the tag {tag} of the whole image, which has no outline to show"
        )));
    }
    let member = found.members.iter().find(|member| whose.is_none_or(|name| member.annotator == name));
    let set = |name: &str| dispute.sets.iter().find(|set| set.key.annotator == name);
    let object = member.and_then(|member| set(&member.annotator)?.labels.object(&member.object));
    let object = object.ok_or_else(|| {
        let who = whose.unwrap_or("nobody");
        ProjectError::usage(format!("{who} has no object in disagreement {number} of {}", sample.path))
    })?;
    let said: Vec<String> = said(&dispute, found).iter().map(ToString::to_string).collect();
    Ok(Found { words: said.join(", "), ..Found::of(object) })
}

/// A name for the picture that no other picture has: class, verdict and the beginning of its digest. An error where the
/// class has this very picture already, whatever was said of it.
fn free_name(
    dir: &Path,
    examples: &Examples,
    class: &str,
    verdict: ExampleVerdict,
    png: &[u8],
) -> Result<String, ProjectError> {
    let digest = digits(png);
    for length in DIGITS..=digest.len() {
        let name = format!("{FOLDER}/{}-{}-{}.png", for_a_file(class), verdict.name(), &digest[..length]);
        let is_listed = examples.get(class).is_some_and(|all| all.iter().any(|example| example.picture == name));
        match std::fs::read(dir.join(&name)) {
            Ok(there) if there == png && is_listed => {
                return Err(ProjectError::usage(format!(
                    "that is an example of {class} already: {name}; to say something else about it, alter its entry in \
                     policy.toml"
                )));
            }
            // One that nothing names was left by an earlier attempt.
            Ok(there) if there == png => return Ok(name),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound && !is_listed => return Ok(name),
            Ok(_) | Err(_) => {}
        }
    }
    Err(ProjectError::usage(format!("every name for the picture in {FOLDER} is taken")))
}

fn digits(bytes: &[u8]) -> String {
    blake3::hash(bytes).to_hex().to_string()
}

/// A name as it can stand in the name of a file on every system.
fn for_a_file(class: &str) -> String {
    let mut name = String::new();
    for letter in class.chars().take(CLASS_LETTERS) {
        let plain = if letter.is_alphanumeric() || letter == '_' { letter } else { '-' };
        // A letter is always written.
        let _ = name.write_char(plain);
    }
    name
}

/// Writes the picture whole or not at all; false when it lay there already.
fn put_picture(dir: &Path, picture: &str, png: &[u8]) -> Result<bool, ProjectError> {
    let folder = dir.join(FOLDER);
    std::fs::create_dir_all(&folder).map_err(|e| ProjectError::io("making the folder", &folder, e))?;
    let path = dir.join(picture);
    if path.exists() {
        return Ok(false);
    }
    write_file(&path, png)?;
    Ok(true)
}

#[cfg(test)]
mod tests;
