//! How often somebody may try to sign in.

use std::num::NonZeroU32;

use axum::http::{Extensions, HeaderMap};
use ipnet::IpNet;

use crate::http::Callers;
use crate::http::frequency::TooOften;

/// More than people need who mistype, and nothing for whoever guesses.
const A_MINUTE: NonZeroU32 = NonZeroU32::new(10).expect("ten is not zero");

/// Counts attempts to sign in by the address of the caller.
pub struct SignIns(Callers);

impl SignIns {
    /// `trusted_proxies` are believed when they name whom they call for.
    #[must_use]
    pub fn new(trusted_proxies: Vec<IpNet>) -> Self {
        Self(Callers::new(trusted_proxies, A_MINUTE))
    }

    /// Counts an attempt, before the key is looked at.
    pub(super) fn count(&self, extensions: &Extensions, headers: &HeaderMap) -> Result<(), TooOften> {
        self.0.count(extensions, headers)
    }
}
