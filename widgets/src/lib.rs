//! egui widgets and theme: canvas, charts, virtual lists, command palette.
//!
//! The crate knows geometry and nothing of what the shapes, rows and numbers mean. Only [`canvas::gpu`] names wgpu;
//! all colours of the app live in [`theme`].

pub mod canvas;
pub mod charts;
pub mod colormap;
mod error;
pub mod fuzzy;
pub mod palette;
pub mod parts;
pub mod rows;
pub mod theme;

pub use error::WidgetsError;
