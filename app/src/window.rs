//! The window: how it is opened, and what it is given from outside.

use std::path::{Path, PathBuf};

use concord_language::Language;
use concord_project::{Clock, Progress, ProjectError};

use crate::app::App;

/// Makes the sample project in a folder; long, and to be stopped by its progress.
pub type CreateSample = fn(&Path, &Progress) -> Result<(), ProjectError>;

/// What the app is given from outside. Nothing else of it reads the environment or the clock.
#[derive(Debug, Clone)]
pub struct Options {
    /// The file of the settings; without one nothing is remembered.
    pub settings_file: Option<PathBuf>,
    /// A folder for what the app makes by itself: the sample project.
    pub data_dir: Option<PathBuf>,
    /// Who is at the desk; the remembered name when it is left out.
    pub annotator: Option<String>,
    /// Who is at the desk when nobody is named or remembered: the name of the account.
    pub account: String,
    /// The name of the workstation in the log.
    pub device: String,
    /// Tells the time in milliseconds since 1970 UTC.
    pub clock: Clock,
    /// The language of the system, which is spoken unless a person chose another.
    pub system_language: Language,
    /// Makes the sample project.
    pub create_sample: Option<CreateSample>,
    /// ONNX Runtime's library for projects that name none.
    pub onnxruntime: Option<PathBuf>,
    /// The program that tries a model in a process of its own before the window opens it; without one the window tries
    /// it itself.
    pub trial: Option<PathBuf>,
}

/// Why the window could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum WindowError {
    /// There is no display, or no graphics adapter that can draw.
    #[error(
        "the window could not be opened: {0}. Check that a display is there (on Linux the variable DISPLAY or \
         WAYLAND_DISPLAY) and a Vulkan or OpenGL driver; the command line works without them"
    )]
    NoDisplay(String),
}

impl Default for Options {
    /// The places and names that the platform gives.
    fn default() -> Self {
        Self {
            settings_file: folder(Home::Config).map(|dir| dir.join("concord/settings.toml")),
            data_dir: folder(Home::Data).map(|dir| dir.join("concord")),
            annotator: None,
            account: account(),
            device: "workstation".to_owned(),
            clock: || jiff::Timestamp::now().as_millisecond(),
            system_language: Language::English,
            create_sample: None,
            onnxruntime: None,
            trial: None,
        }
    }
}

/// The language of the system; English where the system names none that is there.
pub fn system_language() -> Language {
    sys_locale::get_locales().find_map(|tag| Language::of_tag(&tag)).unwrap_or_default()
}

/// The name under which the person is known to the system.
fn account() -> String {
    let named = |name: &str| std::env::var(name).ok().filter(|n| !n.trim().is_empty());
    named("USER").or_else(|| named("USERNAME")).unwrap_or_else(|| "annotator".to_owned())
}

#[derive(Clone, Copy)]
enum Home {
    Config,
    Data,
}

/// The platform's folder for configuration or data of a person.
fn folder(home: Home) -> Option<PathBuf> {
    let var = |name: &str| std::env::var_os(name).map(PathBuf::from).filter(|p| p.is_absolute());
    if cfg!(windows) {
        return var(if matches!(home, Home::Config) { "APPDATA" } else { "LOCALAPPDATA" });
    }
    if cfg!(target_os = "macos") {
        return var("HOME").map(|dir| dir.join("Library/Application Support"));
    }
    match home {
        Home::Config => var("XDG_CONFIG_HOME").or_else(|| var("HOME").map(|dir| dir.join(".config"))),
        Home::Data => var("XDG_DATA_HOME").or_else(|| var("HOME").map(|dir| dir.join(".local/share"))),
    }
}

impl eframe::App for App {
    fn ui(&mut self, ui: &mut egui::Ui, _frame: &mut eframe::Frame) {
        self.frame(ui);
    }
}

/// Opens the window and returns when it is closed; with a project, opens that at once.
pub fn open(project: Option<PathBuf>, options: Options) -> Result<(), WindowError> {
    let viewport = egui::ViewportBuilder::default()
        .with_title("Concord")
        .with_app_id("concord")
        .with_inner_size([1280.0, 800.0])
        .with_min_inner_size([960.0, 600.0]);
    let native = eframe::NativeOptions { viewport, persist_window: false, ..eframe::NativeOptions::default() };
    let create: eframe::AppCreator<'_> = Box::new(move |creation| {
        if let Some(state) = &creation.wgpu_render_state {
            concord_widgets::canvas::gpu::install(state);
        }
        Ok(Box::new(App::new(&creation.egui_ctx, options, project)))
    });
    eframe::run_native("Concord", native, create).map_err(|error| WindowError::NoDisplay(error.to_string()))
}
