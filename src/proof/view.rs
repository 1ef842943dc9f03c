//! What the customer's page shows: whose verification it is, what is asked, and the ways to prove it.

use std::time::Duration;

use serde::Serialize;
use url::Url;
use uuid::Uuid;

use super::links::StartLink;
use super::{Proofs, Route};
use crate::domain::assessment::{Assessment, Fault, FieldState, MissingField, assess};
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
    /// The target.
    pub id: Uuid,
    /// Counts the changes of what is known of it.
    pub version: i64,
    /// The fields that can be given now.
    pub wanted: Vec<WantedField>,
    /// The fields that wait for a code.
    pub unverified_fields: Vec<AskedField>,
    /// The fields that are there, and how each stands.
    pub given: Vec<(AskedField, FieldState)>,
    /// The ways to prove.
    pub offers: Vec<Offer>,
}

/// A field that can be given now.
pub struct WantedField {
    /// The field.
    pub asked: AskedField,
    /// Whether it may be left out.
    pub is_optional: bool,
    /// Why it is to be given again, or may be, if it is there already.
    pub fault: Option<Fault>,
}

impl TargetView {
    /// Lists the fields without which nothing goes on.
    pub fn missing_fields(&self) -> impl Iterator<Item = &AskedField> {
        self.wanted.iter().filter(|wanted| !wanted.is_optional).map(|wanted| &wanted.asked)
    }
}

/// How a target stands, as far as its page tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Nothing is left to do.
    Verified,
    /// Something has to be done.
    Open,
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
            Status::NeedsInfo => Self::Open,
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
    /// For how long nobody is sent there, if it is left alone just now.
    pub closed_for: Option<Duration>,
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
        match self.store.find_linked(token, &self.requirements).await? {
            Some(target) => self.view(&target, customer_type).await,
            None => Ok(None),
        }
    }

    /// Shows a target whose facts are those of this moment.
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
            id: open.target.id,
            version: open.version(),
            wanted: wanted_fields(&assessment, requirement),
            unverified_fields: assessment.unverified().cloned().collect(),
            given: assessment.provided_fields.iter().map(|field| (field.asked.clone(), field.state)).collect(),
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
            closed_for: route.circuit.check(self.store.now()).err(),
            leads_to: origin.into_iter().chain(route.done_url.clone()).collect(),
        }
    }
}

/// The fields that the offered provider does not fill in, as long as something has to be done: those that are missing,
/// and those to be given again.
fn wanted_fields(assessment: &Assessment<'_>, requirement: &Requirement) -> Vec<WantedField> {
    if assessment.status != Status::NeedsInfo {
        return Vec::new();
    }
    let fault = |asked: &AskedField| {
        let mut provided = assessment.provided_fields.iter();
        provided.find(|field| field.asked.field.name() == asked.field.name()).and_then(|field| field.fault)
    };
    let filled_in = |asked: &AskedField| assessment.proof.is_some() && requirement.provider_fills(asked);
    let wanted = |field: &MissingField<'_>| WantedField {
        asked: field.asked.clone(),
        is_optional: field.optional,
        fault: fault(field.asked),
    };
    let fields = assessment.fields.iter().map(wanted);
    fields.filter(|field| field.fault.is_some() || !filled_in(&field.asked)).collect()
}
