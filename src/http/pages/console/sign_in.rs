//! Shown at every path of the console to whoever is not signed in.

use http::StatusCode;
use serde::Serialize;

use super::{ENGLISH, FORMS};
use crate::domain::language::Language;
use crate::http::pages::{Forms, Page};

/// Asks for an operator key: `POST /console/session` with `key` and `next`.
#[derive(Serialize)]
pub struct SignIn {
    /// Whether a key came that does not sign in.
    pub is_wrong: bool,
    /// The path, with query, to go on to afterwards.
    pub next: String,
    /// The token of the form.
    pub form_token: String,
}

impl Page for SignIn {
    const TEMPLATE: &'static str = "console_sign_in.html";
    const LANGUAGES: &'static [Language] = ENGLISH;

    fn sample() -> Vec<Self> {
        let sample =
            |is_wrong| Self { is_wrong, next: "/console".to_owned(), form_token: "c2FtcGxlLWZvcm0tdG9rZW4".to_owned() };
        vec![sample(false), sample(true)]
    }

    fn status(&self) -> StatusCode {
        StatusCode::UNAUTHORIZED
    }

    fn forms(&self) -> Forms<'_> {
        FORMS
    }
}
