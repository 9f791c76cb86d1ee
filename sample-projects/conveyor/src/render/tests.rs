//! What holds of every rendered scene.

use super::*;
use crate::capture::{self, BeltSpeed, Camera, Firmware, Lighting};

fn capture(camera: Camera, lighting: Lighting, firmware: Firmware) -> Capture {
    Capture { camera, lighting, belt_speed: BeltSpeed::Slow, firmware, captured_at: "2026-03-01T06:00:00Z".to_owned() }
}

/// Mean of each channel, in bytes.
fn mean_colour(image: &Rgb8) -> [f64; 3] {
    let mut sum = [0.0; 3];
    for pixel in image.data.chunks_exact(3) {
        for (total, &byte) in sum.iter_mut().zip(pixel) {
            *total += f64::from(byte);
        }
    }
    sum.map(|s| s / SIZE.area_px() as f64)
}

#[test]
fn a_scene_has_the_same_bytes_on_one_thread_and_on_many() {
    let captures = capture::plan(7, 6);
    let on = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a thread pool starts");
        pool.install(|| scenes(7, &captures))
    };
    for (one, many) in on(1).iter().zip(&on(5)) {
        assert_eq!((&one.image.data, &one.objects), (&many.image.data, &many.objects));
    }
}

#[test]
fn boxes_are_the_bounds_of_masks_that_do_not_overlap() {
    for scene in scenes(11, &capture::plan(11, 12)) {
        assert!(!scene.objects.is_empty() && scene.objects.len() <= 12);
        let mut taken = vec![false; SIZE.area_px() as usize];
        for object in &scene.objects {
            let mask = object.mask.to_row_major();
            assert_eq!(Rle::from_row_major(SIZE.width, SIZE.height, &mask), object.mask);
            let on = |horizontal: bool, end: bool| {
                let coordinates = mask.iter().enumerate().filter(|(_, m)| **m).map(|(i, _)| {
                    let (x, y) = (i as u32 % SIZE.width, i as u32 / SIZE.width);
                    f64::from(if horizontal { x } else { y })
                });
                coordinates.fold(if end { -1.0 } else { 1e9 }, if end { f64::max } else { f64::min })
            };
            let expected = [on(true, false), on(false, false), on(true, true) + 1.0, on(false, true) + 1.0];
            assert_eq!(<[f64; 4]>::from(object.bbox), expected);
            assert!(object.visible_fraction >= 0.15 && object.visible_fraction <= 1.0);
            assert_eq!(object.occlusion, Occlusion::of_hidden(1.0 - object.visible_fraction));
            for (pixel, &covered) in taken.iter_mut().zip(&mask) {
                assert!(!(*pixel && covered), "two parts claim one pixel");
                *pixel |= covered;
            }
        }
    }
}

#[test]
fn every_kind_size_and_tier_occurs() {
    let scenes = scenes(7, &capture::plan(7, 120));
    let objects: Vec<_> = scenes.iter().flat_map(|s| &s.objects).collect();
    for class in PartClass::ALL {
        for subclass in class.subclasses() {
            let count = objects.iter().filter(|o| o.subclass == *subclass).count();
            assert!(count >= 10, "{count} × {subclass:?}");
        }
    }
    for tier in Occlusion::ALL {
        assert!(objects.iter().filter(|o| o.occlusion == tier).count() >= 15, "{tier:?}");
    }
    let longest = |o: &&&TruthObject| o.bbox.width().max(o.bbox.height());
    assert!(objects.iter().filter(|o| longest(o) < 25.0).count() > 10);
    assert!(objects.iter().filter(|o| longest(o) > 100.0).count() > 10);
}

#[test]
fn firmware_2_1_warms_camera_b_and_leaves_camera_a_alone() {
    for lighting in [Lighting::Bright, Lighting::Dim] {
        let [a_old, a_new] = [Firmware::V2_0, Firmware::V2_1].map(|f| scene(7, 3, &capture(Camera::A, lighting, f)));
        assert_eq!(a_old.image.data, a_new.image.data);
        let [b_old, b_new] = [Firmware::V2_0, Firmware::V2_1]
            .map(|f| mean_colour(&scene(7, 3, &capture(Camera::B, lighting, f)).image))
            .map(|[r, _, b]| r / b);
        assert!(b_new > 1.4 * b_old, "red over blue went from {b_old:.2} to {b_new:.2}");
    }
}

#[test]
fn dim_scenes_are_darker_but_not_black_and_show_the_same_parts() {
    let [bright, dim] = [Lighting::Bright, Lighting::Dim].map(|l| scene(7, 5, &capture(Camera::A, l, Firmware::V2_0)));
    let [b, d] = [&bright, &dim].map(|s| mean_colour(&s.image).iter().sum::<f64>() / 3.0);
    assert!(d < 0.6 * b && d > 15.0, "mean byte {b:.0} bright, {d:.0} dim");
    assert_eq!(bright.objects, dim.objects);
}

#[test]
fn another_index_or_seed_is_another_scene() {
    let how = capture(Camera::A, Lighting::Bright, Firmware::V2_0);
    let first = scene(7, 0, &how);
    assert_ne!(first.objects, scene(7, 1, &how).objects);
    assert_ne!(first.objects, scene(8, 0, &how).objects);
}
