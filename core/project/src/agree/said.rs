//! What annotators said: their submitted label sets, with when and under which versions.

use std::collections::BTreeMap;

use concord_domain::disagreement::candidates;
use concord_domain::label_set::{LabelSet, Labels, Stamp};
use concord_domain::object::Object;
use concord_domain::sample::SampleId;
use concord_metrics::agreement::{ObjectPair, Seen, SeenImage};
use concord_metrics::cluster::SourcedObject;
use concord_metrics::matching::Candidate;
use concord_store::Reader;

use super::SampleRef;
use crate::evaluation::honeypot_answers;
use crate::{Project, ProjectError};

/// What one annotator said about one sample. Objects are in order of their ids.
pub(crate) struct Said {
    pub(crate) labels: Labels,
    pub(crate) stamp: Stamp,
    /// When it was submitted, in milliseconds since 1970 UTC.
    pub(crate) at_utc_ms: i64,
}

/// What annotators said, by name and sample.
pub(crate) struct SaidBy {
    pub(crate) by: BTreeMap<String, BTreeMap<SampleId, Said>>,
    /// All samples that somebody submitted, in order of their ids.
    pub(crate) samples: Vec<SampleRef>,
    /// Answers to tasks whose answer was known, which are left out.
    pub(crate) known_answers: u64,
}

/// Loads what annotators submitted: those named, or all but the reference of a validation. Answers to tasks whose answer
/// was known are left out: they were given on a chosen few samples.
pub(crate) fn said(project: &Project, reader: &Reader, annotators: &[String]) -> Result<SaidBy, ProjectError> {
    let reference = project.config.validation.reference.as_deref();
    let checks = honeypot_answers(reader)?;
    let times: BTreeMap<_, i64> = reader.submissions()?.into_iter().map(|s| (s.key, s.at_utc_ms)).collect();
    let mut by: BTreeMap<String, BTreeMap<SampleId, Said>> = BTreeMap::new();
    let mut known_answers = 0;
    reader.each_label_set(|set: LabelSet| {
        let name = &set.key.annotator;
        let is_wanted =
            if annotators.is_empty() { Some(name.as_str()) != reference } else { annotators.contains(name) };
        if !is_wanted || !set.status.is_submitted() {
            return;
        }
        if checks.contains(&set.key) {
            known_answers += 1;
            return;
        }
        let at_utc_ms = times.get(&set.key).copied().unwrap_or_default();
        let mut labels = set.labels;
        labels.objects.sort_by(|a, b| a.id.cmp(&b.id));
        let said = Said { labels, stamp: set.stamp, at_utc_ms };
        by.entry(name.clone()).or_default().insert(set.key.sample, said);
    })?;
    let mut samples: Vec<SampleRef> = reader
        .samples()?
        .into_iter()
        .filter(|sample| by.values().any(|sets| sets.contains_key(&sample.id)))
        .map(|sample| SampleRef { id: sample.id.clone(), path: sample.path.clone(), sample })
        .collect();
    samples.sort_by(|a, b| a.id.cmp(&b.id));
    Ok(SaidBy { by, samples, known_answers })
}

impl SaidBy {
    /// The label sets of the annotator at a place.
    pub(crate) fn sets_of(&self, annotator: usize) -> &BTreeMap<SampleId, Said> {
        static NONE: BTreeMap<SampleId, Said> = BTreeMap::new();
        self.by.values().nth(annotator).unwrap_or(&NONE)
    }

    /// The place of a sample that somebody submitted.
    pub(crate) fn place_of(&self, sample: &SampleId) -> usize {
        self.samples.binary_search_by(|known| known.id.cmp(sample)).unwrap_or_default()
    }

    /// What an annotator said about a sample.
    pub(crate) fn of(&self, annotator: usize, sample: usize) -> Option<&Said> {
        self.sets_of(annotator).get(&self.samples.get(sample)?.id)
    }

    /// All samples with what each annotator drew there.
    pub(crate) fn seen_images(&self, classes: &[String], tau: f64) -> Vec<SeenImage> {
        let image = |known: &SampleRef| {
            let sets: Vec<Option<&Said>> = self.by.values().map(|sets| sets.get(&known.id)).collect();
            let drawn: Vec<(usize, &Object)> = sets
                .iter()
                .enumerate()
                .flat_map(|(source, said)| {
                    said.iter().flat_map(move |s| s.labels.objects.iter().map(move |o| (source, o)))
                })
                .filter(|(_, object)| classes.contains(&object.class))
                .collect();
            let class = |object: &Object| classes.iter().position(|c| *c == object.class).unwrap_or_default();
            let objects: Vec<&Object> = drawn.iter().map(|(_, object)| *object).collect();
            SeenImage {
                id: known.id.0.clone(),
                seen: sets.iter().map(Option::is_some).collect(),
                objects: drawn.iter().map(|(source, o)| SourcedObject { source: *source, class: class(o) }).collect(),
                candidates: among(&objects, tau),
            }
        };
        self.samples.iter().map(image).collect()
    }
}

/// Pairs of objects that are alike, each once.
fn among(objects: &[&Object], tau: f64) -> Vec<Candidate> {
    candidates(objects, objects, tau).into_iter().filter(|c| c.a < c.b).collect()
}

/// What two annotators drew on one sample, objects in order of their ids.
pub(crate) fn pair_of(sample: &SampleId, a: &Labels, b: &Labels, classes: &[String], least: f64) -> ObjectPair {
    let class = |object: &Object| classes.iter().position(|c| *c == object.class).unwrap_or_default();
    let of = |labels: &Labels| labels.objects.iter().map(class).collect::<Vec<usize>>();
    let [first, second] = [a, b].map(|labels| labels.objects.iter().collect::<Vec<&Object>>());
    ObjectPair {
        id: sample.0.clone(),
        classes_a: of(a),
        classes_b: of(b),
        candidates: candidates(&first, &second, least),
    }
}

/// A unit as a row of ratings: the class, or the number of classes for nothing; none where the sample was not seen.
pub(crate) fn ratings_of(said: &[Seen], classes: usize) -> Vec<Option<u32>> {
    let rating = |seen: &Seen| match seen {
        Seen::Unseen => None,
        Seen::Nothing => Some(classes as u32),
        Seen::Object { class, .. } => Some(*class as u32),
    };
    said.iter().map(rating).collect()
}
