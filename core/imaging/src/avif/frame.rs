//! AV1 data to samples, through the decoder's safe interface.

use concord_geometry::Size;
use rayon::prelude::*;
use re_rav1d::dav1d::{Decoder, Error, Picture, PixelLayout, PlanarImageComponent, Settings};

use super::Fault;
use super::sequence::{Sampling, Sequence};
use super::still::{Coded, Tile};

/// How often the decoder is offered the same data.
const OFFERS: usize = 16;

/// Most pixels of a frame: what the decoder counts in 32 bits stays in range, at four bytes a pixel of a plane.
const MOST_PIXELS: u64 = 1 << 30;

/// Decoded frames side by side, which are one picture.
pub(super) struct Frame {
    pub(super) sequence: Sequence,
    size: Size,
    tile: Size,
    columns: u32,
    tiles: Vec<Picture>,
}

impl Frame {
    pub(super) fn decode(coded: &Coded<'_>, sequence: Sequence) -> Result<Self, Fault> {
        let one = |tile: &Tile<'_>| {
            let picture = decode_tile(tile, coded.tile)?;
            let found = (picture.width(), picture.height());
            if found != (coded.tile.width, coded.tile.height) {
                let (w, h) = found;
                let reason =
                    format!("a frame has {w}×{h} pixels, and {}×{} are stated", coded.tile.width, coded.tile.height);
                return Err(Fault::corrupt(reason));
            }
            let bits = picture.bits_per_component().map(|bits| bits.0);
            if sampling(&picture) != sequence.sampling || bits != Some(usize::from(sequence.bits)) {
                return Err(Fault::corrupt("a frame is coded in another way than its first header says"));
            }
            Ok(picture)
        };
        let tiles = match &coded.tiles[..] {
            [single] => vec![one(single)?],
            all => all.par_iter().map(one).collect::<Result<_, _>>()?,
        };
        Ok(Self { sequence, size: coded.size, tile: coded.tile, columns: coded.columns, tiles })
    }

    /// One row of a plane: 0 for luma, 1 and 2 for colour. What `row` holds before is replaced.
    pub(super) fn row(&self, plane: usize, y: u32, row: &mut Vec<u16>) {
        let (across, down) = if plane == 0 { (false, false) } else { self.sequence.halved() };
        let halve = |side: u32, halved: bool| if halved { side.div_ceil(2) } else { side };
        let (width, tile) = (halve(self.size.width, across), halve(self.tile.width, across));
        let tile_height = halve(self.tile.height, down);
        let component = [PlanarImageComponent::Y, PlanarImageComponent::U, PlanarImageComponent::V][plane];
        row.clear();
        let first = (y / tile_height * self.columns) as usize;
        for picture in &self.tiles[first..first + self.columns as usize] {
            let count = tile.min(width - row.len() as u32) as usize;
            let samples = picture.plane(component);
            let start = (y % tile_height) as usize * picture.stride(component) as usize;
            if self.sequence.is_deep() {
                let pairs = samples[start..start + 2 * count].as_chunks::<2>().0;
                row.extend(pairs.iter().map(|&pair| u16::from_ne_bytes(pair)));
            } else {
                row.extend(samples[start..start + count].iter().map(|&sample| u16::from(sample)));
            }
        }
    }

    /// One row of both colour planes at the width of luma. Samples that serve several pixels lie in their middle, and are
    /// interpolated linearly in between; the outermost are repeated. `near` and `far` are room to work in.
    pub(super) fn chroma(&self, y: u32, near: &mut Vec<u16>, far: &mut Vec<u16>, out: [&mut Vec<f32>; 2]) {
        let (across, down) = self.sequence.halved();
        for (plane, out) in (1..).zip(out) {
            let (here, other) = if down { neighbours(y, self.size.height.div_ceil(2)) } else { (y, y) };
            self.row(plane, here, near);
            if here == other {
                far.clone_from(near);
            } else {
                self.row(plane, other, far);
            }
            let at = |column: u32| {
                let column = column as usize;
                (3.0 * f32::from(near[column]) + f32::from(far[column])) / 4.0
            };
            out.clear();
            if across {
                let columns = self.size.width.div_ceil(2);
                out.extend((0..self.size.width).map(|x| {
                    let (here, other) = neighbours(x, columns);
                    (3.0 * at(here) + at(other)) / 4.0
                }));
            } else {
                out.extend((0..self.size.width).map(at));
            }
        }
    }
}

/// The half-size sample that a pixel lies in, and the one that it is nearest to besides; of `count`.
fn neighbours(at: u32, count: u32) -> (u32, u32) {
    let here = at / 2;
    let other = if at % 2 == 1 { (here + 1).min(count - 1) } else { here.saturating_sub(1) };
    (here, other)
}

fn sampling(picture: &Picture) -> Sampling {
    match picture.pixel_layout() {
        PixelLayout::I400 => Sampling::Grey,
        PixelLayout::I420 => Sampling::HalfBoth,
        PixelLayout::I422 => Sampling::HalfAcross,
        PixelLayout::I444 => Sampling::Full,
    }
}

/// The first frame that AV1 data shows, of no more pixels than `size` has.
///
/// On one thread: many files are read side by side, and the decoder gains little by more.
fn decode_tile(tile: &Tile<'_>, size: Size) -> Result<Picture, Fault> {
    if size.area_px() > MOST_PIXELS {
        return Err(Fault::unsupported(format!("a frame has {}×{} pixels", size.width, size.height)));
    }
    let mut settings = Settings::new();
    settings.set_n_threads(1);
    settings.set_max_frame_delay(1);
    settings.set_all_layers(false);
    settings.set_operating_point(u32::from(tile.operating_point));
    settings.set_frame_size_limit(u32::try_from(size.area_px()).unwrap_or(u32::MAX));
    let mut decoder = Decoder::with_settings(&settings).map_err(refusal)?;
    let mut sent = decoder.send_data(tile.data().into_owned(), None, None, None);
    for _ in 0..OFFERS {
        match sent {
            Ok(()) | Err(Error::Again) => {}
            Err(error) => return Err(refusal(error)),
        }
        match decoder.get_picture() {
            Ok(picture) => return Ok(picture),
            Err(Error::Again) if sent.is_err() => sent = decoder.send_pending_data(),
            Err(Error::Again) => break,
            Err(error) => return Err(refusal(error)),
        }
    }
    Err(Fault::corrupt("the AV1 data shows no frame"))
}

fn refusal(error: Error) -> Fault {
    match error {
        Error::UnsupportedBitstream => Fault::unsupported("the AV1 data has a feature that is not decoded"),
        Error::NotEnoughMemory => Fault::corrupt("the AV1 decoder ran out of memory"),
        _ => Fault::corrupt("the AV1 data is not decodable"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pixel_leans_towards_the_nearer_neighbour_and_the_edge_is_repeated() {
        let found: Vec<_> = (0..5).map(|x| neighbours(x, 3)).collect();
        assert_eq!(found, [(0, 0), (0, 1), (1, 0), (1, 2), (2, 1)]);
        assert_eq!(neighbours(5, 3), (2, 2));
    }
}
