//! What all charts share: titles, axes, texts that fit, and the words for those who cannot see them.

use std::sync::Arc;

use egui::text::{LayoutJob, TextWrapping};
use egui::{Align2, Color32, FontId, Galley, Painter, Rect, Response, Role, Stroke, Ui, WidgetInfo, pos2};

use crate::theme::{GRID, Theme};

pub(super) const TITLE_HEIGHT: f32 = 6.0 * GRID;
pub(super) const AXIS_HEIGHT: f32 = 9.0 * GRID;
const SMALL: f32 = 11.0;
const BODY: f32 = 13.0;

pub(super) fn body_font() -> FontId {
    FontId::proportional(BODY)
}

pub(super) fn small_font() -> FontId {
    FontId::proportional(SMALL)
}

/// Lays text out in one line, cut with an ellipsis where it is wider than the room.
pub(super) fn fitted(painter: &Painter, text: &str, font: FontId, color: Color32, width: f32) -> Arc<Galley> {
    let mut job = LayoutJob::simple_singleline(text.to_owned(), font, color);
    job.wrap = TextWrapping::truncate_at_width(width.max(0.0));
    painter.layout_job(job)
}

/// Draws text in a place, cut where it does not fit.
pub(super) fn text_in(painter: &Painter, place: Rect, align: Align2, text: &str, font: FontId, color: Color32) {
    let galley = fitted(painter, text, font, color, place.width());
    let at = align.align_size_within_rect(galley.size(), place);
    painter.galley(at.min, galley, color);
}

pub(super) fn title(painter: &Painter, theme: &Theme, rect: Rect, text: &str) {
    let place = rect.with_max_y(rect.top() + TITLE_HEIGHT - GRID);
    text_in(painter, place, Align2::LEFT_CENTER, text, body_font(), theme.strong);
}

/// A horizontal scale: values on it become positions.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scale {
    pub(super) low: f64,
    pub(super) high: f64,
    pub(super) left: f32,
    pub(super) right: f32,
}

impl Scale {
    /// Where a value is, kept on the scale.
    pub(super) fn x(&self, value: f64) -> f32 {
        let share = ((value - self.low) / (self.high - self.low)).clamp(0.0, 1.0);
        self.left + (self.right - self.left) * share as f32
    }

    pub(super) fn holds(&self, value: f64) -> bool {
        (self.low..=self.high).contains(&value)
    }

    /// Grid lines through `plot`, numbers below it and the name of the axis below them.
    pub(super) fn axis(&self, painter: &Painter, theme: &Theme, plot: Rect, name: &str) {
        let ticks = ticks(self.low, self.high, ((plot.width() / 56.0) as usize).max(2));
        let decimals = decimals_of(&ticks);
        for tick in ticks {
            let x = self.x(tick).round() + 0.5;
            painter.vline(x, plot.y_range(), Stroke::new(1.0, theme.line));
            let text = format!("{tick:.decimals$}");
            painter.text(pos2(x, plot.bottom() + 2.0), Align2::CENTER_TOP, text, small_font(), theme.muted);
        }
        let place =
            Rect::from_min_max(pos2(plot.left(), plot.bottom() + 16.0), pos2(plot.right(), plot.bottom() + 32.0));
        text_in(painter, place, Align2::CENTER_TOP, name, small_font(), theme.muted);
    }
}

/// Round numbers from `low` to `high`, at most `most` of them (at least two are allowed), in steps of 1, 2 or 5 times
/// a power of ten. Empty when the range is empty, inverted or not finite.
pub fn ticks(low: f64, high: f64, most: usize) -> Vec<f64> {
    let span = high - low;
    if !span.is_finite() || span <= 0.0 {
        return Vec::new();
    }
    let raw = span / (most.max(2) - 1) as f64;
    let power = 10_f64.powf(raw.log10().floor());
    let step = [1.0, 2.0, 5.0, 10.0].into_iter().map(|m| m * power).find(|s| *s >= raw * (1.0 - 1e-9));
    let step = step.unwrap_or(10.0 * power);
    let (first, last) = ((low / step - 1e-9).ceil() as i64, (high / step + 1e-9).floor() as i64);
    (first..=last).map(|index| index as f64 * step).collect()
}

pub(super) fn decimals_of(ticks: &[f64]) -> usize {
    let step = ticks.windows(2).map(|pair| pair[1] - pair[0]).next().unwrap_or(1.0);
    (-(step * 1.000_001).log10().floor()).clamp(0.0, 9.0) as usize
}

/// Gives a chart its accessible name and says in words what it shows.
pub(super) fn describe(ui: &Ui, response: &Response, title: &str, words: String) {
    response.widget_info(|| WidgetInfo::labeled(Role::Figure, ui.is_enabled(), title));
    ui.ctx().accesskit_node_builder(response.id, |node| node.set_description(words));
}

/// Shows words at the pointer while it is over a part of a chart.
pub(super) fn tip(response: Response, words: Option<String>) -> Response {
    match words {
        Some(words) if response.hovered() => response.on_hover_ui_at_pointer(|ui| {
            ui.label(words);
        }),
        _ => response,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round_numbers() {
        let check = |low: f64, high: f64, most: usize, expect: &[f64]| {
            let found = ticks(low, high, most);
            assert_eq!(found.len(), expect.len(), "{found:?}");
            assert!(found.iter().zip(expect).all(|(a, b)| (a - b).abs() < 1e-9), "{found:?}");
            assert!(found.len() <= most.max(2));
        };
        check(0.0, 1.0, 6, &[0.0, 0.2, 0.4, 0.6, 0.8, 1.0]);
        check(0.0, 1.0, 3, &[0.0, 0.5, 1.0]);
        check(0.83, 1.0, 5, &[0.85, 0.9, 0.95, 1.0]);
        check(-3.0, 120.0, 4, &[0.0, 50.0, 100.0]);
        check(1.0, 1.0, 4, &[]);
        check(0.0, f64::NAN, 4, &[]);
    }

    #[test]
    fn tick_texts_have_the_decimals_of_their_step() {
        assert_eq!(decimals_of(&[0.0, 0.2]), 1);
        assert_eq!(decimals_of(&[0.85, 0.9]), 2);
        assert_eq!(decimals_of(&[0.0, 50.0]), 0);
    }
}
