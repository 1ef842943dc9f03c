//! What an operator sees of a customer: how each type stands and why, and which fields there are, without their values.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::domain::assessment::{Assessment, Fault, FieldState, assess};
use crate::domain::clock::Timestamp;
use crate::domain::decision::{DecisionFact, Notice, Verdict};
use crate::domain::document::{Held, Proof};
use crate::domain::facts::{Facts, ProofFact, Status};
use crate::domain::file::Quarantine;
use crate::domain::requirement::{Requirement, Requirements};
use crate::store::{FileRecord, OpenTarget, Store, StoreError};

/// A customer, as an operator sees it.
#[derive(Serialize, ToSchema)]
pub struct Dossier {
    /// The id of SEP-12.
    pub id: Uuid,
    /// The version of what is shown; a decision can name it.
    pub version: i64,
    /// The account, but for its middle.
    pub account: String,
    /// How each type stands.
    pub types: BTreeMap<String, TypeView>,
    /// What is held, by canonical name.
    pub fields: BTreeMap<String, HeldField>,
    /// The proofs, by provider.
    pub proofs: BTreeMap<String, ProofView>,
}

/// How a customer stands for a type.
#[derive(Serialize, ToSchema)]
pub struct TypeView {
    /// The status.
    pub status: Status,
    /// Whether people decide.
    pub review: bool,
    /// The fields to be given, required ones and those that have to be given again.
    pub missing: Vec<String>,
    /// The fields that are there.
    pub provided: BTreeMap<String, ProvidedView>,
    /// Whether the provider has to be visited.
    pub needs_proof: bool,
    /// Until when it is waited for what the provider decides, if it has to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pending_until: Option<String>,
    /// The last decision.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decision: Option<DecisionView>,
}

/// How a field stands for a type.
#[derive(Serialize, ToSchema)]
pub struct ProvidedView {
    /// The status of SEP-12.
    pub status: FieldState,
    /// Why it is rejected, as a key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<&'static str>,
}

/// A decision that was made.
#[derive(Serialize, ToSchema)]
pub struct DecisionView {
    /// What it said.
    pub status: Verdict,
    /// What the customer is told, as a key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<Notice>,
    /// When it was made.
    pub decided_at: String,
    /// The fields that hold something else by now.
    pub changed_since: BTreeSet<String>,
}

/// Something that is held.
#[derive(Serialize, ToSchema)]
pub struct HeldField {
    /// The value, masked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// The file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<FileView>,
    /// Whether its time is over, by what it says.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub expired: bool,
}

/// A file that is held.
#[derive(Serialize, ToSchema)]
pub struct FileView {
    /// Its type, told by its content.
    pub content_type: &'static str,
    /// Its size in bytes.
    pub size: i64,
    /// When it came.
    pub received_at: String,
    /// Why it has to be looked at before it counts, as a key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quarantine: Option<Quarantine>,
}

/// What is left of a provider's proof.
#[derive(Serialize, ToSchema)]
pub struct ProofView {
    /// Whether it counts.
    pub stands: bool,
    /// When it was made.
    pub verified_at: String,
    /// When it stops counting.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<String>,
    /// Whether the provider contradicted the customer.
    pub contested: bool,
    /// The fields that it contradicts.
    pub disputed: BTreeSet<String>,
    /// The fields that were changed after it.
    pub changed: BTreeSet<String>,
    /// Whether the same person proved another customer.
    pub identity_reused: bool,
}

impl Dossier {
    /// Opens the customer's document and shows it.
    pub(super) fn new(
        open: &OpenTarget,
        files: Vec<FileRecord>,
        requirements: &Requirements,
        store: &Store,
    ) -> Result<Self, StoreError> {
        let (document, now) = (open.document()?, store.now());
        let facts = &open.target.facts;
        let files: BTreeMap<_, _> = files.into_iter().map(|file| (file.id, file)).collect();
        let field = |(name, held): (&str, &Held)| (name.to_owned(), HeldField::new(name, held, &files, facts));
        let proof = |(name, proof): (&str, &Proof)| {
            let fact = facts.proofs.get(name)?;
            Some((name.to_owned(), ProofView::new(fact, proof.verified_at, now)))
        };
        Ok(Self {
            id: open.target.id,
            version: open.version(),
            account: open
                .payto()?
                .customer_key()
                .map(|key| mask_middle(&key.account().to_string()))
                .unwrap_or_default(),
            types: requirements
                .of(true)
                .map(|(name, requirement)| (name.to_owned(), TypeView::new(name, requirement, facts, now)))
                .collect(),
            fields: document.fields().map(field).collect(),
            proofs: document.proofs().filter_map(proof).collect(),
        })
    }
}

impl TypeView {
    fn new(name: &str, requirement: &Requirement, facts: &Facts, now: Timestamp) -> Self {
        let Assessment { status, fields, provided_fields, proof, .. } = assess(name, requirement, facts, now);
        let pending_until = requirement.provider.as_ref().and_then(|provider| facts.pending_until(provider, now));
        let missing = fields.iter().filter(|field| !field.optional).map(|field| field.asked.spelling.clone());
        let provided = provided_fields.iter().map(|field| {
            let view = ProvidedView { status: field.state, error: field.fault.map(fault_key) };
            (field.asked.spelling.clone(), view)
        });
        Self {
            status,
            review: requirement.review,
            missing: missing.collect(),
            provided: provided.collect(),
            needs_proof: proof.is_some(),
            pending_until: pending_until.map(Timestamp::rfc3339),
            decision: facts.decisions.get(name).map(DecisionView::new),
        }
    }
}

impl DecisionView {
    fn new(decision: &DecisionFact) -> Self {
        Self {
            status: decision.verdict,
            message: decision.notice,
            decided_at: decision.decided_at.rfc3339(),
            changed_since: decision.unseen.clone(),
        }
    }
}

impl HeldField {
    fn new(name: &str, held: &Held, files: &BTreeMap<Uuid, FileRecord>, facts: &Facts) -> Self {
        let (value, file) = match held {
            Held::Value(value) => (Some(mask(value)), None),
            Held::File(id) => (None, files.get(id).map(FileView::new)),
        };
        Self { value, file, expired: facts.expired.contains(name) }
    }
}

impl FileView {
    fn new(file: &FileRecord) -> Self {
        Self {
            content_type: file.file_type.content_type(),
            size: file.size,
            received_at: file.created_at.rfc3339(),
            quarantine: file.quarantine,
        }
    }
}

impl ProofView {
    fn new(fact: &ProofFact, verified_at: Timestamp, now: Timestamp) -> Self {
        Self {
            stands: fact.stands(now),
            verified_at: verified_at.rfc3339(),
            expires_at: fact.expires_at.map(Timestamp::rfc3339),
            contested: fact.contested,
            disputed: fact.disputed.clone(),
            changed: fact.changed.clone(),
            identity_reused: fact.identity_reused,
        }
    }
}

fn fault_key(fault: Fault) -> &'static str {
    match fault {
        Fault::Expired => "expired",
        Fault::NotAChoice => "not_a_choice",
        Fault::Found(flaw) => flaw.key(),
    }
}

/// Tells that there is a value, and of a longer one how it begins; never how long it is.
fn mask(value: &str) -> String {
    let first = value.chars().next().filter(|_| value.chars().count() > 3);
    first.into_iter().chain("•••".chars()).collect()
}

/// Shows enough of an account to tell it from others.
fn mask_middle(account: &str) -> String {
    match (account.get(..4), account.get(account.len().saturating_sub(4)..)) {
        (Some(head), Some(tail)) => format!("{head}…{tail}"),
        _ => String::new(),
    }
}
