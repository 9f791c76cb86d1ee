//! The strongest direction of a symmetric matrix.
//!
//! Knyazev 2001, "Toward the optimal preconditioned eigensolver", without a preconditioner: each step takes the best
//! vector of the plane or space that the current one, its residual and the last change span. That needs one product with
//! the matrix a step, as power iteration does, and far fewer steps where the two largest eigenvalues are near.

/// The search stops when the residual is this small relative to the eigenvalue.
pub(super) const TOLERANCE: f64 = 1e-9;

/// Steps at most.
const MAX_STEPS: usize = 200;

/// A vector that shrinks to this part of itself when it is made orthogonal to others was one of their kind.
const DEPENDENT: f64 = 1e-8;

/// An eigenvalue and its vector of length 1.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Eigen {
    pub(super) value: f64,
    pub(super) vector: Vec<f64>,
}

/// The largest eigenvalue of a symmetric matrix, row-major and not empty, and its vector.
///
/// The search starts from the plane of v_i = 1 + i/n and the axis of the largest diagonal entry: one start alone may
/// happen to be orthogonal to the vector in search.
pub(super) fn dominant(matrix: &[f64]) -> Eigen {
    let n = matrix.len().isqrt();
    let largest = (1..n).fold(0, |best, i| if matrix[i * n + i] > matrix[best * n + best] { i } else { best });
    let ramp = (0..n).map(|i| 1.0 + i as f64 / n as f64).collect();
    let axis = (0..n).map(|i| f64::from(u8::from(i == largest))).collect();
    let mut basis = orthonormal([Pair::new(matrix, ramp), Pair::new(matrix, axis)]);
    let mut steps = 0;
    loop {
        let weights = best_of(&basis);
        let best = Pair::sum(&basis, &weights);
        let value = dot(&best.vector, &best.image);
        let residual: Vec<f64> = best.image.iter().zip(&best.vector).map(|(a, b)| a - value * b).collect();
        steps += 1;
        if norm(&residual) <= TOLERANCE * value || steps == MAX_STEPS {
            return Eigen { value, vector: best.vector };
        }
        let change = Pair::sum(&basis[1..], &weights[1..]);
        basis = orthonormal([best, Pair::new(matrix, residual), change]);
    }
}

/// A vector and what the matrix makes of it.
struct Pair {
    vector: Vec<f64>,
    image: Vec<f64>,
}

impl Pair {
    fn new(matrix: &[f64], vector: Vec<f64>) -> Self {
        let image = matrix.chunks_exact(vector.len()).map(|row| dot(row, &vector)).collect();
        Self { vector, image }
    }

    /// The sum of the pairs times their weights; of no pairs, an empty one.
    fn sum(pairs: &[Self], weights: &[f64]) -> Self {
        let n = pairs.first().map_or(0, |pair| pair.vector.len());
        let mut sum = Self { vector: vec![0.0; n], image: vec![0.0; n] };
        for (pair, weight) in pairs.iter().zip(weights) {
            sum.add(pair, *weight);
        }
        sum
    }

    fn add(&mut self, other: &Self, weight: f64) {
        for (sum, x) in self.vector.iter_mut().zip(&other.vector) {
            *sum += weight * x;
        }
        for (sum, x) in self.image.iter_mut().zip(&other.image) {
            *sum += weight * x;
        }
    }

    fn scale(&mut self, factor: f64) {
        for x in self.vector.iter_mut().chain(&mut self.image) {
            *x *= factor;
        }
    }
}

/// The pairs made orthogonal to those before them and of length 1; what then is (nearly) nothing is left out.
fn orthonormal<const N: usize>(pairs: [Pair; N]) -> Vec<Pair> {
    let mut basis: Vec<Pair> = Vec::with_capacity(N);
    for mut pair in pairs {
        let before = norm(&pair.vector);
        // Once more, for the first time leaves rounding of the part that was taken away.
        for _ in 0..2 {
            for other in &basis {
                pair.add(other, -dot(&pair.vector, &other.vector));
            }
        }
        let length = norm(&pair.vector);
        if length > DEPENDENT * before {
            pair.scale(1.0 / length);
            basis.push(pair);
        }
    }
    basis
}

/// The weights, of length 1, with which the basis gives the largest Rayleigh quotient: Jacobi's rotations on the small
/// matrix between the basis and its images.
fn best_of(basis: &[Pair]) -> Vec<f64> {
    let n = basis.len();
    let mut small: Vec<Vec<f64>> = basis
        .iter()
        .map(|a| basis.iter().map(|b| f64::midpoint(dot(&a.vector, &b.image), dot(&b.vector, &a.image))).collect())
        .collect();
    let mut vectors: Vec<Vec<f64>> = (0..n).map(|i| (0..n).map(|j| f64::from(u8::from(i == j))).collect()).collect();
    for _ in 0..MAX_STEPS {
        let pairs = (0..n).flat_map(|p| (p + 1..n).map(move |q| (p, q)));
        let Some((p, q)) = pairs.max_by(|a, b| small[a.0][a.1].abs().total_cmp(&small[b.0][b.1].abs())) else { break };
        if small[p][q].abs() <= f64::EPSILON * (small[p][p].abs() + small[q][q].abs()) {
            break;
        }
        rotate(&mut small, &mut vectors, p, q);
    }
    let best = (1..n).fold(0, |best, i| if small[i][i] > small[best][best] { i } else { best });
    vectors.iter().map(|row| row[best]).collect()
}

/// Turns the axes `p` and `q` so that the entry between them vanishes (Golub and Van Loan, section 8.5).
fn rotate(matrix: &mut [Vec<f64>], vectors: &mut [Vec<f64>], p: usize, q: usize) {
    let theta = (matrix[q][q] - matrix[p][p]) / (2.0 * matrix[p][q]);
    let t = theta.signum() / (theta.abs() + (theta * theta + 1.0).sqrt());
    let c = 1.0 / (t * t + 1.0).sqrt();
    let s = t * c;
    for row in matrix.iter_mut().chain(vectors.iter_mut()) {
        (row[p], row[q]) = (c * row[p] - s * row[q], s * row[p] + c * row[q]);
    }
    let (before, from) = matrix.split_at_mut(q);
    for (x, y) in before[p].iter_mut().zip(&mut from[0]) {
        (*x, *y) = (c * *x - s * *y, s * *x + c * *y);
    }
}

fn norm(v: &[f64]) -> f64 {
    dot(v, v).sqrt()
}

/// The sum of the products, in four parts, so that it need not wait for each addition.
pub(super) fn dot(a: &[f64], b: &[f64]) -> f64 {
    let (a, rest_a) = a.as_chunks::<4>();
    let (b, rest_b) = b.as_chunks::<4>();
    let mut sums = [0.0; 4];
    for (a, b) in a.iter().zip(b) {
        for (lane, sum) in sums.iter_mut().enumerate() {
            *sum += a[lane] * b[lane];
        }
    }
    let rest: f64 = rest_a.iter().zip(rest_b).map(|(x, y)| x * y).sum();
    (sums[0] + sums[1]) + (sums[2] + sums[3]) + rest
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_start_orthogonal_to_the_answer_does_not_mislead() {
        // Eigenvalue 2 along (1.5, -1), orthogonal to the ramp (1, 1.5); eigenvalue 1 along the ramp itself.
        let (a, b) = ([1.5, -1.0], [1.0, 1.5]);
        let n = 3.25;
        let matrix: Vec<f64> = (0..4).map(|k| (2.0 * a[k / 2] * a[k % 2] + b[k / 2] * b[k % 2]) / n).collect();
        let Eigen { value, vector: v } = dominant(&matrix);
        assert!((v[0] / v[1] + 1.5).abs() < 1e-6, "{v:?}");
        assert!((value - 2.0).abs() < 1e-9, "{value}");
    }

    #[test]
    fn small_matrices_have_their_textbook_answers() {
        assert_eq!(dominant(&[5.0]), Eigen { value: 5.0, vector: vec![1.0] });
        assert_eq!(dominant(&[0.0; 4]).value, 0.0);
        // The second difference matrix of order n has the eigenvalues 2 − 2·cos(kπ/(n+1)).
        let n = 40;
        let matrix: Vec<f64> = (0..n * n)
            .map(|at: usize| match (at / n).abs_diff(at % n) {
                0 => 2.0,
                1 => -1.0,
                _ => 0.0,
            })
            .collect();
        let expect = 2.0 + 2.0 * (std::f64::consts::PI / (n as f64 + 1.0)).cos();
        let value = dominant(&matrix).value;
        assert!((value - expect).abs() < 1e-9, "{value} is not {expect}, though its neighbour is at 0.4 % from it");
    }

    proptest! {
        #[test]
        fn it_is_an_eigenvector_and_no_direction_is_stronger(
            (n, values, probe) in (1..12_usize).prop_flat_map(|n| (
                Just(n),
                proptest::collection::vec(-1.0..1.0_f64, n * (n + 3)),
                proptest::collection::vec(-1.0..1.0_f64, n),
            ))
        ) {
            let rows: Vec<&[f64]> = values.chunks_exact(n + 3).collect();
            let matrix: Vec<f64> = rows.iter().flat_map(|a| rows.iter().map(|b| dot(a, b))).collect();
            let Eigen { value, vector } = dominant(&matrix);
            prop_assert!((norm(&vector) - 1.0).abs() < 1e-9);
            let trace: f64 = (0..n).map(|i| matrix[i * n + i]).sum();
            for (row, x) in matrix.chunks_exact(n).zip(&vector) {
                prop_assert!((dot(row, &vector) - value * x).abs() <= 1e-6 * trace.max(1e-9));
            }
            // A hundred steps of plain power iteration from anywhere find nothing above.
            let mut v = probe;
            for _ in 0..100 {
                let length = norm(&v);
                prop_assume!(length > 0.0);
                for x in &mut v {
                    *x /= length;
                }
                let next = Pair::new(&matrix, v.clone()).image;
                prop_assert!(dot(&next, &v) <= value * (1.0 + 1e-6) + 1e-12);
                v = next;
            }
        }
    }
}
