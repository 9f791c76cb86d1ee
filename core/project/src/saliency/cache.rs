//! Finished maps in the project's cache folder. Everything in it may be deleted at any time, and what is damaged is as
//! good as not there.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use concord_domain::digest::digest;
use concord_inference::Heatmap;
use concord_inference::saliency::Method;
use serde::{Deserialize, Serialize};

use super::{Question, Subject, explain_options};
use crate::model::NamedModel;
use crate::{Project, ProjectError};

/// The folder in the project.
const FOLDER: &str = "cache/saliency";
/// First line of a file; another number for another form.
const MAGIC: &[u8] = b"concord saliency map 1\n";
/// Length of the hash at the end of a file.
const HASH: usize = 32;
/// Most bytes of maps that are kept.
const MOST_BYTES: u64 = 512 << 20;

/// What everything that decides about a map comes to, as `b3:` and 64 hexadecimal digits.
pub(super) fn key(project: &Project, named: &NamedModel, question: &Question) -> String {
    let object = match &question.subject {
        Subject::Image => None,
        Subject::Object(focus) => Some((focus.bbox, &focus.class, &focus.class_scores)),
    };
    let options = explain_options(project, named);
    let model = (named.model.sha256(), named.model.complete_card(), named.model.engine().name(), options.same);
    let asked = (options.detect, f64::from(options.score));
    digest(&(&question.sample.id, model, asked, object, question.method.to_string()))
}

/// The cache of one project.
#[derive(Debug)]
pub(super) struct Cache {
    folder: PathBuf,
    most_bytes: u64,
}

/// What stands before the values.
#[derive(Debug, Serialize, Deserialize)]
struct Header {
    width: u32,
    height: u32,
    /// The bits of the two numbers, so that they come back exactly.
    range: [u64; 2],
    constant: bool,
    not_finite: bool,
}

impl Cache {
    pub(super) fn of(project: &Project) -> Self {
        Self { folder: project.dir.join(FOLDER), most_bytes: MOST_BYTES }
    }

    #[cfg(test)]
    pub(super) fn with_room(folder: PathBuf, most_bytes: u64) -> Self {
        Self { folder, most_bytes }
    }

    /// The file of a key.
    pub(super) fn path(&self, key: &str) -> PathBuf {
        let hex = key.trim_start_matches("b3:");
        self.folder.join(hex.get(..2).unwrap_or("00")).join(format!("{hex}.map"))
    }

    /// The map of that key; `None` when there is none or its file is damaged.
    pub(super) fn find(&self, key: &str, method: &Method) -> Option<Heatmap> {
        let path = self.path(key);
        let map = read(&std::fs::read(&path).ok()?, method)?;
        // Used now: so that what nobody looks at goes first. Where the time cannot be set, the order is that of writing.
        let now = std::fs::File::options().append(true).open(&path).and_then(|f| f.set_modified(SystemTime::now()));
        if let Err(error) = now {
            tracing::debug!("{}: {error}", path.display());
        }
        Some(map)
    }

    /// Keeps a map, written aside and put in its place, and makes room for it.
    pub(super) fn keep(&self, key: &str, map: &Heatmap) -> Result<(), ProjectError> {
        let path = self.path(key);
        write(&path, map).map_err(|e| ProjectError::io("writing", &path, e))?;
        self.make_room().map_err(|e| ProjectError::io("making room in", &self.folder, e))
    }

    /// Deletes what was used longest ago, until a quarter of the room is free again.
    fn make_room(&self) -> io::Result<()> {
        let mut files = Vec::new();
        for folder in std::fs::read_dir(&self.folder)? {
            for file in std::fs::read_dir(folder?.path()).into_iter().flatten() {
                let file = file?;
                // One that another process deleted meanwhile takes no room.
                if let Ok(facts) = file.metadata() {
                    files.push((facts.modified().unwrap_or(SystemTime::UNIX_EPOCH), facts.len(), file.path()));
                }
            }
        }
        let mut total: u64 = files.iter().map(|(_, bytes, _)| bytes).sum();
        if total <= self.most_bytes {
            return Ok(());
        }
        files.sort();
        for (_, bytes, path) in files {
            if total <= self.most_bytes / 4 * 3 {
                break;
            }
            std::fs::remove_file(path)?;
            total -= bytes;
        }
        Ok(())
    }
}

fn write(path: &Path, map: &Heatmap) -> io::Result<()> {
    let header = Header {
        width: map.width,
        height: map.height,
        range: map.range.map(f64::to_bits),
        constant: map.constant,
        not_finite: map.not_finite,
    };
    let mut bytes = MAGIC.to_vec();
    serde_json::to_writer(&mut bytes, &header)?;
    bytes.push(b'\n');
    bytes.extend(map.values.iter().flat_map(|value| value.to_le_bytes()));
    let hash = blake3::hash(&bytes);
    bytes.extend(hash.as_bytes());
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let aside = path.with_extension(format!("{}.new", std::process::id()));
    let mut file = std::fs::File::create(&aside)?;
    file.write_all(&bytes)?;
    drop(file);
    std::fs::rename(&aside, path)
}

/// The map in a file's bytes; `None` when they are not what was written.
fn read(bytes: &[u8], method: &Method) -> Option<Heatmap> {
    let (content, hash) = bytes.split_at_checked(bytes.len().checked_sub(HASH)?)?;
    if blake3::hash(content).as_bytes() != hash {
        return None;
    }
    let content = content.strip_prefix(MAGIC)?;
    let end = content.iter().position(|byte| *byte == b'\n')?;
    let header: Header = serde_json::from_slice(&content[..end]).ok()?;
    let (values, rest) = content[end + 1..].as_chunks::<4>();
    let length = u64::from(header.width) * u64::from(header.height);
    (rest.is_empty() && values.len() as u64 == length).then(|| Heatmap {
        width: header.width,
        height: header.height,
        values: values.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect(),
        range: header.range.map(f64::from_bits),
        method: method.name(),
        constant: header.constant,
        not_finite: header.not_finite,
    })
}
