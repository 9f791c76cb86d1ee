//! A batch: samples that differ from each other and from what is labelled, in groups of similar ones, which spares people
//! switching their minds.

use concord_domain::policy::QueueRules;
use concord_domain::sample::SampleId;
use concord_metrics::ranking::{
    MAX_LABELLED, PickRule, Points, Pool, TaskSize, group_tasks, normalise_rows, select_batch, summarise,
};
use concord_store::Reader;

use super::ranking::Ranking;
use crate::ProjectError;

/// How many candidates a batch is chosen from, in batches.
const CANDIDATES: usize = 10;
/// What a class or a slice that differs adds to the distance of two samples, above any of their embeddings, whose
/// distance is 2 at most.
const APART: f32 = 2.0;

/// A sample that was picked, by its place in the ranking.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Picked {
    /// The place.
    pub(super) place: usize,
    /// Distance to what is labelled or was picked before it, where that decided.
    pub(super) distance: Option<f64>,
    /// The group of similar samples.
    pub(super) group: Option<u32>,
}

impl Picked {
    /// A sample that stands where it does by its score alone.
    pub(super) fn by_rank(place: usize) -> Self {
        Self { place, distance: None, group: None }
    }
}

/// The batch at the front of `order`: `size` samples or all there are, in groups.
pub(super) fn front(
    ranking: &Ranking,
    reader: &Reader,
    order: &[usize],
    scores: &[f64],
    rules: &QueueRules,
    size: usize,
) -> Result<Vec<Picked>, ProjectError> {
    let size = size.min(order.len());
    if size == 0 {
        return Ok(vec![]);
    }
    let candidates = &order[..order.len().min(size.saturating_mul(CANDIDATES))];
    let ids: Vec<&SampleId> = candidates.iter().map(|place| &ranking.samples()[*place].id).collect();
    let embeddings = Embeddings::load(reader, &ids)?;
    let scores: Vec<f64> = candidates.iter().map(|place| scores[*place]).collect();
    let picks = pick(&scores, &embeddings, rules.diversity, size)?;
    let mut classes: Vec<Option<String>> = Vec::with_capacity(picks.len());
    for (at, _) in &picks {
        classes.push(likeliest_class(ranking, reader, ids[*at])?);
    }
    let slices: Vec<&[u32]> = picks.iter().map(|(at, _)| ranking.slices_of(candidates[*at])).collect();
    let vectors: Vec<Option<&[f32]>> = picks.iter().map(|(at, _)| embeddings.rows[*at].as_deref()).collect();
    let groups = group(&classes, &slices, &vectors, rules.seed)?;
    let member = |group: u32, at: usize| {
        let (candidate, distance) = picks[at];
        Picked { place: candidates[candidate], distance, group: Some(group) }
    };
    Ok((0..).zip(groups).flat_map(|(group, of)| of.into_iter().map(move |at| member(group, at))).collect())
}

/// The class of the best prediction of the run on a sample.
fn likeliest_class(ranking: &Ranking, reader: &Reader, sample: &SampleId) -> Result<Option<String>, ProjectError> {
    let Some(run) = ranking.run() else { return Ok(None) };
    let found = reader.suggestions(&run.id, sample)?.into_iter().map(|s| s.prediction);
    // The first among equals is the earlier prediction, for the better one replaces only a worse one.
    Ok(found.reduce(|best, next| if next.score > best.score { next } else { best }).map(|p| p.class))
}

/// Embeddings of candidates, scaled to length 1, and of what is labelled.
#[derive(Debug, Default)]
pub(super) struct Embeddings {
    /// One a candidate, where there is one.
    pub(super) rows: Vec<Option<Vec<f32>>>,
    /// Those of labelled samples, one after the other.
    pub(super) labelled: Vec<f32>,
    /// Numbers an embedding; 0 without any.
    pub(super) dimensions: usize,
}

impl Embeddings {
    fn load(reader: &Reader, ids: &[&SampleId]) -> Result<Self, ProjectError> {
        let Some(run) = reader.embedding_run()? else {
            return Ok(Self { rows: vec![None; ids.len()], ..Self::default() });
        };
        let rows = ids.iter().map(|id| reader.embedding(&run, id)).collect::<Result<Vec<_>, _>>()?;
        Ok(Self::new(rows, reader.labelled_embeddings(&run, MAX_LABELLED)?))
    }

    /// Those with the dimensions of the first and finite numbers.
    pub(super) fn new(rows: Vec<Option<Vec<f32>>>, labelled: Vec<Vec<f32>>) -> Self {
        let dimensions = rows.iter().flatten().map(Vec::len).find(|n| *n > 0).unwrap_or(0);
        let fits = |row: &Vec<f32>| dimensions > 0 && row.len() == dimensions && row.iter().all(|v| v.is_finite());
        let unit = |mut row: Vec<f32>| {
            normalise_rows(&mut row, dimensions);
            row
        };
        Self {
            rows: rows.into_iter().map(|row| row.filter(fits).map(unit)).collect(),
            labelled: labelled.into_iter().filter(fits).flat_map(unit).collect(),
            dimensions,
        }
    }
}

/// Which candidates, given in order of falling score, make the batch, with their distances; in the order of picking.
///
/// Candidates without an embedding are taken as far as their score alone brings them into the batch; the rest of it is
/// chosen among those that have one, each time the one with the largest `score · distance^diversity`.
pub(super) fn pick(
    scores: &[f64],
    embeddings: &Embeddings,
    diversity: f64,
    size: usize,
) -> Result<Vec<(usize, Option<f64>)>, ProjectError> {
    let with: Vec<usize> = (0..scores.len()).filter(|at| embeddings.rows[*at].is_some()).collect();
    if diversity <= 0.0 || with.len() < 2 {
        return Ok((0..size.min(scores.len())).map(|at| (at, None)).collect());
    }
    let without: Vec<usize> = (0..size.min(scores.len())).filter(|at| embeddings.rows[*at].is_none()).collect();
    let values: Vec<f32> = with.iter().filter_map(|at| embeddings.rows[*at].as_deref()).flatten().copied().collect();
    let labelled = Points::new(&embeddings.labelled, embeddings.dimensions)?;
    let summary = (labelled.len() >= MAX_LABELLED).then(|| summarise(labelled, 0));
    let labelled = match &summary {
        Some(summary) => Points::new(summary, embeddings.dimensions)?,
        None => labelled,
    };
    // The largest score^(1/δ) · distance is the largest score · distance^δ.
    let powers: Vec<f64> = with.iter().map(|at| libm::pow(scores[*at].max(0.0), 1.0 / diversity)).collect();
    let pool = Pool { candidates: Points::new(&values, embeddings.dimensions)?, scores: &powers, labelled };
    let chosen = select_batch(&pool, PickRule::ScoreTimesDistance, size.saturating_sub(without.len()))?;
    let chosen = chosen.into_iter().map(|pick| (with[pick.index], pick.distance));
    Ok(chosen.chain(without.into_iter().map(|at| (at, None))).collect())
}

/// Groups of one class and one slice as far as may be, and near in embedding within.
pub(super) fn group(
    classes: &[Option<String>],
    slices: &[&[u32]],
    embeddings: &[Option<&[f32]>],
    seed: u64,
) -> Result<Vec<Vec<usize>>, ProjectError> {
    let mut names: Vec<&str> = classes.iter().flatten().map(String::as_str).collect();
    names.sort_unstable();
    names.dedup();
    let slice_count = slices.iter().flat_map(|of| of.iter()).max().map_or(0, |n| *n as usize + 1);
    let embedded = embeddings.iter().flatten().map(|row| row.len()).max().unwrap_or(0);
    let dimensions = (names.len() + slice_count + embedded).max(1);
    let mut values = vec![0.0_f32; dimensions * classes.len()];
    for (row, values) in values.chunks_exact_mut(dimensions).enumerate() {
        if let Some(at) = classes[row].as_ref().and_then(|class| names.binary_search(&class.as_str()).ok()) {
            values[at] = APART;
        }
        for slice in slices[row] {
            values[names.len() + *slice as usize] = APART;
        }
        if let Some(own) = embeddings[row] {
            values[names.len() + slice_count..][..own.len()].copy_from_slice(own);
        }
    }
    Ok(group_tasks(Points::new(&values, dimensions)?, TaskSize::default(), seed))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_batch_avoids_what_is_alike() {
        // Two samples in each of three directions; what is labelled lies in the first.
        let vectors = [[1.0, 0.0], [2.0, 0.0], [0.0, 1.0], [0.0, 3.0], [-1.0, 0.0]].map(|row| Some(row.to_vec()));
        let rows = vectors.into_iter().chain([None]).collect();
        let embeddings = Embeddings::new(rows, vec![vec![5.0, 0.0]]);
        let scores = [1.0, 0.9, 0.8, 0.7, 0.6, 0.5];
        let places = |diversity: f64, size: usize| -> Vec<usize> {
            pick(&scores, &embeddings, diversity, size).expect("picked").into_iter().map(|(at, _)| at).collect()
        };
        assert_eq!(places(0.0, 3), [0, 1, 2], "by score alone");
        // Worked by hand: 0.6 · 2 is above 0.8 · √2; then only the second direction is away from both.
        assert_eq!(places(1.0, 2), [4, 2]);
        // With the square root of the distance, 0.8 · 2^¼ = 0.951 is above 0.6 · 2^½ = 0.849.
        assert_eq!(places(0.5, 2), [2, 4]);
        assert_eq!(places(1.0, 9).len(), 6, "the one without an embedding comes too");
        let distance = pick(&scores, &embeddings, 1.0, 1).expect("picked")[0].1;
        assert_eq!(distance, Some(2.0));
        let none = Embeddings::new(vec![None; 6], vec![]);
        assert_eq!(pick(&scores, &none, 1.0, 2).expect("picked"), [(0, None), (1, None)]);
    }

    #[test]
    fn groups_hold_one_class_and_one_slice() {
        let classes: Vec<Option<String>> = (0..60).map(|n| Some(["bolt", "nut"][n % 2].to_owned())).collect();
        let slices: Vec<&[u32]> = (0..60).map(|n| if n % 4 < 2 { &[0_u32][..] } else { &[1][..] }).collect();
        let groups = group(&classes, &slices, &[None; 60], 1).expect("grouped");
        let mut all: Vec<usize> = groups.concat();
        all.sort_unstable();
        assert_eq!(all, (0..60).collect::<Vec<_>>(), "every sample is in one group");
        let order = groups.concat();
        let kind = |at: usize| (&classes[at], slices[at]);
        let switches = order.windows(2).filter(|pair| kind(pair[0]) != kind(pair[1])).count();
        assert_eq!(switches, 3, "four kinds, one after the other");
        assert!(group(&[], &[], &[], 1).expect("nothing").is_empty());
    }
}
