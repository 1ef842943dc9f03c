//! Forms that only our own pages can post: a token in the form, bound to a cookie of the browser.

use axum::extract::Request;
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::response::Response;
use data_encoding::BASE64URL_NOPAD;

use super::body;
use super::cookies::{self, SecretCookie};
use crate::domain::submission::RawValue;
use crate::vault::{Purpose, Vault, random};

/// The name under which every form carries its token.
pub(super) const FORM_TOKEN: &str = "form_token";

static SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// A form that no page of ours posted in this browser, as far as can be told; also one whose page grew too old.
#[derive(Clone, Copy, Debug)]
pub(super) struct ForeignForm;

/// The secret of one browser to which its forms are bound; made when a page with a form is first shown.
pub(super) struct FormGuard {
    cookie: SecretCookie,
    secret: String,
    is_new: bool,
}

impl FormGuard {
    /// Takes what the browser has in that cookie, or makes a new secret.
    pub(super) fn of(headers: &HeaderMap, cookie: SecretCookie) -> Self {
        match cookie.read(headers) {
            Some(secret) => Self { cookie, secret, is_new: false },
            None => Self { cookie, secret: BASE64URL_NOPAD.encode(&random::bytes::<16>()), is_new: true },
        }
    }

    /// Makes the token that every form of the page carries.
    pub(super) fn token(&self, vault: &Vault) -> String {
        BASE64URL_NOPAD.encode(&vault.tag(Purpose::FormToken, &[self.secret.as_bytes()]))
    }

    /// Adds the cookie to the page, if the browser does not have it yet.
    pub(super) fn remember(&self, mut page: Response) -> Response {
        if self.is_new {
            cookies::append(&mut page, &self.cookie.to_set_cookie(&self.secret));
        }
        page
    }

    /// Checks that a form was posted by our own page in this browser, and gives its values.
    pub(super) async fn check(
        request: Request,
        cookie: SecretCookie,
        vault: &Vault,
    ) -> Result<Vec<(String, RawValue)>, ForeignForm> {
        Self::arriving(request.headers(), cookie)?.read(request, vault).await
    }

    /// Reads a form, and checks that our own page posted it.
    pub(super) async fn read(&self, request: Request, vault: &Vault) -> Result<Vec<(String, RawValue)>, ForeignForm> {
        // What cannot be read carries no token either.
        let values = body::read_form(request).await.map_err(|_| ForeignForm)?;
        self.admit(vault, &values)?;
        Ok(values)
    }

    /// Checks, before the body of a form is read, that a page of ours can have posted it.
    pub(super) fn arriving(headers: &HeaderMap, cookie: SecretCookie) -> Result<Self, ForeignForm> {
        let guard = Self::of(headers, cookie);
        guard.has_arrived(headers)?;
        Ok(guard)
    }

    /// The same, where the cookie was read before.
    pub(super) fn has_arrived(&self, headers: &HeaderMap) -> Result<(), ForeignForm> {
        let from_elsewhere = |value: &HeaderValue| !matches!(value.as_bytes(), b"same-origin" | b"none");
        let is_foreign = self.is_new || headers.get(&SEC_FETCH_SITE).is_some_and(from_elsewhere);
        if is_foreign { Err(ForeignForm) } else { Ok(()) }
    }

    /// Checks that a page of ours did.
    pub(super) fn admit(&self, vault: &Vault, values: &[(String, RawValue)]) -> Result<(), ForeignForm> {
        let token = text(values, FORM_TOKEN).and_then(|token| BASE64URL_NOPAD.decode(token.as_bytes()).ok());
        let is_ours = |token| vault.verify(Purpose::FormToken, &[self.secret.as_bytes()], token);
        if token.as_deref().is_some_and(is_ours) { Ok(()) } else { Err(ForeignForm) }
    }
}

/// Gives a value of a form.
pub(super) fn text<'a>(values: &'a [(String, RawValue)], name: &str) -> Option<&'a str> {
    match values.iter().find(|(found, _)| found == name) {
        Some((_, RawValue::Text(text))) => Some(text),
        Some((_, RawValue::Number(_) | RawValue::Other)) | None => None,
    }
}
