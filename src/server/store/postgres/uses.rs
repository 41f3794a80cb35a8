//! How the knowledge is used and what becomes of what it stands on, in SQL: counts of uses, articles that changed, the
//! year's figures.

use super::db::Db;
use super::drafts::answered;
use super::knowledge::read as read_entry;
use super::{counter, json, parse};
use crate::domain::figures::Share;
use crate::domain::id::EntryCode;
use crate::domain::knowledge::{Deed, Use, bare};
use crate::server::store::{
    Figures, Flag, LawChangeWrite, ReplayRecord, StoreError, UseCount, UseDay, UseKind, UseQuery,
};
use jiff::Timestamp;
use jiff::civil::Date;
use tokio_postgres::Row;

/// Adds uses to a day's counts: those alike are summed first, for no row may be changed twice by one statement, and in
/// one order, so that servers that count at once wait for each other and do not cross.
pub(super) async fn count(
    db: &Db,
    (uses, day, replay): &(Vec<Use>, Date, Option<ReplayRecord>),
) -> Result<(), StoreError> {
    let column = |deed| -> Vec<bool> { uses.iter().map(|one| one.deed == deed).collect() };
    let codes: Vec<&str> = uses
        .iter()
        .map(|one| one.code.as_ref().map_or("", EntryCode::as_str))
        .collect();
    let queries: Vec<&str> = uses.iter().map(|one| one.query.as_str()).collect();
    db.run(
        "INSERT INTO knowledge_uses AS there (day, code, query, opened, answered, missed)
         SELECT $1, code, query, count(*) FILTER (WHERE opened), count(*) FILTER (WHERE answered), count(*) FILTER (WHERE missed)
         FROM unnest($2::text[], $3::text[], $4::boolean[], $5::boolean[], $6::boolean[]) AS u (code, query, opened, answered, missed)
         GROUP BY code, query ORDER BY code COLLATE \"C\", query COLLATE \"C\"
         ON CONFLICT (day, code, query) DO UPDATE SET opened = there.opened + excluded.opened,
           answered = there.answered + excluded.answered, missed = there.missed + excluded.missed",
        &[
            &day.to_string(),
            &codes,
            &queries,
            &column(Deed::Opened),
            &column(Deed::Answered),
            &column(Deed::Missed),
        ],
    )
    .await?;
    answered(db, replay.as_ref()).await
}

/// The sums since a day, the most used first.
pub(super) async fn since(db: &Db, wanted: &UseQuery) -> Result<Vec<UseCount>, StoreError> {
    let (query, group) = if wanted.by_words {
        ("query", "code, query")
    } else {
        ("''::text", "code")
    };
    let (only, enough) = match wanted.only {
        UseKind::All => ("true", "true"),
        UseKind::Missed => ("code = ''", "sum(missed) > 0"),
        UseKind::Led => (
            "code <> '' AND query <> ''",
            "sum(opened) + sum(answered) > 1",
        ),
    };
    let sql = format!(
        "SELECT code, {query}, sum(opened)::bigint, sum(answered)::bigint, sum(missed)::bigint, max(day) FROM knowledge_uses
         WHERE day >= $1 AND ($2::text IS NULL OR code = $2) AND {only} GROUP BY {group} HAVING {enough}
         ORDER BY sum(opened) + sum(answered) + sum(missed) DESC, code LIMIT $3"
    );
    let code = wanted.code.as_ref().map(EntryCode::as_str);
    let (since, limit) = (wanted.since.to_string(), i64::from(wanted.limit));
    let rows = db.all(&sql, &[&since, &code, &limit]).await?;
    let read = |row: &Row| {
        let day: &str = row.get(5);
        Ok(UseCount {
            code: EntryCode::parse(row.get(0)).ok(),
            query: row.get(1),
            opened: counter(row.get(2))?,
            answered: counter(row.get(3))?,
            missed: counter(row.get(4))?,
            last: day
                .parse()
                .map_err(|_| StoreError::Fault("a day cannot be read".to_owned()))?,
        })
    };
    rows.iter().map(read).collect()
}

/// How the knowledge was used, by day.
pub(super) async fn days(db: &Db, (from, until): (Date, Date)) -> Result<Vec<UseDay>, StoreError> {
    let sql = "SELECT day, sum(opened)::bigint, sum(answered)::bigint, sum(missed)::bigint FROM knowledge_uses
         WHERE day BETWEEN $1 AND $2 GROUP BY day ORDER BY day";
    let rows = db
        .all(sql, &[&from.to_string(), &until.to_string()])
        .await?;
    let read = |row: &Row| {
        let day: &str = row.get(0);
        Ok(UseDay {
            day: day
                .parse()
                .map_err(|_| StoreError::Fault("a day cannot be read".to_owned()))?,
            opened: counter(row.get(1))?,
            answered: counter(row.get(2))?,
            missed: counter(row.get(3))?,
        })
    };
    rows.iter().map(read).collect()
}

/// Entries whose last day is over ÷ entries that are not retired.
pub(super) async fn stale(db: &Db, today: Date) -> Result<Share, StoreError> {
    let sql =
        "SELECT count(*) FILTER (WHERE last_day < $1), count(*) FROM knowledge WHERE NOT retired";
    let row = db.one(sql, &[&today.to_string()]).await?;
    Ok(Share {
        numerator: counter(row.get(0))?,
        denominator: counter(row.get(1))?,
    })
}

/// Notes that an article changed.
pub(super) async fn note(db: &Db, write: &LawChangeWrite) -> Result<(), StoreError> {
    let change = &write.change;
    let done = db
        .run(
            "INSERT INTO law_changes (id, law, article, made_ms, doc) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
            &[
                &change.id.0,
                &bare(change.law.as_str()),
                &change.article.as_str().trim(),
                &change.made.at.as_millisecond(),
                &json("law change", change)?,
            ],
        )
        .await?;
    if done != 1 {
        return Err(StoreError::Exists);
    }
    answered(db, write.replay.as_ref()).await
}

/// Entries that stand on an article which changed after they were written, the newest change first.
pub(super) async fn flagged(
    db: &Db,
    since: Timestamp,
    limit: u32,
) -> Result<Vec<Flag>, StoreError> {
    let sql = "SELECT DISTINCT k.doc, k.version, k.revision, k.retired, c.doc, c.made_ms, k.code FROM law_changes c
         JOIN knowledge_basis b ON b.law = c.law AND c.article IN ('', b.article)
         JOIN knowledge k ON k.code = b.code AND NOT k.retired
         JOIN knowledge_versions v ON v.code = k.code AND v.version = k.version AND v.at_ms < c.made_ms
         WHERE c.made_ms >= $1 AND c.law <> ''
         ORDER BY c.made_ms DESC, k.code LIMIT $2";
    let (since, limit) = (since.as_millisecond(), i64::from(limit));
    let rows = db.all(sql, &[&since, &limit]).await?;
    let read = |row: &Row| {
        Ok(Flag {
            entry: read_entry(row)?,
            change: parse("law change", row.get(4))?,
        })
    };
    rows.iter().map(read).collect()
}

/// What a span of time comes to.
pub(super) async fn figures(
    db: &Db,
    (from, until): (Timestamp, Timestamp),
) -> Result<Figures, StoreError> {
    let span = (from.as_millisecond(), until.as_millisecond());
    let knowledge = db
        .one(
            "SELECT count(*), count(DISTINCT code), count(*) FILTER (WHERE version = 1), count(*) FILTER (WHERE retired)
             FROM knowledge_versions WHERE at_ms >= $1 AND at_ms < $2",
            &[&span.0, &span.1],
        )
        .await?;
    let tickets = db
        .one(
            "SELECT count(*), count(*) FILTER (WHERE stage = 'closed_directly') FROM tickets
             WHERE opened_ms >= $1 AND opened_ms < $2 AND stage NOT IN ('draft', 'invalid')",
            &[&span.0, &span.1],
        )
        .await?;
    Ok(Figures {
        changes: counter(knowledge.get(0))?,
        entries: counter(knowledge.get(1))?,
        added: counter(knowledge.get(2))?,
        retired: counter(knowledge.get(3))?,
        accepted: counter(tickets.get(0))?,
        direct: counter(tickets.get(1))?,
    })
}
