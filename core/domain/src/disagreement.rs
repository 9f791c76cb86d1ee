//! Disagreements: what several people say differently about one sample, each difference of one type.
//!
//! Objects of different people are put together where they show one thing; a group in which everybody says the same is
//! agreed on, every other one is a disagreement, and so is a tag that only some give.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::label_set::Labels;
use crate::object::{Object, ObjectId};
use crate::policy::ReviewRules;

mod clusters;
mod similarity;

pub use clusters::candidates;
pub use similarity::similarity;

/// What one person said about a sample.
#[derive(Debug, Clone, Copy)]
pub struct Opinion<'a> {
    /// Who.
    pub annotator: &'a str,
    /// What.
    pub labels: &'a Labels,
}

/// How people differ about one thing. The order is that of severity, the worst first.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Kind {
    /// At least half of the people see it, the others do not.
    Missing,
    /// They give it different classes.
    Class,
    /// They give it different sub-classes of one class.
    Subclass,
    /// Fewer than half of the people see it.
    Extra,
    /// They draw it differently: the places overlap less than is good.
    Geometry,
    /// They give it different values of this attribute.
    Attribute {
        /// Name of the attribute.
        name: String,
    },
    /// Only some give the image this tag.
    Tag {
        /// Name of the tag.
        tag: String,
    },
}

impl Kind {
    /// The word of files and of the command line.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Class => "class",
            Self::Subclass => "subclass",
            Self::Extra => "extra",
            Self::Geometry => "geometry",
            Self::Attribute { .. } => "attribute",
            Self::Tag { .. } => "tag",
        }
    }
}

/// Identity of a disagreement in its sample: it follows from the objects it is about and stays while they do.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DisagreementId(pub String);

/// One person's part in a disagreement or an agreement.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Member {
    /// Who.
    pub annotator: String,
    /// Their object.
    pub object: ObjectId,
}

/// One typed difference between the label sets of a sample.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Disagreement {
    /// Identity.
    pub id: DisagreementId,
    /// What differs most severely.
    #[serde(flatten)]
    pub kind: Kind,
    /// What differs besides, the most severe first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub also: Vec<Kind>,
    /// The objects it is about, at most one a person, in order of names; none for a tag.
    pub members: Vec<Member>,
    /// Who says so: those with an object, or with the tag.
    pub with: Vec<String>,
    /// Who does not.
    pub without: Vec<String>,
    /// How much the two members that overlap least do, in `[0, 1]`; `None` with fewer than two.
    pub overlap: Option<f64>,
}

impl Disagreement {
    /// True when it is of this kind; attributes and tags are of one kind when they bear one name.
    pub fn is_like(&self, other: &Self) -> bool {
        self.kind == other.kind
    }

    /// The object of a person.
    pub fn object_of(&self, annotator: &str) -> Option<&ObjectId> {
        self.members.iter().find(|member| member.annotator == annotator).map(|member| &member.object)
    }
}

/// Objects of everybody who looked, which say the same.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Agreed {
    /// The objects, one a person, in order of names.
    pub members: Vec<Member>,
    /// How much the two that overlap least do, in `[0, 1]`.
    pub overlap: f64,
}

/// What holding label sets against each other gives.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Comparison {
    /// What everybody says.
    pub agreed: Vec<Agreed>,
    /// What they say differently, the most severe first.
    pub disagreements: Vec<Disagreement>,
    /// The lowest F1 of two people's objects, matched with their class, in `[0, 1]`; 1 where nobody has any.
    pub agreement: f64,
}

/// Holds label sets of one sample against each other: two are matched one to one with the largest total overlap, three
/// and more are put together by complete linkage, both at `match_iou` of the rules.
///
/// With fewer than two there is nothing to disagree about.
pub fn compare(opinions: &[Opinion<'_>], rules: &ReviewRules) -> Comparison {
    let mut comparison = Comparison { agreement: 1.0, ..Comparison::default() };
    if opinions.len() < 2 {
        return comparison;
    }
    let people: Vec<&str> = opinions.iter().map(|opinion| opinion.annotator).collect();
    let groups = groups(opinions, rules);
    comparison.agreement = lowest_f1(opinions, &groups);
    for group in clusters::with_near_ones(groups, rules) {
        match disagreement(&group, &people, rules) {
            Some(found) => comparison.disagreements.push(found),
            None => comparison.agreed.push(Agreed { members: members(&group), overlap: group.overlap.unwrap_or(1.0) }),
        }
    }
    comparison.disagreements.extend(tags(opinions));
    let severity = |d: &Disagreement| (d.kind.clone(), d.id.clone());
    comparison.disagreements.sort_by_cached_key(severity);
    comparison
}

/// The objects that show one thing, at most one a person.
#[derive(Debug, Clone)]
pub struct Group<'a> {
    /// The objects with the places of their people among the opinions, in that order.
    pub objects: Vec<(usize, &'a Object)>,
    /// The lowest overlap of two of them; `None` with fewer than two.
    pub overlap: Option<f64>,
    people: &'a [Opinion<'a>],
}

/// The objects of all people, put together where they show one thing; every object is in one group, and groups are in
/// order of their first object.
pub fn groups<'a>(opinions: &'a [Opinion<'a>], rules: &ReviewRules) -> Vec<Group<'a>> {
    clusters::of(opinions, rules)
}

fn members(group: &Group<'_>) -> Vec<Member> {
    let member = |(who, object): &(usize, &Object)| Member {
        annotator: group.people[*who].annotator.to_owned(),
        object: object.id.clone(),
    };
    group.objects.iter().map(member).collect()
}

/// What differs within a group, if anything does.
fn disagreement(group: &Group<'_>, people: &[&str], rules: &ReviewRules) -> Option<Disagreement> {
    let mut kinds = Vec::new();
    let (found, all) = (group.objects.len(), people.len());
    if found < all {
        kinds.push(if 2 * found >= all { Kind::Missing } else { Kind::Extra });
    }
    let distinct = |says: &dyn Fn(&Object) -> Option<String>| {
        group.objects.iter().map(|(_, o)| says(o)).collect::<BTreeSet<_>>().len() > 1
    };
    if distinct(&|o| Some(o.class.clone())) {
        kinds.push(Kind::Class);
    } else if distinct(&|o| o.subclass.clone()) {
        kinds.push(Kind::Subclass);
    }
    if group.overlap.is_some_and(|overlap| overlap < rules.good_iou) {
        kinds.push(Kind::Geometry);
    }
    if !kinds.contains(&Kind::Class) {
        let names: BTreeSet<&String> = group.objects.iter().flat_map(|(_, o)| o.attributes.keys()).collect();
        let differing =
            names.into_iter().filter(|name| distinct(&|o| o.attributes.get(*name).map(ToString::to_string)));
        kinds.extend(differing.map(|name| Kind::Attribute { name: name.clone() }));
    }
    if kinds.is_empty() {
        return None;
    }
    kinds.sort();
    let kind = kinds.remove(0);
    let members = members(group);
    let with: Vec<String> = members.iter().map(|member| member.annotator.clone()).collect();
    let without =
        people.iter().filter(|name| !with.iter().any(|w| w == *name)).map(|name| (*name).to_owned()).collect();
    Some(Disagreement { id: id_of(&members), kind, also: kinds, members, with, without, overlap: group.overlap })
}

fn id_of(members: &[Member]) -> DisagreementId {
    let parts: Vec<String> = members.iter().map(|m| format!("{}/{}", m.annotator, m.object)).collect();
    DisagreementId(parts.join("+"))
}

/// The tags that some give and others do not.
fn tags(opinions: &[Opinion<'_>]) -> Vec<Disagreement> {
    let mut by_tag: BTreeMap<&String, Vec<String>> = BTreeMap::new();
    for opinion in opinions {
        for tag in &opinion.labels.tags {
            by_tag.entry(tag).or_default().push(opinion.annotator.to_owned());
        }
    }
    let disputed = by_tag.into_iter().filter(|(_, with)| with.len() < opinions.len());
    let found = disputed.map(|(tag, with)| {
        let without = opinions.iter().map(|o| o.annotator).filter(|name| !with.iter().any(|w| w == name));
        Disagreement {
            id: DisagreementId(format!("tag:{tag}")),
            kind: Kind::Tag { tag: tag.clone() },
            also: vec![],
            members: vec![],
            without: without.map(str::to_owned).collect(),
            with,
            overlap: None,
        }
    });
    found.collect()
}

/// The lowest F1 of two people: twice what both have with one class, over what they have together.
fn lowest_f1(opinions: &[Opinion<'_>], groups: &[Group<'_>]) -> f64 {
    let mut lowest = 1.0_f64;
    for a in 0..opinions.len() {
        for b in a + 1..opinions.len() {
            let class_of = |group: &Group<'_>, who| {
                group.objects.iter().find(|(at, _)| *at == who).map(|(_, object)| object.class.clone())
            };
            let same = groups.iter().filter(|g| class_of(g, a).is_some() && class_of(g, a) == class_of(g, b)).count();
            let all = opinions[a].labels.objects.len() + opinions[b].labels.objects.len();
            if all > 0 {
                lowest = lowest.min(2.0 * same as f64 / all as f64);
            }
        }
    }
    lowest
}

#[cfg(test)]
pub(crate) mod tests;
