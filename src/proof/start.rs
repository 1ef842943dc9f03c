//! Leaving for a provider: by a button of our page, or by a ticket that a wallet hands to a browser.

use std::sync::Arc;
use std::time::Duration;

use data_encoding::BASE64URL_NOPAD;
use url::Url;
use uuid::Uuid;

use super::links::{StartLink, StateParameter, stored_tag};
use super::provider::{Departure, Start, Trouble};
use super::{Proofs, Standing, TargetView, to_its_end};
use crate::domain::assessment::assess;
use crate::domain::clock::Timestamp;
use crate::domain::language::Language;
use crate::domain::process::{Progress, State};
use crate::store::{OpenTarget, Process, StoreError};
use crate::vault::random;

/// How long a ticket can be used.
const TICKET_LIFETIME: Duration = Duration::from_mins(10);

/// A browser on its way.
pub struct Departed {
    /// The process that the cookie has to name.
    pub process: Uuid,
    /// Where the browser goes.
    pub redirect: Url,
}

/// Why nobody leaves.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// No link of ours, or what it names is gone.
    #[error("unknown start link or ticket")]
    Unknown,
    /// No proof of this provider is needed, or none any more.
    #[error("nothing is left to prove")]
    Finished,
    /// The operator has not decided yet what came of an earlier proof.
    #[error("the operator has not decided yet")]
    UnderReview,
    /// Another request is exchanging a code of this process.
    #[error("an exchange is under way")]
    UnderWay,
    /// The provider has not decided yet what came of this process.
    #[error("the provider has not decided yet")]
    Pending {
        /// Its display name.
        provider: String,
    },
    /// The provider's setup failed, or the provider is left alone for a while.
    #[error("the provider could not be prepared")]
    Provider(#[source] Trouble),
    /// Storage failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Proofs {
    /// Names the target of a start link, without looking whether it is still there; `None` unless we made the link.
    #[must_use]
    pub fn start_target(&self, id: &str) -> Option<Uuid> {
        StartLink::read(self.store.vault(), id).map(|link| link.target)
    }

    /// Starts or restarts the process of a start link: new state, nonce and verifier every time. `language` is what the
    /// person reads best, if that is known.
    ///
    /// # Errors
    /// See [`StartError`].
    pub async fn start(self: &Arc<Self>, id: &str, language: Option<Language>) -> Result<Departed, StartError> {
        let process = self.open_process(id).await?;
        self.depart(process, None, language).await
    }

    /// Names the target of a ticket, without consuming it; `None` unless there is such a ticket.
    ///
    /// # Errors
    /// Storage failed.
    pub async fn ticket_target(&self, ticket: &str) -> Result<Option<Uuid>, StoreError> {
        let Some(tag) = ticket_tag(ticket) else { return Ok(None) };
        Ok(self.store.find_process_by_ticket(&tag).await?.map(|process| process.target_id))
    }

    /// Makes a ticket for the process of a start link, to be carried to a browser; none while its provider is left alone or
    /// has not decided.
    ///
    /// # Errors
    /// See [`StartError`].
    pub async fn issue_ticket(&self, id: &str) -> Result<String, StartError> {
        let process = self.open_process(id).await?;
        let route = self.routes.get(&process.provider).ok_or(StartError::Unknown)?;
        let busy = |wait| StartError::Provider(Trouble::Busy { retry_after: Some(wait) });
        route.circuit.check(self.store.now()).map_err(busy)?;
        let ticket: [u8; 32] = random::bytes();
        let mut tx = self.store.begin().await?;
        let target = tx.lock_target(process.target_id).await?.ok_or(StartError::Unknown)?;
        self.departing(&target, &process, tx.now())?;
        let expires_at = tx.now() + TICKET_LIFETIME;
        tx.save_ticket(&process, &stored_tag(&ticket), expires_at).await?;
        tx.commit().await?;
        Ok(BASE64URL_NOPAD.encode(&ticket))
    }

    /// Shows what a ticket is for, without consuming it: link previews are GETs.
    ///
    /// # Errors
    /// See [`StartError`].
    pub async fn view_ticket(&self, ticket: &str) -> Result<TargetView, StartError> {
        let process = self.find_ticket(&ticket_tag(ticket).ok_or(StartError::Unknown)?).await?;
        let target = self.store.find_as_of_now(process.target_id, &self.requirements).await?;
        let target = target.ok_or(StartError::Unknown)?;
        self.departing(&target, &process, self.store.now())?;
        self.view(&target, Some(&process.customer_type)).await?.ok_or(StartError::Unknown)
    }

    /// Consumes a ticket and starts its process; `language` as in [`Self::start`].
    ///
    /// # Errors
    /// See [`StartError`].
    pub async fn redeem_ticket(
        self: &Arc<Self>,
        ticket: &str,
        language: Option<Language>,
    ) -> Result<Departed, StartError> {
        let ticket = ticket_tag(ticket).ok_or(StartError::Unknown)?;
        let process = self.find_ticket(&ticket).await?;
        self.depart(process, Some(&ticket), language).await
    }

    async fn find_ticket(&self, tag: &[u8]) -> Result<Process, StartError> {
        self.store.find_process_by_ticket(tag).await?.ok_or(StartError::Unknown)
    }

    async fn open_process(&self, id: &str) -> Result<Process, StartError> {
        let link = StartLink::read(self.store.vault(), id).ok_or(StartError::Unknown)?;
        let mut tx = self.store.begin().await?;
        let target = tx.lock_target(link.target).await?.ok_or(StartError::Unknown)?;
        self.check_need(&target, &link.customer_type, &link.provider, tx.now())?;
        let process = tx.find_or_insert_process(&target, &link.customer_type, &link.provider).await?;
        tx.commit().await?;
        Ok(process)
    }

    /// Looks whether this proof is what the target needs now: links and tickets stay good for longer than that.
    fn check_need(
        &self,
        target: &OpenTarget,
        customer_type: &str,
        provider: &str,
        now: Timestamp,
    ) -> Result<(), StartError> {
        let requirement = self.requirement(target.target.is_customer, Some(customer_type));
        let (name, requirement) = requirement.ok_or(StartError::Unknown)?;
        let route = self.routes.get(provider).filter(|_| requirement.provider.as_deref() == Some(provider));
        let route = route.ok_or(StartError::Unknown)?;
        let facts = self.store.assess(target, &target.document()?, &self.requirements, now);
        if facts.pending_until(provider, now).is_some() {
            return Err(StartError::Pending { provider: route.provider.display_name().to_owned() });
        }
        let assessment = assess(name, requirement, &facts, now);
        match (assessment.proof, Standing::of(&assessment)) {
            (Some(_), _) => Ok(()),
            (None, Standing::Waiting) => Err(StartError::UnderReview),
            (None, Standing::Verified | Standing::Open | Standing::Rejected) => Err(StartError::Finished),
        }
    }

    /// Prepares the provider, then consumes the ticket, if there is one, together with the departure.
    async fn depart(
        self: &Arc<Self>,
        process: Process,
        ticket: Option<&[u8]>,
        language: Option<Language>,
    ) -> Result<Departed, StartError> {
        let target = self.store.find_by_id(process.target_id).await?.ok_or(StartError::Unknown)?;
        self.departing(&target, &process, self.store.now())?;
        let nonce: [u8; 32] = random::bytes();
        let state = StateParameter { target: target.payto()?.hash(), nonce: Some(nonce) };
        let departure = self.clone().begin_detached(&process, state.reveal(), language).await?;

        let mut tx = self.store.begin().await?;
        let target = tx.lock_target(process.target_id).await?.ok_or(StartError::Unknown)?;
        let process = match ticket {
            Some(ticket) => tx.consume_ticket(ticket).await?,
            None => tx.lock_process(process.id).await?,
        };
        let mut process = process.ok_or(StartError::Unknown)?;
        process.progress = self.departing(&target, &process, tx.now())?;
        tx.save_departure(&target, &process, &stored_tag(&nonce), &departure.kept.to_bytes()).await?;
        tx.commit().await?;
        Ok(Departed { process: process.id, redirect: departure.redirect })
    }

    /// Has the provider prepare a departure, in a task of its own: that a browser goes away tells nothing of the provider.
    async fn begin_detached(
        self: Arc<Self>,
        process: &Process,
        state: String,
        language: Option<Language>,
    ) -> Result<Departure, StartError> {
        let (target, provider) = (process.target_id, process.provider.clone());
        to_its_end(async move {
            let route = self.routes.get(&provider).ok_or(StartError::Unknown)?;
            let redirect_uri = self.redirect_uri(&provider);
            let start = Start { redirect_uri: &redirect_uri, state: &state, language };
            self.begin(route, target, start).await.map_err(StartError::Provider)
        })
        .await
    }

    /// Gives the progress of a process whose browser is sent off, or why it stays.
    fn departing(&self, target: &OpenTarget, process: &Process, now: Timestamp) -> Result<Progress, StartError> {
        self.check_need(target, &process.customer_type, &process.provider, now)?;
        let progress = process.progress;
        progress.depart(now).map_err(|_| match (progress.state, self.routes.get(&process.provider)) {
            (State::Verified, _) => StartError::Finished,
            (State::Exchanging { .. }, _) if !progress.is_expired(now) => StartError::UnderWay,
            (State::Pending, Some(route)) if !progress.is_expired(now) => {
                StartError::Pending { provider: route.provider.display_name().to_owned() }
            }
            (State::Started { .. } | State::Exchanging { .. } | State::Pending | State::Refused, _) => {
                StartError::Unknown
            }
        })
    }
}

fn ticket_tag(ticket: &str) -> Option<Vec<u8>> {
    BASE64URL_NOPAD.decode(ticket.as_bytes()).map(|ticket| stored_tag(&ticket)).ok()
}
