//! Sanity of saliency: do maps point at the objects, and does the score follow what they mark? Figures over a set.

use std::collections::BTreeMap;
use std::sync::atomic::AtomicBool;

use concord_domain::object::Object;
use concord_domain::sample::{Sample, SampleId};
use concord_imaging::{Limits, Rgb8, decode_file};
use concord_inference::Heatmap;
use concord_inference::saliency::{Curve, CurvePictures, Method, Scored, Target};
use concord_metrics::saliency::{
    SaliencyMap, curve_area, energy_inside, pixels_by_saliency, pointing_chance, pointing_game, pointing_tolerance_px,
};
use concord_metrics::{Metric, Reason, ranking};
use concord_store::{ImportProblem, Reader};
use serde::Serialize;

use super::cache::{self, Cache};
use super::{Focus, Question, Subject, explain_options, imported_map, target, work_out};
use crate::evaluation::{Reference, reference_objects};
use crate::model::NamedModel;
use crate::{Progress, Project, ProjectError};

/// What is held against what.
#[derive(Debug, Clone)]
pub struct SanityOptions {
    /// The methods.
    pub methods: Vec<Method>,
    /// Most samples, drawn by the seed; `None` for all.
    pub limit: Option<usize>,
    /// Most objects of one sample, drawn by the seed.
    pub objects: usize,
    /// Steps of the deletion and the insertion test; 0 leaves both out.
    pub steps: usize,
    /// Seed of the draws.
    pub seed: u64,
    /// Whose label sets the objects are taken from; `None` for the project's reference.
    pub annotator: Option<String>,
}

impl Default for SanityOptions {
    /// Twenty images with at most three objects each, and steps of 2 % of the pixels.
    fn default() -> Self {
        Self { methods: Vec::new(), limit: Some(20), objects: 3, steps: 50, seed: 7, annotator: None }
    }
}

/// The figures of every method.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SanityReport {
    /// Name of the model.
    pub model: String,
    /// SHA-256 of its file.
    pub model_sha256: String,
    /// What the objects are, in words.
    pub reference: String,
    /// Images that were looked at.
    pub images: u64,
    /// Objects that were explained.
    pub objects: u64,
    /// Objects that the model does not find, so that there is no score to explain.
    pub not_found: u64,
    /// Objects of classes that the model does not know.
    pub unknown_class: u64,
    /// Steps of the deletion and the insertion test.
    pub steps: usize,
    /// Seed of the draws.
    pub seed: u64,
    /// The methods, in the order in which they were asked for.
    pub methods: Vec<MethodFigures>,
    /// Images that could not be used, with the reason.
    pub problems: Vec<ImportProblem>,
}

/// The figures of one method.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct MethodFigures {
    /// The method with its parameters.
    pub method: String,
    /// True for a method that makes one map of the image and knows no object: it is held against each object alike.
    pub of_image: bool,
    /// Over all objects.
    pub all: Figures,
    /// By class, in alphabetical order.
    pub classes: Vec<ClassFigures>,
}

/// The figures of one class.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ClassFigures {
    /// The class in the ontology's words.
    pub class: String,
    /// Over its objects.
    pub figures: Figures,
}

/// Means over objects; `n` is how many have the figure.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Figures {
    /// How many objects have a map.
    pub objects: u64,
    /// Share of maps whose highest place hits the object.
    pub pointing: Metric,
    /// What a place drawn at random would hit.
    pub chance: Metric,
    /// Share of a map that lies inside the object's box.
    pub energy: Metric,
    /// Area under the score while pixels are taken away; low is good.
    pub deletion: Metric,
    /// Area under the score while pixels are put in; high is good.
    pub insertion: Metric,
}

/// The figures of one map.
#[derive(Debug, Clone, Copy)]
struct Row([Metric; 5]);

/// What everything is done with.
#[derive(Clone, Copy)]
struct Bench<'a> {
    project: &'a Project,
    named: &'a NamedModel,
    options: &'a SanityOptions,
    progress: &'a Progress,
}

/// One object with what it takes to hold maps against it.
struct Case<'a> {
    bench: &'a Bench<'a>,
    sample: &'a Sample,
    object: &'a Object,
    focus: Focus,
    image: &'a Rgb8,
    /// The image as the model sees it, and the object in it.
    picture: &'a Rgb8,
    target: Target,
}

/// Explains objects of the reference with each method, and holds the maps against them.
///
/// Maps are taken from the cache and kept in it. An object counts when the model finds it in the image: same class, IoU of
/// at least ½. The same project, model and options give the same figures.
pub fn sanity(
    project: &Project,
    named: &NamedModel,
    options: &SanityOptions,
    progress: &Progress,
) -> Result<SanityReport, ProjectError> {
    let reader = project.reader()?;
    let reference = options.annotator.as_deref().map_or_else(|| Reference::for_project(project), Reference::Annotator);
    let truth = reference_objects(project, &reader, reference)?;
    let samples = drawn_samples(&reader, &truth, options)?;
    if samples.is_empty() {
        return Err(ProjectError::usage(format!("no sample with objects has {}", reference.describe())));
    }
    let bench = Bench { project, named, options, progress };
    let mut found = Tally { rows: vec![Vec::new(); options.methods.len()], ..Tally::default() };
    progress.start(&format!("explaining {}", named.name), samples.len() as u64);
    for sample in &samples {
        let objects = drawn_objects(&truth[&sample.id], options);
        match decode_file(&project.image_path(sample), &Limits::default()) {
            Ok(image) => found.look_at(&bench, sample, &image, &objects)?,
            Err(error) => {
                found.problems.push(ImportProblem { place: sample.path.clone(), cause: error.to_string() });
            }
        }
        progress.step(1)?;
    }
    let methods = options.methods.iter().zip(&found.rows).map(|(method, rows)| figures_of(method, rows)).collect();
    Ok(SanityReport {
        model: named.name.clone(),
        model_sha256: named.model.sha256().to_owned(),
        reference: reference.describe(),
        images: samples.len() as u64 - found.problems.len() as u64,
        objects: found.objects,
        not_found: found.not_found,
        unknown_class: found.unknown_class,
        steps: options.steps,
        seed: options.seed,
        methods,
        problems: found.problems,
    })
}

/// Samples with objects, as many as asked for, in order of id.
fn drawn_samples(
    reader: &Reader,
    truth: &BTreeMap<SampleId, Vec<Object>>,
    options: &SanityOptions,
) -> Result<Vec<Sample>, ProjectError> {
    let with_objects = |sample: &Sample| truth.get(&sample.id).is_some_and(|objects| !objects.is_empty());
    let mut samples: Vec<Sample> = reader.samples()?.into_iter().filter(with_objects).collect();
    samples.sort_by(|a, b| a.id.cmp(&b.id));
    let ids: Vec<&str> = samples.iter().map(|s| s.id.as_ref()).collect();
    let mut places = ranking::order(&vec![0.0; ids.len()], &ids, options.seed);
    places.truncate(options.limit.unwrap_or(usize::MAX));
    places.sort_unstable();
    Ok(places.into_iter().map(|place| samples[place].clone()).collect())
}

fn drawn_objects<'a>(objects: &'a [Object], options: &SanityOptions) -> Vec<&'a Object> {
    let ids: Vec<&str> = objects.iter().map(|o| o.id.0.as_str()).collect();
    let mut places = ranking::order(&vec![0.0; ids.len()], &ids, options.seed);
    places.truncate(options.objects);
    places.into_iter().map(|place| &objects[place]).collect()
}

/// What was found so far.
#[derive(Default)]
struct Tally {
    /// For each method the class of each object and its figures.
    rows: Vec<Vec<(String, Row)>>,
    objects: u64,
    not_found: u64,
    unknown_class: u64,
    problems: Vec<ImportProblem>,
}

impl Tally {
    fn look_at(
        &mut self,
        bench: &Bench<'_>,
        sample: &Sample,
        image: &Rgb8,
        objects: &[&Object],
    ) -> Result<(), ProjectError> {
        let named = bench.named;
        let picture = named.model.scaled(image);
        for object in objects {
            let focus = Focus { bbox: object.bounds(), class: object.class.clone(), class_scores: Vec::new() };
            let knows = (0..named.model.contract().class_names.len()).any(|c| named.class_name(c) == focus.class);
            if !knows {
                self.unknown_class += 1;
                continue;
            }
            let target = target(named, &focus, true)?;
            let target = named.model.scaled_target(&target, image.size, picture.size);
            let case = Case { bench, sample, object, focus, image, picture: &picture, target };
            if case.score(&picture)? <= 0.0 {
                self.not_found += 1;
                continue;
            }
            self.objects += 1;
            for (method, rows) in bench.options.methods.iter().zip(&mut self.rows) {
                if let Some(map) = case.map(method)? {
                    rows.push((object.class.clone(), case.figures(&map)?));
                }
            }
        }
        Ok(())
    }
}

impl Case<'_> {
    /// The score of the object in a picture, 0 where it is not found.
    fn score(&self, picture: &Rgb8) -> Result<f64, ProjectError> {
        let Bench { project, named, .. } = *self.bench;
        let options = explain_options(project, named);
        let score = |found: &[Scored<'_>]| self.target.matched_score(found);
        Ok(named.model.scored(picture, &options, score)?)
    }

    /// The map of a method; `None` for an imported one that the sample lacks.
    ///
    /// One that knows no object is of the whole image: cut to the object it would point there by its making.
    fn map(&self, method: &Method) -> Result<Option<Heatmap>, ProjectError> {
        let Bench { project, named, .. } = *self.bench;
        let subject = if is_of_image(method) { Subject::Image } else { Subject::Object(self.focus.clone()) };
        let question = Question { sample: self.sample.clone(), subject, method: method.clone() };
        if matches!(method, Method::Imported { .. }) {
            return imported_map(project, &question);
        }
        let (cache, key) = (Cache::of(project), cache::key(project, named, &question));
        if let Some(map) = cache.find(&key, method) {
            return Ok(Some(map));
        }
        let map = work_out(project, named, &question, self.image, &AtomicBool::new(false), &mut |_| {})?;
        cache.keep(&key, &map)?;
        Ok(Some(map))
    }

    fn figures(&self, map: &Heatmap) -> Result<Row, ProjectError> {
        let (size, steps) = (self.picture.size, self.bench.options.steps);
        let map = map.resized(size);
        let values = SaliencyMap::new(&map.values, size.width as usize)?;
        let bbox = self.box_in_picture();
        let tolerance = pointing_tolerance_px(f64::from(size.width.max(size.height)));
        let mut areas = [Metric::undefined(Reason::NotApplicable); 2];
        // A map that shows nothing puts the pixels in no order.
        if steps > 0 && !map.constant {
            let order = pixels_by_saliency(values);
            for (area, curve) in areas.iter_mut().zip([Curve::Deletion, Curve::Insertion]) {
                let mut scores = Vec::with_capacity(steps + 1);
                for picture in CurvePictures::new(self.picture, order.clone(), steps, curve) {
                    scores.push(self.score(&picture)?);
                    self.bench.progress.step(0)?;
                }
                *area = curve_area(&scores);
            }
        }
        let [deletion, insertion] = areas;
        Ok(Row([
            pointing_game(values, &bbox, tolerance),
            pointing_chance((size.width, size.height), &bbox, tolerance),
            if map.constant { Metric::undefined(Reason::NoVariation) } else { energy_inside(values, &bbox) },
            deletion,
            insertion,
        ]))
    }

    /// The object's box in the picture, also for a model that explains the image as a whole.
    fn box_in_picture(&self) -> concord_geometry::BBox {
        let (image, picture) = (self.sample.size, self.picture.size);
        let across = f64::from(picture.width) / f64::from(image.width.max(1));
        let down = f64::from(picture.height) / f64::from(image.height.max(1));
        let b = self.object.bounds();
        concord_geometry::BBox::new(b.x1() * across, b.y1() * down, b.x2() * across, b.y2() * down).unwrap_or(b)
    }
}

/// True for a method that makes one map of an image, whatever object is meant.
fn is_of_image(method: &Method) -> bool {
    matches!(method, Method::EigenCam { .. } | Method::GradCam { .. } | Method::Imported { .. })
}

fn figures_of(method: &Method, rows: &[(String, Row)]) -> MethodFigures {
    let mut classes: BTreeMap<&str, Vec<Row>> = BTreeMap::new();
    for (class, row) in rows {
        classes.entry(class).or_default().push(*row);
    }
    MethodFigures {
        method: if matches!(method, Method::Imported { .. }) { method.name().to_owned() } else { method.to_string() },
        of_image: is_of_image(method),
        all: means(&rows.iter().map(|(_, row)| *row).collect::<Vec<_>>()),
        classes: classes
            .into_iter()
            .map(|(class, rows)| ClassFigures { class: class.to_owned(), figures: means(&rows) })
            .collect(),
    }
}

/// The mean of each figure over the maps that have it.
fn means(rows: &[Row]) -> Figures {
    let mean = |at: usize| {
        let values: Vec<f64> = rows.iter().filter_map(|Row(row)| row[at].value()).collect();
        let reason = rows.iter().find_map(|Row(row)| row[at].reason());
        if values.is_empty() {
            return Metric::undefined(reason.unwrap_or(Reason::Empty));
        }
        Metric::new(values.iter().sum::<f64>() / values.len() as f64, values.len() as u64)
    };
    Figures {
        objects: rows.len() as u64,
        pointing: mean(0),
        chance: mean(1),
        energy: mean(2),
        deletion: mean(3),
        insertion: mean(4),
    }
}
