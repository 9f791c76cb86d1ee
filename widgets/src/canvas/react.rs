//! What a canvas does with the events of a frame: pan, zoom, and telling the caller.

use egui::{CursorIcon, Event, Key, MouseWheelUnit, Ui, Vec2};

use super::pointer::{Meaning, Surroundings, in_image};
use super::state::CanvasState;
use super::{Canvas, CanvasResponse, on_screen};

/// Points of wheel movement that zoom by a factor of e: a notch of 40 points zooms by 22 %.
const WHEEL_POINTS_PER_E: f32 = 200.0;

impl Canvas<'_> {
    pub(super) fn react(&self, ui: &Ui, state: &mut CanvasState, out: &mut CanvasResponse, has_moved: bool) {
        let on_top = out.response.contains_pointer();
        let typing = ui.ctx().text_edit_focused();
        let double_click_delay = ui.ctx().options(|options| options.input_options.max_double_click_delay);
        let mut around = ui.input(|input| Surroundings {
            rect: out.response.rect.intersect(ui.clip_rect()),
            hole: state.minimap,
            on_top,
            pan_key: input.key_down(Key::Space) && !typing,
            modifiers: input.modifiers,
            time: input.time,
            double_click_delay,
        });
        let mut events = ui.input(|input| input.events.clone());
        let has_pointer = events.iter().any(|event| matches!(event, Event::PointerMoved(_)));
        if let Some(pos) = ui.input(|input| input.pointer.latest_pos()).filter(|_| has_moved && !has_pointer) {
            // The image moved under a pointer that rests: for a tool that is the same as a move.
            events.push(Event::PointerMoved(pos));
        }
        if events.iter().any(|event| matches!(event, Event::ModifiersChanged(_))) {
            around.modifiers = state.pointer.modifiers;
        }
        for event in events {
            if let Event::ModifiersChanged(modifiers) = event {
                around.modifiers = modifiers;
            }
            match state.pointer.interpret(&event, &on_screen(state, &out.response), &around) {
                Meaning::Nothing => {}
                Meaning::Pan(by) => state.pan(by),
                Meaning::Tell(event) => out.events.push(event),
            }
        }
        state.pointer.modifiers = ui.input(|input| input.modifiers);
        let lost = ui.input(|input| state.pointer.let_go(|button| input.pointer.button_down(button), input.modifiers));
        out.events.extend(lost);
        if on_top {
            wheel(ui, state, out);
        }
        out.double_click = state.pointer.take_double_click();
        if out.double_click.is_some() {
            state.fit_after_double_click();
            ui.ctx().request_repaint();
        }
        self.point(ui, state, out, &around);
    }

    fn point(&self, ui: &Ui, state: &mut CanvasState, out: &mut CanvasResponse, around: &Surroundings) {
        let view = on_screen(state, &out.response);
        let over = |pos: &egui::Pos2| around.on_top && !around.hole.is_some_and(|hole| hole.contains(*pos));
        state.hover = ui.input(|input| input.pointer.hover_pos()).filter(over).map(|pos| in_image(&view, pos));
        out.hover = state.hover;
        let icon = if state.pointer.is_panning() {
            Some(CursorIcon::Grabbing)
        } else if around.pan_key {
            Some(CursorIcon::Grab)
        } else if self.options.crosshair {
            Some(self.cursor.unwrap_or(CursorIcon::Crosshair))
        } else {
            self.cursor
        };
        if let Some(icon) = icon.filter(|_| out.hover.is_some() || state.pointer.is_held()) {
            ui.ctx().set_cursor_icon(icon);
        }
    }
}

fn wheel(ui: &Ui, state: &mut CanvasState, out: &mut CanvasResponse) {
    let (scroll, pinch, notches, pos) = ui.input(|input| {
        let notches: f32 = input.events.iter().filter_map(ctrl_notches).sum();
        let pinch: f32 = input.events.iter().map(|event| if let Event::Zoom(by) = event { *by } else { 1.0 }).product();
        (input.smooth_scroll_delta(), pinch, notches, input.pointer.hover_pos())
    });
    out.ctrl_wheel = notches;
    let Some(pos) = pos else { return };
    let factor = (scroll.y / WHEEL_POINTS_PER_E).exp() * pinch;
    if factor != 1.0 {
        state.zoom_at(pos - out.response.rect.min, f64::from(factor));
    } else if scroll.x != 0.0 {
        state.pan(Vec2::new(scroll.x, 0.0));
    }
}

fn ctrl_notches(event: &Event) -> Option<f32> {
    let Event::MouseWheel { unit, delta, modifiers, .. } = event else {
        return None;
    };
    let per_notch = match unit {
        MouseWheelUnit::Line => 1.0,
        MouseWheelUnit::Point => 40.0,
        MouseWheelUnit::Page => 0.1,
    };
    (modifiers.ctrl || modifiers.command).then_some(delta.y / per_notch)
}
