//! The clear summary of a sealed document: names and states, never a value.
//!
//! It is what `GET /customer` reads, so that an answer costs one row and no decryption.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::clock::Timestamp;
use super::decision::DecisionFact;

/// SEP-12's customer statuses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Status {
    /// Everything asked for is given and proven.
    Accepted,
    /// Somebody is looking at it.
    Processing,
    /// Something is missing.
    NeedsInfo,
    /// It will never succeed.
    Rejected,
}

impl Status {
    /// All of them, those first that somebody has to do something about.
    pub const ALL: [Self; 4] = [Self::Processing, Self::NeedsInfo, Self::Accepted, Self::Rejected];

    /// The spelling of SEP-12.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Accepted => "ACCEPTED",
            Self::Processing => "PROCESSING",
            Self::NeedsInfo => "NEEDS_INFO",
            Self::Rejected => "REJECTED",
        }
    }
}

/// What may be known of a payment target without opening its document.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Facts {
    /// Digest of the requirements that `statuses` was assessed under.
    pub requirements: String,
    /// Canonical names of the fields that are held.
    pub given: BTreeSet<String>,
    /// The proofs by provider.
    pub proofs: BTreeMap<String, ProofFact>,
    /// The last assessed status by type; a type that is not listed is `NEEDS_INFO`.
    pub statuses: BTreeMap<String, Status>,
    /// The fields whose value says that its time is over, like the expiration date of a document.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub expired: BTreeSet<String>,
    /// Until when no other field joins those: then the document has to be looked at again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fresh_until: Option<Timestamp>,
    /// By type, the fields whose value is not among the choices of that type.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub unfit: BTreeMap<String, BTreeSet<String>>,
    /// The fields whose file a person has to look at.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub quarantined: BTreeSet<String>,
    /// Providers that have not decided yet, and until when they are waited for.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub pending: BTreeMap<String, Timestamp>,
    /// What people decided, by type.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub decisions: BTreeMap<String, DecisionFact>,
    /// The fields whose value was verified by a code, of those that some type wants verified.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub verified: BTreeSet<String>,
}

impl Facts {
    /// Tells whether the value that a field holds is known to be the customer's own: by a code, or by a proof that stands.
    #[must_use]
    pub fn is_verified(&self, field: &str, now: Timestamp) -> bool {
        let confirmed = |proof: &ProofFact| proof.stands(now) && proof.confirmed.contains(field);
        self.verified.contains(field) || self.proofs.values().any(confirmed)
    }

    /// Until when it is waited for what a provider decides, if it has not decided at `now`.
    #[must_use]
    pub fn pending_until(&self, provider: &str, now: Timestamp) -> Option<Timestamp> {
        self.pending.get(provider).copied().filter(|until| *until > now)
    }

    /// The next moment after `now` at which something stops counting, so that it has to be assessed again.
    #[must_use]
    pub fn next_expiry(&self, now: Timestamp) -> Option<Timestamp> {
        let proofs = self.proofs.values().filter_map(|proof| proof.expires_at);
        let waiting = self.pending.values().copied();
        proofs.chain(self.fresh_until).chain(waiting).filter(|expiry| *expiry > now).min()
    }

    /// Tells whether the document would give the same at `now`, under the requirements of that digest.
    #[must_use]
    pub fn are_current(&self, requirements: &str, now: Timestamp) -> bool {
        self.requirements == requirements && self.fresh_until.is_none_or(|until| now < until)
    }
}

/// What is left of one provider's proof.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ProofFact {
    /// When it stops counting.
    pub expires_at: Option<Timestamp>,
    /// Whether the provider contradicted the customer; such a proof has to be repeated.
    pub contested: bool,
    /// Contradicted fields that still hold what the provider did not confirm.
    pub disputed: BTreeSet<String>,
    /// Fields whose value changed after the proof.
    pub changed: BTreeSet<String>,
    /// Whether the same person proved another customer; then somebody has to decide.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub identity_reused: bool,
    /// Fields that hold what the provider confirmed, of those that some type wants verified.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub confirmed: BTreeSet<String>,
}

impl ProofFact {
    /// Tells whether the proof counts at `now`.
    #[must_use]
    pub fn stands(&self, now: Timestamp) -> bool {
        !self.contested && self.changed.is_empty() && !self.is_over(now)
    }

    /// Tells whether its time is over at `now`.
    #[must_use]
    pub fn is_over(&self, now: Timestamp) -> bool {
        self.expires_at.is_some_and(|expires_at| expires_at <= now)
    }
}
