//! Keys, commands and answers of the practice screen.

use super::act;
use super::state::{Replay, SPEEDS, View};
use crate::desk::keymap::{Code, Command, Key, Place};
use crate::desk::message::{Ask, Effect, Slot};
use crate::desk::ports::{PhoneEvent, PortError};
use crate::desk::screens::call;
use crate::desk::state::State;
use crate::domain::id::{Account, CallId};
use crate::domain::role::may_train;
use crate::domain::seat::SeatState;
use crate::protocol::practice::{
    Mode, PracticeAsk, PracticeGot, RunAction, RunPage, RunRow, StartRun,
};
use crate::words::Practice as Say;
use uuid::Uuid;

/// So many rows are a page.
const A_PAGE: u16 = 10;

pub(super) fn ask(state: &mut State, ask: PracticeAsk) -> Effect {
    state
        .slots
        .ask(Slot::Practice, Ask::Practice(Box::new(ask)))
}

/// Asks for something that nothing newer cancels.
pub(super) fn do_once(state: &mut State, ask: PracticeAsk) -> Effect {
    state.slots.once(Ask::Practice(Box::new(ask))).1
}

/// True for a trainer.
pub(super) fn trains(state: &State) -> bool {
    state.person.as_ref().is_some_and(may_train)
}

/// Somebody signed in at a practice server: this is where they begin.
pub fn signed_in(state: &mut State, on: bool) {
    state.practice.on = on;
    if on {
        state.place = Place::Practice;
        state.practice.view = if trains(state) && state.seat.is_none() {
            View::Class
        } else {
            View::Scenarios
        };
    }
}

/// The screen was entered: a run whose call is over is closed and its score read, else what is shown is read anew.
pub fn entered(state: &mut State) -> Vec<Effect> {
    if let Some(effect) = close(state) {
        return vec![effect];
    }
    let practice = &mut state.practice;
    practice.loading = true;
    let wanted = match (practice.view, &practice.page) {
        (View::Page, Some(page)) if page.run.total.is_none() => PracticeAsk::Run(page.run.id),
        (View::Report, _) => PracticeAsk::Report(practice.report_of.clone()),
        _ => PracticeAsk::Lists,
    };
    vec![ask(state, wanted)]
}

/// Closes the run whose call is over, unless that is under way.
fn close(state: &mut State) -> Option<Effect> {
    let practice = &mut state.practice;
    if !practice.ended || practice.closing {
        return None;
    }
    let id = practice.running.as_ref()?.id;
    practice.closing = true;
    Some(do_once(state, PracticeAsk::Act(id, RunAction::Close)))
}

/// A ticket is with the server: when it is the run's and the call is over, there is nothing left but the score.
pub fn form_sent(state: &mut State, by: Option<CallId>) -> Vec<Effect> {
    let running = state.practice.running.as_ref();
    if by.is_none() || running.map(|run| run.call) != by {
        return Vec::new();
    }
    state.practice.sent = true;
    settle(state)
}

/// The trainee is done: the run is closed, where its call is over.
pub fn ready(state: &mut State) -> Vec<Effect> {
    close(state).into_iter().collect()
}

fn settle(state: &mut State) -> Vec<Effect> {
    if !state.practice.sent || !state.call.form.is_blank() {
        return Vec::new();
    }
    ready(state)
}

/// Begins a run of a scenario.
fn begin(state: &mut State, scenario: &str) -> Vec<Effect> {
    if state.call.is_live() {
        state.tell(Say::CallLive);
        return Vec::new();
    }
    if state.seat.is_none() {
        state.tell(Say::NoSeat);
        return Vec::new();
    }
    let start = StartRun {
        scenario: crate::domain::text::Line::lossy(scenario),
        mode: state.practice.mode,
        seed: None,
    };
    vec![do_once(state, PracticeAsk::Begin(start))]
}

/// True while something is typed here: nothing is.
pub fn is_typing(state: &State) -> bool {
    state.practice.saying
}

/// A key that no popup and no command took; `None` when it means nothing here.
pub fn key(state: &mut State, key: Key) -> Option<Vec<Effect>> {
    match state.practice.view {
        View::Page | View::Report => return page_key(state, key),
        View::Replay => return replay_key(state, key),
        View::Scenarios | View::Class | View::Runs => {}
    }
    let trainees = state.practice.trainees().len();
    let practice = &mut state.practice;
    let (list, len) = match practice.view {
        View::Class => (&mut practice.class, trainees),
        View::Runs => (&mut practice.run_list, practice.runs.len()),
        _ => (&mut practice.list, practice.scenarios.len()),
    };
    match key.code {
        Code::Up => list.step(-1, len),
        Code::Down => list.step(1, len),
        Code::PageUp => list.step(-10, len),
        Code::PageDown => list.step(10, len),
        Code::Home => list.jump(false, len),
        Code::End => list.jump(true, len),
        Code::Tab => return Some(next_view(state)),
        Code::Left | Code::Right if practice.view == View::Scenarios => {
            practice.mode = match practice.mode {
                Mode::Coached => Mode::Exam,
                Mode::Exam => Mode::Coached,
            };
        }
        Code::Enter => return Some(enter(state)),
        _ => return None,
    }
    Some(Vec::new())
}

/// The next of the lists.
fn next_view(state: &mut State) -> Vec<Effect> {
    let trains = trains(state);
    let next = match state.practice.view {
        View::Runs if !trains => return report(state, None),
        View::Scenarios | View::Report | View::Page | View::Replay if trains => View::Class,
        View::Class | View::Scenarios => View::Runs,
        View::Runs | View::Report | View::Page | View::Replay => View::Scenarios,
    };
    state.practice.view = next;
    entered(state)
}

/// Opens what is selected.
fn enter(state: &mut State) -> Vec<Effect> {
    let practice = &state.practice;
    match practice.view {
        View::Scenarios => {
            let row = practice.scenarios.get(practice.list.at);
            let id = row.map(|row| row.id.to_string());
            id.map(|id| begin(state, &id)).unwrap_or_default()
        }
        View::Class => {
            let trainees = practice.trainees();
            let Some(one) = trainees.get(practice.class.at) else {
                return Vec::new();
            };
            if let Some(id) = one.live.map(|run| run.id) {
                return read(state, id);
            }
            let account = one.account.clone();
            report(state, Some(account))
        }
        View::Runs => {
            let id = practice.runs.get(practice.run_list.at).map(|run| run.id);
            id.map(|id| read(state, id)).unwrap_or_default()
        }
        View::Report | View::Page | View::Replay => Vec::new(),
    }
}

/// Reads a run.
pub(super) fn read(state: &mut State, id: Uuid) -> Vec<Effect> {
    state.practice.loading = true;
    vec![ask(state, PracticeAsk::Run(id))]
}

/// Reads a trainee's report; one's own unless told.
pub(super) fn report(state: &mut State, of: Option<Account>) -> Vec<Effect> {
    state.practice.view = View::Report;
    state.practice.report = None;
    state.practice.scroll = Some(0);
    state.practice.report_of = of;
    entered(state)
}

fn page_key(state: &mut State, key: Key) -> Option<Vec<Effect>> {
    let last = super::view::last_scroll(state);
    let practice = &mut state.practice;
    let at = practice.scroll.unwrap_or(last).min(last);
    practice.scroll = match key.code {
        Code::Up => Some(at.saturating_sub(1)),
        Code::Down => Some(at.saturating_add(1).min(last)),
        Code::PageUp => Some(at.saturating_sub(A_PAGE)),
        Code::PageDown => Some(at.saturating_add(A_PAGE).min(last)),
        Code::Home => Some(0),
        // With the newest again.
        Code::End => None,
        Code::Esc | Code::Enter | Code::Tab => return Some(back(state)),
        _ => return None,
    };
    Some(Vec::new())
}

/// Back to the lists.
fn back(state: &mut State) -> Vec<Effect> {
    state.practice.view = if trains(state) {
        View::Class
    } else {
        View::Scenarios
    };
    state.practice.page = None;
    state.practice.scroll = Some(0);
    entered(state)
}

/// Shows the run that is read once more, as it went.
pub(super) fn replay(state: &mut State) -> Vec<Effect> {
    if state.practice.page.is_some() {
        state.practice.view = View::Replay;
        state.practice.replay = Some(Replay {
            from: 0,
            since: Some(state.now),
            speed: 1,
        });
    }
    Vec::new()
}

fn replay_key(state: &mut State, key: Key) -> Option<Vec<Effect>> {
    let now = state.now;
    let replay = state.practice.replay?;
    let at = replay.at(now);
    let moments: Vec<u32> = state
        .practice
        .page
        .iter()
        .flat_map(|page| page.tape.iter().map(|line| line.at))
        .collect();
    let mut next = Replay { from: at, ..replay };
    // What runs goes on from here.
    next.since = replay.since.map(|_| now);
    match key.code {
        Code::Enter | Code::Char(' ') => {
            next.since = match replay.since {
                None => Some(now),
                Some(_) => None,
            };
        }
        Code::Right => {
            next.from = moments
                .iter()
                .copied()
                .find(|moment| *moment > at)
                .unwrap_or(at);
        }
        Code::Left => {
            let before = moments.iter().rev().copied();
            let mut before = before.filter(|moment| *moment < at);
            next.from = before.next().unwrap_or(0);
        }
        Code::Up => next.speed = (replay.speed + 1).min(SPEEDS.len() - 1),
        Code::Down => next.speed = replay.speed.saturating_sub(1),
        Code::Home => next.from = 0,
        Code::Esc | Code::Tab => {
            state.practice.replay = None;
            state.practice.view = View::Page;
            return Some(Vec::new());
        }
        _ => return None,
    }
    state.practice.replay = Some(next);
    Some(Vec::new())
}

/// A command of this screen that may be done now.
pub fn command(state: &mut State, command: Command) -> Vec<Effect> {
    match command {
        Command::Speak => {
            state.practice.saying = !state.practice.saying;
            Vec::new()
        }
        Command::Scope => next_view(state),
        Command::Refresh => entered(state),
        Command::PracticeMenu => act::menu(state),
        _ => Vec::new(),
    }
}

/// The phone told something of a call: when it is over the run waits for its ticket.
pub fn heard(state: &mut State, id: CallId, event: &PhoneEvent) -> Vec<Effect> {
    let running = state.practice.running.as_ref();
    let Some(run) = running.filter(|run| run.call == id) else {
        return Vec::new();
    };
    let run = run.id;
    match event {
        PhoneEvent::Connected => {
            state.practice.saying = true;
            hint(state, run)
        }
        PhoneEvent::Ended { .. } | PhoneEvent::Down => {
            state.practice.saying = false;
            state.practice.hint = None;
            state.practice.ended = true;
            let key = [("key", state.keymap.hint(Command::GoPractice).into())];
            let text = state.say_with(Say::RunOver, &key);
            state.tell_text(text);
            settle(state)
        }
        _ => Vec::new(),
    }
}

fn hint(state: &mut State, run: Uuid) -> Vec<Effect> {
    let coached = |row: &RunRow| row.id == run && row.mode == Mode::Coached;
    if !state.practice.running.as_ref().is_some_and(coached) {
        return Vec::new();
    }
    let ask = Ask::Practice(Box::new(PracticeAsk::Hint(run)));
    vec![state.slots.ask(Slot::Hint, ask)]
}

/// The server tells that something happened in a run: the trainee's hint may be another, a trainer sees it at once.
pub fn event(state: &mut State, run: Uuid, over: bool) -> Vec<Effect> {
    if state
        .practice
        .running
        .as_ref()
        .is_some_and(|row| row.id == run)
    {
        return if over { Vec::new() } else { hint(state, run) };
    }
    if !trains(state) || state.place != Place::Practice {
        return Vec::new();
    }
    let shown = state.practice.page.as_ref().map(|page| page.run.id);
    match state.practice.view {
        View::Page if shown == Some(run) => vec![ask(state, PracticeAsk::Run(run))],
        View::Class | View::Runs => vec![ask(state, PracticeAsk::Lists)],
        _ => Vec::new(),
    }
}

/// The answer to something this screen asked.
pub fn done(state: &mut State, slot: Slot, result: Result<PracticeGot, PortError>) -> Vec<Effect> {
    state.practice.loading = false;
    match result {
        Ok(PracticeGot::Lists(scenarios, runs)) => {
            let own = state.person.as_ref().map(|person| &person.account);
            let open = |run: &&RunRow| run.total.is_none() && Some(&run.account) == own;
            let practice = &mut state.practice;
            let was = practice.running.take();
            practice.running = runs.iter().find(open).cloned();
            if practice.running.is_none() || practice.running != was {
                // One that this desk did not see begin: its call is over unless it is at this seat.
                let call = practice.running.as_ref().map(|run| run.call);
                practice.ended = call.is_some() && !(state.call.is_live() && state.call.id == call);
                practice.closing = false;
            }
            practice.list.clamp(scenarios.len());
            practice.run_list.clamp(runs.len());
            (practice.scenarios, practice.runs) = (scenarios, runs);
            let trainees = practice.trainees().len();
            practice.class.clamp(trainees);
            Vec::new()
        }
        Ok(PracticeGot::Begun(run)) => {
            let practice = &mut state.practice;
            // The call may have rung already: the phone is told before the answer is read.
            practice.running = Some(*run);
            (practice.ended, practice.sent, practice.closing) = (false, false, false);
            (practice.hint, practice.hinted) = (None, false);
            practice.say.clear();
            state.tell(Say::RunBegun);
            let begun = state.practice.running.as_ref();
            let begun = begun.map(|run| (run.id, run.call));
            match begun {
                Some((id, call))
                    if state.call.id == Some(call) && state.call.phase == call::Phase::Talking =>
                {
                    state.practice.saying = true;
                    hint(state, id)
                }
                _ => Vec::new(),
            }
        }
        Ok(PracticeGot::Hint(hint)) => {
            state.practice.hint = hint.line;
            state.practice.hinted = true;
            Vec::new()
        }
        Ok(PracticeGot::Page(page)) => paged(state, *page),
        Ok(PracticeGot::Report(report)) => {
            state.practice.report = Some(*report);
            Vec::new()
        }
        // Without a hint one says what one has learnt.
        Err(_) if slot == Slot::Hint => Vec::new(),
        Err(error) => {
            state.practice.closing = false;
            state.complain_of(&error);
            Vec::new()
        }
    }
}

/// A run was read, or is closed now: then its score comes to the front.
fn paged(state: &mut State, page: RunPage) -> Vec<Effect> {
    let running = state.practice.running.as_ref();
    let closes = running.is_some_and(|run| run.id == page.run.id) && page.score.is_some();
    let same = state.practice.page.as_ref().map(|page| page.run.id) == Some(page.run.id);
    let mut effects = Vec::new();
    if closes {
        let practice = &mut state.practice;
        practice.running = None;
        (practice.ended, practice.closing) = (false, false);
        effects.extend(put_down(state));
        state.place = Place::Practice;
    } else if state.place != Place::Practice {
        return effects;
    }
    let practice = &mut state.practice;
    if closes || !same {
        // What goes on is read from below, a score from above.
        practice.scroll = page.score.is_some().then_some(0);
    }
    if practice.view != View::Replay {
        practice.view = View::Page;
    }
    practice.page = Some(page);
    effects
}

/// The seat is as free as after a call that is written up.
fn put_down(state: &mut State) -> Vec<Effect> {
    if state.call.is_live() || !state.call.form.is_blank() {
        return Vec::new();
    }
    state.call.phase = call::Phase::None;
    state.call.clear();
    if state.seat_state() == SeatState::WrapUp {
        return vec![state.slots.once(Ask::ChooseState(SeatState::Idle)).1];
    }
    Vec::new()
}
