//! The guideline for the class of the selection or of the next object, with pictures of what is right and what is wrong.

use concord_domain::policy::{Example, ExampleVerdict};
use concord_language::tr;
use concord_widgets::parts::status_label;
use concord_widgets::theme::{GRID, Status, Theme};
use egui::load::TexturePoll;
use egui::{Frame, Image, Label, RichText, Spinner, Ui, Vec2};
use egui_commonmark::CommonMarkViewer;

use super::view::LabelViews;
use crate::context::OpenProject;

/// Widest picture in the text, in points: enough to tell parts apart, small enough to see two with their words.
const PICTURE_WIDTH: usize = 128;
/// Least and greatest width of an example, in points; two stand side by side where there is room.
const EXAMPLE_WIDTH: (f32, f32) = (96.0, 180.0);
/// Room around an example, with its line, in points.
const EXAMPLE_MARGIN: f32 = 5.0;

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
            .max_image_width(Some(PICTURE_WIDTH))
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
    let room = (ui.available_width() - ui.spacing().item_spacing.x) / 2.0 - 2.0 * EXAMPLE_MARGIN;
    let width = room.clamp(EXAMPLE_WIDTH.0, EXAMPLE_WIDTH.1);
    ui.horizontal_wrapped(|ui| {
        for example in examples {
            let edge = match example.verdict {
                ExampleVerdict::Positive => theme.ok,
                ExampleVerdict::Negative => theme.error,
            };
            let frame = Frame::NONE.stroke((1.0, edge)).corner_radius(4).inner_margin(EXAMPLE_MARGIN - 1.0);
            frame.show(ui, |ui| {
                ui.vertical(|ui| {
                    ui.set_width(width);
                    picture(ui, example, scheme, width);
                    if !example.caption.is_empty() {
                        ui.add(Label::new(RichText::new(&example.caption).small()).wrap());
                    }
                });
            });
        }
    });
}

/// The picture itself; where it cannot be read, that is said.
fn picture(ui: &mut Ui, example: &Example, scheme: &str, width: f32) {
    let size = Vec2::splat(width);
    let image = Image::from_uri(format!("{scheme}{}", example.picture));
    match image.load_for_size(ui.ctx(), size) {
        // What was loaded just now is drawn: asked again, the picture could have failed meanwhile.
        Ok(TexturePoll::Ready { texture }) => {
            ui.add(Image::from_texture(texture).alt_text(alt_text(example)).fit_to_exact_size(size));
        }
        Ok(TexturePoll::Pending { .. }) => {
            ui.add_sized(size, Spinner::new());
        }
        Err(error) => {
            let words = tr!("label-example-unread", picture = &example.picture);
            ui.add(Label::new(RichText::new(words).small().weak()).wrap()).on_hover_text(error.to_string());
        }
    }
}

/// What a screen reader says of a picture.
fn alt_text(example: &Example) -> String {
    let words = if example.caption.is_empty() { &example.picture } else { &example.caption };
    match example.verdict {
        ExampleVerdict::Positive => tr!("label-example-right-name", words = words),
        ExampleVerdict::Negative => tr!("label-example-wrong-name", words = words),
    }
}
