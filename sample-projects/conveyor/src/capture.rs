//! How and when a scene was taken: camera, lighting, belt speed, firmware and time, planned for a whole export.

use concord_metrics::rng::Stream;

/// One of the two cameras over the belt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Camera {
    /// The reference camera, straight above the belt.
    A,
    /// A wider, slightly oblique camera with a cooler tint and more noise.
    B,
}

/// The light over the belt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Lighting {
    /// All lamps on.
    Bright,
    /// One lamp left: about a sixth of the light.
    Dim,
}

/// How fast the belt moves; the picture blurs along it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum BeltSpeed {
    /// Hardly any motion blur.
    Slow,
    /// About five pixels of motion blur.
    Fast,
}

/// The cameras' firmware; both are updated in the middle of the capture period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Firmware {
    /// The first half of the period.
    V2_0,
    /// The second half. On camera B its colour correction is off: a warm, saturated cast.
    V2_1,
}

macro_rules! names {
    ($type:ident { $($variant:ident => $name:literal),+ }) => {
        impl $type {
            /// Every value, in order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The value in `metadata.csv`.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name),+ }
            }

            /// The value with this name, as in `metadata.csv`, or `None`.
            pub fn from_name(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|value| value.name() == name)
            }
        }
    };
}

names!(Camera { A => "A", B => "B" });
names!(Lighting { Bright => "bright", Dim => "dim" });
names!(BeltSpeed { Slow => "slow", Fast => "fast" });
names!(Firmware { V2_0 => "2.0", V2_1 => "2.1" });

/// The circumstances of one scene.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Capture {
    /// Which camera.
    pub camera: Camera,
    /// Which light.
    pub lighting: Lighting,
    /// How fast the belt ran.
    pub belt_speed: BeltSpeed,
    /// Which firmware the cameras ran.
    pub firmware: Firmware,
    /// ISO 8601 in UTC, such as `2026-03-01T06:42:10Z`.
    pub captured_at: String,
}

/// Days of the capture period, 2026-03-01 to 2026-04-09.
pub const PERIOD_DAYS: u32 = 40;

/// Scenes after which camera, lighting and speed have each been dealt in their exact shares.
pub const DECK: usize = 20;

/// Plans `count` scenes in the order of time.
///
/// Days follow each other evenly through the period, ten scenes a day for 400, between 06:00 and 20:00 UTC. In every
/// run of [`DECK`] scenes 10 are from camera A, 14 bright and 10 slow, each dealt from its own shuffled deck: so any
/// window of time has nearly the same mix, and the three are independent of each other. The second half of the scenes
/// has firmware 2.1. Zero scenes give an empty plan.
pub fn plan(seed: u64, count: u32) -> Vec<Capture> {
    let mut captures = Vec::with_capacity(count as usize);
    for deck in 0..count.div_ceil(DECK as u32) {
        let cameras = shuffled(seed, "camera", deck, 10);
        let lights = shuffled(seed, "lighting", deck, 14);
        let speeds = shuffled(seed, "belt_speed", deck, 10);
        for card in 0..DECK {
            let index = deck * DECK as u32 + card as u32;
            if index >= count {
                break;
            }
            captures.push(Capture {
                camera: if cameras[card] { Camera::A } else { Camera::B },
                lighting: if lights[card] { Lighting::Bright } else { Lighting::Dim },
                belt_speed: if speeds[card] { BeltSpeed::Slow } else { BeltSpeed::Fast },
                firmware: if index < count.div_ceil(2) { Firmware::V2_0 } else { Firmware::V2_1 },
                captured_at: captured_at(seed, index, count),
            });
        }
    }
    captures
}

/// A deck of which the first `first` cards were true before shuffling.
fn shuffled(seed: u64, op: &str, deck: u32, first: usize) -> Vec<bool> {
    let mut cards: Vec<bool> = (0..DECK).map(|card| card < first).collect();
    Stream::new(seed, "plan", op, u64::from(deck)).shuffle(&mut cards);
    cards
}

fn captured_at(seed: u64, index: u32, count: u32) -> String {
    let (index, count, days) = (u64::from(index), u64::from(count), u64::from(PERIOD_DAYS));
    let day = index * days / count;
    // The first scene of a day d is the smallest index with index·days/count ≥ d.
    let first = (day * count).div_ceil(days);
    let next = ((day + 1) * count).div_ceil(days).min(count);
    let slot = 14 * 3600 / (next - first).max(1);
    let jitter = Stream::new(seed, "plan", "captured_at", index).below(slot.max(1));
    let second = 6 * 3600 + (index - first) * slot + jitter;
    let (month, day_of_month) = if day < 31 { (3, day + 1) } else { (4, day - 30) };
    let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
    format!("2026-{month:02}-{day_of_month:02}T{hour:02}:{minute:02}:{second:02}Z")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn four_hundred_scenes_are_ten_a_day_in_order_of_time() {
        let captures = plan(7, 400);
        assert!(captures.windows(2).all(|w| w[0].captured_at < w[1].captured_at));
        let mut days: BTreeMap<&str, u32> = BTreeMap::new();
        for capture in &captures {
            *days.entry(&capture.captured_at[..10]).or_default() += 1;
        }
        assert_eq!((days.len(), days.values().all(|&n| n == 10)), (40, true));
        assert_eq!(days.keys().next().copied(), Some("2026-03-01"));
        assert_eq!(days.keys().next_back().copied(), Some("2026-04-09"));
        assert!(captures[..200].iter().all(|c| c.firmware == Firmware::V2_0));
        assert!(captures[200..].iter().all(|c| c.firmware == Firmware::V2_1));
    }

    #[test]
    fn every_window_has_the_same_mix_and_the_three_are_independent() {
        let captures = plan(7, 400);
        for window in captures.chunks(DECK) {
            assert_eq!(window.iter().filter(|c| c.camera == Camera::A).count(), 10);
            assert_eq!(window.iter().filter(|c| c.lighting == Lighting::Bright).count(), 14);
            assert_eq!(window.iter().filter(|c| c.belt_speed == BeltSpeed::Slow).count(), 10);
        }
        let both = captures.iter().filter(|c| c.camera == Camera::A && c.lighting == Lighting::Dim).count();
        // Expected 60 of 400; four standard deviations of a binomial are 29.
        assert!((31..=89).contains(&both), "{both} scenes are camera A and dim");
    }

    #[test]
    fn short_and_odd_plans_hold_too() {
        assert!(plan(1, 0).is_empty());
        for count in [1, 7, 39, 41, 333] {
            let captures = plan(3, count);
            assert_eq!(captures.len(), count as usize);
            assert!(captures.windows(2).all(|w| w[0].captured_at < w[1].captured_at), "{count} scenes");
        }
    }
}
