//! Whole reports, written into a folder and read back: every number is there, nothing is loaded from elsewhere.

mod sample;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use concord_domain::gate::{Judgement, Verdict};
use concord_metrics::robustness::summarise;
use concord_metrics::value::Reason;
use concord_report::{HeatMap, junit_xml, write_stress, write_validation};
use quick_xml::events::Event;
use sample::{NOTE, gates, none, stress, validation};

/// Reads an XML or XHTML text and fails when a tag is not closed; returns how often each element occurs, and all text.
fn parse(text: &str) -> (BTreeMap<String, usize>, String) {
    let mut reader = quick_xml::Reader::from_str(text);
    let (mut counts, mut content) = (BTreeMap::new(), String::new());
    let mut depth = 0_i32;
    loop {
        match reader.read_event().expect("well-formed") {
            Event::Start(tag) => {
                depth += 1;
                tag.attributes().for_each(|a| drop(a.expect("a well-formed attribute")));
                *counts.entry(String::from_utf8_lossy(tag.name().as_ref()).into_owned()).or_default() += 1;
            }
            Event::Empty(tag) => {
                tag.attributes().for_each(|a| drop(a.expect("a well-formed attribute")));
                *counts.entry(String::from_utf8_lossy(tag.name().as_ref()).into_owned()).or_default() += 1;
            }
            Event::End(_) => depth -= 1,
            Event::Text(text) => content.push_str(&text.decode().expect("UTF-8")),
            Event::Eof => break,
            _ => {}
        }
    }
    assert_eq!(depth, 0, "every element is closed");
    (counts, content)
}

fn assert_self_contained(html: &str) {
    for forbidden in ["http:", "https:", "src=", "<script", "<link", "@import", "url(", "NaN", "{{", "{%", "undefined"]
    {
        assert!(!html.contains(forbidden), "{forbidden}");
    }
    assert!(html.contains("prefers-color-scheme: dark") && html.contains("@media print"));
}

fn read(dir: &Path, name: &str) -> String {
    fs::read_to_string(dir.join(name)).expect("the file was written")
}

fn names(dir: &Path) -> Vec<String> {
    let entries = fs::read_dir(dir).expect("the folder was made");
    let mut names: Vec<String> =
        entries.map(|e| e.expect("an entry").file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

#[test]
fn a_validation_report_says_everything() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let out = dir.path().join("a").join("report");
    let files = write_validation(&out, &validation()).expect("a sound report");
    assert_eq!(names(&out), ["junit.xml", "report.html", "report.json"]);
    assert_eq!(files.len(), 3);
    let html = read(&out, "report.html");
    assert_self_contained(&html);
    let (elements, _) = parse(&html);
    assert_eq!(elements["image"], 3);
    // Two plots without a gate's asking, one for the gate on F1, four legend signs, three pictures.
    assert_eq!(elements["svg"], 3 + 4 + 3);
    for expect in [
        "0.512",
        "0.754",
        "0.821",
        "0.782",
        "0.802",
        "0.431", // the cards
        "0.452–0.562",
        "0.291",
        "0.231–0.341",
        "0.561",
        "0.551",
        "0.442",
        "0.611",
        "0.282",
        "0.563",
        "0.591",
        "0.527",
        "0.688",
        "score ≥ 0.35, IoU ≥ 0.5",
        "1\u{202f}250 images",
        "8\u{202f}731 objects",
        "20\u{202f}417 predictions",
        "row 1042",
        "version 2",
        "version 3",
        "rten 0.27",
        "baseline.onnx · 5e5e5e5e",
        "10\u{202f}000 bootstrap",
        "Held back – gates: 1 failed, 1 with too little evidence, 1 with a warning, 2 passed, 1 left out",
        "Conveyor &lt;belt&gt; &amp; &quot;parts&quot;",
        NOTE,
        "Dana",
        "Eli",
        "2.5",
        "spring &amp; &lt;clip&gt;",
        "✕",
        "✓",
        "Too little evidence",
        "no value: there was nothing to measure (empty)",
        "zero_denominator",
        "gear &amp; &lt;axle&gt;",
        "false positive",
        "scene-00312.jpg",
        "2 missed, 1 false positive",
    ] {
        assert!(html.contains(expect), "{expect}");
    }
}

#[test]
fn the_json_is_the_report_itself() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    write_validation(dir.path(), &validation()).expect("a sound report");
    let text = read(dir.path(), "report.json");
    let json: serde_json::Value = serde_json::from_str(&text).expect("valid JSON");
    assert_eq!((&json["format"], &json["report"]), (&1.into(), &"validation".into()));
    assert_eq!(json["overall"]["coco"]["AP"]["value"], 0.5123);
    assert_eq!(json["overall"]["coco"]["APs"], serde_json::json!({"value": null, "reason": "empty"}));
    assert_eq!(json["slices"][3]["name"], "dim");
    assert_eq!(json["gates"][1]["judgement"]["verdict"], "fail");
    assert_eq!(json["gates"][1]["gate"]["metric"], "recall@0.50");
    assert_eq!(json["pictures"][0]["boxes"][2]["kind"], "miss");
    assert!(json["pictures"][0].get("jpeg").is_none());
    let again = tempfile::tempdir().expect("a temporary folder");
    write_validation(again.path(), &validation()).expect("a sound report");
    for name in names(dir.path()) {
        assert_eq!(read(dir.path(), &name), read(again.path(), &name), "equal reports give equal bytes: {name}");
    }
}

#[test]
fn a_stress_report_says_everything() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let report = stress();
    write_stress(dir.path(), &report).expect("a sound report");
    let html = read(dir.path(), "report.html");
    assert_self_contained(&html);
    let (elements, _) = parse(&html);
    assert_eq!(elements["image"], 4);
    assert_eq!(elements["svg"], 5 + 4 + 4);
    // The line of a perturbation with a gap is drawn in two parts.
    assert_eq!(elements["polyline"], 6);
    for (name, value) in [("mpc", report.robustness.mpc), ("rpc", report.robustness.rpc)] {
        let text = format!("{:.3}", value.value().expect("it is defined"));
        assert!(html.contains(&text), "{name} {text}");
    }
    for cell in report.types.iter().flat_map(|t| &t.cells).chain(&report.robustness.per_type) {
        let text = cell.value().map_or("—<sup>1</sup>".to_owned(), |v| format!(">{v:.3}<"));
        assert!(html.contains(&text), "{text}");
    }
    assert!(html.contains("Cells without a value, left out of the means: 1"));
    let json: serde_json::Value = serde_json::from_str(&read(dir.path(), "report.json")).expect("valid JSON");
    assert_eq!(json["types"][4]["cells"][2]["reason"], "insufficient_support");
    parse(&read(dir.path(), "junit.xml"));
}

#[test]
fn gates_are_test_cases() {
    let mut gates = gates();
    gates[1].gate.id = "odd \"id\" <&> \u{1}\u{b}".to_owned();
    gates[1].judgement.reason = "control \u{0} and ]]> and é".to_owned();
    let xml = junit_xml("validation", &gates).expect("it can be written");
    let (elements, text) = parse(&xml);
    assert_eq!((elements["testcase"], elements["failure"], elements["skipped"]), (6, 2, 1));
    assert!(xml.contains(r#"tests="6" failures="2" errors="0" skipped="1""#), "{xml}");
    assert!(xml.contains("type=\"insufficient\"") && xml.contains("type=\"failed\""));
    assert!(text.contains("control \u{fffd} and") && text.contains("owner: Dana"), "{text}");
    assert!(!xml.contains(['\u{0}', '\u{1}', '\u{b}']));
    let (none, _) = parse(&junit_xml("validation", &[]).expect("it can be written"));
    assert_eq!(none.get("testcase"), None);
}

#[test]
fn an_empty_report_is_still_a_page() {
    let mut report = validation();
    report.slices.clear();
    report.classes.clear();
    report.slice_class_ap = HeatMap::default();
    report.gates.clear();
    report.pictures.clear();
    let dir = tempfile::tempdir().expect("a temporary folder");
    write_validation(dir.path(), &report).expect("a sound report");
    let html = read(dir.path(), "report.html");
    parse(&html);
    assert!(html.contains("No gate was judged"));
    let mut report = stress();
    report.types.clear();
    report.robustness = summarise(none(Reason::Empty), &[]);
    write_stress(dir.path(), &report).expect("a sound report");
    parse(&read(dir.path(), "report.html"));
}

#[test]
fn the_sentence_at_the_top_follows_the_worst_gate() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    for (verdict, expect) in [
        (Verdict::Pass, "✓</span> Accepted – gates: 1 passed"),
        (Verdict::Warn, "!</span> Accepted with warnings"),
        (Verdict::Insufficient, "?</span> Undecided"),
        (Verdict::Fail, "✕</span> Held back"),
        (Verdict::Skipped, "–</span> No gate was judged"),
    ] {
        let mut report = validation();
        report.gates.truncate(1);
        report.gates[0].judgement = Judgement { verdict, compared: None, reason: "because".to_owned() };
        write_validation(dir.path(), &report).expect("a sound report");
        assert!(read(dir.path(), "report.html").contains(expect), "{expect}");
    }
}

#[test]
fn what_cannot_be_written_is_named() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let file = dir.path().join("file");
    fs::write(&file, "x").expect("a writable folder");
    let error = write_validation(&file, &validation()).expect_err("a file is no folder").to_string();
    assert!(error.contains("create the folder") && error.contains("file"), "{error}");
    let mut odd = validation();
    odd.slice_class_ap.cells.pop();
    assert!(write_validation(dir.path(), &odd).expect_err("a row is missing").to_string().contains("heat map"));
    let mut odd = stress();
    odd.types[1].cells.pop();
    assert!(write_stress(dir.path(), &odd).expect_err("a cell is missing").to_string().contains("motion blur"));
    assert_eq!(names(dir.path()), ["file"]);
}
