//! The window that makes an example of the policy from the disagreement in focus.

use concord_domain::disagreement::Disagreement;
use concord_domain::policy::ExampleVerdict;
use concord_domain::sample::SampleId;
use concord_geometry::Geometry;
use concord_language::{Message, tr};
use concord_project::example::{self, Added, NewExample, Shown};
use concord_project::review::{Dispute, objects_of};
use egui::{ComboBox, Context as Egui, Event, Id, Key, Label, Modal, RichText, TextEdit, Ui};

use super::model::dispute_of;
use super::view::ReviewViews;
use super::{ReviewAsk, overlay};
use crate::context::{Ask, Asks, Context, OpenProject, Update};
use crate::error_text::{AppError, explain};
use crate::jobs::{JobEvent, Lane, Request};
use crate::shell::modal_frame;

const WIDTH: f32 = 420.0;

/// Somebody's object that can be shown.
#[derive(Debug, Clone, PartialEq)]
struct Side {
    /// Whose it is, as a button says it.
    name: String,
    geometry: Geometry,
    class: String,
}

/// An example that is being made.
#[derive(Debug, Clone, PartialEq)]
pub struct ExampleDraft {
    sample: SampleId,
    sides: Vec<Side>,
    /// The place of the one that is shown.
    side: usize,
    class: String,
    verdict: ExampleVerdict,
    caption: String,
}

impl ExampleDraft {
    /// An example of the disagreement in focus: what the judge made of it, or else the first object that somebody drew.
    /// `None` where there is no object to show, as with a tag.
    pub(crate) fn of_focus(project: &OpenProject) -> Option<Self> {
        let dispute = dispute_of(project)?;
        let focus = project.review.focused(dispute)?;
        let labels = project.label.session().map(|session| &session.labels);
        let made = labels.filter(|labels| labels.judgement.is_some());
        let made = made.into_iter().flat_map(|labels| objects_of(labels, focus)).map(|object| Side {
            name: tr!("review-result").to_owned(),
            geometry: object.geometry.clone(),
            class: object.class.clone(),
        });
        let drawn = dispute.sets.iter().enumerate().filter_map(|(who, set)| {
            let name = &set.key.annotator;
            let object = set.labels.object(focus.object_of(name)?)?;
            let name = format!("{} {name}", overlay::letter(who));
            Some(Side { name, geometry: object.geometry.clone(), class: object.class.clone() })
        });
        let sides: Vec<Side> = made.take(1).chain(drawn).collect();
        let class = sides.first()?.class.clone();
        let caption = caption(dispute, focus);
        let verdict = ExampleVerdict::Positive;
        Some(Self { sample: dispute.sample.clone(), sides, side: 0, class, verdict, caption })
    }

    fn show_side(&mut self, side: usize) {
        if let Some(shown) = self.sides.get(side) {
            self.class.clone_from(&shown.class);
            self.side = side;
        }
    }

    fn finished(&self) -> Option<NewExample> {
        Some(NewExample {
            sample: self.sample.clone(),
            what: Shown::Outline(self.sides.get(self.side)?.geometry.clone()),
            class: Some(self.class.clone()),
            verdict: self.verdict,
            caption: Some(self.caption.clone()),
        })
    }
}

/// The disagreement in words.
fn caption(dispute: &Dispute, focus: &Disagreement) -> String {
    let said: Vec<String> = example::said(dispute, focus).iter().map(Message::local).collect();
    said.join(", ")
}

/// Opens the window.
pub fn open_example(update: &mut Update<'_>) {
    let Some(project) = &update.context.project else { return };
    update.views.review.example = ExampleDraft::of_focus(project);
}

/// Shows the window while it is open.
pub(super) fn show(egui: &Egui, context: &Context, project: &OpenProject, views: &mut ReviewViews, asks: &mut Asks) {
    let Some(draft) = &mut views.example else { return };
    let mut adds = false;
    let modal = Modal::new(Id::unique("add as example")).frame(modal_frame(egui)).show(egui, |ui| {
        ui.set_width(WIDTH);
        ui.heading(tr!("example-heading"));
        ui.add(Label::new(RichText::new(tr!("example-hint")).weak()).wrap());
        ui.add_space(8.0);
        fields(ui, project, draft);
        ui.add_space(12.0);
        let is_busy = context.outstanding.awaits(&Request::Example);
        ui.horizontal(|ui| {
            let button = ui.add_enabled(!is_busy, egui::Button::new(tr!("example-add")));
            let button = button.on_hover_text(tr!("label-comment-add-key")).on_disabled_hover_text(tr!("example-busy"));
            adds = !is_busy && (button.clicked() || sends(ui));
            ui.button(tr!("cancel")).clicked()
        })
        .inner
    });
    if let Some(new) = adds.then(|| draft.finished()).flatten() {
        asks.send(Ask::Review(ReviewAsk::AddExample(Box::new(new))));
    }
    if adds || modal.inner || modal.should_close() {
        views.example = None;
    }
}

fn fields(ui: &mut Ui, project: &OpenProject, draft: &mut ExampleDraft) {
    ui.horizontal_wrapped(|ui| {
        ui.label(tr!("example-whose"));
        let chosen = (0..draft.sides.len()).find(|side| {
            let is_shown = draft.side == *side;
            ui.radio(is_shown, draft.sides[*side].name.as_str()).clicked() && !is_shown
        });
        if let Some(side) = chosen {
            draft.show_side(side);
        }
    });
    ui.horizontal_wrapped(|ui| {
        ui.label(tr!("example-verdict"));
        for verdict in ExampleVerdict::ALL {
            ui.radio_value(&mut draft.verdict, verdict, word(verdict));
        }
    });
    ui.horizontal(|ui| {
        let label = ui.label(tr!("example-class"));
        let combo = ComboBox::from_id_salt("class of the example").selected_text(draft.class.as_str()).width(180.0);
        let shown = combo.show_ui(ui, |ui| {
            for class in &project.versions.ontology.classes {
                ui.selectable_value(&mut draft.class, class.name.clone(), &class.name);
            }
        });
        shown.response.labelled_by(label.id);
    });
    ui.add_space(4.0);
    let label = ui.label(tr!("example-caption"));
    let field = TextEdit::multiline(&mut draft.caption).desired_rows(2).desired_width(f32::INFINITY);
    let field = ui.add(field).labelled_by(label.id);
    if ui.memory(|m| m.focused().is_none()) {
        field.request_focus();
    }
}

fn word(verdict: ExampleVerdict) -> &'static str {
    match verdict {
        ExampleVerdict::Positive => tr!("example-right"),
        ExampleVerdict::Negative => tr!("example-wrong"),
    }
}

/// True when the key that adds was pressed; the modifiers of the press itself, for they may be let go within the frame.
fn sends(ui: &Ui) -> bool {
    let is_it = |e: &Event| matches!(e, Event::Key { key: Key::Enter, pressed: true, modifiers, .. } if modifiers.command || modifiers.ctrl);
    ui.input(|i| i.events.iter().any(is_it))
}

/// Adds an example off the UI thread.
pub(super) fn add(update: &mut Update<'_>, new: NewExample) {
    let Some(project) = &update.context.project else { return };
    let desk = project.desk.clone();
    let ticket = update.context.outstanding.issue(Request::Example);
    let work = move || JobEvent::Example(example::add(&desk.project, &new).map_err(AppError::from));
    if !update.jobs.run(Lane::Batch, ticket.clone(), work) {
        update.context.outstanding.settle(&ticket);
        update.context.messages.error(explain(tr!("example-doing"), &AppError::Busy));
    }
}

/// Says what became of it.
pub fn take_example(update: &mut Update<'_>, result: Result<Added, AppError>) {
    match result {
        Ok(added) => update.context.messages.info(tr!(
            "example-added",
            class = added.class,
            verdict = word(added.example.verdict),
            picture = added.example.picture,
            version = added.version
        )),
        Err(error) => update.context.messages.error(explain(tr!("example-doing"), &error)),
    }
}
