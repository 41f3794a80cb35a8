//! One simulated caller on the line: waits, speaks, gets impatient, says goodbye. What was heard is kept, so
//! that a phone which comes a moment late or comes back misses nothing.

use super::callers::Caller;
use crate::protocol::practice::Inject;
use crate::protocol::simulated::LegEvent;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{mpsc, watch};
use tokio::time::{Instant, sleep, sleep_until};

/// What happens to a caller.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Input {
    /// Somebody answered.
    Answered,
    /// On hold.
    Held,
    /// Off hold.
    Resumed,
    /// Waiting again: given to another seat.
    Waiting,
    /// The other side hung up.
    HungUp,
    /// The call-taker said something: heard by callers who react, not by those of a script.
    Said(String),
    /// A trainer lets something happen, with a caller who reacts.
    Injected(Inject),
    /// Nobody waits for this caller any more.
    GaveUp,
}

/// What was heard at one seat. Another seat begins anew.
#[derive(Default)]
struct Heard {
    events: Vec<LegEvent>,
    /// Counts the seats that had the leg.
    epoch: u64,
}

/// What a leg's listeners share with it.
#[derive(Clone)]
pub(super) struct Sound {
    heard: Arc<Mutex<Heard>>,
    changed: Arc<watch::Sender<u64>>,
}

/// A listener.
pub struct Listening {
    sound: Sound,
    changes: watch::Receiver<u64>,
    epoch: u64,
    next: usize,
    over: bool,
}

impl Sound {
    pub(super) fn new() -> Self {
        Self {
            heard: Arc::default(),
            changed: Arc::new(watch::Sender::new(0)),
        }
    }

    pub(super) fn make(&self, event: LegEvent) {
        self.locked().events.push(event);
        self.changed.send_modify(|count| *count += 1);
    }

    /// Another seat gets the leg: who listens now hears its end, who comes hears only what is said from now on.
    pub(super) fn move_on(&self) {
        let mut heard = self.locked();
        heard.events.clear();
        heard.epoch += 1;
        drop(heard);
        self.changed.send_modify(|count| *count += 1);
    }

    pub(super) fn listen(&self) -> Listening {
        Listening {
            sound: self.clone(),
            changes: self.changed.subscribe(),
            epoch: self.locked().epoch,
            next: 0,
            over: false,
        }
    }

    fn locked(&self) -> std::sync::MutexGuard<'_, Heard> {
        self.heard.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Listening {
    /// What is heard next; nothing after the end.
    pub async fn next(&mut self) -> Option<LegEvent> {
        if self.over {
            return None;
        }
        loop {
            self.changes.borrow_and_update();
            let event = {
                let heard = self.sound.locked();
                if heard.epoch == self.epoch {
                    heard.events.get(self.next).cloned()
                } else {
                    Some(LegEvent::Ended { by_caller: false })
                }
            };
            if let Some(event) = event {
                self.next += 1;
                self.over = matches!(event, LegEvent::Ended { .. });
                return Some(event);
            }
            self.changes.changed().await.ok()?;
        }
    }
}

/// How a leg came to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LegEnd {
    /// The caller hung up.
    Caller,
    /// The seat hung up.
    Seat,
}

/// Plays a caller to the end. `answered` is true for one who was dialled and has picked up.
pub(super) async fn play(
    caller: &Caller,
    sound: &Sound,
    inputs: &mut mpsc::UnboundedReceiver<Input>,
    mut answered: bool,
) -> LegEnd {
    let mut script = Script::new(caller);
    if answered {
        sound.make(LegEvent::Connected);
    }
    loop {
        let end = if answered {
            talk(caller, &mut script, sound, inputs).await
        } else {
            wait(caller, sound, inputs).await
        };
        match end {
            // Waits or talks on.
            None => answered = !answered,
            Some(end) => {
                sound.make(LegEvent::Ended {
                    by_caller: end == LegEnd::Caller,
                });
                return end;
            }
        }
    }
}

/// Waits for an answer. Nothing says that it came.
async fn wait(
    caller: &Caller,
    sound: &Sound,
    inputs: &mut mpsc::UnboundedReceiver<Input>,
) -> Option<LegEnd> {
    let patience = sleep(seconds(caller.patience));
    tokio::pin!(patience);
    loop {
        tokio::select! {
            () = &mut patience => return Some(LegEnd::Caller),
            input = inputs.recv() => match input {
                Some(Input::Answered) => {
                    sound.make(LegEvent::Connected);
                    return None;
                }
                Some(Input::HungUp) | None => return Some(LegEnd::Seat),
                Some(_) => {}
            },
        }
    }
}

/// Speaks. Nothing says that the caller was given to another seat.
async fn talk(
    caller: &Caller,
    script: &mut Script,
    sound: &Sound,
    inputs: &mut mpsc::UnboundedReceiver<Input>,
) -> Option<LegEnd> {
    let mut held = false;
    let mut due = Instant::now() + script.pause();
    let mut left = Duration::ZERO;
    loop {
        tokio::select! {
            () = sleep_until(due) => {
                if held {
                    return Some(LegEnd::Caller);
                }
                if !script.speak(sound) {
                    return Some(LegEnd::Caller);
                }
                due = Instant::now() + script.pause();
            }
            input = inputs.recv() => match input {
                Some(Input::Held) if !held => {
                    held = true;
                    left = due.saturating_duration_since(Instant::now());
                    due = Instant::now() + seconds(caller.hold_patience);
                    sound.make(LegEvent::Held);
                }
                Some(Input::Resumed) if held => {
                    held = false;
                    due = Instant::now() + left;
                    sound.make(LegEvent::Resumed);
                }
                Some(Input::Waiting) => return None,
                Some(Input::HungUp) | None => return Some(LegEnd::Seat),
                Some(_) => {}
            },
        }
    }
}

fn seconds(count: u32) -> Duration {
    Duration::from_secs(u64::from(count))
}

/// What is still to be said: words, and the pause before them.
struct Script {
    lines: std::collections::VecDeque<(Duration, String)>,
}

/// The longest a caller without last words stays on the line.
const FOREVER: Duration = Duration::from_mins(30);
/// From hearing "hello" to the first words, and from the last words to hanging up.
const BREATH: Duration = Duration::from_millis(800);

impl Script {
    fn new(caller: &Caller) -> Self {
        let mut lines = std::collections::VecDeque::new();
        if !caller.opening.is_blank() {
            lines.push_back((BREATH, caller.opening.to_string()));
        }
        for line in caller.lines.iter().filter(|line| !line.text.is_blank()) {
            lines.push_back((seconds(line.after), line.text.to_string()));
        }
        if !caller.closing.is_blank() {
            lines.push_back((seconds(caller.lingers), caller.closing.to_string()));
        }
        let silent = if caller.closing.is_blank() {
            FOREVER
        } else {
            BREATH
        };
        lines.push_back((silent, String::new()));
        Self { lines }
    }

    fn pause(&self) -> Duration {
        self.lines.front().map_or(BREATH, |(pause, _)| *pause)
    }

    /// Says what is next; false when there is nothing left but to hang up.
    fn speak(&mut self, sound: &Sound) -> bool {
        match self.lines.pop_front() {
            Some((_, line)) if !line.is_empty() => {
                sound.make(LegEvent::Said { line });
                true
            }
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::trunk::callers::Callers;

    fn said(line: &str) -> LegEvent {
        LegEvent::Said {
            line: line.to_owned(),
        }
    }

    fn caller() -> Caller {
        let text = "[[caller]]\nname = \"测试甲\"\nnumber = \"13900000001\"\npatience = 600\n\
            hold_patience = 0\nopening = \"\"\n[[caller.line]]\nafter = 600\ntext = \"没水\"\n";
        let callers = Callers::parse("callers.toml", text).unwrap().callers;
        callers.into_iter().next().unwrap()
    }

    #[tokio::test]
    async fn who_comes_late_hears_all_and_who_lost_the_leg_hears_its_end() {
        let sound = Sound::new();
        sound.make(LegEvent::Ringing);
        sound.make(said("你好"));
        let mut first = sound.listen();
        assert_eq!(first.next().await, Some(LegEvent::Ringing));
        sound.move_on();
        sound.make(said("再说一遍"));
        let mut second = sound.listen();
        assert_eq!(second.next().await, Some(said("再说一遍")));
        let end = LegEvent::Ended { by_caller: false };
        assert_eq!(first.next().await, Some(end));
        assert_eq!(first.next().await, None);
    }

    #[tokio::test]
    async fn what_the_seat_does_decides_how_the_caller_ends() {
        use Input::{Answered, Held, HungUp, Waiting};
        let table: [(&[Input], LegEnd); 4] = [
            (&[HungUp], LegEnd::Seat),
            (&[Answered, HungUp], LegEnd::Seat),
            // No patience on hold: the caller leaves at once.
            (&[Answered, Held], LegEnd::Caller),
            (&[Answered, Waiting, Answered, HungUp], LegEnd::Seat),
        ];
        for (steps, end) in table {
            let (sender, mut inputs) = mpsc::unbounded_channel();
            for step in steps {
                sender.send(step.clone()).unwrap();
            }
            let sound = Sound::new();
            assert_eq!(
                play(&caller(), &sound, &mut inputs, false).await,
                end,
                "{steps:?}"
            );
        }
    }
}
