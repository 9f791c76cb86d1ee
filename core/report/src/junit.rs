//! Gates as JUnit XML, so that continuous integration shows them as test cases.

use std::io;

use concord_domain::gate::Verdict;
use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};

use crate::error::ReportError;
use crate::model::GateResult;
use crate::view::{Cell, Notes};

/// The gates as a JUnit test suite; no gates give an empty suite.
///
/// A failed gate is a failure, too little evidence a failure of the type `insufficient`, a gate that is left out is
/// skipped, and a warning passes with its reason as output. Characters that XML cannot hold become U+FFFD.
///
/// # Errors
/// [`ReportError::Xml`], which cannot happen in memory.
pub fn junit_xml(suite: &str, gates: &[GateResult]) -> Result<String, ReportError> {
    let mut writer = Writer::new_with_indent(Vec::new(), b' ', 2);
    write(&mut writer, &clean(suite), gates).map_err(ReportError::Xml)?;
    let mut bytes = writer.into_inner();
    bytes.push(b'\n');
    // The writer only ever got text, so the bytes are UTF-8.
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn write(writer: &mut Writer<Vec<u8>>, suite: &str, gates: &[GateResult]) -> io::Result<()> {
    let count = |wanted: &[Verdict]| gates.iter().filter(|g| wanted.contains(&g.judgement.verdict)).count().to_string();
    let (tests, failures) = (gates.len().to_string(), count(&[Verdict::Fail, Verdict::Insufficient]));
    let skipped = count(&[Verdict::Skipped]);
    let counts = [
        ("name", suite),
        ("tests", tests.as_str()),
        ("failures", failures.as_str()),
        ("errors", "0"),
        ("skipped", skipped.as_str()),
    ];
    writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    writer.create_element("testsuites").with_attributes(counts).write_inner_content(|writer| {
        writer
            .create_element("testsuite")
            .with_attributes(counts)
            .write_inner_content(|writer| gates.iter().try_for_each(|gate| test_case(writer, suite, gate)))?;
        Ok(())
    })?;
    Ok(())
}

fn test_case(writer: &mut Writer<Vec<u8>>, suite: &str, result: &GateResult) -> io::Result<()> {
    let (name, reason) = (clean(&result.gate.id), clean(&result.judgement.reason));
    let element = writer.create_element("testcase").with_attributes([("classname", suite), ("name", name.as_str())]);
    let (tag, kind) = match result.judgement.verdict {
        Verdict::Pass => return element.write_empty().map(|_| ()),
        Verdict::Warn => ("system-out", None),
        Verdict::Fail => ("failure", Some("failed")),
        Verdict::Insufficient => ("failure", Some("insufficient")),
        Verdict::Skipped => ("skipped", None),
    };
    element.write_inner_content(|writer| {
        let mut inner = writer.create_element(tag);
        if tag != "system-out" {
            inner = inner.with_attribute(("message", reason.as_str()));
        }
        if let Some(kind) = kind {
            inner = inner.with_attribute(("type", kind));
        }
        inner.write_text_content(BytesText::new(&clean(&body(result))))?;
        Ok(())
    })?;
    Ok(())
}

fn body(result: &GateResult) -> String {
    let value = Cell::new(&result.value, &mut Notes::default()).text;
    let owner = if result.gate.owner.is_empty() { "nobody" } else { &result.gate.owner };
    format!(
        "{}\nslice: {}\nvalue: {value}\nimages: {}\nobjects: {}\nowner: {owner}",
        result.judgement.reason,
        if result.gate.is_about_all() { "all" } else { &result.gate.slice },
        result.images,
        result.objects,
    )
}

/// The text without the characters that XML 1.0 forbids even when escaped.
fn clean(text: &str) -> String {
    let allowed = |c: char| matches!(c, '\t' | '\n' | '\r' | '\u{20}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..='\u{10ffff}');
    text.chars().map(|c| if allowed(c) { c } else { '\u{fffd}' }).collect()
}
