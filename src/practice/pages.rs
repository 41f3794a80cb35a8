//! A run as it is shown: its tape in lines, its score, what people added.

use super::runs::Kept;
use super::tape::{Event, Moment};
use crate::protocol::practice::{Happened, OwnMark, RunPage, Score, TapeLine};

/// The page of a closed run.
pub(super) fn page(kept: &Kept) -> RunPage {
    RunPage {
        run: kept.run.clone(),
        score: Some(kept.score.clone()),
        story: kept.story.clone(),
        tape: lines(&kept.tape),
        remarks: kept.remarks.clone(),
    }
}

/// A tape in lines; what only the score needs is left out.
pub(super) fn lines(tape: &[Moment]) -> Vec<TapeLine> {
    tape.iter().filter_map(line).collect()
}

fn line(moment: &Moment) -> Option<TapeLine> {
    let plain = |what: Happened| (what, String::new(), String::new());
    let with = |what: Happened, text: &str| (what, String::new(), text.to_owned());
    let (what, who, text) = match &moment.event {
        Event::Answered => plain(Happened::Answered),
        Event::Said { line } => with(Happened::Said, line),
        Event::Heard { who, line } => (Happened::Heard, who.clone(), line.clone()),
        Event::Repeated { fact } => with(Happened::Repeated, fact),
        Event::HeldBack { fact } => with(Happened::HeldBack, fact),
        Event::ReadBack { facts } => with(Happened::ReadBack, &facts.join(" ")),
        Event::Corrected { fact } => with(Happened::Corrected, fact),
        Event::WrongPolicy { words } => with(Happened::WrongPolicy, words),
        Event::Guarded { words, .. } => with(Happened::Guarded, words),
        Event::Leaked { words } => with(Happened::Leaked, words),
        Event::Silence { long } => with(Happened::Silence, &format!("{} s", long / 1_000)),
        Event::Mood { from, to } => with(Happened::Mood, &format!("{from} > {to}")),
        Event::Turned { .. } => plain(Happened::Turned),
        Event::Injected { .. } => plain(Happened::Injected),
        Event::Held => plain(Happened::Held),
        Event::Resumed { long } => with(Happened::Resumed, &format!("{} s", long / 1_000)),
        Event::Over { .. } => plain(Happened::Over),
        Event::Did { .. }
        | Event::Asked { .. }
        | Event::Told { .. }
        | Event::AskedUnknown { .. }
        | Event::ToldRight { .. }
        | Event::Closed { .. } => return None,
    };
    Some(TapeLine {
        at: moment.at,
        what,
        who,
        text,
    })
}

/// A total as it is shown: never rounded up to a pass mark that was missed.
pub(super) fn whole(total: f32) -> u8 {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "0 to 100"
    )]
    {
        total.clamp(0.0, 100.0).floor() as u8
    }
}

/// The total with a trainer's marks in place of the machine's; none without any.
pub(super) fn trainer_total(score: &Score, marks: &[OwnMark]) -> Option<u8> {
    if marks.is_empty() {
        return None;
    }
    let (mut got, mut most) = (0.0, 0.0);
    for part in &score.parts {
        let own = marks.iter().find(|mark| mark.part.as_str() == part.id);
        let points = own.map(|mark| super::score::number(mark.points));
        if let Some(points) = points.or(part.got) {
            got += points;
            most += super::score::number(part.max);
        }
    }
    (most > 0.0).then(|| whole(100.0 * got / most))
}
