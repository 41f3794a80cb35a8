//! The figures' screen: a leader opens a rate down to its tickets, a call-taker sees the own day.

use super::screens::everywhere;
use super::world::*;
use crate::desk::keymap::{Command, Place};
use crate::desk::update::why_not;
use crate::domain::figures::{Behind, Figure};
use crate::domain::role::Role;
use crate::domain::seat::SeatState;
use crate::domain::ticket::Stage;
use crate::protocol::figures::{
    FigureBehind, FigureRow, Figures, FiguresAsk, FiguresBy, FiguresGot, OwnDay, StateTime,
};
use crate::words::Lang;
use jiff::civil::date;

fn figure(figure: Figure, of: &str, numerator: u64, denominator: u64) -> FigureRow {
    FigureRow {
        figure,
        of: of.to_owned(),
        name: String::new(),
        numerator,
        denominator,
        measure: figure.measure(),
        behind: figure.behind(),
    }
}

/// What the server says to the figures' screen.
pub fn answered(ask: FiguresAsk) -> FiguresGot {
    match ask {
        FiguresAsk::Sums(request) => {
            let rows = match (request.figure, request.by) {
                (None, _) => vec![
                    figure(Figure::CallsAnswered, "", 412, 430),
                    figure(Figure::HandleTime, "", 98_880, 412),
                    figure(Figure::Direct, "", 251, 400),
                    figure(Figure::Precision, "", 146, 149),
                    figure(Figure::Stale, "", 3, 60),
                ],
                (Some(one), FiguresBy::Unit) => vec![FigureRow {
                    name: "济南市水务局".to_owned(),
                    ..figure(one, "SW", 45, 46)
                }],
                (Some(one), _) => vec![
                    figure(one, "2026-11-20", 70, 72),
                    figure(one, "2026-11-21", 76, 77),
                ],
            };
            FiguresGot::Sums(Figures {
                from: request.from.unwrap(),
                until: request.until.unwrap(),
                rows,
                open_from: date(2026, 11, 14),
                counting: false,
            })
        }
        FiguresAsk::Behind(..) => FiguresGot::Behind(FigureBehind {
            tickets: vec![row(17, "小区停水", Stage::InHand)],
            ..FigureBehind::default()
        }),
        FiguresAsk::Own => FiguresGot::Own(OwnDay {
            day: date(2026, 11, 21),
            answered: 41,
            talk_seconds: 6_027,
            accepted: 40,
            direct: 27,
            states: vec![StateTime {
                state: SeatState::Talking,
                seconds: 6_027,
            }],
        }),
    }
}

fn of_role(lang: Lang, size: (u16, u16), role: Role) -> Desk {
    let mut desk = Desk::new(lang, size);
    desk.roles = vec![role];
    desk.sign_in();
    desk
}

/// By the initials of 考评指标.
fn open(desk: &mut Desk) {
    desk.keys("ctrl-l");
    desk.text("kpzb");
    desk.keys("enter");
}

fn leading(lang: Lang, size: (u16, u16)) -> Desk {
    let mut desk = of_role(lang, size, Role::ShiftLeader);
    open(&mut desk);
    desk
}

#[test]
fn the_figures_of_the_house() {
    everywhere("figures", leading);
}

#[test]
fn one_figure_by_day() {
    everywhere("figures-by-day", |lang, size| {
        let mut desk = leading(lang, size);
        desk.keys("down down down enter");
        desk
    });
}

#[test]
fn the_own_day() {
    everywhere("figures-own", |lang, size| {
        let mut desk = Desk::signed_in(lang, size);
        open(&mut desk);
        desk
    });
}

#[test]
fn a_leader_opens_a_rate_down_to_its_tickets_and_comes_back() {
    let mut desk = leading(Lang::ZhCn, (80, 24));
    assert_eq!(desk.state.place, Place::Figures);
    assert!(desk.frame().contains("62.75%"), "{}", desk.frame());
    desk.keys("down down down enter");
    assert!(desk.frame().contains("98.70%"), "{}", desk.frame());
    desk.keys("tab tab");
    assert!(desk.frame().contains("水务局"), "{}", desk.frame());
    desk.keys("enter");
    assert!(desk.frame().contains("小区停水"), "{}", desk.frame());
    desk.keys("enter");
    assert_eq!(desk.state.place, Place::Ticket);
    desk.keys("esc");
    assert_eq!(desk.state.place, Place::Figures);
    desk.keys("esc esc");
    assert_eq!(desk.state.figures.depth(), 0);
    // What has no tickets says so.
    desk.keys("end enter enter");
    assert_eq!(desk.state.figures.depth(), 1);
    assert_eq!(Figure::Stale.behind(), Behind::Knowledge);
    desk.keys("esc esc");
    assert_eq!(desk.state.place, Place::Call);
}

#[test]
fn who_neither_leads_nor_takes_calls_is_told_why_not() {
    let desk = of_role(Lang::ZhCn, (80, 24), Role::UnitClerk);
    let why = why_not(&desk.state, Command::GoFigures).unwrap();
    assert!(why.contains("班长"), "{why}");
}
