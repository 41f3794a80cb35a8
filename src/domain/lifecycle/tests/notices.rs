//! What a new holiday notice moves, and what it leaves.

use super::world::{Told, World, dispatch_to, line, of_role, redo, request, system};
use crate::domain::calendar::parse_notices;
use crate::domain::clock::zone;
use crate::domain::id::ItemCode;
use crate::domain::lifecycle::{Action, Event, apply, fold, recount};
use crate::domain::role::Role;
use crate::domain::ticket::{Request, Ticket};
use jiff::Timestamp;
use jiff::civil::date;

fn on(day: (i16, i8, i8)) -> Timestamp {
    let civil = date(day.0, day.1, day.2).at(9, 0, 0, 0);
    civil.to_zoned_datetime(zone()).unwrap().timestamp()
}

/// Submitted and dispatched in the morning of a day, and so on.
fn dispatched(world: &World, day: (i16, i8, i8), item: Option<&str>) -> Told {
    let mut told = Told::open(Request {
        item: item.map(|item| ItemCode::parse(item).unwrap()),
        ..request()
    });
    let (taker, dispatcher) = (of_role(Role::CallTaker), of_role(Role::Dispatcher));
    told.act(world, &taker, on(day), &Action::Submit).unwrap();
    told.act(world, &dispatcher, on(day), &dispatch_to("JN-SW"))
        .unwrap();
    told
}

/// The world with 2027 announced: 1 to 3 January are off, the 9th, a Saturday, is worked.
fn announced() -> World {
    let mut world = World::new();
    let text = "date,name,is_off_day\n2027-01-01,元旦,true\n2027-01-02,元旦,true\n2027-01-03,元旦,true\n2027-01-09,元旦,false";
    world.clocks.calendar = world.clocks.calendar.over(&parse_notices(text).unwrap());
    world
}

/// Works the deadlines out again by the announced notice; true when something moved.
fn count(told: &mut Told) -> bool {
    let world = announced();
    let kind = recount(&told.ticket, &told.events, &world.clocks, &line("第 1 版"));
    let Some(kind) = kind else { return false };
    let event = Event {
        version: told.ticket.version + 1,
        stamp: system().stamp(told.ticket.changed_at),
        kind,
    };
    told.ticket = apply(Some(told.ticket.clone()), &event).unwrap();
    told.events.push(event);
    true
}

fn ends(ticket: &Ticket) -> (String, String, bool) {
    let (total, unit) = (
        ticket.total_due.as_ref().unwrap(),
        ticket.unit_due.as_ref().unwrap(),
    );
    let day = |deadline: &crate::domain::clock::Deadline| deadline.last_day().to_string();
    (day(total), day(unit), total.provisional || unit.provisional)
}

/// Year, month, day.
type Day = (i16, i8, i8);
/// The last days of the total clock and of the unit's.
type Ends = (&'static str, &'static str);

/// Begun on, extended by so many working days, total and unit clock before the notice and after it.
const EXAMPLES: [(Day, u32, Ends, Option<Ends>); 7] = [
    ((2026, 12, 15), 0, ("2026-12-22", "2026-12-22"), None),
    (
        (2026, 12, 25),
        0,
        ("2027-01-01", "2027-01-01"),
        Some(("2027-01-04", "2027-01-04")),
    ),
    (
        (2026, 12, 24),
        0,
        ("2026-12-31", "2026-12-31"),
        Some(("2026-12-31", "2026-12-31")),
    ),
    (
        (2026, 12, 31),
        0,
        ("2027-01-07", "2027-01-07"),
        Some(("2027-01-08", "2027-01-08")),
    ),
    (
        (2027, 1, 4),
        0,
        ("2027-01-11", "2027-01-11"),
        Some(("2027-01-09", "2027-01-09")),
    ),
    // The total clock is firm and stays; the extension is counted again from the unit's own last day.
    (
        (2026, 12, 15),
        8,
        ("2026-12-22", "2027-01-01"),
        Some(("2026-12-22", "2027-01-04")),
    ),
    (
        (2026, 12, 24),
        1,
        ("2026-12-31", "2027-01-01"),
        Some(("2026-12-31", "2027-01-04")),
    ),
];

#[test]
fn only_provisional_deadlines_move_each_from_where_it_began() {
    let world = World::new();
    for (begun, extended, before, after) in EXAMPLES {
        let mut told = dispatched(&world, begun, None);
        if extended > 0 {
            let clerk = of_role(Role::UnitClerk);
            told.act(&world, &clerk, on(begun), &Action::Sign).unwrap();
            let extend = Action::Extend {
                working_days: extended,
                reason: line("等配件"),
            };
            let ask = Action::AskExtension {
                working_days: extended,
                reason: line("等配件"),
            };
            told.act(&world, &clerk, on(begun), &ask).unwrap();
            told.act(&world, &of_role(Role::Dispatcher), on(begun), &extend)
                .unwrap();
        }
        let (total, unit, provisional) = ends(&told.ticket);
        assert_eq!((total.as_str(), unit.as_str()), before, "{begun:?}");
        assert_eq!(provisional, after.is_some(), "{begun:?}");
        assert_eq!(count(&mut told), after.is_some(), "{begun:?}");
        let (total, unit, provisional) = ends(&told.ticket);
        assert_eq!(
            (total.as_str(), unit.as_str()),
            after.unwrap_or(before),
            "{begun:?}"
        );
        assert!(!provisional, "{begun:?}");
        assert!(!count(&mut told), "{begun:?}: once is enough");
        assert_eq!(fold(&told.events).unwrap(), told.ticket);
    }
}

#[test]
fn hours_closed_tickets_and_a_new_rounds_own_clock() {
    let world = World::new();
    let mut hours = dispatched(&world, (2026, 12, 30), Some("water"));
    assert!(!count(&mut hours), "hours know no holidays");
    let mut told = dispatched(&world, (2026, 12, 25), None);
    told.ticket.state = Told::at(&world, crate::domain::ticket::Stage::Closed)
        .ticket
        .state;
    assert!(!count(&mut told), "what is closed was due when it was due");
    // A notice that came while it was closed is told when it is redone.
    let supervisor = of_role(Role::Supervisor);
    let mut later = told.clone();
    later
        .act(&announced(), &supervisor, on((2026, 12, 31)), &redo())
        .unwrap();
    assert_eq!(ends(&later.ticket).0, "2027-01-04");
    assert!(!count(&mut later), "all is counted");
    // The new round runs from where it began, the total clock from the acceptance.
    told.act(&world, &supervisor, on((2026, 12, 31)), &redo())
        .unwrap();
    assert!(count(&mut told));
    let (total, unit, _) = ends(&told.ticket);
    assert_eq!(
        (total.as_str(), unit.as_str()),
        ("2027-01-04", "2027-01-08")
    );
}
