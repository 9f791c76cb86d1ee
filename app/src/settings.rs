//! What the app remembers between starts: recent projects, the name at the desk, how things look.

use std::path::{Path, PathBuf};

use concord_widgets::colormap::ColorMap;
use concord_widgets::theme::ThemeKind;
use crossbeam_channel::Sender;
use serde::{Deserialize, Serialize};

/// Most recent projects that are remembered.
const MOST_RECENT: usize = 10;
/// Smallest and largest interface scale.
const SCALE: (f32, f32) = (0.6, 2.5);

/// The settings file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// Project folders, the latest first.
    pub recent: Vec<PathBuf>,
    /// The name under which decisions are logged.
    pub annotator: String,
    /// "dark", "light" or "high-contrast".
    theme: String,
    /// Scale of the interface, 1 for ordinary.
    scale: f32,
    /// Lowest score of a suggestion that is shown, in `[0, 1]`.
    pub threshold: f64,
    /// How much of the saliency is mixed in, in `[0, 1]`.
    pub saliency_opacity: f32,
    /// Colours of the saliency: "Viridis", "Inferno" or "Turbo".
    color_map: String,
    /// Whether suggestions are shown.
    pub suggestions: bool,
    /// Whether the guideline is shown.
    pub guideline: bool,
    /// Whether the crosshair is shown.
    pub crosshair: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            recent: vec![],
            annotator: String::new(),
            theme: "dark".to_owned(),
            scale: 1.0,
            threshold: 0.5,
            saliency_opacity: 0.5,
            color_map: ColorMap::Viridis.name().to_owned(),
            suggestions: true,
            guideline: true,
            crosshair: true,
        }
    }
}

impl Settings {
    /// Reads the file; what is missing or unreadable has its default value.
    pub fn read(path: &Path) -> Self {
        let text = std::fs::read_to_string(path).unwrap_or_default();
        let mut settings: Self = toml::from_str(&text).unwrap_or_default();
        settings.set_scale(settings.scale);
        settings.threshold = if settings.threshold.is_finite() { settings.threshold.clamp(0.0, 1.0) } else { 0.5 };
        settings
    }

    /// Puts a project at the top of the recent ones.
    pub fn remember(&mut self, project: &Path) {
        self.recent.retain(|p| p != project);
        self.recent.insert(0, project.to_owned());
        self.recent.truncate(MOST_RECENT);
    }

    /// The look; dark when the file names none that is known.
    pub fn theme(&self) -> ThemeKind {
        match self.theme.as_str() {
            "light" => ThemeKind::Light,
            "high-contrast" => ThemeKind::HighContrast,
            _ => ThemeKind::Dark,
        }
    }

    /// Changes the look.
    pub fn set_theme(&mut self, kind: ThemeKind) {
        let name = match kind {
            ThemeKind::Dark => "dark",
            ThemeKind::Light => "light",
            ThemeKind::HighContrast => "high-contrast",
        };
        name.clone_into(&mut self.theme);
    }

    /// Scale of the interface.
    pub fn scale(&self) -> f32 {
        self.scale
    }

    /// Changes the scale; brought into the range that can be used.
    pub fn set_scale(&mut self, scale: f32) {
        self.scale = if scale.is_finite() { scale.clamp(SCALE.0, SCALE.1) } else { 1.0 };
    }

    /// Colours of the saliency.
    pub fn color_map(&self) -> ColorMap {
        ColorMap::ALL.into_iter().find(|m| m.name() == self.color_map).unwrap_or_default()
    }

    /// Changes the colours of the saliency.
    pub fn set_color_map(&mut self, map: ColorMap) {
        map.name().clone_into(&mut self.color_map);
    }
}

/// Writes settings off the UI thread, in the order in which they were handed over.
#[derive(Debug)]
pub struct SettingsWriter {
    queue: Option<Sender<Settings>>,
    thread: Option<std::thread::JoinHandle<()>>,
}

impl SettingsWriter {
    /// Starts the writing thread; without a path, or when it cannot start, nothing is remembered.
    pub fn start(path: Option<PathBuf>) -> Self {
        let Some(path) = path else { return Self { queue: None, thread: None } };
        let (queue, waiting) = crossbeam_channel::bounded::<Settings>(16);
        let write = move || {
            while let Ok(mut settings) = waiting.recv() {
                // Only the latest counts.
                while let Ok(newer) = waiting.try_recv() {
                    settings = newer;
                }
                if let Err(error) = write(&path, &settings) {
                    tracing::warn!("settings were not saved to {}: {error}", path.display());
                }
            }
        };
        let thread = std::thread::Builder::new().name("settings".to_owned()).spawn(write).ok();
        Self { queue: Some(queue), thread }
    }

    /// Hands settings over; false when the queue is full and it must be tried again.
    pub fn save(&self, settings: &Settings) -> bool {
        self.queue.as_ref().is_none_or(|queue| queue.try_send(settings.clone()).is_ok())
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

fn write(path: &Path, settings: &Settings) -> std::io::Result<()> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let text = toml::to_string(settings).map_err(std::io::Error::other)?;
    let new = path.with_extension("toml.new");
    std::fs::write(&new, text)?;
    std::fs::rename(&new, path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_are_read_as_they_were_written() {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let path = dir.path().join("deep/settings.toml");
        let mut settings = Settings { annotator: "Ada".to_owned(), ..Settings::default() };
        settings.set_theme(ThemeKind::Light);
        settings.set_scale(9.0);
        settings.remember(Path::new("/a"));
        settings.remember(Path::new("/b"));
        settings.remember(Path::new("/a"));
        let writer = SettingsWriter::start(Some(path.clone()));
        assert!(writer.save(&settings));
        drop(writer);
        let read = Settings::read(&path);
        assert_eq!(read, settings);
        assert_eq!((read.theme(), read.scale()), (ThemeKind::Light, 2.5));
        assert_eq!(read.recent, [PathBuf::from("/a"), PathBuf::from("/b")]);
    }

    #[test]
    fn a_broken_file_gives_the_defaults() {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let path = dir.path().join("settings.toml");
        std::fs::write(&path, "recent = 7").expect("the folder is writable");
        assert_eq!(Settings::read(&path), Settings::default());
        assert_eq!(Settings::read(&dir.path().join("none")), Settings::default());
    }
}
