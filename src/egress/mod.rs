//! The only HTTP clients that leave the house.
//!
//! [`Configured`] talks to hosts that the operator named: any address, no redirects, no environment proxies, capped
//! and timed. [`Untrusted`] talks to hosts that strangers named: public addresses only.
//! [`Fetched`] keeps what such a host publishes; [`KeySet`] is one such document.

mod fetched;
mod jwks;
mod retry_after;
mod untrusted;

use std::time::Duration;

use bytes::{Bytes, BytesMut};

pub use fetched::{Fetched, Terms};
pub use jwks::{KeySet, KeySetError};
pub use retry_after::retry_after;
pub use untrusted::{FetchError, NotPublic, Resolver, SystemResolver, Untrusted};

/// How a call can fail, told apart by what the caller can do about it.
#[derive(Debug, thiserror::Error)]
pub enum EgressError {
    /// No answer in time, or no connection: worth trying again later.
    #[error("the peer did not answer in time")]
    Unreachable(#[source] reqwest::Error),
    /// The whole call took longer than allowed.
    #[error("the peer took too long")]
    TimedOut,
    /// An answer that is not HTTP, or a broken connection in the middle of one.
    #[error("the peer broke the connection")]
    Broken(#[source] reqwest::Error),
    /// A body beyond the cap.
    #[error("the peer's answer is too large")]
    TooLarge,
    /// Plain http to a host that is not loopback, or in production.
    #[error("https is required")]
    Insecure,
}

/// Limits of one kind of call.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// How long connecting may take.
    pub connect: Duration,
    /// How long the whole call may take.
    pub total: Duration,
    /// How many bytes of an answer are read.
    pub body: usize,
}

/// Calls hosts that the operator named in the configuration.
#[derive(Clone, Debug)]
pub struct Configured {
    client: reqwest::Client,
    limits: Limits,
    allow_loopback_http: bool,
}

impl Configured {
    /// Makes a client; `allow_loopback_http` is for `dev`.
    ///
    /// # Errors
    /// The TLS backend cannot start.
    #[expect(clippy::disallowed_methods, reason = "the one place that makes HTTP clients")]
    pub fn new(limits: Limits, allow_loopback_http: bool) -> Result<Self, reqwest::Error> {
        let client = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .connect_timeout(limits.connect)
            .timeout(limits.total)
            .user_agent(concat!("kycd/", env!("CARGO_PKG_VERSION")))
            .build()?;
        Ok(Self { client, limits, allow_loopback_http })
    }

    /// The limits of every call.
    #[must_use]
    pub fn limits(&self) -> Limits {
        self.limits
    }

    /// Sends a request and reads the whole answer, whatever its status.
    ///
    /// # Errors
    /// See [`EgressError`].
    pub async fn send(&self, request: http::Request<Vec<u8>>) -> Result<http::Response<Bytes>, EgressError> {
        self.check_scheme(request.uri())?;
        let request = reqwest::Request::try_from(request).map_err(EgressError::Broken)?;
        let mut answer = self.client.execute(request).await.map_err(classify)?;
        let body = read_body(&mut answer, self.limits.body).await?;
        Ok(with_head_of(&mut answer, body))
    }

    /// Refuses everything but https and, in `dev`, http to this machine.
    ///
    /// # Errors
    /// [`EgressError::Insecure`].
    pub fn check_scheme(&self, uri: &http::Uri) -> Result<(), EgressError> {
        let loopback = matches!(uri.host(), Some("localhost" | "127.0.0.1" | "[::1]"));
        match uri.scheme_str() {
            Some("https") => Ok(()),
            Some("http") if loopback && self.allow_loopback_http => Ok(()),
            _ => Err(EgressError::Insecure),
        }
    }
}

fn with_head_of<T>(answer: &mut reqwest::Response, body: T) -> http::Response<T> {
    let mut response = http::Response::new(body);
    *response.status_mut() = answer.status();
    *response.headers_mut() = std::mem::take(answer.headers_mut());
    response
}

async fn read_body(answer: &mut reqwest::Response, cap: usize) -> Result<Bytes, EgressError> {
    let mut body = BytesMut::new();
    while let Some(chunk) = answer.chunk().await.map_err(classify)? {
        if body.len() + chunk.len() > cap {
            return Err(EgressError::TooLarge);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body.freeze())
}

/// Sorts an error, without its URL: that may name an account, or hold a key.
fn classify(error: reqwest::Error) -> EgressError {
    let error = error.without_url();
    if error.is_timeout() {
        EgressError::TimedOut
    } else if error.is_connect() {
        EgressError::Unreachable(error)
    } else {
        EgressError::Broken(error)
    }
}
