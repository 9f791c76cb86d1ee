//! The windows that ask before something is decided: what publishing will do, why a version is withdrawn, whether somebody
//! is taken out.

use concord_domain::role::Roles;
use concord_language::tr;
use concord_project::publish::{Existing, PublishReport, Touched};
use concord_widgets::parts::status_label;
use concord_widgets::theme::{GRID, Status};
use egui::{Button, Context as Egui, Event, Id, Key, Label, Modal, RichText, TextEdit, Ui};

use super::{PolicyAsk, PolicyViews, Window, campaign_window};
use crate::context::{Asks, Context, OpenProject};
use crate::jobs::Request;
use crate::jobs::policies::PolicyWork;
use crate::shell::{explanation, modal_frame};

const WIDTH: f32 = 460.0;

/// Shows the window that is open. It stays until what it asks about is done, so that a refusal stands where it was asked.
pub fn show_windows(egui: &Egui, context: &Context, views: &mut PolicyViews, asks: &mut Asks) {
    let Some(project) = &context.project else { return };
    let Some(window) = &mut views.window else { return };
    let what = match window {
        Window::Publish(_) => PolicyWork::Publish,
        Window::Withdraw(..) => PolicyWork::Withdraw,
        Window::Campaign(_) => PolicyWork::Begin,
        Window::TakeOut(_) => PolicyWork::Give,
    };
    let is_busy = context.outstanding.awaits(&Request::Policy(what));
    let modal = Modal::new(Id::unique("policy question")).frame(modal_frame(egui)).show(egui, |ui| {
        ui.set_width(WIDTH);
        let end = match window {
            Window::Publish(existing) => publish(ui, project, existing),
            Window::Withdraw(version, reason) => withdraw(ui, *version, reason),
            Window::Campaign(form) => campaign_window::show(ui, project, form),
            Window::TakeOut(person) => take_out(ui, person),
        };
        if let Some(refusal) = project.policy.refusal.as_ref().filter(|_| !is_busy) {
            ui.add_space(2.0 * GRID);
            status_label(ui, Status::Error, &refusal.what);
            explanation(ui, refusal);
        }
        ui.add_space(3.0 * GRID);
        buttons(ui, end, is_busy, asks)
    });
    // A window is put into the middle by the size that it had a frame before.
    let (rect, room) = (modal.response.rect, egui.content_rect());
    if rect.height() < room.height() && (rect.center() - room.center()).length() > 1.0 {
        egui.request_repaint();
    }
    if modal.inner || modal.should_close() {
        views.window = None;
        asks.send(PolicyAsk::Close.into());
    }
}

/// How a window ends: the word on its button, what it asks for, and why it cannot be pressed, if it cannot.
pub(super) struct End {
    pub(super) word: &'static str,
    pub(super) ask: PolicyAsk,
    pub(super) obstacle: Option<&'static str>,
    /// True when the key that sends was pressed.
    pub(super) by_key: bool,
}

/// The buttons; true when the window is given up.
fn buttons(ui: &mut Ui, end: End, is_busy: bool, asks: &mut Asks) -> bool {
    let can = end.obstacle.is_none() && !is_busy;
    ui.horizontal(|ui| {
        let button = ui.add_enabled(can, Button::new(end.word));
        let is_pressed = button.on_disabled_hover_text(end.obstacle.unwrap_or_default()).clicked();
        if can && (is_pressed || end.by_key) {
            asks.send(end.ask.into());
        }
        let gives_up = ui.button(tr!("cancel")).clicked();
        if is_busy {
            ui.spinner();
        } else if let Some(obstacle) = end.obstacle {
            ui.weak(obstacle);
        }
        gives_up
    })
    .inner
}

/// True when the key was pressed that sends a text of several lines.
pub(super) fn sends(ui: &Ui) -> bool {
    // The modifiers of the press itself: they may be let go again within the frame.
    let sends = |e: &Event| matches!(e, Event::Key { key: Key::Enter, pressed: true, modifiers, .. } if modifiers.command || modifiers.ctrl);
    ui.input(|i| i.events.iter().any(sends))
}

fn hint(ui: &mut Ui, words: &str) {
    ui.add(Label::new(RichText::new(words).weak()).wrap());
    ui.add_space(2.0 * GRID);
}

fn publish(ui: &mut Ui, project: &OpenProject, existing: &mut Existing) -> End {
    ui.heading(tr!("policy-publish-heading"));
    if let Some(Ok(next)) = &project.policy.next {
        let report = &next.report;
        let (policy, ontology) = (report.policy.version.to_string(), report.ontology.version.to_string());
        let what = match (report.policy.new, report.ontology.new) {
            (true, true) => tr!("policy-publish-both", policy = policy, ontology = ontology),
            (true, false) => tr!("policy-publish-policy", policy = policy),
            (false, _) => tr!("policy-publish-ontology", ontology = ontology),
        };
        hint(ui, &what);
        fates(ui, report, existing);
    }
    End {
        word: tr!("policy-publish-now"),
        ask: PolicyAsk::Publish(*existing),
        obstacle: super::publish_obstacle(project),
        by_key: false,
    }
}

/// What becomes of label sets of other versions, in numbers.
fn fates(ui: &mut Ui, report: &PublishReport, existing: &mut Existing) {
    let sum = |of: fn(&Touched) -> u64| report.touched.iter().map(of).sum::<u64>();
    let all = sum(|t| t.label_sets);
    if all == 0 {
        ui.label(tr!("policy-touched-none"));
        return;
    }
    ui.label(tr!("policy-publish-touched", count = all));
    ui.add_space(GRID);
    ui.radio_value(existing, Existing::BringAlong, tr!("policy-bring-along"));
    ui.radio_value(existing, Existing::Keep, tr!("policy-keep"));
    ui.add_space(2.0 * GRID);
    if *existing == Existing::Keep {
        ui.add(Label::new(tr!("policy-fate-kept", count = all)).wrap());
        return;
    }
    let lines = [
        (sum(|t| t.migrating), tr!("policy-fate-migrated", count = sum(|t| t.migrating))),
        (sum(|t| t.breaking), tr!("policy-fate-back", count = sum(|t| t.breaking))),
        (sum(|t| t.holding), tr!("policy-fate-hold", count = sum(|t| t.holding))),
        (sum(|t| t.drafts), tr!("policy-fate-drafts", count = sum(|t| t.drafts))),
        (sum(|t| t.settled), tr!("policy-fate-settled", count = sum(|t| t.settled))),
    ];
    for (_, words) in lines.into_iter().filter(|(count, _)| *count > 0) {
        ui.add(Label::new(words).wrap());
    }
}

fn withdraw(ui: &mut Ui, version: u32, reason: &mut String) -> End {
    ui.heading(tr!("policy-withdraw-heading", version = version.to_string()));
    hint(ui, tr!("policy-withdraw-words"));
    let field = TextEdit::multiline(reason).desired_rows(3).desired_width(f32::INFINITY);
    let field = ui.add(field.hint_text(tr!("policy-withdraw-why"))).accessible_name(tr!("policy-withdraw-reason"));
    if !field.has_focus() && ui.memory(|m| m.focused().is_none()) {
        field.request_focus();
    }
    let said = reason.trim().to_owned();
    End {
        word: tr!("policy-withdraw-now"),
        obstacle: said.is_empty().then(|| tr!("policy-withdraw-needs-reason")),
        ask: PolicyAsk::Withdraw(version, said),
        by_key: sends(ui),
    }
}

fn take_out(ui: &mut Ui, person: &str) -> End {
    ui.heading(tr!("policy-take-out-heading", person = person));
    hint(ui, tr!("policy-take-out-words"));
    let ask = PolicyAsk::Give(person.to_owned(), Roles::new());
    End { word: tr!("policy-take-out-now"), ask, obstacle: None, by_key: false }
}
