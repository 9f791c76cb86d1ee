//! How far confidences can be believed, and how to mend them: binned errors, proper scores, temperature and isotonic
//! regression.

mod bins;
mod calibrator;
mod input;
mod isotonic;
mod multi;
mod per_class;
mod proper;
mod reliability;
mod temperature;

pub use calibrator::{Calibrator, Fitted, Method};
pub use input::ClassTable;
pub use isotonic::{Isotonic, Knot, MIN_ISOTONIC};
pub use multi::{DetectionCalibration, Dimension, detection_calibration};
pub use per_class::{MIN_PER_CLASS, PerClass};
pub use proper::{brier, brier_classes, nll, nll_classes, nll_logits};
pub use reliability::{Binning, Convention, DEFAULT_BINS, Reliability, ReliabilityBin, reliability};
pub use temperature::{
    MIN_TEMPERATURE, TemperatureFit, cool_logits, cool_score, fit_temperature, fit_temperature_logits,
};
