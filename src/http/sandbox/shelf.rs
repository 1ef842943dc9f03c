//! Short-lived values under unguessable keys.

use std::collections::VecDeque;
use std::time::Duration;

use data_encoding::BASE64URL_NOPAD;

use crate::domain::clock::Timestamp;
use crate::vault::random;

/// How many values are kept; the oldest gives way.
const CAPACITY: usize = 1_000;

/// How long a value is kept.
pub(super) const LIFETIME: Duration = Duration::from_mins(10);

/// Values in the order in which they came, and so in which they expire.
pub(super) struct Shelf<T> {
    places: VecDeque<Place<T>>,
}

struct Place<T> {
    key: String,
    until: Timestamp,
    value: T,
}

impl<T> Default for Shelf<T> {
    fn default() -> Self {
        Self { places: VecDeque::new() }
    }
}

impl<T> Shelf<T> {
    /// Keeps a value and gives the key to it: 32 random bytes in base64url.
    pub(super) fn put(&mut self, now: Timestamp, value: T) -> String {
        self.clear_expired(now);
        if self.places.len() == CAPACITY {
            self.places.pop_front();
        }
        let key = BASE64URL_NOPAD.encode(&random::bytes::<32>());
        self.places.push_back(Place { key: key.clone(), until: now + LIFETIME, value });
        key
    }

    /// Looks at a value.
    pub(super) fn find(&mut self, now: Timestamp, key: &str) -> Option<&T> {
        self.clear_expired(now);
        self.places.iter().find(|place| place.key == key).map(|place| &place.value)
    }

    /// Takes a value away, so that its key works once.
    pub(super) fn take(&mut self, now: Timestamp, key: &str) -> Option<T> {
        self.clear_expired(now);
        let index = self.places.iter().position(|place| place.key == key)?;
        self.places.remove(index).map(|place| place.value)
    }

    fn clear_expired(&mut self, now: Timestamp) {
        while self.places.front().is_some_and(|place| place.until <= now) {
            self.places.pop_front();
        }
    }
}
