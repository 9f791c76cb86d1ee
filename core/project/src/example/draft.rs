//! The draft of the policy's next version, `policy.toml`: an entry is added to its text, and everything else of the text
//! stays as it is, comments and layout included.

use std::path::PathBuf;

use concord_domain::DomainError;
use concord_domain::ontology::Ontology;
use concord_domain::policy::{Example, Examples, Policy};
use concord_exchange::atomic::write_file;
use concord_store::Reader;
use toml_edit::{Array, ArrayOfTables, DocumentMut, InlineTable, Item, Table, TableLike, Value};

use crate::project::read_optional;
use crate::publish::{GUIDELINE_FILE, POLICY_FILE, missing, read_ontology};
use crate::{Project, ProjectError};

const EXAMPLES: &str = "examples";
const VERSION: &str = "version";

/// The draft as it was read.
pub(super) struct Draft {
    path: PathBuf,
    text: String,
    guideline: String,
    policy: Policy,
    ontology: Ontology,
    /// The newest version that was published, withdrawn ones among them; 0 for none.
    newest: u32,
}

impl Draft {
    /// Reads the draft with what it must fit; an error where one of them is no good already.
    pub(super) fn read(project: &Project, reader: &Reader) -> Result<Self, ProjectError> {
        let path = project.dir.join(POLICY_FILE);
        // A link stays one: the file that it leads to is replaced.
        let path = path.canonicalize().unwrap_or(path);
        let text = read_optional(&path)?.ok_or_else(|| missing(&path))?;
        let guideline = read_optional(&project.dir.join(GUIDELINE_FILE))?.unwrap_or_default();
        let policy = Policy::from_toml(&text, &guideline);
        let policy = policy.map_err(|source| ProjectError::Config { path: path.clone(), source })?;
        let newest = reader.policies()?.iter().map(|published| published.version).max().unwrap_or(0);
        let ontology = read_ontology(&project.dir)?;
        Ok(Self { path, text, guideline, policy, ontology, newest })
    }

    /// The examples so far.
    pub(super) fn examples(&self) -> &Examples {
        &self.policy.examples
    }

    /// True when the draft bears a version that is published, so that the next one begins.
    pub(super) fn begins_version(&self) -> bool {
        self.policy.version <= self.newest
    }

    /// The version that the draft becomes.
    pub(super) fn next_version(&self) -> u32 {
        if self.begins_version() { self.newest + 1 } else { self.policy.version }
    }

    /// An error that names the classes when there is no such class.
    pub(super) fn require_class(&self, class: &str) -> Result<(), ProjectError> {
        if self.ontology.class(class).is_some() {
            return Ok(());
        }
        let known: Vec<&str> = self.ontology.classes.iter().map(|class| class.name.as_str()).collect();
        Err(ProjectError::usage(format!(
            "the ontology has no class \"{class}\"; the classes are {}",
            if known.is_empty() { "still to come".to_owned() } else { known.join(", ") }
        )))
    }

    /// The text with one example more, under the next version. An error where it would not say exactly that.
    pub(super) fn with(&self, class: &str, example: &Example) -> Result<String, ProjectError> {
        let invalid = |source| ProjectError::Config { path: self.path.clone(), source };
        let cannot = |why: String| invalid(DomainError::invalid("the policy", why));
        let mut document: DocumentMut = self.text.parse().map_err(|e| invalid(DomainError::parse("the policy", e)))?;
        set_version(&mut document, self.next_version());
        if !put(document.as_table_mut(), class, example) {
            return Err(cannot(
                "its examples are written in a way that cannot be added to: add them by hand".to_owned(),
            ));
        }
        let text = with_line_ends_of(&self.text, &document.to_string());
        let policy = Policy::from_toml(&text, &self.guideline).map_err(invalid)?;
        policy.check_against(&self.ontology).map_err(invalid)?;
        let mut expected = self.policy.clone();
        expected.version = self.next_version();
        expected.examples.entry(class.to_owned()).or_default().push(example.clone());
        if policy != expected {
            return Err(cannot("adding to it would alter something else: add the example by hand".to_owned()));
        }
        Ok(text)
    }

    /// Puts the new text in the place of the old one, whole or not at all; not where somebody altered it meanwhile.
    pub(super) fn replace(&self, text: &str) -> Result<(), ProjectError> {
        if read_optional(&self.path)?.as_deref() != Some(&self.text) {
            return Err(ProjectError::usage(format!(
                "{} was altered by somebody else just now, and was left as it is: try again",
                self.path.display()
            )));
        }
        Ok(write_file(&self.path, text.as_bytes())?)
    }
}

/// Sets the version and leaves what stands around it.
fn set_version(document: &mut DocumentMut, version: u32) {
    if let Some(value) = document.get_mut(VERSION).and_then(Item::as_value_mut) {
        let decor = value.decor().clone();
        *value = Value::from(i64::from(version));
        *value.decor_mut() = decor;
    }
}

/// Adds an example in the way in which examples are written there; false where that cannot be.
fn put(policy: &mut Table, class: &str, example: &Example) -> bool {
    let examples = policy.entry(EXAMPLES).or_insert_with(|| {
        let mut table = Table::new();
        table.set_implicit(true);
        Item::Table(table)
    });
    let is_inline = match examples {
        Item::Value(Value::InlineTable(_)) => true,
        Item::Table(table) => table.is_dotted(),
        _ => false,
    };
    let Some(classes) = examples.as_table_like_mut() else { return false };
    match classes.get_mut(class) {
        Some(Item::ArrayOfTables(tables)) => tables.push(table_of(example)),
        Some(Item::Value(Value::Array(array))) => append(array, table_of(example).into_inline_table()),
        Some(_) => return false,
        None => begin(classes, class, example, is_inline),
    }
    true
}

/// The first example of a class.
fn begin(classes: &mut dyn TableLike, class: &str, example: &Example, is_inline: bool) {
    let item = if is_inline {
        let mut array = Array::new();
        append(&mut array, table_of(example).into_inline_table());
        Item::Value(Value::Array(array))
    } else {
        let mut tables = ArrayOfTables::new();
        tables.push(table_of(example));
        Item::ArrayOfTables(tables)
    };
    classes.insert(class, item);
}

fn table_of(example: &Example) -> Table {
    let mut table = Table::new();
    table.insert("picture", toml_edit::value(example.picture.as_str()));
    if !example.caption.is_empty() {
        table.insert("caption", toml_edit::value(example.caption.as_str()));
    }
    table.insert("verdict", toml_edit::value(example.verdict.name()));
    table
}

/// Adds to an array, on a line of its own where the others have one; comments stay with what they stand at.
fn append(array: &mut Array, table: InlineTable) {
    let text = |raw: Option<&toml_edit::RawString>| raw.and_then(|raw| raw.as_str()).unwrap_or_default().to_owned();
    let last = array.iter().last();
    let before = text(last.and_then(|value| value.decor().prefix()));
    let after = text(last.and_then(|value| value.decor().suffix()));
    let Some(line) = before.rfind('\n') else {
        array.push(Value::InlineTable(table));
        return;
    };
    let mut indent = before[line..].to_owned();
    let mut value = Value::InlineTable(table);
    if array.trailing_comma() {
        let trailing = text(Some(array.trailing()));
        if let Some((comment, rest)) = trailing.rsplit_once('\n').filter(|_| trailing.contains('#')) {
            indent = format!("{comment}{indent}");
            array.set_trailing(format!("\n{rest}"));
        }
    } else if !after.contains('#') {
        if let Some(last) = array.iter_mut().last() {
            last.decor_mut().set_suffix("");
        }
        value.decor_mut().set_suffix(after);
    }
    value.decor_mut().set_prefix(indent);
    array.push_formatted(value);
}

/// A text whose lines end as those of another one do, where these all end alike.
fn with_line_ends_of(old: &str, new: &str) -> String {
    let ends = old.matches('\n').count();
    if ends > 0 && old.matches("\r\n").count() == ends {
        new.replace("\r\n", "\n").replace('\n', "\r\n")
    } else {
        new.to_owned()
    }
}
