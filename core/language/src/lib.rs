//! What the window says, in the languages there are: every sentence stands in `locales/`, once for each language.
//!
//! A screen says `tr!("queue-empty")` or `tr!("queue-left", count = 3)` and gets the words in the language of its
//! thread, which the window sets at each frame. What is kept longer than a frame, or goes to other readers as well, is a
//! [`Message`]: the name of a sentence with what is put into it, which can be said in any language at any time.

mod catalogue;
mod language;
mod message;

pub use language::{Language, current, set_current};
pub use message::{Arg, Message};

use catalogue::Catalogue;

/// A sentence that has nothing to be put into it, in the language of this thread. A name that no language has gives a
/// visible mark; tests see to it that there is none.
pub fn text(id: &str) -> &'static str {
    text_in(current(), id)
}

/// A sentence that has nothing to be put into it.
pub fn text_in(language: Language, id: &str) -> &'static str {
    let own = Catalogue::of(language).plain(id);
    own.or_else(|| Catalogue::of(Language::English).plain(id)).unwrap_or(catalogue::MISSING)
}

/// Whether English, which is complete, has a sentence of this name.
pub fn is_known(id: &str) -> bool {
    Catalogue::of(Language::English).has(id)
}

/// The names of all sentences of a language, in alphabetical order, each with the names of what is put into it.
pub fn sentences(language: Language) -> Vec<(&'static str, Vec<&'static str>)> {
    Catalogue::of(language).sentences()
}

/// A sentence in the language of this thread: `tr!("id")` is a `&'static str`, `tr!("id", name = value, …)` a `String`
/// with the values put in. A value is anything that an [`Arg`] is made from.
#[macro_export]
macro_rules! tr {
    ($id:literal) => {
        $crate::text($id)
    };
    ($id:literal, $($name:ident = $value:expr),+ $(,)?) => {
        $crate::say!($id, $($name = $value),+).local()
    };
}

/// A [`Message`]: `say!("id", name = value, …)`.
#[macro_export]
macro_rules! say {
    ($id:literal $(, $name:ident = $value:expr)* $(,)?) => {
        $crate::Message::new($id)$(.with(stringify!($name), $value))*
    };
}
