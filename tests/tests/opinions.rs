//! Several opinions on the sample project: the dim slice is the one that a model is unsure of, and the queue says so.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use concord_conveyor::{ExportOptions, MODEL, create};
use concord_domain::opinions::Opinions;
use concord_domain::policy::{OpinionMeasure, QueueRules};
use concord_geometry::Size;
use concord_imaging::{Limits, Rgb8, decode_file};
use concord_inference::DetectOptions;
use concord_metrics::rng::Stream;
use concord_project::model::open;
use concord_project::queue::{QueueOptions, rank};
use concord_project::run::{Looks, RunPlan, RunReport, embed_objects, run_plan};
use concord_project::{Desk, Progress, verify};
use concord_tests::project;

fn run(desk: &Desk, models: &[&str], looks: Looks) -> Result<RunReport, concord_project::ProjectError> {
    let models = models.iter().map(|name| (*name).to_owned()).collect();
    run_plan(desk, &RunPlan { models, looks }, &Progress::default())
}

/// The probability that a dim sample is more uncertain than a bright one, by the queue (Mann and Whitney's U over the
/// number of pairs).
fn dim_above_bright(desk: &Desk, opinions: OpinionMeasure) -> f64 {
    let rules = QueueRules { opinions, ..QueueRules::default() };
    let options = QueueOptions { now_ms: desk.now(), rules: Some(rules), ..QueueOptions::default() };
    let queue = rank(&desk.project, &options).expect("a queue");
    let samples = desk.project.reader().and_then(|r| Ok(r.samples()?)).expect("samples");
    let lighting: BTreeMap<_, _> = samples.into_iter().map(|s| (s.id, format!("{:?}", s.metadata))).collect();
    let (mut dim, mut bright) = (Vec::new(), Vec::new());
    for item in &queue.items {
        let uncertainty = item.uncertainty_bits.expect("the model saw it");
        if lighting[&item.sample].contains("\"dim\"") { dim.push(uncertainty) } else { bright.push(uncertainty) }
    }
    assert!(dim.len() > 10 && bright.len() > 10, "{} dim, {} bright", dim.len(), bright.len());
    let above =
        |a: f64| bright.iter().map(|b| f64::from(u8::from(a > *b)) + 0.5 * f64::from(u8::from(a == *b))).sum::<f64>();
    dim.iter().map(|a| above(*a)).sum::<f64>() / (dim.len() * bright.len()) as f64
}

#[test]
fn views_and_ensembles_find_the_dim_slice() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let options = ExportOptions { scenes: 60, ..ExportOptions::default() };
    let made =
        create(&dir.path().join("belt"), &options, "engineer", "desk1", concord_tests::clock, &Progress::default());
    let desk = made.expect("the sample project can be made").desk;

    let views = run(&desk, &[MODEL], Looks::Views).expect("six views").run;
    assert_eq!((views.opinions.count(), views.model.as_str(), views.samples), (6, MODEL, 60));
    for measure in [OpinionMeasure::Agreement, OpinionMeasure::MutualInformation] {
        let share = dim_above_bright(&desk, measure);
        assert!(share > 0.8, "six views, {measure:?}: {share}");
    }
    let again = run(&desk, &[MODEL], Looks::Views).expect("it is there");
    assert!(again.known && again.run == views, "the same views give the same run");

    // Members of an ensemble as different trainings would give them: the same model with a tenth of noise on the
    // weights of its heads.
    let model = desk.project.dir.join("models").join(format!("{MODEL}.onnx"));
    let bytes = std::fs::read(&model).expect("the model's file");
    let others: Vec<PathBuf> = (1..=2).map(|seed| noisy(&bytes, seed, dir.path())).collect();
    let mut names = vec![MODEL];
    names.extend(others.iter().map(|path| path.to_str().expect("a path")));
    let ensemble = run(&desk, &names, Looks::Once).expect("three models").run;
    let Opinions::Ensemble { members } = &ensemble.opinions else { panic!("an ensemble: {ensemble:?}") };
    assert_eq!((members.len(), ensemble.model.as_str()), (3, format!("{MODEL} + noisy1 + noisy2").as_str()));
    let share = dim_above_bright(&desk, OpinionMeasure::Agreement);
    assert!(share > 0.6, "three models: {share}");

    assert_eq!(verify::verify(&desk.project.dir).expect("verified").differences, []);
}

/// What is asked in a way that tells nothing is refused with the reason, and nothing is written.
#[test]
fn opinions_that_tell_nothing_are_refused() {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../core/inference/tests/data");
    let file = |name: &str| data.join(name).to_str().expect("a path").to_owned();
    let dir = tempfile::tempdir().expect("a temporary folder");
    let (desk, _) = project(dir.path(), 3);
    let detector = file("detector.onnx");
    for (models, looks, reason) in [
        (vec![detector.as_str()], Looks::Passes(5), "says the same twice"),
        (vec![detector.as_str()], Looks::Passes(1), "from 2 to 100"),
        (vec![detector.as_str(), "detector"], Looks::Once, "named twice"),
        (vec![detector.as_str(), file("plain.onnx").as_str()], Looks::Views, "for one model"),
        (vec![], Looks::Once, "takes a model"),
    ] {
        let error = run(&desk, &models, looks).expect_err("refused").to_string();
        assert!(error.contains(reason), "{error}");
    }
    assert_eq!(desk.project.reader().and_then(|r| Ok(r.runs()?)).expect("runs"), []);
}

/// Boxes of a model whose dropout is on are seen by every pass, for only its scores are drawn.
#[test]
fn a_model_that_draws_at_random_is_asked_several_times() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../core/inference/tests/data/dropout.onnx");
    let dir = tempfile::tempdir().expect("a temporary folder");
    let (desk, _) = project(dir.path(), 2);
    let report = run(&desk, &[file.to_str().expect("a path")], Looks::Passes(8)).expect("eight passes");
    assert_eq!((report.run.opinions.clone(), report.run.samples), (Opinions::Passes { count: 8 }, 2));
    let reader = desk.project.reader().expect("a reader");
    let mut informed = 0;
    reader
        .each_prediction(&report.run.id, |_, _, prediction| {
            let agreement = prediction.agreement.expect("eight opinions");
            assert!(agreement.presence > 0.0 && agreement.presence <= 1.0 && agreement.mutual_information >= 0.0);
            informed += usize::from(agreement.presence == 1.0 && agreement.mutual_information > 0.01);
        })
        .expect("predictions");
    assert!(informed > 0, "passes over the same box differ in its scores");
}

/// Every object has the embedding of its crop: here cut by hand, with a tenth of the longer side around the box.
#[test]
fn crops_of_objects_are_embedded() {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../core/inference/tests/data");
    let file = |name: &str| data.join(name).to_str().expect("a path").to_owned();
    let dir = tempfile::tempdir().expect("a temporary folder");
    let (desk, _) = project(dir.path(), 3);
    let none = embed_objects(&desk, &file("contracts/embedding.onnx"), None, &Progress::default());
    assert!(none.expect_err("nothing was found yet").to_string().contains("run a detector first"));
    let found = run(&desk, &[&file("detector.onnx")], Looks::Once).expect("boxes").run;
    let embedded = embed_objects(&desk, &file("contracts/embedding.onnx"), None, &Progress::default());
    let embedded = embedded.expect("embeddings").run;
    assert_eq!((embedded.crops_of.as_ref(), embedded.samples, embedded.predictions), (Some(&found.id), 3, 0));
    let again = embed_objects(&desk, "embedding", Some(&found.id), &Progress::default()).expect("it is there");
    assert!(again.known && again.run == embedded);

    let reader = desk.project.reader().expect("a reader");
    assert_eq!(reader.latest_run().expect("runs").map(|run| run.id), Some(found.id.clone()), "it still ranks");
    let named = open(&desk.project, "embedding").expect("registered");
    let mut crops = 0;
    reader
        .each_crop(&embedded.id, |sample, index, vector| {
            crops += 1;
            let suggestions = reader.suggestions(&found.id, sample).expect("suggestions");
            let bbox = suggestions[index as usize].prediction.bbox;
            let sample = reader.sample(sample).expect("read").expect("known");
            let image = decode_file(&desk.project.image_path(&sample), &Limits::default()).expect("a picture");
            let around = 0.1 * bbox.width().max(bbox.height());
            let (left, top) = ((bbox.x1() - around).max(0.0) as u32, (bbox.y1() - around).max(0.0) as u32);
            let right = ((bbox.x2() + around).ceil() as u32).min(image.width());
            let bottom = ((bbox.y2() + around).ceil() as u32).min(image.height());
            let crop = Rgb8::from_fn(Size::new(right - left, bottom - top), |x, y| image.pixel(left + x, top + y));
            let reading = named.model.predict(&crop, &DetectOptions::default()).expect("it runs");
            assert_eq!(reading.embedding.as_deref(), Some(vector));
        })
        .expect("crops");
    assert!(crops > 0 && crops == found.predictions);
    assert_eq!(verify::verify(&desk.project.dir).expect("verified").differences, []);
}

/// The model with each weight of its heads times `1 + 0.1 · z`, z normal: graph (7) → initializer (5) → raw data (9).
fn noisy(model: &[u8], seed: u64, dir: &Path) -> PathBuf {
    let mut bytes = model.to_vec();
    let mut stream = Stream::new(seed, "opinions", "weights", 0);
    for graph in fields(model, 0..model.len()).into_iter().filter(|f| f.0 == 7) {
        for tensor in fields(model, graph.1).into_iter().filter(|f| f.0 == 5) {
            let parts = fields(model, tensor.1);
            let name = parts.iter().find(|f| f.0 == 8).map(|f| &model[f.1.clone()]).unwrap_or_default();
            let raw = parts.iter().find(|f| f.0 == 9).filter(|_| name.ends_with(b"weight"));
            let Some((_, range)) = raw else { continue };
            for chunk in bytes[range.clone()].chunks_exact_mut(4) {
                let weight = f32::from_le_bytes([chunk[0], chunk[1], chunk[2], chunk[3]]);
                chunk.copy_from_slice(&(weight * (1.0 + 0.1 * stream.normal() as f32)).to_le_bytes());
            }
        }
    }
    assert_ne!(bytes, model);
    let path = dir.join(format!("noisy{seed}.onnx"));
    std::fs::write(&path, bytes).expect("it can be written");
    path
}

/// The fields of a protobuf message that have a length: number and place.
fn fields(bytes: &[u8], message: std::ops::Range<usize>) -> Vec<(u64, std::ops::Range<usize>)> {
    let mut at = message.start;
    let varint = |at: &mut usize| {
        let mut value = 0;
        for shift in (0..).step_by(7) {
            let byte = bytes[*at];
            *at += 1;
            value |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                break;
            }
        }
        value
    };
    let mut found = Vec::new();
    while at < message.end {
        let key = varint(&mut at);
        match key & 7 {
            0 => drop(varint(&mut at)),
            1 => at += 8,
            5 => at += 4,
            _ => {
                let length = varint(&mut at) as usize;
                found.push((key >> 3, at..at + length));
                at += length;
            }
        }
    }
    found
}
