//! How fast files are inspected and pictures perturbed: `cargo bench -p concord-imaging`.

use std::path::PathBuf;

use concord_geometry::Size;
use concord_imaging::perturb::{Perturbation, apply};
use concord_imaging::{Limits, Rgb8, encode_jpeg, features, inspect_file, thumbnail};
use divan::{Bencher, counter::ItemsCount};
use rayon::prelude::*;

fn main() {
    divan::main();
}

/// A picture with shading, edges and fine texture, different for each `kind`.
fn scene(width: u32, height: u32, kind: u32) -> Rgb8 {
    Rgb8::from_fn(Size::new(width, height), |x, y| {
        let mut h = (x / 3).wrapping_mul(0x9E37_79B1) ^ (y / 3).wrapping_mul(0x85EB_CA77) ^ kind;
        h = (h ^ (h >> 15)).wrapping_mul(0x27D4_EB2F) >> 27;
        let block = if (x / 80 + y / 60 + kind).is_multiple_of(3) { 60 } else { 0 };
        [(x * 150 / width + h + block) as u8, (y * 150 / height + h) as u8, ((x + y) % 200 / 2 + h + block) as u8]
    })
}

const FILES: usize = 1000;

fn files(folder: &tempfile::TempDir) -> Vec<PathBuf> {
    let contents: Vec<Vec<u8>> = (0..5).map(|kind| encode_jpeg(&scene(640, 480, kind), 85)).collect();
    (0..FILES)
        .map(|i| {
            let path = folder.path().join(format!("{i:04}.jpg"));
            std::fs::write(&path, &contents[i % contents.len()]).expect("a temporary file");
            path
        })
        .collect()
}

#[divan::bench(sample_count = 3, sample_size = 1)]
fn inspect_1000_jpegs_on_all_threads(bencher: Bencher) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let paths = files(&folder);
    bencher.counter(ItemsCount::new(FILES)).bench(|| {
        paths.par_iter().map(|path| inspect_file(path, &Limits::default()).expect("a JPEG").byte_len).sum::<u64>()
    });
}

#[divan::bench(sample_count = 3, sample_size = 1)]
fn inspect_1000_jpegs_on_one_thread(bencher: Bencher) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let paths = files(&folder);
    bencher.counter(ItemsCount::new(FILES)).bench(|| {
        paths.iter().map(|path| inspect_file(path, &Limits::default()).expect("a JPEG").byte_len).sum::<u64>()
    });
}

#[divan::bench(sample_count = 20)]
fn features_640_480(bencher: Bencher) {
    let image = scene(640, 480, 1);
    bencher.bench(|| features(&image));
}

#[divan::bench(sample_count = 20)]
fn thumbnail_640_480(bencher: Bencher) {
    let image = scene(640, 480, 1);
    bencher.bench(|| thumbnail(&image, 256));
}

#[divan::bench(sample_count = 20)]
fn decode_jpeg_640_480(bencher: Bencher) {
    let bytes = encode_jpeg(&scene(640, 480, 1), 85);
    bencher.bench(|| concord_imaging::decode_bytes("a.jpg", &bytes, &Limits::default()).expect("a JPEG"));
}

#[divan::bench(args = Perturbation::ALL.map(Perturbation::name), sample_count = 10, sample_size = 1)]
fn perturb_one_megapixel_at_severity_5(bencher: Bencher, name: &str) {
    let image = scene(1024, 1024, 2);
    let perturbation = Perturbation::from_name(name).expect("a listed name");
    bencher.bench(|| apply(&image, perturbation, 5, 1, "bench"));
}
