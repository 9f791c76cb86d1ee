//! A picture that is decoded whole with its first tile, and the pyramid over it.

use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, PoisonError};

use concord_geometry::Size;

use super::{Tile, apart, is_set, levels_of};
use crate::deep::{Header, decode_picture_bytes, read_header};
use crate::raster::Area;
use crate::{ImagingError, Limits, Orientation, Picture, PixelKind};

#[derive(Debug)]
pub(super) struct MemorySource {
    name: String,
    size: Size,
    orientation: Orientation,
    limits: Limits,
    state: Mutex<State>,
}

#[derive(Debug)]
enum State {
    Encoded(Vec<u8>),
    Decoded(Arc<Vec<Picture>>),
}

impl MemorySource {
    pub(super) fn new(name: &str, bytes: Vec<u8>, limits: &Limits, page: usize) -> Result<Self, ImagingError> {
        let Header { stored, orientation } = read_header(name, &bytes, limits, page)?;
        let size = orientation.upright_size(stored);
        let state = Mutex::new(State::Encoded(bytes));
        Ok(Self { name: name.to_owned(), size, orientation, limits: *limits, state })
    }

    pub(super) fn size(&self) -> Size {
        self.size
    }

    pub(super) fn orientation(&self) -> Orientation {
        self.orientation
    }

    pub(super) fn kind(&self) -> Option<PixelKind> {
        match &*self.state.lock().unwrap_or_else(PoisonError::into_inner) {
            State::Decoded(levels) => levels.first().map(Picture::kind),
            State::Encoded(_) => None,
        }
    }

    /// The pyramid, decoded now if it has not been: one thread does so while others that ask wait.
    fn levels(&self, interrupt: &AtomicBool) -> Result<Option<Arc<Vec<Picture>>>, ImagingError> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let bytes = match &*state {
            State::Decoded(levels) => return Ok(Some(Arc::clone(levels))),
            State::Encoded(bytes) => bytes,
        };
        if is_set(interrupt) {
            return Ok(None);
        }
        let levels = Arc::new(apart(&self.name, || self.decode(bytes))?);
        *state = State::Decoded(Arc::clone(&levels));
        Ok(Some(levels))
    }

    fn decode(&self, bytes: &[u8]) -> Result<Vec<Picture>, ImagingError> {
        let full = decode_picture_bytes(&self.name, bytes, &self.limits, 0)?;
        if full.size != self.size {
            let reason = "the decoder gave another size than the header says".to_owned();
            return Err(ImagingError::Corrupt { name: self.name.clone(), format: "picture", reason });
        }
        let mut levels = vec![full];
        for _ in 1..levels_of(self.size) {
            let next = levels.last().map(|last| last.reduced(1));
            levels.extend(next);
        }
        Ok(levels)
    }

    pub(super) fn part(&self, level: u32, area: Area, interrupt: &AtomicBool) -> Result<Option<Tile>, ImagingError> {
        let Some(levels) = self.levels(interrupt)? else { return Ok(None) };
        // An overview may ask for less than one tile.
        let picture = match levels.get(level as usize) {
            Some(picture) => picture.cropped(area),
            None => levels[levels.len() - 1].reduced(level + 1 - levels.len() as u32).cropped(area),
        };
        Ok(Some(Tile { picture, exact: true }))
    }
}
