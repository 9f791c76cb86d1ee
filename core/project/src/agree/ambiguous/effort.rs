//! What settling disagreements takes: the judging time of a sample, divided evenly over what is disputed on it.

use std::collections::{BTreeMap, BTreeSet};

use concord_domain::disagreement::{Opinion, compare};
use concord_domain::object::ObjectId;
use concord_domain::policy::ReviewRules;
use concord_domain::sample::SampleId;
use concord_store::Reader;

use super::super::SaidBy;
use super::Instance;
use crate::ProjectError;

const MS_PER_HOUR: f64 = 3_600_000.0;

/// Which samples are settled, and how long people judged each.
pub(in crate::agree) struct Judging {
    settled: BTreeSet<SampleId>,
    hours: BTreeMap<SampleId, f64>,
    rules: ReviewRules,
}

impl Judging {
    /// Reads what was noted.
    pub(in crate::agree) fn read(reader: &Reader, rules: ReviewRules) -> Result<Self, ProjectError> {
        let settled = reader.settled()?.into_iter().collect();
        let mut hours: BTreeMap<SampleId, f64> = BTreeMap::new();
        for visit in reader.task_times()?.into_iter().filter(|visit| visit.is_judging) {
            *hours.entry(visit.key.sample).or_default() += visit.active_ms as f64 / MS_PER_HOUR;
        }
        Ok(Self { settled, hours, rules })
    }

    /// True when somebody settled the sample at a place.
    pub(super) fn is_settled(&self, said: &SaidBy, place: usize) -> bool {
        said.samples.get(place).is_some_and(|known| self.settled.contains(&known.id))
    }
}

/// The working time of every instance.
pub(super) struct Efforts {
    hours: Vec<f64>,
    hours_each: Option<f64>,
    judged: u64,
}

impl Efforts {
    /// A settled sample costs what was noted on it, which is divided evenly over its disagreements; a disagreement of
    /// another sample costs the median of those. Each is divided evenly over the instances that it is made of, which are
    /// several where more than two people differ; disagreements about outlines and tags keep their part.
    pub(super) fn of(said: &SaidBy, instances: &[Instance], judging: &Judging) -> Self {
        if judging.hours.is_empty() {
            return Self { hours: vec![0.0; instances.len()], hours_each: None, judged: 0 };
        }
        let mut by_sample: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (at, instance) in instances.iter().enumerate() {
            by_sample.entry(instance.of.0).or_default().push(at);
        }
        let mut shares = vec![0.0; instances.len()];
        let mut each: BTreeMap<usize, Option<f64>> = BTreeMap::new();
        let mut noted: Vec<f64> = Vec::new();
        for (place, at) in &by_sample {
            let disputed = Disputed::of(said, *place, &judging.rules);
            disputed.share(said, instances, at, &mut shares);
            let hours = judging.is_settled(said, *place).then(|| judging.hours.get(&said.samples[*place].id));
            let one = hours.map(|hours| hours.copied().unwrap_or(0.0) / disputed.count.max(1) as f64);
            noted.extend(one.filter(|one| *one > 0.0).into_iter().flat_map(|one| vec![one; disputed.count]));
            each.insert(*place, one);
        }
        let hours_each = median(&mut noted);
        let of_sample = |place: usize| each.get(&place).copied().flatten().or(hours_each).unwrap_or(0.0);
        let hours = instances.iter().zip(shares).map(|(instance, share)| share * of_sample(instance.of.0)).collect();
        Self { hours, hours_each, judged: noted.len() as u64 }
    }

    /// Working time of an instance, in hours; 0 while there is no median.
    pub(super) fn hours_of(&self, at: usize) -> f64 {
        self.hours[at]
    }

    /// The median of a disagreement, in hours; `None` while nobody has judged.
    pub(super) fn hours_each(&self) -> Option<f64> {
        self.hours_each
    }

    /// How many disagreements the median is of.
    pub(super) fn judged(&self) -> u64 {
        self.judged
    }
}

/// The disagreements of a sample as a judge has them before them.
struct Disputed {
    count: usize,
    /// Which of them an object is in.
    of: BTreeMap<(usize, ObjectId), usize>,
}

impl Disputed {
    fn of(said: &SaidBy, place: usize, rules: &ReviewRules) -> Self {
        let id = &said.samples[place].id;
        let there = said.by.iter().enumerate().filter_map(|(who, (name, sets))| Some((who, name, sets.get(id)?)));
        let people: Vec<(usize, Opinion<'_>)> =
            there.map(|(who, name, said)| (who, Opinion { annotator: name, labels: &said.labels })).collect();
        let opinions: Vec<Opinion<'_>> = people.iter().map(|(_, opinion)| *opinion).collect();
        let who: BTreeMap<&str, usize> = people.iter().map(|(who, opinion)| (opinion.annotator, *who)).collect();
        let disagreements = compare(&opinions, rules).disagreements;
        let mut of = BTreeMap::new();
        for (at, found) in disagreements.iter().enumerate() {
            for member in &found.members {
                of.insert((who[member.annotator.as_str()], member.object.clone()), at);
            }
        }
        Self { count: disagreements.len(), of }
    }

    /// What part of its disagreement each of these instances is.
    fn share(&self, said: &SaidBy, instances: &[Instance], at: &[usize], shares: &mut [f64]) {
        let holder = |instance: &Instance| {
            let (sample, a, b) = instance.of;
            let object = |who: usize, object: Option<usize>| {
                let id = said.of(who, sample)?.labels.objects.get(object?)?.id.clone();
                self.of.get(&(who, id)).copied()
            };
            object(a, instance.objects.0).or_else(|| object(b, instance.objects.1))
        };
        let mut sizes: BTreeMap<usize, usize> = BTreeMap::new();
        let held: Vec<Option<usize>> = at.iter().map(|at| holder(&instances[*at])).collect();
        held.iter().flatten().for_each(|disagreement| *sizes.entry(*disagreement).or_default() += 1);
        for (at, disagreement) in at.iter().zip(held) {
            // At another overlap than the policy's somebody can differ in what is no disagreement to a judge.
            shares[*at] = disagreement.map_or(0.0, |disagreement| 1.0 / sizes[&disagreement] as f64);
        }
    }
}

/// The middle value, or the mean of the two in the middle; `None` of nothing.
fn median(values: &mut [f64]) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    let upper = *values.get(middle)?;
    Some(if values.len() % 2 == 1 { upper } else { f64::midpoint(values[middle - 1], upper) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_the_middle() {
        assert_eq!(median(&mut []), None);
        assert_eq!(median(&mut [3.0, 1.0, 2.0]), Some(2.0));
        assert_eq!(median(&mut [4.0, 1.0, 3.0, 2.0]), Some(2.5));
    }
}
