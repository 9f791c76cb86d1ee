//! Lists of points as flat numbers `x1, y1, x2, y2 …`, the way files keep them.

use crate::{BBox, GeometryError, Point};

/// Points from flat numbers; an error when the count is odd or a number is not finite.
pub(crate) fn from_flat(numbers: &[f64]) -> Result<Vec<Point>, GeometryError> {
    let (pairs, rest) = numbers.as_chunks::<2>();
    if !rest.is_empty() {
        return Err(GeometryError::OddNumbers(numbers.len()));
    }
    let points: Vec<Point> = pairs.iter().map(|[x, y]| Point::new(*x, *y)).collect();
    check_finite(&points)?;
    Ok(points)
}

/// Flat numbers from points.
pub(crate) fn to_flat(points: &[Point]) -> Vec<f64> {
    points.iter().flat_map(|p| [p.x, p.y]).collect()
}

/// An error that names the first point with a coordinate that is not finite.
pub(crate) fn check_finite(points: &[Point]) -> Result<(), GeometryError> {
    match points.iter().find(|p| !(p.x.is_finite() && p.y.is_finite())) {
        Some(point) => Err(GeometryError::NotFinite(point.x, point.y)),
        None => Ok(()),
    }
}

/// The smallest box that holds all points, or `None` without points or with one that is not finite.
pub(crate) fn bounds(points: impl IntoIterator<Item = Point>) -> Option<BBox> {
    let mut corners: Option<[f64; 4]> = None;
    for p in points {
        let [x1, y1, x2, y2] = corners.get_or_insert([p.x, p.y, p.x, p.y]);
        (*x1, *y1, *x2, *y2) = (x1.min(p.x), y1.min(p.y), x2.max(p.x), y2.max(p.y));
    }
    corners.and_then(|c| BBox::try_from(c).ok())
}
