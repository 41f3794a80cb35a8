//! Entries to the server in batches. A batch goes under a key of its own, so a try that got no answer may be
//! repeated; an entry that is there as it is counts as unchanged.

use super::encoding::Encoding;
use super::entries::Parsed;
use super::problem::{ImportError, Problem, Refused};
use crate::domain::knowledge::Entry;
use crate::link::events::BackOff;
use crate::link::{Api, LinkError};
use crate::protocol::error::ApiError;
use crate::protocol::knowledge::{Import, Imported};
use futures_util::future::BoxFuture;
use std::time::Duration;
use uuid::Uuid;

/// The protocol's limit on a batch.
const BATCH: usize = 500;
/// A batch stays under the server's limit on a body, with room to spare.
const BATCH_BYTES: usize = 6 << 20;
/// How often a batch is tried.
const TRIES: u32 = 6;

/// What takes batches.
pub trait Importer: Send + Sync {
    /// Brings a batch in; the same key as often as needed.
    fn import<'a>(
        &'a self,
        batch: &'a Import,
        key: &'a str,
    ) -> BoxFuture<'a, Result<Imported, LinkError>>;
}

impl Importer for Api {
    fn import<'a>(
        &'a self,
        batch: &'a Import,
        key: &'a str,
    ) -> BoxFuture<'a, Result<Imported, LinkError>> {
        Box::pin(Self::import(self, batch, key))
    }
}

/// How far an import has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Entries the server has answered for.
    pub done: usize,
    /// Entries in all.
    pub of: usize,
}

/// What an import did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// What the server made of what it took.
    pub imported: Imported,
    /// What was refused, here or there, in the order of the lines.
    pub refused: Vec<Refused>,
    /// The encoding the file was read as.
    pub encoding: Option<Encoding>,
}

/// Sends what was taken from a file. An entry that the server refuses joins the refused ones, and the rest of its
/// batch goes on. Errors: the line fails for good; what was sent before stays, and may be sent again.
pub async fn send(
    importer: &dyn Importer,
    parsed: Parsed<Entry>,
    mut progress: impl FnMut(Progress),
) -> Result<Report, ImportError> {
    let of = parsed.taken.len();
    let mut report = Report {
        imported: Imported::default(),
        refused: parsed.refused,
        encoding: parsed.encoding,
    };
    let mut done = 0;
    for mut batch in batches(parsed.taken) {
        let size = batch.len();
        while !batch.is_empty() {
            let entries = batch.iter().map(|(_, entry)| entry.clone()).collect();
            match send_batch(importer, &Import { entries }).await {
                Ok(answer) => {
                    report.imported.added += answer.added;
                    report.imported.changed += answer.changed;
                    report.imported.unchanged += answer.unchanged;
                    report.imported.revision = answer.revision;
                    break;
                }
                Err(error) => match refused_entry(&error).filter(|(at, ..)| *at < batch.len()) {
                    Some((at, column, problem)) => {
                        let (line, _) = batch.remove(at);
                        report.refused.push(Refused {
                            file: parsed.file.clone(),
                            line,
                            column,
                            problem: Problem::Server(problem),
                        });
                    }
                    None => return Err(ImportError::Sending { sent: done, error }),
                },
            }
        }
        done += size;
        progress(Progress { done, of });
    }
    report.refused.sort_by_key(|refused| refused.line);
    Ok(report)
}

fn batches(entries: Vec<(u64, Entry)>) -> Vec<Vec<(u64, Entry)>> {
    let mut batches = Vec::new();
    let (mut batch, mut bytes) = (Vec::new(), 0);
    for (line, entry) in entries {
        let size = serde_json::to_vec(&entry).map_or(0, |json| json.len());
        if batch.len() == BATCH || (bytes + size > BATCH_BYTES && !batch.is_empty()) {
            batches.push(std::mem::take(&mut batch));
            bytes = 0;
        }
        bytes += size;
        batch.push((line, entry));
    }
    if !batch.is_empty() {
        batches.push(batch);
    }
    batches
}

async fn send_batch(importer: &dyn Importer, batch: &Import) -> Result<Imported, LinkError> {
    let key = Uuid::now_v7().to_string();
    let mut back_off = BackOff::default();
    let mut tries = 1;
    loop {
        let error = match importer.import(batch, &key).await {
            Ok(answer) => return Ok(answer),
            Err(error) if error.is_transient() && tries < TRIES => error,
            Err(error) => return Err(error),
        };
        tries += 1;
        let wait = match error {
            LinkError::Api(ApiError::Throttled { seconds }) => Duration::from_secs(seconds),
            _ => back_off.next(rand::random()),
        };
        tokio::time::sleep(wait).await;
    }
}

/// Which entry of the batch a refusal is about: `entries[3].question` is the fourth.
fn refused_entry(error: &LinkError) -> Option<(usize, String, String)> {
    let LinkError::Api(ApiError::Invalid { field, problem }) = error else {
        return None;
    };
    let (at, rest) = field.strip_prefix("entries[")?.split_once(']')?;
    let column = rest.trim_start_matches('.').to_owned();
    Some((at.parse().ok()?, column, problem.clone()))
}
