//! The heart: from a requirement and the facts to status, fields, provided fields and what to say about them.
//!
//! A pure function. Everything else feeds it or tells somebody about its result.
//!
//! Whether a type is *reviewed* decides what happens to values that nothing confirms: it is when its configuration says
//! so, once somebody has decided about this customer, and when a provider contradicts the customer: then it may be that
//! somebody else was led to prove who they are. Where nobody reviews, the customer puts things right with the provider;
//! where somebody does, the customer waits.

use serde::Serialize;
use utoipa::ToSchema;

use super::clock::Timestamp;
use super::decision::{DecisionFact, Flaw, Notice, Verdict};
use super::facts::{Facts, ProofFact, Status};
use super::requirement::{AskedField, Requirement, Requirements};

/// What SEP-12 says of a customer of one type.
#[derive(Clone, Debug)]
pub struct Assessment<'a> {
    /// The customer's status.
    pub status: Status,
    /// The fields that are not there yet, required and optional, and those that have to be given again.
    pub fields: Vec<MissingField<'a>>,
    /// The fields that are there.
    pub provided_fields: Vec<ProvidedField<'a>>,
    /// What the customer has to do about the provider's proof, if anything.
    pub proof: Option<ProofNeeded<'a>>,
    /// What a decision has to say, while it is the reason of the status.
    pub notice: Option<Notice>,
}

/// A field to be given.
#[derive(Clone, Copy, Debug)]
pub struct MissingField<'a> {
    /// The field.
    pub asked: &'a AskedField,
    /// Whether it may be left out: never when it was given and has to be given again.
    pub optional: bool,
}

/// A field that is there, and how it stands.
#[derive(Clone, Debug)]
pub struct ProvidedField<'a> {
    /// The field.
    pub asked: &'a AskedField,
    /// How it stands.
    pub state: FieldState,
    /// Why it was rejected, if it was.
    pub fault: Option<Fault>,
}

/// SEP-12's provided field statuses, as far as this server gives them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum FieldState {
    /// Validated, or confirmed by the provider or a person.
    Accepted,
    /// Waits for a proof or a decision that confirms it.
    Processing,
    /// Not good as it is.
    Rejected,
    /// Waits for the code that is sent there.
    VerificationRequired,
}

/// Why a field is rejected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The value says itself that its time is over.
    Expired,
    /// The type takes other values only.
    NotAChoice,
    /// A person found something.
    Found(Flaw),
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
}

impl<'a> Assessment<'a> {
    /// Lists the fields that wait for a code.
    pub fn unverified(&self) -> impl Iterator<Item = &'a AskedField> {
        let waiting = self.provided_fields.iter().filter(|field| field.state == FieldState::VerificationRequired);
        waiting.map(|field| field.asked)
    }

    /// A rejection tells no field: there is nothing to give, and what was wrong stays inside.
    fn rejected(notice: Option<Notice>) -> Self {
        Self {
            status: Status::Rejected,
            fields: Vec::new(),
            provided_fields: Vec::new(),
            proof: None,
            notice: Some(notice.unwrap_or(Notice::NotAccepted)),
        }
    }
}

/// Assesses a customer for the type called `name`.
#[must_use]
pub fn assess<'a>(name: &str, requirement: &'a Requirement, facts: &Facts, now: Timestamp) -> Assessment<'a> {
    let case = Case::new(name, requirement, facts, now);
    match case.decision {
        // Whatever was given or proven since: only another decision ends a rejection.
        Some(decision) if decision.verdict == Verdict::Rejected => Assessment::rejected(decision.notice),
        Some(_) | None => case.assess(),
    }
}

/// Tells whether somebody has to weigh a provider's proof of a customer, for any type that asks for it, before another
/// one takes its place.
#[must_use]
pub fn is_in_doubt(requirements: &Requirements, provider: &str, facts: &Facts, now: Timestamp) -> bool {
    let mut asking = requirements.of(true).filter(|(_, requirement)| requirement.provider.as_deref() == Some(provider));
    asking.any(|(name, requirement)| {
        Case::new(name, requirement, facts, now).doubtful_proof().is_some_and(|proof| !proof.is_over(now))
    })
}

/// What is looked at.
struct Case<'a, 'f> {
    name: &'f str,
    requirement: &'a Requirement,
    facts: &'f Facts,
    decision: Option<&'f DecisionFact>,
    now: Timestamp,
}

impl<'a, 'f> Case<'a, 'f> {
    fn new(name: &'f str, requirement: &'a Requirement, facts: &'f Facts, now: Timestamp) -> Self {
        Self { name, requirement, facts, decision: facts.decisions.get(name), now }
    }

    fn assess(&self) -> Assessment<'a> {
        let given = |asked: &&AskedField| self.facts.given.contains(asked.field.name());
        let (given, missing): (Vec<_>, Vec<_>) = self.requirement.fields.iter().partition(given);
        let provided_fields: Vec<_> = given.into_iter().map(|asked| self.provided(asked)).collect();
        let again: Vec<_> = provided_fields.iter().filter(|field| field.fault.is_some()).collect();
        // What the provider may fill in is asked of nobody while it has not decided.
        let comes = |asked: &&AskedField| self.is_pending() && self.requirement.provider_fills(asked);
        let missing = missing.into_iter().filter(|asked| !comes(asked));
        let missing = missing.map(|asked| MissingField { asked, optional: asked.optional });
        let is_open = !again.is_empty() || missing.clone().any(|field| !field.optional);
        let fields = missing.chain(again.iter().map(|field| MissingField { asked: field.asked, optional: false }));
        let fields: Vec<_> = fields.collect();
        let proof = self.proof_needed();
        let unverified = provided_fields.iter().any(|field| field.state == FieldState::VerificationRequired);
        let status = if proof.is_some() || unverified || is_open {
            Status::NeedsInfo
        } else if self.is_settled() && provided_fields.iter().all(|field| field.state == FieldState::Accepted) {
            Status::Accepted
        } else {
            Status::Processing
        };
        let found = |field: &ProvidedField<'_>| matches!(field.fault, Some(Fault::Found(_)));
        let notice = provided_fields.iter().any(found).then_some(Notice::GiveAgain);
        Assessment { status, fields, provided_fields, proof, notice }
    }

    /// Whether people decide about this customer.
    fn is_reviewed(&self) -> bool {
        self.requirement.review || self.decision.is_some() || self.doubtful_proof().is_some()
    }

    /// The proof that contradicts what was given, or is by somebody who proved another customer, if no decision has
    /// weighed that.
    fn doubtful_proof(&self) -> Option<&ProofFact> {
        self.unweighed_proof().filter(|proof| proof.contested || proof.identity_reused)
    }

    /// Whether nobody has to decide any more, as far as the customer as a whole is concerned.
    fn is_settled(&self) -> bool {
        match self.decision {
            _ if self.is_reuse_open() || self.is_pending() => false,
            Some(decision) => decision.verdict == Verdict::Accepted && self.open_proof().is_none(),
            None => !self.is_reviewed(),
        }
    }

    fn proof(&self) -> Option<(&'a str, Option<&ProofFact>)> {
        let provider = self.requirement.provider.as_deref()?;
        Some((provider, self.facts.proofs.get(provider)))
    }

    /// The proof that no decision has weighed.
    fn unweighed_proof(&self) -> Option<&ProofFact> {
        let (provider, proof) = self.proof()?;
        let is_weighed = self.decision.is_some_and(|decision| decision.weighed.contains(provider));
        proof.filter(|_| !is_weighed)
    }

    /// The proof that contradicts what is held and that no decision has weighed.
    fn open_proof(&self) -> Option<&ProofFact> {
        self.unweighed_proof().filter(|proof| proof.contested || !proof.changed.is_empty())
    }

    /// Whether the proof is by somebody who proved another customer, too, and no decision has weighed that.
    fn is_reuse_open(&self) -> bool {
        self.unweighed_proof().is_some_and(|proof| proof.identity_reused)
    }

    /// Whether the provider has not decided yet.
    fn is_pending(&self) -> bool {
        self.proof().and_then(|(provider, _)| self.facts.pending_until(provider, self.now)).is_some()
    }

    fn proof_needed(&self) -> Option<ProofNeeded<'a>> {
        let (provider, proof) = self.proof().filter(|_| !self.is_pending())?;
        let reason = match proof {
            None => ProofReason::Missing,
            Some(proof) if !self.is_reviewed() && !proof.changed.is_empty() => ProofReason::Changed,
            Some(proof) if proof.is_over(self.now) => ProofReason::Expired,
            Some(_) => return None,
        };
        Some(ProofNeeded { provider, reason })
    }

    fn provided(&self, asked: &'a AskedField) -> ProvidedField<'a> {
        let name = asked.field.name();
        let fault = self.fault(name);
        let state = match fault {
            Some(_) => FieldState::Rejected,
            None if asked.verify && !self.facts.is_verified(name, self.now) => FieldState::VerificationRequired,
            None if self.is_open(name) => FieldState::Processing,
            None => FieldState::Accepted,
        };
        ProvidedField { asked, state, fault }
    }

    fn fault(&self, field: &str) -> Option<Fault> {
        if self.facts.unfit.get(self.name).is_some_and(|unfit| unfit.contains(field)) {
            return Some(Fault::NotAChoice);
        }
        if self.facts.expired.contains(field) {
            return Some(Fault::Expired);
        }
        self.decision.and_then(|decision| decision.flaws.get(field)).map(|flaw| Fault::Found(*flaw))
    }

    /// Whether somebody, or a new proof, has to confirm the value.
    fn is_open(&self, field: &str) -> bool {
        let in_proof =
            self.open_proof().is_some_and(|proof| proof.disputed.contains(field) || proof.changed.contains(field));
        let approved = match self.decision {
            Some(decision) => decision.approved(field),
            None => !self.requirement.review,
        };
        in_proof || !approved || self.is_quarantined(field)
    }

    /// Whether a person has to accept the file first: to ask for something else is not to accept it.
    fn is_quarantined(&self, field: &str) -> bool {
        let accepted =
            self.decision.is_some_and(|decision| decision.verdict == Verdict::Accepted && decision.approved(field));
        self.facts.quarantined.contains(field) && !accepted
    }
}
