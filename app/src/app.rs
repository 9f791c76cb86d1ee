//! The app: one frame after the other, with one place where state changes.

mod invoke;
mod keys;
mod look;
mod opening;
mod perform;
mod results;

use concord_language::tr;
use concord_widgets::theme;
use egui::Ui;

use crate::actions::{Place, disabled_reason};
use crate::context::{Ask, Asks, Context, Screen, Update, Views};
use crate::error_text::{AppError, explain};
use crate::jobs::Jobs;
use crate::keymap::{self, Holder, Keymap, UserKeys};
use crate::messages::Messages;
use crate::settings::{Settings, SettingsWriter};
use crate::window::Options;
use crate::{screens, shell};

/// The whole app behind a window.
pub struct App {
    context: Context,
    views: Views,
    asks: Asks,
    jobs: Jobs,
    saved: Settings,
    saved_keys: UserKeys,
    writer: SettingsWriter,
    looks: Option<Looks>,
}

/// Everything that decides how the app looks.
type Looks = (theme::ThemeKind, f32, bool);

impl App {
    /// The app with its pools started; `project` is opened at once.
    pub fn new(egui: &egui::Context, options: Options, project: Option<std::path::PathBuf>) -> Self {
        // Zooming by keys is the canvas' business.
        egui.options_mut(|o| o.zoom_with_keyboard = false);
        egui.add_image_loader(std::sync::Arc::new(crate::pictures::PictureLoader::default()));
        let wake = egui.clone();
        let writer = SettingsWriter::start(options.settings_file.clone(), move || wake.request_repaint());
        let mut context = fresh_context(options);
        concord_language::set_current(context.language());
        keys::read_at_start(&mut context);
        let (saved, saved_keys) = (context.settings.clone(), context.keymap.user().clone());
        let mut asks = Asks::default();
        if let Some(dir) = project {
            asks.send(Ask::Open(dir));
        }
        let jobs = Jobs::start(egui);
        Self { context, views: Views::default(), asks, jobs, saved, saved_keys, writer, looks: None }
    }

    /// What the screens read.
    pub fn context(&self) -> &Context {
        &self.context
    }

    /// Asks for something as a screen would; it is done at the next frame.
    pub fn ask(&mut self, ask: Ask) {
        self.asks.send(ask);
    }

    /// One frame: results are taken in, what was asked for is done, everything is drawn.
    pub fn frame(&mut self, ui: &mut Ui) {
        let egui = ui.ctx().clone();
        concord_language::set_current(self.context.language());
        self.update(&egui);
        self.dress(&egui);
        shell::show(ui, &self.context, &mut self.views, &mut self.asks);
        if !self.asks.is_empty() {
            egui.request_repaint();
        }
        self.save();
    }

    /// Hands over what is to be remembered, when it changed.
    fn save(&mut self) {
        if self.saved != self.context.settings && self.writer.save(&self.context.settings) {
            self.saved = self.context.settings.clone();
        }
        let keys = self.context.keymap.user();
        if self.saved_keys != *keys && self.writer.save_keymap(keys) {
            self.saved_keys = keys.clone();
        }
        if self.context.rereads_keymap && self.writer.read_keymap() {
            self.context.rereads_keymap = false;
        }
    }

    /// Takes in the keymap file that was read again, and what could not be saved.
    fn take_reports(&mut self) {
        for report in self.writer.reports() {
            keys::take_report(&mut self.context, report);
            self.saved_keys = self.context.keymap.user().clone();
        }
    }

    /// The one place where state changes.
    fn update(&mut self, egui: &egui::Context) {
        self.take_reports();
        // Before the keys are taken out of the input, for they are work too.
        let (acts, is_focused) = egui.input(|i| (!i.events.is_empty(), i.focused));
        let has_focus = is_focused && self.context.screen.has_canvas();
        let keys = self.take_keys(egui);
        let dropped: Vec<Ask> = egui
            .input(|i| i.raw.dropped_files.iter().map(|f| f.path().to_owned()).collect::<Vec<_>>())
            .into_iter()
            .map(Ask::Offer)
            .collect();
        let asks: Vec<Ask> = self.asks.take().into_iter().chain(keys).chain(dropped).collect();
        let mut update = Update { context: &mut self.context, views: &mut self.views, jobs: &self.jobs, egui };
        crate::screens::label::count_time(&mut update, acts, has_focus);
        self.jobs.drain(|delivered| results::take_in(&mut update, delivered));
        for ask in asks {
            perform::perform(&mut update, ask);
        }
        screens::label::keep_hold(&mut update, acts);
        screens::review::keep(&mut update);
        screens::label::feed(&mut update);
        screens::label::feed_saliency(&mut update);
    }

    fn take_keys(&mut self, egui: &egui::Context) -> Vec<Ask> {
        if self.views.keys.listens() {
            // What is pressed is what is to be bound: no control may act on it, and it does not move the focus.
            egui.memory_mut(|m| m.move_focus(egui::FocusDirection::None));
            return egui.input_mut(|i| self.views.keys.hear(&mut i.events, &self.context.keymap));
        }
        if self.views.has_modal() {
            return vec![];
        }
        // Esc closes a menu and does nothing else then.
        if egui::Popup::is_any_open(egui) && egui.input(|i| i.key_pressed(egui::Key::Escape)) {
            return vec![];
        }
        let place = match self.context.screen {
            Screen::Start => None,
            Screen::Label => Some(Place::Label),
            Screen::Review => Some(Place::Review),
            Screen::Agreement => Some(Place::Agreement),
            Screen::Activity => Some(Place::Activity),
            Screen::Policy => Some(Place::Policy),
            Screen::Models => Some(Place::Models),
        };
        let draws = self.context.project.as_ref().is_some_and(|p| p.label.tool.is_busy());
        let has_canvas = matches!(place, Some(Place::Label | Place::Review));
        let drawing = (has_canvas && draws).then_some(Place::Drawing);
        let below = (place == Some(Place::Review)).then_some(Place::Label);
        let here: Vec<Place> = drawing.into_iter().chain(place).chain(below).chain([Place::Anywhere]).collect();
        let focused = egui.memory(egui::Memory::focused).is_some();
        let holder = if egui.text_edit_focused() {
            Holder::Text
        } else if focused || egui::Popup::is_any_open(egui) {
            Holder::Control
        } else {
            Holder::Nobody
        };
        let labels = self.context.project.as_ref().filter(|_| place == Some(Place::Label) && holder == Holder::Nobody);
        let declared =
            labels.map(|project| egui.input_mut(|i| screens::label::take_ontology_keys(&mut i.events, project)));
        let actions = egui.input_mut(|i| keymap::take_actions(&self.context.keymap, &mut i.events, &here, holder));
        if holder == Holder::Nobody && !actions.is_empty() {
            // Tab and the arrows were ours: they do not move the focus as well.
            egui.memory_mut(|m| m.move_focus(egui::FocusDirection::None));
        }
        declared.into_iter().flatten().chain(actions.into_iter().map(Ask::Invoke)).collect()
    }

    /// Puts the chosen look on, when it changed.
    fn dress(&mut self, egui: &egui::Context) {
        let settings = &self.context.settings;
        let looks = (settings.theme(), settings.scale(), settings.reduced_motion());
        if self.looks != Some(looks) {
            theme::apply(egui, looks.0);
            egui.set_zoom_factor(looks.1);
            if looks.2 {
                egui.all_styles_mut(|style| {
                    style.animation_time = 0.0;
                    style.scroll_animation = egui::style::ScrollAnimation::none();
                });
            }
            self.looks = Some(looks);
        }
    }
}

impl Drop for App {
    /// Waits until every gesture is durable, also those that a read still holding the desk would outlive.
    fn drop(&mut self) {
        screens::label::leave(&mut self.context, &self.jobs);
        if let Some(project) = &self.context.project
            && let Err(error) = project.desk.flush()
        {
            tracing::error!("closing the project failed: {error}");
        }
    }
}

/// The context of an app that was just started.
fn fresh_context(options: Options) -> Context {
    let mut settings = options.settings_file.as_deref().map(Settings::read).unwrap_or_default();
    if let Some(name) = &options.annotator {
        settings.annotator.clone_from(name);
    }
    if settings.annotator.trim().is_empty() {
        settings.annotator.clone_from(&options.account);
    }
    Context {
        options,
        settings,
        keymap: Keymap::default(),
        rereads_keymap: false,
        screen: Screen::Start,
        project: None,
        messages: Messages::default(),
        outstanding: crate::jobs::Outstanding::default(),
        running: vec![],
        decoding: 0,
        inferring: false,
        courtesy: std::sync::Arc::default(),
    }
}

/// Invokes an action when it can be; otherwise says why not.
fn guard(update: &mut Update<'_>, action: crate::actions::Action) -> bool {
    match disabled_reason(action, update.context) {
        None => true,
        Some(reason) => {
            update.context.messages.info(tr!("problem-title-and-reason", title = action.title(), reason = reason));
            false
        }
    }
}

/// Says that there is too much work.
fn busy(update: &mut Update<'_>, doing: &str) {
    update.context.messages.error(explain(doing, &AppError::Busy));
}
