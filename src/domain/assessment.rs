//! The heart: from a requirement and the facts to status, fields, provided fields and message.
//!
//! A pure function. Everything else feeds it or tells somebody about its result.

use serde::Serialize;

use super::clock::Timestamp;
use super::facts::{Facts, ProofFact, Status};
use super::requirement::{AskedField, Requirement};

/// What SEP-12 says of a customer of one type.
#[derive(Clone, Debug)]
pub struct Assessment<'a> {
    /// The customer's status.
    pub status: Status,
    /// The fields that are not there yet, required and optional.
    pub fields: Vec<&'a AskedField>,
    /// The fields that are there.
    pub provided_fields: Vec<ProvidedField<'a>>,
    /// What the customer has to do about the provider's proof, if anything.
    pub proof: Option<ProofNeeded<'a>>,
}

/// A field that is there, and how it stands.
#[derive(Clone, Debug)]
pub struct ProvidedField<'a> {
    /// The field.
    pub asked: &'a AskedField,
    /// How it stands.
    pub state: FieldState,
}

/// SEP-12's provided field statuses, as far as this server gives them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum FieldState {
    /// Validated, or confirmed by the provider.
    Accepted,
    /// Waits for a proof that confirms it.
    Processing,
    /// The provider knows another value.
    Rejected,
}

/// A proof that has to be made, or made again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProofNeeded<'a> {
    /// The provider to go to.
    pub provider: &'a str,
    /// Why.
    pub reason: ProofReason,
}

/// Why a proof is needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProofReason {
    /// There was none yet.
    Missing,
    /// Its time is over.
    Expired,
    /// A value that it had confirmed was changed.
    Changed,
    /// It contradicted what the customer gave.
    Contested,
}

/// Assesses a customer.
#[must_use]
pub fn assess<'a>(requirement: &'a Requirement, facts: &Facts, now: Timestamp) -> Assessment<'a> {
    let given = |asked: &&AskedField| facts.given.contains(asked.field.name);
    let (provided, missing): (Vec<_>, Vec<_>) = requirement.fields.iter().partition(given);
    let proof = requirement.provider.as_deref().map(|provider| (provider, facts.proofs.get(provider)));
    let proof_needed =
        proof.and_then(|(provider, proof)| proof_reason(proof, now).map(|reason| ProofNeeded { provider, reason }));
    let complete = missing.iter().all(|asked| asked.optional) && proof_needed.is_none();
    let proof = proof.and_then(|(_, proof)| proof);
    Assessment {
        status: if complete { Status::Accepted } else { Status::NeedsInfo },
        fields: missing,
        provided_fields: provided
            .into_iter()
            .map(|asked| ProvidedField { asked, state: field_state(asked, proof) })
            .collect(),
        proof: proof_needed,
    }
}

fn proof_reason(proof: Option<&ProofFact>, now: Timestamp) -> Option<ProofReason> {
    match proof {
        None => Some(ProofReason::Missing),
        Some(proof) if proof.stands(now) => None,
        Some(proof) if proof.contested => Some(ProofReason::Contested),
        Some(proof) if !proof.changed.is_empty() => Some(ProofReason::Changed),
        Some(_) => Some(ProofReason::Expired),
    }
}

fn field_state(asked: &AskedField, proof: Option<&ProofFact>) -> FieldState {
    let name = asked.field.name;
    match proof {
        Some(proof) if proof.disputed.contains(name) => FieldState::Rejected,
        Some(proof) if proof.changed.contains(name) => FieldState::Processing,
        Some(_) | None => FieldState::Accepted,
    }
}
