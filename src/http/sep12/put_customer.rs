//! `PUT /customer`: what a customer gives.

use std::sync::Arc;

use axum::Json;
use axum::extract::{RawQuery, Request, State};
use axum::http::StatusCode;
use serde::Serialize;

use super::uploads::{Uploads, part_kind};
use crate::domain::requirement::Requirements;
use crate::domain::session::Session;
use crate::domain::submission::Submission;
use crate::http::body::{self, Limits};
use crate::http::session::Sep10Session;
use crate::http::{ApiError, Query};
use crate::integration::{CustomerIntegration, PutCustomer};
use crate::store::Store;

/// The body of the answer.
#[derive(Serialize)]
pub(in crate::http) struct Registered {
    /// The customer's id.
    id: String,
}

/// Answers [SEP-12's customer PUT](https://github.com/stellar/stellar-protocol/blob/master/ecosystem/sep-0012.md#customer-put).
pub(in crate::http) async fn put_customer(
    Sep10Session(session): Sep10Session,
    State(integration): State<Arc<dyn CustomerIntegration>>,
    State(requirements): State<Arc<Requirements>>,
    State(store): State<Store>,
    RawQuery(query): RawQuery,
    request: Request,
) -> Result<(StatusCode, Json<Registered>), ApiError> {
    if !Query::parse(query.as_deref())?.is_empty() {
        return Err(ApiError::bad_request("parameters of a PUT belong into its body"));
    }
    let mut uploads = Uploads::new(&store, &requirements);
    let put = match read(request, &session, &store, &requirements, &mut uploads).await {
        Ok(put) => integration.put(&session, put).await.map_err(ApiError::from),
        Err(refusal) => Err(refusal),
    };
    match put {
        Ok(id) => {
            uploads.keep();
            Ok((StatusCode::ACCEPTED, Json(Registered { id })))
        }
        Err(refusal) => {
            uploads.discard().await;
            Err(refusal)
        }
    }
}

async fn read(
    request: Request,
    session: &Session,
    store: &Store,
    requirements: &Requirements,
    uploads: &mut Uploads<'_>,
) -> Result<PutCustomer, ApiError> {
    let pairs = body::read(request, &Limits::default(), |name| part_kind(requirements, name), uploads).await?;
    let asked = |name: &str| requirements.field(name).cloned();
    let submission = Submission::parse(pairs, &asked, store.now().date())?;
    if submission.transaction_id.is_some() {
        return Err(ApiError::bad_request("'transaction_id' is not in use here"));
    }
    if submission.ignored > 0 {
        tracing::info!(ignored = submission.ignored, "fields that no type asks for were left out");
    }
    Ok(PutCustomer {
        selector: session.select(submission.naming())?,
        customer_type: submission.customer_type,
        values: submission.values,
        files: uploads.staged(),
    })
}
