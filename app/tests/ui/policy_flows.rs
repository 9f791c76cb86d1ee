//! The Policy screen: from edited files to a version in force, withdrawing, campaigns, and who may do what.

use std::fs;
use std::path::{Path, PathBuf};

use concord_app::context::{Context, OpenProject, Screen};
use concord_app::messages::Body;
use concord_domain::decision::Decision;
use concord_domain::label_set::{LabelSet, Stamp};
use concord_domain::ontology::Ontology;
use concord_domain::policy::Policy;
use concord_store::{LogRow, Reader};
use egui::accesskit::Role;
use egui::{Key, Modifiers};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT, Queryable};

use crate::common::{Stage, drag, on_stage, options, press, project, wait, wait_for_sample, wait_until_free};
use crate::review_flows::{Drawn, submitted};

const LEFT: [f64; 4] = [10.0, 10.0, 40.0, 40.0];
const RIGHT: [f64; 4] = [80.0, 10.0, 110.0, 40.0];

/// The Policy screen of a project with somebody at the desk.
pub(crate) fn policing(harness: &mut Harness<'_, Stage>) {
    wait(harness, "the queue", |c| c.project.as_ref().is_some_and(|p| p.label.labelling().is_loaded));
    harness.run_steps(3);
    harness.get_by_label("Go to Policy").click();
    harness.run_steps(2);
    settled(harness);
}

pub(crate) fn sits_down(dir: &Path, place: &Path, who: &str) -> Harness<'static, Stage> {
    let mut options = options(dir);
    options.annotator = Some(who.to_owned());
    let builder = Harness::builder().with_size([1280.0, 900.0]);
    let mut harness = on_stage(builder, options, Some(place.to_owned()));
    policing(&mut harness);
    assert_eq!(harness.state().context().screen, Screen::Policy);
    harness
}

fn model<T>(context: &Context, of: impl Fn(&OpenProject) -> T) -> T {
    of(context.project.as_ref().expect("a project"))
}

/// Waits until nothing about policies is on its way.
pub(crate) fn settled(harness: &mut Harness<'_, Stage>) {
    use concord_app::jobs::Request;
    use concord_app::jobs::policies::PolicyWork;
    let all = [
        PolicyWork::Next,
        PolicyWork::Versions,
        PolicyWork::Campaigns,
        PolicyWork::People,
        PolicyWork::Publish,
        PolicyWork::Withdraw,
        PolicyWork::Begin,
        PolicyWork::Give,
    ];
    harness.run_steps(2);
    wait(harness, "the Policy screen", |c| all.iter().all(|what| !c.outstanding.awaits(&Request::Policy(*what))));
    harness.run_steps(3);
}

pub(crate) fn says(harness: &Harness<'_, Stage>, words: &str) -> bool {
    harness.query_all_by_label_contains(words).next().is_some()
}

pub(crate) fn clicks(harness: &mut Harness<'_, Stage>, name: &str) {
    harness.get_by_role_and_label(Role::Button, name).click();
    harness.run_steps(2);
    settled(harness);
}

pub(crate) fn types(harness: &mut Harness<'_, Stage>, role: Role, field: &str, text: &str) {
    harness.get_by_role_and_label(role, field).focus();
    harness.run_steps(2);
    harness.get_by_role_and_label(role, field).type_text(text);
    harness.run_steps(2);
}

pub(crate) fn is_disabled(harness: &Harness<'_, Stage>, role: Role, name: &str) -> bool {
    harness.get_by_role_and_label(role, name).accesskit_node().is_disabled()
}

/// What the log says of versions, label sets of others, campaigns and people.
pub(crate) fn log(place: &Path) -> Vec<LogRow> {
    let rows = Reader::open(place).expect("a reader").log_rows(0, 10_000, None).expect("read");
    let kinds = [
        "ontology_published",
        "policy_published",
        "policy_withdrawn",
        "labels_migrated",
        "labels_invalidated",
        "campaign_started",
        "roles_given",
    ];
    // The first version came with the project.
    rows.into_iter().filter(|row| kinds.contains(&row.decision.kind())).skip(2).collect()
}

fn told(rows: &[LogRow]) -> Vec<(&str, &str)> {
    rows.iter().map(|row| (row.actor.as_str(), row.decision.kind())).collect()
}

fn label_set(place: &Path, who: &str) -> LabelSet {
    let mut found = None;
    let take = |set: LabelSet| {
        if set.key.annotator == who {
            found = Some(set);
        }
    };
    Reader::open(place).expect("a reader").each_label_set(take).expect("read");
    found.unwrap_or_else(|| panic!("{who} labelled nothing"))
}

fn stamp(harness: &Harness<'_, Stage>) -> Stamp {
    model(harness.state().context(), |p| p.versions.stamp.clone())
}

/// Ana says bolt and nut, ben nut and nut.
pub(crate) fn disputed(dir: &Path) -> PathBuf {
    let place = project(dir, 3);
    let (ana, ben): ([Drawn<'_>; 2], [Drawn<'_>; 2]) =
        ([("bolt", LEFT), ("nut", RIGHT)], [("nut", LEFT), ("nut", RIGHT)]);
    submitted(&place, "ana", &ana);
    submitted(&place, "ben", &ben);
    wait_until_free(&place);
    place
}

pub(crate) fn edit_policy(place: &Path, change: impl FnOnce(&mut Policy)) {
    let path = place.join("policy.toml");
    let text = fs::read_to_string(&path).expect("the project has one");
    let mut policy = Policy::from_toml(&text, "").expect("it is valid");
    policy.version += 1;
    change(&mut policy);
    fs::write(path, policy.to_toml().expect("it can be written")).expect("it is writable");
}

/// Bolts become screws by rule; nuts are no class any more. The guideline says more, and two people are asked for.
pub(crate) fn edit_files(place: &Path) {
    let text = fs::read_to_string(place.join("ontology.toml")).expect("the project has one");
    let mut ontology = Ontology::from_toml(&text).expect("it is valid");
    ontology.version = 2;
    ontology.classes.retain(|class| class.name != "nut");
    "screw".clone_into(&mut ontology.classes[0].name);
    fs::write(place.join("ontology.toml"), ontology.to_toml().expect("it can be written")).expect("it is writable");
    fs::write(place.join("migration.toml"), "[[rename]]\nclass = 'bolt'\nto = 'screw'\n").expect("it is writable");
    fs::write(place.join("guideline.md"), "# How to label\n\n## screw\n\nWithout the shadow.\n")
        .expect("it is writable");
    edit_policy(place, |policy| policy.overlap = 2);
}

#[test]
fn edited_files_are_looked_at_published_and_bring_label_sets_along() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let place = project(dir.path(), 2);
    submitted(&place, "ana", &[("bolt", LEFT)]);
    submitted(&place, "ben", &[("nut", LEFT)]);
    let mut harness = sits_down(dir.path(), &place, "ada");
    assert!(says(&harness, "What stands in the files is in force: policy 1, ontology 1"));
    assert!(is_disabled(&harness, Role::Button, "Publish…"));
    edit_files(&place);
    clicks(&mut harness, "Look again");
    assert!(says(&harness, "Policy 2 and ontology 2 are new"));
    for words in
        ["class › bolt", "→ screw", "class › nut", "overlap", "1 → 2", "Without the shadow.", "no class \"nut\""]
    {
        assert!(says(&harness, words), "{words}");
    }
    clicks(&mut harness, "Publish…");
    assert!(says(&harness, "2 label sets bear another version:"));
    assert!(says(&harness, "1 is migrated by the rules of migration.toml"));
    assert!(says(&harness, "1 breaks the new version and goes back to its annotator"));
    assert_eq!(told(&log(&place)), [], "nothing happens before the yes");
    clicks(&mut harness, "Publish");
    assert!(says(&harness, "Published: policy 2, ontology 2"));
    assert!(says(&harness, "What stands in the files is in force: policy 2, ontology 2"));
    assert!(says(&harness, "policy 2 · ontology 2"), "the window works under it");
    let expected = [
        ("ada", "ontology_published"),
        ("ada", "policy_published"),
        ("ada", "labels_migrated"),
        ("ada", "labels_invalidated"),
    ];
    let mut rows = log(&place);
    rows[2..].sort_by_key(|row| row.decision.kind() != "labels_migrated");
    assert_eq!(told(&rows), expected);
    let (ana, ben) = (label_set(&place, "ana"), label_set(&place, "ben"));
    assert_eq!((ana.labels.objects[0].class.as_str(), ana.stamp.policy_version), ("screw", 2));
    assert!(ana.status.is_submitted() && !ben.status.is_submitted());
    assert_eq!(ben.labels.objects[0].class, "nut", "what he drew is there to be mended");
}

#[test]
fn label_sets_can_be_left_as_they_are_and_a_version_withdrawn() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let place = project(dir.path(), 2);
    submitted(&place, "ana", &[("bolt", LEFT)]);
    edit_policy(&place, |policy| policy.rules.min_side_px = 100.0);
    let mut harness = sits_down(dir.path(), &place, "ada");
    clicks(&mut harness, "Publish…");
    harness.get_by_role_and_label(Role::RadioButton, "Leave them as they are").click();
    harness.run_steps(3);
    assert!(says(&harness, "Nothing is migrated, nothing goes back."));
    clicks(&mut harness, "Publish");
    assert_eq!(told(&log(&place)), [("ada", "policy_published")]);
    assert!(label_set(&place, "ana").status.is_submitted());
    assert_eq!(stamp(&harness).policy_version, 2);

    clicks(&mut harness, "Versions");
    assert!(says(&harness, "rules › min_side_px"), "the newest is shown in detail");
    clicks(&mut harness, "Withdraw…");
    assert!(is_disabled(&harness, Role::Button, "Withdraw"), "it needs a reason");
    types(&mut harness, Role::MultilineTextInput, "Reason", "nothing is that large");
    clicks(&mut harness, "Withdraw");
    assert!(says(&harness, "withdrawn: nothing is that large"));
    let Some(Decision::PolicyWithdrawn { version, reason }) = log(&place).last().map(|row| row.decision.clone()) else {
        panic!("withdrawn")
    };
    assert_eq!((version, reason.as_str()), (2, "nothing is that large"));
    assert_eq!(stamp(&harness).policy_version, 1, "the one before is in force again");
    clicks(&mut harness, "Policy 1, ontology 1");
    assert!(is_disabled(&harness, Role::Button, "Withdraw…"));
    assert!(says(&harness, "it is the only one left: publish another one first"));
    clicks(&mut harness, "Next version");
    assert!(says(&harness, "but version 2 was given already: raise it to 3"));
}

#[test]
fn what_is_being_labelled_is_there_under_the_new_version() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let place = project(dir.path(), 2);
    edit_policy(&place, |policy| policy.rules.min_side_px = 100.0);
    let mut harness = sits_down(dir.path(), &place, "ada");
    harness.get_by_label("Go to Label").click();
    wait_for_sample(&mut harness);
    harness.run_steps(3);
    press(&mut harness, Modifiers::NONE, Key::R);
    drag(&mut harness, (20.0, 20.0), (60.0, 60.0));
    let findings = |c: &Context| model(c, |p| p.label.findings.len());
    assert_eq!(findings(harness.state().context()), 0);
    harness.get_by_label("Go to Policy").click();
    harness.run_steps(2);
    settled(&mut harness);
    clicks(&mut harness, "Publish…");
    assert!(says(&harness, "1 draft breaks the new version and stays with its annotator"));
    clicks(&mut harness, "Publish");
    harness.get_by_label("Go to Label").click();
    wait_for_sample(&mut harness);
    harness.run_steps(3);
    let context = harness.state().context();
    assert_eq!(model(context, |p| p.label.session().expect("a session").labels.objects.len()), 1);
    assert_eq!(findings(context), 1, "it is too small now");
    press(&mut harness, Modifiers::CTRL, Key::Z);
    assert_eq!(model(harness.state().context(), |p| p.label.session().expect("a session").labels.objects.len()), 0);
    wait(&mut harness, "the log", |c| c.outstanding.saving() == 0);
    let messages = harness.state().context().messages.shown();
    assert!(messages.iter().all(|m| matches!(m.body, Body::Info(_))), "{messages:?}");
}

#[test]
fn a_campaign_from_the_window_is_labelled_again_and_tells_what_it_changed() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let place = disputed(dir.path());
    {
        let mut harness = sits_down(dir.path(), &place, "ada");
        clicks(&mut harness, "Campaigns");
        assert!(says(&harness, "No campaign yet"));
        clicks(&mut harness, "New campaign…");
        assert!(is_disabled(&harness, Role::Button, "Begin"));
        types(&mut harness, Role::TextInput, "Name", "bolts or nuts");
        types(&mut harness, Role::MultilineTextInput, "To be found out", "the guideline shows both now");
        harness.get_by_role_and_label(Role::RadioButton, "samples on which two classes are confused").click();
        harness.run_steps(3);
        clicks(&mut harness, "Begin");
        assert!(says(&harness, "bolts or nuts began: 2 label sets are made again"));
        assert!(says(&harness, "0 of 2"));
        assert!(says(&harness, "There is nothing to compare until two people have labelled a sample again"));
        assert!(says(&harness, "nothing to compare"), "the reason stands in place of a figure");
        let Some(Decision::CampaignStarted { campaign, tasks, .. }) = log(&place).last().map(|r| r.decision.clone())
        else {
            panic!("begun")
        };
        assert_eq!((campaign.as_str(), tasks.len()), ("bolts or nuts", 2));

        clicks(&mut harness, "New campaign…");
        types(&mut harness, Role::TextInput, "Name", "bolts or nuts");
        types(&mut harness, Role::MultilineTextInput, "To be found out", "again");
        clicks(&mut harness, "Begin");
        assert!(says(&harness, "there is a campaign bolts or nuts already"), "in the window that asked");
        press(&mut harness, Modifiers::NONE, Key::Escape);
        assert!(!says(&harness, "there is a campaign bolts or nuts already"));
    }
    {
        let harness = sits_down(dir.path(), &place, "ana");
        let reasons = model(harness.state().context(), |p| p.label.labelling().items()[0].reasons.clone());
        assert_eq!(reasons[0].to_string(), "campaign bolts or nuts: the guideline shows both now");
    }
    let agreed: [Drawn<'_>; 2] = [("bolt", LEFT), ("nut", RIGHT)];
    submitted(&place, "ana", &agreed);
    submitted(&place, "ben", &agreed);
    let mut harness = sits_down(dir.path(), &place, "ada");
    clicks(&mut harness, "Campaigns");
    // By hand: before, two things of each are found by both and one is named alike, as chance alone has it; after, both.
    for words in ["2 of 2", "0.000 → 1.000", "+1.000", "0.500 → 1.000", "+0.500"] {
        assert!(says(&harness, words), "{words}");
    }
    assert!(!says(&harness, "NaN"));
}

#[test]
fn a_file_that_is_wrong_is_shown_with_its_reason_and_nothing_is_lost() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let place = project(dir.path(), 1);
    let whole = fs::read_to_string(place.join("policy.toml")).expect("the project has one");
    let mut harness = sits_down(dir.path(), &place, "ada");
    let before = stamp(&harness);
    fs::write(place.join("policy.toml"), "name = 'belt'\nversion = two\n").expect("it is writable");
    clicks(&mut harness, "Look again");
    assert!(says(&harness, "Reading the next version failed"));
    let why = harness.get_by_label_contains("policy.toml: ").accesskit_node().value().unwrap_or_default();
    assert!(why.contains("line 2") && why.contains("two"), "{why}");
    assert!(harness.query_by_label("Publish…").is_none());
    fs::write(place.join("policy.toml"), "name = 'belt'\nversion = 2\n[rules]\nmax_count = { gear = 1 }\n")
        .expect("it is writable");
    clicks(&mut harness, "Look again");
    assert!(says(&harness, "its rules name the class \"gear\", which the ontology does not have"));
    assert_eq!((stamp(&harness), log(&place)), (before, vec![]), "what is in force stays");
    fs::write(place.join("policy.toml"), whole).expect("it is writable");
    clicks(&mut harness, "Look again");
    assert!(says(&harness, "What stands in the files is in force: policy 1, ontology 1"));
}
