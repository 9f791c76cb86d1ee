//! What the system must bring, why, and how it gets installed where it is missing.

use std::collections::BTreeSet;
use std::io::IsTerminal;
use std::path::Path;
use std::process::Command;

use crate::exec;
use crate::say;
use crate::system::{self, Family};

/// One thing the system must bring, with the name of its package in each family.
#[derive(Debug)]
pub(crate) struct Need {
    debian: &'static str,
    fedora: &'static str,
    arch: &'static str,
    why: &'static str,
}

/// For building: the C code of SQLite and BLAKE3 is compiled with the crates that bundle it.
pub(crate) const COMPILER: &[Need] = &[
    need("gcc", "gcc", "gcc", "compiles the bundled SQLite and the BLAKE3 routines, and links"),
    need("libc6-dev", "glibc-devel", "glibc", "C headers for the same"),
];

/// For drawing without a window, as the tests do.
pub(crate) const RENDERER: &[Need] = &[
    need("libvulkan1", "vulkan-loader", "vulkan-icd-loader", "finds the Vulkan drivers"),
    need("mesa-vulkan-drivers", "mesa-vulkan-drivers", "vulkan-swrast", "draws on the graphics card, or without one"),
];

/// For the window: libraries that are opened at run time.
pub(crate) const WINDOW: &[Need] = &[
    need("libvulkan1", "vulkan-loader", "vulkan-icd-loader", "finds the Vulkan drivers"),
    need("mesa-vulkan-drivers", "mesa-vulkan-drivers", "vulkan-swrast", "draws on the graphics card, or without one"),
    need("libegl1", "libglvnd-egl", "libglvnd", "draws through OpenGL where there is no Vulkan"),
    need("libgl1-mesa-dri", "mesa-dri-drivers", "mesa", "OpenGL drivers"),
    need("libxkbcommon0", "libxkbcommon", "libxkbcommon", "keyboard layouts"),
    need("libxkbcommon-x11-0", "libxkbcommon-x11", "libxkbcommon-x11", "keyboard layouts under X11"),
    need("libx11-xcb1", "libX11-xcb", "libx11", "the window under X11"),
    need("libxcursor1", "libXcursor", "libxcursor", "pointer shapes under X11"),
    need("libxi6", "libXi", "libxi", "pointer and keyboard events under X11"),
    need("libwayland-client0", "libwayland-client", "wayland", "the window under Wayland"),
];

const fn need(debian: &'static str, fedora: &'static str, arch: &'static str, why: &'static str) -> Need {
    Need { debian, fedora, arch, why }
}

impl Need {
    fn name(&self, family: Family) -> &'static str {
        match family {
            Family::Fedora => self.fedora,
            Family::Arch => self.arch,
            Family::Debian | Family::OtherLinux | Family::Desktop => self.debian,
        }
    }
}

/// Makes sure that C code can be compiled. `false`: it cannot, and what to do has been said.
pub(crate) fn compiler() -> bool {
    if compiles() {
        return true;
    }
    match Family::here() {
        Family::Desktop => say::error("no C compiler was found; install the one of your system and start again"),
        family => provide(family, COMPILER),
    }
    let there = compiles();
    if !there {
        say::error("there is still no C compiler that finds its headers; the build cannot start without one");
    }
    there
}

/// Makes sure that these packages are there. A machine on which they cannot be installed is told so, and work goes on:
/// they are opened at run time, and another source may bring them.
pub(crate) fn libraries(needs: &[Need]) {
    match Family::here() {
        Family::Desktop => {}
        family => provide(family, needs),
    }
}

fn compiles() -> bool {
    let program = std::env::var("CC").unwrap_or_else(|_| if cfg!(windows) { "cl" } else { "cc" }.to_owned());
    if cfg!(windows) {
        // The build finds Visual Studio without a prompt of its own, so a missing `cl` says nothing here.
        return true;
    }
    // CC may carry options, as in `CC="ccache cc"`.
    let mut words: Vec<&str> = program.split_whitespace().collect();
    words.extend(["-x", "c", "-E", "-"]);
    words
        .split_first()
        .and_then(|(program, rest)| exec::answer(program, rest, "#include <stdlib.h>\n"))
        .is_some_and(|(fine, _)| fine)
}

fn provide(family: Family, needs: &[Need]) {
    if family != Family::Debian {
        say::line(&advice(family, needs));
        return;
    }
    let Some(present) = present(needs) else {
        say::line(&advice(family, needs));
        return;
    };
    let missing = missing(needs, &present);
    if missing.is_empty() {
        return;
    }
    say::line("Missing on this system:");
    for need in &missing {
        say::line(&format!("  {:22} {}", need.debian, need.why));
    }
    let names: Vec<&str> = missing.iter().map(|need| need.debian).collect();
    if !install(&names) {
        say::error(&format!(
            "could not install them; do it by hand and start again: apt-get install {}",
            names.join(" ")
        ));
    }
}

/// The needs that are not among the installed packages, in their own order.
fn missing<'a>(needs: &'a [Need], installed: &BTreeSet<String>) -> Vec<&'a Need> {
    needs.iter().filter(|need| !installed.contains(need.debian)).collect()
}

/// What to install by hand, for a system on which xtask does not install.
fn advice(family: Family, needs: &[Need]) -> String {
    let command = match family {
        Family::Fedora => "dnf install",
        Family::Arch => "pacman -S --needed",
        Family::Debian | Family::OtherLinux | Family::Desktop => "the packages that Debian calls",
    };
    let mut names: Vec<&str> = Vec::new();
    for need in needs {
        // Two needs can lie in one package of another family.
        if !names.contains(&need.name(family)) {
            names.push(need.name(family));
        }
    }
    format!("Needed, and installed only on Debian and Ubuntu by itself: {command} {}", names.join(" "))
}

fn present(needs: &[Need]) -> Option<BTreeSet<String>> {
    let architecture = exec::ask("dpkg", &["--print-architecture"])?;
    let format = format!("--showformat={}", system::DPKG_FORMAT);
    let mut words = vec!["--show", format.as_str()];
    words.extend(needs.iter().map(|need| need.debian));
    // dpkg-query ends with 1 when it does not know one of the names; what it knows is printed all the same.
    let (_, answer) = exec::answer("dpkg-query", &words, "")?;
    Some(system::installed(&answer, architecture.trim()))
}

fn install(names: &[&str]) -> bool {
    let Some(prefix) = privilege() else {
        say::error("installing needs root, and there is no sudo");
        return false;
    };
    let lists_are_there = has_package_lists(Path::new("/var/lib/apt/lists"));
    if !lists_are_there && apt(&prefix, &["update"]) != 0 {
        return false;
    }
    let mut words = vec!["install", "--yes", "--no-install-recommends"];
    words.extend(names);
    // Old lists name versions that are no longer served: then, and only then, fetch new ones and try once more.
    apt(&prefix, &words) == 0 || (lists_are_there && apt(&prefix, &["update"]) == 0 && apt(&prefix, &words) == 0)
}

fn apt(prefix: &[&str], words: &[&str]) -> u8 {
    let line = [prefix, &["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-o", "DPkg::Lock::Timeout=120"], words];
    let line = line.concat();
    line.split_first().map_or(exec::FAILED, |(program, rest)| exec::run(Command::new(program).args(rest)))
}

/// The words before a command that needs root: none for root, sudo for others; `None` where neither is to be had.
fn privilege() -> Option<Vec<&'static str>> {
    if exec::ask("id", &["-u"]).is_some_and(|user| user.trim() == "0") {
        return Some(Vec::new());
    }
    exec::ask("sudo", &["--version"])?;
    // Without a terminal nobody can type the password, and a question would hang.
    Some(if std::io::stdin().is_terminal() { vec!["sudo"] } else { vec!["sudo", "--non-interactive"] })
}

/// Whether apt-get knows any package; a fresh container image has no lists.
fn has_package_lists(folder: &Path) -> bool {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return false;
    };
    entries.flatten().any(|entry| entry.file_name().to_string_lossy().contains("_Packages"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_installed_is_not_asked_for() {
        let installed: BTreeSet<String> = ["libvulkan1".to_owned()].into();
        let names: Vec<&str> = missing(RENDERER, &installed).iter().map(|need| need.debian).collect();
        assert_eq!(names, ["mesa-vulkan-drivers"]);
        assert_eq!(missing(RENDERER, &BTreeSet::new()).len(), RENDERER.len());
    }

    #[test]
    fn other_families_are_told_their_own_names_once_each() {
        let fedora = advice(Family::Fedora, COMPILER);
        assert!(fedora.ends_with("dnf install gcc glibc-devel"), "{fedora}");
        let doubled = [need("a", "b", "c", ""), need("d", "b", "c", "")];
        let arch = advice(Family::Arch, &doubled);
        assert!(arch.ends_with("pacman -S --needed c"), "{arch}");
        let other = advice(Family::OtherLinux, COMPILER);
        assert!(other.ends_with("the packages that Debian calls gcc libc6-dev"), "{other}");
    }

    #[test]
    fn a_folder_without_lists_means_apt_get_update_comes_first() {
        let folder = std::env::temp_dir().join(format!("xtask-lists-{}", std::process::id()));
        assert!(!has_package_lists(&folder));
        std::fs::create_dir_all(folder.join("partial")).expect("the temporary folder can be written");
        assert!(!has_package_lists(&folder));
        std::fs::write(folder.join("example_dists_stable_main_binary-amd64_Packages.lz4"), "")
            .expect("the temporary folder can be written");
        assert!(has_package_lists(&folder));
        std::fs::remove_dir_all(&folder).expect("the temporary folder can be removed");
    }

    #[test]
    fn every_need_of_the_tests_is_one_of_the_window() {
        for need in RENDERER {
            assert!(WINDOW.iter().any(|other| other.debian == need.debian), "{}", need.debian);
        }
    }
}
