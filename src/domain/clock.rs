//! The time of day, injected: nothing else in the crate asks the operating system for it.

use std::ops::{Add, Sub};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use time::{Date, OffsetDateTime};

/// Microseconds since the Unix epoch, the one form in which times are kept and compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(i64);

impl Timestamp {
    /// Takes microseconds since the epoch.
    #[must_use]
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// Takes seconds since the epoch, saturating far outside any calendar.
    #[must_use]
    pub const fn from_seconds(seconds: i64) -> Self {
        Self(seconds.saturating_mul(1_000_000))
    }

    /// Takes the first moment of a day in UTC.
    #[must_use]
    pub fn from_date(date: Date) -> Self {
        Self::from_seconds(date.midnight().assume_utc().unix_timestamp())
    }

    /// Gives microseconds since the epoch.
    #[must_use]
    pub const fn micros(self) -> i64 {
        self.0
    }

    /// Gives whole seconds since the epoch, as JWTs count them.
    #[must_use]
    pub const fn seconds(self) -> i64 {
        self.0.div_euclid(1_000_000)
    }

    /// Gives the time since an earlier moment; none since a later one.
    #[must_use]
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_micros(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }

    /// Writes the moment in UTC by [RFC 3339](https://www.rfc-editor.org/rfc/rfc3339), to the second.
    #[must_use]
    pub fn rfc3339(self) -> String {
        let (date, seconds) = (self.date(), self.seconds().rem_euclid(86_400));
        let (hour, minute, second) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
        format!("{date}T{hour:02}:{minute:02}:{second:02}Z")
    }

    /// Gives the day in UTC.
    #[must_use]
    pub fn date(self) -> Date {
        OffsetDateTime::from_unix_timestamp(self.seconds()).map_or(Date::MAX, OffsetDateTime::date)
    }
}

impl Add<Duration> for Timestamp {
    type Output = Self;

    fn add(self, rhs: Duration) -> Self {
        Self(self.0.saturating_add(i64::try_from(rhs.as_micros()).unwrap_or(i64::MAX)))
    }
}

impl Sub<Duration> for Timestamp {
    type Output = Self;

    fn sub(self, rhs: Duration) -> Self {
        Self(self.0.saturating_sub(i64::try_from(rhs.as_micros()).unwrap_or(i64::MAX)))
    }
}

/// Tells the time.
pub trait Clock: Send + Sync + 'static {
    /// The present moment.
    fn now(&self) -> Timestamp;
}

/// The machine's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place that asks the operating system for the time")]
    fn now(&self) -> Timestamp {
        let micros = OffsetDateTime::now_utc().unix_timestamp_nanos() / 1_000;
        Timestamp(i64::try_from(micros).unwrap_or(i64::MAX))
    }
}
