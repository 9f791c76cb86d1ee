//! The registry of models, runs that are interrupted and go on, and models that bring their trial run down.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use concord_domain::model::ModelSignature;
use concord_metrics::calibration::Method;
use concord_project::model::{self, AddOptions, Trial};
use concord_project::{Desk, Progress, run, verify};
use concord_tests::project;

fn data(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../core/inference/tests/data").join(name)
}

fn add(desk: &Desk, file: &Path, options: &AddOptions) -> Result<model::NamedModel, concord_project::ProjectError> {
    let proposal = model::propose(&desk.project, file, options, &Progress::default())?;
    model::add(desk, proposal)?.into_named()
}

fn is_sound(desk: &Desk) {
    desk.flush().expect("written");
    assert_eq!(verify::verify(&desk.project.dir).expect("verified").differences, []);
}

#[test]
fn a_model_is_registered_once_and_never_changes() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let (desk, _) = project(dir.path(), 3);
    let map = BTreeMap::from([("nut's".to_owned(), "nut".to_owned())]);
    let options = AddOptions { name: Some("first".to_owned()), class_map: map, ..AddOptions::default() };
    let added = add(&desk, &data("detector.onnx"), &options).expect("a detector");
    assert_eq!(added.class_name(1), "nut");
    let listed = model::find(&desk.project, "first").expect("it is there");
    assert!(listed.is_present && listed.unmapped.is_empty() && !listed.row.is_retired);
    assert_eq!(listed.path.as_deref(), Some(desk.project.dir.join("models/first.onnx").as_path()), "a copy of its own");
    // The contract that is kept leaves nothing to be inferred.
    assert!(model::open(&desk.project, "first").expect("it opens").model.contract().assumed.is_empty());

    // The same file again is the same model, and another of its name is refused.
    let again = AddOptions { name: Some("second".to_owned()), ..AddOptions::default() };
    assert_eq!(add(&desk, &data("detector.onnx"), &again).expect("known").name, "first");
    let error = add(&desk, &data("plain.onnx"), &options).expect_err("its classes are others").to_string();
    assert!(error.contains("nut's"), "{error}");
    let clash = AddOptions { name: Some("first".to_owned()), ..AddOptions::default() };
    let error = add(&desk, &data("plain.onnx"), &clash).expect_err("the name is taken").to_string();
    assert!(error.contains("another model named first"), "{error}");
    assert_eq!(model::list(&desk.project).expect("listed").len(), 1);

    model::retire(&desk, "first", true).expect("out of use");
    assert!(model::find(&desk.project, "first").expect("still known").row.is_retired);
    let error = run::run(&desk, "first", &Progress::default()).expect_err("out of use").to_string();
    assert!(error.contains("put out of use") && error.contains("--back"), "{error}");
    model::retire(&desk, "first", false).expect("back in use");
    assert!(!model::find(&desk.project, "first").expect("known").row.is_retired);

    // A file that was exchanged behind the registry's back is noticed.
    std::fs::copy(data("plain.onnx"), desk.project.dir.join("models/first.onnx")).expect("exchanged");
    let error = model::open(&desk.project, "first").expect_err("another file").to_string();
    assert!(error.contains("is not the file that the project knows as first"), "{error}");
    std::fs::remove_file(desk.project.dir.join("models/first.onnx")).expect("removed");
    let error = model::open(&desk.project, "first").expect_err("no file").to_string();
    assert!(error.contains("put it back"), "{error}");
    is_sound(&desk);
}

#[test]
fn a_run_registers_its_model_and_takes_its_words_over() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let (desk, _) = project(dir.path(), 4);
    let file = data("detector.onnx");
    let report = run::run(&desk, file.to_str().expect("a path"), &Progress::default()).expect("it runs");
    assert_eq!((report.run.samples, report.run.model.as_str(), report.resumed), (4, "detector", 0));
    assert_eq!(report.unmapped_classes, ["nut's"]);
    assert_eq!(report.assumed.len(), 1, "the family: {:?}", report.assumed);
    assert!(model::find(&desk.project, "detector").expect("registered").row.calibration.is_none());
    let again = run::run(&desk, "detector", &Progress::default()).expect("it runs");
    assert!(again.known && again.run == report.run && again.assumed.is_empty());
    let error = model::calibrate(&desk, "detector", Method::Best).expect_err("nothing is labelled").to_string();
    assert!(error.contains("200"), "{error}");
    let speed = model::measure(&desk, "detector", &Progress::default()).expect("measured");
    assert!(speed.images_per_second > 0.0 && speed.latency_ms > 0.0 && speed.sessions >= 1);
    assert_eq!(model::find(&desk.project, "detector").expect("known").row.speeds, [("desk1".to_owned(), speed)]);
    is_sound(&desk);
}

#[test]
fn an_interrupted_run_goes_on_where_it_stopped() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let (desk, _) = project(dir.path(), 60);
    let file = data("detector.onnx");
    let name = file.to_str().expect("a path");
    let progress = Arc::new(Progress::default());
    let watcher = std::thread::spawn({
        let progress = Arc::clone(&progress);
        move || {
            while progress.counts().0 < 10 || !progress.stage().starts_with("running") {
                std::thread::yield_now();
            }
            progress.cancel();
        }
    });
    run::run(&desk, name, &progress).expect_err("it was stopped");
    watcher.join().expect("no panic");
    assert!(desk.project.reader().expect("a reader").runs().expect("read").is_empty(), "half a run is none");
    let second = run::run(&desk, name, &Progress::default()).expect("it goes on");
    assert!((10..60).contains(&second.resumed), "{} were kept", second.resumed);
    assert_eq!(second.run.samples, 60);

    // Without an interruption the outcome is the same, to the last byte.
    let other = tempfile::tempdir().expect("a temporary folder");
    let (whole, _) = project(other.path(), 60);
    let whole = run::run(&whole, name, &Progress::default()).expect("it runs");
    assert_eq!((whole.run.digest, whole.run.id), (second.run.digest, second.run.id));
    is_sound(&desk);
}

#[test]
fn classifiers_and_embedders_speak_of_samples_as_a_whole() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let (desk, _) = project(dir.path(), 3);
    let name = data("contracts/classifier_softmax.onnx");
    let report = run::run(&desk, name.to_str().expect("a path"), &Progress::default()).expect("it runs");
    assert_eq!((report.run.samples, report.run.predictions), (3, 0));
    let mut wholes = Vec::new();
    let reader = desk.project.reader().expect("a reader");
    reader
        .each_whole(&report.run.id, |_, classes, embedding| wholes.push((classes.iter().sum::<f32>(), embedding.len())))
        .expect("read");
    assert_eq!(wholes.len(), 3);
    assert!(wholes.iter().all(|(sum, length)| (sum - 1.0).abs() < 1e-5 && *length > 0), "{wholes:?}");
    let bits = reader.uncertainties(&report.run.id).expect("read");
    assert!(bits.iter().all(|(_, bits)| *bits > 0.0), "{bits:?}");
    is_sound(&desk);
}

#[cfg(unix)]
#[test]
fn a_model_that_brings_its_trial_run_down_is_refused() {
    use std::os::unix::fs::PermissionsExt;

    let dir = tempfile::tempdir().expect("a temporary folder");
    let (desk, _) = project(dir.path(), 1);
    for (script, part) in [
        ("kill -6 $$", "ended by signal 6"),
        ("kill -9 $$", "more memory than there is"),
        ("echo error: it has no graph >&2; echo try: another >&2; exit 1", "it has no graph"),
    ] {
        let program = dir.path().join("trial.sh");
        std::fs::write(&program, format!("#!/bin/sh\n{script}\n")).expect("a script");
        std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).expect("executable");
        let options = AddOptions { trial: Some(Trial { program }), ..AddOptions::default() };
        let error = add(&desk, &data("detector.onnx"), &options).expect_err("it came down").to_string();
        assert!(error.contains(part), "{error}");
    }
    assert!(model::list(&desk.project).expect("listed").is_empty());
    let program = PathBuf::from("/bin/true");
    let options = AddOptions { trial: Some(Trial { program }), ..AddOptions::default() };
    add(&desk, &data("detector.onnx"), &options).expect("the trial was passed");
}

#[test]
fn a_signature_is_shown_when_it_holds_and_keeps_the_model_out_when_it_does_not() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let (desk, _) = project(dir.path(), 1);
    let file = dir.path().join("detector.onnx");
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("data");
    std::fs::copy(data("detector.onnx"), &file).expect("copied");
    std::fs::copy(own.join("detector.onnx.minisig"), dir.path().join("detector.onnx.minisig")).expect("copied");

    let propose = || model::propose(&desk.project, &file, &AddOptions::default(), &Progress::default());
    let error = propose().expect_err("nobody is trusted").to_string();
    assert!(error.contains("is not trusted") && error.contains("trusted-keys.txt"), "{error}");
    std::fs::copy(own.join("signer.pub"), desk.project.dir.join("trusted-keys.txt")).expect("trusted");
    match propose().expect("signed").entry.signature {
        ModelSignature::Valid { trusted_comment, key_id, .. } => {
            assert_eq!((trusted_comment.as_str(), key_id.len()), ("release 3, trained on belt 2026-10", 16));
        }
        ModelSignature::Unsigned => panic!("the signature was not seen"),
    }

    // Another model under the same signature.
    std::fs::copy(data("plain.onnx"), &file).expect("exchanged");
    let error = propose().expect_err("altered").to_string();
    assert!(error.contains("was altered"), "{error}");
    std::fs::remove_file(dir.path().join("detector.onnx.minisig")).expect("removed");
    assert_eq!(propose().expect("unsigned").entry.signature, ModelSignature::Unsigned);
}
