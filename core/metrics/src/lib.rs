//! Statistics on plain slices: agreement, detection, drift, ranking, resampling.

pub mod rng;
pub mod sum;
pub mod value;

pub use value::{Interval, Metric, Reason};
