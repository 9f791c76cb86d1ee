//! The bar under the tools: the mode of work, what its keys do, and how to leave it.

use concord_domain::tool::ToolKind;
use concord_language::tr;
use concord_widgets::parts::{key_hint, status_label};
use concord_widgets::theme::{Status, Theme};
use egui::{Frame, Margin, Panel, RichText, Ui};

use super::super::modes::{current, keyed_values};
use super::super::words;
use crate::actions::Action;
use crate::context::{Asks, Context, OpenProject};
use crate::shell::buttons::{Look, action_button};

pub(super) fn show(ui: &mut Ui, context: &Context, project: &OpenProject, asks: &mut Asks) {
    let model = &project.label;
    let away = model.sample().and_then(|sample| model.queue.away.get(sample));
    if model.attribute_mode.is_none() && !model.quick_class && away.is_none() {
        return;
    }
    let theme = Theme::of_ui(ui);
    let frame = Frame::NONE.fill(theme.field).inner_margin(Margin::symmetric(8, 4));
    Panel::top("mode").resizable(false).frame(frame).show(ui, |ui| {
        ui.horizontal_wrapped(|ui| {
            if let Some(away) = away {
                status_label(ui, Status::Warning, &words::away(away, project.desk.now()));
            }
            if model.quick_class {
                quick_class(ui, context, project, asks);
            }
            if model.attribute_mode.is_some() {
                attribute(ui, context, project, asks);
            }
        });
    });
}

fn quick_class(ui: &mut Ui, context: &Context, project: &OpenProject, asks: &mut Asks) {
    let model = &project.label;
    ui.label(RichText::new(tr!("label-quick-class", class = &model.next_class)).strong());
    let words = match model.tool.kind() {
        ToolKind::Select => tr!("label-quick-class-take-tool"),
        _ => tr!("label-quick-class-draws"),
    };
    ui.weak(words);
    action_button(ui, context, asks, Action::QuickClass, Look::Plain, Some(tr!("label-end")));
}

fn attribute(ui: &mut Ui, context: &Context, project: &OpenProject, asks: &mut Asks) {
    let model = &project.label;
    let Some(attribute) = current(project) else { return };
    ui.label(RichText::new(tr!("label-attribute-mode", attribute = &attribute.name)).strong());
    let place = model.selection.main().and_then(|id| model.session()?.labels.position(id));
    let count = model.session().map_or(0, |s| s.labels.objects.len());
    if let Some(place) = place {
        ui.weak(tr!("label-object-of", place = place + 1, count = count));
    }
    let now = model.selected().and_then(|o| o.attributes.get(&attribute.name));
    for (n, value) in keyed_values(attribute).iter().enumerate() {
        key_hint(ui, &(n + 1).to_string());
        let text = RichText::new(words::value(value));
        ui.label(if now == Some(value) { text.strong() } else { text.weak() });
    }
    action_button(ui, context, asks, Action::AttributeMode, Look::Plain, Some(tr!("label-end")));
}
