//! Pictures for the guideline: clear cases, look-alikes, damage, occlusion tiers and how to draw a box.

use concord_geometry::{BBox, Size};
use concord_imaging::Rgb8;

use crate::render::{CloseUp, Pose, close_up};
use crate::vocabulary::Subclass;

/// The colour of a box drawn as the guideline asks for.
const RIGHT: [u8; 3] = [60, 220, 90];

/// The colour of a box drawn wrongly.
const WRONG: [u8; 3] = [235, 70, 60];

/// Side of an example picture with one part, in pixels.
const SIDE: u32 = 176;

/// All example pictures with their file names (`….png`), the same bytes every time. `assets/guideline.md` refers to
/// every one of them.
pub fn guideline_examples() -> Vec<(String, Rgb8)> {
    let mut examples = singles();
    examples.extend(side_by_side());
    examples.extend(occlusion());
    examples.push(("empty_belt.png".to_owned(), close_up(&[], 57, Size::new(2 * SIDE, SIDE)).image));
    examples
}

fn pose(subclass: Subclass, damaged: bool, seed: u64) -> Pose {
    Pose { subclass, damaged, seed, center: (0.0, 0.0), angle: 0.5, size: 118.0 }
}

fn singles() -> Vec<(String, Rgb8)> {
    let table = [
        ("bolt_hex", Subclass::HexBolt, false, 3),
        ("bolt_countersunk", Subclass::CountersunkBolt, false, 4),
        ("bolt_pan", Subclass::PanBolt, false, 5),
        ("bolt_damaged_bent", Subclass::HexBolt, true, 6),
        ("nut_hex", Subclass::HexNut, false, 7),
        ("nut_flange", Subclass::FlangeNut, false, 8),
        ("nut_damaged", Subclass::HexNut, true, 9),
        ("washer_plain", Subclass::PlainWasher, false, 10),
        ("washer_lock", Subclass::LockWasher, false, 11),
        ("washer_damaged", Subclass::PlainWasher, true, 12),
        ("gear_spur", Subclass::SpurGear, false, 13),
        ("gear_bevel", Subclass::BevelGear, false, 14),
        ("gear_damaged_missing_teeth", Subclass::SpurGear, true, 60),
        ("spring_compression", Subclass::CompressionSpring, false, 16),
        ("spring_extension", Subclass::ExtensionSpring, false, 17),
        ("spring_damaged_bent", Subclass::CompressionSpring, true, 18),
    ];
    let render = |(name, subclass, damaged, seed)| {
        (format!("{name}.png"), close_up(&[pose(subclass, damaged, seed)], seed, Size::new(SIDE, SIDE)).image)
    };
    table.map(render).into_iter().collect()
}

/// Sub-class, damage and seed of a part.
type Kind = (Subclass, bool, u64);

/// Look-alikes, the first named on the left.
fn side_by_side() -> Vec<(String, Rgb8)> {
    let table = [
        ("nut_flange_or_washer_plain", (Subclass::FlangeNut, false, 20), (Subclass::PlainWasher, false, 21), 92.0),
        ("small_nut_or_washer", (Subclass::HexNut, false, 22), (Subclass::PlainWasher, false, 23), 30.0),
        ("washer_lock_or_cracked_plain", (Subclass::LockWasher, false, 24), (Subclass::PlainWasher, true, 53), 92.0),
        ("washer_lock_or_spring_end", (Subclass::LockWasher, false, 26), (Subclass::ExtensionSpring, false, 27), 92.0),
        ("gear_intact_or_damaged", (Subclass::SpurGear, false, 28), (Subclass::SpurGear, true, 28), 110.0),
        ("nut_intact_or_damaged", (Subclass::FlangeNut, false, 30), (Subclass::FlangeNut, true, 30), 104.0),
    ];
    let render = |(name, left, right, size): (&str, Kind, Kind, f32)| {
        let place = |(subclass, damaged, seed), x| Pose { center: (x, 0.0), size, ..pose(subclass, damaged, seed) };
        let half = SIDE as f32 / 2.0;
        let parts = [place(left, -half * 0.8), place(right, half * 0.8)];
        (format!("{name}.png"), close_up(&parts, left.2, Size::new(2 * SIDE, SIDE)).image)
    };
    table.map(render).into_iter().collect()
}

/// The three tiers with the box of the lower part, and the wrong box around what cannot be seen.
fn occlusion() -> Vec<(String, Rgb8)> {
    let stacked = |offset: f32| {
        let below = Pose { center: (-20.0, 8.0), size: 104.0, ..pose(Subclass::FlangeNut, false, 31) };
        let above = Pose { center: (offset, -14.0), size: 112.0, ..pose(Subclass::SpurGear, false, 32) };
        close_up(&[below, above], 31, Size::new(2 * SIDE, SIDE))
    };
    let outlined = |name: &str, offset: f32| {
        let mut view = stacked(offset);
        let visible = view.objects[0].bbox;
        outline(&mut view, &visible, RIGHT);
        (name.to_owned(), view.image)
    };
    let mut wrong = stacked(PARTIAL);
    let (visible, full) = (wrong.objects[0].bbox, stacked(NONE).objects[0].bbox);
    outline(&mut wrong, &full.union(&visible), WRONG);
    vec![
        outlined("occlusion_none.png", NONE),
        outlined("occlusion_partial.png", PARTIAL),
        outlined("occlusion_heavy.png", HEAVY),
        ("box_beyond_the_visible.png".to_owned(), wrong.image),
    ]
}

/// Where the upper part lies for each tier, in pixels right of the middle.
const NONE: f32 = 96.0;
const PARTIAL: f32 = 56.0;
const HEAVY: f32 = 8.0;

/// Draws a line of two pixels just outside a box.
fn outline(view: &mut CloseUp, bbox: &BBox, colour: [u8; 3]) {
    let (width, height) = (view.image.size.width as i32, view.image.size.height as i32);
    let [x1, y1, x2, y2] = <[f64; 4]>::from(*bbox).map(|v| v.round() as i32);
    for y in (y1 - 2).max(0)..(y2 + 2).min(height) {
        for x in (x1 - 2).max(0)..(x2 + 2).min(width) {
            if !((x1..x2).contains(&x) && (y1..y2).contains(&y)) {
                let at = (y * width + x) as usize * 3;
                view.image.data[at..at + 3].copy_from_slice(&colour);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn the_guideline_shows_every_example_and_no_other() {
        let guideline = include_str!("../assets/guideline.md");
        let referred: BTreeSet<&str> =
            guideline.split("](examples/").skip(1).filter_map(|rest| rest.split(')').next()).collect();
        let examples = guideline_examples();
        let rendered: BTreeSet<&str> = examples.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!((referred, rendered.len()), (rendered, examples.len()));
    }

    #[test]
    fn the_policy_shows_examples_that_are_rendered() {
        let policy = include_str!("../assets/policy.toml");
        let shown = policy.split("picture = \"examples/").skip(1).filter_map(|rest| rest.split('"').next());
        let shown: BTreeSet<&str> = shown.collect();
        let examples = guideline_examples();
        let rendered: BTreeSet<&str> = examples.iter().map(|(name, _)| name.as_str()).collect();
        assert!(shown.len() == 2 && shown.is_subset(&rendered), "{shown:?}");
    }

    #[test]
    fn the_examples_of_occlusion_are_of_the_tier_that_they_name() {
        for (offset, tier) in [(NONE, "none"), (PARTIAL, "partial"), (HEAVY, "heavy")] {
            let below = Pose { center: (-20.0, 8.0), size: 104.0, ..pose(Subclass::FlangeNut, false, 31) };
            let above = Pose { center: (offset, -14.0), size: 112.0, ..pose(Subclass::SpurGear, false, 32) };
            let view = close_up(&[below, above], 31, Size::new(2 * SIDE, SIDE));
            assert_eq!((view.objects[0].subclass, view.objects[0].occlusion.name()), (Subclass::FlangeNut, tier));
        }
    }
}
