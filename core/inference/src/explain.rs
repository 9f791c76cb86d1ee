//! Explaining what a model says about an image: one door to all methods, a step at a time.

use concord_geometry::{BBox, Placement, Size};
use concord_imaging::{Rgb8, resized};

use crate::contract::{Head, Resample};
use crate::decode::{DetectOptions, Reading};
use crate::error::InferenceError;
use crate::model::Model;
use crate::preprocess::{prepare, resize};
use crate::saliency::{
    DRiseOptions, Heatmap, Method, OcclusionOptions, Probe, Progress, Scored, Target, grad_cam, over_image, within,
};

/// How a model is asked about changed pictures.
#[derive(Debug, Clone, PartialEq)]
pub struct ExplainOptions {
    /// Lowest score and suppression. The score should be low, so that a detection that grows weak is still seen.
    pub detect: DetectOptions,
    /// Without a target, what was found with at least this score is explained, or else the best that was found.
    pub score: f32,
    /// For each class of the model the class it counts as: that with the lowest index of those that mean the same.
    /// Empty where every class stands for itself.
    pub same: Vec<usize>,
}

impl Default for ExplainOptions {
    /// Everything from a score of 0.01 is seen, and what reaches 0.25 is explained.
    fn default() -> Self {
        let detect = DetectOptions { score_threshold: 0.01, ..DetectOptions::default() };
        Self { detect, score: 0.25, same: Vec::new() }
    }
}

impl ExplainOptions {
    fn class(&self, class: usize) -> usize {
        self.same.get(class).copied().unwrap_or(class)
    }
}

/// An explanation in progress. Methods that look inside a model are there at once; the others grow with each step.
pub struct Explanation<'a> {
    model: &'a Model,
    options: ExplainOptions,
    state: State,
}

enum State {
    Finished(Box<Heatmap>),
    Asking {
        probe: Box<dyn Probe>,
        /// Size of the pictures, for models that speak of the image as a whole.
        size: Size,
        /// True until the picture without a change was answered, for an explanation without a target.
        chooses: bool,
    },
}

impl std::fmt::Debug for Explanation<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Explanation").field("model", self.model).field("progress", &self.progress()).finish()
    }
}

impl Model {
    /// The methods that need nothing but this model, each with its usual parameters. An embedding alone has no score that
    /// could fall, so that only its features can be shown.
    pub fn saliency_methods(&self) -> Vec<Method> {
        let contract = self.contract();
        let mut methods = vec![Method::EigenCam { tensor: None }];
        methods.extend(contract.gradient.as_ref().map(|gradient| Method::GradCam {
            activations: gradient.activations.clone(),
            gradients: gradient.gradients.clone(),
        }));
        if !matches!(contract.head, Head::Embedding) {
            methods.extend([Method::Occlusion(OcclusionOptions::default()), Method::DRise(DRiseOptions::default())]);
        }
        methods
    }

    /// Starts an explanation of what the model says about an image, or about one object in it.
    ///
    /// `target` is in image pixels. EigenCAM and Grad-CAM know no single object: with a target their map of the image is
    /// cut to its box, see [`within`]. `sample` names the random stream of D-RISE.
    ///
    /// The score of a detection stands in for its objectness, so that D-RISE sees a detection grow weak as well as move.
    /// An imported map cannot be computed and is refused.
    pub fn explain(
        &self,
        image: &Rgb8,
        method: &Method,
        target: Option<&Target>,
        sample: &str,
        options: &ExplainOptions,
    ) -> Result<Explanation<'_>, InferenceError> {
        let cut = |map: Heatmap| target.map_or_else(|| map.clone(), |target| within(&map, image.size, &target.bbox));
        let state = match method {
            Method::EigenCam { tensor: None } => State::Finished(Box::new(cut(self.saliency(image)?))),
            Method::EigenCam { tensor: Some(tensor) } => {
                State::Finished(Box::new(cut(self.saliency_of(image, tensor)?)))
            }
            Method::GradCam { activations, gradients } => {
                State::Finished(Box::new(cut(self.grad_cam(image, activations, gradients)?)))
            }
            Method::Occlusion(_) | Method::DRise(_) => self.start(image, method, target, sample)?,
            Method::Imported { .. } => {
                return Err(self.unusable("an imported saliency map comes from another tool".to_owned()));
            }
        };
        Ok(Explanation { model: self, options: options.clone(), state })
    }

    /// The image as large as it is inside the model's input, which is the size of the pictures of an [`Explanation`].
    pub fn scaled(&self, image: &Rgb8) -> Rgb8 {
        let input = &self.contract().input;
        let size = Placement::new(image.size, input.size, input.fit.into()).scaled;
        match input.resample {
            Resample::Linear => Rgb8::new(size, resize(image, size)),
            Resample::Smooth => resized(image, size),
        }
    }

    fn start(
        &self,
        image: &Rgb8,
        method: &Method,
        target: Option<&Target>,
        sample: &str,
    ) -> Result<State, InferenceError> {
        let picture = self.scaled(image);
        let size = picture.size;
        let target = target.map(|target| self.scaled_target(target, image.size, size));
        let chooses = target.is_none();
        let probe = method
            .probe(picture, target, sample)
            .map_err(|source| InferenceError::Saliency { path: self.path().to_path_buf(), source })?;
        let probe = probe.ok_or_else(|| self.unusable(format!("{} asks no model", method.name())))?;
        Ok(State::Asking { probe, size, chooses })
    }

    /// The target in pixels of the scaled image. A classifier speaks of the image as a whole, whatever box was meant.
    pub fn scaled_target(&self, target: &Target, image: Size, scaled: Size) -> Target {
        if matches!(self.contract().head, Head::Classification(_)) {
            return Target { bbox: BBox::of_image(scaled), class: target.class, class_scores: Vec::new() };
        }
        let across = f64::from(scaled.width) / f64::from(image.width.max(1));
        let down = f64::from(scaled.height) / f64::from(image.height.max(1));
        let b = target.bbox;
        let bbox = BBox::new(b.x1() * across, b.y1() * down, b.x2() * across, b.y2() * down);
        Target { bbox: bbox.unwrap_or(b), ..target.clone() }
    }

    fn grad_cam(&self, image: &Rgb8, activations: &str, gradients: &str) -> Result<Heatmap, InferenceError> {
        let (input, placement) = prepare(image, &self.contract().input);
        let tensors = self.tensors_of(&input, &[activations, gradients])?;
        let [acts, grads] = tensors.as_slice() else {
            return Err(self.unusable(format!("{activations} or {gradients} is missing")));
        };
        let (&[1, channels, height, width], true) = (acts.shape(), acts.shape() == grads.shape()) else {
            let (a, g) = (acts.shape(), grads.shape());
            return Err(self.unusable(format!(
                "{activations} has the shape {a:?} and {gradients} {g:?}; both must be [1, channels, height, width]"
            )));
        };
        grad_cam(channels, height, width, acts.data(), grads.data())
            .and_then(|cam| over_image(&cam, height, width, &placement))
            .ok_or_else(|| self.unusable(format!("{activations} is empty")))
    }

    /// What the model finds in a picture of the size that [`Model::scaled`] gives, as the methods look at it; `each` sees
    /// it and gives a value.
    ///
    /// Of a classifier every class is found over the whole picture.
    pub fn scored<T>(
        &self,
        picture: &Rgb8,
        options: &ExplainOptions,
        each: impl FnOnce(&[Scored<'_>]) -> T,
    ) -> Result<T, InferenceError> {
        let reading = self.predict(picture, &options.detect)?;
        Ok(each(&scored(&reading, picture.size, options)))
    }
}

/// A reading as the methods look at it, best first.
fn scored<'a>(reading: &'a Reading, size: Size, options: &ExplainOptions) -> Vec<Scored<'a>> {
    if let Some(classes) = &reading.classes {
        let bbox = BBox::of_image(size);
        let whole = |(class, score): (usize, &f32)| Scored {
            bbox,
            class: options.class(class),
            score: *score,
            objectness: *score,
            class_scores: &[],
        };
        let mut found: Vec<Scored<'_>> = classes.iter().enumerate().map(whole).collect();
        found.sort_by(|a, b| b.score.total_cmp(&a.score));
        return found;
    }
    let object = |detection: &'a crate::decode::Detection| Scored {
        bbox: detection.bbox,
        class: options.class(detection.class),
        score: detection.score,
        objectness: detection.score,
        class_scores: &detection.class_scores,
    };
    reading.objects.iter().map(object).collect()
}

/// How many of what was found, best first, are explained: those that reach the score, at least one.
fn chosen(reading: &Reading, found: &[Scored<'_>], score: f32) -> usize {
    let reach = found.iter().take_while(|found| found.score >= score).count();
    // A classifier says one thing about an image: its best class.
    let most = if reading.classes.is_some() { 1 } else { found.len() };
    reach.max(1).min(most).min(found.len())
}

impl Explanation<'_> {
    /// Asks the model about one more picture; false when there is none left.
    pub fn step(&mut self) -> Result<bool, InferenceError> {
        let State::Asking { probe, size, chooses } = &mut self.state else { return Ok(false) };
        let Some(picture) = probe.next_input() else { return Ok(false) };
        let reading = self.model.predict(&picture, &self.options.detect)?;
        let mut found = scored(&reading, *size, &self.options);
        if std::mem::take(chooses) {
            found.truncate(chosen(&reading, &found, self.options.score));
        }
        probe.take(&found);
        let Progress { done, total } = probe.progress();
        Ok(done < total)
    }

    /// The map as far as it is known; it covers the whole image.
    pub fn map(&self) -> Heatmap {
        match &self.state {
            State::Finished(map) => (**map).clone(),
            State::Asking { probe, .. } => probe.map(),
        }
    }

    /// How many pictures are done; one of one for a method that looks inside.
    pub fn progress(&self) -> Progress {
        match &self.state {
            State::Finished(_) => Progress { done: 1, total: 1 },
            State::Asking { probe, .. } => probe.progress(),
        }
    }

    /// True when the map will not change any more.
    pub fn is_finished(&self) -> bool {
        let Progress { done, total } = self.progress();
        done >= total
    }
}
