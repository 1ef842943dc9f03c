//! What the customer's page shows: whose verification it is, what is asked, and the ways to prove it.

use serde::Serialize;
use url::Url;
use uuid::Uuid;

use super::links::StartLink;
use super::{Proofs, Route};
use crate::domain::assessment::{Assessment, ProofNeeded, ProofReason, assess};
use crate::domain::facts::Status;
use crate::domain::field::Field;
use crate::domain::payto::Payto;
use crate::domain::requirement::{AskedField, Requirement, Requirements};
use crate::store::{AccessToken, OpenTarget, StoreError};

/// A target as its page shows it.
pub struct TargetView {
    /// Whose page it is; pages show its last characters.
    pub payto: Payto,
    /// The proven domain of the wallet that registered it, if its token named one.
    pub wallet: Option<String>,
    /// The customer type; empty for a bare payto.
    pub customer_type: String,
    /// How it stands.
    pub standing: Standing,
    /// The fields that the wallet still has to send.
    pub missing_fields: Vec<AskedField>,
    /// The fields that wait for a code, which the wallet asks for.
    pub unverified_fields: Vec<AskedField>,
    /// The ways to prove.
    pub offers: Vec<Offer>,
}

/// How a target stands, as far as its page tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Nothing is left to do.
    Verified,
    /// Something has to be done.
    Open,
    /// The provider contradicted what the customer gave.
    Contested,
    /// Somebody is looking at it.
    Waiting,
    /// It will never succeed.
    Rejected,
}

impl Standing {
    pub(super) fn of(assessment: &Assessment<'_>) -> Self {
        match assessment.status {
            Status::Accepted => Self::Verified,
            Status::Processing => Self::Waiting,
            Status::Rejected => Self::Rejected,
            Status::NeedsInfo => match assessment.proof {
                Some(ProofNeeded { reason: ProofReason::Contested, .. }) => Self::Contested,
                Some(_) | None => Self::Open,
            },
        }
    }
}

/// One way to prove.
pub struct Offer {
    /// The `{id}` of `/kyc-start/{id}`.
    pub start_id: String,
    /// Who proves.
    pub display_name: String,
    /// What it tells about the customer.
    pub shares: Vec<&'static Field>,
    /// Where the browser is led in the end, for the page's policy.
    pub leads_to: Vec<Url>,
}

impl Proofs {
    /// Shows the page of an access token; `None` when the token or the type is unknown.
    ///
    /// # Errors
    /// Storage failed.
    pub async fn view_linked(
        &self,
        token: &AccessToken,
        customer_type: Option<&str>,
    ) -> Result<Option<TargetView>, StoreError> {
        match self.store.find_linked(token).await? {
            Some(target) => self.view(&target, customer_type).await,
            None => Ok(None),
        }
    }

    pub(super) async fn view(
        &self,
        open: &OpenTarget,
        customer_type: Option<&str>,
    ) -> Result<Option<TargetView>, StoreError> {
        let target = &open.target;
        let Some((name, requirement)) = self.requirement(target.is_customer, customer_type) else {
            return Ok(None);
        };
        let assessment = assess(name, requirement, &target.facts, self.store.now());
        let route = assessment.proof.and_then(|needed| self.routes.get(needed.provider));
        Ok(Some(TargetView {
            payto: open.payto()?,
            wallet: open.document()?.wallet().map(str::to_owned),
            customer_type: name.to_owned(),
            standing: Standing::of(&assessment),
            missing_fields: missing_fields(&assessment, route),
            unverified_fields: assessment.unverified().cloned().collect(),
            offers: match route {
                Some(route) => vec![self.offer(target.id, name, route).await],
                None => Vec::new(),
            },
        }))
    }

    /// Finds what a target is assessed for: a customer's type, or what bare payto URIs have to prove.
    pub(super) fn requirement(&self, is_customer: bool, customer_type: Option<&str>) -> Option<(&str, &Requirement)> {
        if is_customer {
            self.requirements.find(customer_type)
        } else {
            self.requirements.payment_target().map(|requirement| (Requirements::BARE, requirement))
        }
    }

    /// Makes the offer of one provider to one target.
    pub(super) async fn offer(&self, target: Uuid, customer_type: &str, route: &Route) -> Offer {
        let link =
            StartLink { target, customer_type: customer_type.to_owned(), provider: route.provider.name().to_owned() };
        let origin = route.provider.authorize_origin().await.and_then(|origin| Url::parse(&origin).ok());
        Offer {
            start_id: link.reveal(self.store.vault()),
            display_name: route.provider.display_name().to_owned(),
            shares: route.shares.clone(),
            leads_to: origin.into_iter().chain(route.done_url.clone()).collect(),
        }
    }
}

/// The required fields that neither the customer gave nor the offered provider fills in.
fn missing_fields(assessment: &Assessment<'_>, route: Option<&Route>) -> Vec<AskedField> {
    let filled_in = |asked: &AskedField| {
        route.is_some_and(|route| route.shares.iter().any(|field| field.name == asked.field.name()))
    };
    let missing = assessment.fields.iter().filter(|missing| !missing.optional && !filled_in(missing.asked));
    missing.map(|missing| missing.asked.clone()).collect()
}
