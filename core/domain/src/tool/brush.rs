//! The brush and the eraser: a stroke on a working copy of a mask.

use concord_geometry::{Brush, BrushMode, Geometry, Mask, Painter, PixelRect, Point, Polygon, Rle, stroke};

use super::event::Pointer;
use super::outcome::{Outcome, Preview, Refusal, StrokePreview};
use super::{Gesture, Input, Step, draw};
use crate::edit::Edit;
use crate::object::{Object, ObjectId};

/// A stroke that is going on. With Shift at the release, its outline is closed and filled.
#[derive(Debug, Clone)]
pub(super) struct Stroke {
    painter: Painter,
    /// The object painted on, as it was.
    target: Option<(ObjectId, Geometry)>,
    path: Vec<Point>,
    has_changed: bool,
}

impl Stroke {
    /// Sets the brush down. It works on the selected object, which becomes a mask if it was another region that the brush
    /// touches here; the brush makes a new one when that is not wanted, when it is not one object or covers no area.
    pub(super) fn begin(mode: BrushMode, at: Point, input: &Input<'_>) -> Step {
        let target = match target(mode, input) {
            Ok(target) => target,
            Err(refusal) => return (Gesture::Idle, Outcome::Refused(refusal)),
        };
        let brush = Brush { radius_px: input.scene.options.brush_radius_px, mode };
        let start = target.and_then(|object| object.geometry.to_mask(input.scene.image));
        // A mask may have parts that lie apart; a box or polygon elsewhere is not what this stroke is about.
        let is_far = |object: &&Object| {
            let is_mask = matches!(object.geometry, Geometry::Mask(_));
            mode == BrushMode::Paint
                && !is_mask
                && !start.as_ref().is_some_and(|mask| touches(mask, at, brush.radius_px))
        };
        let (target, start) = if target.as_ref().is_some_and(is_far) { (None, None) } else { (target, start) };
        let shown = start.as_ref().and_then(pixels);
        let painter =
            start.map_or_else(|| Painter::new(input.scene.image, brush), |mask| Painter::on_mask(mask.rle(), brush));
        let target = target.map(|object| (object.id.clone(), object.geometry.clone()));
        let mut stroke = Self { painter, target, path: vec![], has_changed: false };
        let changed = stroke.dab(at);
        stroke.keep(input, changed.into_iter().chain(shown).reduce(PixelRect::union))
    }

    pub(super) fn painter(&self) -> &Painter {
        &self.painter
    }

    pub(super) fn on(mut self, input: &Input<'_>) -> Step {
        let brush = Brush { radius_px: input.scene.options.brush_radius_px, ..self.painter.brush() };
        self.painter.set_brush(brush);
        match input.event {
            Pointer::Drag(at) => {
                let changed = self.dab(at);
                self.keep(input, changed)
            }
            Pointer::Release(at) => {
                self.dab(at);
                (Gesture::Idle, self.finish(input))
            }
            _ => (Gesture::Stroke(Box::new(self)), Outcome::Nothing),
        }
    }

    fn dab(&mut self, at: Point) -> Option<PixelRect> {
        if self.path.last() != Some(&at) {
            self.path.push(at);
        }
        let changed = self.painter.dab_to(at);
        self.has_changed |= changed.is_some();
        changed
    }

    fn keep(self, input: &Input<'_>, changed: Option<PixelRect>) -> Step {
        let object = self.target.as_ref().map(|(id, _)| id.clone());
        let fills = if input.modifiers.add { self.path.clone() } else { vec![] };
        let preview = Preview::Stroke(StrokePreview { object, changed, fills });
        (Gesture::Stroke(Box::new(self)), Outcome::Preview(preview))
    }

    fn finish(self, input: &Input<'_>) -> Outcome {
        let (mode, size) = (self.painter.brush().mode, self.painter.size());
        let painted = self.painter.to_rle().unwrap_or_else(|| Rle::empty(size));
        let filled = if input.modifiers.add { fill(&painted, self.path, mode) } else { None };
        let has_changed = self.has_changed || filled.as_ref().is_some_and(|filled| *filled != painted);
        if !has_changed {
            return Outcome::Nothing;
        }
        let mask = Mask::new(filled.unwrap_or(painted)).ok().map(Geometry::Mask);
        match (self.target, mask) {
            (Some((id, _)), None) => Outcome::Edit(Edit::Delete(vec![id])),
            (Some((_, before)), Some(mask)) if before == mask => Outcome::Nothing,
            (Some((id, _)), Some(mask)) => Outcome::Edit(Edit::Reshape(vec![(id, mask)])),
            (None, Some(mask)) => draw(input, mask),
            (None, None) => Outcome::Nothing,
        }
    }
}

/// What a stroke works on; `None` for a new object.
fn target<'a>(mode: BrushMode, input: &Input<'a>) -> Result<Option<&'a Object>, Refusal> {
    let scene = input.scene;
    let only = scene.selection.first().filter(|_| scene.selection.len() == 1).and_then(|id| scene.object(id));
    let Some(object) = only.filter(|_| mode == BrushMode::Erase || scene.options.brush_extends_selection) else {
        return if mode == BrushMode::Erase { Err(Refusal::NothingToErase) } else { Ok(None) };
    };
    match (object.geometry.kind().is_region(), mode) {
        (false, BrushMode::Erase) => Err(Refusal::NotARegion),
        (false, BrushMode::Paint) => Ok(None),
        (true, _) if scene.may_edit(&object.id) => Ok(Some(object)),
        (true, _) => Err(Refusal::Locked),
    }
}

/// Whether a brush at this place covers a pixel of the mask, or one beside it.
fn touches(mask: &Mask, at: Point, radius_px: f64) -> bool {
    let dab = stroke(mask.rle().size(), &[at], radius_px + 1.0);
    dab.difference(mask.rle()).is_ok_and(|beside| beside.area_px() < dab.area_px())
}

/// What was painted with the closed path filled, or taken out of it; `None` when the path has no inside.
fn fill(painted: &Rle, path: Vec<Point>, mode: BrushMode) -> Option<Rle> {
    let inside = Rle::of_polygon(&Polygon::from_ring(path).ok()?, painted.size());
    match mode {
        BrushMode::Paint => painted.union(&inside).ok(),
        BrushMode::Erase => painted.difference(&inside).ok(),
    }
}

/// The pixels a mask spans.
fn pixels(mask: &Mask) -> Option<PixelRect> {
    let [x1, y1, x2, y2] = <[f64; 4]>::from(mask.bounds()).map(|v| v as u32);
    (x1 < x2 && y1 < y2).then_some(PixelRect { x1, y1, x2, y2 })
}
