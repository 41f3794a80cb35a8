//! An article changed (依据变更): every entry that stands on it is flagged until a version made after it holds.

use crate::domain::id::LawChangeId;
use crate::domain::role::Stamp;
use crate::domain::text::Line;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// That a law or one of its articles changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct LawChange {
    /// Its identifier.
    pub id: LawChangeId,
    /// The law's full name, as entries write it.
    pub law: Line,
    /// The article; blank for the whole law.
    pub article: Line,
    /// What changed.
    pub note: Line,
    /// Who noted it, and when.
    pub made: Stamp,
}

/// A law's name as it is compared: without its book marks and outer blanks.
pub fn bare(law: &str) -> String {
    law.trim().replace(['《', '》'], "")
}

#[cfg(test)]
mod tests {
    use super::bare;

    #[test]
    fn a_law_is_the_same_with_and_without_its_book_marks() {
        assert_eq!(bare(" 《住房公积金管理条例》"), bare("住房公积金管理条例"));
        assert_ne!(bare("住房公积金管理条例"), bare("住房条例"));
    }
}
