//! Dataset formats in and out, releases and manifests, signatures of files.
//!
//! A reader never fails as a whole for a bad row: it returns what it read and a list of located [`Problem`]s. A writer
//! is a pure function of what it is given: the same value gives the same bytes, without times or absolute paths, and
//! nothing half-written is left behind.

pub mod atomic;
pub mod coco;
pub mod manifest;
pub mod release;
pub mod sidecar;
pub mod signature;

mod error;
mod lenient;
mod time;

pub use error::{ExchangeError, Problem};
pub use signature::{
    InvalidReason, KeyId, Legacy, SignatureError, TrustedKey, TrustedKeys, Verdict, signature_path, verify_bytes,
    verify_file,
};
pub use time::parse_time_ms;
