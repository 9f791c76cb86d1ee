//! The coarse level of a picture that has none in its file: sampled at first, made exact part by part.

use concord_geometry::Size;

use super::Tile;
use crate::raster::{Area, level_size, shifted_up};
use crate::tiff::Page;
use crate::{Orientation, Picture};

/// Least side of a part, in pixels of the coarse level.
const PART_SIDE: u32 = 64;
/// Pixels of the full resolution that a part of a picture in strips stands for, about.
const PART_PIXELS: u32 = 4 << 20;

#[derive(Debug)]
pub(super) struct Coarse {
    picture: Picture,
    parts: Vec<Area>,
    exact: Vec<bool>,
    /// Parts that nobody has begun; the next one last.
    waiting: Vec<usize>,
}

impl Coarse {
    /// `picture` is the sampled level, upright; `shift` halvings lie between it and the page. Parts are cut so that
    /// each strip or tile is decoded for few of them.
    pub(super) fn new(picture: Picture, page: &Page, shift: u32, orientation: Orientation) -> Self {
        let chunk = Size::new(shifted_up(page.chunk.width, shift), shifted_up(page.chunk.height, shift));
        let stored = if page.tiled {
            Size::new(chunk.width.max(PART_SIDE), chunk.height.max(PART_SIDE))
        } else {
            Size::new(chunk.width, ((PART_PIXELS / page.size.width) >> shift).max(chunk.height))
        };
        let part = orientation.upright_size(stored);
        let size = picture.size;
        let mut parts = Vec::new();
        for y in (0..size.height).step_by(part.height as usize) {
            for x in (0..size.width).step_by(part.width as usize) {
                parts.push(Area::new(x, y, part.width.min(size.width - x), part.height.min(size.height - y)));
            }
        }
        // Numbers with their bits reversed jump through the picture, so that it gets better everywhere at once.
        let mut waiting: Vec<usize> = (0..parts.len()).collect();
        waiting.sort_by_key(|part| std::cmp::Reverse(part.reverse_bits()));
        Self { picture, exact: vec![false; parts.len()], parts, waiting }
    }

    /// What a rectangle of the level `shift` halvings below this one is the mean of; nothing is averaged yet, so that
    /// whoever holds the level lets go of it soon.
    pub(super) fn part(&self, shift: u32, area: Area) -> Tile {
        let size = self.picture.size;
        let side = |first: u32, length: u32, whole: u32| {
            let end = (u64::from(first + length) << shift).min(u64::from(whole)) as u32;
            let start = ((u64::from(first) << shift).min(u64::from(end) - 1)) as u32;
            (start, end - start)
        };
        let (x, width) = side(area.x, area.size.width, size.width);
        let (y, height) = side(area.y, area.size.height, size.height);
        let from = Area::new(x, y, width, height);
        let mut seen = self.parts.iter().zip(&self.exact).filter(|(part, _)| part.overlap(from).is_some());
        let exact = seen.all(|(_, &exact)| exact);
        debug_assert_eq!(level_size(from.size, shift), area.size, "a level is its half's double");
        Tile { picture: self.picture.cropped(from), exact }
    }

    /// The next parts to be made.
    pub(super) fn take(&mut self, count: usize) -> Vec<(usize, Area)> {
        let left = self.waiting.len().saturating_sub(count);
        self.waiting.drain(left..).rev().map(|part| (part, self.parts[part])).collect()
    }

    /// A part that was taken and not made.
    pub(super) fn give_back(&mut self, part: usize) {
        self.waiting.push(part);
    }

    /// Puts an exact part in place.
    pub(super) fn put(&mut self, part: usize, area: Area, picture: &Picture) {
        self.picture.paste(picture, Area { x: 0, y: 0, size: picture.size }, (area.x, area.y));
        self.exact[part] = true;
    }

    /// The share of the parts that are no longer waiting, in 0 to 1: made, being made, or not readable.
    pub(super) fn share_done(&self) -> f64 {
        1.0 - self.waiting.len() as f64 / self.parts.len() as f64
    }
}
