//! What reaches a tool: pointer events in image pixels, keys, and the modifiers that were held.

use concord_geometry::Point;

/// What the pointer or a key did.
///
/// A double click comes after the press and the release of its second click.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Pointer {
    /// The button went down.
    Press(Point),
    /// The pointer moved with no button down.
    Move(Point),
    /// The pointer moved with the button down.
    Drag(Point),
    /// The button went up.
    Release(Point),
    /// The button went up for the second time at one place.
    DoubleClick(Point),
    /// The gesture is given up (Escape, loss of focus); the tool stays in hand.
    Cancel,
    /// What is being drawn is finished (Enter).
    Finish,
    /// The last point is taken back (Backspace).
    StepBack,
    /// The next point of the template is absent.
    Absent,
}

impl Pointer {
    /// Where it happened, for what happens at a place.
    pub fn at(self) -> Option<Point> {
        match self {
            Self::Press(at) | Self::Move(at) | Self::Drag(at) | Self::Release(at) | Self::DoubleClick(at) => Some(at),
            Self::Cancel | Self::Finish | Self::StepBack | Self::Absent => None,
        }
    }
}

/// Which modifiers were held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Modifiers {
    /// Shift: add to the selection, constrain, slide, fill.
    pub add: bool,
    /// Control: snap to neighbours and to the image's edge.
    pub snap: bool,
    /// Alt: the other meaning – from the centre, a hole, occluded, delete a vertex.
    pub alternate: bool,
}
