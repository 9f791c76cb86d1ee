//! Rules about the geometry of an object: its kind, its size, its place in the image.

use concord_geometry::{Geometry, Polygon, Size};

use super::Code;
use super::crossing::crosses_itself;
use super::fault::{Fault, Remedy};
use super::rulebook::ClassRules;
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
            Geometry::Polyline(line) if line.length_px() <= 0.0 => Some("has no length"),
            Geometry::Polygon(_) if area.is_some_and(|a| a <= 0.0) => Some("has no area"),
            _ => None,
        };
        if let Some(what) = degenerate {
            let message = format!("this {} {what}", self.class);
            found.push(Fault::new(Code::Degenerate, message, Remedy::Delete));
        } else {
            self.check_size(area, found);
        }
        if crosses && self.rules.rules().simple_polygons {
            let message = format!("the outline of this {} crosses itself", self.class);
            found.push(Fault::new(Code::SelfCrossing, message, None));
        }
        area
    }

    fn check_kind(&self, found: &mut Vec<Fault>) {
        let kind = self.geometry.kind();
        let Some(class) = self.rules.class().filter(|c| !c.allows(kind)) else { return };
        let allowed: Vec<&str> = class.shapes.iter().map(|s| s.name()).collect();
        let message = format!("this {} is drawn as {}, not as {}", class.name, kind.name(), allowed.join(" or "));
        found.push(Fault::new(Code::WrongShape, message, None));
    }

    fn check_points(&self, found: &mut Vec<Fault>) {
        match self.geometry {
            Geometry::Keypoints(keypoints) => {
                let count = keypoints.points().len();
                let Some(skeleton) = self.rules.skeleton().filter(|s| s.points.len() != count) else { return };
                let needed = skeleton.points.len();
                let message = format!("this {} has {count} points; {} has {needed}", self.class, skeleton.name);
                found.push(Fault::new(Code::WrongPointCount, message, None));
            }
            Geometry::Polygon(polygon) => {
                let most = self.rules.rules().max_points.filter(|most| polygon.point_count() > *most as usize);
                let Some(most) = most else { return };
                let count = Polygon::point_count(polygon);
                let message = format!("this {} has {count} points; the policy allows {most}", self.class);
                found.push(Fault::new(Code::TooManyPoints, message, None));
            }
            _ => {}
        }
    }

    fn check_size(&self, area: Option<f64>, found: &mut Vec<Fault>) {
        let Some((width, height)) = sides(self.geometry) else { return };
        let rules = self.rules.rules();
        if width < rules.min_side_px || height < rules.min_side_px || width <= 0.0 || height <= 0.0 {
            let message = format!(
                "this {} is {width:.1} × {height:.1} px; the policy asks for {} px a side at least",
                self.class, rules.min_side_px
            );
            found.push(Fault::new(Code::TooSmall, message, Remedy::Delete));
        } else if let Some(area) = area.filter(|area| *area < rules.min_area_px) {
            let message = format!(
                "this {} covers {area:.1} px²; the policy asks for {} px² at least",
                self.class, rules.min_area_px
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
        let message = format!("the mask of this {} is made for an image of {width} × {height} px", object.class);
        found.push(Fault::new(Code::WrongMaskSize, message, None));
    }
    if rules.rules().inside_image && !object.geometry.is_inside(image) {
        let message = format!("this {} leaves the image ({} × {} px)", object.class, image.width, image.height);
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
        let message = format!("this {} touches the edge of the image: is it truncated?", object.class);
        found.push(Fault::new(Code::EdgeNotTruncated, message, Remedy::Set(attribute.name.clone(), yes)));
    }
}
