//! The languages in which a page can be read.

use serde::Serialize;

use crate::domain::language::Language;
use crate::http::language::PARAMETER;

/// A language in which the page can be read.
#[derive(Serialize)]
pub struct Choice {
    code: &'static str,
    name: &'static str,
    is_current: bool,
    /// What follows `?` in the URL of the same page in this language; none for [`Way::Back`].
    query: Option<String>,
}

/// How the same page is asked for in another language.
pub enum Way<'a> {
    /// By its own URL, whose query this is: each pair ended by `&`, without the language.
    Query(&'a str),
    /// By the browser, which knows where it is: a URL with a provider's code is shown on no page.
    Back,
}

impl Choice {
    /// Lists the languages of a page.
    #[must_use]
    pub fn list(way: &Way<'_>, current: Language) -> Vec<Self> {
        let query = |code: &str| match way {
            Way::Query(query) => Some(format!("{query}{PARAMETER}={code}")),
            Way::Back => None,
        };
        let choice = |language: Language| Self {
            code: language.code(),
            name: language.own_name(),
            is_current: language == current,
            query: query(language.code()),
        };
        Language::ALL.map(choice).into()
    }
}
