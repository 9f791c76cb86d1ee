//! Colour maps: 256-entry tables that turn a value in `[0, 1]` into a colour.

use egui::Color32;

/// A table of 256 colours for values in `[0, 1]`.
///
/// Viridis and inferno are perceptually uniform (S. van der Walt, N. Smith, matplotlib; CC0); turbo is not, but shows
/// more detail (A. Mikhailov, Google 2019; Apache-2.0). The bytes are `round(255 · c)` of matplotlib 3.11.2.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum ColorMap {
    /// Dark blue over green to yellow; safe for colour-blind eyes.
    #[default]
    Viridis,
    /// Black over red to pale yellow.
    Inferno,
    /// A rainbow with smoothed lightness.
    Turbo,
}

const VIRIDIS: &[u8; 768] = include_bytes!("../assets/viridis.rgb");
const INFERNO: &[u8; 768] = include_bytes!("../assets/inferno.rgb");
const TURBO: &[u8; 768] = include_bytes!("../assets/turbo.rgb");

impl ColorMap {
    /// All colour maps, in the order of their rows in the texture.
    pub const ALL: [Self; 3] = [Self::Viridis, Self::Inferno, Self::Turbo];

    /// The name to show.
    pub fn name(self) -> &'static str {
        match self {
            Self::Viridis => "Viridis",
            Self::Inferno => "Inferno",
            Self::Turbo => "Turbo",
        }
    }

    /// The table: 256 rows of red, green, blue.
    pub fn table(self) -> &'static [u8; 768] {
        match self {
            Self::Viridis => VIRIDIS,
            Self::Inferno => INFERNO,
            Self::Turbo => TURBO,
        }
    }

    /// The colour of one row of the table.
    pub fn row(self, index: u8) -> [u8; 3] {
        let at = usize::from(index) * 3;
        let table = self.table();
        [table[at], table[at + 1], table[at + 2]]
    }

    /// The colour of `value`: row `round(255 · value)` after clamping to `[0, 1]`; NaN counts as 0.
    pub fn color(self, value: f64) -> Color32 {
        let value = if value.is_nan() { 0.0 } else { value.clamp(0.0, 1.0) };
        let [red, green, blue] = self.row((255.0 * value).round() as u8);
        Color32::from_rgb(red, green, blue)
    }

    pub(crate) fn texture_row(self) -> u32 {
        match self {
            Self::Viridis => 0,
            Self::Inferno => 1,
            Self::Turbo => 2,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// round(255·c) of matplotlib 3.11.2 `colormaps[name](i)`.
    #[test]
    fn tables_equal_matplotlib() {
        let check = |map: ColorMap, rows: [[u8; 3]; 5]| {
            for (index, row) in [0, 64, 128, 192, 255].into_iter().zip(rows) {
                assert_eq!(map.row(index), row, "{} row {index}", map.name());
            }
        };
        check(ColorMap::Viridis, [[68, 1, 84], [59, 82, 139], [33, 145, 140], [94, 201, 98], [253, 231, 37]]);
        check(ColorMap::Inferno, [[0, 0, 4], [87, 16, 110], [188, 55, 84], [249, 142, 9], [252, 255, 164]]);
        check(ColorMap::Turbo, [[48, 18, 59], [40, 188, 235], [164, 252, 60], [251, 126, 33], [122, 4, 3]]);
    }

    #[test]
    fn values_outside_the_range_take_the_ends() {
        assert_eq!(ColorMap::Viridis.color(-1.0), ColorMap::Viridis.color(0.0));
        assert_eq!(ColorMap::Viridis.color(7.0), Color32::from_rgb(253, 231, 37));
        assert_eq!(ColorMap::Viridis.color(f64::NAN), Color32::from_rgb(68, 1, 84));
    }

    #[test]
    fn the_rows_of_the_texture_follow_all() {
        for (row, map) in ColorMap::ALL.into_iter().enumerate() {
            assert_eq!(map.texture_row() as usize, row);
        }
    }
}
