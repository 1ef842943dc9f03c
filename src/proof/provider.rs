//! What a KYC provider is to us: the "logic plugin" of the Taler document.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::time::Duration;

use async_trait::async_trait;
use serde_json::Value;
use url::Url;
use zeroize::Zeroizing;

use crate::domain::clock::Timestamp;
use crate::domain::language::Language;
use crate::domain::pii::{Pii, Secret};
use crate::domain::process;

/// A KYC service that a browser is sent to, and that tells us about its user afterwards.
///
/// An implementation keeps nothing between the two calls: what it needs again it hands over as [`Kept`]. It bounds the
/// time of every call itself, and logs what went wrong, without values.
#[async_trait]
pub trait Provider: Send + Sync {
    /// Its name in the configuration and in `/kyc-proof/{provider}`.
    fn name(&self) -> &str;

    /// Its name for people.
    fn display_name(&self) -> &str;

    /// Gives the origin that browsers are sent to, for the `form-action` of the page that sends them; `None` while it
    /// cannot be found out.
    async fn authorize_origin(&self) -> Option<String>;

    /// Tells whether browsers come back from it with a POST.
    fn answers_by_post(&self) -> bool;

    /// Decides where to send a browser, and what must be kept, sealed, until it comes back.
    ///
    /// # Errors
    /// The provider's part of the preparation failed.
    async fn begin(&self, start: Start<'_>) -> Result<Departure, Trouble>;

    /// Exchanges the code that a browser brought back for what the provider says about its user.
    ///
    /// Called once for a code: the caller sees to that.
    async fn complete(&self, arrival: Arrival<'_>) -> Outcome;

    /// Asks again for a decision that was still to come; `kept` is that of [`Pending`].
    async fn ask(&self, kept: &Kept) -> Outcome;

    /// Reads a message that the provider sent by itself, and that is proven to be its own: whom it is about, and what
    /// it says.
    ///
    /// # Errors
    /// It makes no sense.
    fn read_message(&self, message: &Value) -> Result<(Pii<String>, Outcome), Trouble>;

    /// Looks whether the provider fits its configuration, without verifying anybody.
    async fn examine(&self, redirect_uri: &Url) -> Vec<Finding>;

    /// Gives the key set ([RFC 7517](https://www.rfc-editor.org/rfc/rfc7517)) by which the provider knows us, if that is
    /// how it does.
    fn public_keys(&self) -> Option<Value>;
}

/// What was found at a provider, in plain words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Finding {
    /// It is as it has to be.
    Good(String),
    /// It may be as it has to be.
    Doubt(String),
    /// Nobody can be verified like this.
    Wrong(String),
}

/// A browser about to leave.
#[derive(Clone, Copy)]
pub struct Start<'a> {
    /// Where the provider shall send it back to.
    pub redirect_uri: &'a Url,
    /// What it shall bring back.
    pub state: &'a str,
    /// What the person reads best, if that is known.
    pub language: Option<Language>,
}

/// A browser on its way.
pub struct Departure {
    /// Where it goes.
    pub redirect: Url,
    /// What [`Provider::complete`] needs when it comes back.
    pub kept: Kept,
    /// Whether the provider was asked for anything, and answered.
    pub was_asked: bool,
}

/// What a provider needs again when the browser comes back; only the provider reads it.
pub struct Kept(Secret<Vec<u8>>);

/// A browser that came back with a code.
#[derive(Clone, Copy)]
pub struct Arrival<'a> {
    /// The same as at [`Start`].
    pub redirect_uri: &'a Url,
    /// The code.
    pub code: &'a str,
    /// Who claims to have sent the browser ([RFC 9207](https://www.rfc-editor.org/rfc/rfc9207)).
    pub iss: Option<&'a str>,
    /// What [`Provider::begin`] gave.
    pub kept: &'a Kept,
}

/// What comes of a code. There is no default, so that a broken answer cannot read as success.
pub enum Outcome {
    /// The provider vouches for its user.
    Verified(Verified),
    /// The provider has not decided yet.
    Pending(Pending),
    /// The provider's final answer is no.
    Refused,
    /// No answer that counts; the customer can start again.
    Retry(Trouble),
}

/// A decision that is still to come.
pub struct Pending {
    /// Who it is about at the provider, by which a message of the provider's names it.
    pub reference: Pii<String>,
    /// What [`Provider::ask`] needs.
    pub kept: Kept,
    /// After how long the provider is asked again, if it can be.
    pub ask_after: Option<Duration>,
    /// How long it is waited for.
    pub lasts: Duration,
}

/// A user for whom a provider vouches.
pub struct Verified {
    /// Who it is at the provider: the same person gives the same text, 1 to 255 bytes.
    pub subject: Pii<String>,
    /// Values by canonical SEP-9 name, each as [`Field::parse`](crate::domain::field::Field::parse) gave it.
    pub values: BTreeMap<&'static str, Pii<String>>,
    /// Until when this counts.
    pub expires: Option<Timestamp>,
}

/// Why a provider gave no answer that counts. `Display` is for the log: it names our keys and claims, and repeats
/// nothing that the provider sent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Trouble {
    /// The provider does not take the code (any more).
    #[error("the provider refused the code")]
    CodeRefused,
    /// The provider's answer makes no sense, or it does not take our own credentials.
    #[error("{0}")]
    Nonsense(Cow<'static, str>),
    /// The provider is out of order: it says so itself (5xx), or breaks the connection.
    #[error("{0}")]
    Broken(Cow<'static, str>),
    /// The provider cannot be reached, or is too slow.
    #[error("the provider did not answer in time")]
    TimedOut,
    /// The provider asks to come later.
    #[error("the provider is busy")]
    Busy {
        /// How much later.
        retry_after: Option<Duration>,
    },
}

impl Trouble {
    /// Says what made no sense, without a value from outside.
    pub(super) fn nonsense(reason: impl Into<Cow<'static, str>>) -> Self {
        Self::Nonsense(reason.into())
    }

    /// Says how the provider failed, without a value from outside.
    pub(super) fn broken(reason: impl Into<Cow<'static, str>>) -> Self {
        Self::Broken(reason.into())
    }

    /// Tells how long the provider asks to wait.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Busy { retry_after } => *retry_after,
            Self::CodeRefused | Self::Nonsense(_) | Self::Broken(_) | Self::TimedOut => None,
        }
    }

    /// Gives what a process remembers of it.
    #[must_use]
    pub fn kind(&self) -> process::Trouble {
        match self {
            Self::CodeRefused => process::Trouble::CodeRefused,
            Self::Nonsense(_) | Self::Broken(_) => process::Trouble::Nonsense,
            Self::TimedOut => process::Trouble::TimedOut,
            Self::Busy { .. } => process::Trouble::Busy,
        }
    }
}

impl Kept {
    /// Takes what was opened, or what a provider wants to be kept.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Self {
        Self(Secret::new(bytes.to_vec()))
    }

    /// Gives what is to be sealed.
    #[must_use]
    pub fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        Zeroizing::new(self.0.expose().clone())
    }
}
