//! Policy findings: what in a label set breaks the ontology or the policy it is stamped with.

use concord_geometry::{BBox, Size};
use serde::Serialize;

use crate::change::Change;
use crate::label_set::Labels;
use crate::object::{Object, ObjectId};
use crate::ontology::Ontology;
use crate::policy::{Policy, Rules};

/// Which rule a finding is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Code {
    /// The class is not in the ontology.
    UnknownClass,
    /// The sub-class is not one of the class.
    UnknownSubclass,
    /// The class needs a sub-class.
    MissingSubclass,
    /// The attribute is not one of the class.
    UnknownAttribute,
    /// The attribute has no such value.
    WrongValue,
    /// A required attribute is unset.
    MissingAttribute,
    /// A box is narrower or lower than the minimum.
    TooSmall,
    /// A box leaves the image.
    OutsideImage,
    /// Two boxes of one class are nearly the same.
    Duplicate,
}

/// One broken rule. Every finding blocks submission.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Finding {
    /// Which rule.
    pub code: Code,
    /// The object it concerns.
    pub object: ObjectId,
    /// What is wrong, for the annotator.
    pub message: String,
    /// The change that mends it, where there is one right way.
    #[serde(skip)]
    pub fix: Option<Change>,
}

/// Everything in `labels` that breaks the ontology or the policy, in order of the objects. Empty labels break nothing.
pub fn findings(labels: &Labels, image: Size, ontology: &Ontology, policy: &Policy) -> Vec<Finding> {
    let mut found = Vec::new();
    let edges = left_edges(labels);
    for (index, object) in labels.objects.iter().enumerate() {
        check_class(object, ontology, &policy.rules, &mut found);
        check_attributes(object, ontology, &mut found);
        check_geometry(index, object, image, &policy.rules, &mut found);
        check_duplicates(index, object, labels, &edges, &policy.rules, &mut found);
    }
    found
}

fn finding(code: Code, object: &Object, message: String, fix: Option<Change>) -> Finding {
    Finding { code, object: object.id.clone(), message, fix }
}

fn replaced(before: &Object, edit: impl FnOnce(&mut Object)) -> Change {
    let mut after = before.clone();
    edit(&mut after);
    Change::Replace { before: before.clone(), after }
}

fn check_class(object: &Object, ontology: &Ontology, rules: &Rules, found: &mut Vec<Finding>) {
    let Some(class) = ontology.class(&object.class) else {
        let message = format!("the ontology has no class \"{}\"", object.class);
        found.push(finding(Code::UnknownClass, object, message, None));
        return;
    };
    match &object.subclass {
        Some(subclass) if !class.subclasses.contains(subclass) => {
            let message = format!("{} has no sub-class \"{subclass}\"", class.name);
            let fix = replaced(object, |o| o.subclass = None);
            found.push(finding(Code::UnknownSubclass, object, message, Some(fix)));
        }
        None if rules.subclass_required && !class.subclasses.is_empty() => {
            let message = format!("this {} needs a sub-class: {}", class.name, class.subclasses.join(", "));
            found.push(finding(Code::MissingSubclass, object, message, None));
        }
        _ => {}
    }
}

fn check_attributes(object: &Object, ontology: &Ontology, found: &mut Vec<Finding>) {
    for (name, value) in &object.attributes {
        let attribute = ontology.attributes_of(&object.class).find(|a| &a.name == name);
        let (code, message) = match attribute {
            None => (Code::UnknownAttribute, format!("{} has no attribute \"{name}\"", object.class)),
            Some(a) if !a.accepts(value) => (Code::WrongValue, format!("{name} cannot be \"{value}\"")),
            Some(_) => continue,
        };
        let fix = replaced(object, |o| {
            o.attributes.remove(name);
        });
        found.push(finding(code, object, message, Some(fix)));
    }
    for attribute in ontology.attributes_of(&object.class) {
        if attribute.required && !object.attributes.contains_key(&attribute.name) {
            let fix = attribute.default.clone().map(|default| {
                replaced(object, |o| {
                    o.attributes.insert(attribute.name.clone(), default);
                })
            });
            let message = format!("this {} needs a value for {}", object.class, attribute.name);
            found.push(finding(Code::MissingAttribute, object, message, fix));
        }
    }
}

fn check_geometry(index: usize, object: &Object, image: Size, rules: &Rules, found: &mut Vec<Finding>) {
    let bbox: &BBox = &object.bbox;
    if rules.inside_image && !bbox.is_inside(image) {
        let fix = match bbox.clipped(image) {
            Some(clipped) => replaced(object, |o| o.bbox = clipped),
            None => Change::Remove { index, object: object.clone() },
        };
        let message = format!("this {} leaves the image ({} × {} px)", object.class, image.width, image.height);
        found.push(finding(Code::OutsideImage, object, message, Some(fix)));
    }
    if bbox.width() < rules.min_side_px || bbox.height() < rules.min_side_px || bbox.is_degenerate() {
        let message = format!(
            "this {} is {:.1} × {:.1} px; the policy asks for {} px a side at least",
            object.class,
            bbox.width(),
            bbox.height(),
            rules.min_side_px
        );
        let fix = Change::Remove { index, object: object.clone() };
        found.push(finding(Code::TooSmall, object, message, Some(fix)));
    }
}

/// Positions of the objects with their left edges, from left to right: what finds near neighbours without looking at
/// every pair.
fn left_edges(labels: &Labels) -> Vec<(f64, usize)> {
    let mut edges: Vec<(f64, usize)> = labels.objects.iter().enumerate().map(|(i, o)| (o.bbox.x1(), i)).collect();
    edges.sort_by(|a, b| a.0.total_cmp(&b.0));
    edges
}

fn check_duplicates(
    index: usize,
    object: &Object,
    labels: &Labels,
    edges: &[(f64, usize)],
    rules: &Rules,
    found: &mut Vec<Finding>,
) {
    // Boxes with IoU above t have widths within a factor t and share at least t of the wider one, so that their left
    // edges are at most (1 − t)·w / t apart.
    let reach = (1.0 - rules.duplicate_iou) * object.bbox.width() / rules.duplicate_iou + 1e-9;
    let from = edges.partition_point(|(x, _)| *x < object.bbox.x1() - reach);
    let twin = edges[from..]
        .iter()
        .take_while(|(x, _)| *x <= object.bbox.x1() + reach)
        .filter(|(_, other)| *other < index)
        .map(|(_, other)| &labels.objects[*other])
        .filter(|other| other.class == object.class)
        .map(|other| other.bbox.iou(&object.bbox))
        .filter(|iou| *iou > rules.duplicate_iou)
        .reduce(f64::max);
    if let Some(iou) = twin {
        let overlap = iou * 100.0;
        let message = format!("this {} covers another one to {overlap:.0} %: labelled twice?", object.class);
        let fix = Change::Remove { index, object: object.clone() };
        found.push(finding(Code::Duplicate, object, message, Some(fix)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::object::{AttributeValue, Attributes, Origin, Tier};

    const ONTOLOGY: &str = "
        name = 'belt'
        version = 1
        [[class]]
        name = 'bolt'
        subclasses = ['hex']
        [[attribute]]
        name = 'occlusion'
        kind = 'choice'
        values = ['none', 'partial']
        required = true
        default = 'none'
    ";

    fn object(id: &str, corners: [f64; 4], occlusion: Option<&str>) -> Object {
        let attributes: Attributes =
            occlusion.map(|o| ("occlusion".to_owned(), AttributeValue::Text(o.to_owned()))).into_iter().collect();
        Object {
            id: ObjectId(id.to_owned()),
            bbox: BBox::try_from(corners).expect("a valid box"),
            class: "bolt".to_owned(),
            subclass: Some("hex".to_owned()),
            attributes,
            tier: Tier::Sure,
            origin: Origin::Drawn,
        }
    }

    fn check(objects: Vec<Object>, expect: &[Code]) -> Vec<Finding> {
        let ontology = Ontology::from_toml(ONTOLOGY).expect("a valid ontology");
        let mut policy = Policy::first("p");
        policy.rules.min_side_px = 4.0;
        let labels = Labels { objects, ..Labels::default() };
        let found = findings(&labels, Size::new(100, 100), &ontology, &policy);
        assert_eq!(found.iter().map(|f| f.code).collect::<Vec<_>>(), expect);
        let mut mended = labels.clone();
        for f in &found {
            if let Some(fix) = &f.fix {
                fix.apply(&mut mended).expect("a fix fits the labels it was made for");
            }
        }
        found
    }

    #[test]
    fn good_labels_have_no_findings() {
        check(vec![], &[]);
        check(vec![object("a", [1.0, 1.0, 20.0, 20.0], Some("none"))], &[]);
    }

    #[test]
    fn each_rule_finds_its_fault() {
        check(vec![object("a", [1.0, 1.0, 20.0, 20.0], None)], &[Code::MissingAttribute]);
        check(vec![object("a", [1.0, 1.0, 20.0, 20.0], Some("total"))], &[Code::WrongValue]);
        check(vec![object("a", [-5.0, 1.0, 20.0, 20.0], Some("none"))], &[Code::OutsideImage]);
        check(vec![object("a", [1.0, 1.0, 3.0, 20.0], Some("none"))], &[Code::TooSmall]);
        let twins =
            vec![object("a", [1.0, 1.0, 40.0, 40.0], Some("none")), object("b", [1.0, 1.0, 40.0, 41.0], Some("none"))];
        check(twins, &[Code::Duplicate]);
        let mut unknown = object("a", [1.0, 1.0, 20.0, 20.0], Some("none"));
        unknown.subclass = Some("wing".to_owned());
        check(vec![unknown.clone()], &[Code::UnknownSubclass]);
        unknown.class = "cog".to_owned();
        check(vec![unknown], &[Code::UnknownClass]);
    }

    proptest::proptest! {
        /// The neighbour search finds exactly the duplicates that comparing every pair finds.
        #[test]
        fn duplicates_are_found_as_by_comparing_every_pair(
            corners in proptest::collection::vec((0.0..60.0f64, 0.0..60.0f64, 1.0..30.0f64, 1.0..30.0f64), 0..40),
            threshold in 0.05..1.0f64,
        ) {
            let ontology = Ontology::from_toml(ONTOLOGY).expect("a valid ontology");
            let mut policy = Policy::first("p");
            policy.rules.duplicate_iou = threshold;
            let objects: Vec<Object> = corners
                .iter()
                .enumerate()
                .map(|(n, (x, y, w, h))| object(&n.to_string(), [*x, *y, x + w, y + h], Some("none")))
                .collect();
            let twins = (0..objects.len())
                .filter(|&i| objects[..i].iter().any(|o| o.bbox.iou(&objects[i].bbox) > threshold))
                .count();
            let labels = Labels { objects, ..Labels::default() };
            let found = findings(&labels, Size::new(200, 200), &ontology, &policy);
            proptest::prop_assert_eq!(found.iter().filter(|f| f.code == Code::Duplicate).count(), twins);
        }
    }
}
