//! The Activity screen: who did what, how long did it take, and what did it cost?

mod history;
mod views;
mod work;

use concord_language::tr;
use concord_project::activity::{ActivityReport, HistoryPage};
use concord_project::drift::Span;
use concord_widgets::parts::{empty_state, status_label};
use concord_widgets::theme::{GRID, Status};
use egui::{ComboBox, Frame, Ui};

use crate::actions::Action;
use crate::context::{Asks, Context, Update};
use crate::error_text::{AppError, ErrorText, explain};
use crate::jobs::{Lane, Request, work as jobs};
use crate::shell::buttons::{Look, action_button};

pub use views::{ActivityViews, Period, Tab};

/// Decisions of a page of the history.
const PAGE: usize = 200;

/// What the screen knows.
#[derive(Debug, Default)]
pub struct ActivityModel {
    /// What was done, once counted.
    pub report: Option<Box<ActivityReport>>,
    /// The history as far as it was read, the latest first.
    pub history: Option<HistoryPage>,
    /// Why one of them could not be had.
    pub failure: Option<ErrorText>,
}

/// What the screen asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ActivityAsk {
    /// Count anew.
    Count,
    /// Read the history anew.
    Read,
    /// Read on in the history.
    ReadOn,
}

impl From<ActivityAsk> for crate::context::Ask {
    fn from(ask: ActivityAsk) -> Self {
        Self::Activity(ask)
    }
}

/// Shows the screen, and counts and reads what it shows.
pub fn show_screen(update: &mut Update<'_>) {
    update.context.screen = crate::context::Screen::Activity;
    refresh(update);
}

/// Counts and reads anew.
pub fn refresh(update: &mut Update<'_>) {
    perform(update, ActivityAsk::Count);
    perform(update, ActivityAsk::Read);
}

/// Does what the screen asks for.
pub fn perform(update: &mut Update<'_>, ask: ActivityAsk) {
    let Some(project) = &mut update.context.project else { return };
    project.activity.failure = None;
    let desk = project.desk.clone();
    let views = &update.views.activity;
    let (request, doing) = match ask {
        ActivityAsk::Count => (Request::Activity, tr!("activity-computing")),
        ActivityAsk::Read | ActivityAsk::ReadOn => (Request::History, tr!("activity-reading")),
    };
    let ticket = update.context.outstanding.issue(request);
    let is_taken = if ask == ActivityAsk::Count {
        let span = views.period.length_ms().map(|ms| Span { from_ms: desk.now() - ms, to_ms: i64::MAX });
        update.jobs.run(Lane::Batch, ticket.clone(), move || jobs::activity(&desk, span))
    } else {
        let known = project.activity.history.as_ref().filter(|_| ask == ActivityAsk::ReadOn);
        let before = known.and_then(|page| page.rows.last()).map_or(i64::MAX, |row| row.seq);
        let wanted = views.wanted(project.label.sample());
        update.jobs.run(Lane::Batch, ticket.clone(), move || jobs::history(&desk, before, PAGE, &wanted))
    };
    if !is_taken {
        update.context.outstanding.settle(&ticket);
        update.context.messages.error(explain(doing, &AppError::Busy));
    }
}

/// Takes in what was counted.
pub fn take(update: &mut Update<'_>, result: Result<Box<ActivityReport>, AppError>) {
    let Some(project) = &mut update.context.project else { return };
    match result {
        Ok(report) => project.activity.report = Some(report),
        Err(error) => project.activity.failure = Some(explain(tr!("activity-computing"), &error)),
    }
}

/// Takes in a page of the history that lies before `before`.
pub fn take_history(update: &mut Update<'_>, result: Result<(i64, HistoryPage), AppError>) {
    let Some(project) = &mut update.context.project else { return };
    match (result, &mut project.activity.history) {
        (Ok((before, page)), Some(known)) if before < i64::MAX => {
            known.rows.extend(page.rows);
            known.has_more = page.has_more;
        }
        (Ok((_, page)), known) => *known = Some(page),
        (Err(error), _) => project.activity.failure = Some(explain(tr!("activity-reading"), &error)),
    }
}

/// Shows the screen.
pub fn show(ui: &mut Ui, context: &Context, views: &mut ActivityViews, asks: &mut Asks) {
    let Some(project) = &context.project else {
        empty_state(ui, tr!("activity-no-project"), tr!("activity-no-project-next"));
        return;
    };
    Frame::NONE.inner_margin(16).show(ui, |ui| {
        ui.horizontal(|ui| {
            ui.heading(tr!("activity-heading"));
            ui.add_space(2.0 * GRID);
            action_button(ui, context, asks, Action::RefreshActivity, Look::Plain, None);
            period(ui, views, asks);
            if context.outstanding.awaits(&Request::Activity) {
                ui.weak(tr!("activity-busy"));
            }
        });
        if let Some(failure) = &project.activity.failure {
            status_label(ui, Status::Error, &failure.what);
            crate::shell::explanation(ui, failure);
            return;
        }
        ui.horizontal(|ui| {
            for tab in Tab::ALL {
                if ui.selectable_label(views.tab == tab, tab.name()).clicked() {
                    views.tab = tab;
                }
            }
        });
        ui.separator();
        match views.tab {
            Tab::Work => work::show(ui, project.activity.report.as_deref()),
            Tab::History => history::show(ui, project, views, asks),
        }
    });
}

/// The span of time that is counted.
fn period(ui: &mut Ui, views: &mut ActivityViews, asks: &mut Asks) {
    if views.tab != Tab::Work {
        return;
    }
    let before = views.period;
    ComboBox::new("period", tr!("activity-period")).selected_text(views.period.name()).show_ui(ui, |ui| {
        for period in Period::ALL {
            ui.selectable_value(&mut views.period, period, period.name());
        }
    });
    if views.period != before {
        asks.send(ActivityAsk::Count.into());
    }
}
