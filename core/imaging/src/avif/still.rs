//! What the items of a file make together: colour, alpha, and how the picture is to be cut and turned.

use std::borrow::Cow;
use std::collections::BTreeMap;

use concord_geometry::Size;

use super::boxes::{Fields, text};
use super::meta::Meta;
use super::sequence::Sequence;
use super::{Fault, orientation};
use crate::Orientation;
use crate::raster::Area;

/// How AVIF and HEIF name an alpha plane.
const ALPHA: [&[u8]; 2] = [b"urn:mpeg:mpegB:cicp:systems:auxiliary:alpha", b"urn:mpeg:hevc:2015:auxid:1"];

/// Least side of a tile of a grid (ISO/IEC 23000-22, 7.3.11.4.2), in pixels.
const LEAST_TILE: u32 = 64;

/// The still picture of a file.
pub(super) struct Still<'a> {
    pub(super) colour: Coded<'a>,
    pub(super) alpha: Option<Coded<'a>>,
    /// Whether the colours have been multiplied by alpha already.
    pub(super) premultiplied: bool,
    /// What is shown of the coded picture.
    pub(super) crop: Area,
    /// `None` when the file neither turns nor mirrors the picture.
    pub(super) orientation: Option<Orientation>,
    pub(super) nclx: Option<Nclx>,
    /// A TIFF-structured EXIF block.
    pub(super) exif: Option<&'a [u8]>,
}

/// The part of a `colr` property that says how colours are coded; it goes before the AV1 data's own word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Nclx {
    /// Matrix coefficients, as ITU-T H.273 numbers them.
    pub(super) matrix: u8,
    pub(super) full_range: bool,
}

/// One picture as AV1 data: a single frame, or a grid of them.
pub(super) struct Coded<'a> {
    /// Of the whole, in pixels.
    pub(super) size: Size,
    /// Of every frame, in pixels.
    pub(super) tile: Size,
    pub(super) columns: u32,
    pub(super) tiles: Vec<Tile<'a>>,
}

/// The AV1 data of one frame.
pub(super) struct Tile<'a> {
    parts: Vec<&'a [u8]>,
    pub(super) operating_point: u8,
}

impl<'a> Tile<'a> {
    /// The data in one piece.
    pub(super) fn data(&self) -> Cow<'a, [u8]> {
        match self.parts[..] {
            [whole] => Cow::Borrowed(whole),
            _ => Cow::Owned(self.parts.concat()),
        }
    }
}

impl Coded<'_> {
    /// Size of all frames together, at least that of the picture.
    pub(super) fn decoded_size(&self) -> Size {
        let rows = self.tiles.len() as u32 / self.columns;
        Size::new(self.tile.width.saturating_mul(self.columns), self.tile.height.saturating_mul(rows))
    }

    /// The header of the AV1 data, which is the same in all frames.
    pub(super) fn sequence(&self) -> Result<Sequence, Fault> {
        let mut all = self.tiles.iter().map(|tile| Sequence::find(&tile.data()));
        let first = all.next().ok_or_else(|| Fault::corrupt("a grid has no tiles"))??;
        for other in all {
            if other? != first {
                return Err(Fault::corrupt("the tiles of a grid are coded in different ways"));
            }
        }
        // A sample of colour that serves two pixels must not serve pixels of two tiles.
        let odd = |columns: bool, side: u32, halved: bool| columns && halved && side % 2 == 1;
        let (across, down) = first.halved();
        let grid = self.tiles.len() > 1;
        if odd(grid, self.tile.width, across) || odd(grid, self.tile.height, down) {
            return Err(Fault::corrupt("the tiles of a grid have odd sides and colour of half the size"));
        }
        Ok(first)
    }
}

impl<'a> Still<'a> {
    pub(super) fn read(bytes: &'a [u8]) -> Result<Self, Fault> {
        let meta = Meta::find(bytes)?;
        let primary = meta.primary.ok_or_else(|| Fault::corrupt("there is no primary item"))?;
        let (colour, items) = coded(&meta, primary)?;
        let alpha = alpha(&meta, primary, &items, &colour)?;
        let premultiplied = meta.references(*b"prem").any(|(from, _)| from == primary);
        let one = |kind| meta.properties(primary, kind).next();
        let crop =
            one(*b"clap").map_or(Ok(Area { x: 0, y: 0, size: colour.size }), |clap| aperture(clap, colour.size))?;
        let turns = one(*b"irot").map(|content| Fields(content).u8()).transpose()?;
        let mirror = one(*b"imir").map(|content| Fields(content).u8()).transpose()?;
        let moved = turns.is_some() || mirror.is_some();
        Ok(Self {
            colour,
            alpha,
            premultiplied,
            crop,
            orientation: moved.then(|| orientation(turns.unwrap_or(0) & 3, mirror.map(|axis| axis & 1))),
            nclx: meta.properties(primary, *b"colr").find_map(nclx),
            exif: exif(&meta, primary),
        })
    }
}

/// The picture that an item is, with the items of its frames.
fn coded<'a>(meta: &Meta<'a>, item: u32) -> Result<(Coded<'a>, Vec<u32>), Fault> {
    let size = extent(meta, item)?;
    match &meta.kind(item).ok_or_else(|| Fault::corrupt(format!("item {item} is not listed")))? {
        b"av01" => Ok((Coded { size, tile: size, columns: 1, tiles: vec![tile(meta, item)?] }, vec![item])),
        b"grid" => grid(meta, item, size),
        other => Err(Fault::unsupported(format!("its picture is of the kind {}, and not AV1", text(*other)))),
    }
}

/// The size that the property `ispe` states.
fn extent(meta: &Meta<'_>, item: u32) -> Result<Size, Fault> {
    let content = meta.properties(item, *b"ispe").next();
    let mut fields = Fields(content.ok_or_else(|| Fault::corrupt(format!("item {item} states no size")))?);
    fields.version()?;
    Ok(Size::new(fields.u32()?, fields.u32()?))
}

fn tile<'a>(meta: &Meta<'a>, item: u32) -> Result<Tile<'a>, Fault> {
    refuse_unknown(meta, item)?;
    // A layer chosen other than the last: 0xFFFF leaves the choice to the reader.
    if let Some(content) = meta.properties(item, *b"lsel").next()
        && Fields(content).u16()? != 0xFFFF
    {
        return Err(Fault::unsupported("it shows one layer of several"));
    }
    let operating_point = meta.properties(item, *b"a1op").next().map_or(Ok(0), |content| Fields(content).u8())?;
    if operating_point > 31 {
        return Err(Fault::corrupt(format!("it asks for the operating point {operating_point}")));
    }
    Ok(Tile { parts: meta.bytes(item)?, operating_point })
}

fn refuse_unknown(meta: &Meta<'_>, item: u32) -> Result<(), Fault> {
    match meta.unknown_essential(item) {
        Some(kind) => Err(Fault::unsupported(format!("it cannot be shown without the property {}", text(kind)))),
        None => Ok(()),
    }
}

/// A derived item whose frames lie side by side (ISO/IEC 23008-12, 6.6.2.3).
fn grid<'a>(meta: &Meta<'a>, item: u32, stated: Size) -> Result<(Coded<'a>, Vec<u32>), Fault> {
    refuse_unknown(meta, item)?;
    let content = meta.bytes(item)?.concat();
    let mut fields = Fields(&content);
    fields.u8()?;
    let wide = if fields.u8()? & 1 == 1 { 4 } else { 2 };
    let (rows, columns) = (u32::from(fields.u8()?) + 1, u32::from(fields.u8()?) + 1);
    let size = Size::new(fields.uint(wide)? as u32, fields.uint(wide)? as u32);
    if size != stated {
        return Err(Fault::corrupt("the grid has another size than its item states"));
    }
    let items: Vec<u32> = meta.references(*b"dimg").filter(|&(from, _)| from == item).map(|(_, to)| to).collect();
    if items.len() as u32 != rows * columns {
        let reason = format!("a grid of {rows}×{columns} tiles lists {}", items.len());
        return Err(Fault::corrupt(reason));
    }
    let side = extent(meta, items[0])?;
    let covers = |side: u32, count: u32, whole: u32| {
        let (side, count, whole) = (u64::from(side), u64::from(count), u64::from(whole));
        side >= u64::from(LEAST_TILE) && side * count >= whole && side * (count - 1) < whole
    };
    if !covers(side.width, columns, size.width) || !covers(side.height, rows, size.height) {
        let (w, h) = (side.width, side.height);
        return Err(Fault::corrupt(format!("a grid of {rows}×{columns} tiles has tiles of {w}×{h} pixels")));
    }
    let tiles = items.iter().map(|&item| grid_tile(meta, item, side)).collect::<Result<_, _>>()?;
    Ok((Coded { size, tile: side, columns, tiles }, items))
}

fn grid_tile<'a>(meta: &Meta<'a>, item: u32, side: Size) -> Result<Tile<'a>, Fault> {
    if meta.kind(item) != Some(*b"av01") {
        return Err(Fault::unsupported("its grid has tiles that are not AV1"));
    }
    if extent(meta, item)? != side {
        return Err(Fault::corrupt("the tiles of a grid have different sizes"));
    }
    tile(meta, item)
}

/// The alpha plane of an item, or of each of its tiles.
fn alpha<'a>(meta: &Meta<'a>, item: u32, tiles: &[u32], colour: &Coded<'a>) -> Result<Option<Coded<'a>>, Fault> {
    let is_alpha = |item: u32| {
        let name = |content: &'a [u8]| content.get(4..).and_then(|rest| rest.split(|&byte| byte == 0).next());
        meta.properties(item, *b"auxC").any(|content| name(content).is_some_and(|name| ALPHA.contains(&name)))
    };
    let planes: BTreeMap<u32, u32> =
        meta.references(*b"auxl").filter(|&(from, _)| is_alpha(from)).map(|(from, to)| (to, from)).collect();
    if let Some(&plane) = planes.get(&item) {
        let (alpha, _) = coded(meta, plane)?;
        if alpha.size != colour.size {
            return Err(Fault::corrupt("alpha has another size than colour"));
        }
        return Ok(Some(alpha));
    }
    if planes.is_empty() {
        return Ok(None);
    }
    let Some(items) = tiles.iter().map(|tile| planes.get(tile).copied()).collect::<Option<Vec<_>>>() else {
        return Ok(None);
    };
    let (size, tile, columns) = (colour.size, colour.tile, colour.columns);
    let tiles = items.iter().map(|&item| grid_tile(meta, item, tile)).collect::<Result<_, _>>()?;
    Ok(Some(Coded { size, tile, columns, tiles }))
}

fn nclx(content: &[u8]) -> Option<Nclx> {
    let fields = content.strip_prefix(b"nclx")?;
    Some(Nclx { matrix: *fields.get(5)?, full_range: fields.get(6)? >> 7 == 1 })
}

/// The EXIF block that describes an item; absent when it is damaged.
fn exif<'a>(meta: &Meta<'a>, item: u32) -> Option<&'a [u8]> {
    let describing = meta.references(*b"cdsc").filter(|&(_, to)| to == item).map(|(from, _)| from);
    let block = describing.into_iter().find(|&from| meta.kind(from) == Some(*b"Exif"))?;
    let parts = meta.bytes(block).ok()?;
    let [whole] = parts[..] else { return None };
    // How many bytes lie between this field and the TIFF header.
    let mut fields = Fields(whole);
    let skipped = fields.u32().ok()?;
    fields.0.get(skipped as usize..)
}

/// The rectangle that the property `clap` leaves of a picture of this size (ISO/IEC 14496-12, 12.1.4): width, height and
/// the offset of its centre from the picture's, each a fraction.
fn aperture(clap: &[u8], size: Size) -> Result<Area, Fault> {
    let mut fields = Fields(clap);
    let side = |whole: u32, length: (u32, u32), offset: (u32, u32)| {
        let (length, per) = (i128::from(length.0), i128::from(length.1));
        // Offsets are signed.
        let (offset, offset_per) = (i128::from(offset.0 as i32), i128::from(offset.1));
        if per == 0 || offset_per == 0 || length % per != 0 {
            return None;
        }
        let length = length / per;
        let twice = (i128::from(whole) - length) * offset_per + 2 * offset;
        let first = (twice % (2 * offset_per) == 0).then_some(twice / (2 * offset_per))?;
        let inside = length > 0 && first >= 0 && first + length <= i128::from(whole);
        inside.then_some((first as u32, length as u32))
    };
    let mut fraction = || Ok((fields.u32()?, fields.u32()?));
    let [width, height, right, down] = [fraction()?, fraction()?, fraction()?, fraction()?];
    let found = side(size.width, width, right).zip(side(size.height, height, down));
    let ((x, width), (y, height)) =
        found.ok_or_else(|| Fault::corrupt("the clean aperture is no rectangle of whole pixels within the picture"))?;
    Ok(Area::new(x, y, width, height))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clap(fields: [i32; 8]) -> Vec<u8> {
        fields.iter().flat_map(|field| field.to_be_bytes()).collect()
    }

    /// libavif 0.11.1 writes these fields for `--crop 4,6,30,20` of 40×30 pixels.
    #[test]
    fn a_clean_aperture_is_placed_about_the_centre() {
        let found = aperture(&clap([30, 1, 20, 1, -1, 1, 1, 1]), Size::new(40, 30)).expect("whole pixels");
        assert_eq!(found, Area::new(4, 6, 30, 20));
    }

    /// A width of 3 in 8 begins at 2.5 when centred, and at 3 when half a pixel to the right.
    #[test]
    fn a_clean_aperture_falls_on_whole_pixels_or_is_refused() {
        let size = Size::new(8, 8);
        assert!(aperture(&clap([3, 1, 8, 1, 0, 1, 0, 1]), size).is_err());
        let found = aperture(&clap([3, 1, 8, 1, 1, 2, 0, 1]), size).expect("whole pixels");
        assert_eq!(found, Area::new(3, 0, 3, 8));
        for wrong in [[9, 1, 8, 1, 0, 1, 0, 1], [4, 1, 8, 1, 3, 1, 0, 1], [4, 0, 8, 1, 0, 1, 0, 1], [0; 8]] {
            assert!(aperture(&clap(wrong), size).is_err(), "{wrong:?}");
        }
    }
}
