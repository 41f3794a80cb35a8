//! `GET /api/events`: what happens, as it happens, for one who signed in. Hello first; what has a sequence
//! number carries it as `id:`, and `Last-Event-ID` resumes after it without gap or doubling. The stream ends
//! when the session does and when the server stops.

use super::answer::{Failure, Faults};
use super::{App, stopped};
use crate::protocol::error::ApiError;
use crate::protocol::event::ServerEvent;
use crate::server::auth::SignedIn;
use crate::server::relay::{Follow, Told};
use crate::server::service::invalid;
use crate::server::service::sessions;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::IntoResponse;
use axum::response::sse::{Event, KeepAlive, Sse};
use futures_util::stream;
use std::convert::Infallible;
use std::time::Duration;

/// How often a quiet stream says that it is there.
pub(super) const KEEP_ALIVE: Duration = Duration::from_secs(15);
/// An idle desk must not be woken: that its stream still stands is found out by the two kernels (TCP keep-alive);
/// this comment is only for what stands between them and forgets silent connections.
const SELDOM: Duration = Duration::from_mins(5);
/// The same behind a proxy, which ends what is silent for a minute as a rule and whose kernel answers for the desk's.
const OFTEN: Duration = Duration::from_secs(30);
/// How often the session of a stream is checked again.
const PROVE: Duration = Duration::from_mins(1);

/// One listener.
struct Listener {
    app: App,
    signed_in: SignedIn,
    follow: Follow,
    hello: Option<(ServerEvent, Option<u64>)>,
    over: bool,
    prove: tokio::time::Interval,
    /// Its place among the streams.
    _place: super::streams::Place,
    /// Counts the stream while it is open.
    _open: super::metrics::OpenStream,
    /// Tells the seat that its desk listens.
    _present: Option<crate::server::seats::Presence>,
}

/// The event stream.
#[utoipa::path(get, path = "/api/events", tag = "event",
    params(("last-event-id" = Option<u64>, Header, description = "the newest sequence number that was seen")),
    responses((status = 200, body = ServerEvent, content_type = "text/event-stream"), Faults))]
pub async fn events(
    State(app): State<App>,
    signed_in: SignedIn,
    headers: HeaderMap,
) -> Result<impl IntoResponse, Failure> {
    let after = match headers.get("last-event-id") {
        None => None,
        Some(value) => Some(
            value
                .to_str()
                .ok()
                .and_then(|value| value.trim().parse::<u64>().ok())
                .ok_or_else(|| invalid("last-event-id", "a sequence number is expected"))?,
        ),
    };
    let place = app
        .streams
        .enter(&signed_in.session, &signed_in.who.person.account)?;
    let (seq, follow) = app.core.relay().follow(after).await.map_err(|error| {
        tracing::error!(%error, "an event stream could not begin");
        ApiError::Unavailable
    })?;
    let behind_proxy = app.behind_proxy;
    let listener = Listener {
        // A resumed stream must not move its place on before the missed events are there.
        hello: Some((ServerEvent::Hello { seq }, after.is_none().then_some(seq))),
        _place: place,
        _open: app.metrics.open_stream(),
        _present: signed_in
            .who
            .seat
            .as_ref()
            .map(|seat| app.seats.present(seat)),
        app,
        signed_in,
        follow,
        over: false,
        prove: tokio::time::interval_at(tokio::time::Instant::now() + PROVE, PROVE),
    };
    let silent = if behind_proxy { OFTEN } else { SELDOM };
    let frames = stream::unfold(listener, |mut listener| async move {
        let (event, id) = listener.next().await?;
        Some((Ok::<_, Infallible>(frame(&event, id)), listener))
    });
    Ok(Sse::new(frames).keep_alive(KeepAlive::new().interval(silent)))
}

/// An event as a frame of the stream.
pub(super) fn frame<T: serde::Serialize>(event: &T, id: Option<u64>) -> Event {
    let frame = match serde_json::to_string(event) {
        Ok(json) => Event::default().data(json),
        // Can't happen with these types; a comment keeps the stream whole.
        Err(_) => Event::default().comment("an event could not be written"),
    };
    match id {
        Some(id) => frame.id(id.to_string()),
        None => frame,
    }
}

impl Listener {
    async fn next(&mut self) -> Option<(ServerEvent, Option<u64>)> {
        if let Some(hello) = self.hello.take() {
            return Some(hello);
        }
        if self.over {
            return None;
        }
        let mut stopping = self.app.stopping.clone();
        loop {
            tokio::select! {
                () = stopped(&mut stopping) => return None,
                _ = self.prove.tick() => {
                    let proven = sessions::prove(&self.app.core, &self.signed_in.token).await;
                    if let Err(ApiError::NotSignedIn) = proven {
                        self.over = true;
                        return Some((ServerEvent::SessionEnded, None));
                    }
                }
                told = self.follow.next() => match told {
                    Ok(Some(Told::Reset(seq))) => return Some((ServerEvent::Reset { seq }, Some(seq))),
                    Ok(Some(Told::Event(told))) => {
                        let seat = self.signed_in.who.seat.as_ref();
                        let person = &self.signed_in.who.person;
                        if let Some(event) = told.notice.seen_by(person, seat, &self.signed_in.session) {
                            self.over = event == ServerEvent::SessionEnded;
                            return Some((event, told.seq));
                        }
                    }
                    Ok(None) => return None,
                    Err(error) => {
                        tracing::error!(%error, "an event stream broke off; the desk resumes it");
                        return None;
                    }
                },
            }
        }
    }
}
