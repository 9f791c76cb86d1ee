//! The four lines of a signature file.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use minisign_verify::Signature;

use super::KeyId;

/// A signature file that was read; nothing of it is verified yet.
pub(super) struct SignatureText {
    /// The key that it names.
    pub(super) key_id: KeyId,
    /// Whether it is over the hash of the file instead of the file, that is, not of the old kind.
    pub(super) prehashed: bool,
    /// What verifies it.
    pub(super) decoded: Signature,
}

impl SignatureText {
    /// Reads a signature file; the error says what is wrong with it.
    ///
    /// Stricter than the program: all of it must be UTF-8, base64 has one form only, and after the fourth line only
    /// blank lines may stand. CRLF is accepted, and a last line without an end.
    pub(super) fn read(bytes: &[u8]) -> Result<Self, String> {
        let text = str::from_utf8(bytes).map_err(|_| "it is not UTF-8 text")?;
        if text.contains('\0') {
            // The program takes it for the end of the line, and would show another comment than was signed.
            return Err("it holds a NUL character".to_owned());
        }
        let mut lines = text.lines();
        let mut line = |what: &str| lines.next().ok_or(format!("it ends before {what}"));
        let untrusted = line("the untrusted comment")?;
        let signature = line("the signature")?;
        let trusted = line("the trusted comment")?;
        let global = line("the signature of the trusted comment")?;
        if !untrusted.starts_with("untrusted comment: ") {
            return Err("line 1 does not start with \"untrusted comment: \"".to_owned());
        }
        if !trusted.starts_with("trusted comment: ") {
            return Err("line 3 does not start with \"trusted comment: \"".to_owned());
        }
        if lines.any(|line| !line.trim().is_empty()) {
            return Err("something follows its fourth line".to_owned());
        }
        let signature = base64_of("line 2", signature, 74)?;
        base64_of("line 4", global, 64)?;
        let (algorithm, key_id) = head(&signature).ok_or("line 2 is too short")?;
        let prehashed = match &algorithm {
            b"ED" => true,
            b"Ed" => false,
            _ => return Err("its algorithm is neither \"ED\" nor \"Ed\"".to_owned()),
        };
        let decoded = Signature::decode(text).map_err(|e| e.to_string())?;
        Ok(Self { key_id, prehashed, decoded })
    }
}

/// The bytes of a line of base64, of which there must be `length`.
fn base64_of(place: &str, line: &str, length: usize) -> Result<Vec<u8>, String> {
    let bytes = STANDARD.decode(line).map_err(|e| format!("{place} is no base64: {e}"))?;
    if bytes.len() == length {
        Ok(bytes)
    } else {
        Err(format!("{place} holds {} bytes instead of {length}", bytes.len()))
    }
}

/// What keys and signatures begin with: the algorithm and the id of the key.
pub(super) fn head(bytes: &[u8]) -> Option<([u8; 2], KeyId)> {
    let (algorithm, rest) = bytes.split_first_chunk()?;
    let (id, _) = rest.split_first_chunk()?;
    Some((*algorithm, KeyId::from_bytes(*id)))
}
