//! The template of a category's keypoints: their names and the links between them.

use serde_json::{Map, Value};

use super::rows::{short, whole};

/// The points of a class, by name in the order of `keypoints`, and the pairs that a line joins.
///
/// In files the links are pairs of positions that count from 1.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CocoSkeleton {
    /// Names of the points, each once; at least one.
    pub points: Vec<String>,
    /// Pairs of names of two different points.
    pub links: Vec<[String; 2]>,
}

impl CocoSkeleton {
    /// The template of a category row; `None` when it has none. What cannot be used goes to `faults`.
    pub(super) fn read(row: &Map<String, Value>, faults: &mut Vec<String>) -> Option<Self> {
        let value = row.get("keypoints").filter(|v| !v.is_null())?;
        if value.as_array().is_some_and(Vec::is_empty) {
            return None;
        }
        let Some(points) = distinct_names(value) else {
            faults
                .push(format!("its keypoints are {}, not a list of different names; they are left out", short(value)));
            return None;
        };
        let links = row.get("skeleton").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        let links = links.iter().filter_map(|link| {
            let pair = pair(link, &points);
            if pair.is_none() {
                faults.push(format!("its link {} joins no two of its points; it is left out", short(link)));
            }
            pair
        });
        let links = links.collect();
        Some(Self { points, links })
    }

    /// The links as the file has them; `None` when one names a point that is not there.
    pub(super) fn numbered_links(&self) -> Option<Vec<[usize; 2]>> {
        let number = |name: &String| self.points.iter().position(|p| p == name).map(|i| i + 1);
        self.links.iter().map(|[a, b]| Some([number(a)?, number(b)?])).collect()
    }
}

fn distinct_names(value: &Value) -> Option<Vec<String>> {
    let mut names: Vec<String> = Vec::new();
    for name in value.as_array()? {
        let name = name.as_str().filter(|n| !n.is_empty() && !names.iter().any(|known| known == n))?;
        names.push(name.to_owned());
    }
    Some(names)
}

fn pair(link: &Value, points: &[String]) -> Option<[String; 2]> {
    let name = |value: &Value| points.get(usize::try_from(whole(value)?).ok()?.checked_sub(1)?).cloned();
    match link.as_array()?.as_slice() {
        [a, b] => Some([name(a)?, name(b)?]).filter(|[a, b]| a != b),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (Option<CocoSkeleton>, Vec<String>) {
        let row: Value = serde_json::from_str(text).expect("a row");
        let mut faults = Vec::new();
        (CocoSkeleton::read(row.as_object().expect("an object"), &mut faults), faults)
    }

    #[test]
    fn links_count_from_one() {
        let (skeleton, faults) = read(r#"{"keypoints": ["head", "neck", "tail"], "skeleton": [[1, 2], [3, 2]]}"#);
        let skeleton = skeleton.expect("a template");
        assert_eq!(skeleton.links, [["head", "neck"], ["tail", "neck"]].map(|l| l.map(str::to_owned)));
        assert_eq!(skeleton.numbered_links(), Some(vec![[1, 2], [3, 2]]));
        assert_eq!(faults, Vec::<String>::new());
    }

    #[test]
    fn what_is_no_template_is_left_out_and_named() {
        assert_eq!(read("{}"), (None, vec![]));
        assert_eq!(read(r#"{"keypoints": [], "skeleton": []}"#), (None, vec![]));
        for names in [r#"["a", "a"]"#, r#"["a", 1]"#, r#"["a", ""]"#, "7"] {
            let (skeleton, faults) = read(&format!(r#"{{"keypoints": {names}}}"#));
            assert!(skeleton.is_none() && faults[0].contains("not a list of different names"), "{names}");
        }
        for link in ["[0, 1]", "[1, 3]", "[1]", "[1, 1]", "null", "[1, \"x\"]"] {
            let (skeleton, faults) = read(&format!(r#"{{"keypoints": ["a", "b"], "skeleton": [{link}]}}"#));
            assert!(skeleton.expect("a template").links.is_empty() && faults.len() == 1, "{link}");
        }
    }
}
