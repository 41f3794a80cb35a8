//! `GET /api/people` lists colleagues, `POST /api/people` adds one (administrator).

use crate::domain::role::Person;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A new person.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
pub struct NewPerson {
    /// Who.
    #[serde(flatten)]
    pub person: Person,
    /// Their first password, at least 8 characters.
    pub password: String,
}

impl std::fmt::Debug for NewPerson {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NewPerson")
            .field("person", &self.person.account)
            .finish_non_exhaustive()
    }
}
