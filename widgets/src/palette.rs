//! The command palette: type a few letters, pick an action, see its key and why it cannot be used now.

use concord_language::tr;
use egui::text::LayoutJob;
use egui::{
    Align2, Area, Context, EventFilter, FontId, Frame, Id, Key, Margin, Modal, Modifiers, Order, Rect, Role, Sense,
    TextEdit, TextFormat, TextStyle, Ui, UiKind, WidgetInfo, vec2,
};

use crate::fuzzy::{FuzzyMatch, rank};
use crate::theme::{GRID, Theme};

const WIDTH: f32 = 560.0;
const ROW_HEIGHT: f32 = 28.0;
const MOST_ROWS: usize = 12;

/// One action of the palette.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaletteEntry<T> {
    /// What invoking it gives back.
    pub action: T,
    /// What it is called.
    pub title: String,
    /// The key that does the same, or an empty text.
    pub keys: String,
    /// Why it cannot be used now; `None` when it can.
    pub disabled: Option<String>,
}

impl<T> PaletteEntry<T> {
    /// An action that can be used, without a key.
    pub fn new(action: T, title: impl Into<String>) -> Self {
        Self { action, title: title.into(), keys: String::new(), disabled: None }
    }

    /// With the key that does the same.
    #[must_use]
    pub fn keys(mut self, keys: impl Into<String>) -> Self {
        self.keys = keys.into();
        self
    }

    /// Not to be used now, for this reason.
    #[must_use]
    pub fn disabled(mut self, reason: impl Into<String>) -> Self {
        self.disabled = Some(reason.into());
        self
    }

    fn accessible_name(&self) -> String {
        let keys = if self.keys.is_empty() { String::new() } else { format!(", {}", self.keys) };
        let reason = self
            .disabled
            .as_ref()
            .map_or_else(String::new, |reason| format!(", {}", tr!("palette-not-available", reason = reason)));
        format!("{}{keys}{reason}", self.title)
    }
}

/// What a palette remembers while it is open.
#[derive(Debug, Clone, Default)]
pub struct PaletteState {
    is_open: bool,
    query: String,
    selected: usize,
    first: usize,
}

impl PaletteState {
    /// Opens the palette with nothing typed.
    pub fn open(&mut self) {
        *self = Self { is_open: true, ..Self::default() };
    }

    /// Closes it.
    pub fn close(&mut self) {
        self.is_open = false;
    }

    /// Opens it when closed and the other way round.
    pub fn toggle(&mut self) {
        if self.is_open { self.close() } else { self.open() }
    }

    /// True while it is shown.
    pub fn is_open(&self) -> bool {
        self.is_open
    }

    /// What is typed.
    pub fn query(&self) -> &str {
        &self.query
    }
}

/// Shows the palette when it is open, and gives back the action that was invoked, which also closes it.
///
/// Up, Down, Page Up, Page Down, Home and End move; Enter or a click invokes; Escape or a click beside it closes. An
/// action that cannot be used is shown with its reason and cannot be invoked. `name` is the accessible name.
pub fn palette<T: Clone>(
    ctx: &Context,
    name: &str,
    state: &mut PaletteState,
    entries: &[PaletteEntry<T>],
) -> Option<T> {
    if !state.is_open {
        return None;
    }
    let theme = Theme::of(ctx);
    let id = Id::unique("concord.palette").with(name);
    let area = Area::new(id)
        .kind(UiKind::Modal)
        .sense(Sense::hover())
        .anchor(Align2::CENTER_TOP, vec2(0.0, 64.0))
        .order(Order::Foreground)
        .interactable(true);
    let frame = Frame::window(&ctx.global_style()).inner_margin(Margin::same(8)).fill(theme.raised);
    let modal = Modal::new(id).area(area).frame(frame).show(ctx, |ui| contents(ui, name, id, state, entries));
    if modal.inner.is_some() || modal.should_close() {
        state.close();
    }
    modal.inner
}

fn contents<T: Clone>(
    ui: &mut Ui,
    name: &str,
    id: Id,
    state: &mut PaletteState,
    entries: &[PaletteEntry<T>],
) -> Option<T> {
    ui.set_width(WIDTH.min(ui.ctx().content_rect().width() - 8.0 * GRID));
    ui.spacing_mut().item_spacing.y = 0.0;
    let moved = take_moves(ui);
    let enter = ui.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Enter));
    let field = TextEdit::singleline(&mut state.query)
        .id(id.with("query"))
        .hint_text(tr!("palette-hint"))
        .margin(Margin::symmetric(8, 6))
        .event_filter(EventFilter { horizontal_arrows: true, vertical_arrows: true, tab: true, escape: true })
        .desired_width(f32::INFINITY);
    let response = ui.add(field).accessible_name(name);
    response.request_focus();
    if response.changed() {
        (state.selected, state.first) = (0, 0);
    }
    ui.add_space(GRID);
    let found = rank(&state.query, entries.iter().map(|entry| entry.title.as_str()));
    if found.is_empty() {
        ui.add_space(GRID);
        ui.weak(tr!("palette-none", query = &state.query));
        return None;
    }
    state.selected = moved.apply(state.selected, found.len());
    state.first = state.first.clamp((state.selected + 1).saturating_sub(MOST_ROWS), state.selected);
    let mut chosen = enter.then_some(state.selected);
    for (place, (index, matched)) in found.iter().enumerate().skip(state.first).take(MOST_ROWS) {
        let row = row(ui, &entries[*index], matched, place == state.selected, id.with(("row", *index)));
        if row.clicked() {
            chosen = Some(place);
        }
    }
    if found.len() > MOST_ROWS {
        ui.add_space(GRID);
        ui.small(tr!("palette-some", shown = MOST_ROWS.min(found.len()), count = found.len()));
    }
    chosen
        .map(|place| &entries[found[place].0])
        .filter(|entry| entry.disabled.is_none())
        .map(|entry| entry.action.clone())
}

#[derive(Clone, Copy)]
enum Move {
    Stay,
    By(isize),
    First,
    Last,
}

impl Move {
    fn apply(self, selected: usize, count: usize) -> usize {
        let last = count - 1;
        match self {
            Self::Stay => selected.min(last),
            Self::By(rows) => selected.saturating_add_signed(rows).min(last),
            Self::First => 0,
            Self::Last => last,
        }
    }
}

fn take_moves(ui: &Ui) -> Move {
    let keys = [
        (Key::ArrowDown, Move::By(1)),
        (Key::ArrowUp, Move::By(-1)),
        (Key::PageDown, Move::By(MOST_ROWS as isize)),
        (Key::PageUp, Move::By(-(MOST_ROWS as isize))),
        (Key::Home, Move::First),
        (Key::End, Move::Last),
    ];
    ui.input_mut(|input| {
        let mut pressed = keys.into_iter().filter(|(key, _)| input.count_and_consume_key(Modifiers::NONE, *key) > 0);
        pressed.next().map_or(Move::Stay, |(_, by)| by)
    })
}

fn row<T>(ui: &mut Ui, entry: &PaletteEntry<T>, matched: &FuzzyMatch, selected: bool, id: Id) -> egui::Response {
    let theme = Theme::of_ui(ui);
    let enabled = entry.disabled.is_none();
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), ROW_HEIGHT), Sense::hover());
    let response = ui.interact(rect, id, Sense::CLICK);
    response.widget_info(|| WidgetInfo::selected(Role::ListBoxOption, enabled, selected, entry.accessible_name()));
    let ground = if selected { Some(theme.selection) } else { response.hovered().then_some(theme.hover) };
    if let Some(ground) = ground {
        ui.painter().rect_filled(rect, 4.0, ground);
    }
    let inner = rect.shrink2(vec2(2.0 * GRID, 0.0));
    let ink = if enabled { theme.text } else { theme.muted };
    let title = ui.painter().layout_job(title_job(ui, &entry.title, matched, ink, theme.accent));
    let at = Align2::LEFT_CENTER.anchor_size(inner.left_center(), title.size());
    let title_width = title.size().x;
    ui.painter().galley(at.min, title, ink);
    let mut right = inner.right();
    if !entry.keys.is_empty() {
        right = crate::parts::paint_keys(ui, Rect::from_min_max(inner.min, inner.max), &entry.keys).left() - 2.0 * GRID;
    }
    if let Some(reason) = &entry.disabled {
        let left = inner.left() + title_width + 3.0 * GRID;
        let room = Rect::from_min_max(egui::pos2(left, inner.top()), egui::pos2(right.max(left), inner.bottom()));
        let mut job = LayoutJob::simple_singleline(reason.clone(), FontId::proportional(11.0), theme.muted);
        job.wrap = egui::text::TextWrapping::truncate_at_width(room.width());
        let galley = ui.painter().layout_job(job);
        let at = Align2::RIGHT_CENTER.anchor_size(room.right_center(), galley.size());
        ui.painter().galley(at.min, galley, theme.muted);
    }
    response
}

fn title_job(ui: &Ui, title: &str, matched: &FuzzyMatch, ink: egui::Color32, accent: egui::Color32) -> LayoutJob {
    let font = TextStyle::Body.resolve(ui.style());
    let mut job = LayoutJob::default();
    for (index, letter) in title.chars().enumerate() {
        let color = if matched.positions.binary_search(&index).is_ok() { accent } else { ink };
        job.append(letter.encode_utf8(&mut [0; 4]), 0.0, TextFormat::simple(font.clone(), color));
    }
    job
}
