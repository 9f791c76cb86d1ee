//! What to look at next: uncertainty of boxes and images, queue scores, and a fair, fixed order.

mod diversity;
mod ensemble;
mod grouping;
mod kmeans;
mod order;
mod points;
mod queue;
mod ranked_pool;
mod replay;
mod slice_weights;
mod sort;
mod ties;
mod uncertainty;
mod views;

pub use diversity::{Pick, PickRule, Pool, cover_radius, select_batch};
pub use ensemble::{localisation_deviation, localisation_entropy, mutual_information, variation_ratio};
pub use grouping::{TaskSize, group_tasks};
pub use kmeans::{KMeans, MAX_LABELLED, summarise};
pub use order::{ecdf_ranks, order, order_top};
pub use points::{Points, normalise_rows};
pub use queue::{QueueExponents, combine_ranks, queue_score, queue_score_with, slice_weight, staleness};
pub use ranked_pool::{Combination, RankWeights, RankedPool};
pub use replay::{Replayed, labels_to_recall, recall_after};
pub use uncertainty::{
    Aggregation, MIN_AGREED_SCORE, MIN_BOX_SCORE, aggregate, binary_entropy_bits, class_rarity_weight, entropy,
    entropy_normalised, image_uncertainties, image_uncertainty, least_confidence, least_confidence_normalised, margin,
};
pub use views::{VIEW_IOU, ViewBox, ViewCluster, cluster_partial_views, cluster_views, view_uncertainty};
