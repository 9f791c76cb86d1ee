//! Themes: every colour of the app lives here, with the text sizes and the 4-point grid.

mod palette;
mod style;

use concord_language::tr;
use egui::{Color32, Context, Id, Stroke, Ui};

pub use palette::{CATEGORICAL, HALO, categorical, ink_on, luminance, wcag_contrast};

/// The distance that all spacing is a multiple of, in points.
pub const GRID: f32 = 4.0;

/// Which look the app has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum ThemeKind {
    /// Light greys on dark grey.
    #[default]
    Dark,
    /// Dark greys on light grey.
    Light,
    /// White on black with strong outlines.
    HighContrast,
}

impl ThemeKind {
    /// All themes, in the order to offer them.
    pub const ALL: [Self; 3] = [Self::Dark, Self::Light, Self::HighContrast];

    /// The name to show.
    pub fn name(self) -> &'static str {
        match self {
            Self::Dark => tr!("theme-dark"),
            Self::Light => tr!("theme-light"),
            Self::HighContrast => tr!("theme-high-contrast"),
        }
    }
}

/// What a state means, whatever its colour; never shown by colour alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    /// All is well.
    Ok,
    /// Look here soon.
    Warning,
    /// Something is wrong.
    Error,
    /// Neither good nor bad, or not known.
    Muted,
}

impl Status {
    /// The state in a word, for those who see neither its colour nor its sign.
    pub fn word(self) -> &'static str {
        match self {
            Self::Ok => tr!("status-ok"),
            Self::Warning => tr!("status-warning"),
            Self::Error => tr!("status-error"),
            Self::Muted => tr!("status-not-known"),
        }
    }
}

/// The colours of one look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Theme {
    /// Which look this is.
    pub kind: ThemeKind,
    /// The one accent: selection, focus, primary buttons.
    pub accent: Color32,
    /// Text and icons on the accent.
    pub on_accent: Color32,
    /// Background of a selected row.
    pub selection: Color32,
    /// Background of a hovered row.
    pub hover: Color32,
    /// Background of panels.
    pub panel: Color32,
    /// Background of windows, popups and cards.
    pub raised: Color32,
    /// Background of text fields and of empty chart tracks.
    pub field: Color32,
    /// Background around an image.
    pub canvas: Color32,
    /// Buttons at rest.
    pub button: Color32,
    /// Hairlines and grids.
    pub line: Color32,
    /// Outlines of controls.
    pub outline: Color32,
    /// Ordinary text.
    pub text: Color32,
    /// Headings and numbers that matter.
    pub strong: Color32,
    /// Secondary text.
    pub muted: Color32,
    /// Good.
    pub ok: Color32,
    /// Attention.
    pub warning: Color32,
    /// Wrong.
    pub error: Color32,
}

const fn grey(value: u8) -> Color32 {
    Color32::from_gray(value)
}

const fn rgb(hex: u32) -> Color32 {
    Color32::from_rgb((hex >> 16) as u8, (hex >> 8) as u8, hex as u8)
}

impl Theme {
    /// The dark theme.
    pub const DARK: Self = Self {
        kind: ThemeKind::Dark,
        accent: rgb(0x0058_a6f0),
        on_accent: rgb(0x0007_1420),
        selection: rgb(0x0024_3b53),
        hover: grey(44),
        panel: grey(28),
        raised: grey(36),
        field: grey(19),
        canvas: grey(14),
        button: grey(52),
        line: grey(52),
        outline: grey(92),
        text: grey(216),
        strong: grey(246),
        muted: grey(170),
        ok: rgb(0x0056_b97c),
        warning: rgb(0x00e2_a83c),
        error: rgb(0x00f2_7c75),
    };

    /// The light theme.
    pub const LIGHT: Self = Self {
        kind: ThemeKind::Light,
        accent: rgb(0x0014_63b8),
        on_accent: rgb(0x00ff_ffff),
        selection: rgb(0x00d2_e4f7),
        hover: grey(232),
        panel: grey(244),
        raised: grey(253),
        field: grey(255),
        canvas: grey(212),
        button: grey(228),
        line: grey(216),
        outline: grey(150),
        text: grey(38),
        strong: grey(10),
        muted: grey(92),
        ok: rgb(0x0018_7347),
        warning: rgb(0x0086_5700),
        error: rgb(0x00bb_2a26),
    };

    /// White on black, with outlines that are easy to see.
    pub const HIGH_CONTRAST: Self = Self {
        kind: ThemeKind::HighContrast,
        accent: rgb(0x00ff_d60a),
        on_accent: grey(0),
        selection: rgb(0x004a_3f00),
        hover: grey(40),
        panel: grey(0),
        raised: grey(10),
        field: grey(0),
        canvas: grey(0),
        button: grey(24),
        line: grey(120),
        outline: grey(220),
        text: grey(255),
        strong: grey(255),
        muted: grey(205),
        ok: rgb(0x0060_e090),
        warning: rgb(0x00ff_b638),
        error: rgb(0x00ff_9b94),
    };

    /// The colours of a look.
    pub const fn new(kind: ThemeKind) -> Self {
        match kind {
            ThemeKind::Dark => Self::DARK,
            ThemeKind::Light => Self::LIGHT,
            ThemeKind::HighContrast => Self::HIGH_CONTRAST,
        }
    }

    /// The colours that are on now, as the last [`apply`] left them (dark before the first).
    pub fn of(ctx: &Context) -> Self {
        if ctx.theme() == egui::Theme::Light {
            return Self::LIGHT;
        }
        let high = ctx.data(|data| data.get_temp::<bool>(high_contrast_id())).unwrap_or(false);
        if high { Self::HIGH_CONTRAST } else { Self::DARK }
    }

    /// As [`Theme::of`], from inside a widget.
    pub fn of_ui(ui: &Ui) -> Self {
        Self::of(ui.ctx())
    }

    /// The colour of a state.
    pub fn status(&self, status: Status) -> Color32 {
        match status {
            Status::Ok => self.ok,
            Status::Warning => self.warning,
            Status::Error => self.error,
            Status::Muted => self.muted,
        }
    }

    /// A hairline.
    pub fn hairline(&self) -> Stroke {
        Stroke::new(1.0, self.line)
    }
}

fn high_contrast_id() -> Id {
    Id::unique("concord.theme.high_contrast")
}

/// Puts a look on the whole app: colours, text sizes and spacing. Cheap enough to call whenever the setting changes.
pub fn apply(ctx: &Context, kind: ThemeKind) {
    let dark = if kind == ThemeKind::HighContrast { Theme::HIGH_CONTRAST } else { Theme::DARK };
    ctx.data_mut(|data| data.insert_temp(high_contrast_id(), kind == ThemeKind::HighContrast));
    ctx.set_style_of(egui::Theme::Dark, style::of(&dark));
    ctx.set_style_of(egui::Theme::Light, style::of(&Theme::LIGHT));
    ctx.set_theme(if kind == ThemeKind::Light { egui::Theme::Light } else { egui::Theme::Dark });
}

#[cfg(test)]
mod tests {
    use super::*;

    /// WCAG 2.2, success criteria 1.4.3 (text, 4.5 : 1) and 1.4.11 (parts of controls, 3 : 1).
    #[test]
    fn text_and_signals_are_legible_in_every_theme() {
        for theme in ThemeKind::ALL.map(Theme::new) {
            let name = theme.kind.name();
            let inks = [
                ("text", theme.text),
                ("strong", theme.strong),
                ("muted", theme.muted),
                ("ok", theme.ok),
                ("warning", theme.warning),
                ("error", theme.error),
                ("accent", theme.accent),
            ];
            for (what, ink) in inks {
                for (ground_name, ground) in [("panel", theme.panel), ("raised", theme.raised), ("field", theme.field)]
                {
                    let ratio = wcag_contrast(ink, ground);
                    assert!(ratio >= 4.5, "{name}: {what} on {ground_name} has {ratio:.2} : 1");
                }
            }
            for (what, ink, ground) in [
                ("text on selection", theme.text, theme.selection),
                ("text on hover", theme.text, theme.hover),
                ("muted on selection", theme.muted, theme.selection),
                ("text on button", theme.text, theme.button),
                ("accent's own text", theme.on_accent, theme.accent),
            ] {
                assert!(wcag_contrast(ink, ground) >= 4.5, "{name}: {what} {:.2}", wcag_contrast(ink, ground));
            }
        }
    }

    #[test]
    fn apply_switches_what_widgets_see() {
        let ctx = Context::default();
        for kind in ThemeKind::ALL {
            apply(&ctx, kind);
            assert_eq!(Theme::of(&ctx).kind, kind);
            assert_eq!(ctx.global_style().visuals.panel_fill, Theme::new(kind).panel);
        }
    }

    /// Numbers in columns line up only when all digits are equally wide.
    #[test]
    fn figures_are_tabular() {
        let ctx = Context::default();
        apply(&ctx, ThemeKind::Dark);
        let font = egui::TextStyle::Body.resolve(&ctx.global_style());
        let mut widths = Vec::new();
        let output = ctx.run_ui(egui::RawInput::default(), |ui| {
            widths = ui.fonts_mut(|fonts| ('0'..='9').map(|digit| fonts.glyph_width(&font, digit)).collect());
        });
        output.drop_without_applying_deltas();
        assert_eq!(widths.len(), 10);
        assert!(widths.iter().all(|width| (width - widths[0]).abs() < 1e-3), "{widths:?}");
    }
}
