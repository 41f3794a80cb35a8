//! The phone of a seat in a house without an exchange: its legs end at the server's `trunk/simulated`, whose
//! callers speak in lines of text. Stands where SIP and RTP stand with a real one.

use super::{Ability, Capabilities, Done, Phone, PhoneError, PhoneEvent, Seen};
use crate::domain::caller::Telephone;
use crate::domain::id::{CallId, SeatNo};
use crate::domain::text::Line as Words;
use crate::protocol::error::ApiError;
use crate::protocol::simulated::{Dial, Dialled, LegCommand, LegEvent};
use futures_util::StreamExt as _;
use reqwest::{RequestBuilder, Response};
use secrecy::{ExposeSecret as _, SecretString};
use sse_stream::SseByteStream;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::{mpsc, watch};
use tokio::task::AbortHandle;

/// How long a command may take.
const COMMAND: Duration = Duration::from_secs(5);
/// A leg is lost after this long without a byte: the server sends one every 15 s.
const SILENCE: Duration = Duration::from_secs(40);
/// Waiting times before a leg that broke is taken up again: they double from the first to the longest.
const FIRST_WAIT: Duration = Duration::from_millis(300);
const LONGEST_WAIT: Duration = Duration::from_secs(5);
/// The phone counts as down when so much was waited since the leg was last heard.
const PATIENCE: Duration = SILENCE;

/// The simulated phone. Dropping it leaves its legs.
#[derive(Debug)]
pub struct SimulatedPhone {
    line: Line,
    legs: Arc<Mutex<Legs>>,
    seen: mpsc::UnboundedSender<Seen>,
}

#[derive(Debug, Default)]
struct Legs {
    attended: HashMap<CallId, (u64, AbortHandle)>,
    /// How many were ever attended; tells an older attendance of a call from a newer one.
    count: u64,
}

/// What it takes to reach the far end.
#[derive(Debug, Clone)]
struct Line {
    commands: reqwest::Client,
    streams: reqwest::Client,
    base: String,
    token: watch::Receiver<Option<SecretString>>,
}

impl Drop for SimulatedPhone {
    fn drop(&mut self) {
        let legs = self.legs.lock().unwrap_or_else(PoisonError::into_inner);
        for (_, task) in legs.attended.values() {
            task.abort();
        }
    }
}

impl SimulatedPhone {
    /// A phone at the server `base`, e.g. `http://127.0.0.1:8012`, using the seat's token as it is at each call.
    /// `ca`: a PEM file's content, when only what it signed is to be trusted. Errors: [`PhoneError::Down`].
    pub fn new(
        base: &str,
        ca: Option<&[u8]>,
        token: watch::Receiver<Option<SecretString>>,
    ) -> Result<(Self, mpsc::UnboundedReceiver<Seen>), PhoneError> {
        // Another part of the process may have installed it already; the first one stays.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let certificates = match ca {
            Some(pem) => Some(reqwest::Certificate::from_pem_bundle(pem).map_err(|e| down(&e))?),
            None if base.starts_with("http://") => Some(Vec::new()),
            None => None,
        };
        let client = |limit: fn(reqwest::ClientBuilder) -> reqwest::ClientBuilder| {
            let builder = reqwest::Client::builder()
                .http1_only()
                .no_proxy()
                // No clock for connections at rest: it would wake an idle desk.
                .pool_idle_timeout(None)
                .pool_max_idle_per_host(2)
                .connect_timeout(COMMAND);
            let builder = match certificates.clone() {
                Some(trusted) => builder.tls_certs_only(trusted),
                None => builder,
            };
            limit(builder).build().map_err(|error| down(&error))
        };
        let (seen, events) = mpsc::unbounded_channel();
        let phone = Self {
            line: Line {
                commands: client(|builder| builder.timeout(COMMAND))?,
                streams: client(|builder| builder.read_timeout(SILENCE))?,
                base: base.trim_end_matches('/').to_owned(),
                token,
            },
            legs: Arc::default(),
            seen,
        };
        Ok((phone, events))
    }

    /// True while a leg is followed, or taken up again.
    pub fn attends(&self, call: CallId) -> bool {
        self.legs().attended.contains_key(&call)
    }

    fn legs(&self) -> MutexGuard<'_, Legs> {
        self.legs.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn command(&self, call: CallId, command: &LegCommand) -> Done<'_> {
        let request = self.line.commands.post(self.line.leg(call)).json(command);
        Box::pin(async move { self.line.send(request).await.map(drop) })
    }
}

impl Line {
    fn leg(&self, call: CallId) -> String {
        format!("{}/api/simulated/legs/{call}", self.base)
    }

    async fn send(&self, request: RequestBuilder) -> Result<Response, PhoneError> {
        let token = self.token.borrow().clone();
        let request = match token {
            Some(token) => request.bearer_auth(token.expose_secret()),
            None => request,
        };
        let response = request.send().await.map_err(|error| down(&error))?;
        if response.status().is_success() {
            return Ok(response);
        }
        let body = response.bytes().await.map_err(|error| down(&error))?;
        Err(match serde_json::from_slice::<ApiError>(&body) {
            Ok(ApiError::NotFound { .. }) => PhoneError::NoCall,
            Ok(ApiError::Unavailable | ApiError::Internal { .. }) | Err(_) => {
                PhoneError::Down("the far end has a fault".into())
            }
            Ok(error) => PhoneError::Refused(error),
        })
    }

    /// Follows a leg until it ends. True when it did, false when the stream broke.
    async fn follow(
        &self,
        call: CallId,
        seen: &mpsc::UnboundedSender<Seen>,
        waits: &mut Waits,
    ) -> Result<bool, PhoneError> {
        let response = self.send(self.streams.get(self.leg(call))).await?;
        let mut frames = std::pin::pin!(SseByteStream::new(response.bytes_stream()));
        while let Some(Ok(frame)) = frames.next().await {
            *waits = Waits::default();
            let Some(event) = frame
                .data
                .and_then(|data| serde_json::from_str::<LegEvent>(&data).ok())
            else {
                continue;
            };
            let over = matches!(event, LegEvent::Ended { .. });
            // Nobody listens any more: the desk is on its way out.
            if seen.send((call, event.into())).is_err() || over {
                return Ok(true);
            }
        }
        Ok(false)
    }

    async fn attend(self, call: CallId, seen: mpsc::UnboundedSender<Seen>) {
        let mut waits = Waits::default();
        loop {
            match self.follow(call, &seen, &mut waits).await {
                Ok(true) => return,
                // The call is over, or was given to somebody else.
                Err(PhoneError::NoCall | PhoneError::Refused(_)) => break,
                Ok(false) | Err(_) => match waits.next() {
                    Some(wait) => tokio::time::sleep(wait).await,
                    None => break,
                },
            }
        }
        // Without a listener there is nobody to be told.
        let _ = seen.send((call, PhoneEvent::Down));
    }
}

/// How long was waited for a leg since it was last heard.
#[derive(Debug, Default)]
struct Waits {
    tries: u32,
    waited: Duration,
}

impl Waits {
    /// The next wait; `None` when patience is at its end.
    fn next(&mut self) -> Option<Duration> {
        let wait = (FIRST_WAIT * (1 << self.tries.min(6))).min(LONGEST_WAIT);
        self.tries += 1;
        self.waited += wait;
        (self.waited <= PATIENCE).then_some(wait)
    }
}

impl Phone for SimulatedPhone {
    fn capabilities(&self) -> Capabilities {
        Capabilities {
            hold: true,
            blind_transfer: true,
            dtmf: true,
            dial: true,
            ..Capabilities::default()
        }
    }

    fn attend(&self, call: CallId) {
        let mut legs = self.legs();
        legs.count += 1;
        let number = legs.count;
        let task = tokio::spawn(follow_once(
            self.line.clone(),
            (call, number),
            self.seen.clone(),
            Arc::clone(&self.legs),
        ));
        let attendance = (number, task.abort_handle());
        // A call that is offered anew has a new leg: what still waits for the old one hears nothing of it.
        if let Some((_, older)) = legs.attended.insert(call, attendance) {
            older.abort();
        }
    }

    fn answer(&self, call: CallId) -> Done<'_> {
        self.command(call, &LegCommand::Answer)
    }

    fn reject(&self, call: CallId) -> Done<'_> {
        self.command(call, &LegCommand::HangUp)
    }

    fn hold(&self, call: CallId) -> Done<'_> {
        self.command(call, &LegCommand::Hold)
    }

    fn resume(&self, call: CallId) -> Done<'_> {
        self.command(call, &LegCommand::Resume)
    }

    fn hang_up(&self, call: CallId) -> Done<'_> {
        self.command(call, &LegCommand::HangUp)
    }

    fn transfer(&self, call: CallId, seat: &SeatNo) -> Done<'_> {
        self.command(call, &LegCommand::Transfer { to: seat.clone() })
    }

    fn dial(&self, number: &Telephone) -> Done<'_, CallId> {
        let request = self
            .line
            .commands
            .post(format!("{}/api/simulated/dial", self.line.base))
            .json(&Dial {
                number: number.clone(),
            });
        Box::pin(async move {
            let response = self.line.send(request).await?;
            let body = response.bytes().await.map_err(|error| down(&error))?;
            let dialled: Dialled = serde_json::from_slice(&body)
                .map_err(|_| PhoneError::Down("the far end gave no call".into()))?;
            self.attend(dialled.call);
            Ok(dialled.call)
        })
    }

    fn say(&self, call: CallId, line: &Words) -> Done<'_> {
        self.command(call, &LegCommand::Say { line: line.clone() })
    }

    fn mute(&self, _on: bool) -> Done<'_> {
        Box::pin(async { Err(PhoneError::Cannot(Ability::Mute)) })
    }

    fn tone(&self, call: CallId, digit: char) -> Done<'_> {
        self.command(call, &LegCommand::Tone { digit })
    }
}

/// A call may come to the same seat twice (it was not taken, and went back to the queue): it is attended anew.
async fn follow_once(
    line: Line,
    (call, number): (CallId, u64),
    seen: mpsc::UnboundedSender<Seen>,
    legs: Arc<Mutex<Legs>>,
) {
    line.attend(call, seen).await;
    let mut legs = legs.lock().unwrap_or_else(PoisonError::into_inner);
    if legs
        .attended
        .get(&call)
        .is_some_and(|(it, _)| *it == number)
    {
        legs.attended.remove(&call);
    }
}

impl From<LegEvent> for PhoneEvent {
    fn from(event: LegEvent) -> Self {
        match event {
            LegEvent::Ringing => Self::Ringing,
            LegEvent::Connected => Self::Connected,
            LegEvent::Said { line } => Self::Said { line },
            LegEvent::Held => Self::Held,
            LegEvent::Resumed => Self::Resumed,
            LegEvent::Ended { by_caller } => Self::Ended { by_caller },
        }
    }
}

/// The innermost cause: the outer ones name the address, which may hold a call.
fn down(error: &reqwest::Error) -> PhoneError {
    let mut cause: &dyn std::error::Error = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    PhoneError::Down(cause.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::Json;
    use axum::extract::Path;
    use axum::http::StatusCode;
    use axum::response::IntoResponse as _;
    use axum::routing::{get, post};

    const CALL: &str = "0191d0a0-0000-7000-8000-000000000001";

    /// A far end that rings, takes an answer only once, and sends the same leg to whoever asks.
    async fn far_end() -> String {
        let leg = |Path(call): Path<String>| async move {
            let frames = [
                "data: {\"leg\":\"ringing\"}\n\n",
                "data: {\"leg\":\"connected\"}\n\n",
                "data: {\"leg\":\"later_kind\"}\n\n",
                "data: {\"leg\":\"said\",\"line\":\"没水了\"}\n\n",
                "data: {\"leg\":\"ended\",\"by_caller\":true}\n\n",
            ];
            if call == CALL {
                let body = frames.concat();
                ([("content-type", "text/event-stream")], body).into_response()
            } else {
                let error = ApiError::NotFound {
                    what: "call".into(),
                    id: call,
                };
                (StatusCode::NOT_FOUND, Json(error)).into_response()
            }
        };
        let command = |Json(command): Json<LegCommand>| async move {
            match command {
                LegCommand::Answer => StatusCode::NO_CONTENT.into_response(),
                _ => (
                    StatusCode::UNPROCESSABLE_ENTITY,
                    Json(ApiError::Invalid {
                        field: "do".into(),
                        problem: "not now".into(),
                    }),
                )
                    .into_response(),
            }
        };
        let dial = |Json(_): Json<Dial>| async {
            Json(Dialled {
                call: CallId::new(CALL.parse().unwrap()),
            })
        };
        let app = axum::Router::new()
            .route("/api/simulated/legs/{call}", get(leg).post(command))
            .route("/api/simulated/dial", post(dial));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, app).await });
        base
    }

    fn phone(base: &str) -> (SimulatedPhone, mpsc::UnboundedReceiver<Seen>) {
        let (_, token) = watch::channel(Some("t".into()));
        SimulatedPhone::new(base, None, token).unwrap()
    }

    #[tokio::test]
    async fn a_leg_is_told_as_it_goes() {
        let (phone, mut events) = phone(&far_end().await);
        let call = CallId::new(CALL.parse().unwrap());
        let number = Telephone::parse("0531-00001234").unwrap();
        assert_eq!(phone.dial(&number).await, Ok(call));
        let mut seen = Vec::new();
        while let Some((of, event)) = events.recv().await {
            assert_eq!(of, call);
            let over = matches!(event, PhoneEvent::Ended { .. });
            seen.push(event);
            if over {
                break;
            }
        }
        let said = PhoneEvent::Said {
            line: "没水了".into(),
        };
        let ended = PhoneEvent::Ended { by_caller: true };
        assert_eq!(
            seen,
            [PhoneEvent::Ringing, PhoneEvent::Connected, said, ended]
        );
    }

    /// A far end whose every stream breaks after one frame, until the call is over with the eighth.
    async fn breaking() -> String {
        let streams = Arc::new(std::sync::atomic::AtomicU32::new(0));
        let leg = move || {
            let nth = streams.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
            async move {
                let body = if nth < 7 {
                    "data: {\"leg\":\"held\"}\n\n"
                } else {
                    "data: {\"leg\":\"ended\",\"by_caller\":true}\n\n"
                };
                ([("content-type", "text/event-stream")], body)
            }
        };
        let app = axum::Router::new().route("/api/simulated/legs/{call}", get(leg));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, app).await });
        base
    }

    #[tokio::test]
    async fn breaks_with_words_between_them_are_no_end_of_the_leg() {
        let (phone, mut events) = phone(&breaking().await);
        let call = CallId::new(CALL.parse().unwrap());
        phone.attend(call);
        assert!(phone.attends(call));
        for _ in 0..7 {
            assert_eq!(events.recv().await, Some((call, PhoneEvent::Held)));
        }
        let over = PhoneEvent::Ended { by_caller: true };
        assert_eq!(events.recv().await, Some((call, over)));
    }

    #[test]
    fn a_leg_is_waited_for_as_long_as_the_line_is_and_no_longer() {
        let mut waits = Waits::default();
        let all: Vec<_> = std::iter::from_fn(|| waits.next()).collect();
        let sum: Duration = all.iter().sum();
        assert_eq!((all[0], *all.last().unwrap()), (FIRST_WAIT, LONGEST_WAIT));
        assert!(sum <= PATIENCE && sum + LONGEST_WAIT > PATIENCE, "{sum:?}");
    }

    #[tokio::test]
    async fn refusals_have_their_reasons() {
        let (phone, mut events) = phone(&far_end().await);
        let call = CallId::new(CALL.parse().unwrap());
        assert_eq!(phone.answer(call).await, Ok(()));
        assert!(matches!(
            phone.hold(call).await,
            Err(PhoneError::Refused(_))
        ));
        assert_eq!(
            phone.mute(true).await,
            Err(PhoneError::Cannot(Ability::Mute))
        );
        assert!(!phone.capabilities().has(Ability::Mute));
        let other = CallId::new(uuid::Uuid::now_v7());
        phone.attend(other);
        assert_eq!(events.recv().await, Some((other, PhoneEvent::Down)));
        let (nobody, _events) = super::tests::phone("http://127.0.0.1:9");
        assert!(matches!(
            nobody.answer(call).await,
            Err(PhoneError::Down(_))
        ));
    }
}
