//! `DELETE /customer/{account}`: erases everything about one customer.

use std::sync::Arc;

use axum::Json;
use axum::extract::{RawQuery, Request, State};

use super::Done;
use crate::domain::session::{Naming, Selector};
use crate::domain::submission::Submission;
use crate::http::segment::Segment;
use crate::http::session::Sep10Session;
use crate::http::{ApiError, Query, body};
use crate::integration::CustomerIntegration;
use crate::store::Store;

/// Answers [SEP-12's customer DELETE](https://github.com/stellar/stellar-protocol/blob/master/ecosystem/sep-0012.md#customer-delete).
///
/// `memo` and `memo_type` may stand in the body or in the query, or in both alike.
pub(in crate::http) async fn delete_customer(
    Sep10Session(session): Sep10Session,
    State(integration): State<Arc<dyn CustomerIntegration>>,
    State(store): State<Store>,
    Segment(account): Segment,
    RawQuery(query): RawQuery,
    request: Request,
) -> Result<Json<Done>, ApiError> {
    let query = Query::parse(query.as_deref())?;
    let body = Submission::parse(body::read_texts(request).await?, &|_| None, store.now().date())?;
    check_nobody_else(&account, &query, &body)?;
    let naming = Naming {
        id: None,
        account: Some(&account),
        memo: agreeing("memo", query.get("memo"), body.memo.as_deref())?,
        memo_type: agreeing("memo_type", query.get("memo_type"), body.memo_type.as_deref())?,
    };
    let Selector::Key(customer) = session.select(naming)? else {
        return Err(ApiError::NotFound);
    };
    integration.delete(&session, &customer).await?;
    Ok(Json(Done {}))
}

/// Refuses whatever could mean another customer than the path and the memo do.
fn check_nobody_else(account: &str, query: &Query, body: &Submission) -> Result<(), ApiError> {
    if [query.get("account"), body.account.as_deref()].into_iter().flatten().any(|other| other != account) {
        return Err(ApiError::bad_request("'account' contradicts the path"));
    }
    let others = [query.get("id"), body.id.as_deref(), query.get("transaction_id"), body.transaction_id.as_deref()];
    if others.into_iter().any(|other| other.is_some()) {
        return Err(ApiError::bad_request("'id' and 'transaction_id' name nobody here: the account and its memo do"));
    }
    Ok(())
}

fn agreeing<'a>(name: &str, one: Option<&'a str>, other: Option<&'a str>) -> Result<Option<&'a str>, ApiError> {
    match (one, other) {
        (Some(one), Some(other)) if one != other => {
            Err(ApiError::bad_request(format!("'{name}' in the query contradicts the body")))
        }
        (one, other) => Ok(one.or(other)),
    }
}
