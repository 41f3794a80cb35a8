//! Keyset pages: a cursor that is handed back as it came.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Which page is wanted.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PageRequest {
    /// The `next` of the page before; nothing for the first page.
    pub after: Option<String>,
    /// How many, 1 to 200; 50 unless told.
    pub limit: Option<u32>,
}

/// A page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Page<T> {
    /// What is on it.
    pub items: Vec<T>,
    /// The cursor of the next page; nothing on the last one.
    pub next: Option<String>,
}
