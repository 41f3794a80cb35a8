//! What empties the outbox while the line is up.

use super::deed::Transport;
use super::queue::{Outbox, Outcome, Parked, Pending};
use crate::link::LinkError;
use crate::link::events::{BackOff, Line};
use crate::protocol::error::ApiError;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;

/// After so many faults of the server over one deed it is parked: others should not wait for ever.
const FAULTS: u32 = 8;
/// How long one who sends waits for the answer before it counts as kept for later.
const PATIENCE: Duration = Duration::from_secs(6);
/// How long a session that has ended is left alone.
const SIGN_IN: Duration = Duration::from_secs(5);

/// The running sender. Dropping it stops it; nothing is lost.
#[derive(Debug)]
pub struct Running(JoinHandle<()>);

impl Drop for Running {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// How far a pass over the outbox came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pass {
    /// Nothing is left that could be sent.
    Empty,
    /// The server does not take it now; it asks for so much time, or for some.
    Later(Option<Duration>),
    /// A person has to sign in.
    SignIn,
}

impl Outbox {
    /// Sends while the line is up. Deeds that are parked come through the receiver.
    pub fn start(
        &self,
        transport: Arc<dyn Transport>,
        line: watch::Receiver<Line>,
    ) -> (Running, mpsc::UnboundedReceiver<Parked>) {
        let (parked, told) = mpsc::unbounded_channel();
        let task = tokio::spawn(self.clone().run(transport, line, parked));
        (Running(task), told)
    }

    async fn run(
        self,
        transport: Arc<dyn Transport>,
        mut line: watch::Receiver<Line>,
        parked: mpsc::UnboundedSender<Parked>,
    ) {
        let mut back_off = BackOff::default();
        while line.wait_for(|line| line.is_up()).await.is_ok() {
            let wait = match self.pass(&*transport, &parked).await {
                Pass::Empty => {
                    back_off.reset();
                    None
                }
                Pass::Later(wait) => Some(wait.unwrap_or_else(|| back_off.next(rand::random()))),
                Pass::SignIn => Some(SIGN_IN),
            };
            let rest = async {
                match wait {
                    Some(wait) => tokio::time::sleep(wait).await,
                    None => self.shared.bell.notified().await,
                }
            };
            tokio::select! {
                () = rest => {}
                changed = line.changed() => if changed.is_err() { return },
            }
        }
    }

    /// Sends one deed after the other until none is left or the server takes no more.
    pub(super) async fn pass(
        &self,
        transport: &dyn Transport,
        parked: &mpsc::UnboundedSender<Parked>,
    ) -> Pass {
        while let Some(outgoing) = self.next() {
            let outcome = match transport.send(&outgoing).await {
                Ok(acknowledged) => Outcome::Done(acknowledged),
                Err(error) if error.wants_sign_in() => return Pass::SignIn,
                Err(LinkError::Api(ApiError::Throttled { seconds })) => {
                    return Pass::Later(Some(Duration::from_secs(seconds.max(1))));
                }
                Err(error) => match self.final_error(outgoing.id, error) {
                    Some(error) => Outcome::Refused(error),
                    None => return Pass::Later(None),
                },
            };
            if let Some(refused) = self.settle(outgoing.id, outcome) {
                // Without a listener the outbox itself still shows it.
                let _ = parked.send(refused);
            }
        }
        Pass::Empty
    }

    /// The error that ends a deed; `None` when it may still go through.
    fn final_error(&self, id: uuid::Uuid, error: LinkError) -> Option<ApiError> {
        match error {
            LinkError::Api(error @ ApiError::Internal { .. }) => {
                (self.fault(id) >= FAULTS).then_some(error)
            }
            LinkError::Answer { .. } => (self.fault(id) >= FAULTS).then(|| ApiError::Internal {
                trace: "unreadable".into(),
            }),
            LinkError::Api(error) if error != ApiError::Unavailable => Some(error),
            _ => None,
        }
    }
}

impl Pending {
    /// Waits for the answer as long as the line is up, or is being tried, and patience lasts. `None`: it is kept and will be sent
    /// later; a refusal will then be parked.
    pub async fn settled(mut self, mut line: watch::Receiver<Line>) -> Option<Outcome> {
        tokio::select! {
            biased;
            outcome = &mut self.outcome => return outcome.ok(),
            _ = line.wait_for(|line| !line.is_hoped_for()) => {}
            () = tokio::time::sleep(PATIENCE) => {}
        }
        // The answer may have come in this very moment.
        self.outcome.close();
        self.outcome.try_recv().ok()
    }
}
