//! Name and number of a caller hidden wherever a text repeats them. Every text of a ticket is walked; a new state or
//! event does not compile before it is decided what of it is a text.

use super::{name, telephone};
use crate::domain::caller::Caller;
use crate::domain::lifecycle::EventKind;
use crate::domain::text::{Line, Text};
use crate::domain::ticket::{
    AnswerSource, CoDone, Decided, DirectAnswer, Elements, Handling, Participant, Place,
    QuestionAnswer, Request, StageGround, State, Work,
};

/// What names a caller in running text, with what stands for it.
pub(super) struct Words(Vec<(String, String)>);

/// The single lines of a request that one who hears the caller writes: elements and place.
pub(super) fn lines(request: &mut Request) -> [&mut Line; 8] {
    let Elements {
        who,
        when,
        where_,
        cause,
        course,
    } = &mut request.elements;
    let Place {
        district: _,
        street,
        community,
        address,
    } = &mut request.place;
    [who, when, where_, cause, course, street, community, address]
}

impl Words {
    pub(super) fn of(caller: &Caller) -> Self {
        let names = [&caller.name, &caller.contact_name]
            .into_iter()
            .map(|text| text.as_str().trim())
            // A single character (王) is part of too many other words.
            .filter(|text| text.chars().count() >= 2)
            .map(|text| (text.to_owned(), name(text)));
        let numbers = [&caller.number, &caller.contact]
            .into_iter()
            .flatten()
            .map(|number| (number.digits().to_owned(), telephone(number)));
        Self(names.chain(numbers).collect())
    }

    pub(super) fn hide<const MAX: usize, const LINES: bool>(&self, text: &mut Text<MAX, LINES>) {
        for (word, stars) in &self.0 {
            if text.as_str().contains(word.as_str()) {
                *text = Text::lossy(&text.as_str().replace(word.as_str(), stars));
            }
        }
    }

    /// The texts of a request; its caller is not touched.
    pub(super) fn hide_request(&self, request: &mut Request) {
        for line in lines(request) {
            self.hide(line);
        }
        let Request {
            title,
            tags,
            text,
            asked,
            answers,
            kind: _,
            item: _,
            caller: _,
            place: _,
            urgency: _,
            elements: _,
            accused: _,
        } = request;
        self.hide(title);
        self.hide(text);
        self.hide(asked);
        for tag in tags {
            self.hide(tag);
        }
        for QuestionAnswer { question, answer } in answers {
            self.hide(question);
            self.hide(answer);
        }
    }

    pub(super) fn hide_state(&self, state: &mut State) {
        match state {
            State::Draft | State::Invalid(_) | State::HandedToEmergency(_) | State::ToDispatch => {}
            State::ClosedDirectly(answer) => self.hide_answer(answer),
            State::Declined {
                reason: _,
                basis,
                other_road,
                reviewed: _,
            } => {
                self.hide(basis);
                self.hide(other_road);
            }
            State::Dispatched(to) | State::InHand(to) | State::Redo(to) => {
                self.hide(&mut to.basis);
            }
            State::ReturnAsked { dispatch, request } => {
                self.hide(&mut dispatch.basis);
                self.hide(&mut request.basis);
            }
            State::Answered { dispatch, handling } | State::ToCallBack { dispatch, handling } => {
                self.hide(&mut dispatch.basis);
                self.hide_handling(handling);
            }
            State::Closed {
                dispatch,
                handling,
                verdict,
            } => {
                self.hide(&mut dispatch.basis);
                self.hide_handling(handling);
                self.hide(&mut verdict.reason);
            }
            State::Merged { main: _, before } => self.hide_state(before),
            State::Withdrawn { reason } => self.hide(reason),
            State::Archived { last } => self.hide_state(last),
        }
    }

    pub(super) fn hide_work(&self, work: &mut Work) {
        let Work {
            extension,
            staged,
            co,
            steps,
            ruling,
            alerts: _,
        } = work;
        if let Some(extension) = extension {
            self.hide(&mut extension.reason);
            self.hide_decided(extension.decided.as_mut());
        }
        if let Some(staged) = staged {
            self.hide_ground(&mut staged.ground);
            self.hide_decided(staged.decided.as_mut());
        }
        for done in co.iter_mut().filter_map(|co| co.done.as_mut()) {
            match done {
                CoDone::Reported { account, .. } => self.hide(account),
                CoDone::Released { reason, .. } => self.hide(reason),
            }
        }
        for step in steps.iter_mut().flat_map(|steps| &mut steps.done) {
            self.hide(&mut step.note);
        }
        if let Some(ruling) = ruling {
            self.hide(&mut ruling.basis);
            self.hide_participants(&mut ruling.participants);
        }
    }

    fn hide_decided(&self, decided: Option<&mut Decided>) {
        if let Some(decided) = decided {
            self.hide(&mut decided.reason);
        }
    }

    fn hide_ground(&self, ground: &mut StageGround) {
        match ground {
            StageGround::LegalPeriod { basis } => self.hide(basis),
            StageGround::Measures { measures } => self.hide(measures),
        }
    }

    fn hide_participants(&self, participants: &mut [Participant]) {
        for one in participants {
            self.hide(&mut one.opinion);
            self.hide(&mut one.number);
        }
    }

    fn hide_answer(&self, answer: &mut DirectAnswer) {
        self.hide(&mut answer.answer);
        match &mut answer.source {
            AnswerSource::Notice { title } => self.hide(title),
            AnswerSource::Entry { .. }
            | AnswerSource::Expert { .. }
            | AnswerSource::ExistingTicket { .. }
            | AnswerSource::DirectoryTelephone { .. }
            | AnswerSource::None => {}
        }
    }

    pub(super) fn hide_handling(&self, handling: &mut Handling) {
        self.hide(&mut handling.why_not);
        self.hide(&mut handling.account);
        self.hide(&mut handling.public_answer);
    }

    pub(super) fn hide_event(&self, event: &mut EventKind) {
        match event {
            EventKind::Opened { request, .. } | EventKind::Amended { request } => {
                self.hide_request(request);
            }
            EventKind::ClosedDirectly { answer } => self.hide_answer(answer),
            EventKind::Declined {
                basis, other_road, ..
            } => {
                self.hide(basis);
                self.hide(other_road);
            }
            EventKind::Dispatched { basis, .. } | EventKind::ReturnAsked { basis, .. } => {
                self.hide(basis);
            }
            EventKind::Ruled { .. }
            | EventKind::StageAnswered { .. }
            | EventKind::CoReported { .. }
            | EventKind::ExtensionAsked { .. }
            | EventKind::ExtensionRefused { .. }
            | EventKind::StageRefused { .. }
            | EventKind::CoUnitsAsked { .. }
            | EventKind::CoUnitsAdded { .. }
            | EventKind::CoReleased { .. }
            | EventKind::StepTaken { .. }
            | EventKind::ChildAnswered { .. }
            | EventKind::Answered { .. } => self.hide_work_event(event),
            EventKind::Transferred { reason, .. }
            | EventKind::ReturnRejected { reason }
            | EventKind::Extended { reason, .. }
            | EventKind::SentBack { reason }
            | EventKind::Closed { reason, .. }
            | EventKind::RedoAsked { reason, .. }
            | EventKind::Withdrawn { reason } => self.hide(reason),
            EventKind::Urged { note } | EventKind::ExplanationAsked { note } => self.hide(note),
            EventKind::Added { text } => self.hide(text),
            EventKind::MarkedInvalid { .. }
            | EventKind::DeclineReviewed { .. }
            | EventKind::HandedToEmergency { .. }
            | EventKind::Submitted { .. }
            | EventKind::DeadlinesMoved { .. }
            | EventKind::StageAgreed { .. }
            | EventKind::Alerted { .. }
            | EventKind::Signed
            | EventKind::ReturnAccepted
            | EventKind::Approved
            | EventKind::Merged { .. }
            | EventKind::Unmerged
            | EventKind::ProgressAsked
            | EventKind::Archived => {}
        }
    }

    fn hide_work_event(&self, event: &mut EventKind) {
        match event {
            EventKind::Ruled {
                basis,
                participants,
                ..
            } => {
                self.hide(basis);
                self.hide_participants(participants);
            }
            EventKind::StageAnswered { ground, .. } => self.hide_ground(ground),
            EventKind::CoReported { account, .. } => self.hide(account),
            EventKind::ExtensionAsked { reason, .. }
            | EventKind::ExtensionRefused { reason }
            | EventKind::StageRefused { reason }
            | EventKind::CoUnitsAsked { reason, .. }
            | EventKind::CoUnitsAdded { reason, .. }
            | EventKind::CoReleased { reason, .. } => self.hide(reason),
            EventKind::StepTaken { note, .. } => self.hide(note),
            EventKind::ChildAnswered {
                handling, points, ..
            } => {
                self.hide_handling(handling);
                for point in points {
                    self.hide(&mut point.asked);
                    self.hide(&mut point.answer);
                }
            }
            EventKind::Answered {
                why_not,
                account,
                public_answer,
                ..
            } => {
                self.hide(why_not);
                self.hide(account);
                self.hide(public_answer);
            }
            _ => {}
        }
    }
}
