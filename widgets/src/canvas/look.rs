//! How an image and its overlay are shown: settings of the screen that never touch the data.

use concord_language::tr;

use super::raster::PixelKind;
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
    /// How bright the colour is (0.299 R + 0.587 G + 0.114 B, Rec. ITU-R BT.601), as grey.
    Luminance,
}

impl Channel {
    /// All choices, in the order to offer them.
    pub const ALL: [Self; 5] = [Self::All, Self::Red, Self::Green, Self::Blue, Self::Luminance];

    /// The name to show.
    pub fn name(self) -> &'static str {
        match self {
            Self::All => tr!("channel-all"),
            Self::Red => tr!("channel-red"),
            Self::Green => tr!("channel-green"),
            Self::Blue => tr!("channel-blue"),
            Self::Luminance => tr!("channel-luminance"),
        }
    }
}

/// The values that are shown as black and as white, in the units of the file.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Window {
    /// Shown as black, like everything below.
    pub low: f32,
    /// Shown as white, like everything above; a window that is not higher than low cuts sharply.
    pub high: f32,
}

/// The tone of the image on the screen, applied to each channel value in this order: the window brings it to `[0, 1]`,
/// `(v − black) / (white − black)`, equalisation, `(v − ½) · contrast + ½ + brightness`, clamped to `[0, 1]`, to the
/// power `1 / gamma`, inverted. Values out of range are brought into it when drawn. A grey image looks the same in
/// each channel.
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
    /// The values that are brought to 0 and 1; `None` is everything the pixels can hold, and for floating-point data,
    /// or deep data that is equalised, the range of the image's histogram (without one, 0 to 1).
    pub window: Option<Window>,
    /// Swaps black and white.
    pub invert: bool,
    /// Spreads the values that are frequent, by the image's histogram; without one it changes nothing.
    pub equalise: bool,
}

impl Default for Adjust {
    fn default() -> Self {
        Self {
            brightness: 0.0,
            contrast: 1.0,
            gamma: 1.0,
            black: 0.0,
            white: 1.0,
            channel: Channel::All,
            window: None,
            invert: false,
            equalise: false,
        }
    }
}

/// A tone as the shader takes it, for pixels of one kind.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Tone {
    /// Black, 1 / (white − black), brightness, contrast; the first two in the values that a texture gives.
    pub(crate) levels: [f32; 4],
    /// 1 / gamma.
    pub(crate) power: f32,
    /// The same black and white in the units of the file.
    pub(crate) window: Window,
}

impl Adjust {
    /// What the shader gets for pixels of a kind; `range` is that of the image's values, where it is known.
    pub(crate) fn tone(&self, kind: PixelKind, range: Option<(f64, f64)>) -> Tone {
        let (levels, power) = self.in_range();
        let [black, gain, brightness, contrast] = levels;
        let full = kind.full_scale();
        let whole = match range {
            // The range of whole numbers is that of their kind. Equalised, only the order of the values counts, and the
            // table is the finer the closer it fits them.
            Some((low, high)) if kind == PixelKind::GrayF32 || (self.equalise && kind != PixelKind::Rgba8) => {
                Window { low: low as f32, high: high as f32 }
            }
            _ => Window { low: 0.0, high: full },
        };
        let window = self.window.filter(|w| w.low.is_finite() && w.high.is_finite()).unwrap_or(whole);
        let spread = window.high - window.low;
        let low = window.low + black * spread;
        // Never 0, however close together the ends are.
        let spread = (spread / gain).max(1e-6 * low.abs().max(1e-6));
        let shown = Window { low, high: low + spread };
        if kind == PixelKind::Rgba8 && window == whole {
            return Tone { levels, power, window: shown };
        }
        // A texture of 8 bits gives shares, the others give the values of the file.
        let unit = if kind == PixelKind::Rgba8 { full } else { 1.0 };
        Tone { levels: [low / unit, unit / spread, brightness, contrast], power, window: shown }
    }

    /// Black, 1 / (white − black), brightness, contrast; then 1 / gamma.
    fn in_range(&self) -> ([f32; 4], f32) {
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

    #[test]
    fn a_window_is_in_the_units_of_the_file() {
        let window = Some(Window { low: 1000.0, high: 3000.0 });
        let plain = Adjust { window, ..Adjust::default() };
        let levels = |adjust: Adjust, kind| adjust.tone(kind, Some((0.0, 9.0))).levels;
        assert_eq!(levels(plain, PixelKind::Gray16), [1000.0, 1.0 / 2000.0, 0.0, 1.0]);
        // Black and white are shares of the window.
        let cut = Adjust { black: 0.25, white: 0.75, ..plain };
        assert_eq!(levels(cut, PixelKind::GrayF32), [1500.0, 1.0 / 1000.0, 0.0, 1.0]);
        assert_eq!(levels(Adjust::default(), PixelKind::Gray16), [0.0, 1.0 / 65_535.0, 0.0, 1.0]);
        assert_eq!(levels(Adjust::default(), PixelKind::GrayF32), [0.0, 1.0 / 9.0, 0.0, 1.0]);
        let bytes = Adjust { window: Some(Window { low: 51.0, high: 102.0 }), ..Adjust::default() };
        assert_eq!(levels(bytes, PixelKind::Rgba8), [0.2, 5.0, 0.0, 1.0]);
        let sharp = Adjust { window: Some(Window { low: 7.0, high: 7.0 }), ..Adjust::default() };
        assert!(levels(sharp, PixelKind::GrayF32)[1] > 1e4);
    }
}
