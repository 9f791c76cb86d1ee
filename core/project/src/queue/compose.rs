//! An annotator's queue, task by task: mostly by rank, a share at random, a share where the model sees nothing, and a
//! share whose answer is known.

use concord_domain::draw::{Purpose, number};
use concord_domain::policy::{AssignmentRules, Policy, QueueRules};
use concord_language::say;
use concord_store::{Reader, Return};
use rayon::prelude::*;

use super::batch::{self, Picked};
use super::parts::PartName;
use super::ranking::Ranking;
use super::standing::Standing;
use super::{Queue, QueueOptions};
use crate::ProjectError;

/// Keeps the rounding of a share from moving a task.
const TOLERANCE: f64 = 1e-9;

/// Why a task is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Because {
    /// By its rank.
    Rank,
    /// It was drawn; so it is said of a task whose answer is known.
    Random,
    /// The model sees nothing there.
    Blank,
    /// A reviewer sent it back.
    SentBack,
    /// It is labelled again.
    Again,
}

impl Because {
    /// The part of the score that says so.
    pub(super) fn part(self) -> Option<PartName> {
        match self {
            Self::Rank => None,
            Self::Random => Some(PartName::Random),
            Self::Blank => Some(PartName::Blank),
            Self::SentBack => Some(PartName::SentBack),
            Self::Again => Some(PartName::Campaign),
        }
    }
}

/// What kind of task stands at a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Slot {
    Rank,
    Random,
    Blank,
    Honeypot,
}

/// The kind of the task with this number, counted from 0 over all that an annotator does. Kinds come at even intervals,
/// so that any stretch of tasks has its share of each; only where answers are known is drawn.
pub(super) fn slot(rules: &QueueRules, assignment: &AssignmentRules, annotator: &str, task: u64) -> Slot {
    if assignment.is_honeypot_place(annotator, task) {
        return Slot::Honeypot;
    }
    let quota = rules.random_share + rules.blank_share;
    let full = |share: f64, n: u64| (n as f64 * share + TOLERANCE).floor() as u64;
    let before = full(quota, task);
    if full(quota, task + 1) == before {
        return Slot::Rank;
    }
    let blanks = rules.blank_share / quota;
    if full(blanks, before + 1) > full(blanks, before) { Slot::Blank } else { Slot::Random }
}

/// From what tasks are taken; each list has those to be given first in front. Whatever is in the others is in `ranked`.
#[derive(Debug, Default)]
pub(super) struct Lists {
    /// By rank.
    pub(super) ranked: Vec<Picked>,
    /// At random.
    pub(super) random: Vec<usize>,
    /// Where the model sees nothing.
    pub(super) blank: Vec<usize>,
    /// With known answers; these need not be in `ranked`.
    pub(super) honeypots: Vec<usize>,
}

/// Takes tasks from the lists, every sample once. A list that has nothing left is stood in for by the ranked one.
pub(super) fn compose(lists: Lists, places: usize, slot: impl Fn(u64) -> Slot, from: u64) -> Vec<(Picked, Because)> {
    let total = lists.ranked.len();
    let mut taken = vec![false; places];
    let mut ranked = lists.ranked.into_iter();
    let [mut random, mut blank, mut honeypots] = [lists.random, lists.blank, lists.honeypots].map(Vec::into_iter);
    let mut tasks: Vec<(Picked, Because)> = Vec::with_capacity(total);
    let mut group = None;
    for number in from.. {
        let drawn = match slot(number) {
            Slot::Rank => None,
            Slot::Random => random.find(|place| !taken[*place]).map(|place| (place, Because::Random)),
            Slot::Blank => blank.find(|place| !taken[*place]).map(|place| (place, Because::Blank)),
            Slot::Honeypot => honeypots.find(|place| !taken[*place]).map(|place| (place, Because::Random)),
        };
        let (picked, because) = match drawn {
            // It stands among the group where it comes, so that nothing tells it from the others.
            Some((place, because)) => (Picked { place, distance: None, group }, because),
            None => match ranked.find(|picked| !taken[picked.place]) {
                Some(picked) => (picked, Because::Rank),
                None => break,
            },
        };
        group = picked.group;
        taken[picked.place] = true;
        tasks.push((picked, because));
    }
    tasks
}

/// The queue of one annotator.
pub(super) fn queue(
    ranking: &Ranking,
    reader: &Reader,
    policy: &Policy,
    rules: &QueueRules,
    standing: &Standing,
    options: &QueueOptions,
) -> Result<Queue, ProjectError> {
    let scores = ranking.scores(rules);
    let id = |place: usize| &ranking.samples()[place].id;
    let order = ranking.order(rules);
    // What was sent back comes before everything else, for somebody waits for it; then what is labelled again.
    let (returned, order): (Vec<usize>, Vec<usize>) =
        order.into_iter().partition(|place| standing.sent_back().contains_key(id(*place)));
    let (again, order): (Vec<usize>, Vec<usize>) =
        order.into_iter().partition(|place| standing.again().contains_key(id(*place)));
    let visible = order.into_iter().filter(|place| !standing.is_hidden(id(*place)));
    // What enough people have labelled comes behind all that still wants somebody.
    let (open, enough): (Vec<usize>, Vec<usize>) = visible.partition(|place| !standing.is_enough(id(*place)));
    let front_of = if open.is_empty() { &enough } else { &open };
    let size = options.batch.unwrap_or(rules.batch_size as usize);
    let front = batch::front(ranking, reader, front_of, &scores, rules, size)?;
    let mut random: Vec<(f64, usize)> =
        front_of.par_iter().map(|place| (number(rules.seed, Purpose::Random, &id(*place).0), *place)).collect();
    random.par_sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    let random: Vec<usize> = random.into_iter().map(|(_, place)| place).collect();
    let honeypots = standing.honeypots(ranking.samples(), &policy.assignment);
    let before = returned.len() + again.len();
    let (batch, waiting) = (before + front.len(), before + open.len() + enough.len());
    let rest = open.into_iter().chain(enough).map(Picked::by_rank);
    let lists = Lists {
        blank: random.iter().copied().filter(|place| ranking.is_blank(*place)).collect(),
        random,
        ranked: front.into_iter().chain(rest).collect(),
        honeypots,
    };
    let at = |task: u64| slot(rules, &policy.assignment, &standing.annotator, task);
    let tasks = compose(lists, ranking.len(), at, standing.tasks_done);
    let top = options.top.unwrap_or(usize::MAX);
    let returned = returned.into_iter().map(|place| (Picked::by_rank(place), Because::SentBack));
    let again = again.into_iter().map(|place| (Picked::by_rank(place), Because::Again));
    let items = returned.chain(again).chain(tasks).take(top).map(|(picked, because)| {
        let mut item = ranking.item(&picked, because, &scores, rules, policy);
        if let Some(Return { by, reason, .. }) = standing.sent_back().get(&item.sample) {
            item.reasons.insert(0, say!("queue-sent-back", by = by, reason = reason));
        }
        if let Some((name, reason)) = standing.again().get(&item.sample) {
            item.withholds_suggestions = true;
            item.reasons.insert(0, say!("queue-campaign", name = name, reason = reason));
        }
        item
    });
    Ok(ranking.queue(items.collect(), waiting, batch.min(top)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn by_rank(places: impl IntoIterator<Item = usize>) -> Vec<Picked> {
        places.into_iter().map(Picked::by_rank).collect()
    }

    #[test]
    fn shares_come_at_even_intervals() {
        let (rules, assignment) = (QueueRules::default(), AssignmentRules::default());
        let kinds: Vec<Slot> = (0..2000).map(|task| slot(&rules, &assignment, "ana", task)).collect();
        for stretch in kinds.chunks(100) {
            let count = |kind: Slot| stretch.iter().filter(|k| **k == kind).count();
            assert_eq!((count(Slot::Random), count(Slot::Blank), count(Slot::Honeypot)), (10, 5, 0));
        }
        let all = QueueRules { random_share: 1.0, blank_share: 0.0, ..rules };
        assert!((0..50).all(|task| slot(&all, &assignment, "ana", task) == Slot::Random));
    }

    #[test]
    fn tasks_are_taken_from_their_lists_once() {
        let lists = Lists {
            ranked: by_rank([0, 1, 2, 3, 4]),
            random: vec![1, 0, 4, 2, 3],
            blank: vec![1],
            honeypots: vec![6, 5],
        };
        let kinds = [Slot::Rank, Slot::Random, Slot::Blank, Slot::Honeypot, Slot::Random];
        let tasks = compose(lists, 7, |task| kinds.get(task as usize).copied().unwrap_or(Slot::Rank), 0);
        let found: Vec<(usize, Because)> = tasks.iter().map(|(p, b)| (p.place, *b)).collect();
        let expected = [
            (0, Because::Rank),
            (1, Because::Random),
            // Nothing blank is left, so that the next by rank comes.
            (2, Because::Rank),
            (6, Because::Random),
            (4, Because::Random),
            (3, Because::Rank),
        ];
        assert_eq!(found, expected);
    }

    proptest! {
        #[test]
        fn every_sample_is_given_once_and_those_by_rank_keep_their_order(
            n in 0_usize..60, seed: u64, random in 0.0..0.5_f64, blank in 0.0..0.5_f64, from in 0_u64..100,
        ) {
            let rules = QueueRules { random_share: random, blank_share: blank, ..QueueRules::default() };
            let assignment = AssignmentRules { seed, ..AssignmentRules::default() };
            let mut shuffled: Vec<usize> = (0..n).collect();
            concord_metrics::rng::Stream::new(seed, "compose", "random", 0).shuffle(&mut shuffled);
            let half = shuffled.iter().copied().filter(|p| p % 2 == 0).collect();
            let lists = Lists { ranked: by_rank(0..n), random: shuffled, blank: half, honeypots: vec![] };
            let tasks = compose(lists, n, |task| slot(&rules, &assignment, "ana", task), from);
            let ranked: Vec<usize> =
                tasks.iter().filter(|t| t.1 == Because::Rank).map(|t| t.0.place).collect();
            prop_assert!(ranked.is_sorted());
            let mut all: Vec<usize> = tasks.iter().map(|t| t.0.place).collect();
            all.sort_unstable();
            prop_assert_eq!(all, (0..n).collect::<Vec<_>>());
        }
    }
}
