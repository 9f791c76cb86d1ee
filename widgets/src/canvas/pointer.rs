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
    /// When the frame began, in seconds.
    pub(crate) time: f64,
    /// The longest time between the two clicks of a double click, in seconds.
    pub(crate) double_click_delay: f64,
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
    /// When and where the last click was, unless it ended a double click.
    last_click: Option<(f64, Pos2)>,
    double_click: Option<Point>,
    /// The modifier keys held at the end of the last frame.
    pub(crate) modifiers: Modifiers,
    /// Buttons that went down elsewhere: what moves in with one of them held is not for the canvas.
    foreign: Vec<PointerButton>,
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
                self.released(pos, button, modifiers, view, around)
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
        if around.takes(pos) && self.foreign.is_empty() { tell(PointerKind::Hover) } else { Meaning::Nothing }
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
            self.foreign.push(button);
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

    fn released(
        &mut self,
        pos: Pos2,
        button: PointerButton,
        modifiers: Modifiers,
        view: &View,
        around: &Surroundings,
    ) -> Meaning {
        self.foreign.retain(|foreign| *foreign != button);
        if let Some((pan_button, last)) = self.pan.take_if(|(pan_button, _)| *pan_button == button) {
            debug_assert!(pan_button == button, "only the button that began a pan ends it");
            return Meaning::Pan(pos - last);
        }
        let Some(held) = self.held.take_if(|held| held.button == button) else {
            return Meaning::Nothing;
        };
        let dragged = held.dragged || held.from_screen.distance(pos) > CLICK_REACH;
        if button == PointerButton::Primary && !dragged {
            self.clicked(pos, view, around);
        }
        let kind = PointerKind::Release { button, from: held.from, dragged };
        Meaning::Tell(PointerEvent { kind, at: in_image(view, pos), modifiers })
    }

    /// Two clicks at one place are a double click, whatever was clicked elsewhere right before: points of a polygon are
    /// placed in quick succession, which egui takes for a triple click.
    fn clicked(&mut self, pos: Pos2, view: &View, around: &Surroundings) {
        let is_second = self.last_click.is_some_and(|(time, place)| {
            around.time - time < around.double_click_delay && place.distance(pos) <= CLICK_REACH
        });
        if is_second {
            self.double_click = Some(in_image(view, pos));
            self.last_click = None;
        } else {
            self.last_click = Some((around.time, pos));
        }
    }

    /// Where a double click of the primary button was completed since this was last asked.
    pub(crate) fn take_double_click(&mut self) -> Option<Point> {
        self.double_click.take()
    }

    /// Ends what is held when its button is up although no release came.
    pub(crate) fn let_go(
        &mut self,
        is_down: impl Fn(PointerButton) -> bool,
        modifiers: Modifiers,
    ) -> Option<PointerEvent> {
        self.foreign.retain(|button| is_down(*button));
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
            time: 0.0,
            double_click_delay: 0.3,
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
    fn what_is_dragged_in_from_outside_is_not_ours() {
        let moved = Event::PointerMoved(pos2(60.0, 80.0));
        let told = kinds(
            &[
                button(250.0, 20.0, PointerButton::Primary, true),
                moved.clone(),
                button(60.0, 80.0, PointerButton::Primary, false),
                moved.clone(),
            ],
            &around(false),
        );
        assert_eq!(told[..3], [Meaning::Nothing; 3]);
        assert!(matches!(told[3], Meaning::Tell(PointerEvent { kind: PointerKind::Hover, .. })));
        let mut pointer = Pointer::default();
        pointer.interpret(&button(250.0, 20.0, PointerButton::Primary, true), &VIEW, &around(false));
        pointer.let_go(|_| false, Modifiers::NONE);
        assert!(matches!(pointer.interpret(&moved, &VIEW, &around(false)), Meaning::Tell(_)), "the release was lost");
    }

    #[test]
    fn two_clicks_at_one_place_in_time_are_a_double_click() {
        let mut pointer = Pointer::default();
        let mut click = |x: f32, time: f64| {
            let around = Surroundings { time, ..around(false) };
            for pressed in [true, false] {
                pointer.interpret(&button(x, 40.0, PointerButton::Primary, pressed), &VIEW, &around);
            }
            pointer.take_double_click()
        };
        assert_eq!(click(20.0, 0.0), None);
        assert_eq!(click(60.0, 0.1), None, "elsewhere");
        assert_eq!(click(61.0, 0.2), Some(Point::new(25.5, 10.0)), "whatever came before");
        assert_eq!(click(61.0, 0.3), None, "three clicks are one double click");
        assert_eq!(click(61.0, 0.7), None, "too late");
        assert_eq!(click(61.0, 0.8), Some(Point::new(25.5, 10.0)));
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
