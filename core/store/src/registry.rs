//! The registry of models: state folded from the log.

use concord_domain::digest::canonical_json;
use concord_domain::model::{ModelCalibration, ModelSpeed, RegisteredModel};
use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::StoreError;
use crate::label_rows::run;
use crate::log::LogRow;
use crate::read::{Reader, decode, in_database};

/// A registered model with what was found out about it since.
#[derive(Debug, Clone, PartialEq)]
pub struct RegistryRow {
    /// The model.
    pub model: RegisteredModel,
    /// Who registered it.
    pub added_by: String,
    /// When, in milliseconds since 1970 UTC.
    pub added_at_ms: i64,
    /// The calibration in force.
    pub calibration: Option<ModelCalibration>,
    /// The latest speed measured on each device, by the device's name.
    pub speeds: Vec<(String, ModelSpeed)>,
    /// True when it is out of use.
    pub is_retired: bool,
}

pub(crate) fn add(db: &Connection, row: &LogRow, model: &RegisteredModel) -> Result<(), StoreError> {
    model.check().map_err(|e| StoreError::Refused(e.to_string()))?;
    let known: Option<String> = db
        .query_row("SELECT name FROM registry WHERE sha256 = ?1 OR name = ?2", [&model.sha256, &model.name], |r| {
            r.get(0)
        })
        .optional()
        .map_err(in_database("looking for a model", db))?;
    if let Some(name) = known {
        let what =
            if name == model.name { "a model of this name".to_owned() } else { format!("this file as \"{name}\"") };
        return Err(StoreError::Refused(format!("the registry has {what} already")));
    }
    run(
        db,
        "INSERT INTO registry (sha256, name, row, added_by, added_at_ms, body, calibration, retired)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, NULL, 0)",
        params![model.sha256, model.name, row.id, row.actor, row.at_utc_ms, canonical_json(model)],
    )
}

pub(crate) fn calibrate(
    db: &Connection,
    sha256: &str,
    calibration: Option<&ModelCalibration>,
) -> Result<(), StoreError> {
    update(db, "UPDATE registry SET calibration = ?2 WHERE sha256 = ?1", sha256, calibration.map(canonical_json))
}

pub(crate) fn retire(db: &Connection, sha256: &str, retired: bool) -> Result<(), StoreError> {
    update(db, "UPDATE registry SET retired = ?2 WHERE sha256 = ?1", sha256, retired)
}

pub(crate) fn measure(db: &Connection, row: &LogRow, sha256: &str, speed: &ModelSpeed) -> Result<(), StoreError> {
    require(db, sha256)?;
    run(
        db,
        "INSERT INTO model_speeds (row, sha256, device, at_utc_ms, body) VALUES (?1, ?2, ?3, ?4, ?5)",
        params![row.id, sha256, row.device, row.at_utc_ms, canonical_json(speed)],
    )
}

fn update(db: &Connection, sql: &'static str, sha256: &str, value: impl rusqlite::ToSql) -> Result<(), StoreError> {
    require(db, sha256)?;
    run(db, sql, params![sha256, value])
}

fn require(db: &Connection, sha256: &str) -> Result<(), StoreError> {
    db.query_row("SELECT 1 FROM registry WHERE sha256 = ?1", [sha256], |_| Ok(()))
        .optional()
        .map_err(in_database("looking for a model", db))?
        .ok_or_else(|| StoreError::Refused(format!("the registry has no model {sha256}")))
}

/// A row as it is stored: model, who, when, calibration, retired.
type RawModel = (String, String, i64, Option<String>, bool);

impl Reader {
    /// All registered models by name, those out of use among them.
    pub fn registry(&self) -> Result<Vec<RegistryRow>, StoreError> {
        let sql = "SELECT body, added_by, added_at_ms, calibration, retired FROM registry ORDER BY name";
        let read = |r: &Row<'_>| Ok((r.get(0)?, r.get(1)?, r.get(2)?, r.get(3)?, r.get(4)?));
        let rows: Vec<RawModel> = self.all("reading models", sql, [], read)?;
        rows.into_iter()
            .map(|(body, added_by, added_at_ms, calibration, is_retired)| {
                let model: RegisteredModel = decode("registry", "body", &body)?;
                let calibration = calibration.map(|text| decode("registry", &model.sha256, &text)).transpose()?;
                let speeds = self.speeds(&model.sha256)?;
                Ok(RegistryRow { model, added_by, added_at_ms, calibration, speeds, is_retired })
            })
            .collect()
    }

    /// The registered model of that name or SHA-256.
    pub fn registered(&self, name_or_sha256: &str) -> Result<Option<RegistryRow>, StoreError> {
        let fits = |row: &RegistryRow| row.model.name == name_or_sha256 || row.model.sha256 == name_or_sha256;
        Ok(self.registry()?.into_iter().find(fits))
    }

    fn speeds(&self, sha256: &str) -> Result<Vec<(String, ModelSpeed)>, StoreError> {
        let sql =
            "SELECT device, body, max(at_utc_ms) FROM model_speeds WHERE sha256 = ?1 GROUP BY device ORDER BY device";
        let read = |r: &Row<'_>| Ok((r.get::<_, String>(0)?, r.get::<_, String>(1)?));
        let rows = self.all("reading speeds", sql, [sha256], read)?;
        rows.into_iter().map(|(device, body)| Ok((device, decode("model_speeds", sha256, &body)?))).collect()
    }
}
