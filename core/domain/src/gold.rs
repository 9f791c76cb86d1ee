//! Gold: the settled label set of a sample, fused from what its annotators said.
//!
//! Boxes of different annotators are clustered by overlap; a cluster that more than half of the annotators support is
//! kept, one that exactly half support needs arbitration, one that fewer support is dropped as a minority.

use std::collections::BTreeMap;

use concord_geometry::{BBox, Geometry, GeometryKind};

use crate::label_set::LabelSet;
use crate::object::{AttributeValue, Attributes, Object, ObjectId, Origin, Tier};

/// IoU that two annotators' boxes of one thing must reach.
pub const CLUSTER_IOU: f64 = 0.5;

/// What became of a sample's label sets.
#[derive(Debug, Clone, PartialEq)]
pub enum Settled {
    /// Everyone agrees enough: these are the objects, with how many were dropped as a minority.
    Gold {
        /// The settled objects, in order of their fused position.
        objects: Vec<Object>,
        /// Number of boxes that too few annotators support.
        minority: usize,
    },
    /// Someone has to decide; each sentence names one open question.
    NeedsArbitration(Vec<String>),
}

/// Settles the submitted label sets of one sample, in order of annotator.
///
/// With one label set, its objects are gold as they are. An empty slice gives empty gold, so callers pass at least one.
pub fn settle(label_sets: &[&LabelSet]) -> Settled {
    if let [only] = label_sets {
        return Settled::Gold { objects: only.labels.objects.clone(), minority: 0 };
    }
    let voters = label_sets.len();
    let (mut objects, mut open, mut minority) = (Vec::new(), Vec::new(), 0);
    for cluster in clusters(label_sets) {
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
    Settled::Gold { objects, minority }
}

/// Groups boxes of different annotators by complete linkage: each annotator at most once a cluster, and every pair in
/// it overlaps by [`CLUSTER_IOU`] at least. Pairs are merged in order of falling overlap, ties by position.
fn clusters<'a>(label_sets: &[&'a LabelSet]) -> Vec<Vec<&'a Object>> {
    let boxes: Vec<(usize, &Object)> =
        label_sets.iter().enumerate().flat_map(|(who, set)| set.labels.objects.iter().map(move |o| (who, o))).collect();
    let mut pairs: Vec<(f64, usize, usize)> = Vec::new();
    for i in 0..boxes.len() {
        for j in i + 1..boxes.len() {
            if boxes[i].0 == boxes[j].0 {
                continue;
            }
            let iou = overlap(boxes[i].1, boxes[j].1);
            if iou >= CLUSTER_IOU {
                pairs.push((iou, i, j));
            }
        }
    }
    pairs.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)).then(a.2.cmp(&b.2)));
    let mut members: Vec<Vec<usize>> = (0..boxes.len()).map(|i| vec![i]).collect();
    let mut home: Vec<usize> = (0..boxes.len()).collect();
    for (_, i, j) in pairs {
        let (a, b) = (home[i].min(home[j]), home[i].max(home[j]));
        let compatible =
            |&p: &usize, &q: &usize| boxes[p].0 != boxes[q].0 && overlap(boxes[p].1, boxes[q].1) >= CLUSTER_IOU;
        if a != b && members[a].iter().all(|p| members[b].iter().all(|q| compatible(p, q))) {
            let moved = std::mem::take(&mut members[b]);
            for &m in &moved {
                home[m] = a;
            }
            members[a].extend(moved);
        }
    }
    members.into_iter().filter(|m| !m.is_empty()).map(|m| m.into_iter().map(|i| boxes[i].1).collect()).collect()
}

/// How much two objects overlap: the IoU of regions of one kind; of different kinds, which draw one thing in other ways,
/// and of lines and points, that of their bounds.
fn overlap(a: &Object, b: &Object) -> f64 {
    let kind = a.geometry.kind();
    let same_region = kind == b.geometry.kind() && kind.is_region();
    if same_region { a.geometry.iou(&b.geometry) } else { a.bounds().iou(&b.bounds()) }
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
    let agreement = |o: &Object| cluster.iter().map(|other| overlap(o, other)).sum::<f64>();
    let best = cluster.iter().rev().max_by(|a, b| agreement(a).total_cmp(&agreement(b)));
    best.map(|o| o.geometry.clone()).ok_or_else(|| "nobody sees an object here".to_owned())
}

/// One object from a cluster: the fused geometry, and the class, sub-class and attributes of more than half of its members.
fn fuse(cluster: &[&Object], voters: usize) -> Result<Object, String> {
    let class = majority(cluster.iter().map(|o| o.class.clone())).ok_or_else(|| {
        let mut classes: Vec<&str> = cluster.iter().map(|o| o.class.as_str()).collect();
        classes.sort_unstable();
        classes.dedup();
        format!("the annotators do not agree whether this is a {}", classes.join(" or a "))
    })?;
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
    use crate::label_set::{LabelSetKey, Labels, Stamp};
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
        let shown = match settle(&sets.iter().collect::<Vec<_>>()) {
            Settled::NeedsArbitration(open) => format!("open {}", open.len()),
            Settled::Gold { objects, minority } => {
                let objects = objects.iter().map(|o| {
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
