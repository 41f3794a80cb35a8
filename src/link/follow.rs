//! Keeping a copy up with what events say: one pull at a time, of the newest that was told, tried again until it
//! is there. What is pulled is the caller's business.

use super::error::LinkError;
use super::events::BackOff;
use std::future::Future;
use tokio::sync::watch;

/// Pulls whenever `wanted` is told anew (a value may be told twice), and again after a failure. However much was
/// told during a pull is one more pull. Ends when nobody tells any more.
pub async fn follow<F>(mut wanted: watch::Receiver<u64>, mut pull: impl FnMut(u64) -> F)
where
    F: Future<Output = Result<(), LinkError>>,
{
    let mut back_off = BackOff::default();
    while wanted.changed().await.is_ok() {
        loop {
            let revision = *wanted.borrow_and_update();
            match pull(revision).await {
                Ok(()) => break,
                // The next session begins with a greeting, and that asks again.
                Err(error) if error.wants_sign_in() => break,
                Err(error) => {
                    tracing::warn!(%error, revision, "a copy could not be brought up to date");
                }
            }
            tokio::time::sleep(back_off.next(rand::random())).await;
        }
        back_off.reset();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::error::ApiError;
    use std::sync::Mutex;

    #[tokio::test]
    async fn a_pull_that_fails_is_tried_again_and_takes_the_newest() {
        let (tell, wanted) = watch::channel(0);
        let asked = Mutex::new(Vec::new());
        let (done, mut over) = watch::channel(());
        tell.send_replace(3);
        let pull = |revision| {
            let mut asked = asked.lock().unwrap();
            asked.push(revision);
            let answer = if asked.len() == 1 {
                // Two events during the pull, which then breaks off.
                tell.send_replace(4);
                tell.send_replace(5);
                Err(LinkError::Offline("gone".into()))
            } else {
                done.send_replace(());
                Ok(())
            };
            async { answer }
        };
        tokio::select! {
            () = follow(wanted, pull) => {}
            _ = over.changed() => {}
        }
        assert_eq!(*asked.lock().unwrap(), [3, 5]);
    }

    #[tokio::test]
    async fn one_who_is_signed_out_is_left_alone_until_told_anew() {
        let (tell, wanted) = watch::channel(0);
        let mut asked = 0;
        tell.send_replace(0);
        drop(tell);
        follow(wanted, |_| {
            asked += 1;
            async { Err(LinkError::Api(ApiError::NotSignedIn)) }
        })
        .await;
        assert_eq!(asked, 1);
    }
}
