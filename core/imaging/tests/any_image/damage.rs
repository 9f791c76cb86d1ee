//! Damaged and lying TIFF files: errors, and never a panic or memory without measure.

use std::sync::atomic::AtomicBool;

use concord_imaging::{ImageSource, ImagingError, Limits, decode_bytes, decode_picture_bytes, inspect_bytes};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;

use crate::tiff_builder::{Builder, Directory, Layout, Packing};

fn limits() -> Limits {
    Limits { max_megapixels: 1.0, max_bytes: 16 << 20, max_aspect: 100.0 }
}

/// Everything that can be asked of a file; the first error.
fn use_all(bytes: &[u8]) -> Result<(), ImagingError> {
    let never = AtomicBool::new(false);
    let source = ImageSource::from_bytes("a.tif", bytes.to_vec(), &limits(), 0)?;
    for level in 0..source.levels() {
        source.tile(level, 0, 0, &never)?;
    }
    source.overview(256, &never)?;
    source.refine(2, &never)?;
    source.pixel(0, 0)?;
    decode_picture_bytes("a.tif", bytes, &limits(), 0).map(|_| ())
}

fn refused(bytes: &[u8], words: &str) {
    let error = use_all(bytes).expect_err("a refusal");
    let text = error.to_string();
    assert!(text.contains("a.tif") && text.contains(words), "{text:?} lacks {words:?}");
}

fn small() -> Layout {
    Layout { tile: Some((16, 16)), packing: Packing::Deflate, ..Layout::grey(40, 30, 16) }
}

/// The file with a tag set to other values.
fn with_tag(layout: Layout, tag: u16, values: Vec<u64>) -> Vec<u8> {
    let mut directory = layout.directory(&|x, y, _| u64::from(x * y));
    directory.tags.retain(|(known, _)| *known != tag);
    directory.tags.push((tag, values));
    Builder::new(vec![directory]).build()
}

#[test]
fn lying_headers_are_refused_with_the_reason() {
    assert!(use_all(&with_tag(small(), 256, vec![40])).is_ok());
    refused(&with_tag(small(), 256, vec![0]), "0 pixels");
    refused(&with_tag(small(), 256, vec![4_000_000_000]), "4000000000 pixels");
    refused(&with_tag(small(), 257, vec![2_000_000]), "strips or tiles");
    refused(&with_tag(small(), 322, vec![0]), "side of 0 pixels");
    refused(&with_tag(small(), 322, vec![2_000_000_000]), "strips or tiles");
    refused(&with_tag(small(), 277, vec![0]), "0 samples");
    refused(&with_tag(small(), 258, vec![17]), "17 bits");
    refused(&with_tag(small(), 324, vec![u64::from(u32::MAX); 6]), "but the file has");
    refused(&with_tag(small(), 325, vec![1_000_000; 6]), "but the file has");
    refused(&with_tag(small(), 325, vec![3; 6]), "strip or tile");
    refused(&with_tag(small(), 324, vec![8; 5]), "lists 5");
    refused(&with_tag(Layout::grey(9, 9, 8), 278, vec![0]), "no rows");
    refused(&with_tag(small(), 259, vec![50_000]), "Zstandard");
}

#[test]
fn a_chunk_larger_than_the_limits_is_refused_before_it_is_made() {
    let mut layout = Layout { packing: Packing::Deflate, ..Layout::grey(4, 4, 8) };
    layout.rows = 60_000;
    let mut directory = layout.directory(&|_, _, _| 1);
    directory.tags.retain(|(tag, _)| *tag != 256 && *tag != 257);
    directory.tags.extend([(256, vec![60_000]), (257, vec![60_000])]);
    refused(&Builder::new(vec![directory]).build(), "above the limit");
    // Within the limits, but more than the few bytes can be.
    let mut directory = layout.directory(&|_, _, _| 1);
    directory.tags.retain(|(tag, _)| *tag != 256 && *tag != 257);
    directory.tags.extend([(256, vec![2000]), (257, vec![2000])]);
    refused(&Builder::new(vec![directory]).build(), "cannot hold");
}

#[test]
fn chains_that_run_in_a_circle_are_refused() {
    let mut bytes = Builder::new(vec![small().directory(&|_, _, _| 1)]).build();
    let first = bytes[4..8].to_vec();
    let end = bytes.len();
    bytes[end - 4..].copy_from_slice(&first);
    refused(&bytes, "circle");
    // A directory whose own sub-directory it is has no smaller copies.
    let inner = Directory { sub: vec![small().directory(&|_, _, _| 2)], ..small().directory(&|_, _, _| 1) };
    let bytes = Builder::new(vec![inner]).build();
    assert!(use_all(&bytes).is_ok());
}

#[test]
fn a_file_cut_anywhere_is_an_error_or_whole() {
    let bytes = Builder::new(vec![small().directory(&|x, y, _| u64::from(x * 3 + y))]).build();
    for length in 0..bytes.len() {
        assert!(use_all(&bytes[..length]).is_err(), "{length} of {} bytes", bytes.len());
    }
    assert!(use_all(&bytes).is_ok());
}

fn layouts() -> impl Strategy<Value = (Layout, bool, bool)> {
    let packings =
        prop_oneof![Just(Packing::Plain), Just(Packing::Lzw), Just(Packing::Deflate), Just(Packing::PackBits)];
    let bits = prop_oneof![Just((8, 1)), Just((16, 1)), Just((32, 3)), Just((4, 1)), Just((16, 2))];
    let sides = (1..70_u32, 1..50_u32, proptest::option::of((1..4_u32, 1..4_u32)), 1..50_u32);
    (sides, packings, bits, 1..5_usize, any::<[bool; 3]>()).prop_map(
        |((width, height, tile, rows), packing, (bits, format), samples, [planar, big_endian, big_tiff])| {
            let layout = Layout {
                samples,
                format,
                photometric: if samples >= 3 { 2 } else { 1 },
                packing,
                tile: tile.map(|(w, h)| (w * 16, h * 16)),
                rows,
                planar,
                big_endian,
                ..Layout::grey(width, height, bits)
            };
            (layout, big_endian, big_tiff)
        },
    )
}

fn file((layout, big_endian, big_tiff): (Layout, bool, bool)) -> Vec<u8> {
    let mut file = Builder::new(vec![layout.directory(&|x, y, c| u64::from(x * 7 + y * 13) + c as u64)]);
    (file.big_endian, file.big_tiff) = (big_endian, big_tiff);
    file.build()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn every_layout_is_read_the_same_whole_and_in_tiles(layout in layouts()) {
        let bytes = file(layout);
        let whole = decode_picture_bytes("a.tif", &bytes, &limits(), 0).expect("our own TIFF");
        let source = ImageSource::from_bytes("a.tif", bytes, &limits(), 0).expect("our own TIFF");
        let tile = source.tile(0, 0, 0, &AtomicBool::new(false)).expect("our own TIFF").expect("not interrupted");
        prop_assert_eq!(tile.picture, whole);
    }

    #[test]
    fn no_change_to_a_tiff_makes_the_readers_panic(
        layout in layouts(),
        changes in vec((any::<Index>(), any::<u8>()), 1..12),
        cut in proptest::option::of(any::<Index>()),
    ) {
        let mut bytes = file(layout);
        for (at, value) in &changes {
            let at = at.index(bytes.len());
            bytes[at] = *value;
        }
        if let Some(cut) = cut {
            bytes.truncate(cut.index(bytes.len()));
        }
        let _ = use_all(&bytes);
        let decoded = decode_bytes("a", &bytes, &limits()).is_ok();
        prop_assert_eq!(decoded, inspect_bytes("a", &bytes, &limits()).is_ok());
    }

    #[test]
    fn no_change_to_a_directory_makes_the_readers_panic(
        layout in layouts(),
        tag in any::<Index>(),
        values in vec(prop_oneof![0..20_u64, any::<u16>().prop_map(u64::from), any::<u32>().prop_map(u64::from)], 1..8),
    ) {
        let mut directory = layout.0.directory(&|x, y, _| u64::from(x * y));
        let tag = tag.index(directory.tags.len());
        directory.tags[tag].1 = values;
        let _ = use_all(&Builder::new(vec![directory]).build());
    }

    #[test]
    fn no_bytes_behind_a_tiff_header_make_the_readers_panic(bytes in vec(any::<u8>(), 0..400), big in any::<bool>()) {
        let head: &[u8] = if big { b"II+\0\x08\0\0\0\x10\0\0\0\0\0\0\0" } else { b"II*\0\x08\0\0\0" };
        let _ = use_all(&[head, &bytes].concat());
    }
}
