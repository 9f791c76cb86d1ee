//! Walking through disagreements and giving verdicts.

use std::sync::Arc;

use concord_domain::change::Change;
use concord_domain::disagreement::{Disagreement, DisagreementId, Kind};
use concord_domain::judgement::Verdict;
use concord_domain::label_set::LabelSet;
use concord_domain::object::{Object, ObjectId};
use concord_domain::sample::SampleId;
use concord_domain::tool::ToolKind;
use concord_geometry::{BBox, Point};
use concord_language::tr;
use concord_project::label::Session;
use concord_project::review::{Dispute, Ruling, can_be_said, objects_of};

use super::ReviewAsk;
use super::model::{Mode, dispute_of};
use crate::actions::VerdictKey;
use crate::context::{OpenProject, Update};
use crate::jobs::{JobEvent, Lane, Request};
use crate::screens::label;

/// How long the canvas moves to a disagreement, in seconds.
const GLIDE_S: f32 = 0.2;
/// Screen points left free around what is gone to.
const MARGIN: f64 = 12.0;
/// How much of its surroundings is shown with a thing on each side, as a share of its longer side.
const SURROUNDINGS: f64 = 0.6;
/// The least of them, as a share of the image's longer side.
const LEAST_SURROUNDINGS: f64 = 0.08;

/// The first disagreement whose verdict a change gives or takes back.
pub(crate) fn judged(change: &Change) -> Option<&DisagreementId> {
    match change {
        Change::Judge { disagreement, .. } => Some(disagreement),
        Change::Batch { changes } => changes.iter().find_map(judged),
        _ => None,
    }
}

/// Goes to a disagreement.
pub(crate) fn focus(update: &mut Update<'_>, id: &DisagreementId, shows: bool) {
    let Some(project) = &mut update.context.project else { return };
    project.review.set_focus(Some(id.clone()));
    if shows {
        show_focus(update);
    }
}

/// Goes to the disagreement so many places on, around the ends.
pub fn step(update: &mut Update<'_>, by: isize) {
    let Some(project) = &update.context.project else { return };
    let Some(dispute) = dispute_of(project) else { return };
    let all = &dispute.comparison.disagreements;
    let at = project.review.focused(dispute).and_then(|d| all.iter().position(|other| other.id == d.id));
    let next = at.map_or(0, |at| (at as isize + by).rem_euclid(all.len().max(1) as isize) as usize);
    if let Some(id) = all.get(next).map(|d| d.id.clone()) {
        focus(update, &id, true);
    }
}

/// Brings the disagreement in focus into sight, with its surroundings; one about the image as a whole shows all of it.
pub(super) fn show_focus(update: &mut Update<'_>) {
    let seconds = if update.context.settings.reduced_motion() { 0.0 } else { GLIDE_S };
    let Some(project) = &update.context.project else { return };
    let Some(dispute) = dispute_of(project) else { return };
    let Some(disagreement) = project.review.focused(dispute) else { return };
    let canvas = &mut update.views.label.canvas;
    match place_of(dispute, disagreement) {
        Some(place) => canvas.glide_to(place, MARGIN, seconds),
        None => canvas.fit(),
    }
}

/// The part of the image that shows a disagreement with its surroundings.
fn place_of(dispute: &Dispute, disagreement: &Disagreement) -> Option<BBox> {
    let object = |set: &LabelSet, id| set.labels.object(id).map(Object::bounds);
    let bounds = disagreement.members.iter().filter_map(|member| {
        dispute
            .sets
            .iter()
            .find(|set| set.key.annotator == member.annotator)
            .and_then(|set| object(set, &member.object))
    });
    let both = bounds.reduce(|a, b| {
        let (from, to) =
            (Point::new(a.x1().min(b.x1()), a.y1().min(b.y1())), Point::new(a.x2().max(b.x2()), a.y2().max(b.y2())));
        BBox::from_points(from, to).unwrap_or(a)
    })?;
    let longer = f64::from(dispute.size.width.max(dispute.size.height));
    let around = (both.width().max(both.height()) * SURROUNDINGS).max(longer * LEAST_SURROUNDINGS);
    let (from, to) = (Point::new(both.x1(), both.y1()), Point::new(both.x2(), both.y2()));
    let wide = BBox::from_points(from.moved(-around, -around), to.moved(around, around)).ok()?;
    wide.clipped(dispute.size).or(Some(wide))
}

/// The verdict of a key; `None` where there is no such person.
pub(crate) fn verdict_of(key: VerdictKey, dispute: &Dispute) -> Option<Verdict> {
    let name = |place: usize| dispute.annotators().nth(place).map(str::to_owned);
    let mixed = |geometry, class| Some(Verdict::Mixed { geometry: name(geometry)?, class: name(class)? });
    match key {
        VerdictKey::A => Some(Verdict::Take { of: name(0)? }),
        VerdictKey::B => Some(Verdict::Take { of: name(1)? }),
        VerdictKey::All => Some(Verdict::All),
        VerdictKey::Neither => Some(Verdict::Neither),
        VerdictKey::Fused => Some(Verdict::Fused),
        VerdictKey::PlaceOfA => mixed(0, 1),
        VerdictKey::PlaceOfB => mixed(1, 0),
        VerdictKey::ByHand => Some(Verdict::ByHand),
    }
}

/// Gives the verdict of a key, to the disagreement in focus or to all that are like it and open.
pub fn give_by_key(update: &mut Update<'_>, key: VerdictKey, like: bool) {
    let dispute = update.context.project.as_ref().and_then(dispute_of);
    if let Some(verdict) = dispute.and_then(|dispute| verdict_of(key, dispute)) {
        give(update, &verdict, like);
    }
}

/// Gives a verdict and goes on to the next disagreement that is open. What may take long, the fused outline of several
/// people and the verdict for all of a kind, is worked out by a job and given when that is done.
pub(super) fn give(update: &mut Update<'_>, verdict: &Verdict, like: bool) {
    if (like || *verdict == Verdict::Fused) && work_out(update, verdict, like) {
        return;
    }
    if rule(update, verdict, like) {
        go_on(update);
    }
}

/// What a verdict is to be given on; `None` where it cannot be said, which the person is told.
fn subject(update: &mut Update<'_>, verdict: &Verdict) -> Option<(Arc<Dispute>, Disagreement)> {
    let project = update.context.project.as_ref()?;
    let dispute = project.review.shared_dispute(project.label.sample())?;
    let disagreement = project.review.focused(&dispute)?.clone();
    if !can_be_said(&disagreement, verdict) {
        update.context.messages.info(tr!("why-not-said"));
        return None;
    }
    Some((dispute, disagreement))
}

/// Gives a verdict at once; false when that cannot be.
fn rule(update: &mut Update<'_>, verdict: &Verdict, like: bool) -> bool {
    let Some((dispute, disagreement)) = subject(update, verdict) else { return false };
    label::judge(update, |session| {
        if like {
            session.rule_like(&dispute, &disagreement, verdict)
        } else {
            session.rule(&dispute, &disagreement, verdict)
        }
    })
}

/// Has a verdict worked out off the UI thread; false where nobody has time for it now.
fn work_out(update: &mut Update<'_>, verdict: &Verdict, like: bool) -> bool {
    let Some((dispute, disagreement)) = subject(update, verdict) else { return true };
    // Taking the dispute up is a step of its own, and what is worked out begins from there.
    if !label::judge(update, |_| None) {
        return true;
    }
    let Some(session) = update.context.project.as_ref().and_then(|p| p.label.session()) else { return true };
    let (session, verdict) = (session.clone(), verdict.clone());
    let ticket = update.context.outstanding.issue(Request::Ruling(session.sample.id.clone()));
    let work = move || {
        let ruling = session.work_out(&dispute, &disagreement, &verdict, like);
        JobEvent::Ruled(disagreement.id, ruling.map(Box::new))
    };
    let is_taken = update.jobs.run(Lane::Decode, ticket.clone(), work);
    if !is_taken {
        update.context.outstanding.settle(&ticket);
    }
    is_taken
}

/// Gives a verdict that was worked out, unless the sample was left or its labels were altered meanwhile.
pub fn take_ruling(update: &mut Update<'_>, sample: &SampleId, on: &DisagreementId, ruling: Option<Ruling>) {
    let Some(project) = &update.context.project else { return };
    let is_shown = project.label.is_reviewing() && project.label.sample() == Some(sample);
    let fits = |ruling: &Ruling| project.label.session().is_some_and(|session| ruling.fits(session));
    // Not even the dispute is taken up for one that is stale.
    let Some(ruling) = ruling.filter(|ruling| is_shown && fits(ruling)) else { return };
    let mut is_given = false;
    label::judge(update, |session| {
        let gesture = session.carry_out(ruling);
        is_given = gesture.is_some();
        gesture
    });
    let focus = update.context.project.as_ref().and_then(|p| p.review.focused(dispute_of(p)?).map(|d| &d.id == on));
    if is_given && focus == Some(true) {
        go_on(update);
    }
}

/// Goes to the next disagreement that is open, if there is one.
fn go_on(update: &mut Update<'_>) {
    let Some(project) = &update.context.project else { return };
    let (Some(dispute), Some(session)) = (dispute_of(project), project.label.session()) else { return };
    let all = &dispute.comparison.disagreements;
    let at = project.review.focused(dispute).and_then(|d| all.iter().position(|other| other.id == d.id));
    let at = at.unwrap_or(0);
    let judgement = session.labels.judgement.as_ref();
    let is_open = |d: &&Disagreement| judgement.is_none_or(|j| !j.verdicts.contains_key(&d.id));
    let next = all.iter().skip(at + 1).chain(all.iter().take(at)).find(is_open).map(|d| d.id.clone());
    if let Some(next) = next {
        focus(update, &next, true);
    }
}

/// Takes the verdict on the disagreement in focus back.
pub fn take_back(update: &mut Update<'_>) {
    let Some(project) = &update.context.project else { return };
    let Some(dispute) = project.review.shared_dispute(project.label.sample()) else { return };
    if let Some(disagreement) = project.review.focused(&dispute) {
        label::judge(update, |session| session.unrule(disagreement));
    }
}

/// Takes what is disputed into the hand: the object that a verdict gave, or else that of A, or the fused one. Of a single
/// label set it is the object under the pointer.
pub fn edit_disputed(update: &mut Update<'_>) {
    let Some(project) = &update.context.project else { return };
    let Some(dispute) = project.review.shared_dispute(project.label.sample()) else { return };
    match project.review.focused(&dispute) {
        Some(disagreement) if matches!(disagreement.kind, Kind::Tag { .. }) => {
            update.context.messages.info(tr!("review-say-tag"));
            return;
        }
        Some(disagreement) => edit_one(update, &dispute, disagreement),
        None => mend(update),
    }
    label::take_tool(update, ToolKind::Select);
    if let Some(project) = &mut update.context.project {
        project.review.show_result(true);
    }
}

fn edit_one(update: &mut Update<'_>, dispute: &Dispute, disagreement: &Disagreement) {
    let found = |project: &OpenProject| {
        let labels = project.label.session().map(|session| &session.labels);
        labels.into_iter().flat_map(|l| objects_of(l, disagreement)).map(|o| o.id.clone()).collect::<Vec<_>>()
    };
    let there = update.context.project.as_ref().map(found).unwrap_or_default();
    if there.is_empty() {
        let first = dispute.annotators().next().filter(|name| disagreement.object_of(name).is_some());
        let verdict = first.map_or(Verdict::Fused, |name| Verdict::Take { of: name.to_owned() });
        if !rule(update, &verdict, false) {
            return;
        }
    }
    if let Some(project) = &mut update.context.project {
        let ids = found(project);
        select_all_of(project, ids);
    }
}

/// Begins to mend a single label set.
fn mend(update: &mut Update<'_>) {
    if !label::judge(update, |_: &mut Session| None) {
        return;
    }
    let at = update.views.label.canvas.hover();
    let Some(project) = &mut update.context.project else { return };
    let objects = project.label.session().map(|session| session.labels.objects.as_slice()).unwrap_or_default();
    let pointed = at.and_then(|at| objects.iter().rev().find(|object| object.geometry.contains(at)));
    let only = objects.first().filter(|_| objects.len() == 1);
    let chosen: Vec<_> = pointed.or(only).map(|object| object.id.clone()).into_iter().collect();
    select_all_of(project, chosen);
}

fn select_all_of(project: &mut OpenProject, ids: Vec<ObjectId>) {
    project.label.selection.set([]);
    project.label.selection.set(ids);
}

/// The next way to hold label sets against each other.
pub fn next_mode(update: &mut Update<'_>) {
    let Some(project) = &mut update.context.project else { return };
    let mode = project.review.next_mode();
    project.review.look(ReviewAsk::Mode(mode));
}

/// Shows the other one of two label sets; side by side, exchanges them.
pub fn flip(update: &mut Update<'_>) {
    let Some(project) = &mut update.context.project else { return };
    let Some(mode) = dispute_of(project).map(|dispute| project.review.mode(dispute)) else { return };
    match mode {
        Mode::Overlay => project.review.look(ReviewAsk::Mode(Mode::Flicker)),
        Mode::Flicker => {
            project.review.flip();
            project.review.flips_at = None;
        }
        Mode::SideBySide => project.review.exchange(),
    }
}
