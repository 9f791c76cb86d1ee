//! The catalogue: samples, runs and predictions, written in bulk and never changed.

use std::collections::BTreeMap;

use concord_domain::digest::canonical_json;
use concord_domain::object::SuggestionId;
use concord_domain::sample::{Metadata, Provenance, Sample, SampleId};
use concord_domain::suggestion::{Prediction, Run, Suggestion};
use concord_geometry::{BBox, Size};
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

/// A model file that the project knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModelRecord {
    /// Name for people and for the command line.
    pub name: String,
    /// SHA-256 of the file, 64 hexadecimal digits.
    pub sha256: String,
    /// Where the file is; relative to the project folder when it lies inside.
    pub path: String,
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

    /// Adds the row of a run; its predictions follow by [`Bulk::add_predictions`] in the same transaction.
    pub fn add_run(&mut self, run: &Run) -> Result<(), StoreError> {
        self.write(
            "adding a run",
            "INSERT INTO runs (id, ordinal, model, perturbation, body)
             VALUES (?1, (SELECT coalesce(max(ordinal), 0) + 1 FROM runs), ?2, ?3, ?4)",
            params![run.id, run.model, run.perturbation, canonical_json(run)],
        )
        .map(|_| ())
    }

    /// Adds a run's predictions on one sample, with the sample's uncertainty in bits; an empty slice says that the
    /// model found nothing.
    pub fn add_predictions(
        &mut self,
        run: &str,
        sample: &SampleId,
        uncertainty: f64,
        predictions: &[Prediction],
    ) -> Result<(), StoreError> {
        self.write(
            "adding predictions",
            "INSERT INTO run_samples (run, sample, uncertainty) VALUES (?1, ?2, ?3)",
            params![run, sample.0, uncertainty],
        )?;
        for (position, p) in predictions.iter().enumerate() {
            let scores: Vec<u8> = p.class_scores.iter().flat_map(|s| s.to_le_bytes()).collect();
            self.write(
                "adding predictions",
                "INSERT INTO predictions (run, sample, position, class, x1, y1, x2, y2, score, class_scores)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
                params![
                    run,
                    sample.0,
                    position as i64,
                    p.class,
                    p.bbox.x1(),
                    p.bbox.y1(),
                    p.bbox.x2(),
                    p.bbox.y2(),
                    p.score,
                    scores
                ],
            )?;
        }
        Ok(())
    }

    /// Notes a model file; a known one gets the new name and path.
    pub fn add_model(&mut self, model: &ModelRecord) -> Result<(), StoreError> {
        self.write(
            "adding a model",
            "INSERT INTO models (sha256, name, path) VALUES (?1, ?2, ?3)
             ON CONFLICT (sha256) DO UPDATE SET name = excluded.name, path = excluded.path",
            params![model.sha256, model.name, model.path],
        )
        .map(|_| ())
    }

    fn write(
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

    /// All runs in the order in which they came.
    pub fn runs(&self) -> Result<Vec<Run>, StoreError> {
        let rows = self.all("reading runs", "SELECT id, body FROM runs ORDER BY ordinal", [], |r| {
            Ok((r.get::<_, String>(0)?, r.get::<_, String>(1)?))
        })?;
        rows.into_iter().map(|(id, body)| decode("runs", &id, &body)).collect()
    }

    /// The latest run on clean images; of one model when it is named.
    pub fn latest_run(&self, model: Option<&str>) -> Result<Option<Run>, StoreError> {
        let sql = "SELECT body FROM runs WHERE perturbation IS NULL AND (?1 IS NULL OR model = ?1)
            ORDER BY ordinal DESC LIMIT 1";
        let body = self.one("reading runs", sql, [model], |r| r.get::<_, String>(0))?;
        body.map(|b| decode("runs", "latest", &b)).transpose()
    }

    /// The samples of a run with the uncertainty of the model on each, in bits, in order of sample.
    pub fn uncertainties(&self, run: &str) -> Result<Vec<(SampleId, f64)>, StoreError> {
        let sql = "SELECT sample, uncertainty FROM run_samples WHERE run = ?1 ORDER BY sample";
        self.all("reading uncertainties", sql, [run], |r| Ok((SampleId(r.get(0)?), r.get(1)?)))
    }

    /// A run's predictions on one sample, in order of position.
    pub fn suggestions(&self, run: &str, sample: &SampleId) -> Result<Vec<Suggestion>, StoreError> {
        let sql = format!("{PREDICTION_SQL} WHERE run = ?1 AND sample = ?2 ORDER BY position");
        let rows = self.all("reading predictions", &sql, params![run, sample.0], RawPrediction::read)?;
        let decode = |raw: RawPrediction| {
            let id = SuggestionId { run: run.to_owned(), index: raw.position };
            Ok(Suggestion { id, prediction: raw.decode()? })
        };
        rows.into_iter().map(decode).collect()
    }

    /// Calls `each` with every prediction of a run in order of sample and position, one in memory at a time.
    pub fn each_prediction(
        &self,
        run: &str,
        mut each: impl FnMut(&SampleId, u32, Prediction),
    ) -> Result<(), StoreError> {
        let doing = "reading predictions";
        let sql = format!("{PREDICTION_SQL} WHERE run = ?1 ORDER BY sample, position");
        let mut statement = self.connection.prepare_cached(&sql).map_err(in_database(doing, &self.connection))?;
        let mut rows = statement.query([run]).map_err(in_database(doing, &self.connection))?;
        while let Some(row) = rows.next().map_err(in_database(doing, &self.connection))? {
            let raw = RawPrediction::read(row).map_err(in_database(doing, &self.connection))?;
            let (sample, position) = (SampleId(raw.sample.clone()), raw.position);
            each(&sample, position, raw.decode()?);
        }
        Ok(())
    }

    /// The known models, by name.
    pub fn models(&self) -> Result<Vec<ModelRecord>, StoreError> {
        let sql = "SELECT name, sha256, path FROM models ORDER BY name, sha256";
        self.all("reading models", sql, [], |r| Ok(ModelRecord { name: r.get(0)?, sha256: r.get(1)?, path: r.get(2)? }))
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

const PREDICTION_SQL: &str = "SELECT sample, position, class, x1, y1, x2, y2, score, class_scores FROM predictions";

struct RawPrediction {
    sample: String,
    position: u32,
    class: String,
    corners: [f64; 4],
    score: f64,
    scores: Vec<u8>,
}

impl RawPrediction {
    fn read(r: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            sample: r.get(0)?,
            position: r.get(1)?,
            class: r.get(2)?,
            corners: [r.get(3)?, r.get(4)?, r.get(5)?, r.get(6)?],
            score: r.get(7)?,
            scores: r.get(8)?,
        })
    }

    fn decode(self) -> Result<Prediction, StoreError> {
        let bbox = BBox::try_from(self.corners).map_err(|e| StoreError::Row {
            table: "predictions",
            row: format!("{} of {}", self.position, self.sample),
            why: e.to_string(),
        })?;
        let class_scores = self.scores.chunks_exact(4).map(|c| f32::from_le_bytes([c[0], c[1], c[2], c[3]])).collect();
        Ok(Prediction { bbox, class: self.class, score: self.score, class_scores })
    }
}

/// The bytes that the digest of a run covers, in order of sample and position: one line a prediction.
pub(crate) fn prediction_line(sample: &SampleId, position: u32, prediction: &Prediction) -> String {
    canonical_json(&(sample, position, prediction)) + "\n"
}

/// The digest of a run over its predictions, given in order of sample id and position.
pub fn run_digest<'a>(samples: impl IntoIterator<Item = (&'a SampleId, &'a [Prediction])>) -> String {
    let mut hasher = blake3::Hasher::new();
    for (sample, predictions) in samples {
        for (position, prediction) in predictions.iter().enumerate() {
            hasher.update(prediction_line(sample, position as u32, prediction).as_bytes());
        }
    }
    format!("b3:{}", hasher.finalize().to_hex())
}

/// The digest of an import over its samples, given in order of sample id.
pub fn import_digest<'a>(entries: impl IntoIterator<Item = &'a CatalogueEntry>) -> String {
    let mut hasher = blake3::Hasher::new();
    for entry in entries {
        hasher.update(entry.digest_line().as_bytes());
    }
    format!("b3:{}", hasher.finalize().to_hex())
}
