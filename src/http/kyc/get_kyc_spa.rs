//! `GET /kyc-spa/{access_token}`: what is asked of a customer, and the forms to give it.

use axum::extract::{RawQuery, State};
use axum::http::HeaderMap;
use axum::response::Response;

use super::spa::{Complaints, Visit};
use crate::http::Query;
use crate::http::forms::FormGuard;
use crate::http::pages::{Note, PageError};
use crate::http::segment::Segment;
use crate::http::state::AppState;

/// Shows the page of a target; `type` names the customer type.
pub(in crate::http) async fn get_kyc_spa(
    State(state): State<AppState>,
    Segment(token): Segment,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, PageError> {
    let query = Query::parse(query.as_deref()).map_err(|_| PageError::Malformed)?;
    let visit = Visit::begin(&state, &token, query.get("type")).await?;
    let guard = FormGuard::of(&headers, state.site.form_cookie());
    let note = query.get("note").and_then(Note::parse);
    Ok(visit.show(&guard, note, &Complaints::default()))
}
