//! A message: the name of a sentence with what is put into it, said in a language when somebody reads it.

use std::fmt;

use fluent_bundle::{FluentArgs, FluentValue};

use crate::catalogue::Catalogue;
use crate::{Language, current};

/// The name of a sentence with what is put into it. It shows, and is written, as English: for files, logs and the command
/// line.
#[derive(Debug, Clone, PartialEq)]
pub struct Message {
    id: &'static str,
    args: Vec<(&'static str, Arg)>,
}

/// Something that is put into a sentence.
#[derive(Debug, Clone, PartialEq)]
pub enum Arg {
    /// A word or a figure as it is.
    Text(String),
    /// A whole number, which also decides between singular and plural.
    Count(i64),
    /// Another message, said in the same language.
    Message(Box<Message>),
}

impl Message {
    /// A message into which nothing is put yet.
    pub fn new(id: &'static str) -> Self {
        Self { id, args: Vec::new() }
    }

    /// The same with a value.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<Arg>) -> Self {
        self.args.push((name, value.into()));
        self
    }

    /// The name of the sentence.
    pub fn id(&self) -> &'static str {
        self.id
    }

    /// In the language of this thread.
    pub fn local(&self) -> String {
        self.in_language(current())
    }

    /// In a language; in English where the language has no such sentence.
    pub fn in_language(&self, language: Language) -> String {
        let mut args = FluentArgs::with_capacity(self.args.len());
        for (name, value) in &self.args {
            args.set(*name, value.in_language(language));
        }
        let own = Catalogue::of(language).format(self.id, &args);
        let said = own.or_else(|| Catalogue::of(Language::English).format(self.id, &args));
        said.unwrap_or_else(|| crate::catalogue::MISSING.to_owned())
    }
}

impl Arg {
    fn in_language(&self, language: Language) -> FluentValue<'_> {
        match self {
            Self::Text(text) => FluentValue::from(text.as_str()),
            Self::Count(count) => FluentValue::from(*count),
            Self::Message(message) => FluentValue::from(message.in_language(language)),
        }
    }
}

impl fmt::Display for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.in_language(Language::English))
    }
}

impl serde::Serialize for Message {
    /// As the English text.
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl From<&str> for Arg {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<&String> for Arg {
    fn from(text: &String) -> Self {
        Self::Text(text.clone())
    }
}

impl From<String> for Arg {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<std::borrow::Cow<'_, str>> for Arg {
    fn from(text: std::borrow::Cow<'_, str>) -> Self {
        Self::Text(text.into_owned())
    }
}

impl From<Message> for Arg {
    fn from(message: Message) -> Self {
        Self::Message(Box::new(message))
    }
}

macro_rules! counts {
    ($($kind:ty),+) => {
        $(impl From<$kind> for Arg {
            /// Numbers beyond what a signed 64-bit integer holds are held at its end.
            fn from(count: $kind) -> Self {
                Self::Count(i64::try_from(count).unwrap_or(i64::MAX))
            }
        })+
    };
}

counts!(u8, u16, u32, u64, usize, i32, i64);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_put_in_decides_between_singular_and_plural() {
        let said = |count: u32, language| Message::new("samples").with("count", count).in_language(language);
        assert_eq!(said(1, Language::English), "1 sample");
        assert_eq!(said(0, Language::English), "0 samples");
        assert_eq!(said(1, Language::German), "1 Bild");
        assert_eq!(said(2, Language::German), "2 Bilder");
    }

    #[test]
    fn a_message_shows_as_english_whatever_the_thread_speaks() {
        crate::set_current(Language::German);
        let message = Message::new("samples").with("count", 2_u32);
        let both = (message.to_string(), message.local());
        crate::set_current(Language::English);
        assert_eq!(both, ("2 samples".to_owned(), "2 Bilder".to_owned()));
    }

    #[test]
    fn a_message_within_another_is_said_in_the_same_language() {
        let inner = Message::new("samples").with("count", 3_u32);
        let outer = Message::new("failed").with("doing", inner);
        assert_eq!(outer.in_language(Language::German), "3 Bilder fehlgeschlagen");
    }

    #[test]
    fn an_unknown_sentence_is_marked() {
        assert_eq!(Message::new("there-is-none").to_string(), crate::catalogue::MISSING);
        assert_eq!(crate::text("there-is-none"), crate::catalogue::MISSING);
    }
}
