//! Codes by which customers show that an address or a number is theirs: their form, their time, and how often one is
//! sent.
//!
//! Source: [SEP-12, Verification](https://github.com/stellar/stellar-protocol/blob/master/ecosystem/sep-0012.md#verification).

use std::time::Duration;

use aws_lc_rs::constant_time;

use super::pii::Pii;

/// What SEP-12 puts behind a field's name for its code.
pub const SUFFIX: &str = "_verification";

/// How long a code is good, from the moment at which it arrived.
pub const LIFETIME: Duration = Duration::from_mins(10);

/// How many guesses of one code are looked at.
pub const ATTEMPTS: u32 = 5;

/// How often the same value of a customer gets a code.
pub const PER_VALUE: Allowance = Allowance { times: 1, within: Duration::from_mins(1) };

/// How often a field of a customer gets one, whatever it holds.
pub const PER_FIELD: Allowance = Allowance { times: 5, within: Duration::from_hours(1) };

/// How often one address or number gets one, whoever gives it.
pub const PER_DESTINATION: Allowance = Allowance { times: 10, within: Duration::from_hours(24) };

/// How often something may happen, counted from the first time.
#[derive(Clone, Copy, Debug)]
pub struct Allowance {
    /// How often.
    pub times: u32,
    /// In which time.
    pub within: Duration,
}

/// How a code reaches somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Channel {
    /// By e-mail.
    Email,
    /// By a message to a phone.
    Phone,
}

/// A code of six digits.
#[derive(Clone)]
pub struct Code(Pii<String>);

impl Code {
    /// Reads exactly six ASCII digits.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let good = text.len() == 6 && text.bytes().all(|byte| byte.is_ascii_digit());
        good.then(|| Self(Pii::new(text.to_owned())))
    }

    /// Takes the digits from a keyed hash; every code is equally likely, but for one part in 2¹⁰⁸.
    #[must_use]
    pub fn from_tag(tag: &[u8; 32]) -> Self {
        let half = std::array::from_fn(|at| tag[at]);
        Self(Pii::new(format!("{:06}", u128::from_be_bytes(half) % 1_000_000)))
    }

    /// Lends the digits; every call is a place where they may leak.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose()
    }

    /// Tells whether a guess is right, in a time that tells nothing.
    #[must_use]
    pub fn is(&self, guess: &Self) -> bool {
        constant_time::verify_slices_are_equal(self.expose().as_bytes(), guess.expose().as_bytes()).is_ok()
    }
}
