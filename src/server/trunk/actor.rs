//! A caller who reacts to what is done and said, in place of a script. Who they are and why they answer so is not the
//! trunk's business: it passes on what happens and what they say, and keeps the time.

use super::leg::{Input, LegEnd, Sound};
use crate::protocol::practice::Inject;
use crate::protocol::simulated::LegEvent;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep, sleep_until};

/// What happens to a caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cue<'a> {
    /// Somebody answered.
    Answered,
    /// The call-taker said something.
    Said(&'a str),
    /// The moment they wanted to be told of has come.
    Waited,
    /// On hold.
    Held,
    /// Off hold.
    Resumed,
    /// The call-taker hung up.
    HungUp,
    /// A trainer lets something happen.
    Injected(Inject),
    /// Nobody answered, and nobody will.
    Unanswered,
}

/// What a caller makes of it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Acted {
    /// What is heard on the line.
    pub lines: Vec<String>,
    /// True when the caller hung up, or the line dropped.
    pub over: bool,
}

/// A caller who reacts.
pub trait Actor: Send {
    /// Takes what happens; `at` counts milliseconds since the call was answered.
    fn take(&mut self, cue: Cue<'_>, at: u32) -> Acted;
    /// When they want [`Cue::Waited`], in milliseconds since the call was answered.
    fn wakes(&self) -> Option<u32>;
}

/// How long a caller waits for an answer.
const PATIENCE: Duration = Duration::from_mins(3);
/// A caller who wants nothing any more is looked at again after this.
const IDLE: Duration = Duration::from_mins(10);

/// Plays an actor to the end.
pub(super) async fn act(
    actor: &mut dyn Actor,
    sound: &Sound,
    inputs: &mut mpsc::UnboundedReceiver<Input>,
) -> LegEnd {
    let end = if let Some(end) = answered(inputs).await {
        actor.take(Cue::Unanswered, 0);
        end
    } else {
        talk(actor, sound, inputs).await
    };
    let by_caller = end == LegEnd::Caller;
    sound.make(LegEvent::Ended { by_caller });
    end
}

/// Waits for an answer. Nothing says that it came.
async fn answered(inputs: &mut mpsc::UnboundedReceiver<Input>) -> Option<LegEnd> {
    let patience = sleep(PATIENCE);
    tokio::pin!(patience);
    loop {
        tokio::select! {
            () = &mut patience => return Some(LegEnd::Caller),
            input = inputs.recv() => match input {
                Some(Input::Answered) => return None,
                Some(Input::HungUp) | None => return Some(LegEnd::Seat),
                Some(Input::GaveUp) => return Some(LegEnd::Caller),
                Some(_) => {}
            },
        }
    }
}

async fn talk(
    actor: &mut dyn Actor,
    sound: &Sound,
    inputs: &mut mpsc::UnboundedReceiver<Input>,
) -> LegEnd {
    let began = Instant::now();
    let at = || u32::try_from(began.elapsed().as_millis()).unwrap_or(u32::MAX);
    sound.make(LegEvent::Connected);
    let mut acted = actor.take(Cue::Answered, 0);
    loop {
        for line in std::mem::take(&mut acted.lines) {
            sound.make(LegEvent::Said { line });
        }
        if acted.over {
            return LegEnd::Caller;
        }
        let wake = actor
            .wakes()
            .map_or(IDLE, |at| Duration::from_millis(u64::from(at)));
        acted = tokio::select! {
            () = sleep_until(began + wake) => actor.take(Cue::Waited, at()),
            input = inputs.recv() => match input {
                Some(Input::Said(line)) => actor.take(Cue::Said(&line), at()),
                Some(Input::Held) => {
                    sound.make(LegEvent::Held);
                    actor.take(Cue::Held, at())
                }
                Some(Input::Resumed) => {
                    sound.make(LegEvent::Resumed);
                    actor.take(Cue::Resumed, at())
                }
                // Whoever it was given to goes on with the same caller.
                Some(Input::Waiting | Input::Answered) => Acted::default(),
                Some(Input::Injected(what)) => actor.take(Cue::Injected(what), at()),
                Some(Input::GaveUp) => return LegEnd::Caller,
                Some(Input::HungUp) | None => {
                    actor.take(Cue::HungUp, at());
                    return LegEnd::Seat;
                }
            },
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Repeats what is said; hangs up on "bye".
    struct Echo(Vec<String>);

    impl Actor for Echo {
        fn take(&mut self, cue: Cue<'_>, _at: u32) -> Acted {
            self.0.push(format!("{cue:?}"));
            match cue {
                Cue::Said(line) => Acted {
                    lines: vec![line.to_owned()],
                    over: line == "bye",
                },
                _ => Acted::default(),
            }
        }

        fn wakes(&self) -> Option<u32> {
            None
        }
    }

    #[tokio::test]
    async fn an_actor_hears_what_happens_and_ends_the_call_or_sees_it_end() {
        for (last, end, heard) in [
            (
                Input::Said("bye".to_owned()),
                LegEnd::Caller,
                "Said(\"bye\")",
            ),
            (Input::HungUp, LegEnd::Seat, "HungUp"),
        ] {
            let (sender, mut inputs) = mpsc::unbounded_channel();
            for input in [
                Input::Answered,
                Input::Said("hi".to_owned()),
                Input::Held,
                last,
            ] {
                sender.send(input).unwrap();
            }
            let sound = Sound::new();
            let mut listening = sound.listen();
            let mut echo = Echo(Vec::new());
            assert_eq!(act(&mut echo, &sound, &mut inputs).await, end);
            assert_eq!(echo.0.first().map(String::as_str), Some("Answered"));
            assert_eq!(echo.0.last().map(String::as_str), Some(heard));
            assert_eq!(listening.next().await, Some(LegEvent::Connected));
            let line = "hi".to_owned();
            assert_eq!(listening.next().await, Some(LegEvent::Said { line }));
        }
    }
}
