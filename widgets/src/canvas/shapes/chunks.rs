//! Shapes in groups of neighbours: each group is drawn into buffers of its own, anew only when something in it changed.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use concord_geometry::BBox;
use rayon::prelude::*;

use super::crew::together;
use super::instances::{Detail, Drawing};
use super::place::{Member, Place};
use crate::canvas::gpu::shapes::Instances;

/// Groups of more shapes, or of more than [`MOST_WEIGHT`] points, are cut in two.
const MOST_MEMBERS: usize = 256;
const MOST_WEIGHT: usize = 8192;
/// Groups of fewer shapes join their neighbour.
const FEWEST_MEMBERS: usize = 32;
/// Points drawn anew in a frame because the zoom asks for more or less detail; the rest waits for the next frame.
const WEIGHT_A_FRAME: usize = 80_000;

/// From so many members on they are sorted on all cores.
const MANY_MEMBERS: usize = 8192;
/// Fewer groups are drawn anew on one core: to wake the others would take longer.
const SHARED_FROM: usize = 8;

/// Shapes smaller than this on the screen have no dark edge, in points; the shader says the same of each by itself.
const EDGE_FROM: f64 = 8.0;

/// Layers over one another: all shapes, then those that stand out once more, by rank.
pub(crate) const LAYERS: usize = 4;

#[derive(Debug)]
struct Chunk {
    members: Vec<Member>,
    bounds: BBox,
    weight: usize,
    /// The longest side of a shape with a label, in pixels.
    labelled_side: f64,
    /// The longest side of a shape, in pixels.
    side: f64,
    /// True with keypoints, which are of one size at any zoom.
    has_points: bool,
    /// What the buffers hold, and whether no zoom asks for more; `None` when a shape changed since.
    drawn: Option<(Detail, bool)>,
    instances: Arc<Instances>,
}

impl Chunk {
    fn of(members: Vec<Member>) -> Self {
        let nowhere = BBox::of_image(concord_geometry::Size::new(0, 0));
        let mut chunk = Self {
            members,
            bounds: nowhere,
            weight: 0,
            labelled_side: 0.0,
            side: 0.0,
            has_points: false,
            drawn: None,
            instances: Arc::default(),
        };
        chunk.settle();
        chunk
    }

    /// Works out anew what the members have in common.
    fn settle(&mut self) {
        self.drawn = None;
        self.weight = self.members.iter().map(|member| member.weight).sum();
        let side = |member: &Member| member.bounds.width().max(member.bounds.height());
        let labelled = self.members.iter().filter(|member| member.has_label);
        self.labelled_side = labelled.map(side).fold(0.0, f64::max);
        self.has_points = self.members.iter().any(|member| member.has_points);
        self.side = self.members.iter().map(side).fold(0.0, f64::max);
        if let Some(bounds) = self.members.iter().map(|member| member.bounds).reduce(|a, b| a.union(&b)) {
            self.bounds = bounds;
        }
    }

    fn is_too_large(&self) -> bool {
        self.members.len() > MOST_MEMBERS || (self.weight > MOST_WEIGHT && self.members.len() > 1)
    }

    fn needs(&self, wanted: Detail) -> bool {
        self.drawn.is_none_or(|(detail, is_exact)| detail.is_wasteful_for(wanted) || (detail < wanted && !is_exact))
    }
}

/// All groups. Each begins at a place and reaches to where the next one begins.
#[derive(Debug, Default)]
pub(crate) struct Chunks {
    chunks: BTreeMap<Place, Chunk>,
    /// Where many shapes were put in at once; they are looked at when a frame is drawn.
    unsettled: BTreeSet<Place>,
}

/// What a frame draws.
#[derive(Debug, Default)]
pub(crate) struct InSight {
    /// The buffers to draw, by layer, and whether shapes in them are large enough for a dark edge.
    pub(crate) layers: Vec<Vec<(Arc<Instances>, bool)>>,
    /// How many shapes are in sight.
    pub(crate) count: usize,
    /// Shapes whose label may be shown: all that stand out, and ordinary ones that are large enough.
    pub(crate) labelled: Vec<Member>,
    /// True when some groups wait to be drawn as the zoom asks for.
    pub(crate) is_unfinished: bool,
}

impl Chunks {
    fn start_of(&self, place: Place) -> Place {
        let first = Place { layer: place.layer, curve: 0, id: 0 };
        self.chunks.range(first..=place).next_back().map_or(first, |(start, _)| *start)
    }

    pub(crate) fn insert(&mut self, member: Member) {
        let start = self.start_of(member.place);
        let chunk = self.chunks.entry(start).or_insert_with(|| Chunk::of(Vec::new()));
        chunk.members.push(member);
        chunk.drawn = None;
        self.unsettled.insert(start);
    }

    pub(crate) fn remove(&mut self, place: Place) {
        // A group that took in many shapes since the last frame would be walked again and again.
        if self.chunks.get(&self.start_of(place)).is_some_and(|chunk| chunk.members.len() > 2 * MOST_MEMBERS) {
            self.settle();
        }
        let start = self.start_of(place);
        if let Some(chunk) = self.chunks.get_mut(&start) {
            chunk.members.retain(|member| member.place != place);
            chunk.drawn = None;
            self.unsettled.insert(start);
        }
    }

    /// Bytes of graphics memory held.
    pub(crate) fn bytes(&self) -> u64 {
        self.chunks.values().map(|chunk| chunk.instances.bytes()).sum()
    }

    /// Cuts groups that grew too large and joins those that became too small.
    fn settle(&mut self) {
        for start in std::mem::take(&mut self.unsettled) {
            let Some(mut chunk) = self.chunks.remove(&start) else { continue };
            if chunk.members.len() < FEWEST_MEMBERS && self.join(start, &mut chunk) {
                continue;
            }
            chunk.settle();
            if chunk.is_too_large() {
                self.cut(start, chunk);
            } else if !chunk.members.is_empty() {
                self.chunks.insert(start, chunk);
            }
        }
    }

    /// Moves the members to the group before in the same layer, when there is one with room.
    fn join(&mut self, start: Place, chunk: &mut Chunk) -> bool {
        let first = Place { layer: start.layer, curve: 0, id: 0 };
        let Some((_, before)) = self.chunks.range_mut(first..start).next_back() else { return false };
        let has_room = before.members.len() + chunk.members.len() <= MOST_MEMBERS / 2;
        if has_room {
            before.members.append(&mut chunk.members);
            before.settle();
        }
        has_room
    }

    fn cut(&mut self, mut start: Place, chunk: Chunk) {
        let mut members = chunk.members;
        if members.len() >= MANY_MEMBERS {
            together(|| members.par_sort_by_key(|member| member.place));
        } else {
            members.sort_by_key(|member| member.place);
        }
        let (mut group, mut weight): (Vec<Member>, usize) = (Vec::new(), 0);
        for member in members {
            let is_full = group.len() >= MOST_MEMBERS * 3 / 4 || weight + member.weight > MOST_WEIGHT;
            if is_full && !group.is_empty() {
                self.chunks.insert(start, Chunk::of(std::mem::take(&mut group)));
                (start, weight) = (member.place, 0);
            }
            weight += member.weight;
            group.push(member);
        }
        self.chunks.insert(start, Chunk::of(group));
    }

    /// What is in sight of an area of the image at a zoom, in screen points a pixel, drawn anew where needed.
    ///
    /// Labels are asked for from `label_from_px` on; `draw` writes members in the order given and says whether nothing
    /// was left out.
    pub(crate) fn in_sight(
        &mut self,
        area: &BBox,
        zoom: f64,
        label_from_px: f64,
        draw: impl Fn(&Member, Detail, &mut Drawing) -> bool + Sync,
    ) -> InSight {
        self.settle();
        let wanted = Detail::at(zoom);
        let mut sight = InSight { layers: vec![Vec::new(); LAYERS], ..InSight::default() };
        let mut weight_left = WEIGHT_A_FRAME;
        let mut anew: Vec<(&mut Chunk, Detail)> = Vec::new();
        for (start, chunk) in self.chunks.iter_mut().filter(|(_, chunk)| touch(&chunk.bounds, area)) {
            let has_edges = start.layer > 0 || chunk.has_points || chunk.side * zoom >= EDGE_FROM;
            sight.layers[start.layer].push((Arc::clone(&chunk.instances), has_edges));
            note_members(chunk, start.layer, area, label_from_px, &mut sight);
            if chunk.needs(wanted) {
                let is_affordable = chunk.weight <= weight_left || chunk.weight > WEIGHT_A_FRAME;
                weight_left = weight_left.saturating_sub(if is_affordable { chunk.weight } else { 0 });
                sight.is_unfinished |= !is_affordable;
                if is_affordable {
                    anew.push((chunk, wanted));
                } else if chunk.drawn.is_none() {
                    anew.push((chunk, Detail::COARSEST));
                }
            }
        }
        if anew.len() < SHARED_FROM {
            for (chunk, detail) in anew {
                redraw(chunk, detail, &draw);
            }
        } else {
            together(|| anew.into_par_iter().for_each(|(chunk, detail)| redraw(chunk, detail, &draw)));
        }
        sight
    }
}

fn redraw(chunk: &mut Chunk, detail: Detail, draw: &impl Fn(&Member, Detail, &mut Drawing) -> bool) {
    if !chunk.members.is_sorted_by_key(|member| member.order) {
        chunk.members.sort_by_key(|member| member.order);
    }
    let mut drawing = Drawing::default();
    let mut is_exact = true;
    for member in &chunk.members {
        is_exact &= draw(member, detail, &mut drawing);
    }
    chunk.instances.stage(drawing);
    chunk.drawn = Some((detail, is_exact));
}

fn note_members(chunk: &Chunk, layer: usize, area: &BBox, label_from_px: f64, sight: &mut InSight) {
    let is_whole = holds(area, &chunk.bounds);
    let is_ordinary = layer == 0;
    let seeks_labels = chunk.labelled_side > 0.0 && (!is_ordinary || chunk.labelled_side >= label_from_px);
    if is_ordinary && is_whole {
        sight.count += chunk.members.len();
        if !seeks_labels {
            return;
        }
    }
    for member in chunk.members.iter().filter(|member| is_whole || touch(&member.bounds, area)) {
        sight.count += usize::from(is_ordinary && !is_whole);
        let is_large = member.bounds.width().max(member.bounds.height()) >= label_from_px;
        if member.has_label && (!is_ordinary || is_large) {
            sight.labelled.push(*member);
        }
    }
}

fn touch(a: &BBox, b: &BBox) -> bool {
    a.x1() <= b.x2() && a.x2() >= b.x1() && a.y1() <= b.y2() && a.y2() >= b.y1()
}

fn holds(outer: &BBox, inner: &BBox) -> bool {
    outer.x1() <= inner.x1() && outer.y1() <= inner.y1() && outer.x2() >= inner.x2() && outer.y2() >= inner.y2()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Mutex;
    use std::sync::atomic::{AtomicUsize, Ordering};

    fn member(id: u64, weight: usize) -> Member {
        let (x, y) = ((id * 7919 % 4000) as f64, (id * 104_729 % 3000) as f64);
        let bounds = BBox::from_xywh(x, y, 5.0, 5.0).expect("a box");
        Member { place: Place::new(0, &bounds, id), bounds, order: id, weight, has_label: false, has_points: false }
    }

    fn everything() -> BBox {
        BBox::new(-10.0, -10.0, 5000.0, 5000.0).expect("a box")
    }

    fn drawn_ids(chunks: &mut Chunks, area: &BBox) -> (Vec<u64>, InSight) {
        let ids = Mutex::new(Vec::new());
        let sight = chunks.in_sight(area, 1.0, f64::INFINITY, |member, _, _| {
            ids.lock().expect("nobody panics").push(member.id());
            true
        });
        let mut ids = ids.into_inner().expect("nobody panics");
        ids.sort_unstable();
        (ids, sight)
    }

    #[test]
    fn only_the_group_of_what_changed_is_drawn_anew() {
        let mut chunks = Chunks::default();
        (0..5000).for_each(|id| chunks.insert(member(id, 4)));
        let (ids, sight) = drawn_ids(&mut chunks, &everything());
        assert_eq!((ids.len(), sight.count), (5000, 5000));
        assert!(chunks.chunks.values().all(|chunk| chunk.members.len() <= MOST_MEMBERS));
        assert!(drawn_ids(&mut chunks, &everything()).0.is_empty());
        chunks.remove(member(77, 4).place);
        let (ids, sight) = drawn_ids(&mut chunks, &everything());
        assert!(!ids.contains(&77) && ids.len() <= MOST_MEMBERS && sight.count == 4999, "{}", ids.len());
    }

    #[test]
    fn groups_go_when_their_shapes_go() {
        let mut chunks = Chunks::default();
        (0..5000).for_each(|id| chunks.insert(member(id, 4)));
        drawn_ids(&mut chunks, &everything());
        let many = chunks.chunks.len();
        for id in 0..4900 {
            chunks.remove(member(id, 4).place);
        }
        let (_, sight) = drawn_ids(&mut chunks, &everything());
        assert!(sight.count == 100 && chunks.chunks.len() * 5 <= many, "{} of {many}", chunks.chunks.len());
        (4900..5000).for_each(|id| chunks.remove(member(id, 4).place));
        assert_eq!(drawn_ids(&mut chunks, &everything()).1.count, 0);
        assert!(chunks.chunks.is_empty());
    }

    #[test]
    fn what_is_out_of_sight_is_neither_drawn_nor_counted() {
        let mut chunks = Chunks::default();
        (0..5000).for_each(|id| chunks.insert(member(id, 4)));
        let area = BBox::new(1000.0, 1000.0, 1200.0, 1200.0).expect("a box");
        let expected = (0..5000).filter(|id| touch(&member(*id, 4).bounds, &area)).count();
        let (ids, sight) = drawn_ids(&mut chunks, &area);
        assert_eq!(sight.count, expected);
        assert!(ids.len() < 2000);
    }

    #[test]
    fn much_detail_comes_over_several_frames() {
        let mut chunks = Chunks::default();
        (0..1000).for_each(|id| chunks.insert(member(id, 1000)));
        let mut frames = 0;
        loop {
            let weight = AtomicUsize::new(0);
            let sight = chunks.in_sight(&everything(), 1.0, f64::INFINITY, |member, detail, _| {
                weight.fetch_add(if detail == Detail::COARSEST { 0 } else { member.weight }, Ordering::Relaxed);
                detail != Detail::COARSEST
            });
            let weight = weight.into_inner();
            assert!(weight <= WEIGHT_A_FRAME && sight.count == 1000);
            frames += 1;
            if !sight.is_unfinished {
                break;
            }
        }
        assert!((12..=14).contains(&frames), "{frames}");
    }
}
