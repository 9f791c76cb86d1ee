//! Which system this is and which of its packages are installed: the parsing, apart from the asking.

use std::collections::BTreeSet;

/// What matters of the operating system for installing packages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Family {
    /// Debian, Ubuntu and their relatives: apt-get installs.
    Debian,
    /// Fedora and its relatives.
    Fedora,
    /// Arch and its relatives.
    Arch,
    /// Another system with Linux under it.
    OtherLinux,
    /// macOS or Windows, which bring everything the application opens at run time.
    Desktop,
}

impl Family {
    /// The family of the system we run on.
    pub(crate) fn here() -> Self {
        if !cfg!(target_os = "linux") {
            return Self::Desktop;
        }
        let text = std::fs::read_to_string("/etc/os-release").unwrap_or_default();
        Self::from_os_release(&text)
    }

    /// Reads the text of an os-release file: `ID` first, then the relatives named in `ID_LIKE`.
    pub(crate) fn from_os_release(text: &str) -> Self {
        let names = [field(text, "ID"), field(text, "ID_LIKE")];
        for name in names.iter().flat_map(|value| value.split_whitespace()) {
            match name {
                "debian" | "ubuntu" => return Self::Debian,
                "fedora" | "rhel" | "centos" => return Self::Fedora,
                "arch" => return Self::Arch,
                _ => {}
            }
        }
        Self::OtherLinux
    }
}

fn field(text: &str, name: &str) -> String {
    let value = text.lines().find_map(|line| line.trim().strip_prefix(name)?.strip_prefix('='));
    value.unwrap_or_default().trim().trim_matches(['"', '\'']).to_owned()
}

/// The format in which dpkg-query is asked; [`installed`] reads it.
pub(crate) const DPKG_FORMAT: &str = "${Package}\t${Architecture}\t${db:Status-Status}\n";

/// The packages that are installed for this architecture, from the answer of `dpkg-query --show`.
///
/// A package of another architecture does not count: its libraries cannot be opened by our program. One that was removed
/// but left its configuration is listed too, under another status.
pub(crate) fn installed(answer: &str, architecture: &str) -> BTreeSet<String> {
    let rows = answer.lines().filter_map(|line| {
        let mut columns = line.split('\t').map(str::trim);
        Some((columns.next()?, columns.next()?, columns.next()?))
    });
    rows.filter(|(_, of, status)| *status == "installed" && (*of == architecture || *of == "all"))
        .map(|(package, _, _)| package.to_owned())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(os_release: &str, expect: Family) {
        assert_eq!(Family::from_os_release(os_release), expect, "{os_release}");
    }

    #[test]
    fn families_are_read_from_os_release() {
        check("PRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\nVERSION_ID=\"12\"\nID=debian\n", Family::Debian);
        check("NAME=\"Ubuntu\"\nID=ubuntu\nID_LIKE=debian\n", Family::Debian);
        check("ID=linuxmint\nID_LIKE=\"ubuntu debian\"\n", Family::Debian);
        check("ID=fedora\n", Family::Fedora);
        check("ID=\"rocky\"\nID_LIKE=\"rhel centos fedora\"\n", Family::Fedora);
        check("ID=endeavouros\nID_LIKE='arch'\n", Family::Arch);
        check("ID=alpine\n", Family::OtherLinux);
        check("", Family::OtherLinux);
    }

    #[test]
    fn a_longer_name_is_not_taken_for_the_field() {
        check("VERSION_ID=debian\nIDENTITY=debian\nID=void\n", Family::OtherLinux);
    }

    #[test]
    fn only_installed_packages_of_this_architecture_count() {
        let answer = "gcc\tamd64\tinstalled\n\
                      libegl1\tamd64\tconfig-files\n\
                      libxi6\ti386\tinstalled\n\
                      libxi6\tamd64\tnot-installed\n\
                      xkb-data\tall\tinstalled\n\
                      broken line\n";
        let expect: BTreeSet<String> = ["gcc", "xkb-data"].map(str::to_owned).into();
        assert_eq!(installed(answer, "amd64"), expect);
    }

    #[test]
    fn an_empty_answer_means_nothing_is_installed() {
        assert!(installed("", "amd64").is_empty());
    }
}
