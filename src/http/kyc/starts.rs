//! How often verifications may be started, by whom and for whom.

use std::num::NonZeroU32;

use axum::extract::Request;
use axum::http::{Extensions, HeaderMap};

use crate::http::Callers;
use crate::http::forms::FormGuard;
use crate::http::frequency::{Frequency, TooOften};
use crate::http::pages::PageError;
use crate::http::state::Site;
use crate::proof::Proofs;
use crate::vault::Vault;

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

    /// Counts a start by who posts the form for it, and checks that our own page did. What came from a page of somebody
    /// else counts for nobody: it would use up what its visitor has.
    pub(super) async fn count_form(&self, request: Request, site: &Site, vault: &Vault) -> Result<(), PageError> {
        let guard = FormGuard::arriving(request.headers(), site.form_cookie())?;
        self.count_caller(request.extensions(), request.headers())?;
        guard.read(request, vault).await?;
        Ok(())
    }

    /// Counts a start by who wants it: before anything else of the request is looked at.
    pub(super) fn count_caller(&self, extensions: &Extensions, headers: &HeaderMap) -> Result<(), TooOften> {
        self.callers.count(extensions, headers)
    }

    /// Counts the use of a ticket by its target, apart from the making of tickets: whoever could get one can use it.
    pub(super) async fn count_ticket(&self, proofs: &Proofs, ticket: &str) -> Result<(), PageError> {
        let target = proofs.ticket_target(ticket).await?.ok_or(PageError::Unknown)?;
        Ok(self.targets.count(("ticket", target))?)
    }

    /// Counts a start by the target of its link; what we did not make names none.
    pub(super) fn count_target(&self, proofs: &Proofs, id: &str) -> Result<(), TooOften> {
        proofs.start_target(id).map_or(Ok(()), |target| self.targets.count(target))
    }
}
