//! Processes: one live one for a target, type and provider; a code is exchanged under an atomic claim.

use uuid::Uuid;
use zeroize::Zeroizing;

use super::db::{Query, Sql, locking};
use super::{LockedTarget, OpenTarget, Store, StoreError, Tx};
use crate::domain::clock::Timestamp;
use crate::domain::process::{Progress, SpentCodes, State, Trouble};
use crate::vault::{Place, random};

const TABLE: &str = "processes";

/// A process as it is stored.
#[derive(Clone)]
pub struct Process {
    /// Its id.
    pub id: Uuid,
    /// The target that it is about.
    pub target_id: Uuid,
    /// The customer type, or [`Requirements::BARE`](crate::domain::requirement::Requirements::BARE).
    pub customer_type: String,
    /// The provider's name.
    pub provider: String,
    /// How far it has come.
    pub progress: Progress,
    kept: Option<Vec<u8>>,
}

impl Process {
    /// Opens what the provider needs when the browser comes back.
    ///
    /// # Errors
    /// Nothing was kept, or the row was tampered with.
    pub fn kept(&self, target: &OpenTarget) -> Result<Zeroizing<Vec<u8>>, StoreError> {
        let sealed = self.kept.as_deref().ok_or_else(|| corrupt("kept", self.id))?;
        self.open(target, "kept", sealed)
    }

    /// Tells whether the provider is still waited for.
    #[must_use]
    pub fn is_pending(&self, now: Timestamp) -> bool {
        self.progress.state == State::Pending && !self.progress.is_expired(now)
    }

    /// Seals something that belongs to this process and `column`.
    #[must_use]
    pub fn seal(&self, target: &OpenTarget, column: &'static str, plain: &[u8]) -> Vec<u8> {
        target.seal(Place { table: TABLE, row: self.id, column, version: 0 }, plain)
    }

    /// Opens what [`Self::seal`] sealed for the same process and `column`.
    ///
    /// # Errors
    /// It was tampered with, or belongs elsewhere.
    pub fn open(
        &self,
        target: &OpenTarget,
        column: &'static str,
        sealed: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, StoreError> {
        Ok(target.open(Place { table: TABLE, row: self.id, column, version: 0 }, sealed)?)
    }
}

#[derive(sqlx::FromRow)]
pub(super) struct ProcessRow {
    id: Uuid,
    target_id: Uuid,
    r#type: String,
    provider: String,
    state: String,
    trouble: Option<String>,
    deadline: Option<i64>,
    expires_at: i64,
    kept: Option<Vec<u8>>,
}

impl ProcessRow {
    pub(super) fn into_process(self) -> Result<Process, StoreError> {
        let trouble = match self.trouble.as_deref() {
            None => None,
            Some(name) => Some(parse_trouble(name).ok_or_else(|| corrupt("trouble", self.id))?),
        };
        let state = match (self.state.as_str(), self.deadline) {
            ("started", _) => State::Started { trouble },
            ("exchanging", Some(deadline)) => State::Exchanging { deadline: Timestamp::from_micros(deadline) },
            ("pending", _) => State::Pending,
            ("verified", _) => State::Verified,
            ("refused", _) => State::Refused,
            _ => return Err(corrupt("state", self.id)),
        };
        Ok(Process {
            id: self.id,
            target_id: self.target_id,
            customer_type: self.r#type,
            provider: self.provider,
            progress: Progress { state, expires_at: Timestamp::from_micros(self.expires_at) },
            kept: self.kept,
        })
    }
}

/// The columns of a [`ProcessRow`].
macro_rules! columns {
    () => {
        "id, target_id, type, provider, state, trouble, deadline, expires_at, kept"
    };
}

/// Selects the processes that `$where` names.
macro_rules! processes {
    ($where:literal) => {
        concat!("SELECT ", $crate::store::processes::columns!(), " FROM processes WHERE ", $where)
    };
}

pub(super) use {columns, processes};

impl Store {
    /// Finds a process by its id.
    ///
    /// # Errors
    /// The database failed.
    pub async fn find_process(&self, id: Uuid) -> Result<Option<Process>, StoreError> {
        let row = self.db.query(processes!("id = $1")).bind(id).fetch_optional::<ProcessRow>().await?;
        row.map(ProcessRow::into_process).transpose()
    }

    /// Finds the process whose browser was sent to this provider with this nonce.
    ///
    /// # Errors
    /// The database failed.
    pub async fn find_process_by_nonce(&self, provider: &str, nonce_tag: &[u8]) -> Result<Option<Process>, StoreError> {
        let query = self.db.query(processes!("provider = $1 AND nonce_tag = $2")).bind(provider).bind(nonce_tag);
        query.fetch_optional::<ProcessRow>().await?.map(ProcessRow::into_process).transpose()
    }

    /// Finds the process of a ticket, without consuming it.
    ///
    /// # Errors
    /// The database failed.
    pub async fn find_process_by_ticket(&self, ticket_tag: &[u8]) -> Result<Option<Process>, StoreError> {
        let query = self.db.query(processes!("ticket_tag = $1 AND ticket_expires_at > $2"));
        let row = query.bind(ticket_tag).bind(self.now().micros()).fetch_optional::<ProcessRow>().await?;
        row.map(ProcessRow::into_process).transpose()
    }

    /// Tells whether a code was sent to the provider before, and how many were.
    ///
    /// # Errors
    /// The database failed.
    pub async fn count_spent_codes(&self, process: Uuid, code_tag: &[u8]) -> Result<SpentCodes, StoreError> {
        spent_codes(self.db.query(SPENT_CODES), process, code_tag).await
    }

    /// Deletes processes that ended before `until`, and gives their number.
    ///
    /// # Errors
    /// The database failed.
    pub async fn delete_ended_processes(&self, until: Timestamp) -> Result<u64, StoreError> {
        let mut tx = self.begin().await?;
        let query = tx.inner.query("DELETE FROM processes WHERE expires_at <= $1");
        let deleted = query.bind(until.micros()).execute().await?;
        tx.commit().await?;
        Ok(deleted)
    }
}

impl Tx {
    /// Finds the live process of a target, type and provider, or starts one: concurrent calls give one process. One whose
    /// codes are used up leads nowhere any more, and is as good as over.
    ///
    /// # Errors
    /// The database failed.
    pub async fn find_or_insert_process(
        &mut self,
        target: &LockedTarget,
        customer_type: &str,
        provider: &str,
    ) -> Result<Process, StoreError> {
        // The target's row is locked, so nobody else starts one meanwhile.
        let query = self.inner.query(LIVE).bind(target.target.id).bind(customer_type).bind(provider);
        if let Some(row) = query.fetch_optional::<ProcessRow>().await? {
            let process = row.into_process()?;
            let leads_nowhere = process.progress.depart(self.now).is_ok()
                && self.count_spent_codes(process.id, &[]).await?.are_used_up();
            if !process.progress.is_over(self.now) && !leads_nowhere {
                return Ok(process);
            }
            self.inner.query("DELETE FROM processes WHERE id = $1").bind(process.id).execute().await?;
        }
        let process = Process {
            id: random::id(),
            target_id: target.target.id,
            customer_type: customer_type.to_owned(),
            provider: provider.to_owned(),
            progress: Progress::start(self.now),
            kept: None,
        };
        self.inner
            .query(
                "INSERT INTO processes (id, target_id, type, provider, state, created_at, expires_at) \
                 VALUES ($1, $2, $3, $4, 'started', $5, $6)",
            )
            .bind(process.id)
            .bind(process.target_id)
            .bind(customer_type)
            .bind(provider)
            .bind(self.now.micros())
            .bind(process.progress.expires_at.micros())
            .execute()
            .await?;
        Ok(process)
    }

    /// Finds and locks a process by its id.
    ///
    /// # Errors
    /// The database failed.
    pub async fn lock_process(&mut self, id: Uuid) -> Result<Option<Process>, StoreError> {
        let row = self.inner.query(locking!(processes!("id = $1"))).bind(id).fetch_optional::<ProcessRow>().await?;
        row.map(ProcessRow::into_process).transpose()
    }

    /// Gives a process a ticket that can be consumed once until `expires_at`; an older one is void.
    ///
    /// # Errors
    /// The database failed.
    pub async fn save_ticket(
        &mut self,
        process: &Process,
        ticket_tag: &[u8],
        expires_at: Timestamp,
    ) -> Result<(), StoreError> {
        let query = self.inner.query("UPDATE processes SET ticket_tag = $2, ticket_expires_at = $3 WHERE id = $1");
        query.bind(process.id).bind(ticket_tag).bind(expires_at.micros()).execute().await?;
        Ok(())
    }

    /// Consumes a ticket and gives its process.
    ///
    /// # Errors
    /// The database failed.
    pub async fn consume_ticket(&mut self, ticket_tag: &[u8]) -> Result<Option<Process>, StoreError> {
        let consumed = self
            .inner
            .query(
                "UPDATE processes SET ticket_tag = NULL, ticket_expires_at = NULL \
                 WHERE ticket_tag = $1 AND ticket_expires_at > $2 RETURNING id",
            )
            .bind(ticket_tag)
            .bind(self.now.micros())
            .fetch_optional::<(Uuid,)>()
            .await?;
        match consumed {
            Some((id,)) => self.lock_process(id).await,
            None => Ok(None),
        }
    }

    /// Records that the browser of a process was sent off, and what the provider needs when it comes back.
    ///
    /// # Errors
    /// The database failed.
    pub async fn save_departure(
        &mut self,
        target: &LockedTarget,
        process: &Process,
        nonce_tag: &[u8],
        kept: &[u8],
    ) -> Result<(), StoreError> {
        self.inner
            .query("UPDATE processes SET nonce_tag = $2, kept = $3 WHERE id = $1")
            .bind(process.id)
            .bind(nonce_tag)
            .bind(process.seal(target, "kept", kept))
            .execute()
            .await?;
        self.save_progress(process.id, process.progress).await
    }

    /// Tells whether a code was sent to the provider before, and how many were; the process was locked in this
    /// transaction.
    ///
    /// # Errors
    /// The database failed.
    pub async fn count_spent_codes(&mut self, process: Uuid, code_tag: &[u8]) -> Result<SpentCodes, StoreError> {
        spent_codes(self.inner.query(SPENT_CODES), process, code_tag).await
    }

    /// Records that a code is sent to the provider, which never happens again.
    ///
    /// # Errors
    /// The database failed.
    pub async fn insert_spent_code(&mut self, process: Uuid, code_tag: &[u8]) -> Result<(), StoreError> {
        let query = self.inner.query("INSERT INTO spent_codes (process_id, code_tag) VALUES ($1, $2)");
        query.bind(process).bind(code_tag).execute().await?;
        Ok(())
    }

    /// Writes how far a process has come, and forgets what the provider needed once it has decided; the row was locked in
    /// this transaction.
    ///
    /// # Errors
    /// The database failed.
    pub async fn save_progress(&mut self, process: Uuid, progress: Progress) -> Result<(), StoreError> {
        let (state, trouble, deadline) = match progress.state {
            State::Started { trouble } => ("started", trouble.map(trouble_name), None),
            State::Exchanging { deadline } => ("exchanging", None, Some(deadline.micros())),
            State::Pending => ("pending", None, None),
            State::Verified => ("verified", None, None),
            State::Refused => ("refused", None, None),
        };
        self.inner
            .query(
                "UPDATE processes SET state = $2, trouble = $3, deadline = $4, \
                 kept = CASE WHEN $5 THEN NULL ELSE kept END WHERE id = $1",
            )
            .bind(process)
            .bind(state)
            .bind(trouble)
            .bind(deadline)
            .bind(progress.is_decided())
            .execute()
            .await?;
        Ok(())
    }
}

const LIVE: Sql = locking!(processes!(
    "target_id = $1 AND type = $2 AND provider = $3 AND state IN ('started', 'exchanging', 'pending')"
));

const SPENT_CODES: &str =
    "SELECT COUNT(*), COUNT(CASE WHEN code_tag = $2 THEN 1 END) FROM spent_codes WHERE process_id = $1";

async fn spent_codes(query: Query<'_>, process: Uuid, code_tag: &[u8]) -> Result<SpentCodes, StoreError> {
    let (count, this_one) =
        query.bind(process).bind(code_tag).fetch_optional::<(i64, i64)>().await?.unwrap_or_default();
    Ok(SpentCodes { this_one: this_one > 0, count: usize::try_from(count).unwrap_or(usize::MAX) })
}

fn trouble_name(trouble: Trouble) -> &'static str {
    match trouble {
        Trouble::CodeRefused => "code_refused",
        Trouble::Nonsense => "nonsense",
        Trouble::TimedOut => "timed_out",
        Trouble::Busy => "busy",
    }
}

fn parse_trouble(name: &str) -> Option<Trouble> {
    [Trouble::CodeRefused, Trouble::Nonsense, Trouble::TimedOut, Trouble::Busy]
        .into_iter()
        .find(|trouble| trouble_name(*trouble) == name)
}

fn corrupt(column: &'static str, row: Uuid) -> StoreError {
    StoreError::Corrupt { table: TABLE, column, row: row.to_string() }
}
