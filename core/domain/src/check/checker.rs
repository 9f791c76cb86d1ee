//! The checker: findings that are kept up to date change by change, looking only at what a change touches.

use std::collections::HashMap;
use std::sync::Arc;

use concord_geometry::{BBox, BoxIndex, Size};
use concord_language::say;

use super::fault::{Fault, Remedy};
use super::rulebook::Rulebook;
use super::twins::{Extent, each_touching, overlap};
use super::{Code, Finding, sample, shape, terms};
use crate::change::Change;
use crate::label_set::Labels;
use crate::object::{Object, ObjectId};
use crate::policy::ALL_CLASSES;

/// What is wrong with one label set, kept up to date.
///
/// It follows the labels through [`Checker::apply`], which is given every change that is applied to them, undo and
/// redo included. Its findings are those that a check of the whole would give.
#[derive(Debug, Clone)]
pub struct Checker {
    book: Arc<Rulebook>,
    image: Size,
    /// What is known of each object. Slots keep their numbers while objects come, go and move; those of `free` hold
    /// nothing.
    slots: Vec<Slot>,
    free: Vec<usize>,
    /// The slots in drawing order.
    order: Vec<usize>,
    slot_of: HashMap<ObjectId, usize>,
    index: BoxIndex,
    /// The numbers of the classes that were met, and how many objects each has.
    class_numbers: HashMap<String, usize>,
    counts: Vec<usize>,
    relations: Vec<Finding>,
}

/// What is known of an object.
#[derive(Debug, Clone)]
struct Slot {
    id: ObjectId,
    /// Position in the drawing order.
    place: usize,
    class: Option<usize>,
    extent: Option<Extent>,
    /// What is wrong with the object on its own.
    faults: Vec<Fault>,
    /// The slots of the objects that are nearly the same, with the overlap; each knows of the other.
    twins: Vec<(usize, f64)>,
    /// True when the object changed and was not looked at since.
    is_stale: bool,
}

impl Slot {
    fn stale(id: ObjectId) -> Self {
        Self { id, place: 0, class: None, extent: None, faults: vec![], twins: vec![], is_stale: true }
    }
}

impl Checker {
    /// Checks the whole of `labels` on an image of a size.
    pub fn new(labels: &Labels, image: Size, book: Arc<Rulebook>) -> Self {
        let mut checker = Self::once(labels, image, book);
        checker.fill_index();
        checker
    }

    /// As [`Checker::new`], but for a single look: it cannot follow changes, which takes the index.
    pub(super) fn once(labels: &Labels, image: Size, book: Arc<Rulebook>) -> Self {
        let mut checker = Self {
            book,
            image,
            slots: vec![],
            free: vec![],
            order: vec![],
            slot_of: HashMap::new(),
            index: BoxIndex::new(),
            class_numbers: HashMap::new(),
            counts: vec![],
            relations: vec![],
        };
        checker.check_all(labels);
        checker
    }

    /// Follows a change; `labels` are those it was applied to, as they are now.
    pub fn apply(&mut self, change: &Change, labels: &Labels) {
        let mut ties_changed = false;
        let follows = self.follow(change, &mut ties_changed) && self.refresh(labels, ties_changed);
        // A change that these labels did not go through: what is known is of no use.
        if !follows {
            self.check_all(labels);
            self.fill_index();
        }
    }

    /// What is wrong with `labels`, which are those it followed: in drawing order, then relations, then the image.
    pub fn findings(&self, labels: &Labels) -> Vec<Finding> {
        let mut found = Vec::new();
        let mut census = Census::new(self);
        for (place, slot) in self.order.iter().map(|slot| &self.slots[*slot]).enumerate() {
            let crowd = if census.is_idle() { vec![] } else { census.faults(place, slot, labels) };
            if slot.faults.is_empty() && slot.twins.is_empty() && crowd.is_empty() {
                continue;
            }
            let twin = self.twin_fault(place, slot, labels);
            let faults = slot.faults.iter().chain(&twin).chain(&crowd);
            found.extend(faults.map(|fault| fault.finding(place, labels, self.book.ontology())));
        }
        found.extend(self.relations.iter().cloned());
        sample::sample_findings(labels, &self.book, &mut found);
        found
    }

    /// Looks at everything; what was known of it is forgotten, the index too.
    fn check_all(&mut self, labels: &Labels) {
        self.slots = labels.objects.iter().map(|o| Slot::stale(o.id.clone())).collect();
        self.free.clear();
        self.order = (0..self.slots.len()).collect();
        self.slot_of = self.slots.iter().enumerate().map(|(slot, s)| (s.id.clone(), slot)).collect();
        self.index.clear();
        self.class_numbers.clear();
        self.counts.clear();
        for (slot, object) in labels.objects.iter().enumerate() {
            (self.slots[slot].place, self.slots[slot].is_stale) = (slot, false);
            self.look_at(slot, object);
        }
        self.find_all_twins(labels);
        self.check_relations(labels);
    }

    fn fill_index(&mut self) {
        let bounds = self.slots.iter().enumerate().filter_map(|(slot, s)| Some((slot as u64, s.extent?.bounds)));
        self.index = bounds.collect();
    }

    /// Brings the order of the slots in line with a change and marks what it touches; false when it does not fit.
    fn follow(&mut self, change: &Change, ties_changed: &mut bool) -> bool {
        match change {
            Change::Insert { index, object } => {
                // A tie to an object that was not there may be sound from now on.
                *ties_changed |= !self.relations.is_empty();
                *index <= self.order.len() && self.insert(*index, &object.id)
            }
            Change::Remove { index, object } => {
                *index < self.order.len() && self.slots[self.order[*index]].id == object.id && self.remove(*index)
            }
            Change::Replace { after, .. } => match self.slot_of.get(&after.id) {
                Some(&slot) => {
                    self.slots[slot].is_stale = true;
                    true
                }
                None => false,
            },
            Change::Reorder { from, to } => {
                let fits = *from < self.order.len() && *to < self.order.len();
                if fits {
                    let slot = self.order.remove(*from);
                    self.order.insert(*to, slot);
                }
                fits
            }
            Change::Relate { .. } | Change::Unrelate { .. } => {
                *ties_changed = true;
                true
            }
            Change::Batch { changes } => changes.iter().all(|change| self.follow(change, ties_changed)),
            Change::Tag { .. }
            | Change::Untag { .. }
            | Change::ConfirmEmpty { .. }
            | Change::Reject { .. }
            | Change::Unreject { .. }
            | Change::TakeUp { .. }
            | Change::PutDown { .. }
            | Change::Judge { .. } => true,
        }
    }

    fn insert(&mut self, place: usize, id: &ObjectId) -> bool {
        let new = Slot::stale(id.clone());
        let slot = if let Some(slot) = self.free.pop() {
            self.slots[slot] = new;
            slot
        } else {
            self.slots.push(new);
            self.slots.len() - 1
        };
        self.order.insert(place, slot);
        self.slot_of.insert(id.clone(), slot).is_none()
    }

    fn remove(&mut self, place: usize) -> bool {
        let slot = self.order.remove(place);
        self.part_from_twins(slot);
        self.index.remove(slot as u64);
        if let Some(class) = self.slots[slot].class {
            self.counts[class] -= 1;
        }
        self.slot_of.remove(&self.slots[slot].id);
        self.free.push(slot);
        true
    }

    /// Looks at the objects that changed; false when the labels are not those that were followed.
    fn refresh(&mut self, labels: &Labels, mut ties_changed: bool) -> bool {
        if self.order.len() != labels.objects.len() {
            return false;
        }
        let mut stale = Vec::new();
        for (place, (&slot, object)) in self.order.iter().zip(&labels.objects).enumerate() {
            let known = &mut self.slots[slot];
            known.place = place;
            if known.is_stale {
                if known.id != object.id {
                    return false;
                }
                known.is_stale = false;
                stale.push(slot);
            }
        }
        for &slot in &stale {
            let before = self.slots[slot].extent.map(|extent| extent.bounds);
            ties_changed |= self.look_at(slot, &labels.objects[self.slots[slot].place]);
            if let Some(extent) = self.slots[slot].extent.filter(|extent| before != Some(extent.bounds)) {
                self.index.insert(slot as u64, extent.bounds);
            }
        }
        for &slot in &stale {
            self.find_twins(slot, labels);
        }
        if ties_changed {
            self.check_relations(labels);
        }
        true
    }

    fn check_relations(&mut self, labels: &Labels) {
        let class_of = |id: &ObjectId| Some(labels.objects[self.slots[*self.slot_of.get(id)?].place].class.as_str());
        self.relations = sample::relation_findings(labels, &self.book, class_of);
    }

    /// Checks an object on its own; true when it is of another class than before, so that its ties may be wrong.
    fn look_at(&mut self, slot: usize, object: &Object) -> bool {
        self.part_from_twins(slot);
        let rules = self.book.class(&object.class);
        let mut faults = std::mem::take(&mut self.slots[slot].faults);
        faults.clear();
        terms::check(object, rules, &mut faults);
        let area_px = shape::check(object, self.image, rules, &mut faults);
        let bounds = object.bounds();
        let before = self.slots[slot].class;
        let class = Some(self.class_number(&object.class));
        for (class, joins) in [(before, false), (class, true)] {
            if let Some(class) = class {
                self.counts[class] = if joins { self.counts[class] + 1 } else { self.counts[class] - 1 };
            }
        }
        let known = &mut self.slots[slot];
        (known.class, known.extent, known.faults) = (class, Some(Extent { bounds, area_px }), faults);
        before.is_some() && before != class
    }

    fn class_number(&mut self, name: &str) -> usize {
        if let Some(&number) = self.class_numbers.get(name) {
            return number;
        }
        self.class_numbers.insert(name.to_owned(), self.counts.len());
        self.counts.push(0);
        self.counts.len() - 1
    }

    fn part_from_twins(&mut self, slot: usize) {
        for (other, _) in std::mem::take(&mut self.slots[slot].twins) {
            self.slots[other].twins.retain(|(twin, _)| *twin != slot);
        }
    }

    /// Finds the twins of an object that changed.
    fn find_twins(&mut self, slot: usize, labels: &Labels) {
        let Some(extent) = self.slots[slot].extent else { return };
        for other in self.index.touching(&extent.bounds) {
            let other = other as usize;
            let (this, that) = (&self.slots[slot], &self.slots[other]);
            // Of two that changed, the first one finds the other.
            let is_known = this.twins.iter().any(|(twin, _)| *twin == other);
            if other != slot && that.class == this.class && !is_known {
                self.hold_against(slot, other, labels);
            }
        }
    }

    /// Finds all twins, class by class.
    fn find_all_twins(&mut self, labels: &Labels) {
        let mut classes: Vec<Vec<(BBox, usize)>> = vec![vec![]; self.counts.len()];
        for (slot, known) in self.slots.iter().enumerate() {
            if let (Some(class), Some(extent)) = (known.class, known.extent) {
                classes[class].push((extent.bounds, slot));
            }
        }
        for boxes in classes {
            each_touching(boxes, |slot, other| self.hold_against(slot, other, labels));
        }
    }

    /// Makes two objects of one class twins if they are.
    fn hold_against(&mut self, slot: usize, other: usize, labels: &Labels) {
        // In the order of their ids, so that the figure does not depend on which of the two changed.
        let (a, b) = if self.slots[slot].id <= self.slots[other].id { (slot, other) } else { (other, slot) };
        let shape = |slot: usize| Some((&labels.objects[self.slots[slot].place].geometry, self.slots[slot].extent?));
        let (Some(a), Some(b)) = (shape(a), shape(b)) else { return };
        if let Some(iou) = overlap(a, b, self.book.rules().duplicate_iou) {
            self.slots[slot].twins.push((other, iou));
            self.slots[other].twins.push((slot, iou));
        }
    }

    /// The later one of two that are nearly the same is the duplicate.
    fn twin_fault(&self, place: usize, slot: &Slot, labels: &Labels) -> Option<Fault> {
        let earlier = slot.twins.iter().filter(|(other, _)| self.slots[*other].place < place);
        let overlap = earlier.map(|(_, iou)| *iou).reduce(f64::max)? * 100.0;
        let class = &labels.objects[place].class;
        let message = say!("finding-duplicate", class = class, overlap = format!("{overlap:.0}"));
        Some(Fault::new(Code::Duplicate, message, Remedy::DeleteDuplicate))
    }
}

/// The rules about how many objects of which classes there are, as far as they are broken.
struct Census<'a> {
    /// The number of each class of which there are too many, with the maximum and those met so far.
    crowded: Vec<(usize, u32, u32)>,
    /// The maximum of all objects, when there are more.
    most: Option<u32>,
    /// The number of each class that is excluded, and the class that excludes it.
    excluded: Vec<(usize, &'a str)>,
}

impl<'a> Census<'a> {
    fn new(checker: &'a Checker) -> Self {
        let rules = checker.book.rules();
        let count = |name: &str| {
            let number = *checker.class_numbers.get(name)?;
            Some((number, checker.counts[number])).filter(|(_, count)| *count > 0)
        };
        let limits = rules.max_count.iter().filter_map(|(name, most)| Some((count(name)?, *most)));
        let crowded = limits.filter(|((_, count), most)| *count > *most as usize);
        let crowded = crowded.map(|((class, _), most)| (class, most, 0)).collect();
        let most = rules.max_count.get(ALL_CLASSES).copied().filter(|most| checker.order.len() > *most as usize);
        let excluded = rules.excludes.iter().filter_map(|[a, b]| {
            let ((a_number, a_count), (b_number, b_count)) = (count(a)?, count(b)?);
            // The rarer class is the one to look at; of equals the second.
            Some(if a_count < b_count { (a_number, b.as_str()) } else { (b_number, a.as_str()) })
        });
        Self { crowded, most, excluded: excluded.collect() }
    }

    fn is_idle(&self) -> bool {
        self.crowded.is_empty() && self.most.is_none() && self.excluded.is_empty()
    }

    /// What is wrong with the next object in drawing order.
    fn faults(&mut self, place: usize, slot: &Slot, labels: &Labels) -> Vec<Fault> {
        let class = &labels.objects[place].class;
        let mut found = Vec::new();
        for (_, most, met) in self.crowded.iter_mut().filter(|(number, ..)| slot.class == Some(*number)) {
            *met += 1;
            if met > most {
                let message = say!("finding-too-many-of-class", class = class, number = *met, most = *most);
                found.push(Fault::new(Code::TooMany, message, None));
            }
        }
        if let Some(most) = self.most.filter(|most| place >= *most as usize) {
            let message = say!("finding-too-many", number = place + 1, most = most);
            found.push(Fault::new(Code::TooMany, message, None));
        }
        for (_, other) in self.excluded.iter().filter(|(number, _)| slot.class == Some(*number)) {
            let message = say!("finding-excluded", class = class, other = *other);
            found.push(Fault::new(Code::Excluded, message, None));
        }
        found
    }
}
