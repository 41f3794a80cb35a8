//! What a person may not see is masked before it leaves the server (regulation Art. 10, 16, 32).

use super::callback::{Callback, CallbackStatus};
use super::caller::{Caller, Telephone};
use super::lifecycle::{Event, EventKind};
use super::role::{Person, may_see_caller};
use super::text::{Line, Prose};
use super::ticket::{Handling, Request, Ticket};
use words::{Words, lines};

mod words;

/// A number with all but the first three and the last two digits hidden; short numbers are hidden whole.
pub fn telephone(number: &Telephone) -> String {
    let digits = number.digits();
    if digits.len() < 8 {
        return "*".repeat(digits.len());
    }
    format!(
        "{}{}{}",
        &digits[..3],
        "*".repeat(digits.len() - 5),
        &digits[digits.len() - 2..]
    )
}

/// A name with all but its first character hidden (张** for 张小明).
pub fn name(name: &str) -> String {
    let mut chars = name.chars();
    chars.next().map_or_else(String::new, |first| {
        std::iter::once(first).chain(chars.map(|_| '*')).collect()
    })
}

/// A caller as one sees them who may not see confidential data: name masked, numbers gone, wishes kept.
pub fn caller(caller: &Caller) -> Caller {
    Caller {
        name: Line::lossy(&name(caller.name.as_str())),
        contact_name: Line::lossy(&name(caller.contact_name.as_str())),
        number: None,
        contact: None,
        ..caller.clone()
    }
}

/// A ticket as a person may see it, and whether anything of the caller was masked. The call it came by leads to
/// the caller too. Whether they may see it at all is [`super::role::may_see_ticket`].
pub fn view(ticket: &Ticket, person: &Person) -> (Ticket, bool) {
    if may_see_caller(person, ticket) {
        return (ticket.clone(), false);
    }
    let seen = hidden(ticket);
    let masked = seen != *ticket;
    (seen, masked)
}

/// A ticket as somebody sees it who may not see its caller.
pub fn hidden(ticket: &Ticket) -> Ticket {
    let words = Words::of(&ticket.request.caller);
    let mut seen = ticket.clone();
    seen.call = None;
    seen.recording = None;
    seen.request = request(&ticket.request);
    words.hide_state(&mut seen.state);
    words.hide_work(&mut seen.work);
    for text in &mut seen.additions {
        words.hide(text);
    }
    seen
}

/// A form and a question about it for somebody who may not see whose they are.
pub fn asked(asked: &Request, question: &Prose) -> (Request, Prose) {
    let mut hidden = question.clone();
    Words::of(&asked.caller).hide(&mut hidden);
    (request(asked), hidden)
}

/// A unit's report for people the ticket is not about: without its caller in any of its words.
pub fn handling_for_others(ticket: &Ticket, handling: &Handling) -> Handling {
    let mut seen = handling.clone();
    Words::of(&ticket.request.caller).hide_handling(&mut seen);
    seen
}

/// A text of a ticket for people it is not about: without its caller.
pub fn for_others(ticket: &Ticket, text: &Prose) -> Prose {
    let mut seen = text.clone();
    Words::of(&ticket.request.caller).hide(&mut seen);
    seen
}

/// What one may search in a ticket, whoever one is: title, and text with what is asked, as they are shown to
/// somebody who does not see the caller. So no search can confirm a name or a number.
pub fn searchable(ticket: &Ticket) -> [String; 2] {
    let mut seen = ticket.clone();
    seen.request = request(&ticket.request);
    let told = &seen.request;
    [seen.title(), format!("{}\n{}", told.text, told.asked)]
}

/// An event of a ticket as a person may see it.
pub fn event(event: &Event, ticket: &Ticket, person: &Person) -> Event {
    if may_see_caller(person, ticket) {
        return event.clone();
    }
    let words = Words::of(&ticket.request.caller);
    let mut seen = event.clone();
    match &mut seen.kind {
        EventKind::Opened {
            request: told,
            call,
            recording,
            ..
        } => {
            **told = request(told);
            (*call, *recording) = (None, None);
            words.hide_request(told);
        }
        EventKind::Amended { request: told } => {
            **told = request(told);
            words.hide_request(told);
        }
        other => words.hide_event(other),
    }
    seen
}

/// A call-back as a person may see it: about a ticket whose caller they do not see, whom to call is for its owner
/// only, for they have to call. Without the ticket nobody can say who may see its caller.
pub fn callback(callback: &Callback, ticket: Option<&Ticket>, person: &Person) -> Callback {
    let sees = ticket.is_some_and(|ticket| may_see_caller(person, ticket));
    if callback.ticket.is_none() || sees || callback.owner.as_ref() == Some(&person.account) {
        return callback.clone();
    }
    let mut masked = callback.clone();
    masked.number = None;
    masked.name = Line::lossy(&name(callback.name.as_str()));
    let told = Caller {
        name: callback.name.clone(),
        number: callback.number.clone(),
        ..Caller::default()
    };
    let caller = ticket.map(|ticket| &ticket.request.caller);
    for words in std::iter::once(&told).chain(caller).map(Words::of) {
        words.hide(&mut masked.note);
        match &mut masked.status {
            CallbackStatus::Scheduled => {}
            CallbackStatus::Done { note, .. } | CallbackStatus::Missed { note, .. } => {
                words.hide(note);
            }
        }
    }
    masked
}

/// The number to reach the caller at, whole for whom it is, else masked; empty when there is none.
pub fn reach_at(ticket: &Ticket, person: &Person) -> String {
    ticket
        .request
        .caller
        .reach_at()
        .map_or_else(String::new, |number| {
            if may_see_caller(person, ticket) {
                number.digits().to_owned()
            } else {
                telephone(number)
            }
        })
}

/// A request with its caller masked, in the fields and where the story repeats name or number.
fn request(request: &Request) -> Request {
    let mut seen = request.clone();
    seen.caller = caller(&request.caller);
    Words::of(&request.caller).hide_request(&mut seen);
    seen
}

/// A correction by somebody who does not see the caller: a text that comes back as it was shown is as it was, and
/// caller, wishes and a unit that was named as accused are not theirs to change. Else a dispatcher who corrects an
/// address would wipe out the caller, or lay bare who must stay hidden.
pub fn restored(sent: &Request, original: &Request) -> Request {
    fn field<T: PartialEq + Clone>(now: &mut T, shown: &T, original: &T) {
        if now == shown {
            original.clone_into(now);
        }
    }
    let shown = request(original);
    let mut whole = sent.clone();
    whole.caller.clone_from(&original.caller);
    whole.accused = original.accused.clone().or(whole.accused);
    field(&mut whole.title, &shown.title, &original.title);
    field(&mut whole.text, &shown.text, &original.text);
    field(&mut whole.asked, &shown.asked, &original.asked);
    field(&mut whole.tags, &shown.tags, &original.tags);
    let (mut before, mut kept) = (shown.clone(), original.clone());
    let pairs = lines(&mut before).into_iter().zip(lines(&mut kept));
    for (now, (shown, original)) in lines(&mut whole).into_iter().zip(pairs) {
        field(now, shown, original);
    }
    let pairs = shown.answers.iter().zip(&original.answers);
    for answer in &mut whole.answers {
        let same = pairs.clone().find(|(shown, _)| *shown == answer);
        if let Some((_, original)) = same {
            answer.clone_from(original);
        }
    }
    whole
}

#[cfg(test)]
mod tests;
