//! Release: an immutable, versioned export of gold with its manifest.

use std::collections::BTreeMap;
use std::path::Path;

use concord_domain::decision::Decision;
use concord_domain::label_set::Labels;
use concord_domain::sample::SampleId;
use concord_exchange::release::{
    self as shards, Fractions, LeftOut, LogPosition, Release, ReleaseSample, Split, SplitSample, assign_splits,
};
use serde::Serialize;

use crate::evaluation::{self, Gold, GoldState};
use crate::{Desk, ProjectError};

/// How a release is made.
#[derive(Debug, Clone)]
pub struct ReleaseOptions {
    /// Name of the release, unique in the project; numbered when it is empty.
    pub name: String,
    /// Seed of the split.
    pub seed: u64,
    /// Shares of the splits.
    pub fractions: Fractions,
}

impl Default for ReleaseOptions {
    fn default() -> Self {
        Self { name: String::new(), seed: 7, fractions: Fractions::default() }
    }
}

/// What was released.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ReleaseReport {
    /// Name of the release.
    pub name: String,
    /// Content hash of its manifest: the identity of the release.
    pub digest: String,
    /// Number of files.
    pub files: u64,
    /// Number of samples by split: train, val, test.
    pub samples: [u64; 3],
    /// Number of objects.
    pub objects: u64,
    /// Samples that are not in it, with reasons.
    pub left_out: Vec<(SampleId, String)>,
}

/// Writes gold as a release into `out`, which must not exist or be empty, and notes it in the log.
///
/// The content is a function of the project's state, the name and the seed: the same state gives the same bytes.
pub fn release(desk: &Desk, out: &Path, options: &ReleaseOptions) -> Result<ReleaseReport, ProjectError> {
    let content = content(desk, options)?;
    let written = shards::write(out, &content)?;
    let known = desk.project.reader()?.releases()?.into_iter().find(|r| r.name == content.name);
    if known.as_ref().is_some_and(|k| k.digest != written.digest) {
        // A release never changes. The folder was made just now, so it is ours to take away.
        std::fs::remove_dir_all(out).map_err(|e| ProjectError::io("taking away", out, e))?;
        return Err(ProjectError::usage(format!(
            "there is a release named {} with other content already: choose another name",
            content.name
        )));
    }
    if known.is_none() {
        desk.commit(Decision::ReleaseMade {
            name: content.name.clone(),
            digest: written.digest.clone(),
            samples: written.samples,
            objects: written.objects,
        })?;
    }
    let count = |split: Split| content.samples.iter().filter(|s| s.split == split).count() as u64;
    Ok(ReleaseReport {
        name: content.name,
        digest: written.digest,
        files: written.files as u64,
        samples: Split::ALL.map(count),
        objects: written.objects,
        left_out: content.left_out.into_iter().map(|l| (l.sample, l.reason)).collect(),
    })
}

fn content(desk: &Desk, options: &ReleaseOptions) -> Result<Release, ProjectError> {
    let project = &desk.project;
    let reader = project.reader()?;
    let versions = project.versions(&reader)?;
    let mut gold = evaluation::gold(project, &reader)?;
    let (mut samples, mut left_out) = (Vec::new(), Vec::new());
    for sample in reader.samples()? {
        let leave = |reason: String| LeftOut { sample: sample.id.clone(), path: sample.path.clone(), reason };
        match gold.remove(&sample.id) {
            None => left_out.push(leave("nobody has submitted labels".to_owned())),
            Some(GoldState::Open { why, .. }) => left_out.push(leave(why)),
            Some(GoldState::Settled(gold)) => {
                let Gold { labels, sets, minority, decided } = *gold;
                let annotators = sets.iter().map(|s| s.key.annotator.clone()).collect();
                // Label sets of one sample may bear several stamps; the oldest tells what all of them can answer for.
                let oldest = || sets.iter().map(|s| &s.stamp).min().unwrap_or(&versions.stamp).clone();
                let stamp = decided.map_or_else(oldest, |decided| decided.stamp);
                let Labels { objects, tags, relations, confirmed_empty, .. } = labels;
                samples.push(ReleaseSample {
                    sample,
                    split: Split::Train,
                    objects,
                    tags,
                    relations,
                    confirmed_empty,
                    annotators,
                    stamp,
                    minority,
                });
            }
        }
    }
    if samples.is_empty() {
        return Err(ProjectError::usage(format!(
            "there is no gold to release: of {} samples none is settled; submit labels or lower `overlap` in the policy",
            left_out.len()
        )));
    }
    split(&mut samples, desk, options)?;
    // Rows that note earlier releases change no label; leaving them out gives equal states equal releases.
    let (seq, hash) = reader.log_head_except("release_made")?;
    let name = match options.name.trim() {
        "" => format!("r{seq}"),
        name => name.to_owned(),
    };
    Ok(Release {
        name,
        project: project.config.name.clone(),
        ontology: versions.ontology,
        policy: versions.policy,
        log: LogPosition { seq: seq as u64, hash },
        seed: options.seed,
        fractions: options.fractions,
        production_note: project.production_note(),
        samples,
        left_out,
    })
}

fn split(samples: &mut [ReleaseSample], desk: &Desk, options: &ReleaseOptions) -> Result<(), ProjectError> {
    let groups: Vec<Vec<SplitSample>> = samples
        .iter()
        .map(|s| {
            let mut labels: BTreeMap<String, u64> = BTreeMap::new();
            s.objects.iter().for_each(|o| *labels.entry(o.class.clone()).or_default() += 1);
            let may_validate = desk.project.config.may_validate(s.sample.provenance);
            vec![SplitSample { id: s.sample.id.clone(), labels, may_validate }]
        })
        .collect();
    let splits = assign_splits(&groups, &options.fractions, options.seed)?;
    for sample in samples {
        if let Some(split) = splits.get(&sample.sample.id) {
            sample.split = *split;
        }
    }
    Ok(())
}
