//! `POST /customers/{id}/reveal`: reads one value or file of a customer, for a reason.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Request, State};
use axum::http::HeaderName;
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::check_reason;
use super::get_customer::parse_id;
use crate::domain::file::FileType;
use crate::http::ApiError;
use crate::http::body;
use crate::http::segment::Segment;
use crate::http::session::OperatorSession;
use crate::integration::review::{Content, Reviews};
use crate::store::Store;

const FORM: &str = "an object with 'field' and 'reason'";

/// The body.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct Reveal {
    /// The name of the field, by any of its spellings.
    field: String,
    /// What for.
    #[schema(max_length = 2_000)]
    reason: String,
}

/// A value.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct RevealedValue {
    /// The canonical name of the field.
    field: String,
    /// What it holds.
    value: String,
}

/// Answers `{"field": …, "value": …}`, or the bytes of a file.
pub(in crate::http) async fn post_reveal(
    operator: OperatorSession,
    State(reviews): State<Arc<Reviews>>,
    State(store): State<Store>,
    Segment(id): Segment,
    request: Request,
) -> Result<Response, ApiError> {
    let Reveal { field, reason } = body::read_object(request, FORM).await?;
    check_reason(&reason)?;
    let id = parse_id(&id)?;
    let revealed = reviews.reveal(id, &operator.name, &field, &reason).await?;
    tracing::info!(operator = operator.name, customer_id = %id, "a value was revealed");
    Ok(match revealed.content {
        Content::Value(value) => {
            let value = RevealedValue { field: revealed.field, value: value.expose().clone() };
            ([NO_STORE], Json(value)).into_response()
        }
        Content::File(file) => {
            let content = store.read_file(file.id).await?.ok_or(ApiError::NotFound)?;
            file_answer(file.file_type, &content)
        }
    })
}

const NO_STORE: (HeaderName, &str) = (CACHE_CONTROL, "no-store");

/// Whatever somebody uploaded is saved, never shown as a page of ours.
pub(in crate::http) fn file_answer(file_type: FileType, content: &[u8]) -> Response {
    let headers = [NO_STORE, (CONTENT_DISPOSITION, "attachment"), (CONTENT_TYPE, file_type.content_type())];
    (headers, content.to_vec()).into_response()
}
