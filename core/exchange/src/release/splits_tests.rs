//! Tests of the splits: their post-conditions on made-up and on arbitrary groups.

use proptest::prelude::*;

use super::*;

fn sample(id: String, labels: &[(&str, u64)], may_validate: bool) -> SplitSample {
    let labels = labels.iter().map(|(l, c)| ((*l).to_owned(), *c)).collect();
    SplitSample { id: SampleId(id), labels, may_validate }
}

/// Groups of one to four samples with three classes of different rarity.
fn groups(count: u64, seed: u64) -> Vec<Vec<SplitSample>> {
    let mut stream = Stream::new(seed, "", "test", 0);
    let mut group = |g: u64| {
        let size = 1 + stream.below(4);
        let mut one = |s: u64| {
            let labels =
                [("bolt", stream.below(5)), ("nut", stream.below(2)), ("rare", u64::from(stream.below(8) == 0))];
            sample(format!("{g:05}-{s}"), &labels, true)
        };
        (0..size).map(&mut one).collect()
    };
    (0..count).map(&mut group).collect()
}

fn share(groups: &[Vec<SplitSample>], splits: &BTreeMap<SampleId, Split>, split: Split, label: &str) -> (f64, f64) {
    let count = |s: &SplitSample| s.labels.get(label).copied().unwrap_or(0) as f64;
    let total: f64 = groups.iter().flatten().map(count).sum();
    let here: f64 = groups.iter().flatten().filter(|s| splits[&s.id] == split).map(count).sum();
    (here / total, total)
}

#[test]
fn every_label_gets_its_share() {
    let fractions = Fractions::default();
    for seed in 0..20 {
        let groups = groups(400, seed);
        let splits = assign_splits(&groups, &fractions, 7).expect("valid input");
        for label in ["bolt", "nut", "rare"] {
            for (split, aim) in Split::ALL.into_iter().zip(fractions.checked().expect("valid fractions")) {
                let (share, total) = share(&groups, &splits, split, label);
                let of_group = |g: &Vec<SplitSample>| g.iter().map(|s| s.labels[label]).sum::<u64>();
                let largest = groups.iter().map(of_group).max().unwrap_or(0) as f64;
                assert!(total >= 50.0, "the test needs support");
                let tolerance = (largest / total).max(0.02);
                assert!((share - aim).abs() <= tolerance, "seed {seed}, {label} in {split:?}: {share} for {aim}");
            }
        }
    }
}

#[test]
fn samples_that_may_not_validate_train() {
    let mut groups = groups(60, 3);
    for group in groups.iter_mut().step_by(3) {
        group[0].may_validate = false;
    }
    let splits = assign_splits(&groups, &Fractions::default(), 7).expect("valid input");
    assert!(groups.iter().step_by(3).flatten().all(|s| splits[&s.id] == Split::Train));
    assert!(splits.values().any(|s| *s == Split::Test));
    let no_train = Fractions { train: 0.0, val: 0.5, test: 0.5 };
    assert!(assign_splits(&groups, &no_train, 7).is_err());
}

#[test]
fn odd_input_is_refused_or_empty() {
    assert!(assign_splits(&[], &Fractions::default(), 0).expect("nothing to do").is_empty());
    assert!(assign_splits(&[vec![]], &Fractions::default(), 0).expect("nothing to do").is_empty());
    let twice = vec![vec![sample("a".to_owned(), &[], true)], vec![sample("a".to_owned(), &[], true)]];
    assert!(assign_splits(&twice, &Fractions::default(), 0).is_err());
    for bad in [[0.5, 0.5, 0.5], [1.5, -0.5, 0.0], [f64::NAN, 0.5, 0.5]] {
        let fractions = Fractions { train: bad[0], val: bad[1], test: bad[2] };
        assert!(assign_splits(&[], &fractions, 0).is_err(), "{bad:?}");
    }
}

#[test]
fn samples_without_labels_are_split_by_number() {
    let groups: Vec<Vec<SplitSample>> = (0..100).map(|i| vec![sample(format!("{i:03}"), &[], true)]).collect();
    let splits = assign_splits(&groups, &Fractions::default(), 1).expect("valid input");
    let count = |split: Split| splits.values().filter(|s| **s == split).count();
    assert_eq!([count(Split::Train), count(Split::Val), count(Split::Test)], [80, 10, 10]);
    let other = assign_splits(&groups, &Fractions::default(), 2).expect("valid input");
    assert_ne!(splits, other, "the seed matters");
}

proptest! {
    #[test]
    fn no_sample_is_lost_no_group_is_torn_and_order_does_not_matter(
        shape in proptest::collection::vec(proptest::collection::vec((0..4_u64, 0..3_u64, any::<bool>()), 0..5), 0..30),
        seed in any::<u64>(), val in 0.0..0.5_f64,
    ) {
        let mut groups: Vec<Vec<SplitSample>> = shape
            .iter()
            .enumerate()
            .map(|(g, group)| {
                let one = |(s, (a, b, v)): (usize, &(u64, u64, bool))| sample(format!("{g}-{s}"), &[("a", *a), ("b", *b)], *v);
                group.iter().enumerate().map(one).collect()
            })
            .collect();
        let fractions = Fractions { train: 1.0 - val, val, test: 0.0 };
        let splits = assign_splits(&groups, &fractions, seed).expect("valid input");
        prop_assert_eq!(splits.len(), groups.iter().map(Vec::len).sum::<usize>());
        for group in &groups {
            prop_assert!(group.iter().all(|s| splits[&s.id] == splits[&group[0].id]));
            prop_assert!(group.iter().all(|s| s.may_validate || splits[&s.id] == Split::Train));
            prop_assert!(group.iter().all(|s| splits[&s.id] != Split::Test));
        }
        groups.reverse();
        for group in &mut groups {
            group.reverse();
        }
        prop_assert_eq!(assign_splits(&groups, &fractions, seed).expect("valid input"), splits);
    }
}
