//! When a provider is left alone: after failures in a row, and for as long as it says itself.
//!
//! Only the provider's own failures count: that it cannot be reached, takes too long, or says that it is out of order. What
//! a customer, a stranger or our configuration brings about opens no circuit. Then one start in each pause finds out
//! whether the provider is back; a code that a browser brings meanwhile is exchanged all the same, since it cannot wait.

use std::num::NonZeroU32;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::provider::{Arrival, Departure, Kept, Outcome, Start, Trouble};
use super::{Proofs, Route};
use crate::domain::clock::Timestamp;

/// The longest that a provider can keep everybody away by what it says.
const LONGEST: Duration = Duration::from_hours(1);

/// How a provider has been answering.
pub struct Circuit {
    limit: NonZeroU32,
    pause: Duration,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// How many failures there were since it last answered.
    failures: u32,
    /// Until when nobody is let through, after too many of them.
    open_until: Option<Timestamp>,
    /// Until when the provider does not want to be asked.
    busy_until: Option<Timestamp>,
}

impl Circuit {
    /// Starts with a provider that answers; after `limit` failures in a row it gets a `pause`.
    #[must_use]
    pub fn new(limit: NonZeroU32, pause: Duration) -> Self {
        Self { limit, pause, state: Mutex::default() }
    }

    /// Lets one through.
    ///
    /// # Errors
    /// How long to wait.
    pub fn admit(&self, now: Timestamp) -> Result<(), Duration> {
        let mut state = self.state();
        state.check(now)?;
        if state.failures >= self.limit.get() {
            // Whoever comes now finds out for everybody.
            state.open_until = Some(now + self.pause);
        }
        Ok(())
    }

    /// Looks whether one would be let through.
    ///
    /// # Errors
    /// How long to wait.
    pub fn check(&self, now: Timestamp) -> Result<(), Duration> {
        self.state().check(now)
    }

    /// Notes that the provider answers.
    pub fn answered(&self) {
        let mut state = self.state();
        (state.failures, state.open_until) = (0, None);
    }

    /// Notes that the provider failed, and after what time it wants to be asked again, if it said so; tells whether it is
    /// left alone from now on because of that.
    pub fn failed(&self, now: Timestamp, retry_after: Option<Duration>) -> bool {
        let mut state = self.state();
        if let Some(wait) = retry_after {
            state.busy_until = state.busy_until.max(Some(now + wait.min(LONGEST)));
        }
        state.failures = state.failures.saturating_add(1);
        if state.failures >= self.limit.get() {
            state.open_until = state.open_until.max(Some(now + self.pause));
        }
        state.failures == self.limit.get()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn check(&self, now: Timestamp) -> Result<(), Duration> {
        let until = self.open_until.max(self.busy_until).filter(|until| *until > now);
        until.map_or(Ok(()), |until| Err(until.since(now)))
    }
}

impl Proofs {
    /// Has the provider prepare a departure, unless it is left alone.
    pub(super) async fn begin(&self, route: &Route, start: Start<'_>) -> Result<Departure, Trouble> {
        self.admit(route)?;
        let begun = route.provider.begin(start).await;
        match &begun {
            Ok(departure) if departure.was_asked => route.circuit.answered(),
            Ok(_) => {}
            Err(trouble) => self.judge(route, trouble),
        }
        begun
    }

    /// Has the provider exchange a code.
    pub(super) async fn complete(&self, route: &Route, arrival: Arrival<'_>) -> Outcome {
        let outcome = route.provider.complete(arrival).await;
        self.heed(route, outcome)
    }

    /// Asks the provider again, unless it is left alone.
    pub(super) async fn ask(&self, route: &Route, kept: &Kept) -> Outcome {
        match self.admit(route) {
            Ok(()) => self.heed(route, route.provider.ask(kept).await),
            Err(busy) => Outcome::Retry(busy),
        }
    }

    fn admit(&self, route: &Route) -> Result<(), Trouble> {
        let admitted = route.circuit.admit(self.store.now());
        admitted.map_err(|wait| Trouble::Busy { retry_after: Some(wait) })
    }

    fn heed(&self, route: &Route, outcome: Outcome) -> Outcome {
        match &outcome {
            Outcome::Verified(_) | Outcome::Pending(_) | Outcome::Refused => route.circuit.answered(),
            Outcome::Retry(trouble) => self.judge(route, trouble),
        }
        outcome
    }

    fn judge(&self, route: &Route, trouble: &Trouble) {
        match trouble {
            Trouble::CodeRefused => route.circuit.answered(),
            // Ours, the customer's or the provider's: nobody can tell.
            Trouble::Nonsense(_) => {}
            Trouble::TimedOut | Trouble::Broken(_) | Trouble::Busy { .. } => {
                if route.circuit.failed(self.store.now(), trouble.retry_after()) {
                    tracing::warn!(provider = route.provider.name(), "a provider failed too often and is left alone");
                }
            }
        }
    }
}
