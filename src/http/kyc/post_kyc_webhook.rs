//! `POST /kyc-webhook/{provider}`: what a provider tells by itself.

use axum::Json;
use axum::extract::{Request, State};
use axum::http::HeaderMap;
use serde_json::{Value, json};

use crate::http::segment::Segment;
use crate::http::state::AppState;
use crate::http::{ApiError, body};
use crate::proof::{MessageHead, Received};

/// The largest message in bytes.
const LARGEST: usize = 64 << 10;

/// Takes a message that is the provider's, once; a message that came before is answered like the first time.
pub(in crate::http) async fn post_kyc_webhook(
    State(state): State<AppState>,
    Segment(provider): Segment,
    headers: HeaderMap,
    request: Request,
) -> Result<Json<Value>, ApiError> {
    let body = body::read_bytes(request, LARGEST).await?;
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let head = MessageHead {
        id: text("webhook-id"),
        timestamp: text("webhook-timestamp"),
        signature: text("webhook-signature"),
    };
    match state.proofs.receive(&provider, head, &body).await? {
        Received::Taken => Ok(Json(json!({}))),
        Received::NotInUse | Received::NotAwaited => Err(ApiError::NotFound),
        Received::NotTheirs => Err(ApiError::Forbidden("this is not signed by the provider, or too old".into())),
        Received::Nonsense => Err(ApiError::bad_request("the message makes no sense")),
    }
}
