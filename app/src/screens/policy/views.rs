//! What the Policy screen remembers of how it looks: the tab, what is chosen, the window that is open and what is typed.

use concord_domain::ontology::Ontology;
use concord_domain::role::Roles;
use concord_language::tr;
use concord_project::campaign::CampaignOptions;
use concord_project::publish::Existing;

/// The parts of the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Tab {
    /// What stands in the files against what is in force.
    #[default]
    Next,
    /// What was published.
    Versions,
    /// What is labelled again, and what it changed.
    Campaigns,
    /// Who may do what.
    People,
}

impl Tab {
    /// All of them, in order.
    pub const ALL: [Self; 4] = [Self::Next, Self::Versions, Self::Campaigns, Self::People];

    /// The name to show.
    pub fn name(self) -> &'static str {
        match self {
            Self::Next => tr!("policy-tab-next"),
            Self::Versions => tr!("policy-tab-versions"),
            Self::Campaigns => tr!("policy-tab-campaigns"),
            Self::People => tr!("policy-tab-people"),
        }
    }
}

/// A window that asks before something is decided.
#[derive(Debug, Clone, PartialEq)]
pub enum Window {
    /// Publish, and what becomes of label sets?
    Publish(Existing),
    /// Withdraw this version, and why?
    Withdraw(u32, String),
    /// What is the campaign about?
    Campaign(CampaignForm),
    /// Take this person out?
    TakeOut(String),
}

/// What is said of a new campaign.
#[derive(Debug, Clone, PartialEq)]
pub struct CampaignForm {
    /// Its name.
    pub name: String,
    /// What is to be found out.
    pub reason: String,
    /// Whether it is about two classes that people confuse.
    pub is_about_two: bool,
    /// The two classes.
    pub classes: [String; 2],
    /// How many samples.
    pub samples: usize,
    /// What the draw follows from.
    pub seed: u64,
    /// True until its first field has the keys.
    pub is_fresh: bool,
}

impl CampaignForm {
    /// An empty one for a project with this ontology.
    pub fn new(ontology: &Ontology) -> Self {
        let class = |at: usize| ontology.classes.get(at).map(|class| class.name.clone()).unwrap_or_default();
        Self {
            name: String::new(),
            reason: String::new(),
            is_about_two: false,
            classes: [class(0), class(1)],
            samples: 20,
            seed: 7,
            is_fresh: true,
        }
    }

    /// Why it cannot begin so, if it cannot.
    pub fn obstacle(&self) -> Option<&'static str> {
        if self.name.trim().is_empty() {
            return Some(tr!("policy-campaign-needs-name"));
        }
        if self.reason.trim().is_empty() {
            return Some(tr!("policy-campaign-needs-reason"));
        }
        let is_one = self.is_about_two && self.classes[0] == self.classes[1];
        is_one.then(|| tr!("policy-campaign-needs-two"))
    }

    /// The campaign as it is begun.
    pub fn options(&self) -> CampaignOptions {
        let [a, b] = self.classes.clone();
        CampaignOptions {
            name: self.name.trim().to_owned(),
            reason: self.reason.trim().to_owned(),
            classes: self.is_about_two.then_some((a, b)),
            samples: self.samples,
            seed: self.seed,
        }
    }
}

/// A person who is to get roles.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NewPerson {
    /// The name.
    pub name: String,
    /// The roles.
    pub roles: Roles,
}

/// How the screen looks.
#[derive(Debug, Default)]
pub struct PolicyViews {
    /// The part that is shown.
    pub tab: Tab,
    /// The publication in detail, by its versions of ontology and policy; the newest one without.
    pub version: Option<(u32, u32)>,
    /// The campaign in detail, by name; the newest one without.
    pub campaign: Option<String>,
    /// The window that is open.
    pub window: Option<Window>,
    /// The person who is being added.
    pub person: NewPerson,
}
