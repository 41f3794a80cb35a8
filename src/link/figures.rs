//! The figures' part of the server's API.

use super::api::Api;
use super::error::LinkError;
use crate::protocol::figures::{FiguresAsk, FiguresGot};

impl Api {
    /// Reads something of the figures.
    pub async fn figures(&self, ask: &FiguresAsk) -> Result<FiguresGot, LinkError> {
        Ok(match ask {
            FiguresAsk::Sums(request) => FiguresGot::Sums(self.get("/api/figures", request).await?),
            FiguresAsk::Behind(figure, request) => {
                let path = format!("/api/figures/{}/behind", figure.name());
                FiguresGot::Behind(self.get(&path, request).await?)
            }
            FiguresAsk::Own => {
                let plain: [(&str, &str); 0] = [];
                FiguresGot::Own(self.get("/api/figures/own", &plain).await?)
            }
        })
    }
}
