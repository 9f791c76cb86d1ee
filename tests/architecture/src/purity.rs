//! The floors whose results are functions of their arguments do no I/O and read no clock, environment or random source.

use crate::source::Source;

/// Folders of the pure packages.
pub const PURE: &[&str] = &["core/geometry/src", "core/domain/src", "core/metrics/src"];

/// What their code must not name, and what to do instead.
const BANNED: &[(&[&str], &str)] = &[
    (&["std", "fs"], "take the content as an argument"),
    (&["File", "open"], "take the content as an argument"),
    (&["std", "env"], "take the value as an argument"),
    (&["std", "net"], "leave it to a floor above"),
    (&["std", "process"], "leave it to a floor above"),
    (&["std", "io", "stdin"], "take the content as an argument"),
    (&["std", "io", "stdout"], "give the text back to the caller"),
    (&["std", "time", "Instant"], "take the time as an argument"),
    (&["std", "time", "SystemTime"], "take the time as an argument"),
    (&["std", "time", "*"], "name what is used, so that this rule can see it"),
    (&["SystemTime", "now"], "take the time as an argument"),
    (&["Instant", "now"], "take the time as an argument"),
    (&["Timestamp", "now"], "take the time as an argument"),
    (&["Zoned", "now"], "take the time as an argument"),
    (&["thread_rng"], "take a seed and use `concord_metrics::rng`"),
    (&["rand", "rng"], "take a seed and use `concord_metrics::rng`"),
    (&["getrandom"], "take a seed and use `concord_metrics::rng`"),
    (&["OsRng"], "take a seed and use `concord_metrics::rng`"),
    (&["fastrand"], "take a seed and use `concord_metrics::rng`"),
];

/// Places in the pure packages that reach outside. Their tests may.
pub fn impure(sources: &[Source]) -> Vec<String> {
    let pure = |source: &&Source| PURE.iter().any(|folder| source.path.starts_with(folder));
    sources.iter().filter(pure).flat_map(reaches_outside).collect()
}

fn reaches_outside(source: &Source) -> Vec<String> {
    let mut wrong = Vec::new();
    for path in source.without_tests().paths() {
        if let Some((_, instead)) = BANNED.iter().find(|(names, _)| path.holds(names)) {
            wrong.push(format!(
                "{}:{}: `{}` makes the result depend on more than the arguments: {instead}",
                source.path.display(),
                path.line,
                path.segments.join("::")
            ));
        }
    }
    wrong
}
