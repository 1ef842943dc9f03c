//! `POST /kyc-start/{id}`: leaving for the provider, or a ticket for it.

use axum::Json;
use axum::extract::{Request, State};
use axum::http::HeaderMap;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use super::answers::depart;
use crate::http::language::asked;
use crate::http::media_type::MediaType;
use crate::http::pages::PageError;
use crate::http::segment::Segment;
use crate::http::state::AppState;
use crate::http::{ApiError, body};
use crate::proof::StartError;

/// Where a program sends a browser.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct Ticket {
    /// The URL of a page that asks first.
    redirect_url: String,
}

/// What tells a program's request from a form's.
const JSON: &str = "application/json";

/// Answers our page's form with 303 to the provider, and JSON with the URL of a page that asks first.
pub(in crate::http) async fn post_kyc_start(
    State(state): State<AppState>,
    Segment(id): Segment,
    headers: HeaderMap,
    request: Request,
) -> Response {
    if headers.get(CONTENT_TYPE).and_then(MediaType::parse).is_some_and(|media_type| media_type.essence == JSON) {
        issue_ticket(&state, &id, &headers, request).await.into_response()
    } else {
        leave(&state, &id, &headers, request).await.into_response()
    }
}

async fn leave(state: &AppState, id: &str, headers: &HeaderMap, request: Request) -> Result<Response, PageError> {
    state.starts.count_form(request, &state.site, state.store.vault()).await?;
    state.starts.count_target(&state.proofs, id)?;
    depart(state, headers, state.proofs.start(id, asked()).await)
}

async fn issue_ticket(state: &AppState, id: &str, headers: &HeaderMap, request: Request) -> Result<Response, ApiError> {
    state.starts.count_caller(request.extensions(), headers)?;
    body::read_texts(request).await?;
    state.starts.count_target(&state.proofs, id)?;
    let ticket = state.proofs.issue_ticket(id).await.map_err(refusal)?;
    let redirect_url = format!("{}/kyc-go/{ticket}", state.site.public_url);
    Ok(Json(Ticket { redirect_url }).into_response())
}

fn refusal(error: StartError) -> ApiError {
    match error {
        StartError::Unknown => ApiError::NotFound,
        StartError::Finished => ApiError::Conflict("nothing is left to prove".into()),
        StartError::UnderReview => ApiError::Conflict("the operator has not decided yet".into()),
        StartError::UnderWay | StartError::Pending { .. } => ApiError::Conflict("a verification is under way".into()),
        StartError::Provider(trouble) => match trouble.retry_after() {
            // Nothing new: why it is left alone was logged then.
            Some(retry_after) => ApiError::Unavailable { retry_after, cause: None },
            None => ApiError::internal(trouble),
        },
        StartError::Store(error) => error.into(),
    }
}
