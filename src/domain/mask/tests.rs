//! Tables of what is masked for whom.

use super::*;
use crate::domain::lifecycle::Action;
use crate::domain::lifecycle::tests::world::{Told, World, hour, line, of_role, person, prose};
use crate::domain::role::Role;
use crate::domain::ticket::Stage;

const NAME: &str = "赵例例";
const NUMBER: &str = "19900001234";

fn told() -> Told {
    let mut told = Told::at(&World::new(), Stage::InHand);
    let caller = &mut told.ticket.request.caller;
    caller.name = line(NAME);
    caller.number = Some(Telephone::parse(NUMBER).unwrap());
    told.ticket.request.text = prose("我是赵例例，电话19900001234，停水了");
    told.ticket.request.elements.who = line("赵例例");
    told.ticket.additions = vec![prose("赵例例又来电")];
    told
}

#[test]
fn numbers_and_names() {
    for (digits, seen) in [
        (NUMBER, "199******34"),
        ("110", "***"),
        ("05318888", "053***88"),
    ] {
        assert_eq!(telephone(&Telephone::parse(digits).unwrap()), seen);
    }
    for (whole, seen) in [("赵例例", "赵**"), ("赵", "赵"), ("", "")] {
        assert_eq!(name(whole), seen);
    }
}

#[test]
fn who_has_to_reach_the_caller_sees_everything() {
    let told = told();
    for who in [of_role(Role::CallTaker), of_role(Role::UnitClerk)] {
        assert_eq!(view(&told.ticket, &who), (told.ticket.clone(), false));
        assert_eq!(reach_at(&told.ticket, &who), NUMBER);
    }
}

#[test]
fn for_others_neither_name_nor_number_stands_anywhere() {
    let mut told = told();
    let amend = Action::Amend {
        request: Box::new(told.ticket.request.clone()),
    };
    let urge = Action::Urge {
        note: line("赵例例催办"),
    };
    let taker = of_role(Role::CallTaker);
    told.act(&World::new(), &taker, hour(20), &amend).unwrap();
    told.act(&World::new(), &taker, hour(21), &urge).unwrap();
    for who in [
        of_role(Role::Dispatcher),
        person("colleague", &[Role::CallTaker], "HOTLINE"),
        person("co", &[Role::UnitClerk], "JN-DL"),
    ] {
        let (seen, masked) = view(&told.ticket, &who);
        assert!(masked);
        assert_eq!(reach_at(&told.ticket, &who), "199******34");
        let events: Vec<_> = told
            .events
            .iter()
            .map(|one| event(one, &told.ticket, &who))
            .collect();
        let json = serde_json::to_string(&(seen, events)).unwrap();
        assert!(!json.contains(NAME) && !json.contains(NUMBER));
        assert!(json.contains("停水了"));
    }
}

#[test]
fn a_confidential_caller_is_masked_for_the_lead_unit_too() {
    let mut told = told();
    told.ticket.request.caller.confidential = true;
    let (seen, masked) = view(&told.ticket, &of_role(Role::UnitClerk));
    assert!(masked && seen.request.caller.number.is_none() && seen.request.caller.confidential);
    assert_eq!(seen.request.caller.name.as_str(), "赵**");
}

#[test]
fn nothing_to_mask_is_not_masked() {
    let told = Told::at(&World::new(), Stage::ToDispatch);
    let (seen, masked) = view(&told.ticket, &of_role(Role::Dispatcher));
    assert_eq!((seen, masked), (told.ticket.clone(), false));
    assert_eq!(reach_at(&told.ticket, &of_role(Role::Dispatcher)), "");
}

#[test]
fn a_correction_by_one_who_saw_it_masked_keeps_the_caller() {
    let mut told = told();
    let before = told.ticket.request.clone();
    let dispatcher = of_role(Role::Dispatcher);
    let (seen, _) = view(&told.ticket, &dispatcher);
    let mut sent = seen.request;
    sent.place.address = line("泉城路 1 号");
    sent.elements.who = line("三号楼住户");
    let amend = Action::Amend {
        request: Box::new(sent),
    };
    told.act(&World::new(), &dispatcher, hour(20), &amend)
        .unwrap();
    let after = &told.ticket.request;
    assert_eq!(after.caller, before.caller);
    assert_eq!(after.text, before.text);
    assert_eq!(after.place.address.as_str(), "泉城路 1 号");
    assert_eq!(after.elements.who.as_str(), "三号楼住户");
}

/// Puts name and number into every text of a document: into what is empty and what holds Chinese; the rest is codes.
fn named_everywhere(value: &mut serde_json::Value) {
    use serde_json::Value;
    match value {
        Value::String(text) if text.is_empty() || !text.is_ascii() => {
            text.push_str(NAME);
            text.push_str(NUMBER);
        }
        Value::Array(values) => {
            for value in values {
                named_everywhere(value);
            }
        }
        Value::Object(fields) => {
            for value in fields.values_mut() {
                named_everywhere(value);
            }
        }
        _ => {}
    }
}

#[test]
fn at_no_stage_does_any_text_name_the_caller() {
    for stage in Stage::ALL {
        let mut told = Told::at(&World::new(), stage);
        told.ticket.request.tags = vec![line("")];
        told.ticket.request.answers = vec![crate::domain::ticket::QuestionAnswer::default()];
        told.ticket.additions = vec![prose("")];
        told.ticket.call = Some(crate::domain::id::CallId(uuid::Uuid::from_u128(7)));
        let mut json = serde_json::to_value((&told.ticket, &told.events)).unwrap();
        named_everywhere(&mut json);
        let (mut ticket, events): (Ticket, Vec<Event>) = serde_json::from_value(json).unwrap();
        let caller = &mut ticket.request.caller;
        *caller = crate::domain::caller::Caller {
            name: line(NAME),
            number: Some(Telephone::parse(NUMBER).unwrap()),
            ..Default::default()
        };
        let who = of_role(Role::Dispatcher);
        let (seen, masked) = view(&ticket, &who);
        assert!(masked && seen.call.is_none(), "{stage:?}");
        let events: Vec<_> = events.iter().map(|it| event(it, &ticket, &who)).collect();
        let json = serde_json::to_string(&(seen, events)).unwrap();
        assert!(json.contains("赵**"), "{stage:?}");
        for word in [NAME, NUMBER] {
            assert!(!json.contains(word), "{stage:?}: {json}");
        }
    }
}

#[test]
fn who_does_not_see_the_caller_does_not_change_them_either() {
    let mut told = told();
    told.ticket.request.caller.confidential = true;
    told.ticket.request.accused = Some(crate::domain::lifecycle::tests::world::unit("JN-CG"));
    told.ticket.request.tags = vec![line("赵例例家")];
    let before = told.ticket.request.clone();
    let dispatcher = of_role(Role::Dispatcher);
    let (seen, _) = view(&told.ticket, &dispatcher);
    let mut sent = seen.request;
    sent.caller.name = line("钱");
    sent.caller.number = Some(Telephone::parse("10086").unwrap());
    sent.caller.confidential = false;
    sent.accused = None;
    let amend = Action::Amend {
        request: Box::new(sent),
    };
    told.act(&World::new(), &dispatcher, hour(20), &amend)
        .unwrap();
    assert_eq!(told.ticket.request, before);
    let (seen, _) = view(&told.ticket, &dispatcher);
    let events: Vec<_> = told
        .events
        .iter()
        .map(|one| event(one, &told.ticket, &dispatcher))
        .collect();
    let json = serde_json::to_string(&(seen, events)).unwrap();
    assert!(!json.contains(NAME) && !json.contains(NUMBER), "{json}");
}
