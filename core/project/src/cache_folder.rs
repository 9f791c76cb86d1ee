//! A folder of files that may be deleted at any time: bounded, with what was used longest ago deleted first.

use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// A folder of folders of files, such as `cache/saliency` of a project.
#[derive(Debug, Clone)]
pub(crate) struct CacheFolder {
    folder: PathBuf,
    most_bytes: u64,
}

impl CacheFolder {
    /// The folder, in which so many bytes are kept; the newest file in any case.
    pub(crate) fn new(folder: PathBuf, most_bytes: u64) -> Self {
        Self { folder, most_bytes }
    }

    /// The file of a name in one of the folders.
    pub(crate) fn path(&self, folder: &str, name: &str) -> PathBuf {
        self.folder.join(folder).join(name)
    }

    /// What a file holds, which counts as used now; `None` where there is none.
    pub(crate) fn read(path: &Path) -> Option<Vec<u8>> {
        let bytes = std::fs::read(path).ok()?;
        // Where the time cannot be set, the order is that of writing.
        let touched = std::fs::File::options().append(true).open(path).and_then(|f| f.set_modified(SystemTime::now()));
        if let Err(error) = touched {
            tracing::debug!("{}: {error}", path.display());
        }
        Some(bytes)
    }

    /// Writes a file by way of another name, so that no half file is found, and makes room for it.
    pub(crate) fn write(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        let aside = path.with_extension(format!("{}.new", std::process::id()));
        std::fs::write(&aside, bytes)?;
        std::fs::rename(&aside, path)?;
        self.make_room(path);
        Ok(())
    }

    fn make_room(&self, newest: &Path) {
        let entries = |folder: &Path| std::fs::read_dir(folder).into_iter().flatten().flatten();
        let mut files: Vec<(SystemTime, PathBuf, u64)> = entries(&self.folder)
            .flat_map(|folder| entries(&folder.path()).collect::<Vec<_>>())
            .filter_map(|file| {
                // One that another process deleted meanwhile takes no room.
                let facts = file.metadata().ok().filter(std::fs::Metadata::is_file)?;
                Some((facts.modified().unwrap_or(SystemTime::UNIX_EPOCH), file.path(), facts.len()))
            })
            .collect();
        files.sort();
        let mut total: u64 = files.iter().map(|(_, _, bytes)| bytes).sum();
        for (_, path, bytes) in files.into_iter().filter(|(_, path, _)| path != newest) {
            if total <= self.most_bytes {
                return;
            }
            if std::fs::remove_file(&path).is_ok() {
                total -= bytes;
            }
        }
    }
}
