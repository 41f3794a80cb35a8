//! How often one address may ask: a burst is fine, a crawl is not.

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

/// What one household has: an IPv4 address, or the /64 of an IPv6 one.
fn network(of: IpAddr) -> IpAddr {
    match of.to_canonical() {
        IpAddr::V6(v6) => IpAddr::V6((u128::from(v6) & !u128::from(u64::MAX)).into()),
        IpAddr::V4(v4) => IpAddr::V4(v4),
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

    #[test]
    fn neighbours_in_one_ipv6_network_count_together() {
        let of = |text: &str| network(text.parse().unwrap());
        assert_eq!(of("2001:db8::1"), of("2001:db8::ffff:2"));
        assert_ne!(of("2001:db8::1"), of("2001:db8:0:1::1"));
        assert_eq!(of("::ffff:192.0.2.1"), of("192.0.2.1"));
    }
}
