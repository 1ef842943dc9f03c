//! How often verifications may be started, by whom and for whom.

use std::num::NonZeroU32;

use axum::http::{Extensions, HeaderMap};

use crate::http::Callers;
use crate::http::frequency::{Frequency, TooOften};
use crate::proof::Proofs;

/// Counts starts by the address of the caller, and by the payment target that is to be verified.
pub struct Starts {
    callers: Callers,
    targets: Frequency,
}

impl Starts {
    /// Lets each of the callers start so many a minute, or at once, and so many be started for one target.
    #[must_use]
    pub fn new(callers: Callers, a_minute_for_one: NonZeroU32) -> Self {
        Self { callers, targets: Frequency::new(a_minute_for_one) }
    }

    /// Counts a start by who wants it: before anything else of the request is looked at.
    pub(super) fn count_caller(&self, extensions: &Extensions, headers: &HeaderMap) -> Result<(), TooOften> {
        self.callers.count(extensions, headers)
    }

    /// Counts a start by the target of its link; what we did not make names none.
    pub(super) fn count_target(&self, proofs: &Proofs, id: &str) -> Result<(), TooOften> {
        proofs.start_target(id).map_or(Ok(()), |target| self.targets.count(target))
    }
}
