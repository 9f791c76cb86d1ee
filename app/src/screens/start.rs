//! The start screen: recent projects, the sample project, a new project, and what adding images found.

mod report;

use std::path::{Path, PathBuf};

use concord_language::tr;
use egui::{Frame, RichText, ScrollArea, TextEdit, Ui};

use concord_widgets::theme::{GRID, Theme};

use crate::context::{Ask, Asks, Context};
use crate::jobs::work::NewForm;
use crate::jobs::{Pick, Request};

pub use report::deserves_a_look;

/// What is typed on the start screen.
#[derive(Debug, Default)]
pub struct StartViews {
    open: String,
    images: String,
    dir: String,
    classes: String,
    sidecar: String,
    labels: String,
    whose: String,
}

impl StartViews {
    /// Takes over a folder of images; the project folder beside it is proposed.
    pub fn set_images(&mut self, path: &Path) {
        self.images = path.display().to_string();
        self.dir = beside(path).display().to_string();
    }

    /// Takes over a table of metadata.
    pub fn set_sidecar(&mut self, path: &Path) {
        self.sidecar = path.display().to_string();
    }

    /// Takes over a COCO file; its folder is taken for that of the images when none is named yet.
    pub fn set_labels(&mut self, path: &Path) {
        self.labels = path.display().to_string();
        if self.whose.is_empty() {
            self.whose = path.file_stem().map(|s| s.to_string_lossy().into_owned()).unwrap_or_default();
        }
        if let Some(parent) = path.parent().filter(|_| self.images.is_empty()) {
            self.set_images(parent);
        }
    }

    fn form(&self) -> Result<NewForm, &'static str> {
        let images = self.images.trim();
        if images.is_empty() {
            return Err(tr!("start-new-needs-images"));
        }
        let dir = self.dir.trim();
        let classes: Vec<String> =
            self.classes.split(',').map(str::trim).filter(|c| !c.is_empty()).map(str::to_owned).collect();
        let sidecar = self.sidecar.trim();
        let labels = self.labels.trim();
        let whose = self.whose.trim();
        if !labels.is_empty() && whose.is_empty() {
            return Err(tr!("start-new-needs-whose"));
        }
        Ok(NewForm {
            images: PathBuf::from(images),
            dir: if dir.is_empty() { beside(Path::new(images)) } else { PathBuf::from(dir) },
            classes,
            sidecar: (!sidecar.is_empty()).then(|| PathBuf::from(sidecar)),
            labels: (!labels.is_empty()).then(|| (PathBuf::from(labels), whose.to_owned())),
        })
    }
}

/// The folder that is proposed for a project on a folder of images.
fn beside(images: &Path) -> PathBuf {
    let name = images.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    images.with_file_name(format!("{name}-concord"))
}

/// Shows the start screen.
pub fn show(ui: &mut Ui, context: &Context, views: &mut StartViews, asks: &mut Asks) {
    ScrollArea::vertical().auto_shrink([false, false]).show(ui, |ui| {
        Frame::NONE.inner_margin(24).show(ui, |ui| {
            if let Some(project) = context.project.as_ref().filter(|p| p.report.is_some()) {
                report::show(ui, project, asks);
                return;
            }
            ui.heading("Concord");
            ui.weak(tr!("start-purpose"));
            ui.add_space(4.0 * GRID);
            let busy = context.outstanding.awaits(&Request::Open);
            ui.add_enabled_ui(!busy, |ui| {
                let width = ((ui.available_width() - 4.0 * GRID) / 2.0).min(520.0);
                ui.horizontal_top(|ui| {
                    ui.vertical(|ui| {
                        ui.set_width(width);
                        card(ui, tr!("start-sample"), |ui| sample(ui, asks));
                        card(ui, tr!("start-open"), |ui| open(ui, context, views, asks));
                    });
                    ui.vertical(|ui| {
                        ui.set_width(width);
                        card(ui, tr!("start-new"), |ui| new(ui, views, asks));
                    });
                });
            });
            if busy {
                ui.add_space(2.0 * GRID);
                ui.weak(tr!("start-busy"));
            }
        });
    });
    drop_target(ui);
}

fn card(ui: &mut Ui, title: &str, add: impl FnOnce(&mut Ui)) {
    let theme = Theme::of_ui(ui);
    let frame = Frame::NONE.fill(theme.raised).stroke(theme.hairline()).corner_radius(6).inner_margin(16);
    frame.show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.label(RichText::new(title).size(15.0).strong());
        ui.add_space(GRID);
        add(ui);
    });
    ui.add_space(3.0 * GRID);
}

fn sample(ui: &mut Ui, asks: &mut Asks) {
    ui.add(egui::Label::new(tr!("start-sample-text")).wrap());
    ui.add_space(GRID);
    if ui.button(tr!("start-sample-open")).clicked() {
        asks.send(Ask::OpenSample);
    }
}

fn open(ui: &mut Ui, context: &Context, views: &mut StartViews, asks: &mut Asks) {
    let entered = path_row(ui, asks, (tr!("start-open-folder"), &mut views.open), Pick::Project);
    let path = views.open.trim();
    let pressed = ui.add_enabled(!path.is_empty(), egui::Button::new(tr!("start-open-button"))).clicked();
    if (pressed || entered) && !path.is_empty() {
        asks.send(Ask::Open(PathBuf::from(path)));
    }
    ui.add_space(2.0 * GRID);
    ui.label(RichText::new(tr!("start-recent")).strong());
    if context.settings.recent.is_empty() {
        ui.weak(tr!("start-recent-none"));
    }
    for dir in &context.settings.recent {
        ui.horizontal(|ui| {
            let name = dir.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
            let forget = ui.small_button("×").accessible_name(tr!("start-forget-name", name = &name));
            if forget.on_hover_text(tr!("start-forget")).clicked() {
                asks.send(Ask::Forget(dir.clone()));
            }
            let link = ui.link(&name).on_hover_text(dir.display().to_string());
            ui.add(egui::Label::new(RichText::new(dir.display().to_string()).weak().size(11.0)).truncate());
            if link.clicked() {
                asks.send(Ask::Open(dir.clone()));
            }
        });
    }
}

fn new(ui: &mut Ui, views: &mut StartViews, asks: &mut Asks) {
    path_row(ui, asks, (tr!("start-new-images"), &mut views.images), Pick::Images);
    let proposed = beside(Path::new(views.images.trim()));
    let hint = if views.images.trim().is_empty() { String::new() } else { proposed.display().to_string() };
    text_row(ui, tr!("start-new-folder"), &mut views.dir, &hint);
    text_row(ui, tr!("start-new-classes"), &mut views.classes, tr!("start-new-classes-hint"));
    path_row(ui, asks, (tr!("start-new-table"), &mut views.sidecar), Pick::Sidecar);
    path_row(ui, asks, (tr!("start-new-labels"), &mut views.labels), Pick::Coco);
    if !views.labels.trim().is_empty() {
        text_row(ui, tr!("start-new-whose"), &mut views.whose, tr!("start-new-whose-hint"));
    }
    ui.add_space(GRID);
    let form = views.form();
    let button = ui.add_enabled(form.is_ok(), egui::Button::new(tr!("start-new-button")));
    let button = button.on_disabled_hover_text(form.as_ref().err().copied().unwrap_or_default());
    if let (true, Ok(form)) = (button.clicked(), form) {
        asks.send(Ask::Create(Box::new(form)));
    }
    ui.add_space(GRID);
    ui.add(egui::Label::new(RichText::new(tr!("start-new-drop")).weak()).wrap());
}

/// A labelled path field with a button for a native dialog; true when Enter was pressed in it.
fn path_row(ui: &mut Ui, asks: &mut Asks, (name, text): (&str, &mut String), what: Pick) -> bool {
    ui.label(RichText::new(name).size(11.0).weak());
    ui.horizontal(|ui| {
        let width = ui.available_width() - 84.0;
        let field = ui.add(TextEdit::singleline(text).desired_width(width)).accessible_name(name);
        if ui.button(tr!("start-choose")).accessible_name(tr!("start-choose-name", field = name)).clicked() {
            asks.send(Ask::Pick(what));
        }
        field.lost_focus() && ui.input(|i| i.key_pressed(egui::Key::Enter))
    })
    .inner
}

fn text_row(ui: &mut Ui, name: &str, text: &mut String, hint: &str) {
    ui.label(RichText::new(name).size(11.0).weak());
    ui.add(TextEdit::singleline(text).desired_width(f32::INFINITY).hint_text(hint)).accessible_name(name);
}

/// Says while something is held over the window that it can be dropped.
fn drop_target(ui: &Ui) {
    let hovers = ui.input(|i| !i.raw.hovered_files.is_empty());
    if hovers {
        let theme = Theme::of_ui(ui);
        let rect = ui.max_rect().shrink(8.0);
        ui.painter().rect_stroke(rect, 6.0, egui::Stroke::new(2.0, theme.accent), egui::StrokeKind::Inside);
        ui.painter().text(
            rect.center(),
            egui::Align2::CENTER_CENTER,
            tr!("start-drop"),
            egui::FontId::proportional(17.0),
            theme.strong,
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_needs_images_and_proposes_the_rest() {
        let mut views = StartViews::default();
        assert!(views.form().is_err());
        views.set_images(Path::new("/data/belt"));
        views.classes = "bolt, , nut ".to_owned();
        let form = views.form().expect("images are named");
        assert_eq!(form.dir, Path::new("/data/belt-concord"));
        assert_eq!(form.classes, ["bolt", "nut"]);
        views.set_labels(Path::new("/data/labels/ada.json"));
        let labels = views.form().expect("all is named").labels;
        assert_eq!(labels, Some((PathBuf::from("/data/labels/ada.json"), "ada".to_owned())));
        views.whose.clear();
        assert!(views.form().is_err());
    }
}
