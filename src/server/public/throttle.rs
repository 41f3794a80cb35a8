//! How often one address may ask: a burst is fine, a crawl is not.

use crate::server::network::network;
use governor::clock::{Clock as _, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::Arc;

/// Requests of one address in a minute, on average.
const A_MINUTE: NonZeroU32 = NonZeroU32::MIN.saturating_add(119);
/// Requests of one address at once.
const BURST: NonZeroU32 = NonZeroU32::MIN.saturating_add(39);
/// So many addresses are remembered before those that have been quiet are forgotten.
const REMEMBERED: usize = 10_000;

/// Counts requests by address; clones share the count.
#[derive(Clone)]
pub struct Throttle {
    limiter: Arc<DefaultKeyedRateLimiter<IpAddr>>,
}

impl Default for Throttle {
    fn default() -> Self {
        Self {
            limiter: Arc::new(RateLimiter::keyed(
                Quota::per_minute(A_MINUTE).allow_burst(BURST),
            )),
        }
    }
}

impl Throttle {
    /// Counts a request. Error: how many seconds to wait, at least 1.
    pub fn ask(&self, of: IpAddr) -> Result<(), u64> {
        if self.limiter.len() > REMEMBERED {
            self.limiter.retain_recent();
        }
        self.limiter.check_key(&network(of)).map_err(|until| {
            until
                .wait_time_from(DefaultClock::default().now())
                .as_secs()
                .saturating_add(1)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_is_let_through_and_a_crawl_is_not() {
        let throttle = Throttle::default();
        let one: IpAddr = [192, 0, 2, 1].into();
        for _ in 0..BURST.get() {
            assert_eq!(throttle.ask(one), Ok(()));
        }
        assert!(throttle.ask(one).is_err_and(|seconds| seconds >= 1));
        assert_eq!(throttle.ask([192, 0, 2, 2].into()), Ok(()));
    }
}
