//! `POST /console/customers/{id}/decisions`: accepts, rejects, or asks again.

use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode};
use axum::response::Response;

use super::customer_page::CustomerPage;
use super::draft::Draft;
use super::get_console_customer::DECIDED;
use super::refused::Refused;
use super::session::ConsoleSession;
use crate::http::ApiError;
use crate::http::operator::parse_id;
use crate::http::pages::{see_other, sentence};
use crate::http::segment::Segment;
use crate::http::state::AppState;
use crate::integration::review::ReviewError;

/// Decides about what the operator saw. Where that has changed, the page is shown anew and keeps what was typed.
pub(in crate::http) async fn post_console_decision(
    session: ConsoleSession,
    State(state): State<AppState>,
    Segment(id): Segment,
    request: Request,
) -> Result<Response, Refused> {
    let draft = Draft::read(&session.read(request, state.store.vault()).await?)?;
    let id = parse_id(&id)?;
    let (status, problem) = if draft.asks_for_nothing() {
        (StatusCode::BAD_REQUEST, "Choose what has to be given again, and why.".to_owned())
    } else {
        match state.reviews.decide(id, &session.name, draft.decision()).await {
            Ok(_) => {
                tracing::info!(operator = session.name, customer_id = %id, "decided about a customer");
                let place = format!("/console/customers/{id}?type={}&note={DECIDED}", draft.customer_type);
                return Ok(see_other(HeaderValue::try_from(place).map_err(ApiError::internal)?));
            }
            Err(ReviewError::Conflict(problem)) => (StatusCode::CONFLICT, sentence(&problem)),
            Err(error) => return Err(error.into()),
        }
    };
    let mut page = CustomerPage::find(&state, &session, id).await?;
    page.keep(&draft);
    page.refuse(status, &problem);
    Ok(page.show())
}
