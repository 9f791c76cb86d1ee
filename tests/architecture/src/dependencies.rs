//! Dependencies run downwards only, and a heavy dependency has one owner.

use crate::source::Source;
use crate::workspace::{Member, Use};

/// The floor of each package of the workspace, lowest first. A package may depend only on what stands below it.
pub const FLOORS: &[(&str, u8)] = &[
    ("concord-geometry", 0),
    ("concord-language", 0),
    ("concord-metrics", 1),
    ("concord-imaging", 2),
    ("concord-domain", 2),
    ("concord-inference", 3),
    ("concord-exchange", 4),
    ("concord-store", 4),
    ("concord-report", 4),
    ("concord-project", 5),
    ("concord-widgets", 5),
    ("concord-conveyor", 6),
    ("concord", 7),
    ("concord-tests", 8),
];

/// Packages that depend on no other of the workspace, whatever stands below them.
pub const APART: &[&str] = &["xtask", "concord-architecture"];

/// Packages that may see only some of the floors below them: the widgets know space and words, but not what is
/// labelled.
pub const NARROW: &[(&str, &[&str])] = &[("concord-widgets", &["concord-geometry", "concord-language"])];

/// Heavy dependencies and the one package that names each of them.
pub const OWNERS: &[(&str, &str)] = &[
    ("rusqlite", "concord-store"),
    ("rusqlite_migration", "concord-store"),
    ("ort", "concord-inference"),
    ("rten", "concord-inference"),
    ("wgpu", "concord-widgets"),
    ("egui-wgpu", "concord-widgets"),
    ("image", "concord-imaging"),
    ("fast_image_resize", "concord-imaging"),
    ("kamadak-exif", "concord-imaging"),
    ("re_rav1d", "concord-imaging"),
    ("hotcoco", "concord-metrics"),
    ("minijinja", "concord-report"),
    ("fluent-bundle", "concord-language"),
    ("eframe", "concord"),
    ("rfd", "concord"),
];

/// The package of integration tests: it reaches everything, and may open what the owners wrote to look inside.
pub const INTEGRATION: &str = "concord-tests";

/// Where the graphics card is spoken to: the files whose path starts so.
pub const GPU: &str = "widgets/src/canvas/gpu";

/// Dependencies between packages of the workspace that do not run downwards.
pub fn upward(members: &[Member]) -> Vec<String> {
    let mut wrong = Vec::new();
    for member in members {
        let inner = member.dependencies.iter().map(|(name, _)| name.as_str());
        let inner: Vec<&str> = inner.filter(|name| members.iter().any(|other| other.name == *name)).collect();
        if APART.contains(&member.name.as_str()) {
            wrong.extend(inner.iter().map(|name| {
                format!("{} depends on {name}, but it stands apart from the floors: take that out", member.name)
            }));
            continue;
        }
        let Some(own) = floor(&member.name) else {
            wrong.push(format!("{} has no floor: add it to FLOORS, and to the house in ARCHITECTURE.md", member.name));
            continue;
        };
        wrong.extend(inner.iter().filter_map(|name| judge(&member.name, own, name)));
    }
    wrong
}

fn judge(member: &str, own: u8, name: &str) -> Option<String> {
    if let Some((_, allowed)) = NARROW.iter().find(|(narrow, _)| *narrow == member)
        && !allowed.contains(&name)
    {
        return Some(format!("{member} depends on {name}, but may see only {}", allowed.join(", ")));
    }
    match floor(name) {
        Some(other) if other < own => None,
        Some(other) => Some(format!(
            "{member} (floor {own}) depends on {name} (floor {other}): move what is needed to a floor below both, or the \
             caller above both"
        )),
        None => Some(format!("{member} depends on {name}, which has no floor to stand on")),
    }
}

fn floor(name: &str) -> Option<u8> {
    FLOORS.iter().find(|(package, _)| *package == name).map(|(_, floor)| *floor)
}

/// Heavy dependencies that are named by a package other than their owner.
pub fn not_owned(members: &[Member]) -> Vec<String> {
    let mut wrong = Vec::new();
    for member in members {
        for (name, kind) in &member.dependencies {
            let looks_inside = member.name == INTEGRATION && *kind == Use::Test;
            let Some((_, owner)) = OWNERS.iter().find(|(heavy, _)| heavy == name) else {
                continue;
            };
            if *owner != member.name && !looks_inside {
                wrong.push(format!(
                    "{} names {name}, which belongs to {owner}: ask {owner} for it instead",
                    member.name
                ));
            }
        }
    }
    wrong
}

/// Code outside the canvas' own files that speaks to the graphics card. Tests are free to.
pub fn gpu_outside_canvas(sources: &[Source]) -> Vec<String> {
    let outside = sources.iter().filter(|source| !source.path.to_string_lossy().replace('\\', "/").starts_with(GPU));
    let mut wrong = Vec::new();
    for source in outside {
        for path in source.without_tests().paths() {
            if path.segments.len() > 1 && path.holds(&["wgpu"]) {
                wrong.push(format!(
                    "{}:{}: `{}`: only {GPU}* speaks to the graphics card; give it a function for this",
                    source.path.display(),
                    path.line,
                    path.segments.join("::")
                ));
            }
        }
    }
    wrong
}
