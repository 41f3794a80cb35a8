//! Consults: kept sealed, listed for whoever they concern, changed on the version that is there.

use super::{account, at, stamp, told};
use crate::crypto::Keyring;
use crate::domain::consult::{Consult, ConsultAction, ConsultState};
use crate::domain::id::{ConsultId, UnitCode};
use crate::domain::role::{Person, Role};
use crate::domain::text::{Line, Prose};
use crate::domain::ticket::Request;
use crate::server::store::{ConsultQuery, ConsultWrite, Store, StoreError, sealed};
use uuid::Uuid;

const STORY: &str = "张测试问提取公积金";

fn consult(ms: i64, department: &str, who: &str) -> Consult {
    let mut asked = stamp(ms);
    asked.by.account = account(who);
    Consult {
        id: ConsultId(Uuid::now_v7()),
        version: 1,
        department: UnitCode::parse(department).unwrap(),
        call: None,
        ticket: None,
        number: None,
        question: Prose::parse(STORY).unwrap(),
        request: Request::default(),
        found: Vec::new(),
        asked,
        state: ConsultState::Waiting,
    }
}

fn expert() -> Person {
    Person {
        account: account("liu"),
        name: Line::parse("刘测试").unwrap(),
        roles: vec![Role::Expert],
        unit: UnitCode::parse("GJJ").unwrap(),
        seat: None,
        skills: Vec::new(),
        languages: Vec::new(),
    }
}

pub(crate) async fn consults_are_listed_for_whoever_they_concern(store: &dyn Store) {
    let keyring = Keyring::ephemeral();
    let write = |consult: &Consult, expected: u64| ConsultWrite {
        consult: sealed::seal_consult(&keyring, None, consult).unwrap(),
        expected,
        outbox: vec![told(at(0))],
        replay: None,
    };
    let all = [
        consult(20, "GJJ", "wang"),
        consult(10, "GJJ", "li"),
        consult(30, "SW", "wang"),
    ];
    for consult in &all {
        let write = write(consult, 0);
        assert!(!write.consult.doc.contains("张测试"), "sealed");
        store.write_consult(write).await.unwrap();
    }
    let doubled = store.write_consult(write(&all[0], 0)).await;
    assert!(matches!(doubled, Err(StoreError::Exists)));
    let listed = async |asker: Option<&str>, department: Option<&str>, since: i64| {
        let query = ConsultQuery {
            asker: asker.map(account),
            department: department.map(|it| UnitCode::parse(it).unwrap()),
            since: at(since),
            limit: 10,
        };
        let records = store.consults(query).await.unwrap();
        let open = |record| sealed::open_consult(&keyring, record).unwrap().id;
        records.iter().map(open).collect::<Vec<_>>()
    };
    let [first, second, third] = [all[0].id, all[1].id, all[2].id];
    assert_eq!(listed(Some("wang"), None, 0).await, [first, third]);
    assert_eq!(listed(Some("liu"), Some("GJJ"), 0).await, [second, first]);
    assert_eq!(listed(None, None, 0).await, [second, first, third]);
    let mut by = stamp(50);
    by.by.account = account("liu");
    let answer = ConsultAction::Answer {
        answer: Prose::parse("带身份证").unwrap(),
    };
    let answered = all[1].after(&answer, &expert(), &by).unwrap();
    store.write_consult(write(&answered, 1)).await.unwrap();
    let stale = store.write_consult(write(&answered, 1)).await;
    assert!(matches!(
        stale,
        Err(StoreError::Stale {
            current: 2,
            expected: 1
        })
    ));
    let read = store.consult(second).await.unwrap().unwrap();
    assert_eq!(sealed::open_consult(&keyring, &read).unwrap(), answered);
    // What is over comes last, and only for a while.
    assert_eq!(listed(Some("liu"), Some("GJJ"), 50).await, [first, second]);
    assert_eq!(listed(Some("liu"), Some("GJJ"), 51).await, [first]);
}
