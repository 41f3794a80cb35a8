//! Signing in and proving it.

use super::{House, house, who};
use crate::domain::id::{Account, SeatNo};
use crate::domain::role::Role;
use crate::protocol::error::ApiError;
use crate::protocol::event::ServerEvent;
use crate::protocol::person::NewPerson;
use crate::protocol::session::{Session, SignIn};
use crate::server::relay::Told;
use crate::server::service::{Who, people, sessions};
use jiff::SignedDuration;
use std::net::{IpAddr, Ipv4Addr};

const PASSWORD: &str = "correct horse";
const HERE: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

async fn with_person() -> House {
    let house = house().await;
    let system = Who::system().unwrap();
    let person = who("wang", "HOTLINE", &[Role::CallTaker]).person;
    let new = NewPerson {
        person,
        password: PASSWORD.to_owned(),
    };
    people::add(&house.core, &system, new).await.unwrap();
    house
}

async fn sign_in(
    house: &House,
    account: &str,
    password: &str,
    seat: Option<&str>,
) -> Result<Session, ApiError> {
    let request = SignIn {
        account: Account::parse(account).unwrap(),
        password: password.to_owned(),
        seat: seat.map(|seat| SeatNo::parse(seat).unwrap()),
        own_seat: false,
    };
    sessions::sign_in(&house.core, request, HERE).await
}

#[tokio::test]
async fn a_token_proves_who_one_is_until_it_ends() {
    let house = with_person().await;
    let session = sign_in(&house, "wang", PASSWORD, Some("0117"))
        .await
        .unwrap();
    let verify = async || sessions::verify(&house.core, &session.token).await;
    let proven = verify().await.unwrap();
    assert_eq!(proven.who.person.account.as_str(), "wang");
    assert_eq!(proven.who.seat, Some(SeatNo::parse("0117").unwrap()));
    assert_eq!(proven.until, session.expires_at);

    house.clock.advance(SignedDuration::from_hours(11));
    let until = verify().await.unwrap().until;
    assert!(until > session.expires_at, "a use moves the end on");
    house.clock.advance(SignedDuration::from_hours(11));
    verify().await.unwrap();
    house.clock.advance(SignedDuration::from_hours(12));
    assert_eq!(verify().await, Err(ApiError::NotSignedIn));
    let unknown = sessions::verify(&house.core, "no such token").await;
    assert_eq!(unknown, Err(ApiError::NotSignedIn));
}

/// Somebody of a role with a usual seat signs in at it; answers with the seat they got.
async fn usual_seat(house: &House, account: &str, role: Role) -> Option<SeatNo> {
    let mut person = who(account, "HOTLINE", &[role]).person;
    person.seat = Some(SeatNo::parse("0132").unwrap());
    let new = NewPerson {
        person,
        password: PASSWORD.to_owned(),
    };
    let system = Who::system().unwrap();
    people::add(&house.core, &system, new).await.unwrap();
    let request = SignIn {
        account: Account::parse(account).unwrap(),
        password: PASSWORD.to_owned(),
        seat: None,
        own_seat: true,
    };
    let session = sessions::sign_in(&house.core, request, HERE).await.unwrap();
    session.seat
}

#[tokio::test]
async fn who_calls_citizens_back_has_a_telephone_to_do_it_with() {
    let house = house().await;
    let seat = Some(SeatNo::parse("0132").unwrap());
    assert_eq!(usual_seat(&house, "wu", Role::CallbackClerk).await, seat);
    assert_eq!(usual_seat(&house, "zhao", Role::ReturnReviewer).await, None);
}

#[tokio::test]
async fn what_another_process_ends_is_noticed_within_a_second() {
    let house = with_person().await;
    let session = sign_in(&house, "wang", PASSWORD, None).await.unwrap();
    sessions::verify(&house.core, &session.token).await.unwrap();
    let token = crate::crypto::sha256(session.token.as_bytes());
    assert!(house.core.store().end_session(token).await.unwrap());
    house.clock.advance(SignedDuration::from_secs(1));
    let after = sessions::verify(&house.core, &session.token).await;
    assert_eq!(after, Err(ApiError::NotSignedIn));
}

#[tokio::test]
async fn asking_whether_a_session_holds_does_not_make_it_hold_longer() {
    let house = with_person().await;
    let session = sign_in(&house, "wang", PASSWORD, None).await.unwrap();
    house.clock.advance(SignedDuration::from_hours(11));
    let proven = sessions::prove(&house.core, &session.token).await;
    assert_eq!(proven.unwrap().until, session.expires_at);
    house.clock.advance(SignedDuration::from_hours(1));
    let ended = sessions::prove(&house.core, &session.token).await;
    assert_eq!(ended, Err(ApiError::NotSignedIn));
}

#[tokio::test]
async fn a_session_that_cannot_be_moved_on_still_holds() {
    let house = with_person().await;
    let session = sign_in(&house, "wang", PASSWORD, None).await.unwrap();
    let db = rusqlite::Connection::open(house.dir.path().join("data/hotline.db")).unwrap();
    db.execute_batch(
        "CREATE TRIGGER full BEFORE UPDATE ON sessions BEGIN SELECT RAISE(ABORT, 'full'); END",
    )
    .unwrap();
    house.clock.advance(SignedDuration::from_hours(1));
    let proven = sessions::verify(&house.core, &session.token).await;
    assert_eq!(proven.unwrap().until, session.expires_at);
}

#[tokio::test]
async fn a_proof_under_way_while_the_session_ends_is_not_believed_after_it() {
    let house = with_person().await;
    let session = sign_in(&house, "wang", PASSWORD, None).await.unwrap();
    let token = crate::crypto::sha256(session.token.as_bytes());
    let proven = house.core.proven();
    let begun = proven.begin();
    let found = sessions::prove(&house.core, &session.token).await.unwrap();
    sessions::sign_out(&house.core, &session.token)
        .await
        .unwrap();
    proven.put(token, found, house.core.now(), begun);
    let after = sessions::verify(&house.core, &session.token).await;
    assert_eq!(after, Err(ApiError::NotSignedIn));
}

#[tokio::test]
async fn nobody_is_locked_out_by_what_another_address_tries() {
    let house = with_person().await;
    let from = async |address: &str, password: &str| {
        let request = SignIn {
            account: Account::parse("wang").unwrap(),
            password: password.to_owned(),
            seat: None,
            own_seat: false,
        };
        let from = address.parse().unwrap();
        sessions::sign_in(&house.core, request, from).await.err()
    };
    for n in 0..6 {
        // Each time another address of one network, which counts as one.
        let wrong = from(&format!("2001:db8::{n}"), "wrong password").await;
        assert!(wrong.is_some());
    }
    let throttled = Some(ApiError::Throttled { seconds: 30 });
    assert_eq!(from("2001:db8::77", PASSWORD).await, throttled);
    assert_eq!(from("2001:db8:0:1::77", PASSWORD).await, None);
    assert_eq!(from("10.0.0.7", PASSWORD).await, None);
}

#[tokio::test]
async fn signing_out_ends_it() {
    let house = with_person().await;
    let session = sign_in(&house, "wang", PASSWORD, None).await.unwrap();
    // Proven before, so that the proof has to be forgotten, too.
    sessions::verify(&house.core, &session.token).await.unwrap();
    sessions::sign_out(&house.core, &session.token)
        .await
        .unwrap();
    let after = sessions::verify(&house.core, &session.token).await;
    assert_eq!(after, Err(ApiError::NotSignedIn));
}

#[tokio::test]
async fn wrong_is_wrong_whether_the_account_exists_or_not() {
    let house = with_person().await;
    for account in ["wang", "nobody"] {
        for _ in 0..5 {
            let wrong = sign_in(&house, account, "wrong password", None).await;
            assert_eq!(wrong.err(), Some(ApiError::WrongPassword), "{account}");
        }
        let waits = sign_in(&house, account, PASSWORD, None).await;
        assert_eq!(waits.err(), Some(ApiError::Throttled { seconds: 30 }));
    }
    house.clock.advance(SignedDuration::from_secs(30));
    assert!(sign_in(&house, "wang", PASSWORD, None).await.is_ok());
}

#[tokio::test]
async fn the_second_at_a_seat_ends_the_first() {
    let house = with_person().await;
    let first = sign_in(&house, "wang", PASSWORD, Some("0117"))
        .await
        .unwrap();
    let proven = sessions::verify(&house.core, &first.token).await.unwrap();
    let (_, mut follow) = house.core.relay().follow(None).await.unwrap();
    sign_in(&house, "wang", PASSWORD, Some("0117"))
        .await
        .unwrap();
    let told = loop {
        match follow.next().await.unwrap() {
            Some(Told::Event(told)) if told.seq.is_none() => break told,
            Some(_) => {}
            None => panic!("the relay stopped"),
        }
    };
    let person = &proven.who.person;
    let seen = told.notice.seen_by(person, None, &proven.session);
    assert_eq!(seen, Some(ServerEvent::SessionEnded));
    assert_eq!(told.notice.seen_by(person, None, "another"), None);
    let ended = sessions::verify(&house.core, &first.token).await;
    assert_eq!(ended, Err(ApiError::NotSignedIn));
}

#[tokio::test]
async fn people_are_added_by_administrators_only_and_whole() {
    let house = with_person().await;
    let system = Who::system().unwrap();
    let add = async |by: &Who, account: &str, roles: &[Role], password: &str| {
        let new = NewPerson {
            person: who(account, "HOTLINE", roles).person,
            password: password.to_owned(),
        };
        people::add(&house.core, by, new).await
    };
    let taker = &[Role::CallTaker][..];
    let by_taker = add(&super::taker(), "li", taker, PASSWORD).await;
    assert_eq!(by_taker, Err(ApiError::Forbidden));
    for (account, roles, password) in [("li", taker, "short"), ("li", &[][..], PASSWORD)] {
        let refused = add(&system, account, roles, password).await;
        assert!(matches!(refused, Err(ApiError::Invalid { .. })));
    }
    for account in ["wang", "system"] {
        let refused = add(&system, account, taker, PASSWORD).await;
        assert!(matches!(refused, Err(ApiError::Exists { .. })), "{account}");
    }
    let all = people::list(&house.core, &system).await.unwrap();
    assert_eq!(all.len(), 1);
}
