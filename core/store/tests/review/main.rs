//! The way of a sample to gold, and whatever somebody may do to the log behind the store's back.

mod fixture;
mod steps;
mod tampering;
