//! The queue as the Label screen holds it: a fixed order, where one stands, and what is done.

use std::collections::{BTreeMap, BTreeSet};

use concord_domain::sample::SampleId;
use concord_project::queue::{Away, Queue, Ranked};

/// A queue on its way from the job that ranked it.
#[derive(Debug)]
pub struct QueueLoaded {
    /// The ranked samples.
    pub queue: Queue,
    /// What the person at the desk submitted or skipped.
    pub done: BTreeSet<SampleId>,
    /// What others hold or the person at the desk put off.
    pub away: BTreeMap<SampleId, Away>,
    /// Whether samples that are done were ranked too.
    pub all: bool,
}

/// The queue on the screen. Its order stays until it is asked for again, so that nothing jumps.
#[derive(Debug, Default)]
pub struct QueueModel {
    items: Vec<Ranked>,
    places: BTreeMap<SampleId, usize>,
    at: Option<usize>,
    done: BTreeSet<SampleId>,
    /// What others hold or the person at the desk put off; it is passed by on the way to the next open sample.
    pub away: BTreeMap<SampleId, Away>,
    /// The model whose uncertainty ranks the queue.
    pub model: Option<String>,
    /// Whether samples that are done are listed too.
    pub all: bool,
    /// A sample that is gone to as soon as it is listed.
    pub sought: Option<SampleId>,
    /// False until the first queue has come.
    pub is_loaded: bool,
}

/// Which way to walk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// Down the queue.
    Forward,
    /// Up the queue.
    Back,
}

impl QueueModel {
    /// Takes over a new order; the current sample stays current when it is still there.
    pub fn load(&mut self, loaded: QueueLoaded) {
        let current = self.current().map(|r| r.sample.clone());
        self.items = loaded.queue.items;
        self.places = self.items.iter().enumerate().map(|(i, r)| (r.sample.clone(), i)).collect();
        self.done = loaded.done;
        self.away = loaded.away;
        self.model = loaded.queue.model;
        self.all = loaded.all;
        self.is_loaded = true;
        self.at = current.and_then(|id| self.places.get(&id).copied());
        if self.at.is_none() {
            self.at = self.items.iter().position(|r| self.is_open(&r.sample));
            self.at = self.at.or((!self.items.is_empty()).then_some(0));
        }
    }

    /// The samples in order.
    pub fn items(&self) -> &[Ranked] {
        &self.items
    }

    /// Where one stands.
    pub fn at(&self) -> Option<usize> {
        self.at
    }

    /// The current sample.
    pub fn current(&self) -> Option<&Ranked> {
        self.items.get(self.at?)
    }

    /// Goes to a place; false when there is none or one stands there already.
    pub fn go_to(&mut self, place: usize) -> bool {
        let moves = place < self.items.len() && self.at != Some(place);
        if moves {
            self.at = Some(place);
        }
        moves
    }

    /// Places of samples that fit a text, at most `most`: the place of that number, counted from 1 and written without
    /// zeros in front, then those whose path holds the text in either case, in the order of the queue. None for an empty
    /// text.
    pub fn search(&self, text: &str, most: usize) -> Vec<usize> {
        let text = text.trim().to_lowercase();
        if text.is_empty() {
            return vec![];
        }
        // With zeros in front it is a part of a name.
        let number = text.parse::<usize>().ok().filter(|_| !text.starts_with('0')).and_then(|n| n.checked_sub(1));
        let number = number.filter(|n| *n < self.items.len());
        let named = self.items.iter().enumerate().filter(|(_, ranked)| ranked.path.to_lowercase().contains(&text));
        let named = named.map(|(place, _)| place).filter(|place| Some(*place) != number);
        number.into_iter().chain(named).take(most).collect()
    }

    /// Where a sample stands, if it is listed.
    pub fn place_of(&self, sample: &SampleId) -> Option<usize> {
        self.places.get(sample).copied()
    }

    /// The place one step away.
    pub fn neighbour(&self, way: Way) -> Option<usize> {
        let place = self.at?.checked_add_signed(if way == Way::Forward { 1 } else { -1 })?;
        (place < self.items.len()).then_some(place)
    }

    /// The nearest place with a sample that is neither done nor away; forward it goes on at the top after the end.
    pub fn next_open(&self, way: Way) -> Option<usize> {
        let at = self.at?;
        let open = |place: &usize| self.is_open(&self.items[*place].sample);
        match way {
            Way::Forward => (at + 1..self.items.len()).chain(0..at).find(open),
            Way::Back => (0..at).rev().find(open),
        }
    }

    /// True when the sample is submitted or skipped.
    pub fn is_done(&self, sample: &SampleId) -> bool {
        self.done.contains(sample)
    }

    fn is_open(&self, sample: &SampleId) -> bool {
        !self.is_done(sample) && !self.away.contains_key(sample)
    }

    /// Notes that a sample is done, or that it is open again.
    pub fn mark(&mut self, sample: &SampleId, done: bool) {
        if done {
            self.done.insert(sample.clone());
        } else {
            self.done.remove(sample);
        }
    }

    /// How many of the listed samples are still to do.
    pub fn open_count(&self) -> usize {
        let done = self.done.iter().filter(|s| self.places.contains_key(*s)).count();
        self.items.len() - done
    }
}

/// The places whose images are wanted, the most urgent first: the current one, three ahead, one behind.
pub fn wanted(at: usize, len: usize) -> Vec<usize> {
    [0_isize, 1, 2, 3, -1].into_iter().filter_map(|by| at.checked_add_signed(by)).filter(|p| *p < len).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ranked(id: &str) -> Ranked {
        Ranked {
            sample: SampleId(id.to_owned()),
            path: format!("{id}.png"),
            score: 1.0,
            uncertainty_bits: None,
            uncertainty_rank: 1.0,
            slice: "all".to_owned(),
            slice_weight: 1.0,
            staleness: 1.0,
            parts: vec![],
            group: None,
            withholds_suggestions: false,
            reasons: vec![],
        }
    }

    fn loaded(ids: &[&str], done: &[&str]) -> QueueLoaded {
        let items: Vec<Ranked> = ids.iter().map(|id| ranked(id)).collect();
        let queue = Queue { waiting: items.len() as u64, items, ..Queue::default() };
        let done = done.iter().map(|id| SampleId((*id).to_owned())).collect();
        QueueLoaded { queue, done, away: BTreeMap::new(), all: true }
    }

    #[test]
    fn the_current_sample_stays_current_when_the_order_changes() {
        let mut queue = QueueModel::default();
        queue.load(loaded(&["a", "b", "c"], &["a"]));
        assert_eq!(queue.at(), Some(1), "the first that is not done");
        queue.load(loaded(&["c", "a", "b"], &[]));
        assert_eq!(queue.current().map(|r| r.sample.0.as_str()), Some("b"));
        queue.load(loaded(&["x"], &[]));
        assert_eq!(queue.current().map(|r| r.sample.0.as_str()), Some("x"));
        queue.load(loaded(&[], &[]));
        assert_eq!(queue.at(), None);
    }

    #[test]
    fn a_sample_is_found_by_its_number_and_by_its_path() {
        let mut queue = QueueModel::default();
        queue.load(loaded(&["b/12", "a/2", "c/x", "d/X2"], &[]));
        assert_eq!(queue.search("2", 8), [1, 0, 3], "the second, then the others with a 2");
        assert_eq!(queue.search(" X", 8), [2, 3]);
        assert_eq!(queue.search("x", 1), [2]);
        assert_eq!(queue.search("5", 8), [] as [usize; 0]);
        assert_eq!(queue.search("0", 8), [] as [usize; 0]);
        assert_eq!(queue.search("02", 8), [] as [usize; 0]);
        assert_eq!(queue.search("  ", 8), [] as [usize; 0]);
    }

    #[test]
    fn walking_to_open_samples_goes_on_at_the_top() {
        let mut queue = QueueModel::default();
        queue.load(loaded(&["a", "b", "c", "d"], &["d"]));
        assert!(queue.go_to(2));
        assert_eq!(queue.next_open(Way::Forward), Some(0));
        assert_eq!(queue.next_open(Way::Back), Some(1));
        assert_eq!(queue.neighbour(Way::Forward), Some(3));
        for id in ["a", "b", "c"] {
            queue.mark(&SampleId(id.to_owned()), true);
        }
        assert_eq!((queue.next_open(Way::Forward), queue.open_count()), (None, 0));
    }

    #[test]
    fn what_others_hold_is_passed_by() {
        let mut queue = QueueModel::default();
        let held = Away::Held { by: vec!["ben".to_owned()], until_utc_ms: 9 };
        let away = BTreeMap::from([
            (SampleId("a".to_owned()), held),
            (SampleId("c".to_owned()), Away::PutOff { until_utc_ms: 9 }),
        ]);
        queue.load(QueueLoaded { away, ..loaded(&["a", "b", "c", "d"], &[]) });
        assert_eq!((queue.at(), queue.next_open(Way::Forward)), (Some(1), Some(3)));
        assert_eq!((queue.next_open(Way::Back), queue.neighbour(Way::Back)), (None, Some(0)));
        queue.away.clear();
        assert_eq!(queue.next_open(Way::Back), Some(0));
    }

    #[test]
    fn what_is_ahead_is_fetched_before_what_is_behind() {
        assert_eq!(wanted(5, 100), [5, 6, 7, 8, 4]);
        assert_eq!(wanted(0, 2), [0, 1]);
        assert_eq!(wanted(0, 0), [] as [usize; 0]);
    }
}
