//! What a queue is ranked from, read in columns: scores and boxes of a run, embeddings, counts of classes.

use concord_domain::opinions::Agreement;
use concord_domain::sample::SampleId;
use rusqlite::{Row, params};

use crate::StoreError;
use crate::read::{Reader, in_database};

/// A range of sample ids by their text, so that several readers can share a run; an open end has no bound.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct IdRange {
    /// The lowest id that belongs to it; the empty text is below all.
    pub from: String,
    /// The lowest id above it; `None` for all from there on.
    pub below: Option<String>,
}

impl IdRange {
    /// Ranges that hold every id once, in order: one for each beginning of an id, of the 16 digits.
    pub fn split() -> Vec<Self> {
        let digit = |n: u32| char::from_digit(n, 16).map(String::from);
        let from = |n: u32| if n == 0 { String::new() } else { digit(n).unwrap_or_default() };
        (0..16).map(|n| Self { from: from(n), below: if n == 15 { None } else { digit(n + 1) } }).collect()
    }
}

/// One prediction, as far as uncertainty needs it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ScoreRow<'a> {
    /// The sample's id.
    pub sample: &'a str,
    /// The predicted class.
    pub class: &'a str,
    /// Its score.
    pub score: f64,
    /// Scores of all classes as little-endian single-precision numbers; empty when the source does not tell, or when they
    /// were not asked for.
    pub class_scores: &'a [u8],
    /// How far several opinions agree on it; `None` where there is one only, or when it was not asked for.
    pub agreement: Option<Agreement>,
}

/// What is read of a prediction beside its class and score.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Beside {
    /// Nothing.
    Nothing,
    /// The scores of all classes.
    ClassScores,
    /// How far several opinions agree.
    Agreement,
}

/// One prediction with its box.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BoxRow<'a> {
    /// The sample's id.
    pub sample: &'a str,
    /// The predicted class.
    pub class: &'a str,
    /// Left, top, right and bottom, in image pixels.
    pub corners: [f64; 4],
    /// The score.
    pub score: f64,
}

impl Reader {
    /// Calls `each` with the scores of a run in order of sample, and with what is asked for beside them.
    pub fn each_score(
        &self,
        run: &str,
        range: &IdRange,
        beside: Beside,
        mut each: impl FnMut(ScoreRow<'_>),
    ) -> Result<(), StoreError> {
        let more = match beside {
            Beside::Nothing => "x'', NULL, NULL, NULL",
            Beside::ClassScores => "class_scores, NULL, NULL, NULL",
            Beside::Agreement => {
                "x'', details ->> '$.agreement.presence', details ->> '$.agreement.overlap',
                 details ->> '$.agreement.mutual_information'"
            }
        };
        self.each_row(&format!("sample, class, score, {more}"), run, range, |r| {
            let text = |at| r.get_ref(at).and_then(|value| Ok(value.as_str()?));
            let class_scores = r.get_ref(3)?.as_blob()?;
            let agreement = match (r.get(4)?, r.get(5)?, r.get(6)?) {
                (Some(presence), Some(overlap), Some(mutual_information)) => {
                    Some(Agreement { presence, overlap, mutual_information })
                }
                _ => None,
            };
            each(ScoreRow { sample: text(0)?, class: text(1)?, score: r.get(2)?, class_scores, agreement });
            Ok(())
        })
    }

    /// Calls `each` with the boxes of a run in order of sample.
    pub fn each_box(&self, run: &str, range: &IdRange, mut each: impl FnMut(BoxRow<'_>)) -> Result<(), StoreError> {
        self.each_row("sample, class, score, x1, y1, x2, y2", run, range, |r| {
            let text = |at| r.get_ref(at).and_then(|value| Ok(value.as_str()?));
            let corners = [r.get(3)?, r.get(4)?, r.get(5)?, r.get(6)?];
            each(BoxRow { sample: text(0)?, class: text(1)?, score: r.get(2)?, corners });
            Ok(())
        })
    }

    fn each_row(
        &self,
        columns: &str,
        run: &str,
        range: &IdRange,
        mut each: impl FnMut(&Row<'_>) -> rusqlite::Result<()>,
    ) -> Result<(), StoreError> {
        // A bound that may be missing would keep SQLite from using it, so that there are two texts.
        let below = if range.below.is_some() { "AND sample < ?3" } else { "AND ?3 IS NULL" };
        let sql = format!(
            "SELECT {columns} FROM predictions WHERE run = ?1 AND sample >= ?2 {below} ORDER BY sample, position"
        );
        let failed = || in_database("reading predictions", &self.connection);
        let mut statement = self.connection.prepare_cached(&sql).map_err(failed())?;
        let mut rows = statement.query(params![run, range.from, range.below]).map_err(failed())?;
        while let Some(row) = rows.next().map_err(failed())? {
            each(row).map_err(failed())?;
        }
        Ok(())
    }

    /// How often each class was labelled, over the current label sets, in order of class.
    pub fn class_counts(&self) -> Result<Vec<(String, u64)>, StoreError> {
        let sql = "SELECT json_extract(body, '$.class'), count(*) FROM objects GROUP BY 1 ORDER BY 1";
        self.all("counting classes", sql, [], |r| Ok((r.get(0)?, r.get::<_, i64>(1)? as u64)))
    }

    /// The latest run that has embeddings of whole samples; `None` when none has.
    pub fn embedding_run(&self) -> Result<Option<String>, StoreError> {
        let sql = "SELECT id FROM runs WHERE perturbation IS NULL
            AND EXISTS (SELECT 1 FROM embeddings WHERE run = runs.id AND object = -1) ORDER BY ordinal DESC LIMIT 1";
        self.one("looking for embeddings", sql, [], |r| r.get(0))
    }

    /// The embedding of a sample by a run; `None` when it has none.
    pub fn embedding(&self, run: &str, sample: &SampleId) -> Result<Option<Vec<f32>>, StoreError> {
        let sql = "SELECT vector FROM embeddings WHERE run = ?1 AND sample = ?2 AND object = -1";
        self.one("reading an embedding", sql, params![run, sample.0], |r| Ok(floats(r.get_ref(0)?.as_blob()?)))
    }

    /// The embeddings by a run of samples that somebody submitted, at most `most` of them, in order of id, which is a
    /// hash and so prefers none.
    pub fn labelled_embeddings(&self, run: &str, most: usize) -> Result<Vec<Vec<f32>>, StoreError> {
        let sql = "SELECT vector FROM embeddings WHERE run = ?1 AND object = -1
            AND EXISTS (SELECT 1 FROM label_sets WHERE label_sets.sample = embeddings.sample AND submitted = 1)
            ORDER BY sample LIMIT ?2";
        let limit = i64::try_from(most).unwrap_or(i64::MAX);
        self.all("reading embeddings", sql, params![run, limit], |r| Ok(floats(r.get_ref(0)?.as_blob()?)))
    }
}

/// Single-precision numbers from little-endian bytes; a rest that is no whole number is left out.
fn floats(bytes: &[u8]) -> Vec<f32> {
    bytes.chunks_exact(4).map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]])).collect()
}
