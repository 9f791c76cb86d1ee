//! Flows through the real app, found by accessible names, and a few pictures of it.

mod common;
mod label_flows;
mod pictures;
mod shell_flows;
