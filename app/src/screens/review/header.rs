//! What stands above the canvas: whether the sample can be judged, who is who, and how their labels are held against each
//! other.

use concord_domain::review::Stage;
use concord_language::tr;
use concord_project::review::{Dispute, Obstacle};
use concord_widgets::canvas::LineStyle;
use concord_widgets::parts::{empty_state, status_label};
use concord_widgets::theme::{GRID, HALO, Status, Theme, ThemeKind};
use egui::{
    Align, Align2, Color32, ComboBox, FontId, Frame, Layout, Margin, Panel, Rect, RichText, Sense, Shape, Stroke, Ui,
    pos2, vec2,
};

use super::ReviewAsk;
use super::model::{Mode, dispute_of};
use super::{overlay, words};
use crate::actions::Action;
use crate::context::{Ask, Asks, Context, OpenProject};
use crate::shell::buttons::{Look, action_button};
use crate::shell::explanation;

/// Height of the names over the canvas, in points.
const NAMES_HEIGHT: f32 = 20.0;
/// Width of a piece of somebody's line, in points.
const LINE_WIDTH: f32 = 22.0;

/// The bars above the canvas.
pub(crate) fn show_header(ui: &mut Ui, context: &Context, project: &OpenProject, asks: &mut Asks) {
    if project.label.sample().is_none() {
        return;
    }
    let theme = Theme::of_ui(ui);
    let frame = Frame::NONE.fill(theme.field).inner_margin(Margin::symmetric(8, 4));
    Panel::top("review").resizable(false).frame(frame).show(ui, |ui| {
        let Some(dispute) = dispute_of(project) else {
            loading(ui, project);
            return;
        };
        ui.horizontal(|ui| {
            ui.with_layout(Layout::right_to_left(Align::Min), |ui| {
                modes(ui, project, dispute, asks);
                let row = Layout::left_to_right(Align::Center).with_main_wrap(true);
                ui.with_layout(row, |ui| standing(ui, context, project, dispute, asks));
            });
        });
        ui.horizontal_wrapped(|ui| legend(ui, project, dispute, asks));
    });
}

fn loading(ui: &mut Ui, project: &OpenProject) {
    let failure = project.label.sample().and_then(|sample| project.review.failed.get(sample));
    match failure {
        Some(failure) => {
            status_label(ui, Status::Error, &failure.what);
            explanation(ui, failure);
        }
        None => {
            ui.weak(tr!("review-still-loads"));
        }
    }
}

/// What is to be decided, and what keeps one from it.
fn standing(ui: &mut Ui, context: &Context, project: &OpenProject, dispute: &Dispute, asks: &mut Asks) {
    let Some(session) = project.label.session() else { return };
    let names = dispute.annotators().collect::<Vec<_>>().join(", ");
    let obstacle = dispute.obstacle_in(session);
    match &obstacle {
        Some(Obstacle::Settled { by }) => {
            status_label(ui, Status::Ok, &tr!("label-settled", by = by));
            action_button(ui, context, asks, Action::Reopen, Look::Plain, None);
        }
        Some(obstacle) => {
            status_label(ui, Status::Warning, &obstacle.message().local());
        }
        None if session.labels.judgement.is_some() && !dispute.is_current(session) => {
            status_label(ui, Status::Warning, tr!("review-outdated"));
            action_button(ui, context, asks, Action::BeginAnew, Look::Primary, None);
        }
        None => {
            let words = match dispute.judging_stage() {
                Stage::Review => tr!("review-of", name = &names),
                _ => tr!("review-between", names = &names),
            };
            ui.label(RichText::new(words).strong());
        }
    }
    if let Some(reason) = &dispute.reopened {
        ui.weak(tr!("review-reopened", reason = reason));
    }
    for returned in &dispute.returns {
        let (by, of) = (&returned.by, &returned.key.annotator);
        ui.weak(tr!("review-returned", by = by, of = of, reason = &returned.reason));
    }
}

/// Who is who, and how they are compared.
fn legend(ui: &mut Ui, project: &OpenProject, dispute: &Dispute, asks: &mut Asks) {
    let review = &project.review;
    let mode = review.mode(dispute);
    for (who, name) in dispute.annotators().enumerate() {
        line_sample(ui, overlay::color(who), overlay::line(who));
        let text = format!("{} {name}", overlay::letter(who));
        let mut on = review.shows(name);
        if mode != Mode::Overlay {
            ui.label(text);
        } else if ui.checkbox(&mut on, text).on_hover_text(tr!("review-show-hint")).changed() {
            asks.send(Ask::Review(ReviewAsk::ShowPerson(name.to_owned(), on)));
        }
        ui.add_space(2.0 * GRID);
    }
    line_sample(ui, Color32::WHITE, LineStyle::Solid);
    let mut on = review.shows_result();
    if ui.checkbox(&mut on, tr!("review-result")).on_hover_text(tr!("review-result-hint")).changed() {
        asks.send(Ask::Review(ReviewAsk::ShowResult(on)));
    }
    if dispute.sets.len() > 2 && mode != Mode::Overlay {
        pair(ui, project, dispute, asks);
    }
}

/// How label sets are held against each other; drawn from the right.
fn modes(ui: &mut Ui, project: &OpenProject, dispute: &Dispute, asks: &mut Asks) {
    if dispute.sets.len() < 2 {
        return;
    }
    let now = project.review.mode(dispute);
    for mode in Mode::ALL.into_iter().rev() {
        if ui.selectable_label(now == mode, words::mode(mode)).clicked() {
            asks.send(Ask::Review(ReviewAsk::Mode(mode)));
        }
    }
}

/// Which two of several people are compared.
fn pair(ui: &mut Ui, project: &OpenProject, dispute: &Dispute, asks: &mut Asks) {
    let names: Vec<&str> = dispute.annotators().collect();
    let text = |who: usize| format!("{} {}", overlay::letter(who), names.get(who).copied().unwrap_or_default());
    let now = project.review.pair();
    for (side, said) in [tr!("review-first"), tr!("review-second")].into_iter().enumerate() {
        let combo = ComboBox::from_id_salt(("pair", side)).selected_text(text(now[side])).width(90.0);
        let shown = combo.show_ui(ui, |ui| {
            for who in 0..names.len() {
                let mut pair = now;
                if pair[1 - side] == who {
                    // Nobody is compared with themselves.
                    pair.swap(0, 1);
                } else {
                    pair[side] = who;
                }
                if ui.selectable_label(now[side] == who, text(who)).clicked() {
                    asks.send(Ask::Review(ReviewAsk::Pair(pair)));
                }
            }
        });
        shown.response.accessible_name(said);
    }
}

/// A piece of the line in which somebody's objects are drawn.
fn line_sample(ui: &mut Ui, color: Color32, style: LineStyle) {
    let theme = Theme::of_ui(ui);
    let (rect, _) = ui.allocate_exact_size(vec2(LINE_WIDTH, 12.0), Sense::hover());
    let (left, right) = (rect.left_center(), rect.right_center());
    let stroke = Stroke::new(2.5, color);
    let painter = ui.painter();
    if theme.kind == ThemeKind::Light {
        // Lines are made for images; on a light ground they need a dark one, as they have their halo there.
        painter.rect_filled(rect.expand2(vec2(2.0, 0.0)), 2.0, HALO);
    }
    let ends = [left, right];
    let pieces = match style {
        LineStyle::Solid => vec![Shape::line_segment(ends, stroke)],
        LineStyle::Dashed => Shape::dashed_line(&ends, stroke, 6.0, 3.0),
        LineStyle::Dotted => Shape::dotted_line(&ends, color, 4.5, 1.5),
        LineStyle::DashDot => Shape::dashed_line_with_offset(&ends, stroke, &[7.0, 2.0], &[3.0, 3.0], 0.0),
    };
    painter.extend(pieces);
}

/// Whose labels the canvas shows, where it does not show all of them.
pub(crate) fn show_names(ui: &mut Ui, project: &OpenProject) {
    let Some(dispute) = dispute_of(project) else { return };
    let review = &project.review;
    let shown: Vec<usize> = match review.mode(dispute) {
        Mode::Overlay => return,
        Mode::Flicker => vec![review.on_turn()],
        Mode::SideBySide => review.pair().to_vec(),
    };
    let theme = Theme::of_ui(ui);
    let (bar, _) = ui.allocate_exact_size(vec2(ui.available_width(), NAMES_HEIGHT), Sense::hover());
    ui.painter().rect_filled(bar, 0.0, theme.panel);
    let width = bar.width() / shown.len() as f32;
    for (n, who) in shown.into_iter().enumerate() {
        let name = dispute.annotators().nth(who).unwrap_or_default();
        let words = tr!("review-shown", letter = overlay::letter(who), name = name);
        let place = Rect::from_min_size(pos2(bar.left() + n as f32 * width, bar.top()), vec2(width, NAMES_HEIGHT));
        let response = ui.interact(place, ui.scope_id().with(("shown", n)), Sense::hover());
        response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Label, true, &words));
        let mark = Rect::from_min_size(place.min + vec2(8.0, 5.0), vec2(10.0, 10.0));
        ui.painter().rect_filled(mark, 2.0, overlay::color(who));
        let text = format!("{} {name}", overlay::letter(who));
        let at = pos2(mark.right() + 6.0, place.center().y);
        ui.painter().text(at, Align2::LEFT_CENTER, text, FontId::proportional(13.0), theme.strong);
    }
}

/// The buttons that decide, at the right of the tools; drawn from the right.
pub(crate) fn show_decisions(ui: &mut Ui, context: &Context, project: &OpenProject, asks: &mut Asks) {
    let has_begun = project.label.session().is_some_and(|session| session.labels.judgement.is_some());
    let accepts = !has_begun && dispute_of(project).is_some_and(|dispute| dispute.sets.len() == 1);
    let words = if accepts { tr!("review-accept") } else { tr!("review-settle") };
    action_button(ui, context, asks, Action::Settle, Look::Primary, Some(words));
    action_button(ui, context, asks, Action::SendBack, Look::Plain, Some(tr!("review-send-back")));
}

/// How far one is, where the Label screen says whether the labels are submitted.
pub(crate) fn show_progress(ui: &mut Ui, project: &OpenProject) {
    let (Some(dispute), Some(session)) = (dispute_of(project), project.label.session()) else { return };
    let count = dispute.comparison.disagreements.len();
    let judgement = session.labels.judgement.as_ref();
    let open = judgement.map_or(count, |judgement| judgement.open(&dispute.comparison).len());
    let status = if open == 0 && count > 0 { Status::Ok } else { Status::Muted };
    if dispute.sets.len() > 1 {
        status_label(ui, status, &tr!("review-decided", done = count - open, count = count));
    } else if judgement.is_some() {
        status_label(ui, Status::Muted, tr!("review-mending"));
    } else {
        status_label(ui, Status::Muted, tr!("review-not-begun"));
    }
}

/// The canvas without a sample.
pub(crate) fn show_nothing(ui: &mut Ui, context: &Context, project: &OpenProject, asks: &mut Asks) {
    if let Some(failure) = &project.review.failure {
        Frame::NONE.inner_margin(32).show(ui, |ui| {
            status_label(ui, Status::Error, &failure.what);
            explanation(ui, failure);
        });
        return;
    }
    if context.outstanding.awaits(&crate::jobs::Request::Waiting) {
        empty_state(ui, tr!("review-listing"), tr!("label-ranking-hint"));
        return;
    }
    ui.vertical_centered(|ui| {
        ui.add_space(ui.available_height() / 3.0);
        ui.heading(tr!("review-nothing-waits"));
        ui.weak(tr!("review-nothing-waits-hint"));
        ui.add_space(8.0);
        let words = Some(tr!("label-show-all-samples"));
        action_button(ui, context, asks, Action::ToggleReviewScope, Look::Plain, words);
    });
}
