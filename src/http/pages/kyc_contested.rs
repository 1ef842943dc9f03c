//! Answered 202 at `/kyc-proof/{provider}` when the provider contradicted what the customer gave.

use http::StatusCode;
use serde::Serialize;

use super::{Again, Forms, Page};

/// Says that the details differ, and what to do about it.
#[derive(Serialize)]
pub struct KycContested {
    /// The operator: the host of `public_url`.
    pub operator: String,
    /// The display name of the provider.
    pub provider: String,
    /// The way back to the provider, for the browser that left.
    pub again: Option<Again>,
}

impl Page for KycContested {
    const TEMPLATE: &'static str = "kyc_contested.html";
    const SHOWS_ITS_URL: bool = false;

    fn sample() -> Vec<Self> {
        [None, Some(Again::sample())]
            .map(|again| Self { operator: "kyc.example.com".to_owned(), provider: "Example eID".to_owned(), again })
            .into()
    }

    fn status(&self) -> StatusCode {
        StatusCode::ACCEPTED
    }

    fn forms(&self) -> Forms<'_> {
        self.again.as_ref().map_or(Forms::None, |again| Forms::LeadTo(again.origins.iter().collect()))
    }
}
