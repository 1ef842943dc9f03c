//! `PUT /customer/callback`: where the wallet wants to be told of changes.

use std::sync::Arc;

use axum::Json;
use axum::extract::{RawQuery, Request, State};

use super::{Done, check_no_query};
use crate::domain::submission::{RawValue, Submission};
use crate::http::session::Sep10Session;
use crate::http::{ApiError, body};
use crate::integration::CustomerIntegration;
use crate::store::Store;

/// Answers [SEP-12's callback PUT](https://github.com/stellar/stellar-protocol/blob/master/ecosystem/sep-0012.md#customer-callback-put);
/// an empty `url` takes the callback back.
pub(in crate::http) async fn put_callback(
    Sep10Session(session): Sep10Session,
    State(integration): State<Arc<dyn CustomerIntegration>>,
    State(store): State<Store>,
    RawQuery(query): RawQuery,
    request: Request,
) -> Result<Json<Done>, ApiError> {
    check_no_query(query.as_deref())?;
    let mut pairs = body::read_texts(request).await?;
    let url = match pairs.iter().position(|(name, _)| name == "url").map(|index| pairs.swap_remove(index).1) {
        Some(RawValue::Text(url)) => url,
        Some(RawValue::Number(_) | RawValue::Other) | None => return Err(ApiError::bad_request("'url' must be text")),
    };
    let naming = Submission::parse(pairs, &|_| None, store.now().date())?;
    if naming.transaction_id.is_some() {
        return Err(ApiError::bad_request(
            "'transaction_id' names no customer here: give 'id', or 'account' and 'memo'",
        ));
    }
    let customer = session.select(naming.naming())?;
    integration.callback(&session, customer, &url).await?;
    Ok(Json(Done {}))
}
