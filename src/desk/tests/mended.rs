//! What must not mix or vanish: two callers, two people at one desk, a write on its way and what is typed
//! meanwhile.

use super::world::*;
use crate::desk::keymap::Place;
use crate::desk::popup::Popup;
use crate::desk::ports::{Outgoing, Outside, PhoneCommand, PhoneEvent, PortError};
use crate::desk::screens::call::Phase;
use crate::domain::id::CallId;
use crate::domain::lifecycle::Action;
use crate::domain::seat::SeatState;
use crate::protocol::error::ApiError;
use crate::protocol::event::ServerEvent;
use crate::words::Lang;

const SMALL: (u16, u16) = (80, 24);
const SECOND: CallId = CallId(id(901));

fn answered() -> Desk {
    let mut desk = Desk::signed_in(Lang::ZhCn, SMALL);
    desk.ring();
    desk.keys("f3");
    desk.pass(2);
    desk
}

fn over(desk: &mut Desk) {
    let ended = PhoneEvent::Ended { by_caller: true };
    desk.outside(Outside::Phone(CallId(id(900)), ended));
    desk.seat(SeatState::WrapUp);
}

fn ring_second(desk: &mut Desk) {
    let mut call = ringing();
    call.id = SECOND;
    desk.outside(Outside::Server(ServerEvent::Call { call }));
    desk.outside(Outside::Phone(SECOND, PhoneEvent::Ringing));
}

#[test]
fn a_menu_of_one_caller_never_acts_on_the_next() {
    let mut desk = answered();
    desk.text("第一个");
    over(&mut desk);
    desk.keys("f9");
    ring_second(&mut desk);
    assert!(desk.state.popup.is_none());
    desk.keys("f3");
    desk.text("第二个");
    desk.keys("enter");
    assert!(desk.sent.is_empty(), "the choice was about the first");
}

#[test]
fn a_dialog_of_one_caller_waits_for_that_caller() {
    let mut desk = answered();
    desk.text("第一个");
    over(&mut desk);
    desk.keys("f9 5 tab");
    desk.text("信访条例");
    ring_second(&mut desk);
    desk.keys("f3 f9 5");
    assert!(!desk.frame().contains("信访条例"), "{}", desk.frame());
    desk.keys("esc ctrl-l");
    desk.text("next_draft");
    desk.keys("enter f9 5");
    assert!(desk.frame().contains("信访条例"), "{}", desk.frame());
}

#[test]
fn the_first_key_of_hanging_up_is_not_completed_on_the_next_caller() {
    let mut desk = answered();
    desk.keys("ctrl-d");
    over(&mut desk);
    ring_second(&mut desk);
    desk.keys("ctrl-d");
    assert_eq!(desk.state.call.phase, Phase::Ringing);
    assert!(
        desk.phoned
            .iter()
            .all(|it| !matches!(it, PhoneCommand::HangUp(_)))
    );
}

#[test]
fn what_is_typed_while_a_form_is_sent_stays() {
    let mut desk = answered();
    desk.text("第一件");
    desk.hold = true;
    desk.keys("f9 enter");
    desk.text("第二件");
    desk.release_all();
    assert_eq!(desk.opened().len(), 1);
    assert_eq!(desk.state.call.form.text.text(), "第二件");
}

#[test]
fn a_refusal_that_comes_late_brings_the_form_back_beside_what_was_typed() {
    let mut desk = answered();
    desk.text("第一件");
    desk.hold = true;
    desk.refuse = Some(PortError::Api(ApiError::Unavailable));
    desk.keys("f9 enter");
    desk.text("第二件");
    desk.release_all();
    assert_eq!(desk.state.call.form.text.text(), "第二件");
    assert_eq!(desk.state.call.drafts[0].text.text(), "第一件");
}

#[test]
fn a_call_that_comes_while_a_form_is_sent_keeps_form_and_promise_apart() {
    let mut desk = answered();
    desk.text("第一件");
    over(&mut desk);
    desk.hold = true;
    desk.refuse = Some(PortError::Offline);
    desk.keys("ctrl-l");
    desk.text("hb 30m");
    desk.keys("enter f9");
    ring_second(&mut desk);
    desk.release_all();
    assert_eq!(desk.state.call.form.call, Some(SECOND));
    assert!(desk.state.call.form.is_blank());
    let form = &desk.state.call.drafts[0];
    assert_eq!(form.text.text(), "第一件");
    // It is promised again by the dialog that asked for it, not behind the back of whoever finishes in another way.
    assert!(form.promise.is_none());
    let asked = desk
        .state
        .shelf
        .iter()
        .find(|it| it.purpose.form() == form.id);
    assert_eq!(asked.unwrap().text("when"), "30m");
}

#[test]
fn a_form_on_its_way_comes_back_after_a_crash_and_is_done_when_it_had_arrived() {
    let mut desk = answered();
    desk.text("第一件");
    over(&mut desk);
    desk.hold = true;
    desk.keys("f9 enter");
    let sent = desk
        .state
        .call
        .outgoing
        .values()
        .next()
        .unwrap()
        .id
        .unwrap();
    let mut next = Desk::new(Lang::ZhCn, SMALL);
    next.remembered = desk.records.clone();
    next.sign_in();
    assert_eq!(next.state.call.drafts[0].id, Some(sent));
    next.refuse = Some(PortError::Api(ApiError::Exists {
        what: "ticket".to_owned(),
        id: sent.to_string(),
    }));
    next.keys("ctrl-l");
    next.text("next_draft");
    next.keys("enter f9 enter");
    assert!(next.state.call.drafts.is_empty());
    assert!(next.state.call.form.is_blank());
}

#[test]
fn a_direct_answer_asked_for_is_called_off_by_any_other_key() {
    let mut desk = answered();
    desk.hold = true;
    desk.text("停水");
    desk.release_searches();
    desk.keys("f5 f5 down");
    desk.release_all();
    assert!(
        desk.sent.is_empty(),
        "the other entry was not what was asked for"
    );
}

#[test]
fn a_call_without_a_word_is_marked_and_not_thrown_away() {
    let mut desk = answered();
    over(&mut desk);
    desk.keys("f9 6 f9");
    assert!(matches!(
        desk.opened()[0].then[0],
        Action::MarkInvalid { .. }
    ));
    desk.keys("f9");
    assert_eq!(desk.chosen.last(), Some(&SeatState::Idle));
}

#[test]
fn a_choice_alone_is_not_nothing() {
    let mut desk = answered();
    assert!(
        desk.state.call.form.is_blank(),
        "the name came with the call"
    );
    desk.keys("tab tab tab tab tab right");
    assert!(!desk.state.call.form.is_blank());
}

#[test]
fn a_session_that_ends_takes_no_keys_into_the_password_and_lets_nobody_see() {
    let mut desk = answered();
    desk.text("第一件");
    desk.keys("f9 5 tab");
    desk.text("信访");
    desk.outside(Outside::Server(ServerEvent::SessionEnded));
    assert!(desk.state.popup.is_none());
    desk.text("条例");
    assert!(desk.state.sign_in.password.text().is_empty());
    desk.keys("ctrl-a");
    desk.text("li");
    desk.account = "li";
    desk.keys("enter");
    desk.text("secret-one");
    desk.keys("enter");
    assert!(desk.state.person.is_some());
    assert!(desk.state.call.form.is_blank(), "another person's");
    assert!(desk.state.shelf.is_empty());
    assert_eq!(desk.state.clipboard.text, "");
}

#[test]
fn the_same_person_goes_on_after_a_session_ended() {
    let mut desk = answered();
    desk.text("第一件");
    over(&mut desk);
    desk.outside(Outside::Server(ServerEvent::SessionEnded));
    desk.keys("enter");
    desk.text("secret-one");
    desk.keys("enter");
    assert_eq!(desk.state.call.form.text.text(), "第一件");
    assert!(desk.state.call.drafts.is_empty());
}

#[test]
fn a_second_action_on_the_same_ticket_is_on_its_new_version() {
    let mut desk = answered();
    desk.keys("f6 1 2 enter");
    desk.rows[0].version = 4;
    desk.keys("f6 1 2 enter");
    // The answer to the first made the desk ask again; the world shows what it has then.
    desk.keys("f6 1 2 enter");
    let versions: Vec<u64> = desk
        .sent
        .iter()
        .map(|it| match it {
            Outgoing::Act(_, change) => change.version,
            _ => 0,
        })
        .collect();
    assert_eq!(versions.last(), Some(&4), "{versions:?}");
}

#[test]
fn one_success_takes_one_dialog_from_the_shelf() {
    let mut desk = answered();
    desk.keys("f6 1 3");
    desk.text("补充的话");
    desk.keys("esc f6 1 2");
    desk.text("催");
    desk.keys("enter f6 1 3");
    assert!(desk.frame().contains("补充的话"), "{}", desk.frame());
}

#[test]
fn a_leg_that_never_rings_does_not_keep_the_next_caller_away() {
    let mut desk = Desk::signed_in(Lang::ZhCn, SMALL);
    desk.keys("ctrl-k f3");
    assert_eq!(desk.state.call.phase, Phase::Dialling);
    ring_second(&mut desk);
    assert_eq!(desk.state.call.phase, Phase::Ringing);
    assert_eq!(
        desk.phoned.last(),
        Some(&PhoneCommand::HangUp(CallId(id(950))))
    );
    desk.keys("f3");
    assert_eq!(desk.phoned.last(), Some(&PhoneCommand::Answer(SECOND)));
}

#[test]
fn news_of_a_leg_before_the_phone_agreed_is_not_a_caller() {
    let mut desk = Desk::signed_in(Lang::ZhCn, SMALL);
    desk.keys("ctrl-k");
    desk.hold = true;
    desk.keys("f3");
    let leg = CallId(id(950));
    desk.outside(Outside::Phone(leg, PhoneEvent::Ringing));
    assert_eq!(desk.state.place, Place::Ticket, "of the call-back");
    desk.release_all();
    assert_eq!(desk.state.call.phase, Phase::Dialling);
    assert!(desk.reports.is_empty());
}

#[test]
fn a_phone_that_is_gone_ends_its_call() {
    let mut desk = answered();
    desk.state.due.times.clear();
    desk.outside(Outside::Phone(CallId(id(900)), PhoneEvent::Down));
    assert_eq!(desk.state.call.phase, Phase::Ended);
    assert_eq!(
        desk.state.wake_at().is_some(),
        desk.state.seat.as_ref().unwrap().until.is_some()
    );
}

#[test]
fn after_a_restart_the_call_that_runs_has_a_form_of_its_own() {
    let mut desk = answered();
    desk.text("第一个");
    over(&mut desk);
    let mut next = Desk::new(Lang::ZhCn, SMALL);
    next.remembered = desk.records.clone();
    next.live = Some(SECOND);
    next.sign_in();
    assert_eq!(next.state.call.form.call, Some(SECOND));
    assert!(next.state.call.form.is_blank());
    assert_eq!(next.state.call.drafts[0].text.text(), "第一个");
}

#[test]
fn leaving_signs_out_and_is_refused_while_somebody_is_on_the_line() {
    let mut desk = answered();
    desk.keys("ctrl-q");
    assert!(desk.state.popup.is_none() && !desk.left);
    over(&mut desk);
    desk.keys("ctrl-q enter");
    assert!(desk.left);
    assert!(desk.signed_out);
}

#[test]
fn words_typed_before_the_directory_was_there_get_their_suggestion_with_it() {
    let mut desk = answered();
    desk.hold = true;
    desk.text("停水");
    desk.hold = false;
    desk.held.clear();
    assert!(desk.state.call.suggestion.is_none());
    desk.outside(Outside::Directory(std::sync::Arc::new(directory())));
    assert!(desk.state.call.suggestion.is_some());
}

#[test]
fn what_the_journal_refused_is_written_again() {
    let mut desk = answered();
    desk.text("停");
    let records = desk.records.clone();
    desk.state.unkept(&records);
    let again = desk.state.take_records();
    assert!(again.iter().any(|record| record.key == "text"));
}

#[test]
fn a_number_goes_to_the_form_it_was_asked_for() {
    let mut desk = Desk::signed_in(Lang::ZhCn, SMALL);
    desk.ring();
    desk.hold = true;
    desk.keys("f3");
    // The phone's answer and what it tells come; the number does not yet.
    desk.release(0);
    desk.release(0);
    desk.text("第一个");
    over(&mut desk);
    ring_second(&mut desk);
    desk.release_all();
    assert!(desk.state.call.form.number.is_none());
    assert!(desk.state.call.drafts[0].number.is_some());
}

#[test]
fn a_second_press_of_f3_before_the_phone_answered_is_deaf() {
    let mut desk = Desk::signed_in(Lang::ZhCn, SMALL);
    desk.ring();
    desk.hold = true;
    desk.keys("f3 f3");
    assert_eq!(desk.phoned.len(), 1);
}

#[test]
fn a_popup_restored_is_the_form_s_own() {
    let mut desk = answered();
    desk.text("第一个");
    desk.keys("f9");
    let Some(Popup::Menu(menu)) = &desk.state.popup else {
        panic!("no menu")
    };
    assert_eq!(menu.purpose.form(), desk.state.call.form.id);
}

#[test]
fn an_earlier_caller_s_form_is_not_shown_under_the_name_of_the_one_on_the_line() {
    let mut desk = answered();
    desk.text("第一个");
    over(&mut desk);
    ring_second(&mut desk);
    desk.keys("f3 ctrl-l");
    desk.text("next_draft");
    desk.keys("enter");
    assert!(desk.state.call.caller().is_none());
    assert!(!desk.frame().contains("路灯不亮"), "{}", desk.frame());
    desk.keys("ctrl-l");
    desk.text("next_draft");
    desk.keys("enter");
    assert_eq!(
        desk.state.call.form.call,
        Some(SECOND),
        "a blank form of a running call is kept"
    );
}
