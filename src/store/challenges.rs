//! Challenges of SEP-10 that were exchanged for a token.

use super::{Store, StoreError, Tx};
use crate::domain::clock::Timestamp;

impl Tx {
    /// Notes that a challenge, known by its hash, was exchanged; tells whether this is the first time.
    ///
    /// # Errors
    /// The database failed.
    pub async fn insert_spent_challenge(&mut self, hash: &[u8; 32], expires_at: Timestamp) -> Result<bool, StoreError> {
        let inserted = self
            .inner
            .query("INSERT INTO spent_challenges (hash, expires_at) VALUES ($1, $2) ON CONFLICT (hash) DO NOTHING")
            .bind(hash.to_vec())
            .bind(expires_at.micros())
            .execute()
            .await?;
        Ok(inserted > 0)
    }
}

impl Store {
    /// Deletes the challenges that have expired and are refused without being looked up; tells how many.
    ///
    /// # Errors
    /// The database failed.
    pub async fn delete_expired_challenges(&self) -> Result<u64, StoreError> {
        let mut tx = self.begin().await?;
        let deleted = tx
            .inner
            .query("DELETE FROM spent_challenges WHERE expires_at <= $1")
            .bind(tx.now.micros())
            .execute()
            .await?;
        tx.commit().await?;
        Ok(deleted)
    }
}
