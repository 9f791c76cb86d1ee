//! What the Agreement screen remembers of how it looks: the tab, the pair, and whose samples are listed.

use concord_language::tr;
use concord_metrics::Metric;
use concord_project::agree::{Confused, Group, GroupKind};

use super::Behind;
use super::ambiguous::Kind;
use super::people::Against;

/// The parts of the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Tab {
    /// Every pair of annotators.
    #[default]
    Pairs,
    /// All annotators together.
    Together,
    /// What people confuse, the costliest first.
    Ambiguous,
    /// All pairs pooled, by slice.
    Slices,
    /// By version of the policy.
    Policies,
    /// By month.
    Months,
    /// Attributes of objects and tags of images, of the chosen pair.
    Attributes,
    /// What other thresholds of overlap would give.
    Threshold,
    /// How each annotator labels.
    People,
    /// How far suggestions pull people.
    Anchoring,
    /// Whether people began to label otherwise, or the images changed.
    LabelDrift,
}

impl Tab {
    /// All of them, in order.
    pub const ALL: [Self; 11] = [
        Self::Pairs,
        Self::Together,
        Self::Ambiguous,
        Self::Slices,
        Self::Policies,
        Self::Months,
        Self::Attributes,
        Self::Threshold,
        Self::People,
        Self::Anchoring,
        Self::LabelDrift,
    ];

    /// The name to show.
    pub fn name(self) -> &'static str {
        match self {
            Self::Pairs => tr!("agreement-tab-pairs"),
            Self::Together => tr!("agreement-tab-together"),
            Self::Ambiguous => tr!("agreement-tab-ambiguous"),
            Self::Slices => tr!("agreement-tab-slices"),
            Self::Policies => tr!("agreement-tab-policies"),
            Self::Months => tr!("agreement-tab-months"),
            Self::Attributes => tr!("agreement-tab-attributes"),
            Self::Threshold => tr!("agreement-tab-threshold"),
            Self::People => tr!("agreement-tab-people"),
            Self::Anchoring => tr!("agreement-tab-anchoring"),
            Self::LabelDrift => tr!("agreement-tab-label-drift"),
        }
    }

    /// Whether it tells of people who labelled the same samples.
    pub fn compares_pairs(self) -> bool {
        !matches!(self, Self::People | Self::Anchoring | Self::LabelDrift)
    }

    /// Whether samples can be listed that stand behind its numbers.
    pub fn has_samples(self) -> bool {
        self.compares_pairs() && !matches!(self, Self::Together | Self::Threshold)
    }
}

/// A figure of a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Measure {
    /// Found and named alike.
    #[default]
    F1Cls,
    /// Found.
    F1Loc,
    /// κ of the classes.
    KappaCls,
    /// Mean overlap.
    MeanIou,
}

impl Measure {
    /// All of them, the headline first.
    pub const ALL: [Self; 4] = [Self::F1Cls, Self::F1Loc, Self::KappaCls, Self::MeanIou];

    /// The name, the same in every language.
    pub fn name(self) -> &'static str {
        match self {
            Self::F1Cls => "f1_cls",
            Self::F1Loc => "f1_loc",
            Self::KappaCls => "kappa_cls",
            Self::MeanIou => "mean_iou",
        }
    }

    /// What it says.
    pub fn meaning(self) -> &'static str {
        match self {
            Self::F1Cls => tr!("agreement-f1-cls"),
            Self::F1Loc => tr!("agreement-f1-loc"),
            Self::KappaCls => tr!("agreement-kappa-cls"),
            Self::MeanIou => tr!("agreement-mean-iou"),
        }
    }

    /// Its value in a group.
    pub fn of(self, group: &Group) -> Metric {
        match self {
            Self::F1Cls => group.f1_cls,
            Self::F1Loc => group.f1_loc,
            Self::KappaCls => group.kappa_cls,
            Self::MeanIou => group.mean_iou,
        }
    }

    /// The lowest value that is drawn.
    pub fn lowest(self) -> f64 {
        if self == Self::KappaCls { -0.2 } else { 0.0 }
    }
}

/// The row or cell whose samples are listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Chosen {
    /// A cell of the classes of the pair.
    Cell(usize, usize),
    /// Something that is confused.
    Confused(Confused),
    /// A group.
    Group(GroupKind, String),
    /// A cell of an attribute.
    Attribute(usize, usize),
    /// A cell of a tag.
    Tag(usize, usize),
}

/// A row of the tab of attributes and tags, by its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Aspect {
    Attribute(usize),
    Tag(usize),
}

/// How the screen looks.
#[derive(Debug, Default)]
pub struct AgreementViews {
    /// The part that is shown.
    pub tab: Tab,
    /// The pair that is shown in detail.
    pub pair: usize,
    /// The figure of groups that is drawn.
    pub measure: Measure,
    /// The person that is shown in detail.
    pub person: usize,
    pub(super) against: Against,
    pub(super) aspect: Option<Aspect>,
    /// Which of what is confused is listed.
    pub(super) confused: Kind,
    chosen: Option<Chosen>,
    behind: Option<Behind>,
}

impl AgreementViews {
    /// Keeps to a new report with so many pairs and people.
    pub(super) fn fit(&mut self, pairs: usize, people: usize) {
        self.pair = self.pair.min(pairs.saturating_sub(1));
        self.person = self.person.min(people.saturating_sub(1));
        self.aspect = None;
        self.choose(None);
    }

    /// Shows another pair.
    pub(super) fn show_pair(&mut self, pair: usize) {
        if self.pair != pair {
            self.pair = pair;
            self.aspect = None;
            self.choose(None);
        }
    }

    /// Lists the samples behind something, or none.
    pub(super) fn choose(&mut self, what: Option<(Chosen, Behind)>) {
        (self.chosen, self.behind) = what.unzip();
    }

    /// The row or cell whose samples are listed.
    pub fn chosen(&self) -> Option<&Chosen> {
        self.chosen.as_ref()
    }

    /// The samples that are listed.
    pub fn behind(&self) -> Option<&Behind> {
        self.behind.as_ref()
    }
}
