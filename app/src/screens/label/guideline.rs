//! The guideline for the class of the selection or of the next object, with pictures of what is right and what is wrong.

use concord_domain::policy::{Example, ExampleVerdict};
use concord_language::tr;
use concord_widgets::parts::status_label;
use concord_widgets::theme::{GRID, Status, Theme};
use egui::{Frame, Image, Label, RichText, Ui, vec2};
use egui_commonmark::CommonMarkViewer;

use super::view::LabelViews;
use crate::context::OpenProject;

/// Widest example picture, in points: enough to tell parts apart, small enough to see two with their words.
const PICTURE_WIDTH: f32 = 128.0;

pub(super) fn show(ui: &mut Ui, project: &OpenProject, views: &mut LabelViews) {
    let class = project.label.selected().map_or(project.label.next_class.as_str(), |o| o.class.as_str());
    ui.separator();
    ui.label(RichText::new(tr!("label-guideline")).strong());
    let policy = &project.versions.policy;
    let (text, examples) = (policy.guideline_for(class), policy.examples_of(class));
    if text.trim().is_empty() && examples.is_empty() {
        ui.weak(tr!("label-guideline-none"));
        return;
    }
    let scheme = crate::pictures::scheme_of(&project.desk.project.dir);
    // Without pictures the width must be said, or long lines make the panel wider.
    let width = ui.available_width().max(120.0);
    ui.set_max_width(width);
    if !text.trim().is_empty() {
        CommonMarkViewer::new()
            .default_width(Some(width as usize))
            .max_image_width(Some(PICTURE_WIDTH as usize))
            .default_implicit_uri_scheme(&scheme)
            .show(ui, &mut views.markdown, text);
    }
    for verdict in ExampleVerdict::ALL {
        let shown: Vec<&Example> = examples.iter().filter(|example| example.verdict == verdict).collect();
        if shown.is_empty() {
            continue;
        }
        ui.add_space(GRID);
        match verdict {
            ExampleVerdict::Positive => status_label(ui, Status::Ok, tr!("label-example-right")),
            ExampleVerdict::Negative => status_label(ui, Status::Error, tr!("label-example-wrong")),
        };
        pictures(ui, &shown, &scheme);
    }
}

/// Pictures side by side, as many as there is room for, each with its words below.
fn pictures(ui: &mut Ui, examples: &[&Example], scheme: &str) {
    let theme = Theme::of_ui(ui);
    ui.horizontal_wrapped(|ui| {
        for example in examples {
            let edge = match example.verdict {
                ExampleVerdict::Positive => theme.ok,
                ExampleVerdict::Negative => theme.error,
            };
            let frame = Frame::NONE.stroke((1.0, edge)).corner_radius(4).inner_margin(4);
            frame.show(ui, |ui| {
                ui.vertical(|ui| {
                    ui.set_width(PICTURE_WIDTH);
                    let image = Image::from_uri(format!("{scheme}{}", example.picture));
                    let image = image.max_size(vec2(PICTURE_WIDTH, PICTURE_WIDTH)).alt_text(alt_text(example));
                    ui.add(image);
                    if !example.caption.is_empty() {
                        ui.add(Label::new(RichText::new(&example.caption).small()).wrap());
                    }
                });
            });
        }
    });
}

/// What a screen reader says of a picture, and what stands there when it cannot be read.
fn alt_text(example: &Example) -> String {
    let words = if example.caption.is_empty() { &example.picture } else { &example.caption };
    match example.verdict {
        ExampleVerdict::Positive => tr!("label-example-right-name", words = words),
        ExampleVerdict::Negative => tr!("label-example-wrong-name", words = words),
    }
}
