//! Saliency of a project: kept, found again, stopped, brought in, and held against labels.

use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use concord_domain::sample::Sample;
use concord_geometry::{BBox, Size};
use concord_imaging::{Rgb8, decode_file, encode_png};
use concord_inference::saliency::{DRiseOptions, Method, OcclusionOptions};
use concord_inference::{ExplainOptions, Heatmap};
use concord_project::catalogue::Sources;
use concord_project::model::{self, AddOptions, Added, NamedModel};
use concord_project::new::{NewProject, create};
use concord_project::saliency::{
    Answer, Focus, Question, SALIENCY_FOLDER, SanityOptions, Subject, explain, import_maps, imported_map, sanity,
};
use concord_project::{Desk, Progress, ProjectError, import};
use concord_tests::{clock, project};
use serde_json::json;

fn data(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../core/inference/tests/data").join(name)
}

/// A project with the small detector, whose class "nut's" is the ontology's nut.
fn with_model(dir: &Path, images: u32) -> (Desk, NamedModel) {
    let (desk, _) = project(dir, images);
    let options = AddOptions { class_map: [("nut's".to_owned(), "nut".to_owned())].into(), ..AddOptions::default() };
    let proposal = model::propose(&desk.project, &data("detector.onnx"), &options, &Progress::default());
    let named = model::add(&desk, proposal.expect("a detector")).and_then(Added::into_named).expect("added");
    (desk, named)
}

fn samples(desk: &Desk) -> Vec<Sample> {
    desk.project.reader().expect("a reader").samples().expect("samples")
}

fn occlusion() -> Method {
    Method::Occlusion(OcclusionOptions { window: 0.5, stride: 1.0 })
}

fn ask(desk: &Desk, named: &NamedModel, question: &Question) -> Result<Answer, ProjectError> {
    explain(&desk.project, named, question, &AtomicBool::new(false), &mut |_| {})
}

fn map_files(desk: &Desk) -> Vec<PathBuf> {
    let folders = std::fs::read_dir(desk.project.dir.join("cache/saliency")).into_iter().flatten();
    let folders = folders.map(|folder| folder.expect("an entry").path());
    folders.flat_map(|f| std::fs::read_dir(f).expect("a folder")).map(|f| f.expect("an entry").path()).collect()
}

#[test]
fn a_map_is_worked_out_once() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let (desk, named) = with_model(dir.path(), 1);
    let sample = samples(&desk).remove(0);
    let question = Question { sample: sample.clone(), subject: Subject::Image, method: occlusion() };
    let first = ask(&desk, &named, &question).expect("explained");
    assert!(!first.was_kept);
    let [file] = <[PathBuf; 1]>::try_from(map_files(&desk)).expect("one map");

    // A file that was cut off is worked out anew and mended.
    let whole = std::fs::read(&file).expect("there");
    std::fs::write(&file, &whole[..whole.len() - 40]).expect("cut off");
    assert_eq!(ask(&desk, &named, &question).expect("again"), first);
    assert_eq!(std::fs::read(&file).expect("mended"), whole);

    // Without the image the model cannot have been asked: the map was kept.
    std::fs::remove_file(desk.project.image_path(&sample)).expect("removed");
    assert_eq!(ask(&desk, &named, &question).expect("kept"), Answer { was_kept: true, ..first });
    let focus =
        Focus { bbox: BBox::new(1.0, 1.0, 90.0, 90.0).expect("a box"), class: "bolt".into(), class_scores: vec![] };
    let others = [
        Question { method: Method::Occlusion(OcclusionOptions { window: 0.5, stride: 0.5 }), ..question.clone() },
        Question { method: Method::EigenCam { tensor: None }, ..question.clone() },
        Question { subject: Subject::Object(focus.clone()), ..question.clone() },
    ];
    for other in &others {
        assert!(matches!(ask(&desk, &named, other), Err(ProjectError::Imaging(_))), "another question: {other:?}");
    }
    // Everything in the cache may be deleted at any time.
    std::fs::remove_dir_all(desk.project.dir.join("cache")).expect("deleted");
    assert!(ask(&desk, &named, &question).is_err(), "there is no image any more");
}

#[test]
fn the_map_is_that_of_the_model_with_the_words_of_the_project() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let (desk, named) = with_model(dir.path(), 1);
    let sample = samples(&desk).remove(0);
    let image = decode_file(&desk.project.image_path(&sample), &concord_imaging::Limits::default()).expect("decoded");
    let best = named.model.detect(&image, &concord_inference::DetectOptions::default()).expect("it runs").remove(0);
    let class = named.class_name(best.class);
    let focus = Focus { bbox: best.bbox, class, class_scores: best.class_scores.clone() };
    let drise = Method::DRise(DRiseOptions { masks: 20, grid: 4, ..DRiseOptions::default() });
    let question = Question { sample: sample.clone(), subject: Subject::Object(focus.clone()), method: drise.clone() };
    let answer = ask(&desk, &named, &question).expect("explained");
    // What the configuration says without being told: scores from 0.01, suppression and score of the defaults.
    let options = ExplainOptions { same: vec![0, 1], ..ExplainOptions::default() };
    let target = concord_inference::saliency::Target {
        bbox: best.bbox,
        class: best.class,
        class_scores: best.class_scores.clone(),
    };
    let mut by_hand =
        named.model.explain(&image, &drise, Some(&target), sample.id.as_ref(), &options).expect("started");
    while by_hand.step().expect("it runs") {}
    assert_eq!(answer.map, by_hand.map());

    let unknown = Focus { class: "washer".into(), ..focus };
    let question = Question { subject: Subject::Object(unknown), ..question };
    let error = ask(&desk, &named, &question).expect_err("no such class").to_string();
    assert!(error.contains("knows no class washer"), "{error}");
    let inside = Question { method: Method::EigenCam { tensor: None }, ..question };
    assert!(ask(&desk, &named, &inside).is_ok(), "a method that looks inside needs no class");
}

#[test]
fn a_stop_is_heard_at_the_next_step_and_nothing_is_kept() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let (desk, named) = with_model(dir.path(), 1);
    let sample = samples(&desk).remove(0);
    let many = Method::DRise(DRiseOptions { masks: 1_000_000, ..DRiseOptions::default() });
    let question = Question { sample, subject: Subject::Image, method: many };
    let stop = AtomicBool::new(false);
    let mut looks = Vec::new();
    let outcome = explain(&desk.project, &named, &question, &stop, &mut |look| {
        looks.push((look.steps.done, look.map.values.iter().any(|v| *v > 0.0)));
        stop.store(looks.len() >= 2, std::sync::atomic::Ordering::Relaxed);
    });
    assert!(matches!(outcome, Err(ProjectError::Cancelled)), "a million masks take longer than this test");
    assert_eq!(looks.len(), 2, "it was stopped at the second look");
    assert!(looks[0].0 > 1 && looks[1].0 > looks[0].0 && looks[0].1, "the map grew: {looks:?}");
    assert!(map_files(&desk).is_empty());
}

/// An array of NumPy, version 1.0.
fn npy(width: usize, height: usize, value: impl Fn(usize, usize) -> f32) -> Vec<u8> {
    let mut header = format!("{{'descr': '<f4', 'fortran_order': False, 'shape': ({height}, {width}), }}");
    while (10 + header.len() + 1) % 64 != 0 {
        header.push(' ');
    }
    header.push('\n');
    let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
    bytes.extend((header.len() as u16).to_le_bytes());
    bytes.extend(header.as_bytes());
    for y in 0..height {
        bytes.extend((0..width).flat_map(|x| value(x, y).to_le_bytes()));
    }
    bytes
}

#[test]
fn maps_of_another_tool_are_brought_in_by_name() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let (desk, _) = project(dir.path(), 2);
    let all = samples(&desk);
    let named = |stem: &str| all.iter().find(|s| s.file_name().starts_with(stem)).expect("a sample").clone();
    let folder = dir.path().join("maps");
    std::fs::create_dir(&folder).expect("made");
    std::fs::write(folder.join("0000.npy"), npy(4, 3, |x, y| (x + y) as f32)).expect("written");
    std::fs::write(folder.join("other.npy"), npy(4, 3, |_, _| 0.0)).expect("written");
    std::fs::write(folder.join("0001.png"), b"no picture").expect("written");
    std::fs::write(folder.join("readme.txt"), b"beside").expect("written");
    let report = import_maps(&desk.project, &folder, &Progress::default()).expect("taken in");
    assert_eq!((report.taken, report.replaced, report.problems.len()), (1, 0, 2), "{report:?}");
    assert!(report.problems.iter().any(|p| p.place.ends_with("other.npy") && p.cause.contains("no image")));
    let question = |stem| Question {
        sample: named(stem),
        subject: Subject::Image,
        method: Method::Imported { sha256: String::new() },
    };
    let map = imported_map(&desk.project, &question("0000")).expect("readable").expect("there");
    let expect: Vec<f32> = (0..12).map(|at| (at % 4 + at / 4) as f32 / 5.0).collect();
    assert_eq!((map.size(), map.values), (Size::new(4, 3), expect));
    assert_eq!(imported_map(&desk.project, &question("0001")).expect("no error"), None);

    // A single picture takes the place of the array.
    let grey = Rgb8::from_fn(Size::new(2, 1), |x, _| [(x * 255) as u8; 3]);
    std::fs::write(folder.join("0000.png"), encode_png(&grey)).expect("written");
    let report = import_maps(&desk.project, &folder.join("0000.png"), &Progress::default()).expect("taken in");
    assert_eq!((report.taken, report.replaced), (1, 1));
    let map = imported_map(&desk.project, &question("0000")).expect("readable").expect("there");
    assert_eq!(map.values, [0.0, 1.0]);
    let kept = std::fs::read_dir(desk.project.dir.join(SALIENCY_FOLDER)).expect("the folder").count();
    assert_eq!(kept, 1, "one map a sample");
    let error = import_maps(&desk.project, &folder.join("readme.txt"), &Progress::default()).expect_err("no map");
    assert!(error.to_string().contains("neither an .npy array nor a .png picture"), "{error}");
}

/// A project of one image, 48 × 32, whose left half is red, with a classifier that gives the softmax of the mean of each
/// channel, and a label over the left half.
fn red_half(dir: &Path) -> (Desk, NamedModel) {
    let images = dir.join("pictures");
    std::fs::create_dir(&images).expect("made");
    let picture = Rgb8::from_fn(Size::new(48, 32), |x, _| if x < 24 { [255, 0, 0] } else { [0; 3] });
    std::fs::write(images.join("half.png"), encode_png(&picture)).expect("written");
    let new = NewProject {
        classes: vec!["red".to_owned()],
        sources: Sources { images: vec![images], sidecar: None },
        ..NewProject::default()
    };
    let (desk, _) = create(&dir.join("p"), &new, "ana", "d", clock, &Progress::default()).expect("made");
    let content = json!({
        "images": [{"id": 1, "file_name": "half.png", "width": 48, "height": 32}],
        "annotations": [{"id": 1, "image_id": 1, "category_id": 1, "iscrowd": 0, "area": 768.0, "bbox": [0, 0, 24, 32]}],
        "categories": [{"id": 1, "name": "red"}]});
    let file = dir.join("labels.json");
    std::fs::write(&file, content.to_string()).expect("written");
    let report = import::labels(&desk, &file, "ana", &Progress::default()).expect("imported");
    assert_eq!(report.objects, 1, "{report:?}");
    let card = dir.join("card.toml");
    let text = "family = \"classification\"\n[input]\nfit = \"stretch\"\nscale = 0.00392156862745098\n\
                [output]\nlogits = \"logits\"\n[classes]\nnames = [\"red\", \"green\", \"blue\"]\n";
    std::fs::write(&card, text).expect("written");
    let options = AddOptions { card: Some(card), ..AddOptions::default() };
    let proposal = model::propose(&desk.project, &data("classifier.onnx"), &options, &Progress::default());
    let named = model::add(&desk, proposal.expect("a classifier")).and_then(Added::into_named).expect("added");
    (desk, named)
}

/// The softmax of (mean red, 0, 0) at its first place.
fn probability(mean_red: f64) -> f64 {
    mean_red.exp() / (mean_red.exp() + 2.0)
}

/// The area under equal steps.
fn area(scores: &[f64]) -> f64 {
    scores.windows(2).map(|pair| f64::midpoint(pair[0], pair[1])).sum::<f64>() / (scores.len() - 1) as f64
}

#[test]
fn figures_of_a_map_that_is_right_and_of_one_that_is_wrong() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let (desk, named) = red_half(dir.path());
    let maps = dir.path().join("maps");
    std::fs::create_dir(&maps).expect("made");
    let options = SanityOptions {
        methods: vec![Method::Imported { sha256: String::new() }],
        steps: 4,
        ..SanityOptions::default()
    };
    let figures = |map: &dyn Fn(usize) -> f32| {
        std::fs::write(maps.join("half.npy"), npy(48, 32, |x, _| map(x))).expect("written");
        import_maps(&desk.project, &maps, &Progress::default()).expect("taken in");
        let report = sanity(&desk.project, &named, &options, &Progress::default()).expect("figures");
        assert_eq!((report.images, report.objects, report.not_found, report.unknown_class), (1, 1, 0, 0));
        let class = &report.methods[0].classes[0];
        assert_eq!((class.class.as_str(), &class.figures), ("red", &report.methods[0].all), "one object, one class");
        report.methods[0].all.clone()
    };
    let near = |metric: concord_metrics::Metric, expect: f64, tolerance: f64, what: &str| {
        let value = metric.value().unwrap_or_else(|| panic!("{what} is defined"));
        assert!((value - expect).abs() < tolerance, "{what}: {value} instead of {expect}");
    };
    // The mean of 255 and 0 in equal parts is 127.5, which is rounded to 128.
    let grey = 128.0 / 255.0;
    let right = figures(&|x| if x < 24 { 1.0 } else { 0.0 });
    near(right.pointing, 1.0, 1e-12, "the pointing game");
    near(right.energy, 1.0, 1e-12, "the energy");
    // All of the left half and, of the right one, three columns: 15·48/224 = 3.2 pixels from the box.
    near(right.chance, 27.0 / 48.0, 1e-12, "chance");
    // A quarter of the image a step: first the red half becomes grey, then the black one.
    let means = [0.5, 0.25 + 0.25 * grey, 0.5 * grey, 0.75 * grey, grey];
    near(right.deletion, area(&means.map(probability)), 1e-5, "deletion");
    let wrong = figures(&|x| if x < 24 { 0.0 } else { 1.0 });
    near(wrong.pointing, 3.0 / 24.0, 1e-12, "equal peaks share: three of 24 columns are near enough");
    near(wrong.energy, 0.0, 1e-12, "the energy");
    let means = [0.5, 0.5 + 0.25 * grey, 0.5 + 0.5 * grey, 0.25 + 0.75 * grey, grey];
    near(wrong.deletion, area(&means.map(probability)), 1e-5, "deletion");
    // A blur moves red about and loses none; put in are first the red pixels, or first the black ones.
    let (first, last) = (right.insertion.value().expect("defined"), wrong.insertion.value().expect("defined"));
    assert!(first > last && right.deletion.value() < wrong.deletion.value(), "the right map is the better one");
    let blank = figures(&|_| 0.5);
    assert!(!blank.pointing.is_defined() && !blank.deletion.is_defined() && !blank.energy.is_defined());
}

#[test]
fn sanity_counts_what_cannot_be_explained_and_uses_what_is_kept() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let (desk, named) = red_half(dir.path());
    let methods = vec![occlusion(), Method::DRise(DRiseOptions { masks: 8, ..DRiseOptions::default() })];
    let options = SanityOptions { methods, steps: 0, ..SanityOptions::default() };
    let report = sanity(&desk.project, &named, &options, &Progress::default()).expect("figures");
    assert_eq!(map_files(&desk).len(), 2);
    assert_eq!(report.methods.iter().map(|m| m.of_image).collect::<Vec<_>>(), [false, false]);
    assert!(report.methods.iter().all(|m| !m.all.deletion.is_defined()), "no steps, no areas");
    // Covering red lowers the probability of red, so that the map of occlusion points at it.
    assert_eq!(report.methods[0].all.pointing.value(), Some(1.0));
    let again = sanity(&desk.project, &named, &options, &Progress::default()).expect("figures");
    assert_eq!(again, report);
    let nobody = SanityOptions { annotator: Some("ben".to_owned()), ..options };
    let error = sanity(&desk.project, &named, &nobody, &Progress::default()).expect_err("no labels").to_string();
    assert!(error.contains("ben"), "{error}");
}

#[test]
fn an_answer_covers_the_whole_image() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let (desk, named) = with_model(dir.path(), 1);
    let question = Question { sample: samples(&desk).remove(0), subject: Subject::Image, method: occlusion() };
    let map: Heatmap = ask(&desk, &named, &question).expect("explained").map;
    // 160 × 120 in 48 × 32 is 43 × 32 (42.67 rounded).
    assert_eq!(map.size(), Size::new(43, 32));
}
