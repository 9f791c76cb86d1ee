//! A TIFF file with its pages, of which each can be read whole or in parts.

use rayon::prelude::*;

use super::directory::Directory;
use super::{Bytes, Page, Reader};
use crate::raster::Area;
use crate::{ImagingError, Limits, Picture};

/// Chunks that are decoded side by side before they are put in place.
const BATCH: usize = 16;

/// A TIFF file whose directories have been read.
#[derive(Debug)]
pub(crate) struct TiffFile {
    pub(crate) reader: Reader,
    /// Each page with its smaller copies behind it.
    pages: Vec<Vec<Directory>>,
}

impl TiffFile {
    pub(crate) fn open(bytes: Bytes) -> Result<Self, ImagingError> {
        let reader = Reader::new(bytes)?;
        let pages = reader.pages()?;
        Ok(Self { reader, pages })
    }

    /// How many pages it has, at least 1.
    pub(crate) fn page_count(&self) -> usize {
        self.pages.len()
    }

    /// The layout of a page, counted from 0.
    pub(crate) fn page(&self, index: usize, limits: &Limits) -> Result<Page, ImagingError> {
        let directories = self.pages.get(index).and_then(|page| page.first());
        let directory = directories.ok_or_else(|| no_such_page(self.reader.bytes.name(), index, self.pages.len()))?;
        Page::read(&self.reader, directory, limits)
    }

    /// The layouts of the smaller copies of a page that can be read; none of a page that is not there.
    pub(crate) fn smaller_copies(&self, index: usize, limits: &Limits) -> Vec<Page> {
        let copies = self.pages.get(index).and_then(|page| page.get(1..)).unwrap_or_default();
        copies.iter().filter_map(|directory| Page::read(&self.reader, directory, limits).ok()).collect()
    }

    /// All pixels of a page as stored.
    pub(crate) fn decode(&self, page: &Page, limits: &Limits) -> Result<Picture, ImagingError> {
        let name = self.reader.bytes.name();
        limits.check_size(name, page.size)?;
        limits.check_bytes(name, page.size.area_px().saturating_mul(page.kind().bytes() as u64))?;
        let mut out = Picture::blank(page.kind(), page.size);
        let across = page.chunks_across();
        let chunks: Vec<usize> = (0..across * page.chunks_down()).collect();
        for batch in chunks.chunks(BATCH) {
            let decoded: Vec<(Area, Picture)> = batch
                .par_iter()
                .map(|&i| {
                    let (column, row) = (i % across, i / across);
                    Ok((page.chunk_area(column, row), page.decode_chunk(&self.reader, column, row)?))
                })
                .collect::<Result<_, ImagingError>>()?;
            for (area, picture) in decoded {
                out.paste(&picture, Area { x: 0, y: 0, size: area.size }, (area.x, area.y));
            }
        }
        Ok(out)
    }
}

/// The error for a page that a file has not; `index` counts from 0, the message from 1.
pub(crate) fn no_such_page(name: &str, index: usize, pages: usize) -> ImagingError {
    let text = format!("page {} was asked for, but the file has {pages}", index.saturating_add(1));
    let source = std::io::Error::new(std::io::ErrorKind::NotFound, text);
    ImagingError::Io { name: name.to_owned(), source }
}
