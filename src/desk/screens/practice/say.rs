//! The line in the call screen that the trainee's words are typed in, with the hint of a coached run above it; and the
//! whole conversation where it has the room.

use super::words::happened;
use crate::desk::keymap::{Code, Command, Key};
use crate::desk::message::{Ask, Effect};
use crate::desk::ports::{PhoneCommand, PortError};
use crate::desk::screens::call;
use crate::desk::state::State;
use crate::desk::widgets::{Paint, rows};
use crate::domain::text::Line;
use crate::protocol::practice::{Happened, Mode};
use crate::words::Practice as Say;
use ratatui::layout::Rect;

/// Rows of hint and line: a coached run has room for a long hint.
pub fn needs(state: &State) -> u16 {
    let running = state.practice.running.as_ref();
    match running.map(|run| run.mode) {
        _ if !shown(state) => 0,
        Some(Mode::Coached) => 3,
        _ => 2,
    }
}

/// Cells before what is typed.
const LABEL: u16 = 7;

/// True where the line stands: a call of practice goes on.
pub fn shown(state: &State) -> bool {
    let live = state.call.is_live() && state.call.phase != call::Phase::Ringing;
    let running = state.practice.running.as_ref();
    state.practice.on && live && running.is_some_and(|run| state.call.id == Some(run.call))
}

/// A key while words are typed; `None` when the line does not have the keyboard.
pub fn key(state: &mut State, key: Key) -> Option<Vec<Effect>> {
    if !state.practice.saying || !shown(state) {
        return None;
    }
    match key.code {
        Code::Enter => Some(speak(state)),
        Code::Esc | Code::Tab => {
            state.practice.saying = false;
            Some(Vec::new())
        }
        // The conversation is read back as without the line.
        Code::PageUp | Code::PageDown => None,
        _ => {
            let cells = usize::from(state.columns.saturating_sub(LABEL + 2));
            let used = state.practice.say.key(key, cells, &mut state.clipboard);
            used.then(Vec::new)
        }
    }
}

/// Pastes into the line; false when it does not have the keyboard.
pub fn paste(state: &mut State, text: &str) -> bool {
    if !state.practice.saying || !shown(state) {
        return false;
    }
    let put = state.practice.say.paste(text.trim());
    state.clipboard.note(put);
    true
}

/// Says it. The words stand among the caller's, so that what was said can be read again.
fn speak(state: &mut State) -> Vec<Effect> {
    let line = Line::lossy(state.practice.say.text().trim());
    let Some(call) = state.call.id.filter(|_| !line.is_blank()) else {
        return Vec::new();
    };
    if state.call.phase == call::Phase::Holding {
        state.tell(Say::OnHold);
        return Vec::new();
    }
    state.practice.say.clear();
    let shown = state.say_with(Say::OwnWords, &[("line", line.as_str().into())]);
    call::heard_line(state, shown);
    vec![
        state
            .slots
            .once(Ask::Phone(PhoneCommand::Say(call, line)))
            .1,
    ]
}

/// The words did not reach the line: they come back, to be said again.
pub fn failed(state: &mut State, line: &Line, error: &PortError) -> Vec<Effect> {
    if state.practice.say.is_blank() {
        state.practice.say.set(line.as_str());
    }
    state.complain_of(error);
    Vec::new()
}

/// Draws hint and line; the line is the last row.
pub fn draw(state: &State, paint: &mut Paint<'_>, area: Rect) {
    let practice = &state.practice;
    let mode = practice.running.as_ref().map(|run| run.mode);
    let hint = match (&practice.hint, mode) {
        (Some(hint), Some(Mode::Coached)) => {
            state.say_with(Say::HintLine, &[("line", hint.as_str().into())])
        }
        (None, Some(Mode::Coached)) if practice.hinted => state.say(Say::HintNone),
        (None, Some(Mode::Coached)) => String::new(),
        _ => state.say(Say::ExamBand),
    };
    let left = Rect {
        x: area.x + 1,
        width: area.width.saturating_sub(2),
        height: area.height.saturating_sub(1),
        ..area
    };
    paint.wrapped(left, &hint, paint.theme.warn());
    let y = left.bottom();
    let label = paint.theme.label(practice.saying);
    paint.put(left.x, y, LABEL, &state.say(Say::SayLabel), label);
    let field = Rect::new(left.x + LABEL, y, left.width.saturating_sub(LABEL), 1);
    if !practice.saying && practice.say.is_blank() {
        let key = state.keymap.hint(Command::Speak);
        let text = state.say_with(Say::SayKey, &[("key", key.into())]);
        paint.put(field.x, y, field.width, &text, paint.theme.quiet());
        return;
    }
    practice.say.draw(paint, field, practice.saying);
}

/// Draws the conversation, the newest below, as far back as was scrolled.
pub fn draw_talk(state: &State, paint: &mut Paint<'_>, area: Rect) {
    let title = happened(state, Happened::Heard);
    let inside = paint.panel(area, &title, false);
    let cells = usize::from(inside.width);
    let all: Vec<&str> = state
        .call
        .said
        .iter()
        .flat_map(|line| {
            rows(line, cells)
                .into_iter()
                .filter_map(|row| line.get(row))
        })
        .collect();
    let room = usize::from(inside.height);
    let end = all
        .len()
        .saturating_sub(usize::from(state.call.said_back))
        .max(room.min(all.len()));
    let shown = all.into_iter().take(end).skip(end.saturating_sub(room));
    for (y, line) in (inside.y..inside.bottom()).zip(shown) {
        paint.put(inside.x, y, inside.width, line, paint.theme.base());
    }
}
