//! Outages beside a call: shown where they fit its place, and the answer to it with one choice.

use super::world::*;
use crate::desk::ports::Outside;
use crate::domain::id::{DistrictCode, OutageId};
use crate::domain::lifecycle::Action;
use crate::domain::outage::{Outage, OutageKind};
use crate::domain::text::Line;
use crate::domain::ticket::AnswerSource;
use crate::protocol::event::ServerEvent;
use crate::words::Lang;
use jiff::SignedDuration;
use uuid::Uuid;

const SMALL: (u16, u16) = (80, 24);
const LARGE: (u16, u16) = (120, 36);

fn outage(desk: &Desk, district: &str) -> Outage {
    Outage {
        id: OutageId::new(Uuid::from_u128(7)),
        kind: OutageKind::Water,
        planned: true,
        text: Line::lossy("管道检修"),
        department: Line::lossy("水务集团"),
        telephone: Line::lossy("96111"),
        districts: vec![DistrictCode::parse(district).unwrap()],
        streets: Vec::new(),
        from: desk.state.now,
        until: desk
            .state
            .now
            .checked_add(SignedDuration::from_hours(6))
            .ok(),
        withdrawn: false,
    }
}

fn called(size: (u16, u16), district: &str) -> Desk {
    let mut desk = Desk::signed_in(Lang::ZhCn, size);
    desk.outages = vec![outage(&desk, district)];
    desk.outside(Outside::Server(ServerEvent::Outages { version: 1 }));
    desk.ring();
    desk.keys("f3");
    desk.text("楼里停水了什么时候来");
    desk.pass(2);
    desk
}

#[test]
fn an_outage_at_the_place_is_shown_and_answers_the_call() {
    for size in [SMALL, LARGE] {
        let mut desk = called(size, "LXQ");
        assert!(desk.frame().contains("09:00–15:00"), "{}", desk.frame());
        desk.keys("f9");
        let menu = desk.frame();
        assert!(menu.contains("按公告直办"), "{menu}");
        desk.keys("3");
        let opened = desk.opened();
        assert_eq!(opened.len(), 1, "{}", desk.frame());
        let Action::CloseDirectly { answer } = &opened[0].then[0] else {
            panic!("{:?}", opened[0].then)
        };
        assert!(answer.answer.as_str().contains("管道检修"));
        assert!(answer.answer.as_str().contains("96111"));
        let AnswerSource::Notice { title } = &answer.source else {
            panic!("{:?}", answer.source)
        };
        assert!(title.as_str().contains("水务集团"), "{title}");
    }
}

#[test]
fn an_outage_elsewhere_is_only_in_the_list_of_all() {
    let mut desk = called(LARGE, "ELSE");
    assert!(!desk.frame().contains("管道检修"));
    desk.keys("f9");
    assert!(!desk.frame().contains("按公告直办"), "{}", desk.frame());
    desk.keys("esc ctrl-l");
    desk.text("outages");
    desk.keys("enter");
    assert!(desk.frame().contains("管道检修"), "{}", desk.frame());
}

#[test]
fn the_caller_s_words_keep_their_row_when_an_outage_shares_it() {
    let mut desk = called(SMALL, "LXQ");
    let line = "我们楼从昨天起就没有水,到底什么时候能来水";
    desk.outside(Outside::Phone(
        crate::domain::id::CallId(id(900)),
        crate::desk::ports::PhoneEvent::Said {
            line: line.to_owned(),
        },
    ));
    let frame = desk.frame();
    assert!(frame.contains(line), "{frame}");
    assert!(frame.contains("! 停水"), "{frame}");
    // A short one leaves the outage its times.
    desk.outside(Outside::Phone(
        crate::domain::id::CallId(id(900)),
        crate::desk::ports::PhoneEvent::Said {
            line: "喂?".to_owned(),
        },
    ));
    let frame = desk.frame();
    assert!(
        frame.contains("喂?") && frame.contains("09:00–15:00"),
        "{frame}"
    );
}
