//! Whether a window could open: a display that is named and answers.

use std::path::{Path, PathBuf};

/// The display a window would open on, or why there is none.
pub(crate) fn find() -> Result<String, String> {
    if !cfg!(target_os = "linux") {
        return Ok("the desktop".to_owned());
    }
    let variable = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let mut tried = Vec::new();
    if let Some(name) = variable("WAYLAND_DISPLAY") {
        match wayland_socket(&name, variable("XDG_RUNTIME_DIR").as_deref()) {
            Some(path) if answers(&path) => return Ok(format!("Wayland display {name}")),
            _ => tried.push(format!("WAYLAND_DISPLAY is {name}, but nothing answers there")),
        }
    }
    if let Some(name) = variable("DISPLAY") {
        match x11_place(&name) {
            Some(place) if place.answers() => return Ok(format!("X11 display {name}")),
            Some(_) => tried.push(format!("DISPLAY is {name}, but nothing answers there")),
            None => tried.push(format!("DISPLAY is {name}, which names no display")),
        }
    }
    if tried.is_empty() {
        tried.push("neither DISPLAY nor WAYLAND_DISPLAY is set".to_owned());
    }
    Err(tried.join("; "))
}

/// Where an X server listens.
#[derive(Debug, PartialEq, Eq)]
enum X11Place {
    /// The server of this machine with this number.
    Local(u16),
    /// A server over the network, or through a tunnel.
    Remote(String, u16),
}

/// Reads `[host]:number[.screen]`; a host of `unix` is this machine too.
fn x11_place(display: &str) -> Option<X11Place> {
    let (host, rest) = display.rsplit_once(':')?;
    let number: u16 = rest.split('.').next()?.parse().ok()?;
    Some(match host {
        "" | "unix" => X11Place::Local(number),
        host => X11Place::Remote(host.to_owned(), number),
    })
}

impl X11Place {
    fn answers(&self) -> bool {
        match self {
            Self::Local(number) => {
                answers(Path::new(&format!("/tmp/.X11-unix/X{number}"))) || answers_abstract(*number)
            }
            Self::Remote(host, number) => answers_tcp(host, *number),
        }
    }
}

fn wayland_socket(name: &str, runtime: Option<&str>) -> Option<PathBuf> {
    if name.starts_with('/') {
        return Some(PathBuf::from(name));
    }
    Some(Path::new(runtime?).join(name))
}

#[cfg(unix)]
fn answers(socket: &Path) -> bool {
    std::os::unix::net::UnixStream::connect(socket).is_ok()
}

#[cfg(not(unix))]
fn answers(_: &Path) -> bool {
    false
}

/// X servers also listen on a socket without a file, which is what a container without `/tmp/.X11-unix` sees.
#[cfg(target_os = "linux")]
fn answers_abstract(number: u16) -> bool {
    use std::os::linux::net::SocketAddrExt as _;
    use std::os::unix::net::{SocketAddr, UnixStream};
    let address = SocketAddr::from_abstract_name(format!("/tmp/.X11-unix/X{number}"));
    address.is_ok_and(|address| UnixStream::connect_addr(&address).is_ok())
}

#[cfg(not(target_os = "linux"))]
fn answers_abstract(_: u16) -> bool {
    false
}

fn answers_tcp(host: &str, number: u16) -> bool {
    use std::net::{TcpStream, ToSocketAddrs as _};
    let Some(port) = 6000_u16.checked_add(number) else {
        return false;
    };
    let Ok(mut addresses) = (host, port).to_socket_addrs() else {
        return false;
    };
    addresses.any(|address| TcpStream::connect_timeout(&address, std::time::Duration::from_secs(2)).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(display: &str, expect: Option<&X11Place>) {
        assert_eq!(x11_place(display).as_ref(), expect, "{display}");
    }

    #[test]
    fn x11_names_are_read_as_the_x_libraries_do() {
        check(":0", Some(&X11Place::Local(0)));
        check(":99.0", Some(&X11Place::Local(99)));
        check("unix:1", Some(&X11Place::Local(1)));
        check("localhost:10.0", Some(&X11Place::Remote("localhost".into(), 10)));
        check("::1:10", Some(&X11Place::Remote("::1".into(), 10)));
        check("0", None);
        check(":", None);
        check(":x", None);
    }

    #[test]
    fn a_wayland_name_lies_in_the_runtime_folder_unless_it_is_a_path() {
        assert_eq!(wayland_socket("wayland-0", Some("/run/user/1000")), Some("/run/user/1000/wayland-0".into()));
        assert_eq!(wayland_socket("/run/other/w", None), Some("/run/other/w".into()));
        assert_eq!(wayland_socket("wayland-0", None), None);
    }

    #[cfg(unix)]
    #[test]
    fn only_a_socket_with_somebody_behind_it_answers() {
        let path = std::env::temp_dir().join(format!("xtask-display-{}", std::process::id()));
        assert!(!answers(&path));
        let listener = std::os::unix::net::UnixListener::bind(&path).expect("the temporary folder can be written");
        assert!(answers(&path));
        drop(listener);
        assert!(!answers(&path));
        std::fs::remove_file(&path).expect("the temporary folder can be written");
    }
}
