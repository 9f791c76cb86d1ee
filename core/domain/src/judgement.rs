//! Judgements: what a reviewer or an arbiter makes of the label sets of others.
//!
//! Who judges works in a label set of their own, so that every tool, undo and the log serve them as they serve
//! annotators. It says which label sets it judges and what became of each disagreement; it is no vote, and cannot be
//! submitted as one.

use std::collections::BTreeMap;

use concord_geometry::Geometry;
use serde::{Deserialize, Serialize};

use crate::change::Change;
use crate::disagreement::{Agreed, Comparison, Disagreement, DisagreementId, Kind, Member};
use crate::gold;
use crate::label_set::{LabelSet, Labels};
use crate::object::{Object, ObjectId, Origin};
use crate::review::Stage;

/// What a label set of a judge is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Judgement {
    /// [`Stage::Review`] of one label set, or [`Stage::Arbitrate`] between several.
    pub stage: Stage,
    /// The label sets that are judged, in order of names.
    pub sets: Vec<JudgedSet>,
    /// What became of the disagreements that were decided so far.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub verdicts: BTreeMap<DisagreementId, Verdict>,
}

/// A revision of a label set that is judged.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct JudgedSet {
    /// Whose it is.
    pub annotator: String,
    /// Which revision.
    pub revision: u32,
}

/// What becomes of a disagreement.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(tag = "verdict", rename_all = "snake_case")]
pub enum Verdict {
    /// This person is right: their object as it is, or nothing where they have none.
    Take {
        /// Who.
        of: String,
    },
    /// Everybody is right: these are different things.
    All,
    /// Nobody is right: there is nothing.
    Neither,
    /// The place is that of one person, and everything else what another one said.
    Mixed {
        /// Whose geometry.
        geometry: String,
        /// Whose class, sub-class and attributes.
        class: String,
    },
    /// One object, fused from all.
    Fused,
    /// What the judge drew.
    ByHand,
}

impl Verdict {
    /// The word of files and of the command line.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Take { .. } => "take",
            Self::All => "all",
            Self::Neither => "neither",
            Self::Mixed { .. } => "mixed",
            Self::Fused => "fused",
            Self::ByHand => "by_hand",
        }
    }
}

/// The change that takes a judgement up on an empty draft: for a review, everything that the one label set has; for an
/// arbitration, what everybody says, objects fused.
pub fn begin(
    stage: Stage,
    sets: &[&LabelSet],
    comparison: &Comparison,
    next_id: &mut dyn FnMut() -> ObjectId,
) -> Change {
    let judged =
        sets.iter().map(|set| JudgedSet { annotator: set.key.annotator.clone(), revision: set.status.revision() });
    let judgement = Judgement { stage, sets: judged.collect(), verdicts: BTreeMap::new() };
    let mut changes = vec![Change::TakeUp { judgement }];
    if let [only] = sets {
        changes.extend(everything_of(only));
    } else {
        let objects = comparison.agreed.iter().filter_map(|agreed| agreed_object(agreed, sets, next_id));
        changes.extend(objects.enumerate().map(|(index, object)| Change::Insert { index, object }));
        let tags = sets.first().map(|set| &set.labels.tags).into_iter().flatten();
        let by_all = tags.filter(|tag| sets.iter().all(|set| set.labels.tags.contains(*tag)));
        changes.extend(by_all.map(|tag| Change::Tag { tag: tag.clone() }));
        if sets.iter().all(|set| set.labels.confirmed_empty) {
            changes.push(Change::ConfirmEmpty { empty: true });
        }
    }
    Change::Batch { changes }
}

/// What one label set has, as changes of an empty one. Objects keep their ids, so that their relations stay true.
fn everything_of(set: &LabelSet) -> Vec<Change> {
    let labels = &set.labels;
    let taken =
        labels.objects.iter().map(|object| Object { origin: settled(vec![member(set, object)]), ..object.clone() });
    let mut changes: Vec<Change> = taken.enumerate().map(|(index, object)| Change::Insert { index, object }).collect();
    changes.extend(labels.tags.iter().map(|tag| Change::Tag { tag: tag.clone() }));
    changes.extend(labels.relations.iter().map(|relation| Change::Relate { relation: relation.clone() }));
    if labels.confirmed_empty {
        changes.push(Change::ConfirmEmpty { empty: true });
    }
    changes
}

fn member(set: &LabelSet, object: &Object) -> Member {
    Member { annotator: set.key.annotator.clone(), object: object.id.clone() }
}

fn settled(from: Vec<Member>) -> Origin {
    Origin::Settled { from, edited: false }
}

fn agreed_object(agreed: &Agreed, sets: &[&LabelSet], next_id: &mut dyn FnMut() -> ObjectId) -> Option<Object> {
    let objects: Vec<&Object> = agreed.members.iter().filter_map(|m| object_of(m, sets)).collect();
    let fused = gold::fuse(&objects, sets.len()).ok()?;
    Some(Object { id: next_id(), origin: settled(agreed.members.clone()), ..fused })
}

fn object_of<'a>(member: &Member, sets: &[&'a LabelSet]) -> Option<&'a Object> {
    sets.iter().find(|set| set.key.annotator == member.annotator)?.labels.object(&member.object)
}

/// The change that gives a verdict on a disagreement: what an earlier verdict on it put there goes, and what this one says
/// comes. `None` when nothing would change.
///
/// A geometry from the outside takes the place of the fused one where there is one, such as a mask by STAPLE.
pub fn rule(
    labels: &Labels,
    disagreement: &Disagreement,
    verdict: &Verdict,
    sets: &[&LabelSet],
    fused: Option<&Geometry>,
    next_id: &mut dyn FnMut() -> ObjectId,
) -> Option<Change> {
    let before = labels.judgement.as_ref()?.verdicts.get(&disagreement.id).cloned();
    let mut changes = Vec::new();
    if *verdict != Verdict::ByHand {
        if let Kind::Tag { tag } = &disagreement.kind {
            changes.extend(tag_change(labels, tag, is_tagged(disagreement, verdict)));
        } else {
            changes.extend(removals(labels, disagreement));
            let left = labels.objects.len() - changes.iter().map(removed).sum::<usize>();
            let objects = objects_of(disagreement, verdict, sets, fused, next_id);
            let inserted = (left..).zip(objects).map(|(index, object)| Change::Insert { index, object });
            changes.extend(inserted);
        }
    }
    if before.as_ref() != Some(verdict) {
        let disagreement = disagreement.id.clone();
        changes.push(Change::Judge { disagreement, before, after: Some(verdict.clone()) });
    } else if is_same(&changes) {
        return None;
    }
    (!changes.is_empty()).then_some(Change::Batch { changes })
}

/// The change that takes a verdict back, with what it put there; `None` where there is none.
pub fn unrule(labels: &Labels, disagreement: &Disagreement) -> Option<Change> {
    let before = labels.judgement.as_ref()?.verdicts.get(&disagreement.id).cloned()?;
    let mut changes: Vec<Change> = match &disagreement.kind {
        Kind::Tag { tag } => tag_change(labels, tag, false).into_iter().collect(),
        _ => removals(labels, disagreement),
    };
    changes.push(Change::Judge { disagreement: disagreement.id.clone(), before: Some(before), after: None });
    Some(Change::Batch { changes })
}

/// The change that puts a judgement down with everything in it, so that the draft is empty.
pub fn clear(labels: &Labels) -> Change {
    let mut changes: Vec<Change> =
        labels.relations.iter().map(|relation| Change::Unrelate { relation: relation.clone() }).collect();
    let objects = labels.objects.iter().enumerate().rev();
    changes.extend(objects.map(|(index, object)| Change::Remove { index, object: object.clone() }));
    changes.extend(labels.tags.iter().map(|tag| Change::Untag { tag: tag.clone() }));
    if labels.confirmed_empty {
        changes.push(Change::ConfirmEmpty { empty: false });
    }
    for (suggestion, reason) in labels.rejected.iter() {
        changes.push(Change::Unreject { suggestion: suggestion.clone(), reason });
    }
    if let Some(judgement) = &labels.judgement {
        let verdicts = judgement.verdicts.iter().map(|(disagreement, verdict)| Change::Judge {
            disagreement: disagreement.clone(),
            before: Some(verdict.clone()),
            after: None,
        });
        changes.extend(verdicts);
        let judgement = Judgement { verdicts: BTreeMap::new(), ..judgement.clone() };
        changes.push(Change::PutDown { judgement });
    }
    Change::Batch { changes }
}

fn removed(change: &Change) -> usize {
    usize::from(matches!(change, Change::Remove { .. }))
}

/// True when objects go and come again as they were, but for their ids.
fn is_same(changes: &[Change]) -> bool {
    let plain = |object: &Object| Object { id: ObjectId(String::new()), ..object.clone() };
    let mut gone: Vec<Object> = Vec::new();
    let mut come: Vec<Object> = Vec::new();
    for change in changes {
        match change {
            Change::Remove { object, .. } => gone.push(plain(object)),
            Change::Insert { object, .. } => come.push(plain(object)),
            _ => return false,
        }
    }
    gone.reverse();
    gone == come
}

/// Takes out what came from the members of a disagreement, from the back, with its ties.
fn removals(labels: &Labels, disagreement: &Disagreement) -> Vec<Change> {
    let is_of = |object: &Object| match &object.origin {
        Origin::Settled { from, .. } => from.iter().any(|member| disagreement.members.contains(member)),
        _ => false,
    };
    let gone: Vec<(usize, &Object)> = labels.objects.iter().enumerate().filter(|(_, o)| is_of(o)).collect();
    let is_gone = |id: &ObjectId| gone.iter().any(|(_, object)| object.id == *id);
    let untied = labels.relations.iter().filter(|r| is_gone(&r.from) || is_gone(&r.to));
    let mut changes: Vec<Change> = untied.map(|relation| Change::Unrelate { relation: relation.clone() }).collect();
    changes
        .extend(gone.iter().rev().map(|(index, object)| Change::Remove { index: *index, object: (*object).clone() }));
    changes
}

/// The objects that a verdict gives.
fn objects_of(
    disagreement: &Disagreement,
    verdict: &Verdict,
    sets: &[&LabelSet],
    fused: Option<&Geometry>,
    next_id: &mut dyn FnMut() -> ObjectId,
) -> Vec<Object> {
    let copy = |member: &Member, next_id: &mut dyn FnMut() -> ObjectId| {
        let object = object_of(member, sets)?.clone();
        Some(Object { id: next_id(), group: None, origin: settled(vec![member.clone()]), ..object })
    };
    let of = |name: &str| disagreement.members.iter().find(|member| member.annotator == name);
    match verdict {
        Verdict::Take { of: name } => of(name).and_then(|member| copy(member, next_id)).into_iter().collect(),
        Verdict::All => disagreement.members.iter().filter_map(|member| copy(member, next_id)).collect(),
        Verdict::Neither | Verdict::ByHand => vec![],
        Verdict::Mixed { geometry, class } => {
            let (Some(place), Some(rest)) = (of(geometry), of(class)) else { return vec![] };
            let Some(shape) = object_of(place, sets).map(|o| o.geometry.clone()) else { return vec![] };
            let mut from = vec![place.clone(), rest.clone()];
            from.dedup();
            let mixed = copy(rest, next_id).map(|object| Object { geometry: shape, origin: settled(from), ..object });
            mixed.into_iter().collect()
        }
        Verdict::Fused => {
            let members: Vec<&Object> = disagreement.members.iter().filter_map(|m| object_of(m, sets)).collect();
            let object = gold::fuse_with_doubt(&members).map(|object| Object {
                id: next_id(),
                geometry: fused.cloned().unwrap_or_else(|| object.geometry.clone()),
                origin: settled(disagreement.members.clone()),
                ..object
            });
            object.into_iter().collect()
        }
    }
}

/// Whether the image has the tag of a disagreement by a verdict.
fn is_tagged(disagreement: &Disagreement, verdict: &Verdict) -> bool {
    match verdict {
        Verdict::Take { of } => disagreement.with.contains(of),
        Verdict::All => true,
        Verdict::Mixed { class, .. } => disagreement.with.contains(class),
        Verdict::Fused => 2 * disagreement.with.len() > disagreement.with.len() + disagreement.without.len(),
        Verdict::Neither | Verdict::ByHand => false,
    }
}

fn tag_change(labels: &Labels, tag: &str, wanted: bool) -> Option<Change> {
    let tag = tag.to_owned();
    match (labels.tags.contains(&tag), wanted) {
        (false, true) => Some(Change::Tag { tag }),
        (true, false) => Some(Change::Untag { tag }),
        _ => None,
    }
}

impl Judgement {
    /// The disagreements on which nothing was decided yet, the most severe first.
    pub fn open<'a>(&self, comparison: &'a Comparison) -> Vec<&'a Disagreement> {
        comparison.disagreements.iter().filter(|d| !self.verdicts.contains_key(&d.id)).collect()
    }

    /// True when it is about these revisions and no others.
    pub fn is_about(&self, sets: &[&LabelSet]) -> bool {
        let is_one = |judged: &JudgedSet, set: &&LabelSet| {
            judged.annotator == set.key.annotator && judged.revision == set.status.revision()
        };
        self.sets.len() == sets.len() && self.sets.iter().zip(sets).all(|(judged, set)| is_one(judged, set))
    }
}

#[cfg(test)]
mod tests;
