//! Calibrating a model: its scores are held against the reference, so that they become probabilities.

use concord_domain::decision::Decision;
use concord_domain::model::ModelCalibration;
use concord_metrics::calibration::{Binning, Calibrator, Convention, DEFAULT_BINS, Method, reliability};
use concord_metrics::{Metric, Reason};

use super::find;
use crate::evaluation::{self, Reference};
use crate::{Desk, ProjectError};

/// Fits a model's calibration on its latest run against the project's reference, and logs it.
///
/// A score counts as right when its box is a true positive at IoU 0.5, matched as COCO does. Isotonic regression takes
/// 1,000 boxes and a temperature 200; the error says how many there are when they are too few.
pub fn calibrate(desk: &Desk, name: &str, method: Method) -> Result<ModelCalibration, ProjectError> {
    let found = find(&desk.project, name)?.row.model;
    if found.is_prompted() {
        return Err(super::pair::needs_a_person(&found.name));
    }
    let reader = desk.project.reader()?;
    let Some(run) = reader.latest_run_of(&found.name)? else {
        return Err(ProjectError::usage(format!(
            "the model {0} has not been run yet: `concord run {1} --model {0}`",
            found.name,
            desk.project.dir.display()
        )));
    };
    let reference = Reference::for_project(&desk.project);
    let scored = evaluation::scored_outcomes(&desk.project, &run.id, reference)?;
    let (scores, outcomes): (Vec<f64>, Vec<bool>) = scored.iter().map(|(score, _, hit)| (*score, *hit)).unzip();
    let fitted = Calibrator::fit(&scores, &outcomes, method)?;
    let held_out_ece = held_out_ece(&scored, method);
    let calibration = ModelCalibration {
        method,
        fitted,
        held_out_ece,
        run: run.id,
        reference: desk.project.config.validation.reference.clone().unwrap_or_else(|| "gold".to_owned()),
    };
    desk.commit(Decision::ModelCalibrated { sha256: found.sha256, calibration: Some(Box::new(calibration.clone())) })?;
    Ok(calibration)
}

/// Parts that the samples are dealt into, to see what a calibration does to samples it was not fitted to.
const FOLDS: u64 = 5;

/// The calibration error of scores that were calibrated by a fit to the other samples: what a person may expect of new
/// ones. An isotonic regression has nearly none on its own data, whatever it is worth.
fn held_out_ece(scored: &[(f64, u64, bool)], method: Method) -> Metric {
    let (mut calibrated, mut came_true) = (Vec::new(), Vec::new());
    for fold in 0..FOLDS {
        let is_left_out = |image: u64| image % FOLDS == fold;
        let (scores, outcomes): (Vec<f64>, Vec<bool>) =
            scored.iter().filter(|(_, image, _)| !is_left_out(*image)).map(|(score, _, hit)| (*score, *hit)).unzip();
        let Ok(fitted) = Calibrator::fit(&scores, &outcomes, method) else {
            return Metric::undefined(Reason::InsufficientSupport);
        };
        for (score, _, hit) in scored.iter().filter(|(_, image, _)| is_left_out(*image)) {
            calibrated.push(fitted.calibrator.apply(*score));
            came_true.push(*hit);
        }
    }
    let binning = Binning::EqualWidth { bins: DEFAULT_BINS, convention: Convention::LowerClosed };
    reliability(&calibrated, &came_true, binning).ece
}
