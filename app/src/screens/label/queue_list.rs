//! The queue: samples in order of their rank, with the reasons.

use concord_language::tr;
use concord_project::queue::{Away, PartName, Ranked};
use concord_widgets::parts::empty_state;
use concord_widgets::rows::{Row, VirtualList};
use concord_widgets::theme::Theme;
use egui::{Align, Label, Layout, RichText, Sense, Ui, vec2};

use super::queue::QueueModel;
use super::view::LabelViews;
use crate::actions::Action;
use crate::context::{Ask, Asks, Context, OpenProject};
use crate::jobs::Request;
use crate::shell::buttons::{Look, action_button};

const ROW_HEIGHT: f32 = 48.0;
/// Room for a bar of the reasons.
const BAR_HEIGHT: f32 = 14.0;
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
        match queue.away.get(&items[row].sample) {
            _ if queue.is_done(&items[row].sample) => tr!("label-queue-done-name", name = name),
            Some(Away::Held { by, .. }) => tr!("label-queue-held-name", name = name, who = by.join(", ")),
            Some(Away::PutOff { .. }) => tr!("label-queue-put-off-name", name = name),
            None => name.to_owned(),
        }
    };
    let out = VirtualList::new(tr!("label-queue"), items.len()).row_height(ROW_HEIGHT).show(
        ui,
        &mut views.queue_list,
        name,
        |ui, row| {
            let ranked = &items[row.index];
            row_ui(ui, row, ranked, thumbnails.get(&ranked.sample), queue);
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
        parts(ui, ranked);
        for reason in &ranked.reasons {
            ui.add(Label::new(RichText::new(reason.local()).small().color(theme.muted)).wrap());
        }
    });
}

/// A bar a part of the rank, as long as its share of it.
fn parts(ui: &mut Ui, ranked: &Ranked) {
    let theme = Theme::of_ui(ui);
    let names = ranked.parts.iter().map(|part| part_title(part.name));
    let font = egui::TextStyle::Small.resolve(ui.style());
    let widths = names.map(|name| ui.painter().layout_no_wrap(name.to_owned(), font.clone(), theme.muted).size().x);
    let left = widths.fold(0.0, f32::max).min(ui.available_width() * 0.5) + 6.0;
    for part in &ranked.parts {
        let share = part.share.clamp(0.0, 1.0) as f32;
        let size = vec2(ui.available_width(), BAR_HEIGHT);
        let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
        let title = part_title(part.name);
        let told = tr!("label-queue-part", name = title, percent = format!("{:.0}", share * 100.0));
        response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::ProgressIndicator, true, told.as_str()));
        let middle = egui::pos2(rect.left(), rect.center().y);
        ui.painter().text(middle, egui::Align2::LEFT_CENTER, title, font.clone(), theme.muted);
        let track = egui::Rect::from_min_max(
            egui::pos2(rect.left() + left, rect.center().y - 3.0),
            egui::pos2(rect.right(), rect.center().y + 3.0),
        );
        ui.painter().rect_filled(track, 3.0, theme.panel);
        if share > 0.0 {
            let filled = egui::Rect::from_min_size(track.min, vec2(track.width() * share, track.height()));
            ui.painter().rect_filled(filled, 3.0, theme.accent);
        }
        response.on_hover_text(told);
    }
}

fn part_title(name: PartName) -> &'static str {
    match name {
        PartName::Uncertainty => tr!("label-part-uncertainty"),
        PartName::Disagreement => tr!("label-part-disagreement"),
        PartName::Rarity => tr!("label-part-rarity"),
        PartName::Drift => tr!("label-part-drift"),
        PartName::Slice => tr!("label-part-slice"),
        PartName::Waiting => tr!("label-part-waiting"),
        PartName::Diversity => tr!("label-part-diversity"),
        PartName::Random => tr!("label-part-random"),
        PartName::Blank => tr!("label-part-blank"),
        PartName::SentBack => tr!("label-part-sent-back"),
        PartName::Campaign => tr!("label-part-campaign"),
    }
}

fn file_name(ranked: &Ranked) -> &str {
    ranked.path.rsplit(['/', '\\']).next().unwrap_or(&ranked.path)
}

fn row_ui(ui: &mut Ui, row: Row, ranked: &Ranked, picture: Option<&egui::TextureHandle>, queue: &QueueModel) {
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
            if queue.is_done(&ranked.sample) {
                ui.label(RichText::new(tr!("label-queue-done")).small().color(theme.ok));
            } else if let Some(away) = queue.away.get(&ranked.sample) {
                let words = match away {
                    Away::Held { by, .. } => tr!("label-queue-held", who = by.join(", ")),
                    Away::PutOff { .. } => tr!("label-queue-put-off").to_owned(),
                };
                ui.add(Label::new(RichText::new(words).small().color(theme.warning)).truncate());
            } else {
                ui.label(RichText::new(format!("{:.2}", ranked.score)).small().color(theme.muted));
                if let Some(group) = ranked.group {
                    let words = tr!("label-queue-group", number = group + 1);
                    ui.label(RichText::new(words).small().color(theme.muted))
                        .on_hover_text(tr!("label-queue-group-hint"));
                }
                if ranked.slice != "all" {
                    ui.add(Label::new(RichText::new(&ranked.slice).small().color(theme.muted)).truncate());
                }
            }
        });
    });
}
