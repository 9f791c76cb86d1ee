//! The belt on the command line: `conveyor export DIR --scenes N --seed S [--camera A] [--lighting bright]` and
//! `conveyor examples DIR`.

use std::io::Write as _;
use std::path::Path;
use std::process::ExitCode;

use concord_conveyor::capture::{Camera, Lighting};
use concord_conveyor::{ExportOptions, export, export_guideline_examples};

const USAGE: &str = "Usage: conveyor export DIR [--scenes N] [--seed S] [--camera A|B] [--lighting bright|dim]
       conveyor examples DIR

export renders an inspection belt into DIR: images/*.jpg, metadata.csv, truth.json (COCO with masks) and
labels/*.json (COCO, what three simulated annotators drew).

  --scenes N     number of scenes (default 400)
  --seed S       seed of everything random (default 7)
  --camera C     takes every scene with this camera
  --lighting L   takes every scene in this light

examples renders the pictures of the labelling guideline into DIR.
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let outcome = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["export", dir, ref options @ ..] => run_export(Path::new(dir), options),
        ["examples", dir] => run_examples(Path::new(dir)),
        _ => Err(USAGE.to_owned()),
    };
    match outcome {
        Ok(text) => {
            // A closed pipe is no reason to fail: the files are written.
            let _ = std::io::stdout().write_all(text.as_bytes());
            ExitCode::SUCCESS
        }
        Err(text) => {
            let _ = std::io::stderr().write_all(format!("{text}\n").as_bytes());
            ExitCode::FAILURE
        }
    }
}

fn run_export(dir: &Path, options: &[&str]) -> Result<String, String> {
    let truth = export(dir, &parse(options)?, |_, _| true).map_err(|error| error.to_string())?;
    Ok(format!("{} scenes with {} parts in {}\n", truth.images.len(), truth.annotations.len(), dir.display()))
}

fn run_examples(dir: &Path) -> Result<String, String> {
    let count = export_guideline_examples(dir).map_err(|error| error.to_string())?;
    Ok(format!("{count} pictures in {}\n", dir.display()))
}

fn parse(arguments: &[&str]) -> Result<ExportOptions, String> {
    let mut options = ExportOptions::default();
    for pair in arguments.chunks(2) {
        let [name, value] = pair else { return Err(format!("{} needs a value\n\n{USAGE}", pair[0])) };
        let wrong = || format!("{name} cannot be {value}\n\n{USAGE}");
        match *name {
            "--scenes" => options.scenes = value.parse().map_err(|_| wrong())?,
            "--seed" => options.seed = value.parse().map_err(|_| wrong())?,
            "--camera" => options.camera = Some(Camera::from_name(value).ok_or_else(wrong)?),
            "--lighting" => options.lighting = Some(Lighting::from_name(value).ok_or_else(wrong)?),
            _ => return Err(format!("unknown option {name}\n\n{USAGE}")),
        }
    }
    Ok(options)
}
