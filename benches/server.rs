//! Tickets per second over HTTP beside the bare engine. Every round fills a fresh server by HTTP, reads the rows
//! that this wrote, and has a second fresh store, on the same disk and with as many tasks, write the very same
//! rows: the ratio says what sign-in, parsing, rules, sealing, masking and the relay cost over group commit.

use hotline::crypto::sha256;
use hotline::domain::calendar::Calendar;
use hotline::domain::clock::Clocks;
use hotline::domain::id::{Account, SeatNo, TicketId, UnitCode};
use hotline::domain::role::{Person, Role};
use hotline::domain::text::Line as Text;
use hotline::protocol::IDEMPOTENCY_HEADER;
use hotline::protocol::event::ServerEvent;
use hotline::server::relay::Notice;
use hotline::server::service::{Who, directory};
use hotline::server::store::sqlite::SqliteStore;
use hotline::server::store::{OutboxNew, PersonRecord, SessionRecord, Store, TicketWrite};
use hotline::server::{Core, CoreConfig, ServeConfig, Serving};
use jiff::SignedDuration;
use serde_json::json;
use std::collections::{HashMap, HashSet};
use std::error::Error;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::sync::Barrier;
use tokio::task::JoinSet;
use uuid::Uuid;

/// How many clients work at once.
const CLIENTS: [usize; 3] = [1, 32, 256];
/// How long the clients send in one round.
const ROUND: Duration = Duration::from_secs(4);
/// How many rounds a number of clients gets.
const ROUNDS: usize = 3;
/// How many requests are made ready for a second and for all clients; no machine of today takes more.
const READY: usize = 8_000;
/// How many items the directory has, which is what a city's has in the order of magnitude.
const ITEMS: usize = 500;
const STORY: &str = "来电人反映其所住小区三号楼二单元自上周四晚上开始楼道照明灯全部不亮，老人和孩子夜间上下楼非常不便，\
    已有一位七十多岁的邻居在二楼拐角处踩空扭伤了脚。来电人先后三次联系物业服务中心，物业答复说配件已经报修、需要等待，\
    但一直没有明确的维修时间，也没有安排临时照明。来电人还提到小区东门外的路灯从月初起也是时亮时灭，\
    希望有关部门尽快到现场查看，督促物业把楼道照明修好，并告知处理进度。";

type Fault = Box<dyn Error + Send + Sync>;

/// What one cell came to.
struct Cell {
    /// How long each write took, ascending.
    took: Vec<Duration>,
    /// From the first to the last.
    all: Duration,
}

impl Cell {
    fn of(mut took: Vec<Duration>, all: Duration) -> Self {
        took.sort_unstable();
        Self { took, all }
    }

    fn per_second(&self) -> f64 {
        let count = u32::try_from(self.took.len()).unwrap_or(u32::MAX);
        f64::from(count) / self.all.as_secs_f64()
    }

    /// The duration that this share of the writes stays under, in milliseconds.
    fn quantile(&self, percent: usize) -> f64 {
        let at = self.took.len() * percent / 100;
        let took = self.took.get(at).or(self.took.last());
        took.map_or(0.0, Duration::as_secs_f64) * 1e3
    }
}

fn clocks() -> Clocks {
    Clocks::standard(Calendar::default())
}

/// A directory that is certain of every item, so that a submission is dispatched at once.
fn a_directory() -> serde_json::Value {
    let units: Vec<_> = (0..40)
        .map(|n| {
            json!({"code": format!("U-{n:03}"), "name": format!("示例单位{n}"), "short": format!("单位{n}"),
                "level": "city", "district": null, "parent": null, "aliases": []})
        })
        .collect();
    let items: Vec<_> = (0..ITEMS)
        .map(|n| {
            json!({"code": format!("I-{n:04}"), "path": ["城市管理", format!("类别{}", n / 20), format!("事项{n}")],
                "aliases": [format!("别名{n}")], "questions": ["在哪里", "从什么时候开始"], "required": [],
                "clock": "ordinary"})
        })
        .collect();
    let rules: Vec<_> = (0..ITEMS)
        .map(|n| {
            json!({"item": format!("I-{n:04}"), "kind": null, "district": null,
                "lead": format!("U-{:03}", n % 40), "co_units": [], "basis": ["三定规定第四条"]})
        })
        .collect();
    json!({"version": 0, "units": units, "items": items, "rules": rules, "districts": [], "streets": []})
}

/// A server on a fresh directory, and a token for each client, who is a person at a seat of their own. Their sessions
/// are begun in the store: signing in is slow on purpose, and not what is measured.
async fn serve(dir: &Path, clients: usize) -> Result<(Core, Serving, Vec<String>), Fault> {
    let core = Core::open(CoreConfig::in_dir(dir.to_owned(), clocks())).await?;
    let system = Who::system()?;
    directory::replace(&core, &system, serde_json::from_value(a_directory())?).await?;
    let mut tokens = Vec::with_capacity(clients);
    for client in 0..clients {
        let account = Account::parse(&format!("bench{client}"))?;
        let person = Person {
            account: account.clone(),
            name: Text::lossy("王测试 (示例)"),
            roles: vec![Role::CallTaker],
            unit: UnitCode::parse("HOTLINE")?,
            seat: None,
            skills: Vec::new(),
            languages: Vec::new(),
        };
        let hash = "no password opens this".to_owned();
        core.store()
            .add_person(PersonRecord { person, hash })
            .await?;
        let token = Uuid::new_v4().to_string();
        let now = core.now();
        let session = SessionRecord {
            token: sha256(token.as_bytes()),
            account,
            seat: Some(SeatNo::parse(&format!("{:04}", 1_000 + client))?),
            started: now,
            until: now.checked_add(SignedDuration::from_hours(12))?,
        };
        core.store().start_session(session, [0; 16]).await?;
        tokens.push(token);
    }
    let serving = Serving::start(core.clone(), ServeConfig::loopback()).await?;
    Ok((core, serving, tokens))
}

/// The `n`-th request as it goes over the line: a fresh ticket of a caller with a number, submitted at once, under
/// its own identifier as key.
fn request(addr: SocketAddr, token: &str, n: usize) -> Vec<u8> {
    let id = Uuid::now_v7();
    let ticket = json!({
        "id": id, "number": null, "channel": "telephone", "call": null, "recording": null,
        "request": {
            "title": "楼道照明灯不亮", "kind": "complain", "item": format!("I-{:04}", n * 7 % ITEMS),
            "tags": [], "urgency": "ordinary", "text": STORY, "asked": "尽快修好楼道照明并告知进度",
            "caller": {"name": "张示例", "kind": "citizen", "number": format!("139{:08}", n * 7_919 % 100_000_000)},
            "place": {"district": null, "street": "解放路街道", "community": "示例社区", "address": "示例路1号3号楼"},
            "elements": {"who": "本楼居民", "when": "上周四晚", "where": "3号楼2单元", "cause": "照明故障", "course": ""},
            "answers": [], "accused": null
        },
        "then": [{"do": "submit"}]
    })
    .to_string();
    format!(
        "POST /api/tickets HTTP/1.1\r\nhost: {addr}\r\nauthorization: Bearer {token}\r\n\
         content-type: application/json\r\n{IDEMPOTENCY_HEADER}: {id}\r\ncontent-length: {}\r\n\r\n{ticket}",
        ticket.len()
    )
    .into_bytes()
}

/// A client's connection. It does as little as can be done, for it shares the processors with the server it measures,
/// which clients of a hotline do not: bytes that are ready are sent, and of the answer head and length are read.
struct Line {
    stream: TcpStream,
    answer: Vec<u8>,
}

impl Line {
    async fn open(addr: SocketAddr) -> Result<Self, Fault> {
        let stream = TcpStream::connect(addr).await?;
        stream.set_nodelay(true)?;
        let answer = Vec::with_capacity(16 * 1024);
        Ok(Self { stream, answer })
    }

    /// Sends a request and waits for the whole answer, which must be a success.
    async fn send(&mut self, request: &[u8]) -> Result<(), Fault> {
        self.stream.write_all(request).await?;
        self.answer.clear();
        loop {
            if self.stream.read_buf(&mut self.answer).await? == 0 {
                return Err("the server hung up".into());
            }
            let end = self.answer.windows(4).position(|at| at == b"\r\n\r\n");
            let Some(end) = end else { continue };
            let head = std::str::from_utf8(&self.answer[..end])?;
            let length = head
                .lines()
                .filter_map(|line| line.split_once(": "))
                .find(|(name, _)| name.eq_ignore_ascii_case("content-length"));
            let length: usize = length.ok_or("an answer without a length")?.1.parse()?;
            if self.answer.len() < end + 4 + length {
                continue;
            }
            if head.starts_with("HTTP/1.1 200") {
                return Ok(());
            }
            return Err(String::from_utf8_lossy(&self.answer).into());
        }
    }
}

/// Sends requests from `tokens.len()` clients for the time of a round. All that comes before (signing in, connecting,
/// putting requests together) is outside of the time that is measured.
async fn over_http(addr: SocketAddr, tokens: &[String]) -> Result<Cell, Fault> {
    let seconds = usize::try_from(ROUND.as_secs())?;
    let share = READY * seconds / tokens.len();
    let start = Arc::new(Barrier::new(tokens.len() + 1));
    let mut clients = JoinSet::new();
    for (client, token) in tokens.iter().enumerate() {
        let requests = (0..share).map(|n| request(addr, token, client * share + n));
        let requests: Vec<Vec<u8>> = requests.collect();
        let mut line = Line::open(addr).await?;
        let start = start.clone();
        clients.spawn(async move {
            let mut took = Vec::with_capacity(requests.len());
            start.wait().await;
            let began = Instant::now();
            for request in requests {
                if began.elapsed() > ROUND {
                    break;
                }
                let sent = Instant::now();
                line.send(&request).await?;
                took.push(sent.elapsed());
            }
            Ok(took)
        });
    }
    start.wait().await;
    finish(clients).await
}

async fn finish(mut tasks: JoinSet<Result<Vec<Duration>, Fault>>) -> Result<Cell, Fault> {
    let began = Instant::now();
    let mut took = Vec::new();
    while let Some(done) = tasks.join_next().await {
        took.append(&mut done??);
    }
    Ok(Cell::of(took, began.elapsed()))
}

/// Every ticket that a store was given, as it was given it.
async fn rows(store: &dyn Store) -> Result<Vec<TicketWrite>, Fault> {
    let mut told: HashMap<TicketId, Vec<String>> = HashMap::new();
    let mut order = Vec::new();
    let mut seq = 0;
    loop {
        let batch = store.outbox_after(seq, 2_000).await?;
        let Some(last) = batch.last() else { break };
        seq = last.seq;
        for row in batch {
            if let ServerEvent::Ticket { id, .. } =
                serde_json::from_str::<Notice>(&row.notice)?.event
            {
                let notices = told.entry(id).or_insert_with(|| {
                    order.push(id);
                    Vec::new()
                });
                notices.push(row.notice);
            }
        }
    }
    let mut writes = Vec::with_capacity(order.len());
    for id in order {
        let ticket = store
            .ticket(id)
            .await?
            .ok_or("a ticket that was told of is not there")?;
        let events = store.events(id).await?;
        let account = ticket.opened_by.clone();
        let replay = store.replay(account, id.to_string()).await?;
        let notices = told.remove(&id).unwrap_or_default();
        let outbox = events.iter().zip(notices);
        writes.push(TicketWrite {
            outbox: outbox
                .map(|(event, notice)| OutboxNew {
                    at: event.at,
                    notice,
                    link: Some(event.link),
                })
                .collect(),
            expected: 0,
            replay: Some(replay.ok_or("an answer that was given is not kept")?),
            holds: None,
            job: hotline::server::store::JobChange::default(),
            beside: None,
            ticket,
            events,
        });
    }
    Ok(writes)
}

/// Writes rows from `clients` tasks with nothing but the store between them and the disk.
async fn bare(dir: &Path, rows: Vec<TicketWrite>, clients: usize) -> Result<Cell, Fault> {
    let store: Arc<dyn Store> = Arc::new(SqliteStore::open(&dir.join("hotline.db"))?);
    let days: HashSet<_> = rows.iter().map(|row| row.ticket.number.day()).collect();
    for day in days {
        store.lease_numbers(day, 999_999).await?;
    }
    let start = Arc::new(Barrier::new(clients + 1));
    let mut shares: Vec<Vec<TicketWrite>> = (0..clients).map(|_| Vec::new()).collect();
    for (n, row) in rows.into_iter().enumerate() {
        shares[n % clients].push(row);
    }
    let mut tasks = JoinSet::new();
    for share in shares {
        let (store, start) = (store.clone(), start.clone());
        tasks.spawn(async move {
            let mut took = Vec::with_capacity(share.len());
            start.wait().await;
            for row in share {
                let sent = Instant::now();
                store.write_ticket(row).await?;
                took.push(sent.elapsed());
            }
            Ok(took)
        });
    }
    start.wait().await;
    finish(tasks).await
}

/// One round: by HTTP, then the same rows bare.
async fn round(clients: usize) -> Result<(Cell, Cell), Fault> {
    let (served, plain) = (tempfile::tempdir()?, tempfile::tempdir()?);
    let (core, serving, tokens) = serve(served.path(), clients).await?;
    let http = over_http(serving.local_addr(), &tokens).await?;
    let rows = rows(core.store()).await?;
    if rows.len() != http.took.len() {
        return Err(format!(
            "{} tickets were acknowledged, {} are kept",
            http.took.len(),
            rows.len()
        )
        .into());
    }
    serving.stop().await;
    drop(core);
    let bare = bare(plain.path(), rows, clients).await?;
    Ok((http, bare))
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(0.0)
}

async fn run() -> Result<(), Fault> {
    println!("clients  round  HTTP/s   p50 ms   p99 ms   bare/s   p50 ms   p99 ms   HTTP of bare");
    // `-- 32 256` measures these only.
    let asked: Vec<usize> = std::env::args()
        .filter_map(|arg| arg.parse().ok())
        .collect();
    for clients in CLIENTS {
        if !asked.is_empty() && !asked.contains(&clients) {
            continue;
        }
        let mut ratios = Vec::new();
        for at in 1..=ROUNDS {
            let (http, bare) = round(clients).await?;
            let ratio = 100.0 * http.per_second() / bare.per_second();
            print!("{clients:>7}  {at:>5}");
            for cell in [&http, &bare] {
                print!(
                    "  {:>6.0}  {:>7.2}  {:>7.2}",
                    cell.per_second(),
                    cell.quantile(50),
                    cell.quantile(99)
                );
            }
            println!("   {ratio:>10.0} %");
            ratios.push(ratio);
        }
        println!("{clients:>7} median {:>66.0} %", median(ratios));
    }
    Ok(())
}

fn main() {
    // `cargo test --benches` runs this too, to see that it starts; a measurement it is not.
    if !std::env::args().any(|arg| arg == "--bench") {
        return;
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build();
    let done = runtime
        .map_err(Fault::from)
        .and_then(|runtime| runtime.block_on(run()));
    if let Err(error) = done {
        eprintln!("the server benchmark could not run: {error}");
        std::process::exit(1);
    }
}
