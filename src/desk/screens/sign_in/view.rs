//! Draws the sign-in screen.

use crate::desk::keymap::Command;
use crate::desk::state::{Beside, State};
use crate::desk::widgets::{Editor, Paint};
use crate::words::{Desk, Practice as Say};
use ratatui::layout::Rect;
use unicode_segmentation::UnicodeSegmentation;

/// Draws the screen.
pub fn draw(state: &State, paint: &mut Paint<'_>, area: Rect) {
    let beside = state.elsewhere.is_some();
    let rows = if beside { 14 } else { 12 };
    let (columns, rows) = (area.width.min(60), rows.min(area.height));
    let frame = Rect::new(
        area.x + (area.width - columns) / 2,
        area.y + (area.height - rows) / 3,
        columns,
        rows,
    );
    let title = if state.elsewhere == Some(Beside::Work) {
        state.say(Say::PracticeSignIn)
    } else if state.sign_in.locked {
        state.say(Desk::LockedTitle)
    } else {
        state.say(Desk::SignInTitle)
    };
    let inside = paint.panel(frame, &title, true);
    let sign_in = &state.sign_in;
    let hidden = "*".repeat(sign_in.password.text().graphemes(true).count());
    let mut password = Editor::line(128);
    password.set(&hidden);
    let fields = [
        (Desk::SignInAccount, &sign_in.account),
        (Desk::SignInPassword, &password),
        (Desk::SignInSeat, &sign_in.seat),
    ];
    for (at, (word, editor)) in fields.into_iter().enumerate() {
        let y = inside.y + 1 + 2 * u16::try_from(at).unwrap_or(0);
        let focused = at == sign_in.at;
        paint.put(
            inside.x,
            y,
            16,
            &state.say(word),
            paint.theme.label(focused),
        );
        let field = Rect::new(inside.x + 17, y, inside.width.saturating_sub(17), 1);
        editor.draw(paint, field, focused);
    }
    draw_foot(state, paint, inside);
    draw_way(state, paint, inside);
}

/// The way to the server that stands beside this one, where there is one.
fn draw_way(state: &State, paint: &mut Paint<'_>, inside: Rect) {
    let sign_in = &state.sign_in;
    if let Some(beside) = state.elsewhere {
        let word = match beside {
            Beside::Practice => Say::SignInPractice,
            Beside::Work => Say::SignInWork,
        };
        let key = [("key", state.keymap.hint(Command::GoPractice).into())];
        let row = Rect {
            y: inside.bottom().saturating_sub(3),
            height: 1,
            ..inside
        };
        let focused = sign_in.at == 3;
        let style = if focused {
            paint.theme.selected()
        } else {
            paint.theme.strong()
        };
        paint.line(row, &state.say_with(word, &key), style);
        if focused {
            paint.caret_at(row.x, row.y);
        }
    }
}

/// What went wrong, what is waited for or what the keys do; and where the server is.
fn draw_foot(state: &State, paint: &mut Paint<'_>, inside: Rect) {
    let sign_in = &state.sign_in;
    if !state.server.is_empty() {
        let server = [("address", state.server.as_str().into())];
        let server = state.say_with(Desk::ServerAt, &server);
        let row = Rect {
            y: inside.bottom().saturating_sub(1),
            height: 1,
            ..inside
        };
        paint.line(row, &server, paint.theme.quiet());
    }
    let y = inside.y + 7;
    match (&sign_in.error, sign_in.waiting) {
        (Some(error), _) => {
            let left = Rect {
                y,
                height: inside.bottom().saturating_sub(y + 1),
                ..inside
            };
            paint.wrapped(left, &format!("! {error}"), paint.theme.bad());
        }
        (None, true) => {
            paint.put(
                inside.x,
                y,
                inside.width,
                &state.say(Desk::SignInWaiting),
                paint.theme.quiet(),
            );
        }
        (None, false) => {
            paint.put(
                inside.x,
                y,
                inside.width,
                &state.say(Desk::SignInHint),
                paint.theme.quiet(),
            );
        }
    }
}
