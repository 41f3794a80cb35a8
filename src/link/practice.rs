//! The practice part of a server's API.

use super::api::Api;
use super::error::LinkError;
use crate::protocol::practice::{PracticeAsk, PracticeGot, ReportOf};

const ROOT: &str = "/api/practice";
/// No query.
const PLAIN: [(&str, &str); 0] = [];

impl Api {
    /// Asks a practice server something. Errors: a production server has no practice.
    pub async fn practice(&self, ask: &PracticeAsk) -> Result<PracticeGot, LinkError> {
        let runs = format!("{ROOT}/runs");
        Ok(match ask {
            PracticeAsk::Lists => {
                let scenarios = self.get(&format!("{ROOT}/scenarios"), &PLAIN).await?;
                PracticeGot::Lists(scenarios, self.get(&runs, &PLAIN).await?)
            }
            PracticeAsk::Begin(start) => PracticeGot::Begun(self.post(&runs, start, None).await?),
            PracticeAsk::Hint(id) => {
                let path = format!("{runs}/{id}/hint");
                PracticeGot::Hint(self.get(&path, &PLAIN).await?)
            }
            PracticeAsk::Run(id) => {
                PracticeGot::Page(self.get(&format!("{runs}/{id}"), &PLAIN).await?)
            }
            PracticeAsk::Act(id, action) => {
                let path = format!("{runs}/{id}/actions");
                PracticeGot::Page(self.post(&path, action, None).await?)
            }
            PracticeAsk::Report(account) => {
                let account = account.clone();
                let path = format!("{ROOT}/report");
                PracticeGot::Report(self.get(&path, &ReportOf { account }).await?)
            }
        })
    }
}
