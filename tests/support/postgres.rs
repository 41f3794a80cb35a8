//! A real PostgreSQL for the tests of one process: a cluster of its own in a temporary folder, reached by a socket in
//! it, begun by the first test that needs it and gone with the process, however that ends. Each test makes a database.
#![allow(dead_code, reason = "each group of tests uses its own part of it")]

use std::io::{BufRead as _, BufReader};
use std::os::unix::fs::{MetadataExt as _, chown};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use tokio_postgres::{Client, NoTls};

/// Begins a cluster, says so, and ends and removes it when its input ends: when the process of the tests does. It sorts
/// as Chinese does, so that an order that depends on the database's language is found out.
const KEEPER: &str = r#"
"$BIN/initdb" -D data -U hotline -A trust -E UTF8 --locale=C.UTF-8 --locale-provider=icu --icu-locale=zh -N >log 2>&1 || exit 1
"$BIN/postgres" -D data -k "$PWD" -c listen_addresses= -c max_connections=1000 -c shared_buffers=32MB -c fsync=off \
  -c full_page_writes=off -c dynamic_shared_memory_type=mmap >>log 2>&1 &
until "$BIN/pg_isready" -q -h "$PWD" -U hotline -d postgres; do kill -0 $! 2>/dev/null || exit 1; sleep 0.05; done
echo ready
cat >/dev/null
kill -QUIT $!; wait; cd /; rm -rf "$OLDPWD"
"#;

/// A running cluster.
struct Cluster {
    folder: PathBuf,
    /// Its input is open as long as this process lives.
    _alive: Child,
}

/// The newest PostgreSQL of the Debian packages.
fn binaries() -> PathBuf {
    let versions = std::fs::read_dir("/usr/lib/postgresql")
        .expect("the external tests need PostgreSQL: apt-get install postgresql");
    let newest = versions
        .map(|version| version.unwrap().path())
        .filter(|version| version.join("bin/initdb").exists())
        .max_by_key(|version| {
            let name = version.file_name().unwrap().to_string_lossy();
            name.parse::<u32>().unwrap_or(0)
        });
    newest.expect("PostgreSQL has no initdb").join("bin")
}

/// The number of an account's user or group.
fn number(of: &str, account: &str) -> u32 {
    let said = Command::new("id").args([of, account]).output().unwrap();
    let said = String::from_utf8(said.stdout).unwrap();
    said.trim().parse().expect("the package makes this account")
}

fn begin() -> Cluster {
    let folder = tempfile::tempdir().unwrap().keep();
    let mut keeper = if std::fs::metadata(&folder).unwrap().uid() == 0 {
        // It refuses to run as root.
        let (user, group) = (number("-u", "postgres"), number("-g", "postgres"));
        chown(&folder, Some(user), Some(group)).unwrap();
        let mut command = Command::new("setpriv");
        command.args([
            format!("--reuid={user}"),
            format!("--regid={group}"),
            "--clear-groups".to_owned(),
            "sh".to_owned(),
        ]);
        command
    } else {
        Command::new("sh")
    };
    let mut keeper = keeper
        .args(["-c", KEEPER])
        .env("BIN", binaries())
        .current_dir(&folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut said = String::new();
    let output = keeper.stdout.take().unwrap();
    BufReader::new(output).read_line(&mut said).unwrap();
    if said != "ready\n" {
        let log = std::fs::read_to_string(folder.join("log")).unwrap_or_default();
        panic!("PostgreSQL did not start: {log}");
    }
    Cluster {
        folder,
        _alive: keeper,
    }
}

/// The folder with the socket.
fn folder() -> &'static Path {
    static CLUSTER: OnceLock<Cluster> = OnceLock::new();
    &CLUSTER.get_or_init(begin).folder
}

fn address(name: &str) -> String {
    let host = folder().display().to_string().replace('/', "%2F");
    format!("postgres://hotline@{host}/{name}")
}

/// A new, empty database's address.
pub async fn database() -> String {
    let name = format!("h{}", uuid::Uuid::new_v4().simple());
    let client = connect(&address("postgres")).await;
    client
        .batch_execute(&format!("CREATE DATABASE {name}"))
        .await
        .unwrap();
    address(&name)
}

/// A connection of a test's own.
pub async fn connect(address: &str) -> Client {
    let (client, connection) = tokio_postgres::connect(address, NoTls).await.unwrap();
    tokio::spawn(connection);
    client
}
