//! Metadata sidecars: a CSV table or JSON Lines with one row an image file.

use std::collections::BTreeMap;

use concord_domain::sample::{Metadata, Provenance};
use serde_json::Value;

use crate::lenient::{Cleaned, utf8};
use crate::{ExchangeError, Problem, parse_time_ms};

/// Names under which the image file may stand, in order of preference.
const FILE_KEYS: [&str; 4] = ["file", "file_name", "filename", "path"];
const CAPTURED_AT: &str = "captured_at";
const PROVENANCE: &str = "provenance";
const EXPECTED: &str = "a metadata sidecar";

/// A sidecar as it was read.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Sidecar {
    /// Rows by image file: as written, with `/` for `\` and without a leading `./`.
    pub rows: BTreeMap<String, SidecarRow>,
    /// What is wrong with the file, in order of its lines.
    pub problems: Vec<Problem>,
}

/// What a sidecar says about one image.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SidecarRow {
    /// All columns without a meaning of their own; empty cells are left out.
    pub metadata: Metadata,
    /// Time of capture in milliseconds since 1970 UTC, from `captured_at`, as [`parse_time_ms`] reads it.
    pub captured_at_ms: Option<i64>,
    /// How the image came to be, from `provenance`.
    pub provenance: Option<Provenance>,
    /// Line of the row, counted from 1.
    pub line: u64,
}

/// Reads a sidecar; `name` names the file in messages and, by its ending, tells the kind.
///
/// JSON Lines is read when the name ends in `.jsonl`, `.ndjson` or `.json`, or when the text starts with `{`; a table
/// otherwise, parted by commas, or by tabs or semicolons when the header has these and no comma. The image file stands
/// in the column or key `file` (or `file_name`, `filename`, `path`); `captured_at` and `provenance` are understood,
/// everything else is metadata as text. A byte order mark, CRLF and blank lines do not matter. Rows with too few
/// cells count as far as they go; rows without a file, second rows for a file and cells that are not understood are
/// named in [`Sidecar::problems`]. An empty file gives an empty sidecar.
///
/// # Errors
/// [`ExchangeError::Json`] when the bytes are not UTF-8; [`ExchangeError::Format`] when a table has no column for the
/// file.
pub fn read_sidecar(name: &str, bytes: &[u8]) -> Result<Sidecar, ExchangeError> {
    let text = utf8(name, bytes)?;
    let lower = name.to_ascii_lowercase();
    let by_name = [".jsonl", ".ndjson", ".json"].iter().any(|ending| lower.ends_with(ending));
    if text.trim().is_empty() {
        Ok(Sidecar::default())
    } else if by_name || text.trim_start().starts_with('{') {
        Ok(read_json_lines(name, text))
    } else {
        read_table(name, text)
    }
}

fn read_json_lines(name: &str, text: &str) -> Sidecar {
    let mut sidecar = Sidecar::default();
    for (line, text) in (1..).zip(text.lines()).filter(|(_, text)| !text.trim().is_empty()) {
        let cleaned = Cleaned::new(text);
        match cleaned.parse(name, EXPECTED, std::marker::PhantomData::<Value>) {
            Ok(Value::Object(map)) => {
                let cells = map.iter().filter_map(|(key, value)| sidecar.cell(line, key, value)).collect();
                sidecar.add(line, cells);
            }
            Ok(_) => sidecar.problem(line, "it is JSON, but not an object; the line is left out"),
            Err(ExchangeError::Json { column, why, .. }) => {
                sidecar.problem(line, format!("it is no JSON: {why} (column {column}); the line is left out"));
            }
            Err(other) => sidecar.problem(line, other.to_string()),
        }
    }
    sidecar
}

fn read_table(name: &str, text: &str) -> Result<Sidecar, ExchangeError> {
    let header_line = text.lines().find(|l| !l.trim().is_empty()).unwrap_or_default();
    let delimiter = [b',', b'\t', b';'].into_iter().find(|d| header_line.as_bytes().contains(d)).unwrap_or(b',');
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .flexible(true)
        .trim(csv::Trim::All)
        .has_headers(true)
        .from_reader(text.as_bytes());
    let format = |why: String| ExchangeError::Format { name: name.to_owned(), expected: EXPECTED, why };
    let headers: Vec<String> = reader.headers().map_err(|e| format(e.to_string()))?.iter().map(str::to_owned).collect();
    if !FILE_KEYS.iter().any(|key| headers.iter().any(|h| h == key)) {
        return Err(format(format!("no column is called \"file\"; the columns are {}", headers.join(", "))));
    }
    let mut sidecar = Sidecar::default();
    check_headers(&headers, &mut sidecar);
    let mut lines = Lines { text: text.as_bytes(), at: 0, line: 1 };
    for record in reader.records() {
        let record = match record {
            Ok(record) => record,
            Err(e) => {
                let line = e.position().map_or(0, csv::Position::line);
                sidecar.problem(line, format!("the row cannot be read: {e}"));
                continue;
            }
        };
        let line = lines.of_row_at(record.position().map_or(0, csv::Position::byte));
        if record.iter().all(str::is_empty) {
            continue;
        }
        if record.len() != headers.len() {
            let cause = format!("the row has {} cells and the header {}", record.len(), headers.len());
            sidecar.problem(line, cause);
        }
        let mut cells = BTreeMap::new();
        for (header, cell) in headers.iter().zip(record.iter()).filter(|(h, c)| !h.is_empty() && !c.is_empty()) {
            cells.entry(header.clone()).or_insert_with(|| cell.to_owned());
        }
        sidecar.add(line, cells);
    }
    Ok(sidecar)
}

/// Counts lines up to rows. The CSV reader's own count is taken before it skips line ends and blank lines.
struct Lines<'a> {
    text: &'a [u8],
    at: usize,
    line: u64,
}

impl Lines<'_> {
    /// The line, from 1, of the first byte at or after `byte` that is no line end; `byte` never falls.
    fn of_row_at(&mut self, byte: u64) -> u64 {
        while let Some(&next) = self.text.get(self.at) {
            if self.at as u64 >= byte && !matches!(next, b'\r' | b'\n') {
                break;
            }
            self.line += u64::from(next == b'\n');
            self.at += 1;
        }
        self.line
    }
}

fn check_headers(headers: &[String], sidecar: &mut Sidecar) {
    for (index, header) in headers.iter().enumerate() {
        if header.is_empty() {
            sidecar.problem(1, format!("column {} has no name; it is left out", index + 1));
        } else if headers[..index].contains(header) {
            sidecar.problem(1, format!("the column \"{header}\" stands twice; the first one counts"));
        }
    }
}

impl Sidecar {
    fn problem(&mut self, line: u64, cause: impl Into<String>) {
        self.problems.push(Problem::new(format!("line {line}"), cause));
    }

    /// A JSON value as the text of a cell; nothing for null, and a problem for what is no single value.
    fn cell(&mut self, line: u64, key: &str, value: &Value) -> Option<(String, String)> {
        let text = match value {
            Value::Null => return None,
            Value::Bool(flag) => flag.to_string(),
            Value::Number(number) => number.to_string(),
            Value::String(text) => text.trim().to_owned(),
            Value::Array(_) | Value::Object(_) => {
                self.problem(line, format!("{key} is no single value; it is left out"));
                return None;
            }
        };
        (!text.is_empty() && !key.trim().is_empty()).then(|| (key.trim().to_owned(), text))
    }

    fn add(&mut self, line: u64, mut cells: BTreeMap<String, String>) {
        let key = FILE_KEYS.into_iter().find(|key| cells.contains_key(*key));
        let Some(file) = key.and_then(|key| cells.remove(key)) else {
            self.problem(line, "no file is named; the row is left out");
            return;
        };
        let file = file.replace('\\', "/");
        let file = file.strip_prefix("./").unwrap_or(&file).to_owned();
        if let Some(first) = self.rows.get(&file) {
            let cause = format!("\"{file}\" stands in line {} already; this row is left out", first.line);
            self.problem(line, cause);
            return;
        }
        let mut row = SidecarRow { line, ..SidecarRow::default() };
        if let Some(text) = cells.remove(CAPTURED_AT) {
            match parse_time_ms(&text) {
                Ok(ms) => row.captured_at_ms = Some(ms),
                Err(why) => self.problem(line, format!("{CAPTURED_AT}: {why}")),
            }
        }
        if let Some(text) = cells.remove(PROVENANCE) {
            row.provenance = Provenance::from_name(&text.to_ascii_lowercase());
            if row.provenance.is_none() {
                let words = "captured, edited, augmented, composite, rendered or generated";
                self.problem(line, format!("{PROVENANCE} is \"{text}\"; it can be {words}"));
            }
        }
        row.metadata = cells;
        self.rows.insert(file, row);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(name: &str, text: &str) -> Sidecar {
        read_sidecar(name, text.as_bytes()).expect(text)
    }

    #[test]
    fn a_table_is_read_with_its_oddities() {
        let text = "\u{feff}file,camera,captured_at,provenance,note\r\n\
                    ./a.jpg,A,2024-01-31T12:00:00+02:00,captured,\"one, \"\"two\"\"\"\r\n\
                    \r\n\
                    dir\\b.jpg, B ,,Rendered,\r\n";
        let sidecar = read("meta.csv", text);
        assert_eq!(sidecar.problems, []);
        let a = &sidecar.rows["a.jpg"];
        assert_eq!((a.captured_at_ms, a.provenance, a.line), (Some(1_706_695_200_000), Some(Provenance::Captured), 2));
        assert_eq!(a.metadata["note"], "one, \"two\"");
        let b = &sidecar.rows["dir/b.jpg"];
        assert_eq!((b.captured_at_ms, b.provenance, b.line), (None, Some(Provenance::Rendered), 4));
        assert_eq!(b.metadata, Metadata::from([("camera".to_owned(), "B".to_owned())]));
    }

    #[test]
    fn other_delimiters_are_seen() {
        assert_eq!(read("m.csv", "file;camera\na;1,5\n").rows["a"].metadata["camera"], "1,5");
        assert_eq!(read("m.tsv", "path\tcamera\na\tA\n").rows["a"].metadata["camera"], "A");
    }

    #[test]
    fn every_fault_of_a_table_has_its_line() {
        let text = "file,camera,camera,,captured_at,provenance\n\
                    a,A,B,C,soon,drawn\n\
                    ,A,,,,\n\
                    a,A,,,,\n\
                    b,A\n\
                    \"c\nd\",A,,,,\n\
                    e,A,,,,,7\n";
        let sidecar = read("m.csv", text);
        let places: Vec<&str> = sidecar.problems.iter().map(|p| p.place.as_str()).collect();
        assert_eq!(places, ["line 1", "line 1", "line 2", "line 2", "line 3", "line 4", "line 5", "line 8"]);
        assert_eq!(sidecar.rows.len(), 4);
        assert_eq!(sidecar.rows["a"].metadata["camera"], "A");
        let error = read_sidecar("m.csv", b"camera,site\nA,B\n").expect_err("no file column").to_string();
        assert!(error.contains("camera, site"), "{error}");
        assert!(read_sidecar("m.csv", b"file\n\xff\n").is_err());
        assert_eq!(read("m.csv", " \r\n"), Sidecar::default());
    }

    #[test]
    fn json_lines_are_read() {
        let text = "{\"file\": \"a.jpg\", \"captured_at\": 1706702400, \"speed\": 1.50, \"wet\": true, \"x\": null}\n\n\
                    {\"file_name\": \"b.jpg\", \"gain\": NaN, \"tags\": [1]}\n\
                    [1]\n\
                    {\"file\": \n\
                    {\"camera\": \"A\"}\n\
                    {\"path\": \"a.jpg\"}\n";
        let sidecar = read("meta.jsonl", text);
        let a = &sidecar.rows["a.jpg"];
        assert_eq!((a.captured_at_ms, a.line), (Some(1_706_702_400_000), 1));
        let expect = [("speed".to_owned(), "1.5".to_owned()), ("wet".to_owned(), "true".to_owned())];
        assert_eq!(a.metadata, Metadata::from(expect));
        assert!(sidecar.rows["b.jpg"].metadata.is_empty());
        let places: Vec<&str> = sidecar.problems.iter().map(|p| p.place.as_str()).collect();
        assert_eq!(places, ["line 3", "line 4", "line 5", "line 6", "line 7"]);
        assert_eq!(read("meta.txt", text), sidecar);
    }

    proptest! {
        #[test]
        fn arbitrary_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = read_sidecar("m.csv", &bytes);
            let _ = read_sidecar("m.jsonl", &bytes);
        }

        #[test]
        fn arbitrary_tables_never_panic(rows in "(file|path|a|,|;|\"|\t|\r|\n|\\{|:|1e999|é){0,60}") {
            let _ = read_sidecar("m.csv", rows.as_bytes());
            let _ = read_sidecar("m.jsonl", rows.as_bytes());
        }

        #[test]
        fn every_cell_of_a_proper_table_arrives(
            cells in proptest::collection::btree_map("[a-z]{1,8}", "[a-z0-9,;\" ]{0,12}", 1..20),
        ) {
            let mut writer = csv::Writer::from_writer(Vec::new());
            writer.write_record(["file", "note"]).expect("a vector takes all");
            for (file, note) in &cells {
                writer.write_record([file, note]).expect("a vector takes all");
            }
            let sidecar = read_sidecar("m.csv", &writer.into_inner().expect("a vector takes all")).expect("a table");
            prop_assert_eq!(&sidecar.problems, &vec![]);
            for (file, note) in &cells {
                let found = sidecar.rows[file].metadata.get("note").map_or("", String::as_str);
                prop_assert_eq!(found, note.trim());
            }
        }
    }
}
