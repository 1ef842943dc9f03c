//! The languages in which a page can be read.

use serde::Serialize;

use crate::domain::language::Language;
use crate::http::language::PARAMETER;

/// A language in which the page can be read.
#[derive(Serialize)]
pub struct Choice {
    code: &'static str,
    name: &'static str,
    /// The same page in this language; none for the one that is read.
    href: Option<String>,
}

impl Choice {
    /// Lists the languages of a page; `query` is that of its URL, each pair ended by `&`, without the language.
    #[must_use]
    pub fn list(query: &str, current: Language) -> Vec<Self> {
        let choice = |language: Language| Self {
            code: language.code(),
            name: language.own_name(),
            href: (language != current).then(|| format!("?{query}{PARAMETER}={}", language.code())),
        };
        Language::ALL.map(choice).into()
    }
}
