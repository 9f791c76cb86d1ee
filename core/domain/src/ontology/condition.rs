//! The condition under which an attribute is shown.

use serde::{Deserialize, Serialize};

use crate::object::{AttributeValue, Object};

/// On which objects an attribute is shown.
///
/// Written as `{ attribute = "damaged", is = true }`, `{ attribute = "view", in = ["top", "side"] }` or
/// `{ subclass = ["hex"] }`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Written", into = "Written")]
pub enum ShowWhen {
    /// On objects on which another attribute, itself shown, has one of these values.
    Attribute {
        /// Name of the other attribute.
        name: String,
        /// The values, at least one.
        values: Vec<AttributeValue>,
    },
    /// On objects of one of these sub-classes, at least one.
    Subclass(Vec<String>),
}

impl ShowWhen {
    /// True when the object meets the condition itself, whether or not the other attribute is shown; see
    /// [`Ontology::is_shown`](super::Ontology::is_shown) for the whole chain.
    pub fn holds(&self, object: &Object) -> bool {
        match self {
            Self::Attribute { name, values } => object.attributes.get(name).is_some_and(|v| values.contains(v)),
            Self::Subclass(names) => object.subclass.as_ref().is_some_and(|s| names.contains(s)),
        }
    }

    /// The attribute that it depends on.
    pub fn depends_on(&self) -> Option<&str> {
        match self {
            Self::Attribute { name, .. } => Some(name),
            Self::Subclass(_) => None,
        }
    }
}

/// The condition as it is written in files.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Written {
    #[serde(skip_serializing_if = "Option::is_none")]
    attribute: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    is: Option<AttributeValue>,
    #[serde(rename = "in", skip_serializing_if = "Vec::is_empty")]
    one_of: Vec<AttributeValue>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    subclass: Vec<String>,
}

impl TryFrom<Written> for ShowWhen {
    type Error = String;

    fn try_from(written: Written) -> Result<Self, String> {
        let Written { attribute, is, one_of, subclass } = written;
        match (attribute, is, one_of.is_empty(), subclass.is_empty()) {
            (Some(name), Some(value), true, true) => Ok(Self::Attribute { name, values: vec![value] }),
            (Some(name), None, false, true) => Ok(Self::Attribute { name, values: one_of }),
            (None, None, true, false) => Ok(Self::Subclass(subclass)),
            _ => Err("show_when takes an attribute with either `is` or `in`, or a list `subclass`".to_owned()),
        }
    }
}

impl From<ShowWhen> for Written {
    fn from(condition: ShowWhen) -> Self {
        let empty = Self::default();
        match condition {
            ShowWhen::Attribute { name, mut values } if values.len() == 1 => {
                Self { attribute: Some(name), is: values.pop(), ..empty }
            }
            ShowWhen::Attribute { name, values } => Self { attribute: Some(name), one_of: values, ..empty },
            ShowWhen::Subclass(subclass) => Self { subclass, ..empty },
        }
    }
}
