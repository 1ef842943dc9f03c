//! Answers `POST /console/customers/{id}/reveal`: one value or picture, once.

use serde::Serialize;

use super::{Desk, ENGLISH, FORMS};
use crate::domain::language::Language;
use crate::http::pages::{Forms, Page};

/// What was asked for.
#[derive(Serialize)]
pub struct Revealed {
    /// Who asked.
    pub desk: Desk,
    /// The customer's id.
    pub id: String,
    /// What the field is, in words.
    pub label: String,
    /// What it holds; nothing of a picture.
    pub value: String,
    /// The picture: what follows `data:` in its URL.
    pub picture: Option<String>,
}

impl Page for Revealed {
    const TEMPLATE: &'static str = "console_revealed.html";
    const LANGUAGES: &'static [Language] = ENGLISH;

    fn sample() -> Vec<Self> {
        let page = |label: &str, value: &str, picture: Option<&str>| Self {
            desk: Desk::sample(),
            id: "0b5f7a52-5a0e-4d4e-9d43-2f4c8a7f9e11".to_owned(),
            label: label.to_owned(),
            value: value.to_owned(),
            picture: picture.map(str::to_owned),
        };
        // A grey pixel.
        let pixel = "image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVQIW2NoAAAAggCBd81ytgAAAABJRU5ErkJggg==";
        vec![
            page("Family or last name", "Lovelace", None),
            page("Image of the front of the photo ID or passport", "", Some(pixel)),
        ]
    }

    fn forms(&self) -> Forms<'_> {
        FORMS
    }
}
