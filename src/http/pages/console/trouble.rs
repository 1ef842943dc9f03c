//! What the console refuses, as a page.

use http::StatusCode;
use serde::Serialize;

use super::ENGLISH;
use crate::domain::language::Language;
use crate::http::pages::{Page, sentence};

/// Says what is wrong.
#[derive(Serialize)]
pub struct Trouble {
    /// The status.
    #[serde(skip)]
    pub status: StatusCode,
    /// It in a few words.
    pub heading: String,
    /// What happened, and what to do.
    pub happened: String,
}

impl Trouble {
    /// Takes the words for a status.
    #[must_use]
    pub fn new(status: StatusCode, happened: &str) -> Self {
        let heading = match status {
            StatusCode::FORBIDDEN => "This was not done",
            StatusCode::NOT_FOUND => "There is nothing here",
            StatusCode::TOO_MANY_REQUESTS => "Too many attempts",
            status if status.is_server_error() => "Something went wrong",
            _ => "This cannot be done",
        };
        Self { status, heading: heading.to_owned(), happened: sentence(happened) }
    }
}

impl Page for Trouble {
    const TEMPLATE: &'static str = "console_trouble.html";
    const LANGUAGES: &'static [Language] = ENGLISH;

    fn sample() -> Vec<Self> {
        vec![
            Self::new(StatusCode::NOT_FOUND, "not found"),
            Self::new(StatusCode::FORBIDDEN, "this form is too old: open the page again"),
        ]
    }

    fn status(&self) -> StatusCode {
        self.status
    }
}
