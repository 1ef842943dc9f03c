//! Messages that have to leave the house: leased, tried, settled. All times are the database's, which all processes
//! share.

use uuid::Uuid;

use super::db::{DbTransaction, Sql, for_each_engine};
use super::{Store, StoreError};
use crate::domain::delivery::{End, Kind, Next, Trouble};
use crate::vault::random;

/// How long a message belongs to whoever leased it: longer than any attempt takes.
const LEASE_MICROS: i64 = 30_000_000;

/// A message, leased.
#[derive(Clone)]
pub struct Message {
    /// Its id; another one when something newer is to be told.
    pub id: Uuid,
    /// What it is.
    pub kind: Kind,
    /// Whom it is about.
    pub target: Uuid,
    /// What it is about.
    pub topic: String,
    /// How often it was tried.
    pub attempts: u32,
    version: i64,
    lease: Uuid,
}

#[derive(sqlx::FromRow)]
struct MessageRow {
    id: Uuid,
    target_id: Uuid,
    topic: String,
    attempts: i64,
    version: i64,
}

/// Queues a message, in the place of the one that is queued about the same; a new id tells receivers that it is another
/// one. `$what` gives the values of the first seven columns, `$whence` what follows the last.
macro_rules! enqueue {
    ($what:literal, $now:literal, $whence:literal) => {
        concat!(
            "INSERT INTO outbox (id, target_id, kind, topic, version, state, attempts, due_at) ",
            $what,
            ", ",
            $now,
            $whence,
            " ON CONFLICT (target_id, kind, topic) DO UPDATE SET id = excluded.id, version = outbox.version + 1, ",
            "state = 'waiting', trouble = NULL, attempts = 0, due_at = excluded.due_at"
        )
    };
}

pub(super) use enqueue;

macro_rules! due {
    ($now:literal) => {
        concat!(
            "kind = $1 AND state = 'waiting' AND due_at <= ",
            $now,
            " AND (leased_until IS NULL OR leased_until <= ",
            $now,
            ")"
        )
    };
}

macro_rules! any_due {
    ($now:literal, $lock:literal) => {
        concat!("SELECT 1 WHERE EXISTS (SELECT 1 FROM outbox WHERE ", due!($now), ")")
    };
}
const ANY_DUE: Sql = for_each_engine!(any_due);

macro_rules! lease {
    ($now:literal, $lock:literal) => {
        concat!(
            "UPDATE outbox SET lease = $3, leased_until = ",
            $now,
            " + $4 WHERE id IN (SELECT id FROM outbox WHERE ",
            due!($now),
            " ORDER BY due_at LIMIT $2 ",
            $lock,
            ") RETURNING id, target_id, topic, attempts, version"
        )
    };
}
const LEASE: Sql = for_each_engine!(lease);

macro_rules! settle {
    ($now:literal, $lock:literal) => {
        concat!(
            "UPDATE outbox SET lease = NULL, leased_until = NULL, state = $6, trouble = $7, attempts = $8, due_at = ",
            $now,
            " + $9 WHERE lease = $1 AND target_id = $2 AND kind = $3 AND topic = $4 AND version = $5"
        )
    };
}
const SETTLE: Sql = for_each_engine!(settle);

/// What [`SETTLE`] writes.
struct Settled {
    state: &'static str,
    trouble: Option<Trouble>,
    attempts: u32,
    after_micros: i64,
}

impl Settled {
    fn new(message: &Message, next: Next) -> Self {
        let ended = |state, trouble| Self { state, trouble, attempts: message.attempts + 1, after_micros: 0 };
        match next {
            Next::End(End::Delivered) => ended("delivered", None),
            Next::End(End::Finished) => ended("finished", None),
            Next::End(End::GivenUp(trouble)) => ended("given_up", Some(trouble)),
            Next::End(End::Unwanted) => ended("unwanted", None),
            Next::Again { after, attempts, trouble } => {
                let after_micros = i64::try_from(after.as_micros()).unwrap_or(i64::MAX / 2);
                Self { state: "waiting", trouble, attempts, after_micros }
            }
        }
    }
}

impl Store {
    /// Leases up to `limit` messages of a kind that are due, for 30 seconds; nobody else gets them meanwhile.
    ///
    /// # Errors
    /// The database failed.
    pub async fn lease_messages(&self, kind: Kind, limit: usize) -> Result<Vec<Message>, StoreError> {
        let due = self.db.query(ANY_DUE).bind(kind.as_str()).fetch_optional::<(i32,)>().await?;
        if due.is_none() || limit == 0 {
            return Ok(Vec::new());
        }
        let lease = random::id();
        let mut tx = self.db.begin().await?;
        let rows = tx
            .query(LEASE)
            .bind(kind.as_str())
            .bind(i64::try_from(limit).unwrap_or(i64::MAX))
            .bind(lease)
            .bind(LEASE_MICROS)
            .fetch_all::<MessageRow>()
            .await?;
        tx.commit().await?;
        let message = |row: MessageRow| Message {
            id: row.id,
            kind,
            target: row.target_id,
            topic: row.topic,
            attempts: u32::try_from(row.attempts).unwrap_or(u32::MAX),
            version: row.version,
            lease,
        };
        Ok(rows.into_iter().map(message).collect())
    }

    /// Writes down what becomes of a message that was tried. If something newer took its row over, that is due now; if
    /// the lease ran out, it is left to whoever has it.
    ///
    /// # Errors
    /// The database failed.
    pub async fn settle_message(&self, message: &Message, next: Next) -> Result<(), StoreError> {
        let settled = Settled::new(message, next);
        let mut tx = self.db.begin().await?;
        let unchanged = tx
            .query(SETTLE)
            .bind(message.lease)
            .bind(message.target)
            .bind(message.kind.as_str())
            .bind(message.topic.as_str())
            .bind(message.version)
            .bind(settled.state)
            .bind(settled.trouble.map(|trouble| trouble.to_string()))
            .bind(i64::from(settled.attempts))
            .bind(settled.after_micros)
            .execute()
            .await?;
        if unchanged == 0 {
            tx.query(
                "UPDATE outbox SET lease = NULL, leased_until = NULL \
                 WHERE lease = $1 AND target_id = $2 AND kind = $3 AND topic = $4",
            )
            .bind(message.lease)
            .bind(message.target)
            .bind(message.kind.as_str())
            .bind(message.topic.as_str())
            .execute()
            .await?;
        } else {
            self.follow(&mut tx, message, next).await?;
        }
        Ok(tx.commit().await?)
    }

    /// Does what an end means beyond the message.
    async fn follow(&self, tx: &mut DbTransaction, message: &Message, next: Next) -> Result<(), StoreError> {
        match (message.kind, next) {
            (Kind::Callback, Next::End(End::Unwanted)) => {
                tx.query("DELETE FROM callbacks WHERE target_id = $1").bind(message.target).execute().await?;
            }
            (Kind::Code, Next::End(End::Delivered | End::Finished)) => {
                // The time of a code begins.
                tx.query("UPDATE codes SET arrived_at = $3 WHERE target_id = $1 AND field = $2")
                    .bind(message.target)
                    .bind(message.topic.as_str())
                    .bind(self.now().micros())
                    .execute()
                    .await?;
            }
            (Kind::Callback | Kind::Code, Next::End(_) | Next::Again { .. }) => {}
        }
        Ok(())
    }
}
