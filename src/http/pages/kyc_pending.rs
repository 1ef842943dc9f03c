//! Answered 202 at `/kyc-proof/{provider}` while the provider has not decided yet.

use http::StatusCode;
use serde::Serialize;

use super::Page;

/// Says that there is nothing to do but wait.
#[derive(Serialize)]
pub struct KycPending {
    /// The operator: the host of `public_url`.
    pub operator: String,
    /// The display name of the provider.
    pub provider: String,
}

impl Page for KycPending {
    const TEMPLATE: &'static str = "kyc_pending.html";
    const SHOWS_ITS_URL: bool = false;

    fn sample() -> Vec<Self> {
        vec![Self { operator: "kyc.example.com".to_owned(), provider: "Example eID".to_owned() }]
    }

    fn status(&self) -> StatusCode {
        StatusCode::ACCEPTED
    }
}
