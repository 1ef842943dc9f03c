//! `GET /console/customers/{id}`: what is known of a customer, values masked.

use axum::extract::{RawQuery, State};
use axum::response::Response;

use super::customer_page::CustomerPage;
use super::refused::Refused;
use super::session::ConsoleSession;
use crate::http::Query;
use crate::http::operator::parse_id;
use crate::http::segment::Segment;
use crate::http::state::AppState;

/// Shows the customer with the id that SEP-12 has; `type` is the one to look at, `note` that it was decided about.
pub(in crate::http) async fn get_console_customer(
    session: ConsoleSession,
    State(state): State<AppState>,
    Segment(id): Segment,
    RawQuery(query): RawQuery,
) -> Result<Response, Refused> {
    let query = Query::parse(query.as_deref())?;
    let mut page = CustomerPage::find(&state, &session, parse_id(&id)?).await?;
    if let Some(customer_type) = query.get("type") {
        page.open(customer_type);
    }
    if query.get("note") == Some(DECIDED) {
        page.note("Your decision is made.");
    }
    Ok(page.show())
}

/// The note that a decision was made.
pub(super) const DECIDED: &str = "decided";
