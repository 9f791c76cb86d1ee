//! Dataset formats in and out, releases and manifests.
//!
//! A reader never fails as a whole for a bad row: it returns what it read and a list of located [`Problem`]s. A writer
//! is a pure function of what it is given: the same value gives the same bytes, without times or absolute paths, and
//! nothing half-written is left behind.

pub mod atomic;
pub mod coco;
pub mod manifest;
pub mod release;
pub mod sidecar;

mod error;
mod lenient;
mod time;

pub use error::{ExchangeError, Problem};
pub use time::parse_time_ms;
