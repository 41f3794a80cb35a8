//! A ticket on paper: as text and as a page of HTML. It says what the screen says, masked as the screen is.

use super::{events, view};
use crate::desk::names;
use crate::desk::ports::{SavedAs, SavedFile};
use crate::desk::state::State;
use crate::desk::times;
use crate::domain::lifecycle::Event;
use crate::protocol::ticket::TicketView;
use crate::words::Desk;
use maud::{DOCTYPE, html};

/// The files of the ticket on the screen; none while there is none.
pub fn files(state: &State) -> Vec<SavedFile> {
    let Some(view) = &state.ticket.view else {
        return Vec::new();
    };
    let number = view.ticket.number;
    let file = |ending: &str, text: String| SavedFile {
        name: format!("{number}.{ending}"),
        text,
        kind: SavedAs::Printed,
    };
    vec![
        file("txt", text(state, view)),
        file("html", page(state, view)),
    ]
}

/// Its title: number and stage.
fn title(state: &State, view: &TicketView) -> String {
    let word = state.say(names::stage(view.ticket.state.stage()));
    format!("{}  {word}", view.ticket.number)
}

/// Who printed it and when: a paper leaves the hotline's hands.
fn foot(state: &State) -> String {
    let name = state.person.as_ref().map_or("", |it| it.name.as_str());
    let when = times::date_time(state.server_now());
    let values = [("name", name.into()), ("when", when.into())];
    state.say_with(Desk::PrintedBy, &values)
}

/// Its events, oldest first as on a paper.
fn happened(state: &State) -> impl Iterator<Item = &Event> {
    state.ticket.history.iter().flat_map(|it| &it.events)
}

fn text(state: &State, view: &TicketView) -> String {
    let mut out = vec![title(state, view), String::new()];
    out.extend(view::words(state, view));
    out.extend([String::new(), state.say(Desk::TicketEventsOldest)]);
    out.extend(happened(state).map(|event| events::line(state, event)));
    out.extend([String::new(), foot(state), String::new()]);
    out.join("\n")
}

fn page(state: &State, view: &TicketView) -> String {
    let page = html! {
        (DOCTYPE)
        html lang=(state.words.lang().tag()) {
            head {
                meta charset="utf-8";
                title { (view.ticket.number) }
                style { "body{font:14px/1.6 sans-serif;max-width:46em;margin:2em auto;padding:0 1em}h1{font-size:1.3em}h2{font-size:1.1em}p{margin:.2em 0;overflow-wrap:anywhere}footer{margin-top:2em;color:#555}@media print{body{margin:0}}" }
            }
            body {
                h1 { (title(state, view)) }
                @for line in view::words(state, view) { p { (line) } }
                h2 { (state.say(Desk::TicketEventsOldest)) }
                @for event in happened(state) { p { (events::line(state, event)) } }
                footer { (foot(state)) }
            }
        }
    };
    page.into_string()
}
