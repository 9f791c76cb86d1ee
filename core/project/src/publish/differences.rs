//! What differs between two versions of the ontology or the policy, told field by field.
//!
//! Versions are compared as they are written, by their paths, so that a field that is added to them later is compared too.

use std::collections::{BTreeMap, BTreeSet};

use concord_domain::migration::Migration;
use concord_domain::ontology::Ontology;
use concord_domain::policy::Policy;
use serde::Serialize;
use serde_json::{Map, Value};
use similar::{ChangeTag, TextDiff};

/// One difference.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// Where: names of fields, and of items where the items of a list have names, from the outside in.
    pub path: Vec<String>,
    /// What is different.
    pub what: What,
}

/// What is different. Values are written as they stand in the files.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum What {
    /// It is there now. A field that was not there had its default.
    Added {
        /// What it is; for an item of a list, all that is said about it.
        value: String,
    },
    /// It is there no more.
    Removed {
        /// What it was.
        value: String,
    },
    /// It has another value.
    Changed {
        /// The value before.
        before: String,
        /// The value now.
        after: String,
    },
    /// It has another name now, by a rule of the migration.
    Renamed {
        /// The new name.
        to: String,
    },
    /// The items of a list stand in another order.
    Reordered {
        /// Their names in the order that they have now.
        names: Vec<String>,
    },
    /// Lines of a text are different.
    Text {
        /// The lines that went and came, in the order of the text.
        lines: Vec<Line>,
    },
}

/// A line that only one of two texts has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Line {
    /// True for a line of the new text, false for one of the old.
    pub is_added: bool,
    /// Its number in its text, from 1.
    pub number: usize,
    /// What it says, without the line break.
    pub text: String,
}

/// What differs between two ontologies; all of the second one where there is none before. A class or tag that went and that
/// a rule of the migration gives another name is renamed and not removed.
pub fn of_ontologies(before: Option<&Ontology>, after: &Ontology, migration: &Migration) -> Vec<Difference> {
    let classes = migration.rename.iter().map(|rule| (("class", rule.class.as_str()), rule.to.as_str()));
    let tags = migration.rename_tag.iter().map(|rule| (("tag", rule.tag.as_str()), rule.to.as_str()));
    Walk { renames: classes.chain(tags).collect(), found: vec![] }.over(before, after)
}

/// What differs between two policies with their guidelines; all of the second one where there is none before.
pub fn of_policies(before: Option<&Policy>, after: &Policy) -> Vec<Difference> {
    Walk { renames: BTreeMap::new(), found: vec![] }.over(before, after)
}

/// What was found so far.
struct Walk<'a> {
    /// New names of items, by list and name.
    renames: BTreeMap<(&'a str, &'a str), &'a str>,
    found: Vec<Difference>,
}

impl Walk<'_> {
    fn over<T: Serialize>(mut self, before: Option<&T>, after: &T) -> Vec<Difference> {
        let value = |of: &T| serde_json::to_value(of).unwrap_or_default();
        let before = before.map_or_else(|| Value::Object(Map::new()), value);
        self.compare(&mut vec![], Some(&before), Some(&value(after)));
        self.found
    }

    fn tell(&mut self, path: &[String], what: What) {
        self.found.push(Difference { path: path.to_vec(), what });
    }

    fn compare(&mut self, path: &mut Vec<String>, before: Option<&Value>, after: Option<&Value>) {
        if before == after {
            return;
        }
        if let Some((before, after)) = fields(before).zip(fields(after)).filter(|(b, a)| b.len() + a.len() > 0) {
            let names: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
            for name in names {
                self.below(path, name, before.get(name), after.get(name));
            }
        } else if let Some((before, after)) = items(before).zip(items(after)).filter(|(b, a)| b.len() + a.len() > 0) {
            self.named(path, &before, &after);
        } else if let Some(lines) = lines(before, after) {
            self.tell(path, What::Text { lines });
        } else {
            match (before.map(written), after.map(written)) {
                (None, Some(value)) => self.tell(path, What::Added { value }),
                (Some(value), None) => self.tell(path, What::Removed { value }),
                (Some(before), Some(after)) => self.tell(path, What::Changed { before, after }),
                (None, None) => {}
            }
        }
    }

    fn below(&mut self, path: &mut Vec<String>, name: &str, before: Option<&Value>, after: Option<&Value>) {
        path.push(name.to_owned());
        self.compare(path, before, after);
        path.pop();
    }

    /// Items that have names are compared by them: an item that others were put in front of is the same as before.
    fn named(&mut self, path: &mut Vec<String>, before: &[(&str, &Value)], after: &[(&str, &Value)]) {
        let find = |list: &[(&str, &Value)], name: &str| list.iter().any(|(known, _)| *known == name);
        let list = path.last().cloned().unwrap_or_default();
        let new_name = |name: &str| self.renames.get(&(list.as_str(), name)).copied().filter(|to| find(after, to));
        // Where several get one name, that item is another one than each of them.
        let renamed: Vec<(&str, &str)> = before
            .iter()
            .filter(|(name, _)| !find(after, name))
            .filter_map(|(name, _)| Some((*name, new_name(name)?)))
            .collect();
        let origin = |to: &str| {
            let mut from = renamed.iter().filter(|(_, known)| *known == to).map(|(from, _)| *from);
            from.next().filter(|_| from.next().is_none() && !find(before, to))
        };
        let origins: Vec<Option<&str>> =
            after.iter().map(|(name, _)| if find(before, name) { Some(*name) } else { origin(name) }).collect();
        for (name, value) in before.iter().filter(|(name, _)| !find(after, name)) {
            let what = match renamed.iter().find(|(from, _)| from == name) {
                Some((_, to)) => What::Renamed { to: (*to).to_owned() },
                None => What::Removed { value: written(&nameless(value)) },
            };
            path.push((*name).to_owned());
            self.tell(path, what);
            path.pop();
        }
        for ((name, value), origin) in after.iter().zip(&origins) {
            let was = origin.and_then(|from| before.iter().find(|(known, _)| *known == from));
            path.push((*name).to_owned());
            match was {
                Some((_, was)) => self.compare(path, Some(&nameless(was)), Some(&nameless(value))),
                None => self.tell(path, What::Added { value: written(&nameless(value)) }),
            }
            path.pop();
        }
        let kept: Vec<&str> = origins.iter().flatten().copied().collect();
        let in_old_order = before.iter().map(|(name, _)| *name).filter(|name| kept.contains(name));
        if !in_old_order.eq(kept.iter().copied()) {
            let names = after.iter().map(|(name, _)| (*name).to_owned()).collect();
            self.tell(path, What::Reordered { names });
        }
    }
}

/// The fields of a table; those of none where there is no value.
fn fields(value: Option<&Value>) -> Option<Map<String, Value>> {
    match value {
        None => Some(Map::new()),
        Some(Value::Object(fields)) => Some(fields.clone()),
        Some(_) => None,
    }
}

/// The items of a list with their names, where each has one of its own; none where there is no list.
fn items(value: Option<&Value>) -> Option<Vec<(&str, &Value)>> {
    let list = match value {
        None => return Some(vec![]),
        Some(Value::Array(list)) => list,
        Some(_) => return None,
    };
    let named = |item| Value::get(item, "name").and_then(Value::as_str).map(|name| (name, item));
    let items: Vec<(&str, &Value)> = list.iter().map(named).collect::<Option<_>>()?;
    let names: BTreeSet<&str> = items.iter().map(|(name, _)| *name).collect();
    (names.len() == items.len()).then_some(items)
}

fn nameless(item: &Value) -> Value {
    let mut fields = item.as_object().cloned().unwrap_or_default();
    fields.remove("name");
    Value::Object(fields)
}

/// The lines that differ, where one of the two is a text of several lines.
fn lines(before: Option<&Value>, after: Option<&Value>) -> Option<Vec<Line>> {
    let text = |value: Option<&Value>| match value {
        None => Some(String::new()),
        Some(Value::String(text)) => Some(text.clone()),
        Some(_) => None,
    };
    let (before, after) = (text(before)?, text(after)?);
    if !before.contains('\n') && !after.contains('\n') {
        return None;
    }
    let diff = TextDiff::from_lines(&before, &after);
    let changed = diff.iter_all_changes().filter_map(|change| {
        let is_added = match change.tag() {
            ChangeTag::Equal => return None,
            ChangeTag::Delete => false,
            ChangeTag::Insert => true,
        };
        let at = if is_added { change.new_index() } else { change.old_index() };
        let text = change.value().trim_end_matches(['\n', '\r']).to_owned();
        Some(Line { is_added, number: at.unwrap_or_default() + 1, text })
    });
    Some(changed.collect())
}

/// A value in a line, as it stands in the files; a text by itself without quotation marks.
fn written(value: &Value) -> String {
    match value {
        Value::String(text) if !text.is_empty() => text.clone(),
        Value::Object(fields) => pairs(fields),
        other => inner(other),
    }
}

fn inner(value: &Value) -> String {
    match value {
        Value::Array(items) => format!("[{}]", items.iter().map(inner).collect::<Vec<_>>().join(", ")),
        Value::Object(fields) if !fields.is_empty() => format!("{{ {} }}", pairs(fields)),
        other => other.to_string(),
    }
}

fn pairs(fields: &Map<String, Value>) -> String {
    fields.iter().map(|(name, value)| format!("{name} = {}", inner(value))).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests;
