//! The server's API as methods, one a use case. Decodes every error; keeps the token, and nothing else.

use super::error::LinkError;
use crate::domain::callback::Callback;
use crate::domain::consult::Consult;
use crate::domain::directory::Directory;
use crate::domain::id::{CallId, CallbackId, ConsultId, TicketId};
use crate::domain::number::NumberBlock;
use crate::domain::outage::Outage;
use crate::domain::role::Person;
use crate::domain::seat::SeatState;
use crate::protocol::calendar::{CalendarImported, ImportCalendar};
use crate::protocol::call::{CallReport, CallView};
use crate::protocol::callback::{CallbackChange, CallbackFilter, NewCallback};
use crate::protocol::consult::{ConsultChange, Consults, NewConsult};
use crate::protocol::directory::{
    DirectoryAnswer, DirectoryChecked, DirectoryImported, DirectoryRequest,
};
use crate::protocol::error::ApiError;
use crate::protocol::knowledge::{
    Delta, DeltaRequest, Import, Imported, VectorDelta, VectorRequest,
};
use crate::protocol::number::LeaseRequest;
use crate::protocol::outage::{Outages, OutagesTold, TellOutages};
use crate::protocol::page::{Page, PageRequest};
use crate::protocol::person::NewPerson;
use crate::protocol::seat::{ChooseState, Colleague, Queue, SeatView};
use crate::protocol::session::{Session, SignIn};
use crate::protocol::ticket::{
    ChildDraft, History, NewTicket, TicketAction, TicketFilter, TicketRow, TicketView,
};
use crate::protocol::{IDEMPOTENCY_HEADER, PROTOCOL, PROTOCOL_HEADER};
use reqwest::{Method, RequestBuilder, Response};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

/// How long a connection may take to stand.
const CONNECT: Duration = Duration::from_secs(5);
/// How long a request may take in all.
const REQUEST: Duration = Duration::from_secs(15);
/// An event stream is dead after this long without a byte: the server sends a comment every five minutes.
const SILENCE: Duration = Duration::from_mins(11);
/// A silent connection is probed by the kernel after so long, which wakes no program.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// The token that requests carry; shared with the phone, which talks to the same server.
pub type Token = Option<SecretString>;

/// A client of one server. Clones share connections and token.
#[derive(Clone)]
pub struct Api {
    inner: Arc<Inner>,
}

struct Inner {
    address: Arc<Address>,
    token: watch::Sender<Token>,
}

/// Where the server is, with the connections to it.
struct Address {
    requests: reqwest::Client,
    streams: reqwest::Client,
    base: String,
    ca: Option<Vec<u8>>,
}

impl std::fmt::Debug for Api {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Api")
            .field("base", &self.inner.address.base)
            .finish_non_exhaustive()
    }
}

/// A client whose TLS is rustls on ring. `ca` is a PEM file's content: then only what it signed is trusted;
/// a plain-text address needs no certificates of the system at all.
fn client(
    base: &str,
    ca: Option<&[u8]>,
) -> Result<reqwest::ClientBuilder, Box<dyn std::error::Error>> {
    // Another part of the process may have installed it already; the first one stays.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let builder = reqwest::Client::builder()
        .http1_only()
        .connect_timeout(CONNECT)
        .tcp_keepalive(KEEP_ALIVE)
        .tcp_keepalive_interval(Duration::from_secs(5))
        .tcp_keepalive_retries(3)
        // A connection that is at rest is given up by its ends, not by a clock here that would wake an idle desk.
        .pool_idle_timeout(None)
        .pool_max_idle_per_host(2)
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none());
    Ok(match ca {
        Some(pem) => builder.tls_certs_only(reqwest::Certificate::from_pem_bundle(pem)?),
        None if base.starts_with("http://") => builder.tls_certs_only([]),
        None => builder,
    })
}

impl Api {
    /// A client for `base`, e.g. `https://hotline.example:8443`. `ca`: see the README on certificates.
    /// Errors: [`LinkError::Address`].
    pub fn new(base: &str, ca: Option<&[u8]>) -> Result<Self, LinkError> {
        let address = |problem: String| LinkError::Address {
            address: base.to_owned(),
            problem,
        };
        let base_url = base.trim_end_matches('/');
        let url = reqwest::Url::parse(base_url).map_err(|error| address(error.to_string()))?;
        if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none() {
            return Err(address("http:// or https:// and a host is expected".into()));
        }
        let build = |timeouts: fn(reqwest::ClientBuilder) -> reqwest::ClientBuilder| {
            client(base_url, ca)
                .map_err(|error| address(error.to_string()))
                .and_then(|builder| {
                    timeouts(builder)
                        .build()
                        .map_err(|error| address(error.to_string()))
                })
        };
        Ok(Self {
            inner: Arc::new(Inner {
                address: Arc::new(Address {
                    requests: build(|builder| builder.timeout(REQUEST))?,
                    streams: build(|builder| builder.read_timeout(SILENCE))?,
                    base: base_url.to_owned(),
                    ca: ca.map(<[u8]>::to_vec),
                }),
                token: watch::channel(None).0,
            }),
        })
    }

    /// A client of the same server, sharing its connections, for a session of its own: no token yet.
    #[must_use]
    pub fn apart(&self) -> Self {
        Self {
            inner: Arc::new(Inner {
                address: Arc::clone(&self.inner.address),
                token: watch::channel(None).0,
            }),
        }
    }

    /// The server's address.
    pub fn base(&self) -> &str {
        &self.inner.address.base
    }

    /// The certificates that are trusted instead of the system's, as they were given.
    pub fn ca(&self) -> Option<&[u8]> {
        self.inner.address.ca.as_deref()
    }

    /// The token as it is and as it changes.
    pub fn token(&self) -> watch::Receiver<Token> {
        self.inner.token.subscribe()
    }

    /// Uses a token that was got elsewhere; `None` forgets it.
    pub fn set_token(&self, token: Token) {
        self.inner.token.send_replace(token);
    }

    fn with_token(&self, request: RequestBuilder) -> RequestBuilder {
        match &*self.inner.token.borrow() {
            Some(token) => request.bearer_auth(token.expose_secret()),
            None => request,
        }
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.with_token(
            self.inner
                .address
                .requests
                .request(method, format!("{}{path}", self.inner.address.base)),
        )
    }

    pub(super) async fn get<T: DeserializeOwned>(
        &self,
        path: &str,
        query: &(impl Serialize + Sync),
    ) -> Result<T, LinkError> {
        decode(answer(self.request(Method::GET, path).query(query)).await?).await
    }

    pub(super) async fn post<T: DeserializeOwned>(
        &self,
        path: &str,
        body: &(impl Serialize + Sync),
        key: Option<&str>,
    ) -> Result<T, LinkError> {
        let mut request = self.request(Method::POST, path).json(body);
        if let Some(key) = key {
            request = request.header(IDEMPOTENCY_HEADER, key);
        }
        decode(answer(request).await?).await
    }

    /// Whether the server can keep what it is told, without signing in.
    pub async fn healthy(&self) -> Result<bool, LinkError> {
        let request = self.request(Method::GET, "/healthz");
        let sent = request.send().await;
        let sent = sent.map_err(|error| LinkError::Offline(error.without_url().to_string()))?;
        match sent.status().as_u16() {
            200 => Ok(true),
            503 => Ok(false),
            status => Err(LinkError::Answer {
                status,
                problem: "no answer of this server's".to_owned(),
            }),
        }
    }

    /// Signs in; the token is kept for everything that follows.
    pub async fn sign_in(&self, sign_in: &SignIn) -> Result<Session, LinkError> {
        let session: Session = self.post("/api/session", sign_in, None).await?;
        self.set_token(Some(session.token.clone().into()));
        Ok(session)
    }

    /// Signs out. The token is forgotten even when the server cannot be told.
    pub async fn sign_out(&self) -> Result<(), LinkError> {
        let request = self.request(Method::DELETE, "/api/session");
        self.set_token(None);
        answer(request).await.map(drop)
    }

    /// One's own seat and the queue.
    pub async fn seat(&self) -> Result<SeatView, LinkError> {
        self.get("/api/seat", &()).await
    }

    /// Chooses the seat's state; the seat as it is then comes as an event.
    pub async fn choose_state(&self, state: SeatState) -> Result<(), LinkError> {
        let request = self
            .request(Method::POST, "/api/seat/state")
            .json(&ChooseState { state });
        answer(request).await.map(drop)
    }

    /// The queue.
    pub async fn queue(&self) -> Result<Queue, LinkError> {
        self.get("/api/queue", &()).await
    }

    /// Who sits where.
    pub async fn seats(&self) -> Result<Vec<Colleague>, LinkError> {
        self.get("/api/seats", &()).await
    }

    /// The outages that callers are told of now.
    pub async fn outages(&self) -> Result<Vec<Outage>, LinkError> {
        let told: Outages = self.get("/api/outages", &()).await?;
        Ok(told.outages)
    }

    /// Tells outages, or changes those of the same identifiers.
    pub async fn tell_outages(&self, told: &TellOutages) -> Result<OutagesTold, LinkError> {
        self.post("/api/outages", told, None).await
    }

    /// A call with the caller's history.
    pub async fn call(&self, id: CallId) -> Result<CallView, LinkError> {
        self.get(&format!("/api/calls/{id}"), &()).await
    }

    /// Tells what the seat's phone saw. May be repeated.
    pub async fn report(&self, id: CallId, report: &CallReport) -> Result<(), LinkError> {
        let request = self
            .request(Method::POST, &format!("/api/calls/{id}/report"))
            .json(report);
        answer(request).await.map(drop)
    }

    /// A page of tickets.
    pub async fn tickets(&self, filter: &TicketFilter) -> Result<Page<TicketRow>, LinkError> {
        self.get("/api/tickets", filter).await
    }

    /// A ticket.
    pub async fn ticket(&self, id: TicketId) -> Result<TicketView, LinkError> {
        self.get(&format!("/api/tickets/{id}"), &()).await
    }

    /// The consults that concern one.
    pub async fn consults(&self) -> Result<Vec<Consult>, LinkError> {
        let list: Consults = self.get("/api/consults", &()).await?;
        Ok(list.consults)
    }

    /// Asks the experts of a department.
    pub async fn ask_experts(&self, new: &NewConsult, key: &str) -> Result<Consult, LinkError> {
        self.post("/api/consults", new, Some(key)).await
    }

    /// Does an action to a consult.
    pub async fn act_on_consult(
        &self,
        id: ConsultId,
        change: &ConsultChange,
        key: &str,
    ) -> Result<Consult, LinkError> {
        let path = format!("/api/consults/{id}/actions");
        self.post(&path, change, Some(key)).await
    }

    /// What a merged ticket can be answered with.
    pub async fn child_draft(&self, id: TicketId) -> Result<ChildDraft, LinkError> {
        self.get(&format!("/api/tickets/{id}/child-draft"), &())
            .await
    }

    /// A ticket's events.
    pub async fn history(&self, id: TicketId) -> Result<History, LinkError> {
        self.get(&format!("/api/tickets/{id}/history"), &()).await
    }

    /// Opens a ticket. The same `key` gives the same ticket again.
    pub async fn open_ticket(&self, new: &NewTicket, key: &str) -> Result<TicketView, LinkError> {
        self.post("/api/tickets", new, Some(key)).await
    }

    /// Does something to a ticket.
    pub async fn act(
        &self,
        id: TicketId,
        action: &TicketAction,
        key: &str,
    ) -> Result<TicketView, LinkError> {
        self.post(&format!("/api/tickets/{id}/actions"), action, Some(key))
            .await
    }

    /// A page of call-backs.
    pub async fn callbacks(&self, filter: &CallbackFilter) -> Result<Page<Callback>, LinkError> {
        self.get("/api/callbacks", filter).await
    }

    /// Promises a call-back.
    pub async fn promise(&self, new: &NewCallback, key: &str) -> Result<Callback, LinkError> {
        self.post("/api/callbacks", new, Some(key)).await
    }

    /// Does something to a call-back.
    pub async fn act_on_callback(
        &self,
        id: CallbackId,
        change: &CallbackChange,
        key: &str,
    ) -> Result<Callback, LinkError> {
        self.post(&format!("/api/callbacks/{id}/actions"), change, Some(key))
            .await
    }

    /// Leases ticket numbers of today.
    pub async fn lease(&self, count: u32) -> Result<NumberBlock, LinkError> {
        self.post("/api/numbers/lease", &LeaseRequest { count }, None)
            .await
    }

    /// What changed in the knowledge after a revision.
    pub async fn delta(&self, request: &DeltaRequest) -> Result<Delta, LinkError> {
        self.get("/api/knowledge/delta", request).await
    }

    /// A page of what stands for the meaning of entries.
    pub async fn vectors(&self, request: &VectorRequest) -> Result<VectorDelta, LinkError> {
        self.get("/api/knowledge/vectors", request).await
    }

    /// Brings a batch of entries in.
    pub async fn import(&self, batch: &Import, key: &str) -> Result<Imported, LinkError> {
        self.post("/api/knowledge/import", batch, Some(key)).await
    }

    /// The directory, if it is newer than `since`.
    pub async fn directory(&self, since: u64) -> Result<DirectoryAnswer, LinkError> {
        self.get("/api/directory", &DirectoryRequest { since })
            .await
    }

    /// What a directory would do, were it in force.
    pub async fn check_directory(
        &self,
        directory: &Directory,
    ) -> Result<DirectoryChecked, LinkError> {
        self.post("/api/directory/check", directory, None).await
    }

    /// Puts a directory in force.
    pub async fn replace_directory(
        &self,
        directory: &Directory,
        key: &str,
    ) -> Result<DirectoryImported, LinkError> {
        self.post("/api/directory", directory, Some(key)).await
    }

    /// Puts holiday notices in force. Repeating it changes nothing.
    pub async fn import_calendar(
        &self,
        notices: &ImportCalendar,
    ) -> Result<CalendarImported, LinkError> {
        self.post("/api/calendar", notices, None).await
    }

    /// A page of colleagues.
    pub async fn people(&self, page: &PageRequest) -> Result<Page<Person>, LinkError> {
        self.get("/api/people", page).await
    }

    /// Adds a person.
    pub async fn add_person(&self, new: &NewPerson) -> Result<(), LinkError> {
        answer(self.request(Method::POST, "/api/people").json(new))
            .await
            .map(drop)
    }

    /// The event stream, after the sequence number `after`.
    pub(super) async fn events(&self, after: Option<u64>) -> Result<Response, LinkError> {
        let mut request = self.with_token(
            self.inner
                .address
                .streams
                .get(format!("{}/api/events", self.inner.address.base)),
        );
        request = request.header("accept", "text/event-stream");
        if let Some(after) = after {
            request = request.header("last-event-id", after);
        }
        answer(request).await
    }
}

/// Sends, and turns every answer that is none of success into a typed error.
async fn answer(request: RequestBuilder) -> Result<Response, LinkError> {
    let response = request.send().await.map_err(|error| offline(&error))?;
    let status = response.status();
    if status.is_success() {
        return spoken(response);
    }
    let body = response.bytes().await.map_err(|error| offline(&error))?;
    match serde_json::from_slice::<ApiError>(&body) {
        Ok(error) => Err(LinkError::Api(error)),
        Err(_) if status.is_server_error() => {
            Err(LinkError::Offline(format!("status {}", status.as_u16())))
        }
        Err(_) => Err(LinkError::Answer {
            status: status.as_u16(),
            problem: "an error of the hotline's API was expected".into(),
        }),
    }
}

/// Refuses a server that speaks another protocol; one that says nothing is taken at its answers.
fn spoken(response: Response) -> Result<Response, LinkError> {
    let spoken = response
        .headers()
        .get(PROTOCOL_HEADER)
        .and_then(|value| value.to_str().ok()?.parse::<u32>().ok());
    match spoken {
        Some(other) if other != PROTOCOL => Err(LinkError::Answer {
            status: response.status().as_u16(),
            problem: format!("the server speaks protocol {other}, this desk {PROTOCOL}"),
        }),
        _ => Ok(response),
    }
}

async fn decode<T: DeserializeOwned>(response: Response) -> Result<T, LinkError> {
    let status = response.status().as_u16();
    let body = response.bytes().await.map_err(|error| offline(&error))?;
    serde_json::from_slice(&body).map_err(|error| LinkError::Answer {
        status,
        // Category and place only: serde's own text repeats values.
        problem: format!(
            "JSON {:?} error at column {}",
            error.classify(),
            error.column()
        ),
    })
}

/// The innermost cause, which says what the person can act on; the address without its query stands in the configuration.
fn offline(error: &reqwest::Error) -> LinkError {
    if error.is_timeout() {
        return LinkError::Offline("no answer in time".into());
    }
    let mut cause: &dyn std::error::Error = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    LinkError::Offline(cause.to_string())
}
