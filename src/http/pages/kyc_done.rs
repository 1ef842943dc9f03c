//! `GET /kyc-done`: the end of the way for a browser that may not see the customer's page.

use serde::Serialize;

use super::Page;

/// Says that it is done, and nothing about whom.
#[derive(Serialize)]
pub struct KycDone {
    /// The operator: the host of `public_url`.
    pub operator: String,
}

impl Page for KycDone {
    const TEMPLATE: &'static str = "kyc_done.html";

    fn sample() -> Vec<Self> {
        vec![Self { operator: "kyc.example.com".to_owned() }]
    }
}
