//! The Policy screen: what is the rule, which rules were there before, did a clearer one help, and who decides?

mod campaign_window;
mod campaigns;
mod differences;
mod next;
mod people;
mod show;
mod versions;
mod views;
mod windows;
mod words;

use std::sync::Arc;

use concord_domain::role::{People, Role, Roles};
use concord_language::tr;
use concord_project::Desk;
use concord_project::campaign::{CampaignOptions, CampaignReport};
use concord_project::publish::{Existing, NextVersion, Obstacle, Publication};

use crate::context::{Ask, OpenProject, Screen, Update};
use crate::error_text::{AppError, ErrorText, explain};
use crate::jobs::policies::{self as work, PolicyDone, PolicyOutcome, PolicyWork};
use crate::jobs::{JobEvent, Lane, Request};
use crate::screens::{agreement, label, review};

pub use show::show;
pub use views::{CampaignForm, NewPerson, PolicyViews, Tab, Window};
pub use windows::show_windows;

/// Something that a job reads: not there yet, there, or not to be had.
pub type Loaded<T> = Option<Result<T, ErrorText>>;

/// What the screen knows.
#[derive(Debug, Default)]
pub struct PolicyModel {
    /// Who may do what, once read.
    pub people: Option<People>,
    /// What publishing would bring.
    pub next: Loaded<Box<NextVersion>>,
    /// What was published, the newest first.
    pub versions: Loaded<Vec<Publication>>,
    /// All campaigns, the newest first.
    pub campaigns: Loaded<Vec<CampaignReport>>,
    /// Those who labelled and have no role.
    pub without_role: Loaded<Vec<String>>,
    /// Why what was asked for in a window was not done; it stands there until it is closed or done.
    pub refusal: Option<ErrorText>,
}

/// What the screen asks for.
#[derive(Debug, Clone, PartialEq)]
pub enum PolicyAsk {
    /// Show a part of the screen.
    Show(Tab),
    /// Publish what stands in the files.
    Publish(Existing),
    /// Withdraw a version of the policy, with the reason.
    Withdraw(u32, String),
    /// Begin a campaign.
    Begin(Box<CampaignOptions>),
    /// Give a person these roles in place of those they have; none take them out.
    Give(String, Roles),
    /// A window was closed.
    Close,
}

impl From<PolicyAsk> for Ask {
    fn from(ask: PolicyAsk) -> Self {
        Self::Policy(ask)
    }
}

/// Why the person at the desk may not decide about versions, campaigns and people, if they may not.
pub fn owner_obstacle(project: &OpenProject) -> Option<&'static str> {
    match &project.policy.people {
        None => Some(tr!("why-reading-policy")),
        Some(people) if people.may(&project.desk.annotator, &[Role::Owner]) => None,
        Some(_) => Some(tr!("why-no-owner")),
    }
}

/// Why nothing can be published now, if it cannot.
pub fn publish_obstacle(project: &OpenProject) -> Option<&'static str> {
    match &project.policy.next {
        None => Some(tr!("why-reading-policy")),
        Some(Err(_)) => Some(tr!("why-wrong-file")),
        Some(Ok(next)) => match next.obstacle {
            None => owner_obstacle(project),
            Some(Obstacle::NothingNew) => Some(tr!("why-nothing-new")),
            Some(Obstacle::OntologyVersion { .. } | Obstacle::PolicyVersion { .. }) => Some(tr!("why-version-given")),
        },
    }
}

/// What is being done, for people.
fn doing(what: PolicyWork) -> &'static str {
    match what {
        PolicyWork::Next => tr!("policy-doing-next"),
        PolicyWork::Versions => tr!("policy-doing-versions"),
        PolicyWork::Campaigns => tr!("policy-doing-campaigns"),
        PolicyWork::People => tr!("policy-doing-people"),
        PolicyWork::Publish => tr!("policy-doing-publish"),
        PolicyWork::Withdraw => tr!("policy-doing-withdraw"),
        PolicyWork::Begin => tr!("policy-doing-begin"),
        PolicyWork::Give => tr!("policy-doing-give"),
    }
}

fn start(
    update: &mut Update<'_>,
    what: PolicyWork,
    work: impl FnOnce(&Desk) -> Result<PolicyOutcome, AppError> + Send + 'static,
) {
    let Some(project) = &update.context.project else { return };
    let desk = Arc::clone(&project.desk);
    let ticket = update.context.outstanding.issue(Request::Policy(what));
    let job = move || JobEvent::Policy(Box::new(work::done(&desk, work)));
    if !update.jobs.run(Lane::Batch, ticket.clone(), job) {
        update.context.outstanding.settle(&ticket);
        failed(update, what, &AppError::Busy);
    }
}

/// Goes to the screen; the part that is shown is read anew, for files and label sets may have changed.
pub fn show_screen(update: &mut Update<'_>) {
    update.context.screen = Screen::Policy;
    reload(update);
}

/// Reads the part that is shown anew.
pub fn reload(update: &mut Update<'_>) {
    match update.views.policy.tab {
        Tab::Next => start(update, PolicyWork::Next, work::next),
        Tab::Versions => start(update, PolicyWork::Versions, work::versions),
        Tab::Campaigns => start(update, PolicyWork::Campaigns, work::campaigns),
        Tab::People => start(update, PolicyWork::People, work::people),
    }
}

/// Asks whether to publish.
pub fn ask_to_publish(update: &mut Update<'_>) {
    open(update, Tab::Next, Window::Publish(Existing::default()));
}

/// Asks what a new campaign is about.
pub fn ask_for_campaign(update: &mut Update<'_>) {
    let Some(project) = &update.context.project else { return };
    let form = CampaignForm::new(&project.versions.ontology);
    open(update, Tab::Campaigns, Window::Campaign(form));
}

fn open(update: &mut Update<'_>, tab: Tab, window: Window) {
    perform(update, PolicyAsk::Show(tab));
    perform(update, PolicyAsk::Close);
    update.views.policy.window = Some(window);
}

/// Does what the screen asks for.
pub fn perform(update: &mut Update<'_>, ask: PolicyAsk) {
    match ask {
        PolicyAsk::Show(tab) => {
            update.views.policy.tab = tab;
            if update.context.project.as_ref().is_some_and(|project| !project.policy.has(tab)) {
                reload(update);
            }
        }
        PolicyAsk::Publish(existing) => {
            start(update, PolicyWork::Publish, move |desk| work::publish(desk, existing));
        }
        PolicyAsk::Withdraw(version, reason) => {
            start(update, PolicyWork::Withdraw, move |desk| work::withdraw(desk, version, &reason));
        }
        PolicyAsk::Begin(options) => start(update, PolicyWork::Begin, move |desk| work::begin(desk, &options)),
        PolicyAsk::Give(person, roles) => {
            start(update, PolicyWork::Give, move |desk| work::give(desk, &person, roles));
        }
        PolicyAsk::Close => {
            if let Some(project) = &mut update.context.project {
                project.policy.refusal = None;
            }
        }
    }
}

impl PolicyModel {
    fn has(&self, tab: Tab) -> bool {
        match tab {
            Tab::Next => self.next.is_some(),
            Tab::Versions => self.versions.is_some(),
            Tab::Campaigns => self.campaigns.is_some(),
            Tab::People => self.without_role.is_some(),
        }
    }

    /// Forgets what was read, but for the part that is shown, which stays until it is read anew.
    fn forget_all_but(&mut self, tab: Tab) {
        self.next.take_if(|_| tab != Tab::Next);
        self.versions.take_if(|_| tab != Tab::Versions);
        self.campaigns.take_if(|_| tab != Tab::Campaigns);
        self.without_role.take_if(|_| tab != Tab::People);
    }
}

/// Takes in what came of work.
pub fn take(update: &mut Update<'_>, what: PolicyWork, done: PolicyDone) {
    // Tables find the widths of their columns in the first frame.
    update.egui.request_repaint();
    let Some(project) = &mut update.context.project else { return };
    let model = &mut project.policy;
    if done.people.is_some() {
        model.people = done.people;
    }
    match done.outcome {
        Ok(PolicyOutcome::Next(next)) => model.next = Some(Ok(next)),
        Ok(PolicyOutcome::Versions(versions)) => model.versions = Some(Ok(versions)),
        Ok(PolicyOutcome::Campaigns(campaigns)) => model.campaigns = Some(Ok(campaigns)),
        Ok(PolicyOutcome::People(names)) => model.without_role = Some(Ok(names)),
        Ok(decided) => took_decision(update, &decided, done.versions),
        Err(error) => failed(update, what, &error),
    }
}

/// Takes note that something was decided: it is told, and whatever rests on it is read anew.
fn took_decision(update: &mut Update<'_>, decided: &PolicyOutcome, versions: Option<Arc<concord_project::Versions>>) {
    update.views.policy.window = None;
    let said = match decided {
        PolicyOutcome::Published(report) => {
            let (policy, ontology) = (report.policy.version, report.ontology.version);
            Some(tr!("policy-said-published", policy = policy.to_string(), ontology = ontology.to_string()))
        }
        PolicyOutcome::Withdrawn(version) => Some(tr!("policy-said-withdrawn", version = version.to_string())),
        PolicyOutcome::Began(report) => {
            update.views.policy.campaign = Some(report.name.clone());
            Some(tr!("policy-said-began", name = &report.name, count = report.tasks))
        }
        _ => {
            update.views.policy.person = NewPerson::default();
            None
        }
    };
    if let Some(said) = said {
        update.context.messages.info(said);
        if let Some(versions) = versions {
            label::renew(update, versions);
        }
    }
    let Some(project) = &mut update.context.project else { return };
    project.policy.refusal = None;
    project.policy.forget_all_but(update.views.policy.tab);
    project.agreement.report = None;
    match update.context.screen {
        Screen::Policy => reload(update),
        Screen::Agreement => agreement::compute(update),
        Screen::Review => review::show_screen(update),
        _ => {}
    }
}

/// Says why something was not done: in its place, in the window that asked for it, or as a message.
fn failed(update: &mut Update<'_>, what: PolicyWork, error: &AppError) {
    let text = explain(doing(what), error);
    let Some(project) = &mut update.context.project else { return };
    let model = &mut project.policy;
    match what {
        PolicyWork::Next => model.next = Some(Err(text)),
        PolicyWork::Versions => model.versions = Some(Err(text)),
        PolicyWork::Campaigns => model.campaigns = Some(Err(text)),
        PolicyWork::People => model.without_role = Some(Err(text)),
        PolicyWork::Publish | PolicyWork::Withdraw | PolicyWork::Begin | PolicyWork::Give => {
            if update.views.policy.window.is_some() {
                model.refusal = Some(text);
            } else {
                update.context.messages.error(text);
            }
        }
    }
}
