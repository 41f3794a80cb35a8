//! Keys, commands and answers of the figures' screen.

use super::state::BY;
use crate::desk::keymap::{Code, Command, Key, Place};
use crate::desk::message::{Ask, Effect, Slot};
use crate::desk::ports::PortError;
use crate::desk::state::State;
use crate::domain::clock::civil_day;
use crate::domain::figures::Behind;
use crate::domain::role::{may_open_ticket, may_see_figures};
use crate::protocol::figures::{FiguresAsk, FiguresBy, FiguresGot};
use crate::words::Figures as Words;

/// True for who sees the house's figures; others see their own day.
pub fn leads(state: &State) -> bool {
    state.person.as_ref().is_some_and(may_see_figures)
}

/// Why nobody looks at figures here, in words.
pub fn why_not(state: &State) -> Option<Words> {
    let person = state.person.as_ref();
    let may = person.is_some_and(|person| may_see_figures(person) || may_open_ticket(person));
    (!may).then_some(Words::WhyNoFigures)
}

/// Reads what is shown.
pub fn entered(state: &mut State) -> Vec<Effect> {
    if why_not(state).is_some() {
        return Vec::new();
    }
    state.figures.loading = true;
    let ask = if leads(state) {
        state.figures.asks(civil_day(state.server_now()))
    } else {
        FiguresAsk::Own
    };
    vec![state.slots.ask(Slot::Rates, Ask::Figures(Box::new(ask)))]
}

/// A key that no popup and no command took; `None` when it means nothing here.
pub fn key(state: &mut State, key: Key) -> Option<Vec<Effect>> {
    let (depth, len) = (state.figures.depth(), state.figures.shown());
    let page = isize::from(i16::try_from(state.rows.saturating_sub(6)).unwrap_or(10));
    let list = state.figures.kept.at.get_mut(depth)?;
    match key.code {
        Code::Up => list.step(-1, len),
        Code::Down => list.step(1, len),
        Code::PageUp => list.step(-page, len),
        Code::PageDown => list.step(page, len),
        Code::Home => list.jump(false, len),
        Code::End => list.jump(true, len),
        Code::Tab => return Some(next_tab(state)),
        Code::Enter => return Some(open(state)),
        Code::Esc => return Some(back(state)),
        _ => return None,
    }
    Some(Vec::new())
}

fn next_tab(state: &mut State) -> Vec<Effect> {
    let depth = state.figures.depth();
    let kept = &mut state.figures.kept;
    match depth {
        0 => {
            kept.span = kept.span.next();
            state.figures.all = None;
        }
        1 => {
            let at = BY
                .iter()
                .position(|by| *by == kept.by)
                .map_or(0, |at| at + 1);
            kept.by = BY.get(at).copied().unwrap_or(FiguresBy::Day);
            state.figures.one = None;
        }
        _ => return Vec::new(),
    }
    if let Some(list) = state.figures.kept.at.get_mut(depth) {
        list.at = 0;
    }
    entered(state)
}

/// One step deeper: a figure told apart, the tickets behind a row of it, a ticket.
fn open(state: &mut State) -> Vec<Effect> {
    let depth = state.figures.depth();
    if depth == 2 {
        return open_ticket(state);
    }
    let Some(row) = state.figures.selected().cloned() else {
        return Vec::new();
    };
    if depth == 1 {
        let opens = matches!(row.behind, Behind::Tickets | Behind::Calls);
        // What has no unit or no item is no filter: all would stand behind it.
        let nameless =
            row.of.is_empty() && matches!(state.figures.kept.by, FiguresBy::Unit | FiguresBy::Item);
        if !opens || nameless || state.figures.kept.by == FiguresBy::Level {
            state.tell(Words::NothingBehind);
            return Vec::new();
        }
        state.figures.kept.of = Some(row.of);
        state.figures.behind = None;
    } else {
        state.figures.kept.figure = Some(row.figure);
        state.figures.kept.by = FiguresBy::Day;
        state.figures.one = None;
    }
    if let Some(list) = state.figures.kept.at.get_mut(depth + 1) {
        list.at = 0;
    }
    entered(state)
}

fn open_ticket(state: &mut State) -> Vec<Effect> {
    let at = state.figures.kept.at[2].at;
    let behind = state.figures.behind.as_ref();
    let Some(id) = behind.and_then(|it| it.tickets.get(at)).map(|it| it.id) else {
        return Vec::new();
    };
    state.ticket.open(id, Place::Figures);
    state.place = Place::Ticket;
    vec![state.slots.ask(Slot::Ticket, Ask::Ticket(id))]
}

fn back(state: &mut State) -> Vec<Effect> {
    match state.figures.depth() {
        0 => {
            state.place = Place::Call;
            return crate::desk::update::entered(state);
        }
        1 => state.figures.kept.figure = None,
        _ => state.figures.kept.of = None,
    }
    entered(state)
}

/// A command of this screen.
pub fn command(state: &mut State, command: Command) -> Vec<Effect> {
    match command {
        Command::Scope => next_tab(state),
        Command::Refresh => entered(state),
        _ => Vec::new(),
    }
}

/// The answer to what this screen asked.
pub fn done(state: &mut State, result: Result<FiguresGot, PortError>) -> Vec<Effect> {
    state.figures.loading = false;
    match result {
        Ok(FiguresGot::Sums(figures)) if state.figures.depth() == 0 => {
            state.figures.all = Some(figures);
        }
        Ok(FiguresGot::Sums(figures)) => state.figures.one = Some(figures),
        Ok(FiguresGot::Behind(behind)) => state.figures.behind = Some(behind),
        Ok(FiguresGot::Own(day)) => state.figures.own = Some(day),
        Err(error) => state.complain_of(&error),
    }
    let (depth, len) = (state.figures.depth(), state.figures.shown());
    if let Some(list) = state.figures.kept.at.get_mut(depth) {
        list.clamp(len);
    }
    Vec::new()
}
