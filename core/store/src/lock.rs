//! The lock that keeps a second process from writing to an open project.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::Path;

use crate::StoreError;

const LOCK_FILE: &str = "concord.lock";

/// Holds the project's lock until it is dropped; the operating system drops it when the process dies.
#[derive(Debug)]
pub(crate) struct Lock {
    _file: File,
}

impl Lock {
    /// Takes the lock of a project folder, or says who holds it.
    pub(crate) fn take(dir: &Path) -> Result<Self, StoreError> {
        let path = dir.join(LOCK_FILE);
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .map_err(|e| StoreError::io("opening", &path, e))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut holder = String::new();
                let known = file.read_to_string(&mut holder).is_ok() && holder.trim().parse::<u32>().is_ok();
                let holder = if known { format!(" (process {})", holder.trim()) } else { String::new() };
                return Err(StoreError::Locked { path: dir.to_owned(), holder });
            }
            Err(TryLockError::Error(e)) => return Err(StoreError::io("locking", &path, e)),
        }
        let write = |file: &mut File| {
            file.set_len(0)?;
            file.rewind()?;
            write!(file, "{}", std::process::id())
        };
        write(&mut file).map_err(|e| StoreError::io("writing", &path, e))?;
        Ok(Self { _file: file })
    }
}
