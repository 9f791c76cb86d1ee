//! The top bar: menus, project, policy version, who is at the desk, look.

use egui::{Align, Frame, Id, Layout, Margin, Panel, RichText, TextEdit, Ui};

use concord_language::tr;
use concord_widgets::theme::{Theme, ThemeKind};

use super::buttons::{Look, action_button};
use crate::actions::{Action, Group, Place, REGISTRY};
use crate::context::{Ask, Asks, Context, Screen, Views};

pub(super) fn show(ui: &mut Ui, context: &Context, views: &mut Views, asks: &mut Asks) {
    let theme = Theme::of_ui(ui);
    let frame = Frame::NONE.fill(theme.panel).inner_margin(Margin::symmetric(8, 4));
    Panel::top("top bar").exact_size(36.0).resizable(false).frame(frame).show(ui, |ui| {
        ui.horizontal_centered(|ui| {
            menus(ui, context, asks);
            ui.separator();
            project(ui, context);
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                looks(ui, context, asks);
                ui.separator();
                person(ui, context, views, asks);
            });
        });
    });
}

fn menus(ui: &mut Ui, context: &Context, asks: &mut Asks) {
    for group in Group::ALL {
        let here = |place: Place| match place {
            Place::Anywhere => true,
            Place::Label | Place::Drawing => context.screen.has_canvas(),
            Place::Review => context.screen == Screen::Review,
            Place::Agreement => context.screen == Screen::Agreement,
            Place::Activity => context.screen == Screen::Activity,
            Place::Policy => context.screen == Screen::Policy,
            Place::Models => context.screen == Screen::Models,
        };
        let rows: Vec<Action> =
            REGISTRY.iter().filter(|i| i.group == group && here(i.place)).map(|i| i.action).collect();
        if rows.is_empty() {
            continue;
        }
        ui.menu_button(group.title(), |ui| {
            ui.set_min_width(220.0);
            for action in rows {
                action_button(ui, context, asks, action, Look::Menu, None);
            }
        });
    }
}

fn project(ui: &mut Ui, context: &Context) {
    match &context.project {
        Some(project) => {
            let stamp = &project.versions.stamp;
            ui.label(RichText::new(&project.desk.project.config.name).strong())
                .on_hover_text(project.desk.project.dir.display().to_string());
            ui.weak(tr!("shell-versions", policy = stamp.policy_version, ontology = stamp.ontology_version));
        }
        None => {
            ui.weak(tr!("shell-no-project"));
        }
    }
}

fn looks(ui: &mut Ui, context: &Context, asks: &mut Asks) {
    let kind = context.settings.theme();
    let next = if kind == ThemeKind::Light { ThemeKind::Dark } else { ThemeKind::Light };
    let hover = tr!("shell-theme-hover", theme = next.name());
    let toggle = ui.button(next.name()).on_hover_text(hover).accessible_name(tr!("shell-theme-switch"));
    if toggle.clicked() {
        asks.send(Ask::SetTheme(next));
    }
    action_button(ui, context, asks, Action::LargerInterface, Look::Plain, Some("A+"));
    action_button(ui, context, asks, Action::SmallerInterface, Look::Plain, Some("A-"));
}

/// The field has an identity of its own: the button in its place must not hand its focus on.
fn name_field() -> Id {
    Id::unique("name at the desk")
}

fn person(ui: &mut Ui, context: &Context, views: &mut Views, asks: &mut Asks) {
    let now = &context.settings.annotator;
    let Some(name) = &mut views.name else {
        let response = ui.button(now).on_hover_text(tr!("shell-person-hover")).accessible_name(tr!("shell-person"));
        if response.clicked() {
            views.name = Some(now.clone());
            ui.memory_mut(|m| m.request_focus(name_field()));
        }
        return;
    };
    let field = TextEdit::singleline(name).id(name_field()).desired_width(140.0).hint_text(tr!("shell-person-hint"));
    let field = ui.add(field).accessible_name(tr!("shell-person-field"));
    if field.lost_focus() {
        if ui.input(|i| i.key_pressed(egui::Key::Enter)) {
            asks.send(Ask::SetAnnotator(name.clone()));
        }
        views.name = None;
    }
}
