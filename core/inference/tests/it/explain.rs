//! Explanations of whole models: equal to the methods carried out by hand, and Grad-CAM to numpy's differences.

use concord_geometry::{BBox, Placement};
use concord_imaging::Rgb8;
use concord_inference::preprocess::resize;
use concord_inference::saliency::{
    DRise, DRiseOptions, Method, Occlusion, OcclusionOptions, Probe, Scored, Target, within,
};
use concord_inference::{EngineChoice, ExplainOptions, Heatmap, Model};

use crate::engines::ort_library;
use crate::support::{assert_close, json, load, numbers, synthetic};

/// A map from one call to the end.
fn explained(
    model: &Model,
    image: &Rgb8,
    method: &Method,
    target: Option<&Target>,
    options: &ExplainOptions,
) -> Heatmap {
    let mut explanation = model.explain(image, method, target, "img", options).expect("it can be explained");
    while explanation.step().expect("the model runs") {}
    assert!(explanation.is_finished());
    assert!(!explanation.step().expect("nothing is left to do"), "after the end there is no step");
    explanation.map()
}

/// Asks the model by hand until the probe is through.
fn by_hand(probe: &mut dyn Probe, model: &Model, options: &ExplainOptions, first: Option<f32>) {
    let mut least = first;
    while let Some(picture) = probe.next_input() {
        let found = model.detect(&picture, &options.detect).expect("it runs");
        let from = least.take().unwrap_or(0.0);
        let scored: Vec<Scored<'_>> = found
            .iter()
            .filter(|d| d.score >= from)
            .map(|d| Scored {
                bbox: d.bbox,
                class: d.class,
                score: d.score,
                objectness: d.score,
                class_scores: &d.class_scores,
            })
            .collect();
        probe.take(&scored);
    }
}

fn methods() -> [Method; 2] {
    let drise = DRiseOptions { masks: 24, grid: 6, ..DRiseOptions::default() };
    [Method::Occlusion(OcclusionOptions { window: 0.25, stride: 0.5 }), Method::DRise(drise)]
}

#[test]
fn an_explanation_is_the_method_on_the_image_as_the_model_sees_it() {
    let model = load("detector.onnx", EngineChoice::Rten, None);
    let image = synthetic(100, 60);
    let options = ExplainOptions::default();
    // By hand: 100 × 60 in 48 × 32 is 48 × 29 (28.8 rounded), and the best box shrinks with it.
    let placement = Placement::new(image.size, model.contract().input.size, model.contract().input.fit.into());
    let small = Rgb8::new(placement.scaled, resize(&image, placement.scaled));
    assert_eq!((small.width(), small.height()), (48, 29));
    assert_eq!(model.scaled(&image), small);
    let best = model.detect(&image, &options.detect).expect("it runs").remove(0);
    let b = best.bbox;
    let bbox = |x: f64, y: f64| BBox::new(b.x1() * x, b.y1() * y, b.x2() * x, b.y2() * y).expect("a box");
    let target = Target { bbox: b, class: best.class, class_scores: best.class_scores.clone() };
    let inside = Target { bbox: bbox(48.0 / 100.0, 29.0 / 60.0), ..target.clone() };
    for method in methods() {
        let found = explained(&model, &image, &method, Some(&target), &options);
        let mut probe: Box<dyn Probe> = match &method {
            Method::Occlusion(o) => Box::new(Occlusion::new(small.clone(), Some(inside.clone()), *o).expect("windows")),
            Method::DRise(o) => Box::new(DRise::new(small.clone(), Some(inside.clone()), *o, "img").expect("masks")),
            other => unreachable!("{other}"),
        };
        by_hand(probe.as_mut(), &model, &options, None);
        assert_eq!(found, probe.map(), "{method}");
        assert!(!found.constant, "{method} shows something");
    }
}

#[test]
fn without_a_target_what_reaches_the_score_is_explained() {
    let model = load("detector.onnx", EngineChoice::Rten, None);
    let image = synthetic(48, 32);
    let mut scores: Vec<f32> =
        model.detect(&image, &ExplainOptions::default().detect).expect("it runs").iter().map(|d| d.score).collect();
    scores.sort_by(|a, b| b.total_cmp(a));
    assert!(scores.len() > 3, "enough to choose from: {scores:?}");
    for (score, from) in [(scores[2], scores[2]), (1.0, scores[0])] {
        let options = ExplainOptions { score, ..ExplainOptions::default() };
        let [occlusion, _] = methods();
        let found = explained(&model, &image, &occlusion, None, &options);
        let Method::Occlusion(windows) = occlusion else { unreachable!("the first one") };
        let mut probe = Occlusion::new(image.clone(), None, windows).expect("windows");
        by_hand(&mut probe, &model, &options, Some(from));
        assert_eq!(found, probe.map(), "from {score}, or else the best");
    }
}

#[test]
fn classes_that_mean_the_same_count_as_one() {
    let model = load("detector.onnx", EngineChoice::Rten, None);
    let image = synthetic(48, 32);
    let options = ExplainOptions { same: vec![0, 0], ..ExplainOptions::default() };
    let classes = |options: &ExplainOptions| {
        let all = |found: &[Scored<'_>]| found.iter().map(|f| f.class).collect::<std::collections::BTreeSet<_>>();
        model.scored(&image, options, all).expect("it runs").len()
    };
    assert_eq!((classes(&ExplainOptions::default()), classes(&options)), (2, 1));
}

#[test]
fn of_a_classifier_the_probability_of_the_class_is_explained() {
    let path = crate::support::data("contracts/classifier_softmax.onnx");
    let model = Model::load(&path, &crate::support::options(EngineChoice::Rten, None)).expect("a classifier");
    let image = synthetic(100, 60);
    let options = ExplainOptions::default();
    let small = model.scaled(&image);
    let class_of = |picture: &Rgb8| model.predict(picture, &options.detect).expect("it runs").classes.expect("classes");
    let best = (0..5).max_by(|a, b| class_of(&small)[*a].total_cmp(&class_of(&small)[*b])).expect("five classes");
    // RISE by hand: a weight is the probability of the class, wherever the box of the target lay.
    let drise = DRiseOptions { masks: 16, grid: 5, ..DRiseOptions::default() };
    let whole = BBox::of_image(small.size);
    let wanted = |class| Target { bbox: whole, class, class_scores: vec![] };
    let mut probe = DRise::new(small.clone(), Some(wanted(best)), drise, "img").expect("masks");
    while let Some(picture) = probe.next_input() {
        let p = class_of(&picture)[best];
        probe.take(&[Scored { bbox: whole, class: best, score: p, objectness: p, class_scores: &[] }]);
    }
    let corner = Target { bbox: BBox::new(0.0, 0.0, 9.0, 9.0).expect("a box"), ..wanted(best) };
    let method = Method::DRise(drise);
    let found = explained(&model, &image, &method, Some(&corner), &options);
    assert_eq!(found, probe.map());
    let chosen = explained(&model, &image, &method, None, &options);
    assert_eq!(chosen, found, "without a target it is the best class");
    // The whole image is covered, although the model sees only the middle.
    assert_eq!(found.size(), small.size);
    assert!(small.width() > model.contract().input.size.width, "more than the input holds");
}

#[test]
fn grad_cam_is_that_of_differences() {
    let expect = json("gradcam.json");
    let image = synthetic(48, 32);
    let libraries = std::iter::once((EngineChoice::Rten, None))
        .chain(ort_library().map(|library| (EngineChoice::OnnxRuntime, Some(library))));
    for (choice, library) in libraries {
        let model = load("gradcam.onnx", choice, library.as_deref());
        let methods = model.saliency_methods();
        let names: Vec<&str> = methods.iter().map(Method::name).collect();
        assert_eq!(names, ["eigencam", "gradcam", "occlusion", "drise"]);
        let map = explained(&model, &image, &methods[1], None, &ExplainOptions::default());
        let values = map.values.iter().map(|v| f64::from(*v));
        assert_close("grad-cam", values, &numbers(&expect["map"]), 1e-4);
        assert_close("its range", map.range, &numbers(&expect["range"]), 1e-6);
        assert_eq!(map.method, "gradcam");
        // The activations serve EigenCAM where nothing else is named, and the boxes are read as without the gradient.
        assert_eq!(model.feature_map(), Some("features"));
        let plain = load("detector.onnx", choice, library.as_deref());
        let detect = ExplainOptions::default().detect;
        assert_eq!(model.detect(&image, &detect).expect("runs"), plain.detect(&image, &detect).expect("runs"));
        assert_eq!(model.saliency(&image).expect("features"), plain.saliency(&image).expect("features"));
    }
}

#[test]
fn maps_from_inside_are_there_at_once_and_cut_to_the_object() {
    let model = load("detector.onnx", EngineChoice::Rten, None);
    let image = synthetic(100, 60);
    let options = ExplainOptions::default();
    let gate = Method::EigenCam { tensor: Some("gate".to_owned()) };
    let whole = explained(&model, &image, &gate, None, &options);
    assert_eq!(whole, model.saliency_of(&image, "gate").expect("a tensor of the graph"));
    let own = explained(&model, &image, &Method::EigenCam { tensor: None }, None, &options);
    assert_eq!(own, model.saliency(&image).expect("it has features"));
    let bbox = BBox::new(10.0, 10.0, 60.0, 40.0).expect("a box");
    let target = Target { bbox, class: 0, class_scores: vec![] };
    assert_eq!(explained(&model, &image, &gate, Some(&target), &options), within(&whole, image.size, &bbox));
}

#[test]
fn what_cannot_be_explained_says_why() {
    let model = load("plain.onnx", EngineChoice::Rten, None);
    let image = synthetic(48, 32);
    let refused = |method: &Method| {
        model.explain(&image, method, None, "img", &ExplainOptions::default()).expect_err("refused").to_string()
    };
    assert!(refused(&Method::EigenCam { tensor: None }).contains("gives no feature map"));
    assert!(refused(&Method::Imported { sha256: "ab".into() }).contains("another tool"));
    let zero = Method::Occlusion(OcclusionOptions { window: 0.0, stride: 0.5 });
    assert!(refused(&zero).contains("window = 0"), "{}", refused(&zero));
    let flat = refused(&Method::GradCam { activations: "features".into(), gradients: "detections".into() });
    assert!(flat.contains("both must be [1, channels, height, width]"), "{flat}");
}
