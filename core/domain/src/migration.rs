//! Migrations: how labels of an older version of the ontology become labels of a newer one by rule.
//!
//! Splits go first, then renamings (several classes with one new name are merged), then defaults. Sub-classes and
//! attributes that the new class does not have are dropped, as they are when a person changes a class.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::DomainError;
use crate::label_set::Labels;
use crate::object::{AttributeValue, Object};
use crate::ontology::{Ontology, ShowWhen};

/// The rules of one migration, as they stand in `migration.toml`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Migration {
    /// Objects of a class that meet a condition get another class; the first rule that fits counts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub split: Vec<Split>,
    /// Classes get other names.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rename: Vec<Rename>,
    /// Attributes that have no value get one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub default: Vec<NewDefault>,
    /// Tags get other names.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rename_tag: Vec<RenameTag>,
}

/// Objects of a class that meet a condition get another class.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Split {
    /// The class before.
    pub class: String,
    /// On which of its objects, written as conditions of attributes are.
    pub when: ShowWhen,
    /// The class afterwards.
    pub to: String,
}

/// A class gets another name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rename {
    /// The class before.
    pub class: String,
    /// The class afterwards; several with one name here are merged.
    pub to: String,
    /// The sub-class that all its objects get, for a class that becomes a sub-class of another one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subclass: Option<String>,
}

/// An attribute that has no value gets one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewDefault {
    /// Name of the attribute.
    pub attribute: String,
    /// The value.
    pub value: AttributeValue,
    /// Of these classes; of all that have the attribute when it is empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub classes: Vec<String>,
}

/// A tag gets another name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RenameTag {
    /// The tag before.
    pub tag: String,
    /// The tag afterwards.
    pub to: String,
}

impl Migration {
    /// Reads the rules from TOML.
    pub fn from_toml(text: &str) -> Result<Self, DomainError> {
        toml::from_str(text).map_err(|e| DomainError::parse("the migration", e))
    }

    /// True without any rule.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// An error when a rule leads to something that the new ontology does not have, or to a value that it does not allow.
    pub fn check_against(&self, ontology: &Ontology) -> Result<(), DomainError> {
        let classes = self.split.iter().map(|rule| &rule.to).chain(self.rename.iter().map(|rule| &rule.to));
        let unknown = classes.into_iter().find(|name| ontology.class(name).is_none());
        let fault = unknown.map(|name| format!("it leads to the class \"{name}\", which the ontology does not have"));
        let fault = fault.or_else(|| self.fault_of_subclass(ontology)).or_else(|| self.fault_of_default(ontology));
        let fault = fault.or_else(|| {
            let unknown = self.rename_tag.iter().find(|rule| ontology.tag(&rule.to).is_none())?;
            Some(format!("it leads to the tag \"{}\", which the ontology does not have", unknown.to))
        });
        let mut seen = BTreeSet::new();
        let twice = self.rename.iter().find(|rule| !seen.insert(&rule.class));
        let fault = fault.or_else(|| Some(format!("it renames the class \"{}\" twice", twice?.class)));
        fault.map_or(Ok(()), |why| Err(DomainError::invalid("the migration", why)))
    }

    fn fault_of_subclass(&self, ontology: &Ontology) -> Option<String> {
        self.rename.iter().find_map(|rule| {
            let subclass = rule.subclass.as_ref()?;
            let has = ontology.class(&rule.to).is_some_and(|class| class.subclasses.contains(subclass));
            (!has).then(|| format!("the class \"{}\" has no sub-class \"{subclass}\"", rule.to))
        })
    }

    fn fault_of_default(&self, ontology: &Ontology) -> Option<String> {
        self.default.iter().find_map(|rule| match ontology.attribute(&rule.attribute) {
            None => Some(format!("the ontology has no attribute \"{}\"", rule.attribute)),
            Some(attribute) if !attribute.accepts(&rule.value) => {
                Some(format!("the attribute \"{}\" does not allow {}", rule.attribute, rule.value))
            }
            Some(_) => None,
        })
    }

    /// The labels as they are by the rules, under the new ontology. Labels that no rule is about come back as they were.
    pub fn apply(&self, labels: &Labels, ontology: &Ontology) -> Labels {
        let mut labels = labels.clone();
        for object in &mut labels.objects {
            self.migrate(object, ontology);
        }
        for RenameTag { tag, to } in &self.rename_tag {
            if labels.tags.remove(tag) {
                labels.tags.insert(to.clone());
            }
        }
        labels
    }

    fn migrate(&self, object: &mut Object, ontology: &Ontology) {
        let split = self.split.iter().find(|rule| rule.class == object.class && rule.when.holds(object));
        if let Some(rule) = split {
            become_class(object, &rule.to, None, ontology);
        } else if let Some(rule) = self.rename.iter().find(|rule| rule.class == object.class) {
            become_class(object, &rule.to, rule.subclass.as_deref(), ontology);
        }
        for rule in &self.default {
            let is_meant = rule.classes.is_empty() || rule.classes.contains(&object.class);
            let shown = ontology
                .attribute(&rule.attribute)
                .is_some_and(|attribute| attribute.applies_to(&object.class) && ontology.is_shown(attribute, object));
            if is_meant && shown {
                object.attributes.entry(rule.attribute.clone()).or_insert_with(|| rule.value.clone());
            }
        }
    }
}

fn become_class(object: &mut Object, class: &str, subclass: Option<&str>, ontology: &Ontology) {
    class.clone_into(&mut object.class);
    if let Some(subclass) = subclass {
        object.subclass = Some(subclass.to_owned());
    }
    let subclasses = ontology.class(class).map(|c| c.subclasses.as_slice()).unwrap_or_default();
    object.subclass.take_if(|s| !subclasses.contains(s));
    object.attributes.retain(|name, _| ontology.attributes_of(class).any(|a| &a.name == name));
    ontology.drop_hidden(object);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::disagreement::tests::labels;

    const ONTOLOGY: &str = "
        name = 'o'
        version = 2
        [[class]]
        name = 'fastener'
        subclasses = ['bolt', 'hex']
        [[class]]
        name = 'hexnut'
        [[class]]
        name = 'nut'
        [[attribute]]
        name = 'rust'
        kind = 'choice'
        values = ['yes', 'no']
        classes = ['fastener', 'nut']
        [[tag]]
        name = 'dark'
    ";

    fn ontology() -> Ontology {
        Ontology::from_toml(ONTOLOGY).expect("a valid ontology")
    }

    fn shown(labels: &Labels) -> Vec<String> {
        let object = |o: &Object| {
            let attributes: Vec<String> = o.attributes.iter().map(|(name, value)| format!(" {name}={value}")).collect();
            format!("{}:{}{}", o.class, o.subclass.as_deref().unwrap_or("-"), attributes.concat())
        };
        labels.objects.iter().map(object).chain(labels.tags.iter().map(|t| format!("#{t}"))).collect()
    }

    #[test]
    fn rules_rename_merge_split_and_fill() {
        let rules = "
            [[split]]
            class = 'nut'
            when = { subclass = ['hex'] }
            to = 'hexnut'
            [[rename]]
            class = 'bolt'
            to = 'fastener'
            subclass = 'bolt'
            [[rename]]
            class = 'screw'
            to = 'fastener'
            [[default]]
            attribute = 'rust'
            value = 'no'
            [[rename_tag]]
            tag = 'dim'
            to = 'dark'
        ";
        let migration = Migration::from_toml(rules).expect("valid rules");
        assert_eq!(migration.check_against(&ontology()), Ok(()));
        let before =
            labels("bolt 0 0 9 9 rust=yes; screw:hex 0 0 9 9; nut:hex 0 0 9 9 rust=yes; nut:flat 0 0 9 9; #dim");
        let after = migration.apply(&before, &ontology());
        let expected = ["fastener:bolt rust=yes", "fastener:hex rust=no", "hexnut:-", "nut:flat rust=no", "#dark"];
        assert_eq!(shown(&after), expected);
        assert_eq!(migration.apply(&after, &ontology()), after, "what is migrated stays as it is");
        assert_eq!(Migration::default().apply(&before, &ontology()), before);
    }

    #[test]
    fn rules_that_lead_nowhere_are_refused() {
        for (rules, why) in [
            ("[[rename]]\nclass = 'a'\nto = 'gear'", "class \"gear\""),
            ("[[split]]\nclass = 'a'\nwhen = { subclass = ['x'] }\nto = 'gear'", "class \"gear\""),
            ("[[rename]]\nclass = 'a'\nto = 'nut'\nsubclass = 'x'", "no sub-class \"x\""),
            ("[[default]]\nattribute = 'age'\nvalue = 1.0", "no attribute \"age\""),
            ("[[default]]\nattribute = 'rust'\nvalue = 'maybe'", "does not allow maybe"),
            ("[[rename_tag]]\ntag = 'a'\nto = 'b'", "tag \"b\""),
            ("[[rename]]\nclass = 'a'\nto = 'nut'\n[[rename]]\nclass = 'a'\nto = 'hexnut'", "\"a\" twice"),
        ] {
            let migration = Migration::from_toml(rules).expect(rules);
            let error = migration.check_against(&ontology()).expect_err(why).to_string();
            assert!(error.contains(why), "{error}");
        }
        assert!(Migration::from_toml("[[rename]]\nclas = 'a'").is_err());
    }
}
