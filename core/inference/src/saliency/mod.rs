//! Saliency: which parts of an image a model's answer rests on, by several methods that end in one kind of map.
//!
//! [`eigen_cam`] and [`grad_cam`] need tensors from inside a model; [`Occlusion`] and [`DRise`] ask any detector about
//! changed pictures, one at a time (see [`Probe`]), so that the caller may stop at any moment; [`import_map`] takes in
//! what another tool computed. [`Method`] names a method with its parameters.

mod coarse;
mod curves;
mod dominant;
mod drise;
mod eigen_cam;
mod error;
mod grad_cam;
mod gram;
mod heatmap;
mod heatmap_area;
mod import;
mod masks;
mod method;
mod npy;
mod occlusion;
mod probe;
mod rank_correlation;

pub use coarse::{CoarseMap, over_image};
pub use curves::{Curve, CurvePictures, blurred};
pub use drise::{DRise, DRiseOptions, FULL_MASKS, INTERACTIVE_MASKS, REPORT_MASKS, STABLE};
pub use eigen_cam::eigen_cam;
pub use error::SaliencyError;
pub use grad_cam::{GRADCAM_ACTIVATIONS, GRADCAM_GRADIENTS, grad_cam};
pub use heatmap::Heatmap;
pub use heatmap_area::within;
pub use import::import_map;
pub use masks::{RiseMasks, Upsampling};
pub use method::Method;
pub use npy::NpyError;
pub use occlusion::{Occlusion, OcclusionOptions};
pub use probe::{Probe, Progress, Scored, Target};
