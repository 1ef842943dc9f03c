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

impl Store {
    /// Lists up to `limit` customers in a status behind an entry, of one type or of all, those first that wait longest.
    /// Bare payment targets are not among them.
    ///
    /// # Errors
    /// The database failed.
    pub async fn list_customers(
        &self,
        status: Status,
        customer_type: Option<&str>,
        after: Option<&StatusRecord>,
        limit: u32,
    ) -> Result<Vec<StatusRecord>, StoreError> {
        let first = StatusRecord {
            target_id: Uuid::nil(),
            customer_type: String::new(),
            changed_at: Timestamp::from_micros(i64::MIN),
        };
        let after = after.unwrap_or(&first);
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
