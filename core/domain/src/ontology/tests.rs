//! Reading, refusing, searching and conditions of ontologies.

use concord_geometry::{BBox, Keypoints};

use super::*;
use crate::object::{AttributeValue, Object, ObjectId};

const TOML: &str = r##"
    name = "belt"
    version = 2
    [[class]]
    name = "bolt"
    synonyms = ["machine screw"]
    subclasses = ["hex", "countersunk"]
    color = "#e69F00"
    shapes = ["box", "polygon"]
    description = "threaded, with a head"
    [[class]]
    name = "nut"
    key = "9"
    [[class]]
    name = "worker"
    key = "W"
    skeleton = "arm"
    [[skeleton]]
    name = "arm"
    points = ["left hand", "elbow", "right hand"]
    links = [["left hand", "elbow"], ["elbow", "right hand"]]
    sigmas = [0.05, 0.07, 0.05]
    mirror = [["left hand", "right hand"]]
    [[attribute]]
    name = "occlusion"
    kind = "choice"
    values = ["none", "partial"]
    required = true
    default = "none"
    [[attribute]]
    name = "damaged"
    kind = "flag"
    classes = ["bolt"]
    [[attribute]]
    name = "cause"
    kind = "choice"
    values = ["rust", "bent"]
    show_when = { attribute = "damaged", is = true }
    default = "rust"
    [[attribute]]
    name = "share of rust"
    kind = "number"
    min = 0
    max = 100
    step = 5
    show_when = { attribute = "cause", in = ["rust"] }
    [[attribute]]
    name = "width across flats"
    kind = "number"
    min = 1.5
    show_when = { subclass = ["hex"] }
    [[tag]]
    name = "dim"
    key = "d"
    group = "light"
    [[tag]]
    name = "bright"
    group = "light"
    description = "all lamps are on"
    [[relation]]
    name = "holds"
    from = ["worker"]
    to = ["bolt", "nut"]
"##;

fn ontology() -> Ontology {
    Ontology::from_toml(TOML).expect("a valid ontology")
}

#[test]
fn an_ontology_survives_toml() {
    let ontology = ontology();
    let again = Ontology::from_toml(&ontology.to_toml().expect("it serialises")).expect("it reads back");
    assert_eq!(again, ontology);
    assert_eq!(again.digest(), ontology.digest());
    let json = serde_json::to_string(&ontology).expect("it serialises");
    assert_eq!(serde_json::from_str::<Ontology>(&json).expect("it reads back"), ontology);
    assert_eq!(ontology.attributes_of("nut").count(), 4);
    assert_eq!(ontology.classes[0].rgb(), Some([0xe6, 0x9f, 0x00]));
    assert!(ontology.classes[0].allows(GeometryKind::Polygon) && !ontology.classes[0].allows(GeometryKind::Mask));
}

#[test]
fn keys_pick_classes_and_tags_in_either_case() {
    let ontology = ontology();
    let class = |key| ontology.class_for_key(key).map(|c| c.name.as_str());
    assert_eq!(
        ['1', '2', '9', 'w', 'W', 'd'].map(class),
        [Some("bolt"), None, Some("nut"), Some("worker"), Some("worker"), None]
    );
    let tag = |key| ontology.tag_for_key(key).map(|t| t.name.as_str());
    assert_eq!(['D', 'd', 'w'].map(tag), [Some("dim"), Some("dim"), None]);
}

#[test]
fn contradictions_are_named() {
    let refuse = |from: &str, to: &str, expect: &str| {
        assert!(TOML.contains(from), "{from}");
        let error = Ontology::from_toml(&TOML.replacen(from, to, 1)).expect_err(to).to_string();
        assert!(error.contains(expect), "{error}");
    };
    refuse("name = \"nut\"", "name = \"bolt\"", "stands twice");
    refuse("name = \"nut\"", "name = \" \"", "class number 2 has no name");
    refuse("key = \"9\"", "key = \"1\"", "taken by another class");
    refuse("key = \"9\"", "key = \"w\"", "taken by another class");
    refuse("key = \"d\"", "key = \"1\"", "taken by another class");
    refuse("key = \"9\"", "key = \"+\"", "neither a digit nor a letter");
    refuse("classes = [\"bolt\"]", "classes = [\"cog\"]", "unknown class \"cog\"");
    refuse("default = \"none\"", "default = \"much\"", "may not be \"much\"");
    refuse("version = 2", "version = 2\ncolour = 3", "unknown field");
    refuse("version = 2", "version = 0", "count from 1");
    refuse("#e69F00", "#e69F0", "#rrggbb");
    refuse("#e69F00", "orange", "#rrggbb");
    refuse("\"box\", ", "\"cube\", ", "unknown variant");
    refuse("skeleton = \"arm\"", "skeleton = \"leg\"", "unknown skeleton");
    refuse("skeleton = \"arm\"", "skeleton = \"arm\"\nshapes = [\"box\"]", "leave out");
    refuse("points = [\"left hand\", ", "points = [\"elbow\", ", "stands twice in skeleton");
    refuse("[[\"left hand\", \"elbow\"]", "[[\"foot\", \"elbow\"]", "unknown point \"foot\"");
    refuse("[[\"left hand\", \"elbow\"]", "[[\"elbow\", \"elbow\"]", "with itself");
    refuse("sigmas = [0.05, ", "sigmas = [", "2 sigmas for 3 points");
    refuse("sigmas = [0.05, ", "sigmas = [0.0, ", "above 0");
    refuse(
        "\"right hand\"]]\n    [[attribute]]",
        "\"right hand\"], [\"elbow\", \"left hand\"]]\n    [[attribute]]",
        "twice",
    );
    refuse("attribute = \"damaged\", is = true", "attribute = \"torn\", is = true", "unknown attribute \"torn\"");
    refuse("attribute = \"damaged\", is = true", "attribute = \"damaged\", is = \"yes\"", "which it cannot be");
    refuse("attribute = \"damaged\", is = true", "attribute = \"cause\", is = \"bent\"", "depends on itself");
    refuse("attribute = \"damaged\", is = true", "attribute = \"share of rust\", is = 5", "depends on itself");
    refuse("attribute = \"damaged\", is = true", "attribute = \"damaged\"", "either `is` or `in`");
    refuse("attribute = \"damaged\", is = true", "atribute = \"damaged\", is = true", "unknown field");
    refuse("{ subclass = [\"hex\"] }", "{ subclass = [\"torx\"] }", "a sub-class of none");
    refuse("min = 0\n", "min = 101\n", "no value from its min to its max");
    refuse("step = 5", "step = 0", "step above 0");
    refuse("kind = \"flag\"", "kind = \"flag\"\nmin = 1", "is not a number");
    refuse("name = \"bright\"", "name = \"dim\"", "the tag \"dim\" stands twice");
    refuse("from = [\"worker\"]", "from = [\"robot\"]", "unknown class \"robot\"");
}

/// The text of an ontology as it was written before the schema grew: its digest rests on every byte.
#[test]
fn older_ontologies_keep_their_text() {
    let text = "name = 'o'\nversion = 1\n[[class]]\nname = 'bolt'\nsubclasses = ['hex']\n[[class]]\nname = 'nut'\n\
                key = '9'\n[[attribute]]\nname = 'age'\nkind = 'number'\n[[attribute]]\nname = 'bent'\nkind = 'flag'\n\
                required = true\ndefault = false";
    let written = crate::digest::canonical_json(&Ontology::from_toml(text).expect("a valid ontology"));
    let attributes = r#"{"attribute":[{"kind":"number","name":"age","required":false},{"default":false,"kind":"flag","name":"bent","required":true}],"#;
    let classes = r#""class":[{"name":"bolt","subclasses":["hex"]},{"key":"9","name":"nut"}],"name":"o","version":1}"#;
    assert_eq!(written, format!("{attributes}{classes}"));
    let names = crate::digest::canonical_json(&Ontology::from_class_names("o", ["bolt", " ", "bolt"]));
    assert_eq!(names, r#"{"attribute":[],"class":[{"name":"bolt"}],"name":"o","version":1}"#);
}

#[test]
fn search_ranks_exact_prefix_word_and_letters() {
    let ontology = ontology();
    let search = |query: &str| -> Vec<String> {
        let shown = |m: ClassMatch| format!("{}/{}/{}", m.class.name, m.subclass.unwrap_or_default(), m.matched);
        ontology.search_classes(query).into_iter().map(shown).collect()
    };
    assert_eq!(search(""), ["bolt//bolt", "nut//nut", "worker//worker"]);
    assert_eq!(search("9"), ["nut//nut"]);
    assert_eq!(search("NUT"), ["nut//nut"]);
    assert_eq!(search("scr"), ["bolt//machine screw"]);
    // The key of worker is exact; what only holds the letter comes after it.
    assert_eq!(search("w"), ["worker//worker", "bolt//machine screw"]);
    assert_eq!(search("he"), ["bolt/hex/hex", "bolt//machine screw"]);
    assert_eq!(search("bolt h"), ["bolt/hex/hex"]);
    assert_eq!(search("nt"), ["bolt/countersunk/countersunk", "nut//nut"]);
    assert!(search("xyz").is_empty());
    let ranks: Vec<MatchRank> = ontology.search_classes("w").iter().map(|m| m.rank).collect();
    assert_eq!(ranks, [MatchRank::Exact, MatchRank::Subsequence]);
    assert_eq!(ontology.search_classes("screw")[0].rank, MatchRank::WordPrefix);
}

fn bolt(subclass: Option<&str>, attributes: &[(&str, AttributeValue)]) -> Object {
    let bbox = BBox::new(0.0, 0.0, 9.0, 9.0).expect("a valid box");
    let attributes = attributes.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
    let object = Object::new(ObjectId("a".to_owned()), bbox, "bolt");
    Object { subclass: subclass.map(str::to_owned), attributes, ..object }
}

fn text(value: &str) -> AttributeValue {
    AttributeValue::Text(value.to_owned())
}

#[test]
fn conditions_are_followed_through_the_chain() {
    let ontology = ontology();
    let shown = |object: &Object| ontology.shown_attributes(object).map(|a| a.name.clone()).collect::<Vec<_>>();
    assert_eq!(shown(&bolt(None, &[])), ["occlusion", "damaged"]);
    assert_eq!(shown(&bolt(Some("hex"), &[])), ["occlusion", "damaged", "width across flats"]);
    let damaged = ("damaged", AttributeValue::Flag(true));
    assert_eq!(shown(&bolt(None, std::slice::from_ref(&damaged))), ["occlusion", "damaged", "cause"]);
    let rusty = bolt(None, &[damaged.clone(), ("cause", text("rust"))]);
    assert_eq!(shown(&rusty), ["occlusion", "damaged", "cause", "share of rust"]);
    assert_eq!(shown(&bolt(None, &[("cause", text("rust"))])), ["occlusion", "damaged"]);
    // A nut has no attribute "damaged", on which the cause depends.
    let nut = Object { class: "nut".to_owned(), ..bolt(None, &[damaged]) };
    assert_eq!(shown(&nut), ["occlusion"]);
}

#[test]
fn values_come_and_go_with_what_is_shown() {
    let ontology = ontology();
    let names = |object: &Object| object.attributes.keys().cloned().collect::<Vec<_>>();
    let before = bolt(None, &[("damaged", AttributeValue::Flag(false))]);
    let mut object = bolt(None, &[("damaged", AttributeValue::Flag(true))]);
    ontology.settle(&before, &mut object);
    // The cause was hidden and starts with its default; occlusion was shown, and its lack was the annotator's choice.
    assert_eq!(names(&object), ["cause", "damaged"]);
    ontology.fill_defaults(&mut object);
    assert_eq!(names(&object), ["cause", "damaged", "occlusion"]);
    object.attributes.insert("share of rust".to_owned(), AttributeValue::Number(5.0));
    object.attributes.insert("damaged".to_owned(), AttributeValue::Flag(false));
    object.attributes.insert("unheard of".to_owned(), text("x"));
    ontology.drop_hidden(&mut object);
    assert_eq!(names(&object), ["damaged", "occlusion", "unheard of"]);
}

#[test]
fn numbers_keep_to_their_range() {
    let range = |min, max, step| NumberRange { min, max, step };
    for (range, number, nearest, words) in [
        (range(None, None, None), 3.25, Some(3.25), "any number"),
        (range(Some(0.0), Some(10.0), Some(4.0)), 9.5, Some(8.0), "0 to 10 in steps of 4"),
        (range(Some(1.5), None, Some(1.0)), -7.0, Some(1.5), "1.5 or more in steps of 1"),
        (range(None, Some(7.0), Some(2.0)), 99.0, Some(6.0), "7 or less in steps of 2"),
        (range(Some(0.0), Some(1.0), Some(0.1)), 0.32, Some(0.1 * 3.0), "0 to 1 in steps of 0.1"),
        (range(Some(3.0), Some(2.0), None), 2.5, None, "3 to 2"),
    ] {
        assert_eq!(range.nearest(number), nearest, "{range:?}");
        assert_eq!(range.describe().to_string(), words);
        assert_eq!(range.holds(number), nearest == Some(number), "{range:?}");
    }
    assert!(range(Some(0.0), Some(1.0), Some(0.1)).holds(0.3) && !range(None, None, None).holds(f64::NAN));
}

#[test]
fn a_skeleton_knows_its_links_and_its_mirror_image() {
    let ontology = ontology();
    let arm = ontology.skeleton_of("worker").expect("worker has a skeleton");
    assert_eq!(arm.link_places(), [[0, 1], [1, 2]]);
    assert_eq!(arm.mirrored(), [2, 1, 0]);
    let hands = Keypoints::try_from(vec![1.0, 2.0, 2.0, 0.0, 0.0, 0.0, 5.0, 6.0, 1.0]).expect("points");
    assert_eq!(Vec::from(arm.exchanged(&hands)), [5.0, 6.0, 1.0, 0.0, 0.0, 0.0, 1.0, 2.0, 2.0]);
    let too_few = Keypoints::try_from(vec![1.0, 2.0, 2.0]).expect("a point");
    assert_eq!(arm.exchanged(&too_few), too_few);
    assert!(ontology.skeleton_of("bolt").is_none() && ontology.skeleton_of("cog").is_none());
}

#[test]
fn standard_attributes_are_added_where_they_are_missing() {
    let plain = Ontology::from_class_names("o", ["bolt"]).with_standard_attributes();
    let names = |o: &Ontology| o.attributes.iter().map(|a| a.name.clone()).collect::<Vec<_>>();
    assert_eq!(names(&plain), [OCCLUSION, TRUNCATED, DIFFICULT]);
    plain.check().expect("it is valid");
    let kept = ontology().with_standard_attributes();
    assert_eq!(kept.attribute(OCCLUSION), ontology().attribute(OCCLUSION));
    assert_eq!(kept.clone().with_standard_attributes(), kept);
    assert_eq!(kept.attributes.len(), ontology().attributes.len() + 2);
}

#[test]
fn a_relation_ties_the_classes_it_names() {
    let ontology = ontology();
    let holds = ontology.relation("holds").expect("it is declared");
    assert!(holds.ties("worker", "nut") && !holds.ties("nut", "worker") && !holds.ties("worker", "worker"));
    assert!(RelationKind::default().ties("any", "other"));
}
