//! The form of a request: what is typed, what is guessed, which field has the keyboard. It becomes a
//! `Request` when it is finished; guesses count only once they are taken, or when the ticket is passed on.

use crate::desk::names::Names;
use crate::desk::ports::Suggestion;
use crate::desk::widgets::Editor;
use crate::domain::caller::{Caller, CallerKind, Telephone};
use crate::domain::consult::Consult;
use crate::domain::directory::Element;
use crate::domain::id::{CallId, DistrictCode, ItemCode, TicketId, UnitCode};
use crate::domain::number::TicketNumber;
use crate::domain::text::{Line, Prose};
use crate::domain::ticket::{Elements, Kind, Place, QuestionAnswer, Request, Urgency};
use crate::protocol::callback::NewCallback;
use serde::{Deserialize, Serialize};

/// A field of the form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Spot {
    /// The story; where typing begins.
    #[default]
    Text,
    /// 类型.
    Kind,
    /// 事项.
    Item,
    /// 紧急程度.
    Urgency,
    /// 保密.
    Confidential,
    /// 地址.
    Address,
    /// 姓名.
    Name,
    /// One of the five elements.
    Element(usize),
    /// One of the item's questions.
    Question(usize),
}

/// What a person fixed by hand; the rest is guessed from the words.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Fixed {
    /// The kind of request.
    pub kind: Option<Kind>,
    /// The item.
    pub item: Option<ItemCode>,
    /// The district.
    pub district: Option<DistrictCode>,
    /// The street, by name.
    pub street: Line,
    /// The unit complained about.
    #[serde(default)]
    pub accused: Option<UnitCode>,
}

/// The form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Form {
    /// The ticket it becomes.
    pub id: Option<TicketId>,
    /// Its number, once the lease gave one.
    pub number: Option<TicketNumber>,
    /// The call it belongs to.
    pub call: Option<CallId>,
    /// The calling number.
    pub telephone: Option<Telephone>,
    /// The lane.
    pub lane: CallerKind,
    /// What was fixed by hand.
    pub fixed: Fixed,
    /// Urgency.
    pub urgency: Urgency,
    /// 保密.
    pub confidential: bool,
    /// The item as typed.
    pub item: Editor,
    /// The address.
    pub address: Editor,
    /// The caller's name.
    pub name: Editor,
    /// The five elements, in [`Element::ALL`]'s order.
    pub elements: Vec<Editor>,
    /// The item's questions with the answers.
    pub questions: Vec<(String, Editor)>,
    /// The name that came with the call: not written down by a person.
    #[serde(default)]
    pub brought: String,
    /// The call has its record already (a form that was sent, a promise, a transfer); this one may stay blank.
    #[serde(default)]
    pub further: bool,
    /// The ticket that the same call was finished with before: a call-back promised now names it.
    #[serde(default)]
    pub after: Option<TicketId>,
    /// A call-back that waits for this form's ticket to be sent.
    #[serde(default)]
    pub promise: Option<Box<NewCallback>>,
    /// The story. Kept apart in the journal, since it changes with every letter.
    #[serde(skip, default = "story")]
    pub text: Editor,
    /// Which field has the keyboard.
    pub spot: Spot,
}

/// An empty story.
pub fn story() -> Editor {
    Editor::prose(8_000)
}

impl Default for Form {
    fn default() -> Self {
        Self {
            id: None,
            number: None,
            call: None,
            telephone: None,
            lane: CallerKind::default(),
            fixed: Fixed::default(),
            urgency: Urgency::default(),
            confidential: false,
            item: Editor::line(60),
            address: Editor::line(200),
            name: Editor::line(60),
            elements: vec![Editor::line(200); Element::ALL.len()],
            questions: Vec::new(),
            brought: String::new(),
            further: false,
            after: None,
            promise: None,
            text: story(),
            spot: Spot::Text,
        }
    }
}

impl Form {
    /// The form that came with a question: as it stood at the asker's seat, with the ticket that it becomes.
    pub fn of(consult: &Consult, names: &Names) -> Self {
        let request = &consult.request;
        let line = |max: usize, text: &str| {
            let mut editor = Editor::line(max);
            editor.set(text);
            editor
        };
        let mut form = Self {
            id: consult.ticket,
            number: consult.number,
            call: consult.call,
            telephone: request.caller.number.clone(),
            lane: request.caller.kind,
            fixed: Fixed {
                kind: Some(request.kind),
                item: None,
                district: request.place.district.clone(),
                street: request.place.street.clone(),
                accused: request.accused.clone(),
            },
            urgency: request.urgency,
            confidential: request.caller.confidential,
            address: line(200, request.place.address.as_str()),
            name: line(60, request.caller.name.as_str()),
            ..Self::default()
        };
        let e = &request.elements;
        let said = [&e.who, &e.when, &e.where_, &e.cause, &e.course];
        form.elements = said.iter().map(|it| line(200, it.as_str())).collect();
        if let Some(item) = &request.item {
            form.fix_item(item.clone(), names);
        }
        for answer in &request.answers {
            let asked = answer.question.as_str();
            let said = line(200, answer.answer.as_str());
            match form.questions.iter_mut().find(|(it, _)| it == asked) {
                Some((_, editor)) => *editor = said,
                None => form.questions.push((asked.to_owned(), said)),
            }
        }
        form.text.set(request.text.as_str());
        form
    }

    /// Nothing was written down or chosen by a person.
    pub fn is_blank(&self) -> bool {
        self.text.is_blank()
            && self.address.is_blank()
            && self.item.is_blank()
            && self.name.text().trim() == self.brought.trim()
            && self.fixed == Fixed::default()
            && self.urgency == Urgency::default()
            && !self.confidential
            && self.elements.iter().all(Editor::is_blank)
            && self.questions.iter().all(|(_, answer)| answer.is_blank())
    }

    /// True when it is the same as another but for the story, which the journal keeps apart. Every field is named,
    /// so that a new one can't be left out.
    pub fn is_same_beside_story(&self, other: &Self) -> bool {
        let Self {
            id,
            number,
            call,
            telephone,
            lane,
            fixed,
            urgency,
            confidential,
            item,
            address,
            name,
            elements,
            questions,
            brought,
            further,
            after,
            promise,
            text: _,
            spot,
        } = self;
        let it = other;
        (id, number, call, telephone, lane)
            == (&it.id, &it.number, &it.call, &it.telephone, &it.lane)
            && (fixed, urgency, confidential) == (&it.fixed, &it.urgency, &it.confidential)
            && (item, address, name) == (&it.item, &it.address, &it.name)
            && (elements, questions, spot) == (&it.elements, &it.questions, &it.spot)
            && (brought, further) == (&it.brought, &it.further)
            && (after, promise) == (&it.after, &it.promise)
    }

    /// True when nothing is lost with it: blank, and no call is left without a record by its going.
    pub fn is_spent(&self) -> bool {
        self.is_blank() && (self.call.is_none() || self.further)
    }

    /// The fields in the order of Tab.
    pub fn spots(&self) -> Vec<Spot> {
        let mut spots = vec![Spot::Text, Spot::Address, Spot::Name, Spot::Kind];
        spots.extend([Spot::Item, Spot::Urgency, Spot::Confidential]);
        spots.extend((0..self.questions.len()).map(Spot::Question));
        spots.extend((0..self.elements.len()).map(Spot::Element));
        spots
    }

    /// Goes to the next field, or back.
    pub fn next(&mut self, back: bool) {
        let spots = self.spots();
        let at = spots
            .iter()
            .position(|spot| *spot == self.spot)
            .unwrap_or(0);
        let len = spots.len();
        let to = if back { at + len - 1 } else { at + 1 } % len.max(1);
        self.spot = spots.get(to).copied().unwrap_or_default();
    }

    /// Goes to the line below, or above, as they stand on the screen; true when there is one.
    pub fn line(&mut self, up: bool) -> bool {
        let asked = !self.questions.is_empty();
        let to = match (self.spot, up) {
            (Spot::Kind | Spot::Item | Spot::Urgency | Spot::Confidential, true)
            | (Spot::Text, _) => return false,
            (Spot::Kind | Spot::Item | Spot::Urgency | Spot::Confidential, false)
            | (Spot::Name | Spot::Element(_), true) => Spot::Address,
            (Spot::Address, true) => Spot::Kind,
            (Spot::Address, false) | (Spot::Question(_), true) => Spot::Name,
            (Spot::Name | Spot::Element(_), false) if asked => Spot::Question(0),
            (Spot::Name | Spot::Element(_) | Spot::Question(_), false) => Spot::Text,
        };
        self.spot = to;
        true
    }

    /// The text field that has the keyboard; `None` in a field that is chosen from.
    pub fn editor(&mut self) -> Option<&mut Editor> {
        match self.spot {
            Spot::Text => Some(&mut self.text),
            Spot::Item => Some(&mut self.item),
            Spot::Address => Some(&mut self.address),
            Spot::Name => Some(&mut self.name),
            Spot::Element(at) => self.elements.get_mut(at),
            Spot::Question(at) => self.questions.get_mut(at).map(|(_, answer)| answer),
            Spot::Kind | Spot::Urgency | Spot::Confidential => None,
        }
    }

    /// The kind: fixed, else guessed, else the default; and whether it is a guess.
    pub fn kind(&self, guess: Option<&Suggestion>) -> (Kind, bool) {
        match (self.fixed.kind, guess.and_then(|it| it.kind)) {
            (Some(kind), _) => (kind, false),
            (None, Some(kind)) => (kind, true),
            (None, None) => (Kind::default(), true),
        }
    }

    /// The item and whether it is a guess.
    pub fn item<'a>(&'a self, guess: Option<&'a Suggestion>) -> Option<(&'a ItemCode, bool)> {
        match &self.fixed.item {
            Some(item) => Some((item, false)),
            None => guess
                .and_then(|it| it.item.as_ref())
                .map(|item| (item, true)),
        }
    }

    /// The district and street, and whether they are a guess.
    pub fn area<'a>(
        &'a self,
        guess: Option<&'a Suggestion>,
    ) -> Option<(&'a DistrictCode, &'a Line, bool)> {
        match (&self.fixed.district, guess) {
            (Some(district), _) => Some((district, &self.fixed.street, false)),
            (None, Some(guess)) => guess.district.as_ref().map(|it| (it, &guess.street, true)),
            (None, None) => None,
        }
    }

    /// Takes the guess of the field that has the keyboard; true when there was one.
    pub fn take_guess(&mut self, guess: Option<&Suggestion>, names: &Names) -> bool {
        let Some(guess) = guess else { return false };
        match self.spot {
            Spot::Kind if self.fixed.kind.is_none() => {
                self.fixed.kind = guess.kind;
                guess.kind.is_some()
            }
            Spot::Item if self.fixed.item.is_none() && self.item.is_blank() => match &guess.item {
                Some(item) => {
                    self.fix_item(item.clone(), names);
                    true
                }
                None => false,
            },
            Spot::Address if self.fixed.district.is_none() && guess.district.is_some() => {
                self.fixed.district.clone_from(&guess.district);
                self.fixed.street = guess.street.clone();
                true
            }
            _ => false,
        }
    }

    /// Fixes the item; its questions are asked from now on. Answers given already stay.
    pub fn fix_item(&mut self, item: ItemCode, names: &Names) {
        self.item.clear();
        self.ask(
            names
                .item(&item)
                .map_or(&[], |item| item.questions.as_slice()),
        );
        self.fixed.item = Some(item);
    }

    /// Makes these the questions; answered ones of another item stay.
    pub fn ask(&mut self, questions: &[Line]) {
        let mut asked: Vec<(String, Editor)> = Vec::new();
        for question in questions.iter().take(30) {
            let earlier = self
                .questions
                .iter()
                .find(|(it, _)| it == question.as_str());
            let answer = earlier.map_or_else(|| Editor::line(200), |(_, answer)| answer.clone());
            asked.push((question.as_str().to_owned(), answer));
        }
        let others = self.questions.iter().filter(|(question, answer)| {
            !answer.is_blank() && !questions.iter().any(|it| it.as_str() == question)
        });
        asked.extend(others.cloned());
        self.questions = asked;
    }

    /// True when an element is known: typed, or said by the address.
    pub fn knows(&self, at: usize) -> bool {
        let typed = self.elements.get(at).is_some_and(|it| !it.is_blank());
        let place = Element::ALL.get(at) == Some(&Element::Where);
        typed || place && !self.address.is_blank()
    }

    /// The answered questions, each with its answer, in the order they are asked.
    pub fn answered(&self) -> impl Iterator<Item = (&str, &str)> {
        let said = self.questions.iter();
        said.filter(|(_, answer)| !answer.is_blank())
            .map(|(question, answer)| (question.as_str(), answer.text().trim()))
    }

    /// The request as it stands. Guesses that were not taken are left out unless `guess` is given.
    pub fn request(&self, guess: Option<&Suggestion>) -> Request {
        let element = |at: usize| {
            self.elements
                .get(at)
                .map_or_else(Line::default, |it| Line::lossy(it.text()))
        };
        let area = self.area(guess);
        Request {
            title: Line::default(),
            kind: self.kind(guess).0,
            item: self.item(guess).map(|(item, _)| item.clone()),
            tags: Vec::new(),
            caller: Caller {
                name: Line::lossy(self.name.text()),
                kind: self.lane,
                number: self.telephone.clone(),
                confidential: self.confidential,
                ..Caller::default()
            },
            place: Place {
                district: area.map(|(district, ..)| district.clone()),
                street: area
                    .map(|(_, street, _)| street.clone())
                    .unwrap_or_default(),
                community: Line::default(),
                address: Line::lossy(self.address.text()),
            },
            urgency: self.urgency,
            elements: Elements {
                who: element(0),
                when: element(1),
                where_: element(2),
                cause: element(3),
                course: element(4),
            },
            text: Prose::lossy(self.text.text()),
            accused: self.fixed.accused.clone(),
            asked: Prose::default(),
            answers: self
                .answered()
                .map(|(question, answer)| QuestionAnswer {
                    question: Line::lossy(question),
                    answer: Line::lossy(answer),
                })
                .collect(),
        }
    }
}
