//! Stages and steps, case by case and for any standing.

use proptest::prelude::*;

use super::*;

fn set(annotator: &str, revision: u32, state: SetState) -> SetStanding {
    SetStanding { annotator: annotator.to_owned(), revision, state }
}

fn standing(sets: &[SetStanding]) -> Standing {
    Standing { sets: sets.to_vec(), ..Standing::default() }
}

#[test]
fn the_policy_says_which_stages_a_sample_needs() {
    use SetState::{Draft, Rejected, SentBack, Submitted};
    let one = |state| standing(&[set("ana", 1, state)]);
    let two = standing(&[set("ana", 1, Submitted), set("ben", 2, Submitted)]);
    let half = standing(&[set("ana", 1, Submitted), set("ben", 2, SentBack)]);
    let plain = Demands { wanted: 1, ..Demands::default() };
    let reviewed = Demands { wants_review: true, ..plain };
    let overlapped = Demands { wanted: 2, ..plain };
    let disputed = Demands { wants_arbitration: true, ..overlapped };
    for (standing, demands, stage) in [
        (standing(&[]), plain, Stage::Label),
        (one(Draft), plain, Stage::Label),
        (one(Submitted), plain, Stage::Gold),
        (one(Submitted), reviewed, Stage::Review),
        (one(SentBack), reviewed, Stage::Label),
        (one(Rejected), reviewed, Stage::Label),
        (one(Submitted), overlapped, Stage::Label),
        (two.clone(), overlapped, Stage::Gold),
        (two.clone(), disputed, Stage::Arbitrate),
        (half, disputed, Stage::Label),
        // A second opinion that nobody asked for is there all the same.
        (two.clone(), Demands { wants_arbitration: true, ..plain }, Stage::Arbitrate),
        (Standing { settled_by: Some("art".to_owned()), ..two.clone() }, disputed, Stage::Gold),
        (Standing { reopened: Some("why".to_owned()), ..two }, overlapped, Stage::Arbitrate),
        (Standing { reopened: Some("why".to_owned()), ..one(Submitted) }, plain, Stage::Review),
    ] {
        assert_eq!(standing.stage(&demands), stage, "{standing:?} {demands:?}");
    }
}

#[test]
fn a_step_that_does_not_fit_is_refused_with_the_reason() {
    use SetState::{Draft, Rejected, SentBack, Submitted};
    let one = standing(&[set("ana", 2, Submitted)]);
    let two = standing(&[set("ana", 1, Submitted), set("ben", 2, Submitted)]);
    let settled = Standing { settled_by: Some("art".to_owned()), ..two.clone() };
    let accept = |sets| Step::Settle { how: Settling::Accepted, sets };
    let arbitrate = |sets| Step::Settle { how: Settling::Arbitrated, sets };
    for (standing, step, actor, of, refusal) in [
        (&one, Step::SendBack { revision: 2 }, "rea", "ana", None),
        (&one, Step::SendBack { revision: 2 }, "ana", "ana", Some("their own work")),
        (&one, Step::SendBack { revision: 1 }, "rea", "ana", Some("not the latest, which is 2")),
        (&one, Step::Reject { revision: 1 }, "rea", "ben", Some("ben has submitted nothing")),
        (&standing(&[set("ana", 1, Draft)]), Step::Reject { revision: 1 }, "rea", "ana", Some("altering")),
        (&standing(&[set("ana", 1, SentBack)]), Step::Reject { revision: 1 }, "rea", "ana", Some("sent back already")),
        (&standing(&[set("ana", 1, Rejected)]), Step::SendBack { revision: 1 }, "rea", "ana", Some("rejected already")),
        (&one, accept(&[("ana", 2)]), "rea", "", None),
        (&one, accept(&[("ana", 2)]), "ana", "", Some("their own work")),
        (&one, accept(&[]), "rea", "", Some("ana has submitted as well")),
        (&standing(&[]), accept(&[]), "rea", "", Some("nobody has submitted")),
        (&one, arbitrate(&[("ana", 2)]), "art", "", Some("takes a reviewer")),
        (&two, accept(&[("ana", 1)]), "rea", "", Some("ben has submitted as well")),
        (&two, accept(&[("ana", 1), ("ben", 2)]), "rea", "", Some("takes an arbiter")),
        (&two, arbitrate(&[("ana", 1), ("ben", 2)]), "art", "", None),
        (&two, arbitrate(&[("ana", 1), ("ben", 1)]), "art", "", Some("not the latest")),
        (&two, arbitrate(&[("ana", 1), ("ben", 2)]), "ben", "", Some("their own work")),
        (&two, Step::Reopen, "art", "", Some("not settled")),
        (&settled, Step::Reopen, "art", "", None),
        (&settled, Step::Edit, "ana", "ana", Some("read-only")),
        (&settled, Step::Submit, "ana", "ana", Some("read-only")),
        (&settled, Step::SendBack { revision: 1 }, "rea", "ana", Some("settled by art")),
        (&settled, arbitrate(&[("ana", 1), ("ben", 2)]), "eve", "", Some("reopen it first")),
    ] {
        let got = standing.refusal(step, actor, of);
        assert_eq!(got.is_some(), refusal.is_some(), "{step:?}: {got:?}");
        assert!(got.clone().unwrap_or_default().contains(refusal.unwrap_or_default()), "{step:?}: {got:?}");
    }
}

fn any_standing() -> impl Strategy<Value = Standing> {
    let state = prop_oneof![
        Just(SetState::Draft),
        Just(SetState::SentBack),
        Just(SetState::Submitted),
        Just(SetState::Rejected)
    ];
    (prop::collection::vec((1_u32..4, state), 0..4), any::<bool>(), any::<bool>()).prop_map(
        |(sets, settled, reopened)| {
            let names = ["ana", "ben", "cleo"];
            let sets =
                sets.into_iter().zip(names).map(|((revision, state), name)| set(name, revision, state)).collect();
            let said = |holds: bool| holds.then(|| "x".to_owned());
            Standing { sets, settled_by: said(settled), reopened: said(reopened && !settled) }
        },
    )
}

proptest! {
    /// Whatever happened before: who labelled cannot settle, and what is settled takes nothing but reopening.
    #[test]
    fn nobody_settles_what_they_labelled(standing in any_standing(), actor in prop::sample::select(vec!["ana", "ben", "cleo"])) {
        let counted: Vec<(&str, u32)> = standing.counting().map(|s| (s.annotator.as_str(), s.revision)).collect();
        for how in [Settling::Accepted, Settling::Fixed, Settling::Arbitrated] {
            let allowed = standing.refusal(Step::Settle { how, sets: &counted }, actor, "").is_none();
            prop_assert!(!allowed || !counted.iter().any(|(name, _)| *name == actor));
            prop_assert!(!allowed || standing.settled_by.is_none());
            prop_assert!(!allowed || (counted.len() > 1) == (how == Settling::Arbitrated));
        }
    }

    /// A sample is open at exactly one stage, and what is missing is what that stage says.
    #[test]
    fn the_stage_says_what_is_missing(standing in any_standing(), wanted in 1_u32..4, review: bool, dispute: bool) {
        let demands = Demands { wanted, wants_review: review, wants_arbitration: dispute };
        let counted = standing.counting().count();
        match standing.stage(&demands) {
            Stage::Label => prop_assert!(standing.settled_by.is_none() && counted < wanted as usize),
            Stage::Review => prop_assert!(counted == 1 && (review || standing.reopened.is_some())),
            Stage::Arbitrate => prop_assert!(counted > 1 && (dispute || standing.reopened.is_some())),
            Stage::Gold => prop_assert!(standing.settled_by.is_some() || counted >= wanted as usize),
        }
    }
}
