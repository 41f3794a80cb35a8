//! The dispatch directory: `GET /api/directory?since=N` pulls it when it is newer, `POST /api/directory` replaces it.

use crate::domain::directory::{Case, CaseFault, Directory};
use crate::domain::id::UnitCode;
use crate::protocol::ticket::TicketRow;
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

/// The regression cases: what upheld returns taught.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DirectoryCases {
    /// Of tickets alike the newest.
    pub cases: Vec<Case>,
}

/// Open tickets that a directory would give to others.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DirectoryMoves {
    /// Who leads them by the directory in force; nobody where no rule fits.
    pub from: Option<UnitCode>,
    /// Who would.
    pub to: Option<UnitCode>,
    /// How many.
    pub count: u64,
    /// The first 50 of them.
    pub tickets: Vec<TicketRow>,
}

/// What a directory would do, were it in force.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DirectoryChecked {
    /// What is wrong with it as a whole; at most 50. With any it is not taken.
    pub faults: Vec<String>,
    /// How many regression cases were run.
    pub cases: u64,
    /// How many it fails.
    pub failures: u64,
    /// The first 50 of them.
    pub failed: Vec<CaseFault>,
    /// How many open tickets were looked at; at most 20,000.
    pub looked_at: u64,
    /// Those that would go elsewhere, the most first. A ticket that was dispatched stays where it is: this tells whom to
    /// transfer it to.
    pub moves: Vec<DirectoryMoves>,
}
