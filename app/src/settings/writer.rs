//! The thread that reads and writes the settings and the keymap file, so that the UI thread never waits for the disk.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use concord_language::{Message, say};
use crossbeam_channel::{Receiver, Sender};

use super::Settings;
use crate::keymap::{UserKeys, file_beside};

/// Writes settings off the UI thread, in the order in which they were handed over.
#[derive(Debug)]
pub struct SettingsWriter {
    queue: Option<Sender<Job>>,
    reports: Receiver<Report>,
    thread: Option<std::thread::JoinHandle<()>>,
}

/// What comes back from the thread.
#[derive(Debug, Clone, PartialEq)]
pub enum Report {
    /// The text of the keymap file, as was asked.
    Keymap(String),
    /// A file could not be read or written.
    Failed {
        /// What was attempted, as in "Saving the keys".
        doing: Message,
        /// The file.
        path: PathBuf,
        /// Why.
        why: String,
    },
}

#[derive(Debug)]
enum Job {
    Settings(Box<Settings>),
    Keymap(Box<UserKeys>),
    ReadKeymap,
}

impl SettingsWriter {
    /// Starts the thread; without a path, or when it cannot start, nothing is remembered. `wake` is called when there is
    /// a report.
    pub fn start(path: Option<PathBuf>, wake: impl Fn() + Send + 'static) -> Self {
        let (report, reports) = crossbeam_channel::unbounded();
        let Some(path) = path else { return Self { queue: None, reports, thread: None } };
        let (queue, waiting) = crossbeam_channel::bounded::<Job>(16);
        let work = move || {
            while let Ok(first) = waiting.recv() {
                for told in serve(&path, std::iter::once(first).chain(waiting.try_iter())) {
                    if report.send(told).is_ok() {
                        wake();
                    }
                }
            }
        };
        let thread = std::thread::Builder::new().name("settings".to_owned()).spawn(work).ok();
        Self { queue: Some(queue), reports, thread }
    }

    /// Hands settings over; false when the queue is full and it must be tried again.
    pub fn save(&self, settings: &Settings) -> bool {
        self.send(|| Job::Settings(Box::new(settings.clone())))
    }

    /// Hands a person's keys over; false when the queue is full and it must be tried again.
    pub fn save_keymap(&self, keys: &UserKeys) -> bool {
        self.send(|| Job::Keymap(Box::new(keys.clone())))
    }

    /// Asks for the text of the keymap file; false when the queue is full and it must be tried again.
    pub fn read_keymap(&self) -> bool {
        self.send(|| Job::ReadKeymap)
    }

    /// What came back since it was last asked.
    pub fn reports(&self) -> Vec<Report> {
        self.reports.try_iter().collect()
    }

    fn send(&self, job: impl FnOnce() -> Job) -> bool {
        self.queue.as_ref().is_none_or(|queue| queue.try_send(job()).is_ok())
    }
}

impl Drop for SettingsWriter {
    fn drop(&mut self) {
        drop(self.queue.take());
        if let Some(thread) = self.thread.take() {
            // A writer that panicked has nothing left to save.
            let _ = thread.join();
        }
    }
}

/// Does what waits: of what is written only the latest counts, and what is read is read after it.
fn serve(path: &Path, jobs: impl Iterator<Item = Job>) -> Vec<Report> {
    let (mut settings, mut keymap, mut reads) = (None, None, false);
    for job in jobs {
        match job {
            Job::Settings(newer) => settings = Some(newer),
            Job::Keymap(newer) => keymap = Some(newer),
            Job::ReadKeymap => reads = true,
        }
    }
    let keys = file_beside(path);
    let mut reports = Vec::new();
    let failed = |doing: Message, path: &Path, error: &std::io::Error| {
        tracing::warn!("{doing} failed: {}: {error}", path.display());
        Report::Failed { doing, path: path.to_owned(), why: error.to_string() }
    };
    if let Some(Err(error)) = settings.map(|settings| write(path, &settings)) {
        reports.push(failed(say!("shell-saving-settings"), path, &error));
    }
    if let Some(Err(error)) = keymap.map(|keymap| write_keymap(&keys, &keymap)) {
        reports.push(failed(say!("shell-saving-keys"), &keys, &error));
    }
    if reads {
        reports.push(match read_keymap(&keys) {
            Ok(text) => Report::Keymap(text),
            Err(error) => failed(say!("doing-read-keymap"), &keys, &error),
        });
    }
    reports
}

/// The text of a keymap file; empty when there is none. Bytes that are no UTF-8 are replaced, so that their line is told.
pub fn read_keymap(path: &Path) -> std::io::Result<String> {
    match std::fs::read(path) {
        Ok(bytes) => Ok(String::from_utf8_lossy(&bytes).into_owned()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(String::new()),
        Err(error) => Err(error),
    }
}

fn write(path: &Path, settings: &Settings) -> std::io::Result<()> {
    replace(path, &toml::to_string(settings).map_err(std::io::Error::other)?)
}

/// Writes a keymap file. One that a person wrote, with remarks or with lines that could not be used, is kept beside it.
fn write_keymap(path: &Path, keys: &UserKeys) -> std::io::Result<()> {
    let old = read_keymap(path)?;
    if !old.is_empty() && UserKeys::read("", &old).0.render() != old {
        std::fs::copy(path, path.with_extension("toml.bak"))?;
    }
    replace(path, &keys.render())
}

/// Puts a text in place of a file: whoever reads it sees the old or the new one, also after a loss of power.
fn replace(path: &Path, text: &str) -> std::io::Result<()> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let new = path.with_extension("toml.new");
    let mut file = std::fs::File::create(&new)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    std::fs::rename(&new, path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_saved_and_read_and_a_persons_own_file_is_kept() {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let path = dir.path().join("settings.toml");
        let written = "# mine\n[keys]\nfit = [\"0\"]\n";
        std::fs::write(file_beside(&path), written).expect("the folder is writable");
        let (keys, _) = UserKeys::read("", "preset = \"cvat\"\n[keys]\nundo = [\"U\"]\n");
        let writer = SettingsWriter::start(Some(path.clone()), || ());
        assert!(writer.save_keymap(&keys) && writer.read_keymap());
        let reports = writer.reports.clone();
        drop(writer);
        assert_eq!(reports.try_iter().collect::<Vec<_>>(), [Report::Keymap(keys.render())]);
        let kept = std::fs::read_to_string(dir.path().join("keymap.toml.bak")).expect("it was kept");
        assert_eq!(kept, written);
        std::fs::remove_file(dir.path().join("keymap.toml.bak")).expect("it can be removed");
        write_keymap(&file_beside(&path), &UserKeys::default()).expect("the folder is writable");
        assert!(!dir.path().join("keymap.toml.bak").exists(), "what the app wrote itself is not kept");
    }

    #[test]
    fn a_file_that_cannot_be_written_is_told() {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let blocked = dir.path().join("file");
        std::fs::write(&blocked, "").expect("the folder is writable");
        let writer = SettingsWriter::start(Some(blocked.join("settings.toml")), || ());
        assert!(writer.save_keymap(&UserKeys::default()));
        let reports = writer.reports.clone();
        drop(writer);
        let told: Vec<Report> = reports.try_iter().collect();
        let [Report::Failed { doing, path, .. }] = &told[..] else { panic!("one failure is told: {told:?}") };
        assert_eq!(doing.to_string(), "Saving the keys");
        assert!(path.starts_with(&blocked));
    }
}
