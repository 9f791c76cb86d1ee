//! What the sections of a policy share: ranges of their numbers, and writing only what differs from the default.

use serde_json::{Map, Value};

/// The fields whose values are not those of `defaults`.
pub(super) fn changed(own: &[(&'static str, Value)], defaults: &[(&'static str, Value)]) -> Map<String, Value> {
    let differs = |(own, default): &(&(&'static str, Value), &(&'static str, Value))| own.1 != default.1;
    own.iter().zip(defaults).filter(differs).map(|((name, value), _)| ((*name).to_owned(), value.clone())).collect()
}

/// The first share outside `[0, 1]`.
pub(super) fn fault_of_share(section: &str, shares: &[(&str, f64)]) -> Option<String> {
    let (name, _) = shares.iter().find(|(_, share)| !(0.0..=1.0).contains(share))?;
    Some(format!("{section}: {name} is a share and must lie between 0 and 1"))
}

/// The first number outside `[0, most]`.
pub(super) fn fault_of_range(section: &str, numbers: &[(&str, f64)], most: f64) -> Option<String> {
    let (name, _) = numbers.iter().find(|(_, number)| !(0.0..=most).contains(number))?;
    Some(format!("{section}: {name} must lie between 0 and {most}"))
}
