//! The invariants of ARCHITECTURE.md, applied to the workspace. Each rule also meets an example that breaks it, so that a
//! rule which sees nothing is noticed.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use concord_architecture::source::Source;
use concord_architecture::workspace::{self, Member, Use};
use concord_architecture::{dependencies, files, licences, lint, names, purity, sql, words};

/// Fails with every violation on a line of its own.
fn holds(rule: &str, wrong: &[String]) {
    assert!(wrong.is_empty(), "{rule}\n  {}\n", wrong.join("\n  "));
}

/// Asserts that the example breaks the rule once for each of these parts, in this order.
fn finds(wrong: &[String], parts: &[&str]) {
    assert_eq!(wrong.len(), parts.len(), "{wrong:#?}");
    for (sentence, part) in wrong.iter().zip(parts) {
        assert!(sentence.contains(part), "`{part}` is not in: {sentence}");
    }
}

fn member(name: &str, dependencies: &[(&str, Use)]) -> Member {
    let dependencies = dependencies.iter().map(|(name, kind)| ((*name).to_owned(), *kind)).collect();
    Member { name: name.to_owned(), dependencies }
}

fn source(path: &str, text: &str) -> Source {
    Source::new(path, text)
}

#[test]
fn dependencies_run_downwards_only() {
    let members = workspace::members();
    assert!(members.len() >= dependencies::FLOORS.len(), "every package with a floor is in the workspace");
    holds("A package may depend only on what stands below it.", &dependencies::upward(&members));
}

#[test]
fn a_dependency_that_runs_upwards_is_found() {
    let members = [
        member("concord-geometry", &[("serde", Use::Normal)]),
        member("concord-imaging", &[("concord-geometry", Use::Normal), ("concord-domain", Use::Normal)]),
        member("concord-domain", &[("concord-imaging", Use::Test)]),
        member("concord-widgets", &[("concord-geometry", Use::Normal), ("concord-domain", Use::Normal)]),
        member("xtask", &[("concord-geometry", Use::Normal)]),
        member("concord-new", &[]),
    ];
    finds(
        &dependencies::upward(&members),
        &[
            "concord-imaging (floor 2) depends on concord-domain (floor 2)",
            "concord-domain (floor 2) depends on concord-imaging (floor 2)",
            "concord-widgets depends on concord-domain, but may see only concord-geometry, concord-language",
            "xtask depends on concord-geometry",
            "concord-new has no floor",
        ],
    );
}

#[test]
fn a_heavy_dependency_has_one_owner() {
    holds("A heavy dependency is named by its owner only.", &dependencies::not_owned(&workspace::members()));
}

#[test]
fn a_heavy_dependency_in_a_second_package_is_found() {
    let members = [
        member("concord-store", &[("rusqlite", Use::Normal)]),
        member("concord-project", &[("rusqlite", Use::Normal)]),
        member("concord-domain", &[("image", Use::Test)]),
        member("concord-tests", &[("rusqlite", Use::Test), ("rten", Use::Normal)]),
    ];
    finds(
        &dependencies::not_owned(&members),
        &["concord-project names rusqlite", "concord-domain names image", "concord-tests names rten"],
    );
}

#[test]
fn only_the_canvas_speaks_to_the_graphics_card() {
    holds("One place speaks to the graphics card.", &dependencies::gpu_outside_canvas(&workspace::sources()));
}

#[test]
fn graphics_code_elsewhere_is_found() {
    let text = "//! X.\nuse eframe::egui_wgpu::{self, wgpu};\nfn f(d: &wgpu::Device) {}\n";
    let elsewhere = [
        source("app/src/screens/label.rs", text),
        source("widgets/src/canvas/gpu.rs", text),
        source("widgets/src/canvas/gpu/pipeline.rs", text),
        source("widgets/src/list.rs", "// wgpu::Device\n#[cfg(test)]\nmod tests { use wgpu::Device; }\n"),
        source("app/src/main.rs", "let r = eframe::Renderer::Wgpu; frame.wgpu_render_state();"),
    ];
    finds(&dependencies::gpu_outside_canvas(&elsewhere), &["label.rs:2", "label.rs:3: `wgpu::Device`"]);
}

#[test]
fn pure_packages_reach_nothing_outside() {
    let sources = workspace::sources();
    for folder in purity::PURE {
        assert!(sources.iter().any(|source| source.path.starts_with(folder)), "{folder} has sources");
    }
    holds("The result of a pure package depends on its arguments alone.", &purity::impure(&sources));
}

#[test]
fn reaching_outside_is_found() {
    let sources = [
        source("core/domain/src/a.rs", "use std::{collections::BTreeMap, fs};\nuse std::time::Duration;"),
        source("core/metrics/src/b.rs", "let t =\n  std::time::SystemTime::now();\nlet r = rand::thread_rng();"),
        source(
            "core/geometry/src/c.rs",
            "use jiff::Timestamp as T; fn f() { jiff::Timestamp::now(); std::env::var(X) }",
        ),
        source("core/geometry/src/d.rs", "// std::fs\nfn f() { \"std::fs\"; env!(\"X\") }\n#[cfg(test)]\nuse std::fs;"),
        source("core/geometry/tests/e.rs", "use std::fs;"),
        source("core/store/src/f.rs", "use std::fs;"),
    ];
    finds(
        &purity::impure(&sources),
        &[
            "a.rs:1: `std::fs`",
            "b.rs:2",
            "b.rs:3: `rand::thread_rng`",
            "c.rs:1: `jiff::Timestamp::now`",
            "`std::env::var`",
        ],
    );
}

#[test]
fn every_file_says_what_it_is_for() {
    holds("A file starts with what it is for.", &lint::without_purpose(&workspace::sources()));
}

#[test]
fn a_file_without_purpose_is_found() {
    let sources = [source("a.rs", "//! Says it.\n"), source("b.rs", "/// No.\nfn f() {}\n"), source("c.rs", "")];
    finds(&lint::without_purpose(&sources), &["b.rs", "c.rs"]);
}

#[test]
fn no_file_is_too_long() {
    holds("Long files hide missing rooms.", &lint::too_long(&workspace::sources()));
}

#[test]
fn a_file_that_is_too_long_is_found() {
    let sources = [source("a.rs", &"x\n".repeat(lint::LONGEST)), source("b.rs", &"x\n".repeat(lint::LONGEST + 1))];
    finds(&lint::too_long(&sources), &["b.rs: 801 lines"]);
}

#[test]
fn no_lint_is_silenced_for_good() {
    holds("A silenced lint has a reason and an end.", &lint::silenced(&workspace::sources()));
}

#[test]
fn a_silenced_lint_is_found() {
    let text = "\
        #![allow(dead_code)]\n\
        #[cfg_attr(not(test), allow(unused))]\n\
        #[expect(dead_code, reason = \"allow(this)\")] // #[allow(unused)]\n\
        fn f() { self.allow(x); [rule.allow(x)]; }\n";
    finds(&lint::silenced(&[source("a.rs", text)]), &["a.rs:1", "a.rs:2"]);
}

/// The store's SQL: (path, text) of its Rust files without tests, and of its SQL files.
fn store_sql() -> Vec<(PathBuf, String)> {
    let of_store = |path: &Path| path.starts_with(sql::STORE);
    let sources = workspace::sources().into_iter().filter(|source| of_store(&source.path));
    let sources = sources.map(|source| (source.path.clone(), sql::sql_in(&source)));
    let is_sql = |path: &Path| path.extension().is_some_and(|extension| extension == "sql");
    let files = workspace::text_files().into_iter().filter(|(path, _)| of_store(path) && is_sql(path));
    sources.chain(files).collect()
}

#[test]
fn no_row_is_replaced_behind_the_triggers() {
    let wrong: Vec<String> = store_sql().iter().flat_map(|(path, text)| sql::replaces(path, text)).collect();
    holds("INSERT OR REPLACE passes a trigger that forbids deleting.", &wrong);
}

#[test]
fn a_replaced_row_is_found() {
    let text = "const A: &str = \"insert or\n  REPLACE INTO log\";\n// INSERT OR REPLACE\nlet b = \"REPLACE INTO x\";";
    let text = sql::sql_in(&source("a.rs", text));
    finds(&sql::replaces(Path::new("a.rs"), &text), &["a.rs:1", "a.rs:2", "a.rs:4"]);
    finds(&sql::replaces(Path::new("b.sql"), "INSERT INTO x VALUES (replace(y, 'a', 'b')) -- or replace"), &[]);
}

#[test]
fn rows_of_the_log_are_never_changed() {
    let texts = store_sql();
    let tables: Vec<String> = texts.iter().flat_map(|(_, text)| sql::created_tables(text)).collect();
    if !tables.is_empty() {
        let known = sql::LOG.iter().all(|table| tables.iter().any(|created| created == table));
        assert!(known, "sql::LOG must name the tables of the log; the store creates {tables:?}");
    }
    let wrong: Vec<String> = texts.iter().flat_map(|(path, text)| sql::rewrites_log(path, text)).collect();
    holds("The log is append-only.", &wrong);
}

#[test]
fn a_changed_row_of_the_log_is_found() {
    let text = "\
        CREATE TABLE log (seq INTEGER) STRICT;\n\
        CREATE TRIGGER a BEFORE UPDATE ON log BEGIN SELECT RAISE(ABORT, 'append only'); END;\n\
        CREATE TRIGGER b BEFORE DELETE ON log BEGIN SELECT RAISE(ABORT, 'append only'); END;\n\
        UPDATE tasks SET log = 1; DELETE FROM log_cursor;\n\
        update \"log\" set x = 1;\n\
        UPDATE OR IGNORE main.log SET x = 1;\n\
        DELETE FROM\n  log WHERE 1;\n";
    finds(&sql::rewrites_log(Path::new("a.sql"), text), &["a.sql:5", "a.sql:6", "a.sql:7"]);
    assert_eq!(sql::created_tables(text), ["log"]);
    assert_eq!(sql::created_tables("create table if not exists t (x)"), ["t"]);
    let tampering = source("core/store/src/log.rs", "#[cfg(test)]\nmod tests { const A: &str = \"DELETE FROM log\"; }");
    finds(&sql::rewrites_log(Path::new("log.rs"), &sql::sql_in(&tampering)), &[]);
}

#[test]
fn every_licence_is_on_the_list() {
    let text = std::fs::read_to_string(workspace::root().join("deny.toml")).expect("deny.toml is in the root folder");
    let allowed = licences::Allowed::read(&text).expect("deny.toml lists the licences");
    let metadata = workspace::all_packages();
    let packages = &metadata.packages;
    assert!(packages.len() > 100, "the graph holds more than the workspace");
    let packages = packages.iter().map(|p| (p.name.as_str(), p.version.to_string(), p.license.as_deref()));
    holds("Dependencies may be passed on under the project's licence.", &licences::not_allowed(packages, &allowed));
}

#[test]
fn a_licence_that_is_not_on_the_list_is_found() {
    let allowed = licences::Allowed::read("[licenses]\nallow = [\"MIT\"]\n").expect("this is a list");
    let packages = [
        ("fine", "1.0.0".to_owned(), Some("Apache-2.0 OR MIT")),
        ("strict", "1.0.0".to_owned(), Some("GPL-3.0-only")),
        ("silent", "1.0.0".to_owned(), None),
        ("garbled", "1.0.0".to_owned(), Some("MIT OR")),
    ];
    finds(
        &licences::not_allowed(packages, &allowed),
        &["strict 1.0.0 is under `GPL-3.0-only`", "silent 1.0.0 names no licence", "garbled 1.0.0: cannot read"],
    );
}

#[test]
fn no_file_names_a_path_of_one_machine() {
    holds("The project is the same on every machine.", &files::machine_paths(&workspace::text_files()));
}

#[test]
fn a_path_of_one_machine_is_found() {
    let line = |path: &str| (PathBuf::from("notes.md"), format!("fine: network/x, shared/x\nsee {path}models\n"));
    for path in [concat!("/wo", "rk/"), concat!("../sha", "red/"), concat!("/root", "/.cache/")] {
        finds(&files::machine_paths(&[line(path)]), &["notes.md:2"]);
    }
    finds(&files::machine_paths(&[line("")]), &[]);
}

fn sentences() -> BTreeMap<String, BTreeSet<String>> {
    let folder = workspace::root().join(words::ENGLISH);
    let files =
        std::fs::read_dir(&folder).expect("the sentences are there").map(|entry| entry.expect("readable").path());
    files.flat_map(|file| words::sentences(&std::fs::read_to_string(file).expect("a file of sentences"))).collect()
}

#[test]
fn what_the_window_says_is_in_the_files_of_the_languages() {
    let (sources, sentences) = (workspace::sources(), sentences());
    holds("A sentence that is said is there, with what is put into it.", &words::unknown(&sources, &sentences));
    holds("A sentence that is there is said.", &words::unsaid(&sources, &sentences));
    holds("What a person reads stands in the files of the languages.", &words::in_code(&sources));
}

#[test]
fn a_sentence_in_code_is_found_and_so_is_one_that_is_not_there() {
    let sentences =
        words::sentences("# a note\nhello = Hello\nleft = { $count ->\n    [one] One\n   *[other] { $n }\n}\n");
    assert_eq!(sentences["left"], ["count", "n"].map(str::to_owned).into());
    let code = r#"fn f() { tr!("hello"); tr!("left", count = g("a, b"), n = [1, 2].len()); tr!("gone"); tr!("left", n = 1);
        ui.label("two words"); tracing::error!("not shown here {}", f(")")); ui.label("one"); ui.label(format!("{} px", x)); }"#;
    let sources = [source("app/src/screens/x.rs", code), source("app/src/cli/x.rs", r#"print("two words")"#)];
    finds(&words::unknown(&sources, &sentences), &["no sentence `gone`", "`left` asks for"]);
    finds(&words::in_code(&sources), &["“two words”"]);
    finds(&words::unsaid(&sources[1..], &sentences), &["`hello`", "`left`"]);
}

#[test]
fn a_subcommand_bears_the_name_of_its_use_case() {
    let paths: Vec<PathBuf> = workspace::text_files().into_iter().map(|(path, _)| path).collect();
    holds("A feature is found by walking straight up.", &names::without_use_case(&paths));
}

#[test]
fn a_subcommand_with_a_name_of_its_own_is_found() {
    let paths = |list: &[&str]| list.iter().map(PathBuf::from).collect::<Vec<_>>();
    let some = paths(&[
        "core/project/src/lib.rs",
        "core/project/src/import.rs",
        "core/project/src/agree/pairs.rs",
        "app/src/cli/mod.rs",
        "app/src/cli/import.rs",
        "app/src/cli/agree.rs",
        "app/src/cli/agreement.rs",
    ]);
    finds(&names::without_use_case(&some), &["app/src/cli/agreement has no use case"]);
    finds(&names::without_use_case(&paths(&["core/project/src/lib.rs", "app/src/cli/agreement.rs"])), &[]);
}
