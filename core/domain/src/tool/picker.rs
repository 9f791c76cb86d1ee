//! Picking by click: the topmost object first, then what lies under it.

use concord_geometry::Point;

use super::Input;
use super::outcome::{Outcome, SelectionChange};

/// What clicks picked so far.
#[derive(Debug, Clone, Default)]
pub(super) struct Picker {
    last: Option<Point>,
}

impl Picker {
    /// A click picks the topmost object; clicks that follow at the same place pick what lies under the one selected,
    /// and the topmost again after the lowest. With Shift it adds the topmost to the selection or takes it out.
    pub(super) fn click(&mut self, at: Point, input: &Input<'_>) -> Outcome {
        let hits = input.scene.hits_at(at);
        let repeats = self.last.replace(at).is_some_and(|last| input.scene.is_click(last, at));
        if input.modifiers.add {
            let topmost = hits.into_iter().next();
            return topmost.map_or(Outcome::Nothing, |id| Outcome::Select(SelectionChange::Toggle(vec![id])));
        }
        let selection = input.scene.selection;
        let only = selection.first().filter(|_| selection.len() == 1);
        let under = only.filter(|_| repeats).and_then(|id| hits.iter().position(|hit| hit == id));
        let place = under.map_or(0, |place| (place + 1) % hits.len());
        match hits.get(place) {
            Some(id) if only == Some(id) => Outcome::Nothing,
            Some(id) => Outcome::Select(SelectionChange::Set(vec![id.clone()])),
            None if selection.is_empty() => Outcome::Nothing,
            None => Outcome::Select(SelectionChange::Clear),
        }
    }

    /// Takes note that something was picked at a place by a press.
    pub(super) fn note(&mut self, at: Point) {
        self.last = Some(at);
    }

    /// Forgets the last place: a click there begins with the topmost again.
    pub(super) fn forget(&mut self) {
        self.last = None;
    }
}
