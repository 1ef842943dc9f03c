//! Who is signed in: a handler of the console without this extractor reaches no customer.

use axum::extract::{FromRef, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method};
use axum::response::{IntoResponse, Response};

use super::refused::Refused;
use crate::domain::submission::RawValue;
use crate::http::cookies::SecretCookie;
use crate::http::forms::{ForeignForm, FormGuard};
use crate::http::pages::{console, render};
use crate::store::Store;
use crate::vault::Vault;

/// Where the console begins.
pub(super) const HOME: &str = "/console";

/// An operator who is signed in. Everybody else is shown the form to sign in.
pub(in crate::http) struct ConsoleSession {
    /// The name of the key.
    pub(super) name: String,
    guard: FormGuard,
}

impl<S> FromRequestParts<S> for ConsoleSession
where
    S: Send + Sync,
    Store: FromRef<S>,
{
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Response> {
        let store = Store::from_ref(state);
        let name = match SecretCookie::SESSION.read(&parts.headers) {
            Some(secret) => store.use_operator_session(&secret).await,
            None => Ok(None),
        };
        match name {
            Ok(Some(name)) => Ok(Self { name, guard: FormGuard::of(&parts.headers, SecretCookie::SESSION) }),
            Ok(None) => Err(sign_in_page(&parts.headers, store.vault(), place(parts), false)),
            Err(error) => Err(Refused::from(error).into_response()),
        }
    }
}

impl ConsoleSession {
    /// What every page has.
    pub(super) fn desk(&self, vault: &Vault) -> console::Desk {
        console::Desk { operator: self.name.clone(), form_token: self.guard.token(vault) }
    }

    /// Reads a form that a page of this session posted.
    pub(super) async fn read(&self, request: Request, vault: &Vault) -> Result<Vec<(String, RawValue)>, ForeignForm> {
        self.guard.has_arrived(request.headers())?;
        self.guard.read(request, vault).await
    }
}

/// Asks for a key, and goes on to `next` afterwards.
pub(super) fn sign_in_page(headers: &HeaderMap, vault: &Vault, next: String, is_wrong: bool) -> Response {
    let guard = FormGuard::of(headers, SecretCookie::SIGN_IN);
    guard.remember(render(&console::SignIn { is_wrong, next, form_token: guard.token(vault) }))
}

/// The page that was asked for; a form is not to be sent again.
fn place(parts: &Parts) -> String {
    let asked = parts.uri.path_and_query().filter(|_| parts.method == Method::GET);
    asked.map_or(HOME, |place| place.as_str()).to_owned()
}
