//! The validation report: a model against the reference, per slice, class and gate.

use concord_domain::gate::{Gate, GateMetric};
use concord_metrics::coco::CocoNumbers;
use concord_metrics::value::Metric;
use serde::Serialize;

use crate::charts::{DotPlot, DotRow};
use crate::error::ReportError;
use crate::model::{GateResult, Head, HeatMap, Picture};
use crate::view::{Cell, GateView, HeadView, HeatView, Notes, PictureView, Summary, gate_views};

/// How a model does, and where.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ValidationReport {
    /// What was measured, on what, by which rules.
    #[serde(flatten)]
    pub head: Head,
    /// Numbers over all images.
    pub overall: Overall,
    /// One row a slice, in the order in which they are shown.
    pub slices: Vec<SliceRow>,
    /// One row a class, in the order of the ontology.
    pub classes: Vec<ClassRow>,
    /// AP of each slice (rows) and class (columns).
    pub slice_class_ap: HeatMap,
    /// The gates.
    pub gates: Vec<GateResult>,
    /// The worst images, with their boxes.
    pub pictures: Vec<Picture>,
}

/// Numbers over all images.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Overall {
    /// The twelve COCO numbers.
    pub coco: CocoNumbers,
    /// Precision at the operating point.
    pub precision: Metric,
    /// Recall at the operating point.
    pub recall: Metric,
    /// F1 at the operating point.
    pub f1: Metric,
    /// False positives per image at the operating point.
    pub false_positives_per_image: Metric,
}

/// Numbers of a slice.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SliceRow {
    /// Name of the slice.
    pub name: String,
    /// Who answers for it.
    pub owner: String,
    /// How much it matters; 1 is ordinary.
    pub importance: f64,
    /// Number of images.
    pub images: u64,
    /// Number of reference objects.
    pub objects: u64,
    /// COCO AP.
    pub ap: Metric,
    /// COCO AP at IoU 0.50.
    pub ap50: Metric,
    /// Precision at the operating point.
    pub precision: Metric,
    /// Recall at the operating point.
    pub recall: Metric,
    /// F1 at the operating point.
    pub f1: Metric,
}

/// Numbers of a class.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ClassRow {
    /// Name of the class.
    pub name: String,
    /// Number of reference objects.
    pub objects: u64,
    /// COCO AP.
    pub ap: Metric,
    /// COCO AP at IoU 0.50.
    pub ap50: Metric,
    /// Precision at the operating point.
    pub precision: Metric,
    /// Recall at the operating point.
    pub recall: Metric,
}

#[derive(Serialize)]
pub(crate) struct ValidationView {
    head: HeadView,
    summary: Summary,
    cards: Vec<Named>,
    coco: Vec<Named>,
    gates: Vec<GateView>,
    plots: Vec<DotPlot>,
    slices: Vec<SliceView>,
    classes: Vec<ClassView>,
    heat: HeatView,
    pictures: Vec<PictureView>,
    notes: Vec<String>,
}

#[derive(Serialize)]
struct Named {
    name: &'static str,
    meaning: &'static str,
    cell: Cell,
}

#[derive(Serialize)]
struct SliceView {
    name: String,
    owner: String,
    importance: String,
    images: u64,
    objects: u64,
    cells: Vec<Cell>,
}

#[derive(Serialize)]
struct ClassView {
    name: String,
    objects: u64,
    cells: Vec<Cell>,
}

impl SliceRow {
    fn metric(&self, metric: GateMetric) -> Option<Metric> {
        match metric {
            GateMetric::Ap => Some(self.ap),
            GateMetric::Ap50 => Some(self.ap50),
            GateMetric::Ap75 => None,
            GateMetric::Precision => Some(self.precision),
            GateMetric::Recall => Some(self.recall),
            GateMetric::F1 => Some(self.f1),
        }
    }

    /// True when the gate is about this slice by name; gates about all samples belong to the slice `all`.
    fn is_judged_by(&self, gate: &Gate) -> bool {
        gate.slice == self.name || (gate.is_about_all() && self.name == "all")
    }
}

impl ValidationReport {
    /// Checks that the heat map is as large as its names say.
    pub(crate) fn check(&self) -> Result<(), ReportError> {
        let heat = &self.slice_class_ap;
        let fits = heat.cells.len() == heat.rows.len() && heat.cells.iter().all(|r| r.len() == heat.columns.len());
        if fits {
            Ok(())
        } else {
            Err(ReportError::Shape("the heat map has more or fewer cells than names".to_owned()))
        }
    }

    pub(crate) fn view(&self) -> ValidationView {
        let mut notes = Notes::default();
        let cards = self.cards(&mut notes);
        let gates = gate_views(&self.gates, &mut notes);
        let plots = self.plots();
        let slices = self.slices.iter().map(|s| slice_view(s, &mut notes)).collect();
        let classes = self.classes.iter().map(|c| class_view(c, &mut notes)).collect();
        let heat = HeatView::new(&self.slice_class_ap, &mut notes);
        let coco = self.coco(&mut notes);
        ValidationView {
            head: HeadView::new(&self.head),
            summary: Summary::of(&self.gates),
            cards,
            coco,
            gates,
            plots,
            slices,
            classes,
            heat,
            pictures: self.pictures.iter().map(PictureView::new).collect(),
            notes: notes.into_lines(),
        }
    }

    fn cards(&self, notes: &mut Notes) -> Vec<Named> {
        let o = &self.overall;
        [
            ("AP", "COCO average precision, IoU 0.50 to 0.95", o.coco.ap),
            ("AP50", "COCO average precision at IoU 0.50", o.coco.ap50),
            ("Precision", "at the operating point", o.precision),
            ("Recall", "at the operating point", o.recall),
            ("F1", "at the operating point", o.f1),
            ("False positives", "per image, at the operating point", o.false_positives_per_image),
        ]
        .map(|(name, meaning, metric)| Named { name, meaning, cell: Cell::new(&metric, notes) })
        .into()
    }

    fn coco(&self, notes: &mut Notes) -> Vec<Named> {
        const MEANINGS: [&str; 12] = [
            "precision, mean over IoU 0.50 to 0.95",
            "precision at IoU 0.50",
            "precision at IoU 0.75",
            "precision, objects below 32² px",
            "precision, objects of 32² to 96² px",
            "precision, objects above 96² px",
            "recall with 1 prediction an image",
            "recall with 10 predictions an image",
            "recall with 100 predictions an image",
            "recall, objects below 32² px",
            "recall, objects of 32² to 96² px",
            "recall, objects above 96² px",
        ];
        let named = self.overall.coco.named().into_iter().zip(MEANINGS);
        named.map(|((name, metric), meaning)| Named { name, meaning, cell: Cell::new(&metric, notes) }).collect()
    }

    /// A dot plot of recall and AP, and of every other metric that a gate names.
    fn plots(&self) -> Vec<DotPlot> {
        let named = |metric: GateMetric| self.gates.iter().any(|g| g.gate.metric == metric);
        [
            (GateMetric::Recall, "Recall per slice", true),
            (GateMetric::Ap, "AP per slice", true),
            (GateMetric::Ap50, "AP50 per slice", named(GateMetric::Ap50)),
            (GateMetric::Precision, "Precision per slice", named(GateMetric::Precision)),
            (GateMetric::F1, "F1 per slice", named(GateMetric::F1)),
        ]
        .into_iter()
        .filter(|(.., shown)| *shown && !self.slices.is_empty())
        .map(|(metric, title, _)| DotPlot::new(title, self.slices.iter().filter_map(|s| self.dot_row(s, metric))))
        .collect()
    }

    fn dot_row(&self, slice: &SliceRow, metric: GateMetric) -> Option<DotRow<'_>> {
        let gates = self.gates.iter().filter(|g| g.gate.metric == metric && slice.is_judged_by(&g.gate)).collect();
        Some(DotRow { label: slice.name.clone(), metric: slice.metric(metric)?, gates })
    }
}

fn slice_view(slice: &SliceRow, notes: &mut Notes) -> SliceView {
    let metrics = [slice.ap, slice.ap50, slice.precision, slice.recall, slice.f1];
    SliceView {
        name: slice.name.clone(),
        owner: slice.owner.clone(),
        importance: slice.importance.to_string(),
        images: slice.images,
        objects: slice.objects,
        cells: metrics.iter().map(|m| Cell::new(m, notes)).collect(),
    }
}

fn class_view(class: &ClassRow, notes: &mut Notes) -> ClassView {
    let metrics = [class.ap, class.ap50, class.precision, class.recall];
    let cells = metrics.iter().map(|m| Cell::new(m, notes)).collect();
    ClassView { name: class.name.clone(), objects: class.objects, cells }
}
