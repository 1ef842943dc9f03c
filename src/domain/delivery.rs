//! How something is brought to somebody who may not be there: again and again, ever less often, then no more.
//!
//! Pure: what came of an attempt goes in, what to do next comes out. Randomness is a parameter.

use std::fmt;
use std::time::Duration;

/// How long after an attempt that failed the next one follows; the first attempt is made at once.
const PATIENT: [Duration; 9] = [
    Duration::from_secs(5),
    Duration::from_mins(5),
    Duration::from_mins(30),
    Duration::from_hours(2),
    Duration::from_hours(5),
    Duration::from_hours(10),
    Duration::from_hours(14),
    Duration::from_hours(20),
    Duration::from_hours(24),
];

/// The same for what nobody waits for after an hour.
const HURRIED: [Duration; 9] = [
    Duration::from_secs(5),
    Duration::from_secs(15),
    Duration::from_secs(30),
    Duration::from_mins(1),
    Duration::from_mins(3),
    Duration::from_mins(5),
    Duration::from_mins(10),
    Duration::from_mins(15),
    Duration::from_mins(25),
];

/// How long a message waits that could not be tried at all.
const POSTPONED: Duration = Duration::from_secs(10);

/// What a message is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A callback of SEP-12; its topic is a customer type.
    Callback,
    /// A verification code; its topic is a field.
    Code,
}

impl Kind {
    /// The name in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Callback => "callback",
            Self::Code => "code",
        }
    }

    fn schedule(self) -> &'static [Duration] {
        match self {
            Self::Callback => &PATIENT,
            Self::Code => &HURRIED,
        }
    }
}

/// Why an attempt failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// The receiver is not at a public address.
    Blocked,
    /// There was no connection, or it broke.
    Unreachable,
    /// It took too long.
    TimedOut,
    /// The receiver answered with a status that is no success.
    Status(u16),
    /// We could not make what was to be sent.
    Unready,
    /// There was nothing to tell, or nobody to tell it to.
    Moot,
}

/// Writes the word that stands in the database.
impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Blocked => f.write_str("blocked"),
            Self::Unreachable => f.write_str("unreachable"),
            Self::TimedOut => f.write_str("timed out"),
            Self::Status(status) => write!(f, "status {status}"),
            Self::Unready => f.write_str("unready"),
            Self::Moot => f.write_str("moot"),
        }
    }
}

/// What came of an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The receiver has it.
    Arrived {
        /// Whether nothing more is told about its topic until somebody asks for it anew.
        last: bool,
    },
    /// The receiver does not have it.
    Failed {
        /// Why.
        trouble: Trouble,
        /// When the receiver wants to be asked again.
        retry_after: Option<Duration>,
    },
    /// Nothing was tried, for want of a place.
    Postponed,
    /// The receiver wants no more messages, ever.
    Unwanted,
    /// There is nothing to tell any more, or nobody to tell it to.
    Moot,
}

/// What becomes of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// It is over.
    End(End),
    /// It is tried again.
    Again {
        /// How long from now.
        after: Duration,
        /// How often it was tried.
        attempts: u32,
        /// Why it failed, if it was tried just now.
        trouble: Option<Trouble>,
    },
}

/// How a message ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// It arrived.
    Delivered,
    /// It arrived, and was the last about its topic.
    Finished,
    /// It did not arrive and will not be tried again.
    GivenUp(Trouble),
    /// The receiver wants no more messages.
    Unwanted,
}

/// Decides what follows an attempt to bring out a message of a kind. `attempts` were made before it; `jitter` is a random
/// number, which moves a delay by up to a fifth, so that those who failed together do not come back together.
#[must_use]
pub fn next(kind: Kind, attempts: u32, outcome: Outcome, jitter: u32) -> Next {
    match outcome {
        Outcome::Arrived { last: false } => Next::End(End::Delivered),
        Outcome::Arrived { last: true } => Next::End(End::Finished),
        Outcome::Unwanted => Next::End(End::Unwanted),
        Outcome::Moot => Next::End(End::GivenUp(Trouble::Moot)),
        Outcome::Postponed => Next::Again { after: spread(POSTPONED, jitter), attempts, trouble: None },
        Outcome::Failed { trouble, retry_after } => match kind.schedule().get(attempts as usize) {
            None => Next::End(End::GivenUp(trouble)),
            Some(delay) => {
                // A receiver can put us off for as long as we would wait in the end.
                let longest = kind.schedule().last().copied().unwrap_or_default();
                let wanted = retry_after.unwrap_or_default().min(longest);
                let after = spread(*delay, jitter).max(wanted);
                Next::Again { after, attempts: attempts + 1, trouble: Some(trouble) }
            }
        },
    }
}

/// Gives 80 % to 120 % of a delay.
fn spread(delay: Duration, jitter: u32) -> Duration {
    delay * 4 / 5 + delay.mul_f64(0.4 * f64::from(jitter) / f64::from(u32::MAX))
}
