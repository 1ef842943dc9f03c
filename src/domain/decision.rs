//! What people decide about a customer of one type, and what of a decision still holds.
//!
//! A decision binds the values it saw, as a proof does: an equal value given again changes nothing, another one is
//! somebody's to look at. A rejection alone binds nothing; no value ends it, only another decision does.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::clock::Timestamp;
use super::facts::Status;

/// What a decision says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Verdict {
    /// What was given is good.
    Accepted,
    /// This customer will never be accepted.
    Rejected,
    /// Some fields have to be given again.
    NeedsInfo,
}

impl Verdict {
    /// Every verdict.
    pub const ALL: [Self; 3] = [Self::Accepted, Self::NeedsInfo, Self::Rejected];

    /// The status that SEP-12 has for it.
    #[must_use]
    pub fn status(self) -> Status {
        match self {
            Self::Accepted => Status::Accepted,
            Self::Rejected => Status::Rejected,
            Self::NeedsInfo => Status::NeedsInfo,
        }
    }
}

/// The neutral catalogue: what a customer may be told of a decision. The reason itself stays inside.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Notice {
    /// A rejection that says no more.
    NotAccepted,
    /// A rejection: the conditions of the service are not met.
    NotEligible,
    /// A rejection: the service is not offered where the customer lives.
    NotAvailableThere,
    /// A rejection: the identity could not be confirmed.
    IdentityNotConfirmed,
    /// Some fields have to be given again.
    GiveAgain,
}

impl Notice {
    /// The whole catalogue.
    pub const ALL: [Self; 5] =
        [Self::NotAccepted, Self::NotEligible, Self::NotAvailableThere, Self::IdentityNotConfirmed, Self::GiveAgain];

    /// The key by which decisions name it.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::NotAccepted => "not_accepted",
            Self::NotEligible => "not_eligible",
            Self::NotAvailableThere => "not_available_there",
            Self::IdentityNotConfirmed => "identity_not_confirmed",
            Self::GiveAgain => "give_again",
        }
    }

    /// Tells whether it goes with a verdict; an acceptance needs no words.
    #[must_use]
    pub fn fits(self, verdict: Verdict) -> bool {
        match verdict {
            Verdict::Accepted => false,
            Verdict::Rejected => self != Self::GiveAgain,
            Verdict::NeedsInfo => self == Self::GiveAgain,
        }
    }
}

/// What is wrong with a field that has to be given again, in neutral words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Flaw {
    /// It cannot be read or seen.
    Unreadable,
    /// A part of it is missing.
    Incomplete,
    /// It does not agree with the rest.
    Mismatch,
    /// It is not what was asked for.
    WrongDocument,
    /// Its time is over.
    OutOfDate,
    /// It was not accepted, without more words.
    NotAccepted,
}

impl Flaw {
    /// Every flaw.
    pub const ALL: [Self; 6] =
        [Self::Unreadable, Self::Incomplete, Self::Mismatch, Self::WrongDocument, Self::OutOfDate, Self::NotAccepted];

    /// The key by which decisions name it.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Unreadable => "unreadable",
            Self::Incomplete => "incomplete",
            Self::Mismatch => "mismatch",
            Self::WrongDocument => "wrong_document",
            Self::OutOfDate => "out_of_date",
            Self::NotAccepted => "not_accepted",
        }
    }
}

/// A decision as it is made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ruling {
    /// What it says.
    pub verdict: Verdict,
    /// What the customer is told.
    pub notice: Option<Notice>,
    /// The fields to be given again, by canonical name.
    pub flaws: BTreeMap<String, Flaw>,
    /// When it was made.
    pub decided_at: Timestamp,
}

impl Ruling {
    /// The rejection of somebody who was rejected before and is unknown otherwise.
    #[must_use]
    pub fn rejected(notice: Option<Notice>, decided_at: Timestamp) -> Self {
        Self { verdict: Verdict::Rejected, notice, flaws: BTreeMap::new(), decided_at }
    }
}

/// What is readable of a decision, and what of it still holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DecisionFact {
    /// What it says.
    pub verdict: Verdict,
    /// What the customer is told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notice: Option<Notice>,
    /// When it was made.
    pub decided_at: Timestamp,
    /// The fields that hold what it did not see.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub unseen: BTreeSet<String>,
    /// The fields to be given again that still hold what they held.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub flaws: BTreeMap<String, Flaw>,
    /// The providers whose proofs it saw as they are.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub weighed: BTreeSet<String>,
}

impl DecisionFact {
    /// Tells whether the field holds what the decision saw and left alone.
    #[must_use]
    pub fn approved(&self, field: &str) -> bool {
        !self.unseen.contains(field) && !self.flaws.contains_key(field)
    }
}
