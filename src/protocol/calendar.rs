//! The working calendar: `GET /api/calendar` says which days are worked, `POST /api/calendar` imports notices.

use crate::domain::calendar::NoticeDay;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Holiday notices to put in force, over those that are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ImportCalendar {
    /// 1 to 2,000 days.
    pub days: Vec<NoticeDay>,
}

/// What an import of notices did. Open tickets' deadlines are counted again after the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CalendarImported {
    /// The version in force now; the same as before when nothing changed.
    pub version: u64,
    /// True when something changed.
    pub changed: bool,
}

/// The notices in force.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CalendarAnswer {
    /// How often notices were imported; 0 when only the built-in ones are in force.
    pub version: u64,
    /// The imported days, over the built-in ones, in order.
    pub days: Vec<NoticeDay>,
    /// From this day on a deadline is provisional.
    #[schema(value_type = Option<String>, format = Date)]
    pub provisional_from: Option<Date>,
}
