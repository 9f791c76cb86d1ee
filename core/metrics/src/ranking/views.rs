//! Objects seen in several views of one image (flipped, scaled, brighter), and how much the views disagree on each.

use concord_geometry::BBox;
use serde::{Deserialize, Serialize};

use super::ensemble::mutual_information;
use super::uncertainty::{Aggregation, aggregate, entropy};
use crate::cluster::{SourcedBox, complete_linkage};

/// Smallest IoU of two views of one object.
pub const VIEW_IOU: f64 = 0.5;

/// A detection in one view, brought back to the coordinates of the image.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ViewBox {
    /// The box in image pixels.
    pub bbox: BBox,
    /// A probability a class, none negative. What is missing to 1 belongs to the background; sums above 1, as of
    /// independent classes, are scaled down to 1. NaN counts as 0.
    pub probabilities: Vec<f64>,
}

/// One object as the views show it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ViewCluster {
    /// (view, index in that view), by view.
    pub members: Vec<(usize, usize)>,
    /// Number of views that could show it, at least the number of members.
    pub asked: usize,
    /// Share of the views that show it among those that could, in `(0, 1]`.
    pub presence: f64,
    /// Mean over all views of the class probabilities; a view without the object adds nothing.
    pub class_mean: Vec<f64>,
    /// Mean over all views of the probability that nothing is there; a view without the object adds 1.
    pub background: f64,
    /// Entropy of `class_mean` and `background` together, in nats.
    pub class_entropy: f64,
    /// `class_entropy` less the mean entropy of the views, in nats: what the views do not know together but each for
    /// itself (BALD; Houlsby et al. 2011). 0 for a single view.
    pub mutual_information: f64,
    /// `1 − mean pairwise IoU` of the members, in `[0, 1]`; 1 for a single member.
    pub geometry: f64,
    /// Mean of the standard deviations of the four edges over `√(mean width · mean height)`; none for a single member
    /// or boxes without area.
    pub corner_spread: Option<f64>,
    /// `1 − presence · (1 − geometry) · largest class mean`, in `[0, 1]`.
    pub uncertainty: f64,
}

/// Puts the boxes of several views of one image together (complete linkage with IoU ≥ `tau`, each view at most once a
/// cluster; first within the likeliest class, then for boxes left alone) and measures how far the views agree.
///
/// Clusters come in the order of their first box; an empty view counts as one that shows nothing. Nothing in gives
/// nothing out.
pub fn cluster_views(views: &[Vec<ViewBox>], tau: f64) -> Vec<ViewCluster> {
    cluster_partial_views(views, &[], tau)
}

/// [`cluster_views`] for views of which some show a part of the image only: `scopes` has that part for each view, `None`
/// for the whole image, and may be shorter than `views`.
///
/// A view that shows nothing of an object does not count as having missed it unless the mean of the members' boxes lies
/// within its part.
pub fn cluster_partial_views(views: &[Vec<ViewBox>], scopes: &[Option<BBox>], tau: f64) -> Vec<ViewCluster> {
    let places: Vec<(usize, usize)> =
        views.iter().enumerate().flat_map(|(view, boxes)| (0..boxes.len()).map(move |at| (view, at))).collect();
    let boxes: Vec<SourcedBox> = places
        .iter()
        .map(|&(view, at)| {
            let found = &views[view][at];
            SourcedBox { bbox: found.bbox, source: view, class: likeliest(&found.probabilities) }
        })
        .collect();
    complete_linkage(&boxes, tau)
        .into_iter()
        .map(|cluster| summarise(views, scopes, cluster.into_iter().map(|at| places[at]).collect()))
        .collect()
}

/// Uncertainty of an image from its clusters; 0 without any.
pub fn view_uncertainty(clusters: &[ViewCluster], aggregation: Aggregation) -> f64 {
    let values: Vec<f64> = clusters.iter().map(|cluster| cluster.uncertainty).collect();
    aggregate(&values, aggregation)
}

/// Index of the largest probability, the lower one among equals; 0 for none.
fn likeliest(probabilities: &[f64]) -> usize {
    let mut best = 0;
    for (class, &p) in probabilities.iter().enumerate() {
        if p > probabilities[best] || probabilities[best].is_nan() {
            best = class;
        }
    }
    best
}

fn summarise(views: &[Vec<ViewBox>], scopes: &[Option<BBox>], members: Vec<(usize, usize)>) -> ViewCluster {
    let found: Vec<&ViewBox> = members.iter().map(|&(view, at)| &views[view][at]).collect();
    let boxes: Vec<BBox> = found.iter().map(|found| found.bbox).collect();
    let asked = members.len() + missed(views.len(), scopes, &members, &boxes);
    let presence = members.len() as f64 / asked as f64;
    let rows = distributions(&found, asked);
    let mean = |class: usize| rows.iter().map(|row| row[class]).sum::<f64>() / asked as f64;
    let mut distribution: Vec<f64> = (0..rows[0].len()).map(mean).collect();
    // Background and classes sum to 1, so that there always is an entropy.
    let class_entropy = entropy(&distribution).unwrap_or(0.0);
    let mutual_information = mutual_information(&rows).value().unwrap_or(0.0);
    let background = distribution.pop().unwrap_or(0.0);
    let geometry = 1.0 - mean_iou(&boxes).unwrap_or(0.0);
    let largest = distribution.iter().copied().fold(0.0, f64::max);
    ViewCluster {
        members,
        asked,
        presence,
        class_mean: distribution,
        background,
        class_entropy,
        mutual_information,
        geometry,
        corner_spread: corner_spread(&boxes),
        uncertainty: 1.0 - presence * (1.0 - geometry) * largest,
    }
}

/// How many views could have shown the object and did not.
fn missed(views: usize, scopes: &[Option<BBox>], members: &[(usize, usize)], boxes: &[BBox]) -> usize {
    let mean = |value: fn(&BBox) -> f64| boxes.iter().map(value).sum::<f64>() / boxes.len() as f64;
    let [x1, y1, x2, y2] = [BBox::x1, BBox::y1, BBox::x2, BBox::y2].map(mean);
    let holds = |scope: &BBox| scope.x1() <= x1 && scope.y1() <= y1 && x2 <= scope.x2() && y2 <= scope.y2();
    let could = |view: &usize| scopes.get(*view).and_then(Option::as_ref).is_none_or(holds);
    let is_silent = |view: &usize| members.iter().all(|member| member.0 != *view);
    (0..views).filter(is_silent).filter(could).count()
}

/// What each of `asked` views says: the probability of every class and, last, of the background; those without the
/// object are sure of the background.
fn distributions(found: &[&ViewBox], asked: usize) -> Vec<Vec<f64>> {
    let classes = found.iter().map(|found| found.probabilities.len()).max().unwrap_or(0);
    let kept = |p: f64| if p > 0.0 { p } else { 0.0 };
    let row = |found: &&ViewBox| {
        let total: f64 = found.probabilities.iter().map(|&p| kept(p)).sum();
        let mut row: Vec<f64> = found.probabilities.iter().map(|&p| kept(p) / total.max(1.0)).collect();
        row.resize(classes, 0.0);
        row.push((1.0 - row.iter().sum::<f64>()).max(0.0));
        row
    };
    let mut nothing = vec![0.0; classes + 1];
    nothing[classes] = 1.0;
    let mut rows: Vec<Vec<f64>> = found.iter().map(row).collect();
    rows.resize(asked, nothing);
    rows
}

/// Mean IoU of all pairs; none for fewer than two boxes.
fn mean_iou(boxes: &[BBox]) -> Option<f64> {
    let pairs = boxes.iter().enumerate().flat_map(|(at, first)| boxes[at + 1..].iter().map(|other| first.iou(other)));
    let ious: Vec<f64> = pairs.collect();
    (!ious.is_empty()).then(|| ious.iter().sum::<f64>() / ious.len() as f64)
}

fn corner_spread(boxes: &[BBox]) -> Option<f64> {
    let n = boxes.len() as f64;
    let mean = |value: &dyn Fn(&BBox) -> f64| boxes.iter().map(value).sum::<f64>() / n;
    let side = libm::sqrt(mean(&BBox::width) * mean(&BBox::height));
    if boxes.len() < 2 || side <= 0.0 {
        return None;
    }
    let deviation = |edge: fn(&BBox) -> f64| {
        let centre = mean(&edge);
        libm::sqrt(mean(&|bbox| (edge(bbox) - centre) * (edge(bbox) - centre)))
    };
    let edges = [BBox::x1, BBox::y1, BBox::x2, BBox::y2];
    Some(edges.into_iter().map(deviation).sum::<f64>() / 4.0 / side)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn view_box(corners: [f64; 4], probabilities: &[f64]) -> ViewBox {
        let [x1, y1, x2, y2] = corners;
        ViewBox { bbox: BBox::new(x1, y1, x2, y2).expect("a valid box"), probabilities: probabilities.to_vec() }
    }

    fn near(got: f64, expected: f64) {
        assert!((got - expected).abs() < 1e-9, "{got} instead of {expected}");
    }

    #[test]
    fn two_views_of_one_object_have_the_golden_geometry() {
        let views = [
            vec![view_box([10.0, 10.0, 50.0, 50.0], &[0.8, 0.1])],
            vec![view_box([12.0, 10.0, 52.0, 50.0], &[0.6, 0.2])],
        ];
        let clusters = cluster_views(&views, VIEW_IOU);
        let [cluster] = &clusters[..] else { panic!("one object: {clusters:?}") };
        near(cluster.geometry, 0.095_238_095_24);
        assert_eq!((cluster.members.as_slice(), cluster.presence), (&[(0, 0), (1, 0)][..], 1.0));
        near(cluster.class_mean[0], 0.7);
        near(cluster.background, 0.15);
        // x1 and x2 deviate by 1, y1 and y2 by nothing; the side is 40.
        near(cluster.corner_spread.expect("two members"), 0.0125);
        near(cluster.uncertainty, 1.0 - 0.904_761_904_76 * 0.7);
        // scipy.stats.entropy([0.7, 0.15, 0.15])
        near(cluster.class_entropy, 0.818_808_456_222_877);
    }

    #[test]
    fn a_view_that_misses_the_object_adds_background() {
        let views = [
            vec![view_box([0.0, 0.0, 10.0, 10.0], &[1.0])],
            vec![view_box([0.0, 0.0, 10.0, 10.0], &[1.0])],
            vec![],
            vec![],
        ];
        let clusters = cluster_views(&views, VIEW_IOU);
        let [cluster] = &clusters[..] else { panic!("one object: {clusters:?}") };
        assert_eq!((cluster.presence, cluster.background, cluster.geometry), (0.5, 0.5, 0.0));
        near(cluster.uncertainty, 0.75);
        near(cluster.class_entropy, std::f64::consts::LN_2);
    }

    #[test]
    fn a_single_view_knows_no_geometry() {
        let clusters = cluster_views(&[vec![view_box([0.0, 0.0, 10.0, 10.0], &[0.9])], vec![]], VIEW_IOU);
        assert_eq!((clusters[0].geometry, clusters[0].corner_spread), (1.0, None));
        near(clusters[0].uncertainty, 1.0);
        assert!(cluster_views(&[], VIEW_IOU).is_empty());
        assert_eq!(view_uncertainty(&[], Aggregation::default()), 0.0);
    }

    #[test]
    fn one_view_of_another_class_shows_in_the_distribution() {
        let same = [0.0, 0.0, 10.0, 10.0];
        let mut views = vec![vec![view_box(same, &[1.0, 0.0])]; 5];
        views.push(vec![view_box(same, &[0.0, 1.0])]);
        let clusters = cluster_views(&views, VIEW_IOU);
        let [cluster] = &clusters[..] else { panic!("one object: {clusters:?}") };
        near(cluster.uncertainty, 1.0 / 6.0);
        near(view_uncertainty(&clusters, Aggregation::Max), 1.0 / 6.0);
    }

    /// baal 2.1 BALD of the members (.9, .1) and (.5, .5), the second number being the background's.
    #[test]
    fn what_views_know_each_for_itself_is_the_golden_number() {
        let same = [0.0, 0.0, 10.0, 10.0];
        let clusters = cluster_views(&[vec![view_box(same, &[0.9])], vec![view_box(same, &[0.5])]], VIEW_IOU);
        near(clusters[0].mutual_information, 0.101_749_225_079_196_81);
        let alone = cluster_views(&[vec![view_box(same, &[0.9])]], VIEW_IOU);
        assert_eq!(alone[0].mutual_information, 0.0);
    }

    /// By hand: of three views one shows the left half only and one the middle.
    #[test]
    fn a_view_misses_only_what_it_could_have_shown() {
        let part = |x1, x2| Some(BBox::new(x1, 0.0, x2, 100.0).expect("a valid box"));
        let scopes = [None, part(0.0, 50.0), part(25.0, 75.0)];
        let seen = |x: f64| vec![view_box([x, 10.0, x + 10.0, 20.0], &[0.8])];
        let presence = |views: &[Vec<ViewBox>]| cluster_partial_views(views, &scopes, VIEW_IOU)[0].presence;
        near(presence(&[seen(60.0), vec![], vec![]]), 1.0 / 2.0);
        near(presence(&[seen(80.0), vec![], vec![]]), 1.0);
        near(presence(&[seen(30.0), vec![], vec![]]), 1.0 / 3.0);
        near(presence(&[seen(45.0), vec![], vec![]]), 1.0 / 2.0);
        near(presence(&[seen(45.0), seen(45.0), seen(45.0)]), 1.0);
    }

    #[test]
    fn probabilities_of_independent_classes_are_scaled_to_one() {
        let clusters = cluster_views(&[vec![view_box([0.0, 0.0, 4.0, 4.0], &[0.9, 0.6, f64::NAN])]], VIEW_IOU);
        near(clusters[0].class_mean[0], 0.6);
        assert_eq!((clusters[0].class_mean[2], clusters[0].background), (0.0, 0.0));
    }

    proptest! {
        #[test]
        fn every_number_stays_in_its_range(
            views in prop::collection::vec(
                prop::collection::vec((0.0..20.0_f64, 0.0..20.0_f64, 1.0..15.0_f64, 0.0..1.0_f64, 0.0..1.0_f64), 0..4),
                1..6,
            ),
        ) {
            let views: Vec<Vec<ViewBox>> = views
                .into_iter()
                .map(|v| v.into_iter().map(|(x, y, s, p, q)| view_box([x, y, x + s, y + s], &[p, q])).collect())
                .collect();
            let clusters = cluster_views(&views, VIEW_IOU);
            let boxes: usize = views.iter().map(Vec::len).sum();
            prop_assert_eq!(clusters.iter().map(|c| c.members.len()).sum::<usize>(), boxes);
            for cluster in clusters {
                prop_assert!(cluster.presence > 0.0 && cluster.presence <= 1.0);
                prop_assert!((0.0..=1.0).contains(&cluster.geometry));
                prop_assert!((-1e-12..=1.0).contains(&cluster.uncertainty));
                let mass: f64 = cluster.class_mean.iter().sum::<f64>() + cluster.background;
                prop_assert!((mass - 1.0).abs() < 1e-9);
            }
        }
    }
}
