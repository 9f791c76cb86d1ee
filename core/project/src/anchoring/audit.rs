//! What is compared, as numbers: how each label set follows the suggestions, and how long it took.

use std::collections::{BTreeMap, BTreeSet};

use concord_domain::label_set::Labels;
use concord_domain::role::People;
use concord_domain::sample::SampleId;
use concord_domain::suggestion::Prediction;
use concord_metrics::matching::{ClassRule, RatedBox, match_boxes};
use concord_metrics::within::{Timed, Unit, differences, time_saved};
use concord_metrics::{bootstrap, quantile};
use concord_store::TaskTime;

use super::sift::Kept;
use super::{AnchoringOptions, AnchoringReport, Measure, MeasureKind, PersonAnchoring, TimeSaved};
use crate::activity::labelling_ms;

/// Everything that is compared, of people who made label sets of both kinds.
pub(super) struct Audit {
    pub(super) people: Vec<String>,
    samples: usize,
    units: Vec<Unit>,
    /// Beside each unit, the working time in seconds; `None` where none was noted.
    times: Vec<Option<f64>>,
    pub(super) one_kind: u64,
}

impl Audit {
    pub(super) fn new(
        kept: Vec<Kept>,
        suggested: &BTreeMap<SampleId, Vec<Prediction>>,
        settled: &BTreeMap<SampleId, Labels>,
        visits: &[TaskTime],
        match_iou: f64,
    ) -> Self {
        let mut kinds: BTreeMap<&str, [u64; 2]> = BTreeMap::new();
        for Kept { set, is_assisted } in &kept {
            kinds.entry(&set.key.annotator).or_default()[usize::from(*is_assisted)] += 1;
        }
        let both = kinds.iter().filter(|(_, [blank, assisted])| *blank > 0 && *assisted > 0);
        let people: Vec<String> = both.map(|(name, _)| (*name).to_owned()).collect();
        let samples: BTreeSet<SampleId> = kept.iter().map(|kept| kept.set.key.sample.clone()).collect();
        let places: BTreeMap<SampleId, usize> = samples.into_iter().zip(0..).collect();
        let worked = labelling_ms(visits);
        let mut audit = Self { people, samples: places.len(), units: vec![], times: vec![], one_kind: 0 };
        for Kept { set, is_assisted } in kept {
            let Ok(person) = audit.people.binary_search(&set.key.annotator) else {
                audit.one_kind += 1;
                continue;
            };
            let sample = &set.key.sample;
            let ratios = ratios(&set.labels, &suggested[sample], settled.get(sample), match_iou);
            audit.units.push(Unit { sample: places[sample], person, treated: is_assisted, ratios });
            audit.times.push(worked.get(&set.key).map(|ms| *ms as f64 / 1_000.0));
        }
        audit
    }

    fn of(&self, person: Option<usize>) -> impl Iterator<Item = (&Unit, Option<f64>)> {
        let all = self.units.iter().zip(self.times.iter().copied());
        all.filter(move |(unit, _)| person.is_none_or(|person| unit.person == person))
    }

    pub(super) fn counts(&self, person: Option<usize>) -> (u64, u64) {
        let count = |treated| self.of(person).filter(|(unit, _)| unit.treated == treated).count() as u64;
        (count(true), count(false))
    }

    pub(super) fn measures(&self, person: Option<usize>, options: &bootstrap::Options) -> Vec<Measure> {
        let units: Vec<Unit> = self.of(person).map(|(unit, _)| unit.clone()).collect();
        let found = differences(&units, [self.samples, self.people.len(), MeasureKind::ALL.len()], options);
        MeasureKind::ALL.into_iter().zip(found).map(|(kind, difference)| Measure { kind, difference }).collect()
    }

    pub(super) fn time(&self, person: Option<usize>, options: &bootstrap::Options) -> TimeSaved {
        let timed = |(unit, time): (&Unit, Option<f64>)| {
            Some(Timed { sample: unit.sample, treated: unit.treated, time: time? })
        };
        let times: Vec<Timed> = self.of(person).filter_map(timed).collect();
        let median = |treated: bool| {
            let of_kind: Vec<f64> = times.iter().filter(|t| t.treated == treated).map(|t| t.time).collect();
            quantile::quantile_of(&of_kind, 0.5)
        };
        let saved = time_saved(&times, self.samples, options);
        TimeSaved { assisted_s: median(true), blank_s: median(false), saved }
    }

    pub(super) fn tell_persons(&self, report: &mut AnchoringReport, people: &People, options: &AnchoringOptions) {
        for (person, annotator) in self.people.iter().enumerate() {
            if !people.may_see_figures(&options.viewer, annotator) {
                report.hidden += 1;
                continue;
            }
            let (assisted, blank) = self.counts(Some(person));
            report.persons.push(PersonAnchoring {
                annotator: annotator.clone(),
                assisted,
                blank,
                measures: self.measures(Some(person), &options.bootstrap),
                time: self.time(Some(person), &options.bootstrap),
            });
        }
    }
}

/// Numerators and denominators of the measures in the order of [`MeasureKind::ALL`].
fn ratios(labels: &Labels, suggested: &[Prediction], settled: Option<&Labels>, match_iou: f64) -> Vec<[f64; 2]> {
    let mut classes: Vec<&str> = labels.objects.iter().map(|object| object.class.as_str()).collect();
    classes.extend(suggested.iter().map(|prediction| prediction.class.as_str()));
    classes.extend(settled.iter().flat_map(|gold| &gold.objects).map(|object| object.class.as_str()));
    classes.sort_unstable();
    classes.dedup();
    let class = |name: &str| classes.binary_search(&name).unwrap_or_default();
    let rated = |labels: &Labels| -> Vec<RatedBox> {
        labels.objects.iter().map(|o| RatedBox { bbox: o.bounds(), class: class(&o.class) }).collect()
    };
    let objects = rated(labels);
    let found: Vec<RatedBox> = suggested.iter().map(|p| RatedBox { bbox: p.bbox, class: class(&p.class) }).collect();
    let matching = match_boxes(&objects, &found, ClassRule::Ignored, match_iou);
    let matched = matching.pairs.len() as f64;
    let alike = matching.pairs.iter().filter(|(i, j, _)| objects[*i].class == found[*j].class).count() as f64;
    let overlap: f64 = matching.pairs.iter().map(|(_, _, iou)| iou).sum();
    let (wrong, f1) =
        settled.map_or(([0.0; 2], [0.0; 2]), |gold| against_gold(&objects, &found, &rated(gold), match_iou));
    vec![
        [alike, matched],
        [overlap, matched],
        [matched, found.len() as f64],
        [matching.only_a.len() as f64, objects.len() as f64],
        wrong,
        f1,
    ]
}

/// Of the suggestions that gold does not bear out, those where there is an object of their class; and F1 with gold.
fn against_gold(objects: &[RatedBox], found: &[RatedBox], gold: &[RatedBox], match_iou: f64) -> ([f64; 2], [f64; 2]) {
    let borne_out = match_boxes(found, gold, ClassRule::Required, match_iou);
    let wrong: Vec<RatedBox> = borne_out.only_a.iter().map(|i| found[*i]).collect();
    let taken = match_boxes(objects, &wrong, ClassRule::Required, match_iou).pairs.len() as f64;
    let right = match_boxes(objects, gold, ClassRule::Required, match_iou).pairs.len() as f64;
    ([taken, wrong.len() as f64], [2.0 * right, (objects.len() + gold.len()) as f64])
}
