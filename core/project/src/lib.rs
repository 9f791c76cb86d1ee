//! The use cases: what the screens and the command line can ask of a project, one file each.
//!
//! A [`Project`] is the reading side and cheap to open; a [`Desk`] adds the one writer and a name. Nothing here
//! prints, and the clock is an argument.

pub mod activity;
pub mod agree;
pub mod anchoring;
pub mod annotators;
mod cache_folder;
pub mod campaign;
pub mod catalogue;
mod desk;
pub mod doctor;
pub mod drift;
mod error;
pub mod evaluation;
pub mod example;
pub mod feedback;
pub mod import;
pub mod label;
pub mod model;
pub mod new;
pub mod people;
mod pictures;
mod progress;
mod project;
pub mod publish;
pub mod queue;
pub mod release;
pub mod review;
pub mod run;
pub mod saliency;
pub mod stress;
pub mod validate;
pub mod verify;

pub use desk::{Clock, Desk};
pub use error::ProjectError;
pub use progress::{Courtesy, InHand, Progress};
pub use project::{CONFIG_FILE, GATES_FILE, Project, SLICES_FILE, Versions};
