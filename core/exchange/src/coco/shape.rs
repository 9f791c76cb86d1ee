//! Which geometry an annotation has, of all that it tells about where the object is.

use concord_geometry::{BBox, Geometry, Keypoints};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::rows::short;
use super::{CocoImage, CocoSkeleton, segmentation};

/// How far the box may lie from the geometry of Concord's own key, in pixels: other tools round boxes, but one that
/// moved the object did not move a key that it does not know.
const ROUNDING_PX: f64 = 1.0;
/// The same as a share of the coordinates, for what rounding of doubles does to them.
const ROUNDING: f64 = 1e-9;

/// Everything that an annotation tells about where the object is; at least one of them is there.
pub(super) struct Shapes {
    /// From `geometry`.
    own: Option<Geometry>,
    /// From `segmentation`.
    region: Option<Geometry>,
    /// From `keypoints`, at least one labelled.
    keypoints: Option<Keypoints>,
    /// From `bbox`.
    bbox: Option<BBox>,
}

impl Shapes {
    /// Reads them; small faults go to `faults`, an error says that nothing can be used.
    pub(super) fn read(row: &Map<String, Value>, faults: &mut Vec<String>) -> Result<Self, String> {
        let own = own(row, faults).and_then(|g| tame(g, "geometry", faults));
        let region = segmentation::read(row.get("segmentation"), faults).and_then(|g| tame(g, "outline", faults));
        let keypoints = keypoints(row, faults).and_then(|k| tame(Geometry::Keypoints(k), "keypoints", faults));
        let keypoints = keypoints.and_then(|g| if let Geometry::Keypoints(k) = g { Some(k) } else { None });
        let has_other = own.is_some() || region.is_some() || keypoints.is_some();
        let bbox = match bbox(row) {
            Ok(bbox) => Some(bbox),
            Err(why) if !has_other => return Err(why),
            Err(why) => {
                // Results by segmentation have none.
                let is_there =
                    row.get("bbox").is_some_and(|b| !b.is_null() && b.as_array().is_none_or(|l| !l.is_empty()));
                faults.extend(is_there.then(|| format!("{why}; the box is left out")));
                None
            }
        };
        Ok(Self { own, region, keypoints, bbox })
    }

    /// The geometry, and the box where the file tells another one than its bounds.
    pub(super) fn resolve(
        self,
        image: &CocoImage,
        template: Option<&CocoSkeleton>,
        faults: &mut Vec<String>,
    ) -> Result<(Geometry, Option<BBox>), String> {
        let bbox = self.bbox;
        let geometry = self.chosen(image, template, faults).ok_or("nothing is left that tells where it is")?;
        let is_other = |bbox: &BBox| !is_near(bbox, &geometry.bounds(), 0.0);
        let file_bbox = bbox.filter(is_other);
        Ok((geometry, file_bbox))
    }

    fn chosen(self, image: &CocoImage, template: Option<&CocoSkeleton>, faults: &mut Vec<String>) -> Option<Geometry> {
        let Self { own, region, keypoints, bbox } = self;
        let own = own.and_then(|own| {
            if bbox.is_some_and(|bbox| !lies_at(&own, &bbox)) {
                faults.push("its geometry is left out: it does not lie where the box is".to_owned());
                return None;
            }
            fitting(own, image, faults)
        });
        if own.is_some() {
            return own;
        }
        let region = region.and_then(|region| fitting(region, image, faults));
        let keypoints = keypoints.and_then(|keypoints| {
            let (found, named) = (keypoints.points().len(), template.map(|t| t.points.len()));
            if named.is_some_and(|named| named != found) || (named.is_none() && region.is_some()) {
                let named = named.unwrap_or_default();
                faults.push(format!("its {found} keypoints are left out: the category names {named}"));
                return None;
            }
            Some(Geometry::Keypoints(keypoints))
        });
        if keypoints.is_some() {
            faults.extend(region.map(|_| "its outline is left out: an object has one geometry".to_owned()));
            return keypoints;
        }
        region.or(bbox.map(Geometry::Box))
    }
}

/// True when a box may be that of a geometry, rounded.
pub(super) fn lies_at(geometry: &Geometry, bbox: &BBox) -> bool {
    is_near(bbox, &geometry.bounds(), ROUNDING_PX)
}

/// True when no edge of two boxes is farther apart than a tolerance in pixels and that of rounding.
fn is_near(a: &BBox, b: &BBox, tolerance_px: f64) -> bool {
    let (a, b) = (<[f64; 4]>::from(*a), <[f64; 4]>::from(*b));
    let scale = a.iter().chain(&b).fold(1.0, |scale: f64, v| scale.max(v.abs()));
    a.iter().zip(&b).all(|(a, b)| (a - b).abs() <= tolerance_px + ROUNDING * scale)
}

/// A geometry, unless it is so large that its width or height is no number any more.
fn tame(geometry: Geometry, what: &str, faults: &mut Vec<String>) -> Option<Geometry> {
    let bounds = geometry.bounds();
    if bounds.width().is_finite() && bounds.height().is_finite() {
        return Some(geometry);
    }
    faults.push(format!("its {what} is left out: its coordinates are too large"));
    None
}

/// A geometry, unless it is the mask of an image of another size.
fn fitting(geometry: Geometry, image: &CocoImage, faults: &mut Vec<String>) -> Option<Geometry> {
    if let Geometry::Mask(mask) = &geometry {
        let (width, height) = (mask.rle().width, mask.rle().height);
        if image.width != 0 && (width, height) != (image.width, image.height) {
            faults.push(format!(
                "its mask is left out: it is {width} × {height} px and the image {} × {} px",
                image.width, image.height
            ));
            return None;
        }
    }
    Some(geometry)
}

fn own(row: &Map<String, Value>, faults: &mut Vec<String>) -> Option<Geometry> {
    let value = row.get("geometry").filter(|v| !v.is_null())?;
    let read = Geometry::deserialize(value);
    read.map_err(|why| faults.push(format!("its geometry {} is left out: {why}", short(value)))).ok()
}

/// The keypoints, when at least one of them is labelled.
fn keypoints(row: &Map<String, Value>, faults: &mut Vec<String>) -> Option<Keypoints> {
    let value = row.get("keypoints").filter(|v| !v.is_null())?;
    let numbers: Option<Vec<f64>> = value.as_array().and_then(|list| list.iter().map(Value::as_f64).collect());
    let Some(numbers) = numbers else {
        faults.push(format!("its keypoints are {}, not a list of numbers; they are left out", short(value)));
        return None;
    };
    // COCO writes zeros for objects without labelled points.
    if numbers.iter().skip(2).step_by(3).all(|v| *v == 0.0) && numbers.len().is_multiple_of(3) {
        return None;
    }
    let read = Keypoints::try_from(numbers);
    read.map_err(|why| faults.push(format!("its keypoints are left out: {why}"))).ok()
}

fn bbox(row: &Map<String, Value>) -> Result<BBox, String> {
    let value = row.get("bbox").ok_or("it has no bbox")?;
    let list = value.as_array().ok_or_else(|| format!("its bbox is {}, not a list", short(value)))?;
    let [x, y, w, h] = list.as_slice() else {
        return Err(format!("its bbox has {} numbers instead of 4", list.len()));
    };
    let mut numbers = [0.0; 4];
    for (i, (slot, value)) in numbers.iter_mut().zip([x, y, w, h]).enumerate() {
        *slot = value.as_f64().filter(|n| n.is_finite()).ok_or_else(|| {
            let note = if value.is_null() { " (null, NaN or infinite)" } else { "" };
            format!("bbox[{i}] is {}, not a finite number{note}", short(value))
        })?;
    }
    let [x, y, width, height] = numbers;
    BBox::from_xywh(x, y, width, height).map_err(|e| e.to_string())
}
