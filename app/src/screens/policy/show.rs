//! The screen: who may decide, the tabs, and the one that is chosen.

use concord_domain::role::{People, Role};
use concord_language::tr;
use concord_widgets::parts::{empty_state, status_label};
use concord_widgets::theme::{GRID, Status, Theme};
use egui::{Frame, Label, RichText, ScrollArea, Ui};

use super::{PolicyAsk, PolicyViews, Tab, campaigns, next, owner_obstacle, people, versions};
use crate::actions::Action;
use crate::context::{Asks, Context, OpenProject};
use crate::error_text::ErrorText;
use crate::jobs::Request;
use crate::jobs::policies::PolicyWork;
use crate::shell::buttons::{Look, action_button};

/// Shows the screen.
pub fn show(ui: &mut Ui, context: &Context, views: &mut PolicyViews, asks: &mut Asks) {
    let Some(project) = &context.project else {
        empty_state(ui, tr!("policy-no-project"), tr!("policy-no-project-next"));
        return;
    };
    Frame::NONE.inner_margin(16).show(ui, |ui| {
        ui.horizontal(|ui| {
            ui.heading(tr!("policy-heading"));
            ui.add_space(2.0 * GRID);
            action_button(ui, context, asks, Action::LookAgain, Look::Plain, None);
            if is_busy(context, views.tab) {
                ui.spinner();
                ui.weak(tr!("policy-busy"));
            }
        });
        who_decides(ui, project);
        ui.add_space(GRID);
        tabs(ui, views.tab, asks);
        ui.separator();
        ScrollArea::both().id_salt(views.tab).auto_shrink([false, false]).show(ui, |ui| {
            ui.add_space(GRID);
            match views.tab {
                Tab::Next => next::show(ui, context, project, asks),
                Tab::Versions => versions::show(ui, project, views, asks),
                Tab::Campaigns => campaigns::show(ui, context, project, views, asks),
                Tab::People => people::show(ui, context, project, views, asks),
            }
        });
    });
}

fn is_busy(context: &Context, tab: Tab) -> bool {
    let reads = match tab {
        Tab::Next => PolicyWork::Next,
        Tab::Versions => PolicyWork::Versions,
        Tab::Campaigns => PolicyWork::Campaigns,
        Tab::People => PolicyWork::People,
    };
    let decides = [PolicyWork::Publish, PolicyWork::Withdraw, PolicyWork::Begin, PolicyWork::Give];
    decides.into_iter().chain([reads]).any(|what| context.outstanding.awaits(&Request::Policy(what)))
}

/// Says who may decide, where the person at the desk may not.
fn who_decides(ui: &mut Ui, project: &OpenProject) {
    let Some(people) = project.policy.people.as_ref().filter(|_| owner_obstacle(project).is_some()) else { return };
    ui.add_space(GRID);
    let (me, owners) = (&project.desk.annotator, owners(people).join(", "));
    status_label(ui, Status::Muted, &tr!("policy-only-owners", me = me, owners = owners));
}

fn owners(people: &People) -> Vec<String> {
    people.iter().filter(|(_, roles)| roles.contains(&Role::Owner)).map(|(name, _)| name.clone()).collect()
}

fn tabs(ui: &mut Ui, shown: Tab, asks: &mut Asks) {
    ui.horizontal_wrapped(|ui| {
        for tab in Tab::ALL {
            if ui.selectable_label(shown == tab, tab.name()).clicked() && shown != tab {
                asks.send(PolicyAsk::Show(tab).into());
            }
        }
    });
}

/// What was read, once it is there; until then, or where it is not to be had, the words in its place.
pub(super) fn loaded<'a, T>(ui: &mut Ui, loaded: Option<&'a Result<T, ErrorText>>) -> Option<&'a T> {
    match loaded {
        Some(Ok(value)) => return Some(value),
        Some(Err(text)) => failure(ui, text),
        None => drop(ui.weak(tr!("policy-reading"))),
    }
    None
}

/// What failed, with all that is said about it: a fault in a file is shown with the place that it is at.
fn failure(ui: &mut Ui, text: &ErrorText) {
    let theme = Theme::of_ui(ui);
    status_label(ui, Status::Error, &text.what);
    ui.add_space(GRID);
    Frame::NONE.fill(theme.field).corner_radius(4).inner_margin(10).show(ui, |ui| {
        ui.add(Label::new(RichText::new(&text.why).monospace()).wrap().selectable(true));
    });
    ui.add_space(GRID);
    ui.add(Label::new(RichText::new(&text.next).color(theme.muted)).wrap());
}
