//! `/api/tickets`: opened, acted on, listed, read, with their history.

use super::App;
use super::answer::{Answer, Faults};
use super::input::{Asked, Named, Sent};
use crate::domain::id::TicketId;
use crate::domain::number::TicketNumber;
use crate::protocol::page::{Page, PageRequest};
use crate::protocol::ticket::{
    ChildDraft, History, NewTicket, TicketAction, TicketFilter, TicketRow, TicketView,
};
use crate::server::auth::SignedIn;
use crate::server::service::tickets;
use axum::Json;
use axum::extract::State;

/// Opens a ticket and does to it what `then` says; all of it or nothing.
#[utoipa::path(post, path = "/api/tickets", tag = "ticket", request_body = NewTicket,
    params(("idempotency-key" = Option<String>, Header)),
    responses((status = 200, body = TicketView), Faults))]
pub async fn open(
    State(app): State<App>,
    signed_in: SignedIn,
    Sent { value, key }: Sent<NewTicket>,
) -> Answer<TicketView> {
    let view = tickets::open(&app.core, &signed_in.who, value, key).await?;
    app.metrics.count_ticket();
    Ok(Json(view))
}

/// Does an action to a ticket as it was at `version`.
#[utoipa::path(post, path = "/api/tickets/{id}/actions", tag = "ticket", request_body = TicketAction,
    params(("id" = String, Path, format = Uuid), ("idempotency-key" = Option<String>, Header)),
    responses((status = 200, body = TicketView), Faults))]
pub async fn act(
    State(app): State<App>,
    signed_in: SignedIn,
    Named(id): Named<TicketId>,
    Sent { value, key }: Sent<TicketAction>,
) -> Answer<TicketView> {
    let view = tickets::act(&app.core, &signed_in.who, id, value, key).await?;
    app.metrics.count_ticket();
    Ok(Json(view))
}

/// The tickets one may see that pass the filter, last changed first.
#[utoipa::path(get, path = "/api/tickets", tag = "ticket", params(TicketFilter),
    responses((status = 200, body = Page<TicketRow>), Faults))]
pub async fn list(
    State(app): State<App>,
    signed_in: SignedIn,
    Asked(filter): Asked<TicketFilter>,
) -> Answer<Page<TicketRow>> {
    Ok(Json(
        tickets::list(&app.core, &signed_in.who, filter).await?,
    ))
}

/// A ticket as one may see it.
#[utoipa::path(get, path = "/api/tickets/{id}", tag = "ticket", params(("id" = String, Path, format = Uuid)),
    responses((status = 200, body = TicketView), Faults))]
pub async fn read(
    State(app): State<App>,
    signed_in: SignedIn,
    Named(id): Named<TicketId>,
) -> Answer<TicketView> {
    Ok(Json(tickets::read(&app.core, &signed_in.who, id).await?))
}

/// The ticket of a number.
#[utoipa::path(get, path = "/api/tickets/by-number/{number}", tag = "ticket",
    params(("number" = String, Path)),
    responses((status = 200, body = TicketView), Faults))]
pub async fn by_number(
    State(app): State<App>,
    signed_in: SignedIn,
    Named(number): Named<TicketNumber>,
) -> Answer<TicketView> {
    Ok(Json(
        tickets::by_number(&app.core, &signed_in.who, number).await?,
    ))
}

/// What a merged ticket can be answered with from its main one.
#[utoipa::path(get, path = "/api/tickets/{id}/child-draft", tag = "ticket", params(("id" = String, Path, format = Uuid)),
    responses((status = 200, body = ChildDraft), Faults))]
pub async fn child_draft(
    State(app): State<App>,
    signed_in: SignedIn,
    Named(id): Named<TicketId>,
) -> Answer<ChildDraft> {
    Ok(Json(
        tickets::child_draft(&app.core, &signed_in.who, id).await?,
    ))
}

/// The tickets that are merged into one.
#[utoipa::path(get, path = "/api/tickets/{id}/children", tag = "ticket",
    params(("id" = String, Path, format = Uuid), PageRequest),
    responses((status = 200, body = Page<TicketRow>), Faults))]
pub async fn children(
    State(app): State<App>,
    signed_in: SignedIn,
    Named(id): Named<TicketId>,
    Asked(page): Asked<PageRequest>,
) -> Answer<Page<TicketRow>> {
    Ok(Json(
        tickets::children(&app.core, &signed_in.who, id, page).await?,
    ))
}

/// What happened to a ticket, oldest first.
#[utoipa::path(get, path = "/api/tickets/{id}/history", tag = "ticket", params(("id" = String, Path, format = Uuid)),
    responses((status = 200, body = History), Faults))]
pub async fn history(
    State(app): State<App>,
    signed_in: SignedIn,
    Named(id): Named<TicketId>,
) -> Answer<History> {
    Ok(Json(tickets::history(&app.core, &signed_in.who, id).await?))
}
