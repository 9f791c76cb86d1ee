//! `concord saliency`: can saliency maps be believed, and maps of other tools brought in?

use std::fmt::Write as _;
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use concord_inference::saliency::{DRiseOptions, INTERACTIVE_MASKS, Method, OcclusionOptions};
use concord_metrics::Metric;
use concord_project::model::{NamedModel, open as open_model};
use concord_project::saliency::{
    Figures, ImportedMaps, SanityOptions, SanityReport, has_imported_maps, import_maps, sanity,
};
use concord_project::{Project, ProjectError};

use super::context::{Context, open_project};
use super::error::Failure;
use super::exit::Exit;
use super::output::{counted, metric, problems};
use super::table::{Side, Table};

/// Hold saliency maps against the labels, or bring maps in
///
/// Explains labelled objects with each method and tells whether the maps can be believed. Pointing game: does the highest
/// place of the map lie on the object (15 pixels beside it on a side of 224 count), beside what a place drawn at random
/// would hit. Energy: the share of the map inside the object's box. Deletion and insertion: the area under the object's
/// score while the most salient pixels are taken away first (low is good), or put into a blurred image first (high is
/// good). EigenCAM and Grad-CAM know no single object: their one map of an image is held against each of its objects.
/// Objects that the model does not find are left out. Maps are kept in cache/saliency and found again.
///
/// With --import it brings in maps of another tool instead: grey pictures (.png) or arrays of NumPy (.npy), each named
/// like its image. They are kept in the project's folder `saliency`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  concord saliency belt
  concord saliency belt --methods eigencam,occlusion --limit 50 --steps 100
  concord saliency belt --methods eigencam --tensor /model.9/cv2/Conv_output_0
  concord saliency belt --import maps")]
pub(crate) struct SaliencyArgs {
    /// Folder of the project
    project: PathBuf,
    /// Bring in a map, or the maps of a folder, instead
    #[arg(long, value_name = "PATH", conflicts_with_all = ["model", "methods"])]
    import: Option<PathBuf>,
    /// ONNX file, or the name of a model that the project knows; the model of the latest run when left out
    #[arg(long, value_name = "NAME")]
    model: Option<String>,
    /// Methods, parted by commas; all that the model offers when left out
    #[arg(long, value_delimiter = ',', value_name = "NAMES")]
    methods: Vec<Word>,
    /// Tensor for EigenCAM; the model's own when left out
    #[arg(long, value_name = "NAME")]
    tensor: Option<String>,
    /// Masks of D-RISE for one map
    #[arg(long, value_name = "N", default_value_t = INTERACTIVE_MASKS, value_parser = clap::value_parser!(u32).range(1..))]
    masks: u32,
    /// Use so many images at most, drawn by the seed; 0 for all
    #[arg(long, value_name = "N", default_value_t = 20)]
    limit: usize,
    /// Use so many objects of an image at most, drawn by the seed
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..))]
    objects: u32,
    /// Steps of the deletion and the insertion test; 0 leaves both out, which is faster
    #[arg(long, value_name = "N", default_value_t = 50)]
    steps: usize,
    /// Seed of the draws
    #[arg(long, value_name = "N", default_value_t = 7)]
    seed: u64,
    /// Take the objects from the submitted labels of one annotator; the project's reference when left out
    #[arg(long, value_name = "NAME")]
    annotator: Option<String>,
}

/// A method on the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Word {
    Eigencam,
    Gradcam,
    Occlusion,
    Drise,
    Imported,
}

/// Tells the figures, or what bringing maps in came to.
pub(crate) fn saliency(args: &SaliencyArgs, context: &Context) -> Result<Exit, Failure> {
    let project = open_project(&args.project)?;
    let watch = context.watch();
    if let Some(path) = &args.import {
        let report = import_maps(&project, path, watch.progress())?;
        drop(watch);
        context.output.answer(&report, || import_text(&report))?;
        return Ok(Exit::Done);
    }
    let named = open_model(&project, &model_name(&project, args)?)?;
    let options = SanityOptions {
        methods: methods(&project, &named, args)?,
        limit: (args.limit > 0).then_some(args.limit),
        objects: args.objects as usize,
        steps: args.steps,
        seed: args.seed,
        annotator: args.annotator.clone(),
    };
    let report = sanity(&project, &named, &options, watch.progress())?;
    drop(watch);
    context.output.answer(&report, || text_of(&report))?;
    Ok(Exit::Done)
}

fn model_name(project: &Project, args: &SaliencyArgs) -> Result<String, Failure> {
    if let Some(name) = &args.model {
        return Ok(name.clone());
    }
    let run = project.reader()?.latest_run().map_err(ProjectError::from)?;
    let name = run.as_ref().and_then(|run| run.model_to_ask()).map(|(name, _)| name.to_owned());
    Ok(name.ok_or_else(|| ProjectError::usage("no model has run over the samples yet: name one with --model"))?)
}

/// The methods that were named, or all that give a map here.
fn methods(project: &Project, named: &NamedModel, args: &SaliencyArgs) -> Result<Vec<Method>, Failure> {
    let offered = named.model.saliency_methods();
    let gradient = offered.iter().find(|method| method.name() == "gradcam");
    let has_probes = offered.iter().any(|method| method.name() == "drise");
    let features = args.tensor.is_some() || named.model.feature_map().is_some();
    let method = |word: Word| match word {
        Word::Eigencam if features => Ok(Method::EigenCam { tensor: args.tensor.clone() }),
        Word::Eigencam => Err("names no feature map: choose one with --tensor"),
        Word::Gradcam => gradient.cloned().ok_or("brings no gradient"),
        Word::Occlusion if has_probes => Ok(Method::Occlusion(OcclusionOptions::default())),
        Word::Drise if has_probes => Ok(Method::DRise(DRiseOptions { masks: args.masks, ..DRiseOptions::default() })),
        Word::Occlusion | Word::Drise => Err("gives no scores that could fall"),
        Word::Imported => Ok(Method::Imported { sha256: String::new() }),
    };
    if args.methods.is_empty() {
        let is_there = |word: &Word| *word != Word::Imported || has_imported_maps(project);
        let found: Vec<Method> =
            Word::value_variants().iter().filter(|w| is_there(w)).filter_map(|w| method(*w).ok()).collect();
        if !found.is_empty() {
            return Ok(found);
        }
    }
    let refused = |why: &str| ProjectError::usage(format!("the model {} {why}", named.name));
    let words = if args.methods.is_empty() { &[Word::Eigencam] } else { args.methods.as_slice() };
    Ok(words.iter().map(|word| method(*word).map_err(refused)).collect::<Result<_, _>>()?)
}

fn import_text(report: &ImportedMaps) -> String {
    let told = report.problems.iter().map(|p| (p.place.as_str(), p.cause.as_str()));
    let title = format!("{} left out", counted(report.problems.len() as u64, "file"));
    format!(
        "{} taken in, of which {} replaced an earlier one.\n{}",
        counted(report.taken, "map"),
        report.replaced,
        problems(&title, told)
    )
}

fn text_of(report: &SanityReport) -> String {
    let columns = ["", "objects", "pointing", "chance", "energy", "deletion", "insertion"];
    let columns: Vec<(&str, Side)> =
        columns.iter().map(|name| (*name, if name.is_empty() { Side::Left } else { Side::Right })).collect();
    let mut table = Table::new(&columns);
    for method in &report.methods {
        table.row(row(&method.method, &method.all));
        for class in &method.classes {
            table.row(row(&format!("  {}", class.class), &class.figures));
        }
    }
    let mut notes = String::new();
    if report.methods.iter().any(|method| method.of_image) {
        notes.push_str("\nEigenCAM, Grad-CAM and imported maps are of the image and know no single object.");
    }
    for (count, why) in [
        (report.not_found, "left out: the model does not find them"),
        (report.unknown_class, "left out: the model does not know their class"),
    ] {
        if count > 0 {
            let _ = write!(notes, "\n{} {why}.", counted(count, "object"));
        }
    }
    let told = report.problems.iter().map(|p| (p.place.as_str(), p.cause.as_str()));
    format!(
        "Saliency of {} (SHA-256 {})\n\nReference: {}. {}, {}. Seed {}.\n\n{table}{notes}\n{}",
        report.model,
        report.model_sha256,
        report.reference,
        counted(report.images, "image"),
        counted(report.objects, "object"),
        report.seed,
        problems(&counted(report.problems.len() as u64, "problem"), told)
    )
}

fn row(name: &str, figures: &Figures) -> Vec<String> {
    let Figures { objects, pointing, chance, energy, deletion, insertion } = figures;
    let cells = [pointing, chance, energy, deletion, insertion];
    let value = |m: &Metric| if m.is_defined() { metric(m) } else { "—".to_owned() };
    [name.to_owned(), objects.to_string()].into_iter().chain(cells.into_iter().map(value)).collect()
}
