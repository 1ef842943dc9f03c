//! The audit trail: appended in the transaction of what it tells of, never changed, and kept when its customer is
//! erased; then the reasons, which were sealed with the customer's data key, can no longer be read.

use uuid::Uuid;

use super::{LockedTarget, OpenTarget, Store, StoreError, Tx};
use crate::domain::audit::Action;
use crate::domain::clock::Timestamp;
use crate::domain::pii::Pii;
use crate::vault::Place;

const TABLE: &str = "audit_entries";

/// Something to be remembered.
pub struct NewAuditEntry<'a> {
    /// The name of the operator's key.
    pub operator: &'a str,
    /// What was done.
    pub action: &'a Action,
    /// Why, in the operator's words.
    pub reason: Option<&'a str>,
}

/// Something that is remembered.
pub struct AuditRecord {
    /// Its number, from 1, among those of the customer.
    pub position: i64,
    /// When it happened.
    pub happened_at: Timestamp,
    /// The name of the operator's key.
    pub operator: String,
    /// What was done.
    pub action: Action,
    /// Why; nothing when no reason was given or the customer was erased.
    pub reason: Option<Pii<String>>,
}

#[derive(sqlx::FromRow)]
struct AuditRow {
    position: i64,
    happened_at: i64,
    operator: String,
    action: String,
    reason: Option<Vec<u8>>,
}

impl Store {
    /// Lists up to `limit` entries about a customer before a position, the last one first. The customer may be gone.
    ///
    /// # Errors
    /// The database failed.
    pub async fn list_audit_entries(
        &self,
        target: Uuid,
        before: i64,
        limit: u32,
    ) -> Result<Vec<AuditRecord>, StoreError> {
        let rows = self
            .db
            .query(
                "SELECT position, happened_at, operator, action, reason FROM audit_entries \
                 WHERE target_id = $1 AND position < $2 ORDER BY position DESC LIMIT $3",
            )
            .bind(target)
            .bind(before)
            .bind(i64::from(limit))
            .fetch_all::<AuditRow>()
            .await?;
        let open = self.find_by_id(target).await?;
        rows.into_iter().map(|row| row.into_record(target, open.as_ref())).collect()
    }
}

impl AuditRow {
    fn into_record(self, target: Uuid, open: Option<&OpenTarget>) -> Result<AuditRecord, StoreError> {
        let corrupt = |column| StoreError::Corrupt { table: TABLE, column, row: format!("{target} {}", self.position) };
        let reason = match (&self.reason, open) {
            (Some(sealed), Some(open)) => {
                let plain = open.open(reason_place(target, self.position), sealed)?;
                let text = String::from_utf8(plain.to_vec()).map_err(|_| corrupt("reason"))?;
                Some(Pii::new(text))
            }
            (Some(_), None) | (None, _) => None,
        };
        Ok(AuditRecord {
            action: serde_json::from_str(&self.action).map_err(|_| corrupt("action"))?,
            position: self.position,
            happened_at: Timestamp::from_micros(self.happened_at),
            operator: self.operator,
            reason,
        })
    }
}

impl Tx {
    /// Remembers something about a customer.
    ///
    /// # Errors
    /// The database failed.
    pub async fn insert_audit_entry(
        &mut self,
        locked: &LockedTarget,
        entry: NewAuditEntry<'_>,
    ) -> Result<(), StoreError> {
        let target = locked.target.id;
        // The lock on the target makes the positions follow each other.
        let last = self.inner.query("SELECT COALESCE(MAX(position), 0) FROM audit_entries WHERE target_id = $1");
        let last = last.bind(target).fetch_optional::<(i64,)>().await?;
        let position = last.map_or(0, |(last,)| last) + 1;
        self.inner
            .query(
                "INSERT INTO audit_entries (target_id, position, happened_at, operator, action, reason) \
                 VALUES ($1, $2, $3, $4, $5, $6)",
            )
            .bind(target)
            .bind(position)
            .bind(self.now.micros())
            .bind(entry.operator)
            .bind(action_json(entry.action))
            .bind(entry.reason.map(|reason| locked.seal(reason_place(target, position), reason.as_bytes())))
            .execute()
            .await?;
        Ok(())
    }
}

fn action_json(action: &Action) -> String {
    serde_json::to_string(action).expect("maps with string keys always serialise")
}

fn reason_place(target: Uuid, position: i64) -> Place {
    Place { table: TABLE, row: target, column: "reason", version: position }
}
