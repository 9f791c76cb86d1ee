//! The fold: what each decision does to the state tables. Commit and replay go through the same function.

use concord_domain::change::Change;
use concord_domain::check;
use concord_domain::decision::{Decision, Quarantined};
use concord_domain::digest::{canonical_json, digest};
use concord_domain::label_set::{LabelSet, LabelSetKey, Labels, Stamp, Status};
use concord_domain::migration::Migration;
use concord_domain::ontology::Ontology;
use concord_domain::policy::Policy;
use concord_domain::review::{SetState, Step};
use concord_domain::sample::SampleId;
use concord_domain::undo::UndoStacks;
use concord_geometry::Size;
use rusqlite::{Connection, OptionalExtension, params};

use crate::StoreError;
use crate::label_rows::{self, run};
use crate::log::{COLUMNS, LogRow, RawRow};
use crate::read::{self, decode, in_database};
use crate::{campaigns, registry, review, tasks, work};

/// Folds one row into the state tables. When the decision does not fit, the error says why and the caller rolls back.
pub(crate) fn apply(db: &Connection, row: &LogRow) -> Result<(), StoreError> {
    review::require_role(db, row)?;
    match &row.decision {
        // Facts speak for themselves: their rows are checked against the digest in the decision.
        Decision::ProjectCreated { .. } | Decision::SamplesImported { .. } | Decision::RunRecorded { .. } => Ok(()),
        Decision::ModelAdded { model } => registry::add(db, row, model),
        Decision::ModelCalibrated { sha256, calibration } => registry::calibrate(db, sha256, calibration.as_deref()),
        Decision::ModelMeasured { sha256, speed } => registry::measure(db, row, sha256, speed),
        Decision::ModelRetired { sha256, retired } => registry::retire(db, sha256, *retired),
        Decision::OntologyPublished { ontology, digest } => {
            publish(db, "ontologies", ontology.version, digest, &ontology.digest(), ontology)
        }
        Decision::PolicyPublished { policy, digest } => {
            publish(db, "policies", policy.version, digest, &policy.digest(), policy)
        }
        Decision::LabelsEdited { key, stamp, change } => edit(db, row, key, stamp, change),
        Decision::LabelsSubmitted { key, revision, stamp, digest } => submit(db, row, key, *revision, stamp, digest),
        Decision::LabelsImported { key, revision, stamp, labels, .. } => import(db, row, key, *revision, stamp, labels),
        Decision::LabelsMigrated { key, revision, stamp, migration, digest } => {
            migrate(db, row, key, *revision, (stamp, migration, digest))
        }
        Decision::LabelsQuarantined { key, source, objects } => quarantine(db, row, key, source, objects),
        Decision::SampleSkipped { key, reason } => run(
            db,
            "INSERT INTO skips (sample, annotator, reason) VALUES (?1, ?2, ?3)
             ON CONFLICT (sample, annotator) DO UPDATE SET reason = excluded.reason",
            params![key.sample.0, key.annotator, reason],
        ),
        Decision::LabelsSentBack { key, revision, reason, comments } => {
            review::return_set(db, row, key, *revision, (SetState::SentBack, reason, comments))
        }
        Decision::LabelsInvalidated { key, revision, reason } => {
            review::return_set(db, row, key, *revision, (SetState::SentBack, reason, &[]))
        }
        Decision::LabelsRejected { key, revision, reason } => {
            review::return_set(db, row, key, *revision, (SetState::Rejected, reason, &[]))
        }
        Decision::SampleSettled { key, how, sets, stamp, digest } => {
            review::settle(db, row, &review::Settlement { key, how: *how, sets, stamp, digest })
        }
        Decision::SampleReopened { sample, reason } => review::reopen(db, row, sample, reason),
        Decision::CampaignStarted { campaign, reason, tasks, stamp } => {
            campaigns::start(db, row, campaign, (reason, tasks, stamp))
        }
        Decision::RolesGiven { person, roles } => review::give_roles(db, person, roles),
        Decision::PolicyWithdrawn { version, reason } => review::withdraw(db, row, *version, reason),
        Decision::CommentAdded { sample, comment, at, text } => {
            require_sample(db, sample)?;
            run(
                db,
                "INSERT INTO comments (id, sample, author, at_utc_ms, x, y, text, settled)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 0)",
                params![comment, sample.0, row.actor, row.at_utc_ms, at.map(|p| p.x), at.map(|p| p.y), text],
            )
        }
        Decision::CommentSettled { sample, comment, settled } => settle(db, sample, comment, *settled),
        Decision::TaskTimed { key, active_ms, waited_ms, idle_ms, opened_at_utc_ms, judging } => {
            let (active_ms, waited_ms, idle_ms) = (*active_ms, *waited_ms, *idle_ms);
            let (opened_at_utc_ms, judging) = (*opened_at_utc_ms, *judging);
            work::time(db, row, key, &work::Visit { active_ms, waited_ms, idle_ms, opened_at_utc_ms, judging })
        }
        Decision::TaskLeased { key, until_utc_ms, honeypot } => {
            require_sample(db, &key.sample)?;
            tasks::lease(db, row, key, *until_utc_ms, *honeypot)
        }
        Decision::TaskReleased { key } => tasks::release(db, key),
        Decision::TaskSnoozed { key, until_utc_ms } => {
            require_sample(db, &key.sample)?;
            tasks::snooze(db, row, key, *until_utc_ms)
        }
        Decision::QueueBoosted { reason, samples } => {
            for sample in samples {
                run(
                    db,
                    "INSERT INTO boosts (sample, row, reason) VALUES (?1, ?2, ?3)",
                    params![sample.0, row.id, reason],
                )?;
            }
            Ok(())
        }
        Decision::ReleaseMade { name, digest, samples, objects } => run(
            db,
            "INSERT INTO releases (name, digest, samples, objects, row) VALUES (?1, ?2, ?3, ?4, ?5)",
            params![name, digest, *samples as i64, *objects as i64, row.id],
        ),
    }
}

/// Folds the whole log into empty state tables.
pub(crate) fn refold(db: &Connection) -> Result<(), StoreError> {
    let doing = "reading the log";
    let sql = format!("SELECT {COLUMNS} FROM log ORDER BY seq");
    let mut statement = db.prepare(&sql).map_err(in_database(doing, db))?;
    let mut rows = statement.query([]).map_err(in_database(doing, db))?;
    while let Some(row) = rows.next().map_err(in_database(doing, db))? {
        let raw = RawRow::read(row).map_err(in_database(doing, db))?;
        apply(db, &raw.decode()?)?;
    }
    Ok(())
}

fn settle(db: &Connection, sample: &SampleId, comment: &str, settled: bool) -> Result<(), StoreError> {
    let changed = db
        .prepare_cached("UPDATE comments SET settled = ?3 WHERE id = ?1 AND sample = ?2 AND settled <> ?3")
        .and_then(|mut s| s.execute(params![comment, sample.0, settled]))
        .map_err(in_database("settling a comment", db))?;
    if changed == 0 {
        return Err(StoreError::Refused(format!("the comment {comment} is not there, or was settled so already")));
    }
    Ok(())
}

fn publish(
    db: &Connection,
    table: &'static str,
    version: u32,
    stated: &str,
    computed: &str,
    body: &impl serde::Serialize,
) -> Result<(), StoreError> {
    if stated != computed {
        return Err(StoreError::Refused(format!("the digest of version {version} in {table} is not that of its text")));
    }
    let newest: Option<u32> = db
        .query_row(&format!("SELECT max(version) FROM {table}"), [], |r| r.get(0))
        .map_err(in_database("reading versions", db))?;
    if newest.is_some_and(|n| version <= n) {
        let newest = newest.unwrap_or_default();
        return Err(StoreError::Refused(format!(
            "version {version} is published already or older than the newest ({newest}): raise `version` to {}",
            newest + 1
        )));
    }
    db.execute(
        &format!("INSERT INTO {table} (version, digest, body) VALUES (?1, ?2, ?3)"),
        params![version, stated, canonical_json(body)],
    )
    .map(|_| ())
    .map_err(in_database("publishing", db))
}

fn edit(db: &Connection, row: &LogRow, key: &LabelSetKey, stamp: &Stamp, change: &Change) -> Result<(), StoreError> {
    require_sample(db, &key.sample)?;
    review::require_open(db, key, Step::Edit)?;
    if change.takes_up() {
        let revision = label_rows::head(db, key)?.map_or(0, |head| head.status.revision());
        review::require_unsubmitted(key, revision)?;
    }
    label_rows::apply(db, key, stamp, change)?;
    record_undo(db, row, key)
}

/// Moves the row that was taken back, or pushes the new row, on the undo and redo stacks of the label set.
fn record_undo(db: &Connection, row: &LogRow, key: &LabelSetKey) -> Result<(), StoreError> {
    let top = |stack: &str| -> Result<(i64, Vec<String>), StoreError> {
        let found = read::latest_step(db, key, stack)?;
        Ok(found.map_or((0, vec![]), |(position, row)| (position, vec![row])))
    };
    let ((undo_at, undo), (redo_at, redo)) = (top("undo")?, top("redo")?);
    let before = UndoStacks { undo, redo };
    let mut after = before.clone();
    if !after.record(&row.id, row.undoes.as_deref()) {
        return Err(StoreError::Refused("only the latest change can be undone or redone".to_owned()));
    }
    let drop_top = |stack: &str, at: i64| {
        run(
            db,
            "DELETE FROM undo_steps WHERE sample = ?1 AND annotator = ?2 AND stack = ?3 AND position = ?4",
            params![key.sample.0, key.annotator, stack, at],
        )
    };
    let push = |stack: &str, at: i64| {
        run(
            db,
            "INSERT INTO undo_steps (sample, annotator, stack, position, row) VALUES (?1, ?2, ?3, ?4, ?5)",
            params![key.sample.0, key.annotator, stack, at + 1, row.id],
        )
    };
    match row.undoes.as_deref() {
        None => {
            clear_steps(db, key, "redo")?;
            push("undo", undo_at)
        }
        Some(target) if before.undo.last().is_some_and(|top| top == target) => {
            drop_top("undo", undo_at)?;
            push("redo", redo_at)
        }
        Some(_) => {
            drop_top("redo", redo_at)?;
            push("undo", undo_at)
        }
    }
}

pub(crate) fn clear_steps(db: &Connection, key: &LabelSetKey, stack: &str) -> Result<(), StoreError> {
    run(
        db,
        "DELETE FROM undo_steps WHERE sample = ?1 AND annotator = ?2 AND stack = ?3",
        params![key.sample.0, key.annotator, stack],
    )
}

fn submit(
    db: &Connection,
    row: &LogRow,
    key: &LabelSetKey,
    revision: u32,
    stamp: &Stamp,
    stated: &str,
) -> Result<(), StoreError> {
    let mut set = read::label_set(db, key)?.unwrap_or_else(|| LabelSet::draft(key.clone(), stamp.clone()));
    require_word(&set)?;
    if digest(&set.labels) != stated {
        return Err(StoreError::Refused(format!(
            "the labels of {} changed while they were being submitted: submit again",
            key.sample.short()
        )));
    }
    set.stamp = stamp.clone();
    accept(db, row, set, revision)
}

fn import(
    db: &Connection,
    row: &LogRow,
    key: &LabelSetKey,
    revision: u32,
    stamp: &Stamp,
    labels: &Labels,
) -> Result<(), StoreError> {
    let mut set = read::label_set(db, key)?.unwrap_or_else(|| LabelSet::draft(key.clone(), stamp.clone()));
    require_word(&set)?;
    set.labels = labels.clone();
    set.stamp = stamp.clone();
    clear_steps(db, key, "undo")?;
    clear_steps(db, key, "redo")?;
    label_rows::write(db, &set)?;
    accept(db, row, set, revision)
}

fn migrate(
    db: &Connection,
    row: &LogRow,
    key: &LabelSetKey,
    revision: u32,
    (stamp, migration, stated): (&Stamp, &Migration, &str),
) -> Result<(), StoreError> {
    let set = read::label_set(db, key)?.filter(|set| set.status.is_submitted());
    let Some(mut set) = set else {
        let why = format!("{} has submitted nothing on {} that could be migrated", key.annotator, key.sample.short());
        return Err(StoreError::Refused(why));
    };
    let (ontology, _) = stamped(db, stamp)?;
    set.labels = migration.apply(&set.labels, &ontology);
    if digest(&set.labels) != stated {
        let why = format!("the labels of {} are not those that the migration gave: migrate again", key.sample.short());
        return Err(StoreError::Refused(why));
    }
    set.stamp = stamp.clone();
    clear_steps(db, key, "undo")?;
    clear_steps(db, key, "redo")?;
    label_rows::write(db, &set)?;
    accept(db, row, set, revision)
}

/// Refuses to take what a judge has for an annotator's word, or to put one in its place.
fn require_word(set: &LabelSet) -> Result<(), StoreError> {
    if set.labels.judgement.is_none() {
        return Ok(());
    }
    Err(StoreError::Refused(format!(
        "{} judges {}: what is judged is settled, not submitted",
        set.key.annotator,
        set.key.sample.short()
    )))
}

/// The one door for submitted labels: it is here, and not in a use case, that labels are held against the ontology
/// and the policy they are stamped with, so that nothing can pass beside it.
fn accept(db: &Connection, row: &LogRow, mut set: LabelSet, revision: u32) -> Result<(), StoreError> {
    let image = require_sample(db, &set.key.sample)?;
    review::require_open(db, &set.key, Step::Submit)?;
    review::require_in_force(db, &set.stamp)?;
    let (ontology, policy) = stamped(db, &set.stamp)?;
    let findings = check::findings(&set.labels, image, &ontology, &policy);
    if let Some(first) = findings.first() {
        return Err(StoreError::Refused(format!(
            "the labels of {} break {} rule(s), the first: {}",
            set.key.sample.short(),
            findings.len(),
            first.message
        )));
    }
    let expected = set.status.revision() + 1;
    if revision != expected {
        return Err(StoreError::Refused(format!("revision {revision} cannot follow revision {}", expected - 1)));
    }
    set.status = Status::Submitted { revision };
    review::answer_return(db, &set.key)?;
    label_rows::write_head(db, &set.key, &set.stamp, set.status, &set.labels, set.labels.objects.len())?;
    run(
        db,
        "INSERT INTO revisions (sample, annotator, revision, row, stamp, digest, labels)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        params![
            set.key.sample.0,
            set.key.annotator,
            revision,
            row.id,
            canonical_json(&set.stamp),
            digest(&set.labels),
            canonical_json(&set.labels)
        ],
    )
}

fn quarantine(
    db: &Connection,
    row: &LogRow,
    key: &LabelSetKey,
    source: &str,
    objects: &[Quarantined],
) -> Result<(), StoreError> {
    for (position, item) in objects.iter().enumerate() {
        run(
            db,
            "INSERT INTO quarantine (row, position, sample, annotator, source, object, reason)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            params![
                row.id,
                position as i64,
                key.sample.0,
                key.annotator,
                source,
                canonical_json(&item.object),
                item.reason
            ],
        )?;
    }
    Ok(())
}

pub(crate) fn require_sample(db: &Connection, sample: &SampleId) -> Result<Size, StoreError> {
    db.prepare_cached("SELECT width, height FROM samples WHERE id = ?1")
        .and_then(|mut s| s.query_row([&sample.0], |r| Ok(Size::new(r.get(0)?, r.get(1)?))).optional())
        .map_err(in_database("reading a sample", db))?
        .ok_or_else(|| StoreError::Refused(format!("the catalogue has no sample {sample}")))
}

/// The ontology and the policy that a stamp names.
pub(crate) fn stamped(db: &Connection, stamp: &Stamp) -> Result<(Ontology, Policy), StoreError> {
    let find = |sql: &'static str, digest: &str| {
        db.prepare_cached(sql)
            .and_then(|mut s| s.query_row([digest], |r| r.get::<_, String>(0)).optional())
            .map_err(in_database("reading what a stamp names", db))?
            .ok_or_else(|| StoreError::Refused(format!("the project has no published version {digest}")))
    };
    let ontology = find("SELECT body FROM ontologies WHERE digest = ?1", &stamp.ontology_digest)?;
    let policy = find("SELECT body FROM policies WHERE digest = ?1", &stamp.policy_digest)?;
    Ok((decode("ontologies", &stamp.ontology_digest, &ontology)?, decode("policies", &stamp.policy_digest, &policy)?))
}
