//! What people confuse, the costliest first, with the way to the samples behind it.

use concord_language::{Message, say, tr};
use concord_project::agree::{Ambiguities, Ambiguity, Confused};
use concord_widgets::parts::empty_state;
use concord_widgets::theme::GRID;
use egui::{Grid, Label, Ui};

use super::figures::{cell, heading};
use super::{AgreementViews, Behind, Chosen};

/// Most rows that are shown.
const MOST: usize = 100;
/// From so many minutes on time is said in hours.
const MINUTES_TO_HOURS: f64 = 120.0;

/// A kind of what is confused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Kind {
    #[default]
    Classes,
    Values,
    Nothing,
}

impl Kind {
    const ALL: [Self; 3] = [Self::Classes, Self::Values, Self::Nothing];

    fn of(what: &Confused) -> Self {
        match what {
            Confused::Classes { .. } => Self::Classes,
            Confused::Values { .. } => Self::Values,
            Confused::Nothing { .. } => Self::Nothing,
        }
    }

    fn name(self, count: usize) -> String {
        match self {
            Self::Classes => tr!("agreement-confused-classes", count = count),
            Self::Values => tr!("agreement-confused-values", count = count),
            Self::Nothing => tr!("agreement-confused-nothing", count = count),
        }
    }
}

pub(super) fn show(ui: &mut Ui, found: &Ambiguities, views: &mut AgreementViews) {
    ui.add(Label::new(tr!("agreement-confused-words")).wrap());
    let rests_on = match found.hours_each {
        Some(hours) => tr!("agreement-confused-each", time = time(hours), count = found.judged),
        None => tr!("agreement-confused-unjudged").to_owned(),
    };
    ui.add(Label::new(egui::RichText::new(rests_on).weak()).wrap());
    ui.add_space(GRID);
    kinds(ui, found, views);
    ui.add_space(GRID);
    let listed: Vec<&Ambiguity> = found.pairs.iter().filter(|pair| Kind::of(&pair.what) == views.confused).collect();
    if listed.is_empty() {
        empty_state(ui, tr!("agreement-confused-none"), tr!("agreement-confused-none-next"));
        return;
    }
    table(ui, &listed[..listed.len().min(MOST)], found, views);
    if listed.len() > MOST {
        ui.weak(tr!("agreement-confused-more", count = listed.len() - MOST));
    }
}

/// Which kind is listed.
fn kinds(ui: &mut Ui, found: &Ambiguities, views: &mut AgreementViews) {
    ui.horizontal_wrapped(|ui| {
        for kind in Kind::ALL {
            let count = found.pairs.iter().filter(|pair| Kind::of(&pair.what) == kind).count();
            if ui.selectable_label(views.confused == kind, kind.name(count)).clicked() && views.confused != kind {
                views.confused = kind;
                views.choose(None);
            }
        }
    });
}

fn table(ui: &mut Ui, listed: &[&Ambiguity], found: &Ambiguities, views: &mut AgreementViews) {
    let (has_time, has_money) = (found.hours_each.is_some(), !found.currency.is_empty());
    let mut chosen = None;
    Grid::new("what is confused").striped(true).spacing([20.0, 6.0]).show(ui, |ui| {
        heading(ui, tr!("agreement-column-confused"), "");
        if has_time {
            heading(ui, tr!("agreement-column-time"), tr!("agreement-column-time-hint"));
        }
        if has_time && has_money {
            heading(ui, tr!("agreement-column-money"), tr!("agreement-column-time-hint"));
        }
        heading(ui, tr!("agreement-column-count"), tr!("agreement-column-count-hint"));
        heading(ui, tr!("agreement-column-share"), tr!("agreement-column-share-hint"));
        heading(ui, tr!("agreement-column-images"), "");
        heading(ui, tr!("agreement-column-people"), "");
        ui.end_row();
        for pair in listed {
            let key = Chosen::Confused(pair.what.clone());
            let title = name(&pair.what);
            let response = ui.selectable_label(views.chosen() == Some(&key), title.local());
            if response.on_hover_text(tr!("agreement-group-hint")).clicked() {
                chosen = Some((key, Behind::confused(title, &pair.behind)));
            }
            if has_time {
                ui.label(pair.hours.map(time).unwrap_or_default());
            }
            if has_time && has_money {
                let money = pair.money.map(|money| format!("{money:.2}")).unwrap_or_default();
                ui.label(tr!("agreement-money", money = money, currency = &found.currency));
            }
            ui.label(tr!("agreement-counted", count = pair.count, open = pair.open));
            cell(ui, &pair.share, tr!("agreement-column-share-hint"));
            ui.label(pair.samples.to_string());
            ui.label(pair.annotators.to_string());
            ui.end_row();
        }
    });
    if chosen.is_some() {
        views.choose(chosen);
    }
}

/// What is confused, in words.
fn name(what: &Confused) -> Message {
    match what {
        Confused::Classes { a, b } => say!("agreement-confused-pair", a = a, b = b),
        Confused::Values { class, attribute, a, b: Some(b) } => {
            say!("agreement-confused-value", class = class, attribute = attribute, a = a, b = b)
        }
        Confused::Values { class, attribute, a, b: None } => {
            let unset = say!("agreement-not-set");
            say!("agreement-confused-value", class = class, attribute = attribute, a = a, b = unset)
        }
        Confused::Nothing { class } => say!("agreement-confused-gone", class = class),
    }
}

/// A working time in words.
fn time(hours: f64) -> String {
    let minutes = hours * 60.0;
    if minutes < MINUTES_TO_HOURS {
        tr!("agreement-minutes", minutes = format!("{minutes:.1}"))
    } else {
        tr!("agreement-hours", hours = format!("{hours:.1}"))
    }
}
