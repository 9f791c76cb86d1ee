//! Imported maps: what NumPy wrote, what is no map, and whatever else a file may hold.

use concord_geometry::Size;
use concord_imaging::{Limits, Rgb8, encode_png};
use concord_inference::Heatmap;
use concord_inference::saliency::{NpyError, SaliencyError, import_map};
use proptest::prelude::*;

use crate::support::{assert_close, data, json, numbers, size};

fn file(name: &str) -> Vec<u8> {
    std::fs::read(data("maps").join(name)).expect("the file is in the repository")
}

fn import(bytes: &[u8]) -> Result<Heatmap, SaliencyError> {
    import_map("map.npy", bytes, &Limits::default())
}

fn npy_error(bytes: &[u8]) -> NpyError {
    match import(bytes).expect_err("no map") {
        SaliencyError::Npy { source, .. } => source,
        other => panic!("{other}"),
    }
}

#[test]
fn maps_of_numpy_and_grey_pictures_come_in_as_numpy_reads_them() {
    let expected = json("maps/expected.json");
    let cases = expected.as_object().expect("files");
    assert_eq!(cases.len(), 12);
    for (name, case) in cases {
        let map = import_map(name, &file(name), &Limits::default()).expect(name);
        assert_eq!((map.size(), map.method, map.constant), (size(&case["size"]), "imported", false), "{name}");
        assert_close(name, map.values.iter().map(|v| f64::from(*v)), &numbers(&case["values"]), 1e-6);
        assert_close(name, map.range, &numbers(&case["range"]), 0.0);
        assert_eq!(Some(map.not_finite), case["not_finite"].as_bool(), "{name}");
    }
}

#[test]
fn what_is_no_map_is_refused_with_its_reason() {
    for (name, parts) in [
        ("bad_big_endian.npy", &["element type", ">f4"][..]),
        ("bad_int64.npy", &["element type", "<i8"]),
        ("bad_object.npy", &["element type", "|O"]),
        ("bad_record.npy", &["element type in quotes"]),
        ("bad_vector.npy", &["shape", "[6]"]),
        ("bad_channels.npy", &["shape", "[3, 2, 2]"]),
        ("bad_empty.npy", &["shape", "[0, 4]"]),
        ("bad_colour.png", &["colour", "column 3, row 2"]),
        ("expected.json", &["picture", ".npy"]),
    ] {
        let text = import_map(name, &file(name), &Limits::default()).expect_err(name).to_string();
        for part in parts.iter().chain(&[name]) {
            assert!(text.contains(part), "{text:?} lacks {part:?}");
        }
    }
}

/// An .npy file with this header.
fn npy(version: u8, header: &str, data: &[u8]) -> Vec<u8> {
    let mut bytes = b"\x93NUMPY".to_vec();
    bytes.extend([version, 0]);
    match version {
        1 => bytes.extend((header.len() as u16).to_le_bytes()),
        _ => bytes.extend((header.len() as u32).to_le_bytes()),
    }
    bytes.extend(header.as_bytes());
    bytes.extend(data);
    bytes
}

#[test]
fn each_fault_of_a_header_is_named() {
    let expected = |header: &str| match npy_error(&npy(1, header, &[0; 4])) {
        NpyError::Header { at, expected } => (at, expected),
        other => panic!("{header}: {other}"),
    };
    assert_eq!(expected("['descr']"), (0, "{"));
    assert_eq!(expected("{descr: '<f4'}"), (1, "a key in quotes"));
    assert_eq!(expected("{'descr' '<f4'}"), (9, "a colon"));
    assert_eq!(expected("{'descr': <f4}"), (10, "an element type in quotes"));
    assert_eq!(expected("{'descr': '<f4}").1, "the closing quote");
    assert_eq!(expected("{'colour': 1}"), (1, "one of the keys descr, fortran_order and shape"));
    assert_eq!(expected("{'fortran_order': 0}"), (18, "True or False"));
    assert_eq!(expected("{'shape': [1, 2]}"), (10, "("));
    assert_eq!(expected("{'shape': (-1, 2)}"), (11, "a whole number below 2^64"));
    assert_eq!(expected("{'shape': (99999999999999999999, 2)}"), (11, "a whole number below 2^64"));
    assert_eq!(expected("{'shape': (1 2)}"), (13, "a comma or )"));
    assert_eq!(expected("{'shape': (1, 2) 'descr': '<f4'}"), (17, "a comma or }"));
    let full = "{'descr': '|u1', 'fortran_order': False, 'shape': (2, 2), }";
    assert_eq!(expected(&format!("{full} x")).1, "the end of the header");
    assert!(import(&npy(1, full, &[0, 1, 2, 3])).is_ok());
    assert_eq!(npy_error(&npy(1, "{}", &[])), NpyError::Missing("descr"));
    assert_eq!(npy_error(&npy(1, "{'descr': '|u1', 'shape': (2, 2)}", &[])), NpyError::Missing("fortran_order"));
    assert_eq!(npy_error(&npy(1, "{'descr': '|u1', 'fortran_order': True}", &[])), NpyError::Missing("shape"));
}

#[test]
fn lengths_are_held_against_the_shape_before_anything_is_allocated() {
    let header = |shape: &str| format!("{{'descr': '<f8', 'fortran_order': False, 'shape': {shape}}}");
    assert_eq!(npy_error(&npy(1, &header("(2, 2)"), &[0; 31])), NpyError::Length { expected: 32, found: 31 });
    assert_eq!(npy_error(&npy(2, &header("(2, 2)"), &[0; 33])), NpyError::Length { expected: 32, found: 33 });
    assert_eq!(npy_error(&npy(1, &header("(9000, 9000)"), &[])), NpyError::Length { expected: 648_000_000, found: 0 });
    for shape in ["(20000, 20000)", "(4294967296, 1)", "(18446744073709551615, 18446744073709551615)"] {
        assert!(matches!(npy_error(&npy(3, &header(shape), &[])), NpyError::TooLarge(..)), "{shape}");
    }
    assert_eq!(npy_error(&npy(4, &header("(2, 2)"), &[0; 32])), NpyError::Version(4, 0));
    assert_eq!(npy_error(b"\x93NUMPY\x01"), NpyError::HeaderCut { expected: 8, found: 7 });
    assert_eq!(npy_error(b"\x93NUMPY\x02\x00\x01\x00"), NpyError::HeaderCut { expected: 12, found: 10 });
    assert_eq!(npy_error(b"\x93NUMPY\x01\x00\x76\x00{"), NpyError::HeaderCut { expected: 128, found: 11 });
    assert_eq!(npy_error(b"\x93NUMPY\x02\x00\xff\xff\xff\x7f{"), NpyError::HeaderTooLong(0x7fff_ffff));
}

#[test]
fn a_picture_of_one_value_is_constant_and_an_empty_file_is_refused() {
    let png = encode_png(&Rgb8::filled(Size::new(4, 2), [77; 3]));
    let map = import(&png).expect("a grey picture");
    assert_eq!((map.constant, map.values, map.range), (true, vec![0.0; 8], [77.0, 77.0]));
    assert!(matches!(import(&[]), Err(SaliencyError::Picture(_))));
}

/// The header in one of the ways in which it may be written.
fn header(descr: &str, fortran: bool, shape: &str, order: usize, quote: &str) -> String {
    let fortran = if fortran { "True" } else { "False" };
    let mut entries = [
        format!("{quote}descr{quote}: {quote}{descr}{quote}"),
        format!("{quote}fortran_order{quote}:{fortran}"),
        format!("{quote}shape{quote} : {shape}"),
    ];
    entries.rotate_left(order);
    format!("{{{}, }}  \n", entries.join(", "))
}

proptest! {
    #[test]
    fn what_is_written_comes_back(
        (height, width, values) in (1..8_usize, 1..8_usize).prop_flat_map(|(height, width)| {
            (Just(height), Just(width), proptest::collection::vec(any::<u16>(), height * width))
        }),
        fortran in any::<bool>(), batch in any::<bool>(), version in 1..=3_u8, order in 0..3_usize,
        single in any::<bool>(), kind in 0..3_usize,
    ) {
        let stored: Vec<u16> = if fortran {
            (0..width * height).map(|at| values[at % height * width + at / height]).collect()
        } else {
            values.clone()
        };
        let data: Vec<u8> = match kind {
            0 => stored.iter().flat_map(|v| v.to_le_bytes()).collect(),
            1 => stored.iter().flat_map(|v| f32::from(*v).to_le_bytes()).collect(),
            _ => stored.iter().flat_map(|v| f64::from(*v).to_le_bytes()).collect(),
        };
        let shape = if batch { format!("(1, {height}L ,{width})") } else { format!("( {height}, {width} ,)") };
        let quote = if single { "'" } else { "\"" };
        let header = header(["<u2", "<f4", "<f8"][kind], fortran, &shape, order, quote);
        let map = import(&npy(version, &header, &data)).expect("a map");
        prop_assert_eq!(map.size(), Size::new(width as u32, height as u32));
        let [low, high] = map.range;
        for (value, expect) in map.values.iter().zip(&values) {
            prop_assert!((low + f64::from(*value) * (high - low) - f64::from(*expect)).abs() < 0.01);
        }
    }

    #[test]
    fn any_bytes_behind_the_mark_give_a_map_or_a_reason(
        version in 0..5_u8, bytes in proptest::collection::vec(any::<u8>(), 0..200)
    ) {
        let whole: Vec<u8> = b"\x93NUMPY".iter().copied().chain([version, 0]).chain(bytes).collect();
        if let Err(error) = import(&whole) {
            prop_assert!(error.to_string().starts_with("cannot take in the saliency map map.npy: it"), "{}", error);
        }
    }

    #[test]
    fn a_damaged_file_gives_a_map_of_the_right_size_or_a_reason(
        at in any::<prop::sample::Index>(), byte in any::<u8>(), cut in any::<prop::sample::Index>(), shorten in any::<bool>()
    ) {
        let mut bytes = file("f4.npy");
        let at = at.index(bytes.len());
        bytes[at] = byte;
        if shorten {
            bytes.truncate(cut.index(bytes.len()));
        }
        match import(&bytes) {
            Ok(map) => {
                prop_assert_eq!(map.values.len() as u64, map.size().area_px());
                prop_assert!(map.values.iter().all(|value| (0.0..=1.0).contains(value)));
                prop_assert!(!shorten);
            }
            Err(error) => prop_assert!(error.to_string().contains("map.npy"), "{}", error),
        }
    }

    #[test]
    fn words_of_a_header_in_any_order_give_a_map_or_a_reason(
        words in proptest::collection::vec(prop::sample::select(vec![
            "{", "}", "(", ")", ",", ":", "'", "\"", "'descr'", "'fortran_order'", "'shape'", "'<f4'", "'|u1'", "True",
            "False", "1", "2", " ", "\n", "\\", "[", "L", "18446744073709551616", "é",
        ]), 0..24)
    ) {
        let result = import(&npy(3, &words.concat(), &[0; 4]));
        let refused = matches!(result, Err(SaliencyError::Npy { .. }));
        prop_assert!(refused, "{:?}", result);
    }
}
