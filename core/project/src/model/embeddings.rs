//! What encoders made of samples: kept in memory for the samples at hand, and in the project's cache for later.

use std::collections::VecDeque;
use std::sync::Arc;

use concord_domain::digest::digest;
use concord_domain::object::PromptedBy;
use concord_domain::sample::{Sample, SampleId};
use concord_domain::tool::{Prompt, Segmented};
use concord_imaging::{Limits, decode_file};
use concord_inference::Embedding;

use super::NamedPrompter;
use crate::cache_folder::CacheFolder;
use crate::{Project, ProjectError};

/// Folder of a project in which embeddings are kept; it may be deleted at any time.
pub const EMBEDDINGS_FOLDER: &str = "cache/embeddings";

/// Memory that embeddings take: 256 MiB, 64 of Segment Anything's.
const MOST_MEMORY: usize = 256 << 20;
/// What the files take on the disk: 1 GiB.
const MOST_DISK: u64 = 1 << 30;

/// Embeddings at hand, the least recently used first.
#[derive(Debug)]
pub struct Embeddings {
    held: VecDeque<(Key, Arc<Embedding>)>,
    most_memory: usize,
    most_disk: u64,
}

/// Which pair, and which sample.
type Key = (String, SampleId);

impl Default for Embeddings {
    fn default() -> Self {
        Self::with_budgets(MOST_MEMORY, MOST_DISK)
    }
}

impl Embeddings {
    /// None at hand; so many bytes are kept in memory and on the disk, the newest in any case.
    pub fn with_budgets(most_memory: usize, most_disk: u64) -> Self {
        Self { held: VecDeque::new(), most_memory, most_disk }
    }

    /// What a pair's encoder makes of a sample: from memory, from the project's cache, or worked out now. A file of the
    /// cache that is damaged or was made for something else counts as missing, and one that cannot be written costs no
    /// more than time.
    pub fn of(
        &mut self,
        project: &Project,
        named: &NamedPrompter,
        sample: &Sample,
    ) -> Result<Arc<Embedding>, ProjectError> {
        let key = (named.key(), sample.id.clone());
        if let Some(place) = self.held.iter().position(|(held, _)| *held == key)
            && let Some(known) = self.held.remove(place)
        {
            let embedding = Arc::clone(&known.1);
            self.held.push_back(known);
            return Ok(embedding);
        }
        let folder = CacheFolder::new(project.dir.join(EMBEDDINGS_FOLDER), self.most_disk);
        // The sample's name is the hash of its bytes.
        let file = folder.path(&key.0, &format!("{}.embedding", key.1));
        let stored = CacheFolder::read(&file).and_then(|bytes| named.prompter.restore(&bytes, sample.size));
        let embedding = if let Some(embedding) = stored {
            embedding
        } else {
            let pixels = decode_file(&project.image_path(sample), &Limits::default())?;
            let embedding = named.prompter.embed(&pixels)?;
            if let Err(error) = folder.write(&file, &embedding.to_bytes()) {
                tracing::warn!("the embedding {} could not be kept: {error}", file.display());
            }
            embedding
        };
        let embedding = Arc::new(embedding);
        self.held.push_back((key, Arc::clone(&embedding)));
        let sum = |held: &VecDeque<(Key, Arc<Embedding>)>| held.iter().map(|(_, e)| e.byte_count()).sum::<usize>();
        while self.held.len() > 1 && sum(&self.held) > self.most_memory {
            self.held.pop_front();
        }
        Ok(embedding)
    }
}

impl NamedPrompter {
    /// What the pair's decoder makes of a prompt, in the image that the embedding was made of.
    pub fn segment(&self, embedding: &Embedding, prompt: &Prompt) -> Result<Segmented, ProjectError> {
        let asked =
            concord_inference::Prompt { points: prompt.points.clone(), bbox: prompt.bbox, ..Default::default() };
        let found = self.prompter.segment(embedding, &asked)?;
        let by = PromptedBy {
            model: self.name.clone(),
            model_sha256: self.entry.sha256.clone(),
            score: f64::from(found.score),
        };
        Ok(Segmented { mask: found.mask, by })
    }

    /// What an embedding depends on besides the image: both files, how pixels are treated, and the engine.
    fn key(&self) -> String {
        let decoder = self.entry.decoder.as_ref().map(|decoder| decoder.sha256.as_str());
        let engine = (self.prompter.engine().name(), self.prompter.provider().name());
        let hash = digest(&(&self.entry.sha256, decoder, &self.entry.contract, engine));
        hash.trim_start_matches("b3:").chars().take(32).collect()
    }
}
