//! How each annotator labels: a table of all whose figures may be shown, and one of them in detail.

use concord_language::tr;
use concord_metrics::Metric;
use concord_metrics::reliability::Verdict;
use concord_project::agree::ENOUGH_SAMPLES;
use concord_project::annotators::{AnnotatorFigures, AnnotatorsReport, MonthFigures, Slip};
use concord_project::queue::KnownAnswers;
use concord_widgets::charts::{Line, LineChart, LinePoint, MatrixHeat};
use concord_widgets::parts::empty_state;
use concord_widgets::theme::GRID;
use egui::{Grid, RichText, Ui};

use super::AgreementViews;
use super::confusion::ENOUGH_IN_CELL;
use super::figures::{heading, lines, narrow_cell, why};

const WIDEST: f32 = 900.0;
/// Most mistakes of one person that are named.
const SLIPS: usize = 6;

/// Where the confusion of a person comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Against {
    /// Counted against gold.
    #[default]
    Gold,
    /// Estimated from what all say.
    Others,
}

pub(super) fn show(ui: &mut Ui, report: &AnnotatorsReport, views: &mut AgreementViews) {
    if report.annotators.is_empty() {
        let next = if report.hidden > 0 { tr!("people-only-owner") } else { tr!("agreement-nobody-next") };
        empty_state(ui, tr!("people-nobody"), next);
        return;
    }
    ui.weak(tr!(
        "people-method",
        decided = report.gold_decided,
        voted = report.gold_by_vote,
        alone = report.gold_alone
    ));
    hidden(ui, report.hidden);
    ui.add_space(GRID);
    table(ui, &report.annotators, views);
    ui.add_space(4.0 * GRID);
    ui.set_max_width(WIDEST.min(ui.available_width()));
    if let Some(figures) = report.annotators.get(views.person) {
        detail(ui, figures, &report.classes, views);
    }
}

/// That there are figures which are not shown.
pub(crate) fn hidden(ui: &mut Ui, count: u64) {
    if count > 0 {
        ui.weak(tr!("people-hidden", count = count));
    }
}

fn table(ui: &mut Ui, annotators: &[AnnotatorFigures], views: &mut AgreementViews) {
    Grid::new("people").striped(true).spacing([16.0, 6.0]).show(ui, |ui| {
        for (name, meaning) in [
            (tr!("people-column-person"), ""),
            (tr!("people-column-sets"), ""),
            ("f1_cls", tr!("people-f1-cls")),
            ("mean_iou", tr!("people-mean-iou")),
            ("kappa_cls", tr!("people-kappa-cls")),
            (tr!("people-column-accuracy"), tr!("people-accuracy")),
            (tr!("people-column-known"), tr!("people-known")),
            (tr!("people-column-trend"), tr!("people-trend")),
            (tr!("people-column-time"), tr!("people-time")),
            (tr!("people-column-unchanged"), tr!("people-unchanged")),
        ] {
            heading(ui, name, meaning);
        }
        ui.end_row();
        for (place, figures) in annotators.iter().enumerate() {
            if ui.selectable_label(views.person == place, &figures.annotator).clicked() {
                views.person = place;
            }
            row(ui, figures);
            ui.end_row();
        }
    });
}

fn row(ui: &mut Ui, figures: &AnnotatorFigures) {
    let objects = tr!("people-objects", count = figures.objects);
    lines(ui, &figures.label_sets.to_string(), &[&objects], true);
    let few = if figures.gold.is_thin { tr!("agreement-few") } else { "" };
    let gold = &figures.gold;
    narrow_cell(ui, &gold.f1_cls, tr!("people-f1-cls"));
    narrow_cell(ui, &gold.mean_iou, tr!("people-mean-iou"));
    narrow_cell(ui, &gold.kappa_cls, tr!("people-kappa-cls"));
    narrow_cell(ui, &figures.confusion.accuracy, tr!("people-accuracy"));
    known(ui, figures.known_answers.as_ref());
    narrow_cell(ui, &figures.course.trend, tr!("people-trend"));
    time(ui, figures);
    narrow_cell(ui, &figures.suggestions.unchanged_share, tr!("people-unchanged"));
    if !few.is_empty() {
        ui.weak(few).on_hover_text(tr!("agreement-few-hint"));
    }
}

fn known(ui: &mut Ui, answers: Option<&KnownAnswers>) {
    let Some(KnownAnswers { reliability, .. }) = answers else {
        lines(ui, tr!("agreement-undefined"), &[tr!("people-known-none")], false);
        return;
    };
    let verdict = match reliability.verdict {
        Verdict::Fine => tr!("people-known-fine"),
        Verdict::Doubtful => tr!("people-known-doubtful"),
        Verdict::TooLow => tr!("people-known-too-low"),
    };
    let passed = tr!("people-known-passed", passed = reliability.passed, tasks = reliability.tasks);
    let rate = format!("{:.2} [{:.2}, {:.2}]", reliability.mean, reliability.low, reliability.high);
    lines(ui, &passed, &[&rate, verdict], true).on_hover_text(tr!("people-known"));
}

fn time(ui: &mut Ui, figures: &AnnotatorFigures) {
    let (Some(median), Some(p90)) = (figures.median_s.value(), figures.p90_s.value()) else {
        lines(ui, tr!("agreement-undefined"), &[tr!("people-time-none")], false);
        return;
    };
    let rest = tr!("people-time-p90", seconds = format!("{p90:.1}"));
    let count = format!("n {}", figures.median_s.n());
    lines(ui, &format!("{median:.1} s"), &[&rest, &count], true).on_hover_text(tr!("people-time"));
}

fn detail(ui: &mut Ui, figures: &AnnotatorFigures, classes: &[String], views: &mut AgreementViews) {
    ui.label(RichText::new(&figures.annotator).size(15.0).strong());
    let s = &figures.suggestions;
    if s.unchanged + s.edited + s.rejected > 0 {
        ui.label(tr!("people-suggestions", unchanged = s.unchanged, edited = s.edited, rejected = s.rejected));
    }
    slips(ui, figures, classes);
    ui.add_space(2.0 * GRID);
    confusion(ui, figures, classes, views);
    ui.add_space(4.0 * GRID);
    course(ui, figures);
}

/// What the person takes for what, in words.
fn slips(ui: &mut Ui, figures: &AnnotatorFigures, classes: &[String]) {
    let name = |class: usize| classes.get(class).map_or(tr!("agreement-nothing"), String::as_str);
    let slip = |slip: &Slip| tr!("people-slip", said = name(slip.said), truth = name(slip.truth), count = slip.count);
    let told: Vec<String> = figures.confusion.slips.iter().take(SLIPS).map(slip).collect();
    if !told.is_empty() {
        ui.label(tr!("people-slips", slips = told.join(", ")));
    }
}

fn confusion(ui: &mut Ui, figures: &AnnotatorFigures, classes: &[String], views: &mut AgreementViews) {
    let confusion = &figures.confusion;
    ui.horizontal(|ui| {
        for (against, name, hint) in [
            (Against::Gold, tr!("people-against-gold"), tr!("people-against-gold-hint")),
            (Against::Others, tr!("people-against-others"), tr!("people-against-others-hint")),
        ] {
            if ui.selectable_label(views.against == against, name).on_hover_text(hint).clicked() {
                views.against = against;
            }
        }
    });
    let mut names = classes.to_vec();
    names.push(tr!("agreement-nothing").to_owned());
    let columns = tr!("agreement-says", annotator = &figures.annotator);
    match views.against {
        Against::Gold if figures.gold.samples == 0 => {
            ui.weak(tr!("people-no-gold"));
        }
        Against::Gold => {
            let values: Vec<Option<f64>> = confusion.against_gold.iter().flatten().map(|n| Some(*n as f64)).collect();
            let heat = MatrixHeat::new(tr!("people-confusion-gold"), &names, &names, &values);
            heat.axes(tr!("people-axis-gold"), &columns).enough(ENOUGH_IN_CELL).show(ui);
            ui.weak(tr!("people-few-cells", least = format!("{ENOUGH_IN_CELL:.0}")));
        }
        Against::Others => match &confusion.estimated {
            None => {
                ui.weak(tr!("people-no-others"));
            }
            Some(rows) => {
                let values: Vec<Option<f64>> = rows.iter().flatten().map(|rate| Some(*rate)).collect();
                let heat = MatrixHeat::new(tr!("people-confusion-others"), &names, &names, &values);
                heat.axes(tr!("people-axis-truth"), &columns).decimals(2).range(0.0, 1.0).show(ui);
                ui.weak(tr!("people-estimate"));
            }
        },
    }
}

fn course(ui: &mut Ui, figures: &AnnotatorFigures) {
    let months = &figures.course.months;
    if months.len() < 2 {
        return;
    }
    let names: Vec<String> = months.iter().map(|month| month.month.clone()).collect();
    let points = |of: fn(&MonthFigures) -> Metric| -> Vec<LinePoint> {
        let point = |(place, month): (usize, &MonthFigures)| {
            let metric = of(month);
            LinePoint {
                x: place as f64,
                value: metric.value(),
                interval: None,
                is_faint: metric.n() < ENOUGH_SAMPLES,
                note: metric.reason().map_or_else(|| format!("n {}", metric.n()), |reason| why(reason).to_owned()),
            }
        };
        months.iter().enumerate().map(point).collect()
    };
    let quality = [Line { name: "f1_cls".to_owned(), points: points(|month| month.f1_cls) }];
    let chart = LineChart::new(tr!("people-course"), tr!("agreement-month-axis"), "f1_cls", &quality);
    chart.x_names(&names).y_range(0.0, 1.0).show(ui);
    ui.add_space(3.0 * GRID);
    let pace = [Line { name: tr!("people-seconds").to_owned(), points: points(|month| month.median_s) }];
    let highest = months.iter().filter_map(|month| month.median_s.value()).fold(1.0, f64::max);
    let chart = LineChart::new(tr!("people-pace"), tr!("agreement-month-axis"), tr!("people-seconds"), &pace);
    chart.x_names(&names).y_range(0.0, 1.1 * highest).show(ui);
}
