//! Making, changing and erasing targets.

use data_encoding::BASE64;
use uuid::Uuid;

use super::saves::{SAVE, Version};
use super::{
    AccessToken, LockedTarget, OpenTarget, WholeRow, account_tag, customer_tag, data_key_place, document_json,
    document_place, facts_json, locked, owner_tag, payto_place, reached, readable, target_tag, whole,
};
use crate::domain::assessment::assess;
use crate::domain::clock::Timestamp;
use crate::domain::document::Document;
use crate::domain::facts::{Facts, Status};
use crate::domain::memo::CustomerKey;
use crate::domain::payto::Payto;
use crate::domain::requirement::Requirements;
use crate::domain::session::{Reach, Selector};
use crate::store::db::Query;
use crate::store::{Store, StoreError, Tx};
use crate::vault::{Purpose, Vault, random};

impl Tx {
    /// Finds and locks a customer that the session reaches.
    ///
    /// # Errors
    /// The database failed.
    pub async fn lock_customer(
        &mut self,
        selector: &Selector,
        reach: &Reach,
    ) -> Result<Option<LockedTarget>, StoreError> {
        let query = match selector {
            Selector::Key(key) => self.inner.query(locked!("target_tag = $1")).bind(customer_tag(&self.vault, key)),
            Selector::Id { id, .. } => {
                self.inner.query(locked!(reached!())).bind(*id).bind(owner_tag(&self.vault, reach))
            }
        };
        lock(query, &self.vault).await
    }

    /// Locks a target.
    ///
    /// # Errors
    /// The database failed.
    pub async fn lock_target(&mut self, id: Uuid) -> Result<Option<LockedTarget>, StoreError> {
        let query = self.inner.query(locked!("id = $1")).bind(id);
        lock(query, &self.vault).await
    }

    /// Finds and locks the target of a payto URI, or makes it: concurrent calls give one target.
    ///
    /// # Errors
    /// The database failed.
    pub async fn lock_or_insert_target(&mut self, payto: &Payto) -> Result<LockedTarget, StoreError> {
        let tag = target_tag(&self.vault, &payto.hash());
        loop {
            let found = self.inner.query(locked!("target_tag = $1")).bind(tag.as_slice());
            if let Some(found) = lock(found, &self.vault).await? {
                return Ok(found);
            }
            // A row that another transaction inserts meanwhile is found by the next turn, unless it is gone again.
            self.insert_target(payto, &tag).await?;
        }
    }

    async fn insert_target(&mut self, payto: &Payto, tag: &[u8]) -> Result<(), StoreError> {
        let id = random::id();
        let (data_key, wrapped) = self.vault.new_data_key(data_key_place(id));
        let account = payto.customer_key().map(|key| account_tag(&self.vault, key.account()).to_vec());
        let document = self.first_document(payto).await?;
        // Names and states of what is remembered need no requirements; the first PUT assesses it by them.
        let facts = document.facts(&Requirements::default(), self.now, &|_, _| String::new());
        self.inner
            .query(
                "INSERT INTO payment_targets (id, target_tag, account_tag, data_key, payto, link_tag, link_generation, \
                 document, document_version, facts, created_at, updated_at) \
                 VALUES ($1, $2, $3, $4, $5, $6, 0, $7, 0, $8, $9, $9) ON CONFLICT (target_tag) DO NOTHING",
            )
            .bind(id)
            .bind(tag)
            .bind(account)
            .bind(wrapped)
            .bind(data_key.seal(payto_place(id), payto.normal_form().as_bytes()))
            .bind(AccessToken::derive(&self.vault, id, 0).tag())
            .bind(data_key.seal(document_place(id, 0), &document_json(&document)))
            .bind(facts_json(&facts))
            .bind(self.now.micros())
            .execute()
            .await?;
        Ok(())
    }

    /// What is known of somebody new: nothing but that it was rejected before, if it was.
    async fn first_document(&mut self, payto: &Payto) -> Result<Document, StoreError> {
        let mut document = Document::default();
        if payto.customer_key().is_some() {
            for (customer_type, ruling) in self.list_rejections(payto).await? {
                document.decide(&customer_type, ruling, &|_, _| String::new());
            }
        }
        Ok(document)
    }

    /// Gives the keyed hash by which proofs, decisions and codes bind the values of a target.
    pub fn binder(&self, locked: &LockedTarget) -> impl Fn(&str, &str) -> String + use<> {
        binder(&self.vault, locked)
    }

    /// Writes a document with what follows from it: the facts, a status for every type, and a message for whoever asked
    /// to be told of changes. The only method that writes a status. A target that is saved is registered. Gives the facts.
    ///
    /// # Errors
    /// The database failed.
    pub async fn save_assessed(
        &mut self,
        locked: &LockedTarget,
        document: &Document,
        requirements: &Requirements,
    ) -> Result<Facts, StoreError> {
        let facts = assess_document(&self.vault, locked, document, requirements, self.now);
        Version::new(locked, document, &facts, self.now).bind(self.inner.query(SAVE)).execute().await?;
        self.save_statuses(locked.target.id, &locked.target.facts, &facts).await?;
        Ok(facts)
    }

    async fn save_statuses(&mut self, id: Uuid, before: &Facts, after: &Facts) -> Result<(), StoreError> {
        for name in before.statuses.keys().filter(|name| !after.statuses.contains_key(*name)) {
            let query = self.inner.query("DELETE FROM statuses WHERE target_id = $1 AND type = $2");
            query.bind(id).bind(name.as_str()).execute().await?;
        }
        for (name, status) in &after.statuses {
            if before.statuses.get(name).unwrap_or(&Status::NeedsInfo) != status {
                self.inner
                    .query(
                        "INSERT INTO statuses (target_id, type, status, changed_at) VALUES ($1, $2, $3, $4) \
                         ON CONFLICT (target_id, type) DO UPDATE SET status = $3, changed_at = $4",
                    )
                    .bind(id)
                    .bind(name.as_str())
                    .bind(status.as_str())
                    .bind(self.now.micros())
                    .execute()
                    .await?;
                self.insert_callback(id, name).await?;
            }
        }
        Ok(())
    }

    /// Erases a customer: its data key, document, statuses, processes, files, codes, callback and messages, and the files
    /// that were sent for it and are unclaimed. Tells whether there was one.
    ///
    /// # Errors
    /// The database failed.
    pub async fn delete_customer(&mut self, key: &CustomerKey) -> Result<bool, StoreError> {
        let tag = customer_tag(&self.vault, key);
        let query = self.inner.query("DELETE FROM payment_targets WHERE target_tag = $1 AND registered_at IS NOT NULL");
        let is_deleted = query.bind(tag.as_slice()).execute().await? > 0;
        if is_deleted {
            self.inner.query("DELETE FROM files WHERE customer_tag = $1").bind(tag).execute().await?;
        }
        Ok(is_deleted)
    }
}

impl Store {
    /// Gives what follows from a document at a moment.
    #[must_use]
    pub fn assess(
        &self,
        found: &OpenTarget,
        document: &Document,
        requirements: &Requirements,
        now: Timestamp,
    ) -> Facts {
        assess_document(&self.vault, found, document, requirements, now)
    }

    /// Writes a document from which no other status follows, without a transaction of its own: nobody has to be told. Tells
    /// whether it was written, which it is not when the target changed since it was found, or is about to. `now` is the moment of the assessment:
    /// with a later one, what ran out in between would never be noticed.
    ///
    /// # Errors
    /// The database failed.
    pub async fn save_quietly(
        &self,
        found: &OpenTarget,
        document: &Document,
        facts: &Facts,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        Ok(self.saves.ask(Version::new(found, document, facts, now)).await?)
    }
}

fn assess_document(
    vault: &Vault,
    found: &OpenTarget,
    document: &Document,
    requirements: &Requirements,
    now: Timestamp,
) -> Facts {
    let mut facts = document.facts(requirements, now, &binder(vault, found));
    for (name, requirement) in requirements.of(found.target.is_customer) {
        facts.statuses.insert(name.to_owned(), assess(name, requirement, &facts, now).status);
    }
    facts
}

fn binder(vault: &Vault, found: &OpenTarget) -> impl Fn(&str, &str) -> String + use<> {
    let (vault, id) = (vault.clone(), found.target.id);
    move |field, value| BASE64.encode(&value_tag(&vault, id, field, value))
}

/// The keyed hash of what a field of a target holds.
pub(in crate::store) fn value_tag(vault: &Vault, target: Uuid, field: &str, value: &str) -> [u8; 32] {
    vault.tag(Purpose::FieldValue, &[target.as_bytes(), field.as_bytes(), value.as_bytes()])
}

pub(super) async fn lock(query: Query<'_>, vault: &Vault) -> Result<Option<LockedTarget>, StoreError> {
    let row = query.fetch_optional::<WholeRow>().await?;
    row.map(|row| row.open(vault).map(LockedTarget)).transpose()
}
