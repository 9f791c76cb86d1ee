//! What the app remembers between starts: recent projects, the name at the desk, how things look.

mod memory;
mod writer;

use std::path::{Path, PathBuf};

use concord_language::Language;
use concord_widgets::colormap::ColorMap;
use concord_widgets::theme::ThemeKind;
use serde::{Deserialize, Serialize};

use crate::jobs::explain::Kind;

pub use writer::{Report, SettingsWriter, read_keymap};

/// Most recent projects that are remembered.
const MOST_RECENT: usize = 10;
/// Most memory for images unless a person says otherwise: 2 GiB.
const MOST_IMAGE_BYTES: u64 = 2 << 30;
/// Least memory for images that a person can set, in MiB.
const LEAST_IMAGE_MIB: u64 = 64;
/// Taken for the machine's memory where it cannot be told: 4 GiB.
const MEMORY_UNKNOWN: u64 = 4 << 30;
/// Smallest and largest interface scale.
const SCALE: (f32, f32) = (0.75, 2.5);

/// The settings file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[expect(clippy::struct_excessive_bools, reason = "switches that a person sets, each by itself")]
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
    /// Values of the saliency below this are not shown, in `[0, 1]`.
    pub saliency_threshold: f32,
    /// How the saliency is made: "eigencam", "gradcam", "occlusion", "drise" or "imported".
    pub saliency_method: Kind,
    /// Whether occlusion and D-RISE take more and smaller steps.
    pub saliency_fine: bool,
    /// Colours of the saliency: "Viridis", "Inferno" or "Turbo".
    color_map: String,
    /// Whether suggestions are shown.
    pub suggestions: bool,
    /// Whether suggestions of what is labelled already are hidden.
    pub hide_matched: bool,
    /// Whether the guideline is shown.
    pub guideline: bool,
    /// Whether the crosshair is shown.
    pub crosshair: bool,
    /// Whether the minimap is shown while part of the image is out of sight.
    pub minimap: bool,
    /// Whether zoom and place stay when another image of the same size comes.
    pub keep_view: bool,
    /// Memory for images, in MiB; 0 for a quarter of this machine's, at most 2048.
    image_memory_mib: u64,
    /// A pause longer than this is not counted as work, in seconds.
    idle_s: u64,
    /// "full", or "reduced" when nothing fades or slides.
    motion: String,
    /// Name of the pair that answers prompts; the first of the project where it has none of that name.
    pub prompter: String,
    /// Where the panels of the Label screen stand; empty for where they stood at first.
    label_panels: String,
    /// Where those of the Review screen stand, likewise.
    review_panels: String,
    /// Tag of the language, such as "de"; empty for that of the system.
    language: String,
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
            saliency_threshold: 0.0,
            saliency_method: Kind::default(),
            saliency_fine: false,
            color_map: ColorMap::Viridis.name().to_owned(),
            suggestions: true,
            hide_matched: true,
            guideline: true,
            crosshair: true,
            minimap: true,
            keep_view: false,
            image_memory_mib: 0,
            idle_s: concord_domain::activity::IDLE_MS / 1000,
            motion: "full".to_owned(),
            prompter: String::new(),
            label_panels: String::new(),
            review_panels: String::new(),
            language: String::new(),
        }
    }
}

impl Settings {
    /// Reads the file; what is missing or unreadable has its default value.
    pub fn read(path: &Path) -> Self {
        let text = std::fs::read_to_string(path).unwrap_or_default();
        let mut settings: Self = toml::from_str(&text).unwrap_or_default();
        settings.set_scale(settings.scale);
        let unit = |value: f32, otherwise: f32| if value.is_finite() { value.clamp(0.0, 1.0) } else { otherwise };
        settings.saliency_opacity = unit(settings.saliency_opacity, 0.5);
        settings.saliency_threshold = unit(settings.saliency_threshold, 0.0);
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

    /// The language a person chose; `None` for that of the system, or when the file names one that is not there.
    pub fn language(&self) -> Option<Language> {
        Language::of_tag(&self.language)
    }

    /// Chooses a language; `None` for that of the system.
    pub fn set_language(&mut self, language: Option<Language>) {
        language.map_or("", Language::tag).clone_into(&mut self.language);
    }

    /// Where the panels of the Label screen stand, as they were written; empty for where they stood at first.
    pub fn label_panels(&self) -> &str {
        &self.label_panels
    }

    /// Notes where the panels of the Label screen stand.
    pub fn set_label_panels(&mut self, layout: String) {
        self.label_panels = layout;
    }

    /// Where the panels of the Review screen stand; empty for where they stood at first.
    pub fn review_panels(&self) -> &str {
        &self.review_panels
    }

    /// Keeps where the panels of the Review screen stand.
    pub fn set_review_panels(&mut self, layout: String) {
        self.review_panels = layout;
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

    /// Whether everything appears and goes at once, without movement.
    pub fn reduced_motion(&self) -> bool {
        self.motion == "reduced"
    }

    /// Takes movement away or brings it back.
    pub fn set_reduced_motion(&mut self, reduced: bool) {
        let name = if reduced { "reduced" } else { "full" };
        name.clone_into(&mut self.motion);
    }

    /// Bytes that images may take in memory.
    pub fn image_bytes(&self) -> u64 {
        match self.image_memory_mib {
            0 => (memory::total_bytes().unwrap_or(MEMORY_UNKNOWN) / 4).min(MOST_IMAGE_BYTES),
            mib => mib.max(LEAST_IMAGE_MIB) << 20,
        }
    }

    /// The memory for images that a person set, in MiB; 0 when it is left to the machine's.
    pub fn image_memory_mib(&self) -> u64 {
        self.image_memory_mib
    }

    /// Sets the memory for images, in MiB; 0 leaves it to the machine's.
    pub fn set_image_memory_mib(&mut self, mib: u64) {
        self.image_memory_mib = mib;
    }

    /// Sets the longest pause that counts as work, in seconds.
    pub fn set_idle_s(&mut self, seconds: u64) {
        self.idle_s = seconds.clamp(1, 3600);
    }

    /// The longest pause that counts as work, in milliseconds.
    pub fn idle_ms(&self) -> u64 {
        self.idle_s.clamp(1, 3600) * 1000
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_are_read_as_they_were_written() {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let path = dir.path().join("deep/settings.toml");
        let mut settings = Settings { annotator: "Ada".to_owned(), ..Settings::default() };
        settings.set_theme(ThemeKind::Light);
        settings.saliency_method = Kind::DRise;
        settings.saliency_threshold = 0.25;
        settings.set_scale(9.0);
        settings.remember(Path::new("/a"));
        settings.remember(Path::new("/b"));
        settings.remember(Path::new("/a"));
        let writer = SettingsWriter::start(Some(path.clone()), || ());
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
