//! Embeddings of what another run found: the crop of each object, described by a model that embeds images.

use std::collections::BTreeSet;

use concord_domain::sample::{Sample, SampleId};
use concord_domain::suggestion::{CropEmbedding, Run, SampleReading, Suggestion};
use concord_geometry::BBox;
use concord_imaging::{Limits, Rgb8, decode_file};
use concord_inference::Model;
use concord_store::ImportProblem;
use rayon::prelude::*;

use super::asking::Asking;
use super::{Looks, RunReport, detect_options, keep, pending_run, registered, template};
use crate::{Desk, Progress, ProjectError};

/// What is added around an object on each side, as a share of its longer side: embeddings want some surroundings.
const MARGIN: f64 = 0.1;
/// Samples that are written together.
const CHUNK: usize = 50;

/// Embeds the crops of all objects that a run found, the latest one unless another is named, and stores that as a run of
/// its own. An interrupted one goes on where it stopped.
pub fn embed_objects(
    desk: &Desk,
    model: &str,
    of_run: Option<&str>,
    progress: &Progress,
) -> Result<RunReport, ProjectError> {
    let reader = desk.project.reader()?;
    let found = match of_run {
        Some(id) => reader.suggesting_runs()?.into_iter().find(|run| run.id == id),
        None => reader.suggesting_runs()?.into_iter().next(),
    };
    let Some(found) = found else {
        let which = of_run.map_or_else(|| "no run".to_owned(), |id| format!("no run {id}"));
        return Err(ProjectError::usage(format!(
            "{which} found objects whose crops could be embedded: run a detector first"
        )));
    };
    let mut assumed = Vec::new();
    let named = registered(desk, model, &mut assumed)?;
    if named.model.contract().embedding.is_none() {
        return Err(ProjectError::usage(format!("the model {} gives no embedding", named.name)));
    }
    let run = Run { crops_of: Some(found.id.clone()), ..template(&desk.project, &named) };
    let asking = Asking::new(vec![named], Looks::Once)?;
    let pending = pending_run(&run, &asking);
    let done = reader.pending_samples(&pending)?;
    let covered: BTreeSet<SampleId> = reader.uncertainties(&found.id)?.into_iter().map(|(sample, _)| sample).collect();
    let samples: Vec<Sample> = reader.samples()?.into_iter().filter(|s| covered.contains(&s.id)).collect();
    let left: Vec<&Sample> = samples.iter().filter(|s| !done.contains(&s.id)).collect();
    let started = std::time::Instant::now();
    progress.start(&format!("embedding what {} found", found.model), left.len() as u64);
    let mut problems = Vec::new();
    for chunk in left.chunks(CHUNK) {
        let crops = Crops { desk, model: &asking.members()[0].model, run: &found.id, progress };
        let outcomes: Vec<_> = chunk.par_iter().map(|sample| crops.of(sample)).collect::<Result<_, _>>()?;
        let mut rows = Vec::new();
        for (sample, outcome) in chunk.iter().zip(outcomes) {
            match outcome {
                Ok(crops) => rows.push((sample.id.clone(), SampleReading { crops, ..SampleReading::default() })),
                Err(cause) => problems.push(ImportProblem { place: sample.path.clone(), cause }),
            }
        }
        let unfinished = pending.clone();
        desk.bulk(move |bulk| bulk.keep_pending(&unfinished, &rows))?;
        progress.step(0)?;
    }
    let seconds = started.elapsed().as_secs_f64();
    let present: BTreeSet<SampleId> = samples.into_iter().map(|s| s.id).collect();
    let resumed = done.intersection(&present).count() as u64;
    let (run, known) = keep::finish(desk, run, &pending, &present)?;
    let notes = asking.members()[0].model.notes().to_vec();
    Ok(RunReport { run, known, problems, unmapped_classes: vec![], resumed, sessions: 1, assumed, notes, seconds })
}

struct Crops<'a> {
    desk: &'a Desk,
    model: &'a Model,
    run: &'a str,
    progress: &'a Progress,
}

impl Crops<'_> {
    /// The embeddings of a sample's objects, or why its image cannot be read.
    fn of(&self, sample: &Sample) -> Result<Result<Vec<CropEmbedding>, String>, ProjectError> {
        self.progress.give_way();
        let project = &self.desk.project;
        let suggestions = project.reader()?.suggestions(self.run, &sample.id)?;
        let crops = if suggestions.is_empty() {
            Ok(vec![])
        } else {
            match decode_file(&project.image_path(sample), &Limits::default()) {
                Ok(image) => Ok(self.embed(&image, &suggestions)?),
                Err(error) => Err(error.to_string()),
            }
        };
        self.progress.step(1)?;
        Ok(crops)
    }

    fn embed(&self, image: &Rgb8, suggestions: &[Suggestion]) -> Result<Vec<CropEmbedding>, ProjectError> {
        let options = detect_options(&self.desk.project);
        let crops: Vec<Rgb8> = suggestions.iter().map(|s| crop(image, &s.prediction.bbox)).collect();
        let mut embedded = Vec::with_capacity(crops.len());
        for (crop, suggestion) in crops.iter().zip(suggestions) {
            let vector = self.model.predict(crop, &options)?.embedding.unwrap_or_default();
            embedded.push(CropEmbedding { index: suggestion.id.index, vector });
        }
        Ok(embedded)
    }
}

/// The pixels of a box with [`MARGIN`] around it, cut at the edges of the image; at least one pixel.
fn crop(image: &Rgb8, bbox: &BBox) -> Rgb8 {
    let margin = MARGIN * bbox.width().max(bbox.height());
    let side = |from: f64, to: f64, length: u32| {
        let first = (from - margin).floor().clamp(0.0, f64::from(length - 1)) as u32;
        let last = (to + margin).ceil().clamp(f64::from(first + 1), f64::from(length)) as u32;
        (first, last)
    };
    let (left, right) = side(bbox.x1(), bbox.x2(), image.width());
    let (top, bottom) = side(bbox.y1(), bbox.y2(), image.height());
    Rgb8::from_fn(concord_geometry::Size::new(right - left, bottom - top), |x, y| image.pixel(left + x, top + y))
}

#[cfg(test)]
mod tests {
    use concord_geometry::Size;

    use super::*;

    #[test]
    fn a_crop_has_a_margin_and_ends_with_the_image() {
        let image = Rgb8::from_fn(Size::new(100, 60), |x, y| [x as u8, y as u8, 0]);
        let bbox = |x1, y1, x2, y2| BBox::new(x1, y1, x2, y2).expect("a box");
        let inside = crop(&image, &bbox(20.0, 10.0, 40.0, 20.0));
        assert_eq!((inside.size, inside.pixel(0, 0)), (Size::new(24, 14), [18, 8, 0]));
        let corner = crop(&image, &bbox(90.0, 50.0, 100.0, 60.0));
        assert_eq!((corner.size, corner.pixel(10, 10)), (Size::new(11, 11), [99, 59, 0]));
        assert_eq!(crop(&image, &bbox(100.0, 60.0, 100.0, 60.0)).size, Size::new(1, 1));
    }
}
