//! A dialog: a few fields, then Enter. Enter goes from field to field and submits on the last one; what is
//! typed is never thrown away by Esc (the desk keeps the dialog on its shelf).

use super::Wish;
use crate::desk::keymap::{Code, Key};
use crate::desk::ports::{Choice, LookUp};
use crate::desk::screens::draft::Target;
use crate::desk::widgets::{Clipboard, Editor, ListState, width};
use crate::domain::id::{CallId, CallbackId, ConsultId, EntryCode, TicketId};
use crate::domain::text::Line;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The widest that a dialog gets, in cells.
pub const WIDEST: u16 = 80;

/// What a dialog is for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum DialogFor {
    /// An action on a ticket as it was at a version, by the action's name.
    Act {
        /// Which ticket.
        ticket: TicketId,
        /// The version that was seen.
        version: u64,
        /// The action's name.
        action: String,
    },
    /// A merged ticket is answered from its main one.
    AnswerChild {
        /// Which ticket.
        ticket: TicketId,
        /// The version that was seen.
        version: u64,
        /// What it asks of its own.
        points: Vec<Line>,
    },
    /// A form is answered from no entry.
    Direct {
        /// Which form, by the ticket it becomes.
        form: TicketId,
    },
    /// A form is declined.
    Decline {
        /// Which form.
        form: TicketId,
    },
    /// A call is no request.
    Invalid {
        /// Which form.
        form: TicketId,
    },
    /// A caller is to be called back.
    CallBack {
        /// Which form.
        form: TicketId,
    },
    /// A form goes to a unit.
    DispatchTo {
        /// Which form.
        form: TicketId,
    },
    /// A form names the unit complained about.
    Accused {
        /// Which form.
        form: TicketId,
    },
    /// A department's experts are asked about a form.
    AskExpert {
        /// Which form.
        form: TicketId,
    },
    /// Something is done about a consult.
    Consult {
        /// Which.
        id: ConsultId,
        /// `answer`, `decline`, `take_over`.
        what: String,
    },
    /// A call goes to another seat.
    PassCall {
        /// Which call.
        call: CallId,
    },
    /// A note for the next shift.
    Handover,
    /// A call-back, by what is done.
    Callback {
        /// Which.
        id: CallbackId,
        /// The version that was seen.
        version: u64,
        /// `done`, `missed`, `later`.
        what: String,
    },
    /// An entry of the knowledge base is written: the form, which is no popup, but a dialog like the others.
    Entry {
        /// What it is of.
        target: Target,
    },
    /// An article changed.
    LawChanged,
    /// Something is done to a practice run, by what.
    Practice {
        /// Which run.
        run: Uuid,
        /// `note`, `mark`, `appeal`, `rule`.
        what: String,
    },
    /// Something is done to a draft, an entry or a correction.
    Editors {
        /// The command's name.
        what: String,
        /// The draft or the correction; nil for an entry.
        id: Uuid,
        /// The entry's code.
        code: EntryCode,
        /// The version that was seen.
        version: u64,
        /// The old version that is to hold again.
        older: Option<u64>,
    },
}

impl DialogFor {
    /// The form it is about, where it is about one.
    pub const fn form(&self) -> Option<TicketId> {
        match self {
            Self::Direct { form }
            | Self::Decline { form }
            | Self::Invalid { form }
            | Self::CallBack { form }
            | Self::DispatchTo { form }
            | Self::AskExpert { form }
            | Self::Accused { form } => Some(*form),
            Self::Act { .. }
            | Self::AnswerChild { .. }
            | Self::Consult { .. }
            | Self::PassCall { .. }
            | Self::Callback { .. }
            | Self::Entry { .. }
            | Self::LawChanged
            | Self::Practice { .. }
            | Self::Editors { .. }
            | Self::Handover => None,
        }
    }
}

/// A field of a dialog.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Field {
    /// What it is to the screen.
    pub id: String,
    /// In words.
    pub label: String,
    /// What it takes.
    pub kind: FieldKind,
}

/// What a field takes.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum FieldKind {
    /// Text.
    Text(Editor),
    /// One of a few words.
    Choice {
        /// The words.
        options: Vec<String>,
        /// Which.
        at: usize,
    },
    /// Something that is looked up.
    LookUp {
        /// What.
        what: LookUp,
        /// What is typed.
        typed: Editor,
        /// What was found.
        found: Vec<Choice>,
        /// The words it was found for: a find for other words is never taken.
        #[serde(default)]
        found_for: String,
        /// Which find is selected.
        list: ListState,
        /// Which was taken.
        taken: Option<Choice>,
    },
}

/// A dialog.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dialog {
    /// What it is for.
    pub purpose: DialogFor,
    /// Its title.
    pub title: String,
    /// What will happen, in words.
    pub lines: Vec<String>,
    /// Its fields.
    pub fields: Vec<Field>,
    /// What stood in each field when it was opened.
    #[serde(default)]
    pub begun: Vec<String>,
    /// Which field has the keyboard.
    pub at: usize,
    /// What is wrong with what was typed.
    pub error: Option<String>,
    /// The field whose words are being looked up.
    #[serde(skip)]
    pub asked: Option<usize>,
}

impl Field {
    /// A line of text.
    pub fn line(id: &str, label: String) -> Self {
        Self {
            id: id.to_owned(),
            label,
            kind: FieldKind::Text(Editor::line(200)),
        }
    }

    /// A longer text.
    pub fn prose(id: &str, label: String) -> Self {
        Self {
            id: id.to_owned(),
            label,
            kind: FieldKind::Text(Editor::prose(8_000)),
        }
    }

    /// One of a few words.
    pub fn choice(id: &str, label: String, options: Vec<String>) -> Self {
        Self {
            id: id.to_owned(),
            label,
            kind: FieldKind::Choice { options, at: 0 },
        }
    }

    /// A unit.
    pub fn unit(id: &str, label: String) -> Self {
        let kind = FieldKind::LookUp {
            what: LookUp::Unit,
            typed: Editor::line(100),
            found: Vec::new(),
            found_for: String::new(),
            list: ListState::default(),
            taken: None,
        };
        Self {
            id: id.to_owned(),
            label,
            kind,
        }
    }

    /// A colleague at a seat.
    pub fn seat(id: &str, label: String) -> Self {
        let mut field = Self::unit(id, label);
        if let FieldKind::LookUp { what, .. } = &mut field.kind {
            *what = LookUp::Seat;
        }
        field
    }

    /// A department that has experts.
    pub fn department(id: &str, label: String) -> Self {
        let mut field = Self::unit(id, label);
        if let FieldKind::LookUp { what, .. } = &mut field.kind {
            *what = LookUp::Department;
        }
        field
    }

    /// A ticket.
    pub fn ticket(id: &str, label: String) -> Self {
        let mut field = Self::unit(id, label);
        if let FieldKind::LookUp { what, .. } = &mut field.kind {
            *what = LookUp::Ticket;
        }
        field
    }

    /// What stands in it, as one text: what is typed, the word that is chosen, what was taken.
    pub fn value(&self) -> String {
        match &self.kind {
            FieldKind::Text(editor) => editor.text().to_owned(),
            FieldKind::Choice { at, .. } => at.to_string(),
            FieldKind::LookUp { typed, taken, .. } => taken
                .as_ref()
                .map_or_else(|| typed.text().to_owned(), |it| it.code.clone()),
        }
    }

    /// What stands in it, as it is read: without line feeds.
    pub fn shown(&self) -> String {
        match &self.kind {
            FieldKind::Text(editor) | FieldKind::LookUp { typed: editor, .. } => {
                editor.text().replace('\n', " ")
            }
            FieldKind::Choice { options, at } => options.get(*at).cloned().unwrap_or_default(),
        }
    }

    /// The same with a word chosen.
    #[must_use]
    pub const fn chosen(mut self, place: usize) -> Self {
        if let FieldKind::Choice { at, .. } = &mut self.kind {
            *at = place;
        }
        self
    }

    /// The same with a text in it.
    #[must_use]
    pub fn with(mut self, text: &str) -> Self {
        match &mut self.kind {
            FieldKind::Text(editor) => editor.set(text),
            FieldKind::LookUp { typed, .. } => typed.set(text),
            FieldKind::Choice { .. } => {}
        }
        self
    }

    /// The same with something looked up taken.
    #[must_use]
    pub fn taking(mut self, choice: Choice) -> Self {
        if let FieldKind::LookUp { typed, taken, .. } = &mut self.kind {
            typed.set(&choice.name);
            *taken = Some(choice);
        }
        self
    }
}

impl Dialog {
    /// A dialog.
    pub fn new(purpose: DialogFor, title: String, fields: Vec<Field>) -> Self {
        Self {
            purpose,
            title,
            lines: Vec::new(),
            begun: fields.iter().map(Field::value).collect(),
            fields,
            at: 0,
            error: None,
            asked: None,
        }
    }

    fn field(&self, id: &str) -> Option<&FieldKind> {
        self.fields
            .iter()
            .find(|field| field.id == id)
            .map(|field| &field.kind)
    }

    /// The text of a field; empty where there is none.
    pub fn text(&self, id: &str) -> &str {
        match self.field(id) {
            Some(FieldKind::Text(editor)) => editor.text(),
            _ => "",
        }
    }

    /// What is typed into a field, also into one that is looked up.
    pub fn typed(&self, id: &str) -> &str {
        match self.field(id) {
            Some(FieldKind::Text(editor) | FieldKind::LookUp { typed: editor, .. }) => {
                editor.text()
            }
            _ => "",
        }
    }

    /// The place of a field.
    pub fn place(&self, id: &str) -> Option<usize> {
        self.fields.iter().position(|field| field.id == id)
    }

    /// The place of the chosen word.
    pub fn choice(&self, id: &str) -> usize {
        match self.field(id) {
            Some(FieldKind::Choice { at, .. }) => *at,
            _ => 0,
        }
    }

    /// What was taken of a look-up: the taken one, else the selected find for the words that stand there.
    pub fn taken(&self, id: &str) -> Option<&Choice> {
        match self.field(id) {
            Some(FieldKind::LookUp {
                found,
                found_for,
                list,
                taken,
                typed,
                what,
            }) if !typed.is_blank() || matches!(what, LookUp::Seat | LookUp::Department) => taken
                .as_ref()
                .or_else(|| found.get(list.at).filter(|_| found_for == typed.text())),
            _ => None,
        }
    }

    /// Puts in what the newest look-up found, into the field that asked; false when none of its fields did. For the
    /// same words the selected find stays selected, wherever it stands by now.
    pub fn found(&mut self, what: LookUp, choices: &[Choice]) -> bool {
        let Some(asked) = self.asked else {
            return false;
        };
        if let Some(FieldKind::LookUp {
            what: wanted,
            typed,
            found,
            found_for,
            list,
            ..
        }) = self.fields.get_mut(asked).map(|field| &mut field.kind)
            && *wanted == what
        {
            self.asked = None;
            let selected = found.get(list.at).filter(|_| found_for == typed.text());
            let now = selected.and_then(|it| choices.iter().position(|new| new.code == it.code));
            list.at = now.unwrap_or(list.at);
            *found = choices.to_vec();
            typed.text().clone_into(found_for);
            list.clamp(found.len());
            return true;
        }
        false
    }

    /// Pastes into the field that has the keyboard.
    pub fn paste(&mut self, text: &str, clipboard: &mut Clipboard) -> Wish {
        match self.fields.get_mut(self.at).map(|field| &mut field.kind) {
            Some(FieldKind::Text(editor)) => clipboard.note(editor.paste(text)),
            Some(FieldKind::LookUp {
                what, typed, taken, ..
            }) => {
                let put = typed.paste(text);
                if put.is_ok() {
                    *taken = None;
                    self.asked = Some(self.at);
                    return Wish::LookUp(*what, typed.text().to_owned());
                }
                clipboard.note(put);
            }
            _ => {}
        }
        Wish::Nothing
    }

    /// Cells of the labels' column.
    pub fn label_cells(&self) -> u16 {
        let labels = self.fields.iter().map(|field| width(&field.label));
        u16::try_from(labels.max().unwrap_or(0).min(24)).unwrap_or(24) + 2
    }

    /// Cells of the fields' column, on a screen of that many columns.
    pub fn field_cells(&self, columns: u16) -> u16 {
        columns.min(WIDEST).saturating_sub(4 + self.label_cells())
    }

    /// True when Enter is a line feed in the field that has the keyboard.
    pub fn is_prose(&self) -> bool {
        match self.fields.get(self.at).map(|field| &field.kind) {
            Some(FieldKind::Text(editor)) => editor.is_prose(),
            _ => false,
        }
    }

    /// True when the field that has the keyboard takes text.
    pub fn typing(&self) -> bool {
        self.fields
            .get(self.at)
            .is_some_and(|field| !matches!(field.kind, FieldKind::Choice { .. }))
    }

    fn go(&mut self, back: bool) {
        let len = self.fields.len().max(1);
        self.at = if back {
            (self.at + len - 1) % len
        } else {
            (self.at + 1) % len
        };
    }

    /// Offers a key on a screen of that many columns; `submit` tells that it is the key of the main act (F9).
    pub fn key(&mut self, key: Key, submit: bool, columns: u16, clipboard: &mut Clipboard) -> Wish {
        if submit {
            return Wish::Submit;
        }
        match key.code {
            Code::Esc => return Wish::Close,
            Code::Tab => {
                self.go(key.shift);
                return Wish::Nothing;
            }
            _ => {}
        }
        let last = self.at + 1 >= self.fields.len();
        let cells = usize::from(self.field_cells(columns));
        let Some(field) = self.fields.get_mut(self.at) else {
            return if key.code == Code::Enter {
                Wish::Submit
            } else {
                Wish::Unused
            };
        };
        let wish = field.kind.key(key, cells, clipboard);
        if let Wish::LookUp(..) = wish {
            self.asked = Some(self.at);
        }
        if wish == Wish::Unused {
            match key.code {
                Code::Enter if last => return Wish::Submit,
                Code::Enter | Code::Down => self.go(false),
                Code::Up => self.go(true),
                _ => return Wish::Unused,
            }
            return Wish::Nothing;
        }
        self.error = None;
        wish
    }
}

impl FieldKind {
    fn key(&mut self, key: Key, cells: usize, clipboard: &mut Clipboard) -> Wish {
        match self {
            Self::Text(editor) => {
                if editor.key(key, cells, clipboard) {
                    Wish::Nothing
                } else {
                    Wish::Unused
                }
            }
            Self::Choice { options, at } => choose(options.len(), at, key),
            Self::LookUp {
                what,
                typed,
                found,
                found_for,
                list,
                taken,
            } => match key.code {
                Code::Up if list.at > 0 => {
                    list.step(-1, found.len());
                    *taken = None;
                    Wish::Nothing
                }
                Code::Down if list.at + 1 < found.len() => {
                    list.step(1, found.len());
                    *taken = None;
                    Wish::Nothing
                }
                Code::Enter => {
                    if taken.is_none() && found_for == typed.text() {
                        *taken = found.get(list.at).cloned();
                    }
                    Wish::Unused
                }
                _ => {
                    let before = typed.text().to_owned();
                    if !typed.key(key, cells, clipboard) {
                        return Wish::Unused;
                    }
                    if typed.text() == before {
                        return Wish::Nothing;
                    }
                    *taken = None;
                    list.at = 0;
                    Wish::LookUp(*what, typed.text().to_owned())
                }
            },
        }
    }
}

/// Moves a choice by arrows, blank or digit.
fn choose(len: usize, at: &mut usize, key: Key) -> Wish {
    match key.halved().code {
        Code::Left => *at = at.saturating_sub(1),
        Code::Right => *at = (*at + 1).min(len.saturating_sub(1)),
        Code::Char(' ') => *at = (*at + 1) % len.max(1),
        Code::Char(c @ '1'..='9') if !key.ctrl && !key.alt => {
            let to = c as usize - '1' as usize;
            if to < len {
                *at = to;
            }
        }
        _ => return Wish::Unused,
    }
    Wish::Nothing
}
