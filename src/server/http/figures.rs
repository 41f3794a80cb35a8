//! `/api/figures`: sums, what is behind them, one's own day.

use super::App;
use super::answer::{Answer, Faults};
use super::input::{Asked, Named};
use crate::domain::figures::Figure;
use crate::protocol::figures::{BehindRequest, FigureBehind, Figures, FiguresRequest, OwnDay};
use crate::server::auth::SignedIn;
use crate::server::service::figures;
use axum::Json;
use axum::extract::State;

/// The figures of a span of days, by what they are asked for.
#[utoipa::path(get, path = "/api/figures", tag = "figure", params(FiguresRequest),
    responses((status = 200, body = Figures), Faults))]
pub async fn sums(
    State(app): State<App>,
    signed_in: SignedIn,
    Asked(request): Asked<FiguresRequest>,
) -> Answer<Figures> {
    Ok(Json(
        figures::figures(&app.core, &signed_in.who, request).await?,
    ))
}

/// The tickets or calls behind a figure.
#[utoipa::path(get, path = "/api/figures/{figure}/behind", tag = "figure",
    params(("figure" = Figure, Path), BehindRequest),
    responses((status = 200, body = FigureBehind), Faults))]
pub async fn behind(
    State(app): State<App>,
    signed_in: SignedIn,
    Named(figure): Named<Figure>,
    Asked(request): Asked<BehindRequest>,
) -> Answer<FigureBehind> {
    Ok(Json(
        figures::behind(&app.core, &signed_in.who, figure, request).await?,
    ))
}

/// One's own day so far.
#[utoipa::path(get, path = "/api/figures/own", tag = "figure",
    responses((status = 200, body = OwnDay), Faults))]
pub async fn own(State(app): State<App>, signed_in: SignedIn) -> Answer<OwnDay> {
    Ok(Json(figures::own_day(&app.core, &signed_in.who).await?))
}
