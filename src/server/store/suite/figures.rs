//! Cases on figures: sums follow what is counted, and nothing that changed meanwhile is taken for counted.

use super::tickets::urging;
use super::{DAY, at, lease, put};
use crate::crypto::Keyring;
use crate::domain::figures::{Figure, Parts, Share, Spot};
use crate::domain::id::{Account, SeatNo, UnitCode};
use crate::domain::seat::{Seat, SeatState};
use crate::server::store::{
    Counted, FigureBy, FigureQuery, Store, Subject, TicketRecord, Uncounted, Which,
};

fn query(by: FigureBy) -> FigureQuery {
    FigureQuery {
        figures: vec![Figure::Precision, Figure::Returned],
        from: DAY,
        until: DAY,
        units: None,
        item: None,
        account: None,
        not_against: None,
        by,
    }
}

fn parts(unit: &str, numerator: u64, denominator: u64) -> Parts {
    let spot = Spot {
        figure: Figure::Precision,
        day: DAY,
        unit: UnitCode::parse(unit).ok(),
        account: None,
        item: None,
    };
    let share = Share {
        numerator,
        denominator,
    };
    Parts::from([(spot, share)])
}

fn counted(one: &Uncounted, record: &TicketRecord, parts: Parts) -> Counted {
    Counted {
        subject: one.subject,
        mark: one.mark,
        version: record.version,
        accused: UnitCode::parse("CG").ok(),
        parts,
        again: Vec::new(),
    }
}

async fn sums(store: &dyn Store, query: FigureQuery) -> Vec<(String, u64, u64)> {
    let sums = store.figure_sums(query).await.unwrap();
    let sums = sums.into_iter().map(|sum| {
        let share = sum.share;
        (sum.of, share.numerator, share.denominator)
    });
    sums.collect()
}

pub(crate) async fn figures_change_with_what_is_counted(store: &dyn Store) {
    lease(store).await;
    let keyring = Keyring::ephemeral();
    let record = put(store, &keyring, 1, 1, "路灯").await;
    let waiting = store.uncounted(10).await.unwrap();
    assert_eq!(waiting.len(), 1, "a new ticket is uncounted");
    assert_eq!(waiting[0].subject, Subject::Ticket(record.id));
    let first = counted(&waiting[0], &record, parts("HB", 1, 1));
    store.put_figures(vec![first.clone()]).await.unwrap();
    assert!(store.uncounted(10).await.unwrap().is_empty());
    let by_unit = || query(FigureBy::Unit);
    assert_eq!(sums(store, by_unit()).await, [("HB".to_owned(), 1, 1)]);
    // Counted twice it is there once.
    store.put_figures(vec![first.clone()]).await.unwrap();
    assert_eq!(sums(store, by_unit()).await, [("HB".to_owned(), 1, 1)]);
    let without = FigureQuery {
        not_against: UnitCode::parse("CG").ok(),
        ..by_unit()
    };
    assert!(sums(store, without).await.is_empty());

    // It changed: what was worked out of before does not count, and it stays uncounted.
    store
        .write_ticket(urging(&keyring, &record, 50))
        .await
        .unwrap();
    let waiting = store.uncounted(10).await.unwrap();
    let stale = counted(&waiting[0], &record, parts("CG", 0, 1));
    store.put_figures(vec![stale]).await.unwrap();
    assert_eq!(sums(store, by_unit()).await, [("HB".to_owned(), 1, 1)]);
    let record = store.ticket(record.id).await.unwrap().unwrap();
    let waiting = store.uncounted(10).await.unwrap();
    let now = counted(&waiting[0], &record, parts("CG", 0, 1));
    store.put_figures(vec![now]).await.unwrap();
    assert_eq!(sums(store, by_unit()).await, [("CG".to_owned(), 0, 1)]);
    for (which, count) in [(Which::All, 1), (Which::Counted, 0), (Which::Missed, 1)] {
        let found = store.figure_subjects(by_unit(), which, None, 10).await;
        assert_eq!(found.unwrap().len(), count, "{which:?}");
    }

    // Another's change has it counted again, even while it is being counted.
    let other = put(store, &keyring, 2, 2, "路灯").await;
    let waiting = store.uncounted(10).await.unwrap();
    let again = Counted {
        again: vec![record.id],
        ..counted(&waiting[0], &other, Parts::new())
    };
    store.put_figures(vec![again.clone()]).await.unwrap();
    let waiting = store.uncounted(10).await.unwrap();
    assert_eq!((waiting.len(), waiting[0].mark % 2), (1, 0));
    store.put_figures(vec![again]).await.unwrap();
    store
        .put_figures(vec![counted(&waiting[0], &record, parts("CG", 1, 1))])
        .await
        .unwrap();
    assert_eq!(store.uncounted(10).await.unwrap().len(), 1);
    assert_eq!(sums(store, by_unit()).await, [("CG".to_owned(), 0, 1)]);
}

pub(crate) async fn a_seats_time_is_kept_by_day_and_state(store: &dyn Store) {
    let seat = |state, since, account: Option<&str>| Seat {
        no: SeatNo::parse("0117").unwrap(),
        account: account.map(|it| Account::parse(it).unwrap()),
        state,
        since: at(since),
        until: None,
        call: None,
    };
    for next in [
        seat(SeatState::SignedOut, 0, None),
        seat(SeatState::Idle, 1_000, Some("wang")),
        seat(SeatState::Idle, 1_000, Some("wang")),
        seat(SeatState::Talking, 4_000, Some("wang")),
        seat(SeatState::Idle, 9_000, Some("wang")),
        seat(SeatState::SignedOut, 10_000, None),
    ] {
        store.save_seat(next).await.unwrap();
    }
    let day = crate::domain::clock::civil_day(at(0));
    let times = store.seat_times((day, day), None).await.unwrap();
    let times: Vec<_> = times.iter().map(|it| (it.state, it.ms)).collect();
    assert_eq!(
        times,
        [(SeatState::Idle, 4_000), (SeatState::Talking, 5_000)]
    );
    let other = Account::parse("li").unwrap();
    let none = store.seat_times((day, day), Some(other)).await.unwrap();
    assert!(none.is_empty());
}
