//! The bytes of a file, read where they are needed and only there.

use std::fs::File;
use std::io::{ErrorKind, Read, Seek, SeekFrom};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use crate::ImagingError;

/// A file, or bytes in memory, of which any part can be read from any thread.
#[derive(Debug)]
pub(crate) struct Bytes {
    name: String,
    length: u64,
    inner: Inner,
}

#[derive(Debug)]
enum Inner {
    File(Mutex<File>),
    Memory(Vec<u8>),
}

impl Bytes {
    pub(crate) fn open(name: &str, path: &Path) -> Result<Self, ImagingError> {
        let io = |source| ImagingError::Io { name: name.to_owned(), source };
        let file = File::open(path).map_err(io)?;
        let length = file.metadata().map_err(io)?.len();
        Ok(Self { name: name.to_owned(), length, inner: Inner::File(Mutex::new(file)) })
    }

    pub(crate) fn in_memory(name: &str, bytes: Vec<u8>) -> Self {
        Self { name: name.to_owned(), length: bytes.len() as u64, inner: Inner::Memory(bytes) }
    }

    /// The file, as the caller named it.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// Length in bytes.
    pub(crate) fn len(&self) -> u64 {
        self.length
    }

    /// The error for a damaged TIFF file.
    pub(crate) fn corrupt(&self, reason: impl Into<String>) -> ImagingError {
        ImagingError::Corrupt { name: self.name.clone(), format: "TIFF", reason: reason.into() }
    }

    /// The error for a TIFF file of a variant that is not read.
    pub(crate) fn unsupported(&self, reason: impl Into<String>) -> ImagingError {
        ImagingError::Unsupported { name: self.name.clone(), format: "TIFF".to_owned(), reason: reason.into() }
    }

    /// `length` bytes from `offset`; an error when the file ends before, and then nothing is allocated.
    pub(crate) fn read(&self, offset: u64, length: u64) -> Result<Vec<u8>, ImagingError> {
        let end = offset.checked_add(length).filter(|&end| end <= self.length);
        let Some(end) = end else {
            return Err(self.corrupt(format!(
                "{length} bytes are announced at offset {offset}, but the file has {}",
                self.length
            )));
        };
        match &self.inner {
            Inner::Memory(bytes) => Ok(bytes[offset as usize..end as usize].to_vec()),
            Inner::File(file) => {
                let mut bytes = vec![0; length as usize];
                let mut file = file.lock().unwrap_or_else(PoisonError::into_inner);
                let read = file.seek(SeekFrom::Start(offset)).and_then(|_| file.read_exact(&mut bytes));
                match read {
                    Ok(()) => Ok(bytes),
                    Err(error) if error.kind() == ErrorKind::UnexpectedEof => {
                        Err(self.corrupt("the file became shorter while it was read"))
                    }
                    Err(source) => Err(ImagingError::Io { name: self.name.clone(), source }),
                }
            }
        }
    }
}
