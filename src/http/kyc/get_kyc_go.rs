//! `GET /kyc-go/{ticket}`: names the account before the browser leaves. Consumes nothing: link previews are GETs.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;

use super::answers::{closed_minutes, origins, stay, subject};
use crate::http::forms::FormGuard;
use crate::http::pages::{KycGo, PageError, render};
use crate::http::segment::Segment;
use crate::http::state::AppState;

/// Shows what a ticket is for, with a button that uses it.
pub(in crate::http) async fn get_kyc_go(
    State(state): State<AppState>,
    Segment(ticket): Segment,
    headers: HeaderMap,
) -> Result<Response, PageError> {
    let view = match state.proofs.view_ticket(&ticket).await {
        Ok(view) => view,
        Err(error) => return stay(&state, error),
    };
    let offer = view.offers.first().ok_or(PageError::Finished)?;
    let guard = FormGuard::of(&headers, state.site.form_cookie());
    let page = KycGo {
        subject: subject(&state.site, &view.payto, view.wallet, &view.customer_type),
        provider: offer.display_name.clone(),
        closed_minutes: closed_minutes(offer),
        ticket,
        form_token: guard.token(state.store.vault()),
        origins: origins(offer),
    };
    Ok(guard.remember(render(&page)))
}
