//! `GET /customers/{id}`: what is known of a customer, values masked.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use uuid::Uuid;

use crate::http::ApiError;
use crate::http::segment::Segment;
use crate::http::session::OperatorSession;
use crate::integration::review::{Dossier, Reviews};

/// Shows the customer with the id that SEP-12 has.
pub(in crate::http) async fn get_customer(
    _: OperatorSession,
    State(reviews): State<Arc<Reviews>>,
    Segment(id): Segment,
) -> Result<Json<Dossier>, ApiError> {
    Ok(Json(reviews.find(parse_id(&id)?).await?))
}

/// Reads an id; what is none cannot be anybody's.
pub(in crate::http) fn parse_id(text: &str) -> Result<Uuid, ApiError> {
    Uuid::parse_str(text).map_err(|_| ApiError::NotFound)
}
