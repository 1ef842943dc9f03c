//! `GET /customer`: how a customer stands, and what is still needed.

use std::sync::Arc;

use axum::Json;
use axum::extract::{RawQuery, State};

use crate::domain::session::Naming;
use crate::http::session::Sep10Session;
use crate::http::{ApiError, Query};
use crate::integration::{CustomerAnswer, CustomerIntegration, GetCustomer};

/// Answers [SEP-12's customer GET](https://github.com/stellar/stellar-protocol/blob/master/ecosystem/sep-0012.md#customer-get).
pub(in crate::http) async fn get_customer(
    Sep10Session(session): Sep10Session,
    State(integration): State<Arc<dyn CustomerIntegration>>,
    RawQuery(query): RawQuery,
) -> Result<Json<CustomerAnswer>, ApiError> {
    let query = Query::parse(query.as_deref())?;
    if query.get("transaction_id").is_some() {
        return Err(ApiError::bad_request("'transaction_id' is not in use here"));
    }
    let naming = Naming {
        id: query.get("id"),
        account: query.get("account"),
        memo: query.get("memo"),
        memo_type: query.get("memo_type"),
    };
    let request = GetCustomer { selector: session.select(naming)?, customer_type: query.get("type") };
    let answer = integration.get(&session, request).await?;
    answer.check().map_err(ApiError::internal)?;
    Ok(Json(answer))
}
