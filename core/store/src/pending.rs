//! Runs that are not finished: what was worked out so far is kept, so that an interrupted run goes on where it stopped.
//!
//! Nothing here is part of the project until a run is finished: the log names it then, and the rows move.

use std::collections::BTreeSet;

use concord_domain::sample::SampleId;
use concord_domain::suggestion::SampleReading;
use rusqlite::params;

use crate::read::{Reader, decode, in_database};
use crate::{Bulk, StoreError};

/// Names a run by what determines its outcome: model, contract, settings, perturbation; not the samples.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PendingRun(pub String);

impl Bulk<'_> {
    /// Keeps what an unfinished run says of samples; a sample that it spoke of before is said anew.
    pub fn keep_pending(&mut self, run: &PendingRun, readings: &[(SampleId, SampleReading)]) -> Result<(), StoreError> {
        for (sample, reading) in readings {
            self.write(
                "keeping an unfinished run",
                "INSERT INTO pending_readings (run, sample, body) VALUES (?1, ?2, ?3)
                 ON CONFLICT (run, sample) DO UPDATE SET body = excluded.body",
                params![run.0, sample.0, body_of(reading)],
            )?;
        }
        Ok(())
    }

    /// Moves what an unfinished run said of these samples to a finished one, in order of sample; `uncertainty` is in
    /// bits. What it said of other samples is dropped with it.
    pub fn finish_pending(
        &mut self,
        pending: &PendingRun,
        run: &str,
        samples: &BTreeSet<SampleId>,
        uncertainty: impl Fn(&SampleReading) -> f64,
    ) -> Result<(), StoreError> {
        let sql = "SELECT body FROM pending_readings WHERE run = ?1 AND sample = ?2";
        for sample in samples {
            let body: String = self
                .connection
                .prepare_cached(sql)
                .and_then(|mut s| s.query_row([&pending.0, &sample.0], |r| r.get(0)))
                .map_err(in_database("reading an unfinished run", self.connection))?;
            let reading: SampleReading = decode("pending_readings", &sample.0, &body)?;
            self.add_reading(run, sample, uncertainty(&reading), &reading)?;
        }
        self.drop_pending(pending)
    }

    /// Forgets an unfinished run.
    pub fn drop_pending(&mut self, run: &PendingRun) -> Result<(), StoreError> {
        self.write("dropping an unfinished run", "DELETE FROM pending_readings WHERE run = ?1", [&run.0]).map(|_| ())
    }
}

/// A reading as text. It is read back and never hashed, so that its keys need no order.
fn body_of(reading: &SampleReading) -> String {
    serde_json::to_string(reading).unwrap_or_default()
}

impl Reader {
    /// The samples that an unfinished run has spoken of.
    pub fn pending_samples(&self, run: &PendingRun) -> Result<BTreeSet<SampleId>, StoreError> {
        let sql = "SELECT sample FROM pending_readings WHERE run = ?1";
        Ok(self.all("reading an unfinished run", sql, [&run.0], |r| Ok(SampleId(r.get(0)?)))?.into_iter().collect())
    }

    /// Calls `each` with what an unfinished run says, in order of sample, one in memory at a time.
    pub fn each_pending(
        &self,
        run: &PendingRun,
        mut each: impl FnMut(SampleId, SampleReading),
    ) -> Result<(), StoreError> {
        let doing = "reading an unfinished run";
        let sql = "SELECT sample, body FROM pending_readings WHERE run = ?1 ORDER BY sample";
        let mut statement = self.connection.prepare_cached(sql).map_err(in_database(doing, &self.connection))?;
        let mut rows = statement.query([&run.0]).map_err(in_database(doing, &self.connection))?;
        while let Some(row) = rows.next().map_err(in_database(doing, &self.connection))? {
            let read = || -> rusqlite::Result<(String, String)> { Ok((row.get(0)?, row.get(1)?)) };
            let (sample, body) = read().map_err(in_database(doing, &self.connection))?;
            let reading = decode("pending_readings", &sample, &body)?;
            each(SampleId(sample), reading);
        }
        Ok(())
    }
}
