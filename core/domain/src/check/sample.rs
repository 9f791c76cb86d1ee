//! Rules about the image as a whole: relations, tags, and whether there is anything at all.

use std::collections::BTreeMap;

use concord_language::{Message, say};

use super::rulebook::Rulebook;
use super::{Code, Finding, Fix};
use crate::change::Change;
use crate::label_set::{Labels, Relation};
use crate::object::ObjectId;

/// What is wrong with the relations; `class_of` gives the class of an object that is there.
pub(super) fn relation_findings<'a>(
    labels: &Labels,
    book: &Rulebook,
    class_of: impl Fn(&ObjectId) -> Option<&'a str>,
) -> Vec<Finding> {
    labels.relations.iter().filter_map(|r| relation_finding(r, labels, book, &class_of)).collect()
}

fn relation_finding<'a>(
    relation: &Relation,
    labels: &Labels,
    book: &Rulebook,
    class_of: &impl Fn(&ObjectId) -> Option<&'a str>,
) -> Option<Finding> {
    let kind = &relation.kind;
    let untie = Change::Unrelate { relation: relation.clone() };
    let remove = || Some(Fix { title: say!("fix-remove-relation"), change: untie.clone() });
    let (from, to) = (class_of(&relation.from), class_of(&relation.to));
    let object = [(from, &relation.from), (to, &relation.to)].into_iter().find(|(class, _)| class.is_some());
    let finding = |code, message, fix| {
        let object = object.map(|(_, id)| id.clone());
        Some(Finding { code, object, message, fix })
    };
    let Some(declared) = book.ontology().relation(kind) else {
        return finding(Code::UnknownRelation, say!("finding-unknown-relation", kind = kind), remove());
    };
    let (Some(from), Some(to)) = (from, to) else {
        return finding(Code::WrongRelation, say!("finding-relation-nothing", kind = kind), remove());
    };
    if relation.from == relation.to {
        return finding(Code::WrongRelation, say!("finding-relation-itself", kind = kind, class = from), remove());
    }
    if declared.ties(from, to) {
        return None;
    }
    let turned = Relation { from: relation.to.clone(), kind: kind.clone(), to: relation.from.clone() };
    let may_turn = declared.ties(to, from) && !labels.relations.contains(&turned);
    let turn = may_turn.then(|| {
        let change = Change::Batch { changes: vec![untie, Change::Relate { relation: turned }] };
        Fix { title: say!("fix-turn-relation"), change }
    });
    finding(Code::WrongRelation, say!("finding-relation-classes", kind = kind, from = from, to = to), turn)
}

/// What is wrong with the tags, and with saying or not saying that nothing is here.
pub(super) fn sample_findings(labels: &Labels, book: &Rulebook, found: &mut Vec<Finding>) {
    check_tags(labels, book, found);
    let mut confirm = |code, empty: bool, message: Message, title: Message| {
        let fix = Fix { title, change: Change::ConfirmEmpty { empty } };
        found.push(Finding { code, object: None, message, fix: Some(fix) });
    };
    match (labels.objects.is_empty(), labels.confirmed_empty) {
        (true, false) if book.rules().confirm_empty => {
            let message = say!("finding-empty-not-confirmed");
            confirm(Code::EmptyNotConfirmed, true, message, say!("fix-confirm-empty"));
        }
        (false, true) => {
            let message = say!("finding-not-empty");
            confirm(Code::NotEmpty, false, message, say!("fix-unconfirm-empty"));
        }
        _ => {}
    }
}

fn check_tags(labels: &Labels, book: &Rulebook, found: &mut Vec<Finding>) {
    let mut groups: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    let mut about_image = |code, message, fix| found.push(Finding { code, object: None, message, fix });
    for name in &labels.tags {
        match book.ontology().tag(name) {
            None => {
                let change = Change::Untag { tag: name.clone() };
                let fix = Fix { title: say!("fix-remove-tag", name = name), change };
                about_image(Code::UnknownTag, say!("finding-unknown-tag", name = name), Some(fix));
            }
            Some(tag) => groups.entry(tag.group.as_deref().unwrap_or_default()).or_default().push(name),
        }
    }
    for (group, tags) in groups.iter().filter(|(group, tags)| !group.is_empty() && tags.len() > 1) {
        let tags = tags.iter().map(|tag| say!("name", name = *tag));
        let tags = tags.reduce(|some, next| say!("list-and", some = some, next = next));
        let tags = tags.unwrap_or_else(|| say!("list-none"));
        let message = say!("finding-tag-conflict", group = *group, tags = tags);
        about_image(Code::TagConflict, message, None);
    }
    for group in book.rules().requires_tag_groups.iter().filter(|g| !groups.contains_key(g.as_str())) {
        let of_group = book.ontology().tags.iter().filter(|t| t.group.as_ref() == Some(group));
        let choice: Vec<&str> = of_group.map(|t| t.name.as_str()).collect();
        let message = say!("finding-missing-tag", group = group, choice = choice.join(", "));
        about_image(Code::MissingTag, message, None);
    }
}
