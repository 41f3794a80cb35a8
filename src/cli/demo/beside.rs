//! The practice server beside the demonstration: a folder, keys and accounts of its own, and the way of the desk there.

use super::{assets, seed};
use crate::cli::fault::Fault;
use crate::cli::practice::serve::{nobody_calls, opened, start, take};
use crate::cli::practice::{Pack, fill};
use crate::cli::{Setup, desk};
use crate::desk::state::Beside;
use crate::desk::{Elsewhere, House};
use crate::link::Api;
use crate::server::serve::Serving;
use crate::server::service::{Who, people};
use futures_util::future::LocalBoxFuture;
use std::path::Path;
use tokio::sync::OnceCell;

/// Starts the practice server under the demonstration's folder: its knowledge and directory come in as a pack would, its
/// people are the demonstration's under accounts of their own.
async fn serve(setup: &Setup, data: &Path) -> Result<Serving, Fault> {
    let data = data.join("practice");
    take(setup, &data)?;
    let core = opened(setup, &data).await?;
    let system = Who::system().map_err(Fault::failed)?;
    let there = people::list(&core, &system).await.map_err(Fault::failed)?;
    if there.is_empty() {
        let pack = Pack {
            directory: seed::directory_of_the_demo().map_err(Fault::failed)?,
            entries: seed::knowledge_of_the_demo().map_err(Fault::failed)?,
        };
        fill(&core, &pack).await?;
        let staff = seed::people_of_the_demo().map_err(Fault::failed)?;
        let added = seed::add_people(&core, &system, staff).await;
        added.map_err(Fault::failed)?;
    }
    start(setup, core, &data, nobody_calls(setup)).await
}

/// The practice server, which gets ready while the desk is there already.
pub(super) type Practice = OnceCell<Serving>;

/// The practice server of a demonstration, ready when this returns. Errors: it does not start.
pub(super) async fn ready<'a>(
    practice: &'a Practice,
    setup: &Setup,
    data: &Path,
) -> Result<&'a Serving, Fault> {
    practice.get_or_try_init(|| serve(setup, data)).await
}

/// The demonstration and the practice beside it, one of which the desk is at.
pub(super) struct Both<'a> {
    setup: &'a Setup,
    /// Where the demonstration serves.
    work: String,
    practice: &'a Practice,
    data: &'a Path,
    account: String,
    /// True at practice.
    practises: bool,
}

impl<'a> Both<'a> {
    /// The desk begins at the demonstration.
    pub(super) fn new(
        setup: &'a Setup,
        work: &Serving,
        practice: &'a Practice,
        (data, account): (&'a Path, String),
    ) -> Self {
        Self {
            setup,
            work: work.base(),
            practice,
            data,
            account,
            practises: false,
        }
    }

    /// A desk of the one it is at. Errors: it can't be plugged in; the practice server does not start.
    pub(super) async fn house(&self) -> Result<House, Fault> {
        let (base, folder, beside) = if self.practises {
            let practice = ready(self.practice, self.setup, self.data).await?;
            (practice.base(), "practice-desk", Beside::Work)
        } else {
            (self.work.clone(), "desk", Beside::Practice)
        };
        let api = Api::new(&base, None).map_err(Fault::failed)?;
        let data = self.data.join(folder);
        let known = Some((self.account.as_str(), assets::PASSWORD));
        let mut house = desk::house(self.setup, api, &data, known)?;
        house.state.elsewhere = Some(beside);
        Ok(house)
    }
}

impl Elsewhere for Both<'_> {
    fn go(&mut self) -> LocalBoxFuture<'_, std::io::Result<House>> {
        self.practises = !self.practises;
        Box::pin(async {
            let house = self.house().await;
            house.map_err(|fault| std::io::Error::other(fault.text))
        })
    }
}
