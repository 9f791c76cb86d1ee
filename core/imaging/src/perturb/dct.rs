//! The 8×8 transform of JPEG and its inverse in libjpeg's accurate integer arithmetic (Loeffler, Ligtenberg and
//! Moschytz 1989, 13-bit constants), bit for bit.

const CONST_BITS: u32 = 13;
const PASS1_BITS: u32 = 2;

const F_0_298: i32 = 2446;
const F_0_390: i32 = 3196;
const F_0_541: i32 = 4433;
const F_0_765: i32 = 6270;
const F_0_899: i32 = 7373;
const F_1_175: i32 = 9633;
const F_1_501: i32 = 12_299;
const F_1_847: i32 = 15_137;
const F_1_961: i32 = 16_069;
const F_2_053: i32 = 16_819;
const F_2_562: i32 = 20_995;
const F_3_072: i32 = 25_172;

fn descaled(value: i32, bits: u32) -> i32 {
    (value + (1 << (bits - 1))) >> bits
}

/// The rotation that both directions share for the odd part, before rounding: inputs a, b, c, d are weighted with
/// 0.298, 2.053, 3.072, 1.501.
fn odd_part([a, b, c, d]: [i32; 4]) -> [i32; 4] {
    let (z1, z2, z3, z4) = (a + d, b + c, a + c, b + d);
    let z5 = (z3 + z4) * F_1_175;
    let (z1, z2) = (-z1 * F_0_899, -z2 * F_2_562);
    let (z3, z4) = (z5 - z3 * F_1_961, z5 - z4 * F_0_390);
    [a * F_0_298 + z1 + z3, b * F_2_053 + z2 + z4, c * F_3_072 + z2 + z3, d * F_1_501 + z1 + z4]
}

/// One forward pass over eight values `STEP` apart from `at`; the even outputs 0 and 4 are scaled by `flat`.
fn forward_pass<const STEP: usize>(block: &mut [i32; 64], at: usize, bits: u32, flat: impl Fn(i32) -> i32) {
    let d: [i32; 8] = std::array::from_fn(|i| block[at + i * STEP]);
    let sums = [d[0] + d[7], d[1] + d[6], d[2] + d[5], d[3] + d[4]];
    let odd = odd_part([d[3] - d[4], d[2] - d[5], d[1] - d[6], d[0] - d[7]]);
    let (t10, t13) = (sums[0] + sums[3], sums[0] - sums[3]);
    let (t11, t12) = (sums[1] + sums[2], sums[1] - sums[2]);
    let z1 = (t12 + t13) * F_0_541;
    let out = [
        flat(t10 + t11),
        descaled(odd[3], bits),
        descaled(z1 + t13 * F_0_765, bits),
        descaled(odd[2], bits),
        flat(t10 - t11),
        descaled(odd[1], bits),
        descaled(z1 - t12 * F_1_847, bits),
        descaled(odd[0], bits),
    ];
    for (i, value) in out.into_iter().enumerate() {
        block[at + i * STEP] = value;
    }
}

/// Samples centred on 0 to coefficients eight times too large, row-major.
pub(super) fn forward(block: &mut [i32; 64]) {
    for row in 0..8 {
        forward_pass::<1>(block, row * 8, CONST_BITS - PASS1_BITS, |v| v << PASS1_BITS);
    }
    for column in 0..8 {
        forward_pass::<8>(block, column, CONST_BITS + PASS1_BITS, |v| descaled(v, PASS1_BITS));
    }
}

fn inverse_pass<const STEP: usize>(block: &mut [i32; 64], at: usize, bits: u32) {
    let c: [i32; 8] = std::array::from_fn(|i| block[at + i * STEP]);
    let z1 = (c[2] + c[6]) * F_0_541;
    let (even2, even3) = (z1 - c[6] * F_1_847, z1 + c[2] * F_0_765);
    let (even0, even1) = ((c[0] + c[4]) << CONST_BITS, (c[0] - c[4]) << CONST_BITS);
    let even = [even0 + even3, even1 + even2, even1 - even2, even0 - even3];
    let odd = odd_part([c[7], c[5], c[3], c[1]]);
    for (i, &even) in even.iter().enumerate() {
        block[at + i * STEP] = descaled(even + odd[3 - i], bits);
        block[at + (7 - i) * STEP] = descaled(even - odd[3 - i], bits);
    }
}

/// Coefficients to samples centred on 0, not yet clipped.
pub(super) fn inverse(block: &mut [i32; 64]) {
    for column in 0..8 {
        inverse_pass::<8>(block, column, CONST_BITS - PASS1_BITS);
    }
    for row in 0..8 {
        inverse_pass::<1>(block, row * 8, CONST_BITS + PASS1_BITS + 3);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flat_block_has_only_its_mean() {
        let mut block = [25; 64];
        forward(&mut block);
        // Eight times the orthonormal coefficient, which is eight times the mean.
        assert_eq!(block[0], 25 * 64);
        assert!(block[1..].iter().all(|&c| c == 0));
    }

    #[test]
    fn the_inverse_undoes_the_transform_within_one_level() {
        let original: [i32; 64] = std::array::from_fn(|i| (i * i * 37 % 256) as i32 - 128);
        let mut block = original;
        forward(&mut block);
        for coefficient in &mut block {
            *coefficient = descaled(*coefficient, 3);
        }
        inverse(&mut block);
        assert!(original.iter().zip(&block).all(|(a, b)| (a - b).abs() <= 1));
    }
}
