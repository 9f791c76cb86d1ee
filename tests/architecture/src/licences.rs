//! Licences of dependencies against the list in `deny.toml`, without the network.

use toml::{Table, Value};

/// The licences that may be used, as `deny.toml` lists them for cargo-deny.
#[derive(Clone, Debug, Default)]
pub struct Allowed {
    /// For every package.
    everywhere: Vec<String>,
    /// For one package each: its name and its licences.
    exceptions: Vec<(String, Vec<String>)>,
}

impl Allowed {
    /// Reads the text of `deny.toml`.
    ///
    /// # Errors
    ///
    /// When it is no TOML, or has no list of allowed licences.
    pub fn read(text: &str) -> Result<Self, String> {
        let table: Table = text.parse().map_err(|error| format!("deny.toml: {error}"))?;
        let licences = table.get("licenses").and_then(Value::as_table).ok_or("deny.toml has no [licenses]")?;
        let everywhere = strings(licences.get("allow"));
        if everywhere.is_empty() {
            return Err("deny.toml: [licenses] allows nothing".to_owned());
        }
        let exceptions = licences.get("exceptions").and_then(Value::as_array).cloned().unwrap_or_default();
        let exception = |value: &Value| {
            let name = value.get("crate").or_else(|| value.get("name")).and_then(Value::as_str)?;
            Some((name.to_owned(), strings(value.get("allow"))))
        };
        Ok(Self { everywhere, exceptions: exceptions.iter().filter_map(exception).collect() })
    }

    fn covers(&self, package: &str, licence: &str) -> bool {
        let own = self.exceptions.iter().filter(|(name, _)| name == package).flat_map(|(_, licences)| licences);
        self.everywhere.iter().chain(own).any(|allowed| allowed == licence)
    }
}

fn strings(value: Option<&Value>) -> Vec<String> {
    let list = value.and_then(Value::as_array).cloned().unwrap_or_default();
    list.iter().filter_map(Value::as_str).map(str::to_owned).collect()
}

/// Packages, as (name, version, licence expression), that may not be used under any of their licences.
pub fn not_allowed<'a>(
    packages: impl IntoIterator<Item = (&'a str, String, Option<&'a str>)>,
    allowed: &Allowed,
) -> Vec<String> {
    let mut wrong = Vec::new();
    for (name, version, licence) in packages {
        let Some(licence) = licence else {
            wrong.push(format!("{name} {version} names no licence: read its files, or do without it"));
            continue;
        };
        match satisfied(licence, &|one| allowed.covers(name, one)) {
            Ok(true) => {}
            Ok(false) => wrong.push(format!(
                "{name} {version} is under `{licence}`, which deny.toml does not allow: do without it, or see that the \
                 licence fits and add it there"
            )),
            Err(problem) => wrong.push(format!("{name} {version}: cannot read its licence `{licence}`: {problem}")),
        }
    }
    wrong
}

/// Whether an SPDX expression can be met with licences that are allowed.
///
/// `A WITH B` counts as one licence of that name. The slash of old manifests means OR.
///
/// # Errors
///
/// When the expression is not well formed.
pub fn satisfied(expression: &str, allowed: &dyn Fn(&str) -> bool) -> Result<bool, String> {
    let spaced = expression.replace('(', " ( ").replace(')', " ) ").replace('/', " OR ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut reader = Reader { words: &words, at: 0, allowed };
    let met = reader.any()?;
    match reader.peek() {
        None => Ok(met),
        Some(word) => Err(format!("did not expect `{word}`")),
    }
}

struct Reader<'a> {
    words: &'a [&'a str],
    at: usize,
    allowed: &'a dyn Fn(&str) -> bool,
}

impl<'a> Reader<'a> {
    fn peek(&self) -> Option<&'a str> {
        self.words.get(self.at).copied()
    }

    fn next_is(&mut self, word: &str) -> bool {
        let is = self.peek() == Some(word);
        self.at += usize::from(is);
        is
    }

    fn any(&mut self) -> Result<bool, String> {
        let mut met = self.all()?;
        while self.next_is("OR") {
            // Read it even when the answer is known, to find what is not well formed.
            met |= self.all()?;
        }
        Ok(met)
    }

    fn all(&mut self) -> Result<bool, String> {
        let mut met = self.one()?;
        while self.next_is("AND") {
            met &= self.one()?;
        }
        Ok(met)
    }

    fn one(&mut self) -> Result<bool, String> {
        if self.next_is("(") {
            let met = self.any()?;
            return if self.next_is(")") { Ok(met) } else { Err("a parenthesis is not closed".to_owned()) };
        }
        let name = self.name()?;
        if self.next_is("WITH") {
            let exception = self.name()?;
            return Ok((self.allowed)(&format!("{name} WITH {exception}")));
        }
        Ok((self.allowed)(name))
    }

    fn name(&mut self) -> Result<&'a str, String> {
        match self.peek() {
            Some(word) if !["OR", "AND", "WITH", "(", ")"].contains(&word) => {
                self.at += 1;
                Ok(word)
            }
            Some(word) => Err(format!("expected a licence before `{word}`")),
            None => Err("it ends where a licence should stand".to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(expression: &str, expect: Option<bool>) {
        let allowed = |one: &str| ["MIT", "Apache-2.0", "Unicode-3.0", "Apache-2.0 WITH LLVM-exception"].contains(&one);
        assert_eq!(satisfied(expression, &allowed).ok(), expect, "{expression}");
    }

    #[test]
    fn expressions_mean_what_spdx_says() {
        check("MIT", Some(true));
        check("GPL-3.0-only", Some(false));
        check("MIT OR GPL-3.0-only", Some(true));
        check("GPL-2.0-only OR Apache-2.0", Some(true));
        check("MIT AND GPL-3.0-only", Some(false));
        check("(MIT OR GPL-2.0-only) AND Unicode-3.0", Some(true));
        check("MIT OR GPL-2.0-only AND GPL-3.0-only", Some(true));
        check("(MIT OR GPL-2.0-only) AND GPL-3.0-only", Some(false));
    }

    #[test]
    fn an_exception_is_part_of_the_name() {
        check("Apache-2.0 WITH LLVM-exception", Some(true));
        check("GPL-2.0-only WITH Classpath-exception-2.0", Some(false));
        check("MIT WITH Something", Some(false));
    }

    #[test]
    fn a_slash_is_an_or() {
        check("MIT/Apache-2.0", Some(true));
        check("GPL-3.0 / MIT", Some(true));
        check("GPL-3.0/LGPL-3.0", Some(false));
    }

    #[test]
    fn what_is_not_well_formed_is_an_error() {
        for expression in ["", "MIT OR", "(MIT", "MIT)", "AND MIT", "MIT Apache-2.0", "MIT WITH"] {
            check(expression, None);
        }
    }

    #[test]
    fn the_list_is_read_with_its_exceptions() {
        let text = "[licenses]\nallow = [\"MIT\"]\nexceptions = [{ crate = \"fonts\", allow = [\"OFL-1.1\"] }]\n";
        let allowed = Allowed::read(text).expect("this is a list");
        let packages = [("fonts", "1.0.0".to_owned(), Some("MIT AND OFL-1.1")), ("x", "2.0.0".to_owned(), Some("MIT"))];
        assert!(not_allowed(packages, &allowed).is_empty());
        assert_eq!(not_allowed([("y", "3.0.0".to_owned(), Some("OFL-1.1"))], &allowed).len(), 1);
        assert_eq!(not_allowed([("z", "3.0.0".to_owned(), None)], &allowed).len(), 1);
    }

    #[test]
    fn a_list_that_allows_nothing_is_an_error() {
        assert!(Allowed::read("[licenses]\nallow = []\n").is_err());
        assert!(Allowed::read("[bans]\n").is_err());
        assert!(Allowed::read("licenses").is_err());
    }
}
