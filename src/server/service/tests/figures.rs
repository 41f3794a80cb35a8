//! The figures that are kept are those that a count of all logs comes to, whatever happened in whatever order and
//! whenever it was counted.

use super::*;
use crate::domain::figures::{Figure, Other, Parts, Share, of_ticket};
use crate::domain::ticket::{Stage, State, Ticket};
use crate::protocol::figures::{BehindRequest, FigureRow, FiguresBy, FiguresRequest};
use crate::server::service::counting::count_changed;
use crate::server::service::{figures, jobs, tickets};
use crate::server::store::{FigureBy, FigureQuery, sealed};
use jiff::SignedDuration;
use jiff::civil::Date;
use proptest::prelude::*;
use serde_json::{Value, json};
use std::collections::BTreeMap;

fn leader() -> Who {
    who("ban", "HOTLINE", &[Role::ShiftLeader])
}

async fn count_all(core: &Core) {
    while count_changed(core).await.unwrap() > 0 {}
}

fn row(rows: &[FigureRow], figure: Figure, of: &str) -> (u64, u64) {
    let found = rows.iter().find(|row| row.figure == figure && row.of == of);
    found.map_or((0, 0), |row| (row.numerator, row.denominator))
}

async fn asked(core: &Core, who: &Who, by: FiguresBy) -> Vec<FigureRow> {
    let request = FiguresRequest {
        from: Some(Date::constant(2026, 11, 1)),
        by,
        ..FiguresRequest::default()
    };
    figures::figures(core, who, request).await.unwrap().rows
}

fn parsed(action: Value) -> Action {
    serde_json::from_value(action).unwrap()
}

#[tokio::test]
async fn sums_are_told_by_what_they_fall_on_and_open_what_is_behind() {
    let house = house().await;
    let core = &house.core;
    for item in ["LAMP", "LAMP", "NOISE"] {
        let new = new_ticket(Some(item), vec![Action::Submit]);
        tickets::open(core, &taker(), new, None).await.unwrap();
    }
    let direct =
        parsed(json!({"do": "close_directly", "answer": {"answer": "今晚修好", "source": "none"}}));
    tickets::open(core, &taker(), new_ticket(Some("LAMP"), vec![direct]), None)
        .await
        .unwrap();
    let counting = figures::figures(core, &leader(), FiguresRequest::default()).await;
    assert!(counting.unwrap().counting, "nothing is counted yet");
    count_all(core).await;
    let whole = asked(core, &leader(), FiguresBy::Whole).await;
    assert_eq!(row(&whole, Figure::Direct, ""), (1, 4));
    assert_eq!(row(&whole, Figure::Precision, ""), (3, 3));
    assert_eq!(row(&whole, Figure::CityShare, ""), (3, 3));
    for (by, of, precision) in [
        (FiguresBy::Day, "2026-11-24", (3, 3)),
        (FiguresBy::Week, "2026-11-23", (3, 3)),
        (FiguresBy::Unit, "CG", (2, 2)),
        (FiguresBy::Unit, "HB", (1, 1)),
        (FiguresBy::Level, "city", (3, 3)),
        (FiguresBy::Item, "NOISE", (1, 1)),
    ] {
        let rows = asked(core, &leader(), by).await;
        assert_eq!(row(&rows, Figure::Precision, of), precision, "{by:?} {of}");
    }
    let named = asked(core, &leader(), FiguresBy::Unit).await;
    assert!(
        named
            .iter()
            .any(|row| row.of == "CG" && row.name == "城管局")
    );
    let request = BehindRequest {
        unit: Some(UnitCode::parse("CG").unwrap()),
        limit: Some(1),
        ..BehindRequest::default()
    };
    let first = figures::behind(core, &leader(), Figure::Precision, request.clone())
        .await
        .unwrap();
    let next = BehindRequest {
        after: first.next.clone(),
        ..request
    };
    let second = figures::behind(core, &leader(), Figure::Precision, next)
        .await
        .unwrap();
    assert_eq!((first.tickets.len(), second.tickets.len()), (1, 1));
    assert_ne!(first.tickets[0].id, second.tickets[0].id);
    assert_eq!(second.next, None);
    let own = figures::own_day(core, &taker()).await.unwrap();
    assert_eq!((own.accepted, own.direct), (4, 1));
    assert!(
        figures::figures(core, &taker(), FiguresRequest::default())
            .await
            .is_err()
    );
}

#[tokio::test]
async fn a_unit_is_told_nothing_of_what_is_against_it() {
    let house = house().await;
    let core = &house.core;
    let mut new = new_ticket(Some("NOISE"), vec![Action::Submit]);
    new.request.accused = Some(UnitCode::parse("CG").unwrap());
    tickets::open(core, &taker(), new, None).await.unwrap();
    tickets::open(
        core,
        &taker(),
        new_ticket(Some("LAMP"), vec![Action::Submit]),
        None,
    )
    .await
    .unwrap();
    count_all(core).await;
    let of = |unit: &str| who("du", unit, &[Role::Supervisor]);
    let cg = asked(core, &of("CG"), FiguresBy::Unit).await;
    assert_eq!(row(&cg, Figure::Precision, "CG"), (1, 1));
    assert_eq!(row(&cg, Figure::Precision, "HB"), (0, 0), "another's");
    let whole = asked(core, &of("CG"), FiguresBy::Whole).await;
    assert_eq!(row(&whole, Figure::Precision, ""), (1, 1));
    let hb = asked(core, &of("HB"), FiguresBy::Unit).await;
    assert_eq!(row(&hb, Figure::Precision, "HB"), (1, 1));
    let all = asked(core, &of("HOTLINE"), FiguresBy::Unit).await;
    assert_eq!(row(&all, Figure::Precision, "HB"), (1, 1));
    // Asking for another's by name opens nothing either.
    let request = BehindRequest {
        unit: Some(UnitCode::parse("HB").unwrap()),
        ..BehindRequest::default()
    };
    let behind = figures::behind(core, &of("CG"), Figure::Precision, request).await;
    assert!(behind.unwrap().tickets.is_empty());
}

/// What may be tried on a ticket; `{other}` is another one.
fn tries(other: TicketId) -> Vec<Value> {
    let dispatch = |lead: &str| json!({"do": "dispatch", "lead": lead, "co_units": [], "directory_version": 1, "basis": "三定"});
    let amend = |number: &str, item: &str| json!({"do": "amend", "request": {"text": "路灯不亮", "item": item, "caller": {"number": number}}});
    vec![
        json!({"do": "submit"}),
        dispatch("CG"),
        dispatch("HB"),
        json!({"do": "transfer", "lead": "HB", "co_units": [], "reason": "属环保"}),
        json!({"do": "sign"}),
        json!({"do": "sign"}),
        json!({"do": "ask_return", "reason": "not_enough_facts", "basis": "无地址", "proposed": null}),
        json!({"do": "accept_return"}),
        json!({"do": "reject_return", "reason": "已补充"}),
        json!({"do": "rule", "lead": "HB", "co_units": [], "basis": "三定", "participants": [{"unit": "CG", "opinion": "属环保"}]}),
        json!({"do": "ask_extension", "working_days": 3, "reason": "等配件"}),
        json!({"do": "extend", "working_days": 3, "reason": "等配件"}),
        json!({"do": "answer", "facts_true": true, "solved": true, "why_not": "", "account": "已修", "public_answer": "已经修好", "contact": {"contact": "reached", "at": "2026-11-24T02:00:00Z"}}),
        json!({"do": "send_back", "reason": "未答复"}),
        json!({"do": "approve"}),
        json!({"do": "close", "reached": true, "solved": true, "satisfied": false, "reason": ""}),
        json!({"do": "redo", "reason": "又坏了"}),
        json!({"do": "merge", "main": other}),
        json!({"do": "unmerge"}),
        json!({"do": "withdraw", "reason": "好了"}),
        json!({"do": "ask_progress"}),
        json!({"do": "urge", "note": "快"}),
        json!({"do": "close_directly", "answer": {"answer": "今晚修好", "source": "none"}}),
        json!({"do": "mark_invalid", "reason": "silent"}),
        amend("13912345678", "NOISE"),
        amend("13800000000", "LAMP"),
    ]
}

fn actors() -> [Who; 4] {
    let every = [
        Role::CallTaker,
        Role::Dispatcher,
        Role::ReturnReviewer,
        Role::Supervisor,
    ];
    [
        who("wang", "HOTLINE", &every),
        clerk("CG"),
        clerk("HB"),
        who("hui", "HOTLINE", &[Role::CallbackClerk]),
    ]
}

/// One thing that happens: to which ticket, what, and after how long; and whether it is counted then.
type Step = (usize, usize, i64, bool);

async fn live(house: &House, ids: &[TicketId], steps: &[Step]) {
    let core = &house.core;
    let actors = actors();
    for (ticket, pick, minutes, counts) in steps {
        house.clock.advance(SignedDuration::from_mins(*minutes));
        let id = ids[ticket % ids.len()];
        let tries = tries(ids[(ticket + 1) % ids.len()]);
        let version = core.store().ticket(id).await.unwrap().unwrap().version;
        // The first that is allowed, from a place that chance names.
        'tried: for at in 0..tries.len() {
            let wanted = parsed(tries[(pick + at) % tries.len()].clone());
            for actor in &actors {
                let done = tickets::act(core, actor, id, action(version, wanted.clone()), None);
                if done.await.is_ok() {
                    break 'tried;
                }
            }
        }
        if *counts {
            jobs::run_due(core).await.unwrap();
            count_changed(core).await.unwrap();
        }
    }
}

/// All that all logs come to, by a walk over all of them.
async fn recount(core: &Core, ids: &[TicketId]) -> Parts {
    let mut all: Vec<(Ticket, Vec<crate::domain::lifecycle::Event>)> = Vec::new();
    for id in ids {
        let record = core.store().ticket(*id).await.unwrap().unwrap();
        let events = core.store().events(*id).await.unwrap();
        let events = sealed::open_events(core.keyring(), &record, &events).unwrap();
        all.push((
            sealed::open_ticket(core.keyring(), &record).unwrap(),
            events,
        ));
    }
    let mut parts = Parts::new();
    for (ticket, events) in &all {
        let number = |ticket: &Ticket| ticket.request.caller.number.clone();
        let others = all.iter().map(|(other, _)| other).filter(|other| {
            number(other) == number(ticket)
                && !matches!(other.state.stage(), Stage::Draft | Stage::Invalid)
        });
        let others: Vec<Other> = others
            .map(|other| Other {
                id: other.id,
                opened: other.opened.at,
                item: other.request.item.clone(),
                main: match &other.state {
                    State::Merged { main, .. } => Some(*main),
                    _ => None,
                },
            })
            .collect();
        for (spot, share) in of_ticket(events, &others, &core.clocks()) {
            let sum: &mut Share = parts.entry(spot).or_default();
            sum.numerator += share.numerator;
            sum.denominator += share.denominator;
        }
    }
    parts
}

/// The sums as one kind of question gets them.
fn summed(parts: &Parts, by: FigureBy) -> BTreeMap<(&'static str, String), (u64, u64)> {
    let mut sums = BTreeMap::new();
    for (spot, share) in parts {
        let of = match by {
            FigureBy::Whole => String::new(),
            FigureBy::Day => spot.day.to_string(),
            FigureBy::Unit => spot
                .unit
                .as_ref()
                .map_or_else(String::new, ToString::to_string),
            FigureBy::Item => spot
                .item
                .as_ref()
                .map_or_else(String::new, ToString::to_string),
        };
        let sum: &mut (u64, u64) = sums.entry((spot.figure.name(), of)).or_default();
        sum.0 += share.numerator;
        sum.1 += share.denominator;
    }
    sums
}

async fn kept(core: &Core, by: FigureBy) -> BTreeMap<(&'static str, String), (u64, u64)> {
    let query = FigureQuery {
        figures: Figure::ALL.to_vec(),
        from: Date::constant(2000, 1, 1),
        until: Date::constant(2100, 1, 1),
        units: None,
        item: None,
        account: None,
        not_against: None,
        by,
    };
    let sums = core.store().figure_sums(query).await.unwrap();
    sums.into_iter()
        .map(|sum| {
            let share = (sum.share.numerator, sum.share.denominator);
            ((sum.figure.name(), sum.of), share)
        })
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig { max_shrink_iters: 40, ..ProptestConfig::with_cases(10) })]

    #[test]
    fn what_is_kept_is_what_a_recount_comes_to(
        steps in proptest::collection::vec((0..4_usize, 0..1000_usize, 0..3_000_i64, any::<bool>()), 1..60),
    ) {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let wrong = runtime.block_on(async {
            let house = house().await;
            let mut ids = Vec::new();
            for item in [Some("LAMP"), Some("LAMP"), Some("NOISE"), None] {
                let new = new_ticket(item, Vec::new());
                ids.push(new.id);
                tickets::open(&house.core, &taker(), new, None).await.unwrap();
            }
            live(&house, &ids, &steps).await;
            count_all(&house.core).await;
            let parts = recount(&house.core, &ids).await;
            let mut wrong = Vec::new();
            for by in [FigureBy::Whole, FigureBy::Day, FigureBy::Unit, FigureBy::Item] {
                let (kept, counted) = (kept(&house.core, by).await, summed(&parts, by));
                if kept != counted {
                    wrong.push(format!("{by:?}: kept {kept:?}, counted {counted:?}"));
                }
            }
            wrong
        });
        prop_assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }
}
