//! What happens on the server, as it happens: one event stream that resumes where it broke. It also is what
//! says whether the line stands; nothing is polled while it does.

use super::api::Api;
use super::error::LinkError;
use crate::protocol::event::ServerEvent;
use futures_util::StreamExt as _;
use jiff::{SignedDuration, Timestamp};
use sse_stream::{Sse, SseByteStream};
use std::time::Duration;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;

/// The state of the line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Line {
    /// The stream stands.
    Up,
    /// It does not.
    Down {
        /// Since when.
        since: Timestamp,
        /// When it is tried next; `None` while it is being tried.
        next_try: Option<Timestamp>,
    },
    /// Nobody is signed in, or the session has ended: a person has to sign in.
    SignedOut,
}

impl Line {
    /// True while it stands.
    pub const fn is_up(self) -> bool {
        matches!(self, Self::Up)
    }

    /// True while it may be up any moment: it stands, or it is being tried, as it first is right after signing in.
    pub const fn is_hoped_for(self) -> bool {
        matches!(self, Self::Up | Self::Down { next_try: None, .. })
    }
}

/// An event with its sequence number; frames that are not repeated have none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// The sequence number.
    pub seq: Option<u64>,
    /// What happened.
    pub event: ServerEvent,
}

/// Waiting times between tries: 0.2 s, doubling to 5 s, each shortened by up to half so that desks which
/// lost the server together do not come back together.
#[derive(Debug, Clone, Copy, Default)]
pub struct BackOff {
    tries: u32,
}

impl BackOff {
    const FIRST_MS: u64 = 200;
    const LAST_MS: u64 = 5_000;

    /// How long to wait before the next try; `chance` from 0 to 1.
    pub fn next(&mut self, chance: f64) -> Duration {
        let whole = (Self::FIRST_MS << self.tries.min(10)).min(Self::LAST_MS);
        self.tries = self.tries.saturating_add(1);
        Duration::from_millis(whole).mul_f64(1.0 - chance.clamp(0.0, 1.0) / 2.0)
    }

    /// It worked: the next wait is short again.
    pub const fn reset(&mut self) {
        self.tries = 0;
    }
}

/// The running stream. Dropping it ends it.
#[derive(Debug)]
pub struct Events {
    line: watch::Receiver<Line>,
    task: JoinHandle<()>,
}

impl Drop for Events {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Events {
    /// Starts listening after `last` (nothing: from now on). Events come in order through the receiver, each once.
    pub fn start(api: Api, last: Option<u64>) -> (Self, mpsc::UnboundedReceiver<Told>) {
        let (tell, told) = mpsc::unbounded_channel();
        let (line, watched) = watch::channel(Line::Down {
            since: Timestamp::now(),
            next_try: None,
        });
        let listener = Listener {
            api,
            last,
            tell,
            line,
        };
        let task = tokio::spawn(listener.run());
        (
            Self {
                line: watched,
                task,
            },
            told,
        )
    }

    /// The state of the line as it is and as it changes.
    pub fn line(&self) -> watch::Receiver<Line> {
        self.line.clone()
    }
}

struct Listener {
    api: Api,
    last: Option<u64>,
    tell: mpsc::UnboundedSender<Told>,
    line: watch::Sender<Line>,
}

/// Why a stream was left.
enum Left {
    /// It broke.
    Broken,
    /// The session is over.
    SignedOut,
    /// There was none yet.
    NotYet,
    /// Nobody listens any more.
    Deaf,
}

impl Listener {
    async fn run(mut self) {
        let mut back_off = BackOff::default();
        let mut token = self.api.token();
        let mut ever = false;
        loop {
            token.mark_unchanged();
            let signed_in = token.borrow().is_some();
            ever |= signed_in;
            let left = if signed_in {
                tokio::select! {
                    left = self.listen(&mut back_off) => left,
                    changed = token.changed() => match changed {
                        // Signed out, or in again as somebody else: leave the old stream.
                        Ok(()) => continue,
                        Err(_) => return,
                    },
                }
            } else if ever {
                Left::SignedOut
            } else {
                Left::NotYet
            };
            match left {
                Left::Deaf => return,
                // Somebody works without a server; the line counts as down until it gives them a session.
                Left::NotYet => {
                    if token.changed().await.is_err() {
                        return;
                    }
                }
                Left::SignedOut => {
                    self.line.send_replace(Line::SignedOut);
                    if token.changed().await.is_err() {
                        return;
                    }
                    self.down(None);
                }
                Left::Broken => {
                    let wait = back_off.next(rand::random());
                    self.down(Some(wait));
                    tokio::select! {
                        () = tokio::time::sleep(wait) => self.down(None),
                        changed = token.changed() => if changed.is_err() { return },
                        () = self.tell.closed() => return,
                    }
                }
            }
        }
    }

    /// Says that the line is down; the moment it went down stays.
    fn down(&self, wait: Option<Duration>) {
        let now = Timestamp::now();
        let next_try = wait
            .and_then(|wait| SignedDuration::try_from(wait).ok())
            .and_then(|wait| now.checked_add(wait).ok());
        self.line.send_modify(|line| {
            let since = match line {
                Line::Down { since, .. } => *since,
                Line::Up | Line::SignedOut => now,
            };
            *line = Line::Down { since, next_try };
        });
    }

    async fn listen(&mut self, back_off: &mut BackOff) -> Left {
        let response = match self.api.events(self.last).await {
            Ok(response) => response,
            Err(error) if error.wants_sign_in() => return Left::SignedOut,
            Err(error) => {
                if !matches!(error, LinkError::Offline(_)) {
                    tracing::warn!(%error, "the event stream was refused");
                }
                return Left::Broken;
            }
        };
        self.line.send_replace(Line::Up);
        let mut stream = std::pin::pin!(SseByteStream::new(response.bytes_stream()));
        while let Some(Ok(frame)) = stream.next().await {
            back_off.reset();
            let Some(told) = self.take(&frame) else {
                continue;
            };
            let over = told.event == ServerEvent::SessionEnded;
            if self.tell.send(told).is_err() {
                return Left::Deaf;
            }
            if over {
                return Left::SignedOut;
            }
        }
        Left::Broken
    }

    /// The event of a frame, unless it was told before or is of a kind that this version does not know.
    fn take(&mut self, frame: &Sse) -> Option<Told> {
        let data = frame.data.as_deref()?;
        let seq = frame.id.as_deref().and_then(|id| id.parse::<u64>().ok());
        if seq.is_some() && seq <= self.last {
            return None;
        }
        self.last = seq.or(self.last);
        let Ok(event) = serde_json::from_str::<ServerEvent>(data) else {
            tracing::warn!(seq, "an event of an unknown kind was passed over");
            return None;
        };
        match event {
            ServerEvent::Reset { seq } => self.last = Some(seq),
            // Without a place to resume from, this is where one would.
            ServerEvent::Hello { seq } => self.last = self.last.or(Some(seq)),
            _ => {}
        }
        Some(Told { seq, event })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn waits_grow_from_a_fifth_of_a_second_to_five(chances in prop::collection::vec(0.0..=1.0f64, 1..20)) {
            let mut back_off = BackOff::default();
            for (at, chance) in chances.into_iter().enumerate() {
                let whole = (200.0 * 2f64.powi(i32::try_from(at).unwrap())).min(5_000.0);
                let wait = back_off.next(chance).as_secs_f64() * 1_000.0;
                prop_assert!(wait <= whole + 0.01 && wait >= whole / 2.0 - 0.01);
            }
        }
    }

    fn listener(last: Option<u64>) -> Listener {
        Listener {
            api: Api::new("http://127.0.0.1:9", None).unwrap(),
            last,
            tell: mpsc::unbounded_channel().0,
            line: watch::channel(Line::Up).0,
        }
    }

    fn frame(id: Option<&str>, data: &str) -> Sse {
        Sse {
            id: id.map(Into::into),
            data: Some(data.into()),
            ..Sse::default()
        }
    }

    #[test]
    fn each_event_is_told_once() {
        let mut listener = listener(Some(4));
        let knowledge = r#"{"kind":"knowledge","revision":1}"#;
        let told: Vec<_> = [Some("4"), Some("5"), Some("5"), None, Some("6")]
            .into_iter()
            .filter_map(|id| listener.take(&frame(id, knowledge)))
            .map(|told| told.seq)
            .collect();
        assert_eq!(told, [Some(5), None, Some(6)]);
        assert_eq!(listener.last, Some(6));
    }

    #[test]
    fn an_unknown_kind_is_passed_over_and_a_reset_moves_the_place() {
        let mut listener = listener(Some(90));
        assert_eq!(
            listener.take(&frame(Some("91"), r#"{"kind":"later"}"#)),
            None
        );
        assert_eq!(listener.last, Some(91));
        assert!(
            listener
                .take(&frame(None, r#"{"kind":"reset","seq":7}"#))
                .is_some()
        );
        assert_eq!(listener.last, Some(7));
    }

    #[tokio::test]
    async fn before_the_first_session_the_line_is_down_and_nobody_is_signed_out() {
        let api = Api::new("http://127.0.0.1:9", None).unwrap();
        let (events, _told) = Events::start(api.clone(), None);
        let mut line = events.line();
        assert!(matches!(*line.borrow(), Line::Down { .. }));
        api.set_token(Some("a".to_owned().into()));
        let trying = |line: &Line| {
            matches!(
                line,
                Line::Down {
                    next_try: Some(_),
                    ..
                }
            )
        };
        line.wait_for(trying).await.unwrap();
        api.set_token(None);
        line.wait_for(|line| *line == Line::SignedOut)
            .await
            .unwrap();
    }

    #[test]
    fn going_down_keeps_the_moment_it_began() {
        let listener = listener(None);
        listener.down(None);
        let Line::Down { since: first, .. } = *listener.line.borrow() else {
            panic!("down was expected");
        };
        listener.down(Some(Duration::from_secs(1)));
        let line = *listener.line.borrow();
        assert!(
            matches!(line, Line::Down { since, next_try: Some(next) } if since == first && next > first)
        );
    }
}
