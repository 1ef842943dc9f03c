//! How often something may be done, by whatever tells those apart who do it.

use std::hash::{BuildHasher as _, Hash, RandomState};
use std::num::NonZeroU32;
use std::time::Duration;

use governor::clock::{Clock as _, DefaultClock};
use governor::state::keyed::HashMapStateStore;
use governor::{Quota, RateLimiter};

use super::ApiError;
use super::pages::PageError;

/// Counts what is done.
///
/// However many there are who do it, the memory is bounded: they share 65,536 counters, and which ones share is nothing
/// that anybody outside can find out.
pub(super) struct Frequency {
    counters: RateLimiter<u16, HashMapStateStore<u16>, DefaultClock>,
    hasher: RandomState,
}

/// It was done too often.
#[derive(Clone, Copy, Debug)]
pub(super) struct TooOften {
    /// When it can be done again.
    retry_after: Duration,
}

impl Frequency {
    /// Lets each do it so many times a minute, or at once.
    pub(super) fn new(a_minute: NonZeroU32) -> Self {
        Self { counters: RateLimiter::hashmap(Quota::per_minute(a_minute)), hasher: RandomState::new() }
    }

    /// Counts one time.
    pub(super) fn count(&self, who: impl Hash) -> Result<(), TooOften> {
        let [.., high, low] = self.hasher.hash_one(who).to_be_bytes();
        let counted = self.counters.check_key(&u16::from_be_bytes([high, low]));
        counted.map_err(|full| TooOften { retry_after: full.wait_time_from(DefaultClock::default().now()) })
    }
}

impl From<TooOften> for ApiError {
    fn from(TooOften { retry_after }: TooOften) -> Self {
        Self::TooManyRequests { retry_after }
    }
}

impl From<TooOften> for PageError {
    fn from(TooOften { retry_after }: TooOften) -> Self {
        Self::TooOften { retry_after }
    }
}
