//! `cargo xtask demo`: from a fresh machine to Concord on its sample project, in one command.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::args::DemoOptions;
use crate::chain::{self, Places, Stop};
use crate::clock::{Ending, Steps, ending_of};
use crate::exec;
use crate::packages;
use crate::say;
use crate::{display, workspace};

/// Installs, builds and shows. Gives the exit code of the first thing that went wrong; 0 when nothing did.
pub(crate) fn demo(options: &DemoOptions) -> u8 {
    let display = if options.headless { Err("asked for with --headless".to_owned()) } else { display::find() };
    let root = workspace::root();
    let mut steps = Steps::default();
    prepare(&mut steps, &root, display.is_ok());
    if steps.code() == 0 {
        match places(options, &root) {
            Ok(places) => show(&mut steps, &places, display),
            Err(problem) => {
                say::error(&problem);
                return exec::FAILED;
            }
        }
    }
    say::heading("Steps");
    say::line(&steps.table());
    steps.code()
}

fn prepare(steps: &mut Steps, root: &Path, window: bool) {
    let ready = steps.step("System packages", || {
        if window {
            packages::libraries(packages::WINDOW);
        }
        ending_of(if packages::compiler() { 0 } else { exec::FAILED })
    });
    if !matches!(ready, Ending::Failed(_)) {
        steps.step("Build", || ending_of(exec::run(&mut workspace::build(root))));
    }
}

fn places(options: &DemoOptions, root: &Path) -> Result<Places, String> {
    let project = options.project.clone().unwrap_or_else(|| root.join("target/demo/conveyor"));
    let project = std::path::absolute(&project)
        .map_err(|error| format!("cannot tell which folder {} is: {error}", project.display()))?;
    let results = free_folder(&project, Path::exists);
    Ok(Places { project: workspace::shown(&project), results: workspace::shown(&results), scenes: options.scenes })
}

/// A folder beside the project that is not there yet, so that nothing of an earlier demo is overwritten.
fn free_folder(project: &Path, exists: impl Fn(&Path) -> bool) -> PathBuf {
    let name = project.file_name().map_or_else(|| "demo".into(), |name| name.to_string_lossy().into_owned());
    let names = std::iter::once(format!("{name}-results")).chain((2_u32..).map(|n| format!("{name}-results-{n}")));
    let mut folders = names.map(|name| project.with_file_name(name));
    folders.find(|folder| !exists(folder)).unwrap_or_else(|| project.with_file_name("results"))
}

fn show(steps: &mut Steps, places: &Places, display: Result<String, String>) {
    let application = match workspace::application() {
        Ok(path) => workspace::shown(&path),
        Err(error) => {
            steps.step("Find the application", || {
                say::error(&format!("cannot tell where xtask itself lies: {error}"));
                Ending::Failed(exec::FAILED)
            });
            return;
        }
    };
    if places.project.join("concord.toml").is_file() {
        steps.step(chain::SAMPLE.title, || Ending::Skipped(format!("{} is there", places.project.display())));
    } else if matches!(stop(steps, &application, &chain::SAMPLE, places), Ending::Failed(_)) {
        return;
    }
    match display {
        Ok(name) => {
            say::line(&format!("\nOpening the window on {name}. Close it to end the demo."));
            say::line("The same through the command line: cargo xtask demo --headless");
            if !matches!(stop(steps, &application, &chain::RUN, places), Ending::Failed(_)) {
                stop(steps, &application, &chain::OPEN, places);
            }
        }
        Err(why) => {
            say::line(&format!("\nNo window ({why}): the same way of the data through the command line."));
            tour(steps, &application, places);
        }
    }
}

fn tour(steps: &mut Steps, application: &Path, places: &Places) {
    for each in chain::TOUR {
        if matches!(stop(steps, application, each, places), Ending::Failed(_)) {
            say::line("\nThe tour ends here: what follows would build on this step.");
            return;
        }
    }
    say::heading("Where the results are");
    say::line(&format!("  {:40} the project: images, database, model, policy", places.project.display()));
    for entry in listing(&places.results) {
        say::line(&format!("  {}", entry.display()));
    }
    say::line(&format!("Look at it in a window later: {} open {}", application.display(), places.project.display()));
}

fn stop(steps: &mut Steps, application: &Path, stop: &Stop, places: &Places) -> Ending {
    steps.step(stop.title, || {
        let code = exec::run(Command::new(application).args(stop.filled(places)));
        match stop.meaning(code) {
            Some("") => Ending::Good(String::new()),
            Some(meaning) => {
                say::line(&format!("Exit code {code} is the answer expected here: {meaning}."));
                Ending::Good(format!("exit code {code} is expected"))
            }
            None => Ending::Failed(code),
        }
    })
}

/// What lies in the folder and one level below, in order of name; empty when the folder is not there.
fn listing(folder: &Path) -> Vec<PathBuf> {
    let below = entries(folder);
    below.into_iter().flat_map(|entry| std::iter::once(entry.clone()).chain(entries(&entry))).collect()
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> =
        std::fs::read_dir(folder).map(|all| all.flatten().map(|entry| entry.path()).collect()).unwrap_or_default();
    found.sort();
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_of_an_earlier_demo_are_kept() {
        let project = Path::new("demo/conveyor");
        assert_eq!(free_folder(project, |_| false), Path::new("demo/conveyor-results"));
        let taken = [Path::new("demo/conveyor-results"), Path::new("demo/conveyor-results-2")];
        assert_eq!(free_folder(project, |folder| taken.contains(&folder)), Path::new("demo/conveyor-results-3"));
    }

    #[test]
    fn results_are_listed_in_order_with_one_level_below() {
        let folder = std::env::temp_dir().join(format!("xtask-listing-{}", std::process::id()));
        std::fs::create_dir_all(folder.join("b/deep/deeper")).expect("the temporary folder can be written");
        std::fs::write(folder.join("a.txt"), "").expect("the temporary folder can be written");
        assert_eq!(listing(&folder), [folder.join("a.txt"), folder.join("b"), folder.join("b/deep")]);
        assert!(listing(&folder.join("missing")).is_empty());
        std::fs::remove_dir_all(&folder).expect("the temporary folder can be removed");
    }
}
