//! A change of the master key leaves nothing unreadable, is gone on with where it was cut off, and ends with the former key
//! opening nothing.

use super::*;
use crate::crypto::Keyring;
use crate::server::service::{keys, tickets};
use crate::server::store::{TicketQuery, sealed};

async fn again(house: &House) -> Core {
    let config = CoreConfig {
        clock: house.clock.clone() as Arc<dyn Clock>,
        ..CoreConfig::in_dir(
            house.dir.path().join("data"),
            Clocks::standard(Calendar::default()),
        )
    };
    Core::open(config).await.unwrap()
}

#[tokio::test]
async fn what_was_sealed_opens_after_a_change_of_the_master_key_and_by_the_new_one_alone() {
    let house = house().await;
    let file = house.dir.path().join("data").join("master.key");
    let first = std::fs::read_to_string(&file).unwrap();
    let new = new_ticket(Some("LAMP"), vec![Action::Submit]);
    let id = new.id;
    let asked = key("k1", 1);
    let answer = tickets::open(&house.core, &taker(), new, Some(asked.clone()))
        .await
        .unwrap();
    let (_, begun) = Keyring::change(&file).unwrap();
    assert!(begun);
    // Cut off here: a server that starts now opens everything, and writes with the new key.
    let between = again(&house).await;
    let late = new_ticket(Some("LAMP"), vec![Action::Submit]);
    let late_id = late.id;
    tickets::open(&between, &taker(), late, None).await.unwrap();
    let (_, begun) = Keyring::change(&file).unwrap();
    assert!(!begun, "it is gone on with, not begun anew");
    let core = again(&house).await;
    let system = Who::system().unwrap();
    assert_eq!(
        keys::rewrap(&core, &system).await.unwrap(),
        2,
        "ticket and answer"
    );
    assert_eq!(keys::rewrap(&core, &system).await.unwrap(), 0);
    Keyring::forget_old(&file).unwrap();

    let core = again(&house).await;
    for id in [id, late_id] {
        let ticket = tickets::read(&core, &taker(), id).await.unwrap().ticket;
        assert_eq!(ticket.request.caller.name.as_str(), NAME);
    }
    let number = Telephone::parse(NUMBER).unwrap();
    let query = TicketQuery {
        number: Some(sealed::blind_number(core.keyring(), &number)),
        limit: 10,
        ..TicketQuery::default()
    };
    assert_eq!(core.store().tickets(query).await.unwrap().len(), 2);
    let mut new = new_ticket(Some("LAMP"), vec![Action::Submit]);
    new.id = id;
    let replayed = tickets::open(&core, &taker(), new, Some(asked))
        .await
        .unwrap();
    assert_eq!(
        replayed, answer,
        "the answer to a key is the one that was given"
    );

    // The former key, as it stands in an old copy, opens nothing any more.
    let copy = house.dir.path().join("copy");
    std::fs::write(&copy, first).unwrap();
    let former = Keyring::load_or_create(&copy).unwrap();
    let record = core.store().ticket(id).await.unwrap().unwrap();
    assert!(sealed::open_ticket(&former, &record).is_err());
    assert!(!std::fs::read_to_string(&file).unwrap().contains("old"));
}

#[test]
fn a_key_file_that_is_none_is_told_and_left_as_it_is() {
    let dir = TempDir::new().unwrap();
    let file = dir.path().join("master.key");
    let good = "0".repeat(64);
    for text in [
        "",
        "nothing",
        &format!("{good}\nblind x"),
        &format!("{good}\nother {good}"),
    ] {
        std::fs::write(&file, text).unwrap();
        assert!(Keyring::load_or_create(&file).is_err(), "{text}");
        assert!(Keyring::change(&file).is_err(), "{text}");
        assert_eq!(std::fs::read_to_string(&file).unwrap(), text);
    }
}
