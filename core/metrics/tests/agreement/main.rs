//! Agreement and consensus against what other packages make of the same data; `data/make_agreement.py` wrote it.

mod coefficients;
mod consensus;
mod matching;
mod support;
