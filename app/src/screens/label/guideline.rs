//! The guideline for the class of the selection or of the next object.

use concord_language::tr;
use egui::{RichText, Ui};
use egui_commonmark::CommonMarkViewer;

use super::view::LabelViews;
use crate::context::OpenProject;

/// Widest example picture, in points: enough to tell parts apart, small enough to see two with their words.
const PICTURE_WIDTH: usize = 128;

pub(super) fn show(ui: &mut Ui, project: &OpenProject, views: &mut LabelViews) {
    let class = project.label.selected().map_or(project.label.next_class.as_str(), |o| o.class.as_str());
    ui.separator();
    ui.label(RichText::new(tr!("label-guideline")).strong());
    let text = project.versions.policy.guideline_for(class);
    if text.trim().is_empty() {
        ui.weak(tr!("label-guideline-none"));
        return;
    }
    // Without pictures the width must be said, or long lines make the panel wider.
    let width = ui.available_width().max(120.0);
    ui.set_max_width(width);
    CommonMarkViewer::new()
        .default_width(Some(width as usize))
        .max_image_width(Some(PICTURE_WIDTH))
        .default_implicit_uri_scheme(crate::pictures::scheme_of(&project.desk.project.dir))
        .show(ui, &mut views.markdown, text);
}
