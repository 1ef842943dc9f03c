//! `PUT /customer`: what a customer gives.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::Json;
use axum::extract::{RawQuery, Request, State};
use axum::http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;

use super::check_no_query;
use super::whom::{Transactions, Whom, refusal};
use crate::domain::requirement::Requirements;
use crate::domain::session::Session;
use crate::domain::submission::{Submission, SubmissionError};
use crate::http::body::{self, Limits};
use crate::http::session::Sep10Session;
use crate::http::uploads::{Uploads, part_kind};
use crate::http::{ApiError, language};
use crate::integration::{CustomerIntegration, PutCustomer};
use crate::store::Store;

/// The body of the answer.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct Registered {
    /// The customer's id.
    #[schema(format = Uuid)]
    id: String,
}

/// Answers [SEP-12's customer PUT](https://github.com/stellar/stellar-protocol/blob/master/ecosystem/sep-0012.md#customer-put).
pub(in crate::http) async fn put_customer(
    Sep10Session(session): Sep10Session,
    State(integration): State<Arc<dyn CustomerIntegration>>,
    State(requirements): State<Arc<Requirements>>,
    State(transactions): State<Transactions>,
    State(store): State<Store>,
    RawQuery(query): RawQuery,
    request: Request,
) -> Result<(StatusCode, Json<Registered>), ApiError> {
    check_no_query(query.as_deref())?;
    let mut uploads = Uploads::new(&store, &requirements);
    let put = match read(request, &session, &store, &requirements, &transactions, &mut uploads).await {
        Ok((put, by_transaction)) => {
            integration.put(&session, put).await.map_err(|error| refusal(error, by_transaction))
        }
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

/// Reads the request, and tells whether it names a transaction.
async fn read(
    request: Request,
    session: &Session,
    store: &Store,
    requirements: &Requirements,
    transactions: &Transactions,
    uploads: &mut Uploads<'_>,
) -> Result<(PutCustomer, bool), ApiError> {
    let pairs = body::read(request, &Limits::default(), |name| part_kind(requirements, name), uploads).await?;
    let asked = |name: &str| requirements.field(name).cloned();
    let submission = Submission::parse(pairs, &asked, store.now().date())?;
    let selector = transactions.select(session, Whom::from(&submission)).await?;
    if submission.ignored > 0 {
        tracing::info!(ignored = submission.ignored, "fields that no type asks for were left out");
    }
    if let Some(twice) = submission.file_ids.iter().find(|(field, _)| uploads.has(field)) {
        return Err(SubmissionError::SecondFile(twice.1.name.clone()).into());
    }
    let put = PutCustomer {
        selector,
        customer_type: submission.customer_type,
        values: submission.values,
        files: uploads.staged(),
        file_ids: submission.file_ids,
        language: language::asked(),
        codes: submission.codes,
        resend: BTreeSet::new(),
        seen: None,
    };
    Ok((put, submission.transaction_id.is_some()))
}
