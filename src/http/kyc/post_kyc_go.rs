//! `POST /kyc-go/{ticket}`: uses a ticket, once.

use axum::extract::{Request, State};
use axum::http::HeaderMap;
use axum::response::Response;

use super::answers::depart;
use crate::http::language::asked;
use crate::http::pages::PageError;
use crate::http::segment::Segment;
use crate::http::state::AppState;

/// Consumes the ticket, sets the cookie and sends the browser to the provider.
pub(in crate::http) async fn post_kyc_go(
    State(state): State<AppState>,
    Segment(ticket): Segment,
    headers: HeaderMap,
    request: Request,
) -> Result<Response, PageError> {
    state.starts.count_form(request, &state.site, state.store.vault()).await?;
    state.starts.count_ticket(&state.proofs, &ticket).await?;
    depart(&state, &headers, state.proofs.redeem_ticket(&ticket, asked()).await)
}
