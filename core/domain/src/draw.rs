//! Draws that follow from an id, a purpose and the seed of the policy: the same on every machine and at any time.
//!
//! A draw is made by a number in `[0, 1)` that is compared with a share. Raising the share later therefore adds samples
//! and takes none away, and a purpose that is switched on later moves nothing that was drawn for another.

use crate::policy::AssignmentRules;
use crate::sample::SampleId;

/// Domain separation of the numbers.
const DOMAIN: &[u8] = b"concord-draw-v1";

/// What a number is drawn for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose<'a> {
    /// Whether a sample goes to several annotators. Of a sample.
    Overlap,
    /// Whether a sample is labelled without suggestions. Of a sample.
    WithoutSuggestions,
    /// Whether a sample that one person labelled is reviewed. Of a sample.
    Review,
    /// The order in which samples are drawn at random. Of a sample.
    Random,
    /// The order in which samples with a known answer are put before this annotator. Of a sample.
    Honeypot(&'a str),
    /// Whether a task of this annotator has a known answer. Of the task's number.
    HoneypotPlace(&'a str),
}

impl Purpose<'_> {
    /// The name that is hashed, and the annotator after a slash where there is one.
    fn text(self) -> String {
        match self {
            Self::Overlap => "overlap".to_owned(),
            Self::WithoutSuggestions => "without-suggestions".to_owned(),
            Self::Review => "review".to_owned(),
            Self::Random => "random".to_owned(),
            Self::Honeypot(annotator) => format!("honeypot/{annotator}"),
            Self::HoneypotPlace(annotator) => format!("honeypot-place/{annotator}"),
        }
    }
}

/// The number of a subject (the id of a sample, or the number of a task) for a purpose, in `[0, 1)`.
///
/// `(w >> 11) · 2⁻⁵³`, where w is made of the first eight bytes, the lowest first, of BLAKE3 over
/// `"concord-draw-v1" ‖ lp(seed) ‖ lp(purpose) ‖ lp(subject)`; `lp(b)` is the length of `b` and then `b`, numbers being
/// eight bytes with the lowest first.
pub fn number(seed: u64, purpose: Purpose<'_>, subject: &str) -> f64 {
    const UNIT: f64 = 1.0 / (1_u64 << 53) as f64;
    let mut hasher = blake3::Hasher::new();
    hasher.update(DOMAIN);
    for part in [&seed.to_le_bytes()[..], purpose.text().as_bytes(), subject.as_bytes()] {
        hasher.update(&(part.len() as u64).to_le_bytes());
        hasher.update(part);
    }
    let word = hasher.finalize().as_bytes().iter().take(8).rev().fold(0_u64, |word, byte| word << 8 | u64::from(*byte));
    (word >> 11) as f64 * UNIT
}

impl AssignmentRules {
    /// True for the samples that go to several annotators.
    pub fn is_overlapped(&self, sample: &SampleId) -> bool {
        drawn(self.overlap_share, || number(self.seed, Purpose::Overlap, &sample.0))
    }

    /// True for the samples that are labelled without suggestions, whoever labels them.
    pub fn is_without_suggestions(&self, sample: &SampleId) -> bool {
        drawn(self.without_suggestions, || number(self.seed, Purpose::WithoutSuggestions, &sample.0))
    }

    /// True when this task of an annotator has a known answer; tasks are counted from 0 over all that the annotator did.
    pub fn is_honeypot_place(&self, annotator: &str, task: u64) -> bool {
        drawn(self.honeypots, || number(self.seed, Purpose::HoneypotPlace(annotator), &task.to_string()))
    }

    /// Which sample with a known answer an annotator is given first: the one with the lowest number, in `[0, 1)`.
    pub fn honeypot_for(&self, annotator: &str, sample: &SampleId) -> f64 {
        number(self.seed, Purpose::Honeypot(annotator), &sample.0)
    }
}

/// Whether a number below the share is drawn; the ends need no number.
fn drawn(share: f64, number: impl FnOnce() -> f64) -> bool {
    share >= 1.0 || share > 0.0 && number() < share
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn sample(n: u64) -> SampleId {
        SampleId(blake3::hash(&n.to_le_bytes()).to_hex().to_string())
    }

    /// Computed with Python's blake3 1.0.11 from the definition.
    #[test]
    fn numbers_are_those_of_the_definition() {
        let id = "5a".repeat(32);
        for (purpose, seed_7, seed_8) in [
            (Purpose::Overlap, 0.398_706_871_935_185_95, 0.066_906_571_260_794_25),
            (Purpose::WithoutSuggestions, 0.259_224_288_934_712_5, 0.114_366_588_252_047_15),
            (Purpose::Review, 0.954_761_542_454_811_4, 0.720_274_096_558_357_7),
            (Purpose::Random, 0.467_922_612_952_110_6, 0.353_357_861_557_471_3),
            (Purpose::Honeypot("ana"), 0.406_214_168_123_284_7, 0.033_225_474_035_568_86),
            (Purpose::HoneypotPlace("ana"), 0.830_802_543_675_217_4, 0.435_232_419_262_919_1),
        ] {
            assert_eq!([number(7, purpose, &id), number(8, purpose, &id)], [seed_7, seed_8], "{purpose:?}");
        }
        assert_eq!(number(7, Purpose::HoneypotPlace("ana"), "12"), 0.428_387_567_584_195_16);
    }

    /// Shares come out as stated, and two purposes meet as often as independent draws do. 20,000 draws: five standard
    /// deviations are below 0.018.
    #[test]
    fn purposes_are_drawn_independently() {
        let rules = AssignmentRules { overlap_share: 0.3, without_suggestions: 0.2, honeypots: 0.1, seed: 5 };
        let share = |holds: &dyn Fn(u64) -> bool| (0..20_000).filter(|&n| holds(n)).count() as f64 / 20_000.0;
        let near = |got: f64, expected: f64| assert!((got - expected).abs() < 0.018, "{got} instead of {expected}");
        near(share(&|n| rules.is_overlapped(&sample(n))), 0.3);
        near(share(&|n| rules.is_without_suggestions(&sample(n))), 0.2);
        near(share(&|n| rules.is_overlapped(&sample(n)) && rules.is_without_suggestions(&sample(n))), 0.06);
        near(share(&|n| rules.is_honeypot_place("ana", n)), 0.1);
        near(share(&|n| rules.is_honeypot_place("ana", n) && rules.is_honeypot_place("ben", n)), 0.01);
        let first = |n| rules.honeypot_for("ana", &sample(n)) < 0.5;
        near(share(&|n| first(n) && rules.honeypot_for("ben", &sample(n)) < 0.5), 0.25);
        near(share(&|n| first(n) && rules.is_overlapped(&sample(n))), 0.15);
    }

    proptest! {
        #[test]
        fn raising_a_share_keeps_what_was_drawn(seed: u64, n: u64, low in 0.0..=1.0_f64, high in 0.0..=1.0_f64) {
            let (low, high) = (low.min(high), low.max(high));
            let rules = |share| AssignmentRules {
                overlap_share: share, without_suggestions: share, honeypots: share, seed,
            };
            let drawn = |share: f64| {
                let rules = rules(share);
                let place = rules.is_honeypot_place("ana", n);
                [rules.is_overlapped(&sample(n)), rules.is_without_suggestions(&sample(n)), place]
            };
            for (before, after) in drawn(low).into_iter().zip(drawn(high)) {
                prop_assert!(!before || after);
            }
            prop_assert_eq!(drawn(0.0), [false; 3]);
            prop_assert_eq!(drawn(1.0), [true; 3]);
        }

        #[test]
        fn switching_one_purpose_on_moves_no_other(seed: u64, n: u64, share in 0.0..=1.0_f64, other in 0.0..=1.0_f64) {
            let plain = AssignmentRules { overlap_share: share, seed, ..AssignmentRules::default() };
            let more = AssignmentRules { without_suggestions: other, honeypots: other, ..plain.clone() };
            prop_assert_eq!(plain.is_overlapped(&sample(n)), more.is_overlapped(&sample(n)));
            prop_assert_eq!(plain.honeypot_for("ana", &sample(n)), more.honeypot_for("ana", &sample(n)));
        }

        #[test]
        fn numbers_lie_in_the_unit_interval(seed: u64, text in ".{0,40}", name in ".{0,10}") {
            let drawn = number(seed, Purpose::Honeypot(&name), &text);
            prop_assert!((0.0..1.0).contains(&drawn));
        }
    }
}
