//! Where wallets want to be told of changes, and the messages that tell them.

use uuid::Uuid;

use super::db::{Sql, for_each_engine};
use super::outbox::enqueue;
use super::targets::data_key_place;
use super::{LockedTarget, Store, StoreError, Tx};
use crate::domain::callback::CallbackUrl;
use crate::vault::{Place, random};

const TABLE: &str = "callbacks";

macro_rules! insert {
    ($now:literal, $lock:literal) => {
        concat!(
            enqueue!(
                "SELECT $1, target_id, 'callback', $3, 0, 'waiting', 0",
                $now,
                " FROM callbacks WHERE target_id = $2"
            ),
            " WHERE outbox.state <> 'finished'"
        )
    };
}
const INSERT: Sql = for_each_engine!(insert);

macro_rules! renew {
    ($now:literal, $lock:literal) => {
        concat!(
            "UPDATE outbox SET version = version + 1, trouble = NULL, attempts = 0, due_at = ",
            $now,
            " WHERE target_id = $1 AND kind = 'callback' AND state = 'waiting'"
        )
    };
}
const RENEW: Sql = for_each_engine!(renew);

#[derive(sqlx::FromRow)]
struct CallbackRow {
    url: Vec<u8>,
    version: i64,
    data_key: Vec<u8>,
}

impl Store {
    /// Finds where a customer's wallet wants to be told of changes.
    ///
    /// # Errors
    /// The database failed, or the row was tampered with.
    pub async fn find_callback(&self, target: Uuid) -> Result<Option<CallbackUrl>, StoreError> {
        let row = self
            .db
            .query(
                "SELECT callbacks.url, callbacks.version, payment_targets.data_key FROM callbacks \
                 JOIN payment_targets ON payment_targets.id = callbacks.target_id WHERE callbacks.target_id = $1",
            )
            .bind(target)
            .fetch_optional::<CallbackRow>()
            .await?;
        let Some(row) = row else { return Ok(None) };
        let data_key = self.vault.open_data_key(data_key_place(target), &row.data_key)?;
        let plain = data_key.open(url_place(target, row.version), &row.url)?;
        let url = std::str::from_utf8(&plain).ok().and_then(|text| CallbackUrl::parse(text).ok());
        let corrupt = StoreError::Corrupt { table: TABLE, column: "url", row: target.to_string() };
        url.map(Some).ok_or(corrupt)
    }
}

impl Tx {
    /// Registers a callback, in place of an earlier one: it gets what that one did not get yet, and is told again about
    /// types that had come to their end.
    ///
    /// # Errors
    /// The database failed.
    pub async fn save_callback(&mut self, locked: &LockedTarget, url: &CallbackUrl) -> Result<(), StoreError> {
        let id = locked.target.id;
        self.inner.query(RENEW).bind(id).execute().await?;
        self.inner
            .query("DELETE FROM outbox WHERE target_id = $1 AND kind = 'callback' AND state <> 'waiting'")
            .bind(id)
            .execute()
            .await?;
        let version = self
            .inner
            .query("SELECT version FROM callbacks WHERE target_id = $1")
            .bind(id)
            .fetch_optional::<(i64,)>()
            .await?
            .map_or(0, |(version,)| version + 1);
        self.inner
            .query(
                "INSERT INTO callbacks (target_id, url, version, registered_at) VALUES ($1, $2, $3, $4) \
                 ON CONFLICT (target_id) DO UPDATE SET url = $2, version = $3, registered_at = $4",
            )
            .bind(id)
            .bind(locked.seal(url_place(id, version), url.as_url().as_str().as_bytes()))
            .bind(version)
            .bind(self.now.micros())
            .execute()
            .await?;
        Ok(())
    }

    /// Takes a callback back, with what it did not get yet; tells whether there was one.
    ///
    /// # Errors
    /// The database failed.
    pub async fn delete_callback(&mut self, locked: &LockedTarget) -> Result<bool, StoreError> {
        let id = locked.target.id;
        let messages = "DELETE FROM outbox WHERE target_id = $1 AND kind = 'callback'";
        self.inner.query(messages).bind(id).execute().await?;
        Ok(self.inner.query("DELETE FROM callbacks WHERE target_id = $1").bind(id).execute().await? > 0)
    }

    /// Writes down that the wallet has to be told of a type's new status, if it asked for that and has not been told the
    /// last word yet.
    pub(super) async fn insert_callback(&mut self, target: Uuid, customer_type: &str) -> Result<(), StoreError> {
        let query = self.inner.query(INSERT).bind(random::id()).bind(target).bind(customer_type);
        query.execute().await?;
        Ok(())
    }
}

fn url_place(target: Uuid, version: i64) -> Place {
    Place { table: TABLE, row: target, column: "url", version }
}
