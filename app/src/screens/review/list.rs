//! The samples that wait: what is disputed on each, how much people agree, and who they are.

use concord_domain::review::Stage;
use concord_language::tr;
use concord_project::review::Waiting;
use concord_widgets::parts::empty_state;
use concord_widgets::rows::{Row, VirtualList};
use concord_widgets::theme::Theme;
use egui::{Align, Color32, Label, Layout, RichText, Sense, Ui, vec2};

use super::words;
use crate::actions::Action;
use crate::context::{Ask, Asks, Context, OpenProject};
use crate::jobs::Request;
use crate::screens::label::LabelViews;
use crate::shell::buttons::{Look, action_button};

const ROW_HEIGHT: f32 = 64.0;
const PICTURE: egui::Vec2 = vec2(64.0, 48.0);

pub(super) fn show(ui: &mut Ui, context: &Context, project: &OpenProject, views: &mut LabelViews, asks: &mut Asks) {
    let review = &project.review;
    ui.horizontal(|ui| {
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            action_button(ui, context, asks, Action::RefreshReview, Look::Plain, Some(tr!("label-queue-refresh")));
            let all = Some(tr!("label-queue-all"));
            action_button(ui, context, asks, Action::ToggleReviewScope, Look::Toggle(review.shows_all), all);
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                ui.add(Label::new(RichText::new(tr!("review-list")).strong()).truncate());
            });
        });
    });
    ui.label(RichText::new(tr!("review-waiting", count = review.due())).small());
    let items = project.label.queue.items();
    if items.is_empty() {
        if context.outstanding.awaits(&Request::Waiting) {
            ui.weak(tr!("review-listing"));
        } else {
            empty_state(ui, tr!("label-queue-empty"), tr!("review-list-empty-hint"));
        }
        return;
    }
    let waiting = |row: usize| items.get(row).and_then(|item| review.waiting(&item.sample));
    let name = |row: usize| waiting(row).map(|waiting| described(project, waiting)).unwrap_or_default();
    let thumbnails = &views.thumbnails;
    let out = VirtualList::new(tr!("review-list"), items.len()).row_height(ROW_HEIGHT).show(
        ui,
        &mut views.review_list,
        name,
        |ui, row| {
            if let Some(waiting) = waiting(row.index) {
                row_ui(ui, project, row, waiting, thumbnails.get(&waiting.sample));
            }
        },
    );
    views.rows_in_sight = out.laid_out.clone();
    if let Some(place) = views.review_list.selected().filter(|_| out.selection_changed) {
        asks.send(Ask::GoTo(place));
    }
    if ui.input(|i| i.pointer.any_released()) && out.response.has_focus() {
        // The pointer chose a sample: the keys belong to the canvas again.
        out.response.surrender_focus();
    }
}

fn file_name(waiting: &Waiting) -> &str {
    waiting.path.rsplit(['/', '\\']).next().unwrap_or(&waiting.path)
}

/// How many disagreements of each kind there are, such as "2 missing · 1 class".
fn counts(waiting: &Waiting) -> String {
    let one = |(kind, count): (&&str, &u64)| format!("{count} {}", words::kind_named(kind));
    waiting.disagreements.iter().map(one).collect::<Vec<_>>().join(" · ")
}

/// Why the person at the desk cannot judge it.
fn obstacle(project: &OpenProject, waiting: &Waiting) -> Option<String> {
    let found = project.review.obstacle_for(waiting, &project.desk.annotator);
    found.map(|obstacle| obstacle.message().local())
}

/// What a screen reader says of a row.
fn described(project: &OpenProject, waiting: &Waiting) -> String {
    let stage = words::stage(waiting.stage).to_owned();
    let mut said = vec![file_name(waiting).to_owned(), stage, waiting.annotators.join(", ")];
    if !waiting.disagreements.is_empty() {
        said.push(counts(waiting));
    }
    said.extend(obstacle(project, waiting));
    said.join(", ")
}

fn row_ui(ui: &mut Ui, project: &OpenProject, row: Row, waiting: &Waiting, picture: Option<&egui::TextureHandle>) {
    let theme = Theme::of_ui(ui);
    let obstacle = obstacle(project, waiting);
    let (rect, _) = ui.allocate_exact_size(PICTURE, Sense::hover());
    ui.painter().rect_filled(rect, 2.0, theme.canvas);
    if let Some(texture) = picture {
        let size = texture.size_vec2();
        let scale = (rect.width() / size.x).min(rect.height() / size.y);
        let tint = if obstacle.is_some() { Color32::from_white_alpha(96) } else { Color32::WHITE };
        let place = egui::Rect::from_center_size(rect.center(), size * scale);
        egui::Image::new(texture).tint(tint).paint_at(ui, place);
    }
    let ink = match (&obstacle, row.selected) {
        (Some(_), _) => theme.muted,
        (None, true) => theme.strong,
        (None, false) => theme.text,
    };
    ui.vertical(|ui| {
        ui.spacing_mut().item_spacing.y = 1.0;
        ui.add_space(6.0);
        ui.horizontal(|ui| {
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                chip(ui, &theme, waiting.stage);
                ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                    ui.add(Label::new(RichText::new(file_name(waiting)).color(ink)).truncate());
                });
            });
        });
        let small = |text: String| RichText::new(text).small().color(theme.muted);
        let mut people = waiting.annotators.join(", ");
        if let Some(f1) = waiting.agreement {
            people = format!("{} · {people}", tr!("review-f1", f1 = format!("{f1:.2}")));
        }
        ui.add(Label::new(small(people)).truncate());
        match obstacle {
            Some(why) => ui.add(Label::new(small(why.clone())).truncate()).on_hover_text(why),
            None => ui.add(Label::new(small(counts(waiting))).truncate()),
        };
    });
}

/// The stage, in a word on a ground.
fn chip(ui: &mut Ui, theme: &Theme, stage: Stage) {
    let ink = match stage {
        Stage::Arbitrate => theme.warning,
        Stage::Review => theme.accent,
        Stage::Gold => theme.ok,
        Stage::Label => theme.muted,
    };
    egui::Frame::NONE
        .stroke(egui::Stroke::new(1.0, ink))
        .corner_radius(3)
        .inner_margin(egui::Margin::symmetric(3, 0))
        .show(ui, |ui| ui.label(RichText::new(words::stage(stage)).small().color(ink)));
}
