//! `POST /console/session`: signs in.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::Response;
use data_encoding::BASE64URL_NOPAD;

use super::refused::Refused;
use super::session::{HOME, sign_in_page};
use crate::auth::OperatorKey;
use crate::http::ApiError;
use crate::http::cookies::{self, SecretCookie};
use crate::http::forms::{FormGuard, text};
use crate::http::pages::see_other;
use crate::http::state::AppState;
use crate::store::StoreError;
use crate::vault::random;

/// What is wrong for most of those who cannot sign in although they have a key.
const NO_COOKIE: &str = "your browser did not keep a cookie of this page: allow cookies here, and open the console as \
                         http://localhost:PORT, through a tunnel if need be, or over https";

/// Begins a session for a good `key`, in place of the one that the browser had, and goes on to `next`. A key that is
/// wrong is refused alike, whatever it lacks.
pub(in crate::http) async fn post_console_session(
    State(state): State<AppState>,
    headers: HeaderMap,
    request: Request,
) -> Result<Response, Refused> {
    if SecretCookie::SIGN_IN.read(&headers).is_none() {
        return Err(ApiError::Forbidden(NO_COOKIE.into()).into());
    }
    let guard = FormGuard::arriving(&headers, SecretCookie::SIGN_IN)?;
    // What came from a page of somebody else counts for nobody: it would use up what its visitor has.
    state.sign_ins.count(request.extensions(), &headers)?;
    let values = guard.read(request, state.store.vault()).await?;
    let next = text(&values, "next").filter(|next| is_ours(next)).unwrap_or(HOME);
    let Some(operator) = find_operator(&state, text(&values, "key").unwrap_or_default()).await? else {
        tracing::warn!("a wrong operator key at the console");
        return Ok(sign_in_page(&headers, state.store.vault(), next.to_owned(), true));
    };
    let mut response = see_other(HeaderValue::try_from(next).map_err(ApiError::internal)?);
    let secret = begin_session(&state, &headers, &operator).await?;
    cookies::append(&mut response, &SecretCookie::SESSION.to_set_cookie(&secret));
    cookies::append(&mut response, &SecretCookie::SIGN_IN.to_removal());
    tracing::info!(operator, "signed in at the console");
    Ok(response)
}

async fn find_operator(state: &AppState, key: &str) -> Result<Option<String>, StoreError> {
    match OperatorKey::parse(key.trim()) {
        Ok(key) => state.store.find_operator_key(key.bytes()).await,
        Err(_) => Ok(None),
    }
}

async fn begin_session(state: &AppState, headers: &HeaderMap, operator: &str) -> Result<String, StoreError> {
    let secret = BASE64URL_NOPAD.encode(&random::bytes::<32>());
    let mut tx = state.store.begin().await?;
    if let Some(old) = SecretCookie::SESSION.read(headers) {
        tx.delete_operator_session(&old).await?;
    }
    tx.insert_operator_session(&secret, operator).await?;
    tx.commit().await?;
    Ok(secret)
}

/// Whether a path is one of the console's, so that signing in leads nowhere else.
fn is_ours(place: &str) -> bool {
    let is_plain = place.bytes().all(|byte| byte.is_ascii_graphic());
    place.strip_prefix(HOME).is_some_and(|rest| is_plain && (rest.is_empty() || rest.starts_with(['/', '?'])))
}
