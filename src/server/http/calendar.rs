//! `/api/calendar`: the holiday notices in force, and their import.

use super::App;
use super::answer::{Answer, Faults};
use super::input::{IMPORT, Sent};
use crate::protocol::calendar::{CalendarAnswer, CalendarImported, ImportCalendar};
use crate::server::auth::SignedIn;
use crate::server::service::calendar;
use axum::Json;
use axum::extract::State;

/// The holiday notices in force.
#[utoipa::path(get, path = "/api/calendar", tag = "calendar",
    responses((status = 200, body = CalendarAnswer), Faults))]
pub async fn get(State(app): State<App>, _: SignedIn) -> Answer<CalendarAnswer> {
    Ok(Json(calendar::get(&app.core).await?))
}

/// Puts holiday notices in force; open tickets' provisional deadlines are worked out again after the answer.
#[utoipa::path(post, path = "/api/calendar", tag = "calendar", request_body = ImportCalendar,
    responses((status = 200, body = CalendarImported), Faults))]
pub async fn import(
    State(app): State<App>,
    signed_in: SignedIn,
    Sent { value, .. }: Sent<ImportCalendar, IMPORT>,
) -> Answer<CalendarImported> {
    Ok(Json(
        calendar::import(&app.core, &signed_in.who, value).await?,
    ))
}
