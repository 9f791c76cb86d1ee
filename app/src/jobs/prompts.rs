//! Prompted segmentation, off the UI thread: the image is read once a sample, then every prompt is answered from that.

use std::sync::{Arc, Mutex, PoisonError};

use concord_domain::sample::Sample;
use concord_domain::tool::{Prompt, Segmented};
use concord_language::say;
use concord_project::Project;
use concord_project::model::{Embeddings, NamedPrompter, open_prompter, prompters};

use super::JobEvent;
use crate::error_text::AppError;

/// What came of reading a sample, or of a prompt on it.
#[derive(Debug)]
pub struct Prompted {
    /// Names of the pairs that could be used.
    pub names: Vec<String>,
    /// The one that was used.
    pub model: String,
    /// What was asked, with the answer; `None` when the sample was only read.
    pub answer: Option<(Prompt, Segmented)>,
}

/// The pair that is open, and what its encoder made of samples; used by the inference pool only.
#[derive(Debug, Clone, Default)]
pub struct PrompterSlot(Arc<Mutex<Held>>);

#[derive(Debug, Default)]
struct Held {
    named: Option<NamedPrompter>,
    embeddings: Embeddings,
}

/// Reads a sample, and answers a prompt on it when there is one, with the pair of that name where it is there, else with
/// the first.
pub fn answer(
    project: &Project,
    sample: &Sample,
    chosen: &str,
    prompt: Option<Prompt>,
    slot: &PrompterSlot,
) -> JobEvent {
    let work = || -> Result<Box<Prompted>, AppError> {
        let pairs: Vec<_> = prompters(project)?.into_iter().map(|listed| listed.row.model).collect();
        let Some(entry) = pairs.iter().find(|pair| pair.name == chosen).or(pairs.first()) else {
            return Err(AppError::Lacking(say!("label-no-prompter")));
        };
        let mut held = slot.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Held { named, embeddings } = &mut *held;
        if named.as_ref().is_none_or(|named| named.entry != *entry) {
            *named = Some(open_prompter(project, &entry.sha256)?);
        }
        let Some(named) = named.as_ref() else { return Err(AppError::Busy) };
        let embedding = embeddings.of(project, named, sample)?;
        let answer = match prompt {
            Some(prompt) => {
                let found = named.segment(&embedding, &prompt)?;
                Some((prompt, found))
            }
            None => None,
        };
        let names = pairs.iter().map(|pair| pair.name.clone()).collect();
        Ok(Box::new(Prompted { names, model: named.name.clone(), answer }))
    };
    JobEvent::Prompted(work())
}
