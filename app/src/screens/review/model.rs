//! What the Review screen works on: the samples that wait, what is disputed on those at hand, and how it is looked at.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use concord_domain::disagreement::{Disagreement, DisagreementId};
use concord_domain::role::People;
use concord_domain::sample::SampleId;
use concord_language::tr;
use concord_project::review::{Dispute, Obstacle, Waiting};

use super::ReviewAsk;
use crate::context::OpenProject;
use crate::error_text::ErrorText;

/// What waits, on its way from the job that listed it.
#[derive(Debug, Clone, PartialEq)]
pub struct WaitingLoaded {
    /// Every sample that somebody submitted, the urgent first.
    pub list: Vec<Waiting>,
    /// Who may do what.
    pub people: People,
}

/// How label sets are held against each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Mode {
    /// All over one another.
    #[default]
    Overlay,
    /// Two in turn, in one place.
    Flicker,
    /// Two beside one another.
    SideBySide,
}

impl Mode {
    /// All of them, in the order in which a key goes through them.
    pub const ALL: [Self; 3] = [Self::Overlay, Self::Flicker, Self::SideBySide];
}

/// How it is looked at.
#[derive(Debug, Default)]
struct Looks {
    mode: Mode,
    /// The two who are compared, by their places, and whether it is the second one's turn.
    pair: [usize; 2],
    is_flipped: bool,
    /// People whose labels are not shown in the overlay.
    hidden: BTreeSet<String>,
    hides_result: bool,
}

/// The state of the Review screen.
#[derive(Debug, Default)]
pub struct ReviewModel {
    list: Vec<Waiting>,
    places: BTreeMap<SampleId, usize>,
    people: People,
    /// Whether samples are listed that wait for nobody on this screen.
    pub shows_all: bool,
    /// Why what waits could not be listed.
    pub failure: Option<ErrorText>,
    disputes: BTreeMap<SampleId, Arc<Dispute>>,
    pub(super) failed: BTreeMap<SampleId, ErrorText>,
    /// The sample whose first disagreement was gone to.
    pub(super) turned_to: Option<SampleId>,
    focus: Option<DisagreementId>,
    looks: Looks,
    /// When the other of two label sets is shown by itself, in seconds of the window's clock.
    pub(super) flips_at: Option<f64>,
    /// Whether suggestions of models are shown.
    pub suggestions: bool,
    revision: u64,
}

/// What is disputed on the sample on the screen, once it is loaded.
pub fn dispute_of(project: &OpenProject) -> Option<&Dispute> {
    project.review.dispute(project.label.sample()?)
}

/// Why the labels on the screen cannot be altered, if they cannot. `anew` is false for going back and forth in what was
/// done, which may begin or end with label sets that are no longer as they were.
pub fn obstacle(project: &OpenProject, anew: bool) -> Option<String> {
    let session = project.label.session()?;
    if project.label.is_reviewing() {
        let Some(dispute) = dispute_of(project) else { return Some(tr!("review-still-loads").to_owned()) };
        let is_outdated = anew && session.labels.judgement.is_some() && !dispute.is_current(session);
        let obstacle = dispute.obstacle_in(session).or_else(|| is_outdated.then_some(Obstacle::Outdated));
        return obstacle.map(|obstacle| obstacle.message().local());
    }
    if let Some(by) = &session.settled_by {
        return Some(tr!("label-settled", by = by));
    }
    session.labels.judgement.is_some().then(|| tr!("label-judged").to_owned())
}

impl ReviewModel {
    /// Takes over what waits.
    pub(super) fn load(&mut self, loaded: WaitingLoaded) {
        self.places = loaded.list.iter().enumerate().map(|(place, waiting)| (waiting.sample.clone(), place)).collect();
        (self.list, self.people, self.failure) = (loaded.list, loaded.people, None);
    }

    /// The samples to list, the urgent first.
    pub(super) fn listed(&self) -> impl Iterator<Item = &Waiting> {
        self.list.iter().filter(|waiting| self.shows_all || waiting.is_due())
    }

    /// How many wait for an arbiter or a reviewer.
    pub fn due(&self) -> usize {
        self.list.iter().filter(|waiting| waiting.is_due()).count()
    }

    /// What is known of a sample that is listed.
    pub fn waiting(&self, sample: &SampleId) -> Option<&Waiting> {
        self.list.get(*self.places.get(sample)?)
    }

    /// Why a person cannot judge a listed sample, if they cannot.
    pub(super) fn obstacle_for(&self, waiting: &Waiting, person: &str) -> Option<Obstacle> {
        waiting.obstacle(person, &self.people)
    }

    /// What is disputed on a sample, once it is loaded.
    pub fn dispute(&self, sample: &SampleId) -> Option<&Dispute> {
        self.disputes.get(sample).map(Arc::as_ref)
    }

    /// As [`ReviewModel::dispute`], to be kept while the model changes.
    pub fn shared_dispute(&self, sample: Option<&SampleId>) -> Option<Arc<Dispute>> {
        self.disputes.get(sample?).cloned()
    }

    pub(super) fn put(&mut self, sample: SampleId, dispute: Dispute) {
        self.disputes.insert(sample, Arc::new(dispute));
        self.revision += 1;
    }

    /// Keeps what is disputed on these samples, and forgets the rest.
    pub(super) fn keep_only(&mut self, samples: &[SampleId]) {
        self.disputes.retain(|sample, _| samples.contains(sample));
        self.failed.retain(|sample, _| samples.contains(sample));
    }

    /// Forgets what was disputed on a sample, because somebody decided about it.
    pub(super) fn forget(&mut self, sample: &SampleId) {
        self.disputes.remove(sample);
        self.turned_to.take_if(|turned| turned == sample);
        self.revision += 1;
    }

    /// Forgets what is disputed anywhere, because somebody may have submitted.
    pub(super) fn forget_all(&mut self) {
        self.disputes.clear();
        self.turned_to = None;
        self.retry();
    }

    /// Tries again what could not be read.
    pub fn retry(&mut self) {
        self.failed.clear();
        self.failure = None;
        self.revision += 1;
    }

    /// The disagreement in focus.
    pub fn focused<'a>(&self, dispute: &'a Dispute) -> Option<&'a Disagreement> {
        let focus = self.focus.as_ref()?;
        dispute.comparison.disagreements.iter().find(|disagreement| disagreement.id == *focus)
    }

    pub(super) fn set_focus(&mut self, focus: Option<DisagreementId>) {
        if self.focus != focus {
            self.focus = focus;
            self.revision += 1;
        }
    }

    /// Begins with another sample.
    pub(super) fn turn(&mut self, sample: SampleId, focus: Option<DisagreementId>) {
        self.turned_to = Some(sample);
        (self.focus, self.flips_at) = (focus, None);
        (self.looks.pair, self.looks.is_flipped) = ([0, 1], false);
        self.revision += 1;
    }

    /// How the label sets of a dispute are shown; one by itself can only be laid over the image.
    pub fn mode(&self, dispute: &Dispute) -> Mode {
        if dispute.sets.len() > 1 { self.looks.mode } else { Mode::Overlay }
    }

    /// True when the sample on the screen is shown twice.
    pub fn is_side_by_side(&self, project: &OpenProject) -> bool {
        dispute_of(project).is_some_and(|dispute| self.mode(dispute) == Mode::SideBySide)
    }

    /// The two annotators that are compared, by their places.
    pub fn pair(&self) -> [usize; 2] {
        self.looks.pair
    }

    /// The annotator whose turn it is while two are shown in turn.
    pub fn on_turn(&self) -> usize {
        self.looks.pair[usize::from(self.looks.is_flipped)]
    }

    /// Shows the other one of the two.
    pub(super) fn flip(&mut self) {
        self.looks.is_flipped = !self.looks.is_flipped;
        self.revision += 1;
    }

    /// Exchanges the two.
    pub(super) fn exchange(&mut self) {
        self.looks.pair.reverse();
        self.revision += 1;
    }

    /// The mode that a key takes next.
    pub(super) fn next_mode(&self) -> Mode {
        let at = Mode::ALL.iter().position(|mode| *mode == self.looks.mode).unwrap_or(0);
        Mode::ALL[(at + 1) % Mode::ALL.len()]
    }

    /// Whether what somebody drew is shown in the overlay.
    pub fn shows(&self, annotator: &str) -> bool {
        !self.looks.hidden.contains(annotator)
    }

    /// Whether what is made of it is shown.
    pub fn shows_result(&self) -> bool {
        !self.looks.hides_result
    }

    /// Shows what is made of it, or hides it.
    pub fn show_result(&mut self, on: bool) {
        if self.looks.hides_result == on {
            self.looks.hides_result = !on;
            self.revision += 1;
        }
    }

    /// Grows whenever what is laid over the image must be drawn anew.
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// Looks at it otherwise. Two that are compared are shown without what is made of them, which would lie over both.
    pub(super) fn look(&mut self, ask: ReviewAsk) {
        let looks = &mut self.looks;
        match ask {
            ReviewAsk::ShowPerson(name, true) => drop(looks.hidden.remove(&name)),
            ReviewAsk::ShowPerson(name, false) => drop(looks.hidden.insert(name)),
            ReviewAsk::ShowResult(on) => looks.hides_result = !on,
            ReviewAsk::Mode(mode) => {
                looks.hides_result = mode != Mode::Overlay;
                (looks.mode, looks.is_flipped, self.flips_at) = (mode, false, None);
            }
            ReviewAsk::Pair(pair) => (looks.pair, looks.is_flipped) = (pair, false),
            _ => {}
        }
        self.revision += 1;
    }
}
