//! The log as a readable history.

use std::collections::BTreeMap;

use concord_domain::sample::SampleId;
use concord_language::Message;
use concord_store::{LogRow, Wanted};

use crate::{Project, ProjectError};

/// One decision, as people read it.
#[derive(Debug, Clone)]
pub struct HistoryRow {
    /// Position in the log, from 1.
    pub seq: i64,
    /// Who decided.
    pub actor: String,
    /// When, in milliseconds since 1970 UTC.
    pub at_utc_ms: i64,
    /// What.
    pub summary: Message,
    /// True when it takes an earlier decision back.
    pub undoes: bool,
    /// The sample it is about, with the path of its image.
    pub sample: Option<(SampleId, String)>,
}

/// A page of the history.
#[derive(Debug, Clone)]
pub struct HistoryPage {
    /// The rows, the latest first.
    pub rows: Vec<HistoryRow>,
    /// True when there are earlier ones.
    pub has_more: bool,
    /// Everybody who decided anything, sorted.
    pub actors: Vec<String>,
}

/// Up to `limit` decisions before position `before`, the latest first; `i64::MAX` for the latest of all.
pub fn history(project: &Project, before: i64, limit: usize, wanted: &Wanted) -> Result<HistoryPage, ProjectError> {
    let reader = project.reader()?;
    let mut rows = reader.log_before(before, limit + 1, wanted)?;
    let has_more = rows.len() > limit;
    rows.truncate(limit);
    let mut paths: BTreeMap<SampleId, String> = BTreeMap::new();
    for sample in rows.iter().filter_map(|row| row.decision.sample()) {
        if !paths.contains_key(sample)
            && let Some(known) = reader.sample(sample)?
        {
            paths.insert(sample.clone(), known.path);
        }
    }
    let told = |row: LogRow| HistoryRow {
        seq: row.seq,
        actor: row.actor,
        at_utc_ms: row.at_utc_ms,
        summary: row.decision.summary(),
        undoes: row.undoes.is_some(),
        sample: row
            .decision
            .sample()
            .and_then(|sample| paths.get_key_value(sample))
            .map(|(s, p)| (s.clone(), p.clone())),
    };
    Ok(HistoryPage { rows: rows.into_iter().map(told).collect(), has_more, actors: reader.actors()? })
}
