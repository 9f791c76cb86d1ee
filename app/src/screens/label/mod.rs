//! The Label screen: what should I label now, and how?

mod canvas;
mod classes;
mod clip;
mod comments;
mod editor;
mod explain;
mod feed;
mod findings;
mod gestures;
mod go_to;
mod guideline;
mod history;
mod hold;
mod lists;
mod model;
mod modes;
mod objects;
mod ontology_keys;
mod panels;
mod pointer;
mod prompting;
mod propagate;
mod properties;
pub mod queue;
mod queue_list;
mod remarks;
mod renew;
mod seek;
mod selection;
pub mod shelf;
mod skip;
mod stopwatch;
mod suggestion_card;
mod suggestions;
mod tags;
mod take_in;
mod tone;
mod view;
mod walk;
mod words;

pub(crate) use canvas::{object_shape, show as show_canvas};
pub use clip::{copy, interpolate, paste_or_duplicate, propagate_selection, repeat_last, take_copies};
pub use explain::{
    Explain, bring_maps_in, feed_saliency, perform_saliency, take_maps, take_saliency, take_saliency_look,
};
pub use feed::{feed, take_refined};
pub use gestures::{
    apply_change, arrange, confirm_empty, delete, edit, group, judge, redo, relate, revert_to, take_up_again, undo,
    ungroup,
};
pub use go_to::Search;
pub use hold::{give_back, keep_hold, snooze, take_lease};
pub use lists::turn_to;
pub use model::LabelModel;
pub use modes::{
    BRUSH_RADIUS, resize_brush, set_brush, show_object, step_attribute, toggle_attribute_mode, toggle_extreme_points,
    toggle_quick_class,
};
pub use ontology_keys::take_ontology_keys;
pub(crate) use panels::{Layout, Panel, show as show_panels};
pub use pointer::{
    convert, delete_point, fit, flip, give_up, grow, join, nudge, place_object, pointer, redraw, rotate, take_tool,
    tool_key,
};
pub use prompting::{Prompting, set_prompt_replaces, set_prompter, take_prompted};
pub use properties::{change_tier, cycle_attribute, cyclic_attribute, invoke_class, set_class, set_subclass};
pub use remarks::{add_comment, count_time, leave, leave_sample, open_comment, settle_comment};
pub use renew::renew;
pub use seek::show_sample;
pub use selection::{
    hide, hide_all, lock, lock_all, select, select_all, step_object, toggle_hidden, toggle_locked, toggle_selected,
};
pub use suggestions::{
    accept, accept_all, are_shown, focus, focus_step, is_shown, reject, show_layer, shown_suggestions,
};
pub use take_in::{take_image, take_noted, take_queue, take_saved, take_session, take_thumbnail, take_tile};
pub use view::{LabelViews, read_out, show};
pub(crate) use view::{show_objects, show_windows};
pub use walk::{go_to, jump, reload_queue, say_saved, skip, step, step_open, submit};
pub(crate) use words::{kind, tier, value};
