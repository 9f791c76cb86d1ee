//! Several opinions on a sample made into one reading, with how far they agree on each object.

use concord_domain::opinions::Agreement;
use concord_domain::suggestion::{Prediction, SampleReading};
use concord_geometry::BBox;
use concord_metrics::ranking::{VIEW_IOU, ViewBox, ViewCluster, cluster_partial_views};

/// An opinion in the words of the ontology.
#[derive(Debug, Clone)]
pub(super) struct Opinion<'a> {
    /// What was said.
    pub(super) reading: SampleReading,
    /// The classes in the order of the class scores, in the words of the ontology.
    pub(super) classes: &'a [String],
    /// The part of the image it is about; `None` for all of it.
    pub(super) scope: Option<BBox>,
}

/// What is kept.
#[derive(Debug, Clone, Copy)]
pub(super) struct Keep {
    /// Lowest mean score.
    pub(super) score_threshold: f64,
    /// Most objects, the best ones.
    pub(super) most: usize,
}

/// One reading out of several.
///
/// Boxes that show one object (see [`cluster_partial_views`]) become one box: the mean of the corners, weighted by the
/// scores. Its score is the mean over all opinions that could show it, those that do not show it counting 0. Where a
/// side lies is as uncertain as the opinions differ and as each of them is. Classes of the sample as a whole are
/// averaged; the embedding is that of the first opinion that has one.
pub(super) fn fuse(opinions: &[Opinion<'_>], keep: Keep) -> SampleReading {
    let mut classes: Vec<&str> = Vec::new();
    for name in opinions.iter().flat_map(|opinion| opinion.classes) {
        if !classes.contains(&name.as_str()) {
            classes.push(name);
        }
    }
    let rows: Vec<Vec<Vec<f64>>> = opinions
        .iter()
        .map(|opinion| opinion.reading.predictions.iter().map(|p| row(p, opinion.classes, &classes)).collect())
        .collect();
    let views: Vec<Vec<ViewBox>> = opinions.iter().zip(&rows).map(|(opinion, rows)| boxes(opinion, rows)).collect();
    let scopes: Vec<Option<BBox>> = opinions.iter().map(|opinion| opinion.scope).collect();
    let mut predictions: Vec<Prediction> = cluster_partial_views(&views, &scopes, VIEW_IOU)
        .iter()
        .filter_map(|cluster| object(cluster, opinions, &rows, &classes))
        .filter(|prediction| prediction.score >= keep.score_threshold)
        .collect();
    predictions.sort_by(|a, b| b.score.total_cmp(&a.score));
    predictions.truncate(keep.most);
    let embedding = opinions.iter().map(|o| &o.reading.embedding).find(|e| !e.is_empty()).cloned().unwrap_or_default();
    SampleReading { predictions, class_scores: whole(opinions, &classes), embedding, crops: vec![] }
}

/// The score of every class of all opinions; of classes that go by one name, the highest.
fn row(prediction: &Prediction, own: &[String], classes: &[&str]) -> Vec<f64> {
    let mut row = vec![0.0_f64; classes.len()];
    let mut put = |name: &str, score: f64| {
        if let Some(at) = classes.iter().position(|class| *class == name) {
            row[at] = row[at].max(score);
        }
    };
    if prediction.class_scores.is_empty() {
        put(&prediction.class, prediction.score);
    }
    for (name, score) in own.iter().zip(&prediction.class_scores) {
        put(name, f64::from(*score));
    }
    row
}

fn boxes(opinion: &Opinion<'_>, rows: &[Vec<f64>]) -> Vec<ViewBox> {
    let boxes = opinion.reading.predictions.iter().zip(rows);
    boxes.map(|(p, row)| ViewBox { bbox: p.bbox, probabilities: row.clone() }).collect()
}

fn object(
    cluster: &ViewCluster,
    opinions: &[Opinion<'_>],
    rows: &[Vec<Vec<f64>>],
    classes: &[&str],
) -> Option<Prediction> {
    let members: Vec<&Prediction> =
        cluster.members.iter().map(|&(view, at)| &opinions[view].reading.predictions[at]).collect();
    let mean_row: Vec<f64> = (0..classes.len())
        .map(|class| cluster.members.iter().map(|&(view, at)| rows[view][at][class]).sum::<f64>())
        .map(|sum| sum / cluster.asked as f64)
        .collect();
    let best = (0..classes.len()).reduce(|a, b| if mean_row[b] > mean_row[a] { b } else { a })?;
    let surest = members.iter().copied().reduce(|a, b| if b.score > a.score { b } else { a })?;
    let localised: Vec<f32> = members.iter().filter_map(|p| p.localisation).collect();
    let own = (!localised.is_empty()).then(|| localised.iter().sum::<f32>() / localised.len() as f32);
    Some(Prediction {
        bbox: mean_box(&members)?,
        shape: surest.shape.clone(),
        class: classes[best].to_owned(),
        score: mean_row[best],
        class_scores: mean_row.iter().map(|p| *p as f32).collect(),
        localisation: own.or(cluster.corner_spread.map(|spread| spread.min(1.0) as f32)),
        spread: spread(&members),
        agreement: Some(Agreement {
            presence: cluster.presence,
            overlap: 1.0 - cluster.geometry,
            mutual_information: cluster.mutual_information,
        }),
    })
}

const SIDES: [fn(&BBox) -> f64; 4] = [BBox::x1, BBox::y1, BBox::x2, BBox::y2];

/// The mean box, weighted by the scores; all alike where all are 0.
fn mean_box(members: &[&Prediction]) -> Option<BBox> {
    let total: f64 = members.iter().map(|p| p.score).sum();
    let weight = |p: &Prediction| if total > 0.0 { p.score / total } else { 1.0 / members.len() as f64 };
    let [x1, y1, x2, y2] = SIDES.map(|side| members.iter().map(|p| weight(p) * side(&p.bbox)).sum::<f64>());
    BBox::new(x1, y1, x2, y2).ok()
}

/// Standard deviation of each side: the variance between the members and the mean of their own variances together.
/// `None` for a single member that does not tell its own.
fn spread(members: &[&Prediction]) -> Option<[f32; 4]> {
    let own: Vec<[f32; 4]> = members.iter().filter_map(|p| p.spread).collect();
    if members.len() < 2 && own.is_empty() {
        return None;
    }
    let mean = |values: &mut dyn Iterator<Item = f64>, count: usize| values.sum::<f64>() / count.max(1) as f64;
    let deviation = |at: usize| {
        let side = |p: &&Prediction| SIDES[at](&p.bbox);
        let centre = mean(&mut members.iter().map(side), members.len());
        let between = mean(&mut members.iter().map(|p| (side(p) - centre) * (side(p) - centre)), members.len());
        let within = mean(&mut own.iter().map(|own| f64::from(own[at]) * f64::from(own[at])), own.len());
        (between + within).sqrt() as f32
    };
    Some([0, 1, 2, 3].map(deviation))
}

/// The mean probability of every class for the sample as a whole, over the opinions that give one.
fn whole(opinions: &[Opinion<'_>], classes: &[&str]) -> Vec<f32> {
    let telling: Vec<&Opinion<'_>> = opinions.iter().filter(|o| !o.reading.class_scores.is_empty()).collect();
    if telling.is_empty() {
        return Vec::new();
    }
    let mut sums = vec![0.0_f64; classes.len()];
    for opinion in &telling {
        for (name, p) in opinion.classes.iter().zip(&opinion.reading.class_scores) {
            if let Some(at) = classes.iter().position(|class| class == name) {
                sums[at] += f64::from(*p);
            }
        }
    }
    sums.into_iter().map(|sum| (sum / telling.len() as f64) as f32).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEEP: Keep = Keep { score_threshold: 0.05, most: 300 };

    fn bbox(x: f64) -> BBox {
        BBox::new(x, 0.0, x + 40.0, 40.0).expect("a box")
    }

    fn opinion(classes: &[String], predictions: Vec<Prediction>) -> Opinion<'_> {
        let reading = SampleReading { predictions, ..SampleReading::default() };
        Opinion { reading, classes, scope: None }
    }

    fn names(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    /// By hand: boxes 2 of 40 pixels apart overlap by 38/42; weights 0.8 and 0.4 put the left side at 2/3; the middle of
    /// 0 and 2 is 1 from both.
    #[test]
    fn two_opinions_on_one_object_become_one() {
        let classes = names(&["bolt", "nut"]);
        let opinions = [
            opinion(&classes, vec![Prediction::new(bbox(0.0), "bolt", 0.8)]),
            opinion(&classes, vec![Prediction::new(bbox(2.0), "bolt", 0.4)]),
        ];
        let fused = fuse(&opinions, KEEP).predictions;
        let [object] = &fused[..] else { panic!("one object: {fused:?}") };
        assert!((object.bbox.x1() - 2.0 / 3.0).abs() < 1e-12 && (object.score - 0.6).abs() < 1e-12);
        assert_eq!((object.class.as_str(), object.spread), ("bolt", Some([1.0, 0.0, 1.0, 0.0])));
        let agreement = object.agreement.expect("two opinions");
        assert_eq!(agreement.presence, 1.0);
        assert!((agreement.overlap - 38.0 / 42.0).abs() < 1e-12);
        assert!((agreement.uncertainty(object.score) - (1.0 - 38.0 / 42.0 * 0.6)).abs() < 1e-12);
        // scipy.stats.entropy: H(.6, .4) − (H(.8, .2) + H(.4, .6)) / 2
        assert!((agreement.mutual_information - 0.086_304_621_735_5).abs() < 1e-9, "{agreement:?}");
    }

    #[test]
    fn who_does_not_see_it_counts_nothing() {
        let classes = names(&["bolt"]);
        let one = vec![Prediction::new(bbox(0.0), "bolt", 0.6)];
        let opinions = [opinion(&classes, one), opinion(&classes, vec![]), opinion(&classes, vec![])];
        let fused = fuse(&opinions, KEEP).predictions;
        assert!((fused[0].score - 0.2).abs() < 1e-12 && fused[0].spread.is_none() && fused[0].localisation.is_none());
        let agreement = fused[0].agreement.expect("three opinions");
        assert_eq!((agreement.presence, agreement.overlap, agreement.uncertainty(0.2)), (1.0 / 3.0, 0.0, 1.0));
        // A mean score below the threshold is not kept.
        assert!(fuse(&opinions, Keep { score_threshold: 0.21, ..KEEP }).predictions.is_empty());
    }

    #[test]
    fn models_with_other_lists_of_classes_are_put_together_by_name() {
        let (first, second) = (names(&["bolt", "nut"]), names(&["washer", "nut"]));
        let scored = |class: &str, scores: [f32; 2]| Prediction {
            class_scores: scores.to_vec(),
            ..Prediction::new(bbox(0.0), class, f64::from(scores[0].max(scores[1])))
        };
        let opinions =
            [opinion(&first, vec![scored("bolt", [0.5, 0.25])]), opinion(&second, vec![scored("nut", [0.125, 0.75])])];
        let fused = fuse(&opinions, KEEP).predictions;
        assert_eq!((fused[0].class.as_str(), fused[0].score), ("nut", 0.5));
        assert_eq!(fused[0].class_scores, [0.25, 0.5, 0.0625]);
    }

    #[test]
    fn classes_of_the_whole_are_averaged() {
        let classes = names(&["day", "night"]);
        let said = |scores: [f32; 2], embedding: Vec<f32>| Opinion {
            reading: SampleReading { class_scores: scores.to_vec(), embedding, ..SampleReading::default() },
            classes: &classes,
            scope: None,
        };
        let fused = fuse(&[said([0.75, 0.25], vec![]), said([0.25, 0.75], vec![1.0])], KEEP);
        assert_eq!((fused.class_scores, fused.embedding), (vec![0.5, 0.5], vec![1.0]));
        assert_eq!(fuse(&[], KEEP), SampleReading::default());
    }
}
