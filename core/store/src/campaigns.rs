//! Campaigns: samples that people label again from nothing, to see what a new version of the policy does to agreement.
//! State folded from the log.

use concord_domain::label_set::{LabelSet, LabelSetKey, Stamp};
use concord_domain::review::Step;
use concord_domain::sample::SampleId;
use rusqlite::{Connection, Row, params};

use crate::StoreError;
use crate::fold::{clear_steps, require_sample, stamped};
use crate::label_rows::{self, run};
use crate::log::LogRow;
use crate::read::{Reader, decode, in_database};
use crate::review;

/// A campaign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CampaignRow {
    /// Its name.
    pub name: String,
    /// Who began it.
    pub by: String,
    /// When, in milliseconds since 1970 UTC.
    pub at_utc_ms: i64,
    /// What is to be found out.
    pub reason: String,
    /// Ontology and policy under which it is labelled.
    pub stamp: Stamp,
}

/// A sample that somebody labels again in a campaign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CampaignTask {
    /// The campaign.
    pub campaign: String,
    /// Who labels which sample.
    pub key: LabelSetKey,
    /// The revision that was the latest when the campaign began; 0 without one.
    pub revision: u32,
    /// The latest revision that was submitted since; `None` while it is to do.
    pub again: Option<u32>,
}

pub(crate) fn start(
    db: &Connection,
    row: &LogRow,
    campaign: &str,
    (reason, tasks, stamp): (&str, &[LabelSetKey], &Stamp),
) -> Result<(), StoreError> {
    let known = db
        .prepare_cached("SELECT 1 FROM campaigns WHERE name = ?1")
        .and_then(|mut s| s.exists([campaign]))
        .map_err(in_database("reading campaigns", db))?;
    if campaign.trim().is_empty() || known || tasks.is_empty() {
        let why = if known {
            format!("there is a campaign {campaign} already")
        } else {
            "a campaign needs a name and samples".to_owned()
        };
        return Err(StoreError::Refused(why));
    }
    stamped(db, stamp)?;
    review::require_in_force(db, stamp)?;
    let values =
        params![campaign, row.id, row.actor, row.at_utc_ms, reason, concord_domain::digest::canonical_json(stamp)];
    run(db, "INSERT INTO campaigns (name, row, by, at_utc_ms, reason, stamp) VALUES (?1, ?2, ?3, ?4, ?5, ?6)", values)?;
    for key in tasks {
        begin_again(db, campaign, key, stamp)?;
    }
    Ok(())
}

/// Empties a label set; its submitted revisions are kept.
fn begin_again(db: &Connection, campaign: &str, key: &LabelSetKey, stamp: &Stamp) -> Result<(), StoreError> {
    require_sample(db, &key.sample)?;
    review::require_open(db, key, Step::Edit)?;
    let head = label_rows::head(db, key)?;
    if head.as_ref().is_some_and(|head| head.judges) {
        let why = format!("{} judges {} and cannot label it", key.annotator, key.sample.short());
        return Err(StoreError::Refused(why));
    }
    let revision = head.map_or(0, |head| head.status.revision());
    let mut empty = LabelSet::draft(key.clone(), stamp.clone());
    empty.status = concord_domain::label_set::Status::Draft { revision };
    clear_steps(db, key, "undo")?;
    clear_steps(db, key, "redo")?;
    label_rows::write(db, &empty)?;
    run(db, "DELETE FROM skips WHERE sample = ?1 AND annotator = ?2", params![key.sample.0, key.annotator])?;
    run(
        db,
        "INSERT INTO campaign_tasks (campaign, sample, annotator, revision) VALUES (?1, ?2, ?3, ?4)",
        params![campaign, key.sample.0, key.annotator, revision],
    )
}

impl Reader {
    /// All campaigns, the newest first.
    pub fn campaigns(&self) -> Result<Vec<CampaignRow>, StoreError> {
        let sql = "SELECT name, by, at_utc_ms, reason, stamp FROM campaigns ORDER BY at_utc_ms DESC, name";
        let read = |r: &Row<'_>| Ok((r.get::<_, String>(0)?, r.get(1)?, r.get(2)?, r.get(3)?, r.get::<_, String>(4)?));
        let rows = self.all("reading campaigns", sql, [], read)?;
        let decoded = rows.into_iter().map(|(name, by, at_utc_ms, reason, stamp)| {
            let stamp = decode("campaigns", &name, &stamp)?;
            Ok(CampaignRow { name, by, at_utc_ms, reason, stamp })
        });
        decoded.collect()
    }

    /// The tasks of a campaign, in order of sample and annotator.
    pub fn campaign_tasks(&self, campaign: &str) -> Result<Vec<CampaignTask>, StoreError> {
        let sql = format!("{TASKS_SQL} WHERE t.campaign = ?1 ORDER BY t.sample, t.annotator");
        self.all("reading campaigns", &sql, [campaign], task)
    }

    /// What an annotator is to label again and has not yet, in order of campaign and sample.
    pub fn campaign_tasks_of(&self, annotator: &str) -> Result<Vec<CampaignTask>, StoreError> {
        let sql = format!("{TASKS_SQL} WHERE t.annotator = ?1 ORDER BY t.campaign, t.sample");
        let tasks = self.all("reading campaigns", &sql, [annotator], task)?;
        Ok(tasks.into_iter().filter(|task| task.again.is_none()).collect())
    }

    /// Whether somebody is to label a sample again and has not yet.
    pub fn is_labelled_again(&self, key: &LabelSetKey) -> Result<bool, StoreError> {
        let sql = format!("{TASKS_SQL} WHERE t.sample = ?1 AND t.annotator = ?2");
        let values = params![key.sample.0, key.annotator];
        let tasks = self.all("reading campaigns", &sql, values, task)?;
        Ok(tasks.iter().any(|task| task.again.is_none()))
    }
}

const TASKS_SQL: &str = "SELECT t.campaign, t.sample, t.annotator, t.revision,
    (SELECT max(r.revision) FROM revisions r
     WHERE r.sample = t.sample AND r.annotator = t.annotator AND r.revision > t.revision)
    FROM campaign_tasks t";

fn task(r: &Row<'_>) -> rusqlite::Result<CampaignTask> {
    Ok(CampaignTask {
        campaign: r.get(0)?,
        key: LabelSetKey { sample: SampleId(r.get(1)?), annotator: r.get(2)? },
        revision: r.get(3)?,
        again: r.get(4)?,
    })
}
