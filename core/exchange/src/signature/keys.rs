//! Lists of public keys that are trusted to sign.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::fmt;
use std::fs::File;
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use minisign_verify::PublicKey;

use super::text::head;
use super::{SignatureError, read_up_to};

/// Most bytes that a list of keys may have: some ten thousand keys.
const LIST_LIMIT: u64 = 1 << 20;
const WHAT: &str = "the trusted keys in";
const UNTRUSTED_COMMENT: &str = "untrusted comment:";

/// The public keys that are trusted, one for each key id; empty by default, and then nothing is trusted.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TrustedKeys {
    by_id: BTreeMap<KeyId, TrustedKey>,
}

/// A public key and what it is called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrustedKey {
    id: KeyId,
    name: Option<String>,
    public_key: PublicKey,
}

/// The number by which signatures name their key: 8 bytes chosen at random with the key, not derived from it.
///
/// Shown as minisign shows it, little-endian in upper-case hexadecimal, but always with 16 digits, where minisign 0.11
/// leaves zeros in front out.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyId(u64);

impl TrustedKeys {
    /// Reads a list of keys from a file, as [`TrustedKeys::parse`] does.
    ///
    /// # Errors
    /// Those of [`TrustedKeys::parse`]; [`SignatureError::Io`] when the file is missing or cannot be read;
    /// [`SignatureError::TooLong`] when it has more than 1 MiB.
    pub fn read(path: &Path) -> Result<Self, SignatureError> {
        let bytes = File::open(path).and_then(|file| read_up_to(file, LIST_LIMIT));
        let bytes = bytes.map_err(SignatureError::io(WHAT, path))?;
        let too_long = || SignatureError::TooLong { what: WHAT, path: path.to_owned(), limit: LIST_LIMIT };
        Self::parse(path, &bytes.ok_or_else(too_long)?)
    }

    /// Reads a list of keys; `path` names it in errors.
    ///
    /// A line is a public key in base64, blank, or a comment: what follows `#` or `untrusted comment:`. Several `.pub`
    /// files of minisign one after the other are such a list. The comment directly above a key is its name; where both
    /// kinds stand there, the one with `#`, for the other is often written by the program. A key that comes twice
    /// counts once, with the first name it has. A byte order mark, CRLF and spaces around a line do not matter. An
    /// empty list trusts nothing.
    ///
    /// # Errors
    /// [`SignatureError::Key`] for a line that is none of this, or a second key with the id of another one.
    pub fn parse(path: &Path, bytes: &[u8]) -> Result<Self, SignatureError> {
        let mut keys = Self::default();
        let mut names = Names::default();
        for (line, bytes) in (1..).zip(bytes.split(|byte| *byte == b'\n')) {
            let error = |why: String| SignatureError::Key { path: path.to_owned(), line, why };
            let text = str::from_utf8(bytes).map_err(|_| error("it is not UTF-8 text".to_owned()))?;
            let text = if line == 1 { text.trim_start_matches('\u{feff}') } else { text }.trim();
            if text.is_empty() {
                names = Names::default();
            } else if let Some(name) = text.strip_prefix('#') {
                names.given = named(name);
            } else if let Some(name) = text.strip_prefix(UNTRUSTED_COMMENT) {
                names.untrusted = named(name);
            } else {
                let names = std::mem::take(&mut names);
                let key = TrustedKey::read(text, names.given.or(names.untrusted)).map_err(error)?;
                keys.insert(key).map_err(error)?;
            }
        }
        Ok(keys)
    }

    /// The key with an id, if it is trusted.
    pub fn get(&self, id: KeyId) -> Option<&TrustedKey> {
        self.by_id.get(&id)
    }

    /// All keys in the order of their ids.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &TrustedKey> {
        self.by_id.values()
    }

    /// Whether no key is trusted.
    pub fn is_empty(&self) -> bool {
        self.by_id.is_empty()
    }

    /// Number of keys.
    pub fn len(&self) -> usize {
        self.by_id.len()
    }

    fn insert(&mut self, key: TrustedKey) -> Result<(), String> {
        match self.by_id.entry(key.id) {
            Entry::Vacant(free) => {
                free.insert(key);
            }
            Entry::Occupied(mut known) => {
                let known = known.get_mut();
                if known.public_key != key.public_key {
                    return Err(format!("another key with the id {} stands above it", key.id));
                }
                known.name = known.name.take().or(key.name);
            }
        }
        Ok(())
    }
}

/// The comments directly above a key.
#[derive(Default)]
struct Names {
    given: Option<String>,
    untrusted: Option<String>,
}

fn named(text: &str) -> Option<String> {
    Some(text.trim().to_owned()).filter(|name| !name.is_empty())
}

impl TrustedKey {
    /// Its id.
    pub fn id(&self) -> KeyId {
        self.id
    }

    /// What the list calls it.
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    pub(super) fn public_key(&self) -> &PublicKey {
        &self.public_key
    }

    /// Reads `base64("Ed" ‖ key id, 8 bytes ‖ Ed25519 public key, 32 bytes)`. What was read is not repeated in the
    /// error: it may be a secret.
    fn read(line: &str, name: Option<String>) -> Result<Self, String> {
        let bytes = STANDARD.decode(line).map_err(|e| format!("it is neither a comment nor a key in base64: {e}"))?;
        match (bytes.len(), head(&bytes)) {
            (42, Some((algorithm, id))) if algorithm == *b"Ed" => {
                let public_key = PublicKey::from_base64(line).map_err(|e| e.to_string())?;
                Ok(Self { id, name, public_key })
            }
            (42, _) => Err("its algorithm is not \"Ed\"".to_owned()),
            (74, _) => Err("it is a signature, not a public key".to_owned()),
            (158, _) => Err("it is a secret key; only public keys belong here".to_owned()),
            (length, _) => Err(format!("it holds {length} bytes, and a public key 42")),
        }
    }
}

impl KeyId {
    /// The id as it stands in keys and signatures.
    pub fn from_bytes(bytes: [u8; 8]) -> Self {
        Self(u64::from_le_bytes(bytes))
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016X}", self.0)
    }
}

impl fmt::Debug for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyId({self})")
    }
}
