//! `PUT /customer/verification`, deprecated: codes that verify fields.

use std::sync::Arc;

use axum::Json;
use axum::extract::{RawQuery, Request, State};

use super::check_no_query;
use super::whom::{Transactions, Whom, refusal};
use crate::domain::requirement::Requirements;
use crate::domain::submission::Submission;
use crate::http::session::Sep10Session;
use crate::http::{ApiError, body, language};
use crate::integration::{CustomerAnswer, CustomerIntegration, PutVerification};
use crate::store::Store;

/// Answers [SEP-12's verification PUT](https://github.com/stellar/stellar-protocol/blob/master/ecosystem/sep-0012.md#customer-put-verification).
pub(in crate::http) async fn put_verification(
    Sep10Session(session): Sep10Session,
    State(integration): State<Arc<dyn CustomerIntegration>>,
    State(requirements): State<Arc<Requirements>>,
    State(transactions): State<Transactions>,
    State(store): State<Store>,
    RawQuery(query): RawQuery,
    request: Request,
) -> Result<Json<CustomerAnswer>, ApiError> {
    check_no_query(query.as_deref())?;
    let pairs = body::read_texts(request).await?;
    let asked = |name: &str| requirements.field(name).cloned();
    let submission = Submission::parse(pairs, &asked, store.now().date())?;
    check(&submission)?;
    let selector = transactions.select(&session, Whom::from(&submission)).await?;
    let by_transaction = submission.transaction_id.is_some();
    let put = PutVerification {
        selector,
        customer_type: submission.customer_type,
        codes: submission.codes,
        language: language::spoken(),
    };
    let answer = integration.put_verification(&session, put).await;
    let answer = answer.map_err(|error| refusal(error, by_transaction))?;
    answer.check().map_err(ApiError::internal)?;
    Ok(Json(answer))
}

/// Refuses whatever belongs into the other PUT, before a code is looked at.
fn check(submission: &Submission) -> Result<(), ApiError> {
    if let Some(field) = submission.values.keys().chain(submission.file_ids.keys()).next() {
        return Err(ApiError::bad_request(format!("'{field}' belongs into PUT /customer; this one takes codes alone")));
    }
    if submission.codes.is_empty() {
        return Err(ApiError::bad_request("a code is missing, as FIELD_verification"));
    }
    Ok(())
}
