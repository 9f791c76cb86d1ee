//! The status bar: what is being saved, and jobs with their progress, to be cancelled.

use egui::{Align, Frame, Layout, Margin, Panel, Ui};

use concord_language::tr;
use concord_widgets::parts::{BusyBar, status_label};
use concord_widgets::theme::{Status, Theme};

use crate::context::{Ask, Asks, Context, Views};
use crate::jobs::Running;

pub(super) fn show(ui: &mut Ui, context: &Context, views: &Views, asks: &mut Asks) {
    let theme = Theme::of_ui(ui);
    let frame = Frame::NONE.fill(theme.panel).inner_margin(Margin::symmetric(8, 3));
    Panel::bottom("status bar").exact_size(28.0).resizable(false).frame(frame).show(ui, |ui| {
        ui.horizontal_centered(|ui| {
            saved(ui, context);
            for job in &context.running {
                ui.separator();
                running(ui, job, asks);
            }
            if !context.running.is_empty() {
                ui.ctx().request_repaint_after(std::time::Duration::from_millis(200));
            }
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                if context.screen.has_canvas() {
                    crate::screens::label::read_out(ui, context, &views.label);
                }
            });
        });
    });
}

fn saved(ui: &mut Ui, context: &Context) {
    if context.project.is_none() {
        return;
    }
    match context.outstanding.saving() {
        0 => status_label(ui, Status::Ok, tr!("shell-all-saved")),
        n => status_label(ui, Status::Muted, &tr!("shell-saving", count = n)),
    };
}

fn running(ui: &mut Ui, job: &Running, asks: &mut Asks) {
    let (done, total) = job.progress.counts();
    let stage = job.progress.stage();
    let fraction = (total > 0).then(|| (done as f64 / total as f64) as f32);
    let seconds = job.started.elapsed().as_secs_f64();
    let detail = remaining(done, total, seconds);
    let label = if stage.is_empty() { job.name.as_str() } else { stage.as_str() };
    let can_cancel = !job.progress.is_cancelled();
    if (BusyBar { label, fraction, detail: &detail, can_cancel }).show(ui) {
        asks.send(Ask::Cancel(job.ticket.clone()));
    }
}

/// Rate and remaining time in words; empty while too little is known.
fn remaining(done: u64, total: u64, seconds: f64) -> String {
    if done == 0 || total <= done || seconds < 1.0 {
        return String::new();
    }
    let per_second = done as f64 / seconds;
    let left = (total - done) as f64 / per_second;
    let rate = format!("{per_second:.0}");
    if left < 90.0 {
        tr!("shell-left-seconds", rate = rate, seconds = format!("{left:.0}"))
    } else {
        tr!("shell-left-minutes", rate = rate, minutes = format!("{:.0}", left / 60.0))
    }
}

#[cfg(test)]
mod tests {
    use super::remaining;

    #[test]
    fn the_remaining_time_follows_from_the_rate() {
        assert_eq!(remaining(50, 200, 5.0), "10/s, 15 s left");
        assert_eq!(remaining(10, 10_000, 10.0), "1/s, 166 min left");
        assert_eq!(remaining(0, 10, 5.0), "");
        assert_eq!(remaining(10, 10, 5.0), "");
    }
}
