//! Verifying a release folder against its manifest and its own counts.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::Read;
use std::path::Path;

use concord_domain::digest::digest_bytes;
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::Split;
use super::facts::{DatasetFacts, SplitFacts, Tally};
use crate::ExchangeError;
use crate::coco::read_dataset;
use crate::manifest::{self, Entry, hex};

/// What a verification found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Verification {
    /// Identity of the release as its manifest stands now; compare it with the one that was recorded.
    pub digest: String,
    /// Number of files that were checked, the manifest included.
    pub files: usize,
    /// Everything that differs, sorted by path; empty when the release is what it was.
    pub differences: Vec<Difference>,
}

/// One difference.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Difference {
    /// The file, relative to the release.
    pub path: String,
    /// What was expected and what was found.
    pub what: String,
}

/// Checks every file of a release folder: missing, changed, of another size, unlisted; then the counts and the label
/// hash of `dataset.json` against the shards.
///
/// Links are not followed: a link in place of a file is a difference.
///
/// # Errors
/// [`ExchangeError::Format`] when the folder has no `manifest.jsonl`; [`ExchangeError::Io`] when a file cannot be read.
pub fn verify_release(dir: &Path) -> Result<Verification, ExchangeError> {
    let path = dir.join("manifest.jsonl");
    if !path.is_file() {
        let why = "it holds no manifest.jsonl".to_owned();
        return Err(ExchangeError::Format { name: dir.display().to_string(), expected: "a release", why });
    }
    let bytes = fs::read(&path).map_err(ExchangeError::io("read", &path))?;
    let mut check = Check { dir, differences: Vec::new(), intact: BTreeSet::new() };
    let entries = check.manifest(&bytes);
    for entry in entries.values() {
        check.file(entry)?;
    }
    check.extra(dir, "", &entries)?;
    check.facts(&entries)?;
    check.differences.sort();
    Ok(Verification { digest: digest_bytes(&bytes), files: entries.len() + 1, differences: check.differences })
}

struct Check<'a> {
    dir: &'a Path,
    differences: Vec<Difference>,
    intact: BTreeSet<String>,
}

impl Check<'_> {
    fn differs(&mut self, path: &str, what: impl Into<String>) {
        self.differences.push(Difference { path: path.to_owned(), what: what.into() });
    }

    fn manifest(&mut self, bytes: &[u8]) -> BTreeMap<String, Entry> {
        const NAME: &str = "manifest.jsonl";
        let mut entries: BTreeMap<String, Entry> = BTreeMap::new();
        let Ok(text) = std::str::from_utf8(bytes) else {
            self.differs(NAME, "the manifest is not UTF-8");
            return entries;
        };
        if !text.is_empty() && !text.ends_with('\n') {
            self.differs(NAME, "the last line is cut off");
        }
        for (number, line) in (1..).zip(text.split_terminator('\n')) {
            match manifest::read_line(line) {
                Ok(entry) => {
                    if entries.last_key_value().is_some_and(|(last, _)| *last >= entry.path) {
                        self.differs(NAME, format!("line {number}: {} is out of order or stands twice", entry.path));
                    }
                    entries.insert(entry.path.clone(), entry);
                }
                Err(why) => self.differs(NAME, format!("line {number}: {why}")),
            }
        }
        entries
    }

    fn file(&mut self, entry: &Entry) -> Result<(), ExchangeError> {
        let path = self.dir.join(&entry.path);
        match fs::symlink_metadata(&path) {
            Err(e) if matches!(e.kind(), std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory) => {
                self.differs(&entry.path, "the file is missing");
                return Ok(());
            }
            Err(e) => return Err(ExchangeError::io("read", &path)(e)),
            Ok(found) if !found.is_file() => {
                self.differs(&entry.path, "it is a link or a folder, not a file");
                return Ok(());
            }
            Ok(_) => {}
        }
        let found = hash_file(&path, &entry.path)?;
        let before = self.differences.len();
        if found.size != entry.size {
            self.differs(&entry.path, format!("size: expected {} bytes, found {}", entry.size, found.size));
        }
        for (name, expected, found) in
            [("BLAKE3", &entry.blake3, &found.blake3), ("SHA-256", &entry.sha256, &found.sha256)]
        {
            if expected != found {
                self.differs(&entry.path, format!("{name}: expected {expected}, found {found}"));
            }
        }
        if self.differences.len() == before {
            self.intact.insert(entry.path.clone());
        }
        Ok(())
    }

    fn extra(&mut self, dir: &Path, prefix: &str, entries: &BTreeMap<String, Entry>) -> Result<(), ExchangeError> {
        let listing = fs::read_dir(dir).map_err(ExchangeError::io("read the folder", dir))?;
        for item in listing {
            let item = item.map_err(ExchangeError::io("read the folder", dir))?;
            let path = format!("{prefix}{}", item.file_name().to_string_lossy());
            let kind = item.file_type().map_err(ExchangeError::io("read", &item.path()))?;
            if kind.is_dir() {
                self.extra(&item.path(), &format!("{path}/"), entries)?;
            } else if path != "manifest.jsonl" && !entries.contains_key(&path) {
                self.differs(&path, "the file is not in the manifest");
            }
        }
        Ok(())
    }

    /// Compares `dataset.json` with the shards; only files that are intact are read, the others are differences already.
    fn facts(&mut self, entries: &BTreeMap<String, Entry>) -> Result<(), ExchangeError> {
        const NAME: &str = "dataset.json";
        if !entries.contains_key(NAME) {
            self.differs(NAME, "the manifest does not list it");
        }
        if !self.intact.contains(NAME) {
            return Ok(());
        }
        let path = self.dir.join(NAME);
        let bytes = fs::read(&path).map_err(ExchangeError::io("read", &path))?;
        let facts: DatasetFacts = match serde_json::from_slice(&bytes) {
            Ok(facts) => facts,
            Err(e) => {
                self.differs(NAME, format!("it cannot be read: {e}"));
                return Ok(());
            }
        };
        let mut tally = Tally::default();
        let mut whole = true;
        for (split, file) in shards(&facts) {
            whole &= self.intact.contains(&file);
            if self.intact.contains(&file) {
                self.shard(split, &file, &mut tally)?;
            } else if !entries.contains_key(&file) {
                self.differs(NAME, format!("it names the shard {file}, which the manifest does not list"));
            }
        }
        if whole {
            self.compare(&facts, &tally);
        }
        Ok(())
    }

    fn shard(&mut self, split: Split, file: &str, tally: &mut Tally) -> Result<(), ExchangeError> {
        let path = self.dir.join(file);
        let bytes = fs::read(&path).map_err(ExchangeError::io("read", &path))?;
        match read_dataset(file, &bytes) {
            Ok(shard) => {
                for problem in &shard.problems {
                    self.differs(file, problem.to_string());
                }
                tally.add(split, file, &shard);
            }
            Err(e) => self.differs(file, e.to_string()),
        }
        Ok(())
    }

    fn compare(&mut self, facts: &DatasetFacts, tally: &Tally) {
        let mut number = |what: &str, expected: u64, found: u64| {
            if expected != found {
                let what = format!("{what}: it says {expected}, the shards hold {found}");
                self.differences.push(Difference { path: "dataset.json".to_owned(), what });
            }
        };
        number("samples", facts.samples, tally.total(|s| s.samples));
        number("objects", facts.objects, tally.total(|s| s.objects));
        let none = SplitFacts::default();
        let names: BTreeSet<&String> = facts.splits.keys().chain(tally.splits.keys()).collect();
        for split in names {
            let says = facts.splits.get(split).unwrap_or(&none);
            let holds = tally.splits.get(split).unwrap_or(&none);
            number(&format!("samples of {split}"), says.samples, holds.samples);
            number(&format!("objects of {split}"), says.objects, holds.objects);
            let classes: BTreeSet<&String> = says.classes.keys().chain(holds.classes.keys()).collect();
            for class in classes {
                let count = |facts: &SplitFacts| facts.classes.get(class).copied().unwrap_or(0);
                number(&format!("{class} in {split}"), count(says), count(holds));
            }
        }
        let found = tally.labels();
        if facts.labels != found {
            self.differs("dataset.json", format!("labels: it says {}, the shards give {found}", facts.labels));
        }
    }
}

/// The shards that `dataset.json` names, in its order; unknown splits have none.
fn shards(facts: &DatasetFacts) -> Vec<(Split, String)> {
    let of = |split: Split| {
        let names = facts.splits.get(split.name()).map(|s| s.shards.clone()).unwrap_or_default();
        names.into_iter().map(move |name| (split, name))
    };
    Split::ALL.into_iter().flat_map(of).collect()
}

fn hash_file(path: &Path, name: &str) -> Result<Entry, ExchangeError> {
    let mut file = File::open(path).map_err(ExchangeError::io("read", path))?;
    let (mut blake3, mut sha256, mut size) = (blake3::Hasher::new(), Sha256::new(), 0);
    let mut buffer = vec![0; 1 << 20];
    loop {
        let read = file.read(&mut buffer).map_err(ExchangeError::io("read", path))?;
        if read == 0 {
            break;
        }
        blake3.update(&buffer[..read]);
        sha256.update(&buffer[..read]);
        size += read as u64;
    }
    let blake3 = blake3.finalize().to_hex().to_string();
    Ok(Entry { blake3, path: name.to_owned(), sha256: hex(&sha256.finalize()), size })
}
