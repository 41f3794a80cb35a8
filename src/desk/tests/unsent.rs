//! What the server refused stays until it arrived or a person gives it up, and sending it again harms nobody.

use super::world::*;
use crate::desk::message::{Effect, Input, Outcome};
use crate::desk::ports::{Outgoing, PortError, Sent};
use crate::desk::state::Purpose;
use crate::domain::id::TicketId;
use crate::protocol::error::ApiError;
use crate::words::Lang;

const SMALL: (u16, u16) = (80, 24);

fn act(ticket: TicketId, action: serde_json::Value) -> Outgoing {
    Outgoing::Act(ticket, Box::new(serde_json::from_value(action).unwrap()))
}

/// A write that the server, or the outbox, answers so.
fn write(desk: &mut Desk, outgoing: Outgoing, result: Result<Sent, PortError>) {
    let effect = desk.state.send(Purpose::Ticket, outgoing);
    let Effect::Ask {
        slot, generation, ..
    } = effect
    else {
        panic!("nothing is asked")
    };
    let outcome = Box::new(Outcome::Send(result));
    desk.input(Input::Done {
        slot,
        generation,
        outcome,
    });
}

#[test]
fn refused_words_go_only_when_the_same_words_are_with_the_server() {
    let mut desk = Desk::signed_in(Lang::ZhCn, SMALL);
    let ticket = TicketId(id(17));
    let no = || Err(PortError::Api(ApiError::Forbidden));
    for (name, field) in [
        ("add", "text"),
        ("urge", "note"),
        ("ask_explanation", "note"),
    ] {
        let said = |words: &str| {
            act(
                ticket,
                serde_json::json!({"version": 3, "do": name, field: words}),
            )
        };
        write(&mut desk, said("甲"), no());
        write(&mut desk, said("乙"), no());
        assert_eq!(desk.state.refused.len(), 2, "{name}");
        write(&mut desk, said("丙"), Ok(Sent::Done(None)));
        write(&mut desk, said("甲"), Ok(Sent::Queued));
        assert_eq!(desk.state.refused.len(), 2, "{name}");
        write(&mut desk, said("甲"), Ok(Sent::Done(None)));
        assert_eq!(desk.state.refused.len(), 1, "{name}");
        write(&mut desk, said("乙"), Ok(Sent::Done(None)));
        assert!(desk.state.refused.is_empty(), "{name}");
    }
    // Of these a ticket takes one: the corrected try is instead of the first.
    let back = |words: &str| {
        act(
            ticket,
            serde_json::json!({"version": 3, "do": "withdraw", "reason": words}),
        )
    };
    write(&mut desk, back("甲"), no());
    write(&mut desk, back("乙"), Ok(Sent::Queued));
    assert_eq!(desk.state.refused.len(), 1, "it may still be refused");
    write(&mut desk, back("乙"), Ok(Sent::Done(None)));
    assert!(desk.state.refused.is_empty());
}

#[test]
fn a_refused_correction_tried_again_overwrites_nobody() {
    let request = crate::domain::ticket::Request::default();
    let amend = serde_json::json!({"version": 3, "do": "amend", "request": request});
    let add = serde_json::json!({"version": 3, "do": "add", "text": "电梯也停了"});
    for (action, version) in [(amend, 3), (add, 9)] {
        let mut desk = Desk::signed_in(Lang::ZhCn, SMALL);
        desk.keys("ctrl-t");
        let ticket = desk.state.tickets.rows[0].id;
        write(
            &mut desk,
            act(ticket, action),
            Err(PortError::Api(ApiError::Forbidden)),
        );
        // A colleague was faster.
        desk.state.tickets.rows[0].version = 9;
        desk.keys("esc ctrl-n 1 1");
        let Some(Outgoing::Act(_, change)) = desk.sent.last() else {
            panic!("nothing sent: {}", desk.frame())
        };
        assert_eq!(change.version, version);
    }
}
