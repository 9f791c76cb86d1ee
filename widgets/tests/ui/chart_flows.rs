//! The charts that people act on or read closely: a cell is chosen by pointer and keyboard, lines are named in words.

use concord_widgets::charts::{Gate, Line, LineChart, LinePoint, MatrixHeat};
use concord_widgets::theme::ThemeKind;
use egui::{Key, Modifiers, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT, Queryable};

use crate::common::{drawing, ground, plain};

type Cell = Option<(usize, usize)>;

fn matrix() -> Harness<'static, Cell> {
    let names = ["cat", "dog", "nothing"].map(str::to_owned);
    let values = [40, 3, 0, 12, 5, 1, 0, 2, 0].map(|n| Some(f64::from(n)));
    plain([480.0, 240.0], ThemeKind::Dark).build_ui_state(
        move |ui, chosen: &mut Cell| {
            let heat = MatrixHeat::new("Confusion", &names, &names, &values).axes("A", "B");
            let (_, cell) = heat.enough(5.0).chosen(*chosen).show(ui);
            *chosen = cell.or(*chosen);
        },
        None,
    )
}

#[test]
fn a_cell_is_chosen_with_the_pointer() {
    let mut harness = matrix();
    harness.run();
    let rect = harness.get_by_label("Confusion").rect();
    // Names take 30 % of the width; the last cell of the second row is in the middle of the third column.
    let labels = (0.3 * rect.width()).min(160.0);
    let cell = ((rect.width() - labels) / 3.0).min(88.0).floor();
    let at = rect.min + vec2(labels + 2.5 * cell, rect.height() - 1.5 * 28.0);
    harness.hover_at(at);
    harness.drag_at(at);
    harness.drop_at(at);
    harness.run();
    assert_eq!(*harness.state(), Some((1, 2)));
}

#[test]
fn a_cell_is_chosen_with_the_keyboard() {
    let mut harness = matrix();
    harness.get_by_label("Confusion").focus();
    harness.run();
    for key in [Key::ArrowRight, Key::ArrowRight, Key::ArrowRight, Key::ArrowDown, Key::ArrowLeft] {
        harness.key_press_modifiers(Modifiers::NONE, key);
        harness.run();
    }
    assert_eq!(*harness.state(), None, "walking chooses nothing");
    let value = harness.get_by_label("Confusion").accesskit_node().value();
    assert_eq!(value.as_deref(), Some("A dog, B dog: 5"));
    harness.key_press_modifiers(Modifiers::NONE, Key::Enter);
    harness.run();
    assert_eq!(*harness.state(), Some((1, 1)));
}

#[test]
fn lines_and_a_marked_matrix_light() {
    let (builder, _) = drawing::<()>([720.0, 620.0], ThemeKind::Light, 64 << 20);
    let point = |step: u32, value: f64| LinePoint {
        x: f64::from(step) / 10.0,
        value: (step != 6).then_some(value),
        interval: step.is_multiple_of(2).then_some((value - 0.06, value + 0.04)),
        is_faint: step > 7,
        note: "n 40".to_owned(),
    };
    let line = |name: &str, drop: f64| Line {
        name: name.to_owned(),
        points: (3..10).map(|step| point(step, 0.95 - drop * f64::from(step))).collect(),
    };
    let lines = [line("f1_loc", 0.02), line("f1_cls", 0.05), line("kappa_cls", 0.051), line("mean_iou", 0.08)];
    let mark = Gate { at: 0.5, label: "policy 0.50".to_owned() };
    let names = ["bottle", "can", "crate", "nothing"].map(str::to_owned);
    let values = [412, 18, 3, 1, 22, 390, 7, 0, 2, 9, 288, 14, 0, 2, 11, 0].map(|n| Some(f64::from(n)));
    let mut harness = builder.build_ui_state(
        move |ui, ()| {
            ground(ui);
            LineChart::new("Agreement falls as the threshold rises", "Overlap (IoU)", "Coefficient", &lines)
                .x_range(0.28, 0.92)
                .mark(Some(&mark))
                .show(ui);
            let heat = MatrixHeat::new("Annotators mix up bottle and can", &names, &names, &values);
            heat.axes("First", "Second").enough(5.0).chosen(Some((0, 1))).show(ui);
        },
        (),
    );
    harness.run();
    harness.snapshot("lines_light");
}
