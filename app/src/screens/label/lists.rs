//! The two lists of samples: the queue of the Label screen and what the Review screen goes through. One of them is in hand;
//! images, sessions and thumbnails are those of the sample, whichever list it was found in.

use super::LabelModel;
use super::hold::Hold;
use super::queue::QueueModel;
use super::remarks::leave_sample;
use super::view::Hand;
use crate::context::Update;

/// The list that is not in hand, and which one is.
#[derive(Debug, Default)]
pub(super) struct Lists {
    aside: QueueModel,
    is_reviewing: bool,
}

impl LabelModel {
    /// True while the list of what is reviewed is in hand.
    pub fn is_reviewing(&self) -> bool {
        self.lists.is_reviewing
    }

    /// The queue of the Label screen.
    pub fn labelling(&self) -> &QueueModel {
        if self.lists.is_reviewing { &self.lists.aside } else { &self.queue }
    }

    /// The queue of the Label screen, to change it.
    pub fn labelling_mut(&mut self) -> &mut QueueModel {
        if self.lists.is_reviewing { &mut self.lists.aside } else { &mut self.queue }
    }

    /// The list of the Review screen, to change it.
    pub fn reviewing_mut(&mut self) -> &mut QueueModel {
        if self.lists.is_reviewing { &mut self.queue } else { &mut self.lists.aside }
    }
}

/// Takes one of the lists into the hand: that of the Review screen, or the queue of the Label screen. Both keep their
/// places.
pub fn turn_to(update: &mut Update<'_>, reviewing: bool) {
    if update.context.project.as_ref().is_none_or(|project| project.label.lists.is_reviewing == reviewing) {
        return;
    }
    leave_sample(update);
    let Some(project) = &mut update.context.project else { return };
    let label = &mut project.label;
    std::mem::swap(&mut label.queue, &mut label.lists.aside);
    label.lists.is_reviewing = reviewing;
    label.hold = Hold::default();
    label.attribute_mode = None;
    label.quick_class = false;
    label.sample_changed(&project.versions);
    update.views.label.measured = None;
    update.views.label.hand = Hand::Tool;
    update.views.label.live = None;
    update.views.label.rows_in_sight = 0..0;
}
