//! Answered 202 at `/kyc-proof/{provider}` while the provider, or the operator, has not decided yet.

use http::StatusCode;
use serde::Serialize;

use super::Page;

/// Says that there is nothing to do but wait.
#[derive(Serialize)]
pub struct KycPending {
    /// The operator: the host of `public_url`.
    pub operator: String,
    /// The display name of the provider, if it is the one that has not decided.
    pub provider: Option<String>,
}

impl Page for KycPending {
    const TEMPLATE: &'static str = "kyc_pending.html";
    const SHOWS_ITS_URL: bool = false;

    fn sample() -> Vec<Self> {
        [Some("Example eID".to_owned()), None]
            .map(|provider| Self { operator: "kyc.example.com".to_owned(), provider })
            .into()
    }

    fn status(&self) -> StatusCode {
        StatusCode::ACCEPTED
    }
}
