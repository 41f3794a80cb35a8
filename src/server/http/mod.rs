//! The API over HTTP: a file a resource. Handlers read the request, ask one service function and answer; no
//! rule lives here. The OpenAPI document is made from the same routes.

pub mod answer;
mod calendar;
mod call;
mod callback;
mod consult;
mod directory;
mod draft;
mod event;
mod figures;
mod health;
mod input;
mod knowledge;
pub mod metrics;
mod number;
mod outage;
mod person;
mod practice;
mod public;
mod returns;
mod seat;
mod session;
mod simulated;
mod streams;
mod ticket;
mod watch;

use super::core::Core;
use super::practice::PracticeRoom;
use super::public::{Shelf, Throttle};
use super::seats::Seats;
use super::trunk::simulated::Simulated;
use crate::protocol::error::ApiError;
use crate::protocol::event::ServerEvent;
use crate::protocol::figures::{BehindWhich, FiguresBy};
use crate::protocol::simulated::LegEvent;
use axum::Router;
use axum::middleware::from_fn_with_state;
use metrics::Metrics;
use std::sync::Arc;
use streams::Streams;
use tokio::sync::watch as latest;
use utoipa::OpenApi;
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityScheme};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// What every handler has at hand.
#[derive(Clone)]
pub struct App {
    /// The core.
    pub core: Core,
    /// The seats.
    pub seats: Seats,
    /// The simulated trunk, when this server has one.
    pub simulated: Option<Simulated>,
    /// Scenarios and runs, when this is a practice server.
    pub practice: Option<Arc<dyn PracticeRoom>>,
    /// What citizens may read.
    pub shelf: Shelf,
    /// True when a proxy on this machine names who asks.
    pub behind_proxy: bool,
    /// How often they may.
    pub throttle: Throttle,
    /// The counters.
    pub metrics: Metrics,
    /// Becomes true when the server stops: streams end then.
    pub stopping: latest::Receiver<bool>,
    /// Places for the requests that run.
    running: watch::Running,
    /// The open streams.
    streams: Streams,
    /// What the last look at the store's health found.
    checked: health::Checked,
    /// The OpenAPI document as JSON.
    document: Arc<str>,
}

/// Waits until the server stops.
async fn stopped(stopping: &mut latest::Receiver<bool>) {
    // An error says that the server is gone, which is a stop too.
    let _ = stopping.wait_for(|stop| *stop).await;
}

#[derive(OpenApi)]
#[openapi(
    info(title = "hotline", description = "The central server of a 12345 citizen hotline"),
    components(schemas(ApiError, ServerEvent, LegEvent, FiguresBy, BehindWhich)),
    modifiers(&Token),
    security(("token" = []))
)]
struct Base;

/// Says that a bearer token signs requests.
struct Token;

impl utoipa::Modify for Token {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let scheme = SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer));
        let components = document.components.get_or_insert_with(Default::default);
        components.add_security_scheme("token", scheme);
    }
}

/// What a practice server answers beside the rest.
fn of_practice() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(practice::scenarios))
        .routes(routes!(practice::runs, practice::begin))
        .routes(routes!(practice::run))
        .routes(routes!(practice::hint))
        .routes(routes!(practice::act))
        .routes(routes!(practice::report))
}

/// All routes with their documentation.
fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::with_openapi(Base::openapi())
        .routes(routes!(session::sign_in, session::who, session::sign_out))
        .routes(routes!(seat::view))
        .routes(routes!(seat::choose))
        .routes(routes!(seat::queue))
        .routes(routes!(seat::all))
        .routes(routes!(call::view))
        .routes(routes!(call::report))
        .routes(routes!(ticket::open, ticket::list))
        .routes(routes!(ticket::read))
        .routes(routes!(ticket::by_number))
        .routes(routes!(ticket::act))
        .routes(routes!(ticket::history))
        .routes(routes!(ticket::children))
        .routes(routes!(ticket::child_draft))
        .routes(routes!(callback::list, callback::schedule))
        .routes(routes!(callback::act))
        .routes(routes!(consult::list, consult::ask))
        .routes(routes!(consult::act))
        .routes(routes!(number::lease))
        .routes(routes!(returns::pack))
        .routes(routes!(figures::sums))
        .routes(routes!(figures::own))
        .routes(routes!(figures::behind))
        .routes(routes!(knowledge::delta))
        .routes(routes!(knowledge::vectors))
        .routes(routes!(knowledge::import))
        .routes(routes!(draft::list, draft::begin))
        .routes(routes!(draft::read))
        .routes(routes!(draft::act))
        .routes(routes!(draft::entry))
        .routes(routes!(draft::versions))
        .routes(routes!(draft::retire))
        .routes(routes!(draft::restore))
        .routes(routes!(draft::corrections, draft::correct))
        .routes(routes!(draft::settle))
        .routes(routes!(draft::gaps))
        .routes(routes!(draft::expiring))
        .routes(routes!(draft::changes))
        .routes(routes!(draft::used, draft::report))
        .routes(routes!(draft::wordings))
        .routes(routes!(draft::flagged))
        .routes(routes!(draft::law_changed))
        .routes(routes!(draft::figures))
        .routes(routes!(directory::get, directory::replace))
        .routes(routes!(directory::check))
        .routes(routes!(directory::cases))
        .routes(routes!(outage::list, outage::tell))
        .routes(routes!(calendar::get, calendar::import))
        .routes(routes!(person::list, person::add))
        .routes(routes!(event::events))
        .routes(routes!(simulated::leg, simulated::command))
        .routes(routes!(simulated::dial))
        .merge(of_practice())
        .routes(routes!(public::search))
        .routes(routes!(public::entry))
        .routes(routes!(public::style))
        .routes(routes!(health::health))
        .routes(routes!(health::metrics))
        .routes(routes!(health::openapi))
}

/// The OpenAPI document.
pub fn document() -> utoipa::openapi::OpenApi {
    routes().split_for_parts().1
}

/// What a server has beside its core.
pub struct Parts {
    /// The seats.
    pub seats: Seats,
    /// The simulated trunk, when this server has one.
    pub simulated: Option<Simulated>,
    /// Scenarios and runs, when this is a practice server.
    pub practice: Option<Arc<dyn PracticeRoom>>,
    /// What citizens may read.
    pub shelf: Shelf,
    /// Becomes true when the server stops.
    pub stopping: latest::Receiver<bool>,
    /// True when a proxy on this machine names who asks.
    pub behind_proxy: bool,
}

/// The API as a service of axum.
pub fn router(core: Core, parts: Parts) -> Router {
    let (router, document) = routes().split_for_parts();
    let app = App {
        core,
        seats: parts.seats,
        simulated: parts.simulated,
        practice: parts.practice,
        shelf: parts.shelf,
        behind_proxy: parts.behind_proxy,
        throttle: Throttle::default(),
        metrics: Metrics::default(),
        stopping: parts.stopping,
        running: watch::Running::default(),
        streams: Streams::default(),
        checked: health::Checked::default(),
        document: document
            .to_json()
            .unwrap_or_else(|_| "{}".to_owned())
            .into(),
    };
    router
        .fallback(watch::nowhere)
        .method_not_allowed_fallback(watch::other_method)
        .layer(from_fn_with_state(app.clone(), watch::watch))
        .with_state(app)
}
