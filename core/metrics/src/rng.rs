//! Counter-based random streams: the same numbers on every platform, in any order, on any thread.
//!
//! A stream is named by (seed, sample, operation, index), so adding an operation never changes the draws of another.

use libm::{cos, exp, fabs, floor, lgamma, log, pow, sin, sqrt};

/// Domain separation of the stream key.
const KEY_DOMAIN: &[u8] = b"vw-rng-v1";
/// 2⁻⁵³, the distance between neighbouring draws of [`Stream::next_f64`].
const UNIT: f64 = 1.0 / (1_u64 << 53) as f64;

/// Philox4x32-10 (Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3"; reference: Random123).
fn philox4x32_10(mut counter: [u32; 4], mut key: [u32; 2]) -> [u32; 4] {
    for round in 0..10 {
        if round > 0 {
            key = [key[0].wrapping_add(0x9E37_79B9), key[1].wrapping_add(0xBB67_AE85)];
        }
        let first = u64::from(counter[0]) * 0xD251_1F53;
        let second = u64::from(counter[2]) * 0xCD9E_8D57;
        counter = [
            (second >> 32) as u32 ^ counter[1] ^ key[0],
            second as u32,
            (first >> 32) as u32 ^ counter[3] ^ key[1],
            first as u32,
        ];
    }
    counter
}

/// Blocks that are computed side by side.
const LANES: usize = 8;

/// [`philox4x32_10`] of [`LANES`] counters that follow each other, in registers side by side.
fn philox_lanes(first: u64, nonce: [u32; 2], mut key: [u32; 2]) -> [[u32; LANES]; 4] {
    let number = |lane: usize| first.wrapping_add(lane as u64);
    let mut c = [
        std::array::from_fn(|lane| number(lane) as u32),
        std::array::from_fn(|lane| (number(lane) >> 32) as u32),
        [nonce[0]; LANES],
        [nonce[1]; LANES],
    ];
    for round in 0..10 {
        if round > 0 {
            key = [key[0].wrapping_add(0x9E37_79B9), key[1].wrapping_add(0xBB67_AE85)];
        }
        let mut next = [[0; LANES]; 4];
        for lane in 0..LANES {
            let first = u64::from(c[0][lane]) * 0xD251_1F53;
            let second = u64::from(c[2][lane]) * 0xCD9E_8D57;
            next[0][lane] = (second >> 32) as u32 ^ c[1][lane] ^ key[0];
            next[1][lane] = second as u32;
            next[2][lane] = (first >> 32) as u32 ^ c[3][lane] ^ key[1];
            next[3][lane] = first as u32;
        }
        c = next;
    }
    c
}

/// A random stream that can be drawn from in order or looked into at any block.
///
/// ```
/// use concord_metrics::rng::Stream;
/// let mut stream = Stream::new(42, "img_000001", "gaussian_noise/s3", 0);
/// assert_eq!(stream.next_f64(), 0.303_881_443_314_752_86);
/// ```
#[derive(Debug, Clone)]
pub struct Stream {
    key: [u32; 2],
    nonce: [u32; 2],
    position: u64,
    current: (u64, u64),
    spare_normal: Option<f64>,
}

impl Stream {
    /// The stream of this seed, sample id, operation id and index, at its beginning.
    pub fn new(seed: u64, sample: &str, op: &str, index: u64) -> Self {
        let digest = stream_digest(seed, sample, op, index);
        let word = |at: usize| u32::from_le_bytes([digest[at], digest[at + 1], digest[at + 2], digest[at + 3]]);
        Self { key: [word(0), word(4)], nonce: [word(8), word(12)], position: 0, current: (0, 0), spare_normal: None }
    }

    /// Block number `n` as two uniform 64-bit words; does not move the stream.
    pub fn block(&self, n: u64) -> (u64, u64) {
        let w = philox4x32_10([n as u32, (n >> 32) as u32, self.nonce[0], self.nonce[1]], self.key);
        (u64::from(w[1]) << 32 | u64::from(w[0]), u64::from(w[3]) << 32 | u64::from(w[2]))
    }

    /// Two independent standard normal values from block `n` (Box–Muller); does not move the stream.
    ///
    /// With `n` a pixel's index this gives the same noise however an image is split into tiles.
    pub fn normal_pair_at(&self, n: u64) -> (f64, f64) {
        let (a, b) = self.block(n);
        box_muller(unit(a), unit(b))
    }

    /// The next uniform 64-bit word: the first, then the second of each block.
    pub fn next_u64(&mut self) -> u64 {
        let odd = self.position & 1 == 1;
        if !odd {
            self.current = self.block(self.position >> 1);
        }
        self.position += 1;
        if odd { self.current.1 } else { self.current.0 }
    }

    /// A uniform value in `[0, 1)` with 53 random bits.
    pub fn next_f64(&mut self) -> f64 {
        unit(self.next_u64())
    }

    /// A uniform integer in `0..n`; 0 when `n` is 0 (a word is drawn all the same). The bias is at most n/2⁶⁴.
    pub fn below(&mut self, n: u64) -> u64 {
        ((u128::from(self.next_u64()) * u128::from(n)) >> 64) as u64
    }

    /// Hands over the next `count` values of [`Self::below`], in the same order but faster.
    pub fn each_below(&mut self, n: u64, count: usize, mut visit: impl FnMut(u64)) {
        let scaled = |word: u64| ((u128::from(word) * u128::from(n)) >> 64) as u64;
        let mut left = count;
        if left > 0 && self.position & 1 == 1 {
            visit(self.below(n));
            left -= 1;
        }
        while left >= 2 * LANES {
            let [w0, w1, w2, w3] = philox_lanes(self.position >> 1, self.nonce, self.key);
            for lane in 0..LANES {
                visit(scaled(u64::from(w1[lane]) << 32 | u64::from(w0[lane])));
                visit(scaled(u64::from(w3[lane]) << 32 | u64::from(w2[lane])));
            }
            self.position += 2 * LANES as u64;
            left -= 2 * LANES;
        }
        for _ in 0..left {
            visit(self.below(n));
        }
    }

    /// A standard normal value (Box–Muller; the sine half is kept for the next call).
    pub fn normal(&mut self) -> f64 {
        if let Some(value) = self.spare_normal.take() {
            return value;
        }
        let (u1, u2) = (self.next_f64(), self.next_f64());
        let (first, second) = box_muller(u1, u2);
        self.spare_normal = Some(second);
        first
    }

    /// A Poisson value with mean `lambda`; 0 when `lambda` is not above 0 (or NaN).
    ///
    /// Product of uniforms (Knuth) below 10, transformed rejection PTRS (Hörmann 1993) from there on.
    pub fn poisson(&mut self, lambda: f64) -> u64 {
        if lambda.is_nan() || lambda <= 0.0 {
            0
        } else if lambda < 10.0 {
            self.poisson_knuth(lambda)
        } else {
            self.poisson_ptrs(lambda)
        }
    }

    fn poisson_knuth(&mut self, lambda: f64) -> u64 {
        let limit = exp(-lambda);
        let mut product = self.next_f64();
        let mut count = 0;
        while product > limit {
            count += 1;
            product *= self.next_f64();
        }
        count
    }

    fn poisson_ptrs(&mut self, lambda: f64) -> u64 {
        let log_lambda = log(lambda);
        let b = 0.931 + 2.53 * sqrt(lambda);
        let a = -0.059 + 0.02483 * b;
        let log_inverse_alpha = log(1.1239 + 1.1328 / (b - 3.4));
        let accept = 0.9277 - 3.6224 / (b - 2.0);
        loop {
            let u = self.next_f64() - 0.5;
            let v = self.next_f64();
            let us = 0.5 - fabs(u);
            let k = floor((2.0 * a / us + b) * u + lambda + 0.43);
            if us >= 0.07 && v <= accept {
                return k as u64;
            }
            if k < 0.0 || (us < 0.013 && v > us) {
                continue;
            }
            if log(v) + log_inverse_alpha - log(a / (us * us) + b) <= k * log_lambda - lambda - lgamma(k + 1.0) {
                return k as u64;
            }
        }
    }

    /// A gamma value with this shape (above 0) and scale 1 (Marsaglia & Tsang 2000); 0 for any other shape.
    pub fn gamma(&mut self, shape: f64) -> f64 {
        if shape.is_nan() || shape <= 0.0 {
            return 0.0;
        }
        if shape < 1.0 {
            let boost = pow(1.0 - self.next_f64(), 1.0 / shape);
            return self.gamma(shape + 1.0) * boost;
        }
        let d = shape - 1.0 / 3.0;
        let c = 1.0 / sqrt(9.0 * d);
        loop {
            let x = self.normal();
            let t = 1.0 + c * x;
            if t <= 0.0 {
                continue;
            }
            let v = t * t * t;
            let u = 1.0 - self.next_f64();
            if log(u) < 0.5 * x * x + d - d * v + d * log(v) {
                return d * v;
            }
        }
    }

    /// A beta value in `[0, 1]` from two gammas; 0.5 when both draws are 0.
    pub fn beta(&mut self, alpha: f64, beta: f64) -> f64 {
        let (x, y) = (self.gamma(alpha), self.gamma(beta));
        if x + y > 0.0 { x / (x + y) } else { 0.5 }
    }

    /// Puts the items into a uniformly random order (Fisher–Yates from the end).
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            let other = self.below(last as u64 + 1) as usize;
            items.swap(last, other);
        }
    }
}

/// BLAKE3 over the domain and the four length-prefixed parts of a stream's name.
fn stream_digest(seed: u64, sample: &str, op: &str, index: u64) -> [u8; 32] {
    let mut hasher = blake3::Hasher::new();
    hasher.update(KEY_DOMAIN);
    for part in [&seed.to_le_bytes()[..], sample.as_bytes(), op.as_bytes(), &index.to_le_bytes()[..]] {
        hasher.update(&(part.len() as u64).to_le_bytes());
        hasher.update(part);
    }
    *hasher.finalize().as_bytes()
}

/// The upper 53 bits of a word as a value in `[0, 1)`.
fn unit(word: u64) -> f64 {
    (word >> 11) as f64 * UNIT
}

/// Two standard normal values from two uniform ones.
fn box_muller(u1: f64, u2: f64) -> (f64, f64) {
    let radius = sqrt(-2.0 * log(1.0 - u1));
    let angle = 2.0 * std::f64::consts::PI * u2;
    (radius * cos(angle), radius * sin(angle))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn golden() -> Stream {
        Stream::new(42, "img_000001", "gaussian_noise/s3", 0)
    }

    #[test]
    fn philox_gives_the_known_answers_of_random123() {
        assert_eq!(philox4x32_10([0; 4], [0; 2]), [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]);
        let counter = [0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344];
        let expected = [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1];
        assert_eq!(philox4x32_10(counter, [0xa409_3822, 0x299f_31d0]), expected);
    }

    #[test]
    fn stream_key_and_first_block_are_the_specified_ones() {
        // Independent Python implementation on the blake3 package.
        let digest = stream_digest(42, "img_000001", "gaussian_noise/s3", 0);
        assert_eq!(digest[..8], [0x41, 0x06, 0xfb, 0x0d, 0x1b, 0x90, 0xf0, 0x6e]);
        assert_eq!(digest[28..], [0xd8, 0x94, 0xa7, 0xcd]);
        assert_eq!(golden().block(0), (0x4dcb_2c9c_e5ec_9d2e, 0x2a5b_ef8f_5ebf_13f2));
    }

    #[test]
    fn uniform_draws_match_the_golden_stream() {
        let mut stream = golden();
        for expected in
            [0.303_881_443_314_752_86, 0.165_465_328_695_742_15, 0.549_100_131_949_997_1, 0.293_803_243_390_183_93]
        {
            assert_eq!(stream.next_f64(), expected);
        }
        let mut stream = golden();
        let digits: Vec<u64> = (0..8).map(|_| stream.below(10)).collect();
        assert_eq!(digits, [3, 1, 5, 2, 6, 2, 9, 3]);
    }

    #[test]
    fn many_draws_are_the_same_as_single_ones_from_any_place() {
        for (skipped, count) in [(0, 0), (0, 1), (0, 7), (1, 1), (1, 36), (3, 17), (4, 16), (0, 33)] {
            let (mut one, mut many) = (golden(), golden());
            for _ in 0..skipped {
                assert_eq!(one.next_u64(), many.next_u64());
            }
            let single: Vec<u64> = (0..count).map(|_| one.below(1000)).collect();
            let mut together = Vec::new();
            many.each_below(1000, count, |value| together.push(value));
            assert_eq!(together, single);
            assert_eq!(one.next_u64(), many.next_u64());
        }
    }

    #[test]
    fn normal_draws_match_the_golden_stream_in_order_and_by_block() {
        let mut stream = golden();
        let (first, second) = (stream.normal(), stream.normal());
        assert!((first - 0.431_130_999_580_795_37).abs() < 1e-12, "{first}");
        assert!((second - 0.733_891_441_139_847_1).abs() < 1e-12, "{second}");
        assert_eq!(golden().normal_pair_at(0), (first, second));
        assert_eq!(golden().normal_pair_at(1).0, stream.normal());
    }

    #[test]
    fn shuffle_matches_the_golden_order() {
        let mut items: Vec<u32> = (0..10).collect();
        Stream::new(7, "shuffle", "demo", 0).shuffle(&mut items);
        assert_eq!(items, [2, 7, 8, 0, 6, 5, 4, 9, 1, 3]);
    }

    fn check_mean_and_variance(draws: &[f64], mean: f64, variance: f64, tolerance: f64) {
        let n = draws.len() as f64;
        let got_mean = crate::sum::sum(draws) / n;
        let squares: Vec<f64> = draws.iter().map(|x| (x - got_mean) * (x - got_mean)).collect();
        let got_variance = crate::sum::sum(&squares) / n;
        assert!((got_mean - mean).abs() < tolerance * mean.max(1.0), "mean {got_mean} instead of {mean}");
        assert!((got_variance - variance).abs() < 3.0 * tolerance * variance.max(1.0), "variance {got_variance}");
    }

    #[test]
    fn poisson_has_mean_and_variance_lambda_on_both_sides_of_the_switch() {
        for lambda in [0.3, 4.0, 9.99, 10.0, 60.0] {
            let mut stream = Stream::new(1, "poisson", "moments", 0);
            let draws: Vec<f64> = (0..40_000).map(|_| stream.poisson(lambda) as f64).collect();
            check_mean_and_variance(&draws, lambda, lambda, 0.02);
        }
        let mut stream = golden();
        assert_eq!((stream.poisson(0.0), stream.poisson(-1.0), stream.poisson(f64::NAN)), (0, 0, 0));
    }

    #[test]
    fn gamma_and_beta_have_their_textbook_moments() {
        for shape in [0.5, 2.0, 7.5] {
            let mut stream = Stream::new(2, "gamma", "moments", 0);
            let draws: Vec<f64> = (0..40_000).map(|_| stream.gamma(shape)).collect();
            check_mean_and_variance(&draws, shape, shape, 0.02);
        }
        let mut stream = Stream::new(3, "beta", "moments", 0);
        let draws: Vec<f64> = (0..40_000).map(|_| stream.beta(2.0, 3.0)).collect();
        check_mean_and_variance(&draws, 0.4, 0.04, 0.01);
    }

    #[test]
    fn streams_of_different_names_differ() {
        let first = golden().next_u64();
        assert_ne!(Stream::new(43, "img_000001", "gaussian_noise/s3", 0).next_u64(), first);
        assert_ne!(Stream::new(42, "img_000002", "gaussian_noise/s3", 0).next_u64(), first);
        assert_ne!(Stream::new(42, "img_000001", "gaussian_noise/s4", 0).next_u64(), first);
        assert_ne!(Stream::new(42, "img_000001", "gaussian_noise/s3", 1).next_u64(), first);
    }
}
