//! Files and folders that appear whole or not at all: written beside their place, flushed to the disk, then renamed.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::ExchangeError;
use crate::manifest::Entry;

/// Replaces or creates a file; on an error the old content stays and nothing else is left.
pub fn write_file(path: &Path, bytes: &[u8]) -> Result<(), ExchangeError> {
    let (partial, mut file) = beside(path, |p| OpenOptions::new().write(true).create_new(true).open(p))?;
    let written = file.write_all(bytes).and_then(|()| file.sync_all()).and_then(|()| fs::rename(&partial, path));
    written.map_err(|e| {
        // The first error is the one to tell; a leftover that cannot be removed changes nothing about it.
        let _ = fs::remove_file(&partial);
        ExchangeError::io("write", path)(e)
    })?;
    sync_folder(&parent(path))
}

/// A folder under construction: a hidden sibling of its target until [`NewFolder::finish`]; dropped before, it vanishes.
#[derive(Debug)]
pub struct NewFolder {
    target: PathBuf,
    partial: PathBuf,
    finished: bool,
}

impl NewFolder {
    /// Starts a folder; missing parents are made. Refuses a target that is a file or holds anything.
    pub fn create(target: &Path) -> Result<Self, ExchangeError> {
        match fs::read_dir(target) {
            Ok(mut entries) => {
                if entries.next().is_some() {
                    return Err(ExchangeError::NotEmpty { path: target.to_owned() });
                }
            }
            Err(e) if e.kind() == io::ErrorKind::NotFound => {}
            Err(e) => return Err(ExchangeError::io("create the folder", target)(e)),
        }
        let above = parent(target);
        fs::create_dir_all(&above).map_err(ExchangeError::io("create the folder", &above))?;
        let (partial, ()) = beside(target, |p| fs::create_dir(p))?;
        Ok(Self { target: target.to_owned(), partial, finished: false })
    }

    /// Starts a file in the folder; `path` is relative with `/`, its folders are made.
    pub fn file(&self, path: &str) -> Result<NewFile, ExchangeError> {
        let on_disk = self.partial.join(path);
        let shown = self.target.join(path);
        let above = parent(&on_disk);
        fs::create_dir_all(&above).map_err(ExchangeError::io("create the folder of", &shown))?;
        let file = OpenOptions::new().write(true).create_new(true).open(&on_disk);
        let file = file.map_err(ExchangeError::io("write", &shown))?;
        Ok(NewFile {
            path: path.to_owned(),
            shown,
            out: BufWriter::with_capacity(1 << 18, file),
            blake3: blake3::Hasher::new(),
            sha256: Sha256::new(),
            size: 0,
        })
    }

    /// Writes a whole file and says what to note in the manifest.
    pub fn write(&self, path: &str, bytes: &[u8]) -> Result<Entry, ExchangeError> {
        let mut file = self.file(path)?;
        file.push(bytes)?;
        file.finish()
    }

    /// Puts the folder in its place.
    pub fn finish(mut self) -> Result<(), ExchangeError> {
        sync_folder(&self.partial)?;
        if self.target.exists() {
            // Only an empty folder can be removed so: whatever came there in the meantime stays.
            fs::remove_dir(&self.target).map_err(ExchangeError::io("replace the folder", &self.target))?;
        }
        fs::rename(&self.partial, &self.target).map_err(ExchangeError::io("write the folder", &self.target))?;
        self.finished = true;
        sync_folder(&parent(&self.target))
    }
}

impl Drop for NewFolder {
    fn drop(&mut self) {
        if !self.finished {
            let _ = fs::remove_dir_all(&self.partial);
        }
    }
}

/// A file of a [`NewFolder`], hashed while it is written.
pub struct NewFile {
    path: String,
    shown: PathBuf,
    out: BufWriter<File>,
    blake3: blake3::Hasher,
    sha256: Sha256,
    size: u64,
}

impl NewFile {
    /// Appends bytes.
    pub fn push(&mut self, bytes: &[u8]) -> Result<(), ExchangeError> {
        self.out.write_all(bytes).map_err(ExchangeError::io("write", &self.shown))?;
        self.blake3.update(bytes);
        self.sha256.update(bytes);
        self.size += bytes.len() as u64;
        Ok(())
    }

    /// Flushes the file to the disk and says what to note in the manifest.
    pub fn finish(mut self) -> Result<Entry, ExchangeError> {
        let flushed = self.out.flush().and_then(|()| self.out.get_ref().sync_all());
        flushed.map_err(ExchangeError::io("write", &self.shown))?;
        Ok(Entry {
            blake3: self.blake3.finalize().to_hex().to_string(),
            path: self.path,
            sha256: crate::manifest::hex(&self.sha256.finalize()),
            size: self.size,
        })
    }
}

fn parent(path: &Path) -> PathBuf {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
        _ => PathBuf::from("."),
    }
}

/// Makes something under a free name beside `path`: the first of `.name.partial-0`, `.name.partial-1` … that is free.
fn beside<T>(path: &Path, make: impl Fn(&Path) -> io::Result<T>) -> Result<(PathBuf, T), ExchangeError> {
    let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    for attempt in 0..1000 {
        let partial = parent(path).join(format!(".{name}.partial-{attempt}"));
        match make(&partial) {
            Ok(made) => return Ok((partial, made)),
            Err(e) if e.kind() == io::ErrorKind::AlreadyExists => {}
            Err(e) => return Err(ExchangeError::io("write", path)(e)),
        }
    }
    Err(ExchangeError::io("write", path)(io::Error::new(
        io::ErrorKind::AlreadyExists,
        format!("1,000 unfinished copies named .{name}.partial-… lie beside it"),
    )))
}

/// Makes the names in a folder durable. Windows cannot open a folder for this and needs no such step.
fn sync_folder(path: &Path) -> Result<(), ExchangeError> {
    if cfg!(windows) {
        return Ok(());
    }
    File::open(path).and_then(|f| f.sync_all()).map_err(ExchangeError::io("flush the folder", path))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(dir: &Path) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(dir)
            .expect("the folder is there")
            .map(|e| e.expect("an entry").file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn a_folder_appears_whole() {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let target = dir.path().join("a").join("release");
        let folder = NewFolder::create(&target).expect("a free place");
        let entry = folder.write("b/c.txt", b"world").expect("a writable folder");
        assert_eq!(entry.sha256, "486ea46224d1bb4fb680f34f7c9ad96a8f24ec88be73ea8e5a6c65260e9cb8a7");
        assert!(!target.exists());
        folder.finish().expect("a free place");
        assert_eq!(fs::read(target.join("b/c.txt")).expect("the file"), b"world");
        assert_eq!(names(&dir.path().join("a")), ["release"]);
        let error = NewFolder::create(&target).expect_err("it holds a file").to_string();
        assert!(error.contains("not empty") && error.contains("release"), "{error}");
    }

    #[test]
    fn a_folder_that_fails_leaves_nothing_and_names_the_path() {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let target = dir.path().join("release");
        let folder = NewFolder::create(&target).expect("a free place");
        folder.write("a", b"1").expect("a writable folder");
        let error = folder.write("a/b", b"2").expect_err("a is a file").to_string();
        assert!(error.contains("release/a/b") && !error.contains("partial"), "{error}");
        drop(folder);
        assert!(names(dir.path()).is_empty());
        let file = dir.path().join("file");
        fs::write(&file, b"x").expect("a writable folder");
        assert!(NewFolder::create(&file).is_err());
        assert!(NewFolder::create(&file.join("below")).is_err());
    }

    #[test]
    fn an_empty_folder_may_be_filled() {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let folder = NewFolder::create(dir.path()).expect("an empty folder");
        folder.write("a", b"1").expect("a writable folder");
        folder.finish().expect("an empty folder is replaced");
        assert_eq!(names(dir.path()), ["a"]);
    }

    #[test]
    fn a_file_is_replaced_at_once() {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let path = dir.path().join("x.json");
        write_file(&path, b"1").expect("a writable folder");
        write_file(&path, b"2").expect("a writable folder");
        assert_eq!(fs::read(&path).expect("the file"), b"2");
        assert_eq!(names(dir.path()), ["x.json"]);
        let error = write_file(&path.join("y"), b"3").expect_err("x.json is a file").to_string();
        assert!(error.contains("x.json"), "{error}");
    }
}
