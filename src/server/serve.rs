//! A server that serves: the core, the seats, a trunk and the API bound to an address, and how it stops.
//! Without TLS it listens only where nobody else can: plaintext off the loopback must be asked for.

use super::core::Core;
use super::http;
use super::outage_feed;
use super::practice::PracticeRoom;
use super::public::Shelf;
use super::seats::{Lengths, Seats};
use super::service::{calendar, counting, jobs, vectors};
use super::trunk::Trunk;
use super::trunk::simulated::{Simulated, Simulation};
use crate::protocol::error::ApiError;
use crate::search::SearchError;
use crate::search::meaning::{Encoder, ModelError};
use axum::Router;
use axum::extract::connect_info::IntoMakeServiceWithConnectInfo;
use axum_server::Handle;
use axum_server::tls_rustls::RustlsConfig;
use socket2::{SockRef, TcpKeepalive};
use std::fs::File;
use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// How long requests that run may go on when the server stops.
const GRACE: Duration = Duration::from_secs(6);
/// How long connections may take to end.
const STOP: Duration = Duration::from_secs(8);
/// How long the seats may take to keep and tell what they have begun.
const ROOM: Duration = Duration::from_millis(1500);

/// The files of a TLS server.
#[derive(Debug, Clone)]
pub struct TlsFiles {
    /// The certificate chain, PEM.
    pub cert: PathBuf,
    /// The private key, PEM.
    pub key: PathBuf,
}

/// How a server serves.
pub struct ServeConfig {
    /// Where it listens; port 0 takes a free one.
    pub addr: SocketAddr,
    /// TLS, if it has a certificate.
    pub tls: Option<TlsFiles>,
    /// Plaintext off the loopback: only behind a proxy that ends TLS.
    pub allow_plaintext: bool,
    /// True behind a proxy on this machine that names who asks in the last `x-forwarded-for`. Without one
    /// anybody could put a name there, so nothing is believed.
    pub behind_proxy: bool,
    /// Where outages are fetched from; nowhere unless said.
    pub outages_from: Option<String>,
    /// Simulated callers, if any.
    pub simulate: Option<Simulation>,
    /// Scenarios and runs, at a practice server.
    pub practice: Option<Arc<dyn PracticeRoom>>,
    /// How long wrap-up, ringing and breaks last.
    pub lengths: Lengths,
    /// The folder of the model that reads entries for their meaning; none where it is not installed.
    pub model: Option<PathBuf>,
}

impl ServeConfig {
    /// A free port of the loopback, nobody calls.
    pub fn loopback() -> Self {
        Self {
            addr: SocketAddr::from(([127, 0, 0, 1], 0)),
            tls: None,
            allow_plaintext: false,
            behind_proxy: false,
            outages_from: None,
            simulate: None,
            practice: None,
            lengths: Lengths::default(),
            model: None,
        }
    }

    /// Whether a server could begin so: nothing is made for it yet, so that a mistake leaves no empty data behind.
    pub async fn check(&self) -> Result<(), ServeError> {
        let addr = self.addr;
        if self.tls.is_none() && !self.allow_plaintext && !addr.ip().is_loopback() {
            return Err(ServeError::Plaintext { addr });
        }
        if let Some(files) = &self.tls {
            certificate(files).await?;
        }
        match listen(addr) {
            Ok(_) => Ok(()),
            Err(cause) => Err(ServeError::Bind { addr, cause }),
        }
    }
}

/// Why a server does not serve.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// Plaintext would leave the machine.
    #[error(
        "plaintext on {addr} would carry callers' data in clear: give a certificate and its key, listen on 127.0.0.1, or allow plaintext behind a proxy that ends TLS"
    )]
    Plaintext {
        /// Where.
        addr: SocketAddr,
    },
    /// The address can't be had.
    #[error("{addr} cannot be listened on: {cause}; choose another address or port")]
    Bind {
        /// Where.
        addr: SocketAddr,
        /// Why.
        cause: std::io::Error,
    },
    /// The certificate or its key can't be used.
    #[error(
        "the certificate {cert} with the key {key} cannot be used: {cause}; PEM files that belong together are expected"
    )]
    Tls {
        /// The certificate's file.
        cert: PathBuf,
        /// The key's file.
        key: PathBuf,
        /// Why.
        cause: std::io::Error,
    },
    /// Another process serves these data, or it can't be told.
    #[error(
        "another server uses these data, or their directory cannot be locked: {cause}; stop the other one, or choose another data directory"
    )]
    Locked {
        /// Why.
        cause: std::io::Error,
    },
    /// There is no index for what citizens may read.
    #[error("the public knowledge cannot be served: {0}")]
    Shelf(SearchError),
    /// The seats can't be taken up from the store.
    #[error("the seats cannot be taken up from the store: {0}")]
    Seats(ApiError),
}

/// A server that serves.
pub struct Serving {
    addr: SocketAddr,
    tls: bool,
    stopping: watch::Sender<bool>,
    handle: Handle<SocketAddr>,
    seats: Seats,
    listening: JoinHandle<()>,
    arriving: Option<JoinHandle<()>>,
    simulated: Option<Simulated>,
    room: JoinHandle<()>,
    reading: Option<JoinHandle<()>>,
    fetching: Option<JoinHandle<()>>,
    /// The walk over tickets that an earlier process left undone, what comes due, and the figures.
    counting: JoinHandle<()>,
    /// Held while it serves.
    _lock: Option<File>,
}

impl Serving {
    /// Starts to serve. Needs a running tokio runtime.
    pub async fn start(core: Core, config: ServeConfig) -> Result<Self, ServeError> {
        let addr = config.addr;
        if config.tls.is_none() && !config.allow_plaintext && !addr.ip().is_loopback() {
            return Err(ServeError::Plaintext { addr });
        }
        let tls = certificates(config.tls.as_ref()).await?;
        let bind = |cause| ServeError::Bind { addr, cause };
        let listener = listen(addr).map_err(bind)?;
        let addr = listener.local_addr().map_err(bind)?;
        let lock = begin(&core)?;
        let simulated = config.simulate.map(Simulated::new);
        let trunk = simulated.clone();
        let trunk = trunk.map(|it| Arc::new(it) as Arc<dyn Trunk>);
        let (seats, room) = Seats::start(core.clone(), trunk, config.lengths)
            .await
            .map_err(ServeError::Seats)?;
        let arriving = simulated
            .as_ref()
            .map(|simulated| simulated.start(core.clone(), seats.clone()));
        let counting = tokio::spawn(goes_on_beside(core.clone()));
        let (reading, fetching) = beside(&core, config.model, config.outages_from);
        let (stopping, stop) = watch::channel(false);
        let shelf = Shelf::start(&core, stop.clone()).map_err(ServeError::Shelf)?;
        let api = http::router(
            core,
            http::Parts {
                seats: seats.clone(),
                simulated: simulated.clone(),
                practice: config.practice,
                shelf,
                stopping: stop,
                behind_proxy: config.behind_proxy,
            },
        )
        .into_make_service_with_connect_info::<SocketAddr>();
        let handle = Handle::new();
        let encrypted = tls.is_some();
        let listening = answer(listener, tls, handle.clone(), api).map_err(bind)?;
        tracing::info!(%addr, tls = encrypted, "the server listens");
        Ok(Self {
            addr,
            tls: encrypted,
            stopping,
            handle,
            seats,
            listening,
            arriving,
            simulated,
            room,
            reading,
            fetching,
            counting,
            _lock: lock,
        })
    }

    /// Where it listens.
    pub fn local_addr(&self) -> SocketAddr {
        self.addr
    }

    /// The address for clients, e.g. `http://127.0.0.1:40123`.
    pub fn base(&self) -> String {
        let scheme = if self.tls { "https" } else { "http" };
        format!("{scheme}://{}", self.addr)
    }

    /// The seats, for a trunk of one's own.
    pub fn seats(&self) -> &Seats {
        &self.seats
    }

    /// Stops: callers no longer arrive, streams end, running requests are finished. Under 10 seconds in all;
    /// every answer that was given is in the store already.
    pub async fn stop(self) {
        for beside in [&self.arriving, &self.reading, &self.fetching]
            .into_iter()
            .flatten()
        {
            beside.abort();
        }
        // A ticket is one transaction: the next start goes on with the others.
        self.counting.abort();
        // Nobody may be listening; then there is no stream to end.
        let _ = self.stopping.send(true);
        self.handle.graceful_shutdown(Some(GRACE));
        if tokio::time::timeout(STOP, self.listening).await.is_err() {
            tracing::warn!("the server did not stop in time and is left behind");
        }
        if let Some(simulated) = &self.simulated {
            simulated.stop().await;
        }
        // Not cut off: what it keeps and what it tells belong together.
        self.seats.stop();
        if tokio::time::timeout(ROOM, self.room).await.is_err() {
            tracing::warn!("the seats did not stop in time and are left behind");
        }
        tracing::info!("the server stopped");
    }
}

/// The TLS of a server that has a certificate.
async fn certificates(files: Option<&TlsFiles>) -> Result<Option<RustlsConfig>, ServeError> {
    match files {
        Some(files) => certificate(files).await.map(Some),
        None => Ok(None),
    }
}

/// Takes the data for this process and starts what goes on beside the requests.
fn begin(core: &Core) -> Result<Option<File>, ServeError> {
    let lock = core
        .only_server()
        .map_err(|cause| ServeError::Locked { cause })?;
    core.go();
    Ok(lock)
}

/// What is done without being asked: deadlines that are counted again, what comes due, the figures.
async fn goes_on_beside(core: Core) {
    tokio::join!(
        calendar::take_up(&core),
        jobs::keep_going(core.clone()),
        counting::keep_counting(core.clone())
    );
}

/// What goes on beside the requests, where it is configured: entries are read for their meaning, outages fetched.
fn beside(
    core: &Core,
    model: Option<PathBuf>,
    outages_from: Option<String>,
) -> (Option<JoinHandle<()>>, Option<JoinHandle<()>>) {
    let reading = model.map(|model| tokio::spawn(read_entries(core.clone(), model)));
    let fetching =
        outages_from.map(|address| tokio::spawn(outage_feed::follow(core.clone(), address)));
    (reading, fetching)
}

/// Reads entries for their meaning as long as the server serves, if the model is there and sound.
async fn read_entries(core: Core, folder: PathBuf) {
    let opened = tokio::task::spawn_blocking(move || Encoder::open(&folder)).await;
    match opened {
        Ok(Ok(encoder)) => vectors::keep_up(core, Arc::new(encoder)).await,
        Ok(Err(error @ ModelError::Missing { .. })) => tracing::info!(%error, "no second block"),
        Ok(Err(error)) => tracing::warn!(%error, "no second block"),
        Err(error) => tracing::warn!(%error, "the model could not be opened"),
    }
}

/// Listens. Connections take the keep-alive over from the listener: a desk that is gone without a word is noticed in
/// half a minute, and an idle one is not woken for it.
fn listen(addr: SocketAddr) -> std::io::Result<TcpListener> {
    let listener = TcpListener::bind(addr)?;
    let alive = TcpKeepalive::new()
        .with_time(Duration::from_secs(15))
        .with_interval(Duration::from_secs(5))
        .with_retries(3);
    SockRef::from(&listener).set_tcp_keepalive(&alive)?;
    Ok(listener)
}

/// Answers on a listener until the handle says that it is over.
fn answer(
    listener: TcpListener,
    tls: Option<RustlsConfig>,
    handle: Handle<SocketAddr>,
    api: IntoMakeServiceWithConnectInfo<Router, SocketAddr>,
) -> std::io::Result<JoinHandle<()>> {
    Ok(if let Some(tls) = tls {
        let server = axum_server::from_tcp_rustls(listener, tls)?.handle(handle);
        tokio::spawn(async move { ended(server.serve(api).await) })
    } else {
        let server = axum_server::from_tcp(listener)?.handle(handle);
        tokio::spawn(async move { ended(server.serve(api).await) })
    })
}

fn ended(result: std::io::Result<()>) {
    if let Err(error) = result {
        tracing::error!(%error, "the server ended");
    }
}

async fn certificate(files: &TlsFiles) -> Result<RustlsConfig, ServeError> {
    // An error only says that a provider is there already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    RustlsConfig::from_pem_file(&files.cert, &files.key)
        .await
        .map_err(|cause| ServeError::Tls {
            cert: files.cert.clone(),
            key: files.key.clone(),
            cause,
        })
}
