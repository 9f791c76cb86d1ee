//! What a tool sees: the objects, the selection, the image, the options, and ways to ask the canvas what lies where.

use std::collections::BTreeSet;

use concord_geometry::{GeometryKind, Point, Size};

use super::event::Modifiers;
use super::snapping;
use crate::object::{Object, ObjectId};

/// How the box tool draws.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum BoxBy {
    /// From one corner to the opposite one.
    #[default]
    Drag,
    /// By four clicks on the top-, bottom-, left- and rightmost points of the thing, in any order; the box is the
    /// smallest one that holds them. Papadopoulos, D., Uijlings, J., Keller, F. & Ferrari, V. (2017): Extreme clicking
    /// for efficient object annotation. ICCV; arXiv 1708.02750.
    ExtremePoints,
}

/// What a person can set about the tools.
#[derive(Debug, Clone, PartialEq)]
pub struct Options {
    /// Radius of brush and eraser, in image pixels.
    pub brush_radius_px: f64,
    /// True when a stroke of the brush is added to the one selected object; else it makes a new object.
    pub brush_extends_selection: bool,
    /// True when a prompt is about the one selected object, which gets the mask; else it makes a new object.
    pub prompt_replaces_selection: bool,
    /// How the box tool draws.
    pub box_by: BoxBy,
    /// Number of points of the class's template; `None` when a single point is drawn.
    pub skeleton: Option<usize>,
    /// Least distance between points that are drawn freehand, in image pixels (best a constant distance on screen).
    pub freehand_spacing_px: f64,
    /// How far a freehand line may be from the simplified one, in image pixels; 0 leaves out only what lies on straight
    /// stretches.
    pub simplify_px: f64,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            brush_radius_px: 10.0,
            brush_extends_selection: true,
            prompt_replaces_selection: true,
            box_by: BoxBy::Drag,
            skeleton: None,
            freehand_spacing_px: 2.0,
            simplify_px: 1.0,
        }
    }
}

/// What a tool sees while it handles an event.
#[derive(Clone, Copy)]
pub struct Scene<'a> {
    /// Objects in drawing order, the topmost last.
    pub objects: &'a [Object],
    /// The selected objects.
    pub selection: &'a BTreeSet<ObjectId>,
    /// The class a new object gets.
    pub class: &'a str,
    /// Size of the image.
    pub image: Size,
    /// How near the pointer must come to a handle, a vertex or an edge, in image pixels (a constant distance on
    /// screen). A press and a release within half of it are a click.
    pub reach_px: f64,
    /// The objects under a point, the topmost first; without hidden ones.
    pub hits: &'a dyn Fn(Point) -> Vec<ObjectId>,
    /// The objects that come as near as so many pixels to a point, to snap to; without hidden ones. The answer may
    /// hold objects that lie farther away.
    pub neighbours: &'a dyn Fn(Point, f64) -> Vec<ObjectId>,
    /// True for objects that may be selected but not altered.
    pub is_locked: &'a dyn Fn(&ObjectId) -> bool,
    /// True for objects that are not shown; they are neither selected nor altered with the pointer.
    pub is_hidden: &'a dyn Fn(&ObjectId) -> bool,
    /// True when an object of a class may have a kind of geometry.
    pub allows: &'a dyn Fn(&str, GeometryKind) -> bool,
    /// What the person set about the tools.
    pub options: &'a Options,
}

impl<'a> Scene<'a> {
    /// The object with this id.
    pub fn object(&self, id: &ObjectId) -> Option<&'a Object> {
        self.objects.iter().find(|o| &o.id == id)
    }

    /// The selected objects in drawing order.
    pub fn selected(&self) -> Vec<&'a Object> {
        match self.selection.len() {
            0 => vec![],
            1 => self.selection.iter().filter_map(|id| self.object(id)).collect(),
            _ => self.objects.iter().filter(|o| self.selection.contains(&o.id)).collect(),
        }
    }

    /// The selected objects that are neither locked nor hidden, in drawing order.
    pub fn editable(&self) -> Vec<&'a Object> {
        let mut selected = self.selected();
        selected.retain(|o| self.may_edit(&o.id));
        selected
    }

    /// The selected object when it is the only one and may be altered.
    pub fn only_editable(&self) -> Option<&'a Object> {
        let id = self.selection.first().filter(|id| self.selection.len() == 1 && self.may_edit(id))?;
        self.object(id)
    }

    /// True when an object may be altered with the pointer.
    pub fn may_edit(&self, id: &ObjectId) -> bool {
        !(self.is_locked)(id) && !(self.is_hidden)(id)
    }

    /// The objects under a point that are there, the topmost first.
    pub(super) fn hits_at(&self, at: Point) -> Vec<ObjectId> {
        let mut hits = (self.hits)(at);
        hits.retain(|id| self.object(id).is_some());
        hits
    }

    /// True when a press and a release are a click and not a drag.
    pub(super) fn is_click(&self, press: Point, release: Point) -> bool {
        press.distance(release) <= self.reach_px / 2.0
    }

    /// Where the pointer aims: with the snap modifier, the nearest border of a neighbour or of the image in reach.
    pub(super) fn aim(&self, at: Point, modifiers: Modifiers) -> Aim {
        let snapped = if modifiers.snap { snapping::nearest(self, at, &[]) } else { None };
        Aim { at: snapped.unwrap_or(at), is_snapped: snapped.is_some() }
    }
}

/// Where the pointer aims.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Aim {
    pub(super) at: Point,
    pub(super) is_snapped: bool,
}
