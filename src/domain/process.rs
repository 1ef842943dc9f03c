//! One attempt of one payment target at one provider, as a state machine.
//!
//! `started → exchanging → verified | refused | pending`, from pending to verified or refused, and back to `started` with
//! a trouble when the provider did not give an answer that counts. Time ends a process that is not closed, and an
//! exchange whose deadline passed.

use std::time::Duration;

use super::clock::Timestamp;

/// How long a process lives.
pub const LIFETIME: Duration = Duration::from_hours(1);

/// How long an exchange may take before its claim lapses.
pub const EXCHANGE: Duration = Duration::from_secs(15);

/// How many codes of one process are sent to the provider at most: whoever makes up more keeps it busy in our name. The
/// next start is a process of its own.
pub const CODES: usize = 20;

/// How far a process has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// The browser is on its way, or may start again after `trouble`.
    Started {
        /// What went wrong with the last code.
        trouble: Option<Trouble>,
    },
    /// One request is exchanging a code, until `deadline`.
    Exchanging {
        /// When its claim lapses.
        deadline: Timestamp,
    },
    /// The provider has not decided yet.
    Pending,
    /// The provider said yes.
    Verified,
    /// The provider said no, or the customer did.
    Refused,
}

/// Why a code led to nothing; the customer can start again after each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// The provider refused the code.
    CodeRefused,
    /// The provider's answer made no sense.
    Nonsense,
    /// The provider did not answer in time.
    TimedOut,
    /// The provider asks to come later.
    Busy,
}

/// A process as far as decisions need it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// How far it has come.
    pub state: State,
    /// When it ends by itself.
    pub expires_at: Timestamp,
}

/// Which codes of a process were sent to the provider before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SpentCodes {
    /// Whether the code at hand was.
    pub this_one: bool,
    /// How many were.
    pub count: usize,
}

impl SpentCodes {
    /// Tells whether no other code of the process is sent any more.
    #[must_use]
    pub fn are_used_up(&self) -> bool {
        self.count >= CODES
    }

    /// Tells whether the code at hand may be sent.
    #[must_use]
    pub fn leave_room(&self) -> bool {
        !self.this_one && !self.are_used_up()
    }
}

/// What to do with a browser that brings a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnCode {
    /// Exchange the code.
    Exchange,
    /// Wait for the request that is exchanging one.
    Wait,
    /// Answer as before: the provider has not decided yet.
    Pending,
    /// Answer as before: it is verified.
    Verified,
    /// Answer as before: it is refused.
    Refused,
    /// Answer as before: this code led to trouble, and neither it nor, after too many, another one is sent again.
    Repeat(Trouble),
    /// The process is over.
    Expired,
}

/// A move that the state machine does not have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a process cannot make this move from where it is")]
pub struct IllegalMove;

impl Progress {
    /// Starts a process.
    #[must_use]
    pub fn start(now: Timestamp) -> Self {
        Self { state: State::Started { trouble: None }, expires_at: now + LIFETIME }
    }

    /// Tells whether time ended it before anybody closed it.
    #[must_use]
    pub fn is_expired(&self, now: Timestamp) -> bool {
        match self.state {
            State::Started { .. } | State::Exchanging { .. } | State::Pending => now >= self.expires_at,
            State::Verified | State::Refused => false,
        }
    }

    /// Tells whether it ended with a yes or a no.
    #[must_use]
    pub fn is_decided(&self) -> bool {
        matches!(self.state, State::Verified | State::Refused)
    }

    /// Tells whether nothing more can come of it.
    #[must_use]
    pub fn is_over(&self, now: Timestamp) -> bool {
        self.is_decided() || self.is_expired(now)
    }

    /// Decides what a code leads to.
    #[must_use]
    pub fn on_code(&self, spent: SpentCodes, now: Timestamp) -> OnCode {
        match self.state {
            State::Verified => OnCode::Verified,
            State::Refused => OnCode::Refused,
            State::Started { .. } | State::Exchanging { .. } | State::Pending if self.is_expired(now) => {
                OnCode::Expired
            }
            State::Pending => OnCode::Pending,
            State::Exchanging { deadline } if now < deadline => OnCode::Wait,
            State::Started { .. } | State::Exchanging { .. } if spent.leave_room() => OnCode::Exchange,
            State::Exchanging { .. } => OnCode::Repeat(Trouble::TimedOut),
            State::Started { trouble } => OnCode::Repeat(trouble.unwrap_or(Trouble::CodeRefused)),
        }
    }

    /// Sends the browser off again, with a new state, nonce and verifier; what went wrong before is forgotten.
    ///
    /// # Errors
    /// The process is over, or an exchange is under way.
    pub fn depart(self, now: Timestamp) -> Result<Self, IllegalMove> {
        match self.state {
            _ if self.is_over(now) => Err(IllegalMove),
            State::Exchanging { deadline } if now < deadline => Err(IllegalMove),
            State::Pending => Err(IllegalMove),
            _ => Ok(Self { state: State::Started { trouble: None }, ..self }),
        }
    }

    /// Claims the process for one exchange.
    ///
    /// # Errors
    /// The process is over, or an exchange is under way.
    pub fn exchange(self, now: Timestamp) -> Result<Self, IllegalMove> {
        let departed = self.depart(now)?;
        Ok(Self { state: State::Exchanging { deadline: now + EXCHANGE }, ..departed })
    }

    /// Ends an exchange without a decision, which has time until `until`.
    ///
    /// # Errors
    /// No exchange is under way.
    pub fn wait(self, until: Timestamp) -> Result<Self, IllegalMove> {
        self.settle(State::Pending).map(|waiting| Self { expires_at: until, ..waiting })
    }

    /// Ends an exchange, or the waiting, with the provider's yes.
    ///
    /// # Errors
    /// No exchange is under way, and nothing is waited for.
    pub fn verify(self) -> Result<Self, IllegalMove> {
        match self.state {
            State::Pending => Ok(Self { state: State::Verified, ..self }),
            State::Started { .. } | State::Exchanging { .. } | State::Verified | State::Refused => {
                self.settle(State::Verified)
            }
        }
    }

    /// Ends an exchange without an answer that counts.
    ///
    /// # Errors
    /// No exchange is under way.
    pub fn fail(self, trouble: Trouble) -> Result<Self, IllegalMove> {
        self.settle(State::Started { trouble: Some(trouble) })
    }

    /// Closes the process with the customer's own no.
    ///
    /// # Errors
    /// The process is over, or the provider is about to decide.
    pub fn cancel(self, now: Timestamp) -> Result<Self, IllegalMove> {
        self.depart(now)?.refuse(now)
    }

    /// Closes the process with a no: the provider's final answer, or the customer's own.
    ///
    /// # Errors
    /// The process is over.
    pub fn refuse(self, now: Timestamp) -> Result<Self, IllegalMove> {
        if self.is_over(now) { Err(IllegalMove) } else { Ok(Self { state: State::Refused, ..self }) }
    }

    fn settle(self, state: State) -> Result<Self, IllegalMove> {
        match self.state {
            State::Exchanging { .. } => Ok(Self { state, ..self }),
            State::Started { .. } | State::Pending | State::Verified | State::Refused => Err(IllegalMove),
        }
    }
}
