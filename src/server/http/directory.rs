//! `/api/directory`: pulled when it is newer, replaced as a whole.

use super::App;
use super::answer::{Answer, Faults};
use super::input::{Asked, IMPORT, Sent};
use crate::domain::directory::Directory;
use crate::protocol::directory::{DirectoryAnswer, DirectoryImported, DirectoryRequest};
use crate::server::auth::SignedIn;
use crate::server::service::directory;
use axum::Json;
use axum::extract::State;

/// The directory, if it is newer than one's own.
#[utoipa::path(get, path = "/api/directory", tag = "directory", params(DirectoryRequest),
    responses((status = 200, body = DirectoryAnswer), Faults))]
pub async fn get(
    State(app): State<App>,
    _: SignedIn,
    Asked(request): Asked<DirectoryRequest>,
) -> Answer<DirectoryAnswer> {
    Ok(Json(directory::get(&app.core, request)))
}

/// Puts a directory in force.
#[utoipa::path(post, path = "/api/directory", tag = "directory", request_body = Directory,
    responses((status = 200, body = DirectoryImported), Faults))]
pub async fn replace(
    State(app): State<App>,
    signed_in: SignedIn,
    Sent { value, .. }: Sent<Directory, IMPORT>,
) -> Answer<DirectoryImported> {
    Ok(Json(
        directory::replace(&app.core, &signed_in.who, value).await?,
    ))
}
