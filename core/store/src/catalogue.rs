//! The catalogue: samples, written in bulk and never changed.

use std::collections::BTreeMap;

use concord_domain::digest::canonical_json;
use concord_domain::sample::{Metadata, Provenance, Sample, SampleId};
use concord_geometry::Size;
use rusqlite::{Row, params};
use serde::{Deserialize, Serialize};

use crate::read::{Reader, decode, in_database};
use crate::{Bulk, StoreError};

/// A sample on its way into the catalogue, with its image features.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CatalogueEntry {
    /// The sample.
    pub sample: Sample,
    /// Image features by name; `None` where one is undefined.
    pub features: BTreeMap<String, Option<f64>>,
}

impl CatalogueEntry {
    /// The bytes that the digest of an import covers, in order of sample id: one line an entry.
    pub fn digest_line(&self) -> String {
        canonical_json(self) + "\n"
    }
}

/// A file or a row that an import could not read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportProblem {
    /// File, and place in it.
    pub place: String,
    /// Why it was not read.
    pub cause: String,
}

impl Bulk<'_> {
    /// Adds a sample under the import with this row id; false when its content is in the catalogue already, in which
    /// case only the path is noted.
    pub fn add_sample(&mut self, import: &str, entry: &CatalogueEntry) -> Result<bool, StoreError> {
        let s = &entry.sample;
        let added = self.write(
            "adding a sample",
            "INSERT INTO samples (id, ordinal, import, path, width, height, bytes, format, orientation,
                captured_at_ms, metadata, provenance, features)
             VALUES (?1, (SELECT coalesce(max(ordinal), 0) + 1 FROM samples), ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10,
                ?11, ?12)
             ON CONFLICT (id) DO NOTHING",
            params![
                s.id.0,
                import,
                s.path,
                s.size.width,
                s.size.height,
                s.bytes as i64,
                s.format,
                s.orientation,
                s.captured_at_ms,
                canonical_json(&s.metadata),
                s.provenance.name(),
                canonical_json(&entry.features)
            ],
        )?;
        self.write(
            "adding a path",
            "INSERT INTO sample_paths (path, sample) VALUES (?1, ?2)
             ON CONFLICT (path) DO UPDATE SET sample = excluded.sample",
            params![s.path, s.id.0],
        )?;
        Ok(added > 0)
    }

    /// Notes what an import could not read.
    pub fn add_problems(&mut self, import: &str, problems: &[ImportProblem]) -> Result<(), StoreError> {
        for (position, problem) in problems.iter().enumerate() {
            self.write(
                "noting a problem",
                "INSERT INTO import_problems (import, position, place, cause) VALUES (?1, ?2, ?3, ?4)",
                params![import, position as i64, problem.place, problem.cause],
            )?;
        }
        Ok(())
    }

    pub(crate) fn write(
        &self,
        doing: &'static str,
        sql: &'static str,
        values: impl rusqlite::Params,
    ) -> Result<usize, StoreError> {
        self.connection
            .prepare_cached(sql)
            .and_then(|mut s| s.execute(values))
            .map_err(in_database(doing, self.connection))
    }
}

impl Reader {
    /// Number of samples.
    pub fn sample_count(&self) -> Result<u64, StoreError> {
        let count = self.one("counting samples", "SELECT count(*) FROM samples", [], |r| r.get::<_, i64>(0))?;
        Ok(count.unwrap_or(0) as u64)
    }

    /// One sample.
    pub fn sample(&self, id: &SampleId) -> Result<Option<Sample>, StoreError> {
        let sql = format!("{SAMPLE_SQL} WHERE id = ?1");
        self.one("reading a sample", &sql, [&id.0], RawSample::read)?.map(RawSample::decode).transpose()
    }

    /// All samples in the order in which they came. For a screen use [`Reader::sample_page`].
    pub fn samples(&self) -> Result<Vec<Sample>, StoreError> {
        self.sample_page(0, usize::MAX)
    }

    /// Up to `limit` samples from position `from` (0-based) in the order in which they came.
    pub fn sample_page(&self, from: u64, limit: usize) -> Result<Vec<Sample>, StoreError> {
        let sql = format!("{SAMPLE_SQL} WHERE ordinal > ?1 ORDER BY ordinal LIMIT ?2");
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let rows = self.all("reading samples", &sql, params![from as i64, limit], RawSample::read)?;
        rows.into_iter().map(RawSample::decode).collect()
    }

    /// All samples with their features, in order of id.
    pub fn entries(&self) -> Result<Vec<CatalogueEntry>, StoreError> {
        self.entries_where("ORDER BY id", [])
    }

    /// The samples of one import with their features, in order of id.
    pub fn entries_of_import(&self, import: &str) -> Result<Vec<CatalogueEntry>, StoreError> {
        self.entries_where("WHERE import = ?1 ORDER BY id", [import])
    }

    fn entries_where(&self, filter: &str, values: impl rusqlite::Params) -> Result<Vec<CatalogueEntry>, StoreError> {
        let sql = SAMPLE_SQL.replace(" FROM samples", ", features FROM samples ") + filter;
        let read = |r: &Row<'_>| Ok((RawSample::read(r)?, r.get::<_, String>(10)?));
        let rows = self.all("reading features", &sql, values, read)?;
        rows.into_iter()
            .map(|(raw, features)| {
                let features = decode("samples", &raw.id, &features)?;
                Ok(CatalogueEntry { sample: raw.decode()?, features })
            })
            .collect()
    }

    /// When each sample was added: the time of its import's log row, in milliseconds since 1970 UTC.
    pub fn added_at(&self) -> Result<BTreeMap<SampleId, i64>, StoreError> {
        let sql = "SELECT samples.id, log.at_utc_ms FROM samples JOIN log ON log.id = samples.import";
        let rows = self.all("reading import times", sql, [], |r| Ok((SampleId(r.get(0)?), r.get(1)?)))?;
        Ok(rows.into_iter().collect())
    }

    /// Every path with the sample it holds, duplicates included, in order of path.
    pub fn paths(&self) -> Result<Vec<(String, SampleId)>, StoreError> {
        let sql = "SELECT path, sample FROM sample_paths ORDER BY path";
        self.all("reading paths", sql, [], |r| Ok((r.get(0)?, SampleId(r.get(1)?))))
    }

    /// What an import could not read.
    pub fn import_problems(&self, import: &str) -> Result<Vec<ImportProblem>, StoreError> {
        let sql = "SELECT place, cause FROM import_problems WHERE import = ?1 ORDER BY position";
        self.all("reading problems", sql, [import], |r| Ok(ImportProblem { place: r.get(0)?, cause: r.get(1)? }))
    }
}

const SAMPLE_SQL: &str = "SELECT id, path, width, height, bytes, format, orientation, captured_at_ms, metadata, \
     provenance FROM samples";

struct RawSample {
    id: String,
    path: String,
    size: Size,
    bytes: u64,
    format: String,
    orientation: u8,
    captured_at_ms: Option<i64>,
    metadata: String,
    provenance: String,
}

impl RawSample {
    fn read(r: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            id: r.get(0)?,
            path: r.get(1)?,
            size: Size::new(r.get(2)?, r.get(3)?),
            bytes: r.get::<_, i64>(4)? as u64,
            format: r.get(5)?,
            orientation: r.get(6)?,
            captured_at_ms: r.get(7)?,
            metadata: r.get(8)?,
            provenance: r.get(9)?,
        })
    }

    fn decode(self) -> Result<Sample, StoreError> {
        let metadata: Metadata = decode("samples", &self.id, &self.metadata)?;
        let provenance = Provenance::from_name(&self.provenance).ok_or_else(|| StoreError::Row {
            table: "samples",
            row: self.id.clone(),
            why: format!("unknown provenance \"{}\"", self.provenance),
        })?;
        Ok(Sample {
            id: SampleId(self.id),
            path: self.path,
            size: self.size,
            bytes: self.bytes,
            format: self.format,
            orientation: self.orientation,
            captured_at_ms: self.captured_at_ms,
            metadata,
            provenance,
        })
    }
}

/// The digest of an import over its samples, given in order of sample id.
pub fn import_digest<'a>(entries: impl IntoIterator<Item = &'a CatalogueEntry>) -> String {
    let mut hasher = blake3::Hasher::new();
    for entry in entries {
        hasher.update(entry.digest_line().as_bytes());
    }
    format!("b3:{}", hasher.finalize().to_hex())
}
