//! The menu of the layers: whose suggestions are shown, and whether those of what is labelled already are. Its button says
//! how many that are.

use concord_domain::opinions::Opinions;
use concord_domain::suggestion::Run;
use concord_language::tr;
use egui::Ui;

use crate::context::{Ask, Asks, Context, OpenProject};
use crate::screens::label::{LabelModel, is_shown, shown_suggestions};

pub(super) fn show(ui: &mut Ui, context: &Context, project: &OpenProject, asks: &mut Asks) {
    let model = &project.label;
    let Some(session) = model.session() else { return };
    let (shown, count) = (shown_suggestions(context, model).len(), open_count(model));
    let title = tr!("label-suggestions-shown", shown = shown, count = count);
    let menu = ui.menu_button(title, |ui| {
        ui.set_min_width(260.0);
        for run in &session.layers {
            let here = session.suggestions.iter().filter(|s| s.id.run == run.id).count();
            let mut on = is_shown(model, session, run);
            let hint = tr!("label-layer-run", run = &run.id, engine = &run.engine);
            if ui.checkbox(&mut on, layer_title(run, here)).on_hover_text(hint).changed() {
                asks.send(Ask::ShowLayer(run.id.clone(), on));
            }
        }
        ui.separator();
        let mut hides = context.settings.hide_matched;
        let text = tr!("label-hide-matched", count = model.matched.len());
        if ui.checkbox(&mut hides, text).on_hover_text(tr!("label-hide-matched-hint")).changed() {
            asks.send(Ask::SetHideMatched(hides));
        }
    });
    let name = tr!("label-layers", shown = shown, count = count);
    menu.response.accessible_name(name).on_hover_text(tr!("label-layers-hint"));
}

/// The model of a layer with its version, how it was asked, and how much it suggests on the sample.
fn layer_title(run: &Run, here: usize) -> String {
    let asked = match &run.opinions {
        Opinions::One => None,
        Opinions::Views { views } => Some(tr!("label-layer-views", count = views.len())),
        Opinions::Passes { count } => Some(tr!("label-layer-passes", count = *count)),
        Opinions::Ensemble { members } => Some(tr!("label-layer-ensemble", count = members.len())),
    };
    let sha256 = run.model_sha256.get(..8).unwrap_or_default();
    let version = match asked {
        Some(asked) => [sha256, &asked].join(" ").trim().to_owned(),
        None if sha256.is_empty() => tr!("label-layer-imported").to_owned(),
        None => sha256.to_owned(),
    };
    tr!("label-layer-version", model = &run.model, version = version, count = here)
}

/// How many suggestions of the layers that are shown are not settled, of whatever score.
fn open_count(model: &LabelModel) -> usize {
    let Some(session) = model.session() else { return 0 };
    let layers: Vec<&str> =
        session.layers.iter().filter(|run| is_shown(model, session, run)).map(|run| run.id.as_str()).collect();
    session.open_suggestions().filter(|s| layers.contains(&s.id.run.as_str())).count()
}
