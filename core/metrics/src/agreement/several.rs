//! Agreement of three and more annotators on the same images: objects are put together first, then α is computed.
//!
//! A unit is a cluster of objects that show one thing (complete linkage). An annotator who saw the image without drawing
//! it rates it "nothing"; one who never saw the image has no rating. Localising first is the idea of KaLOS
//! (arXiv 2603.27197).

use concord_geometry::BBox;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::RatedBox;
use crate::bootstrap;
use crate::cluster::{Linkage, SourcedObject, cluster_objects};
use crate::error::MetricsError;
use crate::matching::{Candidate, box_candidates};
use crate::ratings::{Coefficient, Estimate, Level, Ratings, alpha, resample_runs};

/// What is attempted, for messages.
const TASK: &str = "compare several annotators";

/// One image and what those who saw it drew there, as any kind of shape.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SeenImage {
    /// Stable id of the image; images are put in the order of their ids before anything is counted.
    pub id: String,
    /// For each annotator whether they saw the image; who saw it and drew nothing found nothing.
    pub seen: Vec<bool>,
    /// All objects of all annotators, in a stable order; `source` is the annotator's index.
    pub objects: Vec<SourcedObject>,
    /// Pairs of indices of `objects` with their similarity; pairs of one annotator are passed over.
    pub candidates: Vec<Candidate>,
}

impl SeenImage {
    /// An image with boxes: one entry an annotator, none for those who did not see it. Candidates are the pairs with
    /// IoU ≥ `tau`.
    pub fn of_boxes(id: impl Into<String>, drawn: &[Option<&[RatedBox]>], tau: f64) -> Self {
        let each = || {
            drawn
                .iter()
                .enumerate()
                .flat_map(|(at, boxes)| boxes.iter().flat_map(move |b| b.iter().map(move |r| (at, r))))
        };
        let shapes: Vec<BBox> = each().map(|(_, rated)| rated.bbox).collect();
        Self {
            id: id.into(),
            seen: drawn.iter().map(Option::is_some).collect(),
            objects: each().map(|(source, rated)| SourcedObject { source, class: rated.class }).collect(),
            candidates: box_candidates(&shapes, &shapes, tau),
        }
    }
}

/// How objects are put together and intervals computed.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct SeveralOptions {
    /// Smallest similarity of two objects that show one thing, in `(0, 1]`; 0.5 by default.
    pub tau: f64,
    /// Whether clusters look at classes; by default they do not.
    pub linkage: Linkage,
    /// The bootstrap over images.
    pub bootstrap: bootstrap::Options,
}

impl Default for SeveralOptions {
    fn default() -> Self {
        Self { tau: 0.5, linkage: Linkage::Alike, bootstrap: bootstrap::Options::default() }
    }
}

/// What one annotator says about a unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Seen {
    /// The annotator did not see the image.
    Unseen,
    /// The annotator saw the image and drew nothing there.
    Nothing,
    /// The annotator drew this object.
    Object {
        /// Index among the objects of the image.
        object: usize,
        /// Its class.
        class: usize,
    },
}

/// One thing on one image, with what each annotator says about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ObjectUnit {
    /// Index of the image in the list that was handed over.
    pub image: usize,
    /// One entry an annotator.
    pub said: Vec<Seen>,
}

/// Agreement of several annotators.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SeveralAgreement {
    /// Krippendorff's nominal α of classes with "nothing" as a further one; n counts units. Bootstrap interval.
    pub alpha_det: Estimate,
    /// The same with "nothing" as a missing rating: agreement on the class of what at least two found.
    pub alpha_cls: Estimate,
    /// All units, images in the order of their ids.
    pub units: Vec<ObjectUnit>,
    /// Names of the two whose interval is shaky because over 5 % of the replicates were undefined.
    pub unstable: Vec<String>,
}

/// Agreement of `annotators` people on images of which each saw some; also of two.
///
/// Both coefficients are `empty` when nobody drew anything on an image that two saw, and `no_variation` when all say the
/// same of everything. An error when an image has not one entry in `seen` for each annotator, or an object is of an
/// annotator who did not see the image.
pub fn several_agreement(
    images: &[SeenImage],
    annotators: usize,
    options: &SeveralOptions,
) -> Result<SeveralAgreement, MetricsError> {
    check(images, annotators)?;
    let mut order: Vec<usize> = (0..images.len()).collect();
    order.sort_by(|&i, &j| images[i].id.cmp(&images[j].id));
    let of_images: Vec<Vec<ObjectUnit>> = order.par_iter().map(|&at| units_of(&images[at], at, options)).collect();
    let sizes: Vec<usize> = of_images.iter().map(Vec::len).collect();
    let units = of_images.concat();
    let classes = images.iter().flat_map(|image| &image.objects).map(|object| object.class + 1).max().unwrap_or(0);
    let tables = [Some(classes as u32), None].map(|nothing| table(&units, annotators, classes, nothing));
    let mut unstable = Vec::new();
    let mut estimate = |ratings: Result<Ratings, MetricsError>, name: &str| -> Result<Estimate, MetricsError> {
        let ratings = ratings?;
        let mut estimate = alpha(&ratings, Level::Nominal);
        if options.bootstrap.replicates > 0 && estimate.value.is_defined() {
            let wanted = [Coefficient::Alpha(Level::Nominal)];
            for resampled in resample_runs(&ratings, &wanted, &sizes, &options.bootstrap) {
                estimate.value = estimate.value.with_ci(resampled.interval);
                if resampled.unstable {
                    unstable.push(name.to_owned());
                }
            }
        }
        Ok(estimate)
    };
    let [with_nothing, without] = tables;
    let (alpha_det, alpha_cls) = (estimate(with_nothing, "alpha_det")?, estimate(without, "alpha_cls")?);
    Ok(SeveralAgreement { alpha_det, alpha_cls, units, unstable })
}

fn check(images: &[SeenImage], annotators: usize) -> Result<(), MetricsError> {
    for (index, image) in images.iter().enumerate() {
        if image.seen.len() != annotators {
            let (left_name, right_name) = ("entries of who saw an image", "annotators");
            let (left, right) = (image.seen.len(), annotators);
            return Err(MetricsError::Lengths { task: TASK, left_name, left, right_name, right });
        }
        let unseen = |object: &&SourcedObject| !image.seen.get(object.source).is_some_and(|seen| *seen);
        if let Some(object) = image.objects.iter().find(unseen) {
            let (field, value) = ("source of an object", object.source as f64);
            let expected = "an annotator who saw the image";
            return Err(MetricsError::OutOfRange { task: TASK, index, field, value, expected });
        }
    }
    Ok(())
}

fn units_of(image: &SeenImage, at: usize, options: &SeveralOptions) -> Vec<ObjectUnit> {
    let blank = || image.seen.iter().map(|seen| if *seen { Seen::Nothing } else { Seen::Unseen }).collect::<Vec<_>>();
    cluster_objects(&image.objects, &image.candidates, options.tau, options.linkage)
        .into_iter()
        .map(|members| {
            let mut said = blank();
            for object in members {
                let SourcedObject { source, class } = image.objects[object];
                said[source] = Seen::Object { object, class };
            }
            ObjectUnit { image: at, said }
        })
        .collect()
}

/// The ratings of all units; `nothing` is the category of "nothing", none when it counts as missing.
fn table(
    units: &[ObjectUnit],
    annotators: usize,
    classes: usize,
    nothing: Option<u32>,
) -> Result<Ratings, MetricsError> {
    let rating = |said: &Seen| match said {
        Seen::Unseen => None,
        Seen::Nothing => nothing,
        Seen::Object { class, .. } => Some(*class as u32),
    };
    let cells: Vec<Option<u32>> = units.iter().flat_map(|unit| unit.said.iter().map(rating)).collect();
    Ratings::new(annotators, classes + 1, &cells)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::agreement::tests::{CAR, PERSON, TRUCK, boxes, golden};
    use crate::value::{Metric, Reason};

    fn near(metric: Metric, expected: f64) {
        let got = metric.value().expect("defined");
        assert!((got - expected).abs() < 1e-9, "{got} instead of {expected}");
    }

    /// The golden images of two annotators with a third, who saw the first two.
    fn images() -> Vec<SeenImage> {
        let third = [
            boxes(&[
                (CAR, [11.0, 10.0, 51.0, 50.0]),
                (CAR, [61.0, 10.0, 99.0, 51.0]),
                (PERSON, [10.0, 60.0, 31.0, 100.0]),
            ]),
            boxes(&[(PERSON, [0.0, 1.0, 20.0, 40.0]), (TRUCK, [51.0, 50.0, 90.0, 91.0])]),
        ];
        golden()
            .iter()
            .enumerate()
            .map(|(at, pair)| {
                let drawn = [Some(&pair.a[..]), Some(&pair.b[..]), third.get(at).map(|boxes| &boxes[..])];
                SeenImage::of_boxes(pair.id.clone(), &drawn, 0.5)
            })
            .collect()
    }

    fn options(replicates: u32) -> SeveralOptions {
        let bootstrap = bootstrap::Options { seed: 5, replicates, confidence: 0.95 };
        SeveralOptions { bootstrap, ..SeveralOptions::default() }
    }

    #[test]
    fn three_annotators_have_the_golden_coefficients() {
        // krippendorff 0.9 on the units of an independent implementation.
        let got = several_agreement(&images(), 3, &options(200)).expect("an agreement");
        near(got.alpha_det.value, 0.4);
        near(got.alpha_cls.value, 0.793_650_793_65);
        assert_eq!((got.alpha_det.used, got.alpha_det.dropped), (got.units.len() as u64, 0));
        assert!(got.alpha_det.value.ci().is_some_and(|interval| interval.contains(0.4)));
    }

    #[test]
    fn every_unit_names_its_image_and_what_was_said() {
        let mut images = images();
        images.reverse();
        let got = several_agreement(&images, 3, &options(0)).expect("an agreement");
        // The image with id 1 is the last in the list, and the first in the order of ids.
        assert_eq!(got.units[0].image, 2);
        let said = |class| move |object| Seen::Object { object, class };
        assert_eq!(got.units[0].said, [said(CAR)(0), said(CAR)(3), said(CAR)(7)]);
        let last = got.units.last().expect("a unit");
        assert_eq!((last.image, &last.said[..]), (0, &[Seen::Nothing, said(CAR)(1), Seen::Unseen][..]));
        near(got.alpha_det.value, 0.4);
    }

    #[test]
    fn order_of_objects_within_an_annotator_does_not_matter() {
        let mut images = images();
        let first = &mut images[0];
        let last = first.objects.len() - 1;
        first.objects.reverse();
        for candidate in &mut first.candidates {
            (candidate.a, candidate.b) = (last as u32 - candidate.a, last as u32 - candidate.b);
        }
        let got = several_agreement(&images, 3, &options(0)).expect("an agreement");
        near(got.alpha_det.value, 0.4);
        near(got.alpha_cls.value, 0.793_650_793_65);
    }

    #[test]
    fn nothing_drawn_is_undefined_not_perfect() {
        let blank = SeenImage::of_boxes("1", &[Some(&[]), Some(&[]), None], 0.5);
        for images in [vec![], vec![blank]] {
            let got = several_agreement(&images, 3, &options(20)).expect("an agreement");
            assert_eq!(got.alpha_det.value.reason(), Some(Reason::Empty));
            assert_eq!(got.alpha_cls.value.reason(), Some(Reason::Empty));
            assert!(got.units.is_empty());
        }
    }

    #[test]
    fn what_does_not_fit_together_is_refused() {
        assert!(several_agreement(&images(), 2, &options(0)).is_err());
        let mut strange = images();
        strange[2].objects[0].source = 2;
        let message = several_agreement(&strange, 3, &options(0)).expect_err("refused").to_string();
        assert!(message.contains("an annotator who saw the image"), "{message}");
    }
}
