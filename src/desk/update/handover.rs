//! The note for the next shift (交班): begun with what is open at this seat, gone on with by the person, kept as a file.

use super::open_dialog;
use crate::desk::errors;
use crate::desk::keymap::Place;
use crate::desk::message::{Ask, Effect};
use crate::desk::popup::{Dialog, DialogFor, Field};
use crate::desk::ports::{SavedAs, SavedFile};
use crate::desk::state::State;
use crate::desk::times;
use crate::domain::clock::civil_day;
use crate::domain::number::TicketNumber;
use crate::domain::text::Prose;
use crate::words::Desk;

/// How much of a form's story stands in the note, in characters.
const STORY: usize = 40;
/// How the name of its file begins.
const NOTE: &str = "handover-";

/// Opens the note. One that was put away comes back as it was written.
pub(super) fn open(state: &mut State) -> Vec<Effect> {
    let begun = begun(state).join("\n");
    let field = Field::prose("note", state.say(Desk::HandoverNote)).with(&begun);
    let title = state.say(Desk::HandoverTitle);
    let mut dialog = Dialog::new(DialogFor::Handover, title, vec![field]);
    dialog.lines = vec![state.say(Desk::HandoverLine)];
    open_dialog(state, dialog)
}

/// What is open here: forms, call-backs that are due, clocks that are red, writes that are unsent, who waits.
fn begun(state: &State) -> Vec<String> {
    let now = state.server_now();
    let name = state.person.as_ref().map_or("", |it| it.name.as_str());
    let values = [
        ("when", times::date_time(now).into()),
        ("name", name.into()),
    ];
    let mut lines = vec![state.say_with(Desk::HandoverHead, &values)];
    let forms = state.call.drafts.iter().chain([&state.call.form]);
    for form in forms.filter(|form| !form.is_blank()) {
        let number = form
            .number
            .map_or_else(|| state.say(Desk::NumberLater), TicketNumber::tail);
        // The note is a file for another person: what a caller wants kept secret, or says against a unit, is not in it.
        let secret = form.confidential || form.fixed.accused.is_some();
        let story: String = if secret {
            state.say(Desk::FieldSecret)
        } else {
            let story = form.text.text().replace('\n', " ");
            story.chars().take(STORY).collect()
        };
        let values = [("number", number.into()), ("story", story.into())];
        lines.push(state.say_with(Desk::HandoverForm, &values));
    }
    let (due, soon) = state.due.counts(now);
    let (red, yellow) = state.clocks.counts(now);
    let unsent = state
        .line
        .unsent
        .saturating_add(u32::try_from(state.refused.len()).unwrap_or(u32::MAX));
    let counts = [
        ("due", due.into()),
        ("soon", soon.into()),
        ("red", red.into()),
        ("yellow", yellow.into()),
        ("unsent", unsent.into()),
        ("waiting", state.queue.waiting.into()),
    ];
    lines.push(state.say_with(Desk::HandoverCounts, &counts));
    lines.push(String::new());
    lines
}

/// True for a file that is such a note.
pub(super) fn is_note(name: &str) -> bool {
    name.starts_with(NOTE)
}

/// Keeps the note as a file of this day and person; one written later the same day takes its place.
pub(super) fn submitted(state: &mut State, dialog: &Dialog) -> Result<Vec<Effect>, String> {
    let note = Prose::parse(dialog.text("note")).map_err(|error| errors::text(state, &error))?;
    if note.is_blank() {
        return Err(state.say(Desk::WhyFieldBlank));
    }
    let Some(person) = state
        .person
        .as_ref()
        .filter(|_| state.place != Place::SignIn)
    else {
        return Err(state.say(Desk::WhyNotNow));
    };
    let day = civil_day(state.server_now());
    let file = SavedFile {
        name: format!("{NOTE}{day}-{}.txt", person.account),
        text: format!("{}\n", note.as_str()),
        kind: SavedAs::Note,
    };
    Ok(vec![state.slots.once(Ask::Save(vec![file])).1])
}
