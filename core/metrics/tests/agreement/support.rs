//! The expected numbers and the random numbers that they were made from.

use serde_json::Value;

/// One section of the file of expected numbers.
pub(crate) fn section(name: &str) -> Vec<Value> {
    let all: Value = serde_json::from_str(include_str!("../data/agreement.json")).expect("the file is JSON");
    all[name].as_array().unwrap_or_else(|| panic!("no section {name}")).clone()
}

/// A number of an entry.
pub(crate) fn number(entry: &Value, name: &str) -> f64 {
    entry[name].as_f64().unwrap_or_else(|| panic!("{name} of {entry} is no number"))
}

/// A count of an entry.
pub(crate) fn count(entry: &Value, name: &str) -> usize {
    entry[name].as_u64().unwrap_or_else(|| panic!("{name} of {entry} is no count")) as usize
}

/// splitmix64 of Steele, Lea & Flood 2014, as in the script.
pub(crate) struct Splitmix(pub(crate) u64);

impl Splitmix {
    fn word(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number in `[0, 1)`.
    pub(crate) fn unit(&mut self) -> f64 {
        (self.word() >> 11) as f64 / (1_u64 << 53) as f64
    }
}
