//! A store of its own for every test, with a clock that stands still.

use std::sync::Arc;

use kycd::domain::clock::Timestamp;
use kycd::store::{OpenError, Store, StoreSettings};
use kycd::vault::{MasterKeys, master};

use crate::clock::ManualClock;
use crate::database::{Database, Engine};

/// When every test begins.
pub(crate) const START: Timestamp = Timestamp::from_seconds(1_800_000_000);

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
        open(&self.database.url, &self.masters, &self.clock).await.expect("it opens with the same key")
    }
}

/// Opens a store on whatever `url` has.
pub(crate) async fn open(url: &str, masters: &MasterKeys, clock: &Arc<ManualClock>) -> Result<Store, OpenError> {
    let settings = StoreSettings { url, connections: 8, migrate: true };
    Store::open(settings, masters.clone(), Arc::<ManualClock>::clone(clock)).await
}

/// Makes a master key of the name `k1`.
pub(crate) fn new_masters() -> MasterKeys {
    MasterKeys::parse([&master::generate("k1").expect("a good kid")]).expect("a good line")
}
