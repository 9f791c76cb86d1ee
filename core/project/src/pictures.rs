//! Pictures for reports: images with what was found, missed and wrongly seen on them.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use concord_domain::object::Object;
use concord_domain::sample::{Sample, SampleId};
use concord_domain::suggestion::Prediction;
use concord_imaging::{Limits, Rgb8, decode_file, encode_jpeg, thumbnail};
use concord_report::{BoxKind, Picture, PictureBox};

use crate::evaluation::OPERATING_IOU;
use crate::validate::Ground;
use crate::{Project, ProjectError};

/// Longest side of a picture in a report, in pixels.
const PICTURE_SIDE: u32 = 640;
const JPEG_QUALITY: u8 = 80;

/// The boxes of one image at the operating point, and how many are wrong.
pub(crate) struct Verdicts {
    pub(crate) boxes: Vec<PictureBox>,
    pub(crate) hits: usize,
    pub(crate) misses: usize,
    pub(crate) false_positives: usize,
}

/// Matches predictions with at least `score`, best first, each to the free reference object of its class that it
/// overlaps most.
pub(crate) fn verdicts(reference: &[Object], predictions: &[Prediction], score: f64) -> Verdicts {
    let mut free: Vec<bool> = vec![true; reference.len()];
    let mut kept: Vec<&Prediction> = predictions.iter().filter(|p| p.score >= score).collect();
    kept.sort_by(|a, b| b.score.total_cmp(&a.score));
    let (mut boxes, mut hits, mut false_positives) = (Vec::new(), 0, 0);
    for prediction in kept {
        let best = reference
            .iter()
            .enumerate()
            .filter(|(i, o)| free[*i] && o.class == prediction.class)
            .map(|(i, o)| (i, o.bounds().iou(&prediction.bbox)))
            .filter(|(_, iou)| *iou >= OPERATING_IOU)
            .max_by(|a, b| a.1.total_cmp(&b.1));
        let kind = if let Some((i, _)) = best {
            free[i] = false;
            hits += 1;
            BoxKind::Prediction
        } else {
            false_positives += 1;
            BoxKind::FalsePositive
        };
        let label = format!("{} {:.2}", prediction.class, prediction.score);
        boxes.push(PictureBox { bbox: prediction.bbox, label, kind });
    }
    let missed = reference.iter().zip(&free).filter(|(_, free)| **free);
    boxes.extend(missed.map(|(o, _)| PictureBox { bbox: o.bounds(), label: o.class.clone(), kind: BoxKind::Miss }));
    let misses = free.iter().filter(|f| **f).count();
    Verdicts { boxes, hits, misses, false_positives }
}

/// The images on which most is wrong, the worst first; images without a fault are not shown.
pub(crate) fn worst(
    project: &Project,
    ground: &Ground,
    predictions: &BTreeMap<SampleId, Vec<Prediction>>,
    count: usize,
) -> Result<Vec<Picture>, ProjectError> {
    let score = project.config.validation.score;
    let mut judged: Vec<(&Sample, Verdicts)> = ground
        .samples
        .iter()
        .map(|s| (s, verdicts(&ground.reference[&s.id], &predictions[&s.id], score)))
        .filter(|(_, v)| v.misses + v.false_positives > 0)
        .collect();
    judged.sort_by_key(|(s, v)| (Reverse(v.misses + v.false_positives), s.id.clone()));
    judged.truncate(count);
    let mut pictures = Vec::new();
    for (sample, verdicts) in judged {
        let image = decode_file(&project.image_path(sample), &Limits::default())?;
        let caption = format!("{}: {} missed, {} false", describe(sample), verdicts.misses, verdicts.false_positives);
        pictures.push(picture(&image, sample.file_name(), caption, verdicts.boxes));
    }
    Ok(pictures)
}

/// A picture small enough for a page.
pub(crate) fn picture(image: &Rgb8, title: &str, caption: String, boxes: Vec<PictureBox>) -> Picture {
    Picture {
        title: title.to_owned(),
        caption,
        jpeg: encode_jpeg(&thumbnail(image, PICTURE_SIDE), JPEG_QUALITY),
        width: image.size.width,
        height: image.size.height,
        boxes,
    }
}

fn describe(sample: &Sample) -> String {
    let parts: Vec<String> = sample.metadata.iter().map(|(name, value)| format!("{name} {value}")).collect();
    if parts.is_empty() { "no metadata".to_owned() } else { parts.join(", ") }
}
