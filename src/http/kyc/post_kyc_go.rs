//! `POST /kyc-go/{ticket}`: uses a ticket, once.

use axum::extract::{Path, Request, State};
use axum::http::HeaderMap;
use axum::response::Response;

use super::answers::depart;
use super::forms::FormGuard;
use crate::http::pages::PageError;
use crate::http::refusals::Segment;
use crate::http::state::AppState;

/// Consumes the ticket, sets the cookie and sends the browser to the provider.
pub(super) async fn post_kyc_go(
    State(state): State<AppState>,
    ticket: Segment,
    headers: HeaderMap,
    request: Request,
) -> Result<Response, PageError> {
    let Path(ticket) = ticket?;
    FormGuard::check(request, &state.site, state.store.vault()).await?;
    let departed = state.proofs.redeem_ticket(&ticket).await?;
    depart(&state, &headers, &departed)
}
