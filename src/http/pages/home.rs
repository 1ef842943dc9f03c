//! `GET /`: what this server is.

use serde::Serialize;

use super::Page;

/// The page at the root.
#[derive(Serialize)]
pub struct Home {
    /// The operator: the host of `public_url`.
    pub operator: String,
}

impl Page for Home {
    const TEMPLATE: &'static str = "home.html";

    fn sample() -> Vec<Self> {
        vec![Self { operator: "kyc.example.com".to_owned() }]
    }
}
