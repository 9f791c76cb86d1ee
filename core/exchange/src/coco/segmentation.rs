//! Reading `segmentation`: lists of polygons by COCO's union, and run lengths.

use concord_geometry::{Geometry, GeometryError, Mask, Point, Polygon, Rle};
use serde_json::Value;

use super::rows::{short, whole};

/// Share of the area up to which parts that overlap count as apart: less comes from rounding.
const SHARED: f64 = 1e-6;

/// The region that a `segmentation` tells; `None` when it tells none or cannot be used, which goes to `faults`.
pub(super) fn read(value: Option<&Value>, faults: &mut Vec<String>) -> Option<Geometry> {
    let (read, what) = match value? {
        Value::Null => return None,
        Value::Array(parts) => (outline(parts, faults), "outline"),
        value @ Value::Object(_) => (mask(value).map(|m| Some(Geometry::Mask(m))), "mask"),
        other => (Err(format!("it is {}, neither a list nor an object", short(other))), "outline"),
    };
    read.unwrap_or_else(|fault| {
        faults.push(format!("its {what} is left out: {fault}"));
        None
    })
}

/// What the rings of a polygon cover together, as COCO understands them, where that differs from what the even-odd rule
/// makes of them: `None` when no two of them overlap.
pub(super) fn united(polygon: &Polygon) -> Option<Polygon> {
    let [_, _, ..] = polygon.rings() else { return None };
    let parts: Vec<Polygon> = polygon.rings().iter().filter_map(|r| Polygon::from_ring(r.clone()).ok()).collect();
    let is_apart = |(i, part): (usize, &Polygon)| {
        parts[..i].iter().all(|other| other.bounds().intersection_px(&part.bounds()) <= 0.0)
    };
    if parts.iter().enumerate().all(is_apart) {
        return None;
    }
    let union = Polygon::joined(&parts.iter().collect::<Vec<_>>())?;
    let total: f64 = parts.iter().filter_map(|part| Polygon::joined(&[part])).map(|part| part.area_px()).sum();
    (total - union.area_px() > SHARED * total).then_some(union)
}

fn outline(parts: &[Value], faults: &mut Vec<String>) -> Result<Option<Geometry>, String> {
    // Some tools write an only ring without a list around it.
    let is_flat = !parts.is_empty() && parts.iter().all(Value::is_number);
    let whole = [parts];
    let lists: Vec<Option<&[Value]>> = if is_flat {
        whole.map(Some).to_vec()
    } else {
        parts.iter().map(|p| p.as_array().map(Vec::as_slice)).collect()
    };
    let mut rings = Vec::new();
    for (number, list) in (1..).zip(lists) {
        let list = list.ok_or_else(|| format!("part {number} is no list of numbers"))?;
        let points = ring(list).map_err(|fault| format!("part {number}: {fault}"))?;
        // Fewer than three points cover nothing, so that leaving them out changes nothing.
        match points.len() {
            0 => {}
            1 | 2 => faults.push(format!("part {number} of its outline has no area and is left out")),
            _ => rings.push(points),
        }
    }
    if rings.is_empty() {
        return Ok(None);
    }
    let polygon = Polygon::new(rings).map_err(|e| e.to_string())?;
    Ok(Some(Geometry::Polygon(united(&polygon).unwrap_or(polygon))))
}

/// The points of a ring; a last point that repeats the first is dropped.
fn ring(list: &[Value]) -> Result<Vec<Point>, String> {
    let numbers: Option<Vec<f64>> = list.iter().map(|v| v.as_f64().filter(|n| n.is_finite())).collect();
    let numbers = numbers.ok_or("a coordinate is not a finite number")?;
    let (pairs, rest) = numbers.as_chunks::<2>();
    if !rest.is_empty() {
        return Err(GeometryError::OddNumbers(numbers.len()).to_string());
    }
    let mut points: Vec<Point> = pairs.iter().map(|[x, y]| Point::new(*x, *y)).collect();
    if is_closed(&points) {
        points.pop();
    }
    Ok(points)
}

/// True when the last point repeats the first and three are left without it.
pub(super) fn is_closed(ring: &[Point]) -> bool {
    ring.len() > 3 && ring.first() == ring.last()
}

fn mask(value: &Value) -> Result<Mask, String> {
    let size: Vec<Option<u32>> = value
        .get("size")
        .and_then(Value::as_array)
        .map(|s| s.iter().map(|v| whole(v).and_then(|w| u32::try_from(w).ok())).collect())
        .unwrap_or_default();
    let [Some(height), Some(width)] = size[..] else {
        return Err("its size is not [height, width]".to_owned());
    };
    let rle = match value.get("counts") {
        Some(Value::String(text)) => Rle::from_coco_string(width, height, text).map_err(|e| e.to_string())?,
        Some(Value::Array(list)) => listed(width, height, list)?,
        _ => return Err("its counts are neither a text nor a list".to_owned()),
    };
    Mask::new(rle).map_err(|e| e.to_string())
}

fn listed(width: u32, height: u32, list: &[Value]) -> Result<Rle, String> {
    let runs: Option<Vec<u32>> = list.iter().map(|v| whole(v).and_then(|run| u32::try_from(run).ok())).collect();
    let counts = runs.ok_or("its counts are not whole numbers")?;
    let sum: u64 = counts.iter().map(|&run| u64::from(run)).sum();
    let area = u64::from(height) * u64::from(width);
    if sum != area {
        return Err(format!("the runs cover {sum} pixels but the mask has {area}"));
    }
    Ok(Rle { height, width, counts })
}
