//! Everything that is known of one payment target, as it is sealed: field values, files and proofs.
//!
//! A proof binds the values it saw: it keeps a keyed hash of each, so that an equal value given again changes nothing
//! and a different one makes the proof fall, without the old value being kept.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::clock::Timestamp;
use super::facts::{Facts, ProofFact};

/// The sealed document. It has no `Debug`: it is the customer.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Document {
    fields: BTreeMap<String, Held>,
    proofs: BTreeMap<String, Proof>,
    wallet: Option<String>,
}

/// What is held for one field.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Held {
    Value(String),
    File(Uuid),
}

/// One provider's word on this target.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Proof {
    /// Who the person is at the provider.
    pub subject: String,
    /// When the provider said so.
    pub verified_at: Timestamp,
    /// When the proof stops counting.
    pub expires_at: Option<Timestamp>,
    /// The keyed hash of each value that the provider confirmed.
    bound: BTreeMap<String, String>,
    /// The fields that had no value before this provider gave one.
    filled_in: BTreeSet<String>,
    /// The fields whose value the customer had given differently.
    disputed: Vec<String>,
}

impl Proof {
    /// Tells whether a held value is still the one that this provider filled in.
    fn gave(&self, field: &str, held: &str, bind: Binder<'_>) -> bool {
        let unchanged = || self.bound.get(field).is_some_and(|hash| *hash == bind(field, &fold(field, held)));
        self.filled_in.contains(field) && unchanged()
    }
}

/// Gives the keyed hash of a field's value.
pub type Binder<'a> = &'a dyn Fn(&str, &str) -> String;

impl Document {
    /// Takes a value that the customer gave.
    pub fn set_value(&mut self, field: &str, value: String) {
        self.fields.insert(field.to_owned(), Held::Value(value));
    }

    /// Remembers the proven domain of the wallet, by which pages name it.
    pub fn set_wallet(&mut self, domain: &str) {
        self.wallet = Some(domain.to_owned());
    }

    /// The proven domain of the wallet that gave something last, if its token named one.
    #[must_use]
    pub fn wallet(&self) -> Option<&str> {
        self.wallet.as_deref()
    }

    /// Takes a file that the customer gave, and gives back the one that it replaces.
    pub fn set_file(&mut self, field: &str, file: Uuid) -> Option<Uuid> {
        match self.fields.insert(field.to_owned(), Held::File(file)) {
            Some(Held::File(replaced)) => Some(replaced),
            Some(Held::Value(_)) | None => None,
        }
    }

    /// Takes a provider's word: verified values fill in what is missing and bind what is equal. What the same provider
    /// had filled in for the same person before is replaced. A value that the customer gave differently is kept as
    /// given and disputed, which makes the proof worthless until it is repeated.
    pub fn set_proof(&mut self, provider: &str, word: ProvidedProof, bind: Binder<'_>) {
        let before = self.proofs.remove(provider).filter(|before| before.subject == word.subject);
        let mut proof = Proof {
            subject: word.subject,
            verified_at: word.verified_at,
            expires_at: word.expires_at,
            bound: BTreeMap::new(),
            filled_in: BTreeSet::new(),
            disputed: Vec::new(),
        };
        for (field, value) in word.values {
            let hash = bind(&field, &fold(&field, &value));
            let (is_equal, is_ours) = match self.fields.get(&field) {
                Some(Held::Value(held)) => {
                    let is_ours = before.as_ref().is_some_and(|before| before.gave(&field, held, bind));
                    (fold(&field, held) == fold(&field, &value), is_ours)
                }
                Some(Held::File(_)) => continue,
                None => (false, true),
            };
            if is_ours {
                proof.filled_in.insert(field.clone());
            }
            match (is_equal, is_ours) {
                (true, _) => {}
                (false, true) => {
                    self.fields.insert(field.clone(), Held::Value(value));
                }
                (false, false) => proof.disputed.push(field.clone()),
            }
            proof.bound.insert(field, hash);
        }
        self.proofs.insert(provider.to_owned(), proof);
    }

    /// Sums up in clear what may be read without opening the document: names and states, no value.
    #[must_use]
    pub fn facts(&self, requirements_digest: &str, bind: Binder<'_>) -> Facts {
        Facts {
            requirements: requirements_digest.to_owned(),
            given: self.fields.keys().cloned().collect(),
            proofs: self.proofs.iter().map(|(name, proof)| (name.clone(), self.proof_fact(proof, bind))).collect(),
            statuses: BTreeMap::new(),
        }
    }

    fn proof_fact(&self, proof: &Proof, bind: Binder<'_>) -> ProofFact {
        let differs = |field: &str, hash: &String| match self.fields.get(field) {
            Some(Held::Value(value)) => bind(field, &fold(field, value)) != *hash,
            Some(Held::File(_)) | None => false,
        };
        let differing = proof.bound.iter().filter(|(field, hash)| differs(field, hash)).map(|(field, _)| field.clone());
        let (disputed, changed) = differing.partition(|field| proof.disputed.contains(field));
        ProofFact { expires_at: proof.expires_at, contested: !proof.disputed.is_empty(), disputed, changed }
    }
}

/// A provider's word on its way into a document.
pub struct ProvidedProof {
    /// Who the person is at the provider.
    pub subject: String,
    /// When the provider said so.
    pub verified_at: Timestamp,
    /// When the proof stops counting.
    pub expires_at: Option<Timestamp>,
    /// The confirmed values by canonical field name, already validated.
    pub values: BTreeMap<String, String>,
}

/// What two spellings of one value have in common: registers write `ADA`, people write `Ada`. Only names and places
/// have spellings; of everything else each character counts.
fn fold(field: &str, value: &str) -> String {
    const SPELLED: [&str; 7] =
        ["name", "address", "city", "state_or_province", "birth_place", "email", "email_address"];
    let last = field.rsplit('.').next().unwrap_or(field);
    if last.ends_with("_name") || SPELLED.contains(&last) {
        value.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
    } else {
        value.to_owned()
    }
}
