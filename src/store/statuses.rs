//! The statuses of customers, as the operator lists them.

use uuid::Uuid;

use super::{Store, StoreError};
use crate::domain::clock::Timestamp;
use crate::domain::facts::Status;

/// A customer of a type in a status.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatusRecord {
    /// The customer.
    pub target_id: Uuid,
    /// The type.
    pub customer_type: String,
    /// Since when.
    pub changed_at: Timestamp,
}

/// A place in the list, which is ordered by time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatusPosition {
    /// The time of the entry before.
    pub changed_at: Timestamp,
    /// Its customer.
    pub target_id: Uuid,
    /// Its type.
    pub customer_type: String,
}

impl StatusPosition {
    /// The place before the first entry.
    #[must_use]
    pub fn first() -> Self {
        Self { changed_at: Timestamp::from_micros(-1), target_id: Uuid::nil(), customer_type: String::new() }
    }
}

impl StatusRecord {
    /// The place behind this entry.
    #[must_use]
    pub fn position(&self) -> StatusPosition {
        StatusPosition {
            changed_at: self.changed_at,
            target_id: self.target_id,
            customer_type: self.customer_type.clone(),
        }
    }
}

impl Store {
    /// Lists up to `limit` customers in a status behind a place, of one type or of all, those first that wait longest.
    /// Bare payment targets are not among them.
    ///
    /// # Errors
    /// The database failed.
    pub async fn list_customers(
        &self,
        status: Status,
        customer_type: Option<&str>,
        after: &StatusPosition,
        limit: u32,
    ) -> Result<Vec<StatusRecord>, StoreError> {
        let rows = self
            .db
            .query(
                "SELECT target_id, type, changed_at FROM statuses \
                 WHERE status = $1 AND type <> '' AND ($2 IS NULL OR type = $2) \
                 AND (changed_at, target_id, type) > ($3, $4, $5) ORDER BY changed_at, target_id, type LIMIT $6",
            )
            .bind(status.as_str())
            .bind(customer_type.map(str::to_owned))
            .bind(after.changed_at.micros())
            .bind(after.target_id)
            .bind(after.customer_type.as_str())
            .bind(i64::from(limit))
            .fetch_all::<(Uuid, String, i64)>()
            .await?;
        let record = |(target_id, customer_type, changed_at)| StatusRecord {
            target_id,
            customer_type,
            changed_at: Timestamp::from_micros(changed_at),
        };
        Ok(rows.into_iter().map(record).collect())
    }
}
