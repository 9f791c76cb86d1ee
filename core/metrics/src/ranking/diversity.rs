//! A batch whose samples differ from each other and from what is labelled: greedy k-centre (Sener & Savarese 2018).

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::points::{Points, distance, squared_distance};
use crate::error::MetricsError;

/// Candidates that one task of the thread pool looks at.
const BLOCK: usize = 128;
/// Labelled points that are held against a block of candidates at a time, so that both stay in the cache.
const TILE: usize = 32;
/// Labelled points, spread evenly, that every candidate is held against; the others only where a candidate leads.
const FIRST_LABELLED: usize = 1024;
/// Leading candidates that are held against all labelled points at a time.
const LEADERS: usize = 64;

/// What a batch is chosen from.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pool<'a> {
    /// Embeddings of the candidates; scale them to length 1 first ([`normalise_rows`](super::normalise_rows)).
    pub candidates: Points<'a>,
    /// Queue score of each candidate; NaN and negative numbers count as 0.
    pub scores: &'a [f64],
    /// Embeddings of what is labelled already, may be none. Of more than
    /// [`MAX_LABELLED`](super::MAX_LABELLED) points, hand over [`summarise`](super::summarise)d ones.
    pub labelled: Points<'a>,
}

/// What the next pick has most of.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PickRule {
    /// Score times distance to the nearest labelled or picked point. The default.
    #[default]
    ScoreTimesDistance,
    /// Distance alone, the plain core-set rule.
    Distance,
}

/// One candidate of a batch.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Pick {
    /// Index among the candidates.
    pub index: usize,
    /// Distance to the nearest labelled or earlier picked point when it was picked; none for a first pick with nothing
    /// labelled.
    pub distance: Option<f64>,
}

/// Picks `count` candidates (or all, when there are fewer), one after the other; ties go to the lower index.
///
/// Each pick has the largest score times distance, or distance, to whatever is labelled or picked. With nothing
/// labelled the first is the candidate with the largest score, under either rule. An error when there are not as many
/// scores as candidates, or the labelled points have other dimensions.
///
/// Takes time in candidates · (labelled + count) · dimensions; less with many labelled points, for only candidates that
/// might be picked are held against all of them.
pub fn select_batch(pool: &Pool<'_>, rule: PickRule, count: usize) -> Result<Vec<Pick>, MetricsError> {
    check(pool)?;
    let mut picker = Picker::new(pool, rule);
    let mut picks = Vec::with_capacity(count.min(pool.candidates.len()));
    while picks.len() < count
        && let Some(index) = picker.next()
    {
        picks.push(Pick { index, distance: picker.distance(index) });
        picker.pick(index);
    }
    Ok(picks)
}

/// Largest distance of a candidate that is not picked to the nearest labelled or picked point: what the batch leaves
/// uncovered. None when every candidate is picked, or nothing is labelled or picked; errors as in [`select_batch`].
///
/// Takes time in candidates · (labelled + picks) · dimensions, which may be more than picking took.
pub fn cover_radius(pool: &Pool<'_>, picks: &[Pick]) -> Result<Option<f64>, MetricsError> {
    check(pool)?;
    let mut picker = Picker::new(pool, PickRule::Distance);
    for pick in picks.iter().filter(|pick| pick.index < pool.candidates.len()) {
        picker.pick(pick.index);
    }
    let farthest = if picker.started { picker.leader(PickRule::Distance) } else { None };
    Ok(farthest.map(|at| distance(picker.nearest[at])))
}

fn check(pool: &Pool<'_>) -> Result<(), MetricsError> {
    let lengths = |left_name, left, right_name, right| {
        Err(MetricsError::Lengths { task: "select a batch", left_name, left, right_name, right })
    };
    if pool.scores.len() != pool.candidates.len() {
        return lengths("scores", pool.scores.len(), "candidates", pool.candidates.len());
    }
    if !pool.labelled.is_empty() && pool.labelled.dimensions() != pool.candidates.dimensions() {
        let (labelled, own) = (pool.labelled.dimensions(), pool.candidates.dimensions());
        return lengths("dimensions of labelled points", labelled, "dimensions of candidates", own);
    }
    Ok(())
}

/// State of a candidate that is picked, where others have their squared distance.
const PICKED: f32 = -1.0;

struct Picker<'a> {
    candidates: Points<'a>,
    labelled: Points<'a>,
    scores: &'a [f64],
    rule: PickRule,
    /// Squared distance to the nearest labelled or picked point, infinite without any, or [`PICKED`]. Of candidates that
    /// are not `exact` it is an upper bound.
    nearest: Vec<f32>,
    /// Which candidates have been held against all labelled points.
    exact: Vec<bool>,
    started: bool,
}

impl<'a> Picker<'a> {
    fn new(pool: &Pool<'a>, rule: PickRule) -> Self {
        let n = pool.candidates.len();
        let step = (pool.labelled.len() / FIRST_LABELLED).max(1);
        let mut picker = Self {
            candidates: pool.candidates,
            labelled: pool.labelled,
            scores: pool.scores,
            rule,
            nearest: Vec::new(),
            exact: vec![step == 1; n],
            started: !pool.labelled.is_empty(),
        };
        picker.nearest = picker.nearest_labelled(&(0..n).collect::<Vec<usize>>(), step, BLOCK);
        picker
    }

    /// Squared distances of these candidates to the nearest of every `step`th labelled point; infinite without any.
    fn nearest_labelled(&self, candidates: &[usize], step: usize, block: usize) -> Vec<f32> {
        let mut nearest = vec![f32::INFINITY; candidates.len()];
        nearest.par_chunks_mut(block).zip(candidates.par_chunks(block)).for_each(|(nearest, candidates)| {
            for tile in (0..self.labelled.len()).step_by(TILE * step) {
                let tile = tile..(tile + TILE * step).min(self.labelled.len());
                for (nearest, &at) in nearest.iter_mut().zip(candidates) {
                    let own = self.candidates.row(at);
                    for labelled in tile.clone().step_by(step) {
                        *nearest = nearest.min(squared_distance(own, self.labelled.row(labelled)));
                    }
                }
            }
        });
        nearest
    }

    /// The candidate to be picked; none when all are.
    fn next(&mut self) -> Option<usize> {
        if !self.started {
            return best(self.scores.iter().enumerate().map(|(at, &score)| (usable(score), at))).map(|best| best.1);
        }
        self.leader(self.rule)
    }

    /// The candidate that has most under a rule. An upper bound that leads is made exact, with some that follow, until
    /// an exact number leads: no other can then have more.
    fn leader(&mut self, rule: PickRule) -> Option<usize> {
        loop {
            let value = |at: usize, nearest: f32| self.value(rule, at, nearest);
            let leader = self
                .nearest
                .par_chunks(BLOCK)
                .enumerate()
                .filter_map(|(block, nearest)| {
                    best(nearest.iter().enumerate().filter_map(|(at, &nearest)| value(block * BLOCK + at, nearest)))
                })
                .reduce_with(better)?;
            if self.exact[leader.1] {
                return Some(leader.1);
            }
            let inexact = (0..self.nearest.len()).filter(|&at| !self.exact[at]);
            let mut leaders: Vec<(f64, usize)> = inexact.filter_map(|at| value(at, self.nearest[at])).collect();
            if leaders.len() > LEADERS {
                leaders.select_nth_unstable_by(LEADERS, |a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
                leaders.truncate(LEADERS);
            }
            let leaders: Vec<usize> = leaders.into_iter().map(|leader| leader.1).collect();
            let nearest = self.nearest_labelled(&leaders, 1, LEADERS / 8);
            for (at, nearest) in leaders.into_iter().zip(nearest) {
                self.nearest[at] = self.nearest[at].min(nearest);
                self.exact[at] = true;
            }
        }
    }

    /// What a candidate is compared by; none when it is picked.
    fn value(&self, rule: PickRule, at: usize, nearest: f32) -> Option<(f64, usize)> {
        let weight = match rule {
            PickRule::ScoreTimesDistance => usable(self.scores[at]),
            PickRule::Distance => 1.0,
        };
        (nearest >= 0.0).then(|| (weight * distance(nearest), at))
    }

    fn distance(&self, index: usize) -> Option<f64> {
        self.started.then(|| distance(self.nearest[index]))
    }

    /// Marks a candidate as picked and brings the others' distances up to date.
    fn pick(&mut self, index: usize) {
        self.started = true;
        self.nearest[index] = PICKED;
        let (candidates, newest) = (self.candidates, self.candidates.row(index));
        self.nearest.par_chunks_mut(BLOCK).enumerate().for_each(|(block, nearest)| {
            for (at, nearest) in nearest.iter_mut().enumerate().filter(|(_, nearest)| **nearest >= 0.0) {
                *nearest = nearest.min(squared_distance(candidates.row(block * BLOCK + at), newest));
            }
        });
    }
}

fn usable(score: f64) -> f64 {
    // `max` drops NaN.
    score.max(0.0)
}

fn best(values: impl Iterator<Item = (f64, usize)>) -> Option<(f64, usize)> {
    values.reduce(better)
}

/// The larger value, the lower index among equals: the same in whatever order pairs are compared.
fn better(a: (f64, usize), b: (f64, usize)) -> (f64, usize) {
    if b.0 > a.0 || (b.0 == a.0 && b.1 < a.1) { b } else { a }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::Stream;
    use proptest::prelude::*;

    /// The points of the golden case without the first, which is labelled.
    const GOLDEN: [f32; 10] = [1.0, 0.0, 0.0, 1.0, 5.0, 5.0, 5.0, 6.0, 10.0, 0.0];

    fn points(values: &[f32], dimensions: usize) -> Points<'_> {
        Points::new(values, dimensions).expect("whole rows")
    }

    #[test]
    fn the_plain_rule_picks_the_golden_batch() {
        let pool = Pool { candidates: points(&GOLDEN, 2), scores: &[0.0; 5], labelled: points(&[0.0, 0.0], 2) };
        let got = select_batch(&pool, PickRule::Distance, 3).expect("a valid pool");
        // Independent Python; indices there count the labelled point.
        assert_eq!(got.iter().map(|pick| pick.index + 1).collect::<Vec<_>>(), [5, 4, 1]);
        for (pick, expected) in got.iter().zip([10.0, 7.810_249_675_906_654, 1.0]) {
            assert!((pick.distance.expect("something is labelled") - expected).abs() < 1e-9);
        }
        assert_eq!(cover_radius(&pool, &got).expect("a valid pool"), Some(1.0));
    }

    #[test]
    fn scores_weigh_distances() {
        let pool = Pool {
            candidates: points(&GOLDEN, 2),
            scores: &[9.0, f64::NAN, 1.0, 0.5, 0.1],
            labelled: points(&[0.0, 0.0], 2),
        };
        // By hand: first 9·1 at (1, 0) against 1·√50, ½·√61, ⅒·10; then 1·√41 at (5, 5) against ½·√52, ⅒·9; then
        // ⅒·√50 at (10, 0) against ½·1.
        let got = select_batch(&pool, PickRule::ScoreTimesDistance, 3).expect("a valid pool");
        assert_eq!(got.iter().map(|pick| pick.index).collect::<Vec<_>>(), [0, 2, 4]);
    }

    #[test]
    fn with_nothing_labelled_the_highest_score_begins() {
        let pool =
            Pool { candidates: points(&GOLDEN, 2), scores: &[0.1, 0.9, 0.9, 0.2, 0.3], labelled: points(&[], 2) };
        for rule in [PickRule::Distance, PickRule::ScoreTimesDistance] {
            let got = select_batch(&pool, rule, 2).expect("a valid pool");
            assert_eq!(got[0], Pick { index: 1, distance: None });
        }
        let got = select_batch(&pool, PickRule::Distance, 2).expect("a valid pool");
        // (10, 0) lies farthest from (0, 1).
        assert_eq!(got[1].index, 4);
        let none = select_batch(&pool, PickRule::Distance, 0).expect("a valid pool");
        assert!(none.is_empty());
        assert_eq!(cover_radius(&pool, &none).expect("a valid pool"), None);
    }

    #[test]
    fn more_than_there_are_gives_all_and_equals_go_by_index() {
        let pool = Pool { candidates: points(&[1.0, 1.0, 1.0], 1), scores: &[0.0; 3], labelled: points(&[1.0], 1) };
        let got = select_batch(&pool, PickRule::default(), 9).expect("a valid pool");
        assert_eq!(got.iter().map(|pick| pick.index).collect::<Vec<_>>(), [0, 1, 2]);
        assert_eq!(cover_radius(&pool, &got).expect("a valid pool"), None);
        let empty = Pool { candidates: points(&[], 1), scores: &[], labelled: points(&[], 3) };
        assert!(select_batch(&empty, PickRule::default(), 9).expect("nothing").is_empty());
    }

    #[test]
    fn lists_that_do_not_fit_are_refused() {
        let pool = Pool { candidates: points(&GOLDEN, 2), scores: &[0.0; 4], labelled: points(&[], 2) };
        let error = select_batch(&pool, PickRule::default(), 1).expect_err("a score is missing");
        assert_eq!(error.to_string(), "cannot select a batch: 4 scores for 5 candidates");
        let pool = Pool { candidates: points(&GOLDEN, 2), scores: &[0.0; 5], labelled: points(&[1.0; 3], 3) };
        assert!(select_batch(&pool, PickRule::default(), 1).is_err());
    }

    /// The rule word by word: every distance anew for every pick.
    fn by_brute_force(pool: &Pool<'_>, weighted: bool, count: usize) -> Vec<usize> {
        let mut centres: Vec<&[f32]> = (0..pool.labelled.len()).map(|at| pool.labelled.row(at)).collect();
        let mut picks: Vec<usize> = Vec::new();
        while picks.len() < count.min(pool.candidates.len()) {
            let mut best = (f64::NEG_INFINITY, 0);
            for at in (0..pool.candidates.len()).filter(|at| !picks.contains(at)) {
                let own = pool.candidates.row(at);
                let gap = centres.iter().map(|c| squared_distance(own, c)).fold(f32::INFINITY, f32::min);
                let value = match (centres.is_empty(), weighted) {
                    (true, _) => pool.scores[at],
                    (false, true) => pool.scores[at] * f64::from(gap).sqrt(),
                    (false, false) => f64::from(gap).sqrt(),
                };
                if value > best.0 {
                    best = (value, at);
                }
            }
            picks.push(best.1);
            centres.push(pool.candidates.row(best.1));
        }
        picks
    }

    fn radius(pool: &Pool<'_>, picks: &[usize]) -> Option<f64> {
        let labelled = (0..pool.labelled.len()).map(|at| pool.labelled.row(at));
        let centres: Vec<&[f32]> = labelled.chain(picks.iter().map(|&at| pool.candidates.row(at))).collect();
        let left = (0..pool.candidates.len()).filter(|at| !picks.contains(at) && !centres.is_empty());
        let gap = |at: usize| {
            let gaps = centres.iter().map(|centre| squared_distance(pool.candidates.row(at), centre));
            f64::from(gaps.fold(f32::INFINITY, f32::min)).sqrt()
        };
        left.map(gap).reduce(f64::max)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]

        #[test]
        fn picks_are_those_of_the_rule_on_any_number_of_threads(
            seed: u64, n in 1_usize..400, few in 0_usize..40, many: bool, count in 0_usize..12, weighted: bool,
        ) {
            // Many are more than every candidate is held against at first.
            let labelled = if many { 2 * FIRST_LABELLED + 10 * few } else { few };
            let mut stream = Stream::new(seed, "diversity", "test", 0);
            let mut draw = |n: usize| (0..n * 5).map(|_| stream.next_f64() as f32).collect::<Vec<f32>>();
            let (own, others) = (draw(n), draw(labelled));
            // Few different scores, so that ties occur.
            let scores: Vec<f64> = (0..n).map(|_| stream.below(4) as f64).collect();
            let pool = Pool { candidates: points(&own, 5), scores: &scores, labelled: points(&others, 5) };
            let rule = if weighted { PickRule::ScoreTimesDistance } else { PickRule::Distance };
            let expected = by_brute_force(&pool, weighted, count);
            for threads in [1, 3] {
                let workers = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a thread pool");
                let got = workers.install(|| select_batch(&pool, rule, count)).expect("a valid pool");
                prop_assert_eq!(got.iter().map(|pick| pick.index).collect::<Vec<_>>(), expected.clone());
                prop_assert_eq!(cover_radius(&pool, &got).expect("a valid pool"), radius(&pool, &expected));
            }
        }
    }
}
