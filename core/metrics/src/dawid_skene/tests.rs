//! Golden numbers of three annotators and six items, the edges, and unanimous opinions.

use proptest::prelude::*;

use super::*;

const GOLDEN: [[u32; 6]; 3] = [[0, 0, 1, 1, 0, 1], [0, 0, 1, 1, 1, 1], [0, 1, 1, 0, 0, 0]];

fn opinions(lines: &[[u32; 6]]) -> Vec<Opinion> {
    let each = lines.iter().enumerate();
    each.flat_map(|(annotator, line)| {
        line.iter().enumerate().map(move |(item, &class)| Opinion {
            item: item as u32,
            annotator: annotator as u32,
            class,
        })
    })
    .collect()
}

const SIZES: Sizes = Sizes { items: 6, annotators: 3, classes: 2 };

fn plain(iterations: u32) -> DawidSkeneOptions {
    DawidSkeneOptions { diagonal: 0.0, off_diagonal: 0.0, iterations, ..DawidSkeneOptions::default() }
}

fn check(got: &[f64], expected: &[f64]) {
    assert_eq!(got.len(), expected.len());
    for (got, expected) in got.iter().zip(expected) {
        assert!((got - expected).abs() < 1e-6, "{got} instead of {expected}");
    }
}

fn column(model: &DawidSkene, class: usize) -> Vec<f64> {
    (0..6).map(|item| model.of_item(item)[class]).collect()
}

#[test]
fn the_plain_method_has_the_golden_numbers_of_crowd_kit() {
    let once = dawid_skene(&opinions(&GOLDEN), SIZES, &plain(1)).expect("an estimate");
    let expected = [0.960_784_314, 0.897_435_897, 0.066_666_667, 0.166_666_667, 0.710_144_928, 0.166_666_667];
    check(&column(&once, 0), &expected);
    let done = dawid_skene(&opinions(&GOLDEN), SIZES, &plain(100)).expect("an estimate");
    let labels: Vec<usize> = (0..6).filter_map(|item| done.label(item)).collect();
    assert_eq!(labels, [0, 0, 1, 1, 1, 1]);
    assert!(done.converged && done.iterations < 100);
}

#[test]
fn pseudo_counts_have_the_golden_numbers() {
    // Independent Python implementation, run until nothing moved.
    let options = DawidSkeneOptions { tolerance: 1e-12, iterations: 1000, ..DawidSkeneOptions::default() };
    let got = dawid_skene(&opinions(&GOLDEN), SIZES, &options).expect("an estimate");
    check(
        &column(&got, 1),
        &[0.019_090_295, 0.050_601_586, 0.984_286_755, 0.958_111_729, 0.363_892_322, 0.958_111_729],
    );
    check(&got.prior, &[0.444_317_597, 0.555_682_403]);
    // The second annotator's row of the true class 0, from the posterior by hand: 2 + Σ T₀ over items said 0, and so on.
    let said = |class: u32| -> f64 { (0..6).filter(|&i| GOLDEN[1][i] == class).map(|i| got.of_item(i)[0]).sum() };
    let (right, wrong) = (2.0 + said(0), 0.5 + said(1));
    check(&[got.answer_rate(1, 0, 1).expect("a rate")], &[wrong / (right + wrong)]);
    // What an item of known opinions gets is what a new one with the same gets.
    check(&got.posterior_of(&[(0, 0), (1, 0), (2, 1)]), got.of_item(1));
    // Of an annotator who is not known nothing is learnt.
    check(&got.posterior_of(&[(7, 0)]), &got.prior);
}

#[test]
fn edges_are_estimated_without_opinions_too() {
    let none = dawid_skene(&[], SIZES, &DawidSkeneOptions::default()).expect("an estimate");
    assert_eq!((none.prior.as_slice(), none.of_item(3)), (&[0.5, 0.5][..], &[0.5, 0.5][..]));
    assert_eq!(none.answer_rate(2, 1, 1), Some(0.8));
    assert_eq!((none.answer_rate(3, 0, 0), none.answer_rate(0, 2, 0), none.label(6)), (None, None, None));
    let nothing = Sizes { items: 0, annotators: 0, classes: 0 };
    assert!(dawid_skene(&[], nothing, &DawidSkeneOptions::default()).expect("an estimate").posterior.is_empty());
    let no_classes = Sizes { classes: 0, ..SIZES };
    assert!(dawid_skene(&[], no_classes, &DawidSkeneOptions::default()).expect("an estimate").prior.is_empty());
    // An item that nobody judged has the prior and does not move it.
    let wider = Sizes { items: 7, ..SIZES };
    let got = dawid_skene(&opinions(&GOLDEN), wider, &DawidSkeneOptions::default()).expect("an estimate");
    let narrow = dawid_skene(&opinions(&GOLDEN), SIZES, &DawidSkeneOptions::default()).expect("an estimate");
    check(got.of_item(6), &got.prior);
    check(&got.prior, &narrow.prior);
}

#[test]
fn strange_input_is_refused() {
    let one = |item, annotator, class| [Opinion { item, annotator, class }];
    for opinion in [one(6, 0, 0), one(0, 3, 0), one(0, 0, 2)] {
        assert!(dawid_skene(&opinion, SIZES, &DawidSkeneOptions::default()).is_err());
    }
    let negative = DawidSkeneOptions { diagonal: -1.0, ..DawidSkeneOptions::default() };
    assert!(dawid_skene(&[], SIZES, &negative).is_err());
}

proptest! {
    #[test]
    fn unanimous_opinions_are_the_truth(truth in prop::collection::vec(0_u32..3, 3..30), annotators in 2_u32..5) {
        let all: Vec<Opinion> = (0..annotators)
            .flat_map(|annotator| {
                truth.iter().enumerate().map(move |(item, &class)| Opinion { item: item as u32, annotator, class })
            })
            .collect();
        let sizes = Sizes { items: truth.len(), annotators: annotators as usize, classes: 3 };
        let got = dawid_skene(&all, sizes, &DawidSkeneOptions::default()).expect("an estimate");
        for (item, &class) in truth.iter().enumerate() {
            prop_assert_eq!(got.label(item), Some(class as usize));
        }
    }

    #[test]
    fn the_order_of_opinions_does_not_matter(seed: u64) {
        let mut shuffled = opinions(&GOLDEN);
        crate::rng::Stream::new(seed, "opinions", "shuffle", 0).shuffle(&mut shuffled);
        let options = DawidSkeneOptions::default();
        let expected = dawid_skene(&opinions(&GOLDEN), SIZES, &options).expect("an estimate");
        prop_assert_eq!(dawid_skene(&shuffled, SIZES, &options).expect("an estimate"), expected);
    }
}
