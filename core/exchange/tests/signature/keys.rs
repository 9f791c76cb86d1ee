//! Lists of trusted keys: what counts as one, what keys are called, and what is wrong in which line.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use concord_exchange::KeyId;
use proptest::prelude::*;

use super::*;

/// The keys of a list as `id=name`.
fn listed(keys: &TrustedKeys) -> Vec<String> {
    keys.iter().map(|key| format!("{}={}", key.id(), key.name().unwrap_or("?"))).collect()
}

fn error(list: &[u8]) -> String {
    TrustedKeys::parse(Path::new("dir/keys.txt"), list).expect_err("a wrong line").to_string()
}

/// A line with a key of this id and with 32 such bytes.
fn line(id: [u8; 8], byte: u8) -> String {
    STANDARD.encode([&b"Ed"[..], &id, &[byte; 32]].concat())
}

#[test]
fn key_files_of_minisign_can_be_joined() {
    let joined = [bytes("two.pub"), bytes("one.pub"), GOLDEN_KEY.as_bytes().to_vec()].concat();
    let keys = TrustedKeys::parse(Path::new("keys"), &joined).expect("three keys");
    assert_eq!(
        listed(&keys),
        [
            "0807060504030201=?",
            "3024409B503FCDA6=minisign public key 3024409B503FCDA6",
            "62D1B6BCA8465983=minisign public key 62D1B6BCA8465983",
        ]
    );
    assert_eq!((keys.len(), keys.is_empty()), (3, false));
    let file = bytes("detector.json");
    for signature in ["detector.json.minisig", "detector.json.two.minisig"] {
        assert!(valid(&verdict(&file, &bytes(signature), &keys)).is_some(), "{signature}");
    }
    assert!(valid(&verdict(b"hello\n", GOLDEN.as_bytes(), &keys)).is_some());
    assert_eq!(keys.get(KeyId::from_bytes([1, 2, 3, 4, 5, 6, 7, 8])).and_then(|key| key.name()), None);
    assert!(keys.get(KeyId::from_bytes([8; 8])).is_none());
}

#[test]
fn the_comment_directly_above_is_the_name() {
    let id = |n: u8| line([n, 0, 0, 0, 0, 0, 0, 0], n);
    let list = format!(
        "\u{feff}# Keys of the team\r\n\r\n# Build server\r\nuntrusted comment: minisign public key 1\r\n  {}  \r\n{}\n\
         untrusted comment: laptop\n{}\n#\n{}\n# first\n#second \n{}\n# nobody's\n",
        id(1),
        id(2),
        id(3),
        id(4),
        id(5)
    );
    let expect = ["Build server", "?", "laptop", "?", "second"];
    let expect: Vec<String> = (1..).zip(expect).map(|(id, name)| format!("{id:016X}={name}")).collect();
    assert_eq!(listed(&trusted(&list)), expect);
}

#[test]
fn a_key_that_comes_twice_counts_once() {
    let key = line([7; 8], 1);
    let keys = trusted(&format!("{key}\n# first\n{key}\n# second\n{key}\n"));
    assert_eq!(listed(&keys), ["0707070707070707=first"]);
    let why = error(format!("{key}\n\n{}\n", line([7; 8], 2)).as_bytes());
    let expect = "dir/keys.txt, line 3: another key with the id 0707070707070707 stands above it";
    assert!(why.replace('\\', "/").ends_with(expect), "{why}");
}

#[test]
fn an_empty_list_trusts_nothing() {
    for list in ["", "\n\n", "# none yet\n", "untrusted comment: none\r\n"] {
        assert!(trusted(list).is_empty(), "{list:?}");
    }
}

#[test]
fn a_wrong_line_is_named() {
    let signature = GOLDEN.lines().nth(1).expect("four lines");
    let secret = STANDARD.encode([&b"EdScB2"[..], &[9; 152]].concat());
    let cases = [
        ("key".to_owned(), "neither a comment nor a key in base64"),
        (GOLDEN_KEY[..55].to_owned(), "neither a comment nor a key in base64"),
        (GOLDEN_KEY[..52].to_owned(), "holds 39 bytes"),
        (GOLDEN_KEY.replacen("RWQ", "RUQ", 1), "algorithm is not \"Ed\""),
        (signature.to_owned(), "a signature, not a public key"),
        (secret.clone(), "a secret key; only public keys belong here"),
        (format!("{GOLDEN_KEY} Build server"), "neither a comment nor a key in base64"),
    ];
    for (wrong, expect) in cases {
        let why = error(format!("# name\n{GOLDEN_KEY}\n{wrong}\n").as_bytes());
        assert!(why.contains("keys.txt, line 3: ") && why.contains(expect), "{expect}: {why}");
        assert!(!why.contains(&secret), "a secret is not repeated");
    }
    assert!(error(b"# a\n# b\n\xff\n").contains("line 3: it is not UTF-8 text"));
}

#[test]
fn a_list_is_read_from_a_file() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let path = dir.path().join("keys.txt");
    let missing = TrustedKeys::read(&path).expect_err("no such file").to_string();
    assert!(missing.starts_with("cannot read the trusted keys in ") && missing.contains("keys.txt"), "{missing}");
    fs::write(&path, format!("# a\n{GOLDEN_KEY}")).expect("a writable folder");
    assert_eq!(TrustedKeys::read(&path).ok(), Some(trusted(&format!("# a\n{GOLDEN_KEY}"))));
    fs::write(&path, "\n".repeat((1 << 20) + 1)).expect("a writable folder");
    let error = TrustedKeys::read(&path).expect_err("too long");
    assert!(matches!(error, SignatureError::TooLong { limit: 1_048_576, .. }), "{error}");
}

proptest! {
    #[test]
    fn no_list_makes_the_reader_panic(list in proptest::collection::vec(any::<u8>(), 0..300)) {
        let _ = TrustedKeys::parse(Path::new("keys"), &list);
    }

    #[test]
    fn no_text_makes_the_reader_panic(list in "(#|untrusted comment:|RWQB|[A-Za-z0-9+/]{56}|=|\n|\r|é| |\\PC){0,40}") {
        let _ = TrustedKeys::parse(Path::new("keys"), list.as_bytes());
    }

    #[test]
    fn every_key_of_a_list_arrives(
        keys in proptest::collection::btree_map(any::<u64>(), (any::<[u8; 32]>(), "([a-z][a-zé ]{0,8}[a-z])?"), 0..12),
    ) {
        let lines = keys.iter().flat_map(|(id, (key, name))| {
            [format!("# {name}"), STANDARD.encode([&b"Ed"[..], &id.to_le_bytes(), key].concat())]
        });
        let list = lines.collect::<Vec<_>>().join("\n");
        let expect: Vec<String> = keys
            .iter()
            .map(|(id, (_, name))| format!("{id:016X}={}", if name.is_empty() { "?" } else { name }))
            .collect();
        prop_assert_eq!(listed(&trusted(&list)), expect);
    }
}
