//! Draws one ticket: head, request, handling, events; and words for deadlines and events.

use crate::desk::names;
use crate::desk::state::State;
use crate::desk::times;
use crate::desk::widgets::{Paint, rows};
use crate::domain::clock::{Card, Deadline};
use crate::domain::directory::{Element, HOTLINE};
use crate::domain::lifecycle::{Event, EventKind};
use crate::domain::role::Actor;
use crate::domain::ticket::{Dispatch, Request, State as TicketState};
use crate::protocol::ticket::TicketView;
use crate::words::{Desk, Domain};
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

/// The word for an event.
pub fn event_word(kind: &EventKind) -> Domain {
    match kind {
        EventKind::Opened { .. } => Domain::EventOpened,
        EventKind::Amended { .. } => Domain::EventAmended,
        EventKind::ClosedDirectly { .. } => Domain::EventClosedDirectly,
        EventKind::MarkedInvalid { .. } => Domain::EventMarkedInvalid,
        EventKind::Declined { .. } => Domain::EventDeclined,
        EventKind::DeclineReviewed { .. } => Domain::EventDeclineReviewed,
        EventKind::HandedToEmergency { .. } => Domain::EventHandedToEmergency,
        EventKind::Submitted { .. } => Domain::EventSubmitted,
        EventKind::Dispatched { .. } => Domain::EventDispatched,
        EventKind::Transferred { .. } => Domain::EventTransferred,
        EventKind::Signed => Domain::EventSigned,
        EventKind::ReturnAsked { .. } => Domain::EventReturnAsked,
        EventKind::ReturnAccepted => Domain::EventReturnAccepted,
        EventKind::ReturnRejected { .. } => Domain::EventReturnRejected,
        EventKind::Extended { .. } => Domain::EventExtended,
        EventKind::Answered { .. } => Domain::EventAnswered,
        EventKind::SentBack { .. } => Domain::EventSentBack,
        EventKind::Approved => Domain::EventApproved,
        EventKind::Closed { .. } => Domain::EventClosed,
        EventKind::RedoAsked { .. } => Domain::EventRedoAsked,
        EventKind::Merged { .. } => Domain::EventMerged,
        EventKind::Unmerged => Domain::EventUnmerged,
        EventKind::Withdrawn { .. } => Domain::EventWithdrawn,
        EventKind::ProgressAsked => Domain::EventProgressAsked,
        EventKind::Urged { .. } => Domain::EventUrged,
        EventKind::Added { .. } => Domain::EventAdded,
        EventKind::ExplanationAsked { .. } => Domain::EventExplanationAsked,
        EventKind::DeadlinesMoved { .. } => Domain::EventDeadlinesMoved,
        EventKind::Archived => Domain::EventArchived,
    }
}

/// What an event says beside its word.
fn event_detail(state: &State, kind: &EventKind) -> String {
    match kind {
        EventKind::Dispatched { lead, basis, .. } => format!(
            "{}  {}",
            state.names.unit(lead),
            names::basis(basis.as_str())
        ),
        EventKind::Transferred { lead, reason, .. } => {
            format!("{}  {reason}", state.names.unit(lead))
        }
        EventKind::ReturnAsked { reason, basis, .. } => {
            let basis = names::basis(basis.as_str());
            format!("{}  {basis}", state.say(names::returned(*reason)))
        }
        EventKind::MarkedInvalid { reason } => state.say(names::invalid(*reason)),
        EventKind::Declined { reason, .. } => state.say(names::decline(*reason)),
        EventKind::HandedToEmergency { service } => state.say(names::emergency(*service)),
        EventKind::Submitted { total_due } => times::date_time(total_due.due),
        EventKind::Extended {
            reason, unit_due, ..
        } => {
            format!("{}  {reason}", times::date_time(unit_due.due))
        }
        EventKind::DeadlinesMoved {
            total,
            unit,
            reason,
        } => {
            let moved = [total, unit].into_iter().flatten().map(|moved| {
                let (from, to) = (&moved.from, &moved.to);
                format!(
                    "{} → {}",
                    times::date_time(from.due),
                    times::date_time(to.due)
                )
            });
            let moved: Vec<String> = moved.collect();
            format!("{}  {reason}", moved.join("  "))
        }
        EventKind::ReturnRejected { reason }
        | EventKind::SentBack { reason }
        | EventKind::Withdrawn { reason }
        | EventKind::RedoAsked { reason, .. } => reason.to_string(),
        EventKind::Closed {
            reached,
            solved,
            satisfied,
            reason,
        } => {
            let result = close_words(state, *reached, *solved, *satisfied);
            format!("{result}  {reason}")
        }
        EventKind::DeclineReviewed { right } => {
            let right = [("right", yes_no(state, Some(*right)).into())];
            state.say_with(Desk::DeclineRight, &right)
        }
        EventKind::Answered {
            facts_true,
            solved,
            account,
            ..
        } => {
            let facts = match facts_true {
                None => state.say(Desk::FactsOpen),
                it => yes_no(state, *it),
            };
            let solved = yes_no(state, Some(*solved));
            let values = [("facts", facts.into()), ("solved", solved.into())];
            format!("{}  {account}", state.say_with(Desk::AnswerResult, &values))
        }
        EventKind::ClosedDirectly { answer } => answer.answer.to_string(),
        EventKind::Urged { note } | EventKind::ExplanationAsked { note } => note.to_string(),
        EventKind::Added { text } => text.to_string(),
        _ => String::new(),
    }
}

fn yes_no(state: &State, answer: Option<bool>) -> String {
    state.say(match answer {
        Some(true) => Desk::Yes,
        Some(false) => Desk::No,
        None => Desk::NotAsked,
    })
}

/// What the caller said when called back.
fn close_words(
    state: &State,
    reached: bool,
    solved: Option<bool>,
    satisfied: Option<bool>,
) -> String {
    let values = [
        ("reached", yes_no(state, Some(reached)).into()),
        ("solved", yes_no(state, solved).into()),
        ("satisfied", yes_no(state, satisfied).into()),
    ];
    state.say_with(Desk::CloseResult, &values)
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
    let counts = [
        ("round", ticket.round.into()),
        ("urged", ticket.urged.into()),
        ("returns", ticket.returns.into()),
    ];
    lines.push((state.say_with(Desk::TicketCounts, &counts), quiet));
    lines
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
        let said = close_words(state, verdict.reached, verdict.solved, verdict.satisfied);
        lines.push((format!("{said}  {}", verdict.reason), base));
    }
    lines
}

/// Who did it: the name, and the unit of one who works for another than the hotline.
fn by_words(state: &State, by: &Actor) -> String {
    let unit = state.names.unit(&by.unit);
    match state.known_name(&by.account) {
        // Of another unit only those are listed who sign in here: an account is nobody's name.
        None if by.unit.as_str() != HOTLINE => unit.to_owned(),
        Some(name) if by.unit.as_str() != HOTLINE => format!("{unit} {name}"),
        _ => state.name_of(&by.account),
    }
}

fn event_line(state: &State, event: &Event) -> String {
    let detail = event_detail(state, &event.kind).replace('\n', " ");
    format!(
        "{}  {}  {}  {detail}",
        times::date_time(event.stamp.at),
        by_words(state, &event.stamp.by),
        state.say(event_word(&event.kind)),
    )
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
    lines.extend(events.map(|event| (event_line(state, event), state.theme.base())));
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
