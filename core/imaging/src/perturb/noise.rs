//! Additive normal noise, addressed by pixel.

use concord_metrics::rng::Stream;
use rayon::prelude::*;

use super::truncated;
use crate::Rgb8;

/// Standard deviation per severity, of the full range.
pub(super) const SIGMA: [f64; 5] = [0.08, 0.12, 0.18, 0.26, 0.38];

/// `x + N(0, sigma)` on each channel value. A block of the stream holds two normal values, so red and green of pixel
/// `i` come from block `i` of the stream with index 0, and blue from block `i` of the one with index 1.
pub(super) fn gaussian(image: &Rgb8, sigma: f64, seed: u64, sample_id: &str, op: &str) -> Rgb8 {
    let red_green = Stream::new(seed, sample_id, op, 0);
    let blue = Stream::new(seed, sample_id, op, 1);
    let width = image.size.width as usize;
    let mut data = vec![0; image.data.len()];
    data.par_chunks_mut(width * 3).zip(image.data.par_chunks(width * 3)).enumerate().for_each(|(y, (to, from))| {
        for (x, (to, from)) in to.chunks_exact_mut(3).zip(from.chunks_exact(3)).enumerate() {
            let block = (y * width + x) as u64;
            let (r, g) = red_green.normal_pair_at(block);
            let (b, _) = blue.normal_pair_at(block);
            for ((to, &from), normal) in to.iter_mut().zip(from).zip([r, g, b]) {
                *to = truncated(f64::from(from) / 255.0 + sigma * normal);
            }
        }
    });
    Rgb8::new(image.size, data)
}
