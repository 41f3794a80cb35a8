//! The dispatch directory (分派目录): item × place × kind of request → lead and co-units, with the basis,
//! the questions to ask the caller (追问清单) and the deadline rule.

mod cases;
mod check;
pub(super) mod lookup;

pub use cases::{Case, CaseFault};
pub use check::DirectoryFault;
pub use lookup::Lookup;

use super::clock::ClockRuleName;
use super::id::{DistrictCode, ItemCode, UnitCode};
use super::text::Line;
use super::ticket::Kind;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Which of the five elements an item needs.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Element {
    /// 何人.
    Who,
    /// 何时.
    When,
    /// 何地.
    Where,
    /// 何因.
    Cause,
    /// 经过.
    Course,
}

impl Element {
    /// All five.
    pub const ALL: [Self; 5] = [
        Self::Who,
        Self::When,
        Self::Where,
        Self::Cause,
        Self::Course,
    ];
    /// The name used on the wire and in files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Who => "who",
            Self::When => "when",
            Self::Where => "where",
            Self::Cause => "cause",
            Self::Course => "course",
        }
    }
}

/// On what level a unit stands.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum UnitLevel {
    /// 市直部门.
    City,
    /// 公共服务企业.
    Enterprise,
    /// 区县政府、功能区.
    District,
    /// 区县部门.
    Bureau,
    /// 街镇.
    Street,
}

impl UnitLevel {
    /// The name used on the wire and in files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::City => "city",
            Self::Enterprise => "enterprise",
            Self::District => "district",
            Self::Bureau => "bureau",
            Self::Street => "street",
        }
    }
}

/// A handling unit (承办单位).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Unit {
    /// Its code.
    pub code: UnitCode,
    /// Full name.
    pub name: Line,
    /// Short name for narrow screens.
    pub short: Line,
    /// Level.
    pub level: UnitLevel,
    /// The district it belongs to.
    pub district: Option<DistrictCode>,
    /// The unit above it: a complaint against the unit goes there.
    pub parent: Option<UnitCode>,
    /// Other names people use.
    #[serde(default)]
    pub aliases: Vec<Line>,
}

/// A third-level item (三级事项).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Item {
    /// Its code.
    pub code: ItemCode,
    /// The three levels of its path.
    pub path: [Line; 3],
    /// What callers call it.
    pub aliases: Vec<Line>,
    /// What to ask (追问清单).
    pub questions: Vec<Line>,
    /// Which elements it needs.
    pub required: Vec<Element>,
    /// Which deadline rule it runs by.
    pub clock: ClockRuleName,
}

/// Who handles an item, for a kind of request in a district; `None` is any.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Rule {
    /// The item.
    pub item: ItemCode,
    /// For this kind only.
    pub kind: Option<Kind>,
    /// In this district only.
    pub district: Option<DistrictCode>,
    /// The lead unit; may hold `{D}` (district code) or be `{S}` (the street office).
    pub lead: String,
    /// Co-units, in the same notation.
    pub co_units: Vec<String>,
    /// On what it stands.
    pub basis: Vec<Line>,
}

/// A district (区县) or functional zone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct District {
    /// Its code.
    pub code: DistrictCode,
    /// Its name.
    pub name: Line,
}

/// A street or town (街镇) of a district.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Street {
    /// The national statistical code.
    pub code: String,
    /// Its district.
    pub district: DistrictCode,
    /// Its name.
    pub name: Line,
}

/// A duty that a unit has (职责): whoever has one in a matter does not return it (沾边就办).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Duty {
    /// Whose.
    pub unit: UnitCode,
    /// For which item.
    pub item: ItemCode,
    /// In this district only.
    #[serde(default)]
    pub district: Option<DistrictCode>,
    /// On what it stands: a statute (三定、法规) or a ruling.
    pub basis: Line,
}

/// The whole directory in one version.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
pub struct Directory {
    /// Which version.
    pub version: u64,
    /// Units.
    pub units: Vec<Unit>,
    /// Items.
    pub items: Vec<Item>,
    /// Rules.
    pub rules: Vec<Rule>,
    /// Duties, by statute or ruling.
    #[serde(default)]
    pub duties: Vec<Duty>,
    /// Districts.
    pub districts: Vec<District>,
    /// Streets.
    pub streets: Vec<Street>,
}

/// What the directory says about one request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Assignment {
    /// The lead unit.
    pub lead: UnitCode,
    /// Co-units.
    pub co_units: Vec<UnitCode>,
    /// On what it stands.
    pub basis: Vec<Line>,
    /// True when a rule of its own district or kind decided: certain enough for the directory alone.
    pub exact: bool,
}

/// The code under which the hotline's own staff stand.
pub const HOTLINE: &str = "HOTLINE";
