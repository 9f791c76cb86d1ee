//! The command line as a person or a script meets it: the built program, run on generated data.

mod coco_files;
mod grammar;
mod import;
mod interrupt;
mod models;
mod new;
mod projects;
mod support;
