//! The Agreement screen: what was compared, the figures in their tabs, and the way from a number to its samples.

use std::path::{Path, PathBuf};

use concord_app::context::{Context, Screen};
use concord_project::{Desk, Progress, import};
use egui::accesskit::Role;
use egui::{Event, Key, Modifiers, PointerButton, Pos2, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT, Queryable};
use serde_json::json;

use crate::common::{Stage, on_stage, options, press, project, wait};

const CONFUSION: &str = "Matched boxes by class of both";

/// A COCO file that says of each image which objects it holds: left edge and class (1 for bolt, 2 for nut). The object of
/// this number is cut off by the edge.
fn coco(images: &[&[(f64, u32)]], truncated: Option<usize>) -> String {
    let entry = |id: usize| json!({"id": id, "file_name": format!("belt-{id}.png"), "width": 160, "height": 120});
    let objects = images.iter().enumerate().flat_map(|(image, objects)| objects.iter().map(move |o| (image, o)));
    let annotation = |(id, (image, (x, class))): (usize, (usize, &(f64, u32)))| {
        json!({"id": id, "image_id": image, "category_id": class, "bbox": [x, 20.0, 30.0, 30.0], "area": 900.0,
               "iscrowd": 0, "attributes": {"truncated": Some(id) == truncated}})
    };
    let file = json!({
        "images": (0..images.len()).map(entry).collect::<Vec<_>>(),
        "categories": [{"id": 1, "name": "bolt"}, {"id": 2, "name": "nut"}],
        "annotations": objects.enumerate().map(annotation).collect::<Vec<_>>(),
    });
    file.to_string()
}

fn labelled(dir: &Path, place: &Path, annotator: &str, images: &[&[(f64, u32)]], truncated: Option<usize>) {
    let file = dir.join(format!("{annotator}.json"));
    std::fs::write(&file, coco(images, truncated)).expect("it is writable");
    let desk = Desk::open(place, "ada", "test", || 1_767_225_600_000).expect("it opens");
    let report = import::labels(&desk, &file, annotator, &Progress::default()).expect("imported");
    assert_eq!(report.samples, images.len() as u64, "{report:?}");
}

/// Three images. On the first both find a bolt and a nut, which ben says is cut off by the edge, on the second ben calls the bolt a nut, on the third each draws
/// a bolt elsewhere.
pub(crate) fn compared(dir: &Path) -> PathBuf {
    let place = project(dir, 3);
    labelled(dir, &place, "ada", &[&[(10.0, 1), (80.0, 2)], &[(10.0, 1)], &[(10.0, 1)]], None);
    labelled(dir, &place, "ben", &[&[(10.0, 1), (80.0, 2)], &[(12.0, 2)], &[(100.0, 1)]], Some(1));
    place
}

/// The app on the Agreement screen, with the figures there.
pub(crate) fn agreeing(harness: &mut Harness<'_, Stage>) {
    wait(harness, "the project", |c| c.project.as_ref().is_some_and(|p| p.label.queue.is_loaded));
    harness.run_steps(2);
    harness.get_by_label("Go to Agreement").click();
    harness.run_steps(2);
    wait(harness, "the figures", |c| c.project.as_ref().is_some_and(|p| p.agreement.report.is_some()));
    harness.run_steps(4);
}

fn opened(dir: &Path, place: PathBuf) -> Harness<'static, Stage> {
    let mut harness = on_stage(Harness::builder().with_size([1280.0, 1000.0]), options(dir), Some(place));
    agreeing(&mut harness);
    harness
}

fn tab(harness: &mut Harness<'_, Stage>, name: &str) {
    harness.get_by_role_and_label(Role::Button, name).click();
    harness.run_steps(4);
}

fn says(harness: &Harness<'_, Stage>, words: &str) -> bool {
    harness.query_all_by_label_contains(words).next().is_some()
}

/// Clicks on a cell of the matrix: its names take at most 160 points, its cells are 88 wide and 28 high.
fn click_cell(harness: &mut Harness<'_, Stage>, row: usize, column: usize) {
    harness.get_by_label(CONFUSION).scroll_to_me();
    harness.run_steps(4);
    let rect = harness.get_by_label(CONFUSION).rect();
    let labels = (0.3 * rect.width()).min(160.0);
    let head = rect.height() - 3.0 * 28.0;
    let at = rect.min + vec2(labels + 88.0 * column as f32 + 44.0, head + 28.0 * row as f32 + 14.0);
    click(harness, at);
}

fn click(harness: &mut Harness<'_, Stage>, at: Pos2) {
    let button =
        |pressed| Event::PointerButton { pos: at, button: PointerButton::Primary, pressed, modifiers: Modifiers::NONE };
    harness.hover_at(at);
    harness.event(button(true));
    harness.event(button(false));
    harness.run_steps(4);
}

fn current(c: &Context) -> Option<String> {
    c.project.as_ref().and_then(|p| p.label.queue.current()).map(|ranked| ranked.path.clone())
}

#[test]
fn what_was_compared_is_said_above_the_figures() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let place = compared(dir.path());
    let harness = opened(dir.path(), place);
    assert!(says(
        &harness,
        "one to one with the largest total overlap, those of one class first, from an overlap of 0.50"
    ));
    assert!(says(&harness, "3 samples with two or more label sets: 6 sets under policy version 1."));
    assert!(says(&harness, "Intervals: 95 %"));
    // Four objects each, three found by both, two of them named alike: F1 of 6/8 and of 4/8.
    assert!(harness.query_all_by_label("0.750").next().is_some());
    assert!(harness.query_all_by_label("0.500").next().is_some());
    assert!(says(&harness, "rests on few"));
}

#[test]
fn a_cell_leads_to_its_samples_and_a_sample_to_the_label_screen() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let place = compared(dir.path());
    let mut harness = opened(dir.path(), place);
    assert!(says(&harness, "Choose a cell of a table, or a row"));
    click_cell(&mut harness, 0, 1);
    assert!(says(&harness, "ada: bolt, ben: nut"));
    let row = harness.get_by_label_contains("belt-1.png 1 object");
    assert_eq!(row.accesskit_node().role(), Role::Button);
    assert!(!says(&harness, "belt-0.png 1 object"));
    // ada has submitted all samples: her queue lists none of them, and all are listed to get there.
    row.click();
    harness.run_steps(2);
    wait(&mut harness, "the sample", |c| current(c).is_some_and(|path| path.ends_with("belt-1.png")));
    assert_eq!(harness.state().context().screen, Screen::Label);
    assert!(harness.state().context().project.as_ref().is_some_and(|p| p.label.queue.sought.is_none()));
}

#[test]
fn cells_can_be_chosen_with_the_keyboard() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let place = compared(dir.path());
    let mut harness = opened(dir.path(), place);
    harness.get_by_label(CONFUSION).focus();
    harness.run_steps(2);
    for key in [Key::ArrowDown, Key::ArrowDown] {
        press(&mut harness, Modifiers::NONE, key);
    }
    let value = harness.get_by_label(CONFUSION).accesskit_node().value();
    assert!(value.as_deref().is_some_and(|v| v.contains("nothing, ben says bolt: 1, few")), "{value:?}");
    press(&mut harness, Modifiers::NONE, Key::Enter);
    assert!(says(&harness, "ada: nothing, ben: bolt"));
    assert!(says(&harness, "belt-2.png 1 object"));
}

#[test]
fn every_tab_shows_its_figures() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let place = compared(dir.path());
    let mut harness = opened(dir.path(), place);
    tab(&mut harness, "All together");
    assert!(says(&harness, "All 2 annotators. Things that somebody drew, put together by overlap: 5."));
    for name in ["alpha_det", "alpha_cls", "ac1", "fleiss"] {
        assert!(harness.query_all_by_label(name).next().is_some(), "{name}");
    }
    confused(&mut harness);
    tab(&mut harness, "Slices");
    assert!(says(&harness, "No slice of the project holds a sample"));
    tab(&mut harness, "Policy versions");
    harness.get_by_role_and_label(Role::Button, "1").click();
    harness.run_steps(4);
    assert!(says(&harness, "1: where most differs"));
    let listed: Vec<String> = harness
        .query_all_by_label_contains("differ")
        .filter_map(|node| node.accesskit_node().label())
        .filter(|label| label.contains(".png"))
        .collect();
    assert!(listed.iter().any(|label| label.contains("belt-2.png 2 differ")), "{listed:?}");
    tab(&mut harness, "Over time");
    assert!(harness.query_all_by_label("2026-01").next().is_some());
    tab(&mut harness, "Attributes and tags");
    assert!(says(&harness, "only one value occurs"), "nobody says that anything is occluded");
    harness.get_by_role_and_label(Role::Button, "truncated").click();
    harness.run_steps(4);
    harness.get_by_label("truncated by both").focus();
    harness.run_steps(2);
    press(&mut harness, Modifiers::NONE, Key::ArrowRight);
    press(&mut harness, Modifiers::NONE, Key::Enter);
    assert!(says(&harness, "ada: no, ben: yes") && says(&harness, "belt-0.png 1 object"));
    tab(&mut harness, "Threshold");
    let chart = harness.get_by_label("Agreement at other thresholds of overlap, all pairs pooled");
    let words = chart.accesskit_node().description().unwrap_or_default();
    // The bolt that ben calls a nut is shifted by two of thirty pixels: an overlap of 28/32.
    assert!(words.contains("Marked: policy 0.50."), "{words}");
    assert!(words.contains("0.85: f1_cls 0.500 n 8, f1_loc 0.750 n 8"), "{words}");
    assert!(words.contains("0.90: f1_cls 0.500 n 8, f1_loc 0.500 n 8"), "{words}");
}

/// Ben calls one of Ada's bolts a nut; each has a bolt where the other has nothing; one nut is cut off for Ben alone.
fn confused(harness: &mut Harness<'_, Stage>) {
    tab(harness, "Confused");
    assert!(says(harness, "No time of judging is noted on a settled sample yet"));
    harness.get_by_role_and_label(Role::Button, "bolt / nut").click();
    harness.run_steps(4);
    assert!(says(harness, "1 (1 open)") && says(harness, "belt-1.png 1 object"));
    // One of three matched objects that both call one of the two.
    assert!(says(harness, "0.333"));
    tab(harness, "There or not (1)");
    harness.get_by_role_and_label(Role::Button, "bolt / nothing").click();
    harness.run_steps(4);
    assert!(says(harness, "2 (2 open)") && says(harness, "belt-2.png 2 objects"));
    tab(harness, "Attribute values (1)");
    assert!(harness.query_by_label("nut, truncated: no / yes").is_some());
}

#[test]
fn an_undefined_figure_says_why() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let place = project(dir.path(), 1);
    for annotator in ["ada", "ben"] {
        labelled(dir.path(), &place, annotator, &[&[(10.0, 1)]], None);
    }
    let mut harness = opened(dir.path(), place);
    assert!(says(&harness, "not defined"));
    assert!(says(&harness, "only one value occurs"));
    let said: Vec<String> =
        harness.root().children_recursive().filter_map(|node| node.accesskit_node().value()).collect();
    assert!(said.iter().all(|text| !text.contains("NaN")), "{said:?}");
    tab(&mut harness, "All together");
    assert!(says(&harness, "only one value occurs"));
}
