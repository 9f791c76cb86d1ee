//! The interval plot: for each row a value with its interval and support, and a line for the gate.

use concord_language::tr;
use egui::{Align2, Painter, Rect, Response, Sense, Stroke, Ui, pos2, vec2};

use super::draw::{self, AXIS_HEIGHT, Scale, TITLE_HEIGHT};
use crate::parts::paint_status;
use crate::theme::{GRID, Status, Theme};

const ROW: f32 = 6.0 * GRID;

/// One row of an interval plot.
#[derive(Debug, Clone, PartialEq)]
pub struct IntervalRow {
    /// What the row is about.
    pub label: String,
    /// The value; `None` when it is not defined, and then `note` says why.
    pub value: Option<f64>,
    /// Lower and upper end of its interval.
    pub interval: Option<(f64, f64)>,
    /// What the value rests on, in words: `n 1,204`.
    pub support: String,
    /// How it stands against the gate.
    pub status: Status,
    /// Why there is no value; shown in its place.
    pub note: String,
}

/// A value that rows are held against.
#[derive(Debug, Clone, PartialEq)]
pub struct Gate {
    /// Where its line is drawn.
    pub at: f64,
    /// What it asks for: `≥ 0.90`.
    pub label: String,
}

/// A plot of values with intervals, one a row.
#[must_use = "a chart is drawn by `show`"]
pub struct IntervalPlot<'a> {
    title: &'a str,
    axis: &'a str,
    rows: &'a [IntervalRow],
    range: (f64, f64),
    gate: Option<&'a Gate>,
    faint: &'a [bool],
    decimals: usize,
}

impl<'a> IntervalPlot<'a> {
    /// A plot from 0 to 1 with two decimals; `axis` names the quantity and its unit.
    pub fn new(title: &'a str, axis: &'a str, rows: &'a [IntervalRow]) -> Self {
        Self { title, axis, rows, range: (0.0, 1.0), gate: None, faint: &[], decimals: 2 }
    }

    /// The ends of the axis; ignored unless finite and rising. Values beyond them are drawn at the end with an arrow.
    pub fn range(mut self, low: f64, high: f64) -> Self {
        if low.is_finite() && high.is_finite() && low < high {
            self.range = (low, high);
        }
        self
    }

    /// The line that rows are held against.
    pub fn gate(mut self, gate: Option<&'a Gate>) -> Self {
        self.gate = gate;
        self
    }

    /// Which rows rest on little: their marks are hollow and their names muted. Rows beyond the list do not.
    pub fn faint(mut self, rows: &'a [bool]) -> Self {
        self.faint = rows;
        self
    }

    /// Decimals of the numbers.
    pub fn decimals(mut self, decimals: usize) -> Self {
        self.decimals = decimals;
        self
    }

    /// Shows the plot over the width there is.
    pub fn show(self, ui: &mut Ui) -> Response {
        let gate_height = if self.gate.is_some() { 4.0 * GRID } else { 0.0 };
        let height = TITLE_HEIGHT + gate_height + self.rows.len() as f32 * ROW + AXIS_HEIGHT;
        let width = ui.available_width();
        let (rect, response) = ui.allocate_exact_size(vec2(width, height), Sense::hover());
        let (theme, painter) = (Theme::of_ui(ui), ui.painter());
        draw::title(painter, &theme, rect, self.title);
        let plot = Rect::from_min_max(
            pos2(rect.left() + (0.3 * width).min(180.0), rect.top() + TITLE_HEIGHT + gate_height),
            pos2(rect.right() - 204.0, rect.bottom() - AXIS_HEIGHT),
        );
        if plot.width() > 24.0 {
            let scale =
                Scale { low: self.range.0, high: self.range.1, left: plot.left() + 4.0, right: plot.right() - 4.0 };
            scale.axis(painter, &theme, plot, self.axis);
            self.paint_gate(painter, &theme, plot, &scale);
            for index in 0..self.rows.len() {
                let top = plot.top() + index as f32 * ROW;
                let place = Rect::from_min_max(pos2(rect.left(), top), pos2(rect.right(), top + ROW));
                self.paint_row(painter, &theme, (place, plot), &scale, index);
            }
        }
        draw::describe(ui, &response, self.title, self.words());
        let pointed = response.hover_pos().map(|pos| ((pos.y - plot.top()) / ROW).floor());
        let row = pointed.filter(|row| *row >= 0.0).and_then(|row| self.rows.get(row as usize));
        draw::tip(response, row.map(|row| self.row_words(row)))
    }

    fn paint_gate(&self, painter: &Painter, theme: &Theme, plot: Rect, scale: &Scale) {
        let Some(gate) = self.gate.filter(|gate| scale.holds(gate.at)) else { return };
        let x = scale.x(gate.at).round() + 0.5;
        let line = [pos2(x, plot.top() - 2.0), pos2(x, plot.bottom())];
        painter.extend(egui::Shape::dashed_line(&line, Stroke::new(1.5, theme.accent), 4.0, 3.0));
        let galley = draw::fitted(painter, &gate.label, draw::small_font(), theme.accent, plot.width());
        let left = (x - galley.size().x / 2.0).clamp(plot.left(), plot.right() - galley.size().x);
        painter.galley(pos2(left, plot.top() - 4.0 * GRID), galley, theme.accent);
    }

    fn paint_row(&self, painter: &Painter, theme: &Theme, (place, plot): (Rect, Rect), scale: &Scale, index: usize) {
        let row = &self.rows[index];
        let is_faint = self.faint.get(index).copied().unwrap_or_default();
        let color = theme.status(row.status);
        let y = place.center().y.round();
        let label = Rect::from_min_max(place.min, pos2(plot.left() - 2.0 * GRID, place.bottom()));
        let sign = label.with_max_x(label.left() + 4.0 * GRID);
        paint_status(painter, sign.center(), 2.5 * GRID, row.status, color);
        draw::text_in(
            painter,
            label.with_min_x(sign.right() + 2.0),
            Align2::LEFT_CENTER,
            &row.label,
            draw::body_font(),
            if is_faint { theme.muted } else { theme.text },
        );
        let numbers = Rect::from_min_max(pos2(plot.right() + 3.0 * GRID, place.top()), place.max);
        let Some(value) = row.value else {
            draw::text_in(painter, numbers, Align2::LEFT_CENTER, &row.note, draw::small_font(), theme.muted);
            return;
        };
        if let Some((low, high)) = row.interval {
            let (left, right) = (scale.x(low), scale.x(high));
            painter.hline(left..=right, y, Stroke::new(2.0, color));
            for (x, end) in [(left, low), (right, high)] {
                if scale.holds(end) {
                    painter.vline(x, (y - 4.0)..=(y + 4.0), Stroke::new(2.0, color));
                }
            }
        }
        if scale.holds(value) {
            let (fill, edge) = if is_faint { (theme.panel, color) } else { (color, theme.panel) };
            painter.circle(pos2(scale.x(value), y), 4.5, fill, Stroke::new(1.5, edge));
        } else {
            let way = if value < scale.low { -6.0 } else { 6.0 };
            painter.arrow(pos2(scale.x(value) - way, y), vec2(way, 0.0), Stroke::new(2.0, color));
        }
        let (number, interval) = self.number_texts(value, row.interval);
        let number_place = numbers.with_max_x(numbers.left() + 44.0);
        draw::text_in(painter, number_place, Align2::RIGHT_CENTER, &number, draw::body_font(), theme.strong);
        let interval_place =
            Rect::from_min_max(pos2(numbers.left() + 52.0, place.top()), pos2(numbers.left() + 132.0, place.bottom()));
        draw::text_in(painter, interval_place, Align2::LEFT_CENTER, &interval, draw::small_font(), theme.muted);
        let support = numbers.with_min_x(numbers.left() + 132.0);
        draw::text_in(painter, support, Align2::RIGHT_CENTER, &row.support, draw::small_font(), theme.muted);
    }

    fn number_texts(&self, value: f64, interval: Option<(f64, f64)>) -> (String, String) {
        let decimals = self.decimals;
        let interval =
            interval.map_or_else(String::new, |(low, high)| format!("[{low:.decimals$}, {high:.decimals$}]"));
        (format!("{value:.decimals$}"), interval)
    }

    fn row_words(&self, row: &IntervalRow) -> String {
        let state = match row.status {
            Status::Muted => String::new(),
            known => format!(", {}", known.word()),
        };
        let Some(value) = row.value else {
            return format!("{}: {}{state}", row.label, row.note);
        };
        let (number, interval) = self.number_texts(value, row.interval);
        let parts = [number, interval, row.support.clone()];
        let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        format!("{}: {}{state}", row.label, parts.join(" "))
    }

    fn words(&self) -> String {
        let gate =
            self.gate.map_or_else(String::new, |gate| format!("{}. ", tr!("chart-gate", gate = gate.label.as_str())));
        let rows: Vec<String> = self.rows.iter().map(|row| self.row_words(row)).collect();
        format!("{}. {gate}{}", self.axis, rows.join("; "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_say_what_the_marks_show() {
        let row = |label: &str, value, status| IntervalRow {
            label: label.into(),
            value,
            interval: value.map(|v: f64| (v - 0.05, v + 0.03)),
            support: "n 40".into(),
            status,
            note: "too few images".into(),
        };
        let rows = [row("day", Some(0.931), Status::Ok), row("night", None, Status::Muted)];
        let gate = Gate { at: 0.9, label: "≥ 0.90".into() };
        let plot = IntervalPlot::new("Recall by light", "Recall", &rows).gate(Some(&gate));
        assert_eq!(plot.words(), "Recall. Gate ≥ 0.90. day: 0.93 [0.88, 0.96] n 40, ok; night: too few images");
    }
}
