//! What cargo and the file system know of the workspace.

use std::path::{Path, PathBuf};
use std::process::Command;

use cargo_metadata::{DependencyKind, Metadata, MetadataCommand};

use crate::source::Source;

/// How a dependency is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    /// In the package itself or in its build script.
    Normal,
    /// Only in its tests and benchmarks.
    Test,
}

/// One package of the workspace with the packages it names.
#[derive(Clone, Debug)]
pub struct Member {
    /// Package name.
    pub name: String,
    /// Names of the packages it depends on, by their names in the registry, in the order of the manifest.
    pub dependencies: Vec<(String, Use)>,
}

/// The root folder of the workspace: two above this package.
pub fn root() -> PathBuf {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    package.ancestors().nth(2).map_or_else(|| package.to_path_buf(), Path::to_path_buf)
}

/// The packages of the workspace, as their manifests describe them. Needs no network and no downloaded dependency.
///
/// # Panics
///
/// When cargo cannot read the workspace.
pub fn members() -> Vec<Member> {
    let mut command = MetadataCommand::new();
    command.manifest_path(root().join("Cargo.toml")).no_deps().other_options(vec!["--offline".to_owned()]);
    let metadata = command.exec().expect("cargo metadata reads the workspace without the network");
    metadata.packages.iter().map(member).collect()
}

fn member(package: &cargo_metadata::Package) -> Member {
    let dependencies = package.dependencies.iter().map(|dependency| {
        let kind = if dependency.kind == DependencyKind::Development { Use::Test } else { Use::Normal };
        (dependency.name.clone(), kind)
    });
    Member { name: package.name.to_string(), dependencies: dependencies.collect() }
}

/// Every package in the graph of the workspace, dependencies for all platforms included where they have been downloaded,
/// else those for this platform.
///
/// # Panics
///
/// When not even those for this platform are known, which cannot be where this code was built.
pub fn all_packages() -> Metadata {
    let metadata = |extra: &[String]| {
        let options = ["--offline".to_owned()].into_iter().chain(extra.iter().cloned()).collect::<Vec<_>>();
        MetadataCommand::new().manifest_path(root().join("Cargo.toml")).other_options(options).exec()
    };
    metadata(&[])
        .or_else(|_| metadata(&["--filter-platform".to_owned(), host()]))
        .expect("cargo metadata knows what this test was built from")
}

fn host() -> String {
    let program = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = Command::new(program).arg("-vV").output().expect("the compiler that built this test is there");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let host = text.lines().find_map(|line| line.strip_prefix("host: "));
    host.expect("rustc -vV names its host").to_owned()
}

/// Every file of the project as (path relative to the root, text), in order of path. Left out: what is built or generated
/// (`target`, the generated sample project), the repository's own folder, and files that are not text.
///
/// # Panics
///
/// When a folder of the project cannot be read.
pub fn text_files() -> Vec<(PathBuf, String)> {
    let root = root();
    let mut files = Vec::new();
    collect(&root, &root, &mut files);
    files.sort();
    files
}

/// The Rust files among [`text_files`], read for the rules.
pub fn sources() -> Vec<Source> {
    let rust = |path: &Path| path.extension().is_some_and(|extension| extension == "rs");
    text_files().into_iter().filter(|(path, _)| rust(path)).map(|(path, text)| Source::new(path, &text)).collect()
}

const LEFT_OUT: &[&str] = &["target", ".git", "sample-projects/conveyor/project"];

fn collect(root: &Path, folder: &Path, files: &mut Vec<(PathBuf, String)>) {
    let entries = std::fs::read_dir(folder).expect("every folder of the project can be read");
    for entry in entries.flatten() {
        let path = entry.path();
        let below = path.strip_prefix(root).unwrap_or(&path);
        let Ok(kind) = entry.file_type() else {
            continue;
        };
        if LEFT_OUT.iter().any(|left_out| below == Path::new(left_out)) {
            continue;
        }
        if kind.is_dir() {
            collect(root, &path, files);
        } else if kind.is_file()
            && let Ok(text) = std::fs::read_to_string(&path)
        {
            files.push((below.to_path_buf(), text));
        }
    }
}
