//! Cards are shown by whichever server comes first, once, and after a crash too.

use super::*;
use crate::domain::clock::Card;
use crate::domain::lifecycle::EventKind;
use crate::domain::ticket::{Alert, AlertClock};
use crate::server::service::jobs::run_due;
use crate::server::service::tickets::{act, history, open, read};
use jiff::SignedDuration;

async fn cards(house: &House, id: TicketId) -> Vec<(AlertClock, Card)> {
    let history = history(&house.core, &taker(), id).await.unwrap();
    let alerts = history
        .events
        .into_iter()
        .filter_map(|event| match event.kind {
            EventKind::Alerted {
                alert: Alert { clock, card, .. },
            } => Some((clock, card)),
            _ => None,
        });
    alerts.collect()
}

/// Another server on the same data.
async fn replica(house: &House) -> Core {
    let config = CoreConfig {
        clock: house.clock.clone() as Arc<dyn Clock>,
        ..CoreConfig::in_dir(
            house.dir.path().join("data"),
            Clocks::standard(Calendar::default()),
        )
    };
    Core::open(config).await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_card_is_shown_once_over_all_servers() {
    let house = house().await;
    let other = replica(&house).await;
    let mut ids = Vec::new();
    for _ in 0..60 {
        let new = new_ticket(Some("LAMP"), vec![Action::Submit]);
        let view = open(&house.core, &taker(), new, None).await.unwrap();
        ids.push(view.ticket.id);
    }
    assert_eq!(run_due(&house.core).await.unwrap(), 0, "nothing is due yet");
    // Opened on Tuesday, to be signed for by the end of Wednesday: yellow from the end of Tuesday on.
    house.clock.advance(SignedDuration::from_hours(24));
    let (left, right) = futures_util::future::join(run_due(&house.core), run_due(&other)).await;
    assert!(left.unwrap() + right.unwrap() >= 60);
    while run_due(&other).await.unwrap() > 0 {}
    for id in &ids {
        assert_eq!(
            cards(&house, *id).await,
            [(AlertClock::SignIn, Card::Yellow)]
        );
    }
    house.clock.advance(SignedDuration::from_hours(24));
    while run_due(&house.core).await.unwrap() > 0 {}
    let both = [
        (AlertClock::SignIn, Card::Yellow),
        (AlertClock::SignIn, Card::Red),
    ];
    assert_eq!(cards(&house, ids[0]).await, both);
}

#[tokio::test]
async fn what_a_server_held_when_it_was_cut_off_is_done_by_another() {
    let house = house().await;
    let new = new_ticket(Some("LAMP"), vec![Action::Submit]);
    let id = open(&house.core, &taker(), new, None)
        .await
        .unwrap()
        .ticket
        .id;
    house.clock.advance(SignedDuration::from_hours(24));
    let now = house.core.now();
    let until = now + SignedDuration::from_mins(1);
    // Leased, and then nothing more is heard.
    let held = house.core.store().due_jobs(now, until, 10).await.unwrap();
    assert_eq!(held.len(), 1);
    assert_eq!(run_due(&house.core).await.unwrap(), 0);
    house.clock.advance(SignedDuration::from_mins(1));
    assert_eq!(run_due(&house.core).await.unwrap(), 1);
    assert_eq!(cards(&house, id).await.len(), 1);
    // It was only slow: its lease is lost.
    let finished = house.core.store().finish_job(held[0].clone(), None).await;
    assert!(!finished.unwrap());
}

#[tokio::test]
async fn a_card_does_not_take_the_pen_out_of_a_hand() {
    let house = house().await;
    let new = new_ticket(Some("LAMP"), vec![Action::Submit]);
    let seen = open(&house.core, &taker(), new, None).await.unwrap();
    let id = seen.ticket.id;
    house.clock.advance(SignedDuration::from_hours(24));
    assert_eq!(run_due(&house.core).await.unwrap(), 1);
    let version = seen.ticket.version;
    let now = read(&house.core, &taker(), id).await.unwrap();
    assert!(now.ticket.version > version);
    // The clerk still looks at the version before the card.
    let signed = act(
        &house.core,
        &clerk("CG"),
        id,
        action(version, Action::Sign),
        None,
    )
    .await;
    let signed = signed.unwrap();
    // What is more than a card does count.
    let note = Line::parse("快").unwrap();
    let urge = action(version, Action::Urge { note });
    assert!(act(&house.core, &taker(), id, urge, None).await.is_err());
    // Signed for: that clock stands still.
    house.clock.advance(SignedDuration::from_hours(24));
    run_due(&house.core).await.unwrap();
    assert_eq!(cards(&house, id).await.len(), 1);
    assert_eq!(signed.ticket.work.alerts.len(), 1);
}
