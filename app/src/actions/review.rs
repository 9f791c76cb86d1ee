//! What a key says about a disagreement: names of people come in when it is pressed.

/// A verdict as a key gives it; A and B are the first two annotators, in order of their names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum VerdictKey {
    /// A is right.
    A,
    /// B is right.
    B,
    /// All are right.
    All,
    /// Nobody is right.
    Neither,
    /// One object from all.
    Fused,
    /// The place of A, all else of B.
    PlaceOfA,
    /// The place of B, all else of A.
    PlaceOfB,
    /// What the judge drew.
    ByHand,
}

impl VerdictKey {
    /// All of them, in the order of their buttons.
    pub const ALL: [Self; 8] =
        [Self::A, Self::B, Self::All, Self::Neither, Self::Fused, Self::PlaceOfA, Self::PlaceOfB, Self::ByHand];
}
