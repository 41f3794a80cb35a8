//! `/api/people`: colleagues.

use super::App;
use super::answer::{Answer, Faults};
use super::input::{Asked, Sent};
use crate::domain::role::Person;
use crate::protocol::page::{Page, PageRequest};
use crate::protocol::person::NewPerson;
use crate::server::auth::SignedIn;
use crate::server::service::invalid;
use crate::server::service::people;
use axum::Json;
use axum::extract::State;

/// The most people on a page.
const PAGE_MAX: u32 = 200;

/// Colleagues by account; the cursor is the last account of the page before.
#[utoipa::path(get, path = "/api/people", tag = "person", params(PageRequest),
    responses((status = 200, body = Page<Person>), Faults))]
pub async fn list(
    State(app): State<App>,
    signed_in: SignedIn,
    Asked(page): Asked<PageRequest>,
) -> Answer<Page<Person>> {
    let limit = page.limit.unwrap_or(50);
    if !(1..=PAGE_MAX).contains(&limit) {
        return Err(invalid("limit", "1 to 200 is expected").into());
    }
    let mut items = people::list(&app.core, &signed_in.who).await?;
    if let Some(after) = &page.after {
        items.retain(|person| person.account.as_str() > after.as_str());
    }
    let size = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = items.len() > size;
    items.truncate(size);
    let next = items
        .last()
        .filter(|_| more)
        .map(|last| last.account.to_string());
    Ok(Json(Page { items, next }))
}

/// Adds a person.
#[utoipa::path(post, path = "/api/people", tag = "person", request_body = NewPerson,
    responses((status = 200, body = Person), Faults))]
pub async fn add(
    State(app): State<App>,
    signed_in: SignedIn,
    Sent { value, .. }: Sent<NewPerson>,
) -> Answer<Person> {
    Ok(Json(people::add(&app.core, &signed_in.who, value).await?))
}
