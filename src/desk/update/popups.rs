//! Keys of what popped up, and what is done with its answer. A dialog put away or refused is kept.

use super::commands::{run, seat_chosen};
use super::possible::why_not;
use super::settings;
use crate::desk::keymap::{Command, Found, Key};
use crate::desk::message::{Ask, Effect, Slot};
use crate::desk::popup::{
    Dialog, DialogFor, Field, FieldKind, Menu, MenuFor, Palette, Popup, Wish, last_scroll, scroll,
    unsent,
};
use crate::desk::ports::LookUp;
use crate::desk::screens::{call, callbacks, consults, draft, knowledge, practice, ticket};
use crate::desk::state::State;
use crate::words::{Desk, Setup};

/// How many dialogs are kept.
const SHELF: usize = 50;

/// A dialog that a journal brought back: what it was looking up when it broke off is looked up again.
pub fn look_up_again(state: &mut State) -> Vec<Effect> {
    let Some(Popup::Dialog(dialog)) = &mut state.popup else {
        return Vec::new();
    };
    let open = |field: &Field| match &field.kind {
        FieldKind::LookUp {
            what,
            typed,
            found_for,
            taken: None,
            ..
        } if typed.text() != found_for => Some((*what, typed.text().to_owned())),
        _ => None,
    };
    let Some((at, (what, text))) = dialog
        .fields
        .iter()
        .enumerate()
        .find_map(|(at, field)| open(field).map(|it| (at, it)))
    else {
        return Vec::new();
    };
    dialog.asked = Some(at);
    vec![state.slots.ask(Slot::LookUp, Ask::LookUp(what, text))]
}

pub(super) fn look_up(state: &mut State, wish: Wish) -> Vec<Effect> {
    match wish {
        Wish::LookUp(LookUp::Seat, _) => {
            call::fill_seats(state);
            Vec::new()
        }
        Wish::LookUp(LookUp::Department, _) => {
            consults::fill(state);
            Vec::new()
        }
        Wish::LookUp(what, text) => vec![state.slots.ask(Slot::LookUp, Ask::LookUp(what, text))],
        _ => Vec::new(),
    }
}

/// Offers a key to what popped up.
pub(super) fn popup_key(state: &mut State, popup: Popup, key: Key, command: Found) -> Vec<Effect> {
    // The telephone is answered, held and hung up over whatever is open.
    if let Found::Command(command @ (Command::PhoneStep | Command::HangUp | Command::Mute)) =
        command
    {
        state.popup = Some(popup);
        return run(state, command, "");
    }
    if let Found::Prefix(Command::HangUp) = command {
        state.popup = Some(popup);
        state.pending = Some((vec![key], state.now));
        return Vec::new();
    }
    let main_act = matches!(
        command,
        Found::Command(
            Command::Finish
                | Command::TicketMenu
                | Command::CallbackDone
                | Command::KnowledgeMenu
                | Command::ConsultAnswer
        )
    );
    match popup {
        Popup::Menu(menu) => menu_key(state, menu, key, main_act),
        Popup::Dialog(dialog) => dialog_key(state, dialog, key, main_act),
        Popup::Reading(mut reading) => {
            if reading.key(key) != Wish::Close {
                state.popup = Some(Popup::Reading(reading));
            }
            Vec::new()
        }
        Popup::Help(mut rows) => {
            let again = matches!(command, Found::Command(Command::Help));
            if scroll(&mut rows, key) != Wish::Close && !again {
                state.popup = Some(Popup::Help(rows));
            }
            Vec::new()
        }
        Popup::Palette(palette) => palette_key(state, palette, key),
    }
}

fn menu_key(state: &mut State, mut menu: Menu, key: Key, main_act: bool) -> Vec<Effect> {
    let last = last_scroll(&menu, state.columns, state.rows.saturating_sub(2));
    let wish = menu.key(key, last);
    if wish == Wish::Unused && key.is_han() {
        state.tell(Desk::ImeNotice);
    }
    let at = match wish {
        Wish::Choose(at) => Some(at),
        Wish::Unused if main_act => Some(menu.list.at),
        Wish::Close => return Vec::new(),
        _ => None,
    };
    if let Some(at) = at {
        return choose(state, menu, at);
    }
    state.popup = Some(Popup::Menu(menu));
    Vec::new()
}

fn dialog_key(state: &mut State, mut dialog: Dialog, key: Key, main_act: bool) -> Vec<Effect> {
    let wish = dialog.key(key, main_act, state.columns, &mut state.clipboard);
    match wish {
        Wish::Close => {
            shelve(state, dialog);
            Vec::new()
        }
        Wish::Submit => submit(state, dialog),
        wish => {
            ticket::grow(state, &mut dialog);
            state.popup = Some(Popup::Dialog(dialog));
            look_up(state, wish)
        }
    }
}

fn palette_key(state: &mut State, mut palette: Palette, key: Key) -> Vec<Effect> {
    if let Some(key) = palette.function_key(key) {
        return match state.keymap.find(state.place, &[key]) {
            Found::Command(command) => run(state, command, ""),
            _ => Vec::new(),
        };
    }
    let found = state.finder.find(state.place, palette.typed.text());
    match palette.key(key, found.len(), &mut state.clipboard) {
        Wish::Close => Vec::new(),
        Wish::Choose(at) if at < found.len() => {
            let entry = found.get(at);
            entry.map_or_else(Vec::new, |it| run(state, it.command, &it.argument))
        }
        _ => {
            state.popup = Some(Popup::Palette(palette));
            Vec::new()
        }
    }
}

/// True when two dialogs are for the same thing, whatever version of it they were opened on.
fn same_thing(one: &DialogFor, other: &DialogFor) -> bool {
    match (one, other) {
        (
            DialogFor::Act { ticket, action, .. },
            DialogFor::Act {
                ticket: other,
                action: same,
                ..
            },
        ) => (ticket, action) == (other, same),
        (
            DialogFor::AnswerChild { ticket, points, .. },
            DialogFor::AnswerChild {
                ticket: other,
                points: same,
                ..
            },
        ) => (ticket, points) == (other, same),
        (
            DialogFor::Callback { id, what, .. },
            DialogFor::Callback {
                id: other,
                what: same,
                ..
            },
        ) => (id, what) == (other, same),
        (DialogFor::Entry { target }, DialogFor::Entry { target: other }) => {
            // The next version of an entry is one thing until the server has it.
            let unsent = target.version == 0 && other.version == 0;
            target.draft == other.draft || (unsent && target.code == other.code)
        }
        (
            DialogFor::Editors { what, id, code, .. },
            DialogFor::Editors {
                what: same,
                id: other,
                code: that,
                ..
            },
        ) => (what, id, code) == (same, other, that),
        _ => one == other,
    }
}

/// The screen under it changes by itself: a dialog goes to the shelf, and what would act on the wrong thing
/// is gone, the palette too: its rows are those of the place. What is about no caller stays.
pub fn put_away(state: &mut State) {
    match state.popup.take() {
        Some(Popup::Dialog(dialog)) => shelve(state, dialog),
        Some(Popup::Menu(_) | Popup::Reading(_) | Popup::Palette(_)) | None => {}
        stays => state.popup = stays,
    }
}

/// The server has taken what a dialog asked for: no copy of it is needed any more.
pub(super) fn unshelve(state: &mut State, done: &DialogFor) {
    state.shelf.retain(|it| !same_thing(&it.purpose, done));
}

/// The dialog for the same thing that was put away, if there is one.
pub fn take_shelved(state: &mut State, purpose: &DialogFor) -> Option<Dialog> {
    let mut shelf = state.shelf.iter();
    let at = shelf.position(|it| same_thing(&it.purpose, purpose))?;
    Some(state.shelf.remove(at))
}

/// Puts a dialog away as it is.
pub fn shelve(state: &mut State, dialog: Dialog) {
    state
        .shelf
        .retain(|it| !same_thing(&it.purpose, &dialog.purpose));
    state.shelf.push(dialog);
    if state.shelf.len() > SHELF {
        state.shelf.remove(0);
    }
}

/// Opens a dialog; one that was put away comes back with what was typed, on the version seen now. Words that stand in
/// a look-up field at once are newer than what was put away, and are looked up.
pub fn open_dialog(state: &mut State, mut dialog: Dialog) -> Vec<Effect> {
    let asked = dialog.fields.iter().position(|field| {
        matches!(&field.kind, FieldKind::LookUp { typed, taken: None, .. } if !typed.is_blank())
    });
    dialog.asked = asked;
    if let Some(at) = state
        .shelf
        .iter()
        .position(|it| same_thing(&it.purpose, &dialog.purpose))
    {
        let kept = state.shelf.remove(at);
        if overwrites(&kept.purpose, &dialog.purpose) {
            merge(state, &mut dialog, &kept);
            state.popup = Some(Popup::Dialog(dialog));
            return Vec::new();
        }
        // Where a unit joined or left meanwhile, a blank was blank before: nobody took that unit out.
        let same = kept.fields.len() == dialog.fields.len();
        for (n, field) in dialog.fields.iter_mut().enumerate() {
            let old = kept.fields.iter().find(|it| it.id == field.id);
            let old = old.filter(|it| Some(n) != asked && (same || !is_unasked(it)));
            if let Some(old) = old {
                *field = old.clone();
            }
        }
        // The rows of a ruling grew while it was written.
        if matches!(&dialog.purpose, DialogFor::Act { action, .. } if action == "rule") {
            let known: Vec<_> = dialog.fields.iter().map(|it| it.id.clone()).collect();
            let grown = kept.fields.iter().filter(|it| !known.contains(&it.id));
            dialog.fields.extend(grown.cloned());
        }
        let last = dialog.fields.len().saturating_sub(1);
        dialog.at = asked.unwrap_or_else(|| kept.at.min(last));
    }
    let field = asked.and_then(|at| dialog.fields.get(at));
    let wish = match field.map(|it| &it.kind) {
        Some(FieldKind::LookUp { what, typed, .. }) => Wish::LookUp(*what, typed.text().to_owned()),
        _ => Wish::Nothing,
    };
    state.popup = Some(Popup::Dialog(dialog));
    look_up(state, wish)
}

/// True for something to be looked up for which nothing is typed.
fn is_unasked(field: &Field) -> bool {
    matches!(&field.kind, FieldKind::LookUp { typed, .. } if typed.is_blank())
}

/// True when what was put away would undo what a colleague wrote meanwhile: a correction holds the whole request as
/// it was read.
fn overwrites(kept: &DialogFor, seen: &DialogFor) -> bool {
    match (kept, seen) {
        (
            DialogFor::Act { version, .. },
            DialogFor::Act {
                version: now,
                action,
                ..
            },
        ) => action == "amend" && version != now,
        _ => false,
    }
}

/// A correction and what a colleague wrote meanwhile, field by field: what the person did not touch is as the colleague
/// left it, what the person wrote stays. Where both wrote into a field, it is named, and the colleague's words stand above.
fn merge(state: &State, dialog: &mut Dialog, kept: &Dialog) {
    let mut both = Vec::new();
    for field in &mut dialog.fields {
        let at = kept.fields.iter().position(|it| it.id == field.id);
        let Some((at, mine)) = at.and_then(|at| Some((at, kept.fields.get(at)?))) else {
            continue;
        };
        let begun = kept.begun.get(at).cloned().unwrap_or_default();
        if mine.value() == begun {
            continue;
        }
        let theirs = field.value();
        if theirs != begun && theirs != mine.value() {
            both.push(format!("{}：{}", field.label, field.shown()));
        }
        *field = mine.clone();
    }
    dialog.at = kept.at.min(dialog.fields.len().saturating_sub(1));
    if both.is_empty() {
        dialog.lines.push(state.say(Setup::MergedLine));
    } else {
        dialog.lines.extend(both);
        dialog.error = Some(state.say(Desk::ChangedMeanwhile));
    }
}

fn submit(state: &mut State, mut dialog: Dialog) -> Vec<Effect> {
    let result = match dialog.purpose {
        DialogFor::Callback { .. } => callbacks::submitted(state, &dialog),
        DialogFor::Act { .. } | DialogFor::AnswerChild { .. } => {
            ticket::act_submitted(state, &dialog)
        }
        DialogFor::Editors { .. } => knowledge::submitted(state, &dialog),
        DialogFor::AskExpert { .. } => ask_expert(state, &dialog),
        DialogFor::Consult { .. } => consults::submitted(state, &dialog),
        DialogFor::Handover => super::handover::submitted(state, &dialog),
        DialogFor::LawChanged => knowledge::law_changed(state, &dialog),
        DialogFor::Practice { .. } => practice::submitted(state, &dialog),
        _ => call::submitted(state, &dialog),
    };
    match result {
        // It stays on the shelf until the server has taken it: a refusal costs no text.
        Ok(effects) => {
            for effect in &effects {
                if let Effect::Ask { slot, .. } = effect
                    && state.purposes.contains_key(slot)
                {
                    state.asked_by.insert(*slot, dialog.purpose.clone());
                }
            }
            shelve(state, dialog);
            effects
        }
        Err(error) => {
            dialog.error = Some(error);
            state.popup = Some(Popup::Dialog(dialog));
            Vec::new()
        }
    }
}

/// The question is about the form that is in front, or nobody's.
fn ask_expert(state: &mut State, dialog: &Dialog) -> Result<Vec<Effect>, String> {
    if dialog.purpose.form() != state.call.form.id {
        return Err(state.say(Desk::WhyOtherForm));
    }
    consults::asked(state, dialog)
}

pub(super) fn choose(state: &mut State, menu: Menu, at: usize) -> Vec<Effect> {
    let Some(option) = menu.options.get(at).cloned() else {
        return Vec::new();
    };
    if let Some(why) = option.why_not {
        state.refuse_text(why);
        state.popup = Some(Popup::Menu(menu));
        return Vec::new();
    }
    match menu.purpose {
        MenuFor::Seat => seat_chosen(state, &option.id),
        MenuFor::Finish { .. } | MenuFor::Emergency { .. } => {
            call::chosen(state, menu.purpose, at, &option.id)
        }
        MenuFor::Related | MenuFor::RelatedAction => {
            call::related_chosen(state, menu.purpose, &option.id)
        }
        MenuFor::Settings => settings::chosen(state, at),
        MenuFor::Setting(setting) => settings::value_chosen(state, setting, &option.id),
        MenuFor::Help => consults::chosen(state, &option.id),
        MenuFor::ConsultDraft => consults::offered(state, &option.id),
        MenuFor::Ticket => ticket::menu_chosen(state, &option.id),
        MenuFor::Knowledge => knowledge::chosen(state, &option.id),
        MenuFor::Entry => draft::chosen(state, &option.id),
        MenuFor::Practice => practice::chosen(state, &option.id),
        MenuFor::Reject => call::rejected(state),
        MenuFor::Unsent | MenuFor::Refused => unsent::chosen(state, menu.purpose, &option.id),
        // A call may have come in since the question was asked.
        MenuFor::Quit => {
            if let Some(why) = why_not(state, Command::Quit) {
                state.tell_text(why);
                return Vec::new();
            }
            state.leaving = true;
            vec![state.slots.once(Ask::SignOut).1]
        }
    }
}
