//! Rules about the shape of the workspace, as functions from what is there to what is wrong with it; the tests of this
//! package apply them to the workspace and to bad examples.
//!
//! Each rule gives a list of sentences, one a violation, that name the place and say what to do. An empty list means that
//! the rule holds.

pub mod dependencies;
pub mod files;
pub mod licences;
pub mod lint;
pub mod names;
pub mod purity;
pub mod source;
pub mod sql;
pub mod words;
pub mod workspace;
