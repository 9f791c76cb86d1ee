//! Who may take which step, and what the log says of it afterwards.

use concord_domain::change::Change;
use concord_domain::decision::Decision;
use concord_domain::disagreement::Member;
use concord_domain::label_set::Labels;
use concord_domain::object::{ObjectId, Origin};
use concord_domain::policy::Policy;
use concord_domain::review::{SetState, Settling};
use concord_domain::role::{Role, Roles};

use crate::fixture::{Fixture, id, is_sound, key, refused};

#[test]
fn one_label_set_goes_from_hand_to_hand_and_the_log_says_so() {
    let mut f = Fixture::new().with_people();
    f.draw("ana", "a", 0.0);
    f.submit("ana", 1).expect("it breaks no rule");
    f.send_back("rea", "ana", 1).expect("a reviewer may");
    assert_eq!(f.state("ana"), SetState::SentBack);
    let back = f.reader().returns(Some("ana")).expect("read");
    assert_eq!(
        (back[0].reason.as_str(), back[0].comments.len(), back[0].by.as_str()),
        ("the head is cut off", 1, "rea")
    );
    assert_eq!(f.reader().done_by("ana").expect("read"), [], "it is hers to do again");
    f.draw("ana", "b", 20.0);
    assert_eq!(f.state("ana"), SetState::SentBack, "until she submits");
    f.submit("ana", 2).expect("mended");
    assert_eq!(f.reader().returns(None).expect("read"), []);
    f.settle("rea", "ana", Settling::Accepted, &[("ana", 2)]).expect("accepted");
    let gold = f.reader().gold_of(&id()).expect("read").expect("settled");
    assert_eq!((gold.by.as_str(), gold.how, gold.labels.objects.len()), ("rea", Settling::Accepted, 2));
    refused(f.edit("ana", Change::Tag { tag: "x".to_owned() }), "settled by rea and is read-only");
    refused(f.submit("ana", 3), "reopen it first");
    f.reopen("rea").expect("with a reason");
    assert_eq!(f.reader().gold_of(&id()).expect("read"), None);
    assert_eq!(f.reader().reopened_for(&id()).expect("read").as_deref(), Some("a second look"));
    refused(f.reopen("rea"), "not settled");
    let story = f.story();
    let expected = [
        "ana labels_edited",
        "ana labels_submitted",
        "rea labels_sent_back",
        "ana labels_edited",
        "ana labels_submitted",
        "rea sample_settled",
        "rea sample_reopened",
    ];
    assert_eq!(story, expected);
    is_sound(f.dir.path());
}

#[test]
fn what_is_rejected_counts_for_nothing_and_is_not_asked_for_again() {
    let mut f = Fixture::new().with_people();
    f.draw("ana", "a", 0.0);
    f.submit("ana", 1).expect("submitted");
    f.reject("rea", "ana", 1).expect("a reviewer may");
    assert_eq!(f.state("ana"), SetState::Rejected);
    assert_eq!(f.reader().submitted().expect("read"), []);
    assert_eq!(f.reader().done_by("ana").expect("read"), [id()]);
    refused(f.settle("rea", "ana", Settling::Accepted, &[("ana", 1)]), "rejected already");
    f.draw("ana", "b", 30.0);
    f.submit("ana", 2).expect("a new revision is a new chance");
    assert_eq!(f.state("ana"), SetState::Submitted);
    is_sound(f.dir.path());
}

#[test]
fn a_reviewer_mends_in_a_label_set_of_their_own() {
    let mut f = Fixture::new().with_people();
    f.draw("ana", "a", 0.0);
    f.submit("ana", 1).expect("submitted");
    refused(f.settle("rea", "rea", Settling::Fixed, &[("ana", 1)]), "rea has not begun to judge");
    f.take_up("rea", &["ana"]).expect("rea labelled nothing");
    f.draw("rea", "r", 40.0);
    refused(f.submit("rea", 1), "it takes the role of annotator");
    let (labels, stamp, source) = (Labels::default(), f.stamp.clone(), "file".to_owned());
    let import = Decision::LabelsImported { key: key("rea"), revision: 1, stamp, labels, source };
    refused(f.by("olga", import), "rea judges 5a5a5a5a: what is judged is settled, not submitted");
    refused(f.settle("rea", "rea", Settling::Arbitrated, &[("ana", 1)]), "it takes the role of arbiter");
    f.settle("rea", "rea", Settling::Fixed, &[("ana", 1)]).expect("mended");
    let gold = f.reader().gold_of(&id()).expect("read").expect("settled");
    let origins: Vec<&Origin> = gold.labels.objects.iter().map(|o| &o.origin).collect();
    let from = vec![Member { annotator: "ana".to_owned(), object: ObjectId("a".to_owned()) }];
    assert_eq!(origins, [&Origin::Settled { from, edited: false }, &Origin::Drawn]);
    assert_eq!(gold.labels.judgement, None);
    assert_eq!(f.reader().label_sets_of(&id()).expect("read").len(), 1, "what a judge has is no annotator's word");
    is_sound(f.dir.path());
}

#[test]
fn an_arbiter_settles_between_two() {
    let mut f = Fixture::new().with_people();
    f.draw("ana", "a", 0.0);
    f.submit("ana", 1).expect("submitted");
    f.draw("ben", "b", 50.0);
    f.submit("ben", 1).expect("submitted");
    let both = [("ana", 1), ("ben", 1)];
    refused(f.settle("rea", "ana", Settling::Accepted, &both), "takes an arbiter");
    f.take_up("art", &["ana", "ben"]).expect("art labelled nothing");
    f.draw("art", "c", 25.0);
    refused(f.settle("art", "art", Settling::Arbitrated, &[("ana", 1)]), "takes a reviewer");
    // Ben submits again meanwhile.
    f.draw("ben", "d", 80.0);
    refused(f.settle("art", "art", Settling::Arbitrated, &both), "altering");
    f.submit("ben", 2).expect("submitted");
    refused(f.settle("art", "art", Settling::Arbitrated, &both), "not the latest");
    refused(f.settle("art", "art", Settling::Arbitrated, &[("ana", 1), ("ben", 2)]), "take it up again");
    f.send_back("rea", "ben", 2).expect("a reviewer may");
    f.submit("ben", 3).expect("as it was");
    refused(f.settle("art", "art", Settling::Arbitrated, &[("ana", 1), ("ben", 3)]), "take it up again");
    is_sound(f.dir.path());
}

#[test]
fn nobody_does_what_their_role_does_not_allow() {
    let mut f = Fixture::new();
    // Without people everybody may do everything but judge their own work.
    f.draw("ana", "a", 0.0);
    f.submit("ana", 1).expect("submitted");
    refused(f.send_back("ana", "ana", 1), "their own work");
    refused(f.settle("ana", "ana", Settling::Accepted, &[("ana", 1)]), "their own work");
    refused(f.take_up("ana", &["ana"]), "their own work");
    let ana =
        |roles: &[Role]| Decision::RolesGiven { person: "ana".to_owned(), roles: roles.iter().copied().collect() };
    refused(f.by("ana", ana(&[Role::Annotator])), "must be an owner");
    let mut f = f.with_people();
    let withdraw = Decision::PolicyWithdrawn { version: 1, reason: "wrong".to_owned() };
    for (actor, decision, why) in [
        ("ana", ana(&[Role::Owner]), "it takes the role of owner, and ana is annotator"),
        ("olga", Decision::RolesGiven { person: "olga".to_owned(), roles: Roles::new() }, "only owner"),
        ("rea", withdraw, "role of owner"),
        ("eve", Decision::SampleReopened { sample: id(), reason: "x".to_owned() }, "eve has no role"),
        ("ben", Decision::SampleSkipped { key: key("ana"), reason: "x".to_owned() }, "in the name of ana"),
        ("ana", Decision::ReleaseMade { name: "r".to_owned(), digest: String::new(), samples: 0, objects: 0 }, "owner"),
    ] {
        refused(f.by(actor, decision), why);
    }
    refused(f.send_back("ben", "ana", 1), "reviewer or arbiter");
    refused(f.reject("ben", "ana", 1), "reviewer or arbiter");
    refused(f.settle("art", "ana", Settling::Accepted, &[("ana", 1)]), "role of reviewer, and art is arbiter");
    f.settle("olga", "ana", Settling::Accepted, &[("ana", 1)]).expect("an owner may do everything");
    refused(f.reopen("ben"), "reviewer or arbiter");
    is_sound(f.dir.path());
}

#[test]
fn nothing_is_submitted_under_a_policy_that_was_withdrawn() {
    let mut f = Fixture::new();
    f.draw("ana", "a", 0.0);
    let withdraw = |version| Decision::PolicyWithdrawn { version, reason: "the edge rule was wrong".to_owned() };
    refused(f.by("olga", withdraw(1)), "the only one in force");
    refused(f.by("olga", withdraw(7)), "no version 7");
    f.publish(2);
    f.by("olga", withdraw(1)).expect("there is another one");
    refused(f.by("olga", withdraw(1)), "withdrawn already");
    refused(f.submit("ana", 1), "version 1 of the policy was withdrawn (the edge rule was wrong)");
    f.publish(3);
    f.by("olga", withdraw(3)).expect("a newer one may go as well");
    assert_eq!(f.reader().policy().expect("read").expect("one is in force").version, 2);
    f.stamp.policy_version = 2;
    f.stamp.policy_digest = Policy { version: 2, ..Policy::first("p") }.digest();
    f.submit("ana", 1).expect("under the one in force");
    is_sound(f.dir.path());
}

#[test]
fn the_log_tells_which_versions_came_and_went() {
    let mut f = Fixture::new();
    f.draw("ana", "a", 0.0);
    f.publish(2);
    let withdraw = Decision::PolicyWithdrawn { version: 1, reason: "the edge rule was wrong".to_owned() };
    f.by("rea", withdraw.clone()).expect("there is another one");
    let rows = f.reader().version_rows().expect("read");
    let told: Vec<(&str, &str, i64)> =
        rows.iter().map(|row| (row.actor.as_str(), row.decision.kind(), row.at_utc_ms)).collect();
    // The fixture's clock ticks with every decision after the import; drawing was the third.
    let expected = [
        ("olga", "ontology_published", 1),
        ("olga", "policy_published", 2),
        ("olga", "policy_published", 4),
        ("rea", "policy_withdrawn", 5),
    ];
    assert_eq!(told, expected);
    assert_eq!(rows[3].decision, withdraw);
}

/// An answer to a task whose answer is known is given on a settled sample, and alters nothing of it.
#[test]
fn a_settled_sample_still_serves_as_a_known_answer() {
    let mut f = Fixture::new();
    f.draw("ana", "a", 0.0);
    f.submit("ana", 1).expect("submitted");
    f.settle("rea", "ana", Settling::Accepted, &[("ana", 1)]).expect("accepted");
    refused(f.edit("ben", Change::ConfirmEmpty { empty: true }), "read-only");
    f.by("ben", Decision::TaskLeased { key: key("ben"), until_utc_ms: 99_999, honeypot: true }).expect("taken");
    f.draw("ben", "b", 3.0);
    f.submit("ben", 1).expect("an answer");
    assert!(f.reader().gold_of(&id()).expect("read").is_some_and(|gold| gold.labels.objects[0].id.0 == "a"));
    is_sound(f.dir.path());
}
