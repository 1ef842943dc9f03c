//! `POST /kyc-confirm`: the customer says, in another browser, whom it verifies.

use axum::extract::{Request, State};
use axum::http::HeaderMap;
use axum::response::Response;

use super::answers;
use crate::http::forms::{FormGuard, text};
use crate::http::pages::PageError;
use crate::http::state::AppState;

/// Goes on with the sealed code on `yes`, and drops it on anything else.
pub(in crate::http) async fn post_kyc_confirm(
    State(state): State<AppState>,
    headers: HeaderMap,
    request: Request,
) -> Result<Response, PageError> {
    let values = FormGuard::check(request, state.site.form_cookie(), state.store.vault()).await?;
    let sealed = text(&values, "sealed").ok_or(PageError::Malformed)?;
    if text(&values, "answer") != Some("yes") {
        return Err(PageError::NotConfirmed);
    }
    let arrived = state.proofs.confirm(sealed).await?;
    answers::arrived(&state, &FormGuard::of(&headers, state.site.form_cookie()), arrived, None)
}
