//! Ontology, policy, label sets, edits, tools, slices and gates: values and pure rules, without I/O, clock or randomness.
//!
//! The words are those of the manual's glossary; a label set is everything one annotator said about one sample.

pub mod activity;
pub mod change;
pub mod check;
pub mod config;
pub mod decision;
pub mod digest;
pub mod disagreement;
pub mod draw;
pub mod edit;
pub mod gate;
pub mod gold;
pub mod judgement;
pub mod label_set;
pub mod migration;
pub mod model;
pub mod names;
pub mod object;
pub mod ontology;
pub mod opinions;
pub mod policy;
pub mod rejection;
pub mod review;
pub mod role;
pub mod sample;
pub mod slice;
pub mod suggestion;
pub mod tool;
pub mod undo;

mod error;

pub use error::DomainError;
