//! The right panel: the disagreements by severity, what each person says about the one in focus, and then the objects that
//! are made of it.

use concord_domain::disagreement::Disagreement;
use concord_domain::judgement::Verdict;
use concord_language::tr;
use concord_project::review::Dispute;
use concord_widgets::parts::{paint_status, status_label};
use concord_widgets::rows::{ListState, VirtualList};
use concord_widgets::theme::{Status, Theme, ink_on};
use egui::{Align, Align2, FontId, Label, Layout, RichText, ScrollArea, Sense, Stroke, Ui, UiBuilder, vec2};

use super::model::dispute_of;
use super::{ReviewAsk, overlay, sides, words};
use crate::actions::Action;
use crate::context::{Ask, Asks, Context, OpenProject};
use crate::screens::label::{self, LabelViews};
use crate::shell::buttons::{Look, action_button};

const ROW_HEIGHT: f32 = 28.0;
/// The most of the panel's height that the list takes.
const LIST_SHARE: f32 = 0.3;

pub(super) fn show(
    ui: &mut Ui,
    context: &Context,
    project: &OpenProject,
    canvas: &mut LabelViews,
    list: &mut ListState,
    asks: &mut Asks,
) {
    if let Some(dispute) = dispute_of(project) {
        if dispute.sets.len() > 1 {
            disagreements(ui, project, dispute, list, asks);
            if let Some(focus) = project.review.focused(dispute) {
                ui.add_space(4.0);
                sides::show(ui, context, project, dispute, focus, asks);
            }
        } else if let Some(set) = dispute.sets.first() {
            single(ui, context, &set.key.annotator, set.labels.objects.len(), asks);
        }
        ui.separator();
    }
    ScrollArea::vertical().id_salt("details").auto_shrink([false, false]).show(ui, |ui| {
        label::show_objects(ui, context, project, canvas, asks);
    });
}

/// What can be done with a single label set.
fn single(ui: &mut Ui, context: &Context, name: &str, objects: usize, asks: &mut Asks) {
    ui.label(RichText::new(tr!("review-single", name = name, count = objects)).strong());
    ui.add(Label::new(RichText::new(tr!("review-single-hint")).small()).wrap());
    ui.add_space(4.0);
    ui.horizontal_wrapped(|ui| {
        action_button(ui, context, asks, Action::Settle, Look::Plain, None);
        action_button(ui, context, asks, Action::EditDisputed, Look::Keyed(false), Some(tr!("review-mend")));
        action_button(ui, context, asks, Action::SendBack, Look::Plain, None);
        action_button(ui, context, asks, Action::RejectLabels, Look::Plain, None);
    });
}

fn given<'a>(project: &'a OpenProject, disagreement: &Disagreement) -> Option<&'a Verdict> {
    project.label.session()?.labels.judgement.as_ref()?.verdicts.get(&disagreement.id)
}

fn disagreements(ui: &mut Ui, project: &OpenProject, dispute: &Dispute, state: &mut ListState, asks: &mut Asks) {
    let all = &dispute.comparison.disagreements;
    let f1 = format!("{:.2}", dispute.comparison.agreement);
    ui.horizontal(|ui| {
        ui.label(RichText::new(tr!("review-disagreements-count", count = all.len())).strong());
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let agreed = dispute.comparison.agreed.len();
            let words = tr!("review-agreed", count = agreed, f1 = f1);
            ui.label(RichText::new(words).small().weak());
        });
    });
    if all.is_empty() {
        status_label(ui, Status::Ok, tr!("review-no-disagreement"));
        return;
    }
    let focus = project.review.focused(dispute).and_then(|d| all.iter().position(|other| other.id == d.id));
    if state.selected() != focus {
        state.select(focus);
    }
    let most = (ui.available_height() * LIST_SHARE).max(3.0 * ROW_HEIGHT);
    let size = vec2(ui.available_width(), (all.len() as f32 * ROW_HEIGHT + 2.0).min(most));
    let (rect, _) = ui.allocate_exact_size(size, Sense::hover());
    let mut child = ui.new_child(UiBuilder::new().max_rect(rect).id_salt("disagreements"));
    let name = |row: usize| all.get(row).map(|d| words::described(row + 1, d, given(project, d))).unwrap_or_default();
    let out = VirtualList::new(tr!("review-disagreements"), all.len()).row_height(ROW_HEIGHT).show(
        &mut child,
        state,
        name,
        |ui, row| {
            if let Some(disagreement) = all.get(row.index) {
                row_ui(ui, project, dispute, disagreement);
            }
        },
    );
    let chosen = state.selected().filter(|_| out.selection_changed).or(out.activated);
    if let Some(disagreement) = chosen.and_then(|row| all.get(row)) {
        asks.send(Ask::Review(ReviewAsk::Focus(disagreement.id.clone(), true)));
    }
    if ui.input(|i| i.pointer.any_released()) && out.response.has_focus() {
        out.response.surrender_focus();
    }
}

fn row_ui(ui: &mut Ui, project: &OpenProject, dispute: &Dispute, disagreement: &Disagreement) {
    let theme = Theme::of_ui(ui);
    let verdict = given(project, disagreement);
    let (mark, _) = ui.allocate_exact_size(vec2(14.0, 14.0), Sense::hover());
    let status = if verdict.is_some() { Status::Ok } else { words::severity(&disagreement.kind) };
    paint_status(ui.painter(), mark.center(), 11.0, status, theme.status(status));
    let kind = RichText::new(words::kind(&disagreement.kind));
    let kind = if verdict.is_some() { kind.color(theme.muted) } else { kind.color(theme.text) };
    ui.label(kind);
    for (who, name) in dispute.annotators().enumerate() {
        letter(ui, &theme, who, disagreement.with.iter().any(|with| with == name));
    }
    if let Some(overlap) = disagreement.overlap {
        ui.label(RichText::new(format!("{overlap:.2}")).small().color(theme.muted));
    }
    ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
        let text = verdict.map(words::verdict).unwrap_or_default();
        ui.add(Label::new(RichText::new(text).small().color(theme.ok)).truncate());
    });
}

/// The letter of a person: filled with their colour where they have it, hollow where they have not.
fn letter(ui: &mut Ui, theme: &Theme, who: usize, has_it: bool) {
    let (rect, _) = ui.allocate_exact_size(vec2(15.0, 15.0), Sense::hover());
    let color = overlay::color(who);
    let ink = if has_it { ink_on(color) } else { theme.muted };
    if has_it {
        ui.painter().rect_filled(rect, 3.0, color);
    } else {
        ui.painter().rect_stroke(rect, 3.0, Stroke::new(1.0, theme.outline), egui::StrokeKind::Inside);
    }
    ui.painter().text(rect.center(), Align2::CENTER_CENTER, overlay::letter(who), FontId::proportional(10.5), ink);
}
