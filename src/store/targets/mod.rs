//! Payment targets, and the customers among them: one row each, found by keyed hashes, opened by their data key.

mod due;
mod lookups;
mod read;
mod saves;
mod watch;
mod write;

pub use due::Due;
pub(super) use lookups::{Find, Row};
pub(super) use saves::Save;
pub(super) use watch::Changes;
pub(super) use write::value_tag;

use std::ops::Deref;

use aws_lc_rs::digest::{SHA256, digest};
use uuid::Uuid;
use zeroize::Zeroizing;

use super::StoreError;
use crate::domain::account::Account;
use crate::domain::crockford;
use crate::domain::document::Document;
use crate::domain::facts::Facts;
use crate::domain::memo::CustomerKey;
use crate::domain::payto::{Payto, PaytoHash};
use crate::domain::session::Reach;
use crate::vault::{DataKey, Place, Purpose, Vault, VaultError};

const TABLE: &str = "payment_targets";

/// What is readable of a target without opening it.
#[derive(Clone)]
pub struct Target {
    /// Its id; for a customer the `id` of SEP-12.
    pub id: Uuid,
    /// Whether a wallet registered it or a provider proved it; until then it has no SEP-12 id.
    pub registered: bool,
    /// Whether it is a SEP-12 customer rather than a bare payto.
    pub is_customer: bool,
    /// Names and states.
    pub facts: Facts,
    tag: Vec<u8>,
    generation: i64,
}

/// A target with the means to open what is sealed.
pub struct OpenTarget {
    /// What is readable.
    pub target: Target,
    data_key: DataKey,
    sealed_payto: Vec<u8>,
    sealed_document: Vec<u8>,
    version: i64,
}

/// A target whose row is locked until the end of the transaction that found it: what every change asks for.
pub struct LockedTarget(OpenTarget);

impl Deref for LockedTarget {
    type Target = OpenTarget;

    fn deref(&self) -> &OpenTarget {
        &self.0
    }
}

/// The unguessable name of a target in links; only its hash is stored.
pub struct AccessToken([u8; 32]);

impl AccessToken {
    /// Reads a token from a link.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        crockford::decode(text).map(Self)
    }

    /// Writes the token into a link.
    #[must_use]
    pub fn reveal(&self) -> String {
        crockford::encode(&self.0)
    }

    fn derive(vault: &Vault, target: Uuid, generation: i64) -> Self {
        Self(vault.tag(Purpose::AccessToken, &[target.as_bytes(), &generation.to_be_bytes()]))
    }

    fn tag(&self) -> Vec<u8> {
        digest(&SHA256, &self.0).as_ref().to_vec()
    }
}

impl Target {
    /// Tells whether this is the customer with that key.
    #[must_use]
    pub fn has_key(&self, vault: &Vault, key: &CustomerKey) -> bool {
        self.tag == customer_tag(vault, key)
    }

    /// Tells whether this is the target with that hash.
    #[must_use]
    pub fn has_hash(&self, vault: &Vault, hash: &PaytoHash) -> bool {
        self.tag == target_tag(vault, hash)
    }

    /// The token of the target's link.
    #[must_use]
    pub fn access_token(&self, vault: &Vault) -> AccessToken {
        AccessToken::derive(vault, self.id, self.generation)
    }
}

impl OpenTarget {
    /// The version of the document, which counts its changes.
    #[must_use]
    pub fn version(&self) -> i64 {
        self.version
    }

    /// Opens the payto URI, in normal form.
    ///
    /// # Errors
    /// The row was tampered with.
    pub fn payto(&self) -> Result<Payto, StoreError> {
        let plain = self.data_key.open(payto_place(self.target.id), &self.sealed_payto)?;
        let text = std::str::from_utf8(&plain).ok();
        text.and_then(|text| Payto::parse(text).ok()).ok_or_else(|| corrupt("payto", self.target.id))
    }

    /// Opens the document.
    ///
    /// # Errors
    /// The row was tampered with.
    pub fn document(&self) -> Result<Document, StoreError> {
        let plain = self.data_key.open(document_place(self.target.id, self.version), &self.sealed_document)?;
        serde_json::from_slice(&plain).map_err(|_| corrupt("document", self.target.id))
    }

    /// Seals something of this target's in another table.
    pub(super) fn seal(&self, place: Place, plain: &[u8]) -> Vec<u8> {
        self.data_key.seal(place, plain)
    }

    /// Opens something of this target's in another table.
    pub(super) fn open(&self, place: Place, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, VaultError> {
        self.data_key.open(place, sealed)
    }
}

#[derive(Clone, sqlx::FromRow)]
pub(super) struct TargetRow {
    id: Uuid,
    target_tag: Vec<u8>,
    is_customer: bool,
    link_generation: i64,
    facts: String,
    registered_at: Option<i64>,
}

impl TargetRow {
    fn into_target(self) -> Result<Target, StoreError> {
        Ok(Target {
            id: self.id,
            registered: self.registered_at.is_some(),
            is_customer: self.is_customer,
            facts: serde_json::from_str(&self.facts).map_err(|_| corrupt("facts", self.id))?,
            tag: self.target_tag,
            generation: self.link_generation,
        })
    }
}

#[derive(Clone, sqlx::FromRow)]
pub(super) struct WholeRow {
    #[sqlx(flatten)]
    readable: TargetRow,
    data_key: Vec<u8>,
    payto: Vec<u8>,
    document: Vec<u8>,
    document_version: i64,
}

impl WholeRow {
    fn open(self, vault: &Vault) -> Result<OpenTarget, StoreError> {
        let target = self.readable.into_target()?;
        Ok(OpenTarget {
            data_key: vault.open_data_key(data_key_place(target.id), &self.data_key)?,
            target,
            sealed_payto: self.payto,
            sealed_document: self.document,
            version: self.document_version,
        })
    }
}

/// The rows of a session's customers: `$1` is an id, `$2` what [`owner_tag`] gives.
macro_rules! reached {
    () => {
        "id = $1 AND (account_tag = $2 OR target_tag = $2) AND registered_at IS NOT NULL"
    };
}

/// Selects what is readable of the targets that `$where` names, and `$more` columns.
macro_rules! readable {
    ($where:expr) => {
        readable!("", $where)
    };
    ($more:literal, $where:expr) => {
        concat!(
            "SELECT id, target_tag, account_tag IS NOT NULL AS is_customer, link_generation, facts, registered_at",
            $more,
            " FROM payment_targets WHERE ",
            $where
        )
    };
}

/// Selects whole rows.
macro_rules! whole {
    ($where:expr) => {
        readable!(", data_key, payto, document, document_version", $where)
    };
}

/// Selects and locks whole rows.
macro_rules! locked {
    ($where:expr) => {
        $crate::store::db::locking!(whole!($where))
    };
}

pub(super) use {locked, reached, readable, whole};

pub(super) fn customer_tag(vault: &Vault, key: &CustomerKey) -> Vec<u8> {
    target_tag(vault, &Payto::from(key).hash())
}

fn target_tag(vault: &Vault, hash: &PaytoHash) -> Vec<u8> {
    vault.tag(Purpose::Target, &[hash.as_bytes()]).to_vec()
}

pub(super) fn account_tag(vault: &Vault, account: Account) -> [u8; 32] {
    vault.tag(Purpose::Account, &[account.to_string().as_bytes()])
}

/// What the row of a customer has to carry in `account_tag` or `target_tag` for a session to reach it; the two kinds
/// of tag never meet, since each is made for its own purpose.
pub(super) fn owner_tag(vault: &Vault, reach: &Reach) -> Vec<u8> {
    match reach {
        Reach::Account(account) => account_tag(vault, *account).to_vec(),
        Reach::Customer(key) => customer_tag(vault, key),
    }
}

pub(super) fn data_key_place(row: Uuid) -> Place {
    Place { table: TABLE, row, column: "data_key", version: 0 }
}

fn payto_place(row: Uuid) -> Place {
    Place { table: TABLE, row, column: "payto", version: 0 }
}

fn document_place(row: Uuid, version: i64) -> Place {
    Place { table: TABLE, row, column: "document", version }
}

fn corrupt(column: &'static str, row: Uuid) -> StoreError {
    StoreError::Corrupt { table: TABLE, column, row: row.to_string() }
}

fn document_json(document: &Document) -> Zeroizing<Vec<u8>> {
    Zeroizing::new(serde_json::to_vec(document).expect("maps with string keys always serialise"))
}

fn facts_json(facts: &Facts) -> String {
    serde_json::to_string(facts).expect("maps with string keys always serialise")
}
