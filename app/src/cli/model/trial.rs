//! `concord try-model`: opens a model in a process of its own, for `concord model add` and the window. It is no command
//! for people and does not show in the help.

use std::path::PathBuf;

use clap::Args;
use concord_inference::EngineOptions;
use concord_project::model;

use super::super::context::{Context, onnxruntime_library};
use super::super::error::Failure;
use super::super::exit::Exit;

/// Open a model and run it once
#[derive(Debug, Args)]
pub(crate) struct TrialArgs {
    /// The model file
    model: PathBuf,
    /// Its model.toml, when it does not lie beside it
    card: Option<PathBuf>,
}

/// Opens the model under a limit of memory, so that one that asks for more fails here and harms nobody.
pub(crate) fn try_model(args: &TrialArgs, _context: &Context) -> Result<Exit, Failure> {
    bind_to_parent();
    limit_memory();
    let engine = EngineOptions { ort_library: onnxruntime_library(), ..EngineOptions::default() };
    model::try_model(&args.model, args.card.as_deref(), &engine)?;
    Ok(Exit::Done)
}

/// Ends this process when the one that asked for the trial ends: a model that runs for ever must not outlive it.
#[cfg(target_os = "linux")]
fn bind_to_parent() {
    // Where it cannot be had, the trial ends by its time limit.
    let _ = rustix::process::set_parent_process_death_signal(Some(rustix::process::Signal::KILL));
}

#[cfg(not(target_os = "linux"))]
fn bind_to_parent() {}

/// Holds the process to the memory that is free now. Where the system tells nothing, there is no limit.
#[cfg(target_os = "linux")]
fn limit_memory() {
    use rustix::process::{Resource, Rlimit, setrlimit};

    let kib = |text: &str, key: &str| -> Option<u64> {
        text.lines().find_map(|line| line.strip_prefix(key)?.split_whitespace().next()?.parse().ok())
    };
    let read = |path: &str| std::fs::read_to_string(path).unwrap_or_default();
    let free = kib(&read("/proc/meminfo"), "MemAvailable:");
    let mapped = kib(&read("/proc/self/status"), "VmSize:");
    if let (Some(free), Some(mapped)) = (free, mapped) {
        let limit = (mapped + free) * 1024;
        // A limit that cannot be set leaves things as they were.
        let _ = setrlimit(Resource::As, Rlimit { current: Some(limit), maximum: Some(limit) });
    }
}

#[cfg(not(target_os = "linux"))]
fn limit_memory() {}
