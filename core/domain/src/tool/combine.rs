//! What turns objects into others without a gesture: joining several, and turning one kind into another.

use concord_geometry::{Geometry, GeometryKind, Mask, Polygon, Size};

use super::outcome::Refusal;
use crate::edit::Edit;
use crate::object::Object;

/// How far the polygon of an ellipse that is joined or cut may depart from it, in pixels.
const TOLERANCE_PX: f64 = 0.25;

/// The outline of a region as a polygon; `None` for lines and points.
pub(super) fn outline(geometry: &Geometry) -> Option<Polygon> {
    if geometry.kind().is_region() { geometry.to_polygon(TOLERANCE_PX) } else { None }
}

/// Makes several objects one that covers what any of them covers: the lowest in the drawing order stays, the others
/// go. With a mask among them the result is a mask of this image, otherwise a polygon. Lines and points cannot be
/// joined.
pub fn join(objects: &[&Object], image: Size) -> Result<Edit, Refusal> {
    let are_regions = objects.iter().all(|o| o.geometry.kind().is_region());
    if objects.len() < 2 || !are_regions {
        return Err(Refusal::TooFewToJoin);
    }
    let ids = objects.iter().map(|o| o.id.clone()).collect();
    let has_mask = objects.iter().any(|o| o.geometry.kind() == GeometryKind::Mask);
    let joined = if has_mask { joined_masks(objects, image) } else { joined_polygons(objects) };
    Ok(Edit::Join(ids, joined.ok_or(Refusal::NoArea)?))
}

fn joined_masks(objects: &[&Object], image: Size) -> Option<Geometry> {
    let masks = objects.iter().filter_map(|o| o.geometry.to_mask(image)).map(Mask::into_rle);
    let joined = masks.map(Some).reduce(|a, b| a?.union(&b?).ok())??;
    Mask::new(joined).ok().map(Geometry::Mask)
}

fn joined_polygons(objects: &[&Object]) -> Option<Geometry> {
    let outlines: Vec<Polygon> = objects.iter().filter_map(|o| outline(&o.geometry)).collect();
    Polygon::joined(&outlines.iter().collect::<Vec<_>>()).map(Geometry::Polygon)
}

/// Turns objects into another kind; those that are of that kind already stay as they are. The polygon of a mask or an
/// ellipse departs from its outline by at most `tolerance_px`. Refused when one of them cannot become that kind, so
/// that nothing is done by halves.
pub fn convert(objects: &[&Object], kind: GeometryKind, image: Size, tolerance_px: f64) -> Result<Edit, Refusal> {
    if objects.is_empty() {
        return Err(Refusal::NothingSelected);
    }
    let converted = objects.iter().map(|o| Some((o.id.clone(), o.geometry.converted(kind, image, tolerance_px)?)));
    Ok(Edit::Reshape(converted.collect::<Option<_>>().ok_or(Refusal::CannotConvert)?))
}
