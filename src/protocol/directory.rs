//! The dispatch directory: `GET /api/directory?since=N` pulls it when it is newer, `POST /api/directory` replaces it.

use crate::domain::directory::Directory;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// The version the desk has.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema, IntoParams,
)]
#[into_params(parameter_in = Query)]
pub struct DirectoryRequest {
    /// 0 for a new desk.
    #[serde(default)]
    pub since: u64,
}

/// The directory, if it is newer than `since`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DirectoryAnswer {
    /// The version in force.
    pub version: u64,
    /// The directory; nothing when the desk has it.
    pub directory: Option<Directory>,
}

/// What an import of a directory did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DirectoryImported {
    /// The version in force now; the same as before when nothing changed.
    pub version: u64,
    /// True when something changed.
    pub changed: bool,
}
