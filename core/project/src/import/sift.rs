//! Parting what breaks no rule from what does, so that the one is let in and the other kept aside with its reasons.

use std::collections::{BTreeMap, BTreeSet};

use concord_domain::check::Code;
use concord_domain::decision::Quarantined;
use concord_domain::label_set::{Labels, Relation};
use concord_domain::object::ObjectId;
use concord_domain::sample::Sample;

use crate::Versions;

/// What became of the labels of one sample.
pub(super) struct Sifted {
    /// What breaks no rule; `None` when a rule about the image as a whole lets nothing of it in.
    pub(super) labels: Option<Labels>,
    /// The objects that were kept aside.
    pub(super) quarantined: Vec<Quarantined>,
    /// What is wrong with the image as a whole.
    pub(super) causes: Vec<String>,
}

/// Parts the labels of a sample. An image that the file lists without objects was seen: where the policy wants that
/// confirmed, it is. Relations of objects that are kept aside, and those the ontology does not know, are dropped.
pub(super) fn sift(mut labels: Labels, sample: &Sample, versions: &Versions) -> Sifted {
    for object in &mut labels.objects {
        versions.ontology.fill_defaults(object);
    }
    let is_listed_empty = labels.objects.is_empty();
    let mut quarantined = Vec::new();
    let mut causes = Vec::new();
    loop {
        let findings = versions.rulebook.findings(&labels, sample.size);
        if findings.is_empty() {
            return Sifted { labels: Some(labels), quarantined, causes };
        }
        let mut reasons: BTreeMap<ObjectId, Vec<String>> = BTreeMap::new();
        let mut blocks = Vec::new();
        let mut has_unfit_relations = false;
        for finding in findings {
            match (finding.object, finding.code) {
                (_, Code::UnknownRelation | Code::WrongRelation) => {
                    causes.push(finding.message.to_string());
                    has_unfit_relations = true;
                }
                (Some(id), _) => reasons.entry(id).or_default().push(finding.message.to_string()),
                (None, Code::EmptyNotConfirmed) if is_listed_empty => labels.confirmed_empty = true,
                (None, Code::NotEmpty) => labels.confirmed_empty = false,
                (None, Code::UnknownTag) => {
                    causes.push(finding.message.to_string());
                    labels.tags.retain(|tag| versions.ontology.tag(tag).is_some());
                }
                (None, _) => blocks.push(finding.message.to_string()),
            }
        }
        if has_unfit_relations {
            drop_unfit_relations(&mut labels, versions);
        }
        if reasons.is_empty() && !blocks.is_empty() {
            // Nothing that is left is at fault by itself, but the image lacks something that only a person can say.
            let why = blocks.join("; ");
            quarantined.extend(labels.objects.into_iter().map(|object| Quarantined { object, reason: why.clone() }));
            causes.push(why);
            return Sifted { labels: None, quarantined, causes };
        }
        let before = std::mem::take(&mut labels.objects);
        for object in before {
            match reasons.remove(&object.id) {
                Some(why) => quarantined.push(Quarantined { object, reason: why.join("; ") }),
                None => labels.objects.push(object),
            }
        }
        let left: BTreeSet<&ObjectId> = labels.objects.iter().map(|o| &o.id).collect();
        labels.relations.retain(|r| left.contains(&r.from) && left.contains(&r.to));
    }
}

/// Takes out the relations that the ontology does not know, and those that it does not let tie such objects.
fn drop_unfit_relations(labels: &mut Labels, versions: &Versions) {
    let class_of = |id: &ObjectId| labels.object(id).map(|o| o.class.as_str());
    let fits = |relation: &Relation| {
        let kind = versions.ontology.relation(&relation.kind);
        let ends = class_of(&relation.from).zip(class_of(&relation.to));
        kind.zip(ends).is_some_and(|(kind, (from, to))| kind.ties(from, to)) && relation.from != relation.to
    };
    let unfit: Vec<Relation> = labels.relations.iter().filter(|r| !fits(r)).cloned().collect();
    for relation in unfit {
        labels.relations.remove(&relation);
    }
}
