//! The command palette, the virtual list, the charts and the small parts, found by their accessible names.

use std::collections::BTreeSet;

use crate::common::plain;
use concord_widgets::charts::{Bar, BarList, MatrixHeat};
use concord_widgets::colormap::ColorMap;
use concord_widgets::palette::{PaletteEntry, PaletteState, palette};
use concord_widgets::parts::{BusyBar, big_number, color_map_legend, empty_state, key_hint, status_label};
use concord_widgets::rows::{ListResponse, ListState, VirtualList};
use concord_widgets::theme::{Status, ThemeKind};
use egui::{Event, Key, Modifiers, MouseWheelSource, MouseWheelUnit, TouchPhase, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT, Queryable};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Action {
    ZoomIn,
    Fit,
    Submit,
}

#[derive(Default)]
struct Commands {
    palette: PaletteState,
    invoked: Vec<Action>,
}

fn commands() -> Harness<'static, Commands> {
    let mut commands = Commands::default();
    commands.palette.open();
    let entries = vec![
        PaletteEntry::new(Action::ZoomIn, "Zoom in").keys("Ctrl+Plus"),
        PaletteEntry::new(Action::Fit, "Zoom to fit").keys("F"),
        PaletteEntry::new(Action::Submit, "Submit and next").keys("Ctrl+Enter").disabled("Nothing is open"),
    ];
    plain([800.0, 600.0], ThemeKind::Dark).build_ui_state(
        move |ui, commands: &mut Commands| {
            let invoked = palette(ui.ctx(), "Command palette", &mut commands.palette, &entries);
            commands.invoked.extend(invoked);
        },
        commands,
    )
}

#[test]
fn the_palette_filters_and_invokes() {
    let mut harness = commands();
    assert!(harness.query_by_label("Zoom in, Ctrl+Plus").is_some());
    harness.get_by_label("Command palette").type_text("fit");
    harness.run();
    assert!(harness.query_by_label("Zoom in, Ctrl+Plus").is_none());
    harness.key_press(Key::Enter);
    harness.run();
    assert_eq!(harness.state().invoked, [Action::Fit]);
    assert!(!harness.state().palette.is_open());
    assert!(harness.query_by_label("Command palette").is_none());
}

#[test]
fn arrow_keys_move_and_a_click_invokes() {
    let mut harness = commands();
    harness.key_press(Key::ArrowDown);
    harness.run();
    harness.key_press(Key::Enter);
    harness.run();
    assert_eq!(harness.state().invoked, [Action::Fit]);
    harness.state_mut().palette.open();
    harness.run();
    harness.get_by_label("Zoom in, Ctrl+Plus").click();
    harness.run();
    assert_eq!(harness.state().invoked, [Action::Fit, Action::ZoomIn]);
}

#[test]
fn what_cannot_be_used_says_why_and_is_not_invoked() {
    let mut harness = commands();
    harness.get_by_label("Command palette").type_text("subm");
    harness.run();
    assert!(harness.query_by_label("Submit and next, Ctrl+Enter, not available: Nothing is open").is_some());
    harness.key_press(Key::Enter);
    harness.run();
    assert!(harness.state().invoked.is_empty());
    assert!(harness.state().palette.is_open());
}

#[test]
fn escape_closes_and_no_match_says_so() {
    let mut harness = commands();
    harness.get_by_label("Command palette").type_text("qqq");
    harness.run();
    assert!(harness.query_by_label_contains("No action matches").is_some());
    harness.key_press(Key::Escape);
    harness.run();
    assert!(!harness.state().palette.is_open());
}

struct Shelf {
    rows: usize,
    list: ListState,
    drawn: usize,
    /// The ids of all rows that were ever laid out.
    ids: BTreeSet<u64>,
    last: Option<ListResponse>,
    activated: Vec<usize>,
}

fn shelf(rows: usize) -> Harness<'static, Shelf> {
    let shelf =
        Shelf { rows, list: ListState::default(), drawn: 0, ids: BTreeSet::new(), last: None, activated: Vec::new() };
    plain([300.0, 400.0], ThemeKind::Dark).build_ui_state(
        |ui, shelf: &mut Shelf| {
            shelf.drawn = 0;
            let (drawn, ids) = (&mut shelf.drawn, &mut shelf.ids);
            let out = VirtualList::new("Samples", shelf.rows).row_height(20.0).show(
                ui,
                &mut shelf.list,
                |row| format!("Sample {row}"),
                |ui, row| {
                    *drawn += 1;
                    ids.insert(ui.scope_id().value());
                    ui.label(format!("sample-{:07}", row.index));
                },
            );
            shelf.activated.extend(out.activated);
            shelf.last = Some(out);
        },
        shelf,
    )
}

#[test]
fn walking_through_a_long_list_makes_no_new_ids_without_end() {
    let mut harness = shelf(3000);
    for row in (0..3000).step_by(10) {
        harness.state_mut().list.select(Some(row));
        harness.run();
        assert!(harness.query_by_label(&format!("Sample {row}")).is_some());
    }
    let count = harness.state().ids.len();
    assert!((200..=256).contains(&count), "{count} ids for 3000 rows");
}

#[test]
fn a_million_rows_lay_out_only_those_in_sight() {
    let mut harness = shelf(1_000_000);
    assert!(harness.state().drawn <= 21, "{}", harness.state().drawn);
    harness.get_by_label("Sample 3").click();
    harness.run();
    assert_eq!(harness.state().list.selected(), Some(3));
    harness.key_press(Key::End);
    harness.run();
    assert_eq!(harness.state().list.selected(), Some(999_999));
    assert!(harness.query_by_label("Sample 999999").is_some());
    assert!(harness.query_by_label("Sample 3").is_none());
    assert!(harness.state().drawn <= 21);
    let last = harness.get_by_label("Sample 999999").rect();
    assert!((last.bottom() - harness.get_by_label("Samples").rect().bottom()).abs() < 0.01);
    harness.key_press(Key::ArrowUp);
    harness.key_press(Key::Enter);
    harness.run();
    assert_eq!(harness.state().activated, [999_998]);
}

#[test]
fn the_wheel_and_the_bar_scroll() {
    let mut harness = shelf(1_000);
    harness.hover_at(harness.get_by_label("Samples").rect().center());
    harness.event(Event::MouseWheel {
        unit: MouseWheelUnit::Point,
        delta: vec2(0.0, -100.0),
        phase: TouchPhase::Move,
        source: MouseWheelSource::Unknown,
        modifiers: Modifiers::NONE,
    });
    harness.run();
    assert!((harness.state().list.first_row() - 5.0).abs() < 1e-3, "{}", harness.state().list.first_row());
    let bar = harness.get_by_label("Samples scroll bar").rect();
    harness.drag_at(bar.center_bottom() - vec2(0.0, 1.0));
    harness.run();
    assert!(harness.state().list.first_row() > 970.0, "{}", harness.state().list.first_row());
    harness.drop_at(bar.center_top() + vec2(0.0, 1.0));
    harness.run();
    assert!(harness.state().list.first_row() < 10.0, "{}", harness.state().list.first_row());
}

#[test]
fn a_short_list_has_no_bar_and_an_empty_one_no_rows() {
    assert!(shelf(3).query_by_label("Samples scroll bar").is_none());
    let mut harness = shelf(0);
    harness.key_press(Key::ArrowDown);
    harness.run();
    assert_eq!((harness.state().drawn, harness.state().list.selected()), (0, None));
}

#[test]
fn charts_say_in_words_what_they_show() {
    let names = ["cat".to_owned(), "dog".to_owned()];
    let values = [Some(5.0), Some(1.0), None, Some(4.0)];
    let bars = [Bar { label: "cat".into(), value: Some(5.0), text: "5 boxes".into(), color: None }];
    let mut harness = plain([500.0, 400.0], ThemeKind::Light).build_ui_state(
        move |ui, clicked: &mut Option<(usize, usize)>| {
            BarList::new("Boxes", &bars).show(ui);
            let (_, cell) = MatrixHeat::new("Confusion", &names, &names, &values).show(ui);
            *clicked = cell.or(*clicked);
        },
        None,
    );
    let words = |harness: &Harness<'_, _>, label| {
        harness.get_by_label(label).accesskit_node().data().description().unwrap_or_default().to_owned()
    };
    assert_eq!(words(&harness, "Boxes"), "cat: 5 boxes");
    assert_eq!(words(&harness, "Confusion"), "cat, cat: 5; cat, dog: 1; dog, cat: –; dog, dog: 4");
    let matrix = harness.get_by_label("Confusion").rect();
    let at = matrix.right_bottom() - vec2(matrix.width() - 0.3 * matrix.width() - 120.0, 10.0);
    harness.drag_at(at);
    harness.drop_at(at);
    harness.run();
    assert_eq!(*harness.state(), Some((1, 1)));
}

#[test]
fn small_parts_have_names() {
    let mut harness = plain([700.0, 400.0], ThemeKind::HighContrast).build_ui_state(
        |ui, cancelled: &mut bool| {
            key_hint(ui, "Ctrl+Enter");
            status_label(ui, Status::Warning, "3 findings");
            big_number(ui, "Recall", "0.93", "[0.90, 0.95], n 412");
            color_map_legend(ui, ColorMap::Viridis, "0", "1");
            let busy = BusyBar { label: "Scanning", fraction: Some(0.4), detail: "120 images/s", can_cancel: true };
            *cancelled |= busy.show(ui);
            empty_state(ui, "No samples yet", "Drop a folder of images here");
        },
        false,
    );
    for label in ["Viridis colours from 0 to 1", "Cancel Scanning"] {
        assert!(harness.query_by_label(label).is_some(), "{label}");
    }
    assert!(harness.query_all_by_label("Scanning").count() >= 1);
    for text in ["Ctrl+Enter", "3 findings", "Recall: 0.93 [0.90, 0.95], n 412", "Drop a folder of images here"] {
        let found = harness.query_all_by_value(text).count() + harness.query_all_by_label(text).count();
        assert!(found > 0, "{text}");
    }
    harness.get_by_label("Cancel Scanning").click();
    harness.run();
    assert!(*harness.state());
}
