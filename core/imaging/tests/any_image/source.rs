//! Pictures given in tiles: every tile is the mean of what it stands for, and no more is decoded than is seen.

use std::path::PathBuf;
use std::sync::atomic::AtomicBool;

use concord_geometry::Size;
use concord_imaging::{
    ImageSource, ImagingError, Limits, Picture, PixelKind, PixelValue, Pixels, TILE_SIDE, Tile, decode_file,
    decode_picture, inspect_file,
};

use crate::tiff_builder::{Builder, Directory, Layout, Packing};
use crate::{open, picture};

fn never() -> AtomicBool {
    AtomicBool::new(false)
}

fn tile(source: &ImageSource, level: u32, column: u32, row: u32) -> Tile {
    source.tile(level, column, row, &never()).expect("a readable tile").expect("not interrupted")
}

fn value(x: u32, y: u32, c: usize) -> u64 {
    u64::from((x * 31 + y * 17 + c as u32 * 71) % 251)
}

/// The mean of the square of 2^level pixels a side that pixel (x, y) of a level stands for, by brute force.
fn mean(full: &Picture, level: u32, x: u32, y: u32) -> [u8; 3] {
    let Pixels::Rgb8(data) = &full.pixels else { panic!("8-bit colour") };
    let (side, size) = (1 << level, full.size);
    let (mut sums, mut count) = ([0_u32; 3], 0);
    for sy in (y * side..(y + 1) * side).take_while(|&sy| sy < size.height) {
        for sx in (x * side..(x + 1) * side).take_while(|&sx| sx < size.width) {
            let at = (sy * size.width + sx) as usize * 3;
            (0..3).for_each(|c| sums[c] += u32::from(data[at + c]));
            count += 1;
        }
    }
    sums.map(|sum| ((sum + count / 2) / count) as u8)
}

fn check_all_levels(bytes: &[u8], what: &str) {
    let (source, full) = (open(bytes.to_vec()), picture(bytes));
    assert_eq!(source.size(), full.size, "{what}");
    for level in 0..source.levels() {
        let (columns, rows) = source.tiles(level);
        for (column, row) in (0..rows).flat_map(|row| (0..columns).map(move |column| (column, row))) {
            let found = tile(&source, level, column, row);
            assert!(found.exact, "{what}");
            let size = found.picture.size;
            for (x, y) in [(0, 0), (size.width - 1, size.height - 1), (size.width / 2, size.height / 3)] {
                let expected = mean(&full, level, column * TILE_SIDE + x, row * TILE_SIDE + y);
                let place = format!("{what}: level {level}, tile ({column}, {row}), pixel ({x}, {y})");
                assert_eq!(found.picture.pixel(x, y), PixelValue::Rgb8(expected), "{place}");
            }
        }
    }
}

#[test]
fn tiles_of_every_level_are_means_in_strips_and_tiles_and_every_orientation() {
    for (tile, rows) in [(Some((64, 48)), 0), (None, 37)] {
        let layout =
            Layout { samples: 3, photometric: 2, packing: Packing::Lzw, tile, rows, ..Layout::grey(1101, 613, 8) };
        for orientation in 1..=8 {
            let mut directory = layout.directory(&value);
            directory.tags.push((274, vec![orientation]));
            let bytes = Builder::new(vec![directory]).build();
            check_all_levels(&bytes, &format!("orientation {orientation}, tile {tile:?}"));
        }
    }
}

#[test]
fn a_long_uncompressed_strip_is_read_in_parts() {
    let layout = Layout { samples: 3, photometric: 2, rows: 2000, ..Layout::grey(1500, 2000, 8) };
    let bytes = Builder::new(vec![layout.directory(&value)]).build();
    let source = open(bytes.clone());
    assert_eq!(
        tile(&source, 0, 1, 1).picture.pixel(3, 5),
        PixelValue::Rgb8([0, 1, 2].map(|c| value(515, 517, c) as u8))
    );
    assert!(source.pixels_decoded() < 1500 * 1200, "{} pixels", source.pixels_decoded());
    check_all_levels(&bytes, "one strip");
}

/// The copy of half the size says 200 where the page says 100, so that it shows which of the two was read.
#[test]
fn smaller_copies_in_the_file_serve_the_coarse_levels() {
    let layout =
        |width, height| Layout { tile: Some((128, 128)), packing: Packing::Deflate, ..Layout::grey(width, height, 16) };
    let page = layout(1501, 1101).directory(&|_, _, _| 100);
    // One writer rounds 750.5 up, the next down.
    for (width, height) in [(751, 551), (750, 550)] {
        let mut half = layout(width, height).directory(&|_, _, _| 200);
        half.tags.push((254, vec![1]));
        let in_chain = Builder::new(vec![page.clone(), half.clone()]).build();
        let in_tree = Builder::new(vec![Directory { sub: vec![half], ..page.clone() }]).build();
        for bytes in [in_chain, in_tree] {
            let source = open(bytes);
            assert_eq!((source.levels(), source.pages()), (3, 1));
            let greys = [0, 1, 2].map(|level| tile(&source, level, 0, 0).picture.pixel(9, 9));
            assert_eq!(greys, [100, 200, 200].map(PixelValue::Gray16));
            let last = tile(&source, 1, 1, 1).picture;
            assert_eq!(last.size, Size::new(751 - 512, 551 - 512));
            assert_eq!(last.pixel(238, 38), PixelValue::Gray16(200));
        }
    }
}

/// A 30,000×30,000 picture of one tile, said 13,924 times over: column and row within the tile as red and green.
fn giant(folder: &tempfile::TempDir, packing: Packing) -> PathBuf {
    let side = 30_000;
    let layout = Layout { samples: 3, photometric: 2, packing, tile: Some((256, 256)), ..Layout::grey(256, 256, 8) };
    let mut directory = layout.directory(&|x, y, c| [u64::from(x), u64::from(y), 40][c]);
    directory.tags.retain(|(tag, _)| *tag != 256 && *tag != 257);
    directory.tags.extend([(256, vec![side]), (257, vec![side])]);
    directory.repeat_first = Some(118 * 118);
    let path = folder.path().join(format!("{packing:?}.tif"));
    std::fs::write(&path, Builder::new(vec![directory]).build()).expect("a temporary file");
    path
}

#[test]
fn a_picture_of_900_megapixels_opens_and_pans_with_little_decoded() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for packing in [Packing::Deflate, Packing::Plain] {
        let path = giant(&folder, packing);
        let source = ImageSource::open(&path, &Limits::default(), 0).expect("a TIFF");
        assert_eq!((source.size(), source.levels(), source.chunks_decoded()), (Size::new(30_000, 30_000), 7, 0));
        let seen = tile(&source, 0, 20, 31);
        assert_eq!(source.chunks_decoded(), 4);
        assert_eq!(seen.picture.pixel(300, 17), PixelValue::Rgb8([44, 17, 40]));
        assert_eq!(tile(&source, 0, 58, 58).picture.size, Size::new(304, 304));
        let before = source.pixels_decoded();
        let overview = source.overview(1024, &never()).expect("a TIFF").expect("not interrupted");
        let decoded = source.pixels_decoded() - before;
        assert_eq!((overview.picture.size, overview.exact), (Size::new(938, 938), false));
        assert!(decoded < 30_000_000, "{decoded} pixels of 900 million");
        // A refined part is the mean of its pixels: 8 columns of red 0 to 7 are 3.5, rounded up.
        assert!(source.refine(1, &never()).expect("a TIFF") > 0.0);
        let coarse = tile(&source, 3, 0, 0);
        assert_eq!(coarse.picture.pixel(0, 0), PixelValue::Rgb8([4, 4, 40]));
    }
}

#[test]
fn what_is_too_large_as_a_whole_is_refused_and_still_inspected() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = giant(&folder, Packing::Deflate);
    for error in [
        decode_file(&path, &Limits::default()).expect_err("900 megapixels"),
        decode_picture(&path, &Limits::default(), 0).expect_err("900 megapixels"),
    ] {
        assert!(matches!(error, ImagingError::TooManyPixels { .. }), "{error}");
    }
    let found = inspect_file(&path, &Limits::default()).expect("a TIFF");
    assert_eq!((found.size, found.thumbnail.size), (Size::new(30_000, 30_000), Size::new(256, 256)));
    assert_eq!((found.features.width, found.features.megapixels, found.features.aspect), (30_000.0, 900.0, 1.0));
    let bytes = std::fs::read(&path).expect("the file");
    assert_eq!((found.blake3.as_str(), found.byte_len), (blake3::hash(&bytes).to_hex().as_str(), bytes.len() as u64));
    assert!((found.features.mean_b - 40.0).abs() < 0.5, "{}", found.features.mean_b);
}

#[test]
fn refining_makes_the_coarse_levels_exact() {
    for (tile_size, rows, orientation) in [(Some((256, 128)), 0, 1), (None, 50, 6), (Some((128, 256)), 0, 3)] {
        let layout = Layout { packing: Packing::Deflate, tile: tile_size, rows, ..Layout::grey(4800, 2300, 16) };
        let mut directory = layout.directory(&|x, y, _| u64::from(x * 11 + y * 5) % 60_000);
        directory.tags.push((274, vec![orientation]));
        let bytes = Builder::new(vec![directory]).build();
        let source = open(bytes.clone());
        let first = source.overview(2400, &never()).expect("a TIFF").expect("not interrupted");
        assert!(!first.exact);
        let mut share = 0.0;
        while share < 1.0 {
            share = source.refine(8, &never()).expect("a TIFF");
        }
        let refined = source.overview(2400, &never()).expect("a TIFF").expect("not interrupted");
        assert!(refined.exact);
        let full = picture(&bytes);
        let size = refined.picture.size;
        assert_eq!(size, Size::new(full.size.width.div_ceil(2), full.size.height.div_ceil(2)));
        let grey = |picture: &Picture, x, y| match picture.pixel(x, y) {
            PixelValue::Gray16(value) => u32::from(value),
            other => panic!("{other:?}"),
        };
        for (x, y) in [(0, 0), (size.width - 1, size.height - 1), (size.width / 3, size.height / 2)] {
            let four = [(0, 0), (1, 0), (0, 1), (1, 1)].map(|(dx, dy)| grey(&full, 2 * x + dx, 2 * y + dy));
            assert_eq!(grey(&refined.picture, x, y), (four.iter().sum::<u32>() + 2) / 4, "({x}, {y})");
        }
    }
}

/// A ramp is its own interpolation: samples taken from it give it back within one step of the 50 rows between them.
#[test]
fn a_sampled_level_follows_the_picture() {
    let layout = Layout { packing: Packing::Deflate, rows: 50, ..Layout::grey(4200, 4800, 16) };
    let source = open(Builder::new(vec![layout.directory(&|x, y, _| u64::from(x * 3 + y * 7))]).build());
    let overview = source.overview(2400, &never()).expect("a TIFF").expect("not interrupted").picture;
    for (x, y) in [(0, 0), (700, 1100), (2099, 2300)] {
        let expected = f64::from(x * 2 * 3 + y * 2 * 7) + 5.0;
        let PixelValue::Gray16(found) = overview.pixel(x, y) else { panic!("16-bit grey") };
        assert!((f64::from(found) - expected).abs() <= 8.0, "({x}, {y}): {found}, expected {expected}");
    }
}

#[test]
fn an_interrupt_ends_the_work_without_a_tile() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let source = ImageSource::open(&giant(&folder, Packing::Deflate), &Limits::default(), 0).expect("a TIFF");
    let stop = AtomicBool::new(true);
    assert_eq!(source.overview(1024, &stop).expect("no failure"), None);
    assert_eq!(source.tile(0, 0, 0, &stop).expect("no failure"), None);
    assert_eq!(source.refine(4, &stop).expect("no failure"), 0.0);
    assert_eq!(source.chunks_decoded(), 0);
    assert!(source.overview(1024, &never()).expect("a TIFF").is_some());
}

#[test]
fn many_threads_may_ask_at_once() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let source = ImageSource::open(&giant(&folder, Packing::Deflate), &Limits::default(), 0).expect("a TIFF");
    std::thread::scope(|scope| {
        for i in 0..6 {
            let source = &source;
            scope.spawn(move || {
                for level in (0..7).rev() {
                    let (columns, rows) = source.tiles(level);
                    let seen = tile(source, level, i % columns, i % rows);
                    assert_eq!(seen.picture.kind(), PixelKind::Rgb8);
                }
                source.refine(3, &never()).expect("a TIFF");
            });
        }
    });
    // The same from the shared pool, whose threads take up one another's work.
    rayon::scope(|scope| {
        let fresh = ImageSource::open(&giant(&folder, Packing::Plain), &Limits::default(), 0).expect("a TIFF");
        let fresh = std::sync::Arc::new(fresh);
        for i in 0..8 {
            let fresh = std::sync::Arc::clone(&fresh);
            scope.spawn(move |_| assert!(tile(&fresh, 3 + i % 4, 0, 0).picture.size.width > 0));
        }
    });
}
