//! Sharpness and noise: second differences of the luma plane.

/// Moments of the Laplacian over every pixel, and the histogram of the noise kernel over the inner pixels.
pub(crate) struct SecondDifferences {
    /// Population variance of the response to `[0 1 0; 1 −4 1; 0 1 0]`, border reflect-101.
    pub(crate) laplacian_variance: f64,
    /// Counts of the response to `[1 −2 1; −2 4 −2; 1 −2 1]`, index = response + [`NOISE_OFFSET`]; empty if not asked.
    pub(crate) noise_counts: Vec<u64>,
}

/// Largest absolute response of the noise kernel on 8-bit values.
pub(crate) const NOISE_OFFSET: usize = 2040;

/// Values a 32-bit accumulator of squared responses (each at most 1020²) holds safely.
const CHUNK: usize = 1024;

/// Second differences of a luma plane; `None` when a side is below 2 pixels, where reflection is undefined.
pub(crate) fn second_differences(luma: &[u8], width: usize, height: usize, noise: bool) -> Option<SecondDifferences> {
    if width < 2 || height < 2 {
        return None;
    }
    let row = |y: usize| &luma[y * width..(y + 1) * width];
    let (mut sum, mut squares) = (0_i64, 0_i64);
    let mut vertical = vec![0_i16; width];
    let mut response = vec![0_i16; width];
    let mut counts = vec![[0_u32; 2]; if noise { 2 * NOISE_OFFSET + 1 } else { 0 }];
    for y in 0..height {
        let (up, here) = (row(if y == 0 { 1 } else { y - 1 }), row(y));
        let down = row(if y + 1 == height { height - 2 } else { y + 1 });
        for (((v, &a), &b), &c) in vertical.iter_mut().zip(up).zip(here).zip(down) {
            *v = i16::from(a) - 2 * i16::from(b) + i16::from(c);
        }
        horizontal(here, &vertical, &mut response);
        let (row_sum, row_squares) = moments(&response);
        sum += row_sum;
        squares += row_squares;
        if noise && y > 0 && y + 1 < height {
            for (x, v) in vertical.windows(3).enumerate() {
                // Two counters a bin, taken in turn: runs of equal responses need not wait for one another.
                counts[(v[0] - 2 * v[1] + v[2] + NOISE_OFFSET as i16) as usize][x & 1] += 1;
            }
        }
    }
    let n = luma.len() as f64;
    let mean = sum as f64 / n;
    let noise_counts = counts.iter().map(|[a, b]| u64::from(*a) + u64::from(*b)).collect();
    Some(SecondDifferences { laplacian_variance: (squares as f64 / n - mean * mean).max(0.0), noise_counts })
}

/// `response = vertical + left − 2·here + right`, reflecting at both ends.
fn horizontal(here: &[u8], vertical: &[i16], response: &mut [i16]) {
    let last = here.len() - 1;
    let at = |left: u8, mid: u8, right: u8| i16::from(left) - 2 * i16::from(mid) + i16::from(right);
    let inner = &mut response[1..last.max(1)];
    for ((r, w), v) in inner.iter_mut().zip(here.windows(3)).zip(&vertical[1..]) {
        *r = at(w[0], w[1], w[2]) + v;
    }
    response[0] = vertical[0] + at(here[1], here[0], here[1]);
    response[last] = vertical[last] + at(here[last - 1], here[last], here[last - 1]);
}

fn moments(response: &[i16]) -> (i64, i64) {
    response.chunks(CHUNK).fold((0, 0), |(sum, squares), chunk| {
        let part = chunk.iter().fold((0_i32, 0_i32), |(s, q), &r| {
            let r = i32::from(r);
            (s + r, q + r * r)
        });
        (sum + i64::from(part.0), squares + i64::from(part.1))
    })
}

/// σ of additive noise: 1.4826 times the median absolute deviation of the noise kernel's responses, over 6, the
/// kernel's norm (Immerkær 1996, with the median in place of the mean). In grey levels; `None` without responses.
pub(crate) fn noise_sigma(counts: &[u64]) -> Option<f64> {
    let n: u64 = counts.iter().sum();
    if n == 0 {
        return None;
    }
    // Responses are whole numbers and a median of an even count may be a half: doubled, all stay whole.
    let median_doubled = doubled_median(counts, n) as i64;
    let mut deviations = vec![0_u64; 4 * counts.len()];
    for (value, &count) in counts.iter().enumerate() {
        deviations[(2 * value as i64 - median_doubled).unsigned_abs() as usize] += count;
    }
    let mad = doubled_median(&deviations, n) as f64 / 4.0;
    Some(1.4826 * mad / 6.0)
}

/// Twice the median of the values counted in `counts`, `n` of them in all: a sum of two order statistics.
fn doubled_median(counts: &[u64], n: u64) -> usize {
    order_statistic(counts, (n - 1) / 2) + order_statistic(counts, n / 2)
}

/// The value at 0-based `rank` among the values counted in `counts`.
pub(crate) fn order_statistic(counts: &[u64], rank: u64) -> usize {
    let mut below = 0;
    counts
        .iter()
        .position(|&count| {
            below += count;
            below > rank
        })
        .unwrap_or(counts.len().saturating_sub(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_single_bright_pixel_has_the_hand_computed_variance() {
        // Responses on 3×3 with 1 in the middle, reflect-101: −4 in the middle, 2 at the four edges (the middle is
        // both neighbours), 0 in the corners: Σ = 4, Σ² = 32; variance 32/9 − (4/9)².
        let mut luma = [0; 9];
        luma[4] = 1;
        let found = second_differences(&luma, 3, 3, true).expect("3×3");
        assert!((found.laplacian_variance - (32.0 / 9.0 - 16.0 / 81.0)).abs() < 1e-12);
        assert_eq!(found.noise_counts[NOISE_OFFSET + 4], 1);
        assert_eq!(found.noise_counts.iter().sum::<u64>(), 1);
    }

    #[test]
    fn a_line_of_pixels_has_no_laplacian() {
        assert!(second_differences(&[1, 2, 3], 3, 1, true).is_none());
        assert!(second_differences(&[1, 2, 3], 1, 3, true).is_none());
        assert!(second_differences(&[1, 2, 3, 4], 2, 2, true).is_some());
    }

    #[test]
    fn medians_of_even_counts_are_halved_correctly() {
        // Responses 0, 0, 4, 6 (median 2, deviations 2 2 2 4, MAD 2).
        let mut counts = vec![0; 2 * NOISE_OFFSET + 1];
        for (response, count) in [(0, 2), (4, 1), (6, 1)] {
            counts[NOISE_OFFSET + response] = count;
        }
        assert_eq!(noise_sigma(&counts), Some(1.4826 * 2.0 / 6.0));
        assert_eq!(noise_sigma(&[]), None);
    }
}
