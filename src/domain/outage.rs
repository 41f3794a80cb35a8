//! Outages (停水、停电、停暖、停气、公交改线公告): what a utility tells the hotline, so that a caller from the place is
//! answered at once instead of a ticket a household (product.md, mechanism 13: data sharing).

use super::id::{DistrictCode, OutageId};
use super::text::Line;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How long before it begins a planned outage is told to callers.
const AHEAD: SignedDuration = SignedDuration::from_hours(48);
/// How long after it ended it still answers why there was none.
const BEHIND: SignedDuration = SignedDuration::from_hours(12);
/// How long one without an end is believed, from its beginning.
const UNENDED: SignedDuration = SignedDuration::from_hours(72);
/// How many districts, and how many streets, one outage may name.
pub const MAX_AREAS: usize = 200;

/// What is cut off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum OutageKind {
    /// 停水.
    Water,
    /// 停电.
    Power,
    /// 停暖.
    Heat,
    /// 停气.
    Gas,
    /// 公交停运、改线.
    Bus,
    /// 道路封闭.
    Road,
    /// 通信中断.
    Network,
}

impl OutageKind {
    /// All kinds.
    pub const ALL: [Self; 7] = [
        Self::Water,
        Self::Power,
        Self::Heat,
        Self::Gas,
        Self::Bus,
        Self::Road,
        Self::Network,
    ];
}

/// An outage as its utility told it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Outage {
    /// Its identifier, given by who tells it: telling it again changes it.
    pub id: OutageId,
    /// What is cut off.
    pub kind: OutageKind,
    /// True when it was planned (计划), false when something broke (突发).
    pub planned: bool,
    /// What is said to callers, e.g. the cause and when it ends.
    pub text: Line,
    /// Who told it, e.g. 水务集团.
    pub department: Line,
    /// Whom to ring for more; may be blank.
    #[serde(default)]
    pub telephone: Line,
    /// The districts it lies in; none: the whole city.
    #[serde(default)]
    pub districts: Vec<DistrictCode>,
    /// The streets (街道, 镇) it lies in; none: the whole of its districts.
    #[serde(default)]
    pub streets: Vec<Line>,
    /// From when on.
    #[schema(value_type = String, format = DateTime)]
    pub from: Timestamp,
    /// Until when; nothing while nobody knows.
    #[schema(value_type = Option<String>, format = DateTime)]
    #[serde(default)]
    pub until: Option<Timestamp>,
    /// True when it was called off.
    #[serde(default)]
    pub withdrawn: bool,
}

/// Why an outage cannot stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OutageFault {
    /// Nothing to say.
    #[error("a text is expected: what callers are told")]
    Blank,
    /// Nobody told it.
    #[error("a department is expected: who told it")]
    Nobody,
    /// It ends before it begins.
    #[error("it ends before it begins")]
    Backwards,
    /// More places than one outage has.
    #[error("at most {MAX_AREAS} districts and {MAX_AREAS} streets are expected")]
    TooWide,
}

impl Outage {
    /// Checks what no type can say.
    pub fn check(&self) -> Result<(), (&'static str, OutageFault)> {
        if self.text.is_blank() {
            return Err(("text", OutageFault::Blank));
        }
        if self.department.is_blank() {
            return Err(("department", OutageFault::Nobody));
        }
        if self.until.is_some_and(|until| until < self.from) {
            return Err(("until", OutageFault::Backwards));
        }
        if self.districts.len() > MAX_AREAS || self.streets.len() > MAX_AREAS {
            return Err(("districts", OutageFault::TooWide));
        }
        Ok(())
    }

    /// The last moment at which callers are told of it.
    pub fn told_until(&self) -> Timestamp {
        let (end, more) = match self.until {
            Some(until) => (until, BEHIND),
            None => (self.from, UNENDED),
        };
        end.checked_add(more).unwrap_or(Timestamp::MAX)
    }

    /// Whether callers are told of it at a moment: from two days before it begins until half a day after it ended; one whose
    /// end nobody knows, for three days.
    pub fn is_told(&self, now: Timestamp) -> bool {
        let begins = self.from.checked_sub(AHEAD).unwrap_or(Timestamp::MIN);
        !self.withdrawn && begins <= now && now <= self.told_until()
    }

    /// Whether it has ended at a moment.
    pub fn is_over(&self, now: Timestamp) -> bool {
        self.until.is_some_and(|until| until <= now)
    }

    /// Whether it covers a place. A place of which only the district is known may lie inside; one of which nothing is known
    /// is covered by what covers the whole city only.
    pub fn covers(&self, district: Option<&DistrictCode>, street: Option<&str>) -> bool {
        let in_district =
            self.districts.is_empty() || district.is_some_and(|it| self.districts.contains(it));
        let street = street.filter(|street| !street.is_empty());
        let in_street = self.streets.is_empty()
            || match street {
                Some(street) => self.streets.iter().any(|it| it.as_str() == street),
                None => !self.districts.is_empty(),
            };
        in_district && in_street
    }
}

/// The outages that fit a place at a moment: running ones before those to come, those before ended ones; among equals the
/// narrower one first.
pub fn fitting<'a>(
    outages: &'a [Outage],
    district: Option<&DistrictCode>,
    street: Option<&str>,
    now: Timestamp,
) -> Vec<&'a Outage> {
    let mut found: Vec<&Outage> = outages
        .iter()
        .filter(|it| it.is_told(now) && it.covers(district, street))
        .collect();
    let breadth = |it: &Outage| {
        (
            it.streets.is_empty(),
            it.districts.is_empty(),
            it.streets.len(),
        )
    };
    found.sort_by_key(|it| (it.is_over(now), it.from > now, breadth(it), it.from));
    found
}

#[cfg(test)]
mod tests;
