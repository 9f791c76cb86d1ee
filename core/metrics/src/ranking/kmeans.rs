//! k-means with a seed: the same clusters on every machine and any number of threads.

use rayon::prelude::*;

use super::points::{Points, squared_distance};
use crate::rng::Stream;

/// Most rounds of Lloyd's algorithm.
const LLOYD_STEPS: u32 = 25;
/// Points that one task of the thread pool looks at.
const BLOCK: usize = 64;
/// Centroids that are held against a block of points at a time, so that both stay in the cache.
const TILE: usize = 32;

/// From this many labelled points on, [`summarise`] stands centroids in for them.
pub const MAX_LABELLED: usize = 50_000;
/// Centroids that stand in for labelled points.
const SUMMARY_CENTROIDS: usize = 4096;
/// Labelled points that those centroids are computed from.
const SUMMARY_SAMPLE: usize = 16_384;

/// Clusters of points around their means.
#[derive(Debug, Clone, PartialEq)]
pub struct KMeans {
    centroids: Vec<f32>,
    dimensions: usize,
    assignment: Vec<u32>,
}

impl KMeans {
    /// Clusters the points around at most `k` means (fewer when there are fewer different points).
    ///
    /// Starts by k-means++ (Arthur & Vassilvitskii 2007) on the random stream of the seed, then at most 25 rounds of
    /// Lloyd's algorithm, fewer when nothing moves any more. A cluster that loses all its points takes the one farthest
    /// from its mean. Ties go to the lower index. No points, or `k` of 0, give no clusters.
    pub fn fit(points: Points<'_>, k: usize, seed: u64) -> Self {
        let mut fit =
            Self { centroids: start(points, k, seed), dimensions: points.dimensions(), assignment: Vec::new() };
        if fit.centroids.is_empty() {
            return fit;
        }
        let mut nearest = fit.nearest(points);
        for _ in 0..LLOYD_STEPS {
            fit.move_centroids(points, &mut nearest);
            let next = fit.nearest(points);
            let settled = next.iter().zip(&nearest).all(|(next, before)| next.1 == before.1);
            nearest = next;
            if settled {
                break;
            }
        }
        fit.assignment = nearest.into_iter().map(|(_, cluster)| cluster).collect();
        fit
    }

    /// The means.
    pub fn centroids(&self) -> Points<'_> {
        Points::trusted(&self.centroids, self.dimensions)
    }

    /// The cluster of every point: an index into [`centroids`](Self::centroids); empty without clusters.
    pub fn assignment(&self) -> &[u32] {
        &self.assignment
    }

    /// Squared distance to the nearest centroid, and which that is, for every point.
    fn nearest(&self, points: Points<'_>) -> Vec<(f32, u32)> {
        let centroids = self.centroids();
        let mut nearest = vec![(f32::INFINITY, 0_u32); points.len()];
        nearest.par_chunks_mut(BLOCK).enumerate().for_each(|(block, nearest)| {
            for tile in (0..centroids.len()).step_by(TILE) {
                let tile = tile..(tile + TILE).min(centroids.len());
                for (at, nearest) in nearest.iter_mut().enumerate() {
                    let own = points.row(block * BLOCK + at);
                    for cluster in tile.clone() {
                        let squared = squared_distance(own, centroids.row(cluster));
                        if squared < nearest.0 {
                            *nearest = (squared, cluster as u32);
                        }
                    }
                }
            }
        });
        nearest
    }

    /// Moves every centroid to the mean of its points; those without any take the points farthest from their means,
    /// which `nearest` then knows.
    fn move_centroids(&mut self, points: Points<'_>, nearest: &mut [(f32, u32)]) {
        let clusters = self.centroids().len();
        let mut counts = vec![0_u64; clusters];
        for &(_, cluster) in &*nearest {
            counts[cluster as usize] += 1;
        }
        for empty in 0..clusters {
            if counts[empty] > 0 {
                continue;
            }
            // The only point of a cluster must not leave it empty in turn.
            let movable = nearest.iter().enumerate().filter(|(_, own)| counts[own.1 as usize] > 1);
            let farthest = movable.reduce(|best, own| if own.1.0 > best.1.0 { own } else { best });
            if let Some((at, &(_, old))) = farthest {
                counts[old as usize] -= 1;
                counts[empty] += 1;
                nearest[at] = (0.0, empty as u32);
            }
        }
        let mut sums = vec![0.0_f64; self.centroids.len()];
        for (at, &(_, cluster)) in nearest.iter().enumerate() {
            let sum = &mut sums[cluster as usize * self.dimensions..][..self.dimensions];
            for (sum, &value) in sum.iter_mut().zip(points.row(at)) {
                *sum += f64::from(value);
            }
        }
        let cells = self.centroids.chunks_exact_mut(self.dimensions).zip(sums.chunks_exact(self.dimensions));
        for ((centroid, sum), &count) in cells.zip(&counts).filter(|(_, count)| **count > 0) {
            for (value, sum) in centroid.iter_mut().zip(sum) {
                *value = (sum / count as f64) as f32;
            }
        }
    }
}

/// k-means++: the first centre is any point, each further one a point drawn in proportion to its squared distance to the
/// centres so far.
fn start(points: Points<'_>, k: usize, seed: u64) -> Vec<f32> {
    let mut stream = Stream::new(seed, "k_means", "start", 0);
    let mut centroids = Vec::new();
    if points.is_empty() || k == 0 {
        return centroids;
    }
    let mut newest = stream.below(points.len() as u64) as usize;
    let mut nearest = vec![f32::INFINITY; points.len()];
    loop {
        centroids.extend_from_slice(points.row(newest));
        if centroids.len() == k * points.dimensions() {
            return centroids;
        }
        nearest.par_chunks_mut(BLOCK).enumerate().for_each(|(block, nearest)| {
            for (at, nearest) in nearest.iter_mut().enumerate() {
                *nearest = nearest.min(squared_distance(points.row(block * BLOCK + at), points.row(newest)));
            }
        });
        match draw(&nearest, stream.next_f64()) {
            Some(at) => newest = at,
            // Every point is a centre already.
            None => return centroids,
        }
    }
}

/// The index at which the running sum of the weights passes `share` of their total; none when all are 0.
fn draw(weights: &[f32], share: f64) -> Option<usize> {
    let total: f64 = weights.iter().map(|&weight| f64::from(weight)).sum();
    let mut left = share * total;
    let mut last = None;
    for (at, &weight) in weights.iter().enumerate().filter(|(_, weight)| **weight > 0.0) {
        left -= f64::from(weight);
        last = Some(at);
        if left < 0.0 {
            break;
        }
    }
    last
}

/// Points that stand in for labelled ones when a batch is chosen: the points themselves up to [`MAX_LABELLED`], else
/// 4,096 means of 16,384 of them drawn at random.
///
/// With 256 dimensions the means take a minute or so: keep them, rather than have them computed for every batch.
pub fn summarise(labelled: Points<'_>, seed: u64) -> Vec<f32> {
    if labelled.len() <= MAX_LABELLED {
        return (0..labelled.len()).flat_map(|at| labelled.row(at)).copied().collect();
    }
    let mut sample: Vec<usize> = (0..labelled.len()).collect();
    Stream::new(seed, "k_means", "sample", 0).shuffle(&mut sample);
    sample.truncate(SUMMARY_SAMPLE);
    sample.sort_unstable();
    let rows: Vec<f32> = sample.into_iter().flat_map(|at| labelled.row(at)).copied().collect();
    KMeans::fit(Points::trusted(&rows, labelled.dimensions()), SUMMARY_CENTROIDS, seed).centroids
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn points(values: &[f32], dimensions: usize) -> Points<'_> {
        Points::new(values, dimensions).expect("whole rows")
    }

    fn noise(n: usize, seed: u64) -> Vec<f32> {
        let mut stream = Stream::new(seed, "k_means", "test", 0);
        (0..n).map(|_| stream.next_f64() as f32).collect()
    }

    fn inertia(points: Points<'_>, fit: &KMeans) -> f64 {
        let own = |(at, &cluster): (usize, &u32)| {
            f64::from(squared_distance(points.row(at), fit.centroids().row(cluster as usize)))
        };
        fit.assignment().iter().enumerate().map(own).sum()
    }

    #[test]
    fn clear_clusters_are_found() {
        let mut values = Vec::new();
        for centre in [0.0, 10.0, 20.0, 30.0_f32] {
            values.extend(noise(2 * 25, 3).iter().map(|value| value + centre));
        }
        let fit = KMeans::fit(points(&values, 2), 4, 1);
        let assignment = fit.assignment();
        let mut seen: Vec<u32> = assignment.chunks(25).map(|chunk| chunk[0]).collect();
        assert!(assignment.chunks(25).all(|chunk| chunk.iter().all(|cluster| *cluster == chunk[0])));
        seen.sort_unstable();
        assert_eq!(seen, [0, 1, 2, 3]);
    }

    #[test]
    fn equal_points_make_one_cluster_and_none_make_none() {
        let fit = KMeans::fit(points(&[2.0; 12], 3), 3, 1);
        assert_eq!((fit.centroids().row(0), fit.centroids().len(), fit.assignment()), (&[2.0; 3][..], 1, &[0; 4][..]));
        assert!(KMeans::fit(points(&[], 3), 3, 1).centroids().is_empty());
        assert!(KMeans::fit(points(&[1.0], 1), 0, 1).assignment().is_empty());
    }

    #[test]
    fn an_empty_cluster_takes_the_farthest_point() {
        let values = [0.0, 1.0, 2.0, 9.0_f32];
        let mut fit = KMeans { centroids: vec![1.0, 50.0], dimensions: 1, assignment: Vec::new() };
        let mut nearest = fit.nearest(points(&values, 1));
        fit.move_centroids(points(&values, 1), &mut nearest);
        assert_eq!(fit.centroids, [1.0, 9.0]);
        // With as many clusters as points every cluster keeps one.
        let mut full = KMeans { centroids: vec![0.0, 50.0, 60.0, 70.0], dimensions: 1, assignment: Vec::new() };
        let mut nearest = full.nearest(points(&values, 1));
        full.move_centroids(points(&values, 1), &mut nearest);
        assert_eq!(full.centroids, [0.0, 9.0, 2.0, 1.0]);
    }

    #[test]
    fn draws_are_in_proportion_to_the_weights() {
        assert_eq!(draw(&[0.0, 1.0, 3.0], 0.0), Some(1));
        assert_eq!(draw(&[0.0, 1.0, 3.0], 0.249), Some(1));
        assert_eq!(draw(&[0.0, 1.0, 3.0], 0.25), Some(2));
        assert_eq!(draw(&[1.0, 0.0], 0.999_999), Some(0));
        assert_eq!(draw(&[0.0, 0.0], 0.5), None);
    }

    #[test]
    fn few_labelled_points_stand_for_themselves_and_many_for_each_other() {
        let few = noise(40, 5);
        assert_eq!(summarise(points(&few, 4), 9), few);
        // Many points in three places: the places come out.
        let many: Vec<f32> = (0..=MAX_LABELLED).map(|at| (at % 3) as f32).collect();
        let mut means = summarise(points(&many, 1), 9);
        means.sort_by(f32::total_cmp);
        assert_eq!(means, [0.0, 1.0, 2.0]);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]

        #[test]
        fn every_point_is_with_its_nearest_mean_on_any_number_of_threads(seed: u64, n in 1_usize..300, k in 1_usize..9) {
            let values = noise(3 * n, seed);
            let fits: Vec<KMeans> = [1, 3]
                .into_iter()
                .map(|threads| {
                    let workers = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a thread pool");
                    workers.install(|| KMeans::fit(points(&values, 3), k, seed))
                })
                .collect();
            prop_assert_eq!(&fits[0], &fits[1]);
            let centroids = fits[0].centroids();
            prop_assert!(centroids.len() == k.min(n));
            for (at, &cluster) in fits[0].assignment().iter().enumerate() {
                let own = points(&values, 3).row(at);
                let gap = |c: usize| squared_distance(own, centroids.row(c));
                prop_assert!((0..centroids.len()).all(|other| gap(cluster as usize) <= gap(other)));
            }
        }

        #[test]
        fn the_rounds_never_make_the_clusters_wider(seed: u64, n in 10_usize..200) {
            let values = noise(2 * n, seed);
            let points = points(&values, 2);
            let mut begun = KMeans { centroids: start(points, 4, seed), dimensions: 2, assignment: Vec::new() };
            begun.assignment = begun.nearest(points).into_iter().map(|own| own.1).collect();
            prop_assert!(inertia(points, &KMeans::fit(points, 4, seed)) <= inertia(points, &begun) + 1e-4);
        }
    }
}
