//! What an annotator does with suggestions: choose whose are shown, take over, turn down with a reason.

use std::path::{Path, PathBuf};

use concord_domain::rejection::RejectReason;
use concord_project::{Desk, Progress, import};
use egui::{Key, Modifiers};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;

use crate::common::{Stage, drag, labelling, press, project, wait};

/// Suggestions on the first picture: left edge and score of bolts of 20 × 20 pixels.
fn suggest(place: &Path, model: &str, things: &[(f64, f64)]) {
    let annotation = |(n, (x, score)): (usize, &(f64, f64))| {
        format!(r#"{{"id":{n},"image_id":1,"category_id":1,"bbox":[{x},20,20,20],"score":{score}}}"#)
    };
    let annotations: Vec<String> = things.iter().enumerate().map(annotation).collect();
    let data = format!(
        r#"{{"images":[{{"id":1,"file_name":"belt-0.png","width":160,"height":120}}],
            "categories":[{{"id":1,"name":"bolt"}}],"annotations":[{}]}}"#,
        annotations.join(",")
    );
    let file = place.with_extension("json");
    std::fs::write(&file, data).expect("it can be written");
    let desk = Desk::open(place, "engineer", "test", || 1_767_225_600_000).expect("a desk");
    import::suggestions(&desk, &file, model, &Progress::default()).expect("imported");
}

fn suggested(dir: &Path) -> PathBuf {
    let place = project(dir, 1);
    suggest(&place, "older", &[(12.0, 0.75), (120.0, 0.625)]);
    suggest(&place, "newer", &[(10.0, 0.875), (50.0, 0.75), (80.0, 0.25)]);
    place
}

/// Objects, and suggestions that were turned down with their reasons.
fn settled(harness: &Harness<'_, Stage>) -> (usize, Vec<Option<RejectReason>>) {
    let project = harness.state().context().project.as_ref().expect("a project is open");
    let labels = &project.label.session().expect("a sample is loaded").labels;
    (labels.objects.len(), labels.rejected.iter().map(|(_, reason)| reason).collect())
}

#[test]
fn suggestions_are_taken_over_or_turned_down_with_a_reason() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let mut harness = labelling(dir.path(), suggested(dir.path()));
    harness.get_by_label("Layers: 2 of 3 suggestions are shown");
    press(&mut harness, Modifiers::NONE, Key::CloseBracket);
    harness.get_by_label("bolt 0.88");
    harness.get_by_label("uncertainty 0.54 bit");
    press(&mut harness, Modifiers::ALT, Key::Num3);
    assert_eq!(settled(&harness), (0, vec![Some(RejectReason::PoorBox)]));
    harness.get_by_label("bolt 0.75");
    harness.get_by_label("Reject").click();
    harness.run_steps(4);
    harness.get_by_label("nothing there").click();
    harness.run_steps(4);
    assert_eq!(settled(&harness), (0, vec![Some(RejectReason::PoorBox), Some(RejectReason::Spurious)]));
    press(&mut harness, Modifiers::CTRL, Key::Z);
    assert_eq!(settled(&harness), (0, vec![Some(RejectReason::PoorBox)]));
    press(&mut harness, Modifiers::NONE, Key::Enter);
    assert_eq!(settled(&harness).0, 1);
    wait(&mut harness, "the log", |c| c.outstanding.saving() == 0);
}

#[test]
fn layers_are_chosen_and_what_is_labelled_is_hidden() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let mut harness = labelling(dir.path(), suggested(dir.path()));
    harness.get_by_label_contains("Layers: ").click();
    harness.run_steps(4);
    harness.get_by_label("newer imported, 3 here");
    harness.get_by_label("older imported, 2 here").click();
    harness.run_steps(4);
    press(&mut harness, Modifiers::NONE, Key::Escape);
    harness.get_by_label("Layers: 4 of 5 suggestions are shown");
    // A bolt that is drawn where both models see one stands for both suggestions.
    press(&mut harness, Modifiers::NONE, Key::R);
    drag(&mut harness, (11.0, 20.0), (31.0, 40.0));
    harness.get_by_label("Layers: 2 of 5 suggestions are shown");
    harness.get_by_label_contains("Layers: ").click();
    harness.run_steps(4);
    harness.get_by_label("Hide what is labelled already (2)").click();
    harness.run_steps(4);
    harness.get_by_label("Layers: 4 of 5 suggestions are shown");
}
