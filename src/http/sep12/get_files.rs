//! `GET /customer/files`: what is there of files, by the id of one or of a customer.

use axum::Json;
use axum::extract::{RawQuery, State};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::files::FileAnswer;
use crate::domain::file::FileId;
use crate::http::session::Sep10Session;
use crate::http::{ApiError, Query};
use crate::store::Store;

/// The body of the answer.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct Files {
    /// None, for whatever the token does not reach.
    files: Vec<FileAnswer>,
}

/// Answers [SEP-12's files GET](https://github.com/stellar/stellar-protocol/blob/master/ecosystem/sep-0012.md#get-request).
pub(in crate::http) async fn get_files(
    Sep10Session(session): Sep10Session,
    State(store): State<Store>,
    RawQuery(query): RawQuery,
) -> Result<Json<Files>, ApiError> {
    let query = Query::parse(query.as_deref())?;
    let files = match (query.get("file_id"), query.get("customer_id")) {
        (Some(file), None) => match FileId::parse(file) {
            Some(file) => store.find_file(file, &session.reach()).await?.into_iter().collect(),
            None => Vec::new(),
        },
        (None, Some(customer)) => match Uuid::try_parse(customer) {
            Ok(customer) => store.list_customer_files(customer, &session.reach()).await?,
            Err(_) => Vec::new(),
        },
        _ => return Err(ApiError::bad_request("give either 'file_id' or 'customer_id'")),
    };
    Ok(Json(Files { files: files.into_iter().map(FileAnswer::from).collect() }))
}
