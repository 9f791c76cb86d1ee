//! Differences of small versions, told by hand, and the promise that none is forgotten.

use proptest::prelude::*;
use serde_json::json;

use super::*;

fn told(differences: &[Difference]) -> Vec<String> {
    let one = |difference: &Difference| {
        let path = difference.path.join(" › ");
        match &difference.what {
            What::Added { value } => format!("{path}: + {value}"),
            What::Removed { value } => format!("{path}: - {value}"),
            What::Changed { before, after } => format!("{path}: {before} → {after}"),
            What::Renamed { to } => format!("{path}: becomes {to}"),
            What::Reordered { names } => format!("{path}: in the order {}", names.join(", ")),
            What::Text { lines } => {
                let sign = |line: &Line| if line.is_added { '+' } else { '-' };
                let line = |line: &Line| format!("{}{} {}", sign(line), line.number, line.text);
                format!("{path}: {}", lines.iter().map(line).collect::<Vec<_>>().join(" | "))
            }
        }
    };
    differences.iter().map(one).collect()
}

fn ontology(text: &str) -> Ontology {
    Ontology::from_toml(&format!("name = 'belt'\n{text}")).expect("a valid ontology")
}

fn policy(text: &str, guideline: &str) -> Policy {
    Policy::from_toml(&format!("name = 'belt'\n{text}"), guideline).expect("a valid policy")
}

#[test]
fn an_item_of_a_list_is_the_same_wherever_it_stands() {
    let before = ontology("version = 1\n[[class]]\nname = 'bolt'\nsynonyms = ['pin']\n[[class]]\nname = 'nut'\n");
    let after = ontology(
        "version = 2\n[[class]]\nname = 'gear'\ncolor = '#ff0000'\n[[class]]\nname = 'bolt'\nsynonyms = ['pin', 'peg']\n\
         [[attribute]]\nname = 'rust'\nkind = 'choice'\nvalues = ['no', 'yes']\n",
    );
    let found = of_ontologies(Some(&before), &after, &Migration::default());
    let expected = [
        "attribute › rust: + kind = \"choice\", required = false, values = [\"no\", \"yes\"]",
        "class › nut: - ",
        "class › gear: + color = \"#ff0000\"",
        "class › bolt › synonyms: [\"pin\"] → [\"pin\", \"peg\"]",
        "version: 1 → 2",
    ];
    assert_eq!(told(&found), expected);
    assert_eq!(of_ontologies(Some(&before), &before, &Migration::default()), []);
}

#[test]
fn the_order_counts_because_people_see_it() {
    let classes = |names: [&str; 3]| {
        let class = |name| format!("[[class]]\nname = '{name}'\n");
        ontology(&format!("version = 1\n{}", names.map(class).concat()))
    };
    let found = of_ontologies(
        Some(&classes(["bolt", "nut", "gear"])),
        &classes(["nut", "bolt", "gear"]),
        &Migration::default(),
    );
    assert_eq!(told(&found), ["class: in the order nut, bolt, gear"]);
}

#[test]
fn what_a_rule_renames_is_neither_removed_nor_added() {
    let before = ontology("version = 1\n[[class]]\nname = 'bolt'\nkey = 'b'\n[[class]]\nname = 'nut'\n");
    let after = ontology("version = 2\n[[class]]\nname = 'screw'\nkey = 's'\n[[class]]\nname = 'nut'\n");
    let rules = |text: &str| Migration::from_toml(text).expect("valid rules");
    let one = rules("[[rename]]\nclass = 'bolt'\nto = 'screw'\n");
    let expected = ["class › bolt: becomes screw", "class › screw › key: b → s", "version: 1 → 2"];
    assert_eq!(told(&of_ontologies(Some(&before), &after, &one)), expected);
    // Two that become one: that is a class of its own.
    let after = ontology("version = 2\n[[class]]\nname = 'fastener'\n");
    let both = rules("[[rename]]\nclass = 'bolt'\nto = 'fastener'\n[[rename]]\nclass = 'nut'\nto = 'fastener'\n");
    let expected =
        ["class › bolt: becomes fastener", "class › nut: becomes fastener", "class › fastener: + ", "version: 1 → 2"];
    assert_eq!(told(&of_ontologies(Some(&before), &after, &both)), expected);
}

#[test]
fn rules_and_guideline_of_a_policy_are_told_by_their_names() {
    let before = policy("version = 1\n[rules]\nmin_side_px = 4.0\n", "# Label\n\nboth ends\nthe head\n");
    let after = policy(
        "version = 2\noverlap = 2\n[rules]\nmin_side_px = 6.0\nmax_count = { bolt = 3 }\n[review]\nshare = 0.5\n",
        "# Label\n\nthe head\nno shadow\n",
    );
    let expected = [
        "guideline: -3 both ends | +4 no shadow",
        "overlap: 1 → 2",
        "review › share: + 0.5",
        "rules › max_count › bolt: + 3",
        "rules › min_side_px: 4.0 → 6.0",
        "version: 1 → 2",
    ];
    assert_eq!(told(&of_policies(Some(&before), &after)), expected);
    let back = told(&of_policies(Some(&after), &before));
    assert!(back.contains(&"rules › max_count › bolt: - 3".to_owned()), "{back:?}");
}

#[test]
fn without_a_version_before_everything_is_told() {
    let found = told(&of_policies(None, &policy("version = 1\n", "")));
    assert!(found.contains(&"name: + belt".to_owned()) && found.contains(&"overlap: + 1".to_owned()), "{found:?}");
    assert!(found.contains(&"guideline: + \"\"".to_owned()), "{found:?}");
}

fn document() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        any::<bool>().prop_map(Value::from),
        (0_u8..4).prop_map(Value::from),
        prop_oneof!["a", "b\n", "a\nb\n", "b\na"].prop_map(Value::from),
        Just(json!([])),
        Just(json!({})),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        let named = ("[abc]", inner.clone()).prop_map(|(name, value)| json!({ "name": name, "value": value }));
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
            prop::collection::vec(named, 0..3).prop_map(Value::from),
            prop::collection::btree_map("[abc]", inner, 0..3)
                .prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn there_is_a_difference_where_two_values_differ_and_only_there(
        before in prop::collection::btree_map("[abc]", document(), 0..4),
        after in prop::collection::btree_map("[abc]", document(), 0..4),
    ) {
        let renames = BTreeMap::from([(("a", "a"), "b"), (("b", "c"), "a")]);
        let found = Walk { renames, found: vec![] }.over(Some(&before), &after);
        prop_assert_eq!(found.is_empty(), before == after, "{:?}", found);
    }
}
