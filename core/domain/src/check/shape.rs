//! Rules about the geometry of an object: its kind, its size, its place in the image.

use concord_geometry::{Geometry, Polygon, Size};
use concord_language::say;

use super::Code;
use super::crossing::crosses_itself;
use super::fault::{Fault, Remedy};
use super::rulebook::ClassRules;
use crate::names;
use crate::object::{AttributeValue, Object};

/// Finds what is wrong with the geometry of an object and gives back the area that it covers in square pixels; `None`
/// where overlapping edges leave the area open.
pub(super) fn check(object: &Object, image: Size, rules: ClassRules<'_>, found: &mut Vec<Fault>) -> Option<f64> {
    let before = found.len();
    let shape = Shape { geometry: &object.geometry, class: &object.class, rules };
    let area = shape.check(found);
    check_image(object, image, rules, before, found);
    area
}

/// A geometry for an object of a class.
struct Shape<'a> {
    geometry: &'a Geometry,
    class: &'a str,
    rules: ClassRules<'a>,
}

impl Shape<'_> {
    /// What is wrong with it in whatever image it is.
    fn check(&self, found: &mut Vec<Fault>) -> Option<f64> {
        self.check_kind(found);
        self.check_points(found);
        let crosses = matches!(self.geometry, Geometry::Polygon(p) if crosses_itself(p));
        let area = (!crosses).then(|| self.geometry.area_px());
        let degenerate = match self.geometry {
            Geometry::Polyline(line) if line.length_px() <= 0.0 => Some(say!("finding-no-length", class = self.class)),
            Geometry::Polygon(_) if area.is_some_and(|a| a <= 0.0) => Some(say!("finding-no-area", class = self.class)),
            _ => None,
        };
        if let Some(message) = degenerate {
            found.push(Fault::new(Code::Degenerate, message, Remedy::Delete));
        } else {
            self.check_size(area, found);
        }
        if crosses && self.rules.rules().simple_polygons {
            let message = say!("finding-self-crossing", class = self.class);
            found.push(Fault::new(Code::SelfCrossing, message, None));
        }
        area
    }

    fn check_kind(&self, found: &mut Vec<Fault>) {
        let kind = self.geometry.kind();
        let Some(class) = self.rules.class().filter(|c| !c.allows(kind)) else { return };
        let allowed = names::either(class.shapes.iter().map(|shape| names::kind(*shape)));
        let message = say!("finding-wrong-shape", class = &class.name, kind = names::kind(kind), allowed = allowed);
        found.push(Fault::new(Code::WrongShape, message, None));
    }

    fn check_points(&self, found: &mut Vec<Fault>) {
        match self.geometry {
            Geometry::Keypoints(keypoints) => {
                let count = keypoints.points().len();
                let Some(skeleton) = self.rules.skeleton().filter(|s| s.points.len() != count) else { return };
                let needed = skeleton.points.len();
                let message = say!(
                    "finding-wrong-point-count",
                    class = self.class,
                    count = count,
                    skeleton = &skeleton.name,
                    needed = needed
                );
                found.push(Fault::new(Code::WrongPointCount, message, None));
            }
            Geometry::Polygon(polygon) => {
                let most = self.rules.rules().max_points.filter(|most| polygon.point_count() > *most as usize);
                let Some(most) = most else { return };
                let count = Polygon::point_count(polygon);
                let message = say!("finding-too-many-points", class = self.class, count = count, most = most);
                found.push(Fault::new(Code::TooManyPoints, message, None));
            }
            _ => {}
        }
    }

    fn check_size(&self, area: Option<f64>, found: &mut Vec<Fault>) {
        let Some((width, height)) = sides(self.geometry) else { return };
        let rules = self.rules.rules();
        if width < rules.min_side_px || height < rules.min_side_px || width <= 0.0 || height <= 0.0 {
            let message = say!(
                "finding-too-small",
                class = self.class,
                width = format!("{width:.1}"),
                height = format!("{height:.1}"),
                least = rules.min_side_px.to_string()
            );
            found.push(Fault::new(Code::TooSmall, message, Remedy::Delete));
        } else if let Some(area) = area.filter(|area| *area < rules.min_area_px) {
            let message = say!(
                "finding-area-too-small",
                class = self.class,
                area = format!("{area:.1}"),
                least = rules.min_area_px.to_string()
            );
            found.push(Fault::new(Code::AreaTooSmall, message, Remedy::Delete));
        }
    }
}

/// Width and height of a region, those of a turned one along its own axes; `None` for lines and points.
fn sides(geometry: &Geometry) -> Option<(f64, f64)> {
    match geometry {
        Geometry::RotatedBox(b) => Some((b.width(), b.height())),
        Geometry::Ellipse(e) => Some((2.0 * e.radius_x(), 2.0 * e.radius_y())),
        Geometry::Box(_) | Geometry::Polygon(_) | Geometry::Mask(_) => {
            let bounds = geometry.bounds();
            Some((bounds.width(), bounds.height()))
        }
        Geometry::Polyline(_) | Geometry::Keypoints(_) => None,
    }
}

/// What is wrong with its place in the image. What was found from `before` on is wrong with it anywhere.
fn check_image(object: &Object, image: Size, rules: ClassRules<'_>, before: usize, found: &mut Vec<Fault>) {
    if let Geometry::Mask(mask) = &object.geometry
        && (mask.rle().width, mask.rle().height) != (image.width, image.height)
    {
        let (width, height) = (mask.rle().width, mask.rle().height);
        let message = say!(
            "finding-wrong-mask-size",
            class = &object.class,
            width = width.to_string(),
            height = height.to_string()
        );
        found.push(Fault::new(Code::WrongMaskSize, message, None));
    }
    if rules.rules().inside_image && !object.geometry.is_inside(image) {
        let message = say!(
            "finding-outside-image",
            class = &object.class,
            width = image.width.to_string(),
            height = image.height.to_string()
        );
        let remedy = bring_inside(object, image, rules, &found[before..]);
        found.push(Fault::new(Code::OutsideImage, message, remedy));
    }
    check_edge(object, image, rules, found);
}

/// How to bring an object inside the image without breaking another rule; what is too small to keep is deleted.
fn bring_inside(object: &Object, image: Size, rules: ClassRules<'_>, known: &[Fault]) -> Option<Remedy> {
    let Some(clipped) = object.geometry.clipped(image) else { return Some(Remedy::Delete) };
    let mut faults = Vec::new();
    Shape { geometry: &clipped, class: &object.class, rules }.check(&mut faults);
    faults.retain(|fault| known.iter().all(|k| k.code != fault.code));
    if faults.iter().any(|f| f.remedy == Some(Remedy::Delete)) {
        return Some(Remedy::Delete);
    }
    (faults.is_empty() && clipped.is_inside(image)).then_some(Remedy::Clip(clipped))
}

fn check_edge(object: &Object, image: Size, rules: ClassRules<'_>, found: &mut Vec<Fault>) {
    if !rules.rules().edge_truncated {
        return;
    }
    let Some(attribute) = rules.truncated().filter(|a| rules.ontology().is_shown(a, object)) else { return };
    let (bounds, near) = (object.bounds(), rules.rules().edge_px);
    let (right, bottom) = (f64::from(image.width) - near, f64::from(image.height) - near);
    let touches = bounds.x1() <= near || bounds.y1() <= near || bounds.x2() >= right || bounds.y2() >= bottom;
    let yes = AttributeValue::Flag(true);
    if touches && object.attributes.get(&attribute.name) != Some(&yes) {
        let message = say!("finding-edge-not-truncated", class = &object.class);
        found.push(Fault::new(Code::EdgeNotTruncated, message, Remedy::Set(attribute.name.clone(), yes)));
    }
}
