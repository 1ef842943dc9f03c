//! When a provider is left alone: after failures in a row, and for as long as it says itself.
//!
//! Only the provider's own failures count: that it cannot be reached, takes too long, or says that it is out of order. What
//! a customer, a stranger or our configuration brings about opens no circuit; and since nobody can tell what a provider
//! makes of one customer's code, the failures of one target count once, and what one target alone was told keeps nobody
//! away for longer than a pause.
//!
//! Then one start in each pause finds out whether the provider is back. A start that asks the provider nothing finds out
//! nothing, so all such starts are let through after the pause: the next code that fails begins another one. A code that a
//! browser brings meanwhile is exchanged all the same, since it cannot wait.

use std::collections::BTreeSet;
use std::num::NonZeroU32;
use std::time::Duration;

use parking_lot::Mutex;
use uuid::Uuid;

use super::provider::{Arrival, Departure, Kept, Outcome, Start, Trouble};
use super::{Proofs, Route};
use crate::domain::clock::Timestamp;

/// The longest that a provider can keep everybody away by what it says.
const LONGEST: Duration = Duration::from_hours(1);

/// How a provider has been answering.
pub struct Circuit {
    limit: usize,
    pause: Duration,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// For whom it failed since it last answered, up to the limit.
    failed: BTreeSet<Uuid>,
    /// Until when nobody is let through, after too many of them.
    open_until: Option<Timestamp>,
    /// Until when somebody else is finding out whether it is back.
    tried_until: Option<Timestamp>,
    /// Until when the provider does not want to be asked.
    busy_until: Option<Timestamp>,
}

impl Circuit {
    /// Starts with a provider that answers; after failing `limit` targets in a row it gets a `pause`.
    #[must_use]
    pub fn new(limit: NonZeroU32, pause: Duration) -> Self {
        let limit = usize::try_from(limit.get()).unwrap_or(usize::MAX);
        Self { limit, pause, state: Mutex::default() }
    }

    /// Lets one through.
    ///
    /// # Errors
    /// How long to wait.
    pub fn admit(&self, now: Timestamp) -> Result<(), Duration> {
        let mut state = self.state.lock();
        state.check(now)?;
        if state.failed.len() >= self.limit {
            // Whoever comes now finds out for everybody.
            state.tried_until = Some(now + self.pause);
        }
        Ok(())
    }

    /// Looks whether one would be let through.
    ///
    /// # Errors
    /// How long to wait.
    pub fn check(&self, now: Timestamp) -> Result<(), Duration> {
        self.state.lock().check(now)
    }

    /// Notes that whoever was let through asked the provider nothing: somebody else may find out.
    pub fn was_not_asked(&self) {
        self.state.lock().tried_until = None;
    }

    /// Notes that the provider answers.
    pub fn answered(&self) {
        *self.state.lock() = State::default();
    }

    /// Notes that the provider failed for a target, and after what time it wants to be asked again, if it said so; tells
    /// whether it is left alone from now on because of that.
    pub fn failed(&self, target: Uuid, now: Timestamp, retry_after: Option<Duration>) -> bool {
        let mut state = self.state.lock();
        if let Some(wait) = retry_after {
            let failed_another = state.failed.iter().any(|failed| *failed != target);
            let longest = if failed_another { LONGEST } else { self.pause.min(LONGEST) };
            state.busy_until = state.busy_until.max(Some(now + wait.min(longest)));
        }
        let is_another = state.failed.len() < self.limit && state.failed.insert(target);
        let too_many = state.failed.len() >= self.limit;
        if too_many {
            state.open_until = state.open_until.max(Some(now + self.pause));
        }
        is_another && too_many
    }
}

impl State {
    fn check(&self, now: Timestamp) -> Result<(), Duration> {
        let until = self.open_until.max(self.tried_until).max(self.busy_until).filter(|until| *until > now);
        until.map_or(Ok(()), |until| Err(until.since(now)))
    }
}

impl Proofs {
    /// Has the provider prepare the departure of a target, unless it is left alone.
    pub(super) async fn begin(&self, route: &Route, target: Uuid, start: Start<'_>) -> Result<Departure, Trouble> {
        self.admit(route)?;
        let begun = route.provider.begin(start).await;
        match &begun {
            Ok(departure) if departure.was_asked => route.circuit.answered(),
            Ok(_) => route.circuit.was_not_asked(),
            Err(trouble) => self.judge(route, target, trouble),
        }
        begun
    }

    /// Has the provider exchange a code for a target.
    pub(super) async fn complete(&self, route: &Route, target: Uuid, arrival: Arrival<'_>) -> Outcome {
        let outcome = route.provider.complete(arrival).await;
        self.heed(route, target, outcome)
    }

    /// Asks the provider again about a target, unless it is left alone.
    pub(super) async fn ask(&self, route: &Route, target: Uuid, kept: &Kept) -> Outcome {
        match self.admit(route) {
            Ok(()) => self.heed(route, target, route.provider.ask(kept).await),
            Err(busy) => Outcome::Retry(busy),
        }
    }

    fn admit(&self, route: &Route) -> Result<(), Trouble> {
        let admitted = route.circuit.admit(self.store.now());
        admitted.map_err(|wait| Trouble::Busy { retry_after: Some(wait) })
    }

    fn heed(&self, route: &Route, target: Uuid, outcome: Outcome) -> Outcome {
        match &outcome {
            Outcome::Verified(_) | Outcome::Pending(_) | Outcome::Refused => route.circuit.answered(),
            Outcome::Retry(trouble) => self.judge(route, target, trouble),
        }
        outcome
    }

    fn judge(&self, route: &Route, target: Uuid, trouble: &Trouble) {
        match trouble {
            Trouble::CodeRefused => route.circuit.answered(),
            // Ours, the customer's or the provider's: nobody can tell.
            Trouble::Nonsense(_) => {}
            Trouble::TimedOut | Trouble::Broken(_) | Trouble::Busy { .. } => {
                if route.circuit.failed(target, self.store.now(), trouble.retry_after()) {
                    tracing::warn!(provider = route.provider.name(), "a provider failed too often and is left alone");
                }
            }
        }
    }
}
