//! Chosen parts in the middle of the belt, seen by camera A in bright light: the pictures of the guideline.

use concord_geometry::Size;
use concord_imaging::Rgb8;
use concord_metrics::rng::Stream;

use super::camera::{SIZE, Setup};
use super::layout::Placed;
use super::math::V2;
use super::parts::Part;
use super::shade::Material;
use super::{TruthObject, render};
use crate::capture::{BeltSpeed, Camera, Capture, Firmware, Lighting};
use crate::vocabulary::Subclass;

/// A part laid by hand.
#[derive(Debug, Clone, PartialEq)]
pub struct Pose {
    /// What it is.
    pub subclass: Subclass,
    /// Whether it is damaged.
    pub damaged: bool,
    /// Its shape and finish come from this number.
    pub seed: u64,
    /// Its middle, in pixels right of and below the middle of the picture.
    pub center: (f32, f32),
    /// Its turn in radians.
    pub angle: f32,
    /// Its longest side in pixels.
    pub size: f32,
}

/// A cut-out of a scene.
#[derive(Debug, Clone)]
pub struct CloseUp {
    /// The picture.
    pub image: Rgb8,
    /// The parts, lowest first, with boxes in pixels of the cut-out; masks are those of the whole scene.
    pub objects: Vec<TruthObject>,
}

/// Renders parts on the belt, the first lowest, and cuts out the middle, at most 640 × 480. Parts should lie wholly
/// inside the cut-out, for boxes are not clipped to it.
pub fn close_up(poses: &[Pose], seed: u64, size: Size) -> CloseUp {
    let capture = Capture {
        camera: Camera::A,
        lighting: Lighting::Bright,
        belt_speed: BeltSpeed::Slow,
        firmware: Firmware::V2_0,
        captured_at: String::new(),
    };
    let size = Size::new(size.width.min(SIZE.width), size.height.min(SIZE.height));
    let placed: Vec<Placed> = poses.iter().map(lay).collect();
    let (image, objects) = render(seed, "close_up", &Setup::of(&capture), &placed);
    let (left, top) = ((SIZE.width - size.width) / 2, (SIZE.height - size.height) / 2);
    let moved = |mut object: TruthObject| {
        object.bbox = object.bbox.moved(-f64::from(left), -f64::from(top));
        object
    };
    CloseUp {
        image: Rgb8::from_fn(size, |x, y| image.pixel(x + left, y + top)),
        objects: objects.into_iter().map(moved).collect(),
    }
}

fn lay(pose: &Pose) -> Placed {
    let mut stream = Stream::new(pose.seed, "close_up", "part", 0);
    let material = Material::clean(&mut stream);
    Placed {
        subclass: pose.subclass,
        damaged: pose.damaged,
        part: Part::draw(pose.subclass, pose.damaged, &mut stream),
        material,
        center: V2::new(pose.center.0, pose.center.1),
        angle: pose.angle,
        size: pose.size,
    }
}

#[cfg(test)]
mod tests {
    use concord_geometry::BBox;

    use super::*;

    #[test]
    fn boxes_lie_around_the_part_in_the_cut_out() {
        let pose = Pose {
            subclass: Subclass::PlainWasher,
            damaged: false,
            seed: 1,
            center: (10.0, -5.0),
            angle: 0.3,
            size: 100.0,
        };
        let view = close_up(&[pose], 1, Size::new(176, 160));
        // A ring of 100 pixels around (88 + 10, 80 − 5); its mask may be a pixel off on each side.
        let expected = BBox::new(48.0, 25.0, 148.0, 125.0).expect("a valid box");
        assert_eq!(view.image.size, Size::new(176, 160));
        assert!(view.objects[0].bbox.iou(&expected) > 0.95, "{:?}", view.objects[0].bbox);
    }
}
