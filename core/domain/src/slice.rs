//! A slice: a named predicate over sample metadata, with an importance weight and an owner.

use serde::{Deserialize, Serialize};

use crate::DomainError;
use crate::sample::{Metadata, Sample};

/// A named part of the data.
#[derive(Debug, Clone, PartialEq)]
pub struct Slice {
    /// Name, unique in the project.
    pub name: String,
    /// Which samples belong to it.
    pub predicate: Predicate,
    /// How much it matters, positive; 1 is ordinary.
    pub importance: f64,
    /// Who answers for it.
    pub owner: String,
    /// The recall it must reach, in `[0, 1]`; the shortfall raises its samples in the queue.
    pub target_recall: Option<f64>,
}

/// A condition on metadata: comparisons joined by `and`, `or`, `not` and parentheses.
///
/// `lighting = "dim" and not camera = "A"`; quotes may be left off a plain word; `!=` negates; the empty text holds for
/// every sample. A sample that lacks the name has the empty value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Predicate {
    /// Holds for every sample.
    Always,
    /// The metadata value equals the text.
    Equals(String, String),
    /// Both hold.
    And(Box<Predicate>, Box<Predicate>),
    /// At least one holds.
    Or(Box<Predicate>, Box<Predicate>),
    /// It does not hold.
    Not(Box<Predicate>),
}

impl Predicate {
    /// Reads a predicate; the error names the place.
    pub fn parse(text: &str) -> Result<Self, DomainError> {
        let tokens = tokens(text)?;
        if tokens.is_empty() {
            return Ok(Self::Always);
        }
        let mut parser = Parser { text, tokens: &tokens, at: 0, depth: 0 };
        let predicate = parser.or()?;
        if parser.at < tokens.len() {
            return Err(parser.error("expected \"and\" or \"or\""));
        }
        Ok(predicate)
    }

    /// True when the predicate holds for this metadata.
    pub fn holds(&self, metadata: &Metadata) -> bool {
        match self {
            Self::Always => true,
            Self::Equals(name, value) => metadata.get(name).map_or("", String::as_str) == value,
            Self::And(a, b) => a.holds(metadata) && b.holds(metadata),
            Self::Or(a, b) => a.holds(metadata) || b.holds(metadata),
            Self::Not(a) => !a.holds(metadata),
        }
    }
}

impl Slice {
    /// The slice of all samples, weight 1.
    pub fn all() -> Self {
        Self {
            name: "all".to_owned(),
            predicate: Predicate::Always,
            importance: 1.0,
            owner: String::new(),
            target_recall: None,
        }
    }

    /// True when the sample belongs to the slice.
    pub fn contains(&self, sample: &Sample) -> bool {
        self.predicate.holds(&sample.metadata)
    }
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct SliceFile {
    #[serde(default)]
    slice: Vec<SliceEntry>,
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct SliceEntry {
    name: String,
    #[serde(rename = "where", default)]
    predicate: String,
    #[serde(default = "one")]
    importance: f64,
    #[serde(default)]
    owner: String,
    #[serde(default)]
    target_recall: Option<f64>,
}

fn one() -> f64 {
    1.0
}

/// Reads `slices.toml`: a list of `[[slice]]` with `name`, `where`, `importance`, `owner`, `target_recall`.
pub fn slices_from_toml(text: &str) -> Result<Vec<Slice>, DomainError> {
    let file: SliceFile = toml::from_str(text).map_err(|e| DomainError::parse("slices.toml", e))?;
    let mut slices: Vec<Slice> = Vec::with_capacity(file.slice.len());
    for entry in file.slice {
        let name = entry.name;
        let invalid = |why: &str| DomainError::invalid(format!("slice \"{name}\""), why);
        if slices.iter().any(|s| s.name == name) || name.trim().is_empty() {
            return Err(invalid("its name must be there and unique"));
        }
        if !(entry.importance.is_finite() && entry.importance > 0.0) {
            return Err(invalid("importance must be a positive number"));
        }
        if entry.target_recall.is_some_and(|t| !(t > 0.0 && t <= 1.0)) {
            return Err(invalid("target_recall must lie above 0 and at most at 1"));
        }
        let predicate = Predicate::parse(&entry.predicate).map_err(|e| invalid(&e.to_string()))?;
        let (importance, owner, target_recall) = (entry.importance, entry.owner, entry.target_recall);
        slices.push(Slice { name, predicate, importance, owner, target_recall });
    }
    Ok(slices)
}

#[derive(Debug, Clone, PartialEq)]
enum Token {
    Word(String),
    Quoted(String),
    Equals,
    Differs,
    Open,
    Close,
}

fn tokens(text: &str) -> Result<Vec<(usize, Token)>, DomainError> {
    let mut out = Vec::new();
    let mut chars = text.char_indices().peekable();
    while let Some(&(at, c)) = chars.peek() {
        let single = match c {
            '(' => Some(Token::Open),
            ')' => Some(Token::Close),
            '=' => Some(Token::Equals),
            _ => None,
        };
        if let Some(token) = single {
            chars.next();
            out.push((at, token));
        } else if c.is_whitespace() {
            chars.next();
        } else if c == '!' {
            chars.next();
            match chars.next() {
                Some((_, '=')) => out.push((at, Token::Differs)),
                _ => return Err(located(text, at, "\"!\" must be followed by \"=\"")),
            }
        } else if c == '"' || c == '\'' {
            chars.next();
            let value: String = chars.by_ref().map(|(_, d)| d).take_while(|d| *d != c).collect();
            let end = chars.peek().map_or(text.len(), |(i, _)| *i);
            if !(text[..end].ends_with(c) && end > at + 1) {
                return Err(located(text, at, "the quotation is not closed"));
            }
            out.push((at, Token::Quoted(value)));
        } else {
            let mut word = String::new();
            while let Some((_, d)) = chars.next_if(|(_, d)| !d.is_whitespace() && !"()=!\"'".contains(*d)) {
                word.push(d);
            }
            out.push((at, Token::Word(word)));
        }
    }
    Ok(out)
}

fn located(text: &str, at: usize, why: &str) -> DomainError {
    let column = text[..at.min(text.len())].chars().count() + 1;
    DomainError::parse(format!("the predicate `{text}`"), format!("{why} (column {column})"))
}

struct Parser<'a> {
    text: &'a str,
    tokens: &'a [(usize, Token)],
    at: usize,
    depth: u32,
}

impl Parser<'_> {
    const MAX_DEPTH: u32 = 64;

    fn error(&self, why: &str) -> DomainError {
        located(self.text, self.tokens.get(self.at).map_or(self.text.len(), |(i, _)| *i), why)
    }

    fn next_is_word(&self, word: &str) -> bool {
        matches!(self.tokens.get(self.at), Some((_, Token::Word(w))) if w.eq_ignore_ascii_case(word))
    }

    fn or(&mut self) -> Result<Predicate, DomainError> {
        let mut left = self.and()?;
        while self.next_is_word("or") {
            self.at += 1;
            left = Predicate::Or(Box::new(left), Box::new(self.and()?));
        }
        Ok(left)
    }

    fn and(&mut self) -> Result<Predicate, DomainError> {
        let mut left = self.unary()?;
        while self.next_is_word("and") {
            self.at += 1;
            left = Predicate::And(Box::new(left), Box::new(self.unary()?));
        }
        Ok(left)
    }

    fn unary(&mut self) -> Result<Predicate, DomainError> {
        self.depth += 1;
        if self.depth > Self::MAX_DEPTH {
            return Err(self.error("nested too deeply"));
        }
        let predicate = if self.next_is_word("not") {
            self.at += 1;
            Predicate::Not(Box::new(self.unary()?))
        } else if matches!(self.tokens.get(self.at), Some((_, Token::Open))) {
            self.at += 1;
            let inner = self.or()?;
            if !matches!(self.tokens.get(self.at), Some((_, Token::Close))) {
                return Err(self.error("expected \")\""));
            }
            self.at += 1;
            inner
        } else {
            self.comparison()?
        };
        self.depth -= 1;
        Ok(predicate)
    }

    fn comparison(&mut self) -> Result<Predicate, DomainError> {
        let name = self.operand("expected the name of a metadata field")?;
        let operator = self.tokens.get(self.at).map(|(_, t)| t.clone());
        self.at += 1;
        match operator {
            Some(Token::Equals) => Ok(Predicate::Equals(name, self.operand("expected a value after \"=\"")?)),
            Some(Token::Differs) => {
                let value = self.operand("expected a value after \"!=\"")?;
                Ok(Predicate::Not(Box::new(Predicate::Equals(name, value))))
            }
            _ => {
                self.at -= 1;
                Err(self.error("expected \"=\" or \"!=\""))
            }
        }
    }

    fn operand(&mut self, why: &str) -> Result<String, DomainError> {
        match self.tokens.get(self.at) {
            Some((_, Token::Word(text) | Token::Quoted(text))) => {
                self.at += 1;
                Ok(text.clone())
            }
            _ => Err(self.error(why)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(predicate: &str, metadata: &str, expect: bool) {
        let metadata: Metadata = metadata
            .split(',')
            .filter_map(|pair| pair.split_once('='))
            .map(|(k, v)| (k.to_owned(), v.to_owned()))
            .collect();
        let parsed = Predicate::parse(predicate).expect(predicate);
        assert_eq!(parsed.holds(&metadata), expect, "{predicate} on {metadata:?}");
    }

    #[test]
    fn predicates_mean_what_they_say() {
        check("", "camera=A", true);
        check("camera = A", "camera=A", true);
        check("camera = \"A\" and lighting = 'dim'", "camera=A,lighting=bright", false);
        check("camera = A or lighting = dim and speed = fast", "camera=A,speed=slow", true);
        check("(camera = A or lighting = dim) and speed = fast", "camera=A,speed=slow", false);
        check("not camera = A", "lighting=dim", true);
        check("camera != A", "camera=A", false);
        check("site = \"\"", "camera=A", true);
    }

    #[test]
    fn a_broken_predicate_is_located() {
        for (text, expect) in [
            ("camera", "column 7"),
            ("camera = ", "expected a value"),
            ("(camera = A", "expected \")\""),
            ("camera = 'A", "not closed"),
            ("camera = A lighting = dim", "column 12"),
            ("camera ! A", "followed by"),
        ] {
            let error = Predicate::parse(text).expect_err(text).to_string();
            assert!(error.contains(expect), "{error}");
        }
        assert!(Predicate::parse(&"(".repeat(100_000)).is_err());
    }
}
