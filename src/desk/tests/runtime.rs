//! The journal and slots: newer answers win, records are written once.

use super::world::*;
use crate::desk::message::{Ask, Effect, Input, Message, Outcome, Slot, Slots};
use crate::desk::ports::{Hits, JournalRecord};
use crate::desk::{message, update};
use crate::domain::id::TicketId;
use crate::words::Lang;

#[test]
fn an_answer_of_an_older_generation_is_not_looked_at() {
    let mut slots = Slots::default();
    let generation = |effect| match effect {
        Effect::Ask { generation, .. } => generation,
        Effect::Quit | Effect::Elsewhere => 0,
    };
    let first = generation(slots.ask(Slot::Number, Ask::Number(TicketId(id(1)))));
    let second = generation(slots.ask(Slot::Number, Ask::Number(TicketId(id(1)))));
    assert!(!slots.is_current(Slot::Number, first));
    assert!(slots.is_current(Slot::Number, second));
    slots.forget(Slot::Number);
    assert!(!slots.is_current(Slot::Number, second));
    assert_ne!(
        slots.once(Ask::Number(TicketId(id(1)))).0,
        slots.once(Ask::Number(TicketId(id(1)))).0
    );
}

#[test]
fn a_late_search_does_not_replace_a_newer_one() {
    let mut desk = Desk::signed_in(Lang::ZhCn, (80, 24));
    desk.text("停水");
    let before = desk.state.call.answers.hits.clone();
    let input = Input::Done {
        slot: Slot::Search,
        generation: 1,
        outcome: Box::new(Outcome::Search(Ok(Hits::default()))),
    };
    let now = desk.state.now;
    update(&mut desk.state, Message { now, input });
    assert_eq!(desk.state.call.answers.hits, before);
}

#[test]
fn every_letter_is_kept_once_and_nothing_before_signing_in() {
    let mut desk = Desk::new(Lang::ZhCn, (80, 24));
    desk.text("wang");
    assert!(desk.records.is_empty());
    desk.sign_in();
    desk.ring();
    desk.keys("f3");
    desk.records.clear();
    desk.text("停");
    let keys: Vec<&str> = desk
        .records
        .iter()
        .map(|record| record.key.as_str())
        .collect();
    assert_eq!(keys.iter().filter(|key| **key == "text").count(), 1);
    desk.records.clear();
    desk.input(message::Input::Wake);
    assert!(
        desk.records.is_empty(),
        "nothing changed, nothing is written"
    );
}

#[test]
fn a_letter_writes_the_story_and_nothing_that_stayed_as_it_was() {
    let mut desk = Desk::signed_in(Lang::ZhCn, (80, 24));
    desk.ring();
    desk.keys("f3");
    desk.text("停水");
    let draft = desk.state.call.form.clone();
    desk.state.call.drafts.push(draft);
    desk.input(message::Input::Wake);
    desk.records.clear();
    desk.text("了");
    let keys: Vec<&str> = desk.records.iter().map(|it| it.key.as_str()).collect();
    assert_eq!(keys, ["text"]);
    desk.records.clear();
    desk.keys("tab");
    let keys: Vec<&str> = desk.records.iter().map(|it| it.key.as_str()).collect();
    assert_eq!(keys, ["form"], "another field, the same story");
}

#[test]
fn what_came_back_is_not_written_again_but_what_was_on_its_way_is_a_draft_from_then_on() {
    let mut desk = Desk::signed_in(Lang::ZhCn, (80, 24));
    desk.ring();
    desk.keys("f3");
    desk.text("停水");
    let restart = |records: &[JournalRecord]| {
        let mut next = Desk::new(Lang::ZhCn, (80, 24));
        next.remembered = records.to_vec();
        next.sign_in();
        next
    };
    let next = restart(&desk.records);
    let keys =
        |desk: &Desk| -> Vec<String> { desk.records.iter().map(|it| it.key.clone()).collect() };
    assert!(
        !keys(&next).contains(&"text".to_owned()),
        "{:?}",
        keys(&next)
    );
    let form = std::mem::take(&mut desk.state.call.form);
    desk.state.call.outgoing.insert(Slot::Once(77), form);
    desk.input(message::Input::Wake);
    let mut next = restart(&desk.records);
    assert_eq!(next.state.call.drafts.len(), 1);
    next.state.call.drafts.clear();
    next.input(message::Input::Wake);
    let all = [desk.records.clone(), next.records.clone()].concat();
    assert!(
        restart(&all).state.call.drafts.is_empty(),
        "it came back although it was put away"
    );
}

#[test]
fn no_record_holds_the_password() {
    let mut desk = Desk::signed_in(Lang::ZhCn, (80, 24));
    desk.text("停水");
    let all = serde_json::to_string(&desk.records).unwrap();
    assert!(!all.contains("secret-one"));
}

#[test]
fn a_journal_that_fails_is_said() {
    let mut desk = Desk::signed_in(Lang::ZhCn, (80, 24));
    desk.input(Input::JournalFailed("no space left".to_owned()));
    assert!(desk.frame().contains("no space left"), "{}", desk.frame());
    desk.keys("esc");
    assert!(!desk.frame().contains("no space left"));
}
