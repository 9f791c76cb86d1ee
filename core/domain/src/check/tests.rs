//! Each rule with labels that break it and labels that just do not, and each fix carried out.

use std::collections::BTreeSet;

use concord_geometry::{Ellipse, Geometry, Keypoints, Mask, Polygon, Polyline, Rle, RotatedBox};

use super::*;
use crate::label_set::Relation;
use crate::object::{AttributeValue, Object};

const ONTOLOGY: &str = "
    name = 'belt'
    version = 1
    [[class]]
    name = 'bolt'
    subclasses = ['hex', 'pan']
    [[class]]
    name = 'nut'
    shapes = ['box', 'rotated_box', 'keypoints']
    [[class]]
    name = 'hand'
    skeleton = 'hand'
    [[skeleton]]
    name = 'hand'
    points = ['wrist', 'thumb']
    [[attribute]]
    name = 'damaged'
    kind = 'flag'
    classes = ['bolt']
    [[attribute]]
    name = 'cause'
    kind = 'choice'
    values = ['rust', 'bent']
    required = true
    classes = ['bolt']
    show_when = { attribute = 'damaged', is = true }
    [[attribute]]
    name = 'grade'
    kind = 'choice'
    values = ['a', 'b']
    required = true
    default = 'a'
    classes = ['hand']
    [[attribute]]
    name = 'age'
    kind = 'number'
    min = 0
    max = 10
    step = 2
    [[attribute]]
    name = 'flats'
    kind = 'text'
    show_when = { subclass = ['hex'] }
    [[attribute]]
    name = 'truncated'
    kind = 'flag'
    classes = ['bolt', 'hand']
    [[tag]]
    name = 'dim'
    group = 'light'
    [[tag]]
    name = 'bright'
    group = 'light'
    [[tag]]
    name = 'dusty'
    [[relation]]
    name = 'holds'
    from = ['hand']
    to = ['bolt']
";

const IMAGE: Size = Size::new(100, 80);

fn value(text: &str) -> AttributeValue {
    match (text, text.parse::<f64>()) {
        ("yes", _) => AttributeValue::Flag(true),
        ("no", _) => AttributeValue::Flag(false),
        (_, Ok(number)) => AttributeValue::Number(number),
        _ => AttributeValue::Text(text.to_owned()),
    }
}

fn mask(size: Size, [x1, y1, x2, y2]: [f64; 4]) -> Mask {
    let inside = |p: u32| {
        let (x, y) = (f64::from(p % size.width), f64::from(p / size.width));
        x >= x1 && x < x2 && y >= y1 && y < y2
    };
    let pixels: Vec<bool> = (0..size.width * size.height).map(inside).collect();
    Mask::new(Rle::from_row_major(size.width, size.height, &pixels)).expect("a mask with foreground")
}

fn geometry(kind: &str, numbers: &[f64]) -> Geometry {
    let four = || <[f64; 4]>::try_from(numbers).expect("four numbers");
    let five = || <[f64; 5]>::try_from(numbers).expect("five numbers");
    match kind {
        "box" => Geometry::Box(four().try_into().expect("a box")),
        "turned" => Geometry::RotatedBox(RotatedBox::try_from(five()).expect("a rotated box")),
        "ellipse" => Geometry::Ellipse(Ellipse::try_from(five()).expect("an ellipse")),
        "polygon" => Geometry::Polygon(Polygon::try_from(vec![numbers.to_vec()]).expect("a polygon")),
        "line" => Geometry::Polyline(Polyline::try_from(numbers.to_vec()).expect("a line")),
        "points" => Geometry::Keypoints(Keypoints::try_from(numbers.to_vec()).expect("points")),
        "mask" => Geometry::Mask(mask(IMAGE, four())),
        "small-mask" => Geometry::Mask(mask(Size::new(50, 50), four())),
        other => panic!("no such geometry: {other}"),
    }
}

/// An object such as `a bolt.hex box 1,1,9,9 damaged=yes`.
fn object(text: &str) -> Object {
    let words: Vec<&str> = text.split_whitespace().collect();
    let [id, class, kind, numbers, values @ ..] = words.as_slice() else { panic!("too short: {text}") };
    let numbers: Vec<f64> = numbers.split(',').map(|n| n.parse().expect("a number")).collect();
    let (class, subclass) = class.split_once('.').map_or((*class, None), |(c, s)| (c, Some(s.to_owned())));
    let values = values.iter().filter_map(|v| v.split_once('=')).map(|(n, v)| (n.to_owned(), value(v))).collect();
    let object = Object::new(ObjectId((*id).to_owned()), geometry(kind, &numbers), class);
    Object { subclass, attributes: values, ..object }
}

/// Labels such as `a bolt box 1,1,9,9; #dim; b holds a; empty`.
fn labels(text: &str) -> Labels {
    let mut labels = Labels::default();
    for part in text.split(';').map(str::trim).filter(|part| !part.is_empty()) {
        if let Some(tag) = part.strip_prefix('#') {
            labels.tags.insert(tag.to_owned());
        } else if part == "empty" {
            labels.confirmed_empty = true;
        } else if let [from, kind, to] = part.split(' ').collect::<Vec<_>>()[..] {
            let [from, to] = [from, to].map(|id| ObjectId(id.to_owned()));
            labels.relations.insert(Relation { from, kind: kind.to_owned(), to });
        } else {
            labels.objects.push(object(part));
        }
    }
    labels
}

/// A finding such as `too-small a: Delete the object`; without a colon where there is no fix.
fn written(finding: &Finding) -> String {
    let object = finding.object.as_ref().map(|id| format!(" {id}")).unwrap_or_default();
    let fix = finding.fix.as_ref().map(|fix| format!(": {}", fix.title)).unwrap_or_default();
    format!("{}{object}{fix}", finding.code.name())
}

/// Checks labels under rules, compares the findings, and carries each fix out: it must mend its finding and bring none
/// that was not there before.
fn check(rules: &str, text: &str, expect: &[&str]) {
    let ontology = Ontology::from_toml(ONTOLOGY).expect("a valid ontology");
    let policy = format!("name = 'p'\nversion = 1\n[rules]\n{rules}");
    let policy = Policy::from_toml(&policy, "").expect("a valid policy");
    policy.check_against(&ontology).expect("they fit");
    let find = |labels: &Labels| findings(labels, IMAGE, &ontology, &policy);
    let labels = labels(text);
    let found = find(&labels);
    assert_eq!(found.iter().map(written).collect::<Vec<_>>(), expect, "{text}");
    assert!(found.iter().all(|f| !f.message.to_string().is_empty()));
    let about = |f: &Finding| (f.code, f.object.clone());
    let before: BTreeSet<_> = found.iter().map(about).collect();
    for finding in &found {
        let Some(fix) = &finding.fix else { continue };
        let mut mended = labels.clone();
        fix.change.apply(&mut mended).expect("a fix fits the labels it was made for");
        let after = find(&mended);
        assert!(after.len() < found.len(), "{text}: {} leaves {after:?}", fix.title);
        assert!(after.iter().all(|f| before.contains(&about(f))), "{text}: {} brings {after:?}", fix.title);
    }
}

#[test]
fn good_labels_have_no_findings() {
    check("", "", &[]);
    check("", "a bolt.hex box 1,1,20,20 damaged=yes cause=rust age=4 flats=six; #dim; #dusty", &[]);
    check("", "a nut points 5,5,2; b bolt line 5,5,30,5; c bolt ellipse 50,40,9,5,30", &[]);
}

#[test]
fn classes_and_subclasses() {
    check("", "a cog box 1,1,20,20", &["unknown-class a"]);
    check("", "a cog.hex box 1,1,20,20 damaged=no", &["unknown-class a", "unknown-attribute a: Remove damaged"]);
    check("", "a bolt.wing box 1,1,20,20", &["unknown-subclass a: Remove the sub-class"]);
    check("subclass_required = true", "a bolt.wing box 1,1,20,20", &["unknown-subclass a"]);
    check("subclass_required = true", "a bolt box 1,1,20,20; b bolt.pan box 1,30,20,50", &["missing-subclass a"]);
    check("subclass_required = true", "a nut.hex box 1,1,20,20", &["unknown-subclass a: Remove the sub-class"]);
    check("subclass_required = true", "a nut box 1,1,20,20", &[]);
}

#[test]
fn attributes() {
    check("", "a nut box 1,1,20,20 damaged=yes", &["unknown-attribute a: Remove damaged"]);
    check("", "a bolt box 1,1,20,20 damaged=perhaps", &["wrong-value a: Remove damaged"]);
    check("", "a hand box 2,2,20,20", &["missing-attribute a: Set grade to a"]);
    check("", "a hand box 2,2,20,20 grade=b", &[]);
    check("", "a hand box 2,2,20,20 grade=c", &["wrong-value a: Set grade to a"]);
    check("", "a bolt box 1,1,20,20 damaged=yes", &["missing-attribute a"]);
    check("", "a bolt box 1,1,20,20 damaged=yes cause=moth", &["wrong-value a"]);
    check("", "a bolt box 1,1,20,20 damaged=no cause=rust", &["hidden-attribute a: Remove cause"]);
    check("", "a bolt.pan box 1,1,20,20 flats=six", &["hidden-attribute a: Remove flats"]);
    // What depends on a value that is mended goes with it.
    check(
        "",
        "a bolt.wing box 1,1,20,20 flats=six",
        &["unknown-subclass a: Remove the sub-class", "hidden-attribute a: Remove flats"],
    );
}

#[test]
fn numbers_keep_to_their_range() {
    check("", "a nut box 1,1,20,20 age=10", &[]);
    check("", "a nut box 1,1,20,20 age=12", &["wrong-value a: Set age to 10"]);
    check("", "a nut box 1,1,20,20 age=-1", &["wrong-value a: Set age to 0"]);
    check("", "a nut box 1,1,20,20 age=3.5", &["wrong-value a: Set age to 4"]);
    check("", "a nut box 1,1,20,20 age=old", &["wrong-value a: Remove age"]);
}

#[test]
fn kinds_of_geometry() {
    check("", "a nut polygon 1,1,9,1,9,9", &["wrong-shape a"]);
    check("", "a nut turned 20,20,9,9,30", &[]);
    check("", "a hand points 5,5,2 grade=a", &["wrong-point-count a"]);
    check("", "a hand points 5,5,2,9,9,1 grade=a", &[]);
    check("", "a hand points 5,5,2,0,0,0 grade=a", &[]);
    check("max_points = 4", "a bolt polygon 1,1,9,1,9,9,1,9", &[]);
    check("max_points = 4", "a bolt polygon 1,1,9,1,12,4,9,9,1,9", &["too-many-points a"]);
    check("", "a bolt small-mask 1,1,9,9", &["wrong-mask-size a"]);
    check("", "a bolt mask 1,1,9,9", &[]);
}

#[test]
fn degenerate_geometry() {
    check("", "a bolt line 5,5,5,5", &["degenerate a: Delete the object"]);
    check("", "a bolt polygon 1,1,5,5,9,9", &["degenerate a: Delete the object"]);
    check("", "a bolt box 5,5,5,20", &["too-small a: Delete the object"]);
    let bow_tie = "a bolt polygon 1,1,9,9,9,1,1,9";
    check("simple_polygons = true", bow_tie, &["self-crossing a"]);
    check("", bow_tie, &[]);
}

#[test]
fn sizes() {
    check("min_side_px = 4", "a bolt box 1,1,5,20; b bolt box 30,1,33.9,20", &["too-small b: Delete the object"]);
    // A turned box is measured along its own sides: the bounds of this one are 15.6 px wide and high.
    check("min_side_px = 4", "a bolt turned 40,40,20,2,45", &["too-small a: Delete the object"]);
    check("min_side_px = 4", "a bolt ellipse 40,40,2,2,0", &[]);
    check("min_side_px = 4", "a bolt ellipse 40,40,9,1.9,0", &["too-small a: Delete the object"]);
    check(
        "min_area_px = 50",
        "a bolt box 1,1,11,6; b bolt polygon 30,1,40,1,40,10",
        &["area-too-small b: Delete the object"],
    );
    check("min_area_px = 64", "a bolt mask 1,1,9,9; b bolt mask 20,1,28,8", &["area-too-small b: Delete the object"]);
    check("min_side_px = 4\nmin_area_px = 50", "a nut points 5,5,2; b bolt line 5,5,9,5", &[]);
}

#[test]
fn objects_stay_inside_the_image() {
    check("", "a bolt box 0,0,100,80", &[]);
    check("", "a bolt box -5,1,20,20", &["outside-image a: Clip to the image"]);
    check("", "a bolt box 101,1,120,20", &["outside-image a: Delete the object"]);
    check("min_side_px = 4", "a bolt box 97,1,120,20", &["outside-image a: Delete the object"]);
    check("", "a bolt polygon -5,5,20,5,20,20", &["outside-image a: Clip to the image"]);
    check("", "a bolt line -5,5,20,5", &["outside-image a: Clip to the image"]);
    check("", "a hand points -5,5,2,5,5,2 grade=a", &["outside-image a: Clip to the image"]);
    check("", "a bolt turned 2,20,20,10,30", &["outside-image a: Clip to the image"]);
    // Cut off, it would be a polygon, which a nut may not be.
    check("", "a nut turned 2,20,20,10,30", &["outside-image a"]);
    check("inside_image = false", "a bolt box -5,1,20,20", &[]);
}

#[test]
fn what_touches_the_edge_is_truncated() {
    let rule = "edge_truncated = true";
    check(rule, "a bolt box 1,20,30,40", &["edge-not-truncated a: Set truncated to yes"]);
    check(rule, "a bolt box 1.1,20,30,40; b bolt box 60,20,98.9,78.9", &[]);
    check(rule, "a bolt box 60,20,99,40 truncated=no", &["edge-not-truncated a: Set truncated to yes"]);
    check(rule, "a bolt box 60,20,99,40 truncated=yes", &[]);
    check(rule, "a nut box 0,20,30,40", &[]);
    check(
        "edge_truncated = true\nedge_px = 5",
        "a bolt box 20,20,30,75",
        &["edge-not-truncated a: Set truncated to yes"],
    );
    check("", "a bolt box 0,20,30,40", &[]);
}

#[test]
fn the_later_of_two_alike_is_the_duplicate() {
    check("", "a bolt box 1,1,41,41; b bolt box 1,1,41,42", &["duplicate b: Remove the duplicate"]);
    check("", "a bolt box 1,1,41,41; b nut box 1,1,41,42", &[]);
    // 40 · 36 of 40 · 40 square pixels are exactly nine tenths, which the limit still allows.
    check("", "a bolt box 1,1,41,41; b bolt box 1,1,41,37", &[]);
    check("", "a bolt box 10,10,30,30; b bolt turned 20,20,20,20,90", &["duplicate b: Remove the duplicate"]);
    check("", "a bolt box 10,10,30,30; b bolt mask 10,10,30,29", &["duplicate b: Remove the duplicate"]);
    check("", "a bolt box 10,10,30,30; b bolt polygon 10,10,30,10,30,30", &[]);
    check(
        "duplicate_iou = 0.4",
        "a bolt box 10,10,30,30; b bolt polygon 10,10,30,10,30,30",
        &["duplicate b: Remove the duplicate"],
    );
    check("", "a nut points 5,5,2; b nut points 5,5,2; c nut points 5,6,2", &["duplicate b: Remove the duplicate"]);
    check("", "a bolt line 5,5,9,9; b bolt line 5,5,9,9", &["duplicate b: Remove the duplicate"]);
    check(
        "",
        "a hand box 2,2,30,30 grade=a; h hand box 2,2,30,30 grade=a; b bolt box 50,5,60,15; h holds b",
        &["duplicate h: Remove the duplicate"],
    );
}

#[test]
fn counts_and_exclusions() {
    let three = "a nut box 1,1,9,9; b nut box 11,1,19,9; c bolt box 21,1,29,9";
    check("max_count = { nut = 2, '*' = 3 }", three, &[]);
    check("max_count = { nut = 1 }", three, &["too-many b"]);
    check("max_count = { bolt = 0 }", three, &["too-many c"]);
    check("max_count = { '*' = 1 }", three, &["too-many b", "too-many c"]);
    check("excludes = [['nut', 'bolt']]", three, &["excluded c"]);
    check("excludes = [['bolt', 'nut']]", three, &["excluded c"]);
    check("excludes = [['nut', 'hand']]", three, &[]);
    check("excludes = [['nut', 'bolt']]", "a bolt box 1,1,9,9; b nut box 11,1,19,9", &["excluded a"]);
}

#[test]
fn relations() {
    let both = "h hand box 2,2,30,30 grade=a; b bolt box 50,5,60,15; n nut box 70,5,80,15";
    for (ties, expect) in [
        ("h holds b", vec![]),
        ("b holds h", vec!["wrong-relation b: Turn the relation round"]),
        ("b holds h; h holds b", vec!["wrong-relation b"]),
        ("h holds n", vec!["wrong-relation h"]),
        ("h holds h", vec!["wrong-relation h: Remove the relation"]),
        ("h holds x", vec!["wrong-relation h: Remove the relation"]),
        ("x holds y", vec!["wrong-relation: Remove the relation"]),
        ("h eats b", vec!["unknown-relation h: Remove the relation"]),
    ] {
        check("", &format!("{both}; {ties}"), &expect);
    }
}

#[test]
fn tags() {
    check("", "#foggy", &["unknown-tag: Remove the tag foggy"]);
    check("", "#dim; #bright", &["tag-conflict"]);
    let needed = "requires_tag_groups = ['light']";
    check(needed, "#dusty", &["missing-tag"]);
    check(needed, "#dim; #dusty", &[]);
}

#[test]
fn an_empty_image_is_confirmed() {
    let rule = "confirm_empty = true";
    check(rule, "", &["empty-not-confirmed: Confirm that nothing is here"]);
    check(rule, "#dim", &["empty-not-confirmed: Confirm that nothing is here"]);
    check(rule, "empty", &[]);
    check(rule, "a bolt box 1,1,9,9", &[]);
    check("", "empty; a bolt box 1,1,9,9", &["not-empty: Take the confirmation back"]);
}

#[test]
fn codes_are_written_by_their_names() {
    for code in Code::ALL {
        assert_eq!(serde_json::to_value(code).expect("it serialises"), code.name());
    }
    assert_eq!(Code::ALL.iter().collect::<BTreeSet<_>>().len(), Code::ALL.len());
}
