//! `concord example`: pictures of what is right and what is wrong, for the next version of the policy.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use concord_domain::object::ObjectId;
use concord_domain::policy::ExampleVerdict;
use concord_geometry::{BBox, Geometry};
use concord_project::example::{Added, NewExample, Shown, add as add_example};
use concord_project::queue::sample_named;
use concord_project::{Project, ProjectError};

use super::context::{Context, open_project};
use super::error::Failure;
use super::exit::Exit;

/// Make examples of the policy from what people labelled
///
/// An example is a picture of how a class is labelled, or of how it is not, with a sentence; the guideline beside the canvas
/// shows the examples of the class at hand. The picture is a crop of the image with the outline of an object on it. It goes
/// into the project's folder `examples`, and its entry into `policy.toml`, whose comments and layout stay as they are; the
/// version there is raised when it is published already. The example takes force with `concord publish`.
#[derive(Debug, Args)]
#[command(
    disable_help_subcommand = true,
    after_help = "\
Examples:
  concord review show belt 000123.png
  concord example add belt 000123.png --disagreement 2 --of ana
  concord example add belt 000123.png --of ben --object 01J8 --verdict negative --caption 'The shaft belongs to it'
  concord example add belt 000123.png --box 120 40 180 96 --class bolt --json"
)]
pub(crate) struct ExampleArgs {
    #[command(subcommand)]
    command: ExampleCommand,
}

/// What can be done with examples.
#[derive(Debug, Subcommand)]
enum ExampleCommand {
    Add(AddArgs),
}

/// Add an example to the next version of the policy
#[derive(Debug, Args)]
#[command(group = clap::ArgGroup::new("what").required(true).args(["disagreement", "object", "bbox"]))]
struct AddArgs {
    /// Folder of the project
    project: PathBuf,
    /// The sample: its file, the end of its path, or six or more digits of its identity
    sample: String,
    /// The disagreement with this number in `concord review show`
    #[arg(long, value_name = "N")]
    disagreement: Option<usize>,
    /// Whose object; for a disagreement the first who has one unless it is said
    #[arg(long = "of", value_name = "NAME", required_unless_present_any = ["disagreement", "bbox"])]
    annotator: Option<String>,
    /// An object of theirs
    #[arg(long, value_name = "ID", requires = "annotator")]
    object: Option<String>,
    /// A box in pixels of the upright image
    #[arg(long = "box", id = "bbox", num_args = 4, value_names = ["X1", "Y1", "X2", "Y2"], requires = "class")]
    bbox: Vec<f64>,
    /// The class that it is an example of, instead of the object's
    #[arg(long, value_name = "NAME")]
    class: Option<String>,
    /// Whether it is right
    #[arg(long, value_enum, default_value_t = Word::Positive)]
    verdict: Word,
    /// What it shows, in a sentence; of a disagreement what each says, unless it is said
    #[arg(long, value_name = "TEXT")]
    caption: Option<String>,
}

/// A verdict as a word of the command line.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Word {
    /// So it is right
    Positive,
    /// So it is wrong
    Negative,
}

/// Does what the command says.
pub(crate) fn example(args: &ExampleArgs, context: &Context) -> Result<Exit, Failure> {
    let ExampleCommand::Add(args) = &args.command;
    let project = open_project(&args.project)?;
    let added = add_example(&project, &new_example(&project, args)?)?;
    context.output.answer(&added, || text_of(&added))?;
    Ok(Exit::Done)
}

fn new_example(project: &Project, args: &AddArgs) -> Result<NewExample, ProjectError> {
    let what = match (args.disagreement, &args.object, args.bbox.as_slice()) {
        (Some(number), _, _) => Shown::Disagreement { number, of: args.annotator.clone() },
        (_, Some(object), _) => {
            let annotator = args.annotator.clone().unwrap_or_default();
            Shown::Object { annotator, object: ObjectId(object.clone()) }
        }
        (_, _, corners) => {
            let [x1, y1, x2, y2] = <[f64; 4]>::try_from(corners).unwrap_or_default();
            let bbox = BBox::new(x1, y1, x2, y2).map_err(|e| ProjectError::usage(format!("--box: {e}")))?;
            Shown::Outline(Geometry::Box(bbox))
        }
    };
    let verdict = match args.verdict {
        Word::Positive => ExampleVerdict::Positive,
        Word::Negative => ExampleVerdict::Negative,
    };
    let sample = sample_named(project, &args.sample)?.id;
    Ok(NewExample { sample, what, class: args.class.clone(), verdict, caption: args.caption.clone() })
}

fn text_of(added: &Added) -> String {
    let right = if added.example.verdict == ExampleVerdict::Positive { "right" } else { "wrong" };
    let draft = if added.begins_version { "which begins with it" } else { "of which there is a draft" };
    format!(
        "{} is an example of {} that is {right}, in version {} of the policy, {draft}\n`concord publish` brings it into force",
        added.example.picture, added.class, added.version
    )
}
