//! What is pointed at, drawn over the shapes: points, the box, and how good the model takes its mask to be.

use concord_domain::tool::PromptPreview;
use concord_geometry::{BBox, View};
use concord_language::tr;
use concord_widgets::canvas::{Draft, paint_draft, paint_prompt_point, paint_rubber_band, paint_words};
use egui::{Color32, Painter};

/// Draws a prompt, in the colour of the class in hand, and beside it what is waited for.
pub(super) fn paint(painter: &Painter, view: &View, shown: &PromptPreview, color: Color32, waits_for: Option<&str>) {
    if let Some(bbox) = shown.prompt.bbox {
        paint_draft(painter, view, &Draft::Box(bbox), color);
    }
    if let Some(band) = &shown.band {
        paint_rubber_band(painter, view, band);
    }
    for (at, belongs) in &shown.prompt.points {
        paint_prompt_point(painter, view, *at, *belongs);
    }
    // What was found for a prompt that has been changed since stays in sight until the next answer, without its words.
    let Some(found) = shown.answer.as_ref().filter(|_| shown.is_answered) else {
        if let (Some(words), Some(at)) = (waits_for, pointed_at(shown)) {
            paint_words(painter, view, &at, words.to_owned());
        }
        return;
    };
    match &found.mask {
        Some(mask) => {
            let score = format!("{:.2}", found.by.score);
            paint_words(painter, view, &mask.bounds(), tr!("label-prompt-iou", score = score));
        }
        None => {
            if let Some(at) = pointed_at(shown) {
                paint_words(painter, view, &at, tr!("label-prompt-nothing").to_owned());
            }
        }
    }
}

/// The box, or the place of the last point.
fn pointed_at(shown: &PromptPreview) -> Option<BBox> {
    let last = shown.prompt.points.last().and_then(|(at, _)| BBox::from_points(*at, at.moved(1.0, 1.0)).ok());
    shown.prompt.bbox.or(last)
}
