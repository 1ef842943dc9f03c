//! Everything that is known of one payment target, as it is sealed: field values, files and proofs.
//!
//! A proof binds the values it saw: it keeps a keyed hash of each, so that an equal value given again changes nothing
//! and a different one makes the proof fall, without the old value being kept.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::clock::Timestamp;
use super::decision::{DecisionFact, Flaw, Notice, Ruling, Verdict};
use super::facts::{Facts, ProofFact};
use super::file::Quarantine;
use super::language::Language;
use super::requirement::Requirements;

/// The sealed document. It has no `Debug`: it is the customer.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Document {
    fields: BTreeMap<String, Held>,
    proofs: BTreeMap<String, Proof>,
    #[serde(default)]
    decisions: BTreeMap<String, Decision>,
    /// The keyed hash of each value that a code verified.
    #[serde(default)]
    verified: BTreeMap<String, String>,
    /// Providers that have not decided yet, and until when they are waited for.
    #[serde(default)]
    pending: BTreeMap<String, Timestamp>,
    wallet: Option<String>,
    #[serde(default)]
    language: Language,
    /// The fields whose file a person has to look at, and why.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    quarantined: BTreeMap<String, Quarantine>,
}

/// What is held for one field.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Held {
    /// A value in the form in which its field stores it.
    Value(String),
    /// The id of a file.
    File(Uuid),
}

impl Held {
    fn hash(&self, field: &str, bind: Binder<'_>) -> String {
        match self {
            Self::Value(value) => bind(field, &fold(field, value)),
            Self::File(id) => bind(field, &id.to_string()),
        }
    }
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
    /// Whether the same person proved another customer.
    #[serde(default)]
    reused: bool,
}

impl Proof {
    /// Tells whether a held value is still the one that this provider filled in.
    fn gave(&self, field: &str, held: &str, bind: Binder<'_>) -> bool {
        let unchanged = || self.bound.get(field).is_some_and(|hash| *hash == bind(field, &fold(field, held)));
        self.filled_in.contains(field) && unchanged()
    }
}

/// What people decided for one type.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
struct Decision {
    verdict: Verdict,
    notice: Option<Notice>,
    decided_at: Timestamp,
    flaws: BTreeMap<String, Flaw>,
    /// The keyed hash of each value that was there.
    saw: BTreeMap<String, String>,
    /// The proofs that were there, by the time of each.
    weighed: BTreeMap<String, Timestamp>,
}

/// Gives the keyed hash of a field's value.
pub type Binder<'a> = &'a dyn Fn(&str, &str) -> String;

impl Document {
    /// Takes a value that the customer gave.
    pub fn set_value(&mut self, field: &str, value: String) {
        self.hold(field, Held::Value(value));
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

    /// Remembers the language in which the customer is spoken to unasked.
    pub fn set_language(&mut self, language: Language) {
        self.language = language;
    }

    /// The language that the wallet asked for when it gave something last.
    #[must_use]
    pub fn language(&self) -> Language {
        self.language
    }

    /// Takes a file that the customer gave, with why a person has to look at it, if one has to; gives back the file that
    /// it replaces.
    pub fn set_file(&mut self, field: &str, file: Uuid, quarantine: Option<Quarantine>) -> Option<Uuid> {
        self.quarantined.remove(field);
        self.quarantined.extend(quarantine.map(|reason| (field.to_owned(), reason)));
        match self.hold(field, Held::File(file)) {
            Some(Held::File(replaced)) => Some(replaced),
            Some(Held::Value(_)) | None => None,
        }
    }

    /// Takes the word of a code that what a field holds is the customer's own. Unlike a proof it speaks of this very
    /// spelling, which it was sent to.
    pub fn verify(&mut self, field: &str, bind: Binder<'_>) {
        if let Some(Held::Value(value)) = self.fields.get(field) {
            self.verified.insert(field.to_owned(), bind(field, value));
        }
    }

    /// Puts something in the place of what was there; something else has to be verified anew.
    fn hold(&mut self, field: &str, held: Held) -> Option<Held> {
        if self.fields.get(field) != Some(&held) {
            self.verified.remove(field);
        }
        self.fields.insert(field.to_owned(), held)
    }

    /// Takes a provider's word: verified values fill in what is missing and bind what is equal. What the same provider
    /// had filled in for the same person before is replaced. A value that the customer gave differently is kept as
    /// given and disputed, which makes the proof worthless until it is repeated.
    pub fn set_proof(&mut self, provider: &str, word: ProvidedProof, bind: Binder<'_>) {
        self.pending.remove(provider);
        let before = self.proofs.remove(provider).filter(|before| before.subject == word.subject);
        let mut proof = Proof {
            subject: word.subject,
            verified_at: word.verified_at,
            expires_at: word.expires_at,
            bound: BTreeMap::new(),
            filled_in: BTreeSet::new(),
            disputed: Vec::new(),
            reused: false,
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
                    self.hold(&field, Held::Value(value));
                }
                (false, false) => proof.disputed.push(field.clone()),
            }
            proof.bound.insert(field, hash);
        }
        self.proofs.insert(provider.to_owned(), proof);
    }

    /// Forgets all values, and what was known of them.
    pub fn forget_values(&mut self) {
        self.fields.clear();
        self.verified.clear();
        self.quarantined.clear();
    }

    /// Notes that a provider has not decided yet, or that it is waited for no more.
    pub fn set_pending(&mut self, provider: &str, until: Option<Timestamp>) {
        match until {
            Some(until) => self.pending.insert(provider.to_owned(), until),
            None => self.pending.remove(provider),
        };
    }

    /// Notes that whoever proved this at the provider proved another customer, too: somebody has to look at it.
    pub fn set_reused(&mut self, provider: &str) {
        if let Some(proof) = self.proofs.get_mut(provider) {
            proof.reused = true;
        }
    }

    /// Takes a decision for one type, which binds everything that is there.
    pub fn decide(&mut self, customer_type: &str, ruling: Ruling, bind: Binder<'_>) {
        let decision = Decision {
            verdict: ruling.verdict,
            notice: ruling.notice,
            decided_at: ruling.decided_at,
            flaws: ruling.flaws,
            saw: self.fields.iter().map(|(field, held)| (field.clone(), held.hash(field, bind))).collect(),
            weighed: self.proofs.iter().map(|(name, proof)| (name.clone(), proof.verified_at)).collect(),
        };
        self.decisions.insert(customer_type.to_owned(), decision);
    }

    /// The value or file that is held for a field, by canonical name.
    #[must_use]
    pub fn held(&self, field: &str) -> Option<&Held> {
        self.fields.get(field)
    }

    /// Lists what is held, by canonical name.
    pub fn fields(&self) -> impl Iterator<Item = (&str, &Held)> {
        self.fields.iter().map(|(name, held)| (name.as_str(), held))
    }

    /// Lists the proofs by provider.
    pub fn proofs(&self) -> impl Iterator<Item = (&str, &Proof)> {
        self.proofs.iter().map(|(name, proof)| (name.as_str(), proof))
    }

    /// Sums up in clear what may be read at `now` without opening the document: names, states and times, no value.
    #[must_use]
    pub fn facts(&self, requirements: &Requirements, now: Timestamp, bind: Binder<'_>) -> Facts {
        let expiry = |(field, held): (&String, &Held)| match held {
            Held::Value(value) => Some((field.clone(), requirements.field(field)?.expires_at(value)?)),
            Held::File(_) => None,
        };
        let (expired, counting): (Vec<_>, Vec<_>) =
            self.fields.iter().filter_map(expiry).partition(|(_, expiry)| *expiry <= now);
        Facts {
            requirements: requirements.digest().to_owned(),
            given: self.fields.keys().cloned().collect(),
            proofs: self
                .proofs
                .iter()
                .map(|(name, proof)| (name.clone(), self.proof_fact(proof, requirements, bind)))
                .collect(),
            statuses: BTreeMap::new(),
            expired: expired.into_iter().map(|(field, _)| field).collect(),
            fresh_until: counting.into_iter().map(|(_, expiry)| expiry).min(),
            unfit: self.unfit(requirements),
            quarantined: self.quarantined.keys().cloned().collect(),
            pending: self.pending.clone(),
            decisions: self
                .decisions
                .iter()
                .map(|(name, made)| (name.clone(), self.decision_fact(made, bind)))
                .collect(),
            verified: self.verified(requirements, bind),
        }
    }

    fn verified(&self, requirements: &Requirements, bind: Binder<'_>) -> BTreeSet<String> {
        let is_held = |(field, hash): &(&String, &String)| match self.fields.get(*field) {
            Some(Held::Value(value)) => bind(field, value) == **hash,
            Some(Held::File(_)) | None => false,
        };
        let counts = self.verified.iter().filter(|(field, _)| requirements.verifies(field)).filter(is_held);
        counts.map(|(field, _)| field.clone()).collect()
    }

    fn unfit(&self, requirements: &Requirements) -> BTreeMap<String, BTreeSet<String>> {
        let mut unfit = BTreeMap::<String, BTreeSet<String>>::new();
        for (name, requirement) in requirements.of(true) {
            for asked in &requirement.fields {
                let field = asked.field.name();
                if let Some(Held::Value(value)) = self.fields.get(field)
                    && !asked.takes(value)
                {
                    unfit.entry(name.to_owned()).or_default().insert(field.to_owned());
                }
            }
        }
        unfit
    }

    fn decision_fact(&self, decision: &Decision, bind: Binder<'_>) -> DecisionFact {
        let is_unseen = |(field, held): &(&String, &Held)| decision.saw.get(*field) != Some(&held.hash(field, bind));
        let unseen: BTreeSet<_> = self.fields.iter().filter(is_unseen).map(|(field, _)| field.clone()).collect();
        let flaws = decision.flaws.iter().filter(|(field, _)| !unseen.contains(*field));
        let is_weighed = |(name, proof): &(&String, &Proof)| decision.weighed.get(*name) == Some(&proof.verified_at);
        DecisionFact {
            verdict: decision.verdict,
            notice: decision.notice,
            decided_at: decision.decided_at,
            flaws: flaws.map(|(field, flaw)| (field.clone(), *flaw)).collect(),
            weighed: self.proofs.iter().filter(is_weighed).map(|(name, _)| name.clone()).collect(),
            unseen,
        }
    }

    fn proof_fact(&self, proof: &Proof, requirements: &Requirements, bind: Binder<'_>) -> ProofFact {
        let differs = |field: &str, hash: &String| match self.fields.get(field) {
            Some(Held::Value(value)) => bind(field, &fold(field, value)) != *hash,
            Some(Held::File(_)) | None => false,
        };
        let differing = proof.bound.iter().filter(|(field, hash)| differs(field, hash)).map(|(field, _)| field.clone());
        let (disputed, changed) = differing.partition(|field| proof.disputed.contains(field));
        let is_confirmed = |(field, hash): &(&String, &String)| {
            requirements.verifies(field) && self.fields.contains_key(*field) && !differs(field, hash)
        };
        let confirmed = proof.bound.iter().filter(is_confirmed).map(|(field, _)| field.clone()).collect();
        let contested = !proof.disputed.is_empty();
        ProofFact {
            expires_at: proof.expires_at,
            contested,
            disputed,
            changed,
            confirmed,
            identity_reused: proof.reused,
        }
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
