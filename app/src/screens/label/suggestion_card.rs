//! The focused suggestion beside the canvas: whose it is, how sure the model is, and what can be done with it.

use concord_domain::rejection::RejectReason;
use concord_domain::suggestion::{Prediction, Run};
use concord_language::tr;
use concord_metrics::ranking::binary_entropy_bits;
use concord_widgets::theme::Theme;
use egui::{Label, RichText, Ui};

use super::shown_suggestions;
use crate::actions::Action;
use crate::context::{Ask, Asks, Context, OpenProject};
use crate::shell::buttons::{Look, action_button};

pub(super) fn show(ui: &mut Ui, context: &Context, project: &OpenProject, asks: &mut Asks) {
    let model = &project.label;
    let shown = shown_suggestions(context, model);
    let focused = model.suggestion.as_ref().and_then(|id| shown.into_iter().find(|s| s.id == *id));
    let (Some(focused), Some(session)) = (focused, model.session()) else { return };
    let (prediction, run) = (&focused.prediction, session.layer(&focused.id));
    let theme = Theme::of_ui(ui);
    ui.label(RichText::new(tr!("label-suggestion")).strong());
    let name = format!("{} {:.2}", prediction.class, prediction.score);
    ui.add(Label::new(RichText::new(name).strong()).truncate());
    if let Some(run) = run {
        let version = run.model_sha256.get(..8).unwrap_or_default();
        ui.add(Label::new(RichText::new(format!("{} {version}", run.model)).small().weak()).truncate());
    }
    for fact in facts(prediction, run) {
        ui.add(Label::new(RichText::new(fact).small().color(theme.muted)).wrap());
    }
    ui.horizontal(|ui| {
        let accept = Some(tr!("label-accept"));
        action_button(ui, context, asks, Action::AcceptSuggestion, Look::Plain, accept);
        ui.menu_button(tr!("label-reject"), |ui| {
            ui.set_min_width(220.0);
            for reason in RejectReason::ALL {
                let keys = context.keymap.words(Action::RejectAs(reason));
                let words = reason.message().local();
                let row = egui::Button::new(&words).shortcut_text(keys).frame_when_inactive(false);
                if ui.add(row).accessible_name(&words).clicked() {
                    asks.send(Ask::Reject(focused.id.clone(), Some(reason)));
                    ui.close();
                }
            }
            ui.separator();
            action_button(ui, context, asks, Action::RejectSuggestion, Look::Menu, None);
        });
    });
    ui.separator();
}

/// How sure the model is of it, a line each.
fn facts(prediction: &Prediction, run: Option<&Run>) -> Vec<String> {
    let mut facts = Vec::new();
    if let Some(agreement) = prediction.agreement {
        facts.push(tr!(
            "label-suggestion-agreement",
            presence = format!("{:.0}", agreement.presence * 100.0),
            count = run.map_or(0, |run| run.opinions.count()),
            overlap = format!("{:.2}", agreement.overlap),
            value = format!("{:.2}", agreement.uncertainty(prediction.score)),
        ));
        let nats = format!("{:.2}", agreement.mutual_information);
        facts.push(tr!("label-suggestion-information", nats = nats));
    } else {
        let bits = format!("{:.2}", binary_entropy_bits(prediction.score));
        facts.push(tr!("label-suggestion-uncertainty", bits = bits));
    }
    if let Some(share) = prediction.localisation {
        facts.push(tr!("label-suggestion-place", share = format!("{:.0}", share * 100.0)));
    }
    if let Some(spread) = prediction.spread {
        let mean = spread.iter().sum::<f32>() / 4.0;
        facts.push(tr!("label-suggestion-spread", pixels = format!("{mean:.1}")));
    }
    facts
}
