//! Fills an empty server with the demonstration: directory, knowledge, people, past tickets.

use super::assets;
use super::past::{Past, Staff, Step};
use crate::domain::clock::civil_day;
use crate::domain::directory::Directory;
use crate::domain::id::TicketId;
use crate::domain::knowledge::Entry;
use crate::domain::lifecycle::Action;
use crate::domain::number::{LEASE, NumberBlock, TicketNumber};
use crate::domain::role::Person;
use crate::domain::ticket::Stage;
use crate::link::import::{self, ImportError, Refused};
use crate::protocol::error::ApiError;
use crate::protocol::knowledge::Import;
use crate::protocol::number::LeaseRequest;
use crate::protocol::outage::TellOutages;
use crate::protocol::person::NewPerson;
use crate::protocol::ticket::{NewTicket, TicketAction, TicketView};
use crate::server::service::{Who, directory, knowledge, numbers, outages, people, tickets};
use crate::server::{Core, Manual};
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;
use std::sync::Arc;
use tokio::task::JoinSet;
use uuid::Uuid;

/// Why the demonstration could not be set up: a fault in its own data, told with its place.
#[derive(Debug, thiserror::Error)]
pub enum SeedError {
    /// A line of a file is not what it should be.
    #[error("assets/demo/{file}, line {line}: {problem}")]
    Line {
        /// Which file.
        file: &'static str,
        /// Which line, from 1.
        line: usize,
        /// What is wrong.
        problem: String,
    },
    /// A row of the directory is refused.
    #[error("assets/demo/{}, line {}, {}: {}", .0.file, .0.line, .0.column, .0.problem)]
    Row(Box<Refused>),
    /// The directory's files are no tables.
    #[error("assets/demo: {0}")]
    Directory(ImportError),
    /// The server refused something.
    #[error("{what}: {cause}")]
    Refused {
        /// What.
        what: String,
        /// Why.
        cause: ApiError,
    },
    /// A role that the past tickets need is filled by nobody.
    #[error("assets/demo/people.toml fills not every role that the past tickets need")]
    Staff,
}

/// How many tickets are walked at once: enough to share commits, few enough to keep memory flat.
const AT_ONCE: usize = 24;

#[derive(Deserialize)]
struct People {
    person: Vec<Person>,
}

/// The demonstration's people.
pub(super) fn people_of_the_demo() -> Result<Vec<Person>, SeedError> {
    read_toml("people.toml", assets::PEOPLE).map(|people: People| people.person)
}

/// Reads one of the demonstration's files; a mistake names its line.
fn read_toml<T: DeserializeOwned>(file: &'static str, text: &str) -> Result<T, SeedError> {
    toml::from_str(text).map_err(|error| {
        let before = error.span().and_then(|span| text.get(..span.start));
        SeedError::Line {
            file,
            line: before.map_or(1, |before| before.matches('\n').count() + 1),
            problem: error.message().to_owned(),
        }
    })
}

/// An outage, its times in hours from the moment at which the demonstration begins.
#[derive(Deserialize)]
struct Shifted {
    from_hours: i64,
    until_hours: Option<i64>,
    #[serde(flatten)]
    rest: serde_json::Map<String, serde_json::Value>,
}

#[derive(Deserialize)]
struct ShiftedOutages {
    outage: Vec<Shifted>,
}

/// The demonstration's outages.
fn outages_of_the_demo(now: Timestamp) -> Result<TellOutages, SeedError> {
    let told: ShiftedOutages = read_toml("outages.toml", assets::OUTAGES)?;
    // With its times moved an outage has no line any more; the problem names the field.
    let wrong = |error: serde_json::Error| SeedError::Line {
        file: "outages.toml",
        line: 1,
        problem: error.to_string(),
    };
    let at = |hours: i64| {
        now.checked_add(SignedDuration::from_hours(hours))
            .unwrap_or(now)
    };
    let outages = told.outage.into_iter().map(|it| {
        let mut doc = it.rest;
        doc.insert("from".to_owned(), at(it.from_hours).to_string().into());
        doc.insert(
            "until".to_owned(),
            it.until_hours.map(|it| at(it).to_string()).into(),
        );
        serde_json::from_value(doc.into()).map_err(wrong)
    });
    Ok(TellOutages {
        outages: outages.collect::<Result<_, _>>()?,
    })
}

/// Fills the server. Does nothing when somebody is there already: a demonstration that is opened again goes on.
pub async fn seed(core: &Core) -> Result<(), SeedError> {
    let system = Who::system().map_err(|cause| refused("system", cause))?;
    if !people::list(core, &system)
        .await
        .map_err(|cause| refused("people", cause))?
        .is_empty()
    {
        return Ok(());
    }
    directory::replace(core, &system, directory_of_the_demo()?)
        .await
        .map_err(|cause| refused("directory", cause))?;
    outages::tell(core, &system, outages_of_the_demo(core.now())?)
        .await
        .map_err(|cause| refused("outages", cause))?;
    let staff = people_of_the_demo()?;
    add_knowledge(core, &system).await?;
    walk_tickets(core, &staff).await?;
    // People come last: they are the sign that the demonstration is complete.
    add_people(core, &system, staff).await
}

/// Adds people with the demonstration's password.
pub(super) async fn add_people(
    core: &Core,
    system: &Who,
    staff: Vec<Person>,
) -> Result<(), SeedError> {
    let mut adding = JoinSet::new();
    for person in staff {
        let (core, system) = (core.clone(), system.clone());
        adding.spawn(async move {
            let what = person.account.to_string();
            let new = NewPerson {
                person,
                password: assets::PASSWORD.to_owned(),
            };
            people::add(&core, &system, new)
                .await
                .map(|_| ())
                .map_err(|cause| refused(&what, cause))
        });
    }
    all(adding).await
}

async fn all(mut tasks: JoinSet<Result<(), SeedError>>) -> Result<(), SeedError> {
    while let Some(done) = tasks.join_next().await {
        done.unwrap_or(Err(SeedError::Staff))?;
    }
    Ok(())
}

fn refused(what: &str, cause: ApiError) -> SeedError {
    SeedError::Refused {
        what: what.to_owned(),
        cause,
    }
}

fn lines<T: for<'de> Deserialize<'de>>(
    file: &'static str,
    text: &str,
) -> Result<Vec<T>, SeedError> {
    text.lines()
        .enumerate()
        .filter(|(_, line)| !line.trim().is_empty())
        .map(|(at, line)| {
            serde_json::from_str(line).map_err(|error| SeedError::Line {
                file,
                line: at + 1,
                problem: error.to_string(),
            })
        })
        .collect()
}

/// The demonstration's dispatch directory.
pub fn directory_of_the_demo() -> Result<Directory, SeedError> {
    let checked =
        import::directory(assets::DIRECTORY.map(str::as_bytes)).map_err(SeedError::Directory)?;
    checked.map_err(|refused| {
        let first = refused.into_iter().next();
        first.map_or(SeedError::Staff, |refused| {
            SeedError::Row(Box::new(refused))
        })
    })
}

/// The demonstration's knowledge.
pub fn knowledge_of_the_demo() -> Result<Vec<Entry>, SeedError> {
    let mut entries: Vec<Entry> = Vec::new();
    for (file, text) in assets::KNOWLEDGE {
        entries.extend(lines(file, text)?);
    }
    Ok(entries)
}

/// The streets of the demonstration, by name.
pub fn streets_of_the_demo() -> Vec<String> {
    let [_, _, areas, _] = assets::DIRECTORY;
    let rows = areas.lines().skip(1);
    rows.filter_map(|row| row.split(',').nth(2).map(str::to_owned))
        .collect()
}

async fn add_knowledge(core: &Core, who: &Who) -> Result<(), SeedError> {
    let mut entries = knowledge_of_the_demo()?;
    while !entries.is_empty() {
        let batch = entries.drain(..entries.len().min(500)).collect();
        knowledge::import(core, who, Import { entries: batch })
            .await
            .map_err(|cause| refused("knowledge", cause))?;
    }
    Ok(())
}

async fn walk_tickets(core: &Core, people: &[Person]) -> Result<(), SeedError> {
    let staff = Arc::new(Staff::of(people).ok_or(SeedError::Staff)?);
    let past: Vec<Past> = lines("tickets.jsonl", assets::TICKETS)?;
    let now = core.now();
    let names = names(
        core,
        &Who {
            seat: None,
            person: staff.taker.clone(),
        },
        &past,
        now,
    )
    .await?;
    let mut walking = JoinSet::new();
    let mut merges = Vec::new();
    for (at, past) in past.into_iter().enumerate() {
        if walking.len() >= AT_ONCE {
            walking
                .join_next()
                .await
                .unwrap_or(Ok(Ok(())))
                .unwrap_or(Err(SeedError::Staff))?;
        }
        let (core, staff, name) = (core.clone(), Arc::clone(&staff), names[at]);
        if past.goal == Stage::Merged {
            // A main ticket has to stand before another is merged into it.
            merges.push((past, name));
            continue;
        }
        walking.spawn(async move { walk(&core, &staff, &past, name, None, now).await });
    }
    all(walking).await?;
    for (past, name) in merges {
        let main = past.main.and_then(|at| names.get(at)).map(|(id, _)| *id);
        walk(core, &staff, &past, name, main, now).await?;
    }
    Ok(())
}

/// An identifier and a number of its own day for each past ticket.
async fn names(
    core: &Core,
    who: &Who,
    past: &[Past],
    now: Timestamp,
) -> Result<Vec<(TicketId, TicketNumber)>, SeedError> {
    let mut blocks: BTreeMap<Date, NumberBlock> = BTreeMap::new();
    let mut names = Vec::with_capacity(past.len());
    for past in past {
        let opened = past.opened(now);
        let day = civil_day(opened);
        let mut number = blocks.get_mut(&day).and_then(NumberBlock::take);
        if number.is_none() {
            let then = core.with_clock(Arc::new(Manual::at(opened)));
            let lease = LeaseRequest { count: LEASE };
            let mut block = numbers::lease(&then, who, lease)
                .await
                .map_err(|cause| refused("numbers", cause))?;
            number = block.take();
            blocks.insert(day, block);
        }
        let number = number.ok_or_else(|| refused("numbers", ApiError::Unavailable))?;
        names.push((TicketId::new(Uuid::now_v7()), number));
    }
    Ok(names)
}

/// A past ticket on its road. Its own clock never passes the present.
struct Walk {
    core: Core,
    clock: Arc<Manual>,
    moment: Timestamp,
    now: Timestamp,
    view: TicketView,
}

impl Walk {
    /// Opens the ticket at its own moment.
    async fn open(
        core: &Core,
        staff: &Staff,
        past: &Past,
        (id, number): (TicketId, TicketNumber),
        now: Timestamp,
    ) -> Result<Self, ApiError> {
        let moment = past.opened(now);
        let clock = Arc::new(Manual::at(moment));
        let core = core.with_clock(clock.clone());
        let new = NewTicket {
            id,
            number: Some(number),
            channel: past.channel(),
            call: None,
            recording: None,
            request: past.request(),
            then: past.at_once(),
        };
        let taker = Who {
            seat: staff.taker.seat.clone(),
            person: staff.taker.clone(),
        };
        let view = tickets::open(&core, &taker, new, None).await?;
        Ok(Self {
            core,
            clock,
            moment,
            now,
            view,
        })
    }

    /// Goes one step on. Steps shrink as the present comes nearer.
    async fn go(&mut self, step: Step) -> Result<(), ApiError> {
        let left = self.now.duration_since(self.moment) / 3;
        let on = self.moment.checked_add(step.after.min(left));
        self.moment = on.unwrap_or(self.moment);
        self.clock.set(self.moment);
        let who = Who {
            seat: step.who.seat.clone(),
            person: step.who,
        };
        let change = TicketAction {
            version: self.view.ticket.version,
            action: step.action,
        };
        self.view = tickets::act(&self.core, &who, self.view.ticket.id, change, None).await?;
        Ok(())
    }
}

/// Opens one past ticket and takes it to its goal, each step at its own moment before `now`.
async fn walk(
    core: &Core,
    staff: &Staff,
    past: &Past,
    name: (TicketId, TicketNumber),
    main: Option<TicketId>,
    now: Timestamp,
) -> Result<(), SeedError> {
    let refused = |cause| refused(&format!("past ticket {}", name.1), cause);
    let directory = core.directory();
    let by_taker = |after, action| Step {
        who: staff.taker.clone(),
        after,
        action,
    };
    let open = Walk::open(core, staff, past, name, now).await;
    let mut walk = open.map_err(refused)?;
    if let Some(main) = main {
        let step = by_taker(SignedDuration::from_mins(20), Action::Merge { main });
        walk.go(step).await.map_err(refused)?;
    }
    while let Some(step) = past.next(&walk.view.ticket, staff, &directory) {
        walk.go(step).await.map_err(refused)?;
    }
    for note in &past.note {
        let step = by_taker(SignedDuration::from_hours(6), note.action());
        walk.go(step).await.map_err(refused)?;
    }
    Ok(())
}
