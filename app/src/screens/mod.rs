//! The screens. Each answers one question; they read the context and send what they ask for.

pub mod activity;
pub mod agreement;
pub mod label;
pub mod models;
pub mod policy;
pub mod review;
pub mod start;
