//! The editors' part of the server's API.

use super::api::Api;
use super::error::LinkError;
use crate::protocol::editors::{EditorsAsk, EditorsDone, EditorsGot, EditorsWrite};
use crate::protocol::uses::{EntryUses, UseFilter};

const ROOT: &str = "/api/knowledge";
/// No query.
const PLAIN: [(&str, &str); 0] = [];

impl Api {
    /// Reads something of the editors'.
    pub async fn editors(&self, ask: &EditorsAsk) -> Result<EditorsGot, LinkError> {
        let path = |what: &str| format!("{ROOT}/{what}");
        Ok(match ask {
            EditorsAsk::Drafts(filter) => {
                EditorsGot::Drafts(self.get(&path("drafts"), filter).await?)
            }
            EditorsAsk::Draft(id) => {
                EditorsGot::Draft(self.get(&path(&format!("drafts/{id}")), &PLAIN).await?)
            }
            EditorsAsk::Versions(code) => {
                let path = path(&format!("entries/{code}/versions"));
                EditorsGot::Versions(self.get(&path, &PLAIN).await?)
            }
            EditorsAsk::Corrections(filter) => {
                EditorsGot::Corrections(self.get(&path("corrections"), filter).await?)
            }
            EditorsAsk::Gaps(days) => EditorsGot::Gaps(self.get(&path("gaps"), days).await?),
            EditorsAsk::Expiring(days) => {
                EditorsGot::Expiring(self.get(&path("expiring"), days).await?)
            }
            EditorsAsk::Changes(page) => {
                EditorsGot::Changes(self.get(&path("changes"), page).await?)
            }
            EditorsAsk::Flagged(days) => {
                EditorsGot::Flagged(self.get(&path("flagged"), days).await?)
            }
            EditorsAsk::Wordings(days) => {
                EditorsGot::Wordings(self.get(&path("wordings"), days).await?)
            }
            EditorsAsk::Uses(filter) => EditorsGot::Uses(self.get(&path("uses"), filter).await?),
            EditorsAsk::Figures(year) => {
                EditorsGot::Figures(self.get(&path("figures"), year).await?)
            }
        })
    }

    /// How often entries were used in the last 90 days.
    pub(super) async fn uses(&self) -> Result<EntryUses, LinkError> {
        let filter = UseFilter {
            days: Some(90),
            code: None,
        };
        self.get("/api/knowledge/uses", &filter).await
    }

    /// Does a write of the editors'; the same key as often as needed.
    pub async fn edit(&self, write: &EditorsWrite, key: &str) -> Result<EditorsDone, LinkError> {
        let key = Some(key);
        let path = |what: String| format!("{ROOT}/{what}");
        Ok(match write {
            EditorsWrite::Begin { draft } => {
                EditorsDone::Draft(self.post(&path("drafts".into()), draft, key).await?)
            }
            EditorsWrite::Act { id, change } => {
                let path = path(format!("drafts/{id}/actions"));
                EditorsDone::Draft(self.post(&path, change, key).await?)
            }
            EditorsWrite::Retire { code, retire } => {
                let path = path(format!("entries/{code}/retire"));
                EditorsDone::Retired(self.post(&path, retire, key).await?)
            }
            EditorsWrite::Restore { code, restore } => {
                let path = path(format!("entries/{code}/restore"));
                EditorsDone::Draft(self.post(&path, restore, key).await?)
            }
            EditorsWrite::Correct { correction } => EditorsDone::Correction(
                self.post(&path("corrections".into()), correction, key)
                    .await?,
            ),
            EditorsWrite::LawChanged { change } => {
                let path = path("law-changes".into());
                EditorsDone::LawChanged(self.post(&path, change, key).await?)
            }
            EditorsWrite::Report { report } => {
                EditorsDone::Counted(self.post(&path("uses".into()), report, key).await?)
            }
            EditorsWrite::Settle { id, settle } => {
                let path = path(format!("corrections/{id}/settle"));
                EditorsDone::Correction(self.post(&path, settle, key).await?)
            }
        })
    }
}
