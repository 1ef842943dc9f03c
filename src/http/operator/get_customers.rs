//! `GET /customers`: who is in a status, those first that wait longest.

use std::sync::Arc;

use axum::Json;
use axum::extract::{RawQuery, State};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::cursor;
use crate::domain::facts::Status;
use crate::http::session::OperatorSession;
use crate::http::{ApiError, Query};
use crate::integration::review::Reviews;
use crate::store::{StatusRecord, Store};

/// How many entries are given at once, unless fewer are asked for.
const MAX_LIMIT: u32 = 200;

/// A page of the list.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct CustomerList {
    /// The customers.
    customers: Vec<ListedCustomer>,
    /// Gives the next page as `cursor`; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    cursor: Option<String>,
}

/// One customer of one type.
#[derive(Serialize, ToSchema)]
struct ListedCustomer {
    /// The customer's id.
    id: Uuid,
    /// The customer type.
    r#type: String,
    /// How it stands for that type.
    status: Status,
    /// Since when.
    #[schema(format = DateTime)]
    changed_at: String,
}

/// Takes `status` (`PROCESSING` when left out), `type` (all when left out), `limit` and `cursor`. A customer who never
/// left `NEEDS_INFO` is not listed.
pub(in crate::http) async fn get_customers(
    _: OperatorSession,
    State(reviews): State<Arc<Reviews>>,
    State(store): State<Store>,
    RawQuery(query): RawQuery,
) -> Result<Json<CustomerList>, ApiError> {
    let query = Query::parse(query.as_deref())?;
    let status = query.get("status").map_or(Ok(Status::Processing), parse_status)?;
    let limit = query.get("limit").map_or(Ok(MAX_LIMIT), parse_limit)?;
    let malformed = ApiError::bad_request("'cursor' is not one of this list");
    let after = match query.get("cursor") {
        Some(text) => Some(cursor::read(store.vault(), text).ok_or(malformed)?),
        None => None,
    };
    // One more than asked for tells whether there is a next page.
    let mut found = reviews.list(status, query.get("type"), after.as_ref(), limit + 1).await?;
    let more = found.len() > limit as usize;
    found.truncate(limit as usize);
    let next = found.last().filter(|_| more).map(|last| cursor::write(store.vault(), last));
    let listed = |record: StatusRecord| ListedCustomer {
        id: record.target_id,
        r#type: record.customer_type,
        status,
        changed_at: record.changed_at.rfc3339(),
    };
    Ok(Json(CustomerList { customers: found.into_iter().map(listed).collect(), cursor: next }))
}

fn parse_status(text: &str) -> Result<Status, ApiError> {
    let statuses = [Status::Accepted, Status::Processing, Status::NeedsInfo, Status::Rejected];
    let found = statuses.into_iter().find(|status| status.as_str() == text);
    found.ok_or(ApiError::bad_request("'status' must be ACCEPTED, PROCESSING, NEEDS_INFO or REJECTED"))
}

/// Whatever is beyond the greatest limit means that.
fn parse_limit(text: &str) -> Result<u32, ApiError> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let limit = if digits { text.parse::<u32>().unwrap_or(MAX_LIMIT).min(MAX_LIMIT) } else { 0 };
    if limit > 0 { Ok(limit) } else { Err(ApiError::bad_request("'limit' must be a whole number from 1")) }
}
