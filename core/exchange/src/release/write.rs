//! Writing a release: checked first, built beside its place, renamed at the end.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use concord_domain::digest::{canonical_json, digest_bytes};
use concord_domain::label_set::Stamp;
use concord_domain::object::{Object, ObjectId, Origin};
use concord_domain::ontology::{Class, Ontology};
use concord_domain::sample::Provenance;
use serde::Serialize;

use super::facts::{DatasetFacts, Tally, VersionFacts};
use super::{Release, ReleaseSample, SAMPLES_A_SHARD, Split, Written};
use crate::ExchangeError;
use crate::atomic::NewFolder;
use crate::coco::{CocoDataset, CocoImage, CocoInfo, CocoObject, CocoRelation, CocoSkeleton, write_dataset};
use crate::manifest::{self, Entry};

#[derive(Serialize)]
struct ProvenanceLine<'a> {
    annotation: i64,
    annotators: &'a [String],
    object: &'a ObjectId,
    origin: &'a Origin,
    sample: &'a str,
    shard: &'a str,
    stamp: &'a Stamp,
}

#[derive(Serialize)]
struct LeftOutLine<'a> {
    path: String,
    reason: &'a str,
    sample: &'a str,
}

/// Writes a release into a folder that does not exist yet or is empty.
///
/// Samples are ordered by id; image and annotation ids count from 1 through all shards. Nothing is left behind when
/// it fails.
///
/// # Errors
/// [`ExchangeError::Invalid`] when a sample stands twice, an object has a class that the ontology lacks, an attribute
/// that COCO cannot carry or the mask of an image of another size, a relation an object that is not there, the fractions are none, or an image that no camera took is in `val` or `test` without a
/// production note; [`ExchangeError::NotEmpty`]; [`ExchangeError::Io`] with path and cause.
pub fn write(dir: &Path, release: &Release) -> Result<Written, ExchangeError> {
    check(release)?;
    let mut samples: Vec<&ReleaseSample> = release.samples.iter().collect();
    samples.sort_by(|a, b| a.sample.id.cmp(&b.sample.id));
    let names = file_names(&samples);
    let folder = NewFolder::create(dir)?;
    let mut entries = Vec::new();
    let mut provenance = folder.file("provenance.jsonl")?;
    let mut tally = Tally::default();
    let (mut next_image, mut next_object) = (1, 1);
    for split in Split::ALL {
        let members: Vec<usize> = (0..samples.len()).filter(|i| samples[*i].split == split).collect();
        for (number, part) in members.chunks(SAMPLES_A_SHARD).enumerate() {
            let file = format!("{}-{number:05}.json", split.name());
            let mut shard = CocoDataset::default();
            shard.classes.extend(release.ontology.classes.iter().map(|c| c.name.clone()));
            shard.skeletons = skeletons(&release.ontology);
            for index in part {
                let sample = samples[*index];
                add_sample(&mut shard, sample, &names[*index], &mut next_image, &mut next_object);
                let first = next_object - sample.objects.len() as i64;
                provenance.push(provenance_lines(sample, &file, first).as_bytes())?;
            }
            entries.push(write_shard(&folder, &file, release, &shard)?);
            tally.add(split, &file, &shard);
        }
    }
    entries.push(provenance.finish()?);
    write_texts(&folder, release, &tally, &mut entries)?;
    let files = entries.len() + 1;
    let text = manifest::to_text(entries);
    folder.write("manifest.jsonl", text.as_bytes())?;
    folder.finish()?;
    Ok(Written {
        digest: digest_bytes(text.as_bytes()),
        files,
        samples: tally.total(|s| s.samples),
        objects: tally.total(|s| s.objects),
    })
}

fn check(release: &Release) -> Result<(), ExchangeError> {
    let invalid = |why: String| Err(ExchangeError::invalid(format!("the release \"{}\"", release.name), why));
    if release.name.trim().is_empty() {
        return invalid("it has no name".to_owned());
    }
    release.fractions.checked()?;
    let mut seen = BTreeSet::new();
    for sample in &release.samples {
        let id = &sample.sample.id;
        if !seen.insert(id) {
            return invalid(format!("the sample {} stands twice", id.short()));
        }
        let is_real = sample.sample.provenance == Provenance::Captured || release.production_note.is_some();
        if sample.split != Split::Train && !is_real {
            let kind = sample.sample.provenance.name();
            return invalid(format!("the sample {} is {kind} and may only be in train", id.short()));
        }
        if let Some(object) = sample.objects.iter().find(|o| release.ontology.class(&o.class).is_none()) {
            return invalid(format!("the ontology has no class \"{}\" (sample {})", object.class, id.short()));
        }
        let has = |id: &ObjectId| sample.objects.iter().any(|o| o.id == *id);
        if let Some(relation) = sample.relations.iter().find(|r| !has(&r.from) || !has(&r.to)) {
            let why = format!("the relation \"{}\" lacks one of its objects (sample {})", relation.kind, id.short());
            return invalid(why);
        }
    }
    Ok(())
}

/// The templates of the classes that have one, by name of the class.
fn skeletons(ontology: &Ontology) -> BTreeMap<String, CocoSkeleton> {
    let of = |class: &Class| {
        let skeleton = ontology.skeleton_of(&class.name)?;
        let (points, links) = (skeleton.points.clone(), skeleton.links.clone());
        Some((class.name.clone(), CocoSkeleton { points, links }))
    };
    ontology.classes.iter().filter_map(of).collect()
}

fn write_shard(folder: &NewFolder, file: &str, release: &Release, shard: &CocoDataset) -> Result<Entry, ExchangeError> {
    let info = CocoInfo { description: release.project.clone(), version: release.name.clone() };
    let written = write_dataset(shard, &info)?;
    if let Some(loss) = written.losses.first() {
        return Err(ExchangeError::invalid(format!("the shard {file}"), loss.to_string()));
    }
    folder.write(file, written.text.as_bytes())
}

fn add_sample(
    shard: &mut CocoDataset,
    sample: &ReleaseSample,
    file_name: &str,
    next_image: &mut i64,
    next_object: &mut i64,
) {
    let image = shard.images.len();
    shard.images.push(CocoImage {
        id: *next_image,
        file_name: file_name.to_owned(),
        width: sample.sample.size.width,
        height: sample.sample.size.height,
        sample: Some(sample.sample.id.0.clone()),
        provenance: Some(sample.sample.provenance),
        metadata: sample.sample.metadata.clone(),
        tags: sample.tags.clone(),
        confirmed_empty: sample.confirmed_empty,
    });
    *next_image += 1;
    let first = shard.objects.len();
    let place = |id: &ObjectId| sample.objects.iter().position(|o| o.id == *id).map(|at| first + at);
    shard.relations.extend(sample.relations.iter().filter_map(|relation| {
        let kind = relation.kind.clone();
        Some(CocoRelation { from: place(&relation.from)?, kind, to: place(&relation.to)? })
    }));
    for object in &sample.objects {
        shard.objects.push(coco_object(object, image, *next_object));
        *next_object += 1;
    }
}

fn coco_object(object: &Object, image: usize, id: i64) -> CocoObject {
    let origin = match &object.origin {
        Origin::Drawn => "drawn",
        Origin::Imported { .. } => "imported",
        Origin::Suggestion { .. } => "suggestion",
        Origin::Prompted { .. } => "prompted",
        Origin::Copied { .. } => "copied",
        Origin::Consensus { .. } => "consensus",
        Origin::Settled { .. } => "settled",
    };
    CocoObject {
        id: Some(id),
        image,
        class: object.class.clone(),
        geometry: object.geometry.clone(),
        file_bbox: None,
        area: None,
        iscrowd: false,
        score: None,
        subclass: object.subclass.clone(),
        tier: object.tier,
        origin: Some(origin.to_owned()),
        attributes: object.attributes.clone(),
        group: object.group.clone(),
        place: String::new(),
    }
}

fn provenance_lines(sample: &ReleaseSample, shard: &str, first: i64) -> String {
    let mut annotators = sample.annotators.clone();
    annotators.sort();
    let line = |(annotation, object): (i64, &Object)| {
        let line = ProvenanceLine {
            annotation,
            annotators: &annotators,
            object: &object.id,
            origin: &object.origin,
            sample: &sample.sample.id.0,
            shard,
            stamp: &sample.stamp,
        };
        canonical_json(&line) + "\n"
    };
    (first..).zip(&sample.objects).map(line).collect()
}

fn write_texts(
    folder: &NewFolder,
    release: &Release,
    tally: &Tally,
    entries: &mut Vec<Entry>,
) -> Result<(), ExchangeError> {
    let mut left_out: Vec<String> = release
        .left_out
        .iter()
        .map(|l| {
            let path = portable_name(&l.path);
            canonical_json(&LeftOutLine { path, reason: &l.reason, sample: &l.sample.0 }) + "\n"
        })
        .collect();
    left_out.sort();
    let mut facts = serde_json::to_string_pretty(&facts(release, tally)).unwrap_or_default();
    facts.push('\n');
    for (file, text) in [
        ("dataset.json", facts),
        ("guideline.md", release.policy.guideline.clone()),
        ("left-out.jsonl", left_out.concat()),
        ("ontology.toml", release.ontology.to_toml()?),
        ("policy.toml", release.policy.to_toml()?),
    ] {
        entries.push(folder.write(file, text.as_bytes())?);
    }
    Ok(())
}

fn facts(release: &Release, tally: &Tally) -> DatasetFacts {
    let (ontology, policy) = (&release.ontology, &release.policy);
    DatasetFacts {
        format: 1,
        fractions: release.fractions,
        labels: tally.labels(),
        left_out: release.left_out.len() as u64,
        log: release.log.clone(),
        minority: release.samples.iter().map(|s| s.minority as u64).sum(),
        name: release.name.clone(),
        objects: tally.total(|s| s.objects),
        ontology: VersionFacts { digest: ontology.digest(), name: ontology.name.clone(), version: ontology.version },
        parent: None,
        policy: VersionFacts { digest: policy.digest(), name: policy.name.clone(), version: policy.version },
        production_note: release.production_note.clone(),
        project: release.project.clone(),
        samples: tally.total(|s| s.samples),
        seed: release.seed,
        splits: tally.splits.clone(),
        tool: concat!("concord ", env!("CARGO_PKG_VERSION")).to_owned(),
    }
}

/// The names of the images in the release: what can be told of their paths, made unique by their ids.
fn file_names(samples: &[&ReleaseSample]) -> Vec<String> {
    let names: Vec<String> = samples.iter().map(|s| portable_name(&s.sample.path)).collect();
    let mut uses: BTreeMap<&str, usize> = BTreeMap::new();
    for name in &names {
        *uses.entry(name).or_default() += 1;
    }
    let unique = |(name, sample): (&String, &&ReleaseSample)| {
        if uses[name.as_str()] == 1 { name.clone() } else { format!("{}/{name}", sample.sample.id) }
    };
    names.iter().zip(samples).map(unique).collect()
}

/// A path that means the same everywhere: relative ones without `.` and `..`, of absolute ones the file name.
fn portable_name(path: &str) -> String {
    let path = path.replace('\\', "/");
    let is_absolute = path.starts_with('/') || path.as_bytes().get(1) == Some(&b':');
    if is_absolute {
        return path.rsplit('/').next().unwrap_or_default().to_owned();
    }
    let parts: Vec<&str> = path.split('/').filter(|p| !matches!(*p, "" | "." | "..")).collect();
    parts.join("/")
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
