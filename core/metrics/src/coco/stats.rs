//! The twelve COCO numbers, overall and per category, under their customary names.

use serde::{Deserialize, Serialize};

use super::curve::{Curve, Swept};
use super::records::THRESHOLDS;
use crate::bootstrap::Resampled;
use crate::value::{Metric, Reason};

/// Index of IoU 0.75 among the thresholds.
const AT_75: usize = 5;

/// The twelve COCO numbers; n counts the objects behind each. `empty` where no object of that size exists (−1 in COCO).
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct CocoNumbers {
    /// Average precision over IoU 0.5 to 0.95.
    #[serde(rename = "AP")]
    pub ap: Metric,
    /// Average precision at IoU 0.5.
    #[serde(rename = "AP50")]
    pub ap50: Metric,
    /// Average precision at IoU 0.75.
    #[serde(rename = "AP75")]
    pub ap75: Metric,
    /// Average precision of objects up to 32² square pixels.
    #[serde(rename = "APs")]
    pub ap_small: Metric,
    /// Average precision of objects from 32² to 96² square pixels.
    #[serde(rename = "APm")]
    pub ap_medium: Metric,
    /// Average precision of objects from 96² square pixels.
    #[serde(rename = "APl")]
    pub ap_large: Metric,
    /// Average recall with one detection per image and category.
    #[serde(rename = "AR1")]
    pub ar1: Metric,
    /// Average recall with ten detections per image and category.
    #[serde(rename = "AR10")]
    pub ar10: Metric,
    /// Average recall with a hundred detections per image and category.
    #[serde(rename = "AR100")]
    pub ar100: Metric,
    /// Average recall of objects up to 32² square pixels.
    #[serde(rename = "ARs")]
    pub ar_small: Metric,
    /// Average recall of objects from 32² to 96² square pixels.
    #[serde(rename = "ARm")]
    pub ar_medium: Metric,
    /// Average recall of objects from 96² square pixels.
    #[serde(rename = "ARl")]
    pub ar_large: Metric,
}

impl CocoNumbers {
    /// The customary names, in the customary order.
    pub const NAMES: [&str; 12] =
        ["AP", "AP50", "AP75", "APs", "APm", "APl", "AR1", "AR10", "AR100", "ARs", "ARm", "ARl"];

    /// All numbers with their names, in the customary order.
    pub fn named(&self) -> [(&'static str, Metric); 12] {
        let values = self.values();
        std::array::from_fn(|at| (Self::NAMES[at], values[at]))
    }

    /// The number called `name`, such as `AP50`.
    pub fn get(&self, name: &str) -> Option<Metric> {
        self.named().into_iter().find(|(known, _)| *known == name).map(|(_, metric)| metric)
    }

    fn values(&self) -> [Metric; 12] {
        [
            self.ap,
            self.ap50,
            self.ap75,
            self.ap_small,
            self.ap_medium,
            self.ap_large,
            self.ar1,
            self.ar10,
            self.ar100,
            self.ar_small,
            self.ar_medium,
            self.ar_large,
        ]
    }

    fn from_values(values: &[Metric; 12]) -> Self {
        let [ap, ap50, ap75, ap_small, ap_medium, ap_large, ar1, ar10, ar100, ar_small, ar_medium, ar_large] = *values;
        Self { ap, ap50, ap75, ap_small, ap_medium, ap_large, ar1, ar10, ar100, ar_small, ar_medium, ar_large }
    }

    fn of(swept: &Swept) -> Self {
        let of_area = |area: usize, number: fn(&Curve) -> f64| match &swept.curves[area] {
            Some(curve) => Metric::new(number(curve), swept.objects[area]),
            None => Metric::undefined(Reason::Empty),
        };
        let limited = |at: usize| match swept.objects[0] {
            0 => Metric::undefined(Reason::Empty),
            objects => Metric::new(swept.recall_at[at], objects),
        };
        Self {
            ap: of_area(0, mean_precision),
            ap50: of_area(0, |curve| curve.precision[0]),
            ap75: of_area(0, |curve| curve.precision[AT_75]),
            ap_small: of_area(1, mean_precision),
            ap_medium: of_area(2, mean_precision),
            ap_large: of_area(3, mean_precision),
            ar1: limited(0),
            ar10: limited(1),
            ar100: of_area(0, mean_recall),
            ar_small: of_area(1, mean_recall),
            ar_medium: of_area(2, mean_recall),
            ar_large: of_area(3, mean_recall),
        }
    }

    /// The mean over the categories in which a number is defined; n is the sum of their objects.
    fn mean(categories: &[CategoryStats]) -> Self {
        let columns: Vec<[Metric; 12]> = categories.iter().map(|category| category.numbers.values()).collect();
        Self::from_values(&std::array::from_fn(|at| {
            let defined: Vec<Metric> = columns.iter().map(|row| row[at]).filter(Metric::is_defined).collect();
            if defined.is_empty() {
                return Metric::undefined(Reason::Empty);
            }
            let total: f64 = defined.iter().filter_map(Metric::value).sum();
            Metric::new(total / defined.len() as f64, defined.iter().map(Metric::n).sum())
        }))
    }
}

fn mean_precision(curve: &Curve) -> f64 {
    curve.precision.iter().sum::<f64>() / THRESHOLDS as f64
}

fn mean_recall(curve: &Curve) -> f64 {
    curve.recall.iter().sum::<f64>() / THRESHOLDS as f64
}

/// The numbers of one category.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct CategoryStats {
    /// Id of the category.
    pub category: u64,
    /// Its twelve numbers.
    #[serde(flatten)]
    pub numbers: CocoNumbers,
    /// Objects that count (crowds do not).
    pub objects: u64,
    /// Detections that were looked at, at most 100 per image.
    pub detections: u64,
}

/// The numbers of a whole evaluation; in JSON the twelve names stand at the top level.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CocoStats {
    /// Means over categories.
    #[serde(flatten)]
    pub overall: CocoNumbers,
    /// Images evaluated.
    pub images: u64,
    /// Objects that count (crowds do not).
    pub objects: u64,
    /// Detections that were looked at, at most 100 per image and category.
    pub detections: u64,
    /// Detections left out because their category is not declared.
    pub ignored_detections: u64,
    /// One entry a category, ascending ids.
    pub per_category: Vec<CategoryStats>,
    /// Names of overall numbers whose interval is shaky because over 5 % of the replicates were undefined.
    pub unstable: Vec<String>,
}

impl CocoStats {
    /// The overall number called `name`, such as `AP50`.
    pub fn get(&self, name: &str) -> Option<Metric> {
        self.overall.get(name)
    }

    pub(super) fn of(categories: &[u64], swept: &[Swept], images: u64, ignored_detections: u64) -> Self {
        let per_category: Vec<CategoryStats> = categories
            .iter()
            .zip(swept)
            .map(|(&category, swept)| CategoryStats {
                category,
                numbers: CocoNumbers::of(swept),
                objects: swept.objects[0],
                detections: swept.detections,
            })
            .collect();
        Self {
            overall: CocoNumbers::mean(&per_category),
            images,
            objects: per_category.iter().map(|category| category.objects).sum(),
            detections: per_category.iter().map(|category| category.detections).sum(),
            ignored_detections,
            per_category,
            unstable: Vec::new(),
        }
    }

    /// Twelve overall intervals, then one for each category's AP; nothing happens when none were computed.
    pub(super) fn give_intervals(&mut self, resampled: &[Resampled]) {
        if resampled.is_empty() {
            return;
        }
        let mut values = self.overall.values();
        for ((metric, resampled), name) in values.iter_mut().zip(resampled).zip(CocoNumbers::NAMES) {
            if metric.is_defined() && resampled.unstable {
                self.unstable.push(name.to_owned());
            }
            *metric = metric.with_ci(resampled.interval);
        }
        self.overall = CocoNumbers::from_values(&values);
        for (category, resampled) in self.per_category.iter_mut().zip(&resampled[values.len()..]) {
            category.numbers.ap = category.numbers.ap.with_ci(resampled.interval);
        }
    }
}
