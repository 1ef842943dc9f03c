//! `POST /console/sign-out`: ends the session.

use axum::extract::{Request, State};
use axum::http::HeaderValue;
use axum::response::Response;

use super::refused::Refused;
use super::session::{ConsoleSession, HOME};
use crate::http::cookies::{self, SecretCookie};
use crate::http::pages::see_other;
use crate::store::Store;

/// Deletes the session and leads back to where one signs in.
pub(in crate::http) async fn post_console_sign_out(
    session: ConsoleSession,
    State(store): State<Store>,
    request: Request,
) -> Result<Response, Refused> {
    let secret = SecretCookie::SESSION.read(request.headers()).unwrap_or_default();
    session.read(request, store.vault()).await?;
    let mut tx = store.begin().await?;
    tx.delete_operator_session(&secret).await?;
    tx.commit().await?;
    let mut response = see_other(HeaderValue::from_static(HOME));
    cookies::append(&mut response, &SecretCookie::SESSION.to_removal());
    Ok(response)
}
