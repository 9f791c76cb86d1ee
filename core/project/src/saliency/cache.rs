//! Finished maps in the project's cache folder. Everything in it may be deleted at any time, and what is damaged is as
//! good as not there.

use std::io;
use std::path::PathBuf;

use concord_domain::digest::digest;
use concord_inference::Heatmap;
use concord_inference::saliency::Method;
use serde::{Deserialize, Serialize};

use super::{Question, Subject, explain_options};
use crate::cache_folder::CacheFolder;
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
pub(super) struct Cache(CacheFolder);

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
        Self::with_room(project.dir.join(FOLDER), MOST_BYTES)
    }

    pub(super) fn with_room(folder: PathBuf, most_bytes: u64) -> Self {
        Self(CacheFolder::new(folder, most_bytes))
    }

    /// The file of a key.
    pub(super) fn path(&self, key: &str) -> PathBuf {
        let hex = key.trim_start_matches("b3:");
        self.0.path(hex.get(..2).unwrap_or("00"), &format!("{hex}.map"))
    }

    /// The map of that key; `None` when there is none or its file is damaged.
    pub(super) fn find(&self, key: &str, method: &Method) -> Option<Heatmap> {
        read(&CacheFolder::read(&self.path(key))?, method)
    }

    /// Keeps a map and makes room for it.
    pub(super) fn keep(&self, key: &str, map: &Heatmap) -> Result<(), ProjectError> {
        let path = self.path(key);
        let written = bytes_of(map).and_then(|bytes| self.0.write(&path, &bytes));
        written.map_err(|e| ProjectError::io("writing", &path, e))
    }
}

fn bytes_of(map: &Heatmap) -> io::Result<Vec<u8>> {
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
    Ok(bytes)
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
