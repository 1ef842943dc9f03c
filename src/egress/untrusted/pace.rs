//! How hard a host that a stranger named is pressed: a URL must not turn this server against its owner.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::domain::clock::{Clock, Timestamp};

/// How many calls a host gets at once.
const AT_ONCE: usize = 2;

/// How many calls a host gets within [`WINDOW`].
const IN_WINDOW: usize = 60;
const WINDOW: Duration = Duration::from_mins(1);

/// Above how many hosts those that were not called lately are forgotten.
const REMEMBERED: usize = 1024;

/// The calls of this process, by host.
pub(super) struct Paces {
    clock: Arc<dyn Clock>,
    hosts: Mutex<HashMap<String, Pace>>,
}

struct Pace {
    places: Arc<Semaphore>,
    begun: VecDeque<Timestamp>,
}

impl Paces {
    pub(super) fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock, hosts: Mutex::default() }
    }

    /// Waits for a place at a host, which is free again when the answer is dropped; `None` when the host had its share
    /// of calls for now.
    pub(super) async fn enter(&self, host: &str) -> Option<OwnedSemaphorePermit> {
        let place = self.places(host).acquire_owned().await.ok()?;
        self.count(host).then_some(place)
    }

    fn places(&self, host: &str) -> Arc<Semaphore> {
        let mut hosts = self.hosts.lock();
        if hosts.len() > REMEMBERED {
            let start = self.clock.now() - WINDOW;
            // A call under way or waiting holds its host's places.
            hosts.retain(|_, pace| {
                Arc::strong_count(&pace.places) > 1 || pace.begun.back().is_some_and(|last| *last > start)
            });
        }
        let new = || Pace { places: Arc::new(Semaphore::new(AT_ONCE)), begun: VecDeque::new() };
        Arc::clone(&hosts.entry(host.to_owned()).or_insert_with(new).places)
    }

    fn count(&self, host: &str) -> bool {
        let now = self.clock.now();
        let mut hosts = self.hosts.lock();
        let Some(pace) = hosts.get_mut(host) else { return false };
        while pace.begun.front().is_some_and(|call| *call <= now - WINDOW) {
            pace.begun.pop_front();
        }
        let free = pace.begun.len() < IN_WINDOW;
        if free {
            pace.begun.push_back(now);
        }
        free
    }
}
