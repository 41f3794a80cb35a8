//! What the figures' screen knows.

use crate::desk::widgets::ListState;
use crate::domain::figures::Figure;
use crate::protocol::figures::{
    BehindRequest, FigureBehind, FigureRow, Figures, FiguresAsk, FiguresBy, FiguresRequest, OwnDay,
};
use jiff::ToSpan as _;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// Over which days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Span {
    /// Today.
    #[default]
    Today,
    /// The last seven days with today.
    Week,
    /// The last thirty days with today.
    Month,
}

impl Span {
    /// All, in the order of the tabs.
    pub const ALL: [Self; 3] = [Self::Today, Self::Week, Self::Month];

    /// The next one.
    #[must_use]
    pub const fn next(self) -> Self {
        match self {
            Self::Today => Self::Week,
            Self::Week => Self::Month,
            Self::Month => Self::Today,
        }
    }

    const fn days(self) -> i64 {
        match self {
            Self::Today => 1,
            Self::Week => 7,
            Self::Month => 30,
        }
    }
}

/// In the order of the tabs under one figure.
pub const BY: [FiguresBy; 5] = [
    FiguresBy::Day,
    FiguresBy::Week,
    FiguresBy::Unit,
    FiguresBy::Level,
    FiguresBy::Item,
];

/// What a journal keeps of it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Kept {
    /// Over which days.
    pub span: Span,
    /// Which figure was opened, if one was.
    pub figure: Option<Figure>,
    /// What it is told apart by.
    pub by: FiguresBy,
    /// On what it falls, where what is behind it was opened.
    pub of: Option<String>,
    /// Which is selected: of the figures, of one figure's rows, of the tickets.
    pub at: [ListState; 3],
}

/// The screen.
#[derive(Debug, Clone, Default)]
pub struct State {
    /// What the journal keeps.
    pub kept: Kept,
    /// The figures of the span.
    pub all: Option<Figures>,
    /// The one that was opened, told apart.
    pub one: Option<Figures>,
    /// What is behind it.
    pub behind: Option<FigureBehind>,
    /// One's own day.
    pub own: Option<OwnDay>,
    /// Something is being read.
    pub loading: bool,
}

impl State {
    /// How deep it is opened: 0 all figures, 1 one of them, 2 the tickets behind it.
    pub const fn depth(&self) -> usize {
        match (&self.kept.figure, &self.kept.of) {
            (None, _) => 0,
            (Some(_), None) => 1,
            (Some(_), Some(_)) => 2,
        }
    }

    /// The rows that are shown as figures.
    pub fn rows(&self) -> &[FigureRow] {
        let shown = if self.depth() == 0 {
            &self.all
        } else {
            &self.one
        };
        shown.as_ref().map_or(&[], |figures| &figures.rows)
    }

    /// How many rows are shown.
    pub fn shown(&self) -> usize {
        if self.depth() < 2 {
            return self.rows().len();
        }
        let behind = self.behind.as_ref();
        behind.map_or(0, |it| it.tickets.len() + it.calls.len())
    }

    /// The selected row of figures.
    pub fn selected(&self) -> Option<&FigureRow> {
        let at = self.kept.at.get(self.depth())?.at;
        self.rows().get(at)
    }

    /// What is to be read for what is shown.
    pub fn asks(&self, today: Date) -> FiguresAsk {
        let from = today.saturating_sub((self.kept.span.days() - 1).days());
        let sums = |figure, by| {
            FiguresAsk::Sums(FiguresRequest {
                from: Some(from),
                until: Some(today),
                by,
                figure,
                ..FiguresRequest::default()
            })
        };
        match (self.kept.figure, &self.kept.of) {
            (None, _) => sums(None, FiguresBy::Whole),
            (Some(figure), None) => sums(Some(figure), self.kept.by),
            (Some(figure), Some(of)) => {
                FiguresAsk::Behind(figure, behind(self.kept.by, of, (from, today)))
            }
        }
    }
}

/// The question for what is behind one row.
fn behind(by: FiguresBy, of: &str, (from, until): (Date, Date)) -> BehindRequest {
    let mut request = BehindRequest {
        from: Some(from),
        until: Some(until),
        limit: Some(200),
        ..BehindRequest::default()
    };
    match by {
        FiguresBy::Day => {
            let day = of.parse().ok();
            request.from = day.or(request.from);
            request.until = day.or(request.until);
        }
        FiguresBy::Week => {
            if let Ok(monday) = of.parse::<Date>() {
                request.from = Some(monday.max(from));
                request.until = Some(monday.saturating_add(6.days()).min(until));
            }
        }
        FiguresBy::Unit => request.unit = crate::domain::id::UnitCode::parse(of).ok(),
        FiguresBy::Item => request.item = crate::domain::id::ItemCode::parse(of).ok(),
        // A level is opened as a whole: its units stand under the tab of units.
        FiguresBy::Level | FiguresBy::Whole => {}
    }
    request
}
