//! Errors on the wire: a code, arguments, the HTTP status that goes with it. The desk words them.

use crate::domain::lifecycle::Refusal;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What went wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema, thiserror::Error)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum ApiError {
    /// 401: no token, an unknown or an expired one: sign in again.
    #[error("sign in first: the token is missing, unknown or expired")]
    NotSignedIn,
    /// 401: account or password is wrong (never says which).
    #[error("account or password is wrong")]
    WrongPassword,
    /// 429: too many tries.
    #[error("too many tries; wait {seconds} s")]
    Throttled {
        /// How long to wait.
        seconds: u64,
    },
    /// 403: the role does not allow it.
    #[error("your role does not allow this")]
    Forbidden,
    /// 404: no such thing, or none that you may see.
    #[error("{what} {id} is not there")]
    NotFound {
        /// What, e.g. `ticket`.
        what: String,
        /// Which.
        id: String,
    },
    /// 409: the ticket has moved on; what was sent is not applied.
    #[error("the {what} is at version {current}, yours was made on {sent}")]
    Stale {
        /// What, e.g. `ticket`.
        what: String,
        /// The version it has.
        current: u64,
        /// The version the write was made on.
        sent: u64,
    },
    /// 409: the same idempotency key came with another body.
    #[error("this idempotency key was used with another body")]
    IdempotencyConflict,
    /// 409: it exists already.
    #[error("{what} {id} exists already")]
    Exists {
        /// What.
        what: String,
        /// Which.
        id: String,
    },
    /// 422: a rule of the domain forbids it.
    #[error("refused by rule: {refusal}")]
    Refused {
        /// Which rule.
        #[serde(flatten)]
        refusal: Refusal,
    },
    /// 422: a value is not what the field takes.
    #[error("{field}: {problem}")]
    Invalid {
        /// Where, e.g. `entries[3].question`.
        field: String,
        /// What is wrong and what is expected, in English.
        problem: String,
    },
    /// 413: the body is over the limit.
    #[error("the body is over {limit} bytes")]
    TooLarge {
        /// The limit.
        limit: u64,
    },
    /// 503: the store cannot write now (disk full, locked); nothing was kept.
    #[error("the store cannot write now; nothing was kept, try again")]
    Unavailable,
    /// 500: a fault of the server; `trace` finds it in its log.
    #[error("a fault of the server; trace {trace}")]
    Internal {
        /// The trace identifier.
        trace: String,
    },
}

impl ApiError {
    /// The HTTP status that goes with it.
    pub const fn status(&self) -> u16 {
        match self {
            Self::NotSignedIn | Self::WrongPassword => 401,
            Self::Throttled { .. } => 429,
            Self::Forbidden => 403,
            Self::NotFound { .. } => 404,
            Self::Stale { .. } | Self::IdempotencyConflict | Self::Exists { .. } => 409,
            Self::Refused { .. } | Self::Invalid { .. } => 422,
            Self::TooLarge { .. } => 413,
            Self::Unavailable => 503,
            Self::Internal { .. } => 500,
        }
    }
}
