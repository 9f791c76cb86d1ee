//! The queue: samples in order of their rank, with the reasons.

use concord_language::tr;
use concord_project::queue::Ranked;
use concord_widgets::parts::empty_state;
use concord_widgets::rows::{Row, VirtualList};
use concord_widgets::theme::Theme;
use egui::{Align, Label, Layout, RichText, Sense, Ui, vec2};

use super::view::LabelViews;
use crate::actions::Action;
use crate::context::{Ask, Asks, Context, OpenProject};
use crate::jobs::Request;
use crate::shell::buttons::{Look, action_button};

const ROW_HEIGHT: f32 = 48.0;
const PICTURE: egui::Vec2 = vec2(56.0, 40.0);

pub(super) fn show(ui: &mut Ui, context: &Context, project: &OpenProject, views: &mut LabelViews, asks: &mut Asks) {
    let queue = &project.label.queue;
    ui.horizontal(|ui| {
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let (refresh, all) = (tr!("label-queue-refresh"), tr!("label-queue-all"));
            action_button(ui, context, asks, Action::RefreshQueue, Look::Plain, Some(refresh));
            action_button(ui, context, asks, Action::ToggleQueueScope, Look::Toggle(queue.all), Some(all));
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                ui.add(Label::new(RichText::new(tr!("label-queue")).strong()).truncate());
            });
        });
    });
    let ranked_by = match &queue.model {
        Some(model) => tr!("label-queue-by-model", model = model),
        None => tr!("label-queue-by-order").to_owned(),
    };
    ui.horizontal(|ui| {
        ui.label(RichText::new(tr!("label-queue-to-do", count = queue.open_count())).small());
        ui.add(Label::new(RichText::new(ranked_by).small().weak()).truncate());
    });
    if queue.items().is_empty() {
        if context.outstanding.awaits(&Request::Queue) {
            ui.weak(tr!("label-queue-waits"));
        } else {
            empty_state(ui, tr!("label-queue-empty"), tr!("label-queue-empty-hint"));
        }
        return;
    }
    reasons(ui, queue.current());
    let items = queue.items();
    let thumbnails = &views.thumbnails;
    let name = |row: usize| {
        let name = file_name(&items[row]);
        if queue.is_done(&items[row].sample) { tr!("label-queue-done-name", name = name) } else { name.to_owned() }
    };
    let out = VirtualList::new(tr!("label-queue"), items.len()).row_height(ROW_HEIGHT).show(
        ui,
        &mut views.queue_list,
        name,
        |ui, row| {
            let ranked = &items[row.index];
            row_ui(ui, row, ranked, thumbnails.get(&ranked.sample), queue.is_done(&ranked.sample));
        },
    );
    views.rows_in_sight = out.laid_out.clone();
    if let Some(place) = views.queue_list.selected().filter(|_| out.selection_changed) {
        asks.send(Ask::GoTo(place));
    }
    if ui.input(|i| i.pointer.any_released()) && out.response.has_focus() {
        // The pointer chose a sample: the keys belong to the canvas again.
        out.response.surrender_focus();
    }
}

/// Why the current sample stands where it stands.
fn reasons(ui: &mut Ui, current: Option<&Ranked>) {
    let Some(ranked) = current else { return };
    let theme = Theme::of_ui(ui);
    egui::Frame::NONE.fill(theme.field).corner_radius(4).inner_margin(6).show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.add(Label::new(RichText::new(file_name(ranked)).strong()).truncate());
        let score = tr!("label-queue-score", score = format!("{:.2}", ranked.score));
        ui.add(Label::new(RichText::new(score).small()).truncate());
        for reason in &ranked.reasons {
            ui.add(Label::new(RichText::new(reason.local()).small().color(theme.muted)).wrap());
        }
    });
}

fn file_name(ranked: &Ranked) -> &str {
    ranked.path.rsplit(['/', '\\']).next().unwrap_or(&ranked.path)
}

fn row_ui(ui: &mut Ui, row: Row, ranked: &Ranked, picture: Option<&egui::TextureHandle>, done: bool) {
    let theme = Theme::of_ui(ui);
    let (rect, _) = ui.allocate_exact_size(PICTURE, Sense::hover());
    ui.painter().rect_filled(rect, 2.0, theme.canvas);
    if let Some(texture) = picture {
        let size = texture.size_vec2();
        let scale = (rect.width() / size.x).min(rect.height() / size.y);
        egui::Image::new(texture).paint_at(ui, egui::Rect::from_center_size(rect.center(), size * scale));
    }
    let ink = if row.selected { theme.strong } else { theme.text };
    ui.vertical(|ui| {
        ui.spacing_mut().item_spacing.y = 1.0;
        ui.add_space(7.0);
        ui.add(Label::new(RichText::new(file_name(ranked)).color(ink)).truncate());
        ui.horizontal(|ui| {
            if done {
                ui.label(RichText::new(tr!("label-queue-done")).small().color(theme.ok));
            } else {
                ui.label(RichText::new(format!("{:.2}", ranked.score)).small().color(theme.muted));
                if ranked.slice != "all" {
                    ui.add(Label::new(RichText::new(&ranked.slice).small().color(theme.muted)).truncate());
                }
            }
        });
    });
}
