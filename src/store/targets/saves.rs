//! Writing new versions of documents, several by one statement and one commit.

use std::collections::BTreeSet;
use std::iter::repeat_n;
use std::sync::LazyLock;
use std::time::Duration;

use uuid::Uuid;

use super::{OpenTarget, document_json, document_place, facts_json};
use crate::domain::clock::Timestamp;
use crate::domain::document::Document;
use crate::domain::facts::Facts;
use crate::store::db::{Db, Query, Sql};
use crate::store::shared::Statement;

/// The next version of a document, sealed, with what follows from it.
pub(in crate::store) struct Version {
    target: Uuid,
    document: Vec<u8>,
    number: i64,
    facts: String,
    at: i64,
    next_expiry: Option<i64>,
}

impl Version {
    pub(super) fn new(found: &OpenTarget, document: &Document, facts: &Facts, now: Timestamp) -> Self {
        let (target, number) = (found.target.id, found.version + 1);
        Self {
            target,
            document: found.data_key.seal(document_place(target, number), &document_json(document)),
            number,
            facts: facts_json(facts),
            at: now.micros(),
            next_expiry: facts.next_expiry(now).map(Timestamp::micros),
        }
    }

    /// Binds the values of [`SAVE`].
    pub(super) fn bind<'q>(&self, query: Query<'q>) -> Query<'q> {
        bind(query, Some(self))
    }
}

/// Writes a version over what `$where` names.
macro_rules! save {
    ($where:literal) => {
        concat!(
            "UPDATE payment_targets SET document = $2, document_version = $3, facts = $4, \
             registered_at = COALESCE(registered_at, $5), updated_at = $5, next_expiry = $6 WHERE ",
            $where
        )
    };
}

/// Writes a version over the one before.
pub(super) const SAVE: &str = save!("id = $1 AND document_version = $3 - 1");

/// The same for one that nobody has locked, and names it. It waits for nobody, so that no customer keeps others waiting.
const SAVE_FREE: Sql = Sql {
    postgres: save!(
        "id = (SELECT id FROM payment_targets WHERE id = $1 AND document_version = $3 - 1 \
         FOR NO KEY UPDATE SKIP LOCKED) RETURNING id"
    ),
    sqlite: save!("id = $1 AND document_version = $3 - 1 RETURNING id"),
};

/// The same for several, each with the number of its places, of which a share leaves few empty.
static SAVE_SEVERAL: LazyLock<[(usize, Sql); 2]> =
    LazyLock::new(|| [4, AT_ONCE].map(|places| (places, save_several(places))));

const AT_ONCE: usize = 16;
/// How long a commit may wait for the disk.
const COMMIT: Duration = Duration::from_secs(8);

fn save_several(places: usize) -> Sql {
    const SET: &str = "UPDATE payment_targets SET document = new_document, document_version = number, facts = new_facts, \
        registered_at = COALESCE(registered_at, at), updated_at = at, next_expiry = expiry";
    const PREVIOUS: &str = "id = target AND document_version = number - 1";
    let row = |place: usize| {
        let value = |column: usize| format!("${}", 6 * place + column);
        format!("({})", (1..=6).map(value).collect::<Vec<_>>().join(", "))
    };
    let rows = (0..places).map(row).collect::<Vec<_>>().join(", ");
    let given = format!("WITH given (target, new_document, number, new_facts, at, expiry) AS (VALUES {rows})");
    let free = format!(
        "free AS (SELECT given.* FROM given JOIN payment_targets ON {PREVIOUS} \
        FOR NO KEY UPDATE OF payment_targets SKIP LOCKED)"
    );
    let postgres = format!("{given}, {free} {SET} FROM free WHERE {PREVIOUS} RETURNING id");
    let sqlite = format!("{given} {SET} FROM given WHERE {PREVIOUS} RETURNING id");
    // There are two of each as long as the process lives.
    Sql { postgres: postgres.leak(), sqlite: sqlite.leak() }
}

/// Saves versions, at most one of a target with each statement.
#[derive(Clone)]
pub(in crate::store) struct Save(Db);

impl Save {
    pub(in crate::store) fn new(db: Db) -> Self {
        Self(db)
    }
}

impl Statement for Save {
    type Wish = Version;
    /// Whether it was saved: the version before was still there, and nobody else was about to change it.
    type Outcome = bool;

    const AT_ONCE: usize = AT_ONCE;

    fn limit(&self) -> Duration {
        self.0.acquire_timeout() + COMMIT
    }

    async fn run(&self, versions: &[Version]) -> Result<Vec<bool>, sqlx::Error> {
        let mut targets = BTreeSet::new();
        let firsts: Vec<_> = versions.iter().filter(|version| targets.insert(version.target)).collect();
        let query = match &firsts[..] {
            [only] => only.bind(self.0.change(SAVE_FREE)),
            several => {
                let fitting = SAVE_SEVERAL.iter().find(|(places, _)| several.len() <= *places);
                let (places, sql) = fitting.expect("no share is larger than the longest statement");
                let bound = several.iter().copied().map(Some).chain(repeat_n(None, places - several.len()));
                bound.fold(self.0.change(*sql), bind)
            }
        };
        let mut saved: BTreeSet<_> = query.fetch_all::<(Uuid,)>().await?.into_iter().map(|(id,)| id).collect();
        Ok(versions.iter().map(|version| saved.remove(&version.target)).collect())
    }
}

/// Binds a version; none matches no target.
fn bind<'q>(query: Query<'q>, version: Option<&Version>) -> Query<'q> {
    query
        .bind(version.map(|version| version.target))
        .bind(version.map(|version| version.document.clone()))
        .bind(version.map(|version| version.number))
        .bind(version.map(|version| version.facts.clone()))
        .bind(version.map(|version| version.at))
        .bind(version.and_then(|version| version.next_expiry))
}
