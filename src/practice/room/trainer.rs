//! What trainers and trainees add to a run: bookmarks, own marks, an appeal and its answer.

use super::super::pages::{page, trainer_total};
use super::super::runs::Kept;
use super::super::score::number;
use super::{Open, Room, missing};
use crate::domain::id::{Account, CallId};
use crate::domain::text::Line;
use crate::protocol::error::ApiError;
use crate::protocol::practice::{Appeal, Note, OwnMark, Ruling, RunPage, Score};
use uuid::Uuid;

/// A mark that differs from the machine's by so much of the part needs a reason.
const FAR: f32 = 0.2;
/// So many bookmarks a run takes.
const NOTES: usize = 200;

impl Room {
    /// The call of a run that goes on, for something to happen in it. Errors: no such run goes on.
    pub fn live_call(&self, id: Uuid) -> Result<CallId, ApiError> {
        let open = self.locked();
        let live = open
            .live
            .get(&id)
            .filter(|live| live.state.over().is_none());
        live.map(|live| live.run.call)
            .ok_or_else(|| missing("running call", &id.to_string()))
    }

    /// A trainer's bookmark, at the newest moment unless told. Errors: no such run; too many; the disk refuses.
    pub fn note(
        &self,
        by: &Account,
        id: Uuid,
        at: Option<u32>,
        text: Line,
    ) -> Result<(), ApiError> {
        let mut open = self.locked();
        let by = by.clone();
        if let Some(live) = open.live.get_mut(&id) {
            let newest = live.tape.last().map_or(0, |moment| moment.at);
            let at = at.unwrap_or(newest);
            return put(&mut live.remarks.notes, Note { at, text, by });
        }
        self.change(&mut open, id, |kept| {
            let newest = kept.tape.last().map_or(0, |moment| moment.at);
            let at = at.unwrap_or(newest);
            put(&mut kept.remarks.notes, Note { at, text, by })
        })
        .map(drop)
    }

    /// A trainer's own points for a part, in place of earlier ones. Errors: no such closed run or part; more points than
    /// the part has; far from the machine's without a reason; the trainer's own run; the disk refuses.
    pub fn mark(&self, id: Uuid, mark: OwnMark) -> Result<RunPage, ApiError> {
        let mut open = self.locked();
        self.change(&mut open, id, |kept| {
            foreign(kept, &mark.by)?;
            check(&kept.score, &mark)?;
            kept.remarks.marks.retain(|own| own.part != mark.part);
            kept.remarks.marks.push(mark);
            kept.run.trainer_total = trainer_total(&kept.score, &kept.remarks.marks);
            Ok(())
        })
    }

    /// Says that something was marked wrongly. Errors: no such closed run of this person; no words; there is an appeal
    /// already; the disk refuses.
    pub fn appeal(&self, by: &Account, id: Uuid, text: Line) -> Result<RunPage, ApiError> {
        let mut open = self.locked();
        self.change(&mut open, id, |kept| {
            if kept.run.account != *by {
                return Err(missing("run", &id.to_string()));
            }
            needed("text", &text)?;
            if kept.remarks.appeal.is_some() {
                return Err(invalid("text", "there is an appeal already"));
            }
            kept.remarks.appeal = Some(Appeal { text, ruling: None });
            kept.run.appealed = true;
            Ok(())
        })
    }

    /// A trainer's answer to an appeal. Errors: no such closed run; no words; no appeal that waits; the disk refuses.
    pub fn rule(&self, by: &Account, id: Uuid, text: Line) -> Result<RunPage, ApiError> {
        let mut open = self.locked();
        self.change(&mut open, id, |kept| {
            foreign(kept, by)?;
            needed("text", &text)?;
            let appeal = kept.remarks.appeal.as_mut();
            let appeal = appeal.filter(|appeal| appeal.ruling.is_none());
            let appeal = appeal.ok_or_else(|| invalid("run", "no appeal waits here"))?;
            appeal.ruling = Some(Ruling {
                text,
                by: by.clone(),
            });
            kept.run.appealed = false;
            Ok(())
        })
    }

    /// Changes a closed run: on the disk first.
    fn change(
        &self,
        open: &mut Open,
        id: Uuid,
        change: impl FnOnce(&mut Kept) -> Result<(), ApiError>,
    ) -> Result<RunPage, ApiError> {
        let kept = open.kept.iter_mut().find(|kept| kept.run.id == id);
        let kept = kept.ok_or_else(|| missing("closed run", &id.to_string()))?;
        let mut changed = kept.clone();
        change(&mut changed)?;
        self.keep(&changed)?;
        *kept = changed;
        Ok(page(kept))
    }
}

fn put(notes: &mut Vec<Note>, note: Note) -> Result<(), ApiError> {
    if notes.len() >= NOTES {
        return Err(invalid("text", "a run takes 200 bookmarks"));
    }
    notes.push(note);
    notes.sort_by_key(|note| note.at);
    Ok(())
}

fn check(score: &Score, mark: &OwnMark) -> Result<(), ApiError> {
    let mut parts = score.parts.iter();
    let part = parts.find(|part| part.id == mark.part.as_str());
    let part = part.ok_or_else(|| missing("part", mark.part.as_str()))?;
    if mark.points > part.max {
        let problem = format!("the part has {} points", part.max);
        return Err(invalid("points", &problem));
    }
    let far = part
        .got
        .is_none_or(|got| (got - number(mark.points)).abs() >= FAR * number(part.max));
    if far {
        needed("reason", &mark.reason)?;
    }
    Ok(())
}

/// Nobody marks a run of their own.
fn foreign(kept: &Kept, by: &Account) -> Result<(), ApiError> {
    if kept.run.account == *by {
        return Err(invalid("run", "nobody marks a run of their own"));
    }
    Ok(())
}

fn needed(field: &str, text: &Line) -> Result<(), ApiError> {
    if text.is_blank() {
        return Err(invalid(field, "words are needed"));
    }
    Ok(())
}

fn invalid(field: &str, problem: &str) -> ApiError {
    ApiError::Invalid {
        field: field.to_owned(),
        problem: problem.to_owned(),
    }
}
