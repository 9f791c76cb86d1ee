//! Messages: what happened, told once, in words.

use crate::error_text::ErrorText;

/// Most messages that are kept; the oldest go first.
const MOST: usize = 6;

/// A message.
#[derive(Debug, Clone, PartialEq)]
pub struct Message {
    /// Identity on the screen.
    pub id: u64,
    /// What it says.
    pub body: Body,
}

/// What a message says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Body {
    /// Something to know; it goes by itself.
    Info(String),
    /// Something that failed; it stays until it is dismissed.
    Error(Box<ErrorText>),
}

/// The messages on the screen.
#[derive(Debug, Default)]
pub struct Messages {
    shown: Vec<Message>,
    given: u64,
}

impl Messages {
    /// Says something. The same words twice are said once.
    pub fn info(&mut self, text: impl Into<String>) {
        self.shown.retain(|m| !matches!(m.body, Body::Info(_)));
        self.push(Body::Info(text.into()));
    }

    /// Says that something failed. The same failure twice is said once.
    pub fn error(&mut self, text: ErrorText) {
        let is_same =
            |m: &Message| matches!(&m.body, Body::Error(old) if (&old.what, &old.why) == (&text.what, &text.why));
        self.shown.retain(|m| !is_same(m));
        self.push(Body::Error(Box::new(text)));
    }

    fn push(&mut self, body: Body) {
        self.given += 1;
        self.shown.push(Message { id: self.given, body });
        if self.shown.len() > MOST {
            self.shown.remove(0);
        }
    }

    /// The messages, the oldest first.
    pub fn shown(&self) -> &[Message] {
        &self.shown
    }

    /// Takes a message away.
    pub fn dismiss(&mut self, id: u64) {
        self.shown.retain(|m| m.id != id);
    }

    /// Takes all messages away.
    pub fn clear(&mut self) {
        self.shown.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_failure_is_said_once() {
        let mut messages = Messages::default();
        let text = ErrorText { what: "a".into(), why: "b".into(), next: "c".into(), details: "1".into() };
        messages.error(text.clone());
        messages.info("hello");
        messages.info("good-bye");
        messages.error(ErrorText { details: "2".into(), ..text });
        assert_eq!(messages.shown().len(), 2);
        let id = messages.shown()[0].id;
        messages.dismiss(id);
        assert!(matches!(&messages.shown()[0].body, Body::Error(e) if e.details == "2"));
    }
}
