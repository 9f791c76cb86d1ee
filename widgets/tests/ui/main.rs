//! Flows and pictures of the widgets, driven through their accessible names.

mod canvas_flows;
mod chart_flows;
mod common;
mod image_flows;
mod image_pictures;
mod lists_and_palette;
mod pictures;
mod shape_flows;
mod shape_pictures;
mod upload_pictures;
