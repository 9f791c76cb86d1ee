//! The geometry of the selection in numbers, to read and to type, and what else it can become.

use concord_domain::object::Object;
use concord_domain::tool::transform::common_bounds;
use concord_geometry::{BBox, Ellipse, Geometry, GeometryKind, Keypoint, Keypoints, RotatedBox, Visibility};
use concord_language::tr;
use egui::{ComboBox, DragValue, Grid, Ui};

use super::super::view::LabelViews;
use super::super::words;
use crate::context::{Ask, Asks, OpenProject};
use concord_domain::edit::Edit;

/// Numbers of a geometry while one of them is being changed; they become one edit when the field is left.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::screens::label) struct Numbers {
    of: Vec<concord_domain::object::ObjectId>,
    values: Vec<f64>,
}

pub(super) fn show(ui: &mut Ui, project: &OpenProject, object: &Object, views: &mut LabelViews, asks: &mut Asks) {
    let selected = project.label.selected_objects();
    let ids: Vec<_> = selected.iter().map(|o| o.id.clone()).collect();
    let Some(bounds) = common_bounds(selected.iter().map(|o| &o.geometry)) else { return };
    let single = (selected.len() == 1).then_some(&object.geometry);
    let (names, saved) = match single {
        Some(Geometry::RotatedBox(b)) => {
            let sides = [tr!("label-number-width"), tr!("label-number-height")];
            (turned(sides), <[f64; 5]>::from(*b).to_vec())
        }
        Some(Geometry::Ellipse(e)) => {
            let radii = [tr!("label-number-radius-x"), tr!("label-number-radius-y")];
            (turned(radii), <[f64; 5]>::from(*e).to_vec())
        }
        _ => (upright(), bounds.to_xywh().to_vec()),
    };
    let held = views.numbers.take().filter(|n| n.of == ids);
    let mut values = held.map_or_else(|| saved.clone(), |n| n.values);
    let mut is_held = false;
    let mut is_done = false;
    Grid::new("geometry").num_columns(4).spacing([8.0, 6.0]).show(ui, |ui| {
        for (n, (name, value)) in names.iter().zip(&mut values).enumerate() {
            ui.label(*name);
            let field = ui.add(DragValue::new(value).speed(0.5).max_decimals(2)).accessible_name(*name);
            is_held |= field.dragged() || field.has_focus();
            is_done |= field.drag_stopped() || field.lost_focus();
            if n % 2 == 1 {
                ui.end_row();
            }
        }
    });
    if is_done && values != saved {
        asks.send_some(edit(single, &values, &ids));
    } else if is_held {
        views.numbers = Some(Numbers { of: ids.clone(), values });
    }
    ui.weak(described(&object.geometry));
    if let Some(Geometry::Keypoints(points)) = single {
        keypoints(ui, project, object, points, asks);
    }
    convert(ui, &selected, asks);
}

/// The names of the numbers of an upright box.
fn upright() -> Vec<&'static str> {
    vec![tr!("label-number-x"), tr!("label-number-y"), tr!("label-number-width"), tr!("label-number-height")]
}

/// The names of the numbers of a shape that can be turned, with those of its extent.
fn turned([first, second]: [&'static str; 2]) -> Vec<&'static str> {
    vec![tr!("label-number-centre-x"), tr!("label-number-centre-y"), first, second, tr!("label-number-degrees")]
}

/// What the typed numbers ask for; nothing when they are no geometry.
fn edit(single: Option<&Geometry>, values: &[f64], ids: &[concord_domain::object::ObjectId]) -> Option<Ask> {
    let reshaped = |geometry| Some(Ask::Edit(Edit::Reshape(vec![(ids.first()?.clone(), geometry)])));
    match (single, values) {
        (Some(Geometry::RotatedBox(_)), &[x, y, w, h, d]) => {
            reshaped(Geometry::RotatedBox(RotatedBox::try_from([x, y, w, h, d]).ok()?))
        }
        (Some(Geometry::Ellipse(_)), &[x, y, rx, ry, d]) => {
            reshaped(Geometry::Ellipse(Ellipse::try_from([x, y, rx, ry, d]).ok()?))
        }
        (_, &[x, y, w, h]) => Some(Ask::FitSelection(BBox::from_xywh(x, y, w, h).ok()?)),
        _ => None,
    }
}

fn described(geometry: &Geometry) -> String {
    match geometry {
        Geometry::Polygon(p) => {
            let (rings, points) = (p.rings().len(), p.point_count());
            let area = format!("{:.0}", p.area_px());
            match rings {
                0 | 1 => tr!("label-shape-polygon", points = points, area = area),
                _ => tr!("label-shape-polygon-rings", points = points, rings = rings, area = area),
            }
        }
        Geometry::Polyline(l) => {
            tr!("label-shape-polyline", points = l.points().len(), length = format!("{:.1}", l.length_px()))
        }
        Geometry::Mask(m) => tr!("label-shape-mask", area = m.rle().area_px()),
        Geometry::Keypoints(k) => tr!("label-shape-points", present = k.present().count(), count = k.points().len()),
        Geometry::Box(_) | Geometry::RotatedBox(_) | Geometry::Ellipse(_) => {
            let (kind, area) = (words::kind(geometry.kind()), format!("{:.0}", geometry.area_px()));
            tr!("label-shape-area", kind = kind, area = area)
        }
    }
}

/// The points of a template with their visibility.
fn keypoints(ui: &mut Ui, project: &OpenProject, object: &Object, points: &Keypoints, asks: &mut Asks) {
    let names = project.versions.ontology.skeleton_of(&object.class).map(|s| s.points.as_slice()).unwrap_or_default();
    Grid::new("keypoints").num_columns(2).spacing([12.0, 4.0]).show(ui, |ui| {
        for (place, point) in points.points().iter().enumerate() {
            let name = names.get(place).cloned().unwrap_or_else(|| tr!("label-point-number", number = place + 1));
            ui.label(&name);
            let mut chosen = point.visibility;
            let shown = words::visibility(chosen);
            let combo = ComboBox::from_id_salt(("visibility", place)).selected_text(shown).width(90.0);
            let combo = combo.show_ui(ui, |ui| {
                for visibility in Visibility::ALL {
                    ui.selectable_value(&mut chosen, visibility, words::visibility(visibility));
                }
            });
            combo.response.accessible_name(tr!("label-visibility-of", name = &name));
            ui.end_row();
            if chosen != point.visibility {
                asks.send_some(with_visibility(object, points, place, chosen));
            }
        }
    });
}

fn with_visibility(object: &Object, points: &Keypoints, place: usize, visibility: Visibility) -> Option<Ask> {
    let mut all: Vec<Keypoint> = points.points().to_vec();
    let was_absent = all[place].visibility == Visibility::Absent;
    all[place].visibility = visibility;
    if was_absent {
        // A point that had no place appears in the middle of the others, to be dragged where it belongs.
        all[place].at = points.bounds().center();
    }
    let geometry = Geometry::Keypoints(Keypoints::new(all).ok()?);
    Some(Ask::Edit(Edit::Reshape(vec![(object.id.clone(), geometry)])))
}

/// The kinds that all selected regions can become.
fn convert(ui: &mut Ui, selected: &[&Object], asks: &mut Asks) {
    if selected.is_empty() || selected.iter().any(|o| !o.geometry.kind().is_region()) {
        return;
    }
    ui.horizontal(|ui| {
        ui.weak(tr!("label-convert"));
        let combo = ComboBox::from_id_salt("convert").selected_text("…").width(110.0).show_ui(ui, |ui| {
            let kinds = GeometryKind::ALL.into_iter().filter(|k| k.is_region());
            for kind in kinds.filter(|k| selected.iter().any(|o| o.geometry.kind() != *k)) {
                if ui.selectable_label(false, words::kind(kind)).clicked() {
                    asks.send(Ask::Convert(kind));
                }
            }
        });
        combo.response.accessible_name(tr!("label-convert-name"));
    });
}
