//! Signatures against the minisign program: what it signed is valid, and nothing that differs by a bit is.
//!
//! The files in `data/minisign` were made by minisign 0.11, as its README says; the golden signature below is that of
//! the key with the seed 00 01 … 1f, and minisign 0.11 accepts it.

use std::fs;
use std::path::{Path, PathBuf};

use concord_exchange::{InvalidReason, Legacy, SignatureError, TrustedKeys, Verdict};
use concord_exchange::{signature_path, verify_bytes, verify_file};

#[path = "signature/altered.rs"]
mod altered;
#[path = "signature/keys.rs"]
mod keys;

const GOLDEN_KEY: &str = "RWQBAgMEBQYHCAOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4";
const GOLDEN: &str = "untrusted comment: signature from minisign secret key\n\
    RUQBAgMEBQYHCJW9EkMWxs6buKMtyf9iQstZnl/JVX6bcNnk6YHUtSNV2t+uis8Y6wBHAirrTCY2AaaAft2KdItK60I8DOSfeAk=\n\
    trusted comment: timestamp:0\tfile:hello.txt\thashed\n\
    rDe9ySRBc8vzIig5kx0TxNCB/8kHMOQrlNmsHjvXdvqFVHAuLQNyNEkG6N04eSU4u923vINwjehTa6U04Io8Bw==\n";

fn data(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/minisign").join(name)
}

fn bytes(name: &str) -> Vec<u8> {
    fs::read(data(name)).expect("a file of the tests")
}

fn trusted(list: &str) -> TrustedKeys {
    TrustedKeys::parse(Path::new("keys"), list.as_bytes()).expect("a list of keys")
}

fn key_one() -> TrustedKeys {
    TrustedKeys::read(&data("one.pub")).expect("a public key")
}

/// The verdict on bytes, with signatures of the old kind refused.
fn verdict(file: &[u8], signature: &[u8], keys: &TrustedKeys) -> Verdict {
    verify_bytes(file, Some(signature), keys, Legacy::Refuse)
}

/// What a valid verdict says, as text: `key id|name|trusted comment`; nothing for any other verdict.
fn valid(verdict: &Verdict) -> Option<String> {
    let Verdict::Valid { key_id, key_name, trusted_comment } = verdict else { return None };
    Some(format!("{key_id}|{}|{trusted_comment}", key_name.as_deref().unwrap_or_default()))
}

/// Why a verdict is invalid, as text.
fn reason(verdict: &Verdict) -> String {
    let Verdict::Invalid { reason } = verdict else { panic!("{verdict:?}") };
    reason.to_string()
}

/// The length that the name of a file `len-….minisig` says, and the content that was signed.
fn signed_content(length: usize) -> Vec<u8> {
    (0..length).map(|i| ((i * i + i / 256) % 251) as u8).collect()
}

#[test]
fn the_golden_signature_is_valid() {
    let keys = trusted(GOLDEN_KEY);
    let expect = "0807060504030201||timestamp:0\tfile:hello.txt\thashed";
    assert_eq!(valid(&verdict(b"hello\n", GOLDEN.as_bytes(), &keys)).as_deref(), Some(expect));
    let crlf = GOLDEN.replace('\n', "\r\n");
    assert_eq!(valid(&verdict(b"hello\n", crlf.as_bytes(), &keys)).as_deref(), Some(expect));
}

#[test]
fn what_minisign_signed_is_valid() {
    let (file, keys) = (bytes("detector.json"), key_one());
    let one = "3024409B503FCDA6|minisign public key 3024409B503FCDA6|";
    let hashed = verdict(&file, &bytes("detector.json.minisig"), &keys);
    assert_eq!(valid(&hashed), Some(format!("{one}timestamp:0\tfile:detector.json\thashed")));
    assert_eq!(
        verify_file(&data("detector.json"), &data("detector.json.minisig"), &keys, Legacy::Refuse).ok(),
        Some(hashed)
    );
    let two = TrustedKeys::read(&data("two.pub")).expect("a public key");
    let by_two = verdict(&file, &bytes("detector.json.two.minisig"), &two);
    let expect = "62D1B6BCA8465983|minisign public key 62D1B6BCA8465983|Prüfling 7 geprüft";
    assert_eq!(valid(&by_two).as_deref(), Some(expect));
}

#[test]
fn a_file_of_any_length_is_hashed_as_it_is_read() {
    let (dir, keys) = (tempfile::tempdir().expect("a temporary folder"), key_one());
    for length in [0, 1, 127, 128, 129, 256, 65_535, 65_536, 65_537, 200_001] {
        let path = dir.path().join("content.bin");
        let mut content = signed_content(length);
        fs::write(&path, &content).expect("a writable folder");
        let signature = data(&format!("len-{length}.minisig"));
        let streamed = verify_file(&path, &signature, &keys, Legacy::Refuse).expect("readable files");
        let name = "3024409B503FCDA6|minisign public key 3024409B503FCDA6";
        assert_eq!(valid(&streamed), Some(format!("{name}|length {length}")));
        let signature_bytes = fs::read(&signature).expect("a file of the tests");
        assert_eq!(verdict(&content, &signature_bytes, &keys), streamed);
        content.push(0);
        fs::write(&path, &content).expect("a writable folder");
        let longer = verify_file(&path, &signature, &keys, Legacy::Refuse).expect("readable files");
        assert!(reason(&longer).contains("was altered"), "{length}");
    }
}

#[test]
fn a_file_without_a_signature_is_unsigned() {
    let (path, keys) = (data("one.pub"), key_one());
    let signature = signature_path(&path);
    assert!(signature.ends_with("one.pub.minisig"));
    assert_eq!(verify_file(&path, &signature, &keys, Legacy::Refuse).ok(), Some(Verdict::Unsigned));
    assert_eq!(verify_bytes(b"", None, &keys, Legacy::Accept), Verdict::Unsigned);
    assert_eq!(signature_path(Path::new("models/detector.onnx")), Path::new("models/detector.onnx.minisig"));
}

#[test]
fn a_file_that_is_not_there_is_an_error_and_not_unsigned() {
    let path = data("missing.onnx");
    let error = verify_file(&path, &signature_path(&path), &key_one(), Legacy::Refuse).expect_err("no such file");
    assert!(matches!(error, SignatureError::Io { .. }), "{error}");
    assert!(
        error.to_string().starts_with("cannot read the signed file ") && error.to_string().contains("missing.onnx")
    );
    // Something at the place of the signature that is no readable file must not pass for a missing one.
    for unreadable in [data(""), PathBuf::from("no\0name")] {
        let error = verify_file(&data("other.txt"), &unreadable, &key_one(), Legacy::Refuse).expect_err("no file");
        assert!(error.to_string().starts_with("cannot read the signature "), "{error}");
    }
}

#[test]
fn a_key_that_is_not_trusted_is_named() {
    let (file, signature) = (bytes("detector.json"), bytes("detector.json.two.minisig"));
    let expect = "it was signed with the key 62D1B6BCA8465983, which is not trusted";
    assert_eq!(reason(&verdict(&file, &signature, &key_one())), expect);
    assert_eq!(reason(&verdict(&file, &signature, &TrustedKeys::default())), expect);
}

#[test]
fn signatures_of_the_old_kind_are_valid_only_where_they_are_accepted() {
    let (file, signature, keys) = (bytes("detector.json"), bytes("detector.json.legacy.minisig"), key_one());
    let refused = verdict(&file, &signature, &keys);
    assert!(matches!(&refused, Verdict::Invalid { reason: InvalidReason::Legacy { key_id } }
        if key_id.to_string() == "3024409B503FCDA6"));
    assert!(reason(&refused).contains("of the old kind"));
    let accepted = verify_bytes(&file, Some(&signature), &keys, Legacy::Accept);
    let expect = "3024409B503FCDA6|minisign public key 3024409B503FCDA6|an unhashed signature";
    assert_eq!(valid(&accepted).as_deref(), Some(expect));
    let (path, signature) = (data("detector.json"), data("detector.json.legacy.minisig"));
    assert_eq!(verify_file(&path, &signature, &keys, Legacy::Refuse).ok(), Some(refused));
    assert_eq!(verify_file(&path, &signature, &keys, Legacy::Accept).ok(), Some(accepted));
}

#[test]
fn a_long_file_is_never_loaded_for_a_signature_of_the_old_kind() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let path = dir.path().join("long.bin");
    let file = fs::File::create(&path).expect("a writable folder");
    file.set_len(concord_exchange::signature::LEGACY_LIMIT + 1).expect("a sparse file");
    let signature = data("detector.json.legacy.minisig");
    let error = verify_file(&path, &signature, &key_one(), Legacy::Accept).expect_err("too long").to_string();
    assert!(error.contains("long.bin") && error.contains("268435456"), "{error}");
    let refused = verify_file(&path, &signature, &key_one(), Legacy::Refuse).expect("nothing to read");
    assert!(reason(&refused).contains("of the old kind"));
}
