//! Prompted segmentation on the screen: the latest prompt goes to a job, and what comes back goes to the tool.

use std::collections::BTreeSet;

use concord_domain::sample::SampleId;
use concord_domain::tool::{Preview, Prompt, PromptPreview, ToolKind};
use concord_language::tr;
use concord_widgets::canvas::LiveMask;

use crate::context::Update;
use crate::error_text::{AppError, ErrorText, explain};
use crate::jobs::prompts::{self, Prompted};
use crate::jobs::{Lane, Request};

/// What is known about prompted segmentation.
#[derive(Debug, Default)]
pub struct Prompting {
    /// Names of the pairs that could be used, once a job told them.
    pub names: Vec<String>,
    /// The pair that was used last.
    pub model: String,
    /// The samples that it has read.
    pub read: BTreeSet<SampleId>,
    /// Why the last try did not succeed, on which sample; nothing is tried again there until something else is asked.
    pub problem: Option<(SampleId, ErrorText)>,
    /// True when no pair can be used.
    pub has_none: bool,
    /// The prompt that waits for its answer.
    wanted: Option<Prompt>,
}

impl Prompting {
    /// Forgets what went wrong, so that it is tried again.
    pub fn retry(&mut self) {
        self.problem = None;
        self.has_none = false;
    }

    /// True while an answer is on its way or waits to be asked for.
    pub fn is_waiting(&self) -> bool {
        self.wanted.is_some()
    }
}

/// Shows a prompt, and has it answered; only the latest one is.
pub(super) fn ask(update: &mut Update<'_>, preview: PromptPreview) {
    if let Some(project) = &mut update.context.project {
        project.label.prompting.retry();
        project.label.prompting.wanted = Some(preview.prompt.clone());
    }
    show(update, preview);
}

/// Shows what is pointed at, and what was found.
pub(super) fn show(update: &mut Update<'_>, preview: PromptPreview) {
    let Some(project) = &mut update.context.project else { return };
    let before = match &project.label.preview {
        Some(Preview::Prompt(before)) => before.answer.as_ref(),
        _ => None,
    };
    // Pixels go to the graphics adapter only where they are others.
    if before != preview.answer.as_ref() || update.views.label.live.is_none() {
        let mask = preview.answer.as_ref().and_then(|found| found.mask.as_ref());
        update.views.label.live = mask.map(|mask| LiveMask::from_rle(mask.rle()));
    }
    project.label.preview = Some(Preview::Prompt(preview));
}

/// Has the sample on the screen read while the tool is in hand, and the latest prompt answered; one at a time.
pub(super) fn feed(update: &mut Update<'_>) {
    let is_shown = update.context.screen.has_canvas();
    let Some(project) = &mut update.context.project else { return };
    let model = &mut project.label;
    if model.tool.kind() != ToolKind::Prompt || !model.tool.is_busy() {
        model.prompting.wanted = None;
    }
    if model.tool.kind() != ToolKind::Prompt || !is_shown || update.context.inferring {
        return;
    }
    let Some(sample) = model.session().map(|session| session.sample.clone()) else { return };
    let prompting = &model.prompting;
    let is_stuck = prompting.has_none || prompting.problem.as_ref().is_some_and(|(of, _)| *of == sample.id);
    if is_stuck || (prompting.wanted.is_none() && prompting.read.contains(&sample.id)) {
        return;
    }
    let (desk, slot, prompt) = (project.desk.clone(), project.prompter.clone(), prompting.wanted.clone());
    let chosen = update.context.settings.prompter.clone();
    let ticket = update.context.outstanding.issue(Request::Prompt(sample.id.clone()));
    let in_hand = update.context.courtesy.ask();
    let job = move || {
        let event = prompts::answer(&desk.project, &sample, &chosen, prompt, &slot);
        drop(in_hand);
        event
    };
    if update.jobs.run(Lane::Inference, ticket.clone(), job) {
        update.context.inferring = true;
    } else {
        update.context.outstanding.settle(&ticket);
    }
}

/// Takes in what came of a prompt, or of reading a sample; an answer to what is no longer pointed at is dropped.
pub fn take_prompted(update: &mut Update<'_>, sample: SampleId, result: Result<Box<Prompted>, AppError>) {
    let Some(project) = &mut update.context.project else { return };
    let is_current = project.label.sample() == Some(&sample);
    let model = &mut project.label;
    match result {
        Ok(prompted) => {
            let Prompted { names, model: used, answer } = *prompted;
            if model.prompting.model != used {
                model.prompting.read.clear();
            }
            (model.prompting.names, model.prompting.model) = (names, used);
            model.prompting.read.insert(sample);
            let Some((prompt, found)) = answer.filter(|_| is_current) else { return };
            model.prompting.wanted.take_if(|wanted| *wanted == prompt);
            if let Some(Preview::Prompt(preview)) = model.tool.answer(&prompt, found) {
                show(update, preview);
            }
        }
        Err(error) => {
            let explained = explain(tr!("label-doing-prompt"), &error);
            model.prompting.has_none = matches!(error, AppError::Lacking(_));
            model.prompting.wanted = None;
            model.prompting.problem = Some((sample, explained.clone()));
            if is_current {
                update.context.messages.error(explained);
            }
        }
    }
}

/// Uses another pair from now on.
pub fn set_prompter(update: &mut Update<'_>, name: String) {
    update.context.settings.prompter = name;
    let Some(project) = &mut update.context.project else { return };
    let model = &mut project.label;
    model.prompting.retry();
    model.prompting.read.clear();
    if let Some(Preview::Prompt(preview)) = &model.preview
        && preview.prompt.is_askable()
    {
        model.prompting.wanted = Some(preview.prompt.clone());
    }
}

/// Says whether the next prompt is about the selected object or about a new one.
pub fn set_prompt_replaces(update: &mut Update<'_>, replaces: bool) {
    if let Some(project) = &mut update.context.project {
        project.label.selection.set_drawn(!replaces);
    }
}
