//! The log, SQLite, the catalogue and the folds: where a project's facts, decisions and state are kept.
//!
//! There is one write path: [`Store::commit`] and [`Store::bulk`] write log rows, folded state and facts in one
//! transaction. State tables are a pure fold of the log; [`verify`](fn@verify) rebuilds them and compares.

mod campaigns;
mod catalogue;
mod columns;
mod committer;
mod error;
mod fold;
mod label_rows;
mod lock;
mod log;
mod pending;
mod read;
mod registry;
mod review;
mod runs;
mod schema;
mod store;
mod tasks;
mod verify;
mod versions;
mod work;

pub use campaigns::{CampaignRow, CampaignTask};
pub use catalogue::{CatalogueEntry, ImportProblem, import_digest};
pub use columns::{Beside, BoxRow, IdRange, ScoreRow};
pub use committer::{Committed, Committer};
pub use error::StoreError;
pub use log::{Entry, LogRow};
pub use pending::PendingRun;
pub use read::{CommentRow, QuarantinedRow, Reader, ReleaseRow, Revision};
pub use registry::RegistryRow;
pub use review::{GoldRow, Return};
pub use runs::{ModelRecord, RunDigest};
pub use store::{Bulk, DATABASE, Store, is_older};
pub use tasks::TaskRow;
pub use verify::{Difference, Verification, verify};
pub use work::{Submission, TaskTime, Wanted};
