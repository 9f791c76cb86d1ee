//! The pointer and the tool in hand: every event goes to the tool, and what the tool wants is done here.

use concord_domain::edit::Edit;
use concord_domain::object::{Object, ObjectId};
use concord_domain::ontology::Ontology;
use concord_domain::tool::transform::{self, Flip};
use concord_domain::tool::{
    Modifiers, Outcome, Pointer, Preview, Refusal, Scene, StrokePreview, Tool, ToolKind, combine,
};
use concord_geometry::{BBox, Geometry, GeometryKind, Point, Size};
use concord_language::tr;
use concord_widgets::canvas::{HANDLE_REACH, LiveMask};

use super::gestures::{delete, edit, edit_and_select, editable};
use super::prompting;
use crate::context::Update;
use crate::screens::review;

/// How far outside a shape it is still pointed at, as a share of the reach of handles.
const POINT_SHARE: f64 = 0.45;
/// Points drawn freehand are this far apart at least, as a share of the reach of handles.
const FREEHAND_SHARE: f64 = 0.6;
/// How far a freehand line may be from the simplified one, as a share of the reach of handles.
const SIMPLIFY_SHARE: f64 = 0.12;
/// How far an outline may be from the pixels it is traced from, in pixels.
const TRACE_PX: f64 = 0.75;
/// Side of an object placed by a key, as a share of what is seen of the image.
const PLACED_SHARE: f64 = 0.2;

/// Hands an event to the tool and does what it wants. `scale` are screen points an image pixel.
pub fn pointer(update: &mut Update<'_>, event: Pointer, modifiers: Modifiers, scale: f64) {
    let Some(project) = &mut update.context.project else { return };
    let draws = matches!(event, Pointer::Press(_)) && project.label.tool.kind() != ToolKind::Select;
    if let Some(why) = review::obstacle(project, true).filter(|_| draws && !project.label.tool.is_busy()) {
        update.context.messages.info(why);
        return;
    }
    let model = &mut project.label;
    let Some(session) = model.queue.current().and_then(|r| model.shelf.sessions.get(&r.sample)) else { return };
    let reach_px = f64::from(HANDLE_REACH) / scale;
    model.options.freehand_spacing_px = reach_px * FREEHAND_SHARE;
    model.options.simplify_px = reach_px * SIMPLIFY_SHARE;
    model.options.prompt_replaces_selection = !model.selection.is_drawn();
    model.options.skeleton = template_points(&project.versions.ontology, &model.next_class);
    let shapes = &update.views.label.shapes;
    let (hidden, locked, ontology) = (&model.hidden, &model.locked, &project.versions.ontology);
    let scene = Scene {
        objects: &session.labels.objects,
        selection: model.selection.ids(),
        class: &model.next_class,
        image: session.sample.size,
        reach_px,
        hits: &|at| shapes.objects_at(at, reach_px * POINT_SHARE),
        neighbours: &|at, reach| shapes.objects_near(at, reach),
        is_locked: &|id: &ObjectId| locked.contains(id),
        is_hidden: &|id: &ObjectId| hidden.contains(id),
        allows: &|class, kind| ontology.class(class).is_none_or(|class| class.allows(kind)),
        options: &model.options,
    };
    let outcome = model.tool.handle(event, modifiers, &scene);
    act(update, outcome);
}

/// Number of points of the template of a class; `None` when it has none, so that single points are drawn.
fn template_points(ontology: &Ontology, class: &str) -> Option<usize> {
    ontology.skeleton_of(class).map(|s| s.points.len())
}

fn act(update: &mut Update<'_>, outcome: Outcome) {
    let Some(project) = &mut update.context.project else { return };
    let model = &mut project.label;
    match outcome {
        Outcome::Nothing => {
            if !model.tool.is_busy() {
                end_preview(update);
            }
        }
        Outcome::Ask(preview) => prompting::ask(update, preview),
        Outcome::Preview(Preview::Prompt(preview)) => prompting::show(update, preview),
        Outcome::Preview(preview) => {
            if let Preview::Stroke(stroke) = &preview {
                paint_live(update, stroke);
            }
            if let Some(project) = &mut update.context.project {
                project.label.preview = Some(preview);
            }
        }
        Outcome::Select(change) => {
            // While one class is locked, a click draws nothing and takes nothing out of the hand.
            if !model.quick_class || model.tool.kind() == ToolKind::Select {
                model.selection.change(|ids| change.apply(ids));
            }
            end_preview(update);
        }
        Outcome::Edit(Edit::Draw { class, .. } | Edit::Segment { class, .. }) if class.is_empty() => {
            end_preview(update);
            update.context.messages.info(tr!("label-say-no-classes"));
        }
        Outcome::Edit(wanted) => {
            end_preview(update);
            edit_and_select(update, &wanted);
        }
        Outcome::Refused(refusal) => {
            if !model.tool.is_busy() {
                end_preview(update);
            }
            refuse(update, refusal);
        }
    }
}

/// Says why nothing was done.
pub(super) fn refuse(update: &mut Update<'_>, refusal: Refusal) {
    update.context.messages.info(refusal.message().local());
}

/// Gives up the gesture that is going on, because the labels it began with are about to change under it.
pub(super) fn put_down(update: &mut Update<'_>) {
    if let Some(project) = &mut update.context.project
        && project.label.tool.is_busy()
    {
        project.label.tool = Tool::new(project.label.tool.kind());
        end_preview(update);
    }
}

/// Shows the labels as they are again.
pub(super) fn end_preview(update: &mut Update<'_>) {
    update.views.label.live = None;
    if let Some(project) = &mut update.context.project {
        project.label.preview = None;
    }
}

/// Brings what the brush changed to the canvas.
fn paint_live(update: &mut Update<'_>, stroke: &StrokePreview) {
    let Some(project) = &update.context.project else { return };
    let Some(painter) = project.label.tool.painter() else { return };
    let live = update.views.label.live.get_or_insert_with(|| LiveMask::new(painter.size()));
    if let Some(rect) = stroke.changed {
        live.update(rect, painter.runs_of(rect.x1..rect.x2));
    }
}

/// Takes a tool into the hand. With a gesture going on, only the gesture is given up; taking the select tool again
/// clears the selection.
pub fn take_tool(update: &mut Update<'_>, kind: ToolKind) {
    let Some(project) = &mut update.context.project else { return };
    let model = &mut project.label;
    let was_busy = model.tool.is_busy();
    if model.tool.kind() == kind && !was_busy && kind == ToolKind::Select {
        model.selection.set([]);
        model.attribute_mode = None;
    }
    let kept = if was_busy { model.tool.kind() } else { kind };
    model.prompting.retry();
    model.tool = Tool::new(kept);
    end_preview(update);
}

/// Gives up the gesture that is going on; the tool stays in hand. Without one, takes the select tool.
pub fn give_up(update: &mut Update<'_>) {
    take_tool(update, ToolKind::Select);
}

/// Deletes the selection and takes the tool that draws such an object into the hand, with its class.
pub fn redraw(update: &mut Update<'_>) {
    if editable(update).is_none() {
        return;
    }
    let Some(project) = &mut update.context.project else { return };
    let Some(object) = project.label.selected() else { return };
    let kind = match object.geometry.kind() {
        GeometryKind::Box => ToolKind::Box,
        GeometryKind::RotatedBox => ToolKind::RotatedBox,
        GeometryKind::Polygon => ToolKind::Polygon,
        GeometryKind::Polyline => ToolKind::Polyline,
        GeometryKind::Mask => ToolKind::Brush,
        GeometryKind::Ellipse => ToolKind::Ellipse,
        GeometryKind::Keypoints => ToolKind::Points,
    };
    project.label.next_class = object.class.clone();
    delete(update);
    take_tool(update, kind);
}

/// Deletes the vertex of the selected object that the pointer is on.
pub fn delete_point(update: &mut Update<'_>) {
    let Some(project) = &update.context.project else { return };
    let model = &project.label;
    let view = update.views.label.canvas.view();
    let (Some(at), Some(object)) = (update.views.label.canvas.hover(), model.selected()) else {
        update.context.messages.info(tr!("label-say-point-at-vertex"));
        return;
    };
    let vertex = object.geometry.hit_vertex(at, f64::from(HANDLE_REACH) / view.scale);
    let geometry = vertex.and_then(|vertex| object.geometry.with_vertex_removed(vertex));
    match (geometry, model.locked.contains(&object.id)) {
        (_, true) => refuse(update, Refusal::Locked),
        (Some(geometry), false) => {
            let wanted = Edit::Reshape(vec![(object.id.clone(), geometry)]);
            edit(update, &wanted);
        }
        (None, false) => update.context.messages.info(tr!("label-say-no-vertex")),
    }
}

/// A key for the gesture that is going on: finish it, take the last point back, leave a point out.
pub fn tool_key(update: &mut Update<'_>, event: Pointer) {
    let scale = update.views.label.canvas.view().scale;
    pointer(update, event, Modifiers::default(), scale);
}

/// Moves the selection by so many pixels.
pub fn nudge(update: &mut Update<'_>, dx: f64, dy: f64) {
    transform(update, |objects, _| transform::nudge(objects, dx, dy));
}

/// Makes the selection wider and higher by so many pixels; its top left corner stays.
pub fn grow(update: &mut Update<'_>, dx: f64, dy: f64) {
    transform(update, |objects, _| {
        let bounds = transform::common_bounds(objects.iter().map(|o| &o.geometry)).ok_or(Refusal::NothingSelected)?;
        let to = BBox::new(
            bounds.x1(),
            bounds.y1(),
            (bounds.x2() + dx).max(bounds.x1() + 1.0),
            (bounds.y2() + dy).max(bounds.y1() + 1.0),
        );
        transform::fit(objects, &to.map_err(|_| Refusal::NoArea)?)
    });
}

/// Turns the selection clockwise.
pub fn rotate(update: &mut Update<'_>, degrees: f64) {
    transform(update, |objects, _| transform::rotate(objects, degrees));
}

/// Mirrors the selection.
pub fn flip(update: &mut Update<'_>, way: Flip) {
    transform(update, |objects, _| transform::flip(objects, way));
}

/// Makes the selected objects one.
pub fn join(update: &mut Update<'_>) {
    transform(update, combine::join);
}

/// Gives the selected objects another kind of geometry.
pub fn convert(update: &mut Update<'_>, kind: GeometryKind) {
    transform(update, |objects, image| combine::convert(objects, kind, image, TRACE_PX));
}

/// Makes the selection fill a box: what typing numbers does.
pub fn fit(update: &mut Update<'_>, to: &BBox) {
    transform(update, |objects, _| transform::fit(objects, to));
}

fn transform(update: &mut Update<'_>, act: impl FnOnce(&[&Object], Size) -> Result<Edit, Refusal>) {
    let Some(project) = &update.context.project else { return };
    let model = &project.label;
    let Some(session) = model.session() else { return };
    let selected = model.selected_objects();
    let free: Vec<&Object> = selected.iter().copied().filter(|o| !model.locked.contains(&o.id)).collect();
    let result = match (selected.is_empty(), free.is_empty()) {
        (true, _) => Err(Refusal::NothingSelected),
        (false, true) => Err(Refusal::Locked),
        _ => act(&free, session.sample.size),
    };
    match result {
        Ok(wanted) => edit(update, &wanted),
        Err(refusal) => refuse(update, refusal),
    }
}

/// Puts a new object of the class in hand into the middle of what is seen, to be moved and sized by keys.
pub fn place_object(update: &mut Update<'_>) {
    let Some(project) = &update.context.project else { return };
    let model = &project.label;
    let Some(session) = model.session() else { return };
    let image = session.sample.size;
    let (center, side) = update.views.label.seen.map_or_else(
        || (BBox::of_image(image).center(), f64::from(image.width.min(image.height)) * PLACED_SHARE),
        |seen| (seen.center(), seen.width().min(seen.height()) * PLACED_SHARE),
    );
    let half = (side / 2.0).max(1.0).round();
    let center = Point::new(center.x.round(), center.y.round());
    let Ok(bbox) = BBox::from_points(center.moved(-half, -half), center.moved(half, half)) else { return };
    let kind = match model.tool.kind() {
        ToolKind::RotatedBox => GeometryKind::RotatedBox,
        ToolKind::Polygon => GeometryKind::Polygon,
        ToolKind::Polyline => GeometryKind::Polyline,
        ToolKind::Brush | ToolKind::Eraser => GeometryKind::Mask,
        ToolKind::Ellipse => GeometryKind::Ellipse,
        ToolKind::Points => GeometryKind::Keypoints,
        _ => GeometryKind::Box,
    };
    let skeleton = template_points(&project.versions.ontology, &model.next_class);
    let geometry = placed(&bbox, kind, image, skeleton);
    let class = model.next_class.clone();
    let Some(geometry) = geometry.filter(|_| !class.is_empty()) else { return };
    edit_and_select(update, &Edit::Draw { geometry, class });
}

fn placed(bbox: &BBox, kind: GeometryKind, image: Size, skeleton: Option<usize>) -> Option<Geometry> {
    use concord_geometry::{Keypoint, Keypoints, Polyline, Visibility};
    if kind == GeometryKind::Polyline {
        let [from, _, to, _] = bbox.corners();
        return Polyline::new(vec![from, to]).ok().map(Geometry::Polyline);
    }
    if kind != GeometryKind::Keypoints {
        return Geometry::Box(*bbox).converted(kind, image, TRACE_PX);
    }
    // The points of a template are put on a ring, so that each can be reached.
    let count = skeleton.unwrap_or(1);
    let ring = concord_geometry::Ellipse::inscribed(bbox).outline(count.max(1));
    let points = if count == 1 { vec![bbox.center()] } else { ring };
    let keypoints = points.into_iter().map(|at| Keypoint { at, visibility: Visibility::Visible }).collect();
    Keypoints::new(keypoints).ok().map(Geometry::Keypoints)
}
