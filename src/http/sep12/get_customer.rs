//! `GET /customer`: how a customer stands, and what is still needed.

use std::sync::Arc;

use axum::Json;
use axum::extract::{RawQuery, State};

use super::whom::{Transactions, Whom, refusal};
use crate::domain::session::Naming;
use crate::http::session::Sep10Session;
use crate::http::{ApiError, Query, language};
use crate::integration::{CustomerAnswer, CustomerIntegration, GetCustomer};

/// Answers [SEP-12's customer GET](https://github.com/stellar/stellar-protocol/blob/master/ecosystem/sep-0012.md#customer-get).
pub(in crate::http) async fn get_customer(
    Sep10Session(session): Sep10Session,
    State(integration): State<Arc<dyn CustomerIntegration>>,
    State(transactions): State<Transactions>,
    RawQuery(query): RawQuery,
) -> Result<Json<CustomerAnswer>, ApiError> {
    let query = Query::parse(query.as_deref())?;
    let whom = Whom {
        naming: Naming {
            id: query.get("id"),
            account: query.get("account"),
            memo: query.get("memo"),
            memo_type: query.get("memo_type"),
        },
        customer_type: query.get("type"),
        transaction_id: query.get("transaction_id"),
    };
    let selector = transactions.select(&session, whom).await?;
    let request = GetCustomer { selector, customer_type: whom.customer_type, language: language::spoken() };
    let answer =
        integration.get(&session, request).await.map_err(|error| refusal(error, whom.transaction_id.is_some()))?;
    answer.check().map_err(ApiError::internal)?;
    Ok(Json(answer))
}
