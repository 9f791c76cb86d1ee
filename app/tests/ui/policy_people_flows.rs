//! The Policy screen's people: roles given by ticks, and what somebody without the right sees.

use concord_app::actions::Action;
use concord_app::context::Ask;
use concord_app::screens::policy::PolicyAsk;
use concord_domain::decision::Decision;
use concord_domain::role::{Role as ProjectRole, Roles};
use concord_project::publish::Existing;
use concord_project::{Desk, people};
use egui::accesskit::Role;
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;

use crate::common::Stage;
use crate::policy_flows::{clicks, disputed, edit_policy, is_disabled, log, says, settled, sits_down, types};

const NOW: i64 = 1_767_225_600_000;

fn ticks(harness: &mut Harness<'_, Stage>, name: &str) {
    harness.get_by_role_and_label(Role::CheckBox, name).click();
    harness.run_steps(2);
    settled(harness);
}

#[test]
fn roles_are_given_by_ticks_and_there_is_always_an_owner() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let place = disputed(dir.path());
    let mut harness = sits_down(dir.path(), &place, "ada");
    clicks(&mut harness, "People");
    assert!(says(&harness, "Nobody has a role: everybody may do everything"));
    types(&mut harness, Role::TextInput, "Name of the new person", "ada");
    ticks(&mut harness, "New person: Reviewer");
    assert!(says(&harness, "the first person with a role must be an owner"));
    ticks(&mut harness, "New person: Owner");
    clicks(&mut harness, "Add the person");
    assert!(is_disabled(&harness, Role::CheckBox, "ada: Owner") && is_disabled(&harness, Role::Button, "Take ada out"));
    // Who labelled is at hand.
    clicks(&mut harness, "ben");
    clicks(&mut harness, "Add the person");
    assert!(is_disabled(&harness, Role::CheckBox, "ben: Annotator"), "the only role");
    ticks(&mut harness, "ben: Arbiter");
    ticks(&mut harness, "ben: Annotator");
    clicks(&mut harness, "Take ben out");
    clicks(&mut harness, "Take out");
    assert!(harness.query_by_label("ben: Arbiter").is_none());
    let given: Vec<(String, Vec<&str>)> = log(&place)
        .iter()
        .filter_map(|row| match &row.decision {
            Decision::RolesGiven { person, roles } => {
                Some((person.clone(), roles.iter().map(|role| role.name()).collect()))
            }
            _ => None,
        })
        .collect();
    let expected: [(&str, &[&str]); 5] = [
        ("ada", &["reviewer", "owner"]),
        ("ben", &["annotator"]),
        ("ben", &["annotator", "arbiter"]),
        ("ben", &["arbiter"]),
        ("ben", &[]),
    ];
    let given: Vec<(&str, &[&str])> = given.iter().map(|(name, roles)| (name.as_str(), roles.as_slice())).collect();
    assert_eq!(given, expected);
}

#[test]
fn who_is_no_owner_sees_why_nothing_can_be_decided() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let place = disputed(dir.path());
    {
        let desk = Desk::open(&place, "ada", "test", || NOW).expect("a desk");
        people::give(&desk, "ada", Roles::from([ProjectRole::Owner])).expect("an owner");
        people::give(&desk, "ana", Roles::from([ProjectRole::Annotator])).expect("given");
    }
    edit_policy(&place, |policy| policy.overlap = 2);
    let before = log(&place);
    let mut harness = sits_down(dir.path(), &place, "ana");
    assert!(says(&harness, "ana may look but not decide here: only owners do, that is ada"));
    assert!(says(&harness, "Policy 2 is new"), "she sees what is to come");
    assert!(is_disabled(&harness, Role::Button, "Publish…"));
    clicks(&mut harness, "Versions");
    assert!(is_disabled(&harness, Role::Button, "Withdraw…"));
    clicks(&mut harness, "Campaigns");
    assert!(is_disabled(&harness, Role::Button, "New campaign…"));
    clicks(&mut harness, "People");
    assert!(is_disabled(&harness, Role::CheckBox, "ana: Owner"));
    assert!(is_disabled(&harness, Role::Button, "Add the person"));
    let app = harness.state_mut().app.as_mut().expect("it is there");
    app.ask(Ask::Invoke(Action::Publish));
    harness.run_steps(3);
    assert!(says(&harness, "only an owner of the project may decide this"));
    // Whoever gets past the window is refused by the log.
    let app = harness.state_mut().app.as_mut().expect("it is there");
    app.ask(Ask::Policy(PolicyAsk::Publish(Existing::BringAlong)));
    settled(&mut harness);
    assert!(says(&harness, "it takes the role of owner, and ana is annotator"));
    assert_eq!(log(&place), before);
}
