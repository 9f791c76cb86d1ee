//! The matrix: a grid of numbers on a ground that is darker or lighter as they grow.

use egui::{Align2, Pos2, Rect, Response, Sense, Ui, pos2, vec2};

use super::draw::{self, TITLE_HEIGHT};
use crate::colormap::ColorMap;
use crate::theme::{GRID, Theme, ink_on};

const CELL_HEIGHT: f32 = 7.0 * GRID;
const WIDEST_CELL: f32 = 88.0;

/// A matrix of numbers with names for rows and columns.
#[must_use = "a chart is drawn by `show`"]
pub struct MatrixHeat<'a> {
    title: &'a str,
    row_axis: &'a str,
    column_axis: &'a str,
    rows: &'a [String],
    columns: &'a [String],
    values: &'a [Option<f64>],
    decimals: usize,
    range: Option<(f64, f64)>,
    map: ColorMap,
}

impl<'a> MatrixHeat<'a> {
    /// A matrix of `rows.len() · columns.len()` values, row by row; missing ones count as not defined.
    ///
    /// Numbers have no decimals and colours run from 0 to the largest value, unless set otherwise.
    pub fn new(title: &'a str, rows: &'a [String], columns: &'a [String], values: &'a [Option<f64>]) -> Self {
        Self {
            title,
            row_axis: "",
            column_axis: "",
            rows,
            columns,
            values,
            decimals: 0,
            range: None,
            map: ColorMap::Viridis,
        }
    }

    /// What rows and columns stand for.
    pub fn axes(mut self, rows: &'a str, columns: &'a str) -> Self {
        (self.row_axis, self.column_axis) = (rows, columns);
        self
    }

    /// Decimals of the numbers.
    pub fn decimals(mut self, decimals: usize) -> Self {
        self.decimals = decimals;
        self
    }

    /// The values at both ends of the colours; ignored unless finite and rising.
    pub fn range(mut self, low: f64, high: f64) -> Self {
        if low.is_finite() && high.is_finite() && low < high {
            self.range = Some((low, high));
        }
        self
    }

    /// The colours.
    pub fn map(mut self, map: ColorMap) -> Self {
        self.map = map;
        self
    }

    fn value(&self, row: usize, column: usize) -> Option<f64> {
        self.values.get(row * self.columns.len() + column).copied().flatten().filter(|value| value.is_finite())
    }

    fn text(&self, row: usize, column: usize) -> String {
        let decimals = self.decimals;
        self.value(row, column).map_or_else(|| "–".to_owned(), |value| format!("{value:.decimals$}"))
    }

    fn ends(&self) -> (f64, f64) {
        let largest = self.values.iter().flatten().copied().filter(|v| v.is_finite()).fold(0.0, f64::max);
        self.range.unwrap_or((0.0, if largest > 0.0 { largest } else { 1.0 }))
    }

    /// Shows the matrix; cells are as wide as there is room, up to a limit. Gives back the response of the whole and
    /// the row and column that was clicked.
    pub fn show(self, ui: &mut Ui) -> (Response, Option<(usize, usize)>) {
        let width = ui.available_width();
        let axis_height = if self.column_axis.is_empty() { 0.0 } else { 4.0 * GRID };
        let head = TITLE_HEIGHT + axis_height + 5.0 * GRID;
        let (rows, columns) = (self.rows.len(), self.columns.len());
        let label_width = (0.3 * width).min(160.0);
        let cell = vec2(((width - label_width) / columns.max(1) as f32).clamp(8.0, WIDEST_CELL).floor(), CELL_HEIGHT);
        let size = vec2(width, head + rows as f32 * cell.y);
        let (rect, response) = ui.allocate_exact_size(size, Sense::CLICK | Sense::HOVER);
        let origin = rect.min + vec2(label_width, head);
        self.paint_names(ui, rect, origin, cell);
        self.paint_cells(ui, origin, cell);
        let pointed = response.hover_pos().and_then(|pos| self.cell_at(pos, origin, cell));
        let clicked = pointed.filter(|_| response.clicked());
        draw::describe(ui, &response, self.title, self.words());
        let tip = pointed.map(|(row, column)| self.cell_words(row, column));
        (draw::tip(response, tip), clicked)
    }

    fn cell_at(&self, pos: Pos2, origin: Pos2, cell: egui::Vec2) -> Option<(usize, usize)> {
        let at = (pos - origin) / cell;
        let inside = at.x >= 0.0 && at.y >= 0.0;
        let (column, row) = (at.x as usize, at.y as usize);
        (inside && column < self.columns.len() && row < self.rows.len()).then_some((row, column))
    }

    fn paint_names(&self, ui: &Ui, rect: Rect, origin: Pos2, cell: egui::Vec2) {
        let (theme, painter) = (Theme::of_ui(ui), ui.painter());
        draw::title(painter, &theme, rect, self.title);
        let names_top = origin.y - 5.0 * GRID;
        let grid_width = cell.x * self.columns.len() as f32;
        let axis = Rect::from_min_max(
            pos2(origin.x, rect.top() + TITLE_HEIGHT),
            pos2(origin.x + grid_width.max(96.0), names_top),
        );
        draw::text_in(painter, axis, Align2::LEFT_CENTER, self.column_axis, draw::small_font(), theme.muted);
        let row_axis = Rect::from_min_max(pos2(rect.left(), names_top), pos2(origin.x - 2.0 * GRID, origin.y));
        draw::text_in(painter, row_axis, Align2::RIGHT_CENTER, self.row_axis, draw::small_font(), theme.muted);
        for (column, name) in self.columns.iter().enumerate() {
            let left = origin.x + column as f32 * cell.x;
            let place = Rect::from_min_max(pos2(left + 2.0, names_top), pos2(left + cell.x - 2.0, origin.y));
            draw::text_in(painter, place, Align2::CENTER_CENTER, name, draw::small_font(), theme.text);
        }
        for (row, name) in self.rows.iter().enumerate() {
            let top = origin.y + row as f32 * cell.y;
            let place = Rect::from_min_max(pos2(rect.left(), top), pos2(origin.x - 2.0 * GRID, top + cell.y));
            draw::text_in(painter, place, Align2::RIGHT_CENTER, name, draw::small_font(), theme.text);
        }
    }

    fn paint_cells(&self, ui: &Ui, origin: Pos2, cell: egui::Vec2) {
        let (theme, painter) = (Theme::of_ui(ui), ui.painter());
        let (low, high) = self.ends();
        for row in 0..self.rows.len() {
            for column in 0..self.columns.len() {
                let min = origin + vec2(column as f32 * cell.x, row as f32 * cell.y);
                let place = Rect::from_min_size(min, cell).shrink(0.5);
                let value = self.value(row, column);
                let ground = value.map_or(theme.field, |value| self.map.color((value - low) / (high - low)));
                painter.rect_filled(place, 1.0, ground);
                let ink = if value.is_some() { ink_on(ground) } else { theme.muted };
                let text = self.text(row, column);
                draw::text_in(painter, place, Align2::CENTER_CENTER, &text, draw::small_font(), ink);
            }
        }
    }

    fn cell_words(&self, row: usize, column: usize) -> String {
        let named = |axis: &str, name: &str| if axis.is_empty() { name.to_owned() } else { format!("{axis} {name}") };
        let row_name = named(self.row_axis, &self.rows[row]);
        let column_name = named(self.column_axis, &self.columns[column]);
        format!("{row_name}, {column_name}: {}", self.text(row, column))
    }

    fn words(&self) -> String {
        let cells = (0..self.rows.len()).flat_map(|row| (0..self.columns.len()).map(move |column| (row, column)));
        cells.map(|(row, column)| self.cell_words(row, column)).collect::<Vec<_>>().join("; ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_named_by_row_and_column() {
        let names = ["cat".to_owned(), "dog".to_owned()];
        let values = [Some(3.0), None, Some(f64::NAN)];
        let matrix = MatrixHeat::new("Confusion", &names, &names, &values).axes("A", "B");
        assert_eq!(matrix.words(), "A cat, B cat: 3; A cat, B dog: –; A dog, B cat: –; A dog, B dog: –");
        assert_eq!(matrix.ends(), (0.0, 3.0));
        let cell = vec2(10.0, 10.0);
        assert_eq!(matrix.cell_at(pos2(15.0, 5.0), Pos2::ZERO, cell), Some((0, 1)));
        assert_eq!(matrix.cell_at(pos2(-5.0, 5.0), Pos2::ZERO, cell), None);
        assert_eq!(matrix.cell_at(pos2(25.0, 5.0), Pos2::ZERO, cell), None);
    }
}
