//! What the templates say, in every language: they write `{{ say("done.lead", operator=operator) }}`.
//!
//! A name in braces is filled in by the template; a missing one, or one too many, is an error that `tests/pages` finds.

mod customer;
mod forms;
mod sandbox;
mod shared;

use minijinja::value::Kwargs;
use minijinja::{Error, ErrorKind, State};

pub(in crate::http) use forms::TOO_LARGE;

use crate::domain::language::{Language, Text};

/// Lists every text by the name under which a template says it.
pub fn words() -> impl Iterator<Item = &'static (&'static str, Text)> {
    [shared::SHARED, customer::CUSTOMER, forms::FORMS, sandbox::SANDBOX].into_iter().flatten()
}

/// Says a text in the language of the page.
pub(super) fn say(state: &State<'_, '_>, name: &str, parts: &Kwargs) -> Result<String, Error> {
    let unknown = |detail| Error::new(ErrorKind::UnknownFunction, detail);
    let language = state.lookup("language").and_then(|code| Language::parse(code.as_str()?));
    let language = language.ok_or_else(|| unknown("the page has no language"))?;
    let (_, text) = words().find(|(known, _)| *known == name).ok_or_else(|| unknown("there is no such text"))?;
    let mut pieces = text.say(language).split('{');
    let mut said = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let (part, rest) = piece.split_once('}').ok_or_else(|| unknown("a brace is left open"))?;
        said.push_str(parts.get(part)?);
        said.push_str(rest);
    }
    parts.assert_all_used()?;
    Ok(said)
}
