//! Type-to-search over classes, their sub-classes and synonyms.

use super::{Class, Ontology};

/// How well a text fits what was typed; better ones first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum MatchRank {
    /// It is the key or the whole text.
    Exact,
    /// The text begins with it.
    Prefix,
    /// A later word of the text begins with it.
    WordPrefix,
    /// Its letters stand in the text in this order.
    Subsequence,
}

/// A class or sub-class that fits what was typed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ClassMatch<'a> {
    /// The class.
    pub class: &'a Class,
    /// The sub-class, where it is that which fits.
    pub subclass: Option<&'a str>,
    /// The text that fits: name, sub-class or synonym.
    pub matched: &'a str,
    /// How well it fits.
    pub rank: MatchRank,
}

impl Ontology {
    /// The classes and sub-classes that fit what was typed, the best first and equals in the order of the ontology.
    ///
    /// Case is of no matter. A class is found by its key, name and synonyms; a sub-class by its name, and by class and
    /// sub-class once there is a space between two words. An empty query gives all classes.
    pub fn search_classes(&self, query: &str) -> Vec<ClassMatch<'_>> {
        let query = query.trim().to_lowercase();
        let mut found = Vec::new();
        for (index, class) in self.classes.iter().enumerate() {
            let is_key = self.key_of(index).is_some_and(|k| k.to_lowercase().eq(query.chars()));
            found.extend(match_class(class, &query, is_key));
            found.extend(class.subclasses.iter().filter_map(|s| match_subclass(class, s, &query)));
        }
        found.sort_by_key(|m| m.rank);
        found
    }
}

fn match_class<'a>(class: &'a Class, query: &str, is_key: bool) -> Option<ClassMatch<'a>> {
    if is_key {
        return Some(ClassMatch { class, subclass: None, matched: &class.name, rank: MatchRank::Exact });
    }
    let names = std::iter::once(&class.name).chain(&class.synonyms);
    let ranked = names.filter_map(|name| Some((rank(name, query)?, name.as_str())));
    let (rank, matched) = ranked.min_by_key(|(rank, _)| *rank)?;
    Some(ClassMatch { class, subclass: None, matched, rank })
}

fn match_subclass<'a>(class: &'a Class, subclass: &'a str, query: &str) -> Option<ClassMatch<'a>> {
    if query.is_empty() {
        return None;
    }
    let whole = query.contains(' ').then(|| rank(&format!("{} {subclass}", class.name), query)).flatten();
    let rank = rank(subclass, query).into_iter().chain(whole).min()?;
    Some(ClassMatch { class, subclass: Some(subclass), matched: subclass, rank })
}

/// How well a text fits a query in lower case.
fn rank(text: &str, query: &str) -> Option<MatchRank> {
    let text = text.to_lowercase();
    if text == query {
        return Some(MatchRank::Exact);
    }
    if text.starts_with(query) {
        return Some(MatchRank::Prefix);
    }
    let starts_word = |(at, _): (usize, &str)| !text[..at].ends_with(char::is_alphanumeric);
    if text.match_indices(query).any(starts_word) {
        return Some(MatchRank::WordPrefix);
    }
    let mut letters = text.chars();
    query.chars().all(|wanted| letters.any(|letter| letter == wanted)).then_some(MatchRank::Subsequence)
}
