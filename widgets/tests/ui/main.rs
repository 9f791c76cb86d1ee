//! Flows and pictures of the widgets, driven through their accessible names.

mod canvas_flows;
mod common;
mod lists_and_palette;
mod pictures;
