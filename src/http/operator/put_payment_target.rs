//! `PUT /payment-targets`: makes a payment target known.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Request, State};

use crate::domain::payto::Payto;
use crate::domain::submission::RawValue;
use crate::http::session::OperatorSession;
use crate::http::{ApiError, body};
use crate::proof::{Proofs, RegisterError, TargetStatus};

/// Takes `{"payto_uri": "payto://…"}`, idempotent: the same target has the same token.
pub(in crate::http) async fn put_payment_target(
    operator: OperatorSession,
    State(proofs): State<Arc<Proofs>>,
    request: Request,
) -> Result<Json<TargetStatus>, ApiError> {
    let pairs = body::read_texts(request).await?;
    let [(name, RawValue::Text(uri))] = pairs.as_slice() else {
        return Err(ApiError::bad_request("'payto_uri' must be given, as text, and nothing else"));
    };
    if name != "payto_uri" {
        return Err(ApiError::bad_request("'payto_uri' must be given, as text, and nothing else"));
    }
    let payto = Payto::parse(uri).map_err(|error| ApiError::bad_request(error.to_string()))?;
    let status = proofs.register_target(&payto).await.map_err(|error| match error {
        RegisterError::NotInUse => ApiError::bad_request(error.to_string()),
        RegisterError::Store(error) => error.into(),
    })?;
    tracing::info!(operator = operator.name, "payment target registered");
    Ok(Json(status))
}
