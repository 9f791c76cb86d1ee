//! Signatures of files as minisign writes them: whether a file is what the holder of a trusted key signed.
//!
//! The format is that of <https://jedisct1.github.io/minisign/>, with `src/minisign.c` of the program as the reference;
//! the cryptography (Ed25519, RFC 8032; BLAKE2b, RFC 7693) is that of the crate `minisign-verify`. Nothing here signs.
//!
//! The signature of `detector.onnx` is the file `detector.onnx.minisig` beside it, four lines of text:
//!
//! ```text
//! untrusted comment: any text, covered by nothing
//! base64("ED" ‖ key id, 8 bytes ‖ Ed25519(BLAKE2b-512(file)), 64 bytes)
//! trusted comment: any text
//! base64(Ed25519(the 64 bytes above ‖ trusted comment))
//! ```
//!
//! A verdict is about the bytes that were read for it. Who goes on to use the file reads it once, keeps the bytes and
//! asks [`verify_bytes`].

use std::convert::Infallible;
use std::ffi::OsString;
use std::fs::File;
use std::io::{self, BufReader, Read, Write};
use std::path::{Path, PathBuf};

use minisign_verify::{PublicKey, StreamVerifier};

mod keys;
mod text;

pub use keys::{KeyId, TrustedKey, TrustedKeys};

use text::SignatureText;

/// Most bytes that a signature file may have; what is longer is not read and counts as malformed.
pub const SIGNATURE_LIMIT: u64 = 64 << 10;

/// Most bytes of a file with a signature of the old kind, for which the whole file must be in memory.
pub const LEGACY_LIMIT: u64 = 256 << 20;

/// What is known about a file after its signature was looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// There is no signature.
    Unsigned,
    /// The file and the trusted comment are what the holder of a trusted key signed.
    Valid {
        /// The key.
        key_id: KeyId,
        /// What the list of trusted keys calls it.
        key_name: Option<String>,
        /// What the signer said about the file, often `timestamp:…`, `file:…` and `hashed`, parted by tabs; the file's
        /// name in it is not compared with the name that the file has.
        trusted_comment: String,
    },
    /// There is a signature, and it does not show that the file is what a trusted key signed.
    Invalid {
        /// Why not.
        reason: InvalidReason,
    },
}

/// Why a signature does not count.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidReason {
    /// Whether the file is intact cannot be told without the key.
    #[error("it was signed with the key {key_id}, which is not trusted")]
    UnknownKey {
        /// The key that the signature names.
        key_id: KeyId,
    },
    /// The key is trusted, and the file, the signature or the trusted comment is not what it signed. Which of them
    /// differs is not told apart.
    #[error("the file, its signature or its trusted comment was altered after the key {key_id} had signed it")]
    Altered {
        /// The key that the signature names.
        key_id: KeyId,
    },
    /// The signature file cannot be read.
    #[error("the signature file is malformed: {why}")]
    Malformed {
        /// What is wrong with it.
        why: String,
    },
    /// The signature is of the old kind and [`Legacy::Refuse`] was asked for.
    #[error("the signature of the key {key_id} is of the old kind, made without hashing the file first")]
    Legacy {
        /// The key that the signature names.
        key_id: KeyId,
    },
}

/// Whether signatures of the old kind count: algorithm `Ed`, over the file itself instead of its BLAKE2b hash, as
/// `minisign -S -l` and signify write them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Legacy {
    /// They do not.
    #[default]
    Refuse,
    /// They do, for files of up to [`LEGACY_LIMIT`] bytes.
    Accept,
}

/// Why no verdict could be reached, or no list of keys be read.
#[derive(Debug, thiserror::Error)]
pub enum SignatureError {
    /// A line of a list of keys is neither a comment nor a public key, or contradicts another line.
    #[error("cannot read the trusted keys in {}, line {line}: {why}", path.display())]
    Key {
        /// The list of keys.
        path: PathBuf,
        /// The line, counted from 1.
        line: usize,
        /// What is wrong with it.
        why: String,
    },
    /// A file is longer than is read for its purpose.
    #[error("cannot read {what} {}: it is longer than {limit} bytes", path.display())]
    TooLong {
        /// What it is: "the trusted keys in" …
        what: &'static str,
        /// The file.
        path: PathBuf,
        /// Most bytes that are read.
        limit: u64,
    },
    /// A file could not be read.
    #[error("cannot read {what} {}: {source}", path.display())]
    Io {
        /// What it is: "the signature" …
        what: &'static str,
        /// The file.
        path: PathBuf,
        /// Why it failed.
        source: io::Error,
    },
}

/// Where the signature of a file is looked for: `.minisig` after its whole name.
pub fn signature_path(path: &Path) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(".minisig");
    PathBuf::from(name)
}

/// Verifies the file at `path` with the signature at `signature_path` (see [`signature_path`]).
///
/// The file is hashed as it is read, in constant memory whatever its length, except for signatures of the old kind.
/// Without a file at `signature_path` the verdict is [`Verdict::Unsigned`].
///
/// # Errors
/// [`SignatureError::Io`] when the file is missing or cannot be read, or the signature is there and cannot be read;
/// [`SignatureError::TooLong`] when a file of more than [`LEGACY_LIMIT`] bytes has a signature of the old kind that
/// would be accepted. A signature that is not right is a verdict, not an error.
pub fn verify_file(
    path: &Path,
    signature_path: &Path,
    keys: &TrustedKeys,
    legacy: Legacy,
) -> Result<Verdict, SignatureError> {
    let file = File::open(path).map_err(SignatureError::io("the signed file", path))?;
    let signature = match File::open(signature_path) {
        Ok(signature) => signature,
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(Verdict::Unsigned),
        Err(e) => return Err(SignatureError::io("the signature", signature_path)(e)),
    };
    let signature = read_up_to(signature, SIGNATURE_LIMIT);
    let signature = signature.map_err(SignatureError::io("the signature", signature_path))?;
    judge(signature.as_deref(), keys, legacy, |key, signature| {
        if signature.prehashed { streamed(file, path, key, signature) } else { whole(file, path, key, signature) }
    })
}

/// Verifies bytes in memory; `signature` is the content of the `.minisig` file, `None` where there is none.
///
/// [`SIGNATURE_LIMIT`] holds here too; the bytes themselves may be as long as they are, whatever kind of signature.
pub fn verify_bytes(bytes: &[u8], signature: Option<&[u8]>, keys: &TrustedKeys, legacy: Legacy) -> Verdict {
    let Some(signature) = signature else { return Verdict::Unsigned };
    let signature = Some(signature).filter(|s| s.len() as u64 <= SIGNATURE_LIMIT);
    let Ok(verdict) = judge::<Infallible>(signature, keys, legacy, |key, signature| {
        Ok(key.verify(bytes, &signature.decoded, true).is_ok())
    });
    verdict
}

/// The verdict on a signature, or on one that is too long (`None`); `holds` verifies the file and the trusted comment.
fn judge<E>(
    signature: Option<&[u8]>,
    keys: &TrustedKeys,
    legacy: Legacy,
    holds: impl FnOnce(&PublicKey, &SignatureText) -> Result<bool, E>,
) -> Result<Verdict, E> {
    let invalid = |reason| Ok(Verdict::Invalid { reason });
    let Some(signature) = signature else {
        return invalid(InvalidReason::Malformed { why: format!("it is longer than {SIGNATURE_LIMIT} bytes") });
    };
    let signature = match SignatureText::read(signature) {
        Ok(signature) => signature,
        Err(why) => return invalid(InvalidReason::Malformed { why }),
    };
    let key_id = signature.key_id;
    let Some(key) = keys.get(key_id) else { return invalid(InvalidReason::UnknownKey { key_id }) };
    if !signature.prehashed && legacy == Legacy::Refuse {
        return invalid(InvalidReason::Legacy { key_id });
    }
    if !holds(key.public_key(), &signature)? {
        return invalid(InvalidReason::Altered { key_id });
    }
    Ok(Verdict::Valid {
        key_id,
        key_name: key.name().map(str::to_owned),
        trusted_comment: signature.decoded.trusted_comment().to_owned(),
    })
}

fn streamed(file: File, path: &Path, key: &PublicKey, signature: &SignatureText) -> Result<bool, SignatureError> {
    // What the verifier refuses up to here was refused already: other keys, and signatures of the old kind.
    let Ok(verifier) = key.verify_stream(&signature.decoded) else { return Ok(false) };
    let mut hashing = Hashing(verifier);
    let mut file = BufReader::with_capacity(1 << 16, file);
    io::copy(&mut file, &mut hashing).map_err(SignatureError::io("the signed file", path))?;
    Ok(hashing.0.finalize().is_ok())
}

fn whole(file: File, path: &Path, key: &PublicKey, signature: &SignatureText) -> Result<bool, SignatureError> {
    const WHAT: &str = "the signed file";
    let bytes = read_up_to(file, LEGACY_LIMIT).map_err(SignatureError::io(WHAT, path))?;
    let too_long = || SignatureError::TooLong { what: WHAT, path: path.to_owned(), limit: LEGACY_LIMIT };
    Ok(key.verify(&bytes.ok_or_else(too_long)?, &signature.decoded, true).is_ok())
}

/// A verifier as the place where bytes are copied to.
struct Hashing<'a>(StreamVerifier<'a>);

impl Write for Hashing<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The whole content, or nothing when it is longer than `limit`. The length that the file system names is not relied on:
/// a pipe has none, and a file may grow.
fn read_up_to(file: File, limit: u64) -> io::Result<Option<Vec<u8>>> {
    if file.metadata()?.len() > limit {
        return Ok(None);
    }
    let mut bytes = Vec::new();
    file.take(limit + 1).read_to_end(&mut bytes)?;
    Ok((bytes.len() as u64 <= limit).then_some(bytes))
}

impl SignatureError {
    /// For `map_err`: a [`SignatureError::Io`] about something at a path.
    fn io(what: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Io { what, path, source }
    }
}
