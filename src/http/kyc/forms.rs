//! Forms that only our own pages can post: a token in the form, bound to a cookie of the browser.

use axum::extract::Request;
use axum::http::header::SET_COOKIE;
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::response::Response;
use data_encoding::BASE64URL_NOPAD;

use crate::domain::submission::RawValue;
use crate::http::pages::PageError;
use crate::http::state::Site;
use crate::http::{body, cookies};
use crate::vault::{Purpose, Vault, random};

/// The name under which every form carries its token.
pub(super) const FORM_TOKEN: &str = "form_token";

static SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// The secret of one browser to which its forms are bound; made when a page with a form is first shown.
pub(super) struct FormGuard {
    secret: String,
    is_new: bool,
}

impl FormGuard {
    /// Takes the browser's cookie, or makes a new secret.
    pub(super) fn of(headers: &HeaderMap, site: &Site) -> Self {
        match cookies::read_form(headers, site.secure) {
            Some(secret) => Self { secret, is_new: false },
            None => Self { secret: BASE64URL_NOPAD.encode(&random::bytes::<16>()), is_new: true },
        }
    }

    /// Makes the token that every form of the page carries.
    pub(super) fn token(&self, vault: &Vault) -> String {
        BASE64URL_NOPAD.encode(&vault.tag(Purpose::FormToken, &[self.secret.as_bytes()]))
    }

    /// Adds the cookie to the page, if the browser does not have it yet.
    pub(super) fn remember(&self, site: &Site, mut page: Response) -> Response {
        if self.is_new {
            append_cookie(&mut page, &cookies::form_set_cookie(&self.secret, site.secure));
        }
        page
    }

    /// Checks that a form was posted by our own page in this browser, and gives its values.
    pub(super) async fn check(
        request: Request,
        site: &Site,
        vault: &Vault,
    ) -> Result<Vec<(String, RawValue)>, PageError> {
        Self::arriving(request.headers(), site)?.read(request, vault).await
    }

    /// Reads a form, and checks that our own page posted it.
    pub(super) async fn read(&self, request: Request, vault: &Vault) -> Result<Vec<(String, RawValue)>, PageError> {
        // What cannot be read carries no token either.
        let values = body::read_texts(request).await.map_err(|_| PageError::FormExpired)?;
        self.admit(vault, &values)?;
        Ok(values)
    }

    /// Checks, before the body of a form is read, that a page of ours can have posted it.
    pub(super) fn arriving(headers: &HeaderMap, site: &Site) -> Result<Self, PageError> {
        let from_elsewhere = |value: &HeaderValue| !matches!(value.as_bytes(), b"same-origin" | b"none");
        let guard = Self::of(headers, site);
        if guard.is_new || headers.get(&SEC_FETCH_SITE).is_some_and(from_elsewhere) {
            return Err(PageError::FormExpired);
        }
        Ok(guard)
    }

    /// Checks that a page of ours did.
    pub(super) fn admit(&self, vault: &Vault, values: &[(String, RawValue)]) -> Result<(), PageError> {
        let token = text(values, FORM_TOKEN).and_then(|token| BASE64URL_NOPAD.decode(token.as_bytes()).ok());
        let is_ours = |token| vault.verify(Purpose::FormToken, &[self.secret.as_bytes()], token);
        if token.as_deref().is_some_and(is_ours) { Ok(()) } else { Err(PageError::FormExpired) }
    }
}

/// Gives a value of a form.
pub(super) fn text<'a>(values: &'a [(String, RawValue)], name: &str) -> Option<&'a str> {
    match values.iter().find(|(found, _)| found == name) {
        Some((_, RawValue::Text(text))) => Some(text),
        Some((_, RawValue::Number(_) | RawValue::Other)) | None => None,
    }
}

/// Adds a `Set-Cookie` header beside those that are there.
pub(in crate::http) fn append_cookie(page: &mut Response, cookie: &str) {
    if let Ok(value) = HeaderValue::try_from(cookie) {
        page.headers_mut().append(SET_COOKIE, value);
    }
}
