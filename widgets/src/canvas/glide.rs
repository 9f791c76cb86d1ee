//! A movement of the view, so that the eye can follow where it goes.

use concord_geometry::{Point, View};

/// A movement from one view to another.
#[derive(Debug, Clone, Copy)]
pub(super) struct Glide {
    from: View,
    to: View,
    takes: f32,
    passed: f32,
}

impl Glide {
    /// A movement that takes so many seconds, which are more than 0.
    pub(super) fn new(from: View, to: View, seconds: f32) -> Self {
        Self { from, to, takes: seconds, passed: 0.0 }
    }

    /// Moves on by so many seconds, and gives back the view by then.
    pub(super) fn on(&mut self, seconds: f32) -> View {
        self.passed += seconds;
        self.view()
    }

    /// True when its end is reached.
    pub(super) fn is_over(&self) -> bool {
        self.passed >= self.takes
    }

    /// The view by now. What is seen of the image grows or shrinks evenly, and slows down towards the end.
    fn view(&self) -> View {
        let passed = f64::from((self.passed / self.takes).clamp(0.0, 1.0));
        let share = 1.0 - (1.0 - passed).powi(3);
        let mix = |from: f64, to: f64| from + (to - from) * share;
        let (from, to) = (self.from, self.to);
        if passed >= 1.0 {
            return to;
        }
        let scale = 1.0 / mix(1.0 / from.scale, 1.0 / to.scale);
        let corner = |view: View| (-view.origin.x / view.scale, -view.origin.y / view.scale);
        let ((x0, y0), (x1, y1)) = (corner(from), corner(to));
        View { scale, origin: Point::new(-mix(x0, x1) * scale, -mix(y0, y1) * scale) }
    }
}

#[cfg(test)]
mod tests {
    use concord_geometry::{BBox, Size};
    use egui::vec2;

    use super::super::image::ImageKey;
    use super::super::state::CanvasState;

    #[test]
    fn gliding_ends_where_showing_a_rectangle_ends_and_can_be_broken_off() {
        let part = BBox::new(100.0, 50.0, 150.0, 100.0).expect("a valid box");
        let settle = |state: &mut CanvasState| {
            state.settle(Some((&ImageKey::Number(1), Size::new(400, 200))), vec2(824.0, 624.0), false);
        };
        let settled = || {
            let mut state = CanvasState::new();
            settle(&mut state);
            state
        };
        let (mut shown, mut glides, mut broken) = (settled(), settled(), settled());
        shown.show_rect(part, 112.0);
        settle(&mut shown);
        let from = glides.view();
        glides.glide_to(part, 112.0, 0.2);
        settle(&mut glides);
        assert_eq!(glides.view(), from, "it begins where one is");
        assert!(glides.glide_on(0.05));
        let way = glides.view().scale;
        assert!(from.scale < way && way < shown.view().scale);
        assert!(!glides.glide_on(0.2));
        assert_eq!(glides.view(), shown.view());
        broken.glide_to(part, 112.0, 0.2);
        settle(&mut broken);
        broken.pan(vec2(5.0, 0.0));
        assert!(!broken.glide_on(0.2));
        broken.glide_to(part, 112.0, 0.0);
        settle(&mut broken);
        assert_eq!(broken.view(), shown.view(), "at once");
    }
}
