//! The stress report: how a model holds up when its images get worse.

use concord_metrics::robustness::Robustness;
use concord_metrics::value::Metric;
use serde::Serialize;

use crate::charts::Curve;
use crate::error::ReportError;
use crate::model::{GateResult, Head, HeatMap, Picture};
use crate::view::{Cell, GateView, HeadView, HeatView, Notes, PictureView, Summary, gate_views};

/// How a model holds up under perturbations.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct StressReport {
    /// What was measured, on what, by which rules.
    #[serde(flatten)]
    pub head: Head,
    /// Name of the metric: "AP".
    pub metric: String,
    /// The severities that were tried, rising.
    pub severities: Vec<u8>,
    /// The perturbations, with one cell a severity each.
    pub types: Vec<StressType>,
    /// The summary numbers over `types`, in the same order.
    pub robustness: Robustness,
    /// The gates, where some were judged.
    pub gates: Vec<GateResult>,
}

/// A perturbation.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct StressType {
    /// Name for people.
    pub name: String,
    /// The metric at each severity.
    pub cells: Vec<Metric>,
    /// An example.
    pub pictures: Option<PicturePair>,
}

/// The same image clean and perturbed.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PicturePair {
    /// The clean image.
    pub clean: Picture,
    /// The perturbed image.
    pub perturbed: Picture,
}

#[derive(Serialize)]
pub(crate) struct StressView {
    head: HeadView,
    summary: Summary,
    metric: String,
    clean: Cell,
    mpc: Cell,
    rpc: Cell,
    left_out: u64,
    gates: Vec<GateView>,
    heat: HeatView,
    curves: Vec<Curve>,
    pairs: Vec<PairView>,
    notes: Vec<String>,
}

#[derive(Serialize)]
struct PairView {
    name: String,
    clean: PictureView,
    perturbed: PictureView,
}

impl StressReport {
    /// Checks that every perturbation has one cell a severity, and the summary one number a perturbation.
    pub(crate) fn check(&self) -> Result<(), ReportError> {
        let severities = self.severities.len();
        if let Some(odd) = self.types.iter().find(|t| t.cells.len() != severities) {
            let why = format!("{} has {} cells for {severities} severities", odd.name, odd.cells.len());
            return Err(ReportError::Shape(why));
        }
        let summary = &self.robustness;
        let fits = summary.per_type.len() == self.types.len()
            && (summary.per_severity.len() == severities || self.types.is_empty());
        if fits { Ok(()) } else { Err(ReportError::Shape("the summary is of other perturbations".to_owned())) }
    }

    pub(crate) fn view(&self) -> StressView {
        let mut notes = Notes::default();
        let summary = &self.robustness;
        let [clean, mpc, rpc] = [summary.clean, summary.mpc, summary.rpc].map(|m| Cell::new(&m, &mut notes));
        let pair = |t: &StressType| {
            let pair = t.pictures.as_ref()?;
            let (clean, perturbed) = (PictureView::new(&pair.clean), PictureView::new(&pair.perturbed));
            Some(PairView { name: t.name.clone(), clean, perturbed })
        };
        StressView {
            head: HeadView::new(&self.head),
            summary: Summary::of(&self.gates),
            metric: self.metric.clone(),
            clean,
            mpc,
            rpc,
            left_out: summary.left_out,
            gates: gate_views(&self.gates, &mut notes),
            heat: HeatView::new(&self.heat_map(), &mut notes),
            curves: self.curves(),
            pairs: self.types.iter().filter_map(pair).collect(),
            notes: notes.into_lines(),
        }
    }

    /// The matrix with the mean of each perturbation in the last column and of each severity in the last row.
    fn heat_map(&self) -> HeatMap {
        let mut rows: Vec<String> = self.types.iter().map(|t| t.name.clone()).collect();
        let mut columns: Vec<String> = self.severities.iter().map(|s| format!("severity {s}")).collect();
        let with_mean = |(t, mean): (&StressType, &Metric)| t.cells.iter().chain([mean]).copied().collect();
        let mut cells: Vec<Vec<Metric>> = self.types.iter().zip(&self.robustness.per_type).map(with_mean).collect();
        columns.push("mean".to_owned());
        if !rows.is_empty() {
            rows.push("mean".to_owned());
            cells.push(self.robustness.per_severity.iter().chain([&self.robustness.mpc]).copied().collect());
        }
        HeatMap { rows, columns, cells }
    }

    fn curves(&self) -> Vec<Curve> {
        let all = self.types.iter().flat_map(|t| &t.cells).chain([&self.robustness.clean]);
        let top = all.filter_map(|m| m.ci().map(|c| c.high).or(m.value())).fold(0.0, f64::max);
        // A tick at each tenth, and room above the highest value.
        let top = ((top * 10.0 + 0.25).ceil() / 10.0).clamp(0.1, 1.0);
        let curve = |t: &StressType| Curve::new(&t.name, &self.robustness.clean, &self.severities, &t.cells, top);
        self.types.iter().map(curve).collect()
    }
}
