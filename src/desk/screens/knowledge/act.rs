//! What is done to drafts, entries and corrections: which of it may be done now, its dialog, and the write that a
//! filled-in dialog makes.

use super::state::Row;
use crate::desk::errors;
use crate::desk::keymap::{Command, Place};
use crate::desk::message::Effect;
use crate::desk::popup::{Dialog, DialogFor, Field};
use crate::desk::ports::Outgoing;
use crate::desk::state::{Purpose, State};
use crate::desk::update::{entered, open_dialog};
use crate::domain::id::{CorrectionId, DraftId, EntryCode, LawChangeId};
use crate::domain::knowledge::{
    CorrectionVerdict, Draft, DraftAction, DraftDeed, Writer, may_correct,
};
use crate::domain::role::{Role, may_write_knowledge};
use crate::domain::text::Line;
use crate::protocol::draft::{
    DraftChange, NewCorrection, NewLawChange, RestoreEntry, RetireEntry, SettleCorrection,
};
use crate::protocol::editors::EditorsWrite;
use crate::words::{Desk, Knowledge};
use uuid::Uuid;

/// What is acted on.
struct Subject {
    /// A draft or a correction; nil for an entry.
    id: Uuid,
    code: EntryCode,
    /// Its version as it was seen.
    version: u64,
    /// The old version that is shown, of an entry.
    older: Option<u64>,
}

/// The draft that is selected or shown.
fn draft(state: &State) -> Option<&Draft> {
    match state.place {
        Place::Versions => state.versions.draft.as_ref(),
        Place::Knowledge => match state.knowledge.selected()? {
            Row::Draft(draft) => Some(draft),
            _ => None,
        },
        _ => None,
    }
}

/// What a command would act on here.
fn subject(state: &State, command: Command) -> Option<Subject> {
    if let Some(draft) = draft(state) {
        return Some(Subject {
            id: draft.id.0,
            code: draft.entry.code.clone(),
            version: draft.version,
            older: None,
        });
    }
    match (state.place, command) {
        (Place::Call, _) => {
            let hit = state.call.answers.hit()?;
            Some(Subject {
                id: Uuid::nil(),
                code: hit.code.clone(),
                version: hit.version,
                older: None,
            })
        }
        (Place::Versions, _) => {
            let newest = state.versions.versions.first()?;
            let shown = state.versions.shown()?;
            let older = shown.entry.version;
            Some(Subject {
                id: Uuid::nil(),
                code: newest.entry.entry.code.clone(),
                version: newest.entry.version,
                older: (older != newest.entry.version || newest.entry.retired).then_some(older),
            })
        }
        (_, Command::AcceptCorrection | Command::DismissCorrection) => {
            match state.knowledge.selected()? {
                Row::Correction(it) => Some(Subject {
                    id: it.id.0,
                    code: it.code.clone(),
                    version: it.version,
                    older: None,
                }),
                _ => None,
            }
        }
        _ => match state.knowledge.selected()? {
            Row::Flagged(entry) => Some(Subject {
                id: Uuid::nil(),
                code: entry.code.clone(),
                version: entry.version,
                older: None,
            }),
            Row::Expiring(entry) => Some(Subject {
                id: Uuid::nil(),
                code: entry.code.clone(),
                version: entry.version,
                older: None,
            }),
            _ => None,
        },
    }
}

const fn deed(command: Command) -> Option<DraftDeed> {
    Some(match command {
        Command::PublishDraft => DraftDeed::Publish,
        Command::ReturnDraft => DraftDeed::SendBack,
        Command::DropDraft => DraftDeed::Drop,
        Command::TakeBack => DraftDeed::TakeBack,
        _ => return None,
    })
}

/// Why something can't be done to what is selected or shown, in words; `None` when it can.
pub fn why_not(state: &State, command: Command) -> Option<String> {
    let say = |word: Desk| Some(state.say(word));
    let Some(person) = &state.person else {
        return say(Desk::WhyNotEditor);
    };
    if command == Command::Correct {
        return match subject(state, command) {
            _ if !may_correct(person) => say(Desk::WhyNotCorrector),
            None => say(Desk::WhyNoAnswer),
            Some(_) => None,
        };
    }
    if !may_write_knowledge(person) {
        return say(Desk::WhyNotEditor);
    }
    let editors_own = matches!(
        command,
        Command::RetireEntry
            | Command::RestoreEntry
            | Command::AcceptCorrection
            | Command::DismissCorrection
            | Command::LawChanged
    );
    if editors_own && !person.is(Role::KnowledgeEditor) {
        return say(Desk::WhyNotEditor);
    }
    if let Some(deed) = deed(command) {
        let departments = departments(state);
        let writer = Writer {
            person,
            departments: &departments,
        };
        return match draft(state) {
            None => say(Desk::WhyNoEntryDraft),
            Some(draft) => {
                let why = draft.may(deed, writer).err();
                why.map(|refusal| errors::refused(state, &refusal))
            }
        };
    }
    nothing_there(state, command).then(|| state.say(Desk::WhyNothingToWrite))
}

/// True when there is nothing here that the command is for.
fn nothing_there(state: &State, command: Command) -> bool {
    let of_entry = draft(state).is_none();
    match command {
        Command::RetireEntry => {
            let retired = state.place == Place::Versions
                && state
                    .versions
                    .versions
                    .first()
                    .is_some_and(|it| it.entry.retired);
            !of_entry || retired || subject(state, command).is_none()
        }
        Command::RestoreEntry => {
            let older = subject(state, command).and_then(|it| it.older);
            !of_entry || older.is_none()
        }
        Command::AcceptCorrection | Command::DismissCorrection => {
            !of_entry || subject(state, command).is_none()
        }
        Command::Revise => match state.place {
            Place::Call => state.call.answers.current().is_none(),
            Place::Versions => state.versions.versions.is_empty() && state.versions.draft.is_none(),
            _ => state.knowledge.selected().is_none(),
        },
        _ => false,
    }
}

/// The names that the person's unit goes by in entries, as this desk knows them.
fn departments(state: &State) -> Vec<Line> {
    let unit = state.person.as_ref().map(|person| &person.unit);
    unit.map_or_else(Vec::new, |unit| state.names.all_of(unit))
}

/// What may be done here now, in the order of the menu.
pub fn may(state: &State) -> Vec<Command> {
    let writing = draft(state).is_some_and(|it| it.state.stage().is_open());
    let order = [
        Command::PublishDraft,
        Command::ReturnDraft,
        Command::TakeBack,
        Command::Revise,
        Command::AcceptCorrection,
        Command::DismissCorrection,
        Command::RestoreEntry,
        Command::RetireEntry,
        Command::DropDraft,
    ];
    let in_review = draft(state)
        .is_some_and(|it| it.state.stage() == crate::domain::knowledge::DraftStage::InReview);
    order
        .into_iter()
        .filter(|command| why_not(state, *command).is_none())
        // A draft in review is taken back before it is written on.
        .filter(|command| {
            *command != Command::Revise || (!in_review && (writing || draft(state).is_none()))
        })
        .collect()
}

/// Opens the dialog of a command: what will happen in words, and what has to be said to it.
pub fn dialog(state: &mut State, command: Command) -> Vec<Effect> {
    let Some(subject) = subject(state, command) else {
        return Vec::new();
    };
    let (line, field) = match command {
        Command::PublishDraft => (Knowledge::PublishLine, None),
        Command::ReturnDraft => (Knowledge::ReturnLine, Some(Desk::FieldReason)),
        Command::TakeBack => (Knowledge::TakeBackLine, None),
        Command::DropDraft => (Knowledge::DropLine, Some(Desk::FieldReason)),
        Command::RetireEntry => (Knowledge::RetireLine, Some(Desk::FieldReason)),
        Command::RestoreEntry => (Knowledge::RestoreLine, None),
        Command::Correct => (Knowledge::CorrectLine, Some(Desk::FieldNote)),
        Command::AcceptCorrection => (Knowledge::AcceptLine, Some(Desk::FieldNote)),
        Command::DismissCorrection => (Knowledge::DismissLine, Some(Desk::FieldNote)),
        _ => return Vec::new(),
    };
    let fields = field.map(|word| Field::line("note", state.say(word)));
    let name = state.say(command.row().name);
    let title = format!("{name}  {}", subject.code);
    let purpose = DialogFor::Editors {
        what: command.row().id.to_owned(),
        id: subject.id,
        code: subject.code,
        version: subject.version,
        older: subject.older,
    };
    let mut dialog = Dialog::new(purpose, title, fields.into_iter().collect());
    dialog.lines = vec![state.say(line)];
    open_dialog(state, dialog)
}

/// What is not done without a reason.
const REASONED: [&str; 3] = ["return_draft", "drop_draft", "retire_entry"];

const fn settled(version: u64, verdict: CorrectionVerdict, note: Line) -> SettleCorrection {
    SettleCorrection {
        version,
        verdict,
        note,
    }
}

/// A dialog of this kind was submitted; an error keeps it open.
pub fn submitted(state: &mut State, dialog: &Dialog) -> Result<Vec<Effect>, String> {
    let DialogFor::Editors {
        what,
        id,
        code,
        version,
        older,
    } = &dialog.purpose
    else {
        return Ok(Vec::new());
    };
    let note = Line::parse(dialog.text("note")).map_err(|error| errors::text(state, &error))?;
    let (version, id) = (*version, *id);
    let act = |action| EditorsWrite::Act {
        id: DraftId(id),
        change: Box::new(DraftChange { version, action }),
    };
    if REASONED.contains(&what.as_str()) && note.is_blank() {
        return Err(state.say(Desk::WhyFieldBlank));
    }
    let settle = |verdict, note| EditorsWrite::Settle {
        id: CorrectionId(id),
        settle: settled(version, verdict, note),
    };
    let write = match what.as_str() {
        "publish_draft" => act(DraftAction::Publish),
        "return_draft" => act(DraftAction::SendBack { reason: note }),
        "take_back" => act(DraftAction::TakeBack),
        "drop_draft" => act(DraftAction::Drop { reason: note }),
        "retire_entry" => EditorsWrite::Retire {
            code: code.clone(),
            retire: RetireEntry {
                version,
                reason: note,
            },
        },
        "restore_entry" => EditorsWrite::Restore {
            code: code.clone(),
            restore: RestoreEntry {
                draft: DraftId(state.new_id()),
                version: older.unwrap_or(version),
                current: version,
            },
        },
        "correct" => EditorsWrite::Correct {
            correction: NewCorrection {
                id: CorrectionId(state.new_id()),
                code: code.clone(),
                entry_version: version,
                note,
            },
        },
        "accept_correction" => settle(CorrectionVerdict::Accepted, note),
        "dismiss_correction" => settle(CorrectionVerdict::Dismissed, note),
        _ => return Err(state.say(Desk::WhyNotNow)),
    };
    let outgoing = Outgoing::Knowledge(Box::new(write));
    Ok(vec![state.send(Purpose::Knowledge, outgoing)])
}

/// Notes which dialog or form asked for a write: it goes from the shelf when the server has taken it.
pub fn asked(state: &mut State, effect: &Effect, by: &DialogFor) {
    if let Effect::Ask { slot, .. } = effect {
        state.asked_by.insert(*slot, by.clone());
    }
}

/// Asks which article changed.
pub fn ask_law(state: &mut State) -> Vec<Effect> {
    let fields = vec![
        Field::line("law", state.say(Knowledge::FieldLaw)),
        Field::line("article", state.say(Knowledge::FieldArticle)),
        Field::line("note", state.say(Desk::FieldNote)),
    ];
    let title = state.say(Command::LawChanged.row().name);
    let mut dialog = Dialog::new(DialogFor::LawChanged, title, fields);
    dialog.lines = vec![state.say(Knowledge::LawLine)];
    open_dialog(state, dialog)
}

/// The dialog of a changed article was submitted; an error keeps it open.
pub fn law_changed(state: &mut State, dialog: &Dialog) -> Result<Vec<Effect>, String> {
    let line =
        |id: &str| Line::parse(dialog.text(id).trim()).map_err(|error| errors::text(state, &error));
    let (law, article, note) = (line("law")?, line("article")?, line("note")?);
    if law.is_blank() {
        return Err(state.say(Desk::WhyFieldBlank));
    }
    let change = NewLawChange {
        id: LawChangeId(state.new_id()),
        law,
        article,
        note,
    };
    let write = Box::new(EditorsWrite::LawChanged { change });
    Ok(vec![
        state.send(Purpose::Knowledge, Outgoing::Knowledge(write)),
    ])
}

/// Goes back to a screen.
pub fn back_to(state: &mut State, place: Place) -> Vec<Effect> {
    state.place = place;
    entered(state)
}
