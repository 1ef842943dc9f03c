//! `GET /customers`: who is in a status, those first that wait longest.

use std::sync::Arc;

use axum::Json;
use axum::extract::{RawQuery, State};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::listing::{Listing, MAX_LIMIT};
use crate::domain::facts::Status;
use crate::http::session::OperatorSession;
use crate::http::{ApiError, Query};
use crate::integration::review::Reviews;
use crate::store::{StatusRecord, Store};

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
    let Listing { status, customers, cursor } = Listing::read(&query, &reviews, store.vault(), MAX_LIMIT).await?;
    let listed = |record: StatusRecord| ListedCustomer {
        id: record.target_id,
        r#type: record.customer_type,
        status,
        changed_at: record.changed_at.rfc3339(),
    };
    Ok(Json(CustomerList { customers: customers.into_iter().map(listed).collect(), cursor }))
}
