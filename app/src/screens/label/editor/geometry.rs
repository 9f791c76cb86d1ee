//! The geometry of the selection in numbers, to read and to type, and what else it can become.

use concord_domain::object::Object;
use concord_domain::tool::transform::common_bounds;
use concord_geometry::{BBox, Ellipse, Geometry, GeometryKind, Keypoint, Keypoints, RotatedBox, Visibility};
use egui::{ComboBox, DragValue, Grid, Ui};

use super::super::view::LabelViews;
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
            (&["centre x", "centre y", "width", "height", "degrees"][..], <[f64; 5]>::from(*b).to_vec())
        }
        Some(Geometry::Ellipse(e)) => {
            (&["centre x", "centre y", "radius x", "radius y", "degrees"][..], <[f64; 5]>::from(*e).to_vec())
        }
        _ => (&["x", "y", "width", "height"][..], bounds.to_xywh().to_vec()),
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
    ui.weak(words(&object.geometry));
    if let Some(Geometry::Keypoints(points)) = single {
        keypoints(ui, project, object, points, asks);
    }
    convert(ui, &selected, asks);
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

fn words(geometry: &Geometry) -> String {
    match geometry {
        Geometry::Polygon(p) => {
            let (rings, points) = (p.rings().len(), p.point_count());
            let parts = if rings > 1 { format!(" in {rings} rings") } else { String::new() };
            format!("polygon of {points} points{parts}, {:.0} px²", p.area_px())
        }
        Geometry::Polyline(l) => format!("line of {} points, {:.1} px long", l.points().len(), l.length_px()),
        Geometry::Mask(m) => format!("mask of {} px", m.rle().area_px()),
        Geometry::Keypoints(k) => {
            format!("{} of {} points", k.present().count(), k.points().len())
        }
        Geometry::Box(_) | Geometry::RotatedBox(_) | Geometry::Ellipse(_) => {
            format!("{}, {:.0} px²", geometry.kind().name(), geometry.area_px())
        }
    }
}

/// The points of a template with their visibility.
fn keypoints(ui: &mut Ui, project: &OpenProject, object: &Object, points: &Keypoints, asks: &mut Asks) {
    let names = project.versions.ontology.skeleton_of(&object.class).map(|s| s.points.as_slice()).unwrap_or_default();
    Grid::new("keypoints").num_columns(2).spacing([12.0, 4.0]).show(ui, |ui| {
        for (place, point) in points.points().iter().enumerate() {
            let name = names.get(place).cloned().unwrap_or_else(|| format!("point {}", place + 1));
            ui.label(&name);
            let mut chosen = point.visibility;
            let combo = ComboBox::from_id_salt(("visibility", place)).selected_text(chosen.name()).width(90.0);
            let combo = combo.show_ui(ui, |ui| {
                for visibility in Visibility::ALL {
                    ui.selectable_value(&mut chosen, visibility, visibility.name());
                }
            });
            combo.response.accessible_name(format!("Visibility of {name}"));
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
        ui.weak("make it a");
        let combo = ComboBox::from_id_salt("convert").selected_text("…").width(110.0).show_ui(ui, |ui| {
            let kinds = GeometryKind::ALL.into_iter().filter(|k| k.is_region());
            for kind in kinds.filter(|k| selected.iter().any(|o| o.geometry.kind() != *k)) {
                if ui.selectable_label(false, kind.name()).clicked() {
                    asks.send(Ask::Convert(kind));
                }
            }
        });
        combo.response.accessible_name("Convert to");
    });
}
