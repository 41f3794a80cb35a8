//! What the call screen knows.

use super::answers::{self, Answers};
use super::form::{Form, Spot};
use crate::desk::memory::{part, read, record};
use crate::desk::message::Slot;
use crate::desk::ports::{Choice, JournalRecord, PhoneEvent, Suggestion};
use crate::desk::widgets::{Editor, ListState};
use crate::domain::call::Call;
use crate::domain::id::CallId;
use crate::protocol::call::CallView;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How long F3 is deaf after the call changed: a second press would undo the first.
pub const DEAF: SignedDuration = SignedDuration::from_secs(1);

/// Where the call stands, as the seat's phone hears it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Phase {
    /// No call.
    #[default]
    None,
    /// It rings here.
    Ringing,
    /// Dialled out; it rings there.
    Dialling,
    /// Talking.
    Talking,
    /// On hold.
    Holding,
    /// Over; the form may still be open.
    Ended,
}

/// News of a leg while it is not known whether it is the one that was dialled.
#[derive(Debug, Clone)]
pub enum Early {
    /// From the phone.
    Phone(CallId, Heard),
    /// From the server.
    Server(Box<Call>),
}

impl Early {
    /// Whose news it is.
    pub const fn call(&self) -> CallId {
        match self {
            Self::Phone(id, _) => *id,
            Self::Server(call) => call.id,
        }
    }
}

/// What the phone said; not shown by `Debug`, since it may be a caller's words.
#[derive(Clone)]
pub struct Heard(pub PhoneEvent);

impl std::fmt::Debug for Heard {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Heard")
    }
}

/// What a journal keeps of the call itself: nobody else knows what was heard here.
#[derive(Clone, Default, Serialize, Deserialize)]
struct Kept {
    id: Option<CallId>,
    since: Option<Timestamp>,
    said: Vec<String>,
    muted: bool,
    dialled: Option<CallId>,
    items_at: ListState,
}

/// The call screen.
#[derive(Debug, Clone, Default)]
pub struct State {
    /// Which call.
    pub id: Option<CallId>,
    /// Where it stands.
    pub phase: Phase,
    /// The call with the caller's history, once it was read.
    pub view: Option<CallView>,
    /// Since when it stands so.
    pub since: Option<Timestamp>,
    /// Since when they talk.
    pub talking_since: Option<Timestamp>,
    /// Until when F3 is deaf.
    pub deaf_until: Option<Timestamp>,
    /// What the caller said, the newest last.
    pub said: Vec<String>,
    /// How many rows of it the pane is scrolled back from the newest.
    pub said_back: u16,
    /// The leg that was dialled from here, once the phone agreed: the server knows nothing of it.
    pub dialled: Option<CallId>,
    /// The phone was asked to dial and has not said which leg it is: news of unknown legs waits for that.
    pub dialling: bool,
    /// The news that waits.
    pub early: Vec<Early>,
    /// The microphone is off.
    pub muted: bool,
    /// The form.
    pub form: Form,
    /// Forms of earlier calls that were not finished.
    pub drafts: Vec<Form>,
    /// Forms on their way to the server, by the slot of their write.
    pub outgoing: BTreeMap<Slot, Form>,
    /// The answers.
    pub answers: Answers,
    /// What the words suggest.
    pub suggestion: Option<Suggestion>,
    /// Items that fit what is typed into the item's field.
    pub items: Vec<Choice>,
    /// The words they were found for.
    pub items_for: String,
    /// Which of them.
    pub items_at: ListState,
}

/// What the journal has of the call, part by part.
#[derive(Default)]
pub struct Remembered {
    form: Option<Form>,
    text: Option<Editor>,
    drafts: Option<Vec<Form>>,
    outgoing: Option<Vec<Form>>,
    answers: Option<answers::Kept>,
    call: Option<Kept>,
}

impl Remembered {
    /// The journal does not have this part after all.
    pub fn forget(&mut self, key: &str) {
        match key {
            "form" => self.form = None,
            "text" => self.text = None,
            "drafts" => self.drafts = None,
            "outgoing" => self.outgoing = None,
            "answers" => self.answers = None,
            "call" => self.call = None,
            _ => {}
        }
    }
}

/// Forms each with its story, which a form alone leaves out.
fn with_stories<'a>(forms: impl Iterator<Item = &'a Form>) -> Vec<(&'a Form, &'a Editor)> {
    forms.map(|form| (form, &form.text)).collect()
}

impl State {
    /// True while a time runs on the screen.
    pub fn counts(&self) -> bool {
        matches!(
            self.phase,
            Phase::Ringing | Phase::Dialling | Phase::Talking | Phase::Holding
        )
    }

    /// True while a call is there, ringing or talking.
    pub fn is_live(&self) -> bool {
        self.counts()
    }

    /// True when there is neither a call nor a form.
    pub fn is_idle(&self) -> bool {
        !self.is_live() && self.form.is_blank() && self.form.call.is_none()
    }

    /// The call changed its phase.
    pub fn enter(&mut self, phase: Phase, now: Timestamp) {
        if self.phase == phase {
            return;
        }
        if phase == Phase::Talking && self.talking_since.is_none() {
            self.talking_since = Some(now);
        }
        // Ringing is what F3 is waited for with: only what F3 itself brings about makes it deaf.
        if matches!(phase, Phase::Talking | Phase::Holding | Phase::Ended) {
            self.deaf_until = now.checked_add(DEAF).ok();
        }
        // Until it is answered there is nothing to write down: what is typed goes on looking for answers.
        if phase == Phase::Ringing {
            self.answers.walking = true;
        } else if self.phase == Phase::Ringing {
            self.answers = std::mem::take(&mut self.answers).until_typed();
        }
        self.phase = phase;
        self.since = Some(now);
    }

    /// True while F3 is deaf.
    pub fn is_deaf(&self, now: Timestamp) -> bool {
        self.deaf_until.is_some_and(|until| now < until)
    }

    /// The call is gone and its form with it: ready for the next. While it is live the next form is the one of that
    /// call that waits, else a further one about the same caller.
    pub fn clear(&mut self) {
        let drafts = std::mem::take(&mut self.drafts);
        let outgoing = std::mem::take(&mut self.outgoing);
        let early = std::mem::take(&mut self.early);
        let live = self.is_live();
        let (id, phase, view) = (self.id, self.phase, self.view.take());
        let (since, talking_since, deaf_until) = (self.since, self.talking_since, self.deaf_until);
        let said = std::mem::take(&mut self.said);
        let said_back = self.said_back;
        let (muted, dialled, dialling) = (self.muted, self.dialled, self.dialling);
        *self = Self {
            dialled,
            dialling,
            early,
            drafts,
            outgoing,
            ..Self::default()
        };
        if live {
            (self.id, self.phase, self.view, self.muted) = (id, phase, view, muted);
            (self.since, self.talking_since, self.said) = (since, talking_since, said);
            self.said_back = said_back;
            // The caller may have another matter: the next form is about the same caller.
            if dialled != id {
                let waiting = self.drafts.iter().position(|form| form.call == id);
                let waiting = waiting.map(|at| self.drafts.remove(at));
                self.form = waiting.unwrap_or_else(|| Form {
                    call: id,
                    further: true,
                    spot: Spot::Text,
                    ..Form::default()
                });
                self.know_caller();
            }
        }
        self.deaf_until = deaf_until;
    }

    /// The call with the caller's history, when the form in front is that caller's.
    pub fn caller(&self) -> Option<&CallView> {
        let view = self.view.as_ref();
        view.filter(|view| self.form.call == Some(view.call.id))
    }

    /// Puts the form that is in front away, unless nothing is lost with it; true when it was kept.
    pub fn set_aside(&mut self) -> bool {
        let form = std::mem::take(&mut self.form);
        let kept = !form.is_spent();
        if kept {
            self.drafts.push(form);
        }
        kept
    }

    /// Takes into the form what the call tells of the caller.
    pub fn know_caller(&mut self) {
        let Some(view) = &self.view else { return };
        let form = &mut self.form;
        if form.call == Some(view.call.id) {
            form.telephone.clone_from(&view.call.number);
            form.lane = view.call.lane;
            if form.name.is_blank() && !view.name.is_blank() {
                form.name.set(view.name.as_str());
                view.name.as_str().clone_into(&mut form.brought);
            }
        }
    }

    /// The desk was started: `live` is the call at the seat. Else the form's own call is shown, which is over.
    /// What was heard of another call is nobody's any more. Answers with the call to be read.
    pub fn sits_at(&mut self, live: Option<CallId>) -> Option<CallId> {
        let shown = live.or(self.form.call);
        if shown != self.id {
            (self.since, self.said, self.muted) = (None, Vec::new(), false);
        }
        self.dialled = self.dialled.filter(|leg| live == Some(*leg));
        self.id = shown;
        shown
    }

    /// The parts that are not as the journal `had` them.
    pub fn changes(&self, had: &mut Remembered, records: &mut Vec<JournalRecord>) {
        let form = &self.form;
        let same = |it: &Form| it.is_same_beside_story(form);
        if !had.form.as_ref().is_some_and(same) {
            records.push(record("form", form));
            had.form = Some(form.clone());
        }
        part(records, "text", &mut had.text, &form.text);
        if had.drafts.as_ref() != Some(&self.drafts) {
            records.push(record("drafts", with_stories(self.drafts.iter())));
            had.drafts = Some(self.drafts.clone());
        }
        let same = |it: &Vec<Form>| it.iter().eq(self.outgoing.values());
        if !had.outgoing.as_ref().is_some_and(same) {
            let outgoing = self.outgoing.values();
            records.push(record("outgoing", with_stories(outgoing.clone())));
            had.outgoing = Some(outgoing.cloned().collect());
        }
        if !had
            .answers
            .as_ref()
            .is_some_and(|it| self.answers.is_as(it))
        {
            let kept = self.answers.kept();
            records.push(record("answers", &kept));
            had.answers = Some(kept);
        }
        if !had.call.as_ref().is_some_and(|it| self.is_as(it)) {
            let kept = Kept {
                id: self.id,
                since: self.since,
                said: self.said.clone(),
                muted: self.muted,
                dialled: self.dialled,
                items_at: self.items_at,
            };
            records.push(record("call", &kept));
            had.call = Some(kept);
        }
    }

    fn is_as(&self, kept: &Kept) -> bool {
        (self.id, self.since, self.muted, self.dialled, self.items_at)
            == (kept.id, kept.since, kept.muted, kept.dialled, kept.items_at)
            && self.said == kept.said
    }

    /// Puts back what the journal kept. Where the call stands by now the server says ([`Self::sits_at`]).
    pub fn restore(&mut self, records: &[JournalRecord]) {
        if let Some(call) = read::<Kept>(records, "call") {
            (self.id, self.since, self.said) = (call.id, call.since, call.said);
            (self.muted, self.dialled) = (call.muted, call.dialled);
            self.items_at = call.items_at;
        }
        if let Some(form) = read(records, "form") {
            self.form = form;
        }
        if let Some(text) = read(records, "text") {
            self.form.text = text;
        }
        // What was on its way may have arrived or not: it waits with the drafts, and sending it again is harmless.
        self.drafts.clear();
        for key in ["drafts", "outgoing"] {
            let forms = read::<Vec<(Form, Editor)>>(records, key).unwrap_or_default();
            self.drafts
                .extend(forms.into_iter().map(|(form, text)| Form { text, ..form }));
        }
        if let Some(kept) = read::<answers::Kept>(records, "answers") {
            self.answers.restore(kept);
        }
    }
}
