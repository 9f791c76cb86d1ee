//! The pictures of the deletion and the insertion test: the image with ever more of its most salient pixels taken away,
//! or put into a blurred copy.
//!
//! Petsiuk et al. 2018, arXiv 1806.07421, section 4.2. The area under the scores is
//! [`curve_area`](concord_metrics::saliency::curve_area).

use concord_imaging::Rgb8;

use super::occlusion::mean_colour;

/// Spread of the blur in pixels, on a side of [`BLUR_SIDE`].
const BLUR_SIGMA: f64 = 5.0;
/// The side that the spread is meant for.
const BLUR_SIDE: f64 = 224.0;
/// Beyond so many spreads a weight is left out.
const BLUR_REACH: f64 = 3.0;

/// Which of the two tests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Curve {
    /// Pixels become the image's mean colour; a score that falls soon speaks for the map.
    Deletion,
    /// Pixels of the image come into a blurred copy; a score that rises soon speaks for the map.
    Insertion,
}

/// The pictures of a test, one after the other: first without any change, last with every pixel changed.
#[derive(Debug, Clone)]
pub struct CurvePictures {
    picture: Rgb8,
    /// What the pixels become.
    towards: Rgb8,
    order: Vec<usize>,
    steps: usize,
    done: usize,
}

impl CurvePictures {
    /// Starts a test of `steps` equal steps (at least 1) through the pixels in this order, the most salient first; indices
    /// beyond the image are left out.
    pub fn new(image: &Rgb8, order: Vec<usize>, steps: usize, curve: Curve) -> Self {
        let (picture, towards) = match curve {
            Curve::Deletion => (image.clone(), Rgb8::filled(image.size, mean_colour(image))),
            Curve::Insertion => (blurred(image), image.clone()),
        };
        Self { picture, towards, order, steps: steps.max(1), done: 0 }
    }
}

impl Iterator for CurvePictures {
    type Item = Rgb8;

    fn next(&mut self) -> Option<Rgb8> {
        if self.done > self.steps {
            return None;
        }
        if let Some(step) = self.done.checked_sub(1) {
            let place = |step: usize| self.order.len() * step / self.steps;
            let (pixels, towards) = (self.picture.data.as_chunks_mut::<3>().0, self.towards.data.as_chunks::<3>().0);
            for at in &self.order[place(step)..place(step + 1)] {
                if let (Some(pixel), Some(becomes)) = (pixels.get_mut(*at), towards.get(*at)) {
                    *pixel = *becomes;
                }
            }
        }
        self.done += 1;
        Some(self.picture.clone())
    }
}

/// The image blurred by a Gaussian with a spread of 5 pixels on a side of 224; beyond its edges the edge goes on.
pub fn blurred(image: &Rgb8) -> Rgb8 {
    let side = f64::from(image.width().max(image.height()));
    let sigma = BLUR_SIGMA * side / BLUR_SIDE;
    let reach = (BLUR_REACH * sigma).ceil() as i64;
    let weights: Vec<f64> = (-reach..=reach).map(|d| (-((d * d) as f64) / (2.0 * sigma * sigma)).exp()).collect();
    let total: f64 = weights.iter().sum();
    let (width, height) = (image.width() as usize, image.height() as usize);
    let along = |from: &[f64], at: usize, step: usize, length: usize, start: usize| -> f64 {
        let taps = (-reach..=reach).zip(&weights).map(|(d, weight)| {
            let place = (at as i64 + d).clamp(0, length as i64 - 1) as usize;
            from[start + place * step] * weight
        });
        taps.sum::<f64>() / total
    };
    let samples: Vec<f64> = image.data.iter().map(|v| f64::from(*v)).collect();
    let mut across = vec![0.0; samples.len()];
    for (at, out) in across.iter_mut().enumerate() {
        let (row, column, channel) = (at / 3 / width, at / 3 % width, at % 3);
        *out = along(&samples, column, 3, width, row * width * 3 + channel);
    }
    let down = |at: usize| along(&across, at / 3 / width, width * 3, height, at % (width * 3));
    Rgb8::new(image.size, (0..samples.len()).map(|at| (down(at) + 0.5) as u8).collect())
}

#[cfg(test)]
mod tests {
    use concord_geometry::Size;

    use super::*;

    fn image() -> Rgb8 {
        Rgb8::from_fn(Size::new(4, 2), |x, y| [(x * 10) as u8, (y * 100) as u8, 7])
    }

    #[test]
    fn deletion_goes_from_the_image_to_its_mean() {
        let order = vec![5, 0, 1, 2, 3, 4, 6, 7];
        let pictures: Vec<Rgb8> = CurvePictures::new(&image(), order, 4, Curve::Deletion).collect();
        assert_eq!(pictures.len(), 5, "a picture before each of four steps and one after the last");
        assert_eq!(pictures[0], image());
        assert_eq!(pictures[4], Rgb8::filled(image().size, [15, 50, 7]), "the mean of 0, 10, 20, 30 and of 0, 100");
        // Two pixels a step: first the one in row 1, column 1, and the first of all.
        let changed: Vec<usize> =
            (0..8).filter(|at| pictures[1].data[at * 3..][..3] != image().data[at * 3..][..3]).collect();
        assert_eq!(changed, [0, 5]);
        let changed = (0..8).filter(|at| pictures[3].data[at * 3..][..3] != image().data[at * 3..][..3]).count();
        assert_eq!(changed, 6);
    }

    #[test]
    fn insertion_goes_from_a_blur_to_the_image() {
        let pictures: Vec<Rgb8> = CurvePictures::new(&image(), (0..8).collect(), 3, Curve::Insertion).collect();
        assert_eq!((pictures.len(), &pictures[0], &pictures[3]), (4, &blurred(&image()), &image()));
        // ⌊8/3⌋ = 2 pixels in the first step.
        assert_eq!(pictures[1].data[..6], image().data[..6]);
        assert_eq!(pictures[1].data[6..], pictures[0].data[6..]);
    }

    #[test]
    fn the_blur_spreads_a_point_by_the_normal_density() {
        let size = Size::new(45, 45);
        let point = Rgb8::from_fn(size, |x, y| if (x, y) == (22, 22) { [200, 0, 0] } else { [0; 3] });
        let out = blurred(&point);
        let sigma: f64 = 5.0 * 45.0 / 224.0;
        let weight = |d: f64| (-d * d / (2.0 * sigma * sigma)).exp();
        // Four on either side: 3σ = 3.01, rounded up.
        let total = (-4..=4).map(|d| weight(f64::from(d))).sum::<f64>();
        for (x, y) in [(22, 22), (23, 22), (22, 24), (24, 23), (30, 22)] {
            let (dx, dy) = (f64::from(x) - 22.0, f64::from(y) - 22.0);
            let expect = if dx.abs() > 4.0 { 0.0 } else { 200.0 * weight(dx) * weight(dy) / (total * total) };
            assert!((f64::from(out.pixel(x, y)[0]) - expect).abs() <= 0.5 + 1e-9, "({x}, {y})");
        }
        let flat = Rgb8::filled(size, [9, 80, 255]);
        assert_eq!(blurred(&flat), flat, "at the edges nothing is lost");
    }
}
