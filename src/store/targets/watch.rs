//! Waiting for targets to change: however many wait, one task looks for all of them.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use tokio::sync::watch;
use tokio::time::sleep;
use uuid::Uuid;

use super::OpenTarget;
use crate::store::Store;
use crate::store::db::{Db, Sql};

/// How long the task rests between two looks.
const PAUSE: Duration = Duration::from_millis(250);
/// How many targets one statement looks at.
const AT_ONCE: usize = 2048;
/// The versions of the targets whose ids `$1` lists in JSON.
const VERSIONS: Sql = Sql {
    postgres: "SELECT id, document_version FROM payment_targets \
               WHERE id IN (SELECT value::uuid FROM jsonb_array_elements_text($1::jsonb))",
    sqlite: "SELECT id, document_version FROM payment_targets WHERE id IN (SELECT unhex(value, '-') FROM json_each($1))",
};

/// Where those meet who wait for a change. Clones share it.
#[derive(Clone)]
pub(in crate::store) struct Changes {
    db: Db,
    watched: Arc<Mutex<Watched>>,
}

#[derive(Default)]
struct Watched {
    /// The newest version that was seen of each target; `None` of one that is gone.
    versions: HashMap<Uuid, watch::Sender<Option<i64>>>,
    is_looked_after: bool,
}

impl Store {
    /// Waits until a target has another document than this one, or is gone.
    pub async fn wait_for_change(&self, target: &OpenTarget) {
        self.changes.wait(target.target.id, target.version).await;
    }
}

impl Changes {
    pub(in crate::store) fn new(db: Db) -> Self {
        Self { db, watched: Arc::default() }
    }

    async fn wait(&self, target: Uuid, known: i64) {
        let mut version = self.watch(target, known);
        // That nobody looks any more is as good a reason as any to look oneself.
        let _ = version.wait_for(|version| version.is_none_or(|version| version > known)).await;
    }

    fn watch(&self, target: Uuid, known: i64) -> watch::Receiver<Option<i64>> {
        let mut watched = self.watched.lock();
        let version = watched.versions.entry(target).or_insert_with(|| watch::Sender::new(Some(known))).subscribe();
        if !watched.is_looked_after {
            watched.is_looked_after = true;
            tokio::spawn(self.clone().look());
        }
        version
    }

    /// Looks again and again, until nobody waits.
    async fn look(self) {
        while let Some(targets) = self.waited_for() {
            for some in targets.chunks(AT_ONCE) {
                // While the database does not answer there is nothing to tell, and nobody waits for ever.
                if let Ok(versions) = self.find_versions(some).await {
                    self.tell(some, &versions);
                }
            }
            sleep(PAUSE).await;
        }
    }

    /// The targets for which somebody waits; the others are forgotten.
    fn waited_for(&self) -> Option<Vec<Uuid>> {
        let mut watched = self.watched.lock();
        watched.versions.retain(|_, version| version.receiver_count() > 0);
        watched.is_looked_after = !watched.versions.is_empty();
        watched.is_looked_after.then(|| watched.versions.keys().copied().collect())
    }

    async fn find_versions(&self, targets: &[Uuid]) -> Result<HashMap<Uuid, i64>, sqlx::Error> {
        let ids = serde_json::to_string(targets).expect("ids always serialise");
        Ok(self.db.query(VERSIONS).bind(ids).fetch_all::<(Uuid, i64)>().await?.into_iter().collect())
    }

    fn tell(&self, targets: &[Uuid], versions: &HashMap<Uuid, i64>) {
        let watched = self.watched.lock();
        for target in targets {
            if let Some(known) = watched.versions.get(target) {
                let found = versions.get(target).copied();
                known.send_if_modified(|known| std::mem::replace(known, found) != found);
            }
        }
    }
}
