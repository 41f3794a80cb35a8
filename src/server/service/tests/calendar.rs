//! The walk over open tickets after an import of notices: taken up after a restart, and on while tickets change.

use super::{House, action, house, new_ticket, taker};
use crate::domain::calendar::{Calendar, NoticeDay, parse_notices};
use crate::domain::clock::Clocks;
use crate::domain::lifecycle::{Action, fold};
use crate::domain::text::Line;
use crate::protocol::calendar::ImportCalendar;
use crate::protocol::ticket::TicketView;
use crate::server::Clock;
use crate::server::core::{Core, CoreConfig};
use crate::server::service::{Who, calendar, tickets};
use std::sync::Arc;
use std::time::Duration;

/// Announces 2026 and 2027; 2026-12-01 is off, which is the last of five working days from 24 November.
fn notice() -> Vec<NoticeDay> {
    parse_notices("date,name,is_off_day\n2026-12-01,示例,true\n2027-01-01,元旦,true").unwrap()
}

async fn submitted(core: &Core) -> TicketView {
    let new = new_ticket(Some("LAMP"), vec![Action::Submit]);
    tickets::open(core, &taker(), new, None).await.unwrap()
}

fn last_day(view: &TicketView) -> String {
    view.ticket
        .unit_due
        .as_ref()
        .unwrap()
        .last_day()
        .to_string()
}

async fn seen(core: &Core, view: &TicketView) -> TicketView {
    tickets::read(core, &taker(), view.ticket.id).await.unwrap()
}

/// Waits for the walk that follows an import.
async fn counted(core: &Core) {
    let walked = async {
        while !core.store().calendar().await.unwrap().counted {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), walked)
        .await
        .unwrap();
}

#[tokio::test]
async fn a_ticket_that_cannot_be_opened_keeps_the_others_from_nothing() {
    let house = house().await;
    let bad = submitted(&house.core).await;
    let good = submitted(&house.core).await;
    let database = house.dir.path().join("data/hotline.db");
    let broken = rusqlite::Connection::open(database).unwrap();
    let broken = broken.execute(
        "UPDATE tickets SET key = x'00' WHERE id = ?1",
        [bad.ticket.id.0.as_bytes().as_slice()],
    );
    assert_eq!(broken, Ok(1));
    let by = taker().person.account;
    let put = house.core.store();
    put.put_calendar(notice(), by, house.core.now())
        .await
        .unwrap();
    house.core.set_notices(1, &notice());
    calendar::take_up(&house.core).await;
    assert_eq!(last_day(&seen(&house.core, &good).await), "2026-12-02");
    let notices = house.core.store().calendar().await.unwrap();
    assert!(!notices.counted, "the next start tries again");
}

#[tokio::test]
async fn a_walk_that_was_cut_off_is_taken_up_after_a_restart() {
    let House { core, clock, dir } = house().await;
    let view = submitted(&core).await;
    assert_eq!(last_day(&view), "2026-12-01");
    // The notice is kept, and the process ends before a ticket was looked at.
    let by = taker().person.account;
    core.store()
        .put_calendar(notice(), by, core.now())
        .await
        .unwrap();
    drop(core);
    let clocks = Clocks::standard(Calendar::default());
    let core = Core::open(CoreConfig {
        clock: clock as Arc<dyn Clock>,
        ..CoreConfig::in_dir(dir.path().join("data"), clocks)
    });
    let core = core.await.unwrap();
    calendar::take_up(&core).await;
    let after = seen(&core, &view).await;
    assert_eq!(last_day(&after), "2026-12-02");
    assert_eq!(after.ticket.version, view.ticket.version + 1);
    let log = tickets::history(&core, &taker(), view.ticket.id)
        .await
        .unwrap();
    assert_eq!(fold(&log.events).unwrap(), after.ticket);
    // Once is enough.
    calendar::take_up(&core).await;
    assert_eq!(seen(&core, &view).await, after);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_deadline_by_the_old_notices_is_left_however_tickets_change_meanwhile() {
    let house = house().await;
    let mut first = Vec::new();
    for _ in 0..20 {
        first.push(submitted(&house.core).await);
    }
    let urged = async {
        for view in &first {
            let urge = Action::Urge {
                note: Line::default(),
            };
            // A version that the walk has moved on already is refused; that is no matter here.
            let _ = tickets::act(
                &house.core,
                &taker(),
                view.ticket.id,
                action(view.ticket.version, urge),
                None,
            )
            .await;
        }
    };
    let opened = async {
        let mut more = Vec::new();
        for _ in 0..20 {
            more.push(submitted(&house.core).await);
        }
        more
    };
    let system = Who::system().unwrap();
    let import = calendar::import(&house.core, &system, ImportCalendar { days: notice() });
    let ((), more, done) = tokio::join!(urged, opened, import);
    assert!(done.unwrap().changed);
    counted(&house.core).await;
    for view in first.iter().chain(&more) {
        let after = seen(&house.core, view).await;
        let due = after.ticket.unit_due.unwrap();
        assert!(!due.provisional, "{}", after.ticket.number);
        assert_eq!(due.last_day().to_string(), "2026-12-02");
    }
}
