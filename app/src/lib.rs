//! Concord: the window with its screens and actions, and the command line.

pub mod actions;
pub mod app;
pub mod cli;
pub mod context;
pub mod error_text;
pub mod jobs;
pub mod keymap;
pub mod messages;
mod pictures;
pub mod screens;
pub mod settings;
mod shell;
pub mod window;
