//! Validation and robustness reports: one self-contained HTML page, the same content as JSON, and gates as JUnit XML.
//!
//! A report is a plain value; rendering is a pure function of it: no clock, no network, no script. A metric without a
//! value is shown as a dash with its reason, never as 0.

mod charts;
mod error;
mod files;
mod html;
mod junit;
mod model;
mod stress;
mod validation;
mod view;

pub use error::ReportError;
pub use files::{write_stress, write_validation};
pub use junit::junit_xml;
pub use model::{BoxKind, GateResult, Head, HeatMap, LogMark, ModelFacts, Picture, PictureBox, Settings, VersionMark};
pub use stress::{PicturePair, StressReport, StressType};
pub use validation::{ClassRow, Overall, SliceRow, ValidationReport};
