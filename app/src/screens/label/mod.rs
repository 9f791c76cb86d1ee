//! The Label screen: what should I label now, and how?

mod canvas;
mod classes;
mod editor;
mod feed;
mod findings;
mod gestures;
mod guideline;
mod model;
mod objects;
pub mod queue;
mod queue_list;
pub mod shelf;
mod skip;
mod suggestions;
mod take_in;
mod view;
mod walk;

pub use feed::feed;
pub use gestures::{
    apply_change, change_tier, copy, delete, edit, invoke_class, paste_or_duplicate, pointer, redo, select, set_class,
    step_object, take_tool, toggle_occlusion, undo,
};
pub use model::LabelModel;
pub use suggestions::{accept, accept_all, focus, focus_step, reject, shown_suggestions};
pub use take_in::{take_image, take_queue, take_saliency, take_saved, take_session, take_thumbnail};
pub use view::{LabelViews, read_out, show};
pub use walk::{go_to, reload_queue, skip, step, step_open, submit};
