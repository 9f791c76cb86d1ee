//! What people drew, laid over the image: each in a colour and a line of their own, the disagreement in focus in front.

use std::collections::BTreeSet;

use concord_domain::disagreement::Member;
use concord_domain::label_set::LabelSet;
use concord_domain::object::{Object, ObjectId};
use concord_widgets::canvas::{CanvasShape, LineStyle};
use concord_widgets::theme::CATEGORICAL;
use egui::Color32;

use super::ReviewAsk;
use super::model::{Mode, dispute_of};
use crate::context::{Ask, OpenProject};
use crate::screens::label::object_shape;

/// Ids of what people drew begin here; those of the label set in hand and of suggestions lie below.
const FIRST: u64 = 1 << 50;
/// Room for the objects of one person among the ids.
const EACH: u64 = 1 << 32;
/// The place among the people of what is settled.
const GOLD: u64 = 1 << 12;
/// Colours of the palette, those first that no class has while there are few classes: yellow, purple, pale grey.
const COLORS: [usize; 9] = [3, 5, 7, 4, 6, 8, 2, 1, 0];
/// Lines of people; what is made of their objects is unbroken.
const LINES: [LineStyle; 3] = [LineStyle::Dashed, LineStyle::Dotted, LineStyle::DashDot];

/// Which canvas is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// The one with the tools.
    First,
    /// The one beside it.
    Second,
}

/// The colour of an annotator by their place.
pub(crate) fn color(who: usize) -> Color32 {
    CATEGORICAL[COLORS[who % COLORS.len()]]
}

/// The line of an annotator by their place.
pub(crate) fn line(who: usize) -> LineStyle {
    LINES[who % LINES.len()]
}

/// The letter of an annotator by their place: A, B, C …; a number after Z.
pub(crate) fn letter(who: usize) -> String {
    u8::try_from(who)
        .ok()
        .filter(|who| *who < 26)
        .map_or_else(|| (who + 1).to_string(), |who| char::from(b'A' + who).to_string())
}

/// True for the id of something that a person drew.
pub(crate) fn is_of_overlay(id: u64) -> bool {
    id >= FIRST
}

/// The shapes of the people that a canvas shows, later ones over earlier ones; on the second one, which has no label set of
/// its own, what is made of them as well.
pub(crate) fn shapes(project: &OpenProject, place: Place) -> Vec<CanvasShape> {
    let Some(dispute) = dispute_of(project) else { return vec![] };
    let review = &project.review;
    let is_shown = |who: usize, set: &LabelSet| match (review.mode(dispute), place) {
        (Mode::Overlay, _) => review.shows(&set.key.annotator),
        (Mode::Flicker, _) => who == review.on_turn(),
        (Mode::SideBySide, Place::First) => who == review.pair()[0],
        (Mode::SideBySide, Place::Second) => who == review.pair()[1],
    };
    let disputed: BTreeSet<&Member> = dispute.comparison.disagreements.iter().flat_map(|d| &d.members).collect();
    let focus = review.focused(dispute).map(|d| d.members.as_slice()).unwrap_or_default();
    let is_alone = dispute.sets.len() < 2;
    let mut shapes = Vec::new();
    for (who, set) in dispute.sets.iter().enumerate().filter(|(who, set)| is_shown(*who, set)) {
        for (id, object) in (FIRST + who as u64 * EACH..).zip(&set.labels.objects) {
            let member = Member { annotator: set.key.annotator.clone(), object: object.id.clone() };
            let shape = object_shape(project, object, id);
            let is_agreed = !is_alone && !disputed.contains(&member);
            // What all agree on bears the name of the result, which is enough.
            let label = shape.label.as_ref().filter(|_| !is_agreed);
            shapes.push(CanvasShape {
                label: label.map(|label| format!("{} {label}", letter(who))),
                color: color(who),
                style: line(who),
                locked: false,
                dimmed: is_agreed,
                hovered: focus.contains(&member),
                ..shape
            });
        }
    }
    if review.shows_result() {
        shapes.extend(settled(project));
        if place == Place::Second {
            let objects = project.label.session().map(|session| session.labels.objects.as_slice()).unwrap_or_default();
            shapes.extend((0..).zip(objects).map(|(id, object)| object_shape(project, object, id)));
        }
    }
    shapes
}

/// What somebody settled, where nobody judges it again.
fn settled(project: &OpenProject) -> Vec<CanvasShape> {
    let gold = dispute_of(project).and_then(|dispute| dispute.gold.as_ref());
    let is_own = project.label.session().is_some_and(|session| session.labels.judgement.is_some());
    let objects = gold.filter(|_| !is_own).map(|gold| gold.labels.objects.as_slice()).unwrap_or_default();
    let shape = |(id, object): (u64, &Object)| CanvasShape { locked: true, ..object_shape(project, object, id) };
    (FIRST + GOLD * EACH..).zip(objects).map(shape).collect()
}

/// Asks for the disagreement that something on the canvas belongs to, unless it is in focus.
pub(crate) fn focus_at(project: &OpenProject, id: u64) -> Option<Ask> {
    let dispute = dispute_of(project)?;
    let (who, place) = ((id - FIRST) / EACH, (id - FIRST) % EACH);
    let set = dispute.sets.get(usize::try_from(who).ok()?)?;
    let object: &ObjectId = &set.labels.objects.get(usize::try_from(place).ok()?)?.id;
    let is_it = |member: &Member| member.annotator == set.key.annotator && member.object == *object;
    let found = dispute.comparison.disagreements.iter().find(|d| d.members.iter().any(is_it))?;
    let is_in_focus = project.review.focused(dispute).is_some_and(|focus| focus.id == found.id);
    (!is_in_focus).then(|| Ask::Review(ReviewAsk::Focus(found.id.clone(), false)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_have_letters_colours_and_lines_of_their_own() {
        assert_eq!([letter(0), letter(2), letter(25), letter(26)], ["A", "C", "Z", "27"]);
        let looks: BTreeSet<([u8; 4], LineStyle)> = (0..9).map(|who| (color(who).to_array(), line(who))).collect();
        assert_eq!(looks.len(), 9);
        assert!((0..9).all(|who| line(who) != LineStyle::Solid), "that is the line of the result");
    }
}
