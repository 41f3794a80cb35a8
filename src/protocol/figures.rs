//! Figures: `/api/figures`. None is told without its numerator and denominator, and each opens what is behind it.

use crate::domain::figures::{Behind, Figure, Measure};
use crate::domain::id::{CallId, ItemCode, SeatNo, UnitCode};
use crate::domain::seat::SeatState;
use crate::protocol::ticket::TicketRow;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Something of the figures that is read, as one type: desk and line pass it on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FiguresAsk {
    /// Sums.
    Sums(FiguresRequest),
    /// What is behind one.
    Behind(Figure, BehindRequest),
    /// One's own day.
    Own,
}

/// What was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FiguresGot {
    /// To [`FiguresAsk::Sums`].
    Sums(Figures),
    /// To [`FiguresAsk::Behind`].
    Behind(FigureBehind),
    /// To [`FiguresAsk::Own`].
    Own(OwnDay),
}

/// By what figures are told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FiguresBy {
    /// By nothing: the sum of the days.
    #[default]
    Whole,
    /// By day.
    Day,
    /// By week: its Monday.
    Week,
    /// By unit.
    Unit,
    /// By the unit's level.
    Level,
    /// By item.
    Item,
}

/// Which figures.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct FiguresRequest {
    /// From this day; today unless told.
    #[schema(value_type = Option<String>, format = Date)]
    #[param(value_type = Option<String>, format = Date)]
    pub from: Option<Date>,
    /// To this day, at most 400 days on; today unless told. Later days are not counted yet.
    #[schema(value_type = Option<String>, format = Date)]
    #[param(value_type = Option<String>, format = Date)]
    pub until: Option<Date>,
    /// Told apart by.
    #[serde(default)]
    #[param(value_type = Option<FiguresBy>)]
    pub by: FiguresBy,
    /// This figure only.
    pub figure: Option<Figure>,
    /// Of this unit only.
    #[param(value_type = Option<String>)]
    pub unit: Option<UnitCode>,
    /// Of this item only.
    #[param(value_type = Option<String>)]
    pub item: Option<ItemCode>,
}

/// A figure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FigureRow {
    /// Which.
    pub figure: Figure,
    /// On what it falls: a day, a week's Monday, the code of a unit or an item, a level; blank for the whole, and for what
    /// has no unit or item.
    pub of: String,
    /// Its name, where the directory has one.
    pub name: String,
    /// Its numerator.
    pub numerator: u64,
    /// Its denominator, over 0.
    pub denominator: u64,
    /// How the two are read together.
    pub measure: Measure,
    /// What is behind it.
    pub behind: Behind,
}

/// Figures of a span of days.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Figures {
    /// The first day.
    #[schema(value_type = String, format = Date)]
    pub from: Date,
    /// The last one.
    #[schema(value_type = String, format = Date)]
    pub until: Date,
    /// In the order of the list of figures, then of what they fall on; at most 20,000.
    pub rows: Vec<FigureRow>,
    /// From this day on 一次解决率 may still fall: 7 days are not over.
    #[schema(value_type = String, format = Date)]
    pub open_from: Date,
    /// True while something that changed is not counted yet; it takes seconds.
    pub counting: bool,
}

/// Which of what is behind a figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum BehindWhich {
    /// All of the denominator.
    #[default]
    All,
    /// What the numerator counts.
    Counted,
    /// What it does not.
    Missed,
}

/// What is behind a figure.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct BehindRequest {
    /// From this day; today unless told.
    #[schema(value_type = Option<String>, format = Date)]
    #[param(value_type = Option<String>, format = Date)]
    pub from: Option<Date>,
    /// To this day; today unless told.
    #[schema(value_type = Option<String>, format = Date)]
    #[param(value_type = Option<String>, format = Date)]
    pub until: Option<Date>,
    /// Of this unit only.
    #[param(value_type = Option<String>)]
    pub unit: Option<UnitCode>,
    /// Of this item only.
    #[param(value_type = Option<String>)]
    pub item: Option<ItemCode>,
    /// All of it, or what the numerator counts, or what it does not.
    #[serde(default)]
    #[param(value_type = Option<BehindWhich>)]
    pub which: BehindWhich,
    /// The `next` of the page before.
    pub after: Option<String>,
    /// How many, 1 to 200; 50 unless told.
    pub limit: Option<u32>,
}

/// A call behind a figure: no number stands in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FigureCall {
    /// Which.
    pub id: CallId,
    /// When it was offered.
    #[schema(value_type = String, format = DateTime)]
    pub offered_at: Timestamp,
    /// When it was answered.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub answered_at: Option<Timestamp>,
    /// When it ended.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub ended_at: Option<Timestamp>,
    /// Who had it last.
    pub seat: Option<SeatNo>,
}

/// What is behind a figure: tickets or calls, the newest first.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
pub struct FigureBehind {
    /// Tickets that the asker may see.
    pub tickets: Vec<TicketRow>,
    /// Calls.
    pub calls: Vec<FigureCall>,
    /// The cursor of the next page.
    pub next: Option<String>,
}

/// How long somebody was in a state of a seat.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct StateTime {
    /// Which.
    pub state: SeatState,
    /// Seconds; what goes on is not in it.
    pub seconds: u64,
}

/// One's own day so far.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct OwnDay {
    /// The day.
    #[schema(value_type = String, format = Date)]
    pub day: Date,
    /// Calls answered that are over.
    pub answered: u64,
    /// Seconds of them.
    pub talk_seconds: u64,
    /// Requests accepted.
    pub accepted: u64,
    /// Of them closed directly.
    pub direct: u64,
    /// By state.
    pub states: Vec<StateTime>,
}
