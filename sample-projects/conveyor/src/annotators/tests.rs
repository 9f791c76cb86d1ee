//! Whether the annotators err as often, and in the way, that their parameters say.

use std::collections::BTreeMap;

use super::*;
use crate::coco::Image;

const COUNT: u32 = 6000;

/// A truth with two objects of known size a scene: a nut and a bolt that is damaged and partly occluded.
fn truth(side: f64) -> CocoFile {
    let mut file = CocoFile::empty("test");
    for index in 0..COUNT {
        file.images.push(Image {
            id: u64::from(index) + 1,
            width: 640,
            height: 480,
            file_name: format!("{}.jpg", scene_name(index)),
            date_captured: String::new(),
        });
        for (class, subclass, x, damaged, occlusion) in
            [(PartClass::Nut, "hex", 100.0, false, "none"), (PartClass::Bolt, "pan", 400.0, true, "partial")]
        {
            file.annotations.push(Annotation {
                id: file.annotations.len() as u64 + 1,
                image_id: u64::from(index) + 1,
                category_id: class.category_id(),
                bbox: [x, 200.0, side, side],
                area: side * side,
                iscrowd: 0,
                segmentation: None,
                attributes: Attributes { subclass: subclass.to_owned(), damaged, occlusion: occlusion.to_owned() },
            });
        }
    }
    file
}

/// What an annotator made of the object at `x` in each picture: the boxes that overlap it well.
fn seen(labels: &CocoFile, x: f64, side: f64) -> Vec<&Annotation> {
    let near = |a: &&Annotation| (a.bbox[0] - x).abs() < side * 0.5 && (a.bbox[1] - 200.0).abs() < side * 0.5;
    labels.annotations.iter().filter(near).collect()
}

/// Asserts that `k` of `n` is within five standard errors of `p`.
fn close(k: usize, n: usize, p: f64, what: &str) {
    let (rate, error) = (k as f64 / n as f64, (p * (1.0 - p) / n as f64).sqrt());
    assert!((rate - p).abs() <= 5.0 * error + 1e-9, "{what}: {k} of {n} is {rate:.4}, expected {p:.4} ± {error:.4}");
}

#[test]
fn errors_come_as_often_as_the_parameters_say() {
    let side = 60.0;
    let file = truth(side);
    for annotator in &ANNOTATORS {
        let labels = annotator.label(5, &file, &[]);
        let (pictures, name) = (labels.images.len(), annotator.name);
        let (nuts, bolts) = (seen(&labels, 100.0, side), seen(&labels, 400.0, side));
        let miss = annotator.miss_probability(side, false, false);
        close(pictures - bolts.len(), pictures, miss, name);
        let washers = nuts.iter().filter(|a| a.category_id == PartClass::Washer.category_id()).count();
        close(washers, nuts.len(), annotator.confuse, "nut taken for a washer");
        let blind = bolts.iter().filter(|a| !a.attributes.damaged).count();
        close(blind, bolts.len(), annotator.damage_missed, "damage missed");
        let imagined = nuts.iter().filter(|a| a.attributes.damaged).count();
        close(imagined, nuts.len(), annotator.damage_imagined, "damage imagined");
        let slipped = bolts.iter().filter(|a| a.attributes.occlusion != "partial").count();
        close(slipped, bolts.len(), annotator.occlusion_slip, "occlusion slip");
        let other = bolts.iter().filter(|a| a.attributes.subclass != "pan").count();
        close(other, bolts.len(), annotator.subclass_slip, "sub-class slip");
        let spurious = labels.annotations.len() - nuts.len() - bolts.len();
        let error = (annotator.spurious / pictures as f64).sqrt();
        // A few imagined boxes lie near a real part and are counted as that part.
        assert!(
            (spurious as f64 / pictures as f64 - annotator.spurious).abs() < 5.0 * error + 0.01 * annotator.spurious
        );
    }
}

#[test]
fn edges_are_off_by_the_documented_amount() {
    let side = 60.0;
    let file = truth(side);
    for annotator in &ANNOTATORS {
        let labels = annotator.label(6, &file, &[]);
        let lefts: Vec<f64> = seen(&labels, 400.0, side).iter().map(|a| a.bbox[0] - 400.0).collect();
        let n = lefts.len() as f64;
        let mean = lefts.iter().sum::<f64>() / n;
        let deviation = (lefts.iter().map(|v| (v - mean) * (v - mean)).sum::<f64>() / n).sqrt();
        let sigma = annotator.jitter_px + annotator.jitter_share * side;
        assert!((mean + annotator.loose_px).abs() < 5.0 * sigma / n.sqrt(), "{}: {mean}", annotator.name);
        // Rounding to quarters adds (1/4)²/12 to the variance, far below the tolerance.
        assert!((deviation / sigma - 1.0).abs() < 0.06, "{}: {deviation} for {sigma}", annotator.name);
    }
}

#[test]
fn small_heavily_occluded_and_dim_parts_are_overlooked_more_often() {
    let ben = &ANNOTATORS[1];
    // 0.03 + 0.42·e^0 and 0.03 + 0.42·e^−1, by hand.
    assert!((ben.miss_probability(16.0, false, false) - 0.45).abs() < 1e-12);
    assert!((ben.miss_probability(26.0, false, false) - 0.184_509_365).abs() < 1e-9);
    assert!((ben.miss_probability(16.0, true, true) - 0.95).abs() < 1e-12);
    let small = truth(16.0);
    let labels = ben.label(9, &small, &[]);
    let found = seen(&labels, 400.0, 16.0).len();
    close(labels.images.len() - found, labels.images.len(), 0.45, "small parts overlooked");
}

#[test]
fn every_picture_has_two_annotators_and_a_third_of_them_three() {
    let mut hands: BTreeMap<[bool; 3], u32> = BTreeMap::new();
    for index in 0..900 {
        *hands.entry(assigned(7, index)).or_default() += 1;
    }
    let expected =
        [([false, true, true], 200), ([true, false, true], 200), ([true, true, false], 200), ([true; 3], 300)];
    assert_eq!(hands, BTreeMap::from(expected));
}

#[test]
fn labels_stay_in_the_picture_and_do_not_depend_on_other_pictures() {
    let mut file = truth(60.0);
    for annotation in &mut file.annotations {
        annotation.bbox = [600.0, 440.0, 40.0, 40.0];
    }
    let all = ANNOTATORS[1].label(3, &file, &[]);
    for annotation in &all.annotations {
        let [x, y, w, h] = annotation.bbox;
        assert!(x >= 0.0 && y >= 0.0 && w >= 2.0 && h >= 2.0 && x + w <= 640.0 && y + h <= 480.0);
    }
    let last = u64::from(COUNT);
    let mut few = file.clone();
    few.images.retain(|image| image.id == last);
    let few = ANNOTATORS[1].label(3, &few, &[]);
    let boxes = |labels: &CocoFile| {
        labels.annotations.iter().filter(|a| a.image_id == last).map(|a| a.bbox).collect::<Vec<_>>()
    };
    assert_eq!(boxes(&few), boxes(&all));
}
