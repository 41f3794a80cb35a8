//! How each point of the sheet is decided.

mod form;
mod talk;

pub(super) use form::finish;
pub(super) use talk::{ended_by, said_at};

use super::{Check, Evidence, Record, Why};

/// A share of the point, 0 to 1, or that it could not be observed, with what it stands on.
pub(super) type Verdict = (Option<f32>, Vec<Evidence>);

/// Decides a point.
pub(super) fn decide(check: Check, record: &Record<'_>) -> Verdict {
    match check {
        Check::Greeted
        | Check::AskedElse
        | Check::SaidGoodbye
        | Check::AskedOnce
        | Check::NoSilence
        | Check::Comforted
        | Check::ItemQuestions
        | Check::FactsHeard
        | Check::ReadBack
        | Check::Told
            if record.lines() == 0 =>
        {
            // Who says nothing has not listened either.
            (Some(0.0), vec![Evidence::of(Why::Mute, "")])
        }
        Check::Greeted => talk::greeted(record),
        Check::AskedElse => talk::asked_else(record),
        Check::SaidGoodbye => talk::said_goodbye(record),
        Check::AskedOnce => talk::asked_once(record),
        Check::NoSilence => talk::no_silence(record),
        Check::Comforted => talk::comforted(record),
        Check::ItemQuestions => talk::item_questions(record),
        Check::FactsHeard => talk::facts_heard(record),
        Check::ReadBack => talk::read_back(record),
        Check::Told => talk::told(record),
        Check::Kind => form::kind(record),
        Check::Place => form::place(record),
        Check::Written => form::written(record),
        Check::Secrecy => form::secrecy(record),
        Check::Ending => form::ending(record),
        Check::Item => form::item(record),
        Check::Source => form::source(record),
        Check::Words => form::words(record),
        Check::Urgency => form::urgency(record),
        Check::Elements => form::elements(record),
    }
}

/// What could not be observed.
fn unobserved() -> Verdict {
    (None, Vec::new())
}

fn share(part: usize, whole: usize) -> f32 {
    super::number(part) / super::number(whole.max(1))
}
