//! A list that lays out only the rows in sight, so that a million of them cost no more than thirty.
//!
//! Positions are counted in rows, not in points: a million rows are longer than a 32-bit coordinate can tell apart.

use std::ops::Range;

use concord_language::tr;
use egui::{
    Align, EventFilter, Id, Key, Layout, Modifiers, Pos2, Rect, Response, Role, Sense, StrokeKind, Ui, UiBuilder, Vec2,
    WidgetInfo, pos2, vec2,
};

use crate::theme::{GRID, Theme};

/// Rows so far from one another share their ids: egui keeps some bytes of each id for ever, many where debug assertions
/// are on, so that walking through a long list must not make new ones without end.
const MOST_IDS: usize = 256;
const BAR_WIDTH: f32 = 10.0;
const SHORTEST_HANDLE: f32 = 24.0;

/// Where a list is scrolled to and which row is selected.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ListState {
    first_row: f64,
    selected: Option<usize>,
    reveal: bool,
    bar_grip: Option<f32>,
}

impl ListState {
    /// The selected row.
    pub fn selected(&self) -> Option<usize> {
        self.selected
    }

    /// Selects a row, or none, and scrolls it into sight when the list is next shown.
    pub fn select(&mut self, row: Option<usize>) {
        self.selected = row;
        self.reveal = true;
    }

    /// Brings a row to the top.
    pub fn scroll_to(&mut self, row: usize) {
        self.first_row = row as f64;
    }

    /// The row at the top edge; the part after the point is how much of it is scrolled away.
    pub fn first_row(&self) -> f64 {
        self.first_row
    }

    fn settle(&mut self, rows: usize, rows_in_sight: f64) {
        self.selected = self.selected.filter(|row| *row < rows);
        if std::mem::take(&mut self.reveal)
            && let Some(row) = self.selected
        {
            let row = row as f64;
            self.first_row = self.first_row.clamp((row + 1.0 - rows_in_sight).min(row), row);
        }
        self.first_row = self.first_row.clamp(0.0, last_first_row(rows, rows_in_sight));
    }
}

fn last_first_row(rows: usize, rows_in_sight: f64) -> f64 {
    (rows as f64 - rows_in_sight).max(0.0)
}

/// What a row is when it is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Row {
    /// Which row, from 0.
    pub index: usize,
    /// True for the selected row.
    pub selected: bool,
    /// True when the pointer is over it.
    pub hovered: bool,
}

/// What happened in a list.
#[derive(Debug)]
pub struct ListResponse {
    /// egui's response for the whole list.
    pub response: Response,
    /// True when the user selected another row in this frame.
    pub selection_changed: bool,
    /// The row that was double-clicked, or selected when Enter was pressed.
    pub activated: Option<usize>,
    /// The row under a secondary click, which it also selects.
    pub secondary_clicked: Option<usize>,
    /// The rows that were laid out.
    pub laid_out: Range<usize>,
}

/// A list of rows of one height with one row selected at most.
///
/// Click or arrow keys select; Page Up, Page Down, Home and End go far; Enter or a double click activates.
#[must_use = "a list is drawn by `show`"]
pub struct VirtualList<'a> {
    name: &'a str,
    rows: usize,
    row_height: f32,
}

impl<'a> VirtualList<'a> {
    /// A list of `rows` rows; `name` is its accessible name and tells it from other lists in the same place.
    pub fn new(name: &'a str, rows: usize) -> Self {
        Self { name, rows, row_height: 28.0 }
    }

    /// The height of a row, in points; 28 unless set, at least 4.
    pub fn row_height(mut self, points: f32) -> Self {
        self.row_height = points.max(GRID);
        self
    }

    /// Shows the list in all the room there is.
    ///
    /// `row_name` gives the accessible name of a row, `add_row` draws its contents in a left-to-right layout. Both are
    /// called for rows in sight only.
    pub fn show(
        self,
        ui: &mut Ui,
        state: &mut ListState,
        row_name: impl Fn(usize) -> String,
        mut add_row: impl FnMut(&mut Ui, Row),
    ) -> ListResponse {
        let size = ui.available_size().max(Vec2::splat(1.0));
        let id = ui.scope_id().with(("list", self.name));
        let (rect, _) = ui.allocate_exact_size(size, Sense::hover());
        let response = ui.interact(rect, id, Sense::click());
        self.describe(ui, &response);
        let mut out = ListResponse {
            response,
            selection_changed: false,
            activated: None,
            secondary_clicked: None,
            laid_out: 0..0,
        };
        let rows_in_sight = f64::from(rect.height() / self.row_height);
        self.keys(ui, state, &mut out, rows_in_sight);
        self.wheel(ui, state, &out.response);
        state.settle(self.rows, rows_in_sight);
        let needs_bar = self.rows as f64 > rows_in_sight;
        let rows_rect = if needs_bar { rect.with_max_x(rect.right() - BAR_WIDTH - 2.0) } else { rect };
        if needs_bar {
            self.bar(ui, state, rect.with_min_x(rect.right() - BAR_WIDTH), id, rows_in_sight);
        }
        out.laid_out = rows_in(state.first_row, rows_in_sight, self.rows);
        for index in out.laid_out.clone() {
            self.row(ui, state, &mut out, rows_rect, index, &row_name, &mut add_row);
        }
        if out.response.has_focus() {
            let stroke = egui::Stroke::new(1.0, Theme::of_ui(ui).accent);
            ui.painter().rect_stroke(rect, 2.0, stroke, StrokeKind::Inside);
        }
        out
    }

    fn describe(&self, ui: &Ui, response: &Response) {
        response.widget_info(|| WidgetInfo::labeled(Role::ListBox, ui.is_enabled(), self.name));
        ui.ctx().accesskit_node_builder(response.id, |node| node.set_size_of_set(self.rows));
    }

    fn keys(&self, ui: &Ui, state: &mut ListState, out: &mut ListResponse, rows_in_sight: f64) {
        if !out.response.has_focus() || self.rows == 0 {
            return;
        }
        let filter = EventFilter { vertical_arrows: true, ..EventFilter::default() };
        ui.memory_mut(|memory| memory.set_focus_lock_filter(out.response.id, filter));
        let page = (rows_in_sight.floor() as isize - 1).max(1);
        let far = isize::MAX / 2;
        let steps = [
            (Key::ArrowDown, 1),
            (Key::ArrowUp, -1),
            (Key::PageDown, page),
            (Key::PageUp, -page),
            (Key::End, far),
            (Key::Home, -far),
        ];
        let (by, enter) = ui.input_mut(|input| {
            let by: isize = steps
                .into_iter()
                .map(|(key, step)| step.saturating_mul(input.count_and_consume_key(Modifiers::NONE, key) as isize))
                .fold(0, isize::saturating_add);
            (by, input.consume_key(Modifiers::NONE, Key::Enter))
        });
        if by != 0 {
            let last = self.rows - 1;
            let row = match state.selected {
                Some(row) => row.saturating_add_signed(by).min(last),
                None if by > 0 => (by - 1).unsigned_abs().min(last),
                None => last,
            };
            out.selection_changed |= state.selected != Some(row);
            state.select(Some(row));
        }
        if enter {
            out.activated = state.selected;
        }
    }

    fn wheel(&self, ui: &Ui, state: &mut ListState, response: &Response) {
        if response.contains_pointer() {
            let by = ui.input(|input| input.smooth_scroll_delta().y);
            state.first_row -= f64::from(by / self.row_height);
        }
    }

    #[expect(clippy::too_many_arguments, reason = "a row needs its place, the state and both callbacks of the caller")]
    fn row(
        &self,
        ui: &mut Ui,
        state: &mut ListState,
        out: &mut ListResponse,
        rows_rect: Rect,
        index: usize,
        row_name: &impl Fn(usize) -> String,
        add_row: &mut impl FnMut(&mut Ui, Row),
    ) {
        let offset = ((index as f64 - state.first_row) * f64::from(self.row_height)) as f32;
        let top = rows_rect.top() + offset;
        let rect = Rect::from_min_size(pos2(rows_rect.left(), top), vec2(rows_rect.width(), self.row_height));
        let clip = rows_rect.intersect(ui.clip_rect());
        let place = index % MOST_IDS.max(out.laid_out.len());
        let mut child = ui.new_child(
            UiBuilder::new()
                .id_salt(("row", place))
                .max_rect(rect.shrink2(vec2(2.0 * GRID, 0.0)))
                .layout(Layout::left_to_right(Align::Center)),
        );
        child.set_clip_rect(clip.intersect(rect));
        child.style_mut().interaction.selectable_labels = false;
        let response = child.interact(rect, out.response.id.with(place), Sense::CLICK);
        let selected = state.selected == Some(index);
        response
            .widget_info(|| WidgetInfo::selected(Role::ListBoxOption, child.is_enabled(), selected, row_name(index)));
        child.ctx().accesskit_node_builder(response.id, |node| node.set_position_in_set(index));
        let row = Row { index, selected, hovered: response.hovered() };
        paint_ground(&child, rect, row);
        add_row(&mut child, row);
        if response.clicked() || response.secondary_clicked() {
            out.selection_changed |= !selected;
            state.selected = Some(index);
            out.response.request_focus();
        }
        if response.secondary_clicked() {
            out.secondary_clicked = Some(index);
        }
        if response.double_clicked() {
            out.activated = Some(index);
        }
    }

    fn bar(&self, ui: &Ui, state: &mut ListState, track: Rect, id: Id, rows_in_sight: f64) {
        let theme = Theme::of_ui(ui);
        let last = last_first_row(self.rows, rows_in_sight);
        let share = (rows_in_sight / self.rows as f64) as f32;
        let length = (track.height() * share).max(SHORTEST_HANDLE).min(track.height());
        let travel = f64::from((track.height() - length).max(1.0));
        let response = ui.interact(track, id.with("bar"), Sense::CLICK | Sense::DRAG);
        let name = tr!("list-scroll-bar", list = self.name);
        response.widget_info(|| WidgetInfo::labeled(Role::ScrollBar, ui.is_enabled(), &name));
        let top = |first: f64| track.top() + (first / last * travel) as f32;
        if let Some(Pos2 { y, .. }) = response.interact_pointer_pos() {
            let on_handle = (top(state.first_row)..=top(state.first_row) + length).contains(&y);
            let start = if on_handle { y - top(state.first_row) } else { length / 2.0 };
            let grip = *state.bar_grip.get_or_insert(start);
            state.first_row = (f64::from(y - grip - track.top()) / travel * last).clamp(0.0, last);
        } else {
            state.bar_grip = None;
        }
        let handle = Rect::from_min_size(pos2(track.left(), top(state.first_row)), vec2(track.width(), length));
        let color = if response.hovered() || state.bar_grip.is_some() { theme.muted } else { theme.outline };
        ui.painter().rect_filled(handle.shrink2(vec2(2.0, 0.0)), 3.0, color);
    }
}

fn paint_ground(ui: &Ui, rect: Rect, row: Row) {
    let theme = Theme::of_ui(ui);
    if row.selected {
        ui.painter().rect_filled(rect, 0.0, theme.selection);
        let mark = rect.with_max_x(rect.left() + 3.0);
        ui.painter().rect_filled(mark, 0.0, theme.accent);
    } else if row.hovered {
        ui.painter().rect_filled(rect, 0.0, theme.hover);
    }
}

/// The rows that are at least partly in sight.
fn rows_in(first_row: f64, rows_in_sight: f64, rows: usize) -> Range<usize> {
    let from = (first_row.floor().max(0.0) as usize).min(rows);
    let to = ((first_row + rows_in_sight).ceil().max(0.0) as usize).min(rows);
    from..to.max(from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_rows_in_sight_are_counted() {
        assert_eq!(rows_in(0.0, 10.0, 1_000_000), 0..10);
        assert_eq!(rows_in(999_989.5, 10.0, 1_000_000), 999_989..1_000_000);
        assert_eq!(rows_in(0.0, 10.0, 3), 0..3);
        assert_eq!(rows_in(0.0, 10.0, 0), 0..0);
    }

    #[test]
    fn a_selected_row_is_brought_into_sight_with_the_least_motion() {
        let check = |first: f64, row: usize, expect: f64| {
            let mut state = ListState { first_row: first, ..ListState::default() };
            state.select(Some(row));
            state.settle(100, 10.0);
            assert_eq!(state.first_row, expect, "{first} {row}");
        };
        check(0.0, 5, 0.0);
        check(0.0, 10, 1.0);
        check(50.0, 49, 49.0);
        check(0.0, 99, 90.0);
    }

    #[test]
    fn a_list_that_shrank_forgets_what_is_gone() {
        let mut state = ListState { first_row: 90.0, selected: Some(95), ..ListState::default() };
        state.settle(20, 10.0);
        assert_eq!((state.selected(), state.first_row()), (None, 10.0));
        state.settle(0, 10.0);
        assert_eq!(state.first_row(), 0.0);
    }
}
