//! The page of dev's sandbox provider, on which a developer chooses the outcome.

use serde::Serialize;

use super::{Forms, Origin, Page};

/// `GET /sandbox/authorize`.
#[derive(Serialize)]
pub struct SandboxAuthorize {
    /// The authorization request, sent back with the choice.
    pub request: Vec<Hidden>,
    /// Who logs in unless the fields are changed.
    pub identity: SandboxIdentity,
    /// Where the browser goes back to.
    #[serde(skip)]
    pub origins: Vec<Origin>,
}

/// A hidden field of the form.
#[derive(Serialize)]
pub struct Hidden {
    /// The name of the parameter.
    pub name: String,
    /// Its value.
    pub value: String,
}

/// An invented person.
#[derive(Clone, Serialize)]
pub struct SandboxIdentity {
    /// Answered as `given_name`.
    pub first_name: String,
    /// Answered as `family_name`.
    pub last_name: String,
    /// Answered as `email`.
    pub email: String,
}

impl Page for SandboxAuthorize {
    const TEMPLATE: &'static str = "sandbox.html";

    fn sample() -> Vec<Self> {
        vec![Self {
            request: vec![Hidden { name: "state".to_owned(), value: "c2FtcGxlLXN0YXRl".to_owned() }],
            identity: SandboxIdentity {
                first_name: "Ada".to_owned(),
                last_name: "Lovelace".to_owned(),
                email: "ada@example.com".to_owned(),
            },
            origins: Vec::new(),
        }]
    }

    fn forms(&self) -> Forms<'_> {
        Forms::LeadTo(self.origins.iter().collect())
    }
}
