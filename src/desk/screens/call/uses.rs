//! What is done with answers, noted for the editors: opened, answered with, searched in vain. Only words typed into the
//! list itself are noted, never a caller's story; what may tell of a person is left out.

use crate::desk::message::Effect;
use crate::desk::ports::Outgoing;
use crate::desk::state::{Purpose, State};
use crate::domain::knowledge::{Deed, Use, countable, may_correct};
use crate::domain::text::Line;
use crate::protocol::editors::EditorsWrite;
use crate::protocol::uses::UseReport;

/// So many are told at once; fewer with the next form that is finished.
const BATCH: usize = 20;
/// More are not kept while nothing can be told.
const KEPT: usize = 200;

fn words(state: &State) -> Line {
    countable(state.call.answers.query.text())
}

fn note(state: &mut State, one: Use) {
    if one.counts() && state.uses.len() < KEPT {
        state.uses.push(one);
    }
}

/// The selected answer was opened, or a request was answered with it.
pub fn used(state: &mut State, deed: Deed) {
    let query = words(state);
    state.opened_for = state.call.answers.query.text().to_owned();
    let code = state.call.answers.hit().map(|hit| hit.code.clone());
    note(state, Use { query, code, deed });
}

/// The words of the list are given up; in vain when nothing was opened by them.
pub fn given_up(state: &mut State, words: &str) {
    let in_vain = !words.trim().is_empty() && state.opened_for != words;
    state.opened_for.clear();
    if in_vain {
        let query = countable(words);
        let deed = Deed::Missed;
        let code = None;
        note(state, Use { query, code, deed });
    }
}

/// Tells what was noted: all of it with `now`, else once there is enough.
pub fn told(state: &mut State, now: bool) -> Option<Effect> {
    let may = state.person.as_ref().is_some_and(may_correct);
    if !may || state.uses.is_empty() || (state.uses.len() < BATCH && !now) {
        return None;
    }
    let uses = std::mem::take(&mut state.uses);
    let report = UseReport { uses };
    let write = Box::new(EditorsWrite::Report { report });
    Some(state.send(Purpose::Uses, Outgoing::Knowledge(write)))
}
