//! `POST /customers/{id}/decisions`: accepts, rejects, or asks again field by field.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Request, State};
use serde::Deserialize;
use utoipa::ToSchema;

use super::check_reason;
use super::get_customer::parse_id;
use crate::domain::decision::{Flaw, Notice, Verdict};
use crate::domain::pii::Pii;
use crate::http::ApiError;
use crate::http::body::{self, Unique};
use crate::http::segment::Segment;
use crate::http::session::OperatorSession;
use crate::integration::review::{Dossier, NewDecision, Reviews};

const FORM: &str = "an object with 'type' and 'status' (ACCEPTED, REJECTED or NEEDS_INFO), and perhaps 'message', \
                    'reason', 'fields' and 'version'; each message, status and error is one of a fixed list";

/// The body. Its enums take the keys of the neutral catalogue and nothing else.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct Decision {
    /// The customer type.
    r#type: String,
    /// What is decided.
    status: Verdict,
    /// What the customer is told of a rejection.
    message: Option<Notice>,
    /// Why; it stays inside.
    #[schema(max_length = 2_000)]
    reason: Option<String>,
    /// The fields that have to be given again, by canonical name.
    #[serde(default)]
    #[schema(value_type = std::collections::BTreeMap<String, FieldDecision>)]
    fields: Unique<FieldDecision>,
    /// The version that was decided about.
    version: Option<i64>,
}

/// What is said of a field.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct FieldDecision {
    /// Whether it is good.
    status: FieldVerdict,
    /// What is wrong with it.
    error: Option<Flaw>,
}

#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum FieldVerdict {
    /// It is.
    Accepted,
    /// It is not.
    Rejected,
}

/// Decides, and shows the customer as it stands then.
pub(in crate::http) async fn post_decision(
    operator: OperatorSession,
    State(reviews): State<Arc<Reviews>>,
    Segment(id): Segment,
    request: Request,
) -> Result<Json<Dossier>, ApiError> {
    let decision = read(body::read_object(request, FORM).await?)?;
    let dossier = reviews.decide(parse_id(&id)?, &operator.name, decision).await?;
    tracing::info!(operator = operator.name, customer_id = %dossier.id, "decided about a customer");
    Ok(Json(dossier))
}

fn read(decision: Decision) -> Result<NewDecision, ApiError> {
    check_reason(decision.reason.as_deref().unwrap_or_default())?;
    let flaw = |(name, field): (String, FieldDecision)| match (field.status, field.error) {
        (FieldVerdict::Accepted, None) => Ok((name, None)),
        (FieldVerdict::Accepted, Some(_)) => Err(ApiError::bad_request("a field with 'error' must be REJECTED")),
        (FieldVerdict::Rejected, flaw) => Ok((name, Some(flaw.unwrap_or(Flaw::NotAccepted)))),
    };
    Ok(NewDecision {
        customer_type: decision.r#type,
        verdict: decision.status,
        notice: decision.message,
        reason: decision.reason.map(Pii::new),
        fields: decision.fields.0.into_iter().map(flaw).collect::<Result<_, _>>()?,
        version: decision.version,
    })
}
