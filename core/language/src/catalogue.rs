//! A catalogue: all sentences of one language, read once from what is built into the binary.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource};
use fluent_syntax::ast::{Entry, Expression, InlineExpression, Pattern, PatternElement};

use crate::Language;

/// What stands for a sentence that there is not.
pub(crate) const MISSING: &str = "⟨no words⟩";

macro_rules! files {
    ($folder:literal: $($file:literal),+) => {
        &[$(($file, include_str!(concat!("../locales/", $folder, "/", $file, ".ftl")))),+]
    };
}

const ENGLISH: &[(&str, &str)] = files!("en": "general", "actions", "shell", "start", "label", "agreement", "people", "activity", "review", "example", "policy", "models", "problems", "labels", "widgets");
const GERMAN: &[(&str, &str)] = files!("de": "general", "actions", "shell", "start", "label", "agreement", "people", "activity", "review", "example", "policy", "models", "problems", "labels", "widgets");

/// All sentences of one language.
pub(crate) struct Catalogue {
    bundle: FluentBundle<FluentResource>,
    /// Sentences into which nothing is put, which need no formatting.
    plain: BTreeMap<String, String>,
    /// What is put into each sentence.
    variables: BTreeMap<String, Vec<String>>,
}

impl Catalogue {
    pub(crate) fn of(language: Language) -> &'static Self {
        static ENGLISH_CATALOGUE: LazyLock<Catalogue> = LazyLock::new(|| Catalogue::read(Language::English, ENGLISH));
        static GERMAN_CATALOGUE: LazyLock<Catalogue> = LazyLock::new(|| Catalogue::read(Language::German, GERMAN));
        match language {
            Language::English => &ENGLISH_CATALOGUE,
            Language::German => &GERMAN_CATALOGUE,
        }
    }

    /// Reads the files of a language. What cannot be read is left out; a test sees to it that all of it can.
    fn read(language: Language, files: &[(&str, &str)]) -> Self {
        let tag = language.tag().parse().unwrap_or_default();
        let mut bundle = FluentBundle::new_concurrent(vec![tag]);
        // The marks around what is put in are for texts of two directions, and egui would show them.
        bundle.set_use_isolating(false);
        let (mut plain, mut variables) = (BTreeMap::new(), BTreeMap::new());
        for (_, text) in files {
            let resource = FluentResource::try_new((*text).to_owned()).unwrap_or_else(|(readable, _)| readable);
            for entry in resource.entries() {
                let Entry::Message(message) = entry else { continue };
                let Some(pattern) = &message.value else { continue };
                if let Some(text) = plain_text(pattern) {
                    plain.insert(message.id.name.to_owned(), text);
                }
                let mut names = Vec::new();
                variables_of(pattern, &mut names);
                names.sort_unstable();
                names.dedup();
                variables.insert(message.id.name.to_owned(), names);
            }
            // Of two sentences with one name the first stays; a test sees to it that there are none.
            let _ = bundle.add_resource(resource);
        }
        Self { bundle, plain, variables }
    }

    pub(crate) fn has(&self, id: &str) -> bool {
        self.variables.contains_key(id)
    }

    pub(crate) fn plain(&self, id: &str) -> Option<&str> {
        self.plain.get(id).map(String::as_str)
    }

    /// The sentence with the values put in. A value that is missing shows as its name in braces.
    pub(crate) fn format(&self, id: &str, args: &FluentArgs<'_>) -> Option<String> {
        let pattern = self.bundle.get_message(id)?.value()?;
        let mut errors = Vec::new();
        let said = self.bundle.format_pattern(pattern, Some(args), &mut errors).into_owned();
        debug_assert!(errors.is_empty(), "sentence `{id}`: {errors:?}");
        Some(said)
    }

    pub(crate) fn sentences(&self) -> Vec<(&str, Vec<&str>)> {
        self.variables.iter().map(|(id, names)| (id.as_str(), names.iter().map(String::as_str).collect())).collect()
    }
}

/// The text of a pattern into which nothing is put.
fn plain_text(pattern: &Pattern<&str>) -> Option<String> {
    pattern.elements.iter().map(|element| literal(element)).collect()
}

fn literal<'a>(element: &PatternElement<&'a str>) -> Option<&'a str> {
    match element {
        PatternElement::TextElement { value } => Some(value),
        PatternElement::Placeable { expression: Expression::Inline(InlineExpression::StringLiteral { value }) } => {
            Some(value)
        }
        PatternElement::Placeable { .. } => None,
    }
}

fn variables_of(pattern: &Pattern<&str>, names: &mut Vec<String>) {
    for element in &pattern.elements {
        let PatternElement::Placeable { expression } = element else { continue };
        match expression {
            Expression::Inline(inline) => variables_in(inline, names),
            Expression::Select { selector, variants } => {
                variables_in(selector, names);
                for variant in variants {
                    variables_of(&variant.value, names);
                }
            }
        }
    }
}

fn variables_in(inline: &InlineExpression<&str>, names: &mut Vec<String>) {
    if let InlineExpression::VariableReference { id } = inline {
        names.push(id.name.to_owned());
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    const ALL: [(Language, &[(&str, &str)]); 2] = [(Language::English, ENGLISH), (Language::German, GERMAN)];

    #[test]
    fn every_file_can_be_read_and_no_name_stands_twice() {
        for (language, files) in ALL {
            let mut names = BTreeSet::new();
            for (file, text) in files {
                let resource = FluentResource::try_new((*text).to_owned());
                let resource = resource.unwrap_or_else(|(_, errors)| panic!("{}/{file}: {errors:?}", language.tag()));
                for entry in resource.entries() {
                    let Entry::Message(message) = entry else { continue };
                    assert!(names.insert(message.id.name.to_owned()), "{} stands twice", message.id.name);
                    assert!(message.value.is_some(), "{} says nothing", message.id.name);
                }
            }
        }
    }

    #[test]
    fn every_language_says_everything_with_the_same_values() {
        let english = Catalogue::of(Language::English).sentences();
        for language in Language::ALL {
            assert_eq!(Catalogue::of(language).sentences(), english, "{}", language.name());
        }
    }

    #[test]
    fn a_sentence_is_on_one_line() {
        // A line break in a file would be one on the screen.
        for (_, files) in ALL {
            for (file, text) in files {
                for line in text.lines() {
                    let starts_variant = line.trim_start().starts_with(['[', '*', '}']);
                    assert!(!line.starts_with(' ') || starts_variant, "{file}: «{line}» goes on from the line before");
                }
            }
        }
    }

    #[test]
    fn a_translation_is_no_copy() {
        // Single words, figures and names may be the same in both.
        let same = Catalogue::of(Language::English).plain.iter().filter(|(id, english)| {
            let words = english.split(' ').filter(|word| word.chars().any(char::is_alphabetic)).count();
            words > 1 && Catalogue::of(Language::German).plain(id) == Some(english)
        });
        assert_eq!(same.collect::<Vec<_>>(), Vec::<(&String, &String)>::new());
    }
}
