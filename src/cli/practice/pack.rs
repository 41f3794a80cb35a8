//! `hotline practice export` and `import`: knowledge and directory as one file, the only thing that comes from
//! production. Nothing about callers, tickets or people is in it.

use super::serve::{opened, taken};
use crate::cli::args::{PracticeExport, PracticeImport};
use crate::cli::fault::Fault;
use crate::cli::{Setup, line, runtime};
use crate::crypto::sha256;
use crate::domain::directory::Directory;
use crate::domain::knowledge::Entry;
use crate::link::copies::published;
use crate::protocol::knowledge::Import;
use crate::server::Core;
use crate::server::service::{Who, directory, knowledge};
use crate::words::Practice as Say;
use serde::{Deserialize, Serialize};
use std::fmt::Write as _;
use std::path::Path;

/// How many entries are brought in at once.
const AT_ONCE: usize = 500;
/// The shape of the file.
const SHAPE: u32 = 1;

/// The file: what it holds, and that it is whole.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Sealed {
    /// Its shape.
    hotline_practice_pack: u32,
    /// SHA-256 of the content, in hex.
    sha256: String,
    /// A [`Pack`] as JSON.
    content: String,
}

/// What it holds.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::cli) struct Pack {
    pub directory: Directory,
    pub entries: Vec<Entry>,
}

fn sum(content: &str) -> String {
    let mut text = String::new();
    for byte in sha256(content.as_bytes()) {
        // Writing into a text does not fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}

/// Writes the pack of the running server. Error: the line, the server, or the file refuses.
pub fn export(setup: &Setup, export: &PracticeExport) -> Result<(), Fault> {
    runtime()?.block_on(async {
        let api = line::signed_in(setup).await?;
        let refused = |error| Fault::of_link(&error, &setup.words);
        let answer = api.directory(0).await.map_err(refused)?;
        let directory = answer.directory.unwrap_or_default();
        let entries = published(&api).await.map_err(refused)?;
        line::done(&api).await;
        let pack = Pack { directory, entries };
        write(&export.file, &pack)?;
        told!("{}", told(setup, Say::PackWritten, &export.file, &pack));
        Ok(())
    })
}

fn write(file: &Path, pack: &Pack) -> Result<(), Fault> {
    let content = serde_json::to_string(pack).map_err(Fault::failed)?;
    let sealed = Sealed {
        hotline_practice_pack: SHAPE,
        sha256: sum(&content),
        content,
    };
    let text = serde_json::to_vec(&sealed).map_err(Fault::failed)?;
    let failed = |error| Fault::failed(format!("{}: {error}", file.display()));
    std::fs::write(file, text).map_err(failed)
}

/// Reads a pack. Error: it is none, of another shape, or not whole.
fn read(setup: &Setup, file: &Path) -> Result<Pack, Fault> {
    let name = file.display().to_string();
    let values = [("file", name.as_str().into())];
    let bytes = std::fs::read(file).map_err(|error| Fault::usage(format!("{name}: {error}")))?;
    let no_pack = || Fault::usage(setup.words.say_with(Say::PackNone, &values));
    let sealed: Sealed = serde_json::from_slice(&bytes).map_err(|_| no_pack())?;
    if sealed.hotline_practice_pack != SHAPE {
        return Err(no_pack());
    }
    if sum(&sealed.content) != sealed.sha256 {
        return Err(Fault::usage(setup.words.say_with(Say::PackBroken, &values)));
    }
    serde_json::from_str(&sealed.content).map_err(|_| no_pack())
}

/// Brings a pack into the practice folder. Error: it is no whole pack; a row of it is refused; the folder is not one of
/// practice.
pub fn import(setup: &Setup, import: &PracticeImport) -> Result<(), Fault> {
    let pack = read(setup, &import.file)?;
    let data = taken(setup, import.data.as_deref())?;
    runtime()?.block_on(async {
        let core = opened(setup, &data).await?;
        fill(&core, &pack).await?;
        told!("{}", told(setup, Say::PackRead, &import.file, &pack));
        Ok(())
    })
}

/// Puts a pack's directory and entries in force. Entries that the pack does not have stay as they were.
pub(in crate::cli) async fn fill(core: &Core, pack: &Pack) -> Result<(), Fault> {
    let system = Who::system().map_err(Fault::failed)?;
    let replaced = directory::replace(core, &system, pack.directory.clone()).await;
    replaced.map_err(Fault::failed)?;
    for entries in pack.entries.chunks(AT_ONCE) {
        let entries = entries.to_vec();
        let batch = Import { entries };
        let imported = knowledge::import(core, &system, batch).await;
        imported.map_err(Fault::failed)?;
    }
    Ok(())
}

fn told(setup: &Setup, what: Say, file: &Path, pack: &Pack) -> String {
    let values = [
        ("file", file.display().to_string().into()),
        ("items", pack.directory.items.len().into()),
        ("entries", pack.entries.len().into()),
    ];
    setup.words.say_with(what, &values)
}
