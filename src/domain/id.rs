//! Identifiers. Inside the house a thing is named by a UUID v7 (sortable by birth); codes that people
//! read (units, items, entries, accounts) keep their own strings, checked when they come in.

use serde::{Deserialize, Serialize};
use std::fmt;
use utoipa::ToSchema;
use uuid::Uuid;

/// Why a code that came from outside is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CodeError {
    /// Nothing was given.
    #[error("{what} is empty")]
    Empty {
        /// Which code.
        what: &'static str,
    },
    /// More than 64 bytes.
    #[error("{what} is longer than 64 bytes")]
    TooLong {
        /// Which code.
        what: &'static str,
    },
    /// A character outside letters, digits, `-`, `_`, `.`.
    #[error("{what} holds {found:?}; letters, digits, '-', '_' and '.' are allowed")]
    Character {
        /// Which code.
        what: &'static str,
        /// The character.
        found: char,
    },
}

macro_rules! uuid_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl $name {
            /// A new identifier, made from a UUID v7 that the caller made (this floor has no clock).
            pub const fn new(id: Uuid) -> Self {
                Self(id)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

macro_rules! code_id {
    ($(#[$doc:meta])* $name:ident, $what:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, ToSchema)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// Takes a code as it came in: 1 to 64 bytes of letters (any script), digits, `-`, `_`, `.`.
            pub fn parse(code: &str) -> Result<Self, CodeError> {
                let code = code.trim();
                if code.is_empty() {
                    return Err(CodeError::Empty { what: $what });
                }
                if code.len() > 64 {
                    return Err(CodeError::TooLong { what: $what });
                }
                match code.chars().find(|c| !(c.is_alphanumeric() || matches!(c, '-' | '_' | '.'))) {
                    Some(found) => Err(CodeError::Character { what: $what, found }),
                    None => Ok(Self(code.to_owned())),
                }
            }

            /// The code as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(de: D) -> Result<Self, D::Error> {
                let code = std::borrow::Cow::<'de, str>::deserialize(de)?;
                Self::parse(&code).map_err(serde::de::Error::custom)
            }
        }
    };
}

uuid_id!(
    /// A ticket (工单) inside the house; people use its [`super::number::TicketNumber`].
    TicketId
);
uuid_id!(
    /// A call offered to the hotline; the SIP header `X-Hotline-Call` carries it.
    CallId
);
uuid_id!(
    /// A promise to call somebody back.
    CallbackId
);
uuid_id!(
    /// A question to the experts of a department.
    ConsultId
);
uuid_id!(
    /// A draft of a knowledge entry.
    DraftId
);
uuid_id!(
    /// A correction of a knowledge entry.
    CorrectionId
);
uuid_id!(
    /// An outage that a utility told.
    OutageId
);
uuid_id!(
    /// That an article of a law changed.
    LawChangeId
);
code_id!(
    /// A person's sign-in name.
    Account,
    "account"
);
code_id!(
    /// A desk's number as it stands on its door sign, e.g. `0117`.
    SeatNo,
    "seat number"
);
code_id!(
    /// A handling unit (承办单位).
    UnitCode,
    "unit code"
);
code_id!(
    /// A third-level item of the directory (事项).
    ItemCode,
    "item code"
);
code_id!(
    /// A district or county (区县), e.g. `LX`.
    DistrictCode,
    "district code"
);
code_id!(
    /// A knowledge entry, e.g. `GJJ-0001`.
    EntryCode,
    "entry code"
);
