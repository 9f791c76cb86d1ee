//! What the Label screen works on: the current sample, its session, the selection, the tool in hand.

use std::collections::{BTreeMap, BTreeSet, HashSet, VecDeque};

use concord_domain::change::Change;
use concord_domain::check::Finding;
use concord_domain::object::{Object, ObjectId, SuggestionId};
use concord_domain::sample::SampleId;
use concord_domain::tool::{Options, Preview, Tool, ToolKind};
use concord_language::tr;
use concord_project::Versions;
use concord_project::label::Session;
use concord_widgets::canvas::{CanvasImage, OverlayMap};

use super::explain::Explain;
use super::hold::Hold;
use super::lists::Lists;
use super::modes::AttributeMode;
use super::prompting::Prompting;
use super::queue::QueueModel;
use super::shelf::Shelf;
use super::stopwatch::Stopwatch;
use crate::error_text::ErrorText;

/// Objects that may be touched singly before the canvas takes them all over again.
const MOST_TOUCHED: usize = 256;

/// The state of the Label screen.
#[derive(Debug)]
pub struct LabelModel {
    /// The samples in order, of the screen whose turn it is: the queue, or the list of what is reviewed.
    pub queue: QueueModel,
    pub(super) lists: Lists,
    /// Images, sessions and maps at hand.
    pub shelf: Shelf,
    /// The selected objects.
    pub selection: Selection,
    /// The focused suggestion.
    pub suggestion: Option<SuggestionId>,
    /// Runs whose suggestions a person chose to see or not, by id; of the others the newest is shown.
    pub layers: BTreeMap<String, bool>,
    /// Suggestions of what is labelled already.
    pub matched: HashSet<SuggestionId>,
    /// The class of the next object.
    pub next_class: String,
    /// True while one class is locked and every gesture draws.
    pub quick_class: bool,
    /// The attribute that is set object by object, while that is going on.
    pub attribute_mode: Option<AttributeMode>,
    /// The tool in hand.
    pub tool: Tool,
    /// What a person set about the tools.
    pub options: Options,
    /// What a gesture shows.
    pub preview: Option<Preview>,
    /// Objects that are not shown.
    pub hidden: BTreeSet<ObjectId>,
    /// Objects that cannot be altered.
    pub locked: BTreeSet<ObjectId>,
    /// What breaks the ontology or the policy.
    pub findings: Vec<Finding>,
    /// True after a submission was refused, until the findings change.
    pub refused: bool,
    /// Grows whenever all that is drawn of the labels must be drawn anew.
    pub revision: u64,
    /// Single objects that changed, each with a number that grows.
    touched: VecDeque<(u64, ObjectId)>,
    touches: u64,
    /// Whether the saliency is shown.
    pub saliency_on: bool,
    /// The saliency.
    pub explain: Explain,
    /// What is known about pointing at things.
    pub prompting: Prompting,
    /// What is held for the person at the desk.
    pub hold: Hold,
    /// What was copied.
    pub clipboard: Vec<Object>,
    /// The objects of the sample that was left last.
    pub last_objects: Vec<Object>,
    /// The time worked on the current sample, and when it was opened (milliseconds since 1970 UTC).
    pub(super) time: Option<Stopwatch>,
}

/// The selected objects, and the one whose properties are shown.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Selection {
    ids: BTreeSet<ObjectId>,
    main: Option<ObjectId>,
    revision: u64,
    is_drawn: bool,
}

impl Selection {
    /// The selected ids.
    pub fn ids(&self) -> &BTreeSet<ObjectId> {
        &self.ids
    }

    /// The selected ids as a list.
    pub fn to_vec(&self) -> Vec<ObjectId> {
        self.ids.iter().cloned().collect()
    }

    /// The object whose properties are shown: the one selected last.
    pub fn main(&self) -> Option<&ObjectId> {
        self.main.as_ref()
    }

    /// True without a selected object.
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// Grows with every change.
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// True when the objects are selected because they were drawn just now, and not because somebody selected them.
    pub fn is_drawn(&self) -> bool {
        self.is_drawn
    }

    /// Says whether the selection was drawn just now.
    pub fn set_drawn(&mut self, is_drawn: bool) {
        self.is_drawn = is_drawn;
    }

    /// Makes these the selection; the last one is the main one.
    pub fn set(&mut self, ids: impl IntoIterator<Item = ObjectId>) {
        self.is_drawn = false;
        let (mut selected, mut main) = (BTreeSet::new(), None);
        for id in ids {
            main = Some(id.clone());
            selected.insert(id);
        }
        self.become_other(selected, main);
    }

    /// Changes the selection. The main object becomes one that was added; when it is no longer in the selection,
    /// another one takes its place.
    pub fn change(&mut self, change: impl FnOnce(&mut BTreeSet<ObjectId>)) {
        let mut ids = self.ids.clone();
        change(&mut ids);
        let added = ids.difference(&self.ids).last().cloned();
        let kept = self.main.clone().filter(|main| ids.contains(main));
        let main = added.or(kept).or_else(|| ids.last().cloned());
        self.become_other(ids, main);
    }

    fn become_other(&mut self, ids: BTreeSet<ObjectId>, main: Option<ObjectId>) {
        if (&self.ids, &self.main) != (&ids, &main) {
            self.is_drawn = false;
            (self.ids, self.main) = (ids, main);
            self.revision += 1;
        }
    }
}

impl LabelModel {
    /// The screen of a project that was just opened; `image_bytes` are kept of images.
    pub fn new(versions: &Versions, image_bytes: u64) -> Self {
        let next_class = versions.ontology.classes.first().map(|c| c.name.clone()).unwrap_or_default();
        Self {
            queue: QueueModel::default(),
            lists: Lists::default(),
            shelf: Shelf::new(image_bytes),
            selection: Selection::default(),
            suggestion: None,
            layers: BTreeMap::new(),
            matched: HashSet::new(),
            next_class,
            quick_class: false,
            attribute_mode: None,
            tool: Tool::new(ToolKind::Box),
            options: Options::default(),
            preview: None,
            hidden: BTreeSet::new(),
            locked: BTreeSet::new(),
            findings: vec![],
            refused: false,
            revision: 0,
            touched: VecDeque::new(),
            touches: 0,
            saliency_on: false,
            explain: Explain::default(),
            prompting: Prompting::default(),
            hold: Hold::default(),
            clipboard: vec![],
            last_objects: vec![],
            time: None,
        }
    }

    /// The current sample.
    pub fn sample(&self) -> Option<&SampleId> {
        self.queue.current().map(|r| &r.sample)
    }

    /// The session on the current sample, once it is loaded.
    pub fn session(&self) -> Option<&Session> {
        self.shelf.sessions.get(self.sample()?)
    }

    /// The session on the current sample, to change it.
    pub fn session_mut(&mut self) -> Option<&mut Session> {
        let sample = self.queue.current()?.sample.clone();
        self.shelf.sessions.get_mut(&sample)
    }

    /// The image of the current sample and of no other, once it is there.
    pub fn image(&self) -> Option<&CanvasImage> {
        self.shelf.images.get(self.sample()?).map(|loaded| &loaded.image)
    }

    /// The saliency map of the current sample, when it is wanted and there.
    pub fn saliency(&self) -> Option<&OverlayMap> {
        if self.saliency_on { self.explain.map() } else { None }
    }

    /// Why the image or the session of the current sample cannot be shown.
    pub fn failure(&self) -> Option<&ErrorText> {
        self.shelf.failed.get(self.sample()?)
    }

    /// The selected object whose properties are shown.
    pub fn selected(&self) -> Option<&Object> {
        self.session()?.labels.object(self.selection.main()?)
    }

    /// The selected objects in drawing order.
    pub fn selected_objects(&self) -> Vec<&Object> {
        let objects = self.session().map(|s| s.labels.objects.as_slice()).unwrap_or_default();
        match self.selection.ids().len() {
            0 => vec![],
            1 => self.selected().into_iter().collect(),
            _ => objects.iter().filter(|o| self.selection.ids().contains(&o.id)).collect(),
        }
    }

    /// Selected objects that are not locked.
    pub fn editable_ids(&self) -> Vec<ObjectId> {
        self.selection.ids().difference(&self.locked).cloned().collect()
    }

    /// Takes note that a change was made to the labels of the current sample.
    pub fn changed(&mut self, change: &Change, versions: &Versions) {
        self.hold.touch();
        self.touch(change);
        self.settle(versions);
    }

    /// Takes note that other labels are shown from now on: everything is checked and drawn anew.
    pub fn labels_changed(&mut self, versions: &Versions) {
        self.revision += 1;
        self.settle(versions);
    }

    fn touch(&mut self, change: &Change) {
        match change {
            Change::Insert { index, object } => {
                let is_last = self.session().is_some_and(|s| index + 1 == s.labels.objects.len());
                if is_last { self.touch_object(object.id.clone()) } else { self.revision += 1 }
            }
            Change::Remove { object, .. } => self.touch_object(object.id.clone()),
            Change::Replace { after, .. } => self.touch_object(after.id.clone()),
            Change::Batch { changes } if changes.len() < MOST_TOUCHED / 2 => {
                for change in changes {
                    self.touch(change);
                }
            }
            Change::Batch { .. } | Change::Reorder { .. } | Change::Reject { .. } | Change::Unreject { .. } => {
                self.revision += 1;
            }
            Change::Tag { .. }
            | Change::Untag { .. }
            | Change::Relate { .. }
            | Change::Unrelate { .. }
            | Change::ConfirmEmpty { .. }
            | Change::TakeUp { .. }
            | Change::PutDown { .. }
            | Change::Judge { .. } => {}
        }
    }

    /// Has one object drawn anew.
    pub fn touch_object(&mut self, id: ObjectId) {
        self.touches += 1;
        self.touched.push_back((self.touches, id));
        if self.touched.len() > MOST_TOUCHED {
            self.touched.clear();
            self.revision += 1;
        }
    }

    /// The objects that were touched after touch number `seen`, and the number of the last touch.
    pub fn touched_since(&self, seen: u64) -> (BTreeSet<&ObjectId>, u64) {
        (self.touched.iter().filter(|(n, _)| *n > seen).map(|(_, id)| id).collect(), self.touches)
    }

    /// Checks the labels, and forgets a selection that is gone.
    fn settle(&mut self, versions: &Versions) {
        self.refused = false;
        self.findings = self.session_mut().map(|s| s.findings(versions)).unwrap_or_default();
        let session = self.queue.current().and_then(|r| self.shelf.sessions.get(&r.sample));
        let selection = &mut self.selection;
        match session {
            Some(session) => {
                let there: HashSet<&ObjectId> = session.labels.objects.iter().map(|o| &o.id).collect();
                selection.change(|ids| ids.retain(|id| there.contains(id)));
            }
            None => selection.set([]),
        }
        let matched = session.map(Session::matched_suggestions).unwrap_or_default();
        if matched != self.matched {
            self.matched = matched;
            self.revision += 1;
        }
        let open = |session: &Session| session.open_suggestions().any(|s| Some(&s.id) == self.suggestion.as_ref());
        if !session.is_some_and(open) {
            self.suggestion = None;
        }
        let state = session.filter(|_| !self.is_reviewing()).map(|s| (s.sample.id.clone(), s.status.is_submitted()));
        if let Some((sample, submitted)) = state {
            self.queue.mark(&sample, submitted);
        }
    }

    /// Takes note that another sample is current.
    pub fn sample_changed(&mut self, versions: &Versions) {
        self.selection.set([]);
        self.hidden.clear();
        self.locked.clear();
        self.suggestion = None;
        self.preview = None;
        self.tool = Tool::new(self.tool.kind());
        let was_done = self.sample().is_some_and(|s| self.queue.is_done(s));
        let sample = self.sample().cloned();
        self.labels_changed(versions);
        if self.attribute_mode.is_some() {
            let first = self.session().and_then(|s| s.labels.objects.first()).map(|o| o.id.clone());
            self.selection.set(first);
        }
        // A skipped sample stays done although its labels are a draft.
        if let Some(sample) = sample.filter(|_| was_done) {
            self.queue.mark(&sample, true);
        }
    }

    /// The name of an object in lists and for screen readers: its class and its place, such as "bolt 3".
    pub fn object_name(session: &Session, place: usize) -> String {
        let class = session.labels.objects.get(place).map_or(tr!("label-object"), |o| o.class.as_str());
        format!("{class} {}", place + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_object_selected_last_is_the_one_that_is_shown() {
        let id = |name: &str| ObjectId(name.to_owned());
        let mut selection = Selection::default();
        selection.set([id("b"), id("a")]);
        assert_eq!(selection.main(), Some(&id("a")));
        selection.change(|ids| {
            ids.insert(id("c"));
        });
        assert_eq!(selection.main(), Some(&id("c")));
        selection.change(|ids| {
            ids.remove(&id("c"));
        });
        assert!(selection.main().is_some_and(|main| selection.ids().contains(main)));
        let before = selection.revision();
        selection.change(|_| {});
        assert_eq!(selection.revision(), before, "nothing changed");
        selection.set([]);
        assert_eq!((selection.main(), selection.is_empty()), (None, true));
    }
}
