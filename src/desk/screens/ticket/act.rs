//! The dialog of each action on a ticket, and the action that a filled-in dialog makes.

use super::more;
use crate::desk::errors;
use crate::desk::keymap::{Command, minutes};
use crate::desk::message::Effect;
use crate::desk::names;
use crate::desk::popup::{Dialog, DialogFor, Field};
use crate::desk::ports::Outgoing;
use crate::desk::screens::{co_fields, co_units, unit_choice};
use crate::desk::state::{Purpose, State};
use crate::domain::id::{TicketId, UnitCode};
use crate::domain::lifecycle::Action;
use crate::domain::text::{Line, Prose};
use crate::domain::ticket::{Contact, Kind, Urgency};
use crate::protocol::ticket::TicketAction;
use crate::words::{Desk, Message};

/// The fields that an action needs; `None` for one that the desk does not offer.
fn fields(state: &State, action: &str, argument: &str) -> Option<Vec<Field>> {
    let line = |id: &str, word: Desk| Field::line(id, state.say(word));
    let prose = |id: &str, word: Desk| Field::prose(id, state.say(word));
    let yes_no = |id: &str, word: Desk| judged(state, id, word, &[Desk::Yes, Desk::No]);
    let unit = |word: Desk| Field::unit("unit", state.say(word)).with(argument);
    let reason = || line("reason", Desk::FieldReason);
    let basis = || line("basis", Desk::FieldBasis);
    Some(match action {
        "submit" | "sign" | "accept_return" | "approve" | "unmerge" | "ask_progress"
        | "agree_stage" => Vec::new(),
        "dispatch" => with_co_units(state, unit(Desk::FieldUnit), basis()),
        "transfer" => with_co_units(state, unit(Desk::FieldUnit), reason()),
        "amend" => return amend_fields(state),
        "merge" => vec![Field::ticket("main", state.say(Desk::FieldMain)).with(argument)],
        "ask_return" => {
            let reasons = names::RETURN
                .iter()
                .map(|it| state.say(names::returned(*it)))
                .collect();
            let reason = Field::choice("code", state.say(Desk::FieldReason), reasons);
            vec![reason, basis(), unit(Desk::FieldProposed)]
        }
        "reject_return" | "send_back" | "redo" | "withdraw" | "refuse_extension"
        | "refuse_stage" => {
            vec![reason()]
        }
        "extend" | "ask_extension" => vec![line("days", Desk::FieldDays).with("5"), reason()],
        "report_co" => vec![prose("account", Desk::FieldAccount)],
        "release_co" => vec![released(state), reason()],
        "answer" => answer_fields(state),
        "close" => vec![
            yes_no("reached", Desk::FieldReached),
            yes_no("solved", Desk::FieldSolved),
            yes_no("satisfied", Desk::FieldSatisfied),
            reason(),
        ],
        "review_decline" => vec![yes_no("right", Desk::FieldRight)],
        "urge" | "ask_explanation" => vec![line("note", Desk::FieldNote)],
        "add" => vec![prose("text", Desk::FieldText)],
        other => return more::fields(state, other),
    })
}

/// Which co-unit is no longer waited for: the first one that the ticket has, until another is looked up.
fn released(state: &State) -> Field {
    let field = Field::unit("unit", state.say(Desk::FieldCoUnit));
    let dispatch = state
        .ticket
        .view
        .as_ref()
        .and_then(|view| view.ticket.state.dispatch());
    match dispatch.and_then(|it| it.co_units.first()) {
        Some(unit) => field.taking(unit_choice(state, unit)),
        None => field,
    }
}

/// A unit and why; then its co-units as the ticket has them, which may stay as they are.
fn with_co_units(state: &State, lead: Field, why: Field) -> Vec<Field> {
    let dispatch = state
        .ticket
        .view
        .as_ref()
        .and_then(|view| view.ticket.state.dispatch());
    let given = dispatch.map_or(&[][..], |it| &it.co_units);
    let mut fields = vec![lead, why];
    fields.extend(co_fields(state, given));
    fields
}

/// The fields of a correction, filled with what stands there; `None` while the ticket is not on the screen.
fn amend_fields(state: &State) -> Option<Vec<Field>> {
    let request = &state.ticket.view.as_ref()?.ticket.request;
    let kinds = Kind::ALL.iter().map(|it| state.say(names::kind(*it)));
    let kind = Kind::ALL.iter().position(|it| *it == request.kind);
    let urgencies = URGENCY.iter().map(|it| state.say(names::urgency(*it)));
    let urgency = URGENCY.iter().position(|it| *it == request.urgency);
    let yes_no = vec![state.say(Desk::No), state.say(Desk::Yes)];
    let secret = usize::from(request.caller.confidential);
    let mut accused = Field::unit("unit", state.say(Desk::FieldAccused));
    if let Some(unit) = &request.accused {
        accused = accused.taking(unit_choice(state, unit));
    }
    Some(vec![
        Field::prose("text", state.say(Desk::TicketStory)).with(request.text.as_str()),
        Field::line("address", state.say(Desk::LabelAddress)).with(request.place.address.as_str()),
        Field::choice("kind", state.say(Desk::LabelKind), kinds.collect())
            .chosen(kind.unwrap_or(0)),
        Field::choice(
            "urgency",
            state.say(Desk::FieldUrgency),
            urgencies.collect(),
        )
        .chosen(urgency.unwrap_or(0)),
        Field::choice("secret", state.say(Desk::FieldSecret), yes_no).chosen(secret),
        accused,
    ])
}

/// Urgencies, in the order they are offered.
const URGENCY: [Urgency; 3] = [Urgency::Ordinary, Urgency::Urgent, Urgency::Critical];

/// A judgement that somebody has to make: nothing is chosen beforehand.
pub(super) fn judged<M: Message>(state: &State, id: &str, word: M, options: &[M]) -> Field {
    let none = std::iter::once(state.say(Desk::NotChosen));
    let all = none.chain(options.iter().map(|it| state.say(*it)));
    Field::choice(id, state.say(word), all.collect())
}

/// The fields of a unit's report.
fn answer_fields(state: &State) -> Vec<Field> {
    let facts = [Desk::Yes, Desk::No, Desk::FactsOpen];
    let mut fields = vec![
        Field::prose("account", state.say(Desk::FieldAccount)),
        Field::prose("public", state.say(Desk::FieldPublicAnswer)),
        judged(state, "facts", Desk::FieldFacts, &facts),
        judged(state, "solved", Desk::FieldSolved, &[Desk::Yes, Desk::No]),
        Field::line("why_not", state.say(Desk::FieldWhyNot)),
    ];
    fields.extend(contact_fields(state));
    fields
}

/// How the caller was reached, and when it was tried.
pub(super) fn contact_fields(state: &State) -> [Field; 2] {
    let contact = [
        Desk::ContactReached,
        Desk::ContactNotReached,
        Desk::ContactNotWanted,
    ];
    [
        judged(state, "contact", Desk::FieldContact, &contact),
        Field::line("attempts", state.say(Desk::FieldAttempts)),
    ]
}

/// The dialog of an action on a ticket as it was at a version.
pub fn act_dialog(
    state: &State,
    ticket: TicketId,
    version: u64,
    number: &str,
    action: &str,
    argument: &str,
) -> Option<Dialog> {
    let command = Command::for_action(action)?;
    let fields = fields(state, action, argument)?;
    let name = state.say(command.row().name);
    let purpose = DialogFor::Act {
        ticket,
        version,
        action: action.to_owned(),
    };
    let mut dialog = Dialog::new(purpose, format!("{name}  {number}"), fields);
    let line = what_happens(action).map(|line| state.say(line));
    let line = line.or_else(|| more::line(action).map(|line| state.say(line)));
    dialog.lines = line.into_iter().collect();
    Some(dialog)
}

/// What an action does, for a dialog that would not tell by its fields, or whose act can't be taken back.
fn what_happens(action: &str) -> Option<Desk> {
    Some(match action {
        "merge" => Desk::MergeLine,
        "withdraw" => Desk::WithdrawLine,
        "sign" => Desk::SignLine,
        "submit" => Desk::SubmitLine,
        "approve" => Desk::ApproveLine,
        "accept_return" => Desk::AcceptReturnLine,
        "unmerge" => Desk::UnmergeLine,
        "ask_progress" => Desk::AskProgressLine,
        _ => return None,
    })
}

/// Takes what was typed out of a dialog, with what is wrong in words.
pub(super) struct Typed<'a> {
    pub(super) state: &'a State,
    pub(super) dialog: &'a Dialog,
}

impl Typed<'_> {
    pub(super) fn line(&self, id: &str) -> Result<Line, String> {
        Line::parse(self.dialog.text(id)).map_err(|error| errors::text(self.state, &error))
    }

    pub(super) fn prose(&self, id: &str) -> Result<Prose, String> {
        Prose::parse(self.dialog.text(id)).map_err(|error| errors::text(self.state, &error))
    }

    pub(super) fn needed(&self, id: &str) -> Result<Line, String> {
        let line = self.line(id)?;
        if line.is_blank() {
            Err(self.state.say(Desk::WhyFieldBlank))
        } else {
            Ok(line)
        }
    }

    /// The place of the chosen word of a judgement.
    pub(super) fn judged(&self, id: &str) -> Result<usize, String> {
        let chosen = self.dialog.choice(id).checked_sub(1);
        chosen.ok_or_else(|| self.state.say(Desk::WhyNotChosen))
    }

    fn yes(&self, id: &str) -> Result<bool, String> {
        Ok(self.judged(id)? == 0)
    }

    fn unit(&self) -> Option<UnitCode> {
        self.dialog
            .taken("unit")
            .and_then(|unit| UnitCode::parse(&unit.code).ok())
    }

    pub(super) fn needed_unit(&self) -> Result<UnitCode, String> {
        self.unit().ok_or_else(|| self.state.say(Desk::WhyNoUnit))
    }

    /// The attempts as typed: times of today or before, by `HH:MM` or as `MM-DD HH:MM`, comma between.
    pub(super) fn contact(&self) -> Result<Contact, String> {
        let now = self.state.server_now();
        match self.judged("contact")? {
            0 => Ok(Contact::Reached { at: now }),
            2 => Ok(Contact::NotWanted),
            _ => {
                let text = self.dialog.text("attempts").replace('，', ",");
                let times: Option<Vec<_>> = text
                    .split(',')
                    .map(|one| attempt(one.trim(), now))
                    .collect();
                let attempts = times.ok_or_else(|| self.state.say(Desk::WhyNoAttempts))?;
                Ok(Contact::NotReached { attempts })
            }
        }
    }

    fn answer(&self) -> Result<Action, String> {
        let account = self.prose("account")?;
        if account.is_blank() {
            return Err(self.state.say(Desk::WhyFieldBlank));
        }
        let public = self.prose("public")?;
        Ok(Action::Answer {
            facts_true: match self.judged("facts")? {
                0 => Some(true),
                1 => Some(false),
                _ => None,
            },
            solved: self.yes("solved")?,
            why_not: self.line("why_not")?,
            public_answer: if public.is_blank() {
                account.clone()
            } else {
                public
            },
            account,
            contact: self.contact()?,
        })
    }

    fn ask_return(&self) -> Result<Action, String> {
        Ok(Action::AskReturn {
            reason: names::RETURN
                .get(self.dialog.choice("code"))
                .copied()
                .ok_or_else(|| self.state.say(Desk::WhyFieldBlank))?,
            basis: self.needed("basis")?,
            proposed: self.unit(),
        })
    }

    /// The request as it is on the screen, with what was corrected.
    fn amend(&self) -> Result<Action, String> {
        let view = self.state.ticket.view.as_ref();
        let DialogFor::Act { ticket, .. } = &self.dialog.purpose else {
            return Err(self.state.say(Desk::WhyNoTicket));
        };
        let view = view.filter(|view| view.ticket.id == *ticket);
        let view = view.ok_or_else(|| self.state.say(Desk::WhyNoTicket))?;
        let mut request = view.ticket.request.clone();
        let choice = |id| self.dialog.choice(id);
        request.text = self.prose("text")?;
        request.place.address = self.line("address")?;
        request.kind = Kind::ALL.get(choice("kind")).copied().unwrap_or_default();
        request.urgency = URGENCY.get(choice("urgency")).copied().unwrap_or_default();
        request.caller.confidential = choice("secret") == 1;
        request.accused = match self.dialog.typed("unit").trim() {
            "" => None,
            _ => Some(self.needed_unit()?),
        };
        Ok(Action::Amend {
            request: Box::new(request),
        })
    }

    fn merge(&self) -> Result<Action, String> {
        let main = self
            .dialog
            .taken("main")
            .and_then(|it| it.code.parse().ok());
        let main = main
            .map(TicketId)
            .ok_or_else(|| self.state.say(Desk::WhyNoMain))?;
        Ok(Action::Merge { main })
    }

    fn days(&self) -> Result<u32, String> {
        let days = self.dialog.text("days").trim().parse();
        days.map_err(|_| self.state.say(Desk::WhyNoDays))
    }

    fn close(&self) -> Result<Action, String> {
        let reached = self.yes("reached")?;
        let asked = |id| {
            if reached {
                self.yes(id).map(Some)
            } else {
                Ok(None)
            }
        };
        Ok(Action::Close {
            reached,
            solved: asked("solved")?,
            satisfied: asked("satisfied")?,
            reason: self.line("reason")?,
        })
    }

    fn action(&self, name: &str) -> Result<Action, String> {
        Ok(match name {
            "submit" => Action::Submit,
            "sign" => Action::Sign,
            "accept_return" => Action::AcceptReturn,
            "approve" => Action::Approve,
            "unmerge" => Action::Unmerge,
            "ask_progress" => Action::AskProgress,
            "dispatch" => Action::Dispatch {
                lead: self.needed_unit()?,
                co_units: co_units(self.state, self.dialog)?,
                directory_version: self.state.names.version(),
                basis: self.line("basis")?,
            },
            "transfer" => Action::Transfer {
                lead: self.needed_unit()?,
                co_units: co_units(self.state, self.dialog)?,
                reason: self.needed("reason")?,
            },
            "ask_return" => self.ask_return()?,
            "reject_return" => Action::RejectReturn {
                reason: self.needed("reason")?,
            },
            "send_back" => Action::SendBack {
                reason: self.needed("reason")?,
            },
            "redo" => Action::Redo {
                reason: self.needed("reason")?,
            },
            "withdraw" => Action::Withdraw {
                reason: self.needed("reason")?,
            },
            "amend" => self.amend()?,
            "merge" => self.merge()?,
            "answer" => self.answer()?,
            "close" => self.close()?,
            "review_decline" => Action::ReviewDecline {
                right: self.yes("right")?,
            },
            "urge" => Action::Urge {
                note: self.line("note")?,
            },
            "ask_explanation" => Action::AskExplanation {
                note: self.line("note")?,
            },
            "add" => Action::Add {
                text: self.prose("text")?,
            },
            other => return self.beside(other),
        })
    }

    /// Actions beside the states.
    fn beside(&self, name: &str) -> Result<Action, String> {
        Ok(match name {
            "extend" => Action::Extend {
                working_days: self.days()?,
                reason: self.needed("reason")?,
            },
            "ask_extension" => Action::AskExtension {
                working_days: self.days()?,
                reason: self.needed("reason")?,
            },
            "refuse_extension" => Action::RefuseExtension {
                reason: self.needed("reason")?,
            },
            "agree_stage" => Action::AgreeStage,
            "refuse_stage" => Action::RefuseStage {
                reason: self.needed("reason")?,
            },
            "report_co" => Action::ReportCo {
                account: self.prose("account")?,
            },
            "release_co" => Action::ReleaseCo {
                unit: self.needed_unit()?,
                reason: self.needed("reason")?,
            },
            other => {
                let not_now = || Err(self.state.say(Desk::WhyNotNow));
                return more::action(self, other).unwrap_or_else(not_now);
            }
        })
    }
}

/// A time in the past: `HH:MM` of today, or `MM-DD HH:MM` of this year.
pub(super) fn attempt(text: &str, now: jiff::Timestamp) -> Option<jiff::Timestamp> {
    let (day, time) = match text.split_once(' ') {
        Some((day, time)) => (Some(day), time.trim()),
        None => (None, text),
    };
    let at = minutes(time, now).filter(|_| time.contains(':'))?;
    let at = at.in_tz(crate::domain::clock::ZONE).ok()?;
    let today = now.in_tz(crate::domain::clock::ZONE).ok()?.date();
    let date = match day {
        None => today,
        Some(day) => {
            let (month, day) = day.split_once('-')?;
            jiff::civil::Date::new(today.year(), month.parse().ok()?, day.parse().ok()?).ok()?
        }
    };
    let at = at.with().date(date).build().ok()?.timestamp();
    (at <= now).then_some(at)
}

/// A dialog of an action was submitted; an error keeps it open.
pub fn act_submitted(state: &mut State, dialog: &Dialog) -> Result<Vec<Effect>, String> {
    let typed = Typed { state, dialog };
    let (ticket, version, made) = match &dialog.purpose {
        DialogFor::Act {
            ticket,
            version,
            action,
        } => (ticket, version, typed.action(action)?),
        DialogFor::AnswerChild {
            ticket,
            version,
            points,
        } => (ticket, version, more::answer_child(&typed, points)?),
        _ => return Ok(Vec::new()),
    };
    let change = TicketAction {
        version: *version,
        action: made,
    };
    Ok(vec![state.send(
        Purpose::Ticket,
        Outgoing::Act(*ticket, Box::new(change)),
    )])
}
