//! What the pointer does on a canvas, told in image space.

use concord_geometry::{Point, View};
use egui::{Event, Modifiers, PointerButton, Pos2, Rect, Vec2};

/// Screen points the pointer may move between press and release of a click.
pub const CLICK_REACH: f32 = 4.0;

/// One thing the pointer did.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PointerEvent {
    /// What it did.
    pub kind: PointerKind,
    /// Where, in image pixels; may lie outside the image.
    pub at: Point,
    /// The modifier keys held.
    pub modifiers: Modifiers,
}

/// What the pointer did.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum PointerKind {
    /// It moved over the canvas with no button held.
    Hover,
    /// A button went down.
    Press(PointerButton),
    /// It moved with the button of the last press held.
    Drag {
        /// The button held.
        button: PointerButton,
        /// Where the button went down, in image pixels.
        from: Point,
    },
    /// The button of the last press came up.
    Release {
        /// The button.
        button: PointerButton,
        /// Where the button went down, in image pixels.
        from: Point,
        /// True when the pointer left the reach of a click since the press.
        dragged: bool,
    },
    /// The press ended without a release, for example because the window lost the pointer: forget what it began.
    Cancel,
}

#[derive(Debug, Clone, Copy, PartialEq)]
struct Held {
    button: PointerButton,
    from: Point,
    from_screen: Pos2,
    dragged: bool,
}

/// What the frame knows besides the events.
pub(crate) struct Surroundings {
    /// The canvas on the screen.
    pub(crate) rect: Rect,
    /// A part of the canvas that takes its own clicks.
    pub(crate) hole: Option<Rect>,
    /// True when nothing lies over the canvas at the pointer.
    pub(crate) on_top: bool,
    /// True while the pan key is held.
    pub(crate) pan_key: bool,
    /// The modifier keys held.
    pub(crate) modifiers: Modifiers,
}

impl Surroundings {
    fn takes(&self, pos: Pos2) -> bool {
        self.on_top && self.rect.contains(pos) && !self.hole.is_some_and(|hole| hole.contains(pos))
    }
}

/// What one raw event means.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Meaning {
    Nothing,
    Pan(Vec2),
    Tell(PointerEvent),
}

/// The buttons held on a canvas.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Pointer {
    held: Option<Held>,
    pan: Option<(PointerButton, Pos2)>,
}

impl Pointer {
    pub(crate) fn is_panning(&self) -> bool {
        self.pan.is_some()
    }

    /// True between a press and its release.
    pub(crate) fn is_held(&self) -> bool {
        self.held.is_some()
    }

    /// Turns one raw event into what it means; `view` is in absolute screen points.
    pub(crate) fn interpret(&mut self, event: &Event, view: &View, around: &Surroundings) -> Meaning {
        match *event {
            Event::PointerMoved(pos) => self.moved(pos, view, around),
            Event::PointerButton { pos, button, pressed: true, modifiers } => {
                self.pressed(pos, button, modifiers, view, around)
            }
            Event::PointerButton { pos, button, pressed: false, modifiers } => {
                self.released(pos, button, modifiers, view)
            }
            _ => Meaning::Nothing,
        }
    }

    fn moved(&mut self, pos: Pos2, view: &View, around: &Surroundings) -> Meaning {
        if let Some((_, last)) = &mut self.pan {
            let by = pos - *last;
            *last = pos;
            return Meaning::Pan(by);
        }
        let tell = |kind| Meaning::Tell(PointerEvent { kind, at: in_image(view, pos), modifiers: around.modifiers });
        if let Some(held) = &mut self.held {
            held.dragged |= held.from_screen.distance(pos) > CLICK_REACH;
            return tell(PointerKind::Drag { button: held.button, from: held.from });
        }
        if around.takes(pos) { tell(PointerKind::Hover) } else { Meaning::Nothing }
    }

    fn pressed(
        &mut self,
        pos: Pos2,
        button: PointerButton,
        modifiers: Modifiers,
        view: &View,
        around: &Surroundings,
    ) -> Meaning {
        if self.held.is_some() || self.pan.is_some() || !around.takes(pos) {
            return Meaning::Nothing;
        }
        let pans = button == PointerButton::Middle || (button == PointerButton::Primary && around.pan_key);
        if pans {
            self.pan = Some((button, pos));
            return Meaning::Nothing;
        }
        let at = in_image(view, pos);
        self.held = Some(Held { button, from: at, from_screen: pos, dragged: false });
        Meaning::Tell(PointerEvent { kind: PointerKind::Press(button), at, modifiers })
    }

    fn released(&mut self, pos: Pos2, button: PointerButton, modifiers: Modifiers, view: &View) -> Meaning {
        if let Some((pan_button, last)) = self.pan.take_if(|(pan_button, _)| *pan_button == button) {
            debug_assert!(pan_button == button, "only the button that began a pan ends it");
            return Meaning::Pan(pos - last);
        }
        let Some(held) = self.held.take_if(|held| held.button == button) else {
            return Meaning::Nothing;
        };
        let dragged = held.dragged || held.from_screen.distance(pos) > CLICK_REACH;
        let kind = PointerKind::Release { button, from: held.from, dragged };
        Meaning::Tell(PointerEvent { kind, at: in_image(view, pos), modifiers })
    }

    /// Ends what is held when its button is up although no release came.
    pub(crate) fn let_go(
        &mut self,
        is_down: impl Fn(PointerButton) -> bool,
        modifiers: Modifiers,
    ) -> Option<PointerEvent> {
        self.pan.take_if(|(button, _)| !is_down(*button));
        let held = self.held.take_if(|held| !is_down(held.button))?;
        Some(PointerEvent { kind: PointerKind::Cancel, at: held.from, modifiers })
    }
}

pub(crate) fn in_image(view: &View, pos: Pos2) -> Point {
    view.image_from_screen(Point::new(f64::from(pos.x), f64::from(pos.y)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use egui::pos2;

    const VIEW: View = View { scale: 2.0, origin: Point::new(10.0, 20.0) };

    fn around(pan_key: bool) -> Surroundings {
        Surroundings {
            rect: Rect::from_min_max(pos2(0.0, 0.0), pos2(200.0, 200.0)),
            hole: Some(Rect::from_min_max(pos2(150.0, 150.0), pos2(200.0, 200.0))),
            on_top: true,
            pan_key,
            modifiers: Modifiers::SHIFT,
        }
    }

    fn button(x: f32, y: f32, button: PointerButton, pressed: bool) -> Event {
        Event::PointerButton { pos: pos2(x, y), button, pressed, modifiers: Modifiers::SHIFT }
    }

    fn kinds(events: &[Event], around: &Surroundings) -> Vec<Meaning> {
        let mut pointer = Pointer::default();
        events.iter().map(|event| pointer.interpret(event, &VIEW, around)).collect()
    }

    #[test]
    fn a_drag_is_press_drag_release_in_image_space() {
        use PointerButton::Primary;
        let told = kinds(
            &[
                button(20.0, 40.0, Primary, true),
                Event::PointerMoved(pos2(60.0, 80.0)),
                button(62.0, 80.0, Primary, false),
            ],
            &around(false),
        );
        let from = Point::new(5.0, 10.0);
        let tell = |kind, x, y| Meaning::Tell(PointerEvent { kind, at: Point::new(x, y), modifiers: Modifiers::SHIFT });
        assert_eq!(
            told,
            [
                tell(PointerKind::Press(Primary), 5.0, 10.0),
                tell(PointerKind::Drag { button: Primary, from }, 25.0, 30.0),
                tell(PointerKind::Release { button: Primary, from, dragged: true }, 26.0, 30.0),
            ]
        );
    }

    #[test]
    fn middle_button_and_pan_key_pan() {
        for (around, which) in [(around(false), PointerButton::Middle), (around(true), PointerButton::Primary)] {
            let told = kinds(
                &[
                    button(20.0, 40.0, which, true),
                    Event::PointerMoved(pos2(25.0, 30.0)),
                    button(25.0, 31.0, which, false),
                    Event::PointerMoved(pos2(90.0, 90.0)),
                ],
                &around,
            );
            assert_eq!(
                told[..3],
                [Meaning::Nothing, Meaning::Pan(Vec2::new(5.0, -10.0)), Meaning::Pan(Vec2::new(0.0, 1.0))]
            );
            assert!(matches!(told[3], Meaning::Tell(PointerEvent { kind: PointerKind::Hover, .. })));
        }
    }

    #[test]
    fn a_press_outside_in_the_hole_or_under_a_window_is_not_ours() {
        let covered = Surroundings { on_top: false, ..around(false) };
        for (x, y, around) in [(250.0, 20.0, around(false)), (170.0, 170.0, around(false)), (20.0, 20.0, covered)] {
            let told = kinds(
                &[button(x, y, PointerButton::Primary, true), button(x, y, PointerButton::Primary, false)],
                &around,
            );
            assert_eq!(told, [Meaning::Nothing, Meaning::Nothing]);
        }
    }

    #[test]
    fn a_lost_release_is_told_as_cancel() {
        let mut pointer = Pointer::default();
        pointer.interpret(&button(20.0, 40.0, PointerButton::Primary, true), &VIEW, &around(false));
        assert_eq!(pointer.let_go(|_| true, Modifiers::NONE), None);
        let told = pointer.let_go(|_| false, Modifiers::NONE).map(|event| event.kind);
        assert_eq!(told, Some(PointerKind::Cancel));
        assert!(!pointer.is_held());
    }
}
