//! Differences between two versions, a line each; changed lines of a text as in a text.

use concord_language::tr;
use concord_project::publish::differences::{Difference, Line, What};
use concord_widgets::theme::{GRID, Theme};
use egui::{Color32, Frame, Label, RichText, Ui};

use super::words::strong;

/// Lines of a text that are shown at most.
const MOST_LINES: usize = 400;
/// Width of the word that says what happened.
const WORD_WIDTH: f32 = 88.0;

/// Shows what differs under a heading.
pub(super) fn show(ui: &mut Ui, heading: &str, differences: &[Difference]) {
    strong(ui, heading);
    ui.add_space(GRID);
    if differences.is_empty() {
        ui.weak(tr!("policy-no-difference"));
    }
    // Texts go last: they are long.
    let (texts, others): (Vec<_>, Vec<_>) = differences.iter().partition(|one| matches!(one.what, What::Text { .. }));
    for difference in others.into_iter().chain(texts) {
        line(ui, difference);
    }
}

fn line(ui: &mut Ui, difference: &Difference) {
    let theme = Theme::of_ui(ui);
    let path = difference.path.join(" › ");
    match &difference.what {
        What::Added { value } => entry(ui, theme.ok, tr!("policy-added"), &path, value),
        What::Removed { value } => entry(ui, theme.error, tr!("policy-removed"), &path, value),
        What::Changed { before, after } => {
            entry(ui, theme.warning, tr!("policy-changed"), &path, &format!("{before} → {after}"));
        }
        What::Renamed { to } => entry(ui, theme.warning, tr!("policy-renamed"), &path, &format!("→ {to}")),
        What::Reordered { names } => entry(ui, theme.warning, tr!("policy-reordered"), &path, &names.join(", ")),
        What::Text { lines } => {
            entry(ui, theme.warning, tr!("policy-changed"), &path, &counted(lines));
            text(ui, lines);
        }
    }
}

/// A line: what happened, where, and the value; a long value goes on below itself.
fn entry(ui: &mut Ui, color: Color32, word: &str, path: &str, value: &str) {
    ui.horizontal_top(|ui| {
        let start = ui.cursor().min.x;
        ui.label(RichText::new(word).color(color));
        ui.add_space((start + WORD_WIDTH - ui.cursor().min.x).max(0.0));
        ui.label(RichText::new(path).strong());
        ui.add(Label::new(RichText::new(value).monospace()).wrap().selectable(true));
    });
}

fn counted(lines: &[Line]) -> String {
    let added = lines.iter().filter(|line| line.is_added).count();
    tr!("policy-lines", added = added, removed = lines.len() - added)
}

fn text(ui: &mut Ui, lines: &[Line]) {
    let theme = Theme::of_ui(ui);
    ui.add_space(GRID);
    Frame::NONE.fill(theme.field).corner_radius(4).inner_margin(8).show(ui, |ui| {
        ui.spacing_mut().item_spacing.y = 1.0;
        for line in lines.iter().take(MOST_LINES) {
            let (sign, color) = if line.is_added { ('+', theme.ok) } else { ('−', theme.error) };
            let words = format!("{sign} {:>4}  {}", line.number, line.text);
            ui.add(Label::new(RichText::new(words).monospace().color(color)).wrap().selectable(true));
        }
        if lines.len() > MOST_LINES {
            ui.weak(tr!("policy-more-lines", count = lines.len() - MOST_LINES));
        }
    });
    ui.add_space(GRID);
}
