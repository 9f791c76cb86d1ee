//! The shapes over an image, kept over frames: told what changed, they draw only that anew and are found by place.

use std::collections::{BTreeSet, HashMap};

use concord_geometry::{BBox, BoxIndex, Geometry, Point, View};
use egui::Rect;
use rayon::prelude::*;

use super::chunks::{Chunks, InSight};
use super::crew::{drop_later, together};
use super::hit::{MaskRows, is_hit};
use super::place::{Member, Place};
use super::{CanvasShape, draw, labels};

/// Room between two places in the order of drawing, so that a shape can be put between others.
const ORDER_STEP: u64 = 1 << 20;

#[derive(Debug)]
struct Entry {
    shape: CanvasShape,
    bounds: BBox,
    area: f64,
    order: u64,
    rows: Option<MaskRows>,
    /// The last [`ShapeScene::set`] that named it.
    named_in: u64,
}

impl Entry {
    fn member(&self, layer: usize) -> Member {
        Member {
            place: Place::new(layer, &self.bounds, self.shape.id),
            bounds: self.bounds,
            order: self.order,
            weight: weight(&self.shape.geometry),
            has_label: self.shape.label.is_some() || self.shape.locked,
            has_points: matches!(self.shape.geometry, Geometry::Keypoints(_)),
        }
    }
}

/// About how many points it takes to draw a geometry.
fn weight(geometry: &Geometry) -> usize {
    match geometry {
        Geometry::Polygon(p) => p.point_count(),
        Geometry::Polyline(l) => l.points().len(),
        Geometry::Mask(m) => m.rle().counts.len() * 2,
        Geometry::Ellipse(_) => 32,
        Geometry::Keypoints(k) => k.points().len() * 2,
        Geometry::Box(_) | Geometry::RotatedBox(_) => 4,
    }
}

/// Of at least so many shapes, all at once, the work is shared among the cores.
const MANY: usize = 2048;

/// The shapes by id, and where they are. What many shapes hold is given back later, which takes long.
#[derive(Debug, Default)]
struct Known {
    /// Boxed, because they are large and the table moves them when it grows.
    entries: HashMap<u64, Box<Entry>>,
    index: BoxIndex,
}

impl Drop for Known {
    fn drop(&mut self) {
        if self.entries.len() >= MANY {
            let gone = (std::mem::take(&mut self.entries), std::mem::take(&mut self.index));
            drop_later(gone);
        }
    }
}

/// The shapes over an image. Keep one for each canvas on the screen, and tell it what changes.
///
/// What a frame costs follows what is in sight and what changed, not how many shapes there are. Shapes are known by
/// their id; later ones are drawn over earlier ones, hovered and selected ones over all.
#[derive(Debug, Default)]
pub struct ShapeScene {
    known: Known,
    /// The hovered and selected ones.
    on_top: BTreeSet<u64>,
    chunks: Chunks,
    last_order: u64,
    sets: u64,
    generation: u64,
}

impl ShapeScene {
    /// A scene without shapes.
    pub fn new() -> Self {
        Self::default()
    }

    /// How many shapes there are.
    pub fn len(&self) -> usize {
        self.known.entries.len()
    }

    /// True without shapes.
    pub fn is_empty(&self) -> bool {
        self.known.entries.is_empty()
    }

    /// A number that grows with every change.
    pub fn generation(&self) -> u64 {
        self.generation
    }

    /// The shape under an id.
    pub fn get(&self, id: u64) -> Option<&CanvasShape> {
        self.known.entries.get(&id).map(|entry| &entry.shape)
    }

    /// Bytes of graphics memory that the shapes hold; 0 until they are drawn.
    pub fn gpu_bytes(&self) -> u64 {
        self.chunks.bytes()
    }

    /// Makes these the shapes, in this order; what is equal to what is there costs a comparison. Of several with one
    /// id the last counts.
    pub fn set(&mut self, shapes: &[CanvasShape]) {
        if self.is_same(shapes) {
            return;
        }
        if self.is_empty() && shapes.len() >= MANY {
            together(|| self.fill(shapes.par_iter().cloned()));
            return;
        }
        self.sets += 1;
        let named_in = self.sets;
        for shape in shapes {
            if let Some(entry) = self.known.entries.get_mut(&shape.id) {
                entry.named_in = named_in;
            }
        }
        let mut gone: Vec<u64> =
            self.known.entries.iter().filter(|(_, entry)| entry.named_in != named_in).map(|(id, _)| *id).collect();
        gone.sort_unstable();
        for id in gone {
            self.remove(id);
        }
        let mut order = 0;
        for shape in shapes {
            let old = self.known.entries.get(&shape.id);
            let is_last = order >= self.last_order;
            order = match old.map(|entry| entry.order) {
                Some(kept) if kept > order => kept,
                None if is_last => order + ORDER_STEP,
                _ => order + 1,
            };
            if old.is_none_or(|entry| entry.order != order || entry.shape != *shape) {
                self.put(shape.clone(), order, named_in);
            }
        }
    }

    /// As [`ShapeScene::set`], for shapes that are not needed any more: into a scene that has none they are moved, not
    /// copied.
    pub fn hand_over(&mut self, shapes: Vec<CanvasShape>) {
        if self.is_empty() && shapes.len() >= MANY {
            together(|| self.fill(shapes.into_par_iter()));
            return;
        }
        self.set(&shapes);
        if shapes.len() >= MANY {
            drop_later(shapes);
        }
    }

    /// Puts many shapes into a scene that has none, on all cores.
    fn fill(&mut self, shapes: impl IndexedParallelIterator<Item = CanvasShape>) {
        self.sets += 1;
        self.generation += 1;
        let (named_in, count) = (self.sets, shapes.len() as u64);
        let mut made: Vec<Box<Entry>> = shapes
            .enumerate()
            .map(|(place, shape)| Box::new(measured(shape, (place as u64 + 1) * ORDER_STEP, named_in)))
            .collect();
        self.last_order = count * ORDER_STEP;
        // Of several with one id the last counts.
        made.par_sort_by_key(|entry| (entry.shape.id, std::cmp::Reverse(entry.order)));
        made.dedup_by_key(|entry| entry.shape.id);
        let bounds: Vec<(u64, BBox)> = made.iter().map(|entry| (entry.shape.id, entry.bounds)).collect();
        let Self { known: Known { entries, index }, on_top, chunks, .. } = self;
        let place = || {
            for entry in made {
                let (id, rank) = (entry.shape.id, entry.shape.rank());
                chunks.insert(entry.member(0));
                if rank > 0 {
                    chunks.insert(entry.member(rank));
                    on_top.insert(id);
                }
                entries.insert(id, entry);
            }
        };
        let note = || {
            for (id, bounds) in bounds {
                index.insert(id, bounds);
            }
        };
        rayon::join(place, note);
    }

    /// True when these are the shapes, in this order.
    fn is_same(&self, shapes: &[CanvasShape]) -> bool {
        let mut order = 0;
        let mut goes_on = |shape: &CanvasShape| {
            let entry = self.known.entries.get(&shape.id).filter(|entry| entry.order > order && entry.shape == *shape);
            order = entry.map_or(order, |entry| entry.order);
            entry.is_some()
        };
        shapes.len() == self.known.entries.len() && shapes.iter().all(&mut goes_on)
    }

    /// Adds a shape on top of the others, or puts it in the place of the one with its id, which keeps its place in the
    /// order.
    pub fn insert(&mut self, shape: CanvasShape) {
        let order = self.known.entries.get(&shape.id).map_or(self.last_order + ORDER_STEP, |entry| entry.order);
        self.put(shape, order, self.sets);
    }

    /// Takes a shape out and gives it back; `None` when there is none with this id.
    pub fn remove(&mut self, id: u64) -> Option<CanvasShape> {
        let entry = self.known.entries.remove(&id)?;
        self.generation += 1;
        self.known.index.remove(id);
        self.on_top.remove(&id);
        self.chunks.remove(entry.member(0).place);
        if entry.shape.rank() > 0 {
            self.chunks.remove(entry.member(entry.shape.rank()).place);
        }
        if self.known.entries.is_empty() {
            self.last_order = 0;
        }
        Some(entry.shape)
    }

    /// Takes all shapes out.
    pub fn clear(&mut self) {
        let generation = self.generation + 1;
        *self = Self { generation, sets: self.sets, ..Self::default() };
    }

    /// Draws these shapes in this order, over all others; ids without a shape are passed over.
    pub fn set_order(&mut self, ids: &[u64]) {
        for id in ids {
            if let Some(entry) = self.known.entries.get(id) {
                let (shape, named_in) = (entry.shape.clone(), entry.named_in);
                self.put(shape, self.last_order + ORDER_STEP, named_in);
            }
        }
    }

    /// Makes one shape the hovered one, or none.
    pub fn set_hovered(&mut self, id: Option<u64>) {
        let before: Vec<u64> = self.on_top.iter().copied().filter(|old| Some(*old) != id).collect();
        for old in before {
            self.change(old, |shape| shape.hovered = false);
        }
        if let Some(id) = id {
            self.change(id, |shape| shape.hovered = true);
        }
    }

    /// Makes these shapes the selected ones.
    pub fn set_selected(&mut self, ids: &[u64]) {
        let wanted: BTreeSet<u64> = ids.iter().copied().collect();
        let before: Vec<u64> = self.on_top.difference(&wanted).copied().collect();
        for old in before {
            self.change(old, |shape| shape.selected = false);
        }
        for id in wanted {
            self.change(id, |shape| shape.selected = true);
        }
    }

    /// Changes a shape in place; nothing happens when there is none with this id or the change changes nothing. An id
    /// that the change alters is put back.
    pub fn change(&mut self, id: u64, change: impl FnOnce(&mut CanvasShape)) {
        let Some(entry) = self.known.entries.get(&id) else { return };
        let (mut shape, order, named_in) = (entry.shape.clone(), entry.order, entry.named_in);
        change(&mut shape);
        shape.id = id;
        if shape != entry.shape {
            self.put(shape, order, named_in);
        }
    }

    fn put(&mut self, shape: CanvasShape, order: u64, named_in: u64) {
        self.generation += 1;
        self.last_order = self.last_order.max(order);
        let id = shape.id;
        let old = self.known.entries.remove(&id);
        let same = old.as_ref().is_some_and(|old| old.order == order && old.shape.is_drawn_like(&shape));
        let entry = match old {
            Some(old) => {
                if old.shape.rank() > 0 {
                    self.chunks.remove(old.member(old.shape.rank()).place);
                }
                if same {
                    Box::new(Entry { shape, named_in, ..*old })
                } else {
                    self.chunks.remove(old.member(0).place);
                    Box::new(measured(shape, order, named_in))
                }
            }
            None => Box::new(measured(shape, order, named_in)),
        };
        if !same {
            self.known.index.insert(id, entry.bounds);
            self.chunks.insert(entry.member(0));
        }
        if entry.shape.rank() > 0 {
            self.chunks.insert(entry.member(entry.shape.rank()));
            self.on_top.insert(id);
        } else {
            self.on_top.remove(&id);
        }
        self.known.entries.insert(id, entry);
    }

    /// The shapes of a point, topmost first: selected, then hovered, then the smallest, then the one drawn last.
    ///
    /// Regions count where they are filled, holes left out; everything counts up to `reach` image pixels from its
    /// outline or points ([`crate::canvas::CanvasResponse::image_px`] gives it for screen points).
    pub fn at(&self, point_in_image: Point, reach: f64) -> Vec<u64> {
        let mut hits: Vec<&Entry> = self
            .known
            .index
            .near(point_in_image, reach)
            .into_iter()
            .filter_map(|id| self.known.entries.get(&id).map(AsRef::as_ref))
            .filter(|entry| is_hit(&entry.shape, entry.rows.as_ref(), point_in_image, reach))
            .collect();
        hits.sort_by(|a, b| {
            let by_rank = b.shape.rank().cmp(&a.shape.rank());
            by_rank.then(a.area.total_cmp(&b.area)).then(b.order.cmp(&a.order))
        });
        hits.into_iter().map(|entry| entry.shape.id).collect()
    }

    /// The shapes whose bounds lie wholly in an area, in the order of drawing: what a rubber band selects.
    pub fn within(&self, area: &BBox) -> Vec<u64> {
        let is_inside =
            |b: &BBox| b.x1() >= area.x1() && b.x2() <= area.x2() && b.y1() >= area.y1() && b.y2() <= area.y2();
        let touching = self.known.index.touching(area);
        let mut inside: Vec<&Entry> = touching
            .iter()
            .filter_map(|id| self.known.entries.get(id).map(AsRef::as_ref))
            .filter(|entry: &&Entry| is_inside(&entry.bounds))
            .collect();
        inside.sort_by_key(|entry| entry.order);
        inside.into_iter().map(|entry| entry.shape.id).collect()
    }

    /// The spatial index of the bounds, for searches of other kinds.
    pub fn index(&self) -> &BoxIndex {
        &self.known.index
    }

    /// What of the shapes is in sight; `view` and `clip` in screen points.
    pub(crate) fn in_sight(&mut self, view: &View, clip: Rect) -> InSight {
        let margin = f64::from(super::HANDLE_SIDE);
        let corner = |x: f32, y: f32, by: f64| view.image_from_screen(Point::new(f64::from(x) + by, f64::from(y) + by));
        let (from, to) = (corner(clip.min.x, clip.min.y, -margin), corner(clip.max.x, clip.max.y, margin));
        let Ok(area) = BBox::from_points(from, to) else { return InSight::default() };
        let entries = &self.known.entries;
        self.chunks.in_sight(&area, view.scale, labels::from_px(view), |member, detail, out| {
            entries.get(&member.id()).is_none_or(|entry| draw::draw(&entry.shape, member.rank() > 0, detail, out))
        })
    }

    /// The only selected shape, if exactly one is selected and may be changed.
    pub(crate) fn editable(&self) -> Option<&CanvasShape> {
        let mut selected = self.on_top.iter().filter_map(|id| self.get(*id)).filter(|shape| shape.selected);
        selected.next().filter(|shape| !shape.locked && selected.next().is_none())
    }
}

fn measured(shape: CanvasShape, order: u64, named_in: u64) -> Entry {
    let rows = if let Geometry::Mask(mask) = &shape.geometry { Some(MaskRows::new(mask.rle())) } else { None };
    let (bounds, area) = (shape.geometry.bounds(), shape.geometry.area_px());
    Entry { shape, bounds, area, order, rows, named_in }
}
