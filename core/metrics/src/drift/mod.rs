//! Has the data moved? Population stability index, Kolmogorov–Smirnov test, correction for many tests.

mod ks;
mod many;
mod psi;

pub use ks::{KsMethod, KsTest, ks_two_sample};
pub use many::benjamini_hochberg;
pub use psi::{
    Band, NumericBaseline, Psi, PsiBin, PsiOptions, Smoothing, psi_categorical, psi_counts, psi_null_quantile,
    psi_numeric,
};
