//! How fast pictures come to the screen: `cargo bench -p concord-imaging --bench any_image`.
//!
//! The JPEG rows are to be read against one another: the picture is the same in each.

use std::io::Read;
use std::path::PathBuf;
use std::sync::atomic::AtomicBool;

use concord_geometry::Size;
use concord_imaging::{ImageSource, Limits, Rgb8, Rgba8, decode_bytes, decode_rgba8_pyramid_bytes, encode_jpeg};
use divan::Bencher;

fn main() {
    divan::main();
}

/// A picture of 4000 × 3000 pixels with smooth shading, soft noise and edges, as a JPEG of quality 90.
fn photo() -> Vec<u8> {
    let hash = |x: u32, y: u32| {
        let mixed = (x.wrapping_mul(0x9E37_79B1) ^ y.wrapping_mul(0x85EB_CA77)).wrapping_mul(0x27D4_EB2F);
        (mixed ^ (mixed >> 15)) >> 27
    };
    let image = Rgb8::from_fn(Size::new(4000, 3000), |x, y| {
        let (ax, ay) = (x % 8, y % 8);
        let corner = |dx, dy| hash(x / 8 + dx, y / 8 + dy);
        let soft = (corner(0, 0) * (8 - ax) * (8 - ay)
            + corner(1, 0) * ax * (8 - ay)
            + corner(0, 1) * (8 - ax) * ay
            + corner(1, 1) * ax * ay)
            / 64;
        let edge = if (x / 310 + y / 270).is_multiple_of(3) { 70 } else { 0 };
        [x * 120 / 4000 + soft + edge, y * 140 / 3000 + soft, 60 + soft + edge].map(|v| v as u8)
    });
    encode_jpeg(&image, 90)
}

#[divan::bench(sample_count = 10, sample_size = 1)]
fn jpeg_12_megapixels_plain_decode(bencher: Bencher) {
    let bytes = photo();
    bencher.bench(|| image::load_from_memory(&bytes).expect("a JPEG").into_rgba8());
}

#[divan::bench(sample_count = 10, sample_size = 1)]
fn jpeg_12_megapixels_plain_decode_and_halves(bencher: Bencher) {
    let bytes = photo();
    bencher.bench(|| {
        let mut level = image::load_from_memory(&bytes).expect("a JPEG").into_rgba8();
        while level.width().max(level.height()) > 256 {
            level = image::imageops::resize(
                &level,
                level.width().div_ceil(2),
                level.height().div_ceil(2),
                image::imageops::FilterType::Triangle,
            );
        }
        level
    });
}

#[divan::bench(sample_count = 10, sample_size = 1)]
fn jpeg_12_megapixels_decode_bytes(bencher: Bencher) {
    let bytes = photo();
    bencher.bench(|| Rgba8::from(&decode_bytes("a.jpg", &bytes, &Limits::default()).expect("a JPEG")));
}

#[divan::bench(sample_count = 10, sample_size = 1)]
fn jpeg_12_megapixels_rgba8_pyramid(bencher: Bencher) {
    let bytes = photo();
    bencher.bench(|| decode_rgba8_pyramid_bytes("a.jpg", &bytes, &Limits::default(), 256).expect("a JPEG"));
}

/// A 30,000 × 30,000 TIFF in tiles of 256 × 256 pixels, deflated, all of them one piece of the file.
fn giant(folder: &tempfile::TempDir) -> PathBuf {
    let tile: Vec<u8> =
        (0..256 * 256_u32).flat_map(|i| [i as u8, (i >> 8) as u8, (i.wrapping_mul(i) >> 20) as u8]).collect();
    let mut data = Vec::new();
    flate2::bufread::ZlibEncoder::new(&tile[..], flate2::Compression::default())
        .read_to_end(&mut data)
        .expect("memory");
    let (count, length) = (118 * 118_u32, data.len() as u32);
    let (offsets, counts) = (8 + length, 8 + length + 4 * count);
    let bits = counts + 4 * count;
    let mut file = [b"II*\0".as_slice(), &(bits + 6).to_le_bytes(), &data].concat();
    for value in [8, length] {
        file.extend(value.to_le_bytes().repeat(count as usize));
    }
    file.extend([8, 0, 8, 0, 8, 0, 10, 0]);
    let entries: [(u16, u32, u32); 10] = [
        (256, 1, 30_000),
        (257, 1, 30_000),
        (258, 3, bits),
        (259, 1, 8),
        (262, 1, 2),
        (277, 1, 3),
        (322, 1, 256),
        (323, 1, 256),
        (324, count, offsets),
        (325, count, counts),
    ];
    for (tag, count, value) in entries {
        let kind: u16 = if tag == 258 { 3 } else { 4 };
        file.extend(tag.to_le_bytes().into_iter().chain(kind.to_le_bytes()));
        file.extend(count.to_le_bytes().into_iter().chain(value.to_le_bytes()));
    }
    file.extend([0; 4]);
    let path = folder.path().join("giant.tif");
    std::fs::write(&path, file).expect("a temporary file");
    path
}

#[divan::bench(sample_count = 5, sample_size = 1)]
fn tiff_900_megapixels_open_and_overview(bencher: Bencher) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (path, never) = (giant(&folder), AtomicBool::new(false));
    bencher.bench(|| {
        let source = ImageSource::open(&path, &Limits::default(), 0).expect("a TIFF");
        source.overview(1024, &never).expect("a TIFF")
    });
}

#[divan::bench(args = [0, 1, 2], sample_count = 20, sample_size = 1)]
fn tiff_900_megapixels_tile_of_level(bencher: Bencher, level: u32) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (path, never) = (giant(&folder), AtomicBool::new(false));
    bencher
        .with_inputs(|| ImageSource::open(&path, &Limits::default(), 0).expect("a TIFF"))
        .bench_refs(|source| source.tile(level, 7, 9, &never).expect("a TIFF"));
}

#[divan::bench(sample_count = 3, sample_size = 1)]
fn tiff_900_megapixels_refined_whole(bencher: Bencher) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (path, never) = (giant(&folder), AtomicBool::new(false));
    bencher.bench(|| {
        let source = ImageSource::open(&path, &Limits::default(), 0).expect("a TIFF");
        while source.refine(64, &never).expect("a TIFF") < 1.0 {}
    });
}
