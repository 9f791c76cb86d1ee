//! How a theme becomes an egui style.

use std::collections::BTreeMap;

use egui::style::{ScrollStyle, Selection, WidgetVisuals, Widgets};
use egui::{Color32, CornerRadius, FontFamily, FontId, Margin, Shadow, Stroke, Style, TextStyle, Visuals, vec2};

use super::{GRID, Theme, ThemeKind};

const CORNER: CornerRadius = CornerRadius::same(4);

pub(super) fn of(theme: &Theme) -> Style {
    let mut style = Style { text_styles: text_styles(), visuals: visuals(theme), ..Style::default() };
    spacing(&mut style);
    style.animation_time = 0.08;
    style.interaction.tooltip_delay = 0.35;
    #[cfg(debug_assertions)]
    {
        style.debug.show_unaligned = false;
    }
    style
}

fn text_styles() -> BTreeMap<TextStyle, FontId> {
    [
        (TextStyle::Small, 11.0, FontFamily::Proportional),
        (TextStyle::Body, 13.0, FontFamily::Proportional),
        (TextStyle::Button, 13.0, FontFamily::Proportional),
        (TextStyle::Monospace, 12.0, FontFamily::Monospace),
        (TextStyle::Heading, 17.0, FontFamily::Proportional),
    ]
    .into_iter()
    .map(|(style, size, family)| (style, FontId::new(size, family)))
    .collect()
}

fn spacing(style: &mut Style) {
    let spacing = &mut style.spacing;
    spacing.item_spacing = vec2(2.0 * GRID, GRID);
    spacing.button_padding = vec2(2.0 * GRID, GRID);
    spacing.window_margin = Margin::same(12);
    spacing.menu_margin = Margin::same(4);
    spacing.interact_size = vec2(40.0, 6.0 * GRID);
    spacing.indent = 4.0 * GRID;
    spacing.icon_width = 4.0 * GRID;
    spacing.combo_width = 120.0;
    spacing.tooltip_width = 360.0;
    spacing.scroll = ScrollStyle { bar_width: 8.0, ..ScrollStyle::solid() };
}

fn widget(fill: Color32, outline: Color32, ink: Color32) -> WidgetVisuals {
    WidgetVisuals {
        bg_fill: fill,
        weak_bg_fill: fill,
        bg_stroke: Stroke::new(1.0, outline),
        corner_radius: CORNER,
        fg_stroke: Stroke::new(1.0, ink),
        expansion: 0.0,
    }
}

fn widgets(theme: &Theme) -> Widgets {
    let rest_outline = if theme.kind == ThemeKind::HighContrast { theme.outline } else { theme.line };
    Widgets {
        noninteractive: widget(theme.panel, theme.line, theme.text),
        inactive: widget(theme.button, rest_outline, theme.text),
        hovered: widget(theme.hover, theme.outline, theme.strong),
        active: widget(theme.selection, theme.accent, theme.strong),
        open: widget(theme.raised, theme.outline, theme.text),
    }
}

fn visuals(theme: &Theme) -> Visuals {
    let base = if theme.kind == ThemeKind::Light { Visuals::light() } else { Visuals::dark() };
    let shadow = Shadow { offset: [0, 4], blur: 12, spread: 0, color: Color32::from_black_alpha(72) };
    Visuals {
        widgets: widgets(theme),
        selection: Selection { bg_fill: theme.selection, stroke: Stroke::new(1.0, theme.accent) },
        hyperlink_color: theme.accent,
        weak_text_color: Some(theme.muted),
        faint_bg_color: theme.hover,
        extreme_bg_color: theme.field,
        code_bg_color: theme.field,
        warn_fg_color: theme.warning,
        error_fg_color: theme.error,
        window_corner_radius: CornerRadius::same(6),
        window_shadow: shadow,
        window_fill: theme.raised,
        window_stroke: Stroke::new(1.0, theme.line),
        menu_corner_radius: CORNER,
        panel_fill: theme.panel,
        popup_shadow: shadow,
        slider_trailing_fill: true,
        ..base
    }
}
