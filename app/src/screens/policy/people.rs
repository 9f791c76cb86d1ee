//! Who may do what: a row for each person, a box for each role.

use concord_domain::role::{People, Role, Roles};
use concord_language::tr;
use concord_widgets::theme::GRID;
use egui::{Button, Checkbox, Grid, Label, RichText, TextEdit, Ui};

use super::show::loaded;
use super::words::{column, role, strong};
use super::{PolicyAsk, PolicyViews, Window, owner_obstacle};
use crate::context::{Asks, Context, OpenProject};
use crate::jobs::Request;
use crate::jobs::policies::PolicyWork;

pub(super) fn show(ui: &mut Ui, context: &Context, project: &OpenProject, views: &mut PolicyViews, asks: &mut Asks) {
    let model = &project.policy;
    let Some(without_role) = loaded(ui, model.without_role.as_ref()) else { return };
    let Some(people) = &model.people else { return };
    // Until a change is there, boxes show what it changes.
    let is_busy = context.outstanding.awaits(&Request::Policy(PolicyWork::Give));
    let obstacle = owner_obstacle(project).or_else(|| is_busy.then(|| tr!("why-reading-policy")));
    if people.is_open() {
        ui.add(Label::new(tr!("policy-people-open")).wrap());
    } else {
        table(ui, people, obstacle, views, asks);
    }
    ui.add_space(4.0 * GRID);
    // Whoever begins to give roles is at hand as well.
    let me = &project.desk.annotator;
    let is_new = people.is_open() && !without_role.contains(me);
    let names: Vec<&String> = is_new.then_some(me).into_iter().chain(without_role).collect();
    add(ui, people, &names, obstacle, views, asks);
}

fn table(ui: &mut Ui, people: &People, obstacle: Option<&str>, views: &mut PolicyViews, asks: &mut Asks) {
    Grid::new("people").spacing([24.0, 8.0]).show(ui, |ui| {
        column(ui, tr!("policy-column-person"), "");
        for (name, meaning) in Role::ALL.map(role) {
            column(ui, name, meaning);
        }
        ui.label("");
        ui.end_row();
        for (person, roles) in people.iter() {
            ui.label(person);
            for one in Role::ALL {
                tick(ui, people, person, roles, one, obstacle, asks);
            }
            let reason = obstacle.or_else(|| is_only_owner(people, person).then(|| tr!("policy-only-owner")));
            let button = ui.add_enabled(reason.is_none(), Button::new(tr!("policy-take-out")));
            let button = button.on_disabled_hover_text(reason.unwrap_or_default());
            if button.accessible_name(tr!("policy-take-out-name", person = person)).clicked() {
                asks.send(PolicyAsk::Close.into());
                views.window = Some(Window::TakeOut(person.clone()));
            }
            ui.end_row();
        }
    });
}

/// The box of a role. Who would have none left is taken out by the button that says so.
fn tick(
    ui: &mut Ui,
    people: &People,
    person: &String,
    roles: &Roles,
    one: Role,
    obstacle: Option<&str>,
    asks: &mut Asks,
) {
    let mut on = roles.contains(&one);
    let reason = obstacle.or_else(|| match one {
        Role::Owner if on && is_only_owner(people, person) => Some(tr!("policy-only-owner")),
        _ if on && roles.len() == 1 => Some(tr!("policy-only-role")),
        _ => None,
    });
    let (name, meaning) = role(one);
    let tick = ui.add_enabled(reason.is_none(), Checkbox::without_text(&mut on)).on_hover_text(meaning);
    let tick = tick.on_disabled_hover_text(reason.unwrap_or_default());
    if tick.accessible_name(tr!("policy-role-of", person = person, role = name)).changed() {
        let mut roles = roles.clone();
        if on {
            roles.insert(one);
        } else {
            roles.remove(&one);
        }
        asks.send(PolicyAsk::Give(person.clone(), roles).into());
    }
}

fn is_only_owner(people: &People, person: &str) -> bool {
    let mut owners = people.iter().filter(|(_, roles)| roles.contains(&Role::Owner));
    owners.next().is_some_and(|(name, _)| name == person) && owners.next().is_none()
}

/// A person who gets roles.
fn add(
    ui: &mut Ui,
    people: &People,
    without_role: &[&String],
    obstacle: Option<&str>,
    views: &mut PolicyViews,
    asks: &mut Asks,
) {
    let person = &mut views.person;
    strong(ui, tr!("policy-add-heading"));
    ui.add_space(GRID);
    ui.horizontal_wrapped(|ui| {
        let field = TextEdit::singleline(&mut person.name).desired_width(180.0).hint_text(tr!("policy-person-hint"));
        ui.add_enabled(obstacle.is_none(), field).accessible_name(tr!("policy-person-name"));
        for one in Role::ALL {
            let (name, meaning) = role(one);
            let mut on = person.roles.contains(&one);
            let tick = ui.add_enabled(obstacle.is_none(), Checkbox::new(&mut on, name)).on_hover_text(meaning);
            if tick.accessible_name(tr!("policy-role-of-new", role = name)).changed() {
                if on {
                    person.roles.insert(one);
                } else {
                    person.roles.remove(&one);
                }
            }
        }
        let name = person.name.trim();
        let reason = obstacle.or_else(|| {
            if name.is_empty() {
                Some(tr!("policy-person-needs-name"))
            } else if people.iter().any(|(known, _)| known == name) {
                Some(tr!("policy-person-known"))
            } else if people.is_open() && !person.roles.contains(&Role::Owner) {
                Some(tr!("policy-person-first"))
            } else {
                person.roles.is_empty().then(|| tr!("policy-person-needs-role"))
            }
        });
        let button = ui.add_enabled(reason.is_none(), Button::new(tr!("policy-add")));
        let button = button.on_disabled_hover_text(reason.unwrap_or_default());
        if button.accessible_name(tr!("policy-add-name")).clicked() {
            asks.send(PolicyAsk::Give(name.to_owned(), person.roles.clone()).into());
        }
        if let Some(reason) = reason.filter(|_| obstacle.is_none()) {
            ui.weak(reason);
        }
    });
    if without_role.is_empty() || obstacle.is_some() {
        return;
    }
    ui.add_space(GRID);
    ui.horizontal_wrapped(|ui| {
        ui.label(RichText::new(tr!("policy-without-role")).weak());
        for name in without_role {
            if ui.small_button(*name).on_hover_text(tr!("policy-without-role-hint")).clicked() {
                person.name.clone_from(name);
                person.roles.insert(if people.is_open() { Role::Owner } else { Role::Annotator });
            }
        }
    });
}
