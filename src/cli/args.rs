//! What the command line takes. Help texts are not here: they live in `assets/locales/*/cli.ftl` by command
//! and argument name, and `help.rs` puts them in.

use crate::domain::clock::ClockRuleName;
use crate::settings::KEYS;
use clap::{Args, Parser, Subcommand};
use std::path::PathBuf;

/// The whole command line.
#[derive(Debug, Parser)]
#[command(
    name = "hotline",
    version,
    disable_help_flag = true,
    disable_version_flag = true,
    disable_help_subcommand = true
)]
pub struct Cli {
    #[arg(long, global = true, value_name = "LANG", value_parser = ["zh-CN", "en"], hide_possible_values = true)]
    pub lang: Option<String>,
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    #[command(subcommand)]
    pub command: Command,
}

/// The subcommands.
#[derive(Debug, Subcommand)]
pub enum Command {
    Demo(Demo),
    Desk(Desk),
    Doctor(Doctor),
    #[command(subcommand)]
    Keys(Keys),
    Serve(Serve),
    #[command(subcommand)]
    Kb(Kb),
    #[command(subcommand)]
    Model(Model),
    #[command(subcommand)]
    Directory(DirectoryCommand),
    #[command(subcommand)]
    Key(KeyCommand),
    #[command(subcommand)]
    User(User),
    #[command(subcommand)]
    Clock(ClockCommand),
    #[command(subcommand)]
    Calendar(CalendarCommand),
    #[command(subcommand)]
    Outage(OutageCommand),
    #[command(subcommand)]
    Config(Config),
    #[command(subcommand)]
    Practice(Practice),
    Completions(Completions),
    Man(Man),
}

/// `hotline demo`.
#[derive(Debug, Args)]
pub struct Demo {
    /// Where the demonstration keeps its data; a temporary folder unless told.
    #[arg(long, value_name = "DIR")]
    pub data: Option<PathBuf>,
    #[arg(long, value_name = "ACCOUNT")]
    pub account: Option<String>,
    #[arg(long, value_name = "ADDRESS")]
    pub listen: Option<String>,
    #[arg(long, value_name = "THEME")]
    pub theme: Option<String>,
    #[arg(long, value_name = "NAME")]
    pub keymap: Option<String>,
    #[arg(long)]
    pub headless: bool,
    #[arg(long, value_name = "NUMBER", default_value_t = 12345)]
    pub seed: u64,
}

/// `hotline desk`.
#[derive(Debug, Args)]
pub struct Desk {
    #[command(flatten)]
    pub line: Line,
    #[arg(long, value_name = "DIR")]
    pub data: Option<PathBuf>,
    #[arg(long, value_name = "THEME")]
    pub theme: Option<String>,
    #[arg(long, value_name = "NAME")]
    pub keymap: Option<String>,
}

/// `hotline doctor`.
#[derive(Debug, Args)]
pub struct Doctor {
    #[arg(long, value_name = "URL")]
    pub server: Option<String>,
    #[arg(long, value_name = "FILE")]
    pub ca: Option<PathBuf>,
    #[arg(long, value_name = "DIR")]
    pub data: Option<PathBuf>,
}

/// `hotline keys …`.
#[derive(Debug, Subcommand)]
pub enum Keys {
    List(KeysOf),
    Test(KeysOf),
}

/// Which keys.
#[derive(Debug, Args)]
pub struct KeysOf {
    #[arg(long, value_name = "NAME")]
    pub keymap: Option<String>,
}

/// Where the server is and who asks.
#[derive(Debug, Args)]
pub struct Line {
    #[arg(long, value_name = "URL")]
    pub server: Option<String>,
    #[arg(long, value_name = "ACCOUNT")]
    pub account: Option<String>,
    #[arg(long, value_name = "FILE")]
    pub ca: Option<PathBuf>,
}

/// `hotline serve`.
#[derive(Debug, Args)]
pub struct Serve {
    #[arg(long, value_name = "ADDRESS")]
    pub listen: Option<String>,
    #[arg(long, value_name = "DIR")]
    pub data: Option<PathBuf>,
    #[arg(long, value_name = "DATABASE")]
    pub database: Option<String>,
    #[arg(long, value_name = "FILE")]
    pub key_file: Option<PathBuf>,
    #[arg(long, value_name = "FILE")]
    pub tls_certificate: Option<PathBuf>,
    #[arg(long, value_name = "FILE")]
    pub tls_key: Option<PathBuf>,
    #[arg(long)]
    pub allow_plaintext: bool,
    #[arg(long, value_name = "FILE")]
    pub simulate: Option<PathBuf>,
    #[arg(long, value_name = "SECONDS")]
    pub wrap_up_seconds: Option<u64>,
}

/// `hotline kb …`.
#[derive(Debug, Subcommand)]
pub enum Kb {
    Import(KbImport),
    Export(KbExport),
    Search(KbSearch),
    Evaluate(KbEvaluate),
    Generate(KbGenerate),
    #[command(subcommand)]
    Synonyms(KbSynonyms),
}

/// `hotline kb import`.
#[derive(Debug, Args)]
pub struct KbImport {
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    #[arg(long, value_name = "FIELD=COLUMN")]
    pub map: Vec<String>,
    #[arg(long, value_name = "FIELD=VALUE")]
    pub set: Vec<String>,
    #[arg(long, value_name = "TEXT")]
    pub prefix: Option<String>,
    #[arg(long, value_name = "NAME")]
    pub sheet: Option<String>,
    #[arg(long)]
    pub dry_run: bool,
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    pub line: Line,
}

/// `hotline kb export`.
#[derive(Debug, Args)]
pub struct KbExport {
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
    #[arg(long, value_name = "FORMAT", value_parser = ["csv", "jsonl", "xlsx"])]
    pub format: Option<String>,
    #[command(flatten)]
    pub line: Line,
}

/// `hotline kb search`.
#[derive(Debug, Args)]
pub struct KbSearch {
    #[arg(required = true, value_name = "QUERY")]
    pub query: Vec<String>,
    #[arg(long, value_name = "NUMBER", default_value_t = 10)]
    pub limit: usize,
    #[arg(long)]
    pub json: bool,
    #[arg(long, value_name = "DIR")]
    pub data: Option<PathBuf>,
    #[command(flatten)]
    pub line: Line,
}

/// `hotline kb evaluate`.
#[derive(Debug, Args)]
pub struct KbEvaluate {
    #[arg(long, value_name = "FILE")]
    pub entries: PathBuf,
    #[arg(long, value_name = "FILE")]
    pub queries: PathBuf,
    #[arg(long, value_name = "NUMBER", default_value_t = 0)]
    pub misses: usize,
    #[arg(long, value_name = "FILE")]
    pub compare: Option<PathBuf>,
    #[arg(long)]
    pub json: bool,
    #[arg(long)]
    pub meaning: bool,
}

/// `hotline model …`.
#[derive(Debug, Subcommand)]
pub enum Model {
    Install(ModelInstall),
    Status,
    Remove,
}

/// `hotline model install`.
#[derive(Debug, Args)]
pub struct ModelInstall {
    #[arg(long, value_name = "FILE", conflicts_with = "index")]
    pub from: Option<PathBuf>,
    #[arg(long, value_name = "URL")]
    pub index: Option<String>,
}

/// `hotline kb generate`.
#[derive(Debug, Args)]
pub struct KbGenerate {
    #[arg(long, value_name = "NUMBER")]
    pub count: usize,
    #[arg(long, value_name = "NUMBER", default_value_t = 12345)]
    pub seed: u64,
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
}

/// `hotline kb synonyms …`.
#[derive(Debug, Subcommand)]
pub enum KbSynonyms {
    List {
        #[arg(long)]
        all: bool,
    },
    Add {
        #[arg(value_name = "WORD")]
        word: String,
        #[arg(required = true, value_name = "OFFICIAL")]
        official: Vec<String>,
    },
    Remove {
        #[arg(value_name = "WORD")]
        word: String,
    },
    Check,
}

/// `hotline directory …`.
#[derive(Debug, Subcommand)]
pub enum DirectoryCommand {
    Import(DirectoryImport),
    Check(DirectoryCheck),
}

/// `hotline directory import`.
#[derive(Debug, Args)]
pub struct DirectoryImport {
    #[arg(value_name = "DIR")]
    pub folder: PathBuf,
    #[arg(long)]
    pub dry_run: bool,
    #[command(flatten)]
    pub line: Line,
}

/// `hotline directory check`.
#[derive(Debug, Args)]
pub struct DirectoryCheck {
    #[arg(value_name = "DIR")]
    pub folder: PathBuf,
    #[command(flatten)]
    pub line: Line,
}

/// `hotline key …`.
#[derive(Debug, Subcommand)]
pub enum KeyCommand {
    Rotate(KeyRotate),
}

/// `hotline key rotate`.
#[derive(Debug, Args)]
pub struct KeyRotate {
    #[arg(long, value_name = "DIR")]
    pub data: Option<PathBuf>,
    #[arg(long, value_name = "DATABASE")]
    pub database: Option<String>,
    #[arg(long, value_name = "FILE")]
    pub key_file: Option<PathBuf>,
}

/// `hotline user …`.
#[derive(Debug, Subcommand)]
pub enum User {
    Add(UserAdd),
}

/// `hotline user add`.
#[derive(Debug, Args)]
pub struct UserAdd {
    #[arg(value_name = "ACCOUNT")]
    pub account: String,
    #[arg(long, value_name = "NAME")]
    pub name: String,
    #[arg(long, value_name = "ROLE", required = true)]
    pub role: Vec<String>,
    #[arg(long, value_name = "UNIT", default_value = "HOTLINE")]
    pub unit: String,
    #[arg(long, value_name = "SEAT")]
    pub seat: Option<String>,
    #[arg(long, value_name = "SKILL")]
    pub skill: Vec<String>,
    #[arg(long, value_name = "DIR")]
    pub data: Option<PathBuf>,
    #[arg(long, value_name = "DATABASE")]
    pub database: Option<String>,
    #[arg(long, value_name = "FILE")]
    pub key_file: Option<PathBuf>,
}

/// `hotline calendar …`.
#[derive(Debug, Subcommand)]
pub enum CalendarCommand {
    Import(CalendarImport),
}

/// `hotline calendar import`.
#[derive(Debug, Args)]
pub struct CalendarImport {
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    #[arg(long)]
    pub dry_run: bool,
    #[command(flatten)]
    pub line: Line,
}

/// `hotline outage …`.
#[derive(Debug, Subcommand)]
pub enum OutageCommand {
    Tell(OutageTell),
}

/// `hotline outage tell`.
#[derive(Debug, Args)]
pub struct OutageTell {
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    #[command(flatten)]
    pub line: Line,
}

/// `hotline clock …`.
#[derive(Debug, Subcommand)]
pub enum ClockCommand {
    Due(ClockDue),
}

/// `hotline clock due`.
#[derive(Debug, Args)]
pub struct ClockDue {
    #[arg(long, value_name = "TIME")]
    pub from: String,
    #[arg(long, value_name = "NUMBER", requires = "unit", required_unless_present = "rule",
        value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub amount: Option<u32>,
    #[arg(long, value_name = "UNIT", requires = "amount", value_parser = ["working_day", "calendar_day", "natural_hour"])]
    pub unit: Option<String>,
    #[arg(long, value_name = "RULE", conflicts_with_all = ["amount", "unit"],
        value_parser = ClockRuleName::ALL.map(ClockRuleName::name))]
    pub rule: Option<String>,
    #[arg(long)]
    pub no_roll: bool,
    #[arg(long, value_name = "FILE")]
    pub calendar: Vec<PathBuf>,
    #[arg(long)]
    pub json: bool,
}

/// `hotline practice …`.
#[derive(Debug, Subcommand)]
pub enum Practice {
    Serve(PracticeServe),
    Export(PracticeExport),
    Import(PracticeImport),
    Check(PracticeCheck),
}

/// `hotline practice serve`. What is configured for production is not looked at: only these say where and how.
#[derive(Debug, Args)]
pub struct PracticeServe {
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8013")]
    pub listen: std::net::SocketAddr,
    #[arg(long, value_name = "DIR")]
    pub data: Option<PathBuf>,
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    pub tls_certificate: Option<PathBuf>,
    #[arg(long, value_name = "FILE", requires = "tls_certificate")]
    pub tls_key: Option<PathBuf>,
    #[arg(long)]
    pub allow_plaintext: bool,
}

/// `hotline practice export`.
#[derive(Debug, Args)]
pub struct PracticeExport {
    #[arg(value_name = "PACK")]
    pub file: PathBuf,
    #[command(flatten)]
    pub line: Line,
}

/// `hotline practice import`.
#[derive(Debug, Args)]
pub struct PracticeImport {
    #[arg(value_name = "PACK")]
    pub file: PathBuf,
    #[arg(long, value_name = "DIR")]
    pub data: Option<PathBuf>,
}

/// `hotline practice check`.
#[derive(Debug, Args)]
pub struct PracticeCheck {
    #[arg(value_name = "FILE")]
    pub files: Vec<PathBuf>,
}

/// `hotline config …`.
#[derive(Debug, Subcommand)]
pub enum Config {
    Show(ConfigShow),
}

/// `hotline config show`.
#[derive(Debug, Args)]
pub struct ConfigShow {
    #[arg(long)]
    pub json: bool,
}

/// `hotline completions`.
#[derive(Debug, Args)]
pub struct Completions {
    #[arg(value_name = "SHELL", hide_possible_values = true)]
    pub shell: clap_complete::Shell,
}

/// `hotline man`.
#[derive(Debug, Args)]
pub struct Man {
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
}

fn path(path: Option<&PathBuf>) -> Option<String> {
    path.map(|path| path.display().to_string())
}

/// Folder, database and key file of a server's data, as far as they are said.
type Data<'a> = (Option<&'a PathBuf>, Option<&'a String>, Option<&'a PathBuf>);

impl KeyRotate {
    const fn lie(&self) -> Data<'_> {
        (
            self.data.as_ref(),
            self.database.as_ref(),
            self.key_file.as_ref(),
        )
    }
}

impl UserAdd {
    const fn lie(&self) -> Data<'_> {
        (
            self.data.as_ref(),
            self.database.as_ref(),
            self.key_file.as_ref(),
        )
    }
}

/// Where the server's data lie, and their key.
fn of_data((data, database, key_file): Data<'_>, give: &mut impl FnMut(&str, Option<String>)) {
    give("data", path(data));
    give("server.database", database.cloned());
    give("server.key-file", path(key_file));
}

/// What the flags of `hotline serve` give.
fn of_serve(serve: &Serve, give: &mut impl FnMut(&str, Option<String>)) {
    give("server.listen", serve.listen.clone());
    give("data", path(serve.data.as_ref()));
    give("server.database", serve.database.clone());
    give("server.key-file", path(serve.key_file.as_ref()));
    give(
        "server.tls-certificate",
        path(serve.tls_certificate.as_ref()),
    );
    give("server.tls-key", path(serve.tls_key.as_ref()));
    let plaintext = serve.allow_plaintext.then(|| "true".to_owned());
    give("server.allow-plaintext", plaintext);
    give("server.simulate", path(serve.simulate.as_ref()));
    let wrap_up = serve.wrap_up_seconds.map(|seconds| seconds.to_string());
    give("server.wrap-up-seconds", wrap_up);
}

/// The settings that this command's flags give, as pairs of key and value.
pub fn flags(cli: &Cli) -> Vec<(&'static str, String)> {
    let mut found = Vec::new();
    let mut give = |name: &str, value: Option<String>| {
        if let (Some(key), Some(value)) = (KEYS.iter().find(|key| key.name == name), value) {
            found.push((key.name, value));
        }
    };
    give("language", cli.lang.clone());
    let mut line = |line: &Line| {
        give("desk.server", line.server.clone());
        give("desk.account", line.account.clone());
        give("desk.ca", path(line.ca.as_ref()));
    };
    match &cli.command {
        Command::Demo(demo) => {
            give("data", path(demo.data.as_ref()));
            give("desk.account", demo.account.clone());
            give("server.listen", demo.listen.clone());
            give("desk.theme", demo.theme.clone());
            give("desk.keymap", demo.keymap.clone());
        }
        Command::Desk(desk) => {
            line(&desk.line);
            give("data", path(desk.data.as_ref()));
            give("desk.theme", desk.theme.clone());
            give("desk.keymap", desk.keymap.clone());
        }
        Command::Doctor(doctor) => {
            give("desk.server", doctor.server.clone());
            give("desk.ca", path(doctor.ca.as_ref()));
            give("data", path(doctor.data.as_ref()));
        }
        Command::Keys(Keys::List(keys) | Keys::Test(keys)) => {
            give("desk.keymap", keys.keymap.clone());
        }
        Command::Serve(serve) => of_serve(serve, &mut give),
        Command::Kb(Kb::Import(import)) => line(&import.line),
        Command::Kb(Kb::Export(export)) => line(&export.line),
        Command::Directory(DirectoryCommand::Import(import)) => line(&import.line),
        Command::Directory(DirectoryCommand::Check(check)) => line(&check.line),
        Command::Kb(Kb::Search(search)) => {
            line(&search.line);
            give("data", path(search.data.as_ref()));
        }
        Command::Calendar(CalendarCommand::Import(import)) => line(&import.line),
        Command::Outage(OutageCommand::Tell(tell)) => line(&tell.line),
        Command::Key(KeyCommand::Rotate(it)) => of_data(it.lie(), &mut give),
        Command::User(User::Add(it)) => of_data(it.lie(), &mut give),
        Command::Practice(Practice::Export(export)) => line(&export.line),
        Command::Kb(Kb::Evaluate(_) | Kb::Generate(_) | Kb::Synonyms(_))
        | Command::Model(_)
        | Command::Clock(_)
        | Command::Config(_)
        | Command::Practice(Practice::Serve(_) | Practice::Import(_) | Practice::Check(_))
        | Command::Completions(_)
        | Command::Man(_) => {}
    }
    found
}
