//! Manifests: one canonical JSON line a file, sorted by path; the hash of the manifest is the identity of the whole.

use serde::{Deserialize, Serialize};

/// A file of a manifest. The fields stand in the order of the canonical JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// BLAKE3 of the content, 64 hexadecimal digits.
    pub blake3: String,
    /// Path below the manifest's folder, with `/`.
    pub path: String,
    /// SHA-256 of the content, 64 hexadecimal digits.
    pub sha256: String,
    /// Length in bytes.
    pub size: u64,
}

/// The text of a manifest: entries sorted by the bytes of their paths, each line ended by LF. No entries, no text.
pub fn to_text(mut entries: Vec<Entry>) -> String {
    entries.sort_by(|a, b| a.path.cmp(&b.path));
    entries.iter().map(|e| concord_domain::digest::canonical_json(e) + "\n").collect()
}

/// Reads one line of a manifest, without its LF; the error says what is wrong with it.
pub fn read_line(line: &str) -> Result<Entry, String> {
    let entry: Entry = serde_json::from_str(line).map_err(|e| e.to_string())?;
    if concord_domain::digest::canonical_json(&entry) != line {
        return Err("the line is not in canonical form (sorted keys, no spaces)".to_owned());
    }
    let safe = !entry.path.is_empty()
        && !entry.path.contains(['\\', '\0', ':'])
        && entry.path.split('/').all(|part| !part.is_empty() && part != "." && part != "..");
    if !safe {
        return Err(format!("the path \"{}\" leaves the folder", entry.path));
    }
    Ok(entry)
}

/// Bytes as hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    bytes.iter().flat_map(|b| [DIGITS[usize::from(b >> 4)], DIGITS[usize::from(b & 15)]]).map(char::from).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::atomic::NewFolder;

    const GOLDEN: &str = concat!(
        r#"{"blake3":"ea8f163db38682925e4491c5e58d4bb3506ef8c14eb78a86e908c5624a67200f","path":"a.txt","#,
        r#""sha256":"2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824","size":5}"#,
        "\n",
        r#"{"blake3":"d7894ae9716d38d2dfad0ec55424ca321ee12453d51f1b3adeb77d0475ed988c","path":"b/c.txt","#,
        r#""sha256":"486ea46224d1bb4fb680f34f7c9ad96a8f24ec88be73ea8e5a6c65260e9cb8a7","size":5}"#,
        "\n",
    );

    #[test]
    fn the_manifest_of_two_files_is_the_golden_one() {
        // Hashes of the files by b3sum and sha256sum, of the manifest by the same.
        let dir = tempfile::tempdir().expect("a temporary folder");
        let folder = NewFolder::create(&dir.path().join("x")).expect("a free place");
        let second = folder.write("b/c.txt", b"world").expect("a writable folder");
        let first = folder.write("a.txt", b"hello").expect("a writable folder");
        let text = to_text(vec![second, first]);
        assert_eq!(text, GOLDEN);
        assert_eq!(
            concord_domain::digest::digest_bytes(text.as_bytes()),
            "b3:3e36b40b2d33e88e70a1e23937319f2c8d57edc121ec624ef4a9795a4073b187"
        );
        assert!(text.lines().all(|line| read_line(line).is_ok()));
    }

    #[test]
    fn a_line_that_points_outside_is_refused() {
        for path in ["../x", "/etc/passwd", "a//b", "", "a/../b", "C:/x", "a\\b"] {
            let entry = Entry { blake3: String::new(), path: path.to_owned(), sha256: String::new(), size: 0 };
            assert!(read_line(&concord_domain::digest::canonical_json(&entry)).is_err(), "{path}");
        }
        assert!(read_line(r#"{"path":"a","blake3":"","sha256":"","size":0}"#).is_err());
        assert!(read_line("no").is_err());
    }
}
