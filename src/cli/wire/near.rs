//! What is near in meaning, for the desk's second block: only where the model is installed, after the keys have been
//! quiet, on a thread of its own, and for the newest question only.

use super::local::{Known, step_back};
use super::{World, failed};
use crate::desk::ports::{Hit, PortError};
use crate::domain::knowledge::{PublishedEntry, Validity};
use crate::search::meaning::{Encoder, NEAR};
use crate::search::{SearchError, has_filters};
use jiff::civil::Date;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

/// How long the keys have to be quiet.
const QUIET: Duration = Duration::from_millis(150);
/// Characters of an answer that a row can show.
const SNIPPET: usize = 160;
/// More are asked for than shown: some may have expired, or changed since.
const ASKED: usize = NEAR * 4;

/// The model of this desk, loaded when it is first asked.
pub(super) struct Meaning {
    folder: Option<PathBuf>,
    encoder: OnceLock<Option<Encoder>>,
    newest: AtomicU64,
}

impl Meaning {
    pub(super) fn new(folder: Option<PathBuf>) -> Self {
        Self {
            folder,
            encoder: OnceLock::new(),
            newest: AtomicU64::new(0),
        }
    }

    /// True when there is a model to use.
    pub(super) const fn is_there(&self) -> bool {
        self.folder.is_some()
    }

    fn encoder(&self) -> Option<&Encoder> {
        let opened = self.encoder.get_or_init(|| {
            let opened = Encoder::open(self.folder.as_deref()?);
            opened
                .inspect_err(|error| tracing::warn!(%error, "no second block"))
                .ok()
        });
        opened.as_ref()
    }
}

pub(super) async fn near(
    world: &Arc<World>,
    text: String,
    today: Date,
    soon: bool,
) -> Result<Vec<Hit>, PortError> {
    let meaning = &world.meaning;
    // A vector knows no department and no day: under a filter, what is near would be what was left out.
    if !meaning.is_there() || has_filters(&text) {
        return Ok(Vec::new());
    }
    let mine = meaning.newest.fetch_add(1, Ordering::Relaxed) + 1;
    if !soon {
        tokio::time::sleep(QUIET).await;
    }
    let known = world.local.known().await?;
    let meaning = Arc::clone(meaning);
    let (tell, told) = tokio::sync::oneshot::channel();
    // A thread of its own: the look-ups of the next keys go on meanwhile, and go first.
    let thread = std::thread::Builder::new().name("by-meaning".into());
    let started = thread.spawn(move || {
        step_back();
        // A newer question has come, or nobody waits any more.
        if meaning.newest.load(Ordering::Relaxed) == mine && !tell.is_closed() {
            let _ = tell.send(look(&known, &meaning, &text, today));
        }
    });
    started.map_err(|_| PortError::Broken)?;
    // Without an answer another question has taken this one's place.
    let Ok(found) = told.await else {
        return Ok(Vec::new());
    };
    found.map_err(|error| failed(error.into()))
}

fn look(
    known: &Known,
    meaning: &Meaning,
    text: &str,
    today: Date,
) -> Result<Vec<Hit>, SearchError> {
    let near = known.copies.near();
    if near.is_empty() {
        return Ok(Vec::new());
    }
    let Some(encoder) = meaning.encoder() else {
        return Ok(Vec::new());
    };
    let searcher = known.copies.searcher();
    let mut hits = Vec::new();
    for (code, revision) in near.nearest(&encoder.query(text), ASKED) {
        // A vector of what an entry said before is none of what it says now.
        let entry = searcher.entry(&code)?;
        let current = entry.filter(|it| it.revision == revision && !it.retired);
        hits.extend(current.and_then(|published| hit(published, today)));
        if hits.len() == NEAR {
            break;
        }
    }
    Ok(hits)
}

/// An entry that holds today, or will soon; what has expired is not offered by meaning.
fn hit(published: PublishedEntry, today: Date) -> Option<Hit> {
    let PublishedEntry { entry, version, .. } = published;
    let validity = entry.validity(today);
    let line = entry.answer.as_str().split('\n').map(str::trim);
    let line: Vec<&str> = line.filter(|line| !line.is_empty()).collect();
    (validity != Validity::Expired).then(|| Hit {
        code: entry.code,
        version,
        question: entry.question.as_str().to_owned(),
        question_marks: Vec::new(),
        snippet: line.join(" ").chars().take(SNIPPET).collect(),
        snippet_marks: Vec::new(),
        department: entry.department.as_str().to_owned(),
        validity,
        near: true,
    })
}
