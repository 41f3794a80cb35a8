//! The desk through a real terminal: from a key to the end of its frame, from the start to the first frame, and
//! what it does while nothing happens. Server and desk are processes of their own.

mod effort;
mod house;
mod pty;

use house::{House, PASSWORD};
use pty::Pty;
use std::error::Error;
use std::path::Path;
use std::time::{Duration, Instant};

type Fault = Box<dyn Error + Send + Sync>;

/// Terminal sizes, each with the person and the seat that type there.
const SIZES: [(u16, u16, &str, &str); 3] = [
    (80, 24, "wangmin", "0117"),
    (120, 36, "lina", "0121"),
    (200, 60, "wangmin", "0118"),
];
/// How many keys are typed at each size and pace.
const KEYS: usize = 300;
/// Between two keys: at once, and as a fast typist.
const PACES: [Duration; 2] = [Duration::ZERO, Duration::from_millis(50)];
/// How often the desk is started.
const STARTS: usize = 20;
/// How long nothing happens.
const IDLE: Duration = Duration::from_mins(1);
/// Who sits there then: somebody who never had a call.
const IDLER: &str = "idler";
const STORY: &str = "我家住在历下区解放路街道上周四晚上开始楼道的灯都不亮老人夜里下楼很不方便物业说配件报修了一直没有修好\
    想问一下公积金提取需要什么材料暖气不热找谁管停水什么时候恢复孩子上学报名要带户口本吗";

/// Values with their quantiles.
struct Spread(Vec<f64>);

impl Spread {
    fn of(mut values: Vec<f64>) -> Self {
        values.sort_by(f64::total_cmp);
        Self(values)
    }

    fn quantile(&self, percent: usize) -> f64 {
        let at = self.0.len() * percent / 100;
        self.0.get(at).or(self.0.last()).copied().unwrap_or(0.0)
    }
}

fn ms(took: Duration) -> f64 {
    took.as_secs_f64() * 1e3
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|there| there == part)
}

fn open(
    home: &Path,
    size: (u16, u16),
    base: &str,
    account: &str,
    data: &str,
) -> Result<Pty, Fault> {
    let args = [
        "desk",
        "--lang",
        "zh-CN",
        "--server",
        base,
        "--account",
        account,
        "--data",
        data,
    ];
    Pty::start(size.0, size.1, home, &args)
}

fn sign_in(desk: &mut Pty, seat: &str) -> Result<(), Fault> {
    desk.until(&["登录"])?;
    desk.send(PASSWORD)?;
    desk.send("\t")?;
    desk.send(seat)?;
    desk.send("\r")
}

/// Types into the form of a live call; per key the time to its frame in milliseconds, and the frame's bytes.
fn typing(desk: &mut Pty, pace: Duration) -> Result<(Spread, Spread), Fault> {
    let (mut times, mut sizes) = (Vec::new(), Vec::new());
    let mut drawn = desk.seen().frames.len();
    for letter in STORY
        .chars()
        .filter(|c| !c.is_whitespace())
        .cycle()
        .take(KEYS)
    {
        let letter = letter.to_string();
        let pressed = Instant::now();
        desk.send(&letter)?;
        let (frame, at, bytes) = desk.wait(&format!("the frame with {letter}"), |seen| {
            let new = seen.frames.iter().enumerate().skip(drawn);
            let mut own = new.filter(|(_, frame)| contains(&frame.bytes, letter.as_bytes()));
            own.next()
                .map(|(frame, shown)| (frame, shown.at, shown.bytes.len()))
        })?;
        drawn = frame + 1;
        times.push(ms(at.duration_since(pressed)));
        sizes.push(f64::from(u32::try_from(bytes)?));
        std::thread::sleep(pace);
    }
    Ok((Spread::of(times), Spread::of(sizes)))
}

fn keys(home: &Path, base: &str, data: &str) -> Result<(), Fault> {
    println!(
        "A line each of times, then of what its threads did for a key: processor time / waiting for a processor."
    );
    println!("key to frame       pace   keys   p50 ms   p99 ms   max ms   bytes p50   bytes p99");
    for (columns, rows, account, seat) in SIZES {
        let mut desk = open(home, (columns, rows), base, account, data)?;
        sign_in(&mut desk, seat)?;
        desk.until(&["振铃，"])?;
        desk.send("\u{1b}OR")?;
        desk.until(&["通话"])?;
        for pace in PACES {
            let before = effort::of(desk.pid()?)?;
            let (times, bytes) = typing(&mut desk, pace)?;
            let since = effort::since(&before, &effort::of(desk.pid()?)?);
            println!(
                "{:>12}  {:>6.0} ms  {KEYS:>4}  {:>7.2}  {:>7.2}  {:>7.2}  {:>10.0}  {:>10.0}",
                format!("{columns}×{rows}"),
                ms(pace),
                times.quantile(50),
                times.quantile(99),
                times.quantile(100),
                bytes.quantile(50),
                bytes.quantile(99),
            );
            println!("{:>14}a key, µs: {}", "", effort::a_key(&since, KEYS));
        }
    }
    Ok(())
}

fn starts(home: &Path, base: &str, data: &str) -> Result<(), Fault> {
    let mut times = Vec::with_capacity(STARTS);
    for _ in 0..STARTS {
        let desk = open(home, (120, 36), base, "wangmin", data)?;
        let first = desk.wait("a first frame", |seen| {
            seen.frames.first().map(|frame| frame.at)
        })?;
        times.push(ms(first.duration_since(desk.started)));
    }
    let times = Spread::of(times);
    println!(
        "start to first frame: {STARTS} starts, p50 {:.1} ms, max {:.1} ms",
        times.quantile(50),
        times.quantile(100)
    );
    Ok(())
}

fn idle(home: &Path, base: &str, data: &str) -> Result<(), Fault> {
    let mut desk = open(home, (120, 36), base, IDLER, data)?;
    sign_in(&mut desk, "0199")?;
    desk.until(&["等待来电"])?;
    // What the start itself brings (copies, the line) is to be over.
    std::thread::sleep(Duration::from_secs(5));
    let pid = desk.pid()?;
    let bytes = desk.seen().bytes;
    let watched = Instant::now();
    let before = effort::of(pid)?;
    std::thread::sleep(IDLE);
    let after = effort::of(pid)?;
    let written = desk.seen().bytes - bytes;
    for frame in desk.seen().frames.iter().filter(|frame| frame.at > watched) {
        println!(
            "a frame after {:.1} s: {:?}",
            frame.at.duration_since(watched).as_secs_f64(),
            String::from_utf8_lossy(&frame.bytes)
        );
    }
    let since = effort::since(&before, &after);
    let woken: Vec<_> = since.iter().filter(|(_, it)| it.sleeps > 0).collect();
    let all: u64 = woken.iter().map(|(_, it)| it.sleeps).sum();
    let busy: f64 = since.values().map(|it| it.busy_ms).sum();
    println!(
        "idle {} s: {written} bytes, {busy:.2} ms of processor time, {all} wake-ups in {} threads {woken:?}",
        IDLE.as_secs(),
        after.len()
    );
    Ok(())
}

fn run() -> Result<(), Fault> {
    let home = tempfile::tempdir()?;
    let home = home.path();
    let data = home.join("desk").display().to_string();
    let demo_dir = home.join("demo");
    let listen = format!("127.0.0.1:{}", house::free_port()?);
    let demo = [
        "demo",
        "--headless",
        "--data",
        &demo_dir.display().to_string(),
        "--listen",
        &listen,
    ];
    {
        let house = House::start(home, &demo)?;
        tokio::runtime::Runtime::new()?.block_on(house::fill(&house.base))?;
        house::pull(home, &house.base, &data)?;
        if wanted("keys") {
            keys(home, &house.base, &data)?;
        }
    }
    // Nobody calls any more.
    let kept = demo_dir.join("server").display().to_string();
    house::add_taker(home, &kept, IDLER)?;
    let house = House::start(home, &["serve", "--data", &kept, "--listen", &listen])?;
    if wanted("starts") {
        starts(home, &house.base, &data)?;
    }
    if wanted("idle") {
        idle(home, &house.base, &data)?;
    }
    Ok(())
}

/// Every part, or those that were named: `cargo bench --bench desk -- idle`.
fn wanted(part: &str) -> bool {
    let mut named = std::env::args().skip(1).filter(|arg| arg != "--bench");
    let first = named.next();
    first.as_deref().is_none_or(|arg| arg == part) || named.any(|arg| arg == part)
}

fn main() {
    // `cargo test --benches` runs this too, to see that it starts; a measurement it is not.
    if !std::env::args().any(|arg| arg == "--bench") {
        return;
    }
    // An error only says that a provider is there already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    if let Err(error) = run() {
        eprintln!("the desk benchmark could not run: {error}");
        std::process::exit(1);
    }
}
