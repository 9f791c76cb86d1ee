//! The tone of the image on the screen: brightness, contrast, gamma, channel, equalisation, window and level.

use concord_language::tr;
use concord_widgets::canvas::{Adjust, CanvasImage, Channel, PixelKind, Window};
use egui::{ComboBox, DragValue, Grid, Slider, Ui};

/// Share of the values that may be cut off at each end when the contrast is stretched.
const CUT: f64 = 0.005;

/// What a person set, and whether the panel is open.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Tone {
    /// Whether the panel is open.
    pub open: bool,
    adjust: Adjust,
    /// The window of deep images that a person set; without one it follows their histogram.
    manual_window: Option<Window>,
}

impl Tone {
    /// The tone of an image. Deep pixels get the window of their histogram unless a person set one: their full range
    /// would nearly always look black.
    pub fn adjust(&self, image: Option<&CanvasImage>) -> Adjust {
        let Some(image) = image.filter(|i| is_deep(i)) else { return self.adjust };
        let window = self.manual_window.or_else(|| image.histogram().and_then(|h| h.window(CUT)));
        Adjust { window, ..self.adjust }
    }

    /// True when the image is shown otherwise than it is.
    pub fn is_changed(&self) -> bool {
        self.adjust != Adjust::default() || self.manual_window.is_some()
    }

    /// Shows the image as it is again.
    pub fn reset(&mut self) {
        self.adjust = Adjust::default();
        self.manual_window = None;
    }

    /// Turns the equalisation of the histogram on or off.
    pub fn toggle_equalise(&mut self) {
        self.adjust.equalise = !self.adjust.equalise;
    }

    /// Shows the next channel by itself.
    pub fn next_channel(&mut self) {
        let at = Channel::ALL.iter().position(|c| *c == self.adjust.channel).unwrap_or(0);
        self.adjust.channel = Channel::ALL[(at + 1) % Channel::ALL.len()];
    }
}

fn is_deep(image: &CanvasImage) -> bool {
    !matches!(image.kind(), PixelKind::Rgba8)
}

/// The controls.
pub(super) fn show(ui: &mut Ui, tone: &mut Tone, image: Option<&CanvasImage>) {
    Grid::new("tone").num_columns(2).spacing([12.0, 6.0]).show(ui, |ui| {
        let adjust = &mut tone.adjust;
        let slider = |ui: &mut Ui, name: &str, value: &mut f32, range: std::ops::RangeInclusive<f32>, log: bool| {
            ui.label(name);
            ui.add(Slider::new(value, range).logarithmic(log).fixed_decimals(2)).accessible_name(name);
            ui.end_row();
        };
        slider(ui, tr!("label-tone-brightness"), &mut adjust.brightness, -1.0..=1.0, false);
        slider(ui, tr!("label-tone-contrast"), &mut adjust.contrast, 0.1..=8.0, true);
        slider(ui, tr!("label-tone-gamma"), &mut adjust.gamma, 0.1..=10.0, true);
        ui.label(tr!("label-tone-channel"));
        let shown = adjust.channel.name();
        let combo = ComboBox::from_id_salt("channel").selected_text(shown).show_ui(ui, |ui| {
            for channel in Channel::ALL {
                ui.selectable_value(&mut adjust.channel, channel, channel.name());
            }
        });
        combo.response.accessible_name(tr!("label-tone-channel"));
        ui.end_row();
        ui.label(tr!("label-tone-equalise"));
        let spread = ui.checkbox(&mut adjust.equalise, tr!("label-tone-equalise-words"));
        spread.accessible_name(tr!("label-tone-equalise-name"));
        ui.end_row();
        ui.label(tr!("label-tone-invert"));
        ui.checkbox(&mut adjust.invert, "").accessible_name(tr!("label-tone-invert"));
        ui.end_row();
    });
    if let Some(image) = image.filter(|i| is_deep(i)) {
        window(ui, tone, image);
    }
    ui.horizontal(|ui| {
        if let Some(image) = image.filter(|i| !is_deep(i))
            && ui.button(tr!("label-tone-stretch")).on_hover_text(tr!("label-tone-stretch-hint")).clicked()
        {
            (tone.adjust.black, tone.adjust.white) = image.stretch_levels(CUT);
        }
        if ui.add_enabled(tone.is_changed(), egui::Button::new(tr!("label-tone-reset"))).clicked() {
            tone.reset();
        }
    });
}

/// Window and level of a deep image, in its own units.
fn window(ui: &mut Ui, tone: &mut Tone, image: &CanvasImage) {
    let automatic = image.histogram().and_then(|h| h.window(CUT));
    let Some(mut now) = tone.manual_window.or(automatic) else {
        ui.weak(tr!("label-tone-window-waits"));
        return;
    };
    let before = now;
    let (mut width, mut level) = (now.high - now.low, f32::midpoint(now.low, now.high));
    let speed = (width.abs() / 200.0).max(1e-4);
    Grid::new("window").num_columns(2).spacing([12.0, 6.0]).show(ui, |ui| {
        let number = |ui: &mut Ui, name: &str, value: &mut f32| {
            ui.label(name);
            let changed = ui.add(DragValue::new(value).speed(speed)).accessible_name(name).changed();
            ui.end_row();
            changed
        };
        number(ui, tr!("label-tone-black"), &mut now.low);
        number(ui, tr!("label-tone-white"), &mut now.high);
        let by_window =
            number(ui, tr!("label-tone-window"), &mut width) | number(ui, tr!("label-tone-level"), &mut level);
        if by_window {
            now = Window { low: level - width / 2.0, high: level + width / 2.0 };
        }
    });
    if now != before {
        tone.manual_window = Some(now);
    }
    if tone.manual_window.is_some() && ui.button(tr!("label-tone-automatic")).clicked() {
        tone.manual_window = None;
    }
}
