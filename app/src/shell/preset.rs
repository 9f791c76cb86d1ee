//! The choice among the keymaps that come with the app.

use concord_language::tr;
use egui::{ComboBox, Ui};

use crate::context::{Ask, Asks, Context, KeysAsk};
use crate::keymap::Preset;

/// Lets one choose the preset.
pub(super) fn chooser(ui: &mut Ui, context: &Context, asks: &mut Asks) {
    let now = context.keymap.preset();
    let combo = ComboBox::from_id_salt("keymap preset").selected_text(now.title()).width(150.0).show_ui(ui, |ui| {
        for preset in Preset::ALL {
            if ui.selectable_label(preset == now, preset.title()).clicked() && preset != now {
                asks.send(Ask::Keys(KeysAsk::Preset(preset)));
            }
        }
    });
    combo.response.accessible_name(tr!("shell-settings-preset"));
}
