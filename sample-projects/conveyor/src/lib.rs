//! The sample project: an inspection belt seen by two cameras.
//!
//! [`render`] makes pictures with exact truth from a seed, [`capture`] plans when and how they are taken, [`export()`]
//! writes them to a folder together with what three simulated [`annotators`] make of them.

pub mod annotators;
pub mod capture;
pub mod coco;
mod create;
mod error;
mod examples;
mod export;
pub mod render;
mod vocabulary;

pub use create::{Created, MODEL, REFERENCE, create};
pub use error::ConveyorError;
pub use examples::guideline_examples;
pub use export::{ExportOptions, JPEG_QUALITY, export, export_guideline_examples, metadata_csv};
pub use vocabulary::{Occlusion, PartClass, Subclass};
