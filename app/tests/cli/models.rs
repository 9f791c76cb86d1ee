//! Models: one that does not fit is refused by name, one that fits runs, is validated, and is stressed.

use crate::support::{concord_in, folder, import_as, model, project, write};

/// One gate. The model of the tests sees a box in every cell: it finds all objects, and is nearly always wrong.
fn gates(metric: &str, min_images: u32) -> String {
    format!(
        "version = 1\nseed = 7\n[defaults]\nmin_images = {min_images}\nmin_objects = 1\nbootstrap = 50\n\
         [[gate]]\nid = \"the-gate\"\nmetric = \"{metric}\"\nslice = \"*\"\ncomparator = \">=\"\nthreshold = 0.9\n"
    )
}

#[test]
fn a_model_that_does_not_fit_is_refused_by_name() {
    let dir = folder();
    project(dir.path(), "");
    write(&dir.path().join("text.onnx"), "names: [bolt, nut]\n");
    let wrong = model("four_channels.onnx");
    let detector = std::fs::read(model("detector.onnx")).expect("in the repository");
    write(&dir.path().join("half.onnx"), &detector[..detector.len() / 2]);
    concord_in(dir.path(), "run {}/belt --model {}/text.onnx").code(1).refuses(&["text.onnx", "not an ONNX file"]);
    concord_in(dir.path(), "run {}/belt --model {}/half.onnx").code(1).refuses(&["half.onnx", "damaged or truncated"]);
    concord_in(dir.path(), &format!("run {{}}/belt --model {}", wrong.display())).code(1).refuses(&[
        "four_channels.onnx",
        "expected an input [batch, 3, height, width]",
        "found images (float32 [1, 4, 32, 48])",
    ]);
    concord_in(dir.path(), "run {}/belt --model absent").code(2).refuses(&["there is no model file absent"]);
    concord_in(dir.path(), "validate {}/belt --model absent --out {}/out")
        .code(2)
        .refuses(&["no run of a model named absent"]);
    assert!(!dir.path().join("out").exists());
}

#[test]
fn a_run_is_kept_and_an_equal_one_is_found_again() {
    let dir = folder();
    project(dir.path(), "");
    let line = format!("run {{}}/belt --model {} --json", model("detector.onnx").display());
    let first = concord_in(dir.path(), &line).code(0).json();
    assert_eq!((&first["known"], &first["run"]["samples"]), (&false.into(), &3.into()));
    // The names in the file's metadata are bolt and nut's.
    assert_eq!(first["unmapped_classes"], serde_json::json!(["nut's"]));
    let second = concord_in(dir.path(), "run {}/belt --model detector --json").code(0).json();
    assert_eq!((&second["known"], &second["run"]["id"]), (&true.into(), &first["run"]["id"]));
    concord_in(dir.path(), "run {}/belt --model detector").code(0).says(&["nothing was written", "images/s"]);
    concord_in(dir.path(), "verify {}/belt").code(0).says(&["is sound"]);
}

#[test]
fn a_model_is_asked_several_times_and_what_it_finds_is_embedded() {
    let dir = folder();
    project(dir.path(), "");
    let file = model("detector.onnx").display().to_string();
    let views = concord_in(dir.path(), &format!("run {{}}/belt --model {file} --views --json")).code(0).json();
    assert_eq!(views["run"]["opinions"]["views"].as_array().map(Vec::len), Some(6), "{views:#}");
    concord_in(dir.path(), "queue {}/belt --top 1").code(0).says(&["6 opinions of the model disagree by"]);
    let other = model("named_tensor.onnx").display().to_string();
    concord_in(dir.path(), &format!("run {{}}/belt --model detector --model {other}"))
        .code(0)
        .says(&["detector + named_tensor", "2 models, one each"]);
    concord_in(dir.path(), "run {}/belt --model detector --passes 3").code(2).refuses(&["says the same twice"]);
    concord_in(dir.path(), "run {}/belt --model detector --views --passes 3").code(2);
    let embedder = model("contracts/embedding.onnx").display().to_string();
    concord_in(dir.path(), &format!("run {{}}/belt --model {embedder} --objects"))
        .code(0)
        .says(&["crops of", &format!("what run {}", latest_of(dir.path()))]);
    concord_in(dir.path(), "run {}/belt --model detector --objects").code(2).refuses(&["gives no embedding"]);
    concord_in(dir.path(), "feedback {}/belt --out {}/told.jsonl").code(0).says(&["No suggestion was settled"]);
    assert_eq!(std::fs::read_to_string(dir.path().join("told.jsonl")).ok().as_deref(), Some(""));
    concord_in(dir.path(), "verify {}/belt").code(0).says(&["is sound"]);
}

/// The run whose objects are embedded when none is named: the one that ranks the queue.
fn latest_of(dir: &std::path::Path) -> String {
    let queue = concord_in(dir, "queue {}/belt --top 1 --json").code(0).json();
    queue["run"].as_str().expect("a run").to_owned()
}

#[test]
fn gates_decide_the_exit_code() {
    for (metric, min_images, code, words) in [
        ("recall@0.50", 1, 0, ["pass", "No gate holds the model back"]),
        ("precision@0.50", 1, 3, ["FAIL", "Held back: 1 gate failed"]),
        ("recall@0.50", 1_000, 4, ["too little evidence", "Held back: too little evidence for 1 gate"]),
    ] {
        let dir = folder();
        write(&dir.path().join("gates.toml"), gates(metric, min_images));
        project(dir.path(), "--gates {}/gates.toml");
        import_as(dir.path(), "alice");
        concord_in(dir.path(), &format!("run {{}}/belt --model {}", model("detector.onnx").display())).code(0);
        let line = "validate {}/belt --model detector --out {}/out";
        concord_in(dir.path(), line).code(code).says(&["the-gate", words[0], words[1], "report.html"]);
        let found = concord_in(dir.path(), &format!("{line} --json")).code(code).json();
        assert_eq!(found["exit_code"], code);
        assert_eq!(found["report"]["gates"][0]["gate"]["id"], "the-gate");
        for file in ["report.html", "report.json", "junit.xml"] {
            assert!(dir.path().join("out").join(file).is_file(), "{file}");
        }
    }
}

#[test]
fn a_stress_test_fills_its_table() {
    let dir = folder();
    project(dir.path(), "");
    import_as(dir.path(), "alice");
    let line = format!(
        "stress {{}}/belt --model {} --out {{}}/out --types jpeg,contrast --severities 1,5 --limit 2",
        model("detector.onnx").display()
    );
    concord_in(dir.path(), &line).code(0).says(&["jpeg", "contrast", "severity 5", "2 of 3 images", "report.html"]);
    let found = concord_in(dir.path(), &format!("{line} --json")).code(0).json();
    assert_eq!(found["report"]["types"].as_array().map(Vec::len), Some(2));
    let wrong = line.replace("jpeg,contrast", "fog");
    concord_in(dir.path(), &wrong).code(2).refuses(&["there is no perturbation fog", "gaussian_noise"]);
}

#[test]
fn saliency_is_held_against_labels_and_brought_in() {
    let dir = folder();
    project(dir.path(), "");
    import_as(dir.path(), "alice");
    concord_in(dir.path(), "saliency {}/belt").code(2).refuses(&["no model has run", "--model"]);
    concord_in(dir.path(), &format!("run {{}}/belt --model {}", model("gradcam.onnx").display())).code(0);
    let line = "saliency {}/belt --masks 5 --steps 4 --limit 2 --methods eigencam,gradcam,occlusion,drise";
    concord_in(dir.path(), line).code(0).says(&["eigencam", "gradcam", "masks=5", "pointing", "Reference: gold"]);
    let found = concord_in(dir.path(), &format!("{line} --json")).code(0).json();
    assert_eq!(found["methods"].as_array().map(Vec::len), Some(4));
    assert_eq!((&found["methods"][0]["of_image"], &found["methods"][3]["of_image"]), (&true.into(), &false.into()));
    let plain = format!("saliency {{}}/belt --methods gradcam --model {}", model("plain.onnx").display());
    concord_in(dir.path(), &plain).code(2).refuses(&["plain brings no gradient"]);

    std::fs::create_dir(dir.path().join("maps")).expect("made");
    std::fs::write(dir.path().join("maps/nothing.png"), b"no picture").expect("written");
    concord_in(dir.path(), "saliency {}/belt --import {}/maps").code(0).says(&["0 maps", "no image of the project"]);
    concord_in(dir.path(), "saliency {}/belt --import {}/nowhere").code(1).refuses(&["nowhere"]);
}
