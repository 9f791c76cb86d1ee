//! The languages there are, and which one a thread speaks.

use std::cell::Cell;

/// A language in which everything on screen can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Language {
    /// English; complete, and what files, logs and the command line speak.
    #[default]
    English,
    /// German.
    German,
}

thread_local! {
    static CURRENT: Cell<Language> = const { Cell::new(Language::English) };
}

/// The language of this thread; English until another is set.
pub fn current() -> Language {
    CURRENT.get()
}

/// Gives this thread a language.
pub fn set_current(language: Language) {
    CURRENT.set(language);
}

impl Language {
    /// All languages.
    pub const ALL: [Self; 2] = [Self::English, Self::German];

    /// Its tag after BCP 47, as in the settings file.
    pub fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::German => "de",
        }
    }

    /// Its name in itself.
    pub fn name(self) -> &'static str {
        match self {
            Self::English => "English",
            Self::German => "Deutsch",
        }
    }

    /// The language of a tag such as `de`, `de-AT` or `de_CH.UTF-8`; `None` for one that is not there.
    pub fn of_tag(tag: &str) -> Option<Self> {
        let primary = tag.split(['-', '_', '.', '@']).next().unwrap_or_default();
        Self::ALL.into_iter().find(|language| language.tag().eq_ignore_ascii_case(primary))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_counts_up_to_its_region() {
        for (tag, expected) in [
            ("de", Some(Language::German)),
            ("de-AT", Some(Language::German)),
            ("de_CH.UTF-8", Some(Language::German)),
            ("EN-gb", Some(Language::English)),
            ("den", None),
            ("fr-FR", None),
            ("C", None),
            ("", None),
        ] {
            assert_eq!(Language::of_tag(tag), expected, "{tag}");
        }
    }

    #[test]
    fn a_thread_speaks_english_until_it_is_told_otherwise() {
        set_current(Language::German);
        let other = std::thread::spawn(current).join().expect("it only reads");
        assert_eq!((current(), other), (Language::German, Language::English));
        set_current(Language::English);
    }
}
