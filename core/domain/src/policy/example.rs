//! Examples of a guideline: pictures of how a class is labelled, and of how it is not.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

/// A picture that shows how to label a class, or how not to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Example {
    /// The picture: a path relative to the folder of the project, with `/` between its parts, that stays in it.
    pub picture: String,
    /// What it shows, in a sentence; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub caption: String,
    /// Whether it is to be imitated.
    pub verdict: ExampleVerdict,
}

/// Whether an example is to be imitated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExampleVerdict {
    /// So it is right.
    Positive,
    /// So it is wrong.
    Negative,
}

impl ExampleVerdict {
    /// Both, the right one first.
    pub const ALL: [Self; 2] = [Self::Positive, Self::Negative];

    /// The word of files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Positive => "positive",
            Self::Negative => "negative",
        }
    }
}

/// The examples of each class, in the order in which they are shown.
pub type Examples = BTreeMap<String, Vec<Example>>;

/// Why examples cannot be shown, if they cannot.
pub(super) fn fault(examples: &Examples) -> Option<String> {
    examples.iter().find_map(|(class, examples)| {
        let mut seen = BTreeSet::new();
        examples.iter().find_map(|Example { picture, .. }| {
            let why = if picture.is_empty() {
                return Some(format!("an example of class \"{class}\" names no picture"));
            } else if !stays_inside(picture) {
                "is not a path inside the project: write it relative to the project's folder, with / and without .."
            } else if !seen.insert(picture) {
                "stands there twice"
            } else {
                return None;
            };
            Some(format!("the picture \"{picture}\" of the examples of class \"{class}\" {why}"))
        })
    })
}

/// True for a path that leads to the same place inside the folder on every system.
fn stays_inside(path: &str) -> bool {
    // A colon begins an address or, on Windows, a drive; a backslash parts folders there and is a letter elsewhere.
    let is_plain = |part: &str| !matches!(part, "" | "." | "..");
    !path.contains(['\\', ':']) && path.split('/').all(is_plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_lie_inside_the_project() {
        for (path, stays) in [
            ("a.png", true),
            ("examples/ein Bild.png", true),
            ("examples/..a.png", true),
            ("../a.png", false),
            ("examples/../../a.png", false),
            ("examples/./a.png", false),
            ("examples//a.png", false),
            ("examples/", false),
            ("/etc/a.png", false),
            ("C:/a.png", false),
            ("C:a.png", false),
            ("examples\\a.png", false),
            ("https://example.org/a.png", false),
            ("..", false),
        ] {
            assert_eq!(stays_inside(path), stays, "{path}");
        }
    }
}
