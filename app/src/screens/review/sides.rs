//! What each person says about the disagreement in focus, side by side, and the buttons that give a verdict.

use std::collections::BTreeSet;

use concord_domain::disagreement::{Disagreement, Kind};
use concord_domain::judgement::Verdict;
use concord_domain::object::Object;
use concord_language::tr;
use concord_project::review::{Dispute, can_be_said};
use concord_widgets::theme::Theme;
use egui::{Button, Grid, RichText, ScrollArea, Ui};

use super::{ReviewAsk, overlay, verdict_of, words};
use crate::actions::{Action, VerdictKey, disabled_reason};
use crate::context::{Ask, Asks, Context, OpenProject};
use crate::screens::label;
use crate::shell::buttons::{Look, action_button};

/// In place of what somebody does not say.
const NOTHING: &str = "–";

/// What people say about one property.
#[derive(Debug, PartialEq, Eq)]
struct Line {
    /// The property.
    what: String,
    /// What each of them says; `None` for those who have no object.
    says: Vec<Option<String>>,
    /// False for what differs nearly always, as sizes do, while that is not what the disagreement is about.
    matters: bool,
}

impl Line {
    /// True when those who have an object do not say the same.
    fn differs(&self) -> bool {
        self.matters && self.says.iter().flatten().collect::<BTreeSet<_>>().len() > 1
    }
}

pub(super) fn show(
    ui: &mut Ui,
    context: &Context,
    project: &OpenProject,
    dispute: &Dispute,
    focus: &Disagreement,
    asks: &mut Asks,
) {
    ScrollArea::horizontal().id_salt("sides").show(ui, |ui| table(ui, dispute, focus));
    ui.add_space(4.0);
    let given = project.label.session().and_then(|s| s.labels.judgement.as_ref()?.verdicts.get(&focus.id));
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = 4.0;
        for key in VerdictKey::ALL {
            let is_given = verdict_of(key, dispute).is_some_and(|verdict| given == Some(&verdict));
            let words = short(key, dispute.sets.len());
            action_button(ui, context, asks, Action::Verdict(key), Look::Keyed(is_given), Some(words));
            if key == VerdictKey::B {
                others(ui, context, dispute, focus, given, asks);
            }
        }
    });
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = 4.0;
        action_button(ui, context, asks, Action::EditDisputed, Look::Keyed(false), Some(tr!("review-edit")));
        action_button(ui, context, asks, Action::TakeVerdictBack, Look::Plain, Some(tr!("review-take-back")));
        ui.menu_button(tr!("review-rest", kind = words::kind(&focus.kind)), |ui| {
            ui.set_min_width(220.0);
            for key in VerdictKey::ALL {
                action_button(ui, context, asks, Action::VerdictLike(key), Look::Menu, None);
            }
        });
        action_button(ui, context, asks, Action::AddExample, Look::Plain, None);
    });
}

/// Verdicts for the third person and those after them, who have no key.
fn others(
    ui: &mut Ui,
    context: &Context,
    dispute: &Dispute,
    focus: &Disagreement,
    given: Option<&Verdict>,
    asks: &mut Asks,
) {
    for (who, name) in dispute.annotators().enumerate().skip(2) {
        let verdict = Verdict::Take { of: name.to_owned() };
        let can = can_be_said(focus, &verdict) && disabled_reason(Action::Verdict(VerdictKey::All), context).is_none();
        let text = tr!("review-button-take", letter = overlay::letter(who));
        let button = ui.add_enabled(can, Button::new(text).selected(given == Some(&verdict)));
        if button.accessible_name(tr!("review-take-name", name = name)).clicked() {
            asks.send(Ask::Review(ReviewAsk::Give(verdict)));
        }
    }
}

/// The words on a button.
fn short(key: VerdictKey, people: usize) -> &'static str {
    match key {
        VerdictKey::A => tr!("review-button-a"),
        VerdictKey::B => tr!("review-button-b"),
        VerdictKey::All if people == 2 => tr!("review-button-both"),
        VerdictKey::All => tr!("review-button-all"),
        VerdictKey::Neither => tr!("review-button-neither"),
        VerdictKey::Fused => tr!("review-button-fused"),
        VerdictKey::PlaceOfA => tr!("review-button-place-a"),
        VerdictKey::PlaceOfB => tr!("review-button-place-b"),
        VerdictKey::ByHand => tr!("review-button-by-hand"),
    }
}

fn table(ui: &mut Ui, dispute: &Dispute, focus: &Disagreement) {
    let theme = Theme::of_ui(ui);
    Grid::new("sides of a disagreement").num_columns(dispute.sets.len() + 1).spacing([12.0, 3.0]).show(ui, |ui| {
        ui.label("");
        for (who, name) in dispute.annotators().enumerate() {
            ui.label(RichText::new(format!("{} {name}", overlay::letter(who))).strong());
        }
        ui.end_row();
        for line in lines(dispute, focus) {
            let differs = line.differs();
            ui.label(RichText::new(&line.what).color(theme.muted));
            for says in &line.says {
                let text = RichText::new(says.as_deref().unwrap_or(NOTHING));
                // Not by colour alone: what differs is underlined as well.
                let text = if differs { text.color(theme.warning).underline() } else { text };
                let cell = ui.label(text);
                if differs {
                    cell.on_hover_text(tr!("review-differs"));
                }
            }
            ui.end_row();
        }
    });
}

/// What people say, property by property.
fn lines(dispute: &Dispute, focus: &Disagreement) -> Vec<Line> {
    if let Kind::Tag { tag } = &focus.kind {
        let says = |name: &str| {
            let has = focus.with.iter().any(|with| with == name);
            Some(if has { tr!("flag-yes") } else { tr!("flag-no") }.to_owned())
        };
        return vec![Line { what: tag.clone(), says: dispute.annotators().map(says).collect(), matters: true }];
    }
    let objects: Vec<Option<&Object>> =
        dispute.sets.iter().map(|set| set.labels.object(focus.object_of(&set.key.annotator)?)).collect();
    let line = |what: String, says: &dyn Fn(&Object) -> Option<String>| Line {
        what,
        says: objects.iter().map(|object| object.map(|o| says(o).unwrap_or_else(|| NOTHING.to_owned()))).collect(),
        matters: true,
    };
    let mut lines = vec![line(tr!("review-class").to_owned(), &|o| Some(o.class.clone()))];
    if objects.iter().flatten().any(|o| o.subclass.is_some()) {
        lines.push(line(tr!("label-subclass").to_owned(), &|o| o.subclass.clone()));
    }
    let names: BTreeSet<&String> = objects.iter().flatten().flat_map(|o| o.attributes.keys()).collect();
    for name in names {
        lines.push(line(name.clone(), &|o| o.attributes.get(name).map(|v| label::value(v).into_owned())));
    }
    lines.push(line(tr!("label-sure").to_owned(), &|o| Some(label::tier(o.tier).to_owned())));
    let size = line(tr!("review-size").to_owned(), &|o| {
        let bounds = o.bounds();
        Some(tr!(
            "review-size-of",
            kind = label::kind(o.geometry.kind()),
            width = format!("{:.0}", bounds.width()),
            height = format!("{:.0}", bounds.height())
        ))
    });
    let is_about_place = std::iter::once(&focus.kind).chain(&focus.also).any(|kind| *kind == Kind::Geometry);
    lines.push(Line { matters: is_about_place, ..size });
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_those_who_have_an_object_can_differ() {
        let line = |says: &[Option<&str>]| Line {
            what: String::new(),
            says: says.iter().map(|said| said.map(str::to_owned)).collect(),
            matters: true,
        };
        assert!(!line(&[Some("bolt"), None]).differs());
        assert!(line(&[Some("hex"), Some(NOTHING)]).differs());
        assert!(line(&[Some("bolt"), Some("bolt"), Some("nut")]).differs());
        assert!(!line(&[Some("bolt"), Some("bolt")]).differs());
        assert!(!line(&[None, None]).differs());
    }
}
