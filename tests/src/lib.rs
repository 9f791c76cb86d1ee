//! Projects for tests: small, generated, and the same on every machine.

use std::path::{Path, PathBuf};

use concord_geometry::Size;
use concord_imaging::{Rgb8, encode_jpeg, encode_png};
use concord_project::catalogue::{CatalogueReport, Sources};
use concord_project::new::{NewProject, create};
use concord_project::{Desk, Progress};

/// A clock that stands still at 2026-06-01T00:00:00Z.
pub fn clock() -> i64 {
    1_780_272_000_000
}

/// A picture of `width` × `height` pixels that no other seed gives.
///
/// # Panics
/// When a side is 0.
pub fn picture(seed: u32, width: u32, height: u32) -> Rgb8 {
    let byte = |x: u32, y: u32, k: u32| ((x * (3 + k) + y * (5 + k) + seed * 37) % 251) as u8;
    let pixels = (0..height).flat_map(|y| (0..width).map(move |x| (x, y)));
    let data = pixels.flat_map(|(x, y)| [byte(x, y, 0), byte(x, y, 1), byte(x, y, 2)]).collect();
    Rgb8::new(Size::new(width, height), data)
}

/// Writes `count` pictures of 160 × 120 pixels into `dir/images`, PNG and JPEG in turn, and gives the folder.
///
/// # Panics
/// When the folder cannot be written.
pub fn images(dir: &Path, count: u32) -> PathBuf {
    let folder = dir.join("images");
    std::fs::create_dir_all(&folder).expect("the folder can be made");
    for n in 0..count {
        let picture = picture(n, 160, 120);
        let (name, bytes) = if n % 2 == 0 {
            (format!("{n:04}.png"), encode_png(&picture))
        } else {
            (format!("{n:04}.jpg"), encode_jpeg(&picture, 90))
        };
        std::fs::write(folder.join(name), bytes).expect("the picture can be written");
    }
    folder
}

/// Makes a project of `count` pictures with the classes bolt and nut in `dir/project`.
///
/// # Panics
/// When the project cannot be made.
pub fn project(dir: &Path, count: u32) -> (Desk, CatalogueReport) {
    let new = NewProject {
        classes: vec!["bolt".to_owned(), "nut".to_owned()],
        sources: Sources { images: vec![images(dir, count)], sidecar: None },
        ..NewProject::default()
    };
    create(&dir.join("project"), &new, "ana", "desk1", clock, &Progress::default()).expect("the project can be made")
}
