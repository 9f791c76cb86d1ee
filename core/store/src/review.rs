//! Review: roles, what was sent back or turned down, and what was settled. State folded from the log.

use concord_domain::check;
use concord_domain::decision::Decision;
use concord_domain::digest::{canonical_json, digest};
use concord_domain::judgement::JudgedSet;
use concord_domain::label_set::{LabelSet, LabelSetKey, Labels, Stamp};
use concord_domain::review::{SetStanding, SetState, Settling, Standing, Step};
use concord_domain::role::{People, Roles};
use concord_domain::sample::SampleId;
use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::StoreError;
use crate::fold::{require_sample, stamped};
use crate::label_rows::run;
use crate::log::LogRow;
use crate::read::{self, Reader, decode, in_database};

/// A label set that was sent back or turned down, until its annotator submits again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Return {
    /// Which label set.
    pub key: LabelSetKey,
    /// The revision that was looked at.
    pub revision: u32,
    /// [`SetState::SentBack`] or [`SetState::Rejected`].
    pub state: SetState,
    /// Who did it.
    pub by: String,
    /// When, in milliseconds since 1970 UTC.
    pub at_utc_ms: i64,
    /// Why.
    pub reason: String,
    /// The comments that were pinned for it, by identity.
    pub comments: Vec<String>,
}

/// A sample that somebody settled.
#[derive(Debug, Clone, PartialEq)]
pub struct GoldRow {
    /// The sample.
    pub sample: SampleId,
    /// Who settled it.
    pub by: String,
    /// When, in milliseconds since 1970 UTC.
    pub at_utc_ms: i64,
    /// How.
    pub how: Settling,
    /// The label sets that were looked at, in order of names.
    pub sets: Vec<JudgedSet>,
    /// Ontology and policy it was checked against.
    pub stamp: Stamp,
    /// Content hash of the labels.
    pub digest: String,
    /// The labels.
    pub labels: Labels,
}

/// Refuses what the roles of a row's actor do not allow.
pub(crate) fn require_role(db: &Connection, row: &LogRow) -> Result<(), StoreError> {
    match people(db)?.refusal(&row.actor, &row.decision) {
        Some(why) => Err(StoreError::Refused(why)),
        None => Ok(()),
    }
}

/// Refuses what alters a sample that is settled. An answer to a task whose answer is known is about such a sample and
/// alters nothing of it.
pub(crate) fn require_open(db: &Connection, key: &LabelSetKey, step: Step<'_>) -> Result<(), StoreError> {
    let Some(by) = settled_by(db, &key.sample)? else { return Ok(()) };
    let known = "SELECT 1 FROM tasks WHERE sample = ?1 AND annotator = ?2 AND honeypot = 1";
    let is_answer = db
        .prepare_cached(known)
        .and_then(|mut s| s.exists(params![key.sample.0, key.annotator]))
        .map_err(in_database("reading tasks", db))?;
    if is_answer {
        return Ok(());
    }
    let standing = Standing { settled_by: Some(by), ..Standing::default() };
    refuse(&key.sample, standing.refusal(step, &key.annotator, &key.annotator))
}

/// Refuses that somebody who works on a label set as an annotator begins to judge in it.
pub(crate) fn require_unsubmitted(key: &LabelSetKey, revision: u32) -> Result<(), StoreError> {
    if revision == 0 {
        return Ok(());
    }
    let why = format!("nobody judges their own work, and {} labelled it", key.annotator);
    refuse(&key.sample, Some(why))
}

pub(crate) fn give_roles(db: &Connection, person: &str, roles: &Roles) -> Result<(), StoreError> {
    let mut people = people(db)?;
    people.give(person, roles.clone()).map_err(StoreError::Refused)?;
    run(db, "DELETE FROM people WHERE person = ?1", [person.trim()])?;
    if !roles.is_empty() {
        let values = params![person.trim(), canonical_json(roles)];
        run(db, "INSERT INTO people (person, roles) VALUES (?1, ?2)", values)?;
    }
    Ok(())
}

pub(crate) fn withdraw(db: &Connection, row: &LogRow, version: u32, reason: &str) -> Result<(), StoreError> {
    require_reason(reason)?;
    let versions: Vec<(u32, bool)> = db
        .prepare_cached("SELECT version, version IN (SELECT version FROM withdrawals) FROM policies ORDER BY version")
        .and_then(|mut s| s.query_map([], |r| Ok((r.get(0)?, r.get(1)?)))?.collect())
        .map_err(in_database("reading versions", db))?;
    let why = match versions.iter().find(|(known, _)| *known == version) {
        None => Some(format!("the project has no version {version} of the policy")),
        Some((_, true)) => Some(format!("version {version} of the policy is withdrawn already")),
        Some(_) if versions.iter().filter(|(_, is_withdrawn)| !is_withdrawn).count() == 1 => {
            Some(format!("version {version} of the policy is the only one in force: publish another one first"))
        }
        Some(_) => None,
    };
    if let Some(why) = why {
        return Err(StoreError::Refused(why));
    }
    run(db, "INSERT INTO withdrawals (version, row, reason) VALUES (?1, ?2, ?3)", params![version, row.id, reason])
}

/// Refuses a stamp whose policy is withdrawn.
pub(crate) fn require_in_force(db: &Connection, stamp: &Stamp) -> Result<(), StoreError> {
    let found: Option<String> = db
        .prepare_cached("SELECT reason FROM withdrawals WHERE version = ?1")
        .and_then(|mut s| s.query_row([stamp.policy_version], |r| r.get(0)).optional())
        .map_err(in_database("reading versions", db))?;
    match found {
        None => Ok(()),
        Some(reason) => Err(StoreError::Refused(format!(
            "version {} of the policy was withdrawn ({reason}): submit under the one in force",
            stamp.policy_version
        ))),
    }
}

/// Sends a label set back, or turns it down.
pub(crate) fn return_set(
    db: &Connection,
    row: &LogRow,
    key: &LabelSetKey,
    revision: u32,
    (state, reason, comments): (SetState, &str, &[String]),
) -> Result<(), StoreError> {
    require_sample(db, &key.sample)?;
    require_reason(reason)?;
    let step = match &row.decision {
        Decision::LabelsRejected { .. } => Step::Reject { revision },
        Decision::LabelsInvalidated { .. } => Step::Invalidate { revision },
        _ => Step::SendBack { revision },
    };
    let refusal = standing(db, &key.sample)?.refusal(step, &row.actor, &key.annotator);
    refuse(&key.sample, refusal)?;
    run(
        db,
        "UPDATE label_sets SET submitted = 0 WHERE sample = ?1 AND annotator = ?2",
        params![key.sample.0, key.annotator],
    )?;
    run(
        db,
        "INSERT INTO returns (sample, annotator, revision, state, by, at_utc_ms, reason, comments)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        params![
            key.sample.0,
            key.annotator,
            revision,
            state_name(state),
            row.actor,
            row.at_utc_ms,
            reason,
            canonical_json(&comments)
        ],
    )
}

/// A new revision answers what was sent back.
pub(crate) fn answer_return(db: &Connection, key: &LabelSetKey) -> Result<(), StoreError> {
    let sql = "DELETE FROM returns WHERE sample = ?1 AND annotator = ?2";
    run(db, sql, params![key.sample.0, key.annotator])
}

/// What a decision to settle says.
pub(crate) struct Settlement<'a> {
    pub(crate) key: &'a LabelSetKey,
    pub(crate) how: Settling,
    pub(crate) sets: &'a [JudgedSet],
    pub(crate) stamp: &'a Stamp,
    pub(crate) digest: &'a str,
}

/// The one door to settled gold: here, and not in a use case, it is held against the ontology and the policy it is
/// stamped with, and against the label sets it says it rests on.
pub(crate) fn settle(db: &Connection, row: &LogRow, settlement: &Settlement<'_>) -> Result<(), StoreError> {
    let Settlement { key, how, sets, stamp, digest: stated } = *settlement;
    let image = require_sample(db, &key.sample)?;
    let mut standing = standing(db, &key.sample)?;
    // Which of the label sets have to be looked at depends on more than the log: on answers that were known, and on the
    // annotator that a validation takes as its reference.
    standing.sets.retain(|set| sets.iter().any(|judged| judged.annotator == set.annotator));
    let looked_at: Vec<(&str, u32)> = sets.iter().map(|set| (set.annotator.as_str(), set.revision)).collect();
    refuse(&key.sample, standing.refusal(Step::Settle { how, sets: &looked_at }, &row.actor, &key.annotator))?;
    let set = read::label_set(db, key)?.unwrap_or_else(|| LabelSet::draft(key.clone(), stamp.clone()));
    refuse(&key.sample, misfit(&set, row, settlement))?;
    if digest(&set.labels) != stated {
        let why = "its labels changed while it was being settled: settle it again";
        return refuse(&key.sample, Some(why.to_owned()));
    }
    require_in_force(db, stamp)?;
    let (ontology, policy) = stamped(db, stamp)?;
    let labels = Labels { judgement: None, rejected: concord_domain::rejection::Rejections::default(), ..set.labels };
    if let Some(first) = check::findings(&labels, image, &ontology, &policy).first() {
        return refuse(&key.sample, Some(format!("its labels break the policy: {}", first.message)));
    }
    run(db, "DELETE FROM reopened WHERE sample = ?1", [&key.sample.0])?;
    run(
        db,
        "INSERT INTO gold (sample, annotator, by, at_utc_ms, how, sets, stamp, digest, labels)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        params![
            key.sample.0,
            key.annotator,
            row.actor,
            row.at_utc_ms,
            how.name(),
            canonical_json(&sets),
            canonical_json(stamp),
            digest(&labels),
            canonical_json(&labels)
        ],
    )
}

/// Why a label set is not the one that a settlement speaks of, if it is not.
fn misfit(set: &LabelSet, row: &LogRow, settlement: &Settlement<'_>) -> Option<String> {
    let Settlement { key, how, sets, .. } = *settlement;
    if how == Settling::Accepted {
        let is_that = sets.iter().all(|judged| judged.annotator == key.annotator) && set.labels.judgement.is_none();
        return (!is_that).then(|| "what is accepted is the label set that was looked at".to_owned());
    }
    if key.annotator != row.actor {
        return Some(format!("{} cannot decide in the name of {}", row.actor, key.annotator));
    }
    match &set.labels.judgement {
        None => Some(format!("{} has not begun to judge it", row.actor)),
        Some(judgement) if judgement.stage != how.stage() => {
            Some(format!("{} began it as another stage: put it down and take it up again", row.actor))
        }
        Some(judgement) if judgement.sets != sets => {
            Some("other label sets were judged than those it is to be settled by: take it up again".to_owned())
        }
        Some(_) => None,
    }
}

pub(crate) fn reopen(db: &Connection, row: &LogRow, sample: &SampleId, reason: &str) -> Result<(), StoreError> {
    require_sample(db, sample)?;
    require_reason(reason)?;
    refuse(sample, standing(db, sample)?.refusal(Step::Reopen, &row.actor, ""))?;
    run(db, "DELETE FROM gold WHERE sample = ?1", [&sample.0])?;
    run(
        db,
        "INSERT INTO reopened (sample, by, at_utc_ms, reason) VALUES (?1, ?2, ?3, ?4)",
        params![sample.0, row.actor, row.at_utc_ms, reason],
    )
}

fn require_reason(reason: &str) -> Result<(), StoreError> {
    if reason.trim().is_empty() { Err(StoreError::Refused("it needs a reason".to_owned())) } else { Ok(()) }
}

fn refuse(sample: &SampleId, refusal: Option<String>) -> Result<(), StoreError> {
    match refusal {
        None => Ok(()),
        Some(why) => Err(StoreError::Refused(format!("sample {}: {why}", sample.short()))),
    }
}

/// Where a sample stands: the label sets of all annotators, without those of judges.
fn standing(db: &Connection, sample: &SampleId) -> Result<Standing, StoreError> {
    let sql = "SELECT l.annotator, l.revision, l.submitted, r.state FROM label_sets l
        LEFT JOIN returns r ON r.sample = l.sample AND r.annotator = l.annotator AND r.revision = l.revision
        WHERE l.sample = ?1 AND l.judges = 0 ORDER BY l.annotator";
    let read = |r: &Row<'_>| {
        let returned: Option<String> = r.get(3)?;
        let state = match returned.as_deref() {
            Some(name) => named_state(name),
            None if r.get(2)? => SetState::Submitted,
            None => SetState::Draft,
        };
        Ok(SetStanding { annotator: r.get(0)?, revision: r.get(1)?, state })
    };
    let sets = db
        .prepare_cached(sql)
        .and_then(|mut s| s.query_map([&sample.0], read)?.collect())
        .map_err(in_database("reading label sets", db))?;
    let reopened = db
        .prepare_cached("SELECT reason FROM reopened WHERE sample = ?1")
        .and_then(|mut s| s.query_row([&sample.0], |r| r.get(0)).optional())
        .map_err(in_database("reading what was reopened", db))?;
    Ok(Standing { sets, settled_by: settled_by(db, sample)?, reopened })
}

fn settled_by(db: &Connection, sample: &SampleId) -> Result<Option<String>, StoreError> {
    db.prepare_cached("SELECT by FROM gold WHERE sample = ?1")
        .and_then(|mut s| s.query_row([&sample.0], |r| r.get(0)).optional())
        .map_err(in_database("reading gold", db))
}

fn people(db: &Connection) -> Result<People, StoreError> {
    let rows: Vec<(String, String)> = db
        .prepare_cached("SELECT person, roles FROM people ORDER BY person")
        .and_then(|mut s| s.query_map([], |r| Ok((r.get(0)?, r.get(1)?)))?.collect())
        .map_err(in_database("reading people", db))?;
    let rows: Result<Vec<(String, Roles)>, StoreError> =
        rows.into_iter().map(|(person, roles)| Ok((person.clone(), decode("people", &person, &roles)?))).collect();
    Ok(People::from_rows(rows?))
}

fn state_name(state: SetState) -> &'static str {
    if state == SetState::Rejected { "rejected" } else { "sent_back" }
}

fn named_state(name: &str) -> SetState {
    if name == "rejected" { SetState::Rejected } else { SetState::SentBack }
}

fn settling(name: &str) -> Settling {
    let all = [Settling::Accepted, Settling::Fixed, Settling::Arbitrated];
    all.into_iter().find(|how| how.name() == name).unwrap_or(Settling::Arbitrated)
}

const RETURNS_SQL: &str = "SELECT sample, annotator, revision, state, by, at_utc_ms, reason, comments FROM returns";
const GOLD_SQL: &str = "SELECT sample, by, at_utc_ms, how, sets, stamp, digest, labels FROM gold";

impl Reader {
    /// The people of the project with their roles.
    pub fn people(&self) -> Result<People, StoreError> {
        people(&self.connection)
    }

    /// Where a sample stands by the log alone: the label sets of all annotators, answers to tasks whose answer was known
    /// and those of a validation's reference among them.
    pub fn standing(&self, sample: &SampleId) -> Result<Standing, StoreError> {
        standing(&self.connection, sample)
    }

    /// What was sent back or turned down and not submitted again since, in order of sample and annotator; of one
    /// annotator where one is named.
    pub fn returns(&self, annotator: Option<&str>) -> Result<Vec<Return>, StoreError> {
        let sql = format!("{RETURNS_SQL} WHERE ?1 IS NULL OR annotator = ?1 ORDER BY sample, annotator");
        let rows = self.all("reading what was sent back", &sql, params![annotator], RawReturn::read)?;
        rows.into_iter().map(RawReturn::decode).collect()
    }

    /// What was sent back or turned down of a label set and not submitted again since.
    pub fn return_of(&self, key: &LabelSetKey) -> Result<Option<Return>, StoreError> {
        let sql = format!("{RETURNS_SQL} WHERE sample = ?1 AND annotator = ?2");
        let values = params![key.sample.0, key.annotator];
        self.one("reading what was sent back", &sql, values, RawReturn::read)?.map(RawReturn::decode).transpose()
    }

    /// What somebody settled on a sample, if somebody did.
    pub fn gold_of(&self, sample: &SampleId) -> Result<Option<GoldRow>, StoreError> {
        let sql = format!("{GOLD_SQL} WHERE sample = ?1");
        self.one("reading gold", &sql, [&sample.0], RawGold::read)?.map(RawGold::decode).transpose()
    }

    /// Calls `each` with everything that somebody settled, in order of sample, one in memory at a time.
    pub fn each_gold(&self, mut each: impl FnMut(GoldRow)) -> Result<(), StoreError> {
        let doing = "reading gold";
        let sql = format!("{GOLD_SQL} ORDER BY sample");
        let mut statement = self.connection.prepare(&sql).map_err(in_database(doing, &self.connection))?;
        let mut rows = statement.query([]).map_err(in_database(doing, &self.connection))?;
        while let Some(row) = rows.next().map_err(in_database(doing, &self.connection))? {
            each(RawGold::read(row).map_err(in_database(doing, &self.connection))?.decode()?);
        }
        Ok(())
    }

    /// The samples that somebody settled, sorted.
    pub fn settled(&self) -> Result<Vec<SampleId>, StoreError> {
        self.all("reading gold", "SELECT sample FROM gold ORDER BY sample", [], |r| Ok(SampleId(r.get(0)?)))
    }

    /// Why a sample was reopened, if it was and was not settled since.
    pub fn reopened_for(&self, sample: &SampleId) -> Result<Option<String>, StoreError> {
        let sql = "SELECT reason FROM reopened WHERE sample = ?1";
        self.one("reading what was reopened", sql, [&sample.0], |r| r.get(0))
    }

    /// The samples that were reopened and not settled since, with the reasons.
    pub fn reopened(&self) -> Result<Vec<(SampleId, String)>, StoreError> {
        let sql = "SELECT sample, reason FROM reopened ORDER BY sample";
        self.all("reading what was reopened", sql, [], |r| Ok((SampleId(r.get(0)?), r.get(1)?)))
    }

    /// The versions of the policy that were withdrawn, with the reasons.
    pub fn withdrawn(&self) -> Result<Vec<(u32, String)>, StoreError> {
        let sql = "SELECT version, reason FROM withdrawals ORDER BY version";
        self.all("reading versions", sql, [], |r| Ok((r.get(0)?, r.get(1)?)))
    }

    /// Who judges which sample, in order of sample and name.
    pub fn judges(&self) -> Result<Vec<LabelSetKey>, StoreError> {
        let sql = "SELECT sample, annotator FROM label_sets WHERE judges = 1 ORDER BY sample, annotator";
        let read = |r: &Row<'_>| Ok(LabelSetKey { sample: SampleId(r.get(0)?), annotator: r.get(1)? });
        self.all("reading who judges", sql, [], read)
    }
}

/// A return whose comments are not read yet.
struct RawReturn {
    plain: Return,
    comments: String,
}

impl RawReturn {
    fn read(r: &Row<'_>) -> rusqlite::Result<Self> {
        let plain = Return {
            key: LabelSetKey { sample: SampleId(r.get(0)?), annotator: r.get(1)? },
            revision: r.get(2)?,
            state: named_state(&r.get::<_, String>(3)?),
            by: r.get(4)?,
            at_utc_ms: r.get(5)?,
            reason: r.get(6)?,
            comments: vec![],
        };
        Ok(Self { plain, comments: r.get(7)? })
    }

    fn decode(self) -> Result<Return, StoreError> {
        let comments = decode("returns", &self.plain.key.sample.0, &self.comments)?;
        Ok(Return { comments, ..self.plain })
    }
}

/// A row of gold whose texts are not read yet.
struct RawGold {
    sample: String,
    by: String,
    at_utc_ms: i64,
    how: String,
    texts: [String; 4],
}

impl RawGold {
    fn read(r: &Row<'_>) -> rusqlite::Result<Self> {
        let texts = [r.get(4)?, r.get(5)?, r.get(6)?, r.get(7)?];
        Ok(Self { sample: r.get(0)?, by: r.get(1)?, at_utc_ms: r.get(2)?, how: r.get(3)?, texts })
    }

    fn decode(self) -> Result<GoldRow, StoreError> {
        let [sets, stamp, digest, labels] = self.texts;
        Ok(GoldRow {
            by: self.by,
            at_utc_ms: self.at_utc_ms,
            how: settling(&self.how),
            sets: decode("gold", &self.sample, &sets)?,
            stamp: decode("gold", &self.sample, &stamp)?,
            labels: decode("gold", &self.sample, &labels)?,
            digest,
            sample: SampleId(self.sample),
        })
    }
}
