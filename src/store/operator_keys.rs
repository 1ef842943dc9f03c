//! Keys of the operator listener; only a keyed hash of each is stored.

use super::{Store, StoreError, Tx};
use crate::domain::clock::Timestamp;
use crate::vault::{Purpose, random};

/// An operator key as it is listed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OperatorKeyRecord {
    /// The name it was given.
    pub name: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was revoked, if it was.
    pub revoked_at: Option<Timestamp>,
}

impl Store {
    /// Finds the name of a key that is not revoked.
    ///
    /// # Errors
    /// The database failed.
    pub async fn find_operator_key(&self, key: &[u8]) -> Result<Option<String>, StoreError> {
        let row = self
            .db
            .query("SELECT name FROM operator_keys WHERE key_tag = $1 AND revoked_at IS NULL")
            .bind(self.vault.tag(Purpose::OperatorKey, &[key]).to_vec())
            .fetch_optional::<(String,)>()
            .await?;
        Ok(row.map(|(name,)| name))
    }

    /// Lists all keys by name.
    ///
    /// # Errors
    /// The database failed.
    pub async fn list_operator_keys(&self) -> Result<Vec<OperatorKeyRecord>, StoreError> {
        let rows = self
            .db
            .query("SELECT name, created_at, revoked_at FROM operator_keys ORDER BY name")
            .fetch_all::<(String, i64, Option<i64>)>()
            .await?;
        let record = |(name, created_at, revoked_at): (String, i64, Option<i64>)| OperatorKeyRecord {
            name,
            created_at: Timestamp::from_micros(created_at),
            revoked_at: revoked_at.map(Timestamp::from_micros),
        };
        Ok(rows.into_iter().map(record).collect())
    }
}

impl Tx {
    /// Adds a key under a new name; tells whether the name was free, also of revoked keys.
    ///
    /// # Errors
    /// The database failed.
    pub async fn insert_operator_key(&mut self, name: &str, key: &[u8]) -> Result<bool, StoreError> {
        let inserted = self
            .inner
            .query(
                "INSERT INTO operator_keys (id, name, key_tag, created_at) VALUES ($1, $2, $3, $4) \
                 ON CONFLICT (name) DO NOTHING",
            )
            .bind(random::id())
            .bind(name)
            .bind(self.vault.tag(Purpose::OperatorKey, &[key]).to_vec())
            .bind(self.now.micros())
            .execute()
            .await?;
        Ok(inserted > 0)
    }

    /// Revokes a key; tells whether there was one that was not revoked yet.
    ///
    /// # Errors
    /// The database failed.
    pub async fn revoke_operator_key(&mut self, name: &str) -> Result<bool, StoreError> {
        let changed = self
            .inner
            .query("UPDATE operator_keys SET revoked_at = $2 WHERE name = $1 AND revoked_at IS NULL")
            .bind(name)
            .bind(self.now.micros())
            .execute()
            .await?;
        Ok(changed > 0)
    }
}
