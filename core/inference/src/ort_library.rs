//! Where ONNX Runtime's shared library may lie, and the one time a process loads it.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use ort::environment::Environment;
use ort::logging::LogLevel;

use crate::engine::{Engine, EngineError, EngineStatus};
use crate::ort_engine::{How, commit, first_line};
use crate::provider::{Provider, ProviderStatus};

#[cfg(target_os = "windows")]
const FILE_NAME: &str = "onnxruntime.dll";
#[cfg(target_os = "macos")]
const FILE_NAME: &str = "libonnxruntime.dylib";
#[cfg(not(any(target_os = "windows", target_os = "macos")))]
const FILE_NAME: &str = "libonnxruntime.so";

/// Folders of the system that packages and installers use. None on Windows: the `onnxruntime.dll` of its system folder
/// belongs to Windows and is too old.
#[cfg(target_os = "windows")]
const SYSTEM_FOLDERS: &[&str] = &[];
#[cfg(target_os = "macos")]
const SYSTEM_FOLDERS: &[&str] = &["/opt/homebrew/lib", "/usr/local/lib", "/opt/onnxruntime/lib"];
#[cfg(not(any(target_os = "windows", target_os = "macos")))]
const SYSTEM_FOLDERS: &[&str] = &[
    "/usr/local/lib",
    "/opt/onnxruntime/lib",
    "/usr/lib/x86_64-linux-gnu",
    "/usr/lib/aarch64-linux-gnu",
    "/usr/lib64",
    "/usr/lib",
];

/// Where the library may lie, the best place first; none of the paths need exist.
///
/// `setting` is what a person chose and `env_value` the value of `ORT_DYLIB_PATH`, read by the caller; each may name the
/// library or its folder and, when given and not empty, is the only answer (a wrong choice is reported, never replaced
/// by another library). Without either: beside the executable, in its `lib` folder, in `lib` beside its folder, then
/// the folders of the system. In a folder, `libonnxruntime.so` comes first, then versioned names, newest first.
pub fn ort_candidates(setting: Option<&Path>, env_value: Option<OsString>) -> Vec<PathBuf> {
    let chosen = setting
        .map(Path::to_path_buf)
        .or_else(|| env_value.map(PathBuf::from))
        .filter(|path| !path.as_os_str().is_empty());
    if let Some(path) = chosen {
        return if path.is_dir() { in_folder(&path) } else { vec![path] };
    }
    let executable = std::env::current_exe().ok();
    let beside = executable.as_deref().and_then(Path::parent).map(Path::to_path_buf);
    let around = beside.iter().flat_map(|folder| {
        let above = folder.parent().unwrap_or(folder);
        [folder.clone(), folder.join("lib"), above.join("lib"), above.join("Frameworks")]
    });
    around.chain(SYSTEM_FOLDERS.iter().map(PathBuf::from)).flat_map(|folder| in_folder(&folder)).collect()
}

/// The plain name, then every versioned one (`libonnxruntime.so.1.32.0`, `libonnxruntime.1.32.0.dylib`), newest first.
fn in_folder(folder: &Path) -> Vec<PathBuf> {
    let (stem, extension) = FILE_NAME.rsplit_once('.').unwrap_or((FILE_NAME, ""));
    let mut versioned: Vec<(Vec<u32>, PathBuf)> = std::fs::read_dir(folder)
        .into_iter()
        .flatten()
        .filter_map(|entry| {
            let name = entry.ok()?.file_name().into_string().ok()?;
            let version = name
                .strip_prefix(FILE_NAME)
                .or_else(|| name.strip_prefix(stem)?.strip_suffix(extension)?.strip_suffix('.'))?
                .strip_prefix('.')?;
            let numbers = version.split('.').map(str::parse).collect::<Result<Vec<u32>, _>>().ok()?;
            Some((numbers, folder.join(name)))
        })
        .collect();
    versioned.sort_by(|a, b| b.cmp(a));
    std::iter::once(folder.join(FILE_NAME)).chain(versioned.into_iter().map(|(_, path)| path)).collect()
}

/// The library this process has loaded; it stays until the process ends.
#[derive(Clone)]
pub(crate) struct Runtime {
    pub(crate) environment: Environment,
    library: PathBuf,
    version: Option<String>,
}

static RUNTIME: Mutex<Option<Runtime>> = Mutex::new(None);

/// The loaded library, loading it now if none is.
pub(crate) fn runtime(ort_library: Option<&Path>) -> Result<Runtime, EngineError> {
    let unavailable = |reason| EngineError::Unavailable { engine: Engine::OnnxRuntime, reason };
    let candidates = ort_candidates(ort_library, None);
    let found: Vec<&PathBuf> = candidates.iter().filter(|path| path.is_file()).collect();
    if let (true, Some(chosen)) = (found.is_empty(), ort_library) {
        return Err(unavailable(format!("there is no library at {}", chosen.display())));
    }
    let mut loaded = RUNTIME.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(runtime) = loaded.as_ref() {
        return Ok(runtime.clone());
    }
    let mut reasons = Vec::new();
    for path in found {
        match load(path) {
            Ok(runtime) => return Ok(loaded.insert(runtime).clone()),
            Err(reason) => reasons.push(reason),
        }
    }
    if reasons.is_empty() {
        reasons.push(format!("{FILE_NAME} was not found beside the program or in the usual places; set its path"));
    }
    Err(unavailable(reasons.join("; ")))
}

fn load(path: &Path) -> Result<Runtime, String> {
    let library = path.canonicalize().map_err(|error| format!("{} cannot be opened: {error}", path.display()))?;
    let environment = ort::init_from(&library)
        .map_err(|error| error.to_string())?
        .with_name("concord")
        .with_telemetry(false)
        .build()
        .map_err(|error| format!("{} does not start: {error}", path.display()))?;
    // Failures come back as errors; the library must not also write them to the terminal.
    environment.set_log_level(LogLevel::Fatal);
    Ok(Runtime { environment, version: version_in(&library), library })
}

/// The version that stands in a file name such as `libonnxruntime.so.1.32.0`.
fn version_in(library: &Path) -> Option<String> {
    let name = library.file_name()?.to_str()?;
    let start = name.find(|c: char| c.is_ascii_digit())?;
    let version = name[start..].trim_end_matches(|c: char| !c.is_ascii_digit());
    version.contains('.').then(|| version.to_owned())
}

pub(crate) fn status(ort_library: Option<&Path>) -> EngineStatus {
    match runtime(ort_library) {
        Ok(runtime) => EngineStatus {
            engine: Engine::OnnxRuntime,
            available: true,
            reason: reason_of(&runtime.library, ort_library),
            providers: providers(&runtime),
            version: runtime.version,
            library: Some(runtime.library),
        },
        Err(error) => EngineStatus {
            engine: Engine::OnnxRuntime,
            available: false,
            version: None,
            reason: match error {
                EngineError::Unavailable { reason, .. } => reason,
                other => other.to_string(),
            },
            library: ort_library.map(Path::to_path_buf),
            providers: Vec::new(),
        },
    }
}

/// The smallest model there is, to see whether a provider really starts: `y = Identity(x)` of one float.
const SMALLEST: &[u8] = include_bytes!("smallest.onnx");

/// Every provider that the library was built with, each tried by opening a session with it; and the others, for people
/// to see that they are not in it.
fn providers(runtime: &Runtime) -> Vec<ProviderStatus> {
    let status = |provider: Provider| {
        let (available, reason) = if provider.is_built_in() {
            match commit(runtime, SMALLEST, How { provider, threads: 1 }) {
                Ok(_) => (true, "works".to_owned()),
                Err(error) => (false, first_line(&error.to_string()).to_owned()),
            }
        } else {
            (false, "this library was built without it".to_owned())
        };
        ProviderStatus { provider, available, reason }
    };
    Provider::ALL.into_iter().map(status).collect()
}

fn reason_of(loaded: &Path, asked: Option<&Path>) -> String {
    let same = asked.is_none_or(|asked| {
        ort_candidates(Some(asked), None).iter().any(|path| path.canonicalize().is_ok_and(|path| path == loaded))
    });
    if same {
        format!("loaded from {}", loaded.display())
    } else {
        format!("already loaded from {}; another library is used only after a restart", loaded.display())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_setting_wins_over_the_environment_and_nothing_else_is_tried() {
        let setting = Path::new("/nowhere/a.so");
        assert_eq!(ort_candidates(Some(setting), Some("/nowhere/b.so".into())), [setting]);
        assert_eq!(ort_candidates(None, Some("/nowhere/b.so".into())), [Path::new("/nowhere/b.so")]);
    }

    #[test]
    fn an_empty_variable_counts_as_unset() {
        let usual = ort_candidates(None, None);
        assert_eq!(ort_candidates(None, Some(OsString::new())), usual);
        let folder = std::env::current_exe().expect("a test has an executable");
        assert_eq!(usual[0], folder.parent().expect("in a folder").join(FILE_NAME));
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn in_a_folder_the_newest_version_comes_before_older_ones() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        for name in
            ["libonnxruntime.so.1.9.0", "libonnxruntime.so.1.32.0", "libonnxruntime.so.1", "libonnxruntime_x.so"]
        {
            std::fs::write(folder.path().join(name), b"").expect("a file");
        }
        let names: Vec<String> = ort_candidates(Some(folder.path()), None)
            .iter()
            .map(|path| path.file_name().expect("a name").to_string_lossy().into_owned())
            .collect();
        let expect =
            ["libonnxruntime.so", "libonnxruntime.so.1.32.0", "libonnxruntime.so.1.9.0", "libonnxruntime.so.1"];
        assert_eq!(names, expect);
    }

    #[test]
    fn the_version_is_read_from_the_file_name() {
        assert_eq!(version_in(Path::new("/l/libonnxruntime.so.1.32.0")).as_deref(), Some("1.32.0"));
        assert_eq!(version_in(Path::new("/l/libonnxruntime.1.23.2.dylib")).as_deref(), Some("1.23.2"));
        assert_eq!(version_in(Path::new("/l/onnxruntime.dll")), None);
        assert_eq!(version_in(Path::new("/l/libonnxruntime.so.1")), None);
    }
}
