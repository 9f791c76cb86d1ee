//! Masks of polygons exactly as the COCO tools make them, for exchange with them.

use crate::{Rle, Size};

/// Furthest a corner is taken to lie from the origin, in pixels; it bounds the walk along an edge.
const FARTHEST_PX: f64 = 1e6;
/// How much finer the grid is on which the COCO tools walk.
const SCALE: f64 = 5.0;

impl Rle {
    /// The mask that `pycocotools` (`rleFrPoly` of `maskApi.c`) makes of one ring `x1, y1, x2, y2 …`.
    ///
    /// Corners are rounded to a grid five times as fine, the edges are walked on it, and each column is filled between
    /// the crossings of its line. Pixels on the border differ from the pixel-centre rule; use it where equality with
    /// files of the COCO tools counts. A polygon of several rings is the union of the rings' masks there, without
    /// holes. An odd last number is ignored; fewer than two numbers give an empty mask; corners farther than 10⁶ px
    /// from the origin are moved to that distance.
    pub fn of_coco_ring(ring: &[f64], size: Size) -> Self {
        let boundary = walked(ring);
        let mut marks: Vec<u64> = boundary.windows(2).filter_map(|pair| crossing(pair[0], pair[1], size)).collect();
        marks.sort_unstable();
        // Each mark flips what follows it, in column-major order up to the end of the mask.
        let total = size.area_px();
        let height = u64::from(size.height);
        let pairs = marks.chunks(2).map(|pair| (pair[0], pair.get(1).copied().unwrap_or(total)));
        let runs = pairs.filter(|(from, to)| from < to).flat_map(|(from, to)| cut_at_columns(from, to, height));
        Self::from_column_runs(size.width, size.height, runs)
    }
}

/// The runs of a stretch of column-major places, one a column.
fn cut_at_columns(from: u64, to: u64, height: u64) -> impl Iterator<Item = (u32, u32, u32)> {
    (from / height..=(to - 1) / height).map(move |column| {
        let first = from.max(column * height) - column * height;
        let last = to.min((column + 1) * height) - column * height;
        (column as u32, first as u32, last as u32)
    })
}

/// The points of the fine grid along the whole ring, both ends of each edge included.
fn walked(ring: &[f64]) -> Vec<(i64, i64)> {
    let fine = |v: f64| (SCALE * v.clamp(-FARTHEST_PX, FARTHEST_PX) + 0.5) as i64;
    let corners: Vec<(i64, i64)> = ring.as_chunks::<2>().0.iter().map(|[x, y]| (fine(*x), fine(*y))).collect();
    let mut points = Vec::new();
    for (i, &from) in corners.iter().enumerate() {
        walk_edge(&mut points, from, corners[(i + 1) % corners.len()]);
    }
    points
}

fn walk_edge(points: &mut Vec<(i64, i64)>, from: (i64, i64), to: (i64, i64)) {
    let (dx, dy) = ((to.0 - from.0).abs(), (to.1 - from.1).abs());
    let along_x = dx >= dy;
    // The other coordinate is rounded from the lower end, whichever way the edge runs.
    let is_flipped = if along_x { from.0 > to.0 } else { from.1 > to.1 };
    let (low, high) = if is_flipped { (to, from) } else { (from, to) };
    let steps = dx.max(dy);
    let rise = if along_x { high.1 - low.1 } else { high.0 - low.0 } as f64 / steps as f64;
    let at = |step: i64| {
        let t = if is_flipped { steps - step } else { step };
        // Truncation and not flooring: as the COCO tools' integers do for points left of or above the image.
        let across = |start: i64| (start as f64 + rise * t as f64 + 0.5) as i64;
        if along_x { (low.0 + t, across(low.1)) } else { (across(low.0), low.1 + t) }
    };
    points.extend((0..=steps).map(at));
}

/// The column-major place of a step between two points of the walk that crosses the line of a column of pixels.
fn crossing(before: (i64, i64), point: (i64, i64), size: Size) -> Option<u64> {
    if point.0 == before.0 {
        return None;
    }
    let left = if point.0 < before.0 { point.0 } else { point.0 - 1 };
    let column = (left as f64 + 0.5) / SCALE - 0.5;
    if column.floor() != column || column < 0.0 || column > f64::from(size.width) - 1.0 {
        return None;
    }
    let row = ((point.1.min(before.1) as f64 + 0.5) / SCALE - 0.5).clamp(0.0, f64::from(size.height)).ceil();
    Some(column as u64 * u64::from(size.height) + row as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Width, height, ring and the string that `frPyObjects` of pycocotools 2.0.11 makes of it: random rings, some with
    /// corners on whole and half pixels, some outside the image, some that cross themselves.
    const BY_PYCOCOTOOLS: [(u32, u32, &[f64], &str); 20] = [
        (15, 12, &[7.485, -0.337, 9.631, 13.708, -2.398, -1.732], r"02:1O1O2N1O1O2N16JP2"),
        (18, 24, &[10.0, 23.0, 2.0, 24.0, 14.0, 15.0], r"o21f01O10O01O1O10O0O1O1Oc2"),
        (
            40,
            30,
            &[
                27.957, 24.372, 17.643, 29.698, 9.799, 14.269, 7.715, 14.042, 13.803, 4.839, 14.665, 5.244, 22.971,
                2.807, 24.239, 5.49,
            ],
            r"m71k02O2M4M3L4N2N2N2M3N000O0100O2O3L6K5J6Kb:",
        ),
        (9, 9, &[7.0, 0.5, 8.0, 8.0, 1.0, 4.0, 4.0, 1.5, 2.5, 6.0], r"e026O41K3N13N4"),
        (15, 12, &[13.521, 2.409, 3.257, 4.149, 0.496, 5.627], r"X11;0g00YO0U2"),
        (
            18,
            24,
            &[18.747, 1.795, 13.737, 26.893, 5.144, 10.791, -2.595, 17.731],
            r"?1f000000010O11N3M3N2M3M2N3N0O00L4L5K2",
        ),
        (
            40,
            30,
            &[2.0, 9.0, 20.0, 28.0, 1.0, 9.0, 7.0, 9.0, 34.0, 2.0, 3.0, 24.0, 24.0, 5.0, 0.0, 15.0],
            r"=2i0210OMXO28N63;00O10]ON:1FO:2EN<2CO=0C0>0A0?0A0`00@0`00_O0b0O^O1b00]O1c0N]O2d0N[O2e0N[O3e0MZO3g011O010O1O10O01O1O10O0a6",
        ),
        (9, 9, &[7.31, 7.389, 1.516, 5.141, 5.993, 2.118], r"g0171O1O21N>"),
        (15, 12, &[13.5, 2.5, 0.5, 1.0, 12.0, 0.0], r"m11:100000000001O109"),
        (
            18,
            24,
            &[5.274, 6.195, 13.088, 23.479, 8.877, 22.584, 15.353, 8.176, 3.91, 10.464, 5.673, 7.544],
            r"Y31f011O10O2M4AK57GK94IK72NL22:OR2",
        ),
        (
            40,
            30,
            &[
                -1.159, 21.922, 0.102, 25.118, 15.586, 30.39, 8.274, 2.39, 35.88, 19.541, 31.123, 2.17, 22.107, 12.953,
                27.428, 25.306,
            ],
            r"f03k01O01O01O00001O0\OO;1F26OI53KN8OG2;KF4<LB5=7O001O00100O0DA9?FD8;IG58MJ052LL3593N2N1013L4M3M2MV3",
        ),
        (9, 9, &[6.0, 3.0, 8.0, 6.0, 1.0, 1.0, 7.0, 5.0, 5.0, 9.0, 0.0, 1.0, 0.0, 1.0], r"118101N1O2OO1M3O4"),
        (
            15,
            12,
            &[
                11.356, 7.551, 10.751, 7.752, 9.582, 9.27, 4.423, 9.855, 2.372, 6.056, 4.143, 3.188, 4.131, 2.112,
                10.551, 2.767,
            ],
            r"X1464N0001N10000O^1",
        ),
        (18, 24, &[2.5, 3.0, 5.5, 2.0, 7.0, 13.5, 16.5, 23.0], r"[21f03N15L03L01O001O00001O00j0"),
        (
            40,
            30,
            &[28.01, 13.948, 2.67, 1.48, 32.256, 24.056, 27.335, 21.559, 5.757, 24.139],
            r"j31n00O010D0H17OJ140L040M020N10O21MO31L050J061H090F0:0E1<OC1=0A0a00^O0b00^O0c0O]O1c0O^O0c0N_O1a0O@0g001O10n00j5",
        ),
        (
            9,
            9,
            &[
                8.406, 6.087, 1.009, 6.038, 8.846, 0.597, 0.738, 6.339, -0.932, 2.359, 2.856, 8.02, 4.468, 1.356,
                1.287, 8.982,
            ],
            r"42;OL0M1M0600O10<",
        ),
        (15, 12, &[6.0, 6.0, 11.0, 5.0, 8.0, 3.0, 8.0, 3.0, 10.0, 12.0, 12.0, 2.0], r"i219044H10LW1"),
        (18, 24, &[14.861, 13.069, 5.246, 19.377, 1.167, 9.503], r"j13e02N3N0OO100O2N100O1O2Oc2"),
        (
            40,
            30,
            &[36.0, 10.0, 30.0, 22.5, 12.0, 11.5, 26.0, 4.5],
            r"c;1m00O2O1N101N2O0O2O0O2O1N101O00100O01N2M2N3M2N3M`3",
        ),
        (9, 9, &[7.888, 5.092, 6.214, 0.563, 6.702, 4.996, 5.036, 7.331, 7.046, 6.35, 4.031, 7.228], r"c1131OO506"),
    ];

    #[test]
    fn the_masks_equal_those_of_pycocotools() {
        for (width, height, ring, expected) in BY_PYCOCOTOOLS {
            let size = Size::new(width, height);
            assert_eq!(Rle::of_coco_ring(ring, size).to_coco_string(), expected, "{ring:?}");
        }
    }

    #[test]
    fn a_rectangle_of_whole_pixels_is_what_it_says() {
        let ring = [1.0, 1.0, 4.0, 1.0, 4.0, 3.0, 1.0, 3.0];
        assert_eq!(Rle::of_coco_ring(&ring, Size::new(5, 4)).counts, [5, 2, 2, 2, 2, 2, 5]);
    }

    #[test]
    fn rings_without_a_pixel_are_empty() {
        let size = Size::new(5, 4);
        for ring in [&[][..], &[1.0], &[1.0, 1.0], &[-9.0, 1.0, -5.0, 1.0, -5.0, 3.0], &[f64::NAN; 6]] {
            assert!(Rle::of_coco_ring(ring, size).is_empty(), "{ring:?}");
        }
        assert!(Rle::of_coco_ring(&[0.0, 0.0, 9.0, 0.0, 9.0, 9.0], Size::new(0, 0)).is_empty());
        let huge = Rle::of_coco_ring(&[-1e300, -1e300, 1e300, -1e300, 1e300, 1e300, -1e300, 1e300], size);
        assert_eq!(huge.area_px(), 20);
    }
}
