//! `dataset.json`, and the hash over the labels alone that re-encoded images do not change.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use concord_domain::digest::canonical_json;
use concord_domain::object::{Attributes, Tier};
use concord_geometry::{BBox, Geometry};
use serde::{Deserialize, Serialize};

use super::{Fractions, Split};
use crate::coco::{CocoDataset, extent};

/// A position in the decision log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogPosition {
    /// Number of the last row that was read.
    pub seq: u64,
    /// Hash of that row.
    pub hash: String,
}

/// A version of the ontology or policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VersionFacts {
    /// Content hash.
    pub digest: String,
    /// Name.
    pub name: String,
    /// Version.
    pub version: u32,
}

/// What is in one split.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct SplitFacts {
    /// Objects by class; every class of the ontology is named.
    pub classes: BTreeMap<String, u64>,
    /// Number of objects.
    pub objects: u64,
    /// Number of samples.
    pub samples: u64,
    /// File names of the shards.
    pub shards: Vec<String>,
}

/// `dataset.json`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DatasetFacts {
    /// Version of this file's schema: 1.
    pub format: u32,
    /// Shares that the split aimed at.
    pub fractions: Fractions,
    /// Hash over the annotation records alone, as `b3:` and 64 digits.
    pub labels: String,
    /// Number of samples that were left out.
    pub left_out: u64,
    /// Up to where the decision log was read.
    pub log: LogPosition,
    /// Boxes that too few annotators supported.
    pub minority: u64,
    /// Name of the release.
    pub name: String,
    /// Number of objects.
    pub objects: u64,
    /// The ontology in force.
    pub ontology: VersionFacts,
    /// The release this one was made from; none so far.
    pub parent: Option<String>,
    /// The policy in force.
    pub policy: VersionFacts,
    /// What the project declares about images that no camera took.
    pub production_note: Option<String>,
    /// Name of the project.
    pub project: String,
    /// Number of samples.
    pub samples: u64,
    /// Seed of the split.
    pub seed: u64,
    /// What is in each split, by its name.
    pub splits: BTreeMap<String, SplitFacts>,
    /// Program and version that wrote the release.
    pub tool: String,
}

/// Counts and annotation records of all shards, gathered one shard at a time.
#[derive(Debug, Default)]
pub(super) struct Tally {
    pub(super) splits: BTreeMap<String, SplitFacts>,
    /// Annotation record by sample id, so that the hash depends on no order.
    records: BTreeMap<String, String>,
}

#[derive(Serialize)]
struct Record<'a> {
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    confirmed_empty: bool,
    objects: Vec<ObjectRecord<'a>>,
    /// Places in `objects`, and the kind between them.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    relations: BTreeSet<(usize, &'a str, usize)>,
    sample: &'a str,
    size: [u32; 2],
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    tags: &'a BTreeSet<String>,
}

#[derive(Serialize)]
struct ObjectRecord<'a> {
    attributes: &'a Attributes,
    class: &'a str,
    /// One field, named after the kind.
    #[serde(flatten)]
    geometry: Cow<'a, Geometry>,
    #[serde(skip_serializing_if = "Option::is_none")]
    group: Option<&'a str>,
    subclass: Option<&'a str>,
    tier: Tier,
}

impl Tally {
    /// Counts a shard; classes are those of its list, so that absent ones count 0.
    pub(super) fn add(&mut self, split: Split, file: &str, shard: &CocoDataset) {
        let facts = self.splits.entry(split.name().to_owned()).or_default();
        facts.shards.push(file.to_owned());
        facts.samples += shard.images.len() as u64;
        facts.objects += shard.objects.len() as u64;
        for class in &shard.classes {
            facts.classes.entry(class.clone()).or_default();
        }
        let mut by_image: Vec<Vec<ObjectRecord<'_>>> = shard.images.iter().map(|_| Vec::new()).collect();
        let mut place = Vec::with_capacity(shard.objects.len());
        for object in &shard.objects {
            *facts.classes.entry(object.class.clone()).or_default() += 1;
            let objects = &mut by_image[object.image];
            place.push(objects.len());
            objects.push(ObjectRecord {
                attributes: &object.attributes,
                class: &object.class,
                geometry: as_read(&object.geometry),
                group: object.group.as_deref(),
                subclass: object.subclass.as_deref(),
                tier: object.tier,
            });
        }
        let mut ties: BTreeMap<usize, BTreeSet<(usize, &str, usize)>> = BTreeMap::new();
        for relation in &shard.relations {
            let tie = (place[relation.from], relation.kind.as_str(), place[relation.to]);
            ties.entry(shard.objects[relation.from].image).or_default().insert(tie);
        }
        for (index, (image, objects)) in shard.images.iter().zip(by_image).enumerate() {
            let sample = image.sample.as_deref().unwrap_or_default();
            let relations = ties.remove(&index).unwrap_or_default();
            let (size, tags) = ([image.width, image.height], &image.tags);
            let record = Record { confirmed_empty: image.confirmed_empty, objects, relations, sample, size, tags };
            self.records.insert(sample.to_owned(), canonical_json(&record));
        }
    }

    /// The hash over all records: one line a sample, sorted by sample.
    pub(super) fn labels(&self) -> String {
        let mut hasher = blake3::Hasher::new();
        for record in self.records.values() {
            hasher.update(record.as_bytes());
            hasher.update(b"\n");
        }
        format!("b3:{}", hasher.finalize().to_hex())
    }

    pub(super) fn total(&self, count: impl Fn(&SplitFacts) -> u64) -> u64 {
        self.splits.values().map(count).sum()
    }
}

/// The geometry as a reader of the shard sees it: of a box, x and width may give the right edge only up to its last bit.
fn as_read(geometry: &Geometry) -> Cow<'_, Geometry> {
    let Geometry::Box(bbox) = geometry else { return Cow::Borrowed(geometry) };
    let [x, y, width, height] = extent(bbox);
    Cow::Owned(Geometry::Box(BBox::from_xywh(x, y, width, height).unwrap_or(*bbox)))
}
