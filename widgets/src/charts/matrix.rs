//! The matrix: a grid of numbers on a ground that is darker or lighter as they grow, from which a cell can be chosen.

use concord_language::tr;
use egui::{Align2, EventFilter, Key, Modifiers, Pos2, Rect, Response, Sense, Stroke, StrokeKind, Ui, pos2, vec2};

use super::draw::{self, TITLE_HEIGHT};
use crate::colormap::ColorMap;
use crate::theme::{GRID, Theme, ink_on};

const CELL_HEIGHT: f32 = 7.0 * GRID;
const WIDEST_CELL: f32 = 88.0;
/// Points between the lines over a cell that rests on little.
const HATCH: f32 = 6.0;

/// A cell by its row and column.
type Cell = (usize, usize);

/// More words about a cell, by row and column.
type Note<'a> = &'a dyn Fn(usize, usize) -> String;

/// A matrix of numbers with names for rows and columns.
///
/// A click chooses a cell; with the keyboard the arrows walk over the cells and Enter or Space chooses.
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
    enough: f64,
    note: Option<Note<'a>>,
    chosen: Option<(usize, usize)>,
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
            enough: 0.0,
            note: None,
            chosen: None,
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

    /// Values above 0 and below this are hatched and have no colour: they say too little for one. 0 has no colour either.
    pub fn enough(mut self, least: f64) -> Self {
        self.enough = least;
        self
    }

    /// What is said of a cell at the pointer besides its number.
    pub fn note(mut self, note: Note<'a>) -> Self {
        self.note = Some(note);
        self
    }

    /// The cell that is marked as chosen.
    pub fn chosen(mut self, cell: Option<(usize, usize)>) -> Self {
        self.chosen = cell;
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

    fn is_few(&self, value: f64) -> bool {
        value > 0.0 && value < self.enough
    }

    /// Shows the matrix; cells are as wide as there is room, up to a limit. Gives back the response of the whole and
    /// the row and column that was chosen in this frame.
    pub fn show(self, ui: &mut Ui) -> (Response, Option<(usize, usize)>) {
        let width = ui.available_width();
        let axis_height = if self.column_axis.is_empty() { 0.0 } else { 4.0 * GRID };
        let head = TITLE_HEIGHT + axis_height + 5.0 * GRID;
        let (rows, columns) = (self.rows.len(), self.columns.len());
        let label_width = (0.3 * width).min(160.0);
        let cell = vec2(((width - label_width) / columns.max(1) as f32).clamp(8.0, WIDEST_CELL).floor(), CELL_HEIGHT);
        let size = vec2(width, head + rows as f32 * cell.y);
        let (rect, response) = ui.allocate_exact_size(size, Sense::click());
        let origin = rect.min + vec2(label_width, head);
        let (cursor, entered) = self.keys(ui, &response);
        self.paint_names(ui, rect, origin, cell);
        self.paint_cells(ui, origin, cell);
        self.paint_rings(ui, origin, cell, cursor);
        let pointed = response.hover_pos().and_then(|pos| self.cell_at(pos, origin, cell));
        let clicked = response.interact_pointer_pos().and_then(|pos| self.cell_at(pos, origin, cell));
        let clicked = clicked.filter(|_| response.clicked());
        if let Some(cell) = clicked {
            ui.data_mut(|data| data.insert_temp(response.id, cell));
            response.request_focus();
        }
        draw::describe(ui, &response, self.title, self.words());
        if let Some((row, column)) = cursor {
            let words = self.full_words(row, column);
            ui.ctx().accesskit_node_builder(response.id, |node| node.set_value(words));
        }
        let tip = pointed.map(|(row, column)| self.full_words(row, column));
        (draw::tip(response, tip), clicked.or(entered))
    }

    /// While it has the focus: the cell where the keyboard stands, and the one that it chose.
    fn keys(&self, ui: &Ui, response: &Response) -> (Option<Cell>, Option<Cell>) {
        let (rows, columns) = (self.rows.len(), self.columns.len());
        if !response.has_focus() || rows == 0 || columns == 0 {
            return (None, None);
        }
        let filter = EventFilter { vertical_arrows: true, horizontal_arrows: true, ..EventFilter::default() };
        ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, filter));
        let kept: Option<(usize, usize)> = ui.data(|data| data.get_temp(response.id));
        let (row, column) = kept.or(self.chosen).unwrap_or_default();
        let (down, right, enter) = ui.input_mut(|input| {
            let mut steps = |key: Key| input.count_and_consume_key(Modifiers::NONE, key) as isize;
            let down = steps(Key::ArrowDown) - steps(Key::ArrowUp);
            let right = steps(Key::ArrowRight) - steps(Key::ArrowLeft);
            (down, right, steps(Key::Enter) + steps(Key::Space) > 0)
        });
        let moved = |at: usize, by: isize, count: usize| at.saturating_add_signed(by).min(count - 1);
        let cursor = (moved(row, down, rows), moved(column, right, columns));
        ui.data_mut(|data| data.insert_temp(response.id, cursor));
        (Some(cursor), enter.then_some(cursor))
    }

    fn paint_rings(&self, ui: &Ui, origin: Pos2, cell: egui::Vec2, cursor: Option<(usize, usize)>) {
        let theme = Theme::of_ui(ui);
        let place = |(row, column): (usize, usize)| {
            Rect::from_min_size(origin + vec2(column as f32 * cell.x, row as f32 * cell.y), cell)
        };
        let inside = |cell: &(usize, usize)| cell.0 < self.rows.len() && cell.1 < self.columns.len();
        if let Some(chosen) = self.chosen.filter(inside) {
            ui.painter().rect_stroke(place(chosen), 1.0, Stroke::new(2.5, theme.panel), StrokeKind::Inside);
            ui.painter().rect_stroke(place(chosen), 1.0, Stroke::new(2.0, theme.accent), StrokeKind::Outside);
        }
        if let Some(cursor) = cursor {
            ui.painter().rect_stroke(place(cursor), 1.0, Stroke::new(1.5, theme.strong), StrokeKind::Outside);
        }
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
                let is_plain = |value: &f64| self.enough > 0.0 && *value < self.enough;
                let coloured = value.filter(|value| !is_plain(value));
                let ground = coloured.map_or(theme.field, |value| self.map.color((value - low) / (high - low)));
                painter.rect_filled(place, 1.0, ground);
                let is_few = value.is_some_and(|value| self.is_few(value));
                if is_few {
                    hatch(painter, place, Stroke::new(1.0, theme.line));
                }
                let plain = if is_few { theme.text } else { theme.muted };
                let ink = if coloured.is_some() { ink_on(ground) } else { plain };
                let text = self.text(row, column);
                draw::text_in(painter, place, Align2::CENTER_CENTER, &text, draw::small_font(), ink);
            }
        }
    }

    fn cell_words(&self, row: usize, column: usize) -> String {
        let named = |axis: &str, name: &str| if axis.is_empty() { name.to_owned() } else { format!("{axis} {name}") };
        let row_name = named(self.row_axis, &self.rows[row]);
        let column_name = named(self.column_axis, &self.columns[column]);
        let number = self.text(row, column);
        let is_few = self.value(row, column).is_some_and(|value| self.is_few(value));
        let said = if is_few { tr!("chart-few", value = number) } else { number };
        format!("{row_name}, {column_name}: {said}")
    }

    /// The words of a cell with its note.
    fn full_words(&self, row: usize, column: usize) -> String {
        let note = self.note.map(|note| note(row, column)).filter(|note| !note.is_empty());
        let words = self.cell_words(row, column);
        note.map_or_else(|| words.clone(), |note| format!("{words} ({note})"))
    }

    fn words(&self) -> String {
        let cells = (0..self.rows.len()).flat_map(|row| (0..self.columns.len()).map(move |column| (row, column)));
        cells.map(|(row, column)| self.cell_words(row, column)).collect::<Vec<_>>().join("; ")
    }
}

/// Slanted lines over a place.
fn hatch(painter: &egui::Painter, place: Rect, stroke: Stroke) {
    let mut start = place.left() - place.height() + HATCH / 2.0;
    while start < place.right() {
        // From the bottom edge up to the right, cut at both sides.
        let (left, right) = (start.max(place.left()), (start + place.height()).min(place.right()));
        let y = |x: f32| place.bottom() - (x - start);
        painter.line_segment([pos2(left, y(left)), pos2(right, y(right))], stroke);
        start += HATCH;
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

    #[test]
    fn few_and_notes_are_said() {
        let names = ["cat".to_owned(), "dog".to_owned()];
        let values = [Some(30.0), Some(4.0), Some(0.0), Some(5.0)];
        let note = |row: usize, column: usize| if row == column { String::new() } else { "a half".to_owned() };
        let matrix = MatrixHeat::new("Confusion", &names, &names, &values).enough(5.0).note(&note);
        assert_eq!(matrix.words(), "cat, cat: 30; cat, dog: 4, few; dog, cat: 0; dog, dog: 5");
        assert_eq!(matrix.full_words(0, 1), "cat, dog: 4, few (a half)");
        assert_eq!(matrix.full_words(1, 1), "dog, dog: 5");
    }
}
