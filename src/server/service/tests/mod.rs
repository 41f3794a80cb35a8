//! The use cases on a real store in a temporary directory, with a clock that stands.

mod calendar;
mod drafts;
mod figures;
mod jobs;
mod keys;
mod others;
mod rulings;
mod sessions;
mod tickets;
mod waiting;

use super::{IdempotencyKey, Who};
use crate::domain::calendar::Calendar;
use crate::domain::caller::{Caller, Telephone};
use crate::domain::clock::Clocks;
use crate::domain::directory::Directory;
use crate::domain::id::{Account, ItemCode, SeatNo, TicketId, UnitCode};
use crate::domain::lifecycle::Action;
use crate::domain::role::{Person, Role};
use crate::domain::text::{Line, Prose};
use crate::domain::ticket::{Channel, Request};
use crate::protocol::ticket::{NewTicket, TicketAction};
use crate::server::core::{Core, CoreConfig};
use crate::server::{Clock, Manual};
use std::sync::Arc;
use tempfile::TempDir;
use uuid::Uuid;

const NUMBER: &str = "13912345678";
const NAME: &str = "张示例甲";

struct House {
    core: Core,
    clock: Arc<Manual>,
    dir: TempDir,
}

/// A server with a directory in force: `LAMP` goes to `CG`, `NOISE` to `HB`.
async fn house() -> House {
    let dir = TempDir::new().unwrap();
    let clock = Arc::new(Manual::at("2026-11-24T02:00:00Z".parse().unwrap()));
    let clocks = Clocks::standard(Calendar::default());
    let config = CoreConfig {
        clock: clock.clone() as Arc<dyn Clock>,
        ..CoreConfig::in_dir(dir.path().join("data"), clocks)
    };
    let core = Core::open(config).await.unwrap();
    core.go();
    let system = Who::system().unwrap();
    super::directory::replace(&core, &system, directory("城管局"))
        .await
        .unwrap();
    House { core, clock, dir }
}

fn directory(name: &str) -> Directory {
    let unit = |code: &str, name: &str| serde_json::json!({"code": code, "name": name, "short": name, "level": "city", "district": null, "parent": null});
    let item = |code: &str| {
        serde_json::json!({"code": code, "path": ["城市管理", "市政", code], "aliases": [],
            "questions": ["在哪里"], "required": ["where"], "clock": "ordinary"})
    };
    let rule = |item: &str, lead: &str| serde_json::json!({"item": item, "kind": null, "district": null, "lead": lead, "co_units": [], "basis": ["三定"]});
    serde_json::from_value(serde_json::json!({
        "version": 0,
        "units": [unit("CG", name), unit("HB", "环保局")],
        "items": [item("LAMP"), item("NOISE")],
        "rules": [rule("LAMP", "CG"), rule("NOISE", "HB")],
        "districts": [], "streets": [],
    }))
    .unwrap()
}

fn who(account: &str, unit: &str, roles: &[Role]) -> Who {
    Who {
        person: Person {
            account: Account::parse(account).unwrap(),
            name: Line::parse("某人").unwrap(),
            roles: roles.to_vec(),
            unit: UnitCode::parse(unit).unwrap(),
            seat: None,
            skills: Vec::new(),
            languages: Vec::new(),
        },
        seat: None,
    }
}

fn taker() -> Who {
    Who {
        seat: Some(SeatNo::parse("0117").unwrap()),
        ..who("wang", "HOTLINE", &[Role::CallTaker])
    }
}

fn dispatcher() -> Who {
    who("zhao", "HOTLINE", &[Role::Dispatcher])
}

fn clerk(unit: &str) -> Who {
    who("sun", unit, &[Role::UnitClerk])
}

fn key(name: &str, body: u8) -> IdempotencyKey {
    IdempotencyKey {
        key: name.to_owned(),
        body: [body; 32],
    }
}

fn new_ticket(item: Option<&str>, then: Vec<Action>) -> NewTicket {
    NewTicket {
        id: TicketId(Uuid::now_v7()),
        number: None,
        channel: Channel::Telephone,
        call: None,
        recording: None,
        request: Request {
            title: Line::parse("路灯不亮").unwrap(),
            text: Prose::parse("楼下路灯三天不亮").unwrap(),
            item: item.map(|item| ItemCode::parse(item).unwrap()),
            caller: Caller {
                name: Line::parse(NAME).unwrap(),
                number: Some(Telephone::parse(NUMBER).unwrap()),
                ..Caller::default()
            },
            ..Request::default()
        },
        then,
    }
}

fn action(version: u64, action: Action) -> TicketAction {
    TicketAction { version, action }
}
