//! What a person may not see is masked before it leaves the server (regulation Art. 10, 16, 32).

use super::caller::{Caller, Telephone};
use super::lifecycle::{Event, EventKind};
use super::role::{Person, may_see_caller};
use super::text::{Line, Text};
use super::ticket::{Request, Ticket};

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

/// A ticket as a person may see it, and whether anything of the caller was masked. Whether they may see it
/// at all is [`super::role::may_see_ticket`].
pub fn view(ticket: &Ticket, person: &Person) -> (Ticket, bool) {
    if may_see_caller(person, ticket) {
        return (ticket.clone(), false);
    }
    let words = Words::of(&ticket.request.caller);
    let seen = Ticket {
        request: request(&ticket.request),
        additions: ticket
            .additions
            .iter()
            .map(|text| words.hide(text))
            .collect(),
        ..ticket.clone()
    };
    let masked = seen != *ticket;
    (seen, masked)
}

/// An event of a ticket as a person may see it.
pub fn event(event: &Event, ticket: &Ticket, person: &Person) -> Event {
    if may_see_caller(person, ticket) {
        return event.clone();
    }
    let words = Words::of(&ticket.request.caller);
    let mut seen = event.clone();
    match &mut seen.kind {
        EventKind::Opened { request: told, .. } | EventKind::Amended { request: told } => {
            **told = request(told);
        }
        EventKind::Added { text } => *text = words.hide(text),
        EventKind::Urged { note } | EventKind::ExplanationAsked { note } => {
            *note = words.hide(note);
        }
        EventKind::Withdrawn { reason } => *reason = words.hide(reason),
        _ => {}
    }
    seen
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
    let words = Words::of(&request.caller);
    let mut seen = request.clone();
    seen.caller = caller(&request.caller);
    seen.title = words.hide(&request.title);
    seen.text = words.hide(&request.text);
    seen.asked = words.hide(&request.asked);
    let elements = &mut seen.elements;
    for line in [
        &mut elements.who,
        &mut elements.when,
        &mut elements.where_,
        &mut elements.cause,
        &mut elements.course,
    ] {
        *line = words.hide(line);
    }
    for answer in &mut seen.answers {
        answer.answer = words.hide(&answer.answer);
    }
    seen
}

/// A correction by somebody who saw the ticket masked, with what was masked put back: a field that comes back
/// as it was shown is as it was, and a number that was not shown is kept. Else a dispatcher who corrects an
/// address would wipe out the caller.
pub fn restored(sent: &Request, original: &Request) -> Request {
    fn field<T: PartialEq + Clone>(now: &mut T, shown: &T, original: &T) {
        if now == shown {
            original.clone_into(now);
        }
    }
    let shown = request(original);
    let mut whole = sent.clone();
    let caller = &mut whole.caller;
    field(&mut caller.name, &shown.caller.name, &original.caller.name);
    field(
        &mut caller.contact_name,
        &shown.caller.contact_name,
        &original.caller.contact_name,
    );
    field(&mut caller.number, &None, &original.caller.number);
    field(&mut caller.contact, &None, &original.caller.contact);
    field(&mut whole.title, &shown.title, &original.title);
    field(&mut whole.text, &shown.text, &original.text);
    field(&mut whole.asked, &shown.asked, &original.asked);
    let elements = &mut whole.elements;
    field(
        &mut elements.who,
        &shown.elements.who,
        &original.elements.who,
    );
    field(
        &mut elements.when,
        &shown.elements.when,
        &original.elements.when,
    );
    field(
        &mut elements.where_,
        &shown.elements.where_,
        &original.elements.where_,
    );
    field(
        &mut elements.cause,
        &shown.elements.cause,
        &original.elements.cause,
    );
    field(
        &mut elements.course,
        &shown.elements.course,
        &original.elements.course,
    );
    let pairs = shown.answers.iter().zip(&original.answers);
    for answer in &mut whole.answers {
        let same = pairs.clone().find(|(shown, _)| *shown == answer);
        if let Some((_, original)) = same {
            answer.clone_from(original);
        }
    }
    whole
}

/// What names a caller in running text, with what stands for it.
struct Words(Vec<(String, String)>);

impl Words {
    fn of(caller: &Caller) -> Self {
        let names = [&caller.name, &caller.contact_name]
            .into_iter()
            .map(|text| text.as_str().trim())
            // A single character (王) is part of too many other words.
            .filter(|text| text.chars().count() >= 2)
            .map(|text| (text.to_owned(), name(text)));
        let numbers = [&caller.number, &caller.contact]
            .into_iter()
            .flatten()
            .map(|number| (number.digits().to_owned(), telephone(number)));
        Self(names.chain(numbers).collect())
    }

    fn hide<const MAX: usize, const LINES: bool>(
        &self,
        text: &Text<MAX, LINES>,
    ) -> Text<MAX, LINES> {
        let mut hidden = text.as_str().to_owned();
        for (word, stars) in &self.0 {
            if hidden.contains(word.as_str()) {
                hidden = hidden.replace(word.as_str(), stars);
            }
        }
        Text::lossy(&hidden)
    }
}

#[cfg(test)]
mod tests;
