//! What leaves the house when a customer's status changed: where to, and what is signed.
//!
//! Source: [SEP-12, Callback POST Request](https://github.com/stellar/stellar-protocol/blob/master/ecosystem/sep-0012.md#callback-post-request).

use serde_json::{Map, Value};
use url::{Host, Position, Url};

/// The longest URL, in bytes.
const LONGEST_URL: usize = 2048;

/// Where a wallet wants to be told of changes. It has no `Debug`: a wallet may have put a customer's name into it.
#[derive(Clone, PartialEq, Eq)]
pub struct CallbackUrl(Url);

/// Why a URL cannot be one of callbacks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CallbackUrlError {
    /// More than 2048 bytes.
    #[error("must be at most 2048 bytes")]
    TooLong,
    /// Not an absolute URL with a host, or one with blanks, control characters or backslashes, which parsers disagree on.
    #[error("must be an absolute https URL")]
    Form,
    /// A host that a signature would not name unmistakably.
    #[error("must have a host of letters, digits, '-' and '.' whose first label is not a number")]
    Host,
}

impl CallbackUrl {
    /// Reads a URL. Whether it may be called is for the client to say.
    ///
    /// # Errors
    /// See [`CallbackUrlError`].
    pub fn parse(text: &str) -> Result<Self, CallbackUrlError> {
        if text.len() > LONGEST_URL {
            return Err(CallbackUrlError::TooLong);
        }
        if text.contains(|c: char| c.is_control() || c.is_whitespace() || c == '\\') {
            return Err(CallbackUrlError::Form);
        }
        let url = Url::parse(text).map_err(|_| CallbackUrlError::Form)?;
        match url.host() {
            None => Err(CallbackUrlError::Form),
            Some(Host::Domain(name)) if !is_unmistakable(name) => Err(CallbackUrlError::Host),
            Some(Host::Domain(_) | Host::Ipv4(_) | Host::Ipv6(_)) => Ok(Self(url)),
        }
    }

    /// The URL.
    #[must_use]
    pub fn as_url(&self) -> &Url {
        &self.0
    }

    /// The host as it is signed: in lower case and A-labels, followed by the port unless it is the default one. Other
    /// implementations of SEP-12 sign the same.
    #[must_use]
    pub fn signed_host(&self) -> &str {
        &self.0[Position::BeforeHost..Position::AfterPort]
    }

    /// Tells whether the host is `domain` or below it; `domain` may have a port, which does not count.
    #[must_use]
    pub fn is_within(&self, domain: &str) -> bool {
        let domain = domain.rsplit_once(':').map_or(domain, |(name, _)| name);
        let (Ok(Host::Domain(domain)), Some(Host::Domain(name))) = (Host::parse(domain), self.0.host()) else {
            return Host::parse(domain).is_ok_and(|host| Some(host.to_string().as_str()) == self.0.host_str());
        };
        name.strip_suffix(domain.as_str()).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    }
}

/// What is signed is `t.host.body`: a host like `1.evil` would read as `evil` after another `t`, one with a brace as the
/// beginning of another body.
fn is_unmistakable(name: &str) -> bool {
    let plain = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_'));
    let first = name.split('.').next().unwrap_or_default();
    plain && !first.bytes().all(|byte| byte.is_ascii_digit())
}

/// The body of a callback: a JSON object.
pub struct CallbackBody(String);

impl CallbackBody {
    /// Takes a JSON object as it will be sent; `None` if it is none.
    #[must_use]
    pub fn new(json: String) -> Option<Self> {
        let object = json.starts_with('{') && serde_json::from_str::<Map<String, Value>>(&json).is_ok();
        object.then_some(Self(json))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
