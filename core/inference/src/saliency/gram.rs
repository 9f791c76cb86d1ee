//! Products of every two rows of a matrix, quick enough to be a small part of a forward pass.

/// Products that one register of the smallest machine holds.
const LANES: usize = 4;

/// Rows of one side and of the other that are multiplied together while they lie in registers.
const TALL: usize = 4;
const WIDE: usize = 2;

/// Groups of lanes that are summed in single precision before the sum goes on in double: rounding stays near 1e-7 of
/// the sum, whatever the length of a row.
const BLOCK: usize = 64;

/// Rows of single precision, padded with zeros to whole registers and tiles.
pub(super) struct Rows {
    count: usize,
    /// Groups of lanes in a row.
    groups: usize,
    data: Vec<[f32; LANES]>,
}

impl Rows {
    /// `count` rows of `length` zeros. What is put into them should be near 1 in size, for products of it are of single
    /// precision.
    pub(super) fn new(count: usize, length: usize) -> Self {
        let groups = length.div_ceil(LANES);
        Self { count, groups, data: vec![[0.0; LANES]; count.next_multiple_of(TALL) * groups] }
    }

    /// A row, with zeros after its end.
    pub(super) fn row(&self, row: usize) -> &[f32] {
        self.data[row * self.groups..][..self.groups].as_flattened()
    }

    /// A row to be changed; the zeros after its end must stay.
    pub(super) fn row_mut(&mut self, row: usize) -> &mut [f32] {
        self.data[row * self.groups..][..self.groups].as_flattened_mut()
    }

    /// The products of every two rows: a symmetric matrix, row-major.
    pub(super) fn gram(&self) -> Vec<f64> {
        let padded = self.count.next_multiple_of(TALL);
        let mut sums = vec![0.0; padded * padded];
        for start in (0..self.groups).step_by(BLOCK) {
            let groups = start..(start + BLOCK).min(self.groups);
            let part = |row: usize| &self.data[row * self.groups..][groups.clone()];
            for tall in (0..padded).step_by(TALL) {
                for wide in (0..tall + TALL).step_by(WIDE) {
                    let products =
                        tile(std::array::from_fn(|i| part(tall + i)), std::array::from_fn(|j| part(wide + j)));
                    for (i, row) in products.iter().enumerate() {
                        for (j, product) in row.iter().enumerate() {
                            sums[(tall + i) * padded + wide + j] += product;
                        }
                    }
                }
            }
        }
        // Only the lower triangle is complete.
        (0..self.count * self.count)
            .map(|at| (at / self.count, at % self.count))
            .map(|(row, column)| sums[row.max(column) * padded + row.min(column)])
            .collect()
    }
}

/// The products of `TALL` rows with `WIDE` others of the same length.
fn tile(tall: [&[[f32; LANES]]; TALL], wide: [&[[f32; LANES]]; WIDE]) -> [[f64; WIDE]; TALL] {
    let mut sums = [[[0.0_f32; LANES]; WIDE]; TALL];
    let length = tall[0].len();
    let (tall, wide) = (tall.map(|row| &row[..length]), wide.map(|row| &row[..length]));
    for at in 0..length {
        for (sums, tall) in sums.iter_mut().zip(&tall) {
            for (sums, wide) in sums.iter_mut().zip(&wide) {
                for (lane, sum) in sums.iter_mut().enumerate() {
                    *sum += tall[at][lane] * wide[at][lane];
                }
            }
        }
    }
    sums.map(|row| row.map(|lanes| lanes.into_iter().map(f64::from).sum()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn it_is_the_sum_of_products(
            (count, length, values) in (1..14_usize, 1..700_usize).prop_flat_map(|(count, length)| {
                (Just(count), Just(length), proptest::collection::vec(-2.0..2.0_f32, count * length))
            })
        ) {
            let rows: Vec<&[f32]> = values.chunks_exact(length).collect();
            let mut matrix = Rows::new(count, length);
            for (at, row) in rows.iter().enumerate() {
                matrix.row_mut(at)[..length].copy_from_slice(row);
            }
            let gram = matrix.gram();
            prop_assert_eq!(gram.len(), count * count);
            for (a, row_a) in rows.iter().enumerate() {
                for (b, row_b) in rows.iter().enumerate() {
                    let products = row_a.iter().zip(*row_b).map(|(x, y)| f64::from(*x) * f64::from(*y));
                    let (sum, size) = products.fold((0.0, 0.0), |(sum, size), p| (sum + p, size + p.abs()));
                    prop_assert!((gram[a * count + b] - sum).abs() <= 1e-5 * size + 1e-30);
                }
            }
        }
    }
}
