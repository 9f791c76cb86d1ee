//! An embedding as bytes, for a cache: a header, each tensor with its name and shape, and a digest over all of it.

use std::sync::Arc;

use concord_geometry::Placement;
use sha2::{Digest, Sha256};

use super::Embedding;
use crate::tensor::Tensor;

/// The beginning of the file, with the number of the layout.
const MAGIC: &[u8; 8] = b"CCEMBED1";

/// Length of the digest at the end, in bytes.
const DIGEST: usize = 32;

/// Most tensors of an embedding, and most sides of a tensor, that are read.
const MOST: u32 = 64;

impl Embedding {
    /// All of it but the place of the image, which follows from the image's size: numbers in little-endian order, and a
    /// SHA-256 at the end that tells damage.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.byte_count() + 1024);
        bytes.extend(MAGIC);
        put_text(&mut bytes, &self.encoder);
        let Placement { image, .. } = self.placement;
        for number in [image.width, image.height, self.tensors.len() as u32] {
            bytes.extend(number.to_le_bytes());
        }
        for (name, tensor) in &self.tensors {
            put_text(&mut bytes, name);
            bytes.extend((tensor.shape().len() as u32).to_le_bytes());
            for side in tensor.shape() {
                bytes.extend((*side as u64).to_le_bytes());
            }
            for value in tensor.data() {
                bytes.extend(value.to_le_bytes());
            }
        }
        let digest = Sha256::digest(&bytes);
        bytes.extend(digest);
        bytes
    }

    /// What was written for this encoder and an image of this size; `None` for anything else.
    pub(super) fn from_bytes(bytes: &[u8], encoder: Arc<str>, placement: Placement) -> Option<Self> {
        let (content, digest) = bytes.split_at_checked(bytes.len().checked_sub(DIGEST)?)?;
        if Sha256::digest(content).as_slice() != digest {
            return None;
        }
        let mut rest = Rest(content);
        let is_meant = rest.take(MAGIC.len())? == MAGIC
            && rest.text()? == encoder.as_bytes()
            && [rest.number()?, rest.number()?] == [placement.image.width, placement.image.height];
        let count = rest.number()?;
        if !is_meant || count > MOST {
            return None;
        }
        let tensors = (0..count).map(|_| rest.tensor()).collect::<Option<Vec<_>>>()?;
        rest.0.is_empty().then_some(Self { encoder, tensors, placement })
    }
}

fn put_text(bytes: &mut Vec<u8>, text: &str) {
    bytes.extend((text.len() as u32).to_le_bytes());
    bytes.extend(text.as_bytes());
}

/// What is left to be read.
struct Rest<'a>(&'a [u8]);

impl<'a> Rest<'a> {
    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    fn number(&mut self) -> Option<u32> {
        Some(u32::from_le_bytes(self.take(4)?.try_into().ok()?))
    }

    fn side(&mut self) -> Option<usize> {
        usize::try_from(u64::from_le_bytes(self.take(8)?.try_into().ok()?)).ok()
    }

    fn text(&mut self) -> Option<&'a [u8]> {
        let length = self.number()?;
        self.take(length as usize)
    }

    fn tensor(&mut self) -> Option<(String, Tensor)> {
        let name = String::from_utf8(self.text()?.to_vec()).ok()?;
        let sides = self.number().filter(|sides| *sides <= MOST)?;
        let shape = (0..sides).map(|_| self.side()).collect::<Option<Vec<_>>>()?;
        let length = shape.iter().try_fold(4_usize, |product, side| product.checked_mul(*side))?;
        let values =
            self.take(length)?.chunks_exact(4).filter_map(|value| Some(f32::from_le_bytes(value.try_into().ok()?)));
        Some((name, Tensor::new(shape, values.collect())?))
    }
}
