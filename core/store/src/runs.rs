//! Runs: what models said about samples, written in bulk and never changed.

use concord_domain::digest::canonical_json;
use concord_domain::object::SuggestionId;
use concord_domain::opinions::Agreement;
use concord_domain::sample::SampleId;
use concord_domain::suggestion::{Prediction, Run, SampleReading, Suggestion};
use concord_geometry::{BBox, Geometry};
use rusqlite::{Row, params};
use serde::{Deserialize, Serialize};

use crate::read::{Reader, decode, in_database};
use crate::{Bulk, StoreError};

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

/// What stands in `embeddings.object` for the sample as a whole.
const WHOLE_SAMPLE: i64 = -1;

impl Bulk<'_> {
    /// Adds the row of a run; its readings follow by [`Bulk::add_reading`] in the same transaction.
    pub fn add_run(&mut self, run: &Run) -> Result<(), StoreError> {
        self.write(
            "adding a run",
            "INSERT INTO runs (id, ordinal, model, perturbation, body)
             VALUES (?1, (SELECT coalesce(max(ordinal), 0) + 1 FROM runs), ?2, ?3, ?4)",
            params![run.id, run.model, run.perturbation, canonical_json(run)],
        )
        .map(|_| ())
    }

    /// Adds what a run says of one sample, with the sample's uncertainty in bits; an empty reading says that the model
    /// found nothing.
    pub fn add_reading(
        &mut self,
        run: &str,
        sample: &SampleId,
        uncertainty: f64,
        reading: &SampleReading,
    ) -> Result<(), StoreError> {
        let classes = (!reading.class_scores.is_empty()).then(|| bytes_of(&reading.class_scores));
        self.write(
            "adding predictions",
            "INSERT INTO run_samples (run, sample, uncertainty, class_scores) VALUES (?1, ?2, ?3, ?4)",
            params![run, sample.0, uncertainty, classes],
        )?;
        if !reading.embedding.is_empty() {
            self.add_embedding(run, sample, None, &reading.embedding)?;
        }
        for crop in &reading.crops {
            self.add_embedding(run, sample, Some(crop.index), &crop.vector)?;
        }
        for (position, p) in reading.predictions.iter().enumerate() {
            let scores = bytes_of(&p.class_scores);
            self.write(
                "adding predictions",
                "INSERT INTO predictions (run, sample, position, class, x1, y1, x2, y2, score, class_scores,
                    details)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
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
                    scores,
                    Details::of(p)
                ],
            )?;
        }
        Ok(())
    }

    /// Adds the embedding of a sample as a whole, or of the crop of a prediction on it.
    fn add_embedding(
        &mut self,
        run: &str,
        sample: &SampleId,
        prediction: Option<u32>,
        vector: &[f32],
    ) -> Result<(), StoreError> {
        let object = prediction.map_or(WHOLE_SAMPLE, i64::from);
        self.write(
            "adding an embedding",
            "INSERT INTO embeddings (run, sample, object, vector) VALUES (?1, ?2, ?3, ?4)",
            params![run, sample.0, object, bytes_of(vector)],
        )
        .map(|_| ())
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
}

impl Reader {
    /// All runs in the order in which they came.
    pub fn runs(&self) -> Result<Vec<Run>, StoreError> {
        let rows = self.all("reading runs", "SELECT id, body FROM runs ORDER BY ordinal", [], |r| {
            Ok((r.get::<_, String>(0)?, r.get::<_, String>(1)?))
        })?;
        rows.into_iter().map(|(id, body)| decode("runs", &id, &body)).collect()
    }

    /// The latest run on clean images that found objects or classified samples, of whatever models and opinions. One that
    /// only embedded samples says nothing to rank or to suggest.
    pub fn latest_run(&self) -> Result<Option<Run>, StoreError> {
        let sql = "SELECT body FROM runs r WHERE perturbation IS NULL AND (
                EXISTS (SELECT 1 FROM predictions p WHERE p.run = r.id)
                OR EXISTS (SELECT 1 FROM run_samples s WHERE s.run = r.id AND s.class_scores IS NOT NULL)
            ) ORDER BY ordinal DESC LIMIT 1";
        let body = self.one("reading runs", sql, [], |r| r.get::<_, String>(0))?;
        body.map(|b| decode("runs", "latest", &b)).transpose()
    }

    /// The runs on clean images that found objects, the latest first.
    pub fn suggesting_runs(&self) -> Result<Vec<Run>, StoreError> {
        let sql = "SELECT id, body FROM runs r WHERE perturbation IS NULL
            AND EXISTS (SELECT 1 FROM predictions p WHERE p.run = r.id) ORDER BY ordinal DESC";
        let rows = self.all("reading runs", sql, [], |r| Ok((r.get::<_, String>(0)?, r.get::<_, String>(1)?)))?;
        rows.into_iter().map(|(id, body)| decode("runs", &id, &body)).collect()
    }

    /// The latest run of a model on clean images that looked at each image once, or of an ensemble by its name.
    pub fn latest_run_of(&self, model: &str) -> Result<Option<Run>, StoreError> {
        let runs = self.runs()?.into_iter().rev();
        Ok(runs
            .filter(|run| run.perturbation.is_none() && run.model == model)
            .find(|run| run.opinions.is_one() || !run.opinions.is_of_one_model()))
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

    /// Calls `each` with what a run says of samples as a whole, in order of sample; samples of which it says nothing are
    /// left out.
    pub fn each_whole(&self, run: &str, mut each: impl FnMut(&SampleId, &[f32], &[f32])) -> Result<(), StoreError> {
        let doing = "reading what a run says of samples";
        let sql = "SELECT s.sample, s.class_scores, e.vector FROM run_samples s
            LEFT JOIN embeddings e ON e.run = s.run AND e.sample = s.sample AND e.object = -1
            WHERE s.run = ?1 AND (s.class_scores IS NOT NULL OR e.vector IS NOT NULL) ORDER BY s.sample";
        let mut statement = self.connection.prepare_cached(sql).map_err(in_database(doing, &self.connection))?;
        let mut rows = statement.query([run]).map_err(in_database(doing, &self.connection))?;
        while let Some(row) = rows.next().map_err(in_database(doing, &self.connection))? {
            let read = || -> rusqlite::Result<RawWhole> { Ok((row.get(0)?, row.get(1)?, row.get(2)?)) };
            let (sample, classes, vector) = read().map_err(in_database(doing, &self.connection))?;
            let floats = |bytes: Option<Vec<u8>>| bytes.map(|b| floats_of(&b)).unwrap_or_default();
            each(&SampleId(sample), &floats(classes), &floats(vector));
        }
        Ok(())
    }

    /// Calls `each` with the embeddings of crops by a run, with the positions of the predictions in the run that they are
    /// of, in order of sample and position.
    pub fn each_crop(&self, run: &str, mut each: impl FnMut(&SampleId, u32, &[f32])) -> Result<(), StoreError> {
        let doing = "reading embeddings of crops";
        let sql =
            "SELECT sample, object, vector FROM embeddings WHERE run = ?1 AND object >= 0 ORDER BY sample, object";
        let mut statement = self.connection.prepare_cached(sql).map_err(in_database(doing, &self.connection))?;
        let mut rows = statement.query([run]).map_err(in_database(doing, &self.connection))?;
        while let Some(row) = rows.next().map_err(in_database(doing, &self.connection))? {
            let read = || -> rusqlite::Result<(String, u32, Vec<u8>)> { Ok((row.get(0)?, row.get(1)?, row.get(2)?)) };
            let (sample, position, vector) = read().map_err(in_database(doing, &self.connection))?;
            each(&SampleId(sample), position, &floats_of(&vector));
        }
        Ok(())
    }

    /// The known models, by name.
    pub fn models(&self) -> Result<Vec<ModelRecord>, StoreError> {
        let sql = "SELECT name, sha256, path FROM models ORDER BY name, sha256";
        self.all("reading models", sql, [], |r| Ok(ModelRecord { name: r.get(0)?, sha256: r.get(1)?, path: r.get(2)? }))
    }
}

const PREDICTION_SQL: &str = "SELECT sample, position, class, x1, y1, x2, y2, score, class_scores, details \
     FROM predictions";

/// What only some models tell of an object, as JSON.
#[derive(Default, PartialEq, Serialize, Deserialize)]
struct Details {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    shape: Option<Geometry>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    localisation: Option<f32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    spread: Option<[f32; 4]>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    agreement: Option<Agreement>,
}

impl Details {
    /// As text; `None` when there is nothing to tell.
    fn of(p: &Prediction) -> Option<String> {
        let Prediction { localisation, spread, agreement, .. } = *p;
        let details = Self { shape: p.shape.clone(), localisation, spread, agreement };
        (details != Self::default()).then(|| canonical_json(&details))
    }
}

struct RawPrediction {
    sample: String,
    position: u32,
    class: String,
    corners: [f64; 4],
    score: f64,
    scores: Vec<u8>,
    details: Option<String>,
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
            details: r.get(9)?,
        })
    }

    fn decode(self) -> Result<Prediction, StoreError> {
        let bbox = BBox::try_from(self.corners).map_err(|e| StoreError::Row {
            table: "predictions",
            row: format!("{} of {}", self.position, self.sample),
            why: e.to_string(),
        })?;
        let details: Details = match &self.details {
            Some(text) => decode("predictions", &self.sample, text)?,
            None => Details::default(),
        };
        let class_scores = floats_of(&self.scores);
        let Details { shape, localisation, spread, agreement } = details;
        let (class, score) = (self.class, self.score);
        Ok(Prediction { bbox, shape, class, score, class_scores, localisation, spread, agreement })
    }
}

/// A sample with its class scores and its embedding as they are stored.
type RawWhole = (String, Option<Vec<u8>>, Option<Vec<u8>>);

/// Floats as little-endian bytes.
pub(crate) fn bytes_of(values: &[f32]) -> Vec<u8> {
    values.iter().flat_map(|v| v.to_le_bytes()).collect()
}

/// Floats from little-endian bytes; bytes beyond the last whole number are left out.
pub(crate) fn floats_of(bytes: &[u8]) -> Vec<f32> {
    bytes.chunks_exact(4).map(|c| f32::from_le_bytes([c[0], c[1], c[2], c[3]])).collect()
}

/// The digest of a run: a line a prediction in order of sample and position, then a line for each sample of which the
/// model says something as a whole, in order of sample. A run over crops has a line a crop, in order of sample and position.
#[derive(Debug, Default)]
pub struct RunDigest {
    hasher: blake3::Hasher,
    predictions: u64,
}

impl RunDigest {
    /// Adds a prediction.
    pub fn prediction(&mut self, sample: &SampleId, position: u32, prediction: &Prediction) {
        self.hasher.update((canonical_json(&(sample, position, prediction)) + "\n").as_bytes());
        self.predictions += 1;
    }

    /// Adds what is said of a sample as a whole; nothing when nothing is.
    pub fn whole(&mut self, sample: &SampleId, class_scores: &[f32], embedding: &[f32]) {
        if !class_scores.is_empty() || !embedding.is_empty() {
            self.hasher.update((canonical_json(&(sample, class_scores, embedding)) + "\n").as_bytes());
        }
    }

    /// Adds what is said of the crop of another run's prediction.
    pub fn crop(&mut self, sample: &SampleId, position: u32, embedding: &[f32]) {
        self.hasher.update((canonical_json(&(sample, position, embedding)) + "\n").as_bytes());
    }

    /// Number of predictions added.
    pub fn predictions(&self) -> u64 {
        self.predictions
    }

    /// The digest, as `b3:` and 64 digits.
    pub fn finish(&self) -> String {
        format!("b3:{}", self.hasher.finalize().to_hex())
    }
}
