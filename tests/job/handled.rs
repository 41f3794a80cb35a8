//! What becomes of a ticket after the call: called back, given to another unit, signed for, answered, checked,
//! closed; by other people at desks of their own.

use super::whole::{choose, kinds, picture};
use super::{Database, Place, sign_in};
use crate::terminal::Terminal;
use serde_json::Value;
use std::path::Path;

const WIDE: (u16, u16) = (120, 36);

/// The ticket that all of them work on, and where the house is.
pub struct Case<'a> {
    /// Where the desks keep their data.
    pub place: &'a Place,
    /// The server's address.
    pub server: &'a str,
    /// The server's data.
    pub data: &'a Path,
    /// The ticket's number.
    pub number: &'a str,
}

impl Case<'_> {
    /// Somebody signs in at a desk of their own.
    fn desk(&self, account: &str) -> Terminal {
        let mut desk = self.place.desk(WIDE, self.server, account, account);
        sign_in(&mut desk);
        desk
    }

    /// Somebody signs in and opens the ticket by its number out of the list of all.
    fn open(&self, account: &str) -> Terminal {
        let mut desk = self.desk(account);
        desk.until("线路正常");
        desk.keys("C-t");
        desk.until("筛选");
        desk.keys("F5 F5");
        desk.send(self.number);
        // In the filter and in the list, and no other ticket beside it.
        desk.wait("this ticket alone in the list", |screen| {
            let screen = screen.contents();
            screen.matches(self.number).count() == 2 && screen.matches("JN-2").count() == 2
        });
        desk.keys("Enter");
        desk.until("流转记录");
        desk.until(self.number);
        desk
    }

    /// Chooses an action on the opened ticket, and waits for its dialog.
    fn act(&self, desk: &mut Terminal, action: &str) {
        desk.keys("F9");
        desk.until("办理这张工单");
        choose(desk, action);
        desk.until(&format!("{action}  {}", self.number));
    }

    /// Asserts where the ticket stands in the database, and what was done last; answers with its state.
    fn stands(&self, stage: &str, event: &str) -> Value {
        let database = Database::of(self.data);
        assert_eq!(database.stage(self.number), stage);
        assert_eq!(kinds(&database.events(self.number)).last(), Some(&event));
        database.ticket(self.number)["state"]["data"].take()
    }
}

/// The promised call: in the list, dialled from it, and what came of it recorded.
pub fn call_back(case: &Case<'_>) {
    let mut desk = case.desk("wuli");
    desk.until("0132");
    desk.keys("C-k");
    desk.until("由谁");
    desk.until("全组");
    desk.until("张**");
    // Whom to call is for whoever took it over.
    desk.keys("F8");
    desk.until("100 1203 0957");
    desk.until("张先生");
    picture(&desk, "callbacks", "回拨");
    desk.keys("F3");
    desk.until("外呼");
    desk.until("● 通话");
    desk.keys("C-d C-d");
    desk.until("通话已结束；按 Esc");
    desk.keys("Esc");
    desk.until("由谁");
    desk.keys("F9");
    desk.until("回拨完成");
    desk.until("备注");
    desk.send("已告知抢修进度");
    desk.keys("Enter");
    desk.until("回拨记录已更新");
    desk.until("没有要回拨的");
    let database = Database::of(case.data);
    let done = "SELECT count(*) FROM callbacks WHERE finished_ms IS NOT NULL AND ticket IN (SELECT id FROM tickets WHERE number = ?1)";
    assert_eq!(database.count(done, &[case.number]), 1);
}

/// The dispatcher gives it to another unit, looked up by the initials of its name.
pub fn transfer(case: &Case<'_>) {
    let mut desk = case.open("liuyang");
    desk.until("待签收");
    desk.until("主办 济南水务集团");
    case.act(&mut desk, "改派");
    desk.until("承办单位");
    desk.send("lxcgj");
    desk.until("> 历下区综合行政执法局");
    desk.keys("Enter");
    desk.send("属于城管职责");
    desk.until("属于城管职责");
    desk.keys("F9");
    desk.until("已办理");
    desk.until("主办 历下区综合行政执法局");
    desk.until("属于城管职责");
    picture(&desk, "ticket", "工单与流转记录");
    assert_eq!(case.stands("dispatched", "transferred")["lead"], "LX-CGJ");
}

/// Its co-unit has nobody here who could report: a supervisor lets the lead unit go on without it.
pub fn release(case: &Case<'_>) {
    let mut desk = case.open("zhengtao");
    case.act(&mut desk, "不再等待协办");
    desk.until("协办单位");
    desk.keys("Tab");
    desk.send("本单位可独立办结");
    desk.until("本单位可独立办结");
    desk.keys("F9");
    desk.until("已办理");
    let dispatch = case.stands("dispatched", "co_released");
    assert_eq!(dispatch["lead"], "LX-CGJ");
}

/// The clerk of the first unit no longer sees it; that of the second signs for it and reports.
pub fn handle(case: &Case<'_>) {
    let mut desk = case.open("zhoufang");
    case.act(&mut desk, "签收");
    desk.keys("Enter");
    desk.until("已办理");
    desk.until("办理中");
    assert_eq!(case.stands("in_hand", "signed")["lead"], "LX-CGJ");
    case.act(&mut desk, "答复办理结果");
    desk.until("办理情况");
    desk.send("已到现场抢修，晚七点恢复供水");
    desk.until("已到现场抢修，晚七点恢复供水");
    // What was done, what the caller may read, then the judgements: true, solved, reached.
    desk.keys("Tab Tab");
    desk.send("2");
    desk.keys("Tab");
    desk.send("2");
    desk.keys("Tab Tab");
    desk.send("2");
    desk.until("已联系");
    desk.keys("F9");
    desk.until("已办理");
    desk.until("待审核");
    let handling = case.stands("answered", "answered");
    assert_eq!(
        handling["handling"]["account"],
        "已到现场抢修，晚七点恢复供水"
    );
    assert_eq!(handling["handling"]["solved"], true);
}

/// The reviewer passes the report.
pub fn check(case: &Case<'_>) {
    let mut desk = case.open("zhaoting");
    desk.until("已到现场抢修，晚七点恢复供水");
    case.act(&mut desk, "审核通过");
    desk.keys("Enter");
    desk.until("已办理");
    desk.until("待回访");
    case.stands("to_call_back", "approved");
}

/// Whoever calls back asks the caller, and closes it.
pub fn close(case: &Case<'_>) {
    let mut desk = case.open("wuli");
    case.act(&mut desk, "回访办结");
    for judged in ["接通", "已解决", "满意"] {
        desk.until(judged);
        desk.send("2");
        desk.keys("Enter");
    }
    desk.keys("F9");
    desk.until("已办理");
    desk.until("回访办结");
    let verdict = case.stands("closed", "closed")["verdict"].take();
    assert_eq!(verdict["solved"], true, "{verdict}");
    assert_eq!(verdict["satisfied"], true, "{verdict}");
    desk.keys("Esc");
    desk.until(&format!("> {}  办结", case.number));
    desk.keys("Esc");
    desk.until("直办办结");
    desk.until("历下区综合行");
    picture(&desk, "tickets", "工单列表");
}
