//! What is looked up on this machine: the copies with their searcher, and the suggester. One thread of its own opens
//! them and asks them, one thing after the other: a searcher takes the processor for milliseconds, and on a small
//! machine the keys and the frames must never wait for it.

use super::{MOST, failed};
use crate::desk::ports::{Choice, Hit, Hits, LookUp, PortError, Suggestion};
use crate::domain::directory::Directory;
use crate::domain::id::EntryCode;
use crate::domain::knowledge::PublishedEntry;
use crate::domain::ticket::Request;
use crate::link::Copies;
use crate::search::{Query, SearchError, Tier};
use crate::suggest::Suggester;
use jiff::civil::Date;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock, mpsc};
use tokio::sync::oneshot;

/// The copies, with what asks them.
pub(super) struct Known {
    pub(super) copies: Copies,
    suggester: RwLock<Arc<Suggester>>,
}

type Opened = Result<Arc<Known>, PortError>;
type Job = Box<dyn FnOnce(&Opened) + Send>;

/// The way to the thread. Dropped, the thread ends when it has done what it was asked before.
pub(super) struct Local(mpsc::Sender<Job>);

impl Local {
    /// Starts the thread, which begins with opening the copies of the server at `base`. Nothing here waits for that.
    pub(super) fn start(data: PathBuf, base: String) -> std::io::Result<Self> {
        let (ask, asked) = mpsc::channel::<Job>();
        std::thread::Builder::new()
            .name("look-up".into())
            .spawn(move || {
                step_back();
                let opened = Known::open(&data, &base);
                for job in asked {
                    // What breaks off is told to whoever waits by the end of its answer's channel.
                    let _ = catch_unwind(AssertUnwindSafe(|| job(&opened)));
                }
            })?;
        Ok(Self(ask))
    }

    /// Has the thread do something as soon as it is free and the copies are open. Dropped before that, it is never
    /// begun: of searches that wait, only the newest is worth the time.
    pub(super) async fn ask<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Known) -> Result<T, PortError> + Send + 'static,
    ) -> Result<T, PortError> {
        let (tell, told) = oneshot::channel();
        let job: Job = Box::new(move |opened| {
            if tell.is_closed() {
                return;
            }
            let done = match opened {
                Ok(known) => work(known),
                Err(error) => Err(error.clone()),
            };
            // Dropped meanwhile: nobody waits.
            let _ = tell.send(done);
        });
        self.0.send(job).map_err(|_| PortError::Broken)?;
        told.await.map_err(|_| PortError::Broken)?
    }

    /// The copies once they are open. Error: they can't be opened, and why.
    pub(super) async fn known(&self) -> Opened {
        let (tell, told) = oneshot::channel();
        let job: Job = Box::new(move |opened| {
            let _ = tell.send(opened.clone());
        });
        self.0.send(job).map_err(|_| PortError::Broken)?;
        told.await.map_err(|_| PortError::Broken)?
    }
}

/// Lets the other threads go first. Elsewhere than on Linux the call would mean the whole process.
pub(super) fn step_back() {
    #[cfg(target_os = "linux")]
    if let Err(error) = rustix::process::setpriority_process(None, 5) {
        tracing::debug!(%error, "looking up goes on at the priority of everything else");
    }
}

/// Builds damaged knowledge anew on a thread of its own, while it goes on answering.
fn mend(copies: &Copies) {
    let Some(why) = copies.damaged() else { return };
    tracing::warn!(why, "the knowledge is damaged; it is built anew");
    let copies = copies.clone();
    let started = std::thread::Builder::new()
        .name("mend".into())
        .spawn(move || {
            step_back();
            match copies.mend() {
                Ok(built) => tracing::info!(built, "the knowledge is whole"),
                Err(error) => tracing::warn!(%error, "the knowledge is pulled anew"),
            }
        });
    if let Err(error) = started {
        tracing::warn!(%error, "the knowledge is built anew with the next pull");
    }
}

impl Known {
    fn open(data: &std::path::Path, base: &str) -> Opened {
        let copies = Copies::open(data, base).map_err(failed)?;
        mend(&copies);
        let suggester = RwLock::new(Arc::new(Suggester::new(copies.directory())));
        Ok(Arc::new(Self { copies, suggester }))
    }

    fn suggester(&self) -> Arc<Suggester> {
        let held = self.suggester.read();
        Arc::clone(&held.unwrap_or_else(PoisonError::into_inner))
    }

    /// Takes the directory that is in force now for suggestions.
    pub(super) fn use_directory(&self) -> Arc<Directory> {
        let directory = self.copies.directory();
        let suggester = Arc::new(Suggester::new(Arc::clone(&directory)));
        let mut held = self
            .suggester
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        *held = suggester;
        directory
    }

    pub(super) fn find(&self, text: String, today: Date) -> Result<Hits, PortError> {
        let query = Query {
            text,
            today,
            limit: MOST,
        };
        let searcher = self.copies.searcher();
        // A damaged file may break the search off, too.
        let found = catch_unwind(AssertUnwindSafe(|| searcher.search(&query)));
        let found = found.unwrap_or_else(|_| {
            Err(SearchError::Damaged {
                path: PathBuf::new(),
                why: "a search broke off".to_owned(),
            })
        });
        let found = found.map_err(|error| {
            if let SearchError::Damaged { why, .. } = &error
                && self.copies.damaged().is_none()
            {
                self.copies.suspect(why);
                mend(&self.copies);
            }
            failed(error.into())
        })?;
        let as_typed = |hit: &crate::search::Hit| hit.tier <= Tier::Initials;
        Ok(Hits {
            as_typed: found.hits.iter().any(as_typed),
            hits: found.hits.into_iter().map(hit).collect(),
            total: found.total,
            // Nothing found in a damaged copy says nothing of what there is.
            loading: self.copies.revision() == 0 || self.copies.damaged().is_some(),
            notices: found.notices,
        })
    }

    pub(super) fn entry(&self, code: &EntryCode) -> Result<Option<PublishedEntry>, PortError> {
        let found = self.copies.searcher().entry(code);
        found.map_err(|error| failed(error.into()))
    }

    pub(super) fn suggest(&self, request: &Request) -> Option<Suggestion> {
        let found = self.suggester().suggest(request)?;
        Some(Suggestion {
            item: Some(found.item),
            kind: found.kind,
            district: found.district,
            street: found.street,
            assignment: found.assignment,
            confidence: found.confidence,
            reason: found.words.join("、"),
        })
    }

    pub(super) fn look_up(&self, what: LookUp, text: &str) -> Vec<Choice> {
        let choice = |code: String, name: String| Choice { code, name };
        let suggester = self.suggester();
        match what {
            LookUp::Unit => {
                let found = suggester.units(text, MOST).into_iter();
                found.map(|c| choice(c.code.to_string(), c.name)).collect()
            }
            LookUp::Item => {
                let found = suggester.items(text, MOST).into_iter();
                found.map(|c| choice(c.code.to_string(), c.name)).collect()
            }
            // Seats the desk knows itself, tickets are the server's.
            LookUp::Seat | LookUp::Department | LookUp::Ticket => Vec::new(),
            LookUp::Street => {
                let found = suggester.streets(text, MOST).into_iter();
                found.map(|c| choice(c.code.to_string(), c.name)).collect()
            }
        }
    }
}

fn hit(hit: crate::search::Hit) -> Hit {
    Hit {
        code: hit.code,
        version: hit.version,
        question: hit.question.as_str().to_owned(),
        question_marks: hit.question_marks,
        snippet: hit.snippet,
        snippet_marks: hit.snippet_marks,
        department: hit.department.as_str().to_owned(),
        validity: hit.validity,
        near: false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::FutureExt as _;

    fn local(data: &std::path::Path) -> Local {
        Local::start(data.to_owned(), "http://127.0.0.1:1".to_owned()).unwrap()
    }

    #[tokio::test]
    async fn what_nobody_waits_for_any_more_is_never_begun() {
        let dir = tempfile::tempdir().unwrap();
        let local = local(dir.path());
        let (free, busy) = mpsc::channel::<()>();
        let first = local.ask(move |_| {
            let _ = busy.recv();
            Ok(1)
        });
        let mut first = std::pin::pin!(first);
        assert!(first.as_mut().now_or_never().is_none());
        let (begun, was) = mpsc::channel();
        let mut second = Box::pin(local.ask(move |_| Ok(begun.send(()).is_ok())));
        assert!(second.as_mut().now_or_never().is_none());
        drop(second);
        drop(free);
        assert_eq!(first.await, Ok(1));
        assert_eq!(local.ask(|_| Ok(3)).await, Ok(3));
        assert!(was.try_recv().is_err());
    }

    #[tokio::test]
    async fn what_breaks_off_is_told_and_the_next_is_done() {
        let dir = tempfile::tempdir().unwrap();
        let local = local(dir.path());
        let broken = local.ask(|_| -> Result<(), PortError> { panic!("as asked") });
        assert_eq!(broken.await, Err(PortError::Broken));
        assert_eq!(local.ask(|it| Ok(it.copies.revision())).await, Ok(0));
    }

    #[tokio::test]
    async fn copies_that_cannot_be_opened_are_told_to_whoever_asks() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("a file");
        std::fs::write(&file, "").unwrap();
        let local = local(&file);
        let found = local.ask(|it| it.find("停水".to_owned(), Date::constant(2026, 11, 24)));
        assert!(matches!(found.await, Err(PortError::File { .. })));
        assert!(matches!(local.known().await, Err(PortError::File { .. })));
    }
}
