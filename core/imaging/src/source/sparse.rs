//! A first, coarse sight of a picture from a small part of its strips and tiles.

use std::sync::atomic::AtomicBool;

use concord_geometry::Size;
use rayon::prelude::*;

use super::is_set;
use super::tiled::{FileLevel, TiledSource};
use crate::raster::{Area, level_size};
use crate::tiff::Page;
use crate::{ImagingError, Picture};

/// Pixels that are decoded for a first sight, about.
const PIXELS: u64 = 24_000_000;
/// Chunks that are opened for a first sight, about.
const CHUNKS: u64 = 16_384;
/// Rows of pixels that are decoded, at most.
const ROWS: u64 = 2048;

/// The picture `shift` halvings below a page as stored, interpolated between samples; `None` when interrupted.
pub(super) fn sample(
    source: &TiledSource,
    copy: &FileLevel,
    shift: u32,
    interrupt: &AtomicBool,
) -> Result<Option<Picture>, ImagingError> {
    let page = &copy.page;
    if page.streams() { rows(source, page, shift, interrupt) } else { means(source, page, shift, interrupt) }
}

/// The first row of pixels of evenly spaced rows of chunks: exact along the row, interpolated between rows.
fn rows(
    source: &TiledSource,
    page: &Page,
    shift: u32,
    interrupt: &AtomicBool,
) -> Result<Option<Picture>, ImagingError> {
    let (across, down) = (page.chunks_across(), page.chunks_down());
    let affordable = (PIXELS / u64::from(page.size.width)).min(CHUNKS / across as u64).clamp(16, ROWS) as usize;
    let chosen: Vec<usize> = (0..down).step_by(down.div_ceil(affordable)).collect();
    let lines: Vec<Option<Picture>> = chosen
        .par_iter()
        .map(|&row| {
            let mut line = Picture::blank(page.kind(), Size::new(page.size.width, 1));
            for column in 0..across {
                if is_set(interrupt) {
                    return Ok(None);
                }
                let first = source.decode_first_row(page, column, row)?;
                line.paste(&first, Area { x: 0, y: 0, size: first.size }, (page.chunk_area(column, row).x, 0));
            }
            Ok(Some(line.reduced(shift)))
        })
        .collect::<Result<_, ImagingError>>()?;
    let size = level_size(page.size, shift);
    let mut known = Picture::blank(page.kind(), Size::new(size.width, chosen.len() as u32));
    for (y, line) in lines.into_iter().enumerate() {
        let Some(line) = line else { return Ok(None) };
        known.paste(&line, Area { x: 0, y: 0, size: line.size }, (0, y as u32));
    }
    let scale = 1.0 / (1_u64 << shift) as f64;
    let xs: Vec<f64> = (0..size.width).map(|x| f64::from(x) + 0.5).collect();
    let ys: Vec<f64> = chosen.iter().map(|&row| (f64::from(page.chunk_area(0, row).y) + 0.5) * scale).collect();
    Ok(Some(known.spread_over(&xs, &ys, size)))
}

/// The means of evenly spaced chunks, interpolated in both directions.
fn means(
    source: &TiledSource,
    page: &Page,
    shift: u32,
    interrupt: &AtomicBool,
) -> Result<Option<Picture>, ImagingError> {
    let (across, down) = (page.chunks_across(), page.chunks_down());
    let affordable = (PIXELS / page.chunk.area_px()).clamp(16, CHUNKS) as f64;
    let step = ((across as f64 * down as f64 / affordable).sqrt().ceil() as usize).max(1);
    let spaced = |count: usize| -> Vec<usize> { (step / 2..count.max(step / 2 + 1)).step_by(step).collect() };
    let clamp =
        |chosen: Vec<usize>, count: usize| -> Vec<usize> { chosen.into_iter().map(|i| i.min(count - 1)).collect() };
    let (columns, rows) = (clamp(spaced(across), across), clamp(spaced(down), down));
    let cells: Vec<(usize, usize)> = (0..rows.len()).flat_map(|y| (0..columns.len()).map(move |x| (x, y))).collect();
    let made: Vec<Option<Picture>> = cells
        .par_iter()
        .map(|&(x, y)| {
            if is_set(interrupt) {
                return Ok(None);
            }
            let chunk = source.decode_chunk(page, columns[x], rows[y])?;
            Ok(Some(chunk.reduced(chunk.size.width.max(chunk.size.height).ilog2() + 1)))
        })
        .collect::<Result<_, ImagingError>>()?;
    let mut known = Picture::blank(page.kind(), Size::new(columns.len() as u32, rows.len() as u32));
    for (&(x, y), mean) in cells.iter().zip(made) {
        let Some(mean) = mean else { return Ok(None) };
        known.paste(&mean, Area::new(0, 0, 1, 1), (x as u32, y as u32));
    }
    let scale = 1.0 / (1_u64 << shift) as f64;
    let middle = |first: u32, length: u32| (f64::from(first) + f64::from(length) / 2.0) * scale;
    let area = |column, row| page.chunk_area(column, row);
    let xs: Vec<f64> = columns.iter().map(|&c| middle(area(c, 0).x, area(c, 0).size.width)).collect();
    let ys: Vec<f64> = rows.iter().map(|&r| middle(area(0, r).y, area(0, r).size.height)).collect();
    Ok(Some(known.spread_over(&xs, &ys, level_size(page.size, shift))))
}
