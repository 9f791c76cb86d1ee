//! Pairs that segment what a person points at: registered with both files, refused when either is altered, and asked by
//! way of the cache. The masks are those that numpy worked out for the pairs (`core/inference/tests/data/prompted`).

use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use concord_domain::sample::Sample;
use concord_domain::tool::Prompt;
use concord_geometry::{BBox, Point, Size};
use concord_imaging::{Rgb8, encode_png};
use concord_inference::EngineOptions;
use concord_metrics::calibration::Method;
use concord_project::catalogue::Sources;
use concord_project::model::{
    self, AddOptions, Added, EMBEDDINGS_FOLDER, Embeddings, Opened, open_prompter, prompters,
};
use concord_project::new::{NewProject, create};
use concord_project::{Desk, Progress, ProjectError, run, verify};
use concord_tests::{clock, project};

fn data(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../core/inference/tests/data").join(name)
}

/// Copies of a pair and its card, to be altered.
fn pair(dir: &Path, name: &str) -> PathBuf {
    for end in ["encoder.onnx", "encoder.toml", "decoder.onnx"] {
        let file = format!("{name}.{end}");
        std::fs::copy(data("prompted").join(&file), dir.join(&file)).expect("in the repository");
    }
    dir.join(format!("{name}.encoder.onnx"))
}

fn add(desk: &Desk, file: &Path, options: &AddOptions) -> Result<Added, ProjectError> {
    model::add(desk, model::propose(&desk.project, file, options, &Progress::default())?)
}

fn named(name: &str) -> AddOptions {
    AddOptions { name: Some(name.to_owned()), ..AddOptions::default() }
}

fn is_sound(desk: &Desk) {
    desk.flush().expect("written");
    assert_eq!(verify::verify(&desk.project.dir).expect("verified").differences, []);
}

/// The picture of `toy.py`: a red disc, a green bar and a blue corner on a shaded grey; `tint` makes it another sample.
fn picture(size: Size, tint: u8) -> Rgb8 {
    let (width, height) = (size.width, size.height);
    Rgb8::from_fn(size, |x, y| {
        let shade = (x * 40 / width + y * 30 / height) as u8;
        let (u, v) = ((2 * x + 1) * 100 / (2 * width), (2 * y + 1) * 100 / (2 * height));
        let is_in_disc = u.abs_diff(30).pow(2) + v.abs_diff(40).pow(2) < 22 * 22;
        match (u, v) {
            (..45, 75..) => [45, 60, 200],
            (60..90, 15..75) => [40, 190, 60],
            _ if is_in_disc => [210 + tint, 40, 35],
            _ => [100 + shade, 105 + shade, 95 + shade],
        }
    })
}

/// A project of toy pictures of 200 × 125 pixels.
fn toys(dir: &Path, count: u8) -> (Desk, Vec<Sample>) {
    let folder = dir.join("images");
    std::fs::create_dir_all(&folder).expect("the folder can be made");
    for n in 0..count {
        let bytes = encode_png(&picture(Size::new(200, 125), n));
        std::fs::write(folder.join(format!("{n}.png")), bytes).expect("the picture can be written");
    }
    let sources = Sources { images: vec![folder], sidecar: None };
    let new = NewProject { classes: vec!["disc".to_owned()], sources, ..NewProject::default() };
    let (desk, _) = create(&dir.join("project"), &new, "ana", "desk1", clock, &Progress::default()).expect("a project");
    let mut samples = desk.project.reader().expect("a reader").samples().expect("samples");
    samples.sort_by(|a, b| a.path.cmp(&b.path));
    (desk, samples)
}

fn click(x: f64, y: f64) -> Prompt {
    Prompt { points: vec![(Point::new(x, y), true)], bbox: None }
}

fn embedding_files(desk: &Desk) -> Vec<PathBuf> {
    let files = |folder: &Path| std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let mut all: Vec<PathBuf> =
        files(&desk.project.dir.join(EMBEDDINGS_FOLDER)).flat_map(|pair| files(&pair).collect::<Vec<_>>()).collect();
    all.sort();
    all
}

#[test]
fn a_pair_is_registered_with_both_of_its_files() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let (desk, _) = project(dir.path(), 2);
    let added = add(&desk, &data("prompted/square.encoder.onnx"), &named("sam")).expect("a pair");
    assert!(matches!(added.model, Opened::Pair(_)));
    let listed = model::find(&desk.project, "sam").expect("it is there");
    let entry = &listed.row.model;
    // By Python's hashlib, in expected.json.
    assert_eq!(entry.sha256, "417068473da1b14e8e2236acb70848da28a981fa2acad779303a973ce4e5135e");
    let decoder = entry.decoder.as_ref().expect("a pair");
    assert_eq!(decoder.sha256, "30f9ae07fb284b93425b764b0f25706b636143b141e31d846b814fa4ce3c6ef3");
    assert_eq!((entry.family.as_str(), entry.classes.len()), ("prompted", 0));
    let models = desk.project.dir.join("models");
    assert_eq!(listed.path.as_deref(), Some(models.join("sam.onnx").as_path()));
    assert_eq!(listed.decoder.as_deref(), Some(models.join("sam.decoder.onnx").as_path()));
    assert!(listed.is_present);
    // The contract that is kept leaves nothing to be taken for granted.
    assert!(
        !add(&desk, &data("prompted/square.encoder.onnx"), &named("again")).expect("known").model.assumed().is_empty()
    );
    let opened = open_prompter(&desk.project, "sam").expect("it opens");
    assert!(opened.prompter.assumed().is_empty(), "{:?}", opened.prompter.assumed());
    assert_eq!(model::list(&desk.project).expect("listed").len(), 1, "the same file again is the same model");
    let names: Vec<String> = prompters(&desk.project).expect("listed").into_iter().map(|m| m.row.model.name).collect();
    assert_eq!(names, ["sam"]);
    model::retire(&desk, "sam", true).expect("out of use");
    assert!(prompters(&desk.project).expect("listed").is_empty());
    let error = open_prompter(&desk.project, "sam").expect_err("out of use").to_string();
    assert!(error.contains("put out of use"), "{error}");
    is_sound(&desk);
}

#[test]
fn a_pair_is_refused_when_either_file_is_another() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let (desk, _) = project(dir.path(), 2);
    add(&desk, &data("prompted/square.encoder.onnx"), &named("sam")).expect("a pair");
    let models = desk.project.dir.join("models");
    for (name, other) in [("sam.onnx", "four.encoder.onnx"), ("sam.decoder.onnx", "four.decoder.onnx")] {
        let file = models.join(name);
        let kept = std::fs::read(&file).expect("there");
        // The pairs differ in their number of masks alone: either half of one works with that of the other.
        std::fs::copy(data("prompted").join(other), &file).expect("exchanged");
        let error = open_prompter(&desk.project, "sam").expect_err(name).to_string();
        assert!(error.contains(name) && error.contains("is not the file that the project knows as sam"), "{error}");
        std::fs::remove_file(&file).expect("removed");
        assert!(!model::find(&desk.project, "sam").expect("known").is_present);
        assert!(prompters(&desk.project).expect("listed").is_empty());
        let error = open_prompter(&desk.project, "sam").expect_err(name).to_string();
        assert!(error.contains(name) && error.contains("put it back"), "{error}");
        std::fs::write(&file, kept).expect("put back");
        open_prompter(&desk.project, "sam").expect("as before");
    }
}

#[test]
fn files_that_stay_in_place_are_found_there() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let (desk, _) = project(dir.path(), 2);
    let encoder = pair(dir.path(), "four");
    let options = AddOptions { in_place: true, ..AddOptions::default() };
    let name = add(&desk, &encoder, &options).expect("a pair").name;
    assert_eq!(name, "four.encoder");
    assert!(!desk.project.dir.join("models").exists(), "nothing was copied");
    let listed = model::find(&desk.project, &name).expect("known");
    let decoder = dir.path().join("four.decoder.onnx").canonicalize().expect("there");
    assert_eq!(listed.decoder, Some(decoder));
    open_prompter(&desk.project, &name).expect("it opens");
    // A decoder without its card or its file is told when it is added, and nothing is written.
    std::fs::remove_file(dir.path().join("four.decoder.onnx")).expect("removed");
    let error = add(&desk, &encoder, &named("other")).expect_err("half a pair").to_string();
    assert!(error.contains("the decoder four.decoder.onnx beside it"), "{error}");
    is_sound(&desk);
}

#[test]
fn a_pair_is_no_detector_and_a_detector_no_pair() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let (desk, _) = project(dir.path(), 2);
    add(&desk, &data("prompted/square.encoder.onnx"), &named("sam")).expect("a pair");
    add(&desk, &data("detector.onnx"), &named("detector")).expect("a detector");
    let progress = Progress::default();
    for error in [
        run::run(&desk, "sam", &progress).expect_err("run").to_string(),
        model::measure(&desk, "sam", &progress).expect_err("measured").to_string(),
        model::calibrate(&desk, "sam", Method::Best).expect_err("calibrated").to_string(),
    ] {
        assert!(error.contains("sam segments what a person points at"), "{error}");
    }
    let error = open_prompter(&desk.project, "detector").expect_err("no pair").to_string();
    assert!(error.contains("detector is of the family yolov8 and takes no prompts"), "{error}");
    let error = open_prompter(&desk.project, "nobody").expect_err("unknown").to_string();
    assert!(error.contains("has no model nobody") && error.contains("detector, sam"), "{error}");
    is_sound(&desk);
}

#[test]
fn a_trial_covers_both_files() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let encoder = pair(dir.path(), "square");
    let engine = EngineOptions::default();
    model::try_model(&encoder, None, &engine).expect("a pair");
    std::fs::copy(data("prompted/nan.decoder.onnx"), dir.path().join("square.decoder.onnx")).expect("exchanged");
    let error = model::try_model(&encoder, None, &engine).expect_err("its numbers are none").to_string();
    assert!(error.contains("square.decoder.onnx"), "{error}");
}

#[test]
fn what_is_pointed_at_is_found_as_numpy_finds_it() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let (desk, samples) = toys(dir.path(), 1);
    add(&desk, &data("prompted/square.encoder.onnx"), &named("sam")).expect("a pair");
    let sam = open_prompter(&desk.project, "sam").expect("it opens");
    let mut embeddings = Embeddings::default();
    let embedding = embeddings.of(&desk.project, &sam, &samples[0]).expect("read");
    // Areas and scores of expected.json, up to the level by which smoothing may be off in a pixel.
    let is_near = |area: u64, known: f64| (area as f64 / known - 1.0).abs() < 0.01;
    let disc = sam.segment(&embedding, &click(60.0, 50.0)).expect("an answer");
    assert!(disc.mask.as_ref().is_some_and(|mask| is_near(mask.rle().area_px(), 3431.0)), "{:?}", disc.mask);
    assert!((disc.by.score - 0.713_781_82).abs() < 5e-4, "{}", disc.by.score);
    assert_eq!((disc.by.model.as_str(), disc.by.model_sha256.as_str()), ("sam", sam.entry.sha256.as_str()));
    let boxed = Prompt { points: vec![(Point::new(40.0, 110.0), true)], bbox: BBox::new(4.0, 37.5, 120.0, 122.5).ok() };
    let corner = sam.segment(&embedding, &boxed).expect("an answer").mask.expect("a mask");
    assert!(is_near(corner.rle().area_px(), 2802.0), "{}", corner.rle().area_px());
    let outside = sam.segment(&embedding, &click(201.0, 5.0)).expect_err("outside").to_string();
    assert!(outside.contains("outside the image of 200 × 125"), "{outside}");
}

#[test]
fn embeddings_come_from_the_cache_and_damage_is_noticed() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let (desk, samples) = toys(dir.path(), 1);
    add(&desk, &data("prompted/square.encoder.onnx"), &named("sam")).expect("a pair");
    let sam = open_prompter(&desk.project, "sam").expect("it opens");
    let answer = |embeddings: &mut Embeddings| -> Result<_, ProjectError> {
        let embedding = embeddings.of(&desk.project, &sam, &samples[0])?;
        Ok(sam.segment(&embedding, &click(60.0, 50.0)).expect("an answer"))
    };
    let mut first = Embeddings::default();
    let known = answer(&mut first).expect("worked out");
    let files = embedding_files(&desk);
    assert_eq!(files.len(), 1, "{files:?}");
    // With the picture gone, both memory and disk still know what the encoder made of it.
    let image = desk.project.image_path(&samples[0]);
    let hidden = image.with_extension("hidden");
    std::fs::rename(&image, &hidden).expect("hidden");
    assert_eq!(answer(&mut first).expect("from memory"), known);
    assert_eq!(answer(&mut Embeddings::default()).expect("from the disk"), known);
    // Cut short, or with one bit turned, the file counts as missing.
    let whole = std::fs::read(&files[0]).expect("there");
    let mut turned = whole.clone();
    turned[whole.len() / 2] ^= 1;
    for damaged in [&whole[..whole.len() - 1], &whole[..9], &[], turned.as_slice()] {
        std::fs::write(&files[0], damaged).expect("damaged");
        answer(&mut Embeddings::default()).expect_err("there is no picture to read");
    }
    std::fs::rename(&hidden, &image).expect("back");
    assert_eq!(answer(&mut Embeddings::default()).expect("worked out again"), known);
    assert_eq!(std::fs::read(&files[0]).expect("there"), whole);
    // A folder in the way costs time, not the answer.
    std::fs::remove_dir_all(desk.project.dir.join(EMBEDDINGS_FOLDER)).expect("deleted");
    std::fs::write(desk.project.dir.join(EMBEDDINGS_FOLDER), "in the way").expect("written");
    assert_eq!(answer(&mut Embeddings::default()).expect("worked out again"), known);
}

#[test]
fn the_cache_stays_within_its_budgets() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let (desk, samples) = toys(dir.path(), 4);
    add(&desk, &data("prompted/square.encoder.onnx"), &named("sam")).expect("a pair");
    let sam = open_prompter(&desk.project, "sam").expect("it opens");
    // An embedding has 1024 bytes of numbers, and its file somewhat more: two of each have room.
    let mut embeddings = Embeddings::with_budgets(2048, 2700);
    for (n, sample) in samples.iter().enumerate() {
        embeddings.of(&desk.project, &sam, sample).expect("read");
        // Clocks of file systems are coarse: each file is made older than the next one.
        for file in embedding_files(&desk).iter().filter(|file| file.to_string_lossy().contains(&sample.id.0)) {
            let then = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000 + n as u64);
            std::fs::File::options().write(true).open(file).expect("there").set_modified(then).expect("dated");
        }
    }
    let kept = embedding_files(&desk);
    let is_kept = |sample: &Sample| kept.iter().any(|file| file.to_string_lossy().contains(&sample.id.0));
    assert_eq!(samples.iter().map(is_kept).collect::<Vec<_>>(), [false, false, true, true]);
}
