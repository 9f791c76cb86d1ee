//! How an image and its overlay are shown: settings of the screen that never touch the data.

use crate::colormap::ColorMap;

/// Which colour channels are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Channel {
    /// All three, in colour.
    #[default]
    All,
    /// Red as grey.
    Red,
    /// Green as grey.
    Green,
    /// Blue as grey.
    Blue,
}

impl Channel {
    /// All choices, in the order to offer them.
    pub const ALL: [Self; 4] = [Self::All, Self::Red, Self::Green, Self::Blue];

    /// The name to show.
    pub fn name(self) -> &'static str {
        match self {
            Self::All => "All channels",
            Self::Red => "Red",
            Self::Green => "Green",
            Self::Blue => "Blue",
        }
    }
}

/// The tone of the image on the screen, applied to each channel value in `[0, 1]` in this order:
/// `(v − black) / (white − black)`, then `(v − ½) · contrast + ½ + brightness`, clamped to `[0, 1]`, to the power
/// `1 / gamma`. Values out of range are brought into it when drawn.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Adjust {
    /// Added to every value, in `[-1, 1]`; 0 changes nothing.
    pub brightness: f32,
    /// Spread around the middle, in `[0, 8]`; 1 changes nothing.
    pub contrast: f32,
    /// Above 1 lifts the shadows, in `[0.1, 10]`; 1 changes nothing.
    pub gamma: f32,
    /// The level shown as black, in `[0, 1]`.
    pub black: f32,
    /// The level shown as white, in `[0, 1]`, above `black`.
    pub white: f32,
    /// Which channels are shown.
    pub channel: Channel,
}

impl Default for Adjust {
    fn default() -> Self {
        Self { brightness: 0.0, contrast: 1.0, gamma: 1.0, black: 0.0, white: 1.0, channel: Channel::All }
    }
}

impl Adjust {
    /// What the shader gets: black, 1 / (white − black), brightness, contrast; then 1 / gamma.
    pub(crate) fn in_range(&self) -> ([f32; 4], f32) {
        let or = |value: f32, low: f32, high: f32, other: f32| {
            if value.is_finite() { value.clamp(low, high) } else { other }
        };
        let black = or(self.black, 0.0, 1.0, 0.0);
        let range = (or(self.white, 0.0, 1.0, 1.0) - black).max(1.0 / 255.0);
        let brightness = or(self.brightness, -1.0, 1.0, 0.0);
        let contrast = or(self.contrast, 0.0, 8.0, 1.0);
        ([black, 1.0 / range, brightness, contrast], 1.0 / or(self.gamma, 0.1, 10.0, 1.0))
    }
}

/// How an overlay is laid over the image.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct OverlayStyle {
    /// The colours.
    pub map: ColorMap,
    /// How much of the overlay's colour is mixed in, in `[0, 1]`.
    pub opacity: f32,
    /// Values below are not drawn, in `[0, 1]`.
    pub threshold: f32,
}

impl Default for OverlayStyle {
    fn default() -> Self {
        Self { map: ColorMap::Viridis, opacity: 0.5, threshold: 0.0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_tone_changes_nothing() {
        assert_eq!(Adjust::default().in_range(), ([0.0, 1.0, 0.0, 1.0], 1.0));
    }

    #[test]
    fn impossible_tones_are_brought_into_range() {
        let odd = Adjust { gamma: 0.0, contrast: f32::NAN, black: 0.9, white: 0.1, ..Adjust::default() };
        let ([black, gain, _, contrast], power) = odd.in_range();
        assert_eq!((black, contrast, power), (0.9, 1.0, 10.0));
        assert!(gain.is_finite() && gain > 0.0);
    }
}
