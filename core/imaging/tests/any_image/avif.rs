//! AVIF against libavif: every fixture was written by avifenc, and beside it lies what avifdec makes of it.
//!
//! The pictures of 40×30 pixels (a gradient with four flat blocks) and the grid were encoded by avifenc 0.11.1 (libaom
//! 3.6.0) with `-s 4 --min 8 --max 12` and the options that the names say (`-y`, `-d`, `-r`, `--cicp`, `-p`, `-g 3x2`,
//! `--irot`, `--imir`, `--crop 4,6,30,20`, `--exif`, `-a film-grain-test=3`). The PNG files were decoded by avifdec
//! 0.11.1 (dav1d 1.0.0) with `-u best`, those of 10 and 12 bits with `-d 16`. Pillow 13.0.0 (libavif 1.4.2) gives the
//! same pixels for every file of 8 bits.

use std::sync::atomic::AtomicBool;

use concord_geometry::Size;
use concord_imaging::{
    Format, ImageSource, ImagingError, Limits, Orientation, Picture, PixelKind, Pixels, Rgb8, Rgba8, Warning,
    decode_bytes, decode_picture_bytes, decode_rgba8_pyramid_bytes, inspect_bytes,
};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;

macro_rules! fixture {
    ($($part:literal),+) => {
        include_bytes!(concat!("avif/", $($part),+)).as_slice()
    };
}

macro_rules! pair {
    ($name:literal) => {
        ($name, fixture!($name, ".avif"), fixture!($name, ".png"))
    };
}

const FULL: &[u8] = fixture!("full_444_601.avif");
const GRID: &[u8] = fixture!("grid.avif");
const ALPHA: &[u8] = fixture!("alpha.avif");
const EXIF: &[u8] = fixture!("exif.avif");
const SEQUENCE: &[u8] = fixture!("sequence.avif");
const TWELVE: &[u8] = fixture!("twelve_444_2020.avif");

fn decoded(bytes: &[u8]) -> Rgb8 {
    decode_bytes("a.avif", bytes, &Limits::default()).expect("an AVIF")
}

fn whole(bytes: &[u8]) -> Picture {
    decode_picture_bytes("a.avif", bytes, &Limits::default(), 0).expect("an AVIF")
}

/// The fixture with the first `from` in it made `to`, of the same length.
fn patched(bytes: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    assert_eq!(from.len(), to.len());
    let at = bytes.windows(from.len()).position(|part| part == from).expect("the bytes to be patched");
    [&bytes[..at], to, &bytes[at + to.len()..]].concat()
}

/// The largest difference between samples, once alpha is composited on black.
fn furthest(found: &[u8], reference: &[u8]) -> u8 {
    assert_eq!(found.len(), reference.len());
    found.iter().zip(reference).map(|(&a, &b)| a.abs_diff(b)).max().expect("samples")
}

/// Colour of all pixels is computed alike, up to rounding; where alpha is multiplied in, libavif has rounded before that.
/// Colours that were multiplied already it divides by alpha, and cuts those that the encoder's loss has lifted above it.
/// Colour of half the size is interpolated with the weights 9, 3, 3 and 1 by both, but of 8 bits by libyuv 1857, which
/// rounds in between and knows coefficients to 1/64 only – and none above 2, so that blue of BT.709 in limited range,
/// whose coefficient is 2.11, is up to ten levels too weak. (Of 10 bits libavif computes it itself: see below.)
#[test]
fn pictures_of_eight_bits_are_those_of_libavif() {
    let files = [
        (pair!("full_444_601"), 1),
        (pair!("limited_420_709"), 10),
        (pair!("odd_420"), 3),
        (pair!("grain"), 3),
        (pair!("identity"), 0),
        (pair!("ycgco"), 1),
        (pair!("gray"), 0),
        (pair!("alpha"), 2),
        (pair!("premultiplied"), 3),
        (pair!("grid"), 3),
        (pair!("sequence"), 3),
    ];
    for ((name, avif, png), tolerance) in files {
        let (found, reference) = (decoded(avif), decoded(png));
        assert_eq!(found.size, reference.size, "{name}");
        let by = furthest(&found.data, &reference.data);
        assert!(by <= tolerance, "{name} differs by {by}");
        assert_eq!(whole(avif).pixels, Pixels::Rgb8(found.data), "{name}");
    }
}

/// avifdec spreads the levels of 10 and 12 bits over 16; one level of the file is the room for its rounding, and for
/// that of alpha.
#[test]
fn pictures_of_ten_and_twelve_bits_keep_their_levels() {
    let files = [
        (pair!("ten_422_2020_limited"), 1023_u32, PixelKind::Rgb16),
        (pair!("ten_420_unspecified"), 1023, PixelKind::Rgb16),
        (pair!("twelve_444_2020"), 4095, PixelKind::Rgb16),
        (pair!("gray_12_limited"), 4095, PixelKind::Gray16),
        (pair!("alpha_10"), 1023, PixelKind::Rgb16),
    ];
    for ((name, avif, png), max, kind) in files {
        let (found, reference) = (whole(avif), whole(png));
        assert_eq!((found.size, found.kind()), (reference.size, kind), "{name}");
        let Pixels::Rgb16(reference) = reference.pixels else { panic!("the reference of {name} has 16 bits") };
        let levels = match found.pixels {
            Pixels::Rgb16(data) => data,
            Pixels::Gray16(data) => data.into_iter().flat_map(|value| [value; 3]).collect(),
            _ => panic!("{name} has more than 8 bits"),
        };
        let level = |value: u16| (u32::from(value) * max + 32_767) / 65_535;
        let by = levels.iter().zip(&reference).map(|(&a, &b)| u32::from(a).abs_diff(level(b))).max();
        assert!(by <= Some(1), "{name} differs by {by:?} of {max}");
        let (eight, expected) = (decoded(avif), decoded(png));
        assert!(furthest(&eight.data, &expected.data) <= 1, "{name} in 8 bits");
        let found = inspect_bytes(name, avif, &Limits::default()).expect("an AVIF");
        assert_eq!(found.warnings, [Warning::MoreThan8Bits], "{name}");
    }
}

/// Pillow 13.0.0 turns what stands in each file into this EXIF orientation; turned so, its pixels are those of
/// `full_444_601`.
#[test]
fn turns_and_mirrors_are_applied_in_order() {
    let files = [
        (fixture!("irot_1.avif"), 8),
        (fixture!("irot_2.avif"), 3),
        (fixture!("irot_3.avif"), 6),
        (fixture!("imir_0.avif"), 4),
        (fixture!("imir_1.avif"), 2),
        (fixture!("irot_1_imir_0.avif"), 5),
        (fixture!("irot_1_imir_1.avif"), 7),
    ];
    for (bytes, value) in files {
        let orientation = Orientation::new(value).expect("1 to 8");
        assert_eq!(decoded(bytes), orientation.apply(decoded(FULL)), "orientation {value}");
        assert_eq!(whole(bytes), decoded(bytes).into(), "orientation {value}");
        let found = inspect_bytes("a.avif", bytes, &Limits::default()).expect("an AVIF");
        assert_eq!((found.orientation, found.stored_size), (orientation, Size::new(40, 30)));
        assert_eq!(found.warnings, [Warning::Turned { orientation }]);
    }
}

#[test]
fn the_turn_of_the_file_goes_before_that_of_exif_and_both_are_not_added() {
    // irot 3 and EXIF orientation 6 say the same, and the picture is turned once.
    let right = Orientation::new(6).expect("1 to 8");
    assert_eq!(decoded(EXIF), right.apply(decoded(FULL)));
    let found = inspect_bytes("a.avif", EXIF, &Limits::default()).expect("an AVIF");
    // GNU date: `date -u -d '2026-03-04 05:06:07' +%s` = 1772600767.
    assert_eq!((found.orientation, found.taken_ms), (right, Some(1_772_600_767_000)));
    // Another turn in the file wins; without any, EXIF is heard, as by Pillow.
    let other = patched(EXIF, b"irot\x03", b"irot\x01");
    assert_eq!(decoded(&other), Orientation::new(8).expect("1 to 8").apply(decoded(FULL)));
    let none = patched(EXIF, b"irot\x03", b"pasp\x03");
    assert_eq!(decoded(&none), right.apply(decoded(FULL)));
}

#[test]
fn the_clean_aperture_is_what_is_shown() {
    let (found, uncut) = (decoded(fixture!("clap.avif")), decoded(FULL));
    let expected = Rgb8::from_fn(Size::new(30, 20), |x, y| uncut.pixel(x + 4, y + 6));
    assert_eq!(found, expected);
}

#[test]
fn transparency_is_told_and_a_picture_of_nothing_remarked() {
    let image = decoded(ALPHA);
    assert_eq!(image.pixel(20, 2), [0; 3], "the top rows are transparent");
    assert_ne!(image.pixel(20, 27), [0; 3], "the bottom rows are not");
    let found = inspect_bytes("a.avif", ALPHA, &Limits::default()).expect("an AVIF");
    assert_eq!((found.format, found.warnings), (Format::Avif, vec![]));
    // An auxiliary picture of another meaning is no alpha.
    let depth = patched(ALPHA, b"auxiliary:alpha", b"auxiliary:depth");
    assert_ne!(decoded(&depth).pixel(20, 2), [0; 3]);
}

#[test]
fn the_size_is_known_before_anything_is_decoded() {
    let limits = Limits::default();
    let source = ImageSource::from_bytes("a.avif", fixture!("irot_1.avif").to_vec(), &limits, 0).expect("an AVIF");
    assert_eq!((source.size(), source.orientation().value(), source.kind()), (Size::new(30, 40), 8, None));
    let tile = source.tile(0, 0, 0, &AtomicBool::new(false)).expect("an AVIF").expect("not interrupted");
    assert_eq!(tile.picture, whole(fixture!("irot_1.avif")));
    assert_eq!(source.kind(), Some(PixelKind::Rgb8));
    let levels = decode_rgba8_pyramid_bytes("a.avif", GRID, &limits, 64).expect("an AVIF");
    assert_eq!(levels[0], Rgba8::from(&decoded(GRID)));
    assert_eq!(levels.len(), 3);
    assert!(decode_picture_bytes("a.avif", FULL, &limits, 1).is_err(), "there is one page");
}

fn refusal(bytes: &[u8], limits: &Limits) -> ImagingError {
    let error = decode_bytes("photo.avif", bytes, limits).expect_err("a refusal");
    assert!(error.to_string().contains("photo.avif"), "{error}");
    let inspected = inspect_bytes("photo.avif", bytes, limits).expect_err("a refusal");
    assert_eq!(error.to_string(), inspected.to_string());
    error
}

fn corrupt(bytes: &[u8], words: &str) {
    let error = refusal(bytes, &Limits::default());
    assert!(matches!(error, ImagingError::Corrupt { format: "AVIF", .. }), "{error}");
    assert!(error.to_string().contains(words), "{error} lacks {words:?}");
}

fn unsupported(bytes: &[u8], words: &str) {
    let error = refusal(bytes, &Limits::default());
    assert!(matches!(error, ImagingError::Unsupported { .. }), "{error}");
    assert!(error.to_string().contains(words), "{error} lacks {words:?}");
}

/// `ispe` of 40×30 pixels, and of another size.
fn with_size(bytes: &[u8], width: u32, height: u32) -> Vec<u8> {
    let ispe = |w: u32, h: u32| [b"ispe\0\0\0\0".as_slice(), &w.to_be_bytes(), &h.to_be_bytes()].concat();
    patched(bytes, &ispe(40, 30), &ispe(width, height))
}

#[test]
fn limits_hold_before_anything_is_decoded() {
    let limits = Limits::default();
    assert!(matches!(refusal(&with_size(FULL, 60_000, 60_000), &limits), ImagingError::TooManyPixels { .. }));
    assert!(matches!(refusal(&with_size(FULL, 40, 1), &limits), ImagingError::Corrupt { .. }));
    assert!(matches!(refusal(&with_size(FULL, 51, 1), &limits), ImagingError::TooStretched { .. }));
    let few = Limits { max_bytes: 40 * 30 * 3 * 2 - 1, ..limits };
    assert!(matches!(refusal(FULL, &few), ImagingError::TooManyBytes { needed_bytes: 10_800.., .. }));
    let error = decode_picture_bytes("a.avif", FULL, &few, 0).expect_err("a refusal");
    assert!(matches!(error, ImagingError::TooManyBytes { needed_bytes: 7200, .. }), "{error}");
    assert!(decode_picture_bytes("a.avif", FULL, &Limits { max_bytes: 7200, ..limits }, 0).is_ok());
    assert!(ImageSource::from_bytes("a.avif", with_size(FULL, 60_000, 60_000), &limits, 0).is_err());
}

#[test]
fn what_does_not_fit_together_is_refused_with_the_reason() {
    corrupt(b"\0\0\0\x1cftypavif\0\0\0\0avifmif1miaf", "no meta box");
    corrupt(&with_size(FULL, 0, 30), "0×30 pixels");
    corrupt(&with_size(FULL, 41, 30), "41×30 are stated");
    corrupt(&with_size(FULL, 30, 30), "not decodable");
    corrupt(&patched(FULL, b"ispe", b"free"), "states no size");
    corrupt(&patched(FULL, b"pitm", b"free"), "no primary item");
    corrupt(&patched(FULL, b"iloc", b"free"), "no location");
    corrupt(&patched(FULL, b"\0\0\0\x28iinf", b"\0\0\xff\x28iinf"), "wrong length");
    corrupt(&patched(FULL, b"\x12\0\x0a", b"\x12\0\x7a"), "no AV1 sequence header");
    // Rows and columns less one: 2×3 tiles called 2×4, and 3×3.
    corrupt(&patched(GRID, &[0, 0, 1, 2, 0, 192], &[0, 0, 1, 3, 0, 192]), "lists 6");
    corrupt(&patched(GRID, &[0, 0, 1, 2, 0, 192, 0, 128], &[0, 0, 0, 5, 0, 192, 0, 128]), "1×6 tiles");
    corrupt(&patched(GRID, &[0, 192, 0, 128], &[0, 180, 0, 128]), "another size");
    corrupt(&patched(fixture!("clap.avif"), b"clap\0\0\0\x1e", b"clap\0\0\0\x1f"), "clean aperture");
    corrupt(&patched(fixture!("limited_420_709.avif"), b"nclx\0\x01\0\x0d\0\x01", b"nclx\0\x01\0\x0d\0\0"), "one size");
}

#[test]
fn what_is_not_read_is_named() {
    unsupported(&patched(FULL, b"av01Color", b"hvc1Color"), "hvc1");
    unsupported(&patched(SEQUENCE, b"meta", b"free"), "sequence");
    unsupported(&patched(fixture!("irot_1.avif"), b"irot", b"idle"), "idle");
    unsupported(&patched(FULL, b"nclx\0\x01\0\x0d\0\x06", b"nclx\0\x01\0\x0d\0\x0e"), "matrix 14");
}

#[test]
fn a_file_cut_anywhere_is_refused() {
    for bytes in [FULL, ALPHA, GRID] {
        for length in 0..bytes.len() {
            let error = refusal(&bytes[..length], &Limits::default());
            assert!(length < 12 || matches!(error, ImagingError::Corrupt { .. }), "{length} bytes: {error}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn no_change_to_an_avif_makes_the_readers_panic(
        file in 0..6_usize,
        changes in vec((any::<Index>(), any::<u8>()), 1..8),
        early in any::<bool>(),
        cut in proptest::option::weighted(0.2, any::<Index>()),
    ) {
        let limits = Limits { max_megapixels: 1.0, max_bytes: 16 << 20, max_aspect: 100.0 };
        let mut bytes = [FULL, GRID, ALPHA, EXIF, SEQUENCE, TWELVE][file].to_vec();
        for (at, value) in &changes {
            let at = at.index(if early { 500 } else { bytes.len() });
            bytes[at] = *value;
        }
        if let Some(cut) = cut {
            bytes.truncate(cut.index(bytes.len()));
        }
        let decoded = decode_bytes("a", &bytes, &limits);
        prop_assert_eq!(decoded.is_ok(), inspect_bytes("a", &bytes, &limits).is_ok());
        if let Ok(image) = decoded {
            prop_assert_eq!(image.data.len() as u64, image.size.area_px() * 3);
            let source = ImageSource::from_bytes("a", bytes, &limits, 0).expect("its header was read");
            prop_assert_eq!(source.size(), image.size);
        }
    }
}
