//! The list of keys: what each action has, and how to give it others by pressing them.

mod listening;

use egui::{Context as Egui, Grid, Id, Modal, RichText, ScrollArea, TextEdit, Ui};

use concord_language::tr;
use concord_widgets::parts::key_hint;
use concord_widgets::theme::{GRID, Theme};

use self::listening::Listening;
use super::{buttons_width, modal_frame, preset, title_of};
use crate::actions::{Action, ActionInfo, Group, REGISTRY};
use crate::context::{Ask, Asks, Context, KeysAsk};

const WIDTH: f32 = 680.0;
const HEIGHT: f32 = 760.0;
/// Width of the buttons of a row, which have the same room in every window; more where their words are longer.
const BUTTONS_WIDTH: f32 = 172.0;
/// Least width of the two columns before them.
const LEAST_WIDTH: f32 = 96.0;

/// What the list of keys remembers while it is open.
#[derive(Debug, Default)]
pub(crate) struct KeysViews {
    open: bool,
    search: String,
    listening: Option<Listening>,
    /// The part of the window that gets the keyboard next.
    focus: Option<Focus>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Focus {
    Search,
    Row(Action),
    Replace,
}

impl KeysViews {
    /// Opens the list.
    pub(crate) fn open(&mut self) {
        *self = Self { open: true, focus: Some(Focus::Search), ..Self::default() };
    }

    /// True while it is shown.
    pub(crate) fn is_open(&self) -> bool {
        self.open
    }

    /// True once for the part that is to get the keyboard.
    fn takes_focus(&mut self, part: Focus) -> bool {
        let is_it = self.focus == Some(part);
        if is_it {
            self.focus = None;
        }
        is_it
    }
}

pub(super) fn show(egui: &Egui, context: &Context, views: &mut KeysViews, asks: &mut Asks) {
    if !views.open {
        return;
    }
    let modal = Modal::new(Id::unique("keys")).frame(modal_frame(egui)).show(egui, |ui| {
        let room = ui.ctx().content_rect();
        // Longer words on the buttons widen the window, not narrow the other columns.
        let wider = button_column(ui) - BUTTONS_WIDTH;
        ui.set_width((WIDTH + wider).min(room.width() - 16.0 * GRID));
        ui.set_height(HEIGHT.min(room.height() - 16.0 * GRID));
        let closes = head(ui, context, views, asks);
        views.banner(ui, context, asks);
        ui.separator();
        ScrollArea::both().auto_shrink([false, false]).show(ui, |ui| rows(ui, context, views, asks));
        closes
    });
    if modal.inner || modal.should_close() {
        *views = KeysViews::default();
    }
}

/// Title, preset and search; true when the window is to be closed.
fn head(ui: &mut Ui, context: &Context, views: &mut KeysViews, asks: &mut Asks) -> bool {
    let closes = ui.horizontal(|ui| {
        ui.heading(tr!("shell-keys"));
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| ui.button(tr!("close")).clicked()).inner
    });
    let palette = context.keymap.words(Action::OpenPalette);
    if palette.is_empty() {
        ui.weak(tr!("shell-keys-palette"));
    } else {
        ui.weak(tr!("shell-keys-palette-with", keys = palette));
    }
    ui.add_space(2.0 * GRID);
    ui.horizontal_wrapped(|ui| {
        ui.label(tr!("shell-keys-preset"));
        preset::chooser(ui, context, asks);
        let changed = REGISTRY.iter().filter(|info| context.keymap.is_changed(info.action)).count();
        let reset = ui
            .add_enabled(changed > 0, egui::Button::new(tr!("shell-keys-reset-all")))
            .on_hover_text(tr!("shell-keys-reset-all-hover"))
            .accessible_name(tr!("shell-keys-reset-all-name"));
        if reset.clicked() {
            asks.send(Ask::Keys(KeysAsk::Reset(None)));
        }
        ui.weak(match changed {
            0 => tr!("shell-keys-unchanged").to_owned(),
            n => tr!("shell-keys-changed", count = n),
        });
    });
    ui.add_space(GRID);
    let field = TextEdit::singleline(&mut views.search)
        .hint_text(tr!("shell-keys-search-hint"))
        .desired_width(f32::INFINITY)
        .margin(egui::Margin::symmetric(8, 4));
    let field = ui.add(field).accessible_name(tr!("shell-keys-search"));
    if views.takes_focus(Focus::Search) {
        field.request_focus();
    }
    ui.add_space(GRID);
    closes.inner
}

/// Width of the buttons of a row, in points.
fn button_column(ui: &Ui) -> f32 {
    let words = [tr!("shell-keys-change"), tr!("shell-keys-add"), tr!("shell-keys-reset")];
    buttons_width(ui, &words).max(BUTTONS_WIDTH)
}

fn rows(ui: &mut Ui, context: &Context, views: &mut KeysViews, asks: &mut Asks) {
    let query = views.search.trim().to_lowercase();
    let fits = |info: &&ActionInfo| {
        query.is_empty()
            || title_of(info.action, context).to_lowercase().contains(&query)
            || context.keymap.words(info.action).to_lowercase().contains(&query)
    };
    let buttons = button_column(ui);
    let column = ((ui.available_width() - buttons - 6.0 * GRID) / 2.0).max(LEAST_WIDTH);
    let mut found = false;
    for group in Group::ALL {
        let infos: Vec<&ActionInfo> = REGISTRY.iter().filter(|info| info.group == group).filter(fits).collect();
        if infos.is_empty() {
            continue;
        }
        ui.add_space(if found { 2.0 * GRID } else { 0.0 });
        found = true;
        ui.label(RichText::new(group.title()).strong());
        Grid::new(("keys", group as u8)).num_columns(3).show(ui, |ui| {
            for info in infos {
                row(ui, context, views, asks, (info.action, column, buttons));
                ui.end_row();
            }
        });
    }
    if !found {
        ui.weak(tr!("shell-keys-none"));
    }
}

/// An action with its keys and buttons; the widths are those of the columns before the buttons, and of the buttons.
fn row(
    ui: &mut Ui,
    context: &Context,
    views: &mut KeysViews,
    asks: &mut Asks,
    (action, column, buttons): (Action, f32, f32),
) {
    let title = title_of(action, context);
    let listens = views.listening.as_ref().is_some_and(|listening| listening.action == action);
    cell(ui, column, |ui| {
        let ink = if listens { Theme::of_ui(ui).accent } else { Theme::of_ui(ui).text };
        ui.add(egui::Label::new(RichText::new(&title).color(ink)).truncate());
    });
    let keys = context.keymap.keys(action);
    cell(ui, column, |ui| {
        for key in keys {
            key_hint(ui, &key.to_string());
        }
        for lost in context.keymap.lost().iter().filter(|lost| lost.action == action) {
            let words = tr!("shell-keys-lost", key = lost.key.to_string(), action = title_of(lost.holder, context));
            ui.add(egui::Label::new(RichText::new(words).small().weak()).truncate());
        }
    });
    cell(ui, buttons, |ui| {
        let change = ui.small_button(tr!("shell-keys-change"));
        let change = change.accessible_name(tr!("shell-keys-change-name", action = &title));
        if views.takes_focus(Focus::Row(action)) {
            change.request_focus();
        }
        if change.gained_focus() {
            change.scroll_to_me(None);
        }
        if change.clicked() {
            views.listen(action, false);
        }
        let add = ui.add_enabled(!keys.is_empty(), egui::Button::new(tr!("shell-keys-add")).small());
        if add.accessible_name(tr!("shell-keys-add-name", action = &title)).clicked() {
            views.listen(action, true);
        }
        if context.keymap.is_changed(action) {
            let reset = ui.small_button(tr!("shell-keys-reset"));
            let reset = reset.accessible_name(tr!("shell-keys-reset-name", action = &title));
            if reset.on_hover_text(tr!("shell-keys-reset-hover")).clicked() {
                asks.send(Ask::Keys(KeysAsk::Reset(Some(action))));
                views.focus = Some(Focus::Row(action));
            }
        }
    });
}

/// A part of a row that is as wide as its column, whatever it holds.
fn cell(ui: &mut Ui, width: f32, add: impl FnOnce(&mut Ui)) {
    ui.horizontal(|ui| {
        ui.set_width(width);
        add(ui);
    });
}
