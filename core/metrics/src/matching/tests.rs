//! Hand-worked matchings, brute force, and scipy's totals on seeded matrices.

use super::*;
use proptest::prelude::*;

fn rated(class: usize, x1: f64, y1: f64, x2: f64, y2: f64) -> RatedBox {
    RatedBox { bbox: BBox::new(x1, y1, x2, y2).expect("a valid test box"), class }
}

#[test]
fn the_same_class_is_preferred_over_the_larger_overlap() {
    let a = [rated(0, 0.0, 0.0, 10.0, 10.0)];
    let b = [rated(1, 0.0, 0.0, 10.0, 10.0), rated(0, 0.0, 0.0, 10.0, 8.0)];
    assert_eq!(two_stage(&a, &b, 0.5).pairs, [(0, 1, 0.8)]);
    assert_eq!(single_stage(&a, &b, 0.5).pairs, [(0, 0, 1.0)]);
    assert_eq!(two_stage(&a, &b, 0.5).only_b, [0]);
}

#[test]
fn an_entangled_group_gets_the_largest_total_overlap() {
    // Taking the best pair (a0, b0) first would leave a1 with nothing.
    let a = [rated(0, 0.0, 0.0, 10.0, 10.0), rated(0, 2.0, 0.0, 12.0, 10.0)];
    let b = [rated(0, 1.0, 0.0, 11.0, 10.0), rated(0, -2.0, 0.0, 8.0, 10.0)];
    let got = two_stage(&a, &b, 0.5);
    let partners: Vec<(usize, usize)> = got.pairs.iter().map(|p| (p.0, p.1)).collect();
    assert_eq!(partners, [(0, 1), (1, 0)]);
    assert!(got.only_a.is_empty() && got.only_b.is_empty());
}

#[test]
fn empty_lists_and_degenerate_boxes_match_nothing() {
    assert_eq!(two_stage(&[], &[], 0.5), Matching::default());
    let flat = [rated(0, 0.0, 0.0, 0.0, 10.0)];
    let got = two_stage(&flat, &flat, 0.0);
    assert_eq!((got.pairs.len(), got.only_a, got.only_b), (0, vec![0], vec![0]));
}

fn boxes() -> impl Strategy<Value = Vec<RatedBox>> {
    let one = (0_usize..3, 0.0..40.0_f64, 0.0..40.0_f64, 5.0..30.0_f64, 5.0..30.0_f64);
    prop::collection::vec(one.prop_map(|(class, x, y, w, h)| rated(class, x, y, x + w, y + h)), 0..8)
}

proptest! {
    #[test]
    fn matching_is_symmetric(a in boxes(), b in boxes()) {
        let forward = two_stage(&a, &b, 0.3);
        let mut backward: Vec<(usize, usize, f64)> =
            two_stage(&b, &a, 0.3).pairs.into_iter().map(|(j, i, iou)| (i, j, iou)).collect();
        backward.sort_by_key(|pair| pair.0);
        let partners = |pairs: &[(usize, usize, f64)]| pairs.iter().map(|p| (p.0, p.1)).collect::<Vec<_>>();
        prop_assert_eq!(partners(&forward.pairs), partners(&backward));
    }

    #[test]
    fn every_box_is_used_exactly_once(a in boxes(), b in boxes()) {
        let got = two_stage(&a, &b, 0.3);
        let mut seen_a: Vec<usize> = got.pairs.iter().map(|p| p.0).chain(got.only_a).collect();
        let mut seen_b: Vec<usize> = got.pairs.iter().map(|p| p.1).chain(got.only_b).collect();
        seen_a.sort_unstable();
        seen_b.sort_unstable();
        prop_assert_eq!(seen_a, (0..a.len()).collect::<Vec<_>>());
        prop_assert_eq!(seen_b, (0..b.len()).collect::<Vec<_>>());
        prop_assert!(got.pairs.iter().all(|&(i, j, iou)| iou >= 0.3 && a[i].bbox.iou(&b[j].bbox) == iou));
    }
}

fn all_candidates(a: &[RatedBox], b: &[RatedBox], tau: f64) -> Vec<Candidate> {
    let mut candidates = Vec::new();
    for (i, first) in a.iter().enumerate() {
        for (j, second) in b.iter().enumerate() {
            let iou = first.bbox.iou(&second.bbox);
            if iou >= tau && iou > 0.0 {
                candidates.push(Candidate::new(i, j, iou));
            }
        }
    }
    candidates
}

#[test]
fn a_class_can_be_required() {
    let candidates = [Candidate::new(0, 0, 0.9), Candidate::new(1, 0, 0.6)];
    let partners = |rule| match_pairs(&candidates, &[0, 1], &[1], rule, 0.5).pairs;
    assert_eq!(partners(ClassRule::Required), [(1, 0, 0.6)]);
    assert_eq!(partners(ClassRule::TwoStage), [(1, 0, 0.6)]);
    assert_eq!(partners(ClassRule::Ignored), [(0, 0, 0.9)]);
    assert!(match_pairs(&candidates[..1], &[0, 1], &[1], ClassRule::Required, 0.5).pairs.is_empty());
}

#[test]
fn candidates_that_cannot_be_used_are_left_out() {
    let candidates = [
        Candidate::new(1, 1, 0.7),
        Candidate::new(0, 0, 0.4),
        Candidate::new(0, 0, 0.8),
        Candidate::new(0, 1, f64::NAN),
        Candidate::new(1, 0, f64::INFINITY),
        Candidate::new(7, 0, 1.0),
        Candidate::new(0, 7, 1.0),
    ];
    let got = match_pairs(&candidates, &[0, 0], &[0, 0], ClassRule::TwoStage, 0.3);
    assert_eq!(got.pairs, [(0, 0, 0.8), (1, 1, 0.7)]);
}

/// Boxes of very different sizes, some without area.
fn any_boxes(most: usize) -> impl Strategy<Value = Vec<RatedBox>> {
    let side = || prop_oneof![Just(0.0), 0.1..2.0_f64, 5.0..30.0_f64, 100.0..3000.0_f64];
    let one = (0_usize..3, -50.0..200.0_f64, -50.0..200.0_f64, side(), side());
    prop::collection::vec(one.prop_map(|(class, x, y, w, h)| rated(class, x, y, x + w, y + h)), 0..most)
}

proptest! {
    #[test]
    fn the_sweep_finds_every_overlap(a in any_boxes(60), b in any_boxes(60), tau in 0.0..1.0_f64) {
        let boxes = |rated: &[RatedBox]| rated.iter().map(|r| r.bbox).collect::<Vec<_>>();
        prop_assert_eq!(box_candidates(&boxes(&a), &boxes(&b), tau), all_candidates(&a, &b, tau));
        // Boxes of one width and position, for which the bounds of the sweep are tight.
        prop_assert_eq!(box_candidates(&boxes(&a), &boxes(&a), 1.0), all_candidates(&a, &a, 1.0));
    }

    #[test]
    fn the_order_of_candidates_does_not_matter(a in any_boxes(12), b in any_boxes(12), seed: u64) {
        let (classes_a, classes_b): (Vec<usize>, Vec<usize>) =
            (a.iter().map(|r| r.class).collect(), b.iter().map(|r| r.class).collect());
        let mut candidates = all_candidates(&a, &b, 0.2);
        crate::rng::Stream::new(seed, "candidates", "shuffle", 0).shuffle(&mut candidates);
        let got = match_pairs(&candidates, &classes_a, &classes_b, ClassRule::TwoStage, 0.2);
        prop_assert_eq!(got, two_stage(&a, &b, 0.2));
    }
}
