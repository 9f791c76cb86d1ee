//! What the tests share: running the program, generated pictures, and small projects.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use concord_geometry::Size;
use concord_imaging::{Rgb8, encode_png};
use serde_json::{Value, json};

/// The program, with nothing of the tester's environment that it would read.
pub(crate) fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_concord"));
    for variable in ["ORT_DYLIB_PATH", "CONCORD_LOG", "USER", "LOGNAME", "USERNAME"] {
        command.env_remove(variable);
    }
    command.env("CONCORD_USER", "tester");
    command
}

/// What the program said, and how it ended.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl From<Output> for Answer {
    fn from(output: Output) -> Self {
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
        Self { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
    }
}

impl Answer {
    /// The program must have ended with this code.
    pub(crate) fn code(self, expect: i32) -> Self {
        assert_eq!(self.code, Some(expect), "{self:#?}");
        self
    }

    /// Standard output must hold every part.
    pub(crate) fn says(self, parts: &[&str]) -> Self {
        for part in parts {
            assert!(self.stdout.contains(part), "{part:?} is not in {}", self.stdout);
        }
        self
    }

    /// Standard error must hold every part, a cause where one is told, and a next step.
    pub(crate) fn refuses(self, parts: &[&str]) -> Self {
        assert!(self.stderr.starts_with("error: ") && self.stderr.contains("\ntry:   "), "{}", self.stderr);
        for part in parts {
            assert!(self.stderr.contains(part), "{part:?} is not in {}", self.stderr);
        }
        self
    }

    /// Standard output as the one JSON document that it must be.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|e| panic!("{e} in {self:#?}"))
    }
}

/// Runs the program with these words.
pub(crate) fn concord<S: AsRef<OsStr>>(words: impl IntoIterator<Item = S>) -> Answer {
    program().args(words).output().expect("the program starts").into()
}

/// Runs the program with words in which `{}` stands for the folder.
pub(crate) fn concord_in(folder: &Path, line: &str) -> Answer {
    program()
        .args(line.split_whitespace().map(|word| word.replace("{}", &folder.to_string_lossy())))
        .output()
        .expect("the program starts")
        .into()
}

pub(crate) fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("a temporary folder")
}

/// A picture of 96 × 64 pixels; another number gives other bytes.
pub(crate) fn picture(number: u32) -> Rgb8 {
    Rgb8::from_fn(Size::new(96, 64), |x, y| {
        [(x * 3 + number) as u8, (y * 5 + number * 7) as u8, ((x + y) * 2 + number * 13) as u8]
    })
}

pub(crate) fn write(path: &Path, bytes: impl AsRef<[u8]>) {
    std::fs::create_dir_all(path.parent().expect("a folder")).expect("the temporary folder can be written");
    std::fs::write(path, bytes).expect("the temporary folder can be written");
}

/// A project `belt` of three pictures with the classes bolt and nut, made by the program; more words for `new` may
/// follow. Gives its folder.
pub(crate) fn project(folder: &Path, more: &str) -> PathBuf {
    for number in 0..3 {
        write(&folder.join(format!("photos/{number}.png")), encode_png(&picture(number)));
    }
    concord_in(folder, &format!("new {{}}/belt --images {{}}/photos --classes bolt,nut {more}")).code(0);
    folder.join("belt")
}

/// A COCO dataset over the three pictures, a bolt on each, with these annotations in addition.
pub(crate) fn dataset(more: &[Value]) -> Value {
    let images: Vec<Value> =
        (0..3).map(|n| json!({"id": n + 1, "file_name": format!("{n}.png"), "width": 96, "height": 64})).collect();
    let bolt = |n: u32| json!({"id": n, "image_id": n, "category_id": 1, "bbox": [10, 10, 30, 20], "area": 600});
    let annotations: Vec<Value> = (1..=3).map(bolt).chain(more.iter().cloned()).collect();
    let categories = json!([{"id": 1, "name": "bolt"}, {"id": 2, "name": "nut"}, {"id": 3, "name": "cog"}]);
    json!({"images": images, "annotations": annotations, "categories": categories})
}

/// Imports [`dataset`] as the labels of this person.
pub(crate) fn import_as(folder: &Path, person: &str) {
    write(&folder.join("labels.json"), dataset(&[]).to_string());
    concord_in(folder, &format!("import {{}}/belt {{}}/labels.json --as {person}")).code(0);
}

/// A model of the engine's tests.
pub(crate) fn model(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../core/inference/tests/data").join(name)
}
