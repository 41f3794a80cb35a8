//! Fetches outages from a utility's address: `{"outages": [...]}` as `POST /api/outages` takes it, every minute.
//! What cannot be had or read is in the log and tried again; what was told stays.

use super::core::Core;
use super::service::{Who, outages};
use crate::protocol::outage::TellOutages;
use futures_util::StreamExt as _;
use std::time::Duration;

/// How often it is asked.
const EVERY: Duration = Duration::from_mins(1);
/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(20);
/// How long an answer may be, in bytes.
const MAX_BYTES: usize = 4 << 20;

/// Why nothing came of a look.
#[derive(Debug, thiserror::Error)]
enum FeedError {
    #[error("the address does not answer: {0}")]
    Line(reqwest::Error),
    #[error("the answer is longer than {MAX_BYTES} bytes")]
    Long,
    #[error("the answer is not what is expected: {0}")]
    Form(#[from] serde_json::Error),
    #[error("refused: {0}")]
    Refused(#[from] crate::protocol::error::ApiError),
}

impl From<reqwest::Error> for FeedError {
    /// Without the address, which may hold a key and would stand in the log.
    fn from(error: reqwest::Error) -> Self {
        Self::Line(error.without_url())
    }
}

/// Asks as long as the server serves.
pub async fn follow(core: Core, address: String) {
    // Another part of the process may have installed it already; the first one stays.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = reqwest::Client::builder()
        .timeout(PATIENCE)
        .redirect(reqwest::redirect::Policy::none())
        .build();
    let (client, who) = match (client, Who::system()) {
        (Ok(client), Ok(who)) => (client, who),
        (Err(error), _) => return tracing::error!(%error, "outages are not fetched"),
        (_, Err(error)) => return tracing::error!(%error, "outages are not fetched"),
    };
    loop {
        if let Err(error) = look(&core, &who, &client, &address).await {
            tracing::warn!(%error, "outages are fetched another time");
        }
        tokio::time::sleep(EVERY).await;
    }
}

async fn look(
    core: &Core,
    who: &Who,
    client: &reqwest::Client,
    address: &str,
) -> Result<(), FeedError> {
    let answer = client.get(address).send().await?.error_for_status()?;
    let mut chunks = answer.bytes_stream();
    let mut bytes = Vec::new();
    while let Some(chunk) = chunks.next().await {
        bytes.extend_from_slice(&chunk?);
        if bytes.len() > MAX_BYTES {
            return Err(FeedError::Long);
        }
    }
    let told: TellOutages = serde_json::from_slice(&bytes)?;
    if !told.outages.is_empty() {
        outages::tell(core, who, told).await?;
    }
    Ok(())
}
