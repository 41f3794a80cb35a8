//! Consults in SQL.

use super::asked::Asked;
use super::db::Db;
use super::{counter, moment, outbox, version};
use crate::crypto::WrappedKey;
use crate::domain::id::{Account, ConsultId, UnitCode};
use crate::server::store::{ConsultQuery, ConsultRecord, ConsultWrite, StoreError};
use tokio_postgres::Row;
use tokio_postgres::types::ToSql;

const COLUMNS: &str = "id, version, department, asker, open, asked_ms, changed_ms, key, doc";

/// A consult, new or changed, with what belongs to it.
pub(super) async fn write(db: &Db, write: &ConsultWrite) -> Result<(), StoreError> {
    let (consult, expected) = (&write.consult, write.expected);
    let new = expected == 0;
    let sql = if new {
        "INSERT INTO consults (id, version, department, asker, open, asked_ms, changed_ms, key, doc)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING"
    } else {
        "UPDATE consults SET version = $2, department = $3, asker = $4, open = $5, asked_ms = $6, changed_ms = $7,
             key = $8, doc = $9
         WHERE id = $1 AND version = $10"
    };
    let given: &[&(dyn ToSql + Sync)] = &[
        &consult.id.0,
        &version(consult.version),
        &consult.department.as_str(),
        &consult.asker.as_str(),
        &consult.open,
        &consult.asked.as_millisecond(),
        &consult.changed.as_millisecond(),
        &consult.key.0,
        &consult.doc,
        &version(expected),
    ];
    // A new one has no version that it rests on.
    let given = if new { &given[..9] } else { given };
    let done = db.run(sql, given).await?;
    if done != 1 && new {
        return Err(StoreError::Exists);
    }
    if done != 1 {
        let current = get(db, consult.id).await?.ok_or(StoreError::Missing)?;
        return Err(StoreError::Stale {
            current: current.version,
            expected,
        });
    }
    db.tell(&write.outbox);
    match &write.replay {
        Some(replay) => outbox::put_replay(db, replay).await,
        None => Ok(()),
    }
}

/// A consult.
pub(super) async fn get(db: &Db, id: ConsultId) -> Result<Option<ConsultRecord>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM consults WHERE id = $1");
    let row = db.maybe(&sql, &[&id.0]).await?;
    row.as_ref().map(read).transpose()
}

/// Those that concern somebody, the open ones first, each in the order they were asked.
pub(super) async fn list(db: &Db, query: &ConsultQuery) -> Result<Vec<ConsultRecord>, StoreError> {
    let mut conditions = Asked::default();
    let since = conditions.number(query.since.as_millisecond());
    conditions.that(format!("(open OR changed_ms >= {since})"));
    if let Some(asker) = &query.asker {
        let who = conditions.text(asker.as_str());
        let concerns = match &query.department {
            Some(department) => {
                let department = conditions.text(department.as_str());
                format!("(asker = {who} OR department = {department})")
            }
            None => format!("asker = {who}"),
        };
        conditions.that(concerns);
    }
    let (all, limit) = (
        conditions.conditions(),
        conditions.number(i64::from(query.limit)),
    );
    let sql = format!(
        "SELECT {COLUMNS} FROM consults WHERE {all} ORDER BY open DESC, asked_ms, id LIMIT {limit}"
    );
    conditions.ask(db, &sql).await?.iter().map(read).collect()
}

fn read(row: &Row) -> Result<ConsultRecord, StoreError> {
    let fault = |_| StoreError::Fault("who asked whom cannot be read".to_owned());
    Ok(ConsultRecord {
        id: ConsultId(row.get(0)),
        version: counter(row.get(1))?,
        department: UnitCode::parse(row.get(2)).map_err(fault)?,
        asker: Account::parse(row.get(3)).map_err(fault)?,
        open: row.get(4),
        asked: moment(row.get(5))?,
        changed: moment(row.get(6))?,
        key: WrappedKey(row.get(7)),
        doc: row.get(8),
    })
}
