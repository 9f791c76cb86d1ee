//! Gold: the settled labels of a sample, fused from what its annotators said.
//!
//! Objects of different annotators are put together where they show one thing; what more than half of the annotators
//! support is kept, what exactly half support needs arbitration, what fewer support is dropped as a minority.

use std::collections::{BTreeMap, BTreeSet};

use concord_geometry::{BBox, Geometry, GeometryKind};

use crate::disagreement::{Opinion, groups, similarity};
use crate::label_set::{LabelSet, Labels};
use crate::object::{AttributeValue, Attributes, Object, ObjectId, Origin, Tier};
use crate::policy::ReviewRules;

/// What became of a sample's label sets.
#[derive(Debug, Clone, PartialEq)]
pub enum Settled {
    /// Everyone agrees enough.
    Gold {
        /// The settled labels; objects are in order of their fused position.
        labels: Labels,
        /// Number of objects that too few annotators support.
        minority: usize,
    },
    /// Someone has to decide; each sentence names one open question.
    NeedsArbitration(Vec<String>),
}

/// Settles the submitted label sets of one sample, in order of annotator.
///
/// With one label set, its labels are gold as they are. An empty slice gives empty gold, so callers pass at least one.
pub fn settle(label_sets: &[&LabelSet], rules: &ReviewRules) -> Settled {
    if let [only] = label_sets {
        let said = &only.labels;
        let labels = Labels {
            objects: said.objects.clone(),
            tags: said.tags.clone(),
            relations: said.relations.clone(),
            confirmed_empty: said.confirmed_empty && said.objects.is_empty(),
            ..Labels::default()
        };
        return Settled::Gold { labels, minority: 0 };
    }
    let voters = label_sets.len();
    let opinions: Vec<Opinion<'_>> =
        label_sets.iter().map(|set| Opinion { annotator: &set.key.annotator, labels: &set.labels }).collect();
    let (mut objects, mut open, mut minority) = (Vec::new(), Vec::new(), 0);
    for group in groups(&opinions, rules) {
        let cluster: Vec<&Object> = group.objects.iter().map(|(_, object)| *object).collect();
        match (2 * cluster.len()).cmp(&voters) {
            std::cmp::Ordering::Less => minority += 1,
            std::cmp::Ordering::Equal => {
                open.push(format!("half of the annotators see a {} here", cluster[0].class));
            }
            std::cmp::Ordering::Greater => match fuse(&cluster, voters) {
                Ok(object) => objects.push(object),
                Err(question) => open.push(question),
            },
        }
    }
    if !open.is_empty() {
        return Settled::NeedsArbitration(open);
    }
    objects.sort_by(|a, b| {
        let [a, b] = [a.bounds(), b.bounds()];
        (a.y1(), a.x1()).partial_cmp(&(b.y1(), b.x1())).unwrap_or(std::cmp::Ordering::Equal)
    });
    let confirmed_empty = objects.is_empty() && label_sets.iter().all(|set| set.labels.confirmed_empty);
    let labels = Labels { objects, tags: tags_of_most(label_sets), confirmed_empty, ..Labels::default() };
    Settled::Gold { labels, minority }
}

/// The tags of more than half of the label sets. Relations of several are dropped, for they are between objects that were
/// fused.
fn tags_of_most(label_sets: &[&LabelSet]) -> BTreeSet<String> {
    let mut votes: BTreeMap<&String, usize> = BTreeMap::new();
    label_sets.iter().flat_map(|s| &s.labels.tags).for_each(|tag| *votes.entry(tag).or_default() += 1);
    votes.into_iter().filter(|(_, votes)| 2 * votes > label_sets.len()).map(|(tag, _)| tag.clone()).collect()
}

/// Boxes become the box of their mean corners. Of other kinds the member that overlaps the others most is taken as it
/// is, the first of equals: a mean of polygons is nobody's outline.
fn fused_geometry(cluster: &[&Object]) -> Result<Geometry, String> {
    if cluster.iter().all(|o| o.geometry.kind() == GeometryKind::Box) {
        let n = cluster.len() as f64;
        let mean = |edge: fn(&BBox) -> f64| cluster.iter().map(|o| edge(&o.bounds())).sum::<f64>() / n;
        let mean = BBox::new(mean(BBox::x1), mean(BBox::y1), mean(BBox::x2), mean(BBox::y2));
        return mean.map(Geometry::Box).map_err(|e| e.to_string());
    }
    let agreement = |o: &Object| cluster.iter().map(|other| similarity(o, other)).sum::<f64>();
    let best = cluster.iter().rev().max_by(|a, b| agreement(a).total_cmp(&agreement(b)));
    best.map(|o| o.geometry.clone()).ok_or_else(|| "nobody sees an object here".to_owned())
}

/// One object from a cluster: the fused geometry, and the class, sub-class and attributes of more than half of its
/// members. An error says what the members do not agree on.
pub(crate) fn fuse(cluster: &[&Object], voters: usize) -> Result<Object, String> {
    let class = majority(cluster.iter().map(|o| o.class.clone())).ok_or_else(|| {
        let mut classes: Vec<&str> = cluster.iter().map(|o| o.class.as_str()).collect();
        classes.sort_unstable();
        classes.dedup();
        format!("the annotators do not agree whether this is a {}", classes.join(" or a "))
    })?;
    fuse_as(cluster, class, voters)
}

/// As [`fuse`], but where no class has more than half of the votes, the most frequent one stands in, the first of equals;
/// `None` without members.
pub(crate) fn fuse_with_doubt(cluster: &[&Object]) -> Option<Object> {
    let count = |class: &str| cluster.iter().filter(|o| o.class == class).count();
    let class = cluster.iter().rev().max_by_key(|o| count(&o.class))?.class.clone();
    fuse_as(cluster, class, cluster.len()).ok()
}

fn fuse_as(cluster: &[&Object], class: String, voters: usize) -> Result<Object, String> {
    let geometry = fused_geometry(cluster)?;
    let of_class: Vec<&&Object> = cluster.iter().filter(|o| o.class == class).collect();
    let subclass = majority(of_class.iter().filter_map(|o| o.subclass.clone()));
    let mut votes: BTreeMap<&String, Vec<&AttributeValue>> = BTreeMap::new();
    for (name, value) in of_class.iter().flat_map(|o| &o.attributes) {
        votes.entry(name).or_default().push(value);
    }
    // A tie on an attribute takes the value that comes first among the annotators in order.
    let attributes: Attributes = votes
        .into_iter()
        .filter_map(|(name, values)| {
            let best = values.iter().max_by_key(|v| {
                let count = values.iter().filter(|w| w == v).count();
                let first = values.iter().position(|w| w == *v).unwrap_or(0);
                (count, std::cmp::Reverse(first))
            })?;
            Some((name.clone(), (*best).clone()))
        })
        .collect();
    Ok(Object {
        id: ObjectId(format!("gold-{}", cluster[0].id)),
        geometry,
        class,
        subclass,
        attributes,
        group: None,
        tier: cluster.iter().map(|o| o.tier).max().unwrap_or(Tier::Sure),
        origin: Origin::Consensus { support: cluster.len() as u32, voters: voters as u32 },
    })
}

/// The value that more than half of the votes name; `None` when there is none.
fn majority(votes: impl Iterator<Item = String>) -> Option<String> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    let mut total = 0;
    for vote in votes {
        *counts.entry(vote).or_default() += 1;
        total += 1;
    }
    counts.into_iter().find(|(_, n)| 2 * n > total).map(|(value, _)| value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::label_set::{LabelSetKey, Stamp};
    use crate::sample::SampleId;

    /// A label set from a script such as `"bolt 0 0 10 10; nut 20 0 30 10"`.
    fn set(annotator: &str, script: &str) -> LabelSet {
        let key = LabelSetKey { sample: SampleId("s".to_owned()), annotator: annotator.to_owned() };
        let stamp = Stamp {
            ontology_version: 1,
            ontology_digest: String::new(),
            policy_version: 1,
            policy_digest: String::new(),
        };
        let objects = script.split(';').filter(|t| !t.trim().is_empty()).enumerate().map(|(n, text)| {
            let words: Vec<&str> = text.split_whitespace().collect();
            let c: Vec<f64> = words[1..].iter().map(|w| w.parse().expect("a number")).collect();
            let bbox = BBox::new(c[0], c[1], c[2], c[3]).expect("a valid box");
            Object::new(ObjectId(format!("{annotator}{n}")), bbox, words[0])
        });
        let labels = Labels { objects: objects.collect(), ..Labels::default() };
        LabelSet { labels, ..LabelSet::draft(key, stamp) }
    }

    fn check(scripts: &[&str], expect: &str) {
        let sets: Vec<LabelSet> = scripts.iter().enumerate().map(|(i, s)| set(&format!("a{i}"), s)).collect();
        let shown = match settle(&sets.iter().collect::<Vec<_>>(), &ReviewRules::default()) {
            Settled::NeedsArbitration(open) => format!("open {}", open.len()),
            Settled::Gold { labels, minority } => {
                let objects = labels.objects.iter().map(|o| {
                    let b = o.bounds();
                    format!("{} {} {} {} {}", o.class, b.x1(), b.y1(), b.x2(), b.y2())
                });
                format!("{} minority {minority}", objects.collect::<Vec<_>>().join("; "))
            }
        };
        assert_eq!(shown, expect, "{scripts:?}");
    }

    #[test]
    fn gold_is_what_more_than_half_support() {
        check(&["bolt 0 0 10 10"], "bolt 0 0 10 10 minority 0");
        check(&["bolt 0 0 10 10", "bolt 2 0 12 10"], "bolt 1 0 11 10 minority 0");
        check(&["bolt 0 0 10 10", ""], "open 1");
        check(&["bolt 0 0 10 10", "bolt 0 0 10 10", ""], "bolt 0 0 10 10 minority 0");
        check(&["bolt 0 0 10 10; nut 50 50 60 60", "bolt 0 0 10 10", "bolt 0 0 10 10"], "bolt 0 0 10 10 minority 1");
        check(&["bolt 0 0 10 10", "nut 0 0 10 10"], "open 1");
        check(&["bolt 0 0 10 10", "nut 0 0 10 10", "nut 0 0 10 10"], "nut 0 0 10 10 minority 0");
        check(&["", ""], " minority 0");
    }
}
