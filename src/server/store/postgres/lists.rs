//! Pages of tickets. Where a filter is a name (stage, opener, unit), a page is the first of each stage, merged: no more
//! is read than is shown. Where words or a number are asked for, the engine plans by what it knows of them.

use super::asked::Asked;
use super::db::Db;
use super::tickets::{COLUMNS, read};
use super::words;
use crate::domain::ticket::Stage;
use crate::server::store::{StoreError, TicketOrder, TicketQuery, TicketRecord};

/// Which way an order goes.
struct Way {
    column: &'static str,
    after: &'static str,
    down: &'static str,
}

const fn way(order: TicketOrder) -> Way {
    match order {
        TicketOrder::Changed => Way {
            column: "changed_ms",
            after: "<",
            down: " DESC",
        },
        TicketOrder::Due => Way {
            column: "clock_ms",
            after: ">",
            down: "",
        },
    }
}

/// A page of tickets in the order that is asked for.
pub(super) async fn list(db: &Db, query: &TicketQuery) -> Result<Vec<TicketRecord>, StoreError> {
    let (asked, sql) = statement(query);
    asked.ask(db, &sql).await?.iter().map(read).collect()
}

/// The statement of a page.
pub(super) fn statement(query: &TicketQuery) -> (Asked, String) {
    let question = query.words.as_deref().and_then(words::question);
    let named = !query.stages.is_empty()
        || query.lead.is_some()
        || query.unit.is_some()
        || query.opened_by.is_some();
    match question {
        None if query.number.is_none()
            && query.main.is_none()
            && (named || query.order == TicketOrder::Due) =>
        {
            by_stage(query)
        }
        question => whole(query, question),
    }
}

/// The first of each stage, merged.
fn by_stage(query: &TicketQuery) -> (Asked, String) {
    let mut asked = Asked::default();
    let Way {
        column,
        after,
        down,
    } = way(query.order);
    let stages = if query.stages.is_empty() {
        &Stage::ALL[..]
    } else {
        &query.stages
    };
    let stages = asked.texts(stages.iter().map(|stage| stage.name().to_owned()).collect());
    asked.that("x.stage = s.stage".to_owned());
    let units = query.lead.is_some() || query.unit.is_some();
    let (table, id) = if units {
        ("ticket_units", "ticket")
    } else {
        ("tickets", "id")
    };
    waiting(query, "x", id, &mut asked);
    for (unit, lead) in [(&query.lead, true), (&query.unit, false)] {
        let Some(unit) = unit else { continue };
        let unit = asked.text(unit.as_str());
        let place = if lead { " AND x.place = 0" } else { "" };
        asked.that(format!("x.unit = {unit}{place}"));
    }
    if let Some(opener) = &query.opened_by {
        let opener = asked.text(opener.as_str());
        asked.that(if units {
            format!(
                "EXISTS (SELECT FROM tickets o WHERE o.id = x.ticket AND o.opened_by = {opener})"
            )
        } else {
            format!("x.opened_by = {opener}")
        });
    }
    if let Some(since) = query.changed_since {
        let since = asked.number(since.as_millisecond());
        asked.that(format!("x.changed_ms >= {since}"));
    }
    if let Some(place) = query.after {
        let place = asked.place(place);
        asked.that(format!("(x.{column}, x.{id}) {after} {place}"));
    }
    let (conditions, limit) = (asked.conditions(), asked.number(i64::from(query.limit)));
    let sql = format!(
        "SELECT {COLUMNS} FROM (
           SELECT x.id, x.ms FROM unnest({stages}) AS s (stage), LATERAL (
             SELECT x.{id} AS id, x.{column} AS ms FROM {table} x WHERE {conditions}
             ORDER BY x.{column}{down}, x.{id}{down} LIMIT {limit}) x
           ORDER BY x.ms{down}, x.id{down} LIMIT {limit}) page
         JOIN tickets t ON t.id = page.id ORDER BY page.ms{down}, page.id{down}"
    );
    (asked, sql)
}

/// Of what is in hand what asks the hotline something; of what is merged what can be answered from its main ticket.
fn waiting(query: &TicketQuery, table: &str, id: &str, asked: &mut Asked) {
    if query.asking {
        asked.that(format!(
            "({table}.stage <> 'in_hand' OR EXISTS (SELECT FROM tickets a WHERE a.id = {table}.{id} AND a.asks))"
        ));
    }
    if query.answerable {
        asked.that(format!(
            "({table}.stage <> 'merged' OR EXISTS (SELECT FROM tickets c JOIN tickets m ON m.id = c.main
               WHERE c.id = {table}.{id} AND m.stage IN ('to_call_back', 'closed', 'archived')))"
        ));
    }
}

/// What holds all conditions, however it is found.
fn whole(query: &TicketQuery, question: Option<words::Question>) -> (Asked, String) {
    let mut asked = Asked::default();
    let Way {
        column,
        after,
        down,
    } = way(query.order);
    let mut from = "tickets t".to_owned();
    if let Some(question) = question {
        from.push_str(" JOIN ticket_words w ON w.ticket = t.id");
        let words = asked.texts(question.words);
        asked.that(format!("w.words @> {words}"));
        for row in question.rows {
            let row = asked.text(&row);
            asked.that(format!("position({row} IN w.folded) > 0"));
        }
    }
    if let Some(number) = query.number {
        let number = asked.bytes(&number);
        asked.that(format!(
            "t.id IN (SELECT ticket FROM ticket_blinds WHERE blind = {number})"
        ));
    }
    if let Some(main) = query.main {
        let main = asked.uuid(main.0);
        asked.that(format!("t.main = {main}"));
    }
    waiting(query, "t", "id", &mut asked);
    if !query.stages.is_empty() {
        let stages = query.stages.iter().map(|stage| stage.name().to_owned());
        let stages = asked.texts(stages.collect());
        asked.that(format!("t.stage = ANY ({stages})"));
    }
    for (unit, lead) in [(&query.lead, true), (&query.unit, false)] {
        let Some(unit) = unit else { continue };
        let unit = asked.text(unit.as_str());
        let place = if lead { " AND u.place = 0" } else { "" };
        asked.that(format!(
            "EXISTS (SELECT FROM ticket_units u WHERE u.ticket = t.id AND u.unit = {unit}{place})"
        ));
    }
    if let Some(opener) = &query.opened_by {
        let opener = asked.text(opener.as_str());
        asked.that(format!("t.opened_by = {opener}"));
    }
    if let Some(since) = query.changed_since {
        let since = asked.number(since.as_millisecond());
        asked.that(format!("t.changed_ms >= {since}"));
    }
    if let Some(place) = query.after {
        let place = asked.place(place);
        asked.that(format!("(t.{column}, t.id) {after} {place}"));
    }
    let (conditions, limit) = (asked.conditions(), asked.number(i64::from(query.limit)));
    let sql = format!(
        "SELECT {COLUMNS} FROM (
           SELECT t.id, t.{column} AS ms FROM {from} WHERE {conditions} ORDER BY t.{column}{down}, t.id{down} LIMIT {limit}) page
         JOIN tickets t ON t.id = page.id ORDER BY page.ms{down}, page.id{down}"
    );
    (asked, sql)
}
