//! Operators who are signed in at the review console; only a keyed hash of each session's secret is stored.

use std::time::Duration;

use super::{Store, StoreError, Tx};
use crate::domain::clock::Timestamp;
use crate::vault::{Purpose, Vault};

/// A session ends when nobody has used it for so long.
const IDLE: Duration = Duration::from_mins(15);

/// A session ends after so long, however it is used.
const LONGEST: Duration = Duration::from_hours(12);

/// How often it is noted, at most, that a session is used.
const NOTED: Duration = Duration::from_mins(1);

impl Store {
    /// Finds the name of the key that a session was begun with, and notes that the session is used. One that has ended
    /// by time is not found, nor one whose key was revoked.
    ///
    /// # Errors
    /// The database failed.
    pub async fn use_operator_session(&self, secret: &str) -> Result<Option<String>, StoreError> {
        let now = self.now();
        let found = self
            .db
            .query(
                "SELECT s.operator, s.seen_at FROM operator_sessions s JOIN operator_keys k ON k.name = s.operator \
                 WHERE s.session_tag = $1 AND s.created_at > $2 AND s.seen_at > $3 AND k.revoked_at IS NULL",
            )
            .bind(tag(&self.vault, secret))
            .bind((now - LONGEST).micros())
            .bind((now - IDLE).micros())
            .fetch_optional::<(String, i64)>()
            .await?;
        let Some((operator, seen_at)) = found else { return Ok(None) };
        if Timestamp::from_micros(seen_at) + NOTED < now {
            let mut tx = self.begin().await?;
            tx.note_operator_session(secret).await?;
            tx.commit().await?;
        }
        Ok(Some(operator))
    }

    /// Deletes the sessions that have ended by time; tells how many.
    ///
    /// # Errors
    /// The database failed.
    pub async fn delete_ended_operator_sessions(&self) -> Result<u64, StoreError> {
        let mut tx = self.begin().await?;
        let deleted = tx
            .inner
            .query("DELETE FROM operator_sessions WHERE created_at <= $1 OR seen_at <= $2")
            .bind((tx.now - LONGEST).micros())
            .bind((tx.now - IDLE).micros())
            .execute()
            .await?;
        tx.commit().await?;
        Ok(deleted)
    }
}

impl Tx {
    /// Begins a session for the key of that name.
    ///
    /// # Errors
    /// The database failed.
    pub async fn insert_operator_session(&mut self, secret: &str, operator: &str) -> Result<(), StoreError> {
        self.inner
            .query("INSERT INTO operator_sessions (session_tag, operator, created_at, seen_at) VALUES ($1, $2, $3, $3)")
            .bind(tag(&self.vault, secret))
            .bind(operator)
            .bind(self.now.micros())
            .execute()
            .await?;
        Ok(())
    }

    /// Ends a session, if there is one with that secret.
    ///
    /// # Errors
    /// The database failed.
    pub async fn delete_operator_session(&mut self, secret: &str) -> Result<(), StoreError> {
        let query = self.inner.query("DELETE FROM operator_sessions WHERE session_tag = $1");
        query.bind(tag(&self.vault, secret)).execute().await?;
        Ok(())
    }

    async fn note_operator_session(&mut self, secret: &str) -> Result<(), StoreError> {
        self.inner
            .query("UPDATE operator_sessions SET seen_at = $2 WHERE session_tag = $1 AND seen_at < $2")
            .bind(tag(&self.vault, secret))
            .bind(self.now.micros())
            .execute()
            .await?;
        Ok(())
    }
}

fn tag(vault: &Vault, secret: &str) -> Vec<u8> {
    vault.tag(Purpose::OperatorSession, &[secret.as_bytes()]).to_vec()
}
