//! `GET /payment-targets/{h_payto}`: how a payment target stands.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;

use crate::domain::payto::PaytoHash;
use crate::http::ApiError;
use crate::http::segment::Segment;
use crate::http::session::OperatorSession;
use crate::proof::{Proofs, TargetStatus};

/// Answers as `PUT /payment-targets` did.
pub(in crate::http) async fn get_payment_target(
    _: OperatorSession,
    State(proofs): State<Arc<Proofs>>,
    Segment(hash): Segment,
) -> Result<Json<TargetStatus>, ApiError> {
    let hash = PaytoHash::parse(&hash).ok_or(ApiError::bad_request("h_payto must be 52 characters of base32"))?;
    Ok(Json(proofs.find_target(&hash).await?.ok_or(ApiError::NotFound)?))
}
