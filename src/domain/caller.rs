//! The person or enterprise who asks (来电人), with the wishes the law gives them (Art. 15, 16).

use super::text::Line;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A telephone number: 3 to 20 digits, kept without blanks and dashes.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, ToSchema)]
#[serde(transparent)]
pub struct Telephone(String);

/// Why a telephone number is refused. The number itself is not repeated: errors reach logs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "a telephone number has 3 to 20 digits; blanks, dashes, brackets and a leading + may stand in it"
)]
pub struct TelephoneError;

impl Telephone {
    /// Takes a number as written; full-width digits count as digits.
    pub fn parse(text: &str) -> Result<Self, TelephoneError> {
        let mut digits = String::with_capacity(text.len());
        for c in text.trim().chars() {
            match c {
                '0'..='9' => digits.push(c),
                '０'..='９' => digits.push(char::from(
                    b'0' + u8::try_from(c as u32 - '０' as u32).unwrap_or(0),
                )),
                ' ' | '-' | '－' | '(' | ')' | '（' | '）' | '+' => {}
                _ => return Err(TelephoneError),
            }
        }
        if (3..=20).contains(&digits.len()) {
            Ok(Self(digits))
        } else {
            Err(TelephoneError)
        }
    }

    /// The digits. Only for who may see them; everybody else gets [`super::mask::telephone`].
    pub fn digits(&self) -> &str {
        &self.0
    }

    /// The last four digits (尾号), which are enough to tell callers apart.
    pub fn tail(&self) -> &str {
        &self.0[self.0.len().saturating_sub(4)..]
    }
}

impl std::fmt::Debug for Telephone {
    /// Masked: a debug print may end in a log.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Telephone(…{})", self.tail())
    }
}

impl<'de> Deserialize<'de> for Telephone {
    fn deserialize<D: serde::Deserializer<'de>>(de: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(de)?).map_err(serde::de::Error::custom)
    }
}

/// A citizen or an enterprise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CallerKind {
    /// 市民.
    #[default]
    Citizen,
    /// 企业: the 2110 lane.
    Enterprise,
}

/// Who asks. A confidential caller (保密) is shown to nobody outside the hotline.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct Caller {
    /// Name as given; empty for one who gives none.
    pub name: Line,
    /// Citizen or enterprise.
    pub kind: CallerKind,
    /// The calling number, if the line showed one.
    pub number: Option<Telephone>,
    /// Who to ask for, when it is somebody else.
    pub contact_name: Line,
    /// Where to reach them, when it is not the calling number.
    pub contact: Option<Telephone>,
    /// 保密: neither name nor number leaves the hotline.
    pub confidential: bool,
    /// 匿名: no name is asked for.
    pub anonymous: bool,
    /// 不要求回复: no answer wanted (Art. 24).
    pub no_answer_wanted: bool,
}

impl std::fmt::Debug for Caller {
    /// Without name and number: a debug print may end in a log.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Caller")
            .field("kind", &self.kind)
            .field("confidential", &self.confidential)
            .finish_non_exhaustive()
    }
}

impl Caller {
    /// The number to call back: the contact's, else the calling one.
    pub fn reach_at(&self) -> Option<&Telephone> {
        self.contact.as_ref().or(self.number.as_ref())
    }
}
