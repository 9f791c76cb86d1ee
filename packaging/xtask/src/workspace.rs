//! Where the workspace lies, and the one shape in which `demo` and `test` build it.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::exec;

/// The root folder of the workspace: two above this package.
pub(crate) fn root() -> PathBuf {
    // Cargo names the package's folder at run time; the one known when xtask was built is for a start without cargo.
    let package = std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
    let package = PathBuf::from(package);
    package.ancestors().nth(2).map_or_else(|| package.clone(), Path::to_path_buf)
}

/// The command that builds the application for `demo`.
///
/// `cargo test --workspace` resolves features over all members with their development dependencies. A plain build of
/// the application leaves those out, gets other features (egui_kittest asks more of wgpu, proptest of regex-syntax),
/// and everything above would be built a second time for the tests. Selecting the whole workspace, and one test beside
/// the application, resolves exactly as the tests do; the test named is xtask's own, which has no dependencies.
pub(crate) fn build(root: &Path) -> Command {
    let mut command = exec::cargo(root);
    command.args(["build", "--locked", "--workspace", "--bin", "concord", "--test", "xtask_cli"]);
    command
}

/// The application as [`build`] leaves it: beside xtask itself, which cargo put into the same folder.
pub(crate) fn application() -> std::io::Result<PathBuf> {
    let own = std::env::current_exe()?;
    Ok(own.with_file_name(format!("concord{}", std::env::consts::EXE_SUFFIX)))
}

/// The path as it is shown and passed on: relative where it lies below the current folder. One that lies directly in it
/// starts with a dot, because a program named by a bare word is looked up elsewhere.
pub(crate) fn shown(path: &Path) -> PathBuf {
    let here = std::env::current_dir().ok();
    let below = here.and_then(|here| path.strip_prefix(here).ok().map(Path::to_path_buf));
    match below {
        Some(below) if below.components().count() > 1 => below,
        Some(below) if below.components().count() == 1 => Path::new(".").join(below),
        _ => path.to_path_buf(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_root_holds_the_workspace() {
        let text = std::fs::read_to_string(root().join("Cargo.toml")).expect("the root has a manifest");
        assert!(text.contains("[workspace]"));
    }

    #[test]
    fn the_application_lies_beside_xtask() {
        let path = application().expect("a test knows its own program");
        assert_eq!(path.file_stem().and_then(|name| name.to_str()), Some("concord"));
    }

    #[test]
    fn paths_below_the_current_folder_are_shown_short() {
        let here = std::env::current_dir().expect("a test has a current folder");
        assert_eq!(shown(&here.join("target/demo")), PathBuf::from("target/demo"));
        assert_eq!(shown(&here.join("concord")), PathBuf::from("./concord"));
        assert_eq!(shown(&here), here);
        assert_eq!(shown(Path::new("elsewhere/x")), PathBuf::from("elsewhere/x"));
    }
}
