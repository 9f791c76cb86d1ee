//! The rail: the screens, one under the other.

use concord_language::tr;
use egui::{Align, Button, Frame, Layout, Margin, Panel, RichText, Ui, vec2};

use concord_widgets::theme::{GRID, Theme};

use super::buttons_width;
use crate::actions::{Action, disabled_reason};
use crate::context::{Asks, Context, Screen};

/// Width unless a title needs more.
const WIDTH: f32 = 100.0;
const MARGIN: i8 = 4;

const SCREENS: [(Screen, Action); 7] = [
    (Screen::Start, Action::ShowStart),
    (Screen::Label, Action::ShowLabel),
    (Screen::Review, Action::ShowReview),
    (Screen::Agreement, Action::ShowAgreement),
    (Screen::Activity, Action::ShowActivity),
    (Screen::Policy, Action::ShowPolicy),
    (Screen::Models, Action::ShowModels),
];

pub(super) fn show(ui: &mut Ui, context: &Context, asks: &mut Asks) {
    let theme = Theme::of_ui(ui);
    let frame = Frame::NONE.fill(theme.panel).inner_margin(Margin::symmetric(MARGIN, 8));
    let titles = SCREENS.map(|(_, action)| buttons_width(ui, &[action.title()]));
    let width = titles.into_iter().fold(WIDTH, |width, title| width.max(title + 2.0 * f32::from(MARGIN)));
    Panel::left("rail").exact_size(width).resizable(false).frame(frame).show(ui, |ui| {
        ui.with_layout(Layout::top_down_justified(Align::Center), |ui| {
            for (screen, action) in SCREENS {
                item(ui, context, asks, screen, action);
                ui.add_space(GRID);
            }
        });
    });
}

fn item(ui: &mut Ui, context: &Context, asks: &mut Asks, screen: Screen, action: Action) {
    let theme = Theme::of_ui(ui);
    let title = action.title();
    let selected = context.screen == screen;
    let reason = disabled_reason(action, context);
    let color = if selected { theme.strong } else { theme.text };
    let text = RichText::new(title).color(color);
    let button = Button::new(text).selected(selected).frame_when_inactive(selected).min_size(vec2(0.0, 36.0));
    let response = ui
        .add_enabled(reason.is_none(), button)
        .on_disabled_hover_text(reason.unwrap_or_default())
        .accessible_name(tr!("shell-go-to", screen = title));
    if response.clicked() {
        asks.invoke(action);
    }
}
