//! Campaigns: what is labelled again, how far that is, and whether people agree more than before.

use concord_language::tr;
use concord_metrics::Metric;
use concord_project::campaign::{CampaignReport, Figures};
use concord_widgets::parts::empty_state;
use concord_widgets::theme::GRID;
use egui::{Grid, Label, RichText, TextWrapMode, Ui};

use super::show::loaded;
use super::words::{column, figure, moment, rise, strong};
use super::{PolicyModel, PolicyViews};
use crate::actions::Action;
use crate::context::{Asks, Context, OpenProject};
use crate::shell::buttons::{Look, action_button};

/// A figure of a campaign: its name in files, what it says, and its value.
type Measure = (&'static str, &'static str, fn(&Figures) -> Metric);

const REASON_WIDTH: f32 = 260.0;

/// The names are those of the figures in files and reports, the same in every language.
fn measures() -> [Measure; 4] {
    [
        ("kappa_cls", tr!("agreement-kappa-cls"), |f| f.kappa_cls),
        ("f1_cls", tr!("agreement-f1-cls"), |f| f.f1_cls),
        ("f1_loc", tr!("agreement-f1-loc"), |f| f.f1_loc),
        ("mean_iou", tr!("agreement-mean-iou"), |f| f.mean_iou),
    ]
}

pub(super) fn show(ui: &mut Ui, context: &Context, project: &OpenProject, views: &mut PolicyViews, asks: &mut Asks) {
    ui.horizontal(|ui| {
        action_button(ui, context, asks, Action::NewCampaign, Look::Plain, None);
        ui.weak(tr!("policy-campaign-words"));
    });
    ui.add_space(2.0 * GRID);
    let model: &PolicyModel = &project.policy;
    let Some(all) = loaded(ui, model.campaigns.as_ref()) else { return };
    let chosen = views.campaign.as_ref().and_then(|name| all.iter().find(|one| one.name == *name));
    let Some(chosen) = chosen.or(all.first()) else {
        empty_state(ui, tr!("policy-no-campaign"), tr!("policy-no-campaign-next"));
        return;
    };
    if let Some(name) = table(ui, all, &chosen.name) {
        views.campaign = Some(name);
    }
    ui.add_space(4.0 * GRID);
    detail(ui, chosen);
}

/// The table; gives back the name of the row that was chosen.
fn table(ui: &mut Ui, all: &[CampaignReport], shown: &str) -> Option<String> {
    let mut chosen = None;
    let [kappa, f1, ..] = measures();
    Grid::new("campaigns").striped(true).spacing([18.0, 6.0]).show(ui, |ui| {
        column(ui, tr!("policy-column-campaign"), "");
        column(ui, tr!("policy-column-progress"), tr!("policy-column-progress-hint"));
        column(ui, tr!("policy-column-samples"), tr!("policy-column-samples-hint"));
        for (name, meaning, _) in [kappa, f1] {
            column(ui, name, meaning);
            column(ui, tr!("policy-column-change"), tr!("policy-column-change-hint"));
        }
        column(ui, tr!("policy-column-reason"), "");
        ui.end_row();
        for told in all {
            if ui.selectable_label(told.name == shown, &told.name).clicked() {
                chosen = Some(told.name.clone());
            }
            ui.label(tr!("policy-done-of", done = told.done, tasks = told.tasks));
            ui.label(told.samples.to_string());
            for ((_, meaning, of), change) in [(kappa, &told.kappa_cls_change), (f1, &told.f1_cls_change)] {
                before_and_after(ui, told, of, meaning);
                cell(ui, rise(change), change.is_defined());
            }
            ui.scope(|ui| {
                ui.set_max_width(REASON_WIDTH);
                ui.add(Label::new(&told.reason).truncate()).on_hover_text(&told.reason);
            });
            ui.end_row();
        }
    });
    chosen
}

/// A figure before and after, with the reason below where one of the two is not defined.
fn before_and_after(ui: &mut Ui, told: &CampaignReport, of: fn(&Figures) -> Metric, meaning: &str) {
    let (Some(before), Some(after)) = (&told.before, &told.after) else {
        ui.weak("–").on_hover_text(tr!("policy-campaign-nothing-yet"));
        return;
    };
    let (before, after) = (of(before), of(after));
    let undefined = [before, after].into_iter().find(|metric| !metric.is_defined());
    // The arrow is in the font of fixed width only.
    let words = tr!("policy-before-after", before = figure(&before).0, after = figure(&after).0);
    let words = RichText::new(words).monospace();
    let Some(undefined) = undefined else {
        ui.label(words).on_hover_text(meaning);
        return;
    };
    ui.vertical(|ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        ui.style_mut().wrap_mode = Some(TextWrapMode::Extend);
        ui.label(words).on_hover_text(meaning);
        ui.label(RichText::new(figure(&undefined).1).small().weak());
    });
}

/// A figure with what stands below it in small.
fn cell(ui: &mut Ui, (number, below): (String, String), is_defined: bool) {
    ui.vertical(|ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        ui.style_mut().wrap_mode = Some(TextWrapMode::Extend);
        ui.label(if is_defined { RichText::new(number).strong() } else { RichText::new(number).weak() });
        if !below.is_empty() {
            ui.label(RichText::new(below).small().weak());
        }
    });
}

/// One campaign: what it is about, how far it is, and all its figures.
fn detail(ui: &mut Ui, told: &CampaignReport) {
    strong(ui, &told.name);
    ui.add(Label::new(&told.reason).wrap());
    let (version, when) = (told.policy_version.to_string(), moment(told.at_utc_ms));
    ui.weak(tr!("policy-campaign-begun", by = &told.by, when = when, version = version));
    ui.weak(tr!("policy-campaign-progress", done = told.done, tasks = told.tasks));
    ui.add_space(2.0 * GRID);
    let (Some(before), Some(after)) = (&told.before, &told.after) else {
        ui.label(tr!("policy-campaign-nothing-yet"));
        return;
    };
    ui.label(tr!("policy-campaign-rests-on", count = told.samples));
    ui.add_space(GRID);
    Grid::new("figures of a campaign").striped(true).spacing([24.0, 6.0]).show(ui, |ui| {
        column(ui, tr!("policy-column-measure"), "");
        column(ui, tr!("policy-column-before"), "");
        column(ui, tr!("policy-column-after"), "");
        column(ui, tr!("policy-column-change"), tr!("policy-column-change-hint"));
        column(ui, tr!("policy-column-meaning"), "");
        ui.end_row();
        for ((name, meaning, of), change) in
            measures().into_iter().zip([Some(&told.kappa_cls_change), Some(&told.f1_cls_change), None, None])
        {
            ui.label(name);
            for metric in [of(before), of(after)] {
                cell(ui, figure(&metric), metric.is_defined());
            }
            match change {
                Some(change) => cell(ui, rise(change), change.is_defined()),
                None => drop(ui.weak("–").on_hover_text(tr!("policy-no-change-figure"))),
            }
            ui.weak(meaning);
            ui.end_row();
        }
    });
}
