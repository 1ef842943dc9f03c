//! `GET /kyc-lang/{code}`: another language for a page whose URL is not to be shown.

use std::sync::Arc;

use axum::extract::State;
use axum::http::header::REFERER;
use axum::http::{HeaderMap, HeaderValue};
use axum::response::Response;
use url::{Position, Url};

use crate::domain::language::Language;
use crate::http::cookies;
use crate::http::pages::{PageError, see_other};
use crate::http::segment::Segment;
use crate::http::state::Site;

/// Remembers the language and sends the browser back to where it came from, of our pages.
pub(in crate::http) async fn get_kyc_lang(
    State(site): State<Arc<Site>>,
    Segment(code): Segment,
    headers: HeaderMap,
) -> Result<Response, PageError> {
    let language = Language::parse(&code).ok_or(PageError::Unknown)?;
    let mut response = see_other(page_before(&headers).unwrap_or(HeaderValue::from_static("/")));
    cookies::append(&mut response, &cookies::language_set_cookie(language, site.secure));
    Ok(response)
}

/// The path and query of the page with the link; some browsers keep it to themselves.
fn page_before(headers: &HeaderMap) -> Option<HeaderValue> {
    let page = Url::parse(headers.get(REFERER)?.to_str().ok()?).ok()?;
    let place = &page[Position::BeforePath..Position::AfterQuery];
    // Ours whatever its host, and never `//host`.
    HeaderValue::from_str(place).ok().filter(|_| place.starts_with("/kyc-"))
}
