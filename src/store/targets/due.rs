//! Targets of which something stopped counting by itself, so that their statuses have to follow.

use uuid::Uuid;

use super::write::lock;
use super::{locked, readable, whole};
use crate::domain::clock::Timestamp;
use crate::domain::requirement::Requirements;
use crate::store::{Store, StoreError};

/// A target that has to be assessed again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Due {
    /// When something of it stopped counting.
    pub since: Timestamp,
    /// Which it is.
    pub id: Uuid,
}

impl Store {
    /// Lists up to `limit` due targets behind one, the longest due first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn list_due(&self, after: Option<Due>, limit: u32) -> Result<Vec<Due>, StoreError> {
        let after = after.unwrap_or(Due { since: Timestamp::from_micros(i64::MIN), id: Uuid::nil() });
        let rows = self
            .db
            .query(
                "SELECT next_expiry, id FROM payment_targets \
                 WHERE next_expiry <= $1 AND (next_expiry, id) > ($2, $3) ORDER BY next_expiry, id LIMIT $4",
            )
            .bind(self.now().micros())
            .bind(after.since.micros())
            .bind(after.id)
            .bind(i64::from(limit))
            .fetch_all::<(i64, Uuid)>()
            .await?;
        Ok(rows.into_iter().map(|(since, id)| Due { since: Timestamp::from_micros(since), id }).collect())
    }

    /// Assesses a due target again, unless it is due no more: of several processes that try at once, one does it.
    ///
    /// # Errors
    /// The database failed, or the target cannot be opened.
    pub async fn assess_due(&self, id: Uuid, requirements: &Requirements) -> Result<bool, StoreError> {
        let mut tx = self.begin().await?;
        // Asked again under the lock: whoever held it before may have assessed it.
        let due = tx.inner.query(locked!("id = $1 AND next_expiry <= $2")).bind(id).bind(tx.now.micros());
        let Some(locked) = lock(due, &tx.vault).await? else { return Ok(false) };
        let document = locked.document()?;
        tx.save_assessed(&locked, &document, requirements).await?;
        tx.commit().await?;
        Ok(true)
    }
}
