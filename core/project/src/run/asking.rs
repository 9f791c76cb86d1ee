//! Who is asked about each sample of a run, and how often.

use concord_domain::opinions::{MOST_PASSES, Member, Opinions, View};
use concord_domain::suggestion::SampleReading;
use concord_geometry::Size;
use concord_imaging::Rgb8;
use concord_inference::{DetectOptions, InferenceError, Model, Provider, Reading};
use concord_metrics::rng::Stream;

use super::fuse::{Keep, Opinion, fuse};
use super::{predictions, views};
use crate::ProjectError;
use crate::model::NamedModel;

/// How often each sample is looked at.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Looks {
    /// Once by every model.
    #[default]
    Once,
    /// In the usual views, [`View::USUAL`].
    Views,
    /// So many times, by a model that draws at random.
    Passes(u32),
}

/// The models of a run and the opinions that are had of them.
#[derive(Debug)]
pub(crate) struct Asking {
    members: Vec<NamedModel>,
    opinions: Opinions,
    classes: Vec<Vec<String>>,
}

impl Asking {
    /// Checks that these models can be asked so.
    pub(super) fn new(members: Vec<NamedModel>, looks: Looks) -> Result<Self, ProjectError> {
        let opinions = opinions(&members, looks)?;
        let names = |m: &NamedModel| (0..m.model.contract().class_names.len()).map(|c| m.class_name(c)).collect();
        let classes = members.iter().map(names).collect();
        Ok(Self { members, opinions, classes })
    }

    /// The opinions.
    pub(super) fn opinions(&self) -> &Opinions {
        &self.opinions
    }

    /// The models; one unless it is an ensemble.
    pub(super) fn members(&self) -> &[NamedModel] {
        &self.members
    }

    /// The models alone.
    pub(super) fn models(&self) -> Vec<&Model> {
        self.members.iter().map(|member| &member.model).collect()
    }

    /// What the run calls its model, and its SHA-256.
    pub(super) fn name(&self) -> (String, String) {
        match &self.members[..] {
            [one] => (one.name.clone(), one.model.sha256().to_owned()),
            several => (several.iter().map(|m| m.name.as_str()).collect::<Vec<_>>().join(" + "), String::new()),
        }
    }

    /// What the opinions on an image of this size come to, in the words of the ontology.
    pub(super) fn reading(&self, said: Vec<Reading>, size: Size, options: &DetectOptions) -> SampleReading {
        let mut opinions: Vec<Opinion<'_>> = said
            .into_iter()
            .enumerate()
            .map(|(at, reading)| {
                let member = if self.members.len() > 1 { at } else { 0 };
                let scope = match &self.opinions {
                    Opinions::Views { views } => views.get(at).and_then(|view| views::scope(*view, size)),
                    _ => None,
                };
                Opinion { reading: in_words(&self.members[member], reading), classes: &self.classes[member], scope }
            })
            .collect();
        if self.opinions.is_one() {
            return opinions.pop().map(|opinion| opinion.reading).unwrap_or_default();
        }
        let keep = Keep { score_threshold: f64::from(options.score_threshold), most: options.max_detections };
        fuse(&opinions, keep)
    }
}

/// Asks the models of [`Asking::models`], opened once more or not, about an image: one reading an opinion, in pixels of
/// the image.
pub(super) fn ask(
    models: &[&Model],
    opinions: &Opinions,
    image: &Rgb8,
    options: &DetectOptions,
) -> Result<Vec<Reading>, InferenceError> {
    let (Some(first), Opinions::Views { views }) = (models.first(), opinions) else {
        let passes = if let Opinions::Passes { count } = opinions { *count } else { 1 };
        let asked = (0..passes).flat_map(|_| models.iter());
        return asked.map(|model| model.predict(image, options)).collect();
    };
    let pad = first.contract().input.pad;
    let pictures: Vec<_> = views.iter().map(|view| views::seen(*view, image, pad)).collect();
    // A processor is no faster with several images at once, and needs more memory.
    let size = if first.provider() == Provider::Cpu { 1 } else { pictures.len() };
    let mut said = Vec::with_capacity(views.len());
    for pictures in pictures.chunks(size) {
        said.extend(first.predict_batch(&pictures.iter().map(AsRef::as_ref).collect::<Vec<_>>(), options)?);
    }
    Ok(views.iter().zip(said).map(|(view, said)| views::brought_back(*view, said, image.size)).collect())
}

/// What a model says of a sample, in the words of the ontology.
fn in_words(named: &NamedModel, reading: Reading) -> SampleReading {
    SampleReading {
        predictions: predictions(named, reading.objects),
        class_scores: reading.classes.unwrap_or_default(),
        embedding: reading.embedding.unwrap_or_default(),
        crops: vec![],
    }
}

fn opinions(members: &[NamedModel], looks: Looks) -> Result<Opinions, ProjectError> {
    let refused = |why: String| Err(ProjectError::usage(why));
    match (members, looks) {
        ([], _) => refused("a run takes a model".to_owned()),
        ([_], Looks::Once) => Ok(Opinions::One),
        ([_], Looks::Views) => Ok(Opinions::Views { views: View::USUAL.to_vec() }),
        ([one], Looks::Passes(count)) => {
            if !(2..=MOST_PASSES).contains(&count) {
                return refused(format!("passes are counted from 2 to {MOST_PASSES}, not {count}"));
            }
            if !draws_at_random(&one.model)? {
                return refused(format!(
                    "the model {} says the same twice, so that more passes tell nothing: exporters leave dropout out \
                     unless told to keep it in training mode. Ask it in several views, or several models together",
                    one.name
                ));
            }
            Ok(Opinions::Passes { count })
        }
        (several, Looks::Once) => {
            let member = |m: &NamedModel| Member { model: m.name.clone(), sha256: m.model.sha256().to_owned() };
            let members: Vec<Member> = several.iter().map(member).collect();
            match members.iter().enumerate().find(|(at, m)| members[..*at].iter().any(|o| o.sha256 == m.sha256)) {
                Some((_, twice)) => refused(format!("the model {} is named twice", twice.model)),
                None => Ok(Opinions::Ensemble { members }),
            }
        }
        (_, Looks::Views | Looks::Passes(_)) => {
            refused("several models are asked once each; views and passes are for one model".to_owned())
        }
    }
}

/// True when two passes over one noisy image differ.
fn draws_at_random(model: &Model) -> Result<bool, ProjectError> {
    let mut stream = Stream::new(1, "passes", "noise", 0);
    let noise = Rgb8::from_fn(model.contract().input.size, |_, _| [0; 3].map(|_: u8| stream.below(256) as u8));
    let batch = model.prepare(&[&noise]);
    let (first, second) = (model.forward(&batch)?, model.forward(&batch)?);
    Ok(first.iter().zip(&second).any(|(a, b)| a.data() != b.data()))
}
