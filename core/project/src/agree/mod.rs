//! Agreement: how far annotators say the same about the samples that both have submitted.

use std::collections::BTreeMap;
use std::ops::Range;

use concord_domain::label_set::Labels;
use concord_domain::ontology::Ontology;
use concord_domain::policy::Policy;
use concord_metrics::agreement::{
    CurvePoint, DetectionAgreement, MatchedObjects, ObjectPair, Options, SeveralOptions, default_thresholds,
    matched_agreement, several_agreement, threshold_curve,
};
use concord_metrics::bootstrap;
use concord_metrics::kappa::{Kappa, cohen};
use concord_metrics::matching::{Matching, RatedBox};
use concord_metrics::prevalence::{Prevalence, prevalence};
use concord_metrics::ratings::{Categories, Estimate, Ratings, ac1, fleiss};
use concord_metrics::{Metric, Reason};
use concord_store::Reader;
use serde::Serialize;

use crate::{Project, ProjectError};

mod ambiguous;
mod attributes;
mod cells;
mod groups;
mod said;

pub use ambiguous::{Ambiguities, Ambiguity, Confused};
pub use attributes::{AttributeRow, TagRow};
pub use cells::{Cells, SampleRef};
pub(crate) use groups::month;
pub use groups::{Behind, Group, GroupKind, MOST_BEHIND};
pub(crate) use said::{Said, SaidBy, pair_of, said};

/// What is compared, and how.
#[derive(Debug, Clone)]
pub struct AgreeOptions {
    /// Only these annotators; all but the validation reference when empty.
    pub annotators: Vec<String>,
    /// Intervals; the threshold is the policy's.
    pub metrics: Options,
    /// From which overlap on two objects are one, instead of the policy's `match_iou`.
    pub match_iou: Option<f64>,
}

impl Default for AgreeOptions {
    fn default() -> Self {
        Self { annotators: vec![], metrics: Options { seed: 7, ..Options::default() }, match_iou: None }
    }
}

/// Fewest samples below which a figure is marked as resting on too few.
pub const ENOUGH_SAMPLES: u64 = 30;
/// Fewest objects below which a figure is marked so.
pub const ENOUGH_OBJECTS: u64 = 50;

/// Agreement of every pair of annotators, and of all of them together.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AgreementReport {
    /// What was held against what, and how.
    pub method: Method,
    /// The annotators compared, sorted.
    pub annotators: Vec<String>,
    /// Class names; the indices of tables and of `per_class`.
    pub classes: Vec<String>,
    /// One entry a pair that has samples in common.
    pub pairs: Vec<PairAgreement>,
    /// Pairs without a common sample.
    pub pairs_without_samples: u64,
    /// All annotators together; `None` with fewer than two.
    pub together: Option<Together>,
    /// The same figures of all pairs pooled, by slice, policy version and month.
    pub groups: Vec<Group>,
    /// What people confuse with what, the costliest first.
    pub ambiguous: Ambiguities,
    /// What other thresholds of overlap would give, of all pairs pooled.
    pub curve: Vec<CurvePoint>,
    /// Agreement that the policy asks for: the lower end of the interval of `f1_cls`.
    pub required_f1_cls: Option<f64>,
}

/// What was held against what, and how.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Method {
    /// Overlap from which on two objects are one.
    pub match_iou: f64,
    /// Samples that at least two of the annotators submitted.
    pub samples: u64,
    /// Label sets that were compared, by version of the policy under which they were submitted.
    pub policy_versions: BTreeMap<u32, u64>,
    /// The annotator that a validation takes as its reference, who was left out.
    pub reference: Option<String>,
    /// Answers to tasks whose answer was known, which were left out.
    pub known_answers: u64,
    /// Bootstrap replicates of the intervals, drawn over samples.
    pub replicates: u32,
    /// Their seed.
    pub seed: u64,
    /// Their level.
    pub confidence: f64,
}

/// Agreement of two annotators.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PairAgreement {
    /// The first annotator, the rows of the table.
    pub a: String,
    /// The second annotator, the columns.
    pub b: String,
    /// The figures, by their standard names.
    #[serde(flatten)]
    pub figures: DetectionAgreement,
    /// More about the classes of matched objects.
    pub matched_classes: ClassCoefficients,
    /// Attributes of objects that both gave one class.
    pub attributes: Vec<AttributeRow>,
    /// Tags of images.
    pub tags: Vec<TagRow>,
    /// Class names by index of `per_class`, beside each class's figures.
    pub class_names: Vec<String>,
    /// Whether the policy's required agreement is reached; `None` when it asks for none or there is no interval.
    pub reaches_policy: Option<bool>,
    /// Which samples stand behind each cell of the table.
    #[serde(skip)]
    pub cells: Cells,
}

impl PairAgreement {
    /// The figures whose interval is shaky, those of a class with its name.
    pub fn unstable(&self) -> impl Iterator<Item = (&str, Option<&str>)> {
        self.figures.unstable.iter().map(|name| {
            let of_class =
                name.split_once('/').and_then(|(figure, class)| Some((figure, class.parse::<usize>().ok()?)));
            match of_class.and_then(|(figure, class)| Some((figure, self.class_names.get(class)?))) {
                Some((figure, class)) => (figure, Some(class.as_str())),
                None => (name.as_str(), None),
            }
        })
    }
}

/// Coefficients of the classes of matched objects.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ClassCoefficients {
    /// Cohen's κ with its large-sample interval and standard errors.
    pub cohen: Kappa,
    /// Gwet's AC1 with its interval.
    pub ac1: Estimate,
    /// PABAK, and how far prevalence and bias bear on κ.
    pub prevalence: Prevalence,
}

/// Agreement of all annotators together: units are things that somebody drew, put together by overlap.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Together {
    /// Number of annotators.
    pub annotators: u64,
    /// Number of things.
    pub units: u64,
    /// Krippendorff's α of class or nothing.
    pub alpha_det: Estimate,
    /// Krippendorff's α of the class, of things that at least two found.
    pub alpha_cls: Estimate,
    /// Gwet's AC1 of class or nothing.
    pub ac1: Estimate,
    /// Fleiss' κ of class or nothing, of the things on samples that everybody saw.
    pub fleiss: Estimate,
}

/// Computes the agreement of all pairs of annotators over submitted label sets.
pub fn agree(project: &Project, options: &AgreeOptions) -> Result<AgreementReport, ProjectError> {
    let reader = project.reader()?;
    let ontology = reader.ontology()?;
    let policy = reader.policy()?;
    let said = said(project, &reader, &options.annotators)?;
    if let Some(unknown) = options.annotators.iter().find(|a| !said.by.contains_key(*a)) {
        return Err(ProjectError::usage(format!("{unknown} has submitted no label set")));
    }
    let match_iou = options.match_iou.unwrap_or_else(|| policy.as_ref().map_or(0.5, |p| p.review.match_iou));
    if !(match_iou > 0.0 && match_iou <= 1.0) {
        return Err(ProjectError::usage(
            "the overlap from which on two objects are one must lie above 0 and at most at 1",
        ));
    }
    let metrics = Options { tau: match_iou, ..options.metrics };
    let labels = said.by.values().flat_map(BTreeMap::values).map(|said| &said.labels);
    let classes = class_names(ontology.as_ref(), labels);
    let comparison =
        Comparison { said: &said, classes: &classes, ontology: ontology.as_ref(), policy: policy.as_ref() };
    let pooled = comparison.pooled(match_iou);
    let annotators: Vec<String> = said.by.keys().cloned().collect();
    let (pairs, pairs_without_samples) = comparison.pairs(&annotators, &pooled, &metrics);
    Ok(AgreementReport {
        method: comparison.method(project, &metrics),
        pairs,
        pairs_without_samples,
        together: comparison.together(&annotators, &metrics)?,
        ambiguous: comparison.ambiguous(project, &reader, &pooled, metrics.confidence)?,
        groups: groups::groups(project, &said, &pooled, classes.len(), &metrics),
        curve: threshold_curve(&pooled.pairs, classes.len(), &default_thresholds()),
        required_f1_cls: policy.as_ref().and_then(|p| p.agreement_at_least),
        annotators,
        classes,
    })
}

/// Everything that the figures of one report are computed from.
struct Comparison<'a> {
    said: &'a SaidBy,
    classes: &'a [String],
    ontology: Option<&'a Ontology>,
    policy: Option<&'a Policy>,
}

/// The place of a sample that two annotators share, what both drew there, and how it is matched.
type Shared<'a> = (usize, &'a ObjectPair, &'a Matching);

/// The samples that two annotators share, of all pairs of annotators.
pub(crate) struct Pooled {
    /// What both drew; ids are those of the sample and the two.
    pub(crate) pairs: Vec<ObjectPair>,
    /// Beside each, the sample and the two.
    pub(crate) of: Vec<(usize, usize, usize)>,
    /// Beside each, how its objects are matched.
    pub(crate) matched: Vec<MatchedObjects>,
}

impl Pooled {
    /// The samples that two annotators share, by their places here.
    fn shared_by(&self, a: usize, b: usize) -> Range<usize> {
        // They were put together pair by pair.
        let before = |(_, first, second): &(usize, usize, usize)| (*first, *second) < (a, b);
        let from = self.of.partition_point(before);
        from..from + self.of[from..].iter().take_while(|(_, first, second)| (*first, *second) == (a, b)).count()
    }

    /// The place of the sample at a place here, what both drew, and how it is matched.
    fn at(&self, at: usize) -> Shared<'_> {
        (self.of[at].0, &self.pairs[at], self.matched[at].matching())
    }
}

impl Comparison<'_> {
    fn method(&self, project: &Project, metrics: &Options) -> Method {
        let mut seen: BTreeMap<_, u32> = BTreeMap::new();
        let mut policy_versions: BTreeMap<u32, u64> = BTreeMap::new();
        for sets in self.said.by.values() {
            for sample in sets.keys() {
                *seen.entry(sample).or_default() += 1;
            }
        }
        for (sample, said) in self.said.by.values().flatten() {
            if seen[sample] > 1 {
                *policy_versions.entry(said.stamp.policy_version).or_default() += 1;
            }
        }
        Method {
            match_iou: metrics.tau,
            samples: seen.values().filter(|count| **count > 1).count() as u64,
            policy_versions,
            reference: project.config.validation.reference.clone(),
            known_answers: self.said.known_answers,
            replicates: metrics.replicates,
            seed: metrics.seed,
            confidence: metrics.confidence,
        }
    }

    /// What two annotators drew on the samples that both submitted, in order of sample.
    fn common(&self, a: usize, b: usize, least: f64) -> Vec<(usize, ObjectPair)> {
        let [first, second] = [a, b].map(|at| self.said.sets_of(at));
        let shared = first.iter().filter_map(|(sample, said)| Some((sample, said, second.get(sample)?)));
        let pair = |(sample, a, b): (&_, &Said, &Said)| {
            (self.said.place_of(sample), pair_of(sample, &a.labels, &b.labels, self.classes, least))
        };
        shared.map(pair).collect()
    }

    /// All pairs of annotators pooled, matched once, with candidates from the lowest threshold on that is asked for.
    fn pooled(&self, match_iou: f64) -> Pooled {
        let lowest = default_thresholds().into_iter().fold(match_iou, f64::min);
        let (mut pairs, mut of) = (vec![], vec![]);
        for a in 0..self.said.by.len() {
            for b in a + 1..self.said.by.len() {
                for (sample, pair) in self.common(a, b, lowest) {
                    pairs.push(ObjectPair { id: format!("{} {a} {b}", pair.id), ..pair });
                    of.push((sample, a, b));
                }
            }
        }
        let matched = MatchedObjects::all(&pairs, match_iou);
        Pooled { pairs, of, matched }
    }

    /// What is confused, and what that costs.
    fn ambiguous(
        &self,
        project: &Project,
        reader: &Reader,
        pooled: &Pooled,
        confidence: f64,
    ) -> Result<Ambiguities, ProjectError> {
        let rules = self.policy.map(|policy| policy.review.clone()).unwrap_or_default();
        let judging = ambiguous::Judging::read(reader, rules)?;
        let cost = &project.config.cost;
        Ok(ambiguous::ambiguities(self.said, pooled, self.classes, self.ontology, &judging, cost, confidence))
    }

    fn pairs(&self, annotators: &[String], pooled: &Pooled, metrics: &Options) -> (Vec<PairAgreement>, u64) {
        let (mut pairs, mut without) = (Vec::new(), 0);
        for (i, a) in annotators.iter().enumerate() {
            for (j, b) in annotators.iter().enumerate().skip(i + 1) {
                let shared = pooled.shared_by(i, j);
                if shared.is_empty() {
                    without += 1;
                    continue;
                }
                pairs.push(self.pair((a, b), (i, j), pooled, shared, metrics));
            }
        }
        (pairs, without)
    }

    fn pair(
        &self,
        (a, b): (&String, &String),
        of: (usize, usize),
        pooled: &Pooled,
        shared: Range<usize>,
        metrics: &Options,
    ) -> PairAgreement {
        let images: Vec<&MatchedObjects> = pooled.matched[shared.clone()].iter().collect();
        let figures = matched_agreement(&images, self.classes.len(), metrics);
        let required = self.policy.and_then(|p| p.agreement_at_least);
        let common: Vec<Shared<'_>> = shared.map(|at| pooled.at(at)).collect();
        let reaches_policy = required.and_then(|required| figures.f1_cls.ci().map(|ci| ci.low >= required));
        PairAgreement {
            a: a.clone(),
            b: b.clone(),
            matched_classes: class_coefficients(&figures, self.classes.len(), metrics.confidence),
            attributes: attributes::attributes(self.said, of, &common, self.ontology),
            tags: attributes::tags(self.said, of, &common, self.ontology),
            cells: Cells::of(&common, self.classes.len(), self.said),
            figures,
            class_names: self.classes.to_vec(),
            reaches_policy,
        }
    }

    fn together(&self, annotators: &[String], metrics: &Options) -> Result<Option<Together>, ProjectError> {
        if annotators.len() < 2 {
            return Ok(None);
        }
        let images = self.said.seen_images(self.classes, metrics.tau);
        let bootstrap =
            bootstrap::Options { seed: metrics.seed, replicates: metrics.replicates, confidence: metrics.confidence };
        let options = SeveralOptions { tau: metrics.tau, bootstrap, ..SeveralOptions::default() };
        let all = several_agreement(&images, annotators.len(), &options)?;
        let table = |keep: &dyn Fn(&[Option<u32>]) -> bool| {
            let rows = all.units.iter().map(|unit| said::ratings_of(&unit.said, self.classes.len()));
            let cells: Vec<Option<u32>> = rows.filter(|row| keep(row)).flatten().collect();
            Ratings::new(annotators.len(), self.classes.len() + 1, &cells)
        };
        let confidence = metrics.confidence;
        Ok(Some(Together {
            annotators: annotators.len() as u64,
            units: all.units.len() as u64,
            ac1: ac1(&table(&|_| true)?, Categories::Observed, confidence),
            fleiss: fleiss(&table(&|row| row.iter().all(Option::is_some))?),
            alpha_det: all.alpha_det,
            alpha_cls: all.alpha_cls,
        }))
    }
}

/// Coefficients of the classes of matched objects, from the table without its background.
fn class_coefficients(figures: &DetectionAgreement, classes: usize, confidence: f64) -> ClassCoefficients {
    let table: Vec<Vec<u64>> = figures.table.iter().take(classes).map(|row| row[..classes].to_vec()).collect();
    let pairs = table.iter().enumerate().flat_map(|(i, row)| row.iter().enumerate().map(move |(j, n)| (i, j, *n)));
    let cells: Vec<Option<u32>> =
        pairs.flat_map(|(i, j, n)| (0..n).flat_map(move |_| [Some(i as u32), Some(j as u32)])).collect();
    let ratings = Ratings::new(2, classes, &cells);
    let empty = Metric::undefined(Reason::Empty);
    let none = |_| Estimate { value: empty, se: None, p_o: empty, p_e: empty, used: 0, dropped: 0 };
    ClassCoefficients {
        cohen: cohen(&table),
        ac1: ratings.map_or_else(none, |ratings| ac1(&ratings, Categories::Observed, confidence)),
        prevalence: prevalence(&table),
    }
}

/// True when a figure rests on so few samples or objects that it is to be marked.
pub fn is_thin(samples: u64, objects: u64) -> bool {
    samples < ENOUGH_SAMPLES || objects < ENOUGH_OBJECTS
}

/// The ontology's classes in their order, then others that labels of older versions bear, by name.
pub(crate) fn class_names<'a>(ontology: Option<&Ontology>, labels: impl Iterator<Item = &'a Labels>) -> Vec<String> {
    let mut names: Vec<String> = ontology.iter().flat_map(|o| &o.classes).map(|c| c.name.clone()).collect();
    let mut others: Vec<String> =
        labels.flat_map(|l| &l.objects).map(|o| o.class.clone()).filter(|c| !names.contains(c)).collect();
    others.sort_unstable();
    others.dedup();
    names.extend(others);
    names
}

pub(crate) fn rated(labels: &Labels, classes: &[String]) -> Vec<RatedBox> {
    let mut objects: Vec<_> = labels.objects.iter().collect();
    objects.sort_by(|a, b| a.id.cmp(&b.id));
    objects
        .into_iter()
        .filter_map(|o| Some(RatedBox { bbox: o.bounds(), class: classes.iter().position(|c| c == &o.class)? }))
        .collect()
}

#[cfg(test)]
mod tests;
