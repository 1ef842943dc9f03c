//! `GET /customers/{id}/audit`: what operators did to a customer, also to one that is erased.

use std::sync::Arc;

use axum::Json;
use axum::extract::{RawQuery, State};
use serde::Serialize;
use utoipa::ToSchema;

use super::get_customer::parse_id;
use crate::domain::audit::Action;
use crate::http::segment::Segment;
use crate::http::session::OperatorSession;
use crate::http::{ApiError, Query};
use crate::integration::review::Reviews;
use crate::store::AuditRecord;

/// A page of the trail, the last entry first.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct AuditTrail {
    /// The entries.
    entries: Vec<AuditEntry>,
}

/// Something that an operator did.
#[derive(Serialize, ToSchema)]
struct AuditEntry {
    /// Its number; the smallest one of a page, as `before`, gives the next page.
    position: i64,
    /// When it was done.
    #[schema(format = DateTime)]
    happened_at: String,
    /// The name of the key.
    operator: String,
    #[serde(flatten)]
    action: Action,
    /// Why.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
}

/// Answers the last 200 entries, or those before the one that `before` names.
pub(in crate::http) async fn get_audit(
    _: OperatorSession,
    State(reviews): State<Arc<Reviews>>,
    Segment(id): Segment,
    RawQuery(query): RawQuery,
) -> Result<Json<AuditTrail>, ApiError> {
    let before = parse_before(&Query::parse(query.as_deref())?)?;
    let entries = reviews.audit(parse_id(&id)?, before).await?;
    Ok(Json(AuditTrail { entries: entries.into_iter().map(entry).collect() }))
}

/// Reads the position before which entries are asked for.
pub(in crate::http) fn parse_before(query: &Query) -> Result<i64, ApiError> {
    let malformed = ApiError::bad_request("'before' must be the position of an entry");
    match query.get("before") {
        Some(text) => text.parse().ok().filter(|before| *before > 0).ok_or(malformed),
        None => Ok(i64::MAX),
    }
}

fn entry(record: AuditRecord) -> AuditEntry {
    AuditEntry {
        position: record.position,
        happened_at: record.happened_at.rfc3339(),
        operator: record.operator,
        action: record.action,
        reason: record.reason.map(|reason| reason.expose().clone()),
    }
}
