//! The return of a browser: whose process it is, whether this browser may speak for it, and what its code brings.

use std::sync::Arc;
use std::time::Duration;

use url::Url;
use uuid::Uuid;

use super::carried::{CONFIRMATION, seal};
use super::links::{StateParameter, stored_tag};
use super::{BrowserBinding, Offer, Proofs, Route, Standing};
use crate::domain::assessment::assess;
use crate::domain::payto::Payto;
use crate::domain::process::{State, Trouble};
use crate::store::{OpenTarget, Process, StoreError};

/// What a provider's redirect carries.
pub struct AuthorizationResponse {
    /// The state.
    pub state: StateParameter,
    /// The code or the error.
    pub answer: Answer,
    /// RFC 9207's issuer.
    pub iss: Option<String>,
}

/// A provider says yes with a code, or no with an error.
pub enum Answer {
    /// `code`.
    Code(String),
    /// `error`.
    Error(String),
}

/// What comes of a return.
pub enum Arrived {
    /// The target is verified; the browser goes on there.
    Verified(Onward),
    /// The provider has not decided yet.
    Pending {
        /// Who has not.
        provider: String,
    },
    /// The provider said yes, and the operator has not decided yet.
    UnderReview,
    /// The provider's final answer is no.
    Refused,
    /// The customer cancelled.
    Cancelled(Again),
    /// Nothing that counts came back.
    Trouble {
        /// What went wrong.
        trouble: Trouble,
        /// When the provider wants to be asked again.
        retry_after: Option<Duration>,
        /// How to begin again.
        again: Again,
    },
    /// This browser did not leave for this process.
    OtherBrowser,
    /// This browser did not leave for this process, and has to confirm whom it verifies.
    Confirm(Confirmation),
    /// No such process, target or provider.
    Unknown,
}

/// Where a verified customer goes on.
pub enum Onward {
    /// A page of the operator's.
    Url(Url),
    /// The target's page: only for the browser that left.
    Page {
        /// The token of the link.
        access_token: String,
        /// The customer type; empty for a bare payto.
        customer_type: String,
    },
    /// The page that says no more than that it is done.
    Done,
}

/// The offer to begin again, for the browser that left.
pub type Again = Option<Offer>;

/// What the confirmation page shows, and what its form sends back.
pub struct Confirmation {
    /// Whose verification it is; the page shows its last characters.
    pub payto: Payto,
    /// The customer type; empty for a bare payto.
    pub customer_type: String,
    /// Who proves.
    pub display_name: String,
    /// Where the browser may be led afterwards, for the page's policy.
    pub leads_to: Vec<Url>,
    /// The process and the sealed return.
    pub sealed: String,
}

/// A process that a browser came back to, with everything that its answer needs.
pub(super) struct Visit<'a> {
    pub(super) route: &'a Route,
    pub(super) target: OpenTarget,
    pub(super) process: Process,
    /// Whether the cookie says that this browser left for the process.
    pub(super) bound: bool,
    /// Whether the state carried our nonce: a bare hash can be made up by anybody who knows the account.
    has_nonce: bool,
}

impl Proofs {
    /// Receives a browser from a provider; `cookie` lists the processes that this browser left for.
    ///
    /// # Errors
    /// Storage failed.
    pub async fn arrive(
        self: &Arc<Self>,
        provider: &str,
        response: AuthorizationResponse,
        cookie: &[Uuid],
    ) -> Result<Arrived, StoreError> {
        let Some(visit) = self.find_visit(provider, &response.state, cookie).await? else {
            return Ok(Arrived::Unknown);
        };
        if !visit.bound {
            match (visit.route.browser_binding, &response.answer) {
                (BrowserBinding::Strict, _) => return Ok(Arrived::OtherBrowser),
                (BrowserBinding::Confirm, Answer::Code(code)) => return Self::ask_to_confirm(&visit, code, &response),
                (BrowserBinding::Confirm, Answer::Error(_)) | (BrowserBinding::Off, _) => {}
            }
        }
        self.proceed(visit, response.answer, response.iss).await
    }

    /// Goes on after the customer confirmed in another browser whom it verifies.
    ///
    /// # Errors
    /// Storage failed.
    pub async fn confirm(self: &Arc<Self>, sealed: &str) -> Result<Arrived, StoreError> {
        let Some((process, plain)) = self.open_carried(CONFIRMATION, sealed).await? else {
            return Ok(Arrived::Unknown);
        };
        let Ok((state, code, iss)) = serde_json::from_slice::<(String, String, Option<String>)>(&plain) else {
            return Ok(Arrived::Unknown);
        };
        let Some(state) = StateParameter::parse(&state) else { return Ok(Arrived::Unknown) };
        // Looked up again: after another departure this state is no longer the process's.
        let Some(visit) = self.find_visit(&process.provider, &state, &[]).await? else { return Ok(Arrived::Unknown) };
        self.proceed(visit, Answer::Code(code), iss).await
    }

    pub(super) async fn find_visit(
        &self,
        provider: &str,
        state: &StateParameter,
        cookie: &[Uuid],
    ) -> Result<Option<Visit<'_>>, StoreError> {
        let Some(route) = self.routes.get(provider) else { return Ok(None) };
        let candidates = match &state.nonce {
            Some(nonce) => self.store.find_process_by_nonce(provider, &stored_tag(nonce)).await?.into_iter().collect(),
            None => self.find_cookie_processes(provider, cookie).await?,
        };
        // An expired one is as good as none, whoever asks and whatever for.
        let now = self.store.now();
        for process in candidates.into_iter().filter(|process| !process.progress.is_expired(now)) {
            if let Some(target) = self.store.find_by_id(process.target_id).await?
                && target.target.has_hash(self.store.vault(), &state.target)
            {
                let bound = cookie.contains(&process.id);
                return Ok(Some(Visit { route, target, process, bound, has_nonce: state.nonce.is_some() }));
            }
        }
        Ok(None)
    }

    /// The processes at a provider that a bare `state=H` may mean: those of the cookie.
    async fn find_cookie_processes(&self, provider: &str, cookie: &[Uuid]) -> Result<Vec<Process>, StoreError> {
        let mut processes = Vec::new();
        for id in cookie {
            processes.extend(self.store.find_process(*id).await?.filter(|process| process.provider == provider));
        }
        Ok(processes)
    }

    fn ask_to_confirm(visit: &Visit<'_>, code: &str, response: &AuthorizationResponse) -> Result<Arrived, StoreError> {
        let plain = serde_json::to_vec(&(response.state.reveal(), code, &response.iss)).expect("strings serialise");
        Ok(Arrived::Confirm(Confirmation {
            payto: visit.target.payto()?,
            customer_type: visit.process.customer_type.clone(),
            display_name: visit.route.provider.display_name().to_owned(),
            leads_to: visit.route.done_url.iter().cloned().collect(),
            sealed: seal(visit, CONFIRMATION, &plain),
        }))
    }

    async fn proceed(
        self: &Arc<Self>,
        visit: Visit<'_>,
        answer: Answer,
        iss: Option<String>,
    ) -> Result<Arrived, StoreError> {
        match answer {
            Answer::Code(code) => self.exchange(visit, code, iss).await,
            Answer::Error(error) => self.give_up(visit, &error).await,
        }
    }

    /// Answers an `error`; only `access_denied` from the browser that left, with our nonce, closes it.
    async fn give_up(&self, visit: Visit<'_>, error: &str) -> Result<Arrived, StoreError> {
        match visit.process.progress.state {
            State::Verified => return self.after_verified(&visit).await,
            State::Pending if !visit.process.progress.is_expired(self.store.now()) => {
                return Ok(Self::undecided(&visit));
            }
            State::Started { .. } | State::Exchanging { .. } | State::Pending | State::Refused => {}
        }
        let trouble = match error {
            "access_denied" => {
                if visit.bound && visit.has_nonce {
                    self.cancel(&visit.process).await?;
                }
                return Ok(Arrived::Cancelled(self.again(&visit).await));
            }
            "temporarily_unavailable" => Trouble::Busy,
            _ => Trouble::Nonsense,
        };
        Ok(Arrived::Trouble { trouble, retry_after: None, again: self.again(&visit).await })
    }

    async fn cancel(&self, process: &Process) -> Result<(), StoreError> {
        let mut tx = self.store.begin().await?;
        if let Some(process) = tx.lock_process(process.id).await?
            && let Ok(cancelled) = process.progress.cancel(tx.now())
        {
            tx.save_progress(process.id, cancelled).await?;
            tx.commit().await?;
        }
        Ok(())
    }

    /// Where a verified customer goes on, unless somebody of ours has to look at it.
    pub(super) async fn after_verified(&self, visit: &Visit<'_>) -> Result<Arrived, StoreError> {
        let Some(target) = self.store.find_as_of_now(visit.process.target_id, &self.requirements).await? else {
            return Ok(Arrived::Unknown);
        };
        if let Some((name, requirement)) =
            self.requirement(target.target.is_customer, Some(&visit.process.customer_type))
            && Standing::of(&assess(name, requirement, &target.target.facts, self.store.now())) == Standing::Waiting
        {
            return Ok(Arrived::UnderReview);
        }
        Ok(Arrived::Verified(match (&visit.route.done_url, visit.bound) {
            (Some(url), _) => Onward::Url(url.clone()),
            (None, false) => Onward::Done,
            (None, true) => Onward::Page {
                access_token: target.target.access_token(self.store.vault()).reveal(),
                customer_type: visit.process.customer_type.clone(),
            },
        }))
    }

    /// Says who has not decided yet.
    pub(super) fn undecided(visit: &Visit<'_>) -> Arrived {
        Arrived::Pending { provider: visit.route.provider.display_name().to_owned() }
    }

    /// The offer to begin again; a browser that did not leave gets none.
    pub(super) async fn again(&self, visit: &Visit<'_>) -> Again {
        if !visit.bound {
            return None;
        }
        Some(self.offer(visit.process.target_id, &visit.process.customer_type, visit.route).await)
    }
}
