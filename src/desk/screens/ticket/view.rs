//! Draws one ticket: head, request, handling, events; and words for deadlines.

use super::events;
use crate::desk::names;
use crate::desk::state::State;
use crate::desk::times;
use crate::desk::widgets::{Paint, rows};
use crate::domain::clock::{Card, Deadline};
use crate::domain::directory::Element;
use crate::domain::ticket::{Dispatch, Request, State as TicketState, StepName, Ticket};
use crate::protocol::ticket::TicketView;
use crate::words::{Actions, Desk};
use ratatui::layout::Rect;
use ratatui::style::Style;

/// A deadline in words, with its card.
pub fn due_words(state: &State, due: &Deadline) -> String {
    let when = times::date_time(due.due);
    let word = match due.card(state.server_now()) {
        Card::Green => Desk::DueGreen,
        Card::Yellow => Desk::DueYellow,
        Card::Red => Desk::DueRed,
    };
    let text = state.say_with(word, &[("when", when.into())]);
    if due.provisional {
        format!("{text} {}", state.say(Desk::DueProvisional))
    } else {
        text
    }
}

/// The style of a deadline.
pub fn due_style(state: &State, due: &Deadline) -> Style {
    match due.card(state.server_now()) {
        Card::Green => state.theme.base(),
        Card::Yellow => state.theme.warn(),
        Card::Red => state.theme.bad(),
    }
}

/// Lines of the screen, each with its style.
type Lines = Vec<(String, Style)>;

/// What must be minded: confidentiality, and the unit complained about.
fn warnings(state: &State, request: &Request) -> Lines {
    let secret = request.caller.confidential;
    let secret = secret.then(|| state.say(Desk::ReadBackSecret));
    let accused = request.accused.as_ref().map(|unit| {
        let unit = [("unit", state.names.unit(unit).into())];
        state.say_with(Desk::AccusedIs, &unit)
    });
    let all = secret.into_iter().chain(accused);
    all.map(|text| (text, state.theme.warn())).collect()
}

fn head(state: &State, view: &TicketView) -> Lines {
    let ticket = &view.ticket;
    let request = &ticket.request;
    let quiet = state.theme.quiet();
    let mut lines = vec![(ticket.title(), state.theme.strong())];
    let item = request
        .item
        .as_ref()
        .map(|item| state.names.item_path(item));
    lines.push((
        format!(
            "{}  {}  {}",
            state.say(names::kind(request.kind)),
            item.unwrap_or_else(|| state.say(Desk::ItemUnknown)),
            state.say(names::urgency(request.urgency)),
        ),
        state.theme.base(),
    ));
    let masked = if view.masked {
        state.say(Desk::Masked)
    } else {
        String::new()
    };
    let name = request.caller.name.as_str();
    lines.push((
        format!("{name}  {}  {masked}", view.reach_at),
        state.theme.base(),
    ));
    let place = Some(place(state, request)).filter(|it| !it.trim().is_empty());
    lines.extend(place.map(|it| (it, state.theme.base())));
    lines.extend(warnings(state, request));
    if let Some(dispatch) = ticket.state.dispatch() {
        lines.push((units(state, dispatch), state.theme.base()));
    }
    for (word, due) in [
        (Desk::DueUnit, &ticket.unit_due),
        (Desk::DueTotal, &ticket.total_due),
    ] {
        if let Some(due) = due.as_ref().filter(|_| ticket.state.stage().is_open()) {
            let text = format!("{} {}", state.say(word), due_words(state, due));
            lines.push((text, due_style(state, due)));
        }
    }
    lines.extend(steps(state, ticket).map(|it| (it, state.theme.base())));
    let counts = [
        ("round", ticket.round.into()),
        ("urged", ticket.urged.into()),
        ("returns", ticket.returns.into()),
    ];
    lines.push((state.say_with(Desk::TicketCounts, &counts), quiet));
    lines
}

/// The three steps of 2110 of the enterprise lane: when each was taken, else by when it is due.
fn steps(state: &State, ticket: &Ticket) -> Option<String> {
    let steps = ticket.work.steps.as_ref()?;
    let word = |step, due: Option<&Deadline>| match (steps.taken(step), due) {
        (Some(at), _) => {
            let when = times::date_time(at);
            state.say_with(Actions::StepTaken, &[("when", when.into())])
        }
        (None, Some(due)) => {
            let when = times::date_time(due.due);
            state.say_with(Actions::StepDue, &[("when", when.into())])
        }
        (None, None) => String::new(),
    };
    let values = [
        (
            "contact",
            word(StepName::Contact, Some(&steps.contact_due)).into(),
        ),
        (
            "answer",
            word(StepName::Answer, Some(&steps.answer_due)).into(),
        ),
        (
            "solve",
            word(StepName::Solve, ticket.unit_due.as_ref()).into(),
        ),
    ];
    Some(state.say_with(Actions::StepsLine, &values))
}

/// Who handles it; co-units are named when there are any.
fn units(state: &State, dispatch: &Dispatch) -> String {
    let co: Vec<&str> = dispatch
        .co_units
        .iter()
        .map(|it| state.names.unit(it))
        .collect();
    let lead = state.names.unit(&dispatch.lead);
    let values = [("lead", lead.into()), ("co", co.join(" ").into())];
    let word = if co.is_empty() {
        Desk::TicketLead
    } else {
        Desk::TicketUnits
    };
    state.say_with(word, &values)
}

fn place(state: &State, request: &Request) -> String {
    let district = request
        .place
        .district
        .as_ref()
        .map_or("", |it| state.names.district(it));
    format!(
        "{district}{} {}",
        request.place.street, request.place.address
    )
}

fn body(state: &State, view: &TicketView) -> Lines {
    let request = &view.ticket.request;
    let (base, title) = (state.theme.base(), state.theme.title());
    let mut lines = vec![(String::new(), base), (state.say(Desk::TicketStory), title)];
    lines.extend(
        request
            .text
            .as_str()
            .lines()
            .map(|line| (line.to_owned(), base)),
    );
    let e = &request.elements;
    let said = [&e.who, &e.when, &e.where_, &e.cause, &e.course];
    for (element, said) in Element::ALL
        .iter()
        .zip(said)
        .filter(|(_, said)| !said.is_blank())
    {
        lines.push((
            format!("{}: {said}", state.say(names::element(*element))),
            base,
        ));
    }
    for answer in &request.answers {
        lines.push((format!("{} {}", answer.question, answer.answer), base));
    }
    for addition in &view.ticket.additions {
        lines.push((format!("+ {addition}"), base));
    }
    if let Some(handling) = view.ticket.state.handling() {
        lines.push((String::new(), base));
        lines.push((state.say(Desk::TicketHandling), title));
        lines.extend(
            handling
                .account
                .as_str()
                .lines()
                .map(|line| (line.to_owned(), base)),
        );
        let public = &handling.public_answer;
        if !public.is_blank() && *public != handling.account {
            lines.push((state.say(Desk::FieldPublicAnswer), title));
            let told = public.as_str().lines();
            lines.extend(told.map(|line| (line.to_owned(), base)));
        }
    }
    if let TicketState::Closed { verdict, .. } = &view.ticket.state {
        lines.push((state.say(Desk::TicketCallback), title));
        let said = events::verdict(state, verdict.reached, verdict.solved, verdict.satisfied);
        lines.push((format!("{said}  {}", verdict.reason), base));
    }
    lines
}

/// What stands on the screen above the events, without its colours.
pub fn words(state: &State, view: &TicketView) -> Vec<String> {
    let lines = head(state, view).into_iter().chain(body(state, view));
    lines.map(|(text, _)| text).collect()
}

/// Draws the screen.
pub fn draw(state: &State, paint: &mut Paint<'_>, area: Rect) {
    let Some(view) = &state.ticket.view else {
        let inside = paint.panel(area, &state.say(Desk::TicketTitleEmpty), true);
        let word = if state.ticket.loading {
            Desk::Loading
        } else {
            Desk::WhyNoTicket
        };
        paint.put(
            inside.x,
            inside.y,
            inside.width,
            &state.say(word),
            paint.theme.quiet(),
        );
        paint.caret_at(inside.x, inside.y);
        return;
    };
    let word = state.say(names::stage(view.ticket.state.stage()));
    let title = format!("{}  {word}", view.ticket.number);
    let inside = paint.panel(area, &title, true);
    let mut lines = head(state, view);
    lines.extend(body(state, view));
    lines.push((String::new(), state.theme.base()));
    lines.push((state.say(Desk::TicketEvents), state.theme.title()));
    let events = state
        .ticket
        .history
        .iter()
        .flat_map(|history| history.events.iter().rev());
    lines.extend(events.map(|event| (events::line(state, event), state.theme.base())));
    let cells = usize::from(inside.width);
    let broken: Vec<(&str, Style)> = lines
        .iter()
        .flat_map(|(text, style)| {
            rows(text, cells)
                .into_iter()
                .map(|row| (&text[row], *style))
        })
        .collect();
    let room = usize::from(inside.height);
    let first = usize::from(state.ticket.scrolled()).min(broken.len().saturating_sub(room));
    for (y, (text, style)) in (inside.y..).zip(broken.into_iter().skip(first).take(room)) {
        paint.put(inside.x, y, inside.width, text, style);
    }
    paint.caret_at(inside.x, inside.y);
}
