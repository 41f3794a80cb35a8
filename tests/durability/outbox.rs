//! The line gone: what a desk does meanwhile is kept, over its own death too, and sent in order once.

use super::process::{ACCOUNT, PASSWORD, Served, a_ticket, add_taker, sound};
use crate::support::provider;
use hotline::crypto::FieldKey;
use hotline::domain::id::Account;
use hotline::domain::lifecycle::Action;
use hotline::link::outbox::Deed;
use hotline::link::{Api, Events, Journal, Outbox};
use hotline::protocol::session::SignIn;
use hotline::protocol::ticket::{NewTicket, TicketAction};
use jiff::Timestamp;
use serde_json::json;
use std::path::Path;
use std::sync::Arc;

/// What is done while nobody answers: five tickets, and after each one more action on the first of them.
fn deeds() -> Vec<Deed> {
    let tickets: Vec<NewTicket> = (0..5).map(|_| draft()).collect();
    let first = tickets[0].clone();
    let mut deeds = Vec::new();
    for (version, ticket) in (1..).zip(tickets) {
        deeds.push(Deed::Open {
            ticket: Box::new(ticket),
        });
        let mut request = first.request.clone();
        request.urgency = hotline::domain::ticket::Urgency::Urgent;
        request.tags = (0..version)
            .map(|n| hotline::domain::text::Line::lossy(&format!("第{n}次")))
            .collect();
        let action = Action::Amend {
            request: Box::new(request),
        };
        deeds.push(Deed::Act {
            id: first.id,
            action: Box::new(TicketAction { version, action }),
        });
    }
    deeds
}

fn draft() -> NewTicket {
    let mut ticket = a_ticket();
    ticket["then"] = json!([]);
    serde_json::from_value(ticket).unwrap()
}

fn outbox(dir: &Path, key: &FieldKey) -> Outbox {
    Outbox::open(Journal::open(dir, key).unwrap().0).unwrap()
}

/// The outbox of a desk that ended. What was sending lets go of the journal when it is next looked at; until then
/// another one is opened.
async fn opened_again(dir: &Path, key: &FieldKey) -> Outbox {
    let again = async {
        loop {
            let unsent = outbox(dir, key);
            if !unsent.list().is_empty() {
                return unsent;
            }
            drop(unsent);
            tokio::task::yield_now().await;
        }
    };
    let again = tokio::time::timeout(std::time::Duration::from_mins(1), again);
    again.await.expect("what was done is in the journal")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_done_without_a_server_arrives_in_order_and_once() {
    provider();
    let (dir, key) = (tempfile::tempdir().unwrap(), FieldKey::generate());
    let (data, desk) = (dir.path().join("server"), dir.path().join("desk"));
    add_taker(&data);
    let mut served = Served::start(&data, 0);
    let api = Api::new(&served.base, None).unwrap();
    let account = Account::parse(ACCOUNT).unwrap();
    let sign_in = SignIn {
        account,
        password: PASSWORD.to_owned(),
        seat: None,
        own_seat: false,
    };
    api.sign_in(&sign_in).await.unwrap();
    let (events, _told) = Events::start(api.clone(), None);
    let mut line = events.line();
    line.wait_for(|line| line.is_up()).await.unwrap();
    let unsent = outbox(&desk, &key);
    let (sender, _parked) = unsent.start(Arc::new(api.clone()), events.line());

    let port = served.port();
    served.kill();
    line.wait_for(|line| !line.is_up()).await.unwrap();
    let done = deeds();
    for deed in done.clone() {
        let pending = unsent.put(deed, Timestamp::now());
        assert!(pending.kept.is_ok(), "what is done must be in the journal");
    }
    // The desk dies before the server is back.
    drop((sender, unsent));
    let unsent = opened_again(&desk, &key).await;
    let left: Vec<Deed> = unsent
        .list()
        .into_iter()
        .map(|held| held.outgoing.deed)
        .collect();
    assert_eq!(left, done);
    let (_sender, _parked) = unsent.start(Arc::new(api.clone()), events.line());
    let served = Served::start(&data, port);
    let mut counts = unsent.counts();
    counts.wait_for(|counts| counts.waiting == 0).await.unwrap();
    assert_eq!(counts.borrow().parked, 0, "nothing is refused");

    let opened = done.iter().filter_map(|deed| match deed {
        Deed::Open { ticket } => Some(ticket.id),
        _ => None,
    });
    let mut numbers = Vec::new();
    for id in opened.clone() {
        numbers.push(api.ticket(id).await.unwrap().ticket.number);
    }
    assert!(numbers.is_sorted(), "in the order in which it was done");
    served.stop();
    let events = sound(&data).await;
    let versions: Vec<u64> = opened.map(|id| events[&id.to_string()]).collect();
    assert_eq!(versions, [6, 1, 1, 1, 1], "each once");
}
