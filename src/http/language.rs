//! The language of the request that is being answered.
//!
//! A refusal can arise before a handler runs, in an extractor, or deep in a body; so the language belongs to the request
//! like its id, not to anybody's arguments. What a request asks for comes first, by `lang` in its body or its query;
//! on pages, what the person chose before; then `Accept-Language`; then English.

use std::cell::{Cell, OnceCell};

use axum::extract::{Request, State};
use axum::http::header::{ACCEPT_LANGUAGE, CONTENT_LANGUAGE, VARY};
use axum::http::{HeaderMap, HeaderValue, Method};
use axum::middleware::Next;
use axum::response::Response;
use percent_encoding::percent_decode_str;

use super::cookies;
use super::state::AppState;
use crate::domain::language::Language;

/// The name of the parameter, SEP-12's and that of pages.
pub(super) const PARAMETER: &str = "lang";

tokio::task_local! {
    static SPEECH: Speech;
}

/// In which language a request is answered.
#[derive(Default)]
pub(super) struct Speech {
    asked: Cell<Option<Language>>,
    /// Whether the answer is another one in another language.
    is_heard: Cell<bool>,
    /// The query of a page, which another language of the same page keeps.
    query: OnceCell<String>,
}

impl Speech {
    /// Looks at the query and the headers of a request.
    pub(super) fn of(request: &Request) -> Self {
        let lang = raw_lang(request.uri().query());
        let asked =
            lang.map(read_raw).map_or_else(|| accepted(request.headers()), |lang| Some(lang.unwrap_or_default()));
        Self { asked: Cell::new(asked), ..Self::default() }
    }

    /// Runs what answers the request.
    pub(super) fn scope<F: Future>(self, answering: F) -> impl Future<Output = F::Output> {
        SPEECH.scope(self, answering)
    }
}

/// The language to answer in, by whoever says something in it: the answer is labelled with it.
pub(super) fn spoken() -> Language {
    SPEECH.try_with(|speech| speech.is_heard.set(true)).ok();
    asked().unwrap_or_default()
}

/// The same, for what is written in some languages only; in English for everybody else.
pub(super) fn spoken_of(written: &[Language]) -> Language {
    let language = spoken();
    if written.contains(&language) {
        return language;
    }
    prefer(Language::En);
    Language::En
}

/// The language that the request asks for, if it asks for one.
pub(super) fn asked() -> Option<Language> {
    SPEECH.try_with(|speech| speech.asked.get()).ok().flatten()
}

fn is_heard() -> bool {
    SPEECH.try_with(|speech| speech.is_heard.get()).unwrap_or_default()
}

/// Takes the `lang` of a body, which counts whatever it is.
pub(super) fn ask(lang: &str) {
    prefer(Language::parse(lang).unwrap_or_default());
}

fn prefer(language: Language) {
    SPEECH.try_with(|speech| speech.asked.set(Some(language))).ok();
}

/// Labels an answer that depends on the language
/// ([RFC 9110 §8.5](https://www.rfc-editor.org/rfc/rfc9110#section-8.5)).
pub(super) fn label(headers: &mut HeaderMap) {
    if is_heard() {
        headers.insert(CONTENT_LANGUAGE, HeaderValue::from_static(asked().unwrap_or_default().code()));
        headers.append(VARY, HeaderValue::from_static("accept-language"));
    }
}

/// The query of the page being answered, each pair ended by `&`, without the language; `None` after a form, which is not
/// to be sent again.
pub(super) fn page_query() -> Option<String> {
    SPEECH.try_with(|speech| speech.query.get().cloned()).ok().flatten()
}

/// Around every page: the cookie by which a choice survives forms, redirects and the way to a provider and back.
pub(super) async fn remember_choice(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let query = request.uri().query();
    let lang = raw_lang(query);
    let chosen = lang.and_then(read_raw);
    if lang.is_none()
        && let Some(language) = cookies::read_language(request.headers(), state.site.secure)
    {
        prefer(language);
    }
    if request.method() == Method::GET {
        let rest = pairs(query).filter(|(name, _)| *name != PARAMETER);
        let rest: String = rest.flat_map(|(_, pair)| [pair, "&"]).collect();
        SPEECH.try_with(|speech| speech.query.set(rest)).ok();
    }
    let mut response = next.run(request).await;
    if is_heard() {
        response.headers_mut().append(VARY, HeaderValue::from_static("cookie"));
    }
    if let Some(language) = chosen {
        cookies::append(&mut response, &cookies::language_set_cookie(language, state.site.secure));
    }
    response
}

/// The pairs of a raw query by the name of each.
fn pairs(query: Option<&str>) -> impl Iterator<Item = (&str, &str)> {
    let pairs = query.unwrap_or_default().split('&').filter(|pair| !pair.is_empty());
    pairs.map(|pair| (pair.split('=').next().unwrap_or_default(), pair))
}

fn raw_lang(query: Option<&str>) -> Option<&str> {
    let lang = pairs(query).find(|(name, _)| *name == PARAMETER);
    lang.map(|(name, pair)| pair[name.len()..].trim_start_matches('='))
}

fn read_raw(lang: &str) -> Option<Language> {
    Language::parse(&percent_decode_str(lang).decode_utf8().ok()?)
}

fn accepted(headers: &HeaderMap) -> Option<Language> {
    headers.get_all(ACCEPT_LANGUAGE).iter().find_map(|header| Language::preferred(header.to_str().ok()?))
}
