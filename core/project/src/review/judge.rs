//! A judge's session: taking a dispute up, verdicts on its disagreements, and the same verdict for all of a kind.

use concord_domain::change::Change;
use concord_domain::disagreement::Disagreement;
use concord_domain::judgement::{self, Verdict};
use concord_domain::label_set::{LabelSet, Labels};
use concord_domain::object::ObjectId;

use super::{Dispute, fused};
use crate::label::{Gesture, Session};

/// A verdict that was worked out aside, for the labels as they were then.
#[derive(Debug, Clone, PartialEq)]
pub struct Ruling {
    before: Labels,
    change: Change,
    ids_given: u64,
}

impl Ruling {
    /// True while the labels are those for which it was worked out.
    pub fn fits(&self, session: &Session) -> bool {
        self.before == session.labels
    }
}

impl Session {
    /// Begins to judge a dispute in this label set; what was judged here before, of other revisions, goes. `None` when
    /// these revisions are judged here already, or when the label set is an annotator's.
    pub fn take_up(&mut self, dispute: &Dispute) -> Option<Gesture> {
        if dispute.is_current(self) || dispute.sets.is_empty() || self.status.revision() > 0 {
            return None;
        }
        let sets: Vec<&LabelSet> = dispute.sets.iter().collect();
        let stage = dispute.judging_stage();
        self.make(|labels, next_id| {
            let begun = judgement::begin(stage, &sets, &dispute.comparison, next_id);
            if *labels == Labels::default() {
                return Some(begun);
            }
            labels.judgement.is_some().then(|| Change::Batch { changes: vec![judgement::clear(labels), begun] })
        })
    }

    /// Gives a verdict on a disagreement; `None` when it changes nothing.
    pub fn rule(&mut self, dispute: &Dispute, disagreement: &Disagreement, verdict: &Verdict) -> Option<Gesture> {
        self.make(|labels, next_id| ruled(labels, dispute, disagreement, verdict, next_id))
    }

    /// Gives one verdict on every disagreement of the same kind that is still open, as one step of the history; `None` when
    /// there is none.
    pub fn rule_like(&mut self, dispute: &Dispute, example: &Disagreement, verdict: &Verdict) -> Option<Gesture> {
        self.make(|labels, next_id| {
            let mut after = labels.clone();
            let mut changes = Vec::new();
            let open = labels.judgement.as_ref()?.open(&dispute.comparison);
            for disagreement in open.into_iter().filter(|d| d.is_like(example)) {
                let Some(change) = ruled(&after, dispute, disagreement, verdict, next_id) else { continue };
                change.apply(&mut after).ok()?;
                changes.push(change);
            }
            (!changes.is_empty()).then_some(Change::Batch { changes })
        })
    }

    /// Works a verdict out aside and alters nothing: it may take long where outlines are fused or many are like it. For all
    /// that are like it and open where `like` is set; `None` when it changes nothing.
    pub fn work_out(
        &self,
        dispute: &Dispute,
        disagreement: &Disagreement,
        verdict: &Verdict,
        like: bool,
    ) -> Option<Ruling> {
        let mut aside = self.clone();
        let gesture = if like {
            aside.rule_like(dispute, disagreement, verdict)
        } else {
            aside.rule(dispute, disagreement, verdict)
        };
        let change = gesture?.change().clone();
        Some(Ruling { before: self.labels.clone(), change, ids_given: aside.ids_given() })
    }

    /// Gives a verdict that was worked out aside; `None` when the labels were altered since, for then it may be another.
    pub fn carry_out(&mut self, ruling: Ruling) -> Option<Gesture> {
        if !ruling.fits(self) {
            return None;
        }
        self.skip_ids(ruling.ids_given);
        self.apply(ruling.change)
    }

    /// Takes a verdict back, with what it put there; `None` where there is none.
    pub fn unrule(&mut self, disagreement: &Disagreement) -> Option<Gesture> {
        self.make(|labels, _| judgement::unrule(labels, disagreement))
    }
}

fn ruled(
    labels: &Labels,
    dispute: &Dispute,
    disagreement: &Disagreement,
    verdict: &Verdict,
    next_id: &mut dyn FnMut() -> ObjectId,
) -> Option<Change> {
    let sets: Vec<&LabelSet> = dispute.sets.iter().collect();
    let geometry = if *verdict == Verdict::Fused { fused::geometry(disagreement, &sets, dispute.size) } else { None };
    judgement::rule(labels, disagreement, verdict, &sets, geometry.as_ref(), next_id)
}
