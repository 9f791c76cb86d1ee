//! Totals of matchings against scipy's `linear_sum_assignment`.

use concord_geometry::BBox;
use concord_metrics::matching::{Candidate, ClassRule, box_candidates, match_pairs};

use crate::support::{Splitmix, count, number, section};

#[test]
fn seeded_matrices_have_the_totals_of_scipy() {
    for case in section("assignment") {
        let (rows, columns, tau) = (count(&case, "rows"), count(&case, "columns"), number(&case, "tau"));
        let mut draw = Splitmix(count(&case, "seed") as u64);
        let candidates: Vec<Candidate> =
            (0..rows * columns).map(|at| Candidate::new(at / columns, at % columns, draw.unit())).collect();
        let got = match_pairs(&candidates, &vec![0; rows], &vec![0; columns], ClassRule::Ignored, tau);
        let total: f64 = got.pairs.iter().map(|pair| pair.2).sum();
        assert!((total - number(&case, "total")).abs() < 1e-9, "{total} in {case}");
        assert!(got.pairs.iter().all(|pair| pair.2 >= tau));
    }
}

fn boxes(draw: &mut Splitmix, count: usize, spread: f64, side: f64) -> Vec<BBox> {
    let mut one = || {
        let (x, y, w, h) = (draw.unit() * spread, draw.unit() * spread, draw.unit(), draw.unit());
        BBox::new(x, y, x + side * (0.5 + w), y + side * (0.5 + h)).expect("a valid box")
    };
    (0..count).map(|_| one()).collect()
}

#[test]
fn boxes_have_the_candidates_and_totals_of_scipy() {
    for case in section("box_matching") {
        let (spread, side, tau) = (number(&case, "spread"), number(&case, "side"), number(&case, "tau"));
        let mut draw = Splitmix(count(&case, "seed") as u64);
        let a = boxes(&mut draw, count(&case, "a"), spread, side);
        let b = boxes(&mut draw, count(&case, "b"), spread, side);
        let candidates = box_candidates(&a, &b, tau);
        assert_eq!(candidates.len(), count(&case, "candidates"), "{case}");
        let got = match_pairs(&candidates, &vec![0; a.len()], &vec![0; b.len()], ClassRule::TwoStage, tau);
        let total: f64 = got.pairs.iter().map(|pair| pair.2).sum();
        assert!((total - number(&case, "total")).abs() < 1e-9, "{total} in {case}");
    }
}
