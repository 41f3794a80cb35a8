//! The hint bar: the keys that do something here and now. What can't be done now is left out, and under
//! something that popped up only its own keys and those of the telephone stand there.

use super::keymap::{Command, Place, Row, TABLE};
use super::popup::Popup;
use super::screens::call::Phase;
use super::state::State;
use super::update::why_not;
use super::widgets::{Paint, width};
use crate::domain::role::Role;
use crate::domain::seat::SeatState;
use crate::words::{Command as Words, Desk};
use ratatui::layout::Rect;

/// Keys and what they do.
type Hint = (String, String);

/// Draws the bar: as many hints as fit; help stays in sight whatever has to go.
pub fn draw(state: &State, paint: &mut Paint<'_>, area: Rect) {
    let narrow = area.width < 100;
    let (hints, help) = hints(state);
    let reserve = help
        .as_ref()
        .map_or(0, |(keys, word)| width(keys) + width(word) + 2);
    let end = area
        .right()
        .saturating_sub(u16::try_from(reserve).unwrap_or(0));
    let mut x = area.x + 1;
    for (keys, word) in hints {
        let gap = hint_gap(narrow, &keys, &word);
        let wide = u16::try_from(width(&keys) + width(gap) + width(&word)).unwrap_or(u16::MAX);
        if x.saturating_add(wide) >= end {
            break;
        }
        x = draw_hint(paint, (x, area.y), (&keys, gap, &word)) + 1 + u16::from(!narrow);
    }
    if let Some((keys, word)) = help {
        draw_hint(paint, (end, area.y), (&keys, " ", &word));
    }
}

/// What stands in the bar, the most important first, and help.
fn hints(state: &State) -> (Vec<Hint>, Option<Hint>) {
    if let Some(popup) = &state.popup {
        let mut hints = commands(state, |command| {
            matches!(
                command,
                Command::PhoneStep | Command::HangUp | Command::Mute
            )
        });
        hints.extend(own_keys(state, popup_words(popup)));
        return (hints, None);
    }
    let mut hints = Vec::new();
    let rings = state.call.phase == Phase::Ringing;
    if state.place == Place::Call && state.call.answers.walking && !state.call.is_idle() && !rings {
        let words = if state.call.answers.open {
            Desk::BarReading
        } else {
            Desk::BarWalk
        };
        hints = own_keys(state, words);
    }
    let first = commands(state, |command| {
        matches!(
            command,
            Command::PhoneStep | Command::Speak | Command::Answers
        )
    });
    hints.splice(0..0, first);
    hints.extend(commands(state, |command| {
        !matches!(
            command,
            Command::PhoneStep | Command::Speak | Command::Answers | Command::Help
        )
    }));
    let help = commands(state, |command| command == Command::Help).pop();
    (hints, help)
}

/// Commands of this place that do something now.
fn commands(state: &State, wanted: impl Fn(Command) -> bool) -> Vec<Hint> {
    TABLE
        .iter()
        .filter(|row| row.command.applies(state.place) && wanted(row.command))
        .filter(|row| why_not(state, row.command).is_none() && leads_on(state, row.command))
        .filter_map(|row| {
            let keys = state.keymap.hint(row.command);
            hint_word(state, row)
                .filter(|_| !keys.is_empty())
                .map(|word| (keys, state.say(word)))
        })
        .collect()
}

/// False for a command that may be given but changes nothing here.
fn leads_on(state: &State, command: Command) -> bool {
    match command {
        Command::GoCall => state.place != Place::Call,
        Command::GoTickets => state.place != Place::Tickets,
        Command::GoCallbacks => state.place != Place::Callbacks,
        // Others have no such list.
        Command::GoConsults => {
            let expert = state.person.as_ref().is_some_and(|it| it.is(Role::Expert));
            expert && state.place != Place::Consults
        }
        Command::GoKnowledge => state.place != Place::Knowledge,
        Command::GoFigures => state.place != Place::Figures,
        Command::GoPractice => state.place != Place::Practice,
        // Without a call the list of answers has the keyboard already.
        Command::Answers => !state.call.is_idle(),
        _ => true,
    }
}

/// What a key does next, where that changes.
fn hint_word(state: &State, row: &Row) -> Option<Words> {
    let closes = state.call.answers.walking && state.call.form.call.is_some();
    match (row.command, state.call.phase) {
        (Command::PhoneStep, Phase::Talking) => Some(Words::DoHoldHint),
        (Command::PhoneStep, Phase::Holding) => Some(Words::DoResumeHint),
        (Command::Answers, _) if closes => Some(Words::DoDirectHint),
        (Command::Finish, _) if state.call.is_idle() && state.seat_state() != SeatState::WrapUp => {
            Some(Words::DoIdleHint)
        }
        _ => row.hint,
    }
}

/// The keys of what popped up.
const fn popup_words(popup: &Popup) -> Desk {
    match popup {
        Popup::Menu(_) => Desk::BarMenu,
        Popup::Dialog(_) => Desk::BarDialog,
        Popup::Palette(_) => Desk::BarPalette,
        Popup::Reading(_) | Popup::Help(_) => Desk::BarReading,
    }
}

/// Keys that no keymap changes: `Enter open  Esc close`, two blanks between.
fn own_keys(state: &State, words: Desk) -> Vec<Hint> {
    let text = state.say(words);
    text.split("  ")
        .filter_map(|part| part.split_once(' '))
        .map(|(keys, word)| (keys.to_owned(), word.to_owned()))
        .collect()
}

/// A narrow bar spares the blank between a function key or `^L` and a Chinese word.
fn hint_gap(narrow: bool, keys: &str, word: &str) -> &'static str {
    let short = keys.starts_with('^') || keys.ends_with(|c: char| c.is_ascii_digit());
    if narrow && short && !word.starts_with(|c: char| c.is_ascii()) {
        ""
    } else {
        " "
    }
}

fn draw_hint(
    paint: &mut Paint<'_>,
    (x, y): (u16, u16),
    (keys, gap, word): (&str, &str, &str),
) -> u16 {
    let (key, text) = (paint.theme.key(), paint.theme.base());
    let left = paint.buf.area.right().saturating_sub(x);
    paint.pieces(x, y, left, &[(keys, key), (gap, text), (word, text)])
}
