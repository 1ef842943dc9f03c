//! Answered 202 at `/kyc-proof/{provider}` while somebody else has to decide.

use http::StatusCode;
use serde::Serialize;

use super::Page;

/// Says who is being waited for.
#[derive(Serialize)]
pub struct KycPending {
    /// The operator: the host of `public_url`.
    pub operator: String,
    /// The display name of the provider.
    pub provider: String,
    /// Whose turn it is.
    pub waits_for: WaitsFor,
}

/// Whose turn it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum WaitsFor {
    /// The provider's result is pending.
    Provider,
    /// The operator's review is.
    Review,
}

impl Page for KycPending {
    const TEMPLATE: &'static str = "kyc_pending.html";

    fn sample() -> Vec<Self> {
        [WaitsFor::Provider, WaitsFor::Review]
            .map(|waits_for| Self {
                operator: "kyc.example.com".to_owned(),
                provider: "Example eID".to_owned(),
                waits_for,
            })
            .into()
    }

    fn status(&self) -> StatusCode {
        StatusCode::ACCEPTED
    }
}
