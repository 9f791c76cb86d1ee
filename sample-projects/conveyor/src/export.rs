//! Writes scenes to a folder: `images/*.jpg`, `metadata.csv`, `truth.json`, `labels/*.json`.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use concord_imaging::{encode_jpeg, encode_png};
use rayon::prelude::*;
use serde::Serialize;

use crate::annotators::ANNOTATORS;
use crate::capture::{Camera, Capture, Lighting, plan};
use crate::coco::CocoFile;
use crate::error::ConveyorError;
use crate::examples::guideline_examples;
use crate::render::{Scene, scene, scene_name};

/// JPEG quality of the pictures, 1 to 100.
pub const JPEG_QUALITY: u8 = 92;

/// Scenes rendered between two calls of the progress function, and held in memory at once.
const BATCH: usize = 32;

/// What to export.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExportOptions {
    /// Number of scenes, at most 9999 for file names of one length.
    pub scenes: u32,
    /// Everything random comes from this number.
    pub seed: u64,
    /// Takes every scene with this camera instead of the planned one.
    pub camera: Option<Camera>,
    /// Takes every scene in this light instead of the planned one.
    pub lighting: Option<Lighting>,
}

impl Default for ExportOptions {
    /// The sample project: 400 scenes of seed 7 with both cameras in both lights.
    fn default() -> Self {
        Self { scenes: 400, seed: 7, camera: None, lighting: None }
    }
}

impl ExportOptions {
    /// How each scene is taken, in order.
    pub fn captures(&self) -> Vec<Capture> {
        let mut captures = plan(self.seed, self.scenes);
        for capture in &mut captures {
            capture.camera = self.camera.unwrap_or(capture.camera);
            capture.lighting = self.lighting.unwrap_or(capture.lighting);
        }
        captures
    }
}

/// Renders and writes all scenes and the annotators' labels into `dir` (made if missing; files of the same name are
/// replaced) and returns the truth as written. `progress` is told how many scenes of how many are done; returning `false` stops after the
/// current batch, and then what was rendered so far is written as a smaller export.
pub fn export(
    dir: &Path,
    options: &ExportOptions,
    mut progress: impl FnMut(u32, u32) -> bool,
) -> Result<CocoFile, ConveyorError> {
    let images = dir.join("images");
    fs::create_dir_all(&images).map_err(ConveyorError::write(&images))?;
    let captures = options.captures();
    let indexed: Vec<(u32, &Capture)> = (0..).zip(&captures).collect();
    let mut truth = CocoFile::truth(&[]);
    for batch in indexed.chunks(BATCH) {
        let rendered: Vec<Scene> = batch
            .par_iter()
            .map(|&(index, capture)| write_scene(&images, scene(options.seed, index, capture)))
            .collect::<Result<_, _>>()?;
        truth.append(CocoFile::truth(&rendered));
        if !progress(truth.images.len() as u32, options.scenes) {
            break;
        }
    }
    let done = truth.images.len();
    write_text(&dir.join("metadata.csv"), &metadata_csv(&captures[..done]))?;
    write_json(&dir.join("truth.json"), &truth)?;
    let labels = dir.join("labels");
    fs::create_dir_all(&labels).map_err(ConveyorError::write(&labels))?;
    for annotator in &ANNOTATORS {
        let path = labels.join(format!("{}.json", annotator.name));
        write_json(&path, &annotator.label(options.seed, &truth, &captures))?;
    }
    Ok(truth)
}

/// Renders the pictures of the guideline into `dir` (made if missing; files of the same name are replaced) as PNG and
/// returns their number.
pub fn export_guideline_examples(dir: &Path) -> Result<usize, ConveyorError> {
    fs::create_dir_all(dir).map_err(ConveyorError::write(dir))?;
    let examples = guideline_examples();
    for (name, image) in &examples {
        let path = dir.join(name);
        fs::write(&path, encode_png(image)).map_err(ConveyorError::write(&path))?;
    }
    Ok(examples.len())
}

/// The table of captures, one line a scene under a line of names.
pub fn metadata_csv(captures: &[Capture]) -> String {
    let mut csv = "file,camera,lighting,belt_speed,firmware,captured_at,provenance\n".to_owned();
    for (index, c) in (0..).zip(captures) {
        let (camera, lighting, speed) = (c.camera.name(), c.lighting.name(), c.belt_speed.name());
        let (name, firmware, at) = (scene_name(index), c.firmware.name(), &c.captured_at);
        writeln!(csv, "{name}.jpg,{camera},{lighting},{speed},{firmware},{at},rendered").expect("a string takes all");
    }
    csv
}

fn write_scene(images: &Path, mut scene: Scene) -> Result<Scene, ConveyorError> {
    let path = images.join(format!("{}.jpg", scene_name(scene.index)));
    let bytes = encode_jpeg(&scene.image, JPEG_QUALITY);
    fs::write(&path, bytes).map_err(ConveyorError::write(&path))?;
    // The batch keeps only what the truth needs.
    scene.image.data = Vec::new();
    Ok(scene)
}

fn write_text(path: &Path, text: &str) -> Result<(), ConveyorError> {
    fs::write(path, text).map_err(ConveyorError::write(path))
}

/// Writes a value as JSON on one line.
fn write_json(path: &Path, value: &impl Serialize) -> Result<(), ConveyorError> {
    let mut text = serde_json::to_string(value).map_err(ConveyorError::json(path))?;
    text.push('\n');
    write_text(path, &text)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use concord_geometry::Rle;

    use super::*;

    fn read(dir: &Path, name: &str) -> String {
        fs::read_to_string(dir.join(name)).expect("the export has written the file")
    }

    #[test]
    fn an_export_reads_back_as_it_was_and_masks_agree_with_boxes() {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let options = ExportOptions { scenes: 9, seed: 21, ..ExportOptions::default() };
        let mut told = Vec::new();
        let truth = export(dir.path(), &options, |done, all| {
            told.push((done, all));
            true
        })
        .expect("the export succeeds");
        assert_eq!(told.last(), Some(&(9, 9)));
        let read_back: CocoFile = serde_json::from_str(&read(dir.path(), "truth.json")).expect("valid JSON");
        assert_eq!(read_back, truth);
        for (place, annotation) in truth.annotations.iter().enumerate() {
            let segmentation = annotation.segmentation.as_ref().expect("truth has masks");
            let mask = Rle::from_coco_string(640, 480, &segmentation.counts).expect("a valid mask");
            assert_eq!(mask.bounds().map(|b| b.to_xywh()), Some(annotation.bbox));
            assert_eq!((annotation.area, annotation.id), (mask.area_px() as f64, place as u64 + 1));
        }
        for image in &truth.images {
            let bytes = fs::read(dir.path().join("images").join(&image.file_name)).expect("a picture a scene");
            assert!(bytes.starts_with(&[0xff, 0xd8, 0xff]), "{} is no JPEG", image.file_name);
        }
        let csv = read(dir.path(), "metadata.csv");
        assert_eq!(csv.lines().count(), 10);
        assert!(csv.lines().skip(1).all(|line| line.split(',').count() == 7 && line.ends_with("Z,rendered")));
        let mut seen = 0;
        let known: BTreeSet<u64> = truth.images.iter().map(|i| i.id).collect();
        for annotator in &ANNOTATORS {
            let text = read(dir.path(), &format!("labels/{}.json", annotator.name));
            let labels: CocoFile = serde_json::from_str(&text).expect("valid JSON");
            assert!(labels.annotations.iter().all(|a| labels.images.iter().any(|i| i.id == a.image_id)));
            assert!(labels.images.iter().all(|i| known.contains(&i.id)));
            seen += labels.images.len();
        }
        // Three of nine scenes are seen by three annotators, six by two.
        assert_eq!(seen, 21);
    }

    #[test]
    fn an_export_can_be_stopped_and_an_override_takes_all_scenes() {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let options = ExportOptions { scenes: 40, seed: 2, camera: Some(Camera::A), lighting: Some(Lighting::Bright) };
        let truth = export(dir.path(), &options, |_, _| false).expect("the export succeeds");
        assert_eq!(truth.images.len(), BATCH);
        let csv = read(dir.path(), "metadata.csv");
        assert_eq!(csv.lines().skip(1).filter(|line| line.contains(",A,bright,")).count(), BATCH);
    }

    #[test]
    fn a_folder_that_cannot_be_made_is_named() {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let file = dir.path().join("file");
        fs::write(&file, "text").expect("the file is written");
        let error = export(&file, &ExportOptions { scenes: 1, ..ExportOptions::default() }, |_, _| true);
        assert!(error.is_err_and(|e| e.to_string().contains("images")));
    }
}
