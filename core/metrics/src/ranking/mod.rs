//! What to look at next: uncertainty of boxes and images, queue scores, and a fair, fixed order.

mod order;
mod queue;
mod uncertainty;

pub use order::{ecdf_ranks, order};
pub use queue::{QueueExponents, combine_ranks, queue_score, queue_score_with, slice_weight, staleness};
pub use uncertainty::{
    Aggregation, MIN_BOX_SCORE, aggregate, binary_entropy_bits, class_rarity_weight, entropy, entropy_normalised,
    image_uncertainty, least_confidence, least_confidence_normalised, margin,
};
