//! The words of the belt: classes, sub-classes and occlusion tiers, with the names that go into files.

/// A kind of part, in the order of the category ids (bolt is 1) and of the model's classes (bolt is 0).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PartClass {
    /// A threaded bolt lying on its side.
    Bolt,
    /// A nut seen from above.
    Nut,
    /// A washer seen from above.
    Washer,
    /// A gear wheel seen from above.
    Gear,
    /// A coil spring lying on its side.
    Spring,
}

impl PartClass {
    /// All classes in order.
    pub const ALL: [Self; 5] = [Self::Bolt, Self::Nut, Self::Washer, Self::Gear, Self::Spring];

    /// Position in [`Self::ALL`], from 0.
    pub fn index(self) -> usize {
        self as usize
    }

    /// The category id in COCO files, from 1.
    pub fn category_id(self) -> u64 {
        self as u64 + 1
    }

    /// The name in files, such as `bolt`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Bolt => "bolt",
            Self::Nut => "nut",
            Self::Washer => "washer",
            Self::Gear => "gear",
            Self::Spring => "spring",
        }
    }

    /// The sub-classes of this class, two or three.
    pub fn subclasses(self) -> &'static [Subclass] {
        match self {
            Self::Bolt => &[Subclass::HexBolt, Subclass::CountersunkBolt, Subclass::PanBolt],
            Self::Nut => &[Subclass::HexNut, Subclass::FlangeNut],
            Self::Washer => &[Subclass::PlainWasher, Subclass::LockWasher],
            Self::Gear => &[Subclass::SpurGear, Subclass::BevelGear],
            Self::Spring => &[Subclass::CompressionSpring, Subclass::ExtensionSpring],
        }
    }
}

/// A finer kind within a class.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subclass {
    /// Bolt with a hexagonal head.
    HexBolt,
    /// Bolt with a countersunk (conical) head.
    CountersunkBolt,
    /// Bolt with a domed pan head.
    PanBolt,
    /// Plain hexagonal nut.
    HexNut,
    /// Hexagonal nut on a round flange.
    FlangeNut,
    /// Flat ring.
    PlainWasher,
    /// Split ring.
    LockWasher,
    /// Gear with teeth around a flat wheel.
    SpurGear,
    /// Gear with teeth down a cone.
    BevelGear,
    /// Open coils with closed ends.
    CompressionSpring,
    /// Tight coils with a hook at each end.
    ExtensionSpring,
}

impl Subclass {
    /// The value of the `subclass` attribute; unique within a class (bolt and nut both have `hex`).
    pub fn name(self) -> &'static str {
        match self {
            Self::HexBolt | Self::HexNut => "hex",
            Self::CountersunkBolt => "countersunk",
            Self::PanBolt => "pan",
            Self::FlangeNut => "flange",
            Self::PlainWasher => "plain",
            Self::LockWasher => "lock",
            Self::SpurGear => "spur",
            Self::BevelGear => "bevel",
            Self::CompressionSpring => "compression",
            Self::ExtensionSpring => "extension",
        }
    }

    /// The class that this is a kind of.
    pub fn class(self) -> PartClass {
        match self {
            Self::HexBolt | Self::CountersunkBolt | Self::PanBolt => PartClass::Bolt,
            Self::HexNut | Self::FlangeNut => PartClass::Nut,
            Self::PlainWasher | Self::LockWasher => PartClass::Washer,
            Self::SpurGear | Self::BevelGear => PartClass::Gear,
            Self::CompressionSpring | Self::ExtensionSpring => PartClass::Spring,
        }
    }
}

/// How much of a part is hidden by other parts or cut off by the edge of the picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Occlusion {
    /// At most 5 % hidden.
    None,
    /// More than 5 % and at most 40 % hidden.
    Partial,
    /// More than 40 % hidden.
    Heavy,
}

impl Occlusion {
    /// All tiers, from least to most hidden.
    pub const ALL: [Self; 3] = [Self::None, Self::Partial, Self::Heavy];

    /// The least visible fraction at which a part still belongs to the truth.
    pub const LEAST_VISIBLE: f64 = 0.15;

    /// The tier of a hidden fraction in `[0, 1]`.
    pub fn of_hidden(fraction: f64) -> Self {
        if fraction <= 0.05 {
            Self::None
        } else if fraction <= 0.4 {
            Self::Partial
        } else {
            Self::Heavy
        }
    }

    /// The value of the `occlusion` attribute.
    pub fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Partial => "partial",
            Self::Heavy => "heavy",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_subclass_belongs_to_the_class_that_lists_it_under_a_name_of_its_own() {
        for class in PartClass::ALL {
            let mut names: Vec<_> = class.subclasses().iter().map(|s| s.name()).collect();
            assert!(names.len() >= 2 && class.subclasses().iter().all(|s| s.class() == class));
            names.sort_unstable();
            names.dedup();
            assert_eq!(names.len(), class.subclasses().len());
        }
    }

    #[test]
    fn tiers_change_at_five_and_forty_percent() {
        assert_eq!(
            [0.0, 0.05, 0.051, 0.4, 0.41, 0.85].map(Occlusion::of_hidden).map(Occlusion::name),
            ["none", "none", "partial", "partial", "heavy", "heavy"]
        );
    }
}
