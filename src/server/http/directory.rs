//! `/api/directory`: pulled when it is newer, replaced as a whole.

use super::App;
use super::answer::{Answer, Faults};
use super::input::{Asked, IMPORT, Sent};
use crate::domain::directory::Directory;
use crate::protocol::directory::{
    DirectoryAnswer, DirectoryCases, DirectoryChecked, DirectoryImported, DirectoryRequest,
};
use crate::server::auth::SignedIn;
use crate::server::service::{directory, directory_check};
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

/// Runs a directory over the regression cases and the open tickets; it does not come in force by that.
#[utoipa::path(post, path = "/api/directory/check", tag = "directory", request_body = Directory,
    responses((status = 200, body = DirectoryChecked), Faults))]
pub async fn check(
    State(app): State<App>,
    signed_in: SignedIn,
    Sent { value, .. }: Sent<Directory, IMPORT>,
) -> Answer<DirectoryChecked> {
    Ok(Json(
        directory_check::check(&app.core, &signed_in.who, value).await?,
    ))
}

/// The regression cases: what upheld returns taught.
#[utoipa::path(get, path = "/api/directory/cases", tag = "directory",
    responses((status = 200, body = DirectoryCases), Faults))]
pub async fn cases(State(app): State<App>, signed_in: SignedIn) -> Answer<DirectoryCases> {
    let cases = directory_check::cases(&app.core, &signed_in.who).await?;
    Ok(Json(DirectoryCases { cases }))
}
