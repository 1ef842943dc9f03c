//! `GET /`: what this server is.

use serde::Serialize;

use super::Page;

/// The page at the root.
#[derive(Serialize)]
pub struct Home {
    /// The operator: the host of `public_url`.
    pub operator: String,
    /// Where a developer goes from here.
    pub links: Vec<Link>,
}

/// A link to another page of this server.
#[derive(Serialize)]
pub struct Link {
    /// The path, with a leading `/`.
    pub path: String,
    /// What it leads to.
    pub label: String,
}

impl Page for Home {
    const TEMPLATE: &'static str = "home.html";

    fn sample() -> Vec<Self> {
        let link = Link { path: "/openapi.json".to_owned(), label: "The API of this server (OpenAPI)".to_owned() };
        vec![
            Self { operator: "kyc.example.com".to_owned(), links: vec![link] },
            Self { operator: "localhost:8000".to_owned(), links: Vec::new() },
        ]
    }
}
