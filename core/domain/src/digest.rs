//! Content hashes over canonical JSON: sorted keys, no spaces, shortest round-trip numbers.

use serde::Serialize;

/// The canonical JSON of a value: keys sorted, no white space, so that equal values give equal bytes.
///
/// Going through [`serde_json::Value`] sorts the keys, for its map is a B-tree.
pub fn canonical_json(value: &impl Serialize) -> String {
    serde_json::to_value(value).map(|v| v.to_string()).unwrap_or_default()
}

/// The BLAKE3 of the canonical JSON of a value, as `b3:` and 64 hexadecimal digits.
pub fn digest(value: &impl Serialize) -> String {
    digest_bytes(canonical_json(value).as_bytes())
}

/// The BLAKE3 of bytes, as `b3:` and 64 hexadecimal digits.
pub fn digest_bytes(bytes: &[u8]) -> String {
    format!("b3:{}", blake3::hash(bytes).to_hex())
}

/// The first hexadecimal digits of a digest, for people.
pub fn short(digest: &str) -> &str {
    let hex = digest.strip_prefix("b3:").unwrap_or(digest);
    hex.get(..8).unwrap_or(hex)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_sorted_and_the_hash_is_blake3() {
        let value = serde_json::json!({"b": 1, "a": [1.5, "x"]});
        assert_eq!(canonical_json(&value), r#"{"a":[1.5,"x"],"b":1}"#);
        // BLAKE3("abc"), from the reference test vectors.
        assert_eq!(digest_bytes(b"abc"), "b3:6437b3ac38465133ffb63b75273a8db548c558465d79db03fd359c6cd5bd9d85");
    }
}
