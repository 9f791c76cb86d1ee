//! The handles of a rotated box or an ellipse: eight that resize it in its own frame, and one that turns it.

use crate::{Ellipse, Handle, Point, RotatedBox, hit_handle};

/// A handle of a rotated box, or of an ellipse through the box around it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RotatedHandle {
    /// One of the eight on the border; compass points are those of the box at 0 degrees.
    Resize(Handle),
    /// The one above the top edge (as seen at 0 degrees) that turns the box.
    Rotate,
}

impl RotatedBox {
    /// Where a handle sits; the one that turns the box lies `above_px` pixels beyond the middle of the top edge.
    pub fn handle_position(&self, handle: RotatedHandle, above_px: f64) -> Point {
        let upright = self.as_upright();
        self.from_upright(match handle {
            RotatedHandle::Resize(handle) => handle.position(&upright),
            RotatedHandle::Rotate => Handle::North.position(&upright).moved(0.0, -above_px),
        })
    }

    /// The handle within `reach` of a point, the nearest one; the one that turns the box lies `above_px` pixels beyond
    /// the top edge and gives way to one on the border that is as near. `None` when all are farther.
    pub fn hit_handle(&self, point: Point, reach: f64, above_px: f64) -> Option<RotatedHandle> {
        let upright = self.to_upright(point);
        let on_border = hit_handle(&self.as_upright(), upright, reach);
        let resize = on_border
            .map(|handle| (RotatedHandle::Resize(handle), handle.position(&self.as_upright()).distance(upright)));
        let from_rotate = self.handle_position(RotatedHandle::Rotate, above_px).distance(point);
        let rotate = (from_rotate <= reach).then_some((RotatedHandle::Rotate, from_rotate));
        resize.into_iter().chain(rotate).min_by(|a, b| a.1.total_cmp(&b.1)).map(|(handle, _)| handle)
    }

    /// The box after a handle was dragged to a point.
    ///
    /// A handle on the border moves its edges in the box's own frame: the opposite side or corner stays where it is and
    /// the angle is kept; dragging past the opposite side flips the box. The other turns the box about its centre so
    /// that the handle points at `to`, to the nearest multiple of `snap_degrees` when that is given and positive. A
    /// point that is not finite, or turning towards the centre itself, leaves the box as it is.
    #[must_use]
    pub fn dragged(&self, handle: RotatedHandle, to: Point, snap_degrees: Option<f64>) -> Self {
        let changed = match handle {
            RotatedHandle::Resize(handle) => {
                let upright = handle.dragged(&self.as_upright(), self.to_upright(to));
                let center = self.from_upright(upright.center());
                Self::new(center, upright.width(), upright.height(), self.degrees())
            }
            RotatedHandle::Rotate => {
                let (dx, dy) = (to.x - self.center().x, to.y - self.center().y);
                if dx == 0.0 && dy == 0.0 {
                    return *self;
                }
                // The handle points up at 0 degrees, where the arctangent is -90.
                let degrees = dy.atan2(dx).to_degrees() + 90.0;
                let snapped = snap_degrees.filter(|step| *step > 0.0).map(|step| (degrees / step).round() * step);
                Self::new(self.center(), self.width(), self.height(), snapped.unwrap_or(degrees))
            }
        };
        changed.unwrap_or(*self)
    }
}

impl Ellipse {
    /// Where a handle of the box around the ellipse sits; see [`RotatedBox::handle_position`].
    pub fn handle_position(&self, handle: RotatedHandle, above_px: f64) -> Point {
        self.frame().handle_position(handle, above_px)
    }

    /// The handle of the box around the ellipse within `reach` of a point; see [`RotatedBox::hit_handle`].
    pub fn hit_handle(&self, point: Point, reach: f64, above_px: f64) -> Option<RotatedHandle> {
        self.frame().hit_handle(point, reach, above_px)
    }

    /// The ellipse after a handle of the box around it was dragged to a point; see [`RotatedBox::dragged`].
    #[must_use]
    pub fn dragged(&self, handle: RotatedHandle, to: Point, snap_degrees: Option<f64>) -> Self {
        Self::in_frame(&self.frame().dragged(handle, to, snap_degrees))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ABOVE_PX: f64 = 20.0;

    fn boxed(x: f64, y: f64, width: f64, height: f64, degrees: f64) -> RotatedBox {
        RotatedBox::new(Point::new(x, y), width, height, degrees).expect("a box")
    }

    #[test]
    fn a_box_on_its_side_is_resized_along_its_own_axes() {
        // Turned by 90 degrees: its top edge looks right, its width lies along y.
        let side = boxed(50.0, 50.0, 40.0, 20.0, 90.0);
        assert_eq!(side.handle_position(RotatedHandle::Rotate, ABOVE_PX), Point::new(80.0, 50.0));
        let wider = side.dragged(RotatedHandle::Resize(Handle::East), Point::new(0.0, 90.0), None);
        assert_eq!(wider, boxed(50.0, 60.0, 60.0, 20.0, 90.0));
        let taller = side.dragged(RotatedHandle::Resize(Handle::North), Point::new(70.0, 0.0), None);
        assert_eq!(taller, boxed(55.0, 50.0, 40.0, 30.0, 90.0));
    }

    #[test]
    fn the_rotation_handle_points_at_the_pointer() {
        let upright = boxed(50.0, 50.0, 40.0, 20.0, 0.0);
        let turned = |x, y, snap| upright.dragged(RotatedHandle::Rotate, Point::new(x, y), snap).degrees();
        let directions = [(50.0, 0.0), (90.0, 50.0), (50.0, 90.0), (0.0, 50.0), (80.0, 20.0)];
        assert_eq!(directions.map(|(x, y)| turned(x, y, None)), [0.0, 90.0, 180.0, 270.0, 45.0]);
        assert_eq!((turned(81.0, 20.0, Some(15.0)), turned(49.9, 0.0, Some(15.0))), (45.0, 0.0));
        assert_eq!((turned(50.0, 50.0, None), turned(f64::NAN, 0.0, None)), (0.0, 0.0));
        assert_eq!(turned(80.0, 20.0, Some(0.0)), 45.0);
    }

    #[test]
    fn the_nearest_handle_is_hit() {
        let turned = boxed(50.0, 50.0, 40.0, 20.0, 30.0);
        for handle in Handle::ALL.map(RotatedHandle::Resize).into_iter().chain([RotatedHandle::Rotate]) {
            let at = turned.handle_position(handle, ABOVE_PX);
            assert_eq!(turned.hit_handle(at.moved(0.5, -0.5), 3.0, ABOVE_PX), Some(handle));
            assert_eq!(Ellipse::in_frame(&turned).hit_handle(at, 3.0, ABOVE_PX), Some(handle));
        }
        assert_eq!(turned.hit_handle(turned.center(), 3.0, ABOVE_PX), None);
    }

    proptest! {
        #[test]
        fn dragging_keeps_the_opposite_side_and_the_angle(
            degrees in 0.0f64..360.0, x in -40.0f64..140.0, y in -40.0f64..140.0, which in 0usize..8,
        ) {
            let before = boxed(50.0, 50.0, 40.0, 20.0, degrees);
            let handle = Handle::ALL[which];
            let after = before.dragged(RotatedHandle::Resize(handle), Point::new(x, y), None);
            prop_assert_eq!(after.degrees(), before.degrees());
            // The corner or the middle of the side across is still a corner or on a side.
            let middle = before.as_upright().center();
            let held = handle.position(&before.as_upright());
            let across = Point::new(2.0 * middle.x - held.x, 2.0 * middle.y - held.y);
            let across = after.to_upright(before.from_upright(across));
            let upright = after.as_upright();
            let on_x = (across.x - upright.x1()).abs().min((across.x - upright.x2()).abs()) < 1e-9;
            let on_y = (across.y - upright.y1()).abs().min((across.y - upright.y2()).abs()) < 1e-9;
            prop_assert!(on_x || on_y, "{:?}", after);
            // The pointer lies on a dragged edge.
            let pointer = after.to_upright(Point::new(x, y));
            let pulled_x = (pointer.x - upright.x1()).abs().min((pointer.x - upright.x2()).abs()) < 1e-9;
            let pulled_y = (pointer.y - upright.y1()).abs().min((pointer.y - upright.y2()).abs()) < 1e-9;
            prop_assert!(pulled_x || pulled_y);
            let ellipse = Ellipse::in_frame(&before).dragged(RotatedHandle::Resize(handle), Point::new(x, y), None);
            prop_assert_eq!(ellipse, Ellipse::in_frame(&after));
        }
    }
}
