//! The bar list: one bar a row, from zero, with its number at the end.

use egui::{Align2, Color32, Rect, Response, Sense, Ui, pos2, vec2};

use super::draw::{self, TITLE_HEIGHT};
use crate::theme::{GRID, Theme};

const ROW: f32 = 6.0 * GRID;

/// One row of a bar list.
#[derive(Debug, Clone, PartialEq)]
pub struct Bar {
    /// What the bar is about.
    pub label: String,
    /// Its length, not negative; `None` draws no bar.
    pub value: Option<f64>,
    /// The number as text, or why there is none.
    pub text: String,
    /// Its colour; the accent when `None`.
    pub color: Option<Color32>,
}

/// A list of bars that all start at zero.
#[must_use = "a chart is drawn by `show`"]
pub struct BarList<'a> {
    title: &'a str,
    bars: &'a [Bar],
    full: Option<f64>,
}

impl<'a> BarList<'a> {
    /// Bars whose longest fills the width.
    pub fn new(title: &'a str, bars: &'a [Bar]) -> Self {
        Self { title, bars, full: None }
    }

    /// The value of a bar that fills the width, so that two lists can be compared; ignored unless positive.
    pub fn full(mut self, value: f64) -> Self {
        self.full = (value > 0.0 && value.is_finite()).then_some(value);
        self
    }

    fn longest(&self) -> f64 {
        let longest = self.bars.iter().filter_map(|bar| bar.value).filter(|value| value.is_finite());
        self.full.unwrap_or_else(|| longest.fold(0.0, f64::max)).max(f64::MIN_POSITIVE)
    }

    /// Shows the list over the width there is.
    pub fn show(self, ui: &mut Ui) -> Response {
        let width = ui.available_width();
        let height = TITLE_HEIGHT + self.bars.len() as f32 * ROW;
        let (rect, response) = ui.allocate_exact_size(vec2(width, height), Sense::hover());
        let (theme, painter) = (Theme::of_ui(ui), ui.painter());
        draw::title(painter, &theme, rect, self.title);
        let label_width = (0.35 * width).min(180.0);
        let number_width = 72.0;
        let longest = self.longest();
        for (index, bar) in self.bars.iter().enumerate() {
            let top = rect.top() + TITLE_HEIGHT + index as f32 * ROW;
            let place = Rect::from_min_max(pos2(rect.left(), top), pos2(rect.right(), top + ROW));
            let label = place.with_max_x(place.left() + label_width);
            draw::text_in(painter, label, Align2::LEFT_CENTER, &bar.label, draw::body_font(), theme.text);
            let track = Rect::from_min_max(
                pos2(label.right() + 2.0 * GRID, top + 6.0),
                pos2(place.right() - number_width, top + ROW - 6.0),
            );
            if let Some(value) = bar.value.filter(|value| value.is_finite() && track.width() > 0.0) {
                painter.rect_filled(track, 2.0, theme.line.gamma_multiply(0.5));
                let share = (value / longest).clamp(0.0, 1.0) as f32;
                let filled = track.with_max_x(track.left() + (track.width() * share).max(1.0));
                painter.rect_filled(filled, 2.0, bar.color.unwrap_or(theme.accent));
            }
            let number = place.with_min_x(place.right() - number_width + GRID);
            let ink = if bar.value.is_some() { theme.strong } else { theme.muted };
            draw::text_in(painter, number, Align2::RIGHT_CENTER, &bar.text, draw::body_font(), ink);
        }
        let words: Vec<String> = self.bars.iter().map(|bar| format!("{}: {}", bar.label, bar.text)).collect();
        draw::describe(ui, &response, self.title, words.join("; "));
        let pointed = response.hover_pos().map(|pos| ((pos.y - rect.top() - TITLE_HEIGHT) / ROW).floor());
        let row = pointed.filter(|row| *row >= 0.0).and_then(|row| words.get(row as usize));
        let tip = row.cloned();
        draw::tip(response, tip)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bar(value: Option<f64>) -> Bar {
        Bar { label: "a".into(), value, text: String::new(), color: None }
    }

    #[test]
    fn the_longest_bar_fills_the_width_unless_told_otherwise() {
        let bars = [bar(Some(2.0)), bar(None), bar(Some(f64::NAN)), bar(Some(5.0))];
        assert_eq!(BarList::new("t", &bars).longest(), 5.0);
        assert_eq!(BarList::new("t", &bars).full(10.0).longest(), 10.0);
        assert_eq!(BarList::new("t", &bars).full(-1.0).longest(), 5.0);
        assert!(BarList::new("t", &[]).longest() > 0.0);
    }
}
