//! Verification codes: which field of whom waits for one, and how often one was sent.
//!
//! No code is kept. It is derived, when it is sent and when a guess comes, by a key that is not in the database, from a
//! random salt, the customer, the field and the hash of what the field holds. So a retry sends the same code, and
//! another value needs another one.

use uuid::Uuid;

use super::db::{Sql, for_each_engine};
use super::outbox::enqueue;
use super::targets::value_tag;
use super::{LockedTarget, Store, StoreError, Tx};
use crate::domain::clock::Timestamp;
use crate::domain::document::{Document, Held};
use crate::domain::language::Language;
use crate::domain::pii::Pii;
use crate::domain::verification::{ATTEMPTS, Allowance, Code, LIFETIME, PER_DESTINATION, PER_FIELD, PER_VALUE};
use crate::vault::{Purpose, Vault, random};

/// A code on its way out.
pub struct OutgoingCode {
    /// The address or number that the field holds.
    pub destination: Pii<String>,
    /// The code.
    pub code: Code,
    /// The language of whom it is for.
    pub language: Language,
}

/// A guess that was right, once.
pub struct RightCode {
    field: String,
    salt: Vec<u8>,
}

impl RightCode {
    /// The field that it verifies, by canonical name.
    #[must_use]
    pub fn field(&self) -> &str {
        &self.field
    }
}

#[derive(sqlx::FromRow)]
struct CodeRow {
    salt: Vec<u8>,
    value_tag: Vec<u8>,
    attempts: i64,
    arrived_at: Option<i64>,
}

impl CodeRow {
    fn code(&self, vault: &Vault, target: Uuid, field: &str) -> Code {
        let parts = [target.as_bytes(), field.as_bytes(), &self.salt, &self.value_tag];
        Code::from_tag(&vault.tag(Purpose::VerificationCode, &parts))
    }

    /// Whether a guess can still be right, now or once it arrives.
    fn is_alive(&self, now: Timestamp) -> bool {
        self.attempts < i64::from(ATTEMPTS) && self.arrived_at.is_none_or(|arrived| arrived > (now - LIFETIME).micros())
    }
}

macro_rules! insert_message {
    ($now:literal, $lock:literal) => {
        enqueue!("VALUES ($1, $2, 'code', $3, 0, 'waiting', 0", $now, ")")
    };
}
const INSERT_MESSAGE: Sql = for_each_engine!(insert_message);
const FIND: &str = "SELECT salt, value_tag, attempts, arrived_at FROM codes WHERE target_id = $1 AND field = $2";

impl Store {
    /// Gives the code that a field waits for; `None` if it waits for none, or holds something else by now.
    ///
    /// # Errors
    /// The database failed, or a row was tampered with.
    pub async fn find_outgoing_code(&self, target: Uuid, field: &str) -> Result<Option<OutgoingCode>, StoreError> {
        let Some(open) = self.find_by_id(target).await? else { return Ok(None) };
        let document = open.document()?;
        let Some(Held::Value(value)) = document.held(field) else { return Ok(None) };
        let row = self.db.query(FIND).bind(target).bind(field).fetch_optional::<CodeRow>().await?;
        let row = row.filter(|row| row.value_tag == value_tag(&self.vault, target, field, value));
        Ok(row.map(|row| OutgoingCode {
            destination: Pii::new(value.clone()),
            code: row.code(&self.vault, target, field),
            language: document.language(),
        }))
    }

    /// Looks at a guess, after it was counted for good; beyond the last attempt and the time of the code it is not
    /// looked at. Whoever changes something because it was right has to [spend](Tx::spend_code) it.
    ///
    /// # Errors
    /// The database failed.
    pub async fn try_code(&self, target: Uuid, field: &str, guess: &Code) -> Result<Option<RightCode>, StoreError> {
        let mut tx = self.begin().await?;
        let counted = tx
            .inner
            .query(
                "UPDATE codes SET attempts = attempts + 1 \
                 WHERE target_id = $1 AND field = $2 AND attempts < $3 AND arrived_at > $4 \
                 RETURNING salt, value_tag, attempts, arrived_at",
            )
            .bind(target)
            .bind(field)
            .bind(i64::from(ATTEMPTS))
            .bind((tx.now - LIFETIME).micros())
            .fetch_optional::<CodeRow>()
            .await?;
        tx.commit().await?;
        let right = counted.filter(|row| row.code(&self.vault, target, field).is(guess));
        Ok(right.map(|row| RightCode { field: field.to_owned(), salt: row.salt }))
    }

    /// Deletes the counts that no longer hold anybody up; tells how many.
    ///
    /// # Errors
    /// The database failed.
    pub async fn delete_old_code_budgets(&self) -> Result<u64, StoreError> {
        let mut tx = self.begin().await?;
        let oldest = (tx.now - PER_DESTINATION.within).micros();
        let deleted = tx.inner.query("DELETE FROM code_budgets WHERE since <= $1").bind(oldest).execute().await?;
        tx.commit().await?;
        Ok(deleted)
    }
}

impl Tx {
    /// Has a code sent to the address or number that a field of the document holds, as often as that is allowed: the
    /// same one while it is good, else a new one. One that was asked for before is sent `again` only on demand.
    ///
    /// # Errors
    /// The database failed, or the row was tampered with.
    pub async fn request_code(
        &mut self,
        locked: &LockedTarget,
        document: &Document,
        field: &str,
        again: bool,
    ) -> Result<(), StoreError> {
        let Some(Held::Value(value)) = document.held(field) else { return Ok(()) };
        let id = locked.target.id;
        let value_tag = value_tag(&self.vault, id, field, value);
        let row = self
            .inner
            .query(FIND)
            .bind(id)
            .bind(field)
            .fetch_optional::<CodeRow>()
            .await?
            .filter(|row| row.value_tag == value_tag);
        if row.is_some() && !again || !self.take_code(locked, field, value).await? {
            return Ok(());
        }
        self.inner.query(INSERT_MESSAGE).bind(random::id()).bind(id).bind(field).execute().await?;
        if row.is_none_or(|row| !row.is_alive(self.now)) {
            self.inner
                .query(
                    "INSERT INTO codes (target_id, field, salt, value_tag, attempts) VALUES ($1, $2, $3, $4, 0) \
                     ON CONFLICT (target_id, field) DO UPDATE SET salt = excluded.salt, \
                     value_tag = excluded.value_tag, attempts = 0, arrived_at = NULL",
                )
                .bind(id)
                .bind(field)
                .bind(random::bytes::<16>().to_vec())
                .bind(value_tag.to_vec())
                .execute()
                .await?;
        }
        Ok(())
    }

    /// Uses a right guess up; tells whether it still is one: not used before, and for what the document holds.
    ///
    /// # Errors
    /// The database failed.
    pub async fn spend_code(
        &mut self,
        locked: &LockedTarget,
        document: &Document,
        code: &RightCode,
    ) -> Result<bool, StoreError> {
        let Some(Held::Value(value)) = document.held(&code.field) else { return Ok(false) };
        let id = locked.target.id;
        let value_tag = value_tag(&self.vault, id, &code.field, value);
        let messages = "DELETE FROM outbox WHERE target_id = $1 AND kind = 'code' AND topic = $2";
        self.inner.query(messages).bind(id).bind(code.field.as_str()).execute().await?;
        let spent = self
            .inner
            .query("DELETE FROM codes WHERE target_id = $1 AND field = $2 AND salt = $3 AND value_tag = $4")
            .bind(id)
            .bind(code.field.as_str())
            .bind(code.salt.as_slice())
            .bind(value_tag.to_vec())
            .execute()
            .await?;
        Ok(spent > 0)
    }

    /// Takes one of the codes that this customer and this destination may be sent. The customer goes by what outlives
    /// its erasure: coming back gives no more of them.
    async fn take_code(&mut self, locked: &LockedTarget, field: &str, value: &str) -> Result<bool, StoreError> {
        let customer = locked.payto()?.hash();
        let (customer, field) = (customer.as_bytes().as_slice(), field.as_bytes());
        let mailbox = value.to_lowercase();
        let budgets: [(Allowance, &[&[u8]]); 3] = [
            (PER_VALUE, &[b"value", customer, field, value.as_bytes()]),
            (PER_FIELD, &[b"field", customer, field]),
            // Last, because it is the only one that several customers share, and whose row they wait for.
            (PER_DESTINATION, &[b"destination", mailbox.as_bytes()]),
        ];
        for (allowance, parts) in budgets {
            let tag = self.vault.tag(Purpose::CodeBudget, parts);
            if !self.take(&tag, allowance).await? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Takes one from a budget, unless it is used up: of those who ask at once, exactly as many get one as there are.
    async fn take(&mut self, tag: &[u8; 32], allowance: Allowance) -> Result<bool, StoreError> {
        let taken = self
            .inner
            .query(
                "INSERT INTO code_budgets (tag, since, taken) VALUES ($1, $2, 1) ON CONFLICT (tag) DO UPDATE SET \
                 taken = CASE WHEN code_budgets.since <= $3 THEN 1 ELSE code_budgets.taken + 1 END, \
                 since = CASE WHEN code_budgets.since <= $3 THEN excluded.since ELSE code_budgets.since END \
                 WHERE code_budgets.since <= $3 OR code_budgets.taken < $4",
            )
            .bind(tag.to_vec())
            .bind(self.now.micros())
            .bind((self.now - allowance.within).micros())
            .bind(i64::from(allowance.times))
            .execute()
            .await?;
        Ok(taken > 0)
    }
}
