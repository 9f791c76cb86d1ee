//! The header and the directories of a TIFF file, and the values of their entries.

use std::collections::{BTreeMap, BTreeSet};

use super::{Bytes, tag};
use crate::ImagingError;

/// Most directories of a file that are looked at.
const MOST_DIRECTORIES: usize = 65_536;
/// Most entries a directory may have; a tag is a 16-bit number and appears once.
const MOST_ENTRIES: u64 = 65_536;
/// Most bytes that the values of one entry may take: offsets of 8 million tiles.
const MOST_VALUE_BYTES: u64 = 64 << 20;

/// The byte order of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Order {
    Little,
    Big,
}

impl Order {
    /// The unsigned number in up to 8 bytes.
    fn unsigned(self, bytes: &[u8]) -> u64 {
        let join = |sum: u64, &byte: &u8| sum << 8 | u64::from(byte);
        match self {
            Self::Big => bytes.iter().fold(0, join),
            Self::Little => bytes.iter().rev().fold(0, join),
        }
    }

    /// Whether numbers of the file are as this machine keeps them.
    pub(crate) fn is_native(self) -> bool {
        (self == Self::Little) == cfg!(target_endian = "little")
    }
}

/// A TIFF file whose header has been read.
#[derive(Debug)]
pub(crate) struct Reader {
    pub(crate) bytes: Bytes,
    pub(crate) order: Order,
    /// Whether offsets have 8 bytes.
    big: bool,
    first: u64,
}

/// One directory: where the values of each tag are.
#[derive(Debug, Clone)]
pub(crate) struct Directory {
    entries: BTreeMap<u16, Entry>,
    next: u64,
}

#[derive(Debug, Clone, Copy)]
struct Entry {
    kind: u16,
    count: u64,
    /// The values themselves where they fit, else their offset.
    value: [u8; 8],
}

/// Bytes of one value of an entry's type; `None` for a type that does not exist.
fn bytes_of(kind: u16) -> Option<u64> {
    match kind {
        1 | 2 | 6 | 7 => Some(1),
        3 | 8 => Some(2),
        4 | 9 | 11 | 13 => Some(4),
        5 | 10 | 12 | 16 | 17 | 18 => Some(8),
        _ => None,
    }
}

impl Reader {
    /// Whether the bytes begin like a TIFF or BigTIFF file.
    pub(crate) fn recognises(head: &[u8]) -> bool {
        [b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"].iter().any(|magic| head.starts_with(*magic))
    }

    pub(crate) fn new(bytes: Bytes) -> Result<Self, ImagingError> {
        let head = bytes.read(0, 8)?;
        let order = if head.starts_with(b"II") { Order::Little } else { Order::Big };
        let big = match order.unsigned(&head[2..4]) {
            _ if !Self::recognises(&head) => return Err(bytes.corrupt("the header is not that of a TIFF file")),
            43 => true,
            _ => false,
        };
        let first = if big {
            if order.unsigned(&head[4..6]) != 8 {
                return Err(bytes.corrupt("the header announces offsets that have not 8 bytes"));
            }
            order.unsigned(&bytes.read(8, 8)?)
        } else {
            order.unsigned(&head[4..8])
        };
        Ok(Self { bytes, order, big, first })
    }

    fn directory(&self, offset: u64) -> Result<Directory, ImagingError> {
        let (count_bytes, entry_bytes, offset_bytes) = if self.big { (8, 20, 8) } else { (2, 12, 4) };
        let count = self.order.unsigned(&self.bytes.read(offset, count_bytes)?);
        if count > MOST_ENTRIES {
            return Err(self.bytes.corrupt(format!("a directory announces {count} entries")));
        }
        let body = self.bytes.read(offset + count_bytes, count * entry_bytes + offset_bytes)?;
        let (body, next) = body.split_at((count * entry_bytes) as usize);
        let entries = body.chunks_exact(entry_bytes as usize).map(|entry| {
            let kind = self.order.unsigned(&entry[2..4]) as u16;
            let (counted, inline) = entry[4..].split_at(offset_bytes as usize);
            let mut value = [0; 8];
            value[..inline.len()].copy_from_slice(inline);
            let entry_count = self.order.unsigned(counted);
            (self.order.unsigned(&entry[..2]) as u16, Entry { kind, count: entry_count, value })
        });
        Ok(Directory { entries: entries.collect(), next: self.order.unsigned(next) })
    }

    /// The bytes of a tag's values and the size of each; `None` without the tag.
    fn raw(&self, directory: &Directory, tag: u16) -> Result<Option<(Vec<u8>, u16, usize)>, ImagingError> {
        let Some(entry) = directory.entries.get(&tag) else { return Ok(None) };
        let Some(each) = bytes_of(entry.kind) else {
            return Err(self.bytes.corrupt(format!("tag {tag} has the unknown type {}", entry.kind)));
        };
        let length = entry.count.saturating_mul(each);
        if length > MOST_VALUE_BYTES {
            return Err(self.bytes.corrupt(format!("tag {tag} announces {} values", entry.count)));
        }
        let inline = if self.big { 8 } else { 4 };
        let bytes = if length <= inline {
            entry.value[..length as usize].to_vec()
        } else {
            self.bytes.read(self.order.unsigned(&entry.value[..inline as usize]), length)?
        };
        Ok(Some((bytes, entry.kind, each as usize)))
    }

    /// The values of a tag as unsigned numbers; `None` without the tag, an error for signed numbers and floats.
    pub(crate) fn unsigned(&self, directory: &Directory, tag: u16) -> Result<Option<Vec<u64>>, ImagingError> {
        let Some((bytes, kind, each)) = self.raw(directory, tag)? else { return Ok(None) };
        if !matches!(kind, 1 | 3 | 4 | 7 | 13 | 16 | 18) {
            return Err(self.bytes.corrupt(format!("tag {tag} holds no unsigned numbers")));
        }
        Ok(Some(bytes.chunks_exact(each).map(|value| self.order.unsigned(value)).collect()))
    }

    /// The first value of a tag, or `default` without the tag.
    pub(crate) fn one(&self, directory: &Directory, tag: u16, default: u64) -> Result<u64, ImagingError> {
        match self.unsigned(directory, tag)? {
            None => Ok(default),
            Some(values) => {
                values.first().copied().ok_or_else(|| self.bytes.corrupt(format!("tag {tag} has no value")))
            }
        }
    }

    /// The bytes of a tag; `None` without the tag.
    pub(crate) fn blob(&self, directory: &Directory, tag: u16) -> Result<Option<Vec<u8>>, ImagingError> {
        Ok(self.raw(directory, tag)?.map(|(bytes, ..)| bytes))
    }

    /// The pages of the file, each with the directories of the smaller copies that belong to it: those of its sub-tree,
    /// and those that follow it in the chain and say that they are reduced. Masks are left out.
    pub(crate) fn pages(&self) -> Result<Vec<Vec<Directory>>, ImagingError> {
        let mut pages: Vec<Vec<Directory>> = Vec::new();
        let mut seen = BTreeSet::new();
        let mut at = self.first;
        while at != 0 {
            if !seen.insert(at) {
                return Err(self.bytes.corrupt("the chain of its directories runs in a circle"));
            }
            if seen.len() > MOST_DIRECTORIES {
                return Err(self.bytes.corrupt(format!("it has more than {MOST_DIRECTORIES} directories")));
            }
            let directory = self.directory(at)?;
            at = directory.next;
            let kind = self.one(&directory, tag::NEW_SUBFILE_TYPE, 0)?;
            match pages.last_mut() {
                _ if kind & 4 != 0 => {}
                Some(page) if kind & 1 != 0 => page.push(directory),
                _ => pages.push(self.with_sub_tree(directory)?),
            }
        }
        if pages.is_empty() {
            return Err(self.bytes.corrupt("it has no page"));
        }
        Ok(pages)
    }

    fn with_sub_tree(&self, directory: Directory) -> Result<Vec<Directory>, ImagingError> {
        // Sub-directories that cannot be read are smaller copies that are not there: the page itself is.
        let offsets = self.unsigned(&directory, tag::SUB_IFDS).ok().flatten().unwrap_or_default();
        let mut all = vec![directory];
        for offset in offsets.into_iter().take(64) {
            let Ok(sub) = self.directory(offset) else { continue };
            if self.one(&sub, tag::NEW_SUBFILE_TYPE, 0)? & 5 == 1 {
                all.push(sub);
            }
        }
        Ok(all)
    }
}

impl Directory {
    pub(crate) fn contains(&self, tag: u16) -> bool {
        self.entries.contains_key(&tag)
    }
}
