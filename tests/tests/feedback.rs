//! Suggestions of two models: which are at hand, which are labelled already, and what is kept of what became of them.

use std::path::Path;

use concord_domain::edit::Edit;
use concord_domain::rejection::RejectReason;
use concord_geometry::BBox;
use concord_project::feedback::Verdict::{Accepted, Drawn, Edited, Rejected};
use concord_project::feedback::{Feedback, FeedbackOptions, Verdict, feedback, write};
use concord_project::label::{self, Session};
use concord_project::verify::verify;
use concord_project::{Desk, Progress, Versions, import};
use serde_json::{Value, json};

/// Suggestions on the first picture: left edge, class (1 bolt, 2 nut), score; boxes are 20 × 20.
fn suggest(desk: &Desk, dir: &Path, model: &str, things: &[(f64, u32, f64)]) {
    let annotation = |(n, (x, class, score)): (usize, &(f64, u32, f64))| json!({"id": n + 1, "image_id": 1, "category_id": class, "bbox": [x, 10, 20, 20], "score": score});
    let data = json!({
        "images": [{"id": 1, "file_name": "0000.png", "width": 160, "height": 120}],
        "categories": [{"id": 1, "name": "bolt"}, {"id": 2, "name": "nut"}],
        "annotations": things.iter().enumerate().map(annotation).collect::<Vec<_>>(),
    });
    let file = dir.join(format!("{model}.json"));
    std::fs::write(&file, data.to_string()).expect("it can be written");
    let report = import::suggestions(desk, &file, model, &Progress::default()).expect("imported");
    assert_eq!(report.objects, things.len() as u64);
}

struct Bench {
    dir: tempfile::TempDir,
    desk: Desk,
    versions: Versions,
}

impl Bench {
    fn new() -> Self {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let (desk, _) = concord_tests::project(dir.path(), 2);
        suggest(&desk, dir.path(), "older", &[(12.0, 1, 0.75), (120.0, 2, 0.5)]);
        suggest(&desk, dir.path(), "newer", &[(10.0, 1, 0.875), (50.0, 1, 0.75), (80.0, 2, 0.625), (0.0, 2, 0.5)]);
        let versions = desk.project.versions(&desk.project.reader().expect("a reader")).expect("published");
        Self { dir, desk, versions }
    }

    fn session(&self) -> Session {
        let reader = self.desk.project.reader().expect("a reader");
        let sample = reader.samples().expect("samples").into_iter().find(|s| s.path.ends_with("0000.png"));
        Session::load(&reader, &sample.expect("the first picture").id, "ana", &self.versions).expect("a session")
    }

    fn perform(&self, session: &mut Session, edit: &Edit) {
        let gesture = session.perform(edit, &self.versions).expect("something to do");
        label::record(&self.desk, 1, &session.key, &self.versions, gesture, |done| {
            done.outcome.expect("written");
        });
        self.desk.flush().expect("it is durable");
    }

    fn feedback(&self, options: &FeedbackOptions) -> Feedback {
        feedback(&self.desk.project, options).expect("told")
    }
}

#[test]
fn layers_are_those_of_the_latest_run_of_each_model() {
    let bench = Bench::new();
    let session = bench.session();
    let models: Vec<&str> = session.layers.iter().map(|run| run.model.as_str()).collect();
    assert_eq!((models.as_slice(), session.suggestions.len()), (["newer", "older"].as_slice(), 6));
    suggest(&bench.desk, bench.dir.path(), "older", &[(30.0, 1, 0.875)]);
    let session = bench.session();
    let models: Vec<&str> = session.layers.iter().map(|run| run.model.as_str()).collect();
    assert_eq!((models.as_slice(), session.suggestions.len()), (["older", "newer"].as_slice(), 5));
    assert_eq!(session.layer(&session.suggestions[0].id).map(|run| run.model.as_str()), Some("older"));
}

/// By hand: boxes of 20 pixels that are 2 apart overlap by 18/22; those 10 apart by a third, which is too little.
#[test]
fn what_is_labelled_already_is_known() {
    let bench = Bench::new();
    let mut session = bench.session();
    assert!(session.matched_suggestions().is_empty());
    let newer = session.suggestions[0].clone();
    bench.perform(&mut session, &Edit::Accept(vec![newer]));
    // The older model's bolt is 2 away; the newer one's nut is 10 away, and would be of another class.
    let matched = session.matched_suggestions();
    assert_eq!(matched.into_iter().collect::<Vec<_>>(), [session.suggestions[4].id.clone()]);
}

#[test]
fn what_became_of_suggestions_is_kept_and_written() {
    let bench = Bench::new();
    let mut session = bench.session();
    let suggestions = session.suggestions.clone();
    bench.perform(&mut session, &Edit::Accept(suggestions[..2].to_vec()));
    let second = session.labels.objects[1].id.clone();
    let moved = BBox::new(50.0, 10.0, 70.0, 20.0).expect("a valid box");
    bench.perform(&mut session, &Edit::Reshape(vec![(second, moved.into())]));
    bench.perform(&mut session, &Edit::Reject(suggestions[2].clone(), Some(RejectReason::WrongClass)));
    bench.perform(&mut session, &Edit::Reject(suggestions[5].clone(), None));
    let drawn = BBox::new(100.0, 60.0, 120.0, 80.0).expect("a valid box");
    bench.perform(&mut session, &Edit::Draw { geometry: drawn.into(), class: "nut".to_owned() });
    assert_eq!(bench.feedback(&FeedbackOptions::default()).label_sets, 0, "a draft is not said yet");
    label::submit(&bench.desk, 2, &mut session, &bench.versions, |_| {}).expect("nothing is wrong with it");
    bench.desk.flush().expect("it is durable");

    let told = bench.feedback(&FeedbackOptions::default());
    let verdicts: Vec<Verdict> = told.lines.iter().map(|line| line.verdict).collect();
    assert_eq!(verdicts, [Accepted, Edited, Drawn, Rejected, Rejected]);
    assert_eq!((told.drawn, told.label_sets), (1, 1));
    // Half of the box was left.
    assert_eq!((told.lines[0].iou, told.lines[1].iou), (Some(1.0), Some(0.5)));
    let runs: Vec<(&str, u64, u64, u64)> =
        told.runs.iter().map(|run| (run.model.as_str(), run.accepted, run.edited, run.rejections())).collect();
    assert_eq!(runs, [("older", 0, 0, 1), ("newer", 1, 1, 1)]);
    assert_eq!(told.runs[1].rejected.get("wrong_class"), Some(&1));
    assert_eq!(told.runs[1].unchanged_share(), Some(1.0 / 3.0));

    let out = bench.dir.path().join("feedback.jsonl");
    write(&told, &out).expect("written");
    let text = std::fs::read_to_string(&out).expect("it is there");
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!(lines.len(), 5);
    assert_eq!(lines[1]["labelled"]["geometry_altered"], true);
    assert_eq!((&lines[1]["suggested"]["model"], &lines[1]["suggested"]["score"]), (&json!("newer"), &json!(0.75)));
    let reasons: Vec<&Value> = lines.iter().filter(|l| l["verdict"] == "rejected").map(|l| &l["reason"]).collect();
    assert!(reasons.contains(&&json!("wrong_class")) && reasons.contains(&&Value::Null), "{reasons:?}");

    let only = FeedbackOptions { model: Some("older".to_owned()), ..FeedbackOptions::default() };
    assert_eq!(bench.feedback(&only).lines.len(), 2, "its rejection, and what was drawn");
    let others = FeedbackOptions { annotator: Some("ben".to_owned()), ..FeedbackOptions::default() };
    assert_eq!(bench.feedback(&others).lines, []);
    assert_eq!(verify(&bench.desk.project.dir).expect("verified").differences, []);
}

/// Taken back and done again, a rejection has its reason still.
#[test]
fn a_reason_survives_undo_and_redo() {
    let bench = Bench::new();
    let mut session = bench.session();
    let first = session.suggestions[0].clone();
    bench.perform(&mut session, &Edit::Reject(first.clone(), Some(RejectReason::Duplicate)));
    for expected in [None, Some(RejectReason::Duplicate)] {
        let gesture = if expected.is_none() { session.undo() } else { session.redo() };
        let gesture = gesture.expect("a way");
        label::record(&bench.desk, 1, &session.key, &bench.versions, gesture, |done| {
            done.outcome.expect("written");
        });
        bench.desk.flush().expect("it is durable");
        assert_eq!(bench.session().labels.rejected.reason(&first.id), expected);
    }
    assert_eq!(verify(&bench.desk.project.dir).expect("verified").differences, []);
}
