//! Whatever differs from what was signed is refused: every bit, every shorter form, every line out of place.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use proptest::prelude::*;

use super::*;

/// Every way to change one bit.
fn flips(bytes: &[u8]) -> impl Iterator<Item = (usize, Vec<u8>)> {
    (0..bytes.len() * 8).map(|bit| {
        let mut flipped = bytes.to_vec();
        flipped[bit / 8] ^= 1 << (bit % 8);
        (bit / 8, flipped)
    })
}

/// The signature file with other bytes in its second and fourth line.
fn with_lines(text: &str, second: &[u8], fourth: &[u8]) -> Vec<u8> {
    let lines: Vec<&str> = text.lines().collect();
    let (second, fourth) = (STANDARD.encode(second), STANDARD.encode(fourth));
    format!("{}\n{second}\n{}\n{fourth}\n", lines[0], lines[2]).into_bytes()
}

/// The bytes in the second and the fourth line.
fn binary_lines(text: &str) -> (Vec<u8>, Vec<u8>) {
    let lines: Vec<&str> = text.lines().collect();
    let decode = |line: usize| STANDARD.decode(lines[line]).expect("a signature of the tests");
    (decode(1), decode(3))
}

/// A signature of the fixtures, its text and whether it is to be accepted although it is of the old kind.
fn fixtures() -> [(String, Legacy); 2] {
    let text = |name| String::from_utf8(bytes(name)).expect("text");
    [(text("detector.json.minisig"), Legacy::Refuse), (text("detector.json.legacy.minisig"), Legacy::Accept)]
}

#[test]
fn every_bit_of_the_file_counts() {
    let (file, keys) = (bytes("detector.json"), key_one());
    for (signature, legacy) in fixtures() {
        for (at, altered) in flips(&file) {
            let verdict = verify_bytes(&altered, Some(signature.as_bytes()), &keys, legacy);
            assert!(reason(&verdict).contains("was altered"), "byte {at}");
        }
        for length in 0..file.len() {
            let verdict = verify_bytes(&file[..length], Some(signature.as_bytes()), &keys, legacy);
            assert!(reason(&verdict).contains("was altered"), "{length} bytes");
        }
    }
}

#[test]
fn every_bit_of_the_text_counts_but_for_the_untrusted_comment() {
    let (file, keys) = (bytes("detector.json"), key_one());
    for (signature, legacy) in fixtures() {
        let intact = verify_bytes(&file, Some(signature.as_bytes()), &keys, legacy);
        assert!(valid(&intact).is_some());
        let untrusted = "untrusted comment: ".len()..signature.find('\n').expect("lines");
        let mut still_valid = 0;
        for (at, altered) in flips(signature.as_bytes()) {
            for legacy in [Legacy::Refuse, Legacy::Accept] {
                let verdict = verify_bytes(&file, Some(&altered), &keys, legacy);
                if untrusted.contains(&at) && verdict == intact {
                    still_valid += 1;
                } else {
                    assert!(matches!(verdict, Verdict::Invalid { .. }), "byte {at}: {verdict:?}");
                }
            }
        }
        assert!(still_valid > 0, "nothing covers the untrusted comment");
    }
}

#[test]
fn every_bit_of_the_trusted_comment_counts() {
    let (file, keys) = (bytes("detector.json"), key_one());
    for (signature, legacy) in fixtures() {
        let lines: Vec<&str> = signature.lines().collect();
        let comment = lines[2].strip_prefix("trusted comment: ").expect("a signature of the tests");
        for (at, altered) in flips(comment.as_bytes()) {
            let parts = [lines[0].as_bytes(), b"\n", lines[1].as_bytes(), b"\ntrusted comment: ", &altered, b"\n"];
            let text = [&parts.concat(), lines[3].as_bytes(), b"\n"].concat();
            let verdict = verify_bytes(&file, Some(&text), &keys, legacy);
            let is_text = altered.is_ascii() && !matches!(altered[at], b'\n' | 0);
            let expect = if is_text { "was altered" } else { "malformed" };
            assert!(reason(&verdict).contains(expect), "byte {at}: {verdict:?}");
        }
        let other = signature.replace(comment, &format!("{comment} "));
        assert!(reason(&verify_bytes(&file, Some(other.as_bytes()), &keys, legacy)).contains("was altered"));
    }
}

#[test]
fn every_bit_of_both_signatures_counts() {
    let (file, keys) = (bytes("detector.json"), key_one());
    for (signature, legacy) in fixtures() {
        let (second, fourth) = binary_lines(&signature);
        assert_eq!(with_lines(&signature, &second, &fourth), signature.as_bytes());
        for (at, altered) in flips(&second) {
            let text = with_lines(&signature, &altered, &fourth);
            let why = reason(&verify_bytes(&file, Some(&text), &keys, legacy));
            match at {
                // One bit parts ED from Ed: each must fail as the other, too.
                0 | 1 => {
                    let whys = ["malformed", "of the old kind", "was altered"];
                    assert!(whys.iter().any(|expect| why.contains(expect)), "{why}");
                }
                2..10 => assert!(why.contains("which is not trusted") && !why.contains("3024409B503FCDA6"), "{why}"),
                _ => assert!(why.contains("was altered"), "byte {at}: {why}"),
            }
            assert!(matches!(verify_bytes(&file, Some(&text), &keys, Legacy::Accept), Verdict::Invalid { .. }));
        }
        for (at, altered) in flips(&fourth) {
            let text = with_lines(&signature, &second, &altered);
            let why = reason(&verify_bytes(&file, Some(&text), &keys, legacy));
            assert!(why.contains("was altered"), "byte {at}: {why}");
        }
    }
}

#[test]
fn every_bit_of_the_key_counts() {
    let file = bytes("detector.json");
    let public = String::from_utf8(bytes("one.pub")).expect("text");
    let key = STANDARD.decode(public.lines().nth(1).expect("two lines")).expect("a key of the tests");
    for (signature, legacy) in fixtures() {
        for (at, altered) in flips(&key) {
            let list = STANDARD.encode(&altered);
            let keys = TrustedKeys::parse(Path::new("keys"), list.as_bytes());
            if at < 2 {
                assert!(keys.expect_err("an unknown algorithm").to_string().contains("algorithm"));
                continue;
            }
            let verdict = verify_bytes(&file, Some(signature.as_bytes()), &keys.expect("a key"), legacy);
            let expect = if at < 10 { "the key 3024409B503FCDA6, which is not trusted" } else { "was altered" };
            assert!(reason(&verdict).contains(expect), "byte {at}: {verdict:?}");
        }
    }
}

#[test]
fn a_second_form_of_the_same_signature_is_refused() {
    // RFC 8032, 5.1.7: S must be below the group order, or adding the order would give another signature.
    const ORDER: [u8; 32] = [
        0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, 0, 0, 0, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
    ];
    let add_order = |signature: &mut [u8]| {
        let mut carry = 0;
        let scalar = signature.len() - 32;
        for (byte, order) in signature[scalar..].iter_mut().zip(ORDER) {
            carry += u32::from(*byte) + u32::from(order);
            *byte = carry as u8;
            carry >>= 8;
        }
        assert_eq!(carry, 0);
    };
    let keys = trusted(GOLDEN_KEY);
    let (mut second, mut fourth) = binary_lines(GOLDEN);
    let intact = fourth.clone();
    add_order(&mut fourth);
    assert!(reason(&verdict(b"hello\n", &with_lines(GOLDEN, &second, &fourth), &keys)).contains("was altered"));
    add_order(&mut second);
    assert!(reason(&verdict(b"hello\n", &with_lines(GOLDEN, &second, &intact), &keys)).contains("was altered"));
}

#[test]
fn parts_of_other_signatures_do_not_fit() {
    let (file, keys) = (bytes("detector.json"), key_one());
    let own = fixtures()[0].0.clone();
    let other = String::from_utf8(bytes("other.txt.minisig")).expect("text");
    assert!(valid(&verdict(&bytes("other.txt"), other.as_bytes(), &keys)).is_some());
    assert!(reason(&verdict(&file, other.as_bytes(), &keys)).contains("was altered"));
    let ((own_second, own_fourth), (other_second, other_fourth)) = (binary_lines(&own), binary_lines(&other));
    for (second, fourth) in [(&own_second, &other_fourth), (&other_second, &own_fourth)] {
        for text in [&own, &other] {
            assert!(reason(&verdict(&file, &with_lines(text, second, fourth), &keys)).contains("was altered"));
        }
    }
}

#[test]
fn a_signature_cut_short_is_malformed() {
    let (file, keys) = (bytes("detector.json"), key_one());
    let (signature, _) = &fixtures()[0];
    for length in 0..signature.len() - 1 {
        let why = reason(&verdict(&file, &signature.as_bytes()[..length], &keys));
        assert!(why.contains("malformed"), "{length} bytes: {why}");
    }
    assert!(valid(&verdict(&file, signature.trim_end().as_bytes(), &keys)).is_some(), "only the last line end is gone");
}

#[test]
fn a_malformed_signature_is_told_how() {
    let file = bytes("detector.json");
    let (good, _) = &fixtures()[0];
    let lines: Vec<&str> = good.lines().collect();
    let cases = [
        (String::new(), "ends before the untrusted comment"),
        (lines[..2].join("\n"), "ends before the trusted comment"),
        (good.replacen("untrusted", "trusted", 1), "line 1 does not start"),
        (good.replace("\ntrusted comment:", "\ntrusted  comment:"), "line 3 does not start"),
        (good.clone() + "\n\nmore\n", "follows its fourth line"),
        (good.replace(lines[1], "RU!"), "line 2 is no base64"),
        (good.replace(lines[1], lines[3]), "line 2 holds 64 bytes instead of 74"),
        (good.replace(lines[3], lines[1]), "line 4 holds 74 bytes instead of 64"),
        (good.replace("==\n", "\n"), "line 4 is no base64"),
        (good.replace("\nRU", "\nRX"), "algorithm is neither"),
        (good.replacen("one", "o\0ne", 1), "a NUL character"),
        (format!("\u{feff}{good}"), "line 1 does not start"),
    ];
    for (text, expect) in cases {
        let why = reason(&verdict(&file, text.as_bytes(), &key_one()));
        assert!(why.starts_with("the signature file is malformed: ") && why.contains(expect), "{expect}: {why}");
    }
    assert!(reason(&verdict(&file, b"\xff\n", &key_one())).contains("not UTF-8"));
}

#[test]
fn a_signature_file_has_a_greatest_length() {
    let (dir, keys) = (tempfile::tempdir().expect("a temporary folder"), key_one());
    let path = dir.path().join("x.minisig");
    for (length, is_valid) in [(65_536, true), (65_537, false)] {
        let mut text = bytes("detector.json.minisig");
        text.resize(length, b'\n');
        fs::write(&path, &text).expect("a writable folder");
        let from_file = verify_file(&data("detector.json"), &path, &keys, Legacy::Refuse).expect("readable files");
        assert_eq!(verdict(&bytes("detector.json"), &text, &keys), from_file);
        assert_eq!(valid(&from_file).is_some(), is_valid, "{length} bytes");
        assert!(is_valid || reason(&from_file).contains("longer than 65536 bytes"));
    }
}

proptest! {
    #[test]
    fn no_bytes_are_a_signature(text in proptest::collection::vec(any::<u8>(), 0..400)) {
        let verdict = verify_bytes(b"hello\n", Some(&text), &trusted(GOLDEN_KEY), Legacy::Accept);
        prop_assert!(matches!(verdict, Verdict::Invalid { .. }), "{:?}", verdict);
    }

    #[test]
    fn no_mixture_of_its_parts_is_a_signature(
        parts in proptest::collection::vec(proptest::sample::select(vec![
            "untrusted comment: ", "trusted comment: ", "\n", "\r\n", "\r", "é", "=", "A", "\0", " ",
            "RUQBAgMEBQYHCJW9EkMWxs6buKMtyf9iQstZnl/JVX6bcNnk6YHUtSNV2t+uis8Y6wBHAirrTCY2AaaAft2KdItK60I8DOSfeAk=",
            "rDe9ySRBc8vzIig5kx0TxNCB/8kHMOQrlNmsHjvXdvqFVHAuLQNyNEkG6N04eSU4u923vINwjehTa6U04Io8Bw==",
        ]), 0..24),
    ) {
        // The golden comment is not among the parts, so no mixture can be the golden signature.
        let verdict = verify_bytes(b"hello\n", Some(parts.concat().as_bytes()), &trusted(GOLDEN_KEY), Legacy::Accept);
        prop_assert!(matches!(verdict, Verdict::Invalid { .. }), "{:?}", verdict);
    }

    #[test]
    fn no_made_up_signature_or_key_is_valid(
        algorithm in proptest::sample::select(vec![*b"ED", *b"Ed"]),
        key in any::<[u8; 32]>(),
        signature in proptest::collection::vec(any::<u8>(), 64),
        global in proptest::collection::vec(any::<u8>(), 64),
        file in proptest::collection::vec(any::<u8>(), 0..200),
    ) {
        let list = STANDARD.encode([&b"Ed01234567"[..], &key].concat());
        for list in [list, STANDARD.encode([&b"Ed01234567"[..], &[0; 32]].concat())] {
            // S is made small, so that the curve is reached and not only the check of S.
            let (mut signature, mut global) = (signature.clone(), global.clone());
            signature[63] &= 0x0f;
            global[63] &= 0x0f;
            let second = [&algorithm[..], b"01234567", &signature].concat();
            let text = with_lines(GOLDEN, &second, &global);
            let verdict = verify_bytes(&file, Some(&text), &trusted(&list), Legacy::Accept);
            prop_assert!(reason(&verdict).contains("the key 3736353433323130 had signed it"));
        }
    }
}
