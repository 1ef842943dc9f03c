//! A store of its own for every test, with a clock that stands still.

use std::sync::Arc;
use std::time::Duration;

use kycd::domain::clock::Timestamp;
use kycd::store::{OpenError, Store, StoreSettings};
use kycd::vault::{MasterKeys, master};

use crate::clock::ManualClock;
use crate::database::{Database, Engine};

/// When every test begins.
pub(crate) const START: Timestamp = Timestamp::from_seconds(1_800_000_000);

/// A machine that stands still for a moment is no busy database.
pub(crate) const PATIENCE: Duration = Duration::from_secs(10);

/// A migrated database, opened.
pub(crate) struct Installation {
    /// The store under test.
    pub(crate) store: Store,
    /// Its time.
    pub(crate) clock: Arc<ManualClock>,
    /// The keys that open it.
    pub(crate) masters: MasterKeys,
    /// Where it is.
    pub(crate) database: Database,
}

impl Installation {
    /// Makes a database and opens it with a new master key.
    pub(crate) async fn on(engine: Engine) -> Self {
        let database = engine.fresh_database().await;
        let clock = Arc::new(ManualClock::new(START));
        let masters = new_masters();
        let store = open(&database.url, &masters, &clock).await.expect("an empty database opens");
        Self { store, clock, masters, database }
    }

    /// Opens the same database once more, as a second replica does.
    pub(crate) async fn replica(&self) -> Store {
        self.open(self.settings()).await.expect("it opens with the same key")
    }

    /// How it was opened.
    pub(crate) fn settings(&self) -> StoreSettings<'_> {
        settings(&self.database.url)
    }

    /// Opens it once more in another way.
    pub(crate) async fn open(&self, settings: StoreSettings<'_>) -> Result<Store, OpenError> {
        Store::open(settings, self.masters.clone(), Arc::<ManualClock>::clone(&self.clock)).await
    }
}

/// Opens a store on whatever `url` has.
pub(crate) async fn open(url: &str, masters: &MasterKeys, clock: &Arc<ManualClock>) -> Result<Store, OpenError> {
    Store::open(settings(url), masters.clone(), Arc::<ManualClock>::clone(clock)).await
}

fn settings(url: &str) -> StoreSettings<'_> {
    StoreSettings { url, connections: 8, migrate: true, acquire_timeout: PATIENCE }
}

/// Makes a master key of the name `k1`.
pub(crate) fn new_masters() -> MasterKeys {
    MasterKeys::parse([&master::generate("k1").expect("a good kid")]).expect("a good line")
}
