//! Statistics on plain slices: agreement, detection, drift, ranking, resampling.
//!
//! Nothing here reads a clock, a file or the environment: seeds and ids are arguments, and every result is the same
//! for any number of threads. A number that does not exist is [`Metric::Undefined`] with its reason, never NaN.

pub mod agreement;
mod assignment;
pub mod attributes;
pub mod bootstrap;
pub mod calibration;
pub mod cluster;
pub mod coco;
pub mod dawid_skene;
pub mod detection;
pub mod drift;
pub mod error;
pub mod fusion;
pub mod interval;
pub mod kappa;
pub mod matching;
pub mod prevalence;
pub mod quantile;
pub mod ranking;
pub mod ratings;
pub mod reliability;
pub mod rng;
pub mod robustness;
pub mod saliency;
pub mod special;
pub mod staple;
pub mod sum;
pub mod value;
pub mod votes;
pub mod within;

pub use error::MetricsError;
pub use value::{Interval, Metric, Reason};
